"""An entry: one person's answers to one version of one form, made on one device, never changed.

Its *body* is the exact bytes that the phone made and signed. This module reads a body strictly, because what
two programs read differently could be signed by one person and mean something else to another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from server.domain.errors import DomainError, Unreadable
from server.domain.json_text import read_json

#: A difference this small is the time a message takes, not a wrong clock.
SKEW_TO_IGNORE = timedelta(seconds=2)
#: From here on both times are shown to whoever reads the entry.
SKEW_TO_SHOW = timedelta(minutes=5)


class UnreadableBody(DomainError):
    """The bytes are not a body that everybody would read alike."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that the entry names: the hash of what the phone made, and its size in bytes."""

    hash: str
    size: int


@dataclass(frozen=True, slots=True)
class Body:
    """What the phone wrote. Times are the device's own, with their offsets."""

    id: UUID
    form: str
    version: int
    service: UUID
    person: UUID | None
    about: str | None
    replaces: str | None
    observed_at: datetime
    recorded_at: datetime
    device_seq: int
    previous: str | None
    answers: dict[str, Any]
    photos: tuple[Photo, ...]
    lang: str
    app_version: str


@dataclass(frozen=True, slots=True)
class Fact:
    """An entry as the rules see it. `recorded_at` is corrected for a wrong clock."""

    key: str
    thread_key: str
    form: str
    version: int
    service: UUID
    person: UUID | None
    author: UUID
    about: str | None
    replaces: str | None
    observed_at: datetime
    recorded_at: datetime
    received_at: datetime
    answers: Mapping[str, Any]
    rules_version: int
    calendar_version: str

    @property
    def order(self) -> tuple[datetime, str]:
        """Where it stands among others: by corrected time, then by id; never by when it happened to arrive."""
        return (self.recorded_at, self.key)


@lru_cache(maxsize=4096)
def familiar(text: str) -> UUID:
    """The id of a service, a person or a key: the same few stand in one entry after another.

    Raises ValueError for what is none.
    """
    return UUID(text)


def entry_key(device: UUID | str, entry: UUID | str) -> str:
    """The name by which an entry is pointed at: another device's same id is simply another entry."""
    return f"{device}.{entry}"


def corrected(device_time: datetime, skew: timedelta, received_at: datetime) -> datetime:
    """When it really was, given that the device's clock was `skew` behind ours; never later than we received it."""
    received_at = received_at.astimezone(UTC)
    try:
        real = device_time if abs(skew) < SKEW_TO_IGNORE else device_time + skew
        return min(real.astimezone(UTC), received_at)
    except OverflowError:
        # A clock that is thousands of years wrong tells nothing of when it was.
        return received_at


def read_body(raw: bytes) -> Body:
    """Read a body strictly.

    Raises UnreadableBody, saying what is wrong with it, for anything but one JSON object with just the parts
    of a body, each of its own kind, without repeated names and without numbers that JSON does not know.
    """
    try:
        parts = read_json(raw, read_fraction=_refuse)
    except Unreadable as e:
        raise UnreadableBody(str(e)) from e
    if not isinstance(parts, dict):
        raise UnreadableBody("it is not one object")
    try:
        return Body(
            id=UUID(_text(parts, "id")),
            form=_text(parts, "form"),
            version=_number(parts, "version"),
            service=familiar(_text(parts, "service")),
            person=familiar(_text(parts, "person")) if parts.get("person") is not None else None,
            about=_optional_key(parts, "about"),
            replaces=_optional_key(parts, "replaces"),
            observed_at=_moment(parts, "observed_at"),
            recorded_at=_moment(parts, "recorded_at"),
            device_seq=_number(parts, "device_seq"),
            previous=_text(parts, "previous") if parts.get("previous") is not None else None,
            answers=_mapping(parts, "answers"),
            photos=tuple(
                Photo(hash=_text(p, "hash"), size=_number(p, "size")) for p in _list(parts, "photos")
            ),
            lang=_text(parts, "lang"),
            app_version=_text(parts, "app_version"),
        )
    except (ValueError, KeyError, TypeError) as e:
        raise UnreadableBody(f"a part is missing or of the wrong kind: {e}") from e


def _refuse(literal: str) -> Any:
    raise ValueError(f"{literal} has a fraction, and no answer may")


def _text(parts: Mapping[str, Any], name: str) -> str:
    if not isinstance(parts[name], str):
        raise TypeError(f"{name} is not text")
    return str(parts[name])


def _number(parts: Mapping[str, Any], name: str) -> int:
    value = parts[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise TypeError(f"{name} is not a whole number in range")
    return value


def _mapping(parts: Mapping[str, Any], name: str) -> dict[str, Any]:
    if not isinstance(parts[name], dict):
        raise TypeError(f"{name} is not an object")
    return dict(parts[name])


def _list(parts: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    if not isinstance(parts[name], list):
        raise TypeError(f"{name} is not a list")
    return list(parts[name])


def _optional_key(parts: Mapping[str, Any], name: str) -> str | None:
    if parts.get(name) is None:
        return None
    device, _, entry = _text(parts, name).partition(".")
    return entry_key(UUID(device), UUID(entry))


def _moment(parts: Mapping[str, Any], name: str) -> datetime:
    moment = datetime.fromisoformat(_text(parts, name))
    if moment.tzinfo is None:
        raise ValueError(f"{name} has no offset")
    if not 1970 <= moment.year <= 9000:
        raise ValueError(f"{name} is not a date that anybody lived")
    return moment
