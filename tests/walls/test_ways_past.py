"""The ways to the database that the first wall does not hold are kept out of Heed's code, a few named places apart.

tests/walls/test_access_paths.py tries every way and says which these are. Row-level security holds in the named
places, too; what is named here is only what a reader of the code must look at twice.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.models import Provider

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "server").rglob("*.py")
    # What keeps the embedded PostgreSQL itself has no tables in sight.
    if "instance" not in path.parts
)

#: Statements that would be slower or impossible otherwise; each names the provider itself where it touches rows.
IN_WORDS = {
    "server/commands/on_instance.py",
    "server/extensions.py",
    "server/jobs/escalate.py",
    "server/services/arrival.py",
    "server/services/bulk.py",
    "server/services/device.py",
    "server/services/escalation.py",
    "server/services/fact.py",
    "server/services/feed.py",
    "server/services/fetch.py",
    "server/services/first_look.py",
    "server/services/health.py",
    "server/services/intake.py",
    "server/services/lost_audience.py",
    "server/services/notice.py",
    "server/services/photo_part.py",
    "server/services/provider.py",
    "server/services/reading.py",
    "server/services/rebuild.py",
    "server/services/receipt.py",
    "server/services/scope.py",
    "server/services/session.py",
    "server/services/sign_in_failure.py",
}
#: Straight to the connection: telling it the provider, putting a job into the same commit, migrating, and backing up.
ON_THE_CONNECTION = {"server/backup/snapshot.py", "server/commands/on_instance.py", "server/extensions.py"}
#: Reads the names of columns off a table, and nothing from it.
BY_THE_TABLE = {"server/services/rebuild.py"}


#: How a statement begins, however it is handed over.
SQL = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b")


def in_words(tree: ast.Module) -> bool:
    """Does it write SQL itself?"""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named = {
        alias.name for each in imports if (each.module or "").startswith("sqlalchemy") for alias in each.names
    }
    ours = {alias.name for each in imports if each.module == "server.extensions" for alias in each.names}
    return (
        bool(named & {"text", "literal_column", "TextClause"})
        or bool(ours & {"ask", "ask_alone"})
        or uses(tree, {"exec_driver_sql", "from_statement", "literal_column"})
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


def statements() -> Iterator[tuple[str, str]]:
    """Every statement in words, with the module that it stands in."""
    for name in MODULES:
        for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
                yield name, node.value


def test_a_statement_in_words_names_the_provider_whose_rows_it_touches() -> None:
    tables = "|".join(Provider.metadata.tables)
    touching = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:{tables})\b")
    found = list(statements())
    assert found
    assert [each for each in found if touching.search(each[1]) and "provider" not in each[1]] == []


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
