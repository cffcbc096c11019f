"""The keys of this instance, which lie outside its database: looking at them, and changing them."""

from __future__ import annotations

from datetime import UTC, datetime

import click

#: What each key is for, and what a new one costs.
WHAT_FOR = {
    "session.key": "signs sessions and join codes; with a new one everybody signs in again",
    "cursor.key": "seals how far a phone has fetched; with a new one phones fetch from the beginning",
    "second-step.key": "opens the secrets of code apps; without it everybody's second step is lost",
    "vapid.pem": "signs pushes; with a new one phones subscribe again when they are next opened",
    "intake": "opens what phones have sealed; old ones stay, and without them nothing of it can be read",
    "backup.pem": "signs backups; without it none of them can be told from a forged one",
    "set-up.code": "lets the first manager set up a provider, once",
}
CHANGEABLE = {"session": "session.key", "cursor": "cursor.key", "vapid": "vapid.pem"}


@click.group(invoke_without_command=True)
@click.pass_context
def keys(context: click.Context) -> None:
    """List the keys of this instance: where they are, how old, and what each is for."""
    if context.invoked_subcommand is not None:
        return
    from server.config import Config

    folder = Config.from_environment().keys
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    click.echo(f"Keys in {folder}. Back them up apart from the database.")
    for path in found:
        name = str(path.relative_to(folder))
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
        click.echo(f"  {name}  of {made}: {WHAT_FOR.get(name.split('/')[0], 'made by Heed')}")
    if not found:
        click.echo("  none yet; they are made at the first start")


@keys.command("change")
@click.argument("name", type=click.Choice([*CHANGEABLE, "intake"]))
@click.option("--provider", help="Whose intake key to change, as in --provider meadow.")
def change(name: str, provider: str | None) -> None:
    """Put a new key in the place of NAME. Do it when somebody may have read the old one."""
    from server.config import Config
    from server.instance.keys import Keys

    if name == "intake":
        if provider is None:
            raise click.UsageError("Say whose intake key: --provider and the handle of the provider.")
        _change_intake(provider)
        return
    if provider is not None:
        raise click.UsageError("Only intake keys belong to a provider.")
    Keys(Config.from_environment().keys).renew(CHANGEABLE[name])
    click.echo(f"There is a new {CHANGEABLE[name]}. It {WHAT_FOR[CHANGEABLE[name]]}.")
    click.echo("Restart Heed on every machine now, so that nothing goes on with the old one.")


def _change_intake(handle: str) -> None:
    from server.commands.on_instance import heed, work_for_provider
    from server.extensions import db
    from server.services.intake_key import change_intake_key

    with heed() as app:
        provider = work_for_provider(handle)
        key_id = change_intake_key(provider, app.extensions["keys"].make_intake, datetime.now(UTC))
        db.session.commit()
    click.echo(f"Phones of {handle} seal to {key_id} from their next contact on.")
    click.echo("Keep the old key: what was sealed to it may still be on its way. Back up the keys folder.")
