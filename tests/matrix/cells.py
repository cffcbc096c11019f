"""Cells of the matrix, each a sentence that says what was expected and what happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: No test shows more wrong cells than these.
MOST_SHOWN = 20


@dataclass
class Cells:
    """What was looked at, and what was not as expected."""

    seen: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def compare(self, sentence: str, expected: Any, happened: Any) -> None:
        """Look at one cell. The same cell twice is a mistake of the test."""
        assert sentence not in self.seen, f"this cell was looked at before: {sentence}"
        self.seen.add(sentence)
        if expected != happened:
            self.wrong.append(f"{sentence}: expected {_said(expected)}, was {_said(happened)}")

    def hold(self, at_least: int) -> None:
        """Every cell is as expected, and there are as many as were promised."""
        print(f"{len(self.seen)} cells")
        shown = "\n".join(self.wrong[:MOST_SHOWN])
        assert not self.wrong, f"{len(self.wrong)} of {len(self.seen)} cells are wrong:\n{shown}"
        assert len(self.seen) >= at_least


def _said(outcome: Any) -> str:
    if isinstance(outcome, bool):
        return "allowed" if outcome else "not"
    return "that it counts" if outcome is None else str(outcome)
