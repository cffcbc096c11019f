"""The ways to the database that the first wall does not hold are kept out of Heed's code, a few named places apart.

tests/walls/test_access_paths.py tries every way and says which these are. Row-level security holds in the named
places, too; what is named here is only what a reader of the code must look at twice.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "server").rglob("*.py")
    # What keeps the embedded PostgreSQL itself has no tables in sight.
    if "instance" not in path.parts
)

#: Statements in words that name the provider themselves where they touch its rows, or touch none.
IN_WORDS: set[str] = set()
#: Straight to the connection: telling it the provider, and putting a job into the same commit.
ON_THE_CONNECTION: set[str] = set()
#: Reads the names of columns off a table, and nothing from it.
BY_THE_TABLE: set[str] = set()


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def in_words(tree: ast.Module) -> bool:
    """Does it write SQL itself?"""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    named = {
        alias.name for each in imports if (each.module or "").startswith("sqlalchemy") for alias in each.names
    }
    return bool(named & {"text", "literal_column", "TextClause"}) or uses(
        tree, {"exec_driver_sql", "from_statement", "literal_column"}
    )


def on_the_connection(tree: ast.Module) -> bool:
    """Does it go round the session?"""
    return uses(
        tree, {"connection", "connect", "raw_connection", "driver_connection", "get_bind", "begin_twophase"}
    )


def by_the_table(tree: ast.Module) -> bool:
    return uses(tree, {"__table__"})


def in_bulk(tree: ast.Module) -> bool:
    return uses(tree, {"bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings"})


def uses(tree: ast.Module, names: set[str]) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr in names for node in ast.walk(tree))


@pytest.mark.parametrize(
    ("way", "allowed"),
    [
        (in_words, IN_WORDS),
        (on_the_connection, ON_THE_CONNECTION),
        (by_the_table, BY_THE_TABLE),
        (in_bulk, set()),
    ],
    ids=["in words", "on the connection", "by the table", "in bulk"],
)
def test_a_way_past_the_first_wall_is_taken_only_in_named_places(
    way: Callable[[ast.Module], bool], allowed: set[str]
) -> None:
    taken = {name for name in MODULES if way(ast.parse((ROOT / name).read_text(encoding="utf-8")))}
    assert taken == allowed
