"""What the rules refuse, each with one plain sentence for whoever asked.

Which status code a refusal becomes is decided in one place at the edge, never here.
"""

from __future__ import annotations

from collections.abc import Mapping


class DomainError(Exception):
    """Something that the rules do not allow. Its message is one plain sentence."""


class BadInput(DomainError):
    """What was asked makes no sense as it stands. `errors` names each field that is wrong."""

    def __init__(self, words: str, errors: Mapping[str, list[str]] | None = None) -> None:
        super().__init__(words)
        self.errors = dict(errors or {})


class Unreadable(BadInput):
    """The bytes that came are not what they claim to be, so nobody can say what was asked."""


class NotSignedIn(DomainError):
    """Nobody is signed in, or no longer."""


class NotAllowed(DomainError):
    """Whoever asks is known and may not do this."""


class NotFound(DomainError):
    """There is no such thing, or none that whoever asks may know of."""


class Taken(DomainError):
    """A name that must be one of its kind is in use already."""


class Gone(DomainError):
    """It was there once and can be used no more."""


class TooLarge(DomainError):
    """More was sent than is taken here."""


class Throttled(DomainError):
    """Too many tries. `wait` says for how many seconds nothing will be looked at."""

    def __init__(self, words: str, wait: int) -> None:
        super().__init__(words)
        self.wait = wait
