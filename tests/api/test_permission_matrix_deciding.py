"""The matrix of deciding: what counts of what everybody says, in every state of every kind of entry, over HTTP.

Whoever acts asks for more and decides nothing, so that the next one finds the thread as they did. What came in with
an error can only be decided: there the matrix remembers who was first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from server.config import Config
from server.domain.role import Role
from tests.matrix import expected
from tests.matrix.cast import CAST, ELSEWHERE, FOREIGN, HERE, NAMED_LIKE, OURS, Actor, Company, here
from tests.matrix.cells import Cells
from tests.matrix.house import house
from tests.matrix.written import GIVEN_TO, Answer, Desk, Kind, Target

WRITER = here(Role.WORKER)
STATES = {
    **dict.fromkeys(Kind, ("fresh", "acknowledged", "asked about", "decided", "corrected")),
    Kind.RECEIPT: ("fresh", "asked about", "decided", "corrected"),
    Kind.HANDOVER: ("fresh", "acknowledged", "corrected"),
    Kind.QUARANTINE: ("fresh", "acknowledged", "decided"),
}
#: Whoever holds no role here now is looked at with fresh threads, and with these when they are decided.
DECIDED_TOO = (Kind.LOW, Kind.RESTRICTED, Kind.RECEIPT)


@pytest.fixture(scope="module")
def desk(copy_of_template: Callable[[], str], config_for: Callable[..., Config]) -> Iterator[Desk]:
    """Where the cast writes, in a house of this file's own."""
    with house(copy_of_template(), config_for) as company:
        yield Desk(company)


def begun(desk: Desk, targets: list[Target]) -> list[Target]:
    """Threads in the state that each is to be in."""
    for target in targets:
        if target.kind is Kind.HANDOVER:
            target.must_read = frozenset(GIVEN_TO)
    desk.begin(targets)
    desk.keys_in_quarantine([target for target in targets if target.author.relation != FOREIGN])
    desk.bring_into_state(targets)
    return targets


def happened(said: Answer) -> str | None:
    """Why what somebody said does not count; None when it does. What is not even taken says so."""
    outcome = said.outcome
    return (
        outcome["reason"]
        if outcome["outcome"] == "accepted"
        else f"{outcome['outcome']}: {outcome['reason']}"
    )


class Acting:
    """One actor after the other does everything to the same threads."""

    def __init__(self, desk: Desk, cells: Cells) -> None:
        self.desk, self.cells = desk, cells
        self.settled: set[str] = set()

    def everything(self, actor: Actor, targets: list[Target]) -> None:
        """Say "I have this", decide, decide as if it were something else or as somebody close to it, and correct."""
        desk, fresh = self.desk, [target for target in targets if target.state == "fresh"]
        wrong_form = [desk.review_as_another(target, actor) for target in fresh]
        close = [
            desk.review(
                target, actor, what="review by somebody close to it", conflict="yes", conflict_words="Cousin."
            )
            for target in fresh
            if target.kind in expected.HAVE
        ]
        corrected = [desk.correct(target, actor) for target in fresh if target.kind is not Kind.QUARANTINE]
        desk.send(actor, wrong_form + close)
        self.have_and_decide(actor, targets)
        desk.send(actor, corrected)
        for said in wrong_form:
            self._cell(said, expected.deciding_on_the_wrong_form(actor, said.target))
        for said in close:
            self._cell(said, expected.deciding(actor, said.target, decided=False, conflict=True))
        for said in corrected:
            self._cell(said, expected.correcting(actor, said.target))

    def have_and_decide(self, actor: Actor, targets: list[Target]) -> None:
        """Say "I have this", and decide."""
        acknowledged = [self.desk.acknowledge(target, actor) for target in targets]
        reviewed = [self.desk.review(target, actor) for target in targets]
        self.desk.send(actor, acknowledged + reviewed)
        for said in acknowledged:
            self._cell(said, expected.acknowledging(actor, said.target))
        for said in reviewed:
            self._reviewed(said)

    def _reviewed(self, said: Answer) -> None:
        target = said.target
        decided = target.state == "decided" or target.key in self.settled
        why = expected.deciding(said.author, target, decided=decided)
        self._cell(said, why)
        if target.kind is Kind.QUARANTINE and why is None:
            self.settled.add(target.key)

    def _cell(self, said: Answer, why: str | None) -> None:
        self.cells.compare(f"{said.author}: {said.what} of {said.target} counts", why, happened(said))


def test_everybody_of_this_service_does_just_what_they_may_in_every_state(desk: Desk):
    cells = Cells()
    acting = Acting(desk, cells)
    targets = begun(desk, [Target(kind, WRITER, state) for kind in Kind for state in STATES[kind]])
    for role in Role:
        acting.everything(here(role), targets)
    cells.hold(at_least=1_400)


@pytest.mark.parametrize("relation", [each for each in NAMED_LIKE if each != HERE])
def test_nobody_else_does_more_than_that(desk: Desk, relation: str):
    cells = Cells()
    acting = Acting(desk, cells)
    states = [(kind, "fresh") for kind in Kind] + [(kind, "decided") for kind in DECIDED_TOO]
    targets = begun(
        desk, [Target(kind, WRITER, state, note=f", for those {relation}") for kind, state in states]
    )
    for role in Role:
        acting.have_and_decide(Actor(role, relation), targets)
    cells.hold(at_least=360)


def test_nobody_decides_about_what_they_wrote_themselves(desk: Desk):
    cells = Cells()
    acting = Acting(desk, cells)
    targets = begun(desk, [Target(kind, here(role)) for role in Role for kind in Kind])
    for target in targets:
        counts = expected.holds(target.author, expected.Permission.WRITE_ENTRY)
        target.must_read = (
            frozenset(GIVEN_TO) - {target.author} if counts and target.must_read else frozenset()
        )
    for role in Role:
        acting.have_and_decide(here(role), [target for target in targets if target.author == here(role)])
    cells.hold(at_least=270)


def test_nobody_decides_about_what_names_them_or_whoever_has_power_over_them(desk: Desk):
    cells = Cells()
    named = [Actor(role, relation) for relation in (HERE, ELSEWHERE) for role in Role]
    targets = begun(
        desk,
        [Target(Kind.RESTRICTED, here(Role.ADMINISTRATOR), named=frozenset({each})) for each in named
         if each != here(Role.ADMINISTRATOR)],
    )  # fmt: skip
    may_look = [here(Role.SAFEGUARDING_LEAD), here(Role.NOMINATED_INDIVIDUAL), here(Role.REGISTERED_MANAGER)]
    acting = Acting(desk, cells)
    for actor in dict.fromkeys([*named, *may_look]):
        acting.have_and_decide(actor, [each for each in targets if actor in each.named or actor in may_look])
    cells.hold(at_least=200)


def test_only_leads_let_somebody_in_and_only_whom_the_page_names(desk: Desk):
    cells = Cells()
    fixed = here(Role.REGISTERED_MANAGER)
    opened = (Kind.RESTRICTED, Kind.QUARANTINE, Kind.LOW)
    named = [None, *(here(role) for role in Role if role is not Role.WORKER)]
    # A thread of its own for each, since whoever was let in is a lead of it from then on.
    asked = [
        (
            Target(
                Kind.RESTRICTED, WRITER, named=frozenset({each} if each else ()), note=f", opened to {to}"
            ),
            to,
        )
        for each in named
        for to in [here(role) for role in Role]
    ]
    targets = begun(desk, [target for target, _ in asked])
    lead = [min(expected.leads(target), key=str) for target in targets]
    said = [desk.open(target, by, to) for (target, to), by in zip(asked, lead, strict=True)]
    others = begun(desk, [Target(kind, WRITER, note=f", opened by {by}") for kind in opened for by in CAST])
    said += [desk.open(target, by, fixed) for target, by in zip(others, [*CAST] * len(opened), strict=True)]
    by_whom: dict[Actor, list[Answer]] = {}
    for each in said:
        by_whom.setdefault(each.author, []).append(each)
    for actor, theirs in by_whom.items():
        desk.send(actor, theirs)
    tos = [to for _, to in asked] + [fixed] * len(others)
    for each, to in zip(said, tos, strict=True):
        why = expected.opening(each.author, each.target, to)
        cells.compare(f"{each.author}: {each.what} of {each.target} counts", why, happened(each))
    cells.hold(at_least=len(Role) ** 2 + len(opened) * len(CAST))


def test_only_those_whom_the_page_names_lower_a_red_concern_with_the_manager(desk: Desk):
    cells = Cells()
    manager = here(Role.REGISTERED_MANAGER)
    targets = begun(desk, [Target(Kind.RED, WRITER, note=f", lowered with {second}") for second in CAST])
    own = begun(desk, [Target(Kind.RED, here(Role.DEPUTY_MANAGER), note=", lowered with whoever wrote it")])
    seconds = [*CAST, here(Role.DEPUTY_MANAGER)]
    said = [
        desk.review(target, manager, severity_now="low", reviewed_with=str(desk.company.id_of(second)))
        for target, second in zip([*targets, *own], seconds, strict=True)
    ]
    desk.send(manager, said)
    severity = severities(desk.company, manager)
    for target, second in zip(targets, CAST, strict=True):
        lowered = "low" if expected.lowers_red(second) else "red"
        cells.compare(f"{target} with {second}", lowered, severity[target.key])
    cells.compare(f"{own[0]}", "red", severity[own[0].key])
    cells.hold(at_least=len(OURS))


def severities(company: Company, reader: Actor) -> dict[str, str]:
    """How grave each thread is that somebody reads."""
    phone = company.phone(reader)
    phone.cursor = None
    return {item["thread"]: item["severity"] for item in phone.fetch() if item["kind"] == "standing"}
