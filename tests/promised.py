"""What docs/permissions.md promises to whoever reads it: the table as it is published, read from the page."""

from __future__ import annotations

from pathlib import Path

from server.domain.access import Permission
from server.domain.role import Role

PAGE = Path(__file__).parents[1] / "docs" / "permissions.md"


def promised() -> dict[Permission, set[Role]]:
    """The roles that the page says may do each thing. A row that is no permission is an error."""
    rows = [
        line.strip("| ").split(" | ")
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line[:2] == "| "
    ]
    heading, *table = rows
    roles = [Role(each.replace(" ", "_")) for each in heading[1:]]
    return {
        Permission(sentence): {role for role, mark in zip(roles, marks, strict=True) if mark == "yes"}
        for sentence, *marks in table
    }
