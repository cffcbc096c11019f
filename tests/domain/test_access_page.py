"""The page that says who may do what is written from the table, and says what the table says."""

from __future__ import annotations

from pathlib import Path

from server.domain.access import MAY, Permission
from server.domain.access_page import page, words
from server.domain.role import Role
from tests.promised import promised

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"


def test_the_page_is_what_the_table_says_now():
    assert PAGE.read_text(encoding="utf-8") == page(), "Write it again: heed permissions"


def test_the_page_names_just_the_roles_that_may():
    assert promised() == {permission: MAY[permission] for permission in Permission}


def test_a_manager_finds_every_role_under_its_own_heading():
    for role in Role:
        heading = f"### {words(role).capitalize()}\n"
        assert page().count(heading) == 1
        section = page().split(heading)[1].split("\n#")[0]
        held = {permission for permission in Permission if role in MAY[permission]}
        assert {line[2:] for line in section.splitlines() if line.startswith("- ")} == (
            {*map(str, held)} or {"only what everybody may"}
        )
