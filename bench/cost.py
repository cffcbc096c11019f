"""What a group of processes has cost so far: processor time, and memory with shared pages counted once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True)
class Cost:
    """Processor time in seconds, memory in MiB."""

    processor: float
    memory: float


def of_family(root: int) -> Cost:
    """What a process and all that descend from it cost, those included that have ended."""
    family = {root}
    parents = {int(each.name): _parent(each) for each in PROC.iterdir() if each.name.isdigit()}
    while grown := {child for child, parent in parents.items() if parent in family} - family:
        family |= grown
    return Cost(sum(map(_processor, family)), sum(map(_memory, family)))


def _stat(process: Path) -> list[str]:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(process: Path) -> int:
    parts = _stat(process)
    return int(parts[1]) if parts else 0


def _processor(process: int) -> float:
    parts = _stat(PROC / str(process))
    return sum(map(int, parts[11:15])) / TICKS if parts else 0.0


def _memory(process: int) -> float:
    try:
        lines = (PROC / str(process) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
