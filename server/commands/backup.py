"""Backups: taking one, checking one, and bringing everything back from one."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import click

if TYPE_CHECKING:
    from server.backup.manifest import Manifest
    from server.backup.restore import Restored, Restoring
    from server.backup.seal import Recipient
    from server.backup.shelf import Shelf
    from server.backup.take import Source
    from server.config import Config
    from server.storage.backup_place import BackupPlace

KEYS_WARNING = (
    "These keys open what phones have sealed, and can forge a backup: "
    "keep them where neither the database nor its backups lie."
)


@click.command()
@click.argument("to")
@click.option("--keys", is_flag=True, help="Back up the keys instead, which must lie in another place.")
@click.option(
    "--verify", is_flag=True, help="Take none; read the newest one in TO back and check every byte of it."
)
def backup(to: str, keys: bool, verify: bool) -> None:
    """Back up the database and the photos to TO, a folder or an address such as s3://bucket/heed."""
    from server.config import Config

    if keys and verify:
        raise click.UsageError("--keys and --verify are two different things; ask for one of them.")
    config = Config.from_environment()
    if keys:
        _back_up_keys(config, to)
    elif verify:
        _verify(config, to)
    else:
        _back_up(config, to)


@click.command("backup-key")
@click.argument("file", type=click.Path(path_type=Path))
def backup_key(file: Path) -> None:
    """Make the pair of keys for encrypted backups: the secret half goes into FILE, the public half is printed."""
    from server.backup.seal import new_identity

    public = new_identity(file)
    click.echo(f"HEED_BACKUP_RECIPIENT={public}")
    click.echo(
        f"Move {file} off this machine now, and keep two copies: nothing else opens these backups.",
        err=True,
    )


@click.command()
@click.argument("source", metavar="FROM")
@click.option("--backup", "folder", help="Which backup, by the name of its folder; otherwise the newest.")
@click.option(
    "--identity", type=click.Path(path_type=Path, exists=True), help="The file with the secret key."
)
@click.option("--keys", is_flag=True, help="Bring the keys back instead; they come before everything else.")
@click.option(
    "--drill",
    is_flag=True,
    help="Change nothing: try it in a database that is thrown away.",
)
@click.option("--json", "as_json", is_flag=True, help="Say what came of it as JSON.")
def restore(
    source: str, folder: str | None, identity: Path | None, keys: bool, drill: bool, as_json: bool
) -> None:
    """Bring everything back from the backup in FROM. Stop Heed first; the old database is kept beside."""
    from server.config import Config

    config = Config.from_environment()
    if keys:
        _bring_keys_back(config, source, identity)
    else:
        _bring_back(config, source, folder, identity, drill, as_json)


@click.command("discard")
@click.argument("name")
def discard(name: str) -> None:
    """Throw away the database NAME, which a restore kept beside."""
    from server.backup.restore import discard as throw_away
    from server.commands.on_instance import database
    from server.config import Config

    with database(Config.from_environment()) as config:
        throw_away(config.migrating_url, name)
    click.echo(f"{name} is gone.")


def _back_up(config: Config, to: str) -> None:
    from server.backup.keys_archive import demand_no_keys
    from server.backup.take import Taking
    from server.commands.on_instance import database
    from server.instance.keys import Keys

    place = _place(config, to)
    demand_no_keys(place)
    recipient = _recipient(config)
    if recipient is None and config.production:
        click.echo(
            "This backup is not encrypted: set HEED_BACKUP_RECIPIENT (docs/operate.md says how).", err=True
        )
    with database(config) as running:
        taking = Taking(_source(running), place, Keys(config.keys).backup_key(), recipient, _say)
        taken = taking.take()
        for photo in taken.missing_photos:
            click.echo(f"The photo {photo} is in the database and nowhere in {config.photos}.", err=True)
        _check_and_record(running, place, taken)
    click.echo(f"Backed up and verified: {taken.folder} in {place.url}.")
    click.echo(_in_words(taken))


def _verify(config: Config, to: str) -> None:
    from server.backup.shelf import Shelf
    from server.commands.on_instance import database
    from server.instance.keys import Keys

    place = _place(config, to)
    found = Shelf(place, Keys(config.keys).backup_key().public_key()).newest()
    with database(config) as running:
        _check_and_record(running, place, found)
    click.echo(f"{found.folder} is whole.\n{_in_words(found)}")


def _check_and_record(running: Config, place: BackupPlace, manifest: Manifest) -> None:
    """Read a backup back, byte by byte, and only then let phones rely on it."""
    from server.backup.chain import check_chains
    from server.backup.record import record_verified
    from server.backup.shelf import Shelf
    from server.instance.keys import Keys

    _say("Reading it back.")
    shelf = Shelf(place, Keys(running.keys).backup_key().public_key())
    shelf.check(shelf.manifest(manifest.folder))
    check_chains(running.migrating_url)
    record_verified(running.migrating_url, manifest, datetime.now(UTC))


def _back_up_keys(config: Config, to: str) -> None:
    from server.backup.keys_archive import put_keys
    from server.instance.keys import Keys

    # A restore must be able to tell our backups from others, so the key that signs them is among the keys.
    Keys(config.keys).backup_key()
    place = _place(config, to)
    name = put_keys(config.keys, place, _recipient(config), datetime.now(UTC))
    click.echo(f"The keys are in {name} in {place.url}.")
    click.echo(KEYS_WARNING, err=True)


def _bring_keys_back(config: Config, source: str, identity: Path | None) -> None:
    from server.backup.keys_archive import bring_keys_back
    from server.backup.seal import Identity

    names = bring_keys_back(config.keys, _place(config, source), Identity(identity) if identity else None)
    click.echo(f"{len(names)} keys are back in {config.keys}.")


def _bring_back(
    config: Config, source: str, folder: str | None, identity: Path | None, is_drill: bool, as_json: bool
) -> None:
    from server.backup.shelf import Shelf
    from server.backup.trouble import BackupTrouble
    from server.commands.on_instance import database
    from server.instance.keys import Keys

    key = Keys(config.keys).known_backup_key()
    if key is None:
        raise BackupTrouble(
            f"There is no backup.pem in {config.keys}, by which Heed tells its own backups from forged ones. "
            "Bring the keys back first: heed restore --keys PLACE."
        )
    shelf = Shelf(_place(config, source), key)
    began = time.monotonic()
    manifest = shelf.manifest(folder) if folder else shelf.newest()
    with database(config, alone=not is_drill) as running:
        restoring = _restoring(running, shelf, identity)
        act = restoring.drill if is_drill else restoring.restore
        restored = act(manifest, datetime.now(UTC))
    _tell(manifest, restored, time.monotonic() - began, is_drill, as_json)


def _restoring(running: Config, shelf: Shelf, identity: Path | None) -> Restoring:
    from server.backup.restore import Restoring
    from server.backup.seal import Identity

    def bring_up_to_date(url: str) -> None:
        _bring_up_to_date(running, url)

    numbers = (path.stem.split("_")[0] for path in (running.migrations / "versions").glob("[0-9]*.py"))
    return Restoring(
        target=_source(running),
        shelf=shelf,
        identity=Identity(identity) if identity else None,
        schemas=frozenset(numbers),
        migrate=bring_up_to_date,
        say=_say,
    )


def _bring_up_to_date(running: Config, url: str) -> None:
    """Migrate the database at `url`, and see that the keys here are the ones that belong to it."""
    from server.app import create_app
    from server.commands.on_instance import bring_up_to_date, demand_keys
    from server.extensions import db

    serving = urlsplit(running.database_url)._replace(path=urlsplit(url).path)
    beside = replace(
        running,
        database_url=urlunsplit(serving),
        owner_database_url=url if running.owner_database_url else "",
    )
    app = create_app(beside)
    with app.app_context():
        try:
            bring_up_to_date(app)
            demand_keys()
        finally:
            db.session.remove()
            db.engine.dispose()


def _tell(manifest: Manifest, restored: Restored, seconds: float, is_drill: bool, as_json: bool) -> None:
    said = {
        "drill": is_drill,
        "backup": manifest.folder,
        "made_at": manifest.made_at.isoformat(),
        "seconds": round(seconds, 1),
        "entries": restored.entries,
        "photos": restored.photos,
        "rows": sum(manifest.tables.values()),
        "checked": ["signature", "hashes", "decryption", "photos", "rows", "chain", "migrations", "keys"],
        "old_database": restored.kept_as,
    }
    if as_json:
        click.echo(json.dumps(said))
        return
    click.echo(f"{'The drill went well' if is_drill else 'Everything is back'}, in {seconds:.1f} s.")
    click.echo(_in_words(manifest))
    click.echo(
        "Checked: the manifest's signature, every hash, that it can be decrypted, every photo against its name, "
        "every table's rows, every provider's chain of entries, this version's migrations, and the keys."
    )
    if not is_drill:
        click.echo(
            f"The old database is kept as {restored.kept_as}; throw it away: heed discard {restored.kept_as}"
        )
        click.echo("Start Heed. Phones offer again what they sent since this backup. Then take a new backup.")


def _in_words(manifest: Manifest) -> str:
    entries = manifest.tables.get("public.entry", 0)
    last = max((each.last_received_at for each in manifest.providers if each.last_received_at), default=None)
    until = f", the last received {last:%Y-%m-%d %H:%M:%S} UTC" if last else ""
    return f"{entries} entries{until}, and {len(manifest.photos)} photos; made {manifest.made_at:%Y-%m-%d %H:%M} UTC."


def _source(running: Config) -> Source:
    from server.backup.take import Source
    from server.storage.photos import Photos

    return Source(running.migrating_url, Photos(running.photos), running.home, version("heed"))


def _place(config: Config, where: str) -> BackupPlace:
    from server.backup.trouble import BackupTrouble
    from server.storage.backup_place import BackupPlace

    place = BackupPlace(where)
    if place.folder is not None and place.folder.resolve().is_relative_to(config.home.resolve()):
        raise BackupTrouble(f"{where} lies in the instance folder, and would be lost together with it.")
    return place


def _recipient(config: Config) -> Recipient | None:
    from server.backup.seal import Recipient

    return Recipient(config.backup_recipient) if config.backup_recipient else None


def _say(words: str) -> None:
    click.echo(words, err=True)
