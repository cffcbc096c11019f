"""Receipts: by which a phone learns that what it sent is in a verified backup, and may let go of its own copy.

A receipt stands for one commit. Inside, sealed, are the epoch and a number that this commit alone took from the
provider's head. Number order is commit order, so a backup whose head stood at that number or higher holds it.
Numbers never reach a client: gaps would tell somebody that something is hidden from them.
"""

from __future__ import annotations

import os
import struct
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, select

from server.extensions import ask, db
from server.models import Backup, Head, Provider
from server.services.intake import from_b64url

_INSIDE = struct.Struct(">QQ")
_NONCE = 12
#: An epoch that never was.
_NOT_OURS = (-1, 0)

_TAKE_NUMBER = """
    UPDATE head SET seq = head.seq + 1 FROM provider
    WHERE head.provider_id = %(provider)s AND provider.id = head.provider_id
    RETURNING provider.epoch, head.seq
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a phone is given for what it sent, and the epoch in which it was given."""

    text: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Judged:
    """Of the receipts that were shown: those in a verified backup, and those whose items must be offered again."""

    safe: list[str]
    again: list[str]


def give(provider: UUID, key: bytes) -> Receipt:
    """A receipt for everything that this commit keeps. Call it last, since it locks the provider's head."""
    ((epoch, seq),) = ask(_TAKE_NUMBER, {"provider": provider})
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, _INSIDE.pack(epoch, seq), _bound_to(provider))
    return Receipt(urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode(), epoch)


def judge(provider: UUID, receipts: Iterable[str], key: bytes) -> Judged:
    """What became of what these receipts stand for.

    One of another epoch, or that we cannot read, says nothing about what is here now: what it stands for is offered
    again, and costs nothing when it is here.
    """
    epoch, head, durable = db.session.execute(
        select(
            Provider.epoch,
            Head.seq,
            select(func.max(Backup.seq)).where(Backup.epoch == Provider.epoch).scalar_subquery(),
        ).join(Head, Head.provider_id == Provider.id)
    ).one()
    judged = Judged([], [])
    for each in receipts:
        given_in, seq = _read(each, provider, key)
        if given_in != epoch or seq > head:
            judged.again.append(each)
        elif durable is not None and seq <= durable:
            judged.safe.append(each)
    return judged


def ours(provider: UUID, receipts: Iterable[str], key: bytes) -> list[str]:
    """Those of these receipts that we gave for this provider, in whatever epoch."""
    return [each for each in receipts if _read(each, provider, key) != _NOT_OURS]


def _read(receipt: str, provider: UUID, key: bytes) -> tuple[int, int]:
    """The epoch and number in a receipt; an epoch that never was when it is not one of ours."""
    try:
        sealed = from_b64url(receipt)
        inside = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound_to(provider))
        epoch, seq = _INSIDE.unpack(inside)
    except (InvalidTag, ValueError, struct.error):
        return _NOT_OURS
    return epoch, seq


def _bound_to(provider: UUID) -> bytes:
    return b"receipt|" + provider.bytes
