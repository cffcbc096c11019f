"""Whom a concern names: they must not read it, so a name too many is better than one too few."""

from __future__ import annotations

from uuid import UUID

import pytest

from server.domain.conflict import named_workers

AMINA, BEN, CAROL = (UUID(int=n) for n in (1, 2, 3))
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
