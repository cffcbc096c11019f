"""The demo's prose, read from its files."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def read(name: str) -> dict[str, Any]:
    """One file of prose, such as `concerns` or `notes/joan`."""
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def names_in(folder: str) -> list[str]:
    """The files of a folder, in one order everywhere."""
    return sorted(path.stem for path in (DATA / folder).glob("*.toml"))
