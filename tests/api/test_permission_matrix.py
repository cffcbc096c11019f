"""The matrix of reading: who fetches what, each kind of entry, by everybody about everybody, over HTTP.

One fetch by one worker answers as many cells as there are entries. What each should see is worked out in
tests/matrix/expected.py from docs/permissions.md and a few rules of relation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from server.config import Config
from server.domain.access import Permission
from server.domain.role import Role
from tests.matrix import expected
from tests.matrix.cast import (
    BEFORE,
    CAST,
    ELSEWHERE,
    FOREIGN,
    HERE,
    LATER,
    ON_CALL,
    OURS,
    Actor,
    Company,
    here,
)
from tests.matrix.cells import Cells
from tests.matrix.house import house
from tests.matrix.written import CONCERNS, GIVEN_TO, Answer, Desk, Kind, Target, picture

#: What everybody writes, whether it counts or not.
BY_ALL = (Kind.LOW, Kind.QUIET_NOTE, Kind.RECEIPT, Kind.HANDOVER)
#: One of each class of reader.
PHOTOGRAPHED = (Kind.LOW, Kind.RESTRICTED, Kind.QUIET_NOTE, Kind.RECEIPT, Kind.HANDOVER)
#: Some of every relation, who answer in threads that a worker of this service began.
ANSWERING = [
    *map(here, (Role.SUPERVISOR, Role.REGISTERED_MANAGER, Role.SAFEGUARDING_LEAD, Role.NOMINATED_INDIVIDUAL)),
    *map(here, (Role.COORDINATOR, Role.KEY_WORKER, Role.SYSADMIN)),
    Actor(Role.REGISTERED_MANAGER, ELSEWHERE),
    Actor(Role.SAFEGUARDING_LEAD, BEFORE),
    Actor(Role.NOMINATED_INDIVIDUAL, LATER),
    Actor(Role.KEY_WORKER, ON_CALL),
]
WRITER = here(Role.WORKER)
LEADS = frozenset(map(here, (Role.SAFEGUARDING_LEAD, Role.NOMINATED_INDIVIDUAL)))


@dataclass
class Written:
    """Everything that was written, and what everybody fetched of it."""

    company: Company
    targets: list[Target]
    outcomes: dict[int, dict[str, str]]
    answers: list[Answer]
    photographed: list[Target]
    entries: dict[Actor, set[str]] = field(default_factory=dict)
    standings: dict[Actor, set[str]] = field(default_factory=dict)


def begun() -> list[Target]:
    """The threads: by everybody, of every kind, and restricted ones that name everybody in turn."""
    said = [Target(kind, author) for author in CAST for kind in BY_ALL]
    said += [Target(kind, author) for author in map(here, Role) for kind in Kind if kind not in BY_ALL]
    for actor in OURS:
        author = WRITER if actor != WRITER else here(Role.KEY_WORKER)
        said.append(Target(Kind.RESTRICTED, author, named=frozenset({actor})))
    said += [
        Target(Kind.QUARANTINE, WRITER, named=frozenset({actor}))
        for actor in map(here, Role)
        if actor != WRITER
    ]
    said.append(Target(Kind.RESTRICTED, WRITER, named=LEADS))
    elsewhere = frozenset(Actor(role, relation) for role in expected.PROMISED[Permission.READ_RESTRICTED]
                          for relation in (ELSEWHERE, ON_CALL))  # fmt: skip
    said.append(Target(Kind.RESTRICTED, WRITER, named=LEADS | elsewhere))
    for target in said:
        if target.kind is Kind.HANDOVER and expected.holds(target.author, Permission.WRITE_ENTRY):
            target.must_read = frozenset(GIVEN_TO) - {target.author}
    return said


@pytest.fixture(scope="module")
def written(copy_of_template: Callable[[], str], config_for: Callable[..., Config]) -> Iterator[Written]:
    """Everything, written and fetched once for all the tests of this file."""
    with house(copy_of_template(), config_for) as company:
        desk, photo = Desk(company), picture()
        targets = begun()
        outcomes = desk.begin(targets)
        photographed = [Target(kind, WRITER, note=" with a photo") for kind in PHOTOGRAPHED]
        for target in photographed:
            target.must_read = frozenset(GIVEN_TO) if target.kind is Kind.HANDOVER else frozenset()
        desk.begin(photographed, photos=[photo])
        for target in photographed:
            assert target.written is not None
            assert company.phone(WRITER).send_photo(target.written, photo).get_json()["outcome"] == "accepted"
        desk.keys_in_quarantine(targets)
        answered = [Target(kind, WRITER, note=" with answers") for kind in Kind]
        for target in answered:
            target.must_read = frozenset(GIVEN_TO) if target.kind is Kind.HANDOVER else frozenset()
        desk.begin(answered)
        desk.keys_in_quarantine(answered)
        said = [answer for actor in ANSWERING for answer in answers_of(desk, actor, answered)]
        corrections = [
            desk.correct(target, WRITER) for target in answered if target.kind is not Kind.QUARANTINE
        ]
        desk.send(WRITER, corrections)
        everything = Written(
            company, [*targets, *photographed, *answered], outcomes, said + corrections, photographed
        )
        for actor in CAST:
            phone = company.phone(actor)
            phone.cursor = None
            items = phone.fetch()
            everything.entries[actor] = {item["key"] for item in items if item["kind"] == "entry"}
            everything.standings[actor] = {item["thread"] for item in items if item["kind"] == "standing"}
        yield everything


def answers_of(desk: Desk, actor: Actor, targets: list[Target]) -> list[Answer]:
    said = [desk.acknowledge(target, actor) for target in targets]
    said += [desk.review(target, actor) for target in targets]
    said += [desk.correct(target, actor) for target in targets if target.kind in CONCERNS]
    desk.send(actor, said)
    return said


def test_everybody_fetches_just_what_they_may_read(written: Written):
    cells = Cells()
    for reader in CAST:
        for target in written.targets:
            if (
                FOREIGN in (reader.relation, target.author.relation)
                and reader.relation == target.author.relation
            ):
                continue
            may = expected.reads(reader, target, target.author, is_version=True)
            may = may and target.author.relation != FOREIGN
            cells.compare(f"{reader} reads {target}", may, target.key in written.entries[reader])
    cells.hold(at_least=40_000)


def test_everybody_is_told_how_just_those_threads_stand(written: Written):
    cells = Cells()
    for reader in OURS:
        for target in written.targets:
            may = target.author.relation != FOREIGN and expected.stands(reader, target)
            cells.compare(
                f"{reader} is told how it stands: {target}", may, target.key in written.standings[reader]
            )
    cells.hold(at_least=30_000)


def test_everybody_fetches_just_the_answers_that_they_may_read(written: Written):
    cells = Cells()
    for reader in CAST:
        for said in written.answers:
            may = expected.reads(reader, said.target, said.author, is_version=said.is_version)
            cells.compare(f"{reader} reads {said}", may, said.written.key in written.entries[reader])
    cells.hold(at_least=10_000)


def test_everybody_sees_just_the_photos_of_what_they_may_read(written: Written):
    cells = Cells()
    for reader in CAST:
        phone = written.company.phone(reader)
        for target in written.photographed:
            assert target.written is not None
            device, entry = target.key.split(".")
            (photo,) = target.written.body["photos"]
            status = phone.get(f"/api/photo/{device}/{entry}/{photo['hash']}").status_code
            may = expected.reads(reader, target, target.author, is_version=True)
            cells.compare(f"{reader} sees the photo of {target}", 200 if may else 404, status)
    cells.hold(at_least=450)


def test_nobody_who_is_not_signed_in_reads_anything(written: Written):
    client = written.company.meadow.app.test_client()
    answer = client.get("/api/sync/fetch")
    assert answer.status_code == 401
    for target in written.photographed:
        device, entry = target.key.split(".")
        assert client.get(f"/api/photo/{device}/{entry}/{'0' * 64}").status_code == 401
        assert target.key not in answer.get_data(as_text=True)


def test_what_somebody_writes_counts_just_where_they_may_write_it(written: Written):
    cells = Cells()
    for place, outcome in written.outcomes.items():
        target = written.targets[place]
        if target.author.relation == FOREIGN or target.kind is Kind.QUARANTINE:
            continue
        counts = target.kind in CONCERNS or expected.holds(target.author, Permission.WRITE_ENTRY)
        happened = (outcome["outcome"], outcome["reason"])
        cells.compare(f"{target} counts", ("accepted", None if counts else "may_not_write"), happened)
    cells.hold(at_least=400)


def test_the_matrix_has_ten_thousand_cells_and_every_role_in_every_relation():
    assert {(actor.role, actor.relation) for actor in CAST} == {
        (role, relation) for role in Role for relation in (HERE, ELSEWHERE, BEFORE, LATER, ON_CALL, FOREIGN)
    }
    assert len(CAST) * len(begun()) >= 10_000
