"""Reading the rules that are in force from their files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from server.domain.ladder import Ladders
from server.domain.lexicon import Lexicon
from server.domain.rules import Rules
from server.domain.severity import SeverityTable
from server.domain.working_days import Calendar

#: Goes up when any rule changes; every entry remembers it.
VERSION = 1


def load_rules(schemas: Path) -> Rules:
    """The rules in `schemas/rules`."""
    folder = schemas / "rules"
    return Rules(
        version=VERSION,
        severity=SeverityTable.from_json(_read(folder / "severity.json")),
        lexicon=Lexicon.from_json(_read(folder / "lexicon.json")),
        ladders=Ladders.from_json(_read(folder / "ladders.json")),
        calendar=Calendar.from_json(_read(folder / "bank-holidays.json")),
    )


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
