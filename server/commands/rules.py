"""The rules, asked and applied by hand."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

import click

from server.config import ROOT

PROGRESS_EVERY = 1.0


@click.command()
@click.argument("start")
@click.option("--days", type=click.IntRange(1, 366), required=True, help="How many working days.")
@click.option("--division", required=True, help="england-and-wales, scotland or northern-ireland.")
def due(start: str, days: int, division: str) -> None:
    """When a deadline falls that starts at START.

    START is ISO 8601: 2026-12-24T18:30 is local time in Britain; with an offset or Z it is taken as given.
    """
    from server.domain.deadline import explain
    from server.services.rules import load_rules

    at, working = explain(start, days, division, load_rules(ROOT / "schemas").calendar)
    click.echo(at)
    click.echo(working)


@click.command()
@click.argument("text")
def screen(text: str) -> None:
    """What the lexicon sees in TEXT, and why."""
    from server.services.rules import load_rules

    click.echo(load_rules(ROOT / "schemas").lexicon.in_words(text))


@click.command("bank-holidays")
def bank_holidays() -> None:
    """Write the list of bank holidays again, from the law and schemas/rules/proclamations.json."""
    from server.domain.bank_holidays import as_text, build

    folder = ROOT / "schemas" / "rules"
    content = build(json.loads((folder / "proclamations.json").read_text(encoding="utf-8")))
    (folder / "bank-holidays.json").write_text(as_text(content), encoding="utf-8")
    click.echo(
        f"Bank holidays from {content['first_year']} to {content['last_year']}, as of {content['made']}."
    )


@click.command()
def permissions() -> None:
    """Write docs/permissions.md again, from the table of who may do what."""
    from server.domain.access_page import page

    (ROOT / "docs" / "permissions.md").write_text(page(), encoding="utf-8")
    click.echo("docs/permissions.md says what the table says.")


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; say what differs, and fail if anything does.")
@click.option("--provider", "handle", help="The handle of one provider; otherwise all.")
def rebuild(check: bool, handle: str | None) -> None:
    """Work out again, from the entries, everything that was derived from them."""
    from server.commands.on_instance import heed, providers_called
    from server.extensions import db, work_for
    from server.services import rebuild as rebuilding
    from server.services.rules import load_rules

    wrong = 0
    with heed():
        rules = load_rules(ROOT / "schemas")
        for name, provider in providers_called(handle):
            work_for(provider)
            if not check:
                rebuilding.rebuild(provider, rules, datetime.now(UTC), _progress(name))
                db.session.commit()
                continue
            for each in rebuilding.differences(rules, _progress(name)):
                click.echo(f"{name}: {each.table} {each.key}\n  kept: {each.kept}\n  said: {each.said}")
                wrong += 1
            db.session.rollback()
    if wrong:
        raise click.ClickException(f"{wrong} rows differ from what the entries say. Mend: heed rebuild")
    click.echo("Nothing differs." if check else "Rebuilt.")


def _progress(name: str) -> Callable[[int, int], None]:
    """Says from time to time how far a long task is."""
    said = 0.0

    def say(done: int, of: int) -> None:
        nonlocal said
        if time.monotonic() - said >= PROGRESS_EVERY or done == of:
            click.echo(f"{name}: {done} of {of} threads", err=True)
            said = time.monotonic()

    return say
