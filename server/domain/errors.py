"""What the rules refuse, each with one plain sentence for whoever asked.

Which status code a refusal becomes is decided in one place at the edge, never here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class DomainError(Exception):
    """Something that the rules do not allow. Its message is one plain sentence.

    `reason` tells a program apart what a person reads in the sentence, where the app must do something else.
    """

    reason: str | None = None


class BadInput(DomainError):
    """What was asked makes no sense as it stands. `errors` names each field that is wrong."""

    def __init__(self, words: str, errors: Mapping[str, list[str]] | None = None) -> None:
        super().__init__(words)
        self.errors = dict(errors or {})


class Unreadable(BadInput):
    """The bytes that came are not what they claim to be, so nobody can say what was asked."""


class NotSignedIn(DomainError):
    """Nobody is signed in, or no longer."""


class SessionOver(NotSignedIn):
    """The session is over. `reason` says whether somebody ended it, or took the device back, or it ran out."""

    def __init__(self, words: str, reason: str | None) -> None:
        super().__init__(words)
        self.reason = reason


class NotAllowed(DomainError):
    """Whoever asks is known and may not do this."""


class SecondStepMissing(NotSignedIn):
    """The password is right, and one of these ways must prove it a second time."""

    reason = "second_step"

    def __init__(self, ways: Sequence[str]) -> None:
        super().__init__("Now show your second step: a code or your passkey.")
        self.ways = list(ways)


class WrongCode(NotSignedIn):
    """The password is right and the code beside it is not."""

    reason = "wrong_code"


class SignInAgain(NotAllowed):
    """The session may send what is written and do nothing else until somebody signs in again."""

    reason = "sign_in_again"


class FreshNeeded(NotAllowed):
    """Whoever asks must first prove again that it is them."""

    reason = "fresh_needed"


class NotProved(NotAllowed):
    """Whoever is signed in did not prove again that it is them: `reason` says what was wrong or missing."""

    def __init__(self, words: str, reason: str, ways: Sequence[str] = ()) -> None:
        super().__init__(words)
        self.reason = reason
        self.ways = list(ways)


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
