"""Handing in without a session: what a phone still holds when nobody is signed in on it any more.

The signature says whose it is, so no session is needed: what a good key signed is received as ever, and what was
signed on a phone that was taken back, or by somebody who has left, is kept in quarantine. What nobody here signed
is kept by nobody: it gets no answer, and the phone goes on holding it.
Source: docs/decisions/0012-handing-in-without-a-session.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.domain.errors import NotFound
from server.extensions import db, work_for
from server.models import Entry, Provider
from server.services import receipt, sending
from server.services.intake import Held
from server.services.photo import PhotoName, device_of
from server.services.quarantine import held_of, photos_named
from server.services.receipt import Judged

#: What is held for these reasons was signed by nobody whom we know.
UNPROVED = {"unknown_key", "cannot_open", "bad_signature"}


def judge(provider: UUID, receipts: Sequence[str], key: bytes) -> Judged:
    """What became of what these receipts stand for, as far as they are ours: whoever has one was once let in.

    Of all others nothing is said, so that nobody can tell a provider from none.
    """
    work_for(provider)
    if db.session.scalar(select(Provider.id).where(Provider.id == provider)) is None:
        return Judged([], [])
    return receipt.judge(provider, receipt.ours(provider, receipts, key), key)


class NothingWaits(NotFound):
    """No entry that we hold waits for such a photo, whatever it is that is amiss."""

    def __init__(self) -> None:
        super().__init__("Nothing here waits for this photo.")


def hand_in(
    provider: UUID,
    items: Sequence[Mapping[str, Any]],
    skew: timedelta,
    parts: Mapping[str, Any],
    at: datetime,
) -> list[Any]:
    """Receive what somebody of this provider signed. Answers an outcome for each of that.

    Whoever proves nothing is told nothing: not even whether there is such a provider.
    """
    work_for(provider)
    if db.session.scalar(select(Provider.id).where(Provider.id == provider)) is None:
        return []
    receiving = sending.receiving(provider, parts, at)
    opened = receiving.intake.open(items, at, skew)
    proved = [one for one in opened if not (isinstance(one, Held) and one.reason in UNPROVED)]
    return receiving.keep(proved) if proved else []


def device_that_signs(name: PhotoName) -> UUID:
    """The device whose signing key this is, in good standing or not. Raises NothingWaits for a key of nobody here."""
    work_for(name.provider)
    device = device_of(name.signing_key)
    if device is None:
        raise NothingWaits
    return device


def waits(device: UUID, name: PhotoName) -> bool:
    """Whether an entry that we hold, accepted or in quarantine, was signed with this key and names this photo.

    Only whoever has shown the photo itself may hear it: a number and a hash that somebody saw must tell them nothing.
    """
    return _names_it(device, name) or _held_names_it(device, name)


def _names_it(device: UUID, name: PhotoName) -> bool:
    named = select(Entry.id).where(
        Entry.device_id == device,
        Entry.id == name.entry,
        Entry.signing_key_id == name.signing_key,
        Entry.photos.contains([{"hash": name.hash}]),
    )
    return db.session.scalar(named) is not None


def _held_names_it(device: UUID, name: PhotoName) -> bool:
    return any(
        held.signing_key_id == name.signing_key
        and held.reason not in UNPROVED
        and name.hash in photos_named(held.body)
        for held in held_of(device, name.entry)
    )
