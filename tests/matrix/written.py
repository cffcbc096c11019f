"""What the cast of the matrix writes: every kind of entry, in every state that it can be in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from PIL import Image

from server.domain.role import Role
from tests import answers
from tests.matrix.cast import ELSEWHERE, Actor, Company, here
from tests.people import Written, uuid7

MOST_AT_ONCE = 100


class Kind(StrEnum):
    """What is written, as far as it matters to who may do what about it."""

    LOW = "a low concern"
    AMBER = "an amber concern"
    RED = "a red concern"
    RESTRICTED = "a restricted concern"
    QUIET_NOTE = "a quiet visit note"
    WORRIED_NOTE = "a worrying visit note"
    RECEIPT = "a receipt"
    HANDOVER = "a handover"
    QUARANTINE = "something that came in with an error"


CONCERNS = (Kind.LOW, Kind.AMBER, Kind.RED, Kind.RESTRICTED)
NOTES = (Kind.QUIET_NOTE, Kind.WORRIED_NOTE)

FORM = (
    dict.fromkeys(CONCERNS, "concern")
    | dict.fromkeys(NOTES, "visit-note")
    | {Kind.RECEIPT: "transaction-receipt", Kind.HANDOVER: "handover", Kind.QUARANTINE: "quarantine"}
)
#: Who acknowledges and decides so that a thread comes into a state before anybody else acts in it.
HAS_IT = dict.fromkeys(Kind, here(Role.SAFEGUARDING_LEAD)) | {Kind.HANDOVER: here(Role.ADMINISTRATOR)}
DECIDES = dict.fromkeys(Kind, here(Role.SAFEGUARDING_LEAD)) | {Kind.RECEIPT: here(Role.SUPERVISOR)}
#: To whom handovers are given by name: one who would not read them by role, and one of another service.
GIVEN_TO = (here(Role.ADMINISTRATOR), Actor(Role.WORKER, ELSEWHERE))

#: Nobody on the list, so that no thread counts for another.
SOMEBODY = {"person": "someone_else", "person_name": "The man next door"}


@dataclass
class Target:
    """A thread that somebody began, and what is known of it."""

    kind: Kind
    author: Actor
    state: str = "fresh"
    named: frozenset[Actor] = frozenset()
    #: Who must read it, when it is a handover that counts
    must_read: frozenset[Actor] = frozenset()
    note: str = ""
    written: Written | None = None
    key: str = ""

    def __str__(self) -> str:
        naming = f" naming {' and '.join(sorted(map(str, self.named)))}" if self.named else ""
        return f"{self.kind}, {self.state},{naming} by {self.author}{self.note}"


@dataclass
class Answer:
    """Something said in a thread."""

    target: Target
    author: Actor
    what: str
    written: Written
    is_version: bool = False
    outcome: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"the {self.what} by {self.author} about {self.target}"


@dataclass
class Desk:
    """Where the cast writes and sends."""

    company: Company

    def begin(self, targets: Sequence[Target], photos: Sequence[bytes] = ()) -> dict[int, dict[str, Any]]:
        """Write these and send them, those of one author together. Answers what became of each, by its place."""
        outcomes: dict[int, dict[str, Any]] = {}
        by_author: dict[Actor, list[int]] = {}
        for place, target in enumerate(targets):
            target.written = self._write(target, photos)
            by_author.setdefault(target.author, []).append(place)
        for author, places in by_author.items():
            phone = self.company.phone(author)
            for some in _few(places):
                sent = phone.send(*(_written(targets[place]) for place in some))
                for place, outcome in zip(some, sent, strict=True):
                    outcomes[place] = outcome
                    targets[place].key = _written(targets[place]).key
        return outcomes

    def acknowledge(self, target: Target, by: Actor) -> Answer:
        return self._answer(target, by, "acknowledgement", {"how": "self"}, "acknowledgement")

    def review(
        self, target: Target, by: Actor, *, decides: bool = False, what: str = "review", **changes: Any
    ) -> Answer:
        return self._answer(target, by, "review", review_of(target.kind, decides=decides) | changes, what)

    def review_as_another(self, target: Target, by: Actor) -> Answer:
        """Decide as if it were a receipt, or when it is one, as if it were a concern."""
        other = Kind.LOW if target.kind is Kind.RECEIPT else Kind.RECEIPT
        return self._answer(target, by, "review", review_of(other, decides=False), "review as another form")

    def open(self, target: Target, by: Actor, to: Actor) -> Answer:
        said = {"to": str(self.company.id_of(to)), "reason": "A manager must act on it"}
        return self._answer(target, by, "opening", said, f"opening to {to}")

    def correct(self, target: Target, by: Actor) -> Answer:
        form = FORM[target.kind]
        written = self.company.phone(by).write(
            form, self._answers(target), service=self.company.north, replaces=target.key
        )
        # Somebody else's correction of a concern is a concern of its own, and no version of this one.
        is_version = by == target.author or target.kind not in CONCERNS
        return Answer(target, by, "correction", written, is_version=is_version)

    def send(self, by: Actor, said: Sequence[Answer]) -> None:
        """Send what one worker said, and note what became of each."""
        for some in _few(said):
            for each, outcome in zip(
                some, self.company.phone(by).send(*(a.written for a in some)), strict=True
            ):
                each.outcome = outcome

    def bring_into_state(self, targets: Iterable[Target]) -> None:
        """Let those who may do so acknowledge, ask about, decide or correct what is to be in that state."""
        by_whom: dict[Actor, list[Answer]] = {}
        for target in targets:
            said = {
                "acknowledged": lambda t: self.acknowledge(t, HAS_IT[t.kind]),
                "asked about": lambda t: self.review(t, DECIDES[t.kind]),
                "decided": lambda t: self.review(t, DECIDES[t.kind], decides=True),
                "corrected": lambda t: self.correct(t, t.author),
            }
            if target.state in said:
                answer = said[target.state](target)
                by_whom.setdefault(answer.author, []).append(answer)
        for author, answers_ in by_whom.items():
            self.send(author, answers_)
            for each in answers_:
                assert each.outcome["effect"] == "counted", f"{each} was meant to count: {each.outcome}"

    def keys_in_quarantine(self, targets: Sequence[Target]) -> None:
        """Find the keys under which what came in with an error is read, since the server gives them."""
        reader = self.company.phone(here(Role.SAFEGUARDING_LEAD))
        other = self.company.phone(here(Role.NOMINATED_INDIVIDUAL))
        found = {}
        for phone in (reader, other):
            phone.cursor = None
            for item in phone.fetch():
                if item["kind"] == "entry" and item["form"] == "quarantine":
                    found[item["answers"]["answers"].get("mark")] = item["key"]
        for target in targets:
            if target.kind is Kind.QUARANTINE:
                target.key = found[str(_written(target).id)]

    def _answer(self, target: Target, by: Actor, form: str, said: dict[str, Any], what: str) -> Answer:
        where = self.company.at_home(by).services
        service = where.get("north") or where["quay"]
        written = self.company.phone(by).write(form, said, service=service, about=target.key)
        return Answer(target, by, what, written)

    def _write(self, target: Target, photos: Sequence[bytes]) -> Written:
        phone = self.company.phone(target.author)
        where = self.company.at_home(target.author).services
        service = where.get("north") or where["quay"]
        if target.kind is not Kind.QUARANTINE:
            return phone.write(FORM[target.kind], self._answers(target), service=service, photos=photos)
        id_ = str(uuid7())
        said = {"danger_now": "no", "mark": id_, "who": " and ".join(each.name for each in target.named)}
        return phone.write("concern", said, service=service, photos=photos, id=id_)

    def _answers(self, target: Target) -> dict[str, Any]:
        kind, nobody = target.kind, self.company.meadow.people["grace"]
        if kind in CONCERNS:
            return answers.concern(nobody) | SOMEBODY | self._worry(target)
        if kind is Kind.WORRIED_NOTE:
            worry = {"worried": "yes", "told": "nobody_yet", "next_step": "tell_manager"}
            return answers.visit_note(nobody) | SOMEBODY | worry
        if kind is Kind.QUIET_NOTE:
            return answers.visit_note(nobody) | SOMEBODY
        if kind is Kind.RECEIPT:
            return answers.receipt(nobody) | SOMEBODY
        return answers.handover(nobody, [self.company.id_of(actor) for actor in GIVEN_TO])

    def _worry(self, target: Target) -> dict[str, Any]:
        if target.kind is not Kind.RESTRICTED:
            return {Kind.LOW: {}, Kind.AMBER: {"safe_now": "not_sure"}, Kind.RED: {"safe_now": "no"}}[
                target.kind
            ]
        if not target.named:
            return {"who_caused": "our_staff"}
        if len(target.named) % 2 == 0:
            # From the list, and not by name.
            named = sorted(str(self.company.id_of(each)) for each in target.named)
            return {"who_caused": "our_staff", "who_worker": named}
        return {"who_caused": "our_staff", "who_name": ", ".join(sorted(each.name for each in target.named))}


def review_of(kind: Kind, *, decides: bool) -> dict[str, Any]:
    """A decision about this kind of entry. One that does not decide asks for more, so that others can still decide."""
    if kind is Kind.QUARANTINE:
        return {
            "of": "quarantine",
            "decision": "dealt_with",
            "reason": "Rang the writer, who had left a line out.",
        }
    if kind is Kind.RECEIPT:
        decision = "approve" if decides else "query"
        return {
            "of": "transaction-receipt",
            "decision": decision,
            "reason": "Looked at it beside the till slip.",
        }
    asked = {"question": "What did he say, in his own words?"}
    of = {"of": "visit-note" if kind in NOTES else "concern"}
    if decides:
        return answers.review("no_further_action") | of
    return answers.review("more_information") | asked | of


def picture() -> bytes:
    """A small photo."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (90, 120, 60)).save(out, "JPEG")
    return out.getvalue()


def _written(target: Target) -> Written:
    assert target.written is not None
    return target.written


def _few(many: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (many[start : start + MOST_AT_ONCE] for start in range(0, len(many), MOST_AT_ONCE))
