"""Who is told when nobody answers, and when: every step of every ladder, and that nobody is never the answer."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.deadline import due_after_working_days
from server.domain.ladder import LAST_RESORT, Ladders, recipients
from server.domain.role import Role
from server.domain.working_days import Calendar

RULES = Path(__file__).parents[2] / "schemas" / "rules"
FILE = json.loads((RULES / "ladders.json").read_text(encoding="utf-8"))
LADDERS = Ladders.from_json(FILE)
CALENDAR = Calendar.from_json(json.loads((RULES / "bank-holidays.json").read_text(encoding="utf-8")))
ENGLAND = "england-and-wales"
NOT_ROLES = {"on_call_1", "on_call_2", "reviewer"}

AMINA, BEN, CARLA, DEV, ELLA = (uuid4() for _ in range(5))


def at(text):
    return datetime.fromisoformat(text)


def steps(ladder, start, due, division=None):
    found = LADDERS.rung_times(ladder, at(start), at(due), division, CALENDAR)
    return [(step.rung, step.at.isoformat(timespec="minutes"), step.to) for step in found]


def told(to, roster, above=(), allowed=None, excluded=()):
    return recipients(to, above, lambda word: roster.get(word, ()), allowed=allowed, excluded=excluded)


def test_a_red_concern_climbs_in_half_an_hour_day_and_night():
    assert steps("red", "2026-12-25T02:00+00:00", "2026-12-25T02:15+00:00") == [
        (0, "2026-12-25T02:00+00:00", ("on_call_1", "safeguarding_lead")),
        (1, "2026-12-25T02:05+00:00", ("on_call_1", "on_call_2")),
        (2, "2026-12-25T02:15+00:00", ("registered_manager",)),
        (3, "2026-12-25T02:30+00:00", ("nominated_individual",)),
    ]


def test_an_amber_concern_climbs_in_four_hours():
    assert [
        (rung, when[11:16])
        for rung, when, _ in steps("amber", "2026-11-20T16:55+00:00", "2026-11-20T17:55+00:00")
    ] == [
        (0, "16:55"),
        (1, "17:25"),
        (2, "17:55"),
        (3, "20:55"),
    ]


def test_a_review_climbs_by_working_days():
    assert steps("review", "2026-12-24T18:30+00:00", "2026-12-29T17:00+00:00", ENGLAND) == [
        (0, "2026-12-29T15:00+00:00", ("reviewer",)),
        (1, "2026-12-29T17:00+00:00", ("registered_manager",)),
        (2, "2026-12-30T17:00+00:00", ("nominated_individual",)),
        (3, "2026-12-31T17:00+00:00", ("provider_representative",)),
    ]


def test_a_review_over_new_year_in_scotland_waits_for_the_fifth():
    found = steps("review", "2026-12-29T09:00+00:00", "2026-12-30T17:00+00:00", "scotland")
    assert [when[:16] for _, when, _ in found] == [
        "2026-12-30T15:00",
        "2026-12-30T17:00",
        "2026-12-31T17:00",
        "2027-01-05T17:00",
    ]


def test_a_handover_that_must_be_read_goes_to_the_deputy_and_then_the_manager():
    assert steps("read", "2026-11-24T07:00+00:00", "2026-11-24T08:00+00:00") == [
        (0, "2026-11-24T07:30+00:00", ("deputy_manager",)),
        (1, "2026-11-24T08:00+00:00", ("registered_manager",)),
    ]


def test_a_ladder_in_working_days_cannot_be_climbed_without_a_division():
    with pytest.raises(ValueError, match="needs a division"):
        steps("review", "2026-12-24T18:30+00:00", "2026-12-29T17:00+00:00")


def test_nobody_is_told_of_a_deadline_before_it_starts():
    assert (
        steps("review", "2026-11-24T16:30+00:00", "2026-11-24T17:00+00:00", ENGLAND)[0][1]
        == "2026-11-24T16:30+00:00"
    )


@given(st.integers(1_577_836_800, 2_000_000_000), st.sampled_from(sorted(CALENDAR.holidays)))
def test_the_steps_of_a_review_come_in_order_and_never_before_its_start(second, division):
    start = datetime.fromtimestamp(second, tz=at("2026-01-01T00:00+00:00").tzinfo)
    due = due_after_working_days(start, 1, division, CALENDAR).at
    times = [step.at for step in LADDERS.rung_times("review", start, due, division, CALENDAR)]
    assert times == sorted(times)
    assert times[0] >= start
    assert times[1] == due


def test_every_step_tells_a_role_or_a_place_in_the_roster():
    words = {who for ladder in FILE["ladders"].values() for rung in ladder["rungs"] for who in rung["to"]}
    assert words | set(LAST_RESORT) <= NOT_ROLES | {role.value for role in Role}


def test_whoever_is_told_by_two_words_is_told_once():
    assert told(
        ["on_call_1", "safeguarding_lead"], {"on_call_1": [AMINA], "safeguarding_lead": [AMINA, BEN]}
    ) == (
        AMINA,
        BEN,
    )


def test_a_step_without_people_tells_the_next_step():
    roster = {"registered_manager": [CARLA], "nominated_individual": [DEV]}
    assert told(["on_call_1"], roster, above=LADDERS.above("red", 0)) == (CARLA,)


def test_above_a_step_are_the_later_steps_in_order():
    assert LADDERS.above("red", 1) == ["registered_manager", "nominated_individual"]
    assert LADDERS.above("red", 3) == []


def test_the_top_of_a_ladder_without_people_tells_whoever_leads():
    assert told(["nominated_individual"], {"deputy_manager": [BEN], "registered_manager": [CARLA]}) == (BEN,)


def test_nobody_whom_a_concern_names_is_told_of_it():
    roster = {"on_call_1": [AMINA], "registered_manager": [CARLA]}
    assert told(["on_call_1"], roster, above=["registered_manager"], excluded=[AMINA]) == (CARLA,)


def test_a_restricted_concern_only_goes_to_the_safeguarding_lead_and_the_nominated_individual():
    roster = {
        "on_call_1": [AMINA],
        "registered_manager": [CARLA],
        "safeguarding_lead": [BEN],
        "nominated_individual": [DEV],
    }
    for rung in FILE["ladders"]["red"]["rungs"]:
        assert told(rung["to"], roster, allowed=[BEN, DEV]) == (BEN, DEV)


def test_a_lead_who_is_named_is_not_told():
    roster = {"safeguarding_lead": [BEN], "nominated_individual": [DEV]}
    assert told(["on_call_1"], roster, allowed=[DEV], excluded=[BEN]) == (DEV,)
    assert told(["on_call_1"], roster, allowed=[BEN, DEV], excluded=[BEN]) == (DEV,)


def test_when_every_lead_of_the_service_is_named_the_thread_goes_to_its_other_readers():
    roster = {"registered_manager": [CARLA], "safeguarding_lead": [BEN]}
    assert told(["on_call_1"], roster, allowed=[ELLA], excluded=[BEN]) == (ELLA,)


def test_a_restricted_concern_whose_readers_are_all_named_goes_to_nobody():
    roster = {"safeguarding_lead": [BEN], "registered_manager": [CARLA]}
    assert told(["on_call_1"], roster, allowed=[BEN], excluded=[BEN]) == ()


workers = st.sampled_from([AMINA, BEN, CARLA, DEV, ELLA])
rosters = st.dictionaries(st.sampled_from(LAST_RESORT), st.lists(workers, max_size=3))
rungs = st.sampled_from([(name, rung) for name in FILE["ladders"] for rung in FILE["ladders"][name]["rungs"]])


@given(rungs, rosters, st.sets(workers))
def test_somebody_is_told_while_anybody_may_be(which, roster, excluded):
    ladder, rung = which
    found = told(rung["to"], roster, above=LADDERS.above(ladder, rung["rung"]), excluded=excluded)
    eligible: set[UUID] = {worker for held in roster.values() for worker in held} - excluded
    assert set(found) <= eligible
    assert bool(found) == bool(eligible)


@given(rungs, rosters, st.sets(workers), st.sets(workers))
def test_nobody_outside_a_restricted_thread_is_told_of_it(which, roster, allowed, excluded):
    found = told(which[1]["to"], roster, allowed=sorted(allowed, key=str), excluded=excluded)
    assert set(found) <= allowed - excluded
    assert bool(found) == bool(allowed - excluded)
