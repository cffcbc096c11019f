"""What the rules make of a thread: its state, who must look at it and by when, who saw it, what was decided.

A standing is worked out from the entries in its scope, ordered by corrected time and key, and from nothing else.
It never depends on the order in which entries arrived, nor on what time it is now: whether something is overdue
is worked out by whoever reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain.access import Permission
from server.domain.entry import Fact
from server.domain.thread import OPENS

COUNTED, NONE = "counted", "none"

#: Why an entry changes nothing, and what its writer is told.
WHY_NONE = {
    "already_decided": "Somebody had already decided. Yours is kept beside it.",
    "conflicted": "You are close to this, so somebody else must decide.",
    "own_entry": "You wrote this yourself, so somebody else must decide.",
    "not_allowed": "Your role here does not decide this. It is kept, and a manager can see it.",
    "may_not_write": "Your role here does not write this, so it does not count. It is kept, and a manager can see it.",
    "not_yours": "Only the person who wrote it can correct it. Yours is kept beside it.",
    # Said alike of what has not come and of what is closed to whoever asks: nobody learns which.
    "waiting": "What this is about has not arrived, or somebody else must decide it. It is kept.",
    "wrong_form": "This does not fit what it is about. It is kept, and a manager can see it.",
    "stays_closed": "It stays closed to them: it may be about them, or they do not manage this service.",
    "checked_by_recorder": "The person who checked it must not be the person who recorded it.",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """Whether an entry changed anything, and if not, why."""

    effect: str = COUNTED
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """A rule that fired, in words for whoever asks "why is this urgent?"."""

    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class RungTime:
    """A step of a ladder, when it fires, and whom it tells."""

    rung: int
    at: datetime
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A promise with a clock. A deadline that becomes more urgent is a new `version`, so its ladder starts again."""

    rule: str
    version: int
    ladder: str
    start: datetime
    due: datetime
    stop: datetime | None
    working: str
    calendar_version: str
    rungs: tuple[RungTime, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """Who first said "I have this", and when."""

    worker: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided, by whom and when. The reasons stay with those who may read the review."""

    worker: UUID
    at: datetime
    decision: str
    words: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who must read this, and when they did."""

    worker: UUID
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Opened:
    """To whom a restricted thread was opened, when, and by which of its leads."""

    worker: UUID
    at: datetime
    by: UUID


@dataclass(frozen=True)
class Standing:
    """What a reader of the thread is shown. Money is in pence."""

    root: Fact
    form: str
    state: str
    severity: str | None = None
    why: tuple[Why, ...] = ()
    restricted: bool = False
    excluded: frozenset[UUID] = frozenset()
    #: Those whom its leads let in. They are excluded no more, whoever asked that it be kept from them
    opened: tuple[Opened, ...] = ()
    #: Nobody inside the provider could read it when it came: its writer is shown whom to ring outside
    alone: bool = False
    deadlines: tuple[Deadline, ...] = ()
    seen: Seen | None = None
    decided: Decided | None = None
    flags: tuple[Why, ...] = ()
    balance: int | None = None
    readers: tuple[Reader, ...] = ()
    effects: Mapping[str, Effect] = field(default_factory=dict)

    @property
    def thread_key(self) -> str:
        """The key of the thread: that of its root."""
        return self.root.thread_key

    @property
    def due(self) -> datetime | None:
        """The earliest promise that nobody has kept yet."""
        return min((deadline.due for deadline in self.deadlines if deadline.stop is None), default=None)


@dataclass(frozen=True)
class Scope:
    """What the rules may ask about the world besides the thread itself. Every answer is a dated fact."""

    #: Whether a worker might do this in a service at a moment, by role or by being on call
    might: Callable[[UUID, Permission, UUID, datetime], bool]
    #: The names of the provider's workers
    names: Mapping[UUID, str]
    #: The division whose bank holidays count in a service
    division: Callable[[UUID], str]
    #: The most that may be spent at once for a person, in pence
    money_limit: Callable[[UUID], int | None]
    #: Who reads a restricted thread of a service at a moment, given whom it names and who wrote it
    leads: Callable[[UUID, Collection[UUID], UUID, datetime], Collection[UUID]]
    #: Those named, and those whom the named have power over at a moment
    conflicted: Callable[[Collection[UUID], datetime], Collection[UUID]]
    #: Who manages a service at a moment
    managers: Callable[[UUID, datetime], Collection[UUID]]

    def why_not(
        self, act: Fact, permission: Permission, root: Fact, excluded: Collection[UUID]
    ) -> str | None:
        """Why what somebody said or decided in a thread does not count; None when it does.

        Whoever a restricted thread is closed to is told what they would be told if there were no such thread.
        Source: docs/rules/access.md, "Deciding, and when".
        """
        # Four eyes: what somebody wrote is looked at by somebody else.
        if act.author == root.author:
            return "own_entry"
        if permission is Permission.REVIEW_RESTRICTED:
            reads = (self.reads_restricted(act.author, root, excluded, at) for at in moments_of(act))
            return None if all(reads) else "waiting"
        might = (self.might(act.author, permission, root.service, at) for at in moments_of(act))
        return None if all(might) else "not_allowed"

    def nobody_reads(self, root: Fact, excluded: Collection[UUID], at: datetime) -> bool:
        """Whether a restricted thread is open to nobody but whoever wrote it."""
        return not set(self.leads(root.service, excluded, root.author, at)) - {root.author}

    def reads_restricted(self, worker: UUID, root: Fact, excluded: Collection[UUID], at: datetime) -> bool:
        """Whether a restricted thread is open to somebody who did not write it. Whoever reads it may decide it."""
        if worker in self.conflicted(excluded, at):
            return False
        if self.might(worker, Permission.REVIEW_RESTRICTED, root.service, at):
            return True
        return worker in self.leads(root.service, excluded, root.author, at)


def moments_of(act: Fact) -> tuple[datetime, datetime]:
    """The moments at which whoever decides must be allowed to: when they wrote it, and when it reached us.

    A phone says itself when something was written. Were that all that is asked, whoever has lost a role could set
    the phone's clock back and go on deciding.
    """
    return act.recorded_at, act.received_at


def first_effect(form: str) -> Effect:
    """What an entry does before its thread was looked at: an answer whose question has not come changes nothing."""
    return Effect() if form in OPENS else Effect(NONE, "waiting")


def opening(root: Fact, scope: Scope) -> Effect:
    """Whether an entry that opens a thread counts: only from somebody who might write there then.

    A concern always counts, whoever wrote it: danger is danger. Source: docs/rules/access.md, "Writing".
    """
    if scope.might(root.author, Permission.WRITE_ENTRY, root.service, root.recorded_at):
        return Effect()
    return Effect(NONE, "may_not_write")


def all_versions(thread: Sequence[Fact], effects: dict[str, Effect]) -> list[Fact]:
    """The root and every correction of it that counts, in order.

    Only the writer corrects an entry; anybody else's correction is noted in `effects` and changes nothing.
    """
    root, *rest = thread
    corrections = [fact for fact in rest if fact.replaces is not None]
    own = [fact for fact in corrections if fact.author == root.author and fact.form == root.form]
    # Followed by what replaces what, never by time: a clock that went back must not undo a correction.
    known = {root.key, root.thread_key}
    while joining := {fact.key for fact in own if fact.replaces in known} - known:
        known |= joining
    for fact in corrections:
        effects[fact.key] = Effect() if fact in own and fact.key in known else Effect(NONE, "not_yours")
    return [root, *(fact for fact in own if fact.key in known)]


def current_versions(thread: Sequence[Fact], effects: dict[str, Effect]) -> list[Fact]:
    """The versions of the root that nobody has replaced: one, or two when two corrections crossed."""
    versions = all_versions(thread, effects)
    replaced = {version.replaces for version in versions}
    return [version for version in versions if version.key not in replaced]


def root_of(thread: Sequence[Fact]) -> Fact | None:
    """The entry that a thread began with; None when there are only answers that wait for what they are about."""
    for fact in thread:
        if fact.key == fact.thread_key:
            return fact if fact.form in OPENS or fact.form == "quarantine" else None
    return None


def in_order(thread: Sequence[Fact]) -> list[Fact]:
    """The thread with its root first and the rest by corrected time, whatever their clocks said of each other."""
    root = root_of(thread)
    if root is None:
        raise LookupError("this thread has not begun")
    return [root, *sorted((fact for fact in thread if fact is not root), key=lambda fact: fact.order)]


def text_of(answers: Mapping[str, Any], name: str) -> str:
    """A text answer, empty when it was not given."""
    return str(answers.get(name) or "")
