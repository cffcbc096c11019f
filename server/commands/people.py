"""Providers, workers and join codes, by the hand of whoever looks after the instance."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from server.domain.role import Role

SERVICE = ("NAME", "KIND", "DIVISION", "OFFICE-NUMBER", "ON-CALL-NUMBER")


@click.command()
@click.argument("name", required=False)
@click.option("--handle", help="The short name that stands after the @ of every sign-in name.")
@click.option(
    "--service",
    "services",
    multiple=True,
    nargs=len(SERVICE),
    metavar=" ".join(SERVICE),
    help="A service to begin with; may be given several times. "
    "KIND is homecare, supported_living or care_home; "
    "DIVISION is england-and-wales, scotland or northern-ireland.",
)
def provider(
    name: str | None, handle: str | None, services: tuple[tuple[str, str, str, str, str], ...]
) -> None:
    """Add a provider called NAME; without NAME, list the handles of those there are."""
    from server.commands.on_instance import heed, providers_called
    from server.extensions import db
    from server.services.provider import NewService, make_provider

    if name is None:
        with heed():
            for each, _ in providers_called(None):
                click.echo(each)
        return
    if not (handle and services):
        raise click.UsageError("A provider needs a --handle and at least one --service.")
    with heed() as app:
        make_provider(
            name=name,
            handle=handle,
            services=[NewService(*service) for service in services],
            make_intake=app.extensions["keys"].make_intake,
            at=datetime.now(UTC),
        )
        db.session.commit()
    click.echo(f"{name} is there. Add its first manager: heed worker-add NAME@{handle}")


@click.command("worker-add")
@click.argument("sign_in_name")
@click.option("--name", required=True, help="The worker's name, as colleagues read it.")
@click.option("--role", required=True, help="The role that they hold, such as registered_manager.")
@click.option("--service", help="The name of one service; otherwise every service of the provider.")
@click.password_option("--passphrase", help="Asked for when it is not given.")
def worker_add(sign_in_name: str, name: str, role: str, service: str | None, passphrase: str) -> None:
    """Add a worker who signs in as SIGN_IN_NAME, such as amina@meadow."""
    own_name, at, handle = sign_in_name.partition("@")
    if not (own_name and at and handle):
        raise click.UsageError(
            "A sign-in name is a name, an @ and the provider's handle, as in amina@meadow."
        )
    from server.commands.on_instance import heed, services_called, work_for_provider
    from server.extensions import db
    from server.services import worker as workers
    from server.services.newcomer import close_what_names

    held = _role(role)
    with heed() as app:
        provider_id = work_for_provider(handle)
        services = services_called(service)
        now = datetime.now(UTC)
        added = workers.add_worker(provider_id, name=name, own_name=own_name, password=passphrase, at=now)
        close_what_names(added.name, provider_id, app.extensions["rules"], now)
        workers.grant(added.id, held, services, provider=provider_id, by=None, at=now)
        db.session.commit()
    click.echo(f"{name} can sign in as {sign_in_name}.")


@click.command("join-code")
@click.argument("handle")
@click.option("--service", required=True, help="The name of the service that they join.")
@click.option("--role", default="worker", show_default=True, help="The role that they get there.")
def join_code(handle: str, service: str, role: str) -> None:
    """Make a code with which one new worker joins the provider HANDLE."""
    from server.commands.on_instance import heed, services_called, work_for_provider
    from server.extensions import db
    from server.services.join import make_code

    held = _role(role)
    with heed() as app:
        provider_id = work_for_provider(handle)
        [where] = services_called(service)
        secret = app.extensions["keys"].session_secret()
        now = datetime.now(UTC)
        code, until = make_code(where, held, provider=provider_id, by=None, secret=secret, at=now)
        db.session.commit()
        address = f"{app.extensions['config'].public_url}/#/join/{code}"
    click.echo(f"{code}\n{address}\nIt works once, until {until.isoformat(timespec='minutes')}.")


@click.command("password-code")
@click.argument("sign_in_name")
@click.option(
    "--remove-second-step",
    is_flag=True,
    help="Take the code app and every passkey away, because they are lost.",
)
def password_code(sign_in_name: str, remove_second_step: bool) -> None:
    """Make a code with which SIGN_IN_NAME, such as carol@meadow, sets a forgotten password anew.

    Make sure first that whoever asks is who they say: whoever has the code can sign in as them.
    """
    from server.commands.on_instance import heed, work_for_provider
    from server.extensions import db
    from server.services.password_code import make
    from server.services.worker import signs_in_as

    own_name, _, handle = sign_in_name.partition("@")
    with heed() as app:
        work_for_provider(handle)
        worker = signs_in_as(own_name)
        code, until = make(
            worker,
            by=None,
            removes_second_step=remove_second_step,
            secret=app.extensions["keys"].session_secret(),
            at=datetime.now(UTC),
        )
        db.session.commit()
        address = f"{app.extensions['config'].public_url}/#/password/{code}"
    click.echo(f"{code}\n{address}\nIt works once, until {until.isoformat(timespec='minutes')}.")


@click.command()
def vapid() -> None:
    """Print the public key by which push services know this instance; it is made when there is none."""
    from server.config import Config
    from server.instance.keys import Keys

    public = Keys(Config.from_environment().keys).vapid().public_bytes
    click.echo(urlsafe_b64encode(public).rstrip(b"=").decode())


def _role(name: str) -> Role:
    from server.domain.errors import BadInput
    from server.domain.role import Role

    try:
        return Role(name)
    except ValueError as unknown:
        raise BadInput(f"{name} is no role. The roles are: {', '.join(Role)}.") from unknown
