"""The page that says who may do what says what the table says."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.access import MAY, Permission
from server.domain.role import Role

PAGE = (Path(__file__).parents[2] / "docs" / "rules" / "access.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("permission", list(Permission))
def test_the_page_names_just_the_roles_that_may(permission: Permission):
    roles = ", ".join(role.replace("_", " ") for role in Role if role in MAY[permission])
    assert f"| {permission} | {roles} |\n" in PAGE


def test_the_page_has_a_row_for_each_permission_and_no_more():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    assert len(rows) == len(Permission) + 1
