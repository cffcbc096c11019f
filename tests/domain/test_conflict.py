"""Whom a concern names: they must not read it, so a name too many is better than one too few."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest

from server.domain.conflict import (
    answering_to,
    is_about_a_manager_unnamed,
    named_workers,
    under_influence,
)
from server.domain.role import Role

AMINA, BEN, CAROL = (UUID(int=n) for n in (1, 2, 3))
VECTORS = json.loads(
    (Path(__file__).parents[2] / "schemas/vectors/conflict.json").read_text(encoding="utf-8")
)
NORTH, HOUSE = UUID(int=100), UUID(int=101)
NAMES = {AMINA: "Amina Yusuf", BEN: "Ben Okafor", CAROL: "Carol O'Neill"}


def named(**answers: object) -> set[UUID]:
    return set(named_workers(answers, NAMES, author=AMINA))


@pytest.mark.parametrize("who_name", ["Ben", "ben okafor", "It was OKAFOR", "Ben's mate"])
def test_a_worker_is_named_however_their_name_is_written(who_name):
    assert named(who_caused="our_staff", who_name=who_name) == {BEN}


def test_a_neighbour_with_the_same_name_is_not_the_worker():
    assert named(who_caused="friend_or_neighbour", who_name="Ben next door") == set()


def test_the_story_counts_when_staff_may_have_caused_it():
    assert named(who_caused="our_staff", what_happened="I saw Carol push her") == {CAROL}
    assert named(who_caused="family_or_partner", what_happened="I told Carol at once") == set()


def test_whoever_should_not_see_it_does_not():
    assert named(private_from=[str(CAROL), str(BEN)]) == {BEN, CAROL}


def test_a_worker_picked_from_the_list_is_named():
    assert named(who_caused="our_staff", who_worker=[str(BEN)]) == {BEN}


def test_the_writer_is_never_shut_out_of_their_own_concern():
    assert named(who_caused="our_staff", what_happened="Amina here. I saw Ben do it") == {BEN}


def test_a_word_that_only_begins_like_a_name_names_nobody():
    assert named(who_caused="our_staff", what_happened="benign, a bench, caroling") == set()


@pytest.mark.parametrize(
    ("name", "who_name"),
    [
        ("José Muñoz", "Jose"),
        ("Jose Munoz", "josé muñoz"),
        ("Carol O'Neill", "carol oneill"),
        ("Carol O'Neill", "O’Neill"),
        ("Anne-Marie Bell", "annemarie"),
        ("Annemarie Bell", "Anne-Marie"),
        ("Jo Marsh", "Jo"),
    ],
)
def test_accents_hyphens_and_short_names_hide_nobody(name, who_name):
    answers = {"who_caused": "our_staff", "who_name": who_name}
    assert named_workers(answers, {BEN: name}, author=AMINA) == {BEN}


def test_two_letters_in_a_story_name_nobody():
    answers = {"who_caused": "our_staff", "what_happened": "They went to an al fresco lunch"}
    assert named_workers(answers, {BEN: "Al To"}, author=AMINA) == set()


@pytest.mark.parametrize(
    ("changes", "unnamed"),
    [
        ({}, True),
        ({"who_name": "the big boss"}, True),
        ({"what_happened": "Ben stood next to me and saw it"}, True),
        ({"who_name": "Carol"}, False),
        ({"who_worker": [str(CAROL)]}, False),
        ({"who_caused": "our_staff"}, False),
    ],
)
def test_a_manager_of_no_name_could_be_any_of_them(changes, unnamed):
    assert is_about_a_manager_unnamed({"who_caused": "a_manager", **changes}, NAMES, AMINA) is unnamed


OVER_WHOM = {
    Role.DEPUTY_MANAGER: {Role.COORDINATOR, Role.SUPERVISOR, Role.TEAM_LEADER, Role.WORKER, Role.KEY_WORKER},
    Role.REGISTERED_MANAGER: {Role.DEPUTY_MANAGER, Role.SERVICE_MANAGER, Role.SUPERVISOR, Role.WORKER},
    Role.NOMINATED_INDIVIDUAL: {Role.REGISTERED_MANAGER, Role.DEPUTY_MANAGER, Role.SUPERVISOR, Role.WORKER},
    Role.PROVIDER_REPRESENTATIVE: {Role.NOMINATED_INDIVIDUAL, Role.REGISTERED_MANAGER},
}


@pytest.mark.parametrize("over", list(Role))
@pytest.mark.parametrize("under", list(Role))
def test_power_goes_down_and_never_up_or_sideways(over, under):
    below = under_influence([BEN], [(BEN, NORTH, str(over)), (CAROL, NORTH, str(under))])
    above = under_influence([CAROL], [(BEN, NORTH, str(over)), (CAROL, NORTH, str(under))])
    assert not (below and above)
    if under in OVER_WHOM.get(over, ()):
        assert below == {CAROL}
    if over == under or under is Role.SAFEGUARDING_LEAD:
        assert not below


@pytest.mark.parametrize(
    "role", [Role.SUPERVISOR, Role.TEAM_LEADER, Role.COORDINATOR, Role.SAFEGUARDING_LEAD]
)
def test_a_supervisor_named_does_not_shut_out_the_whole_staff(role):
    held = [(BEN, NORTH, str(role)), *((CAROL, NORTH, str(each)) for each in Role)]
    assert under_influence([BEN], held) == set()


def test_power_in_one_service_is_none_in_another():
    held = [(BEN, NORTH, "registered_manager"), (CAROL, HOUSE, "deputy_manager")]
    assert under_influence([BEN], held) == set()


def test_a_safeguarding_lead_who_is_also_a_deputy_answers_to_the_manager():
    held = [
        (BEN, NORTH, "registered_manager"),
        (CAROL, NORTH, "safeguarding_lead"),
        (CAROL, NORTH, "deputy_manager"),
    ]
    assert under_influence([BEN], held) == {CAROL}


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_a_concern_names_the_same_workers_here_as_on_the_phone(case):
    names = {UUID(worker): name for worker, name in VECTORS["names"].items()}
    author, managers = UUID(VECTORS["author"]), {UUID(worker) for worker in VECTORS["managers"]}
    named = named_workers(case["answers"], names, author)
    assert named == {UUID(worker) for worker in case["named"]}
    if is_about_a_manager_unnamed(case["answers"], names, author):
        named |= managers
    conflicted = {
        UUID(lead["worker"])
        for turn in VECTORS["leads"]
        for lead in turn
        if {lead["worker"], *lead["under"]} & set(map(str, named))
    }
    leads = {UUID(lead["worker"]) for turn in VECTORS["leads"] for lead in turn}
    assert bool(leads - conflicted - {author}) is case["left"]


@pytest.mark.parametrize("role", list(Role))
def test_who_has_power_over_whom_is_said_alike_from_both_ends(role):
    held = [
        (BEN, NORTH, str(role)),
        *((CAROL, NORTH, str(each)) for each in (Role.DEPUTY_MANAGER, Role.WORKER)),
    ]
    under = under_influence([BEN], held)
    assert {worker for worker, over in answering_to(held).items() if BEN in over} == under
