"""The demo's story holds what it promises, and every entry of it would be accepted from a phone."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from server.config import ROOT
from server.demo import passphrase, sign_in_names, source
from server.demo.cast import cast
from server.demo.clock import DAYS, Clock, span
from server.demo.phone import Phones
from server.demo.planned import Planned
from server.demo.seed import Seed
from server.demo.story import tell
from server.domain.password import check_password
from server.domain.role import Role
from server.domain.rules import Rules
from server.services.form import FormShelf
from server.services.rules import load_rules

#: A Tuesday morning, with a weekend behind it and none of the holidays near.
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SCHEMAS = ROOT / "schemas"


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(SCHEMAS)


@pytest.fixture(scope="module")
def story(rules: Rules) -> list[Planned]:
    return tell(NOW, rules)


def by_name(story: list[Planned]) -> dict[str, Planned]:
    return {each.name: each for each in story}


def notes_of(story: list[Planned], person: str) -> list[Planned]:
    notes = [each for each in story if each.form == "visit-note" and each.person == person]
    return sorted(notes, key=lambda note: note.recorded)


def reviews_of(story: list[Planned], root: Planned) -> list[Planned]:
    return [each for each in story if each.form == "review" and each.about == root.name]


def days_ago(each: Planned) -> int:
    return (Clock(NOW).today - each.recorded.date()).days


def is_late(rules: Rules, root: Planned, review: Planned) -> bool:
    return review.recorded > rules.review_deadline(root.recorded, None, "england-and-wales").due


# --- What every entry must be ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        datetime(2026, 11, 22, 3, 5, tzinfo=UTC),
        datetime(2026, 12, 29, 16, 59, tzinfo=UTC),
        datetime(2027, 4, 1, 22, 40, tzinfo=UTC),
    ],
)
def test_every_entry_answers_its_form_whenever_the_demo_is_loaded(rules: Rules, now: datetime) -> None:
    shelf = FormShelf.from_folder(SCHEMAS)
    problems = {
        each.name: found
        for each in tell(now, rules)
        if (found := shelf.problems(each.form, 1, dict(each.answers)))
    }
    assert problems == {}


def test_nothing_was_written_before_it_happened_or_received_before_it_was_written(
    story: list[Planned],
) -> None:
    for each in story:
        assert each.observed <= each.recorded <= each.received <= NOW, each.name


def test_nobody_answers_what_they_have_not_received(story: list[Planned]) -> None:
    received = {each.name: each.received for each in story}
    for each in story:
        asked = each.about or each.replaces
        if asked:
            assert received[asked] <= each.recorded, each.name


def test_names_in_the_story_are_names_of_one_thing(story: list[Planned]) -> None:
    assert len({each.name for each in story}) == len(story)
    assert len({each.key(Seed()) for each in story}) == len(story)


def test_everybody_writes_only_where_they_work(story: list[Planned]) -> None:
    for each in story:
        assert each.service in each.writer.roles, each.name


def test_the_same_seed_and_moment_tell_the_same_story_to_the_byte(rules: Rules, story: list[Planned]) -> None:
    once, again = Phones(Seed()).write_all(story), Phones(Seed()).write_all(tell(NOW, rules))
    assert {name: each.raw for name, each in once.items()} == {name: each.raw for name, each in again.items()}
    assert {each.signature for each in once.values()} == {each.signature for each in again.values()}


def test_another_seed_gives_every_entry_another_id(rules: Rules, story: list[Planned]) -> None:
    other = tell(NOW, rules, Seed("riverside"))
    assert not {each.key(Seed()) for each in story} & {each.key(Seed("riverside")) for each in other}


def test_each_device_chains_what_was_written_on_it(story: list[Planned]) -> None:
    last: dict[object, tuple[int, str | None]] = {}
    written = Phones(Seed()).write_all(story).values()
    for each in sorted(written, key=lambda opened: opened.body.device_seq):
        number, before = last.get(each.device, (0, None))
        assert (each.body.device_seq, each.body.previous) == (number + 1, before)
        last[each.device] = (each.body.device_seq, each.content_hash.hex())


def test_a_phone_with_a_wrong_clock_writes_wrong_times_and_they_are_put_right(story: list[Planned]) -> None:
    ahead = timedelta(seconds=cast().workers["tomasz"].skew_seconds)
    written = Phones(Seed()).write_all(story)
    his = [each for each in story if each.by == "tomasz"]
    assert his
    assert ahead > timedelta(minutes=5)
    for each in his:
        assert written[each.name].body.recorded_at == each.recorded + ahead
        assert written[each.name].recorded_at == each.recorded


# --- Who is in it ------------------------------------------------------------------------------------------


def test_there_are_three_services_fourteen_people_and_twenty_workers() -> None:
    everybody = cast()
    assert [each.kind for each in everybody.services.values()] == [
        "homecare",
        "supported_living",
        "care_home",
    ]
    assert (len(everybody.people), len(everybody.workers)) == (14, 20)


def test_the_workers_hold_every_role_between_them() -> None:
    held = {role for worker in cast().workers.values() for roles in worker.roles.values() for role in roles}
    assert held == set(Role)


def test_everybody_can_sign_in_with_words_that_heed_allows() -> None:
    names = sign_in_names()
    assert len(names) == 20
    assert names[0].startswith("amina@meadow: Amina Yusuf, worker")
    for worker in cast().workers.values():
        check_password(passphrase(), worker.key, worker.name)


def test_every_telephone_number_is_one_that_nobody_has() -> None:
    numbers = [worker.number for worker in cast().workers.values()]
    for service in cast().services.values():
        numbers += [service.office_number, service.on_call_number]
    assert all(number.startswith(("01632 960", "07700 900")) for number in numbers)


def test_everybody_supported_has_notes_over_the_four_weeks(story: list[Planned]) -> None:
    for person in cast().people:
        days = {days_ago(note) for note in notes_of(story, person)}
        assert max(days) >= DAYS - 2, person
        assert min(days) <= 3, person


# --- How it is written -------------------------------------------------------------------------------------


def test_the_notes_are_written_and_not_stamped(story: list[Planned]) -> None:
    texts = Counter(each.answers["note"] for each in story if each.form == "visit-note")
    empty = set(source.read("vague")["vague"])
    assert len(texts) >= 300
    assert max(count for text, count in texts.items() if text not in empty) <= 4


def test_no_day_of_the_week_is_written_into_the_prose() -> None:
    # It would be wrong on six days out of seven; `{weekday.9}` says which day nine days ago was.
    for path in source.DATA.rglob("*.toml"):
        for line in path.read_text(encoding="utf-8").splitlines():
            says = line.split("=", 1)[0].strip() in ("rationale", "reason", "note", "changed", "protection")
            days = [day for day in ("Mon", "Tues", "Wednes", "Thurs", "Satur") if f"{day}day" in line]
            assert not (says and days), f"{path.name}: {line}"


def test_every_sign_that_the_lexicon_finds_was_looked_at_or_is_new(
    rules: Rules, story: list[Planned]
) -> None:
    for note in story:
        if note.form != "visit-note" or note.answers["worried"] != "no" or note.replaces:
            continue
        if rules.suspect_hits(note.answers["note"]):
            assert reviews_of(story, note), f"{note.name}: {note.answers['note']}"


# --- What a manager finds ----------------------------------------------------------------------------------


def test_something_is_overdue_something_is_due_today_and_something_is_amber(
    rules: Rules, story: list[Planned]
) -> None:
    open_now = [
        each
        for each in story
        if each.form == "concern"
        and all(review.answers["decision"] == "more_information" for review in reviews_of(story, each))
    ]
    due = {
        each.name: rules.review_deadline(each.recorded, None, "england-and-wales").due for each in open_now
    }
    assert any(moment < NOW for moment in due.values())
    assert any(moment > NOW and moment.date() == NOW.date() for moment in due.values())
    alone = {"concern/danny-left-out"}
    unanswered = [each for each in open_now if not any(each.name in (other.about, *alone) for other in story)]
    assert [rules.judge(each.answers, 0).severity for each in unanswered] == ["amber"]


def test_some_reviews_were_in_time_and_some_were_late(rules: Rules, story: list[Planned]) -> None:
    late = Counter(
        is_late(rules, root, reviews_of(story, root)[0])
        for root in story
        if root.form in ("concern", "visit-note") and reviews_of(story, root)
    )
    assert late[True] >= 6
    assert late[False] >= 12


def test_a_worker_asks_whether_it_is_serious_at_all(story: list[Planned]) -> None:
    unsure = [each for each in story if each.answers.get("worried") == "not_sure"]
    assert any("not sure if it is serious" in each.answers["note"].lower() for each in unsure)


def test_a_concern_about_staff_is_restricted_and_kept_from_whom_it_names(
    rules: Rules, story: list[Planned]
) -> None:
    concern = by_name(story)["concern/miah-staff"]
    judged = rules.judge(concern.answers, 0)
    assert (judged.severity, judged.restricted) == ("red", True)
    assert {each.by for each in story if each.about == concern.name} == {"ruth"}


def test_two_managers_decided_about_the_same_concern(story: list[Planned]) -> None:
    decided = reviews_of(story, by_name(story)["concern/arthur-bank"])
    assert [each.by for each in sorted(decided, key=lambda each: each.recorded)] == ["carol", "ruth"]


def test_a_handover_that_must_be_read_waits_for_one_of_its_readers(story: list[Planned]) -> None:
    handover = by_name(story)["handover/larkfield-now"]
    assert any(item.get("must_read") for item in handover.answers["items"])
    read_by = {each.by for each in story if each.about == handover.name}
    assert read_by == {"shabana"}
    assert len(handover.answers["for"]) == 2


def test_receipts_show_what_was_bought_and_some_are_missing(story: list[Planned]) -> None:
    spent = [each for each in story if each.answers.get("kind") == "spent"]
    pictured = [each for each in spent if each.photos]
    assert len(pictured) >= 10
    assert all(photo.startswith(b"\xff\xd8\xff") for each in pictured for photo in each.photos)
    assert sum(each.answers["receipt"] != "photo" for each in spent) >= 5
    assert any(not each.photos_here for each in pictured)


# --- The three examples ------------------------------------------------------------------------------------


def test_at_harbour_low_level_signs_stood_in_notes_before_anybody_joined_them_up(
    rules: Rules, story: list[Planned]
) -> None:
    concern = by_name(story)["concern/joan-bruises"]
    signs = ("bruise", "red mark", "tearful", "crying")
    before = [
        note
        for note in notes_of(story, "joan")
        if note.recorded < concern.recorded and any(sign in note.answers["note"].lower() for sign in signs)
    ]
    assert len(before) >= 5
    assert len({note.by for note in before}) >= 3, "more than one carer saw it"
    assert (concern.recorded - before[0].recorded) > timedelta(days=10)
    assert any(note.answers["worried"] == "no" for note in before), "some did not think that it counted"
    looked_at = [(note, reviews_of(story, note)[0]) for note in before if reviews_of(story, note)]
    assert len(looked_at) >= 3
    assert all(is_late(rules, note, review) for note, review in looked_at)


def test_at_orchard_worries_about_money_came_back_because_one_team_was_not_told(story: list[Planned]) -> None:
    names = by_name(story)
    first, second = names["concern/danny-receipts"], names["concern/danny-tin-short"]
    assert first.answers["category"] == second.answers["category"] == ["financial"]
    no_receipt = [
        each
        for each in story
        if each.person == "danny" and each.answers.get("receipt") in ("lost", "shop_gave_none")
    ]
    assert {each.by for each in no_receipt} == {"jade", "ioana"}, "all of them from the evening team"
    assert sum(each.answers["consent"] == "not_sure" for each in no_receipt) >= 2
    told = names["handover/orchard-receipts-day-team"].answers["for"]
    evenings = {str(Seed().id_for(f"worker/{key}")) for key in ("jade", "ioana")}
    assert not evenings & set(told), "the first handover about receipts went to the day team alone"
    assert evenings <= set(names["handover/orchard-tin"].answers["for"])


def test_at_larkfield_advice_was_on_file_for_a_week_before_it_reached_the_floor(story: list[Planned]) -> None:
    names = by_name(story)
    filed = next(note for note in notes_of(story, "elsie") if "level 2" in note.answers["note"])
    told = names["handover/larkfield-level-2"]
    assert filed.by == "wendy"
    assert (told.recorded - filed.recorded) >= timedelta(days=6)
    between = [
        each for each in story if filed.recorded < each.recorded < names["concern/elsie-thickener"].recorded
    ]
    handed_over = [
        item["changed"] for each in between if each.form == "handover" for item in each.answers["items"]
    ]
    assert any("filed" in words for words in handed_over)
    assert not any("level 2" in words for words in handed_over)
    coughs = [each for each in between if each.person == "elsie" and "ough" in each.answers.get("note", "")]
    assert len(coughs) >= 3
    assert {each.by for each in story if each.about == told.name} == {"mercy", "denise", "dean"}


# --- How times are written ---------------------------------------------------------------------------------


def test_a_length_of_time_that_nobody_can_read_is_refused() -> None:
    with pytest.raises(ValueError, match="3 hours is not a length of time"):
        span("3 hours")


def test_nobody_decides_late_on_a_weekend() -> None:
    clock = Clock(NOW)
    friday = datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert clock.after(friday, "due+18h", friday) == datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert clock.after(friday, "due-2h", friday) == datetime(2026, 11, 20, 15, tzinfo=UTC)


def test_a_weekday_in_the_prose_is_the_one_so_many_days_ago() -> None:
    assert Clock(NOW).filled("See {weekday.9} and {weekday.0}.") == "See Sunday and Tuesday."
