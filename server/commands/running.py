"""Running Heed: everything at once, or one part of it."""

from __future__ import annotations

import ipaddress
import signal
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datetime import date

    from flask import Flask

    from server.config import Config
    from server.domain.working_days import Calendar


@click.command()
@click.option("--no-demo", is_flag=True, help="Start empty, to set up a real provider.")
def run(no_demo: bool) -> None:
    """Run everything: database, jobs and web server."""
    from server.commands.on_instance import database, demand_walls
    from server.config import Config
    from server.instance.process import (
        Child,
        Supervisor,
        jobs_command,
        surroundings,
        wait_for_port,
        web_command,
    )

    asked = Config.from_environment()
    wait_for_port(asked.host, asked.port)
    with database(asked, alone=True) as config:
        welcome = _prepare(config, with_demo=not no_demo)
        demand_walls(config)
        # A job may be cut off anywhere, and one that waited for a database that is gone would only linger.
        numbers = range(1, config.jobs_processes + 1)
        jobs = [Child(f"jobs {number}", jobs_command(), signal.SIGKILL) for number in numbers]
        web = Child("web", web_command(config.host, config.port, config.web_processes, config.web_threads))
        environ = surroundings(config.home, config.database_url)
        Supervisor(environ, config.root, [*jobs, web], log=click.echo).run(
            when_up=lambda: click.echo(f"\nHeed is at {config.public_url}\n{welcome}\nCtrl-C stops it."),
            is_up=lambda: answers(config.host, config.port),
        )
    click.echo("Stopped.")


@click.command()
def web() -> None:
    """Run the web server alone."""
    from server.app import create_app
    from server.commands.on_instance import database, demand_keys, demand_walls
    from server.config import Config
    from server.instance.process import Child, Supervisor, surroundings, wait_for_port, web_command

    asked = Config.from_environment()
    wait_for_port(asked.host, asked.port)
    with database(asked) as config:
        demand_walls(config)
        with create_app(config).app_context():
            demand_keys()
        command = web_command(config.host, config.port, config.web_processes, config.web_threads)
        environ = surroundings(config.home, config.database_url)
        Supervisor(environ, config.root, [Child("web", command)], log=click.echo).run(
            when_up=lambda: click.echo(f"Heed is at {config.public_url}"),
            is_up=lambda: answers(config.host, config.port),
        )


@click.command()
def jobs() -> None:
    """Run jobs alone: raising what is overdue, telling people, tidying up."""
    from server.app import JOBS, create_app
    from server.commands.on_instance import database, demand_keys, demand_walls
    from server.config import Config
    from server.instance.log import start_logging
    from server.jobs.work import run_jobs

    start_logging()
    with database(Config.from_environment()) as config:
        demand_walls(config)
        app = create_app(config, JOBS)
        with app.app_context():
            demand_keys()
        run_jobs(app)


@click.command()
@click.option(
    "--now", metavar="TIME", help="As if it were this time (ISO 8601 with offset). Not in production."
)
def tick(now: str | None) -> None:
    """Run one round of raising what is overdue and of telling people."""
    at = _moment(now) if now else datetime.now(UTC)
    from server.app import JOBS
    from server.commands.on_instance import demand_walls, heed
    from server.config import Config
    from server.jobs.round import tick as run_round

    config = Config.from_environment()
    if now and config.production:
        raise click.UsageError("--now pretends that it is another time, and is refused in production.")
    with heed(JOBS, config) as app:
        demand_walls(app.extensions["config"])
        done = run_round(app, at)
    click.echo(f"{done.raised} raised, {done.sent} sent.")


@click.command()
def migrate() -> None:
    """Bring the database up to this version of Heed."""
    from server.commands.on_instance import heed

    with heed():
        click.echo("The database is up to date.")


@click.command()
def demo() -> None:
    """Fill an empty Heed with a provider that exists only to look at."""
    from server.commands.on_instance import heed
    from server.config import Config
    from server.domain.errors import Taken
    from server.services.provider import is_set_up_needed

    config = Config.from_environment()
    if config.production:
        raise click.UsageError("The demo's passphrase is known to everybody, so it is refused in production.")
    with heed(config=config) as app:
        if not is_set_up_needed():
            raise Taken(
                "There is a provider already, and the demo needs an empty Heed: give it its own HEED_HOME."
            )
        click.echo(_load_demo(app))


def _prepare(config: Config, with_demo: bool) -> str:
    """Bring the database up to date and, on the first start, load the demo.

    Answers who can sign in, or where somebody sets Heed up, and whether the bank holidays run out.
    """
    from server.commands.on_instance import heed

    with heed(config=config) as app:
        welcome = _welcome(app, config, with_demo)
        welcome = with_warning(welcome, app.extensions["rules"].calendar, datetime.now(UTC).date())
        return "\n".join(filter(None, [welcome, _backup_warning(config)]))


def _backup_warning(config: Config) -> str | None:
    """In production, that no verified backup is young enough. An empty Heed has nothing to lose yet."""
    from server.services.backup import backup_warning
    from server.services.provider import is_set_up_needed

    if not config.production or is_set_up_needed():
        return None
    return backup_warning(config.oldest_backup, datetime.now(UTC))


def _welcome(app: Flask, config: Config, with_demo: bool) -> str:
    from server.services.provider import is_set_up_needed

    if not is_set_up_needed():
        return _who_can_sign_in()
    if with_demo and not config.production:
        return _load_demo(app)
    code = app.extensions["keys"].set_up_code()
    return f"Nobody is in it yet. Set it up at {config.public_url}/#/set-up/{code}"


def with_warning(welcome: str, calendar: Calendar, on: date) -> str:
    """The welcome, and under it that the list of bank holidays ends soon or has ended."""
    from server.domain.working_days import warning

    return "\n".join(filter(None, [welcome, warning(calendar, on)]))


def _load_demo(app: Flask) -> str:
    from server import demo as example

    def progress(done: int, of: int) -> None:
        if done == of or done % 200 == 0:
            click.echo(f"  {done} of {of} entries")

    click.echo("Loading the demo (once) ...")
    example.load(app, datetime.now(UTC), progress)
    return _who_can_sign_in()


def _who_can_sign_in() -> str:
    """Everybody in the demo, for whom it is no secret; in a real provider nobody is named."""
    from server import demo as example
    from server.commands.on_instance import providers_called
    from server.extensions import work_for
    from server.services.provider import provider_row

    _, provider = providers_called(None)[0]
    work_for(provider)
    if not provider_row().demo:
        return "Sign in with your own name and passphrase."
    names = "\n".join(f"  {each}" for each in example.sign_in_names())
    return (
        f"This is a demo: nobody in it is real. The passphrase of each is “{example.passphrase()}”:\n{names}"
    )


def answers(host: str, port: int) -> bool:
    """Does the web server answer, whatever it says?"""
    address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    if address.is_unspecified:
        address = ipaddress.ip_address("::1" if address.version == 6 else "127.0.0.1")
    connection = HTTPConnection(str(address), port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()


def _moment(words: str) -> datetime:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError as unreadable:
        raise click.UsageError(f"{words} is not a time such as 2026-11-20T16:55:00+00:00.") from unreadable
    if moment.tzinfo is None:
        raise click.UsageError(f"{words} has no offset; write {words}+00:00, or Z for UTC.")
    return moment.astimezone(UTC)
