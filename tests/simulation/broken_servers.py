"""Servers with one rule broken, each as some server elsewhere had it. The storm must notice every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import func, select

from server.extensions import db
from server.models import PhotoPart
from server.services import photo_part, quarantine
from server.services.photo import PhotoName


@contextmanager
def bins_what_leavers_hold() -> Iterator[None]:
    """Says that it is in quarantine, and throws it away."""
    with _binning({"left", "revoked"}):
        yield


@contextmanager
def bins_unknown_versions() -> Iterator[None]:
    """Takes a version of a form that it does not know for rubbish."""
    with _binning({"unknown_form"}):
        yield


@contextmanager
def takes_parts_as_they_come() -> Iterator[None]:
    """Puts the parts of a photo one behind the other as they come, twice if they come twice."""

    def add_part(
        name: PhotoName, sender: UUID, begin: int, content: bytes, size: int, at: datetime
    ) -> photo_part.Arrived:
        found = select(func.coalesce(func.max(PhotoPart.begin + func.length(PhotoPart.content)), 0))
        of_this = (
            PhotoPart.sender_id == sender,
            PhotoPart.entry_id == name.entry,
            PhotoPart.hash == name.hash,
        )
        reached = int(db.session.scalar(found.where(*of_this)) or 0)
        return whole_rule(name, sender, reached, content, max(size, reached + len(content)), at)

    whole_rule = photo_part.add_part
    with patch.object(photo_part, "add_part", add_part):
        yield


@contextmanager
def _binning(reasons: set[str]) -> Iterator[None]:
    hold = quarantine.hold

    def hold_or_bin(feed: Any, held: Any, *rest: Any) -> None:
        if held.reason not in reasons:
            hold(feed, held, *rest)

    with patch.object(quarantine, "hold", hold_or_bin):
        yield
