"""Sign-in names: `amina@meadow` is Amina's own name and her provider's handle.

They are typed on small phones by people in a hurry, so they are short, in small letters and without accents.
"""

from __future__ import annotations

import re

from server.domain.errors import BadInput

_OWN = re.compile(r"[a-z0-9](?:[a-z0-9.\-]{0,30}[a-z0-9])?")
_HANDLE = re.compile(r"[a-z](?:[a-z0-9\-]{0,30}[a-z0-9])?")

OWN_WORDS = "Use up to 32 small letters, digits, dots and hyphens; no dot or hyphen at either end."
HANDLE_WORDS = "Use up to 32 small letters, digits and hyphens, beginning with a letter."


def own_part(typed: str) -> str:
    """A worker's own part of the name as it is kept. Raises BadInput when it cannot be one."""
    own = typed.strip().lower()
    if not _OWN.fullmatch(own):
        raise BadInput("That sign-in name cannot be used.", {"sign_in_name": [OWN_WORDS]})
    return own


def handle(typed: str) -> str:
    """A provider's handle as it is kept. Raises BadInput when it cannot be one."""
    name = typed.strip().lower()
    if not _HANDLE.fullmatch(name):
        raise BadInput("That short name for the provider cannot be used.", {"handle": [HANDLE_WORDS]})
    return name


def parts(typed: str) -> tuple[str, str] | None:
    """A worker's own part and the handle, or None when nobody can have this name."""
    own, at, name = typed.strip().lower().rpartition("@")
    if not at or not _OWN.fullmatch(own) or not _HANDLE.fullmatch(name):
        return None
    return own, name
