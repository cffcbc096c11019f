"""The rules asked by hand: `heed due` and `heed screen`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.commands import heed, main
from server.commands.running import with_warning
from server.domain.lexicon import LIMITS
from server.domain.working_days import Calendar

RULES = Path(__file__).parents[2] / "schemas" / "rules"
ENGLAND, SCOTLAND = "england-and-wales", "scotland"
CALENDAR = Calendar.from_json(json.loads((RULES / "bank-holidays.json").read_text(encoding="utf-8")))


def ask(*words: str) -> Result:
    return CliRunner().invoke(heed, list(words))


def due(start: str, days: str = "1", division: str = ENGLAND) -> Result:
    return ask("due", start, "--days", days, "--division", division)


def refusal(capsys: pytest.CaptureFixture[str], words: Sequence[str]) -> tuple[object, list[str]]:
    """The exit code of a command that fails, and the lines in which it says why; nothing stands on its output."""
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    said = capsys.readouterr()
    assert said.out == ""
    return ended.value.code, said.err.splitlines()


@pytest.mark.parametrize(
    ("start", "days", "division", "first"),
    [
        ("2026-12-24T18:30", "1", ENGLAND, "2026-12-29T17:00:00+00:00"),
        ("2026-12-24T18:30", "2", ENGLAND, "2026-12-30T17:00:00+00:00"),
        ("2026-07-10T15:00", "1", "northern-ireland", "2026-07-14T17:00:00+01:00"),
        ("2026-11-27T09:00", "1", SCOTLAND, "2026-12-01T17:00:00+00:00"),
        # With Z or an offset the start is taken as given: this is already Monday in Britain.
        ("2026-07-05T23:30Z", "1", ENGLAND, "2026-07-07T17:00:00+01:00"),
        ("2026-11-22T23:59", "1", ENGLAND, "2026-11-23T17:00:00+00:00"),
        ("2026-11-23T04:00+05:30", "1", ENGLAND, "2026-11-23T17:00:00+00:00"),
    ],
)
def test_the_due_time_stands_alone_on_the_first_line(start, days, division, first):
    answer = due(start, days, division)
    assert answer.exit_code == 0
    assert answer.stdout.splitlines()[0] == first


def test_the_working_is_said_in_words_on_the_second_line():
    second = due("2026-12-24T18:30").stdout.splitlines()[1]
    assert second.startswith("due Tue 29 Dec 17:00: Christmas Day, the weekend and Boxing Day")
    assert second.endswith("do not count")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["due", "tomorrow", "--days", "1", "--division", ENGLAND], "is not a date and time"),
        (
            ["due", "2026-02-29T10:00", "--days", "1", "--division", ENGLAND],
            "is not a day and time that there is",
        ),
        (["due", "2026-03-29T01:30", "--days", "1", "--division", ENGLAND], "the clocks go forward over it"),
        (
            ["due", "2026-11-20T08:00", "--days", "1", "--division", "wales"],
            "There is no division called “wales”",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(capsys, words, why):
    code, lines = refusal(capsys, words)
    assert code not in (0, None)
    assert len(lines) == 1
    assert why in lines[0]


@pytest.mark.parametrize("days", ["0", "-1", "367", "soon", "1.5"])
def test_a_number_of_days_that_makes_no_sense_is_refused(capsys, days):
    code, lines = refusal(capsys, ["due", "2026-11-20T08:00", f"--days={days}", "--division", ENGLAND])
    assert code not in (0, None)
    assert "--days" in lines[-1]


def test_past_the_list_of_bank_holidays_it_says_so():
    assert "list of bank holidays ended on 31 December 2035" in due("2040-01-03T10:00").stdout


def test_screening_names_each_sign_its_rule_and_the_words_and_then_what_it_cannot_do():
    said = ask("screen", "No bruising seen. Her purse is gone from the drawer.").stdout.splitlines()
    assert [line for line in said if "PHY-01" in line and "bruising" in line and "denies" in line]
    (money,) = [line for line in said if "FIN-02" in line]
    assert money.startswith("suspect: financial")
    assert "purse is gone" in money
    assert "denies" not in money
    assert said[-len(LIMITS) :] == list(LIMITS)
    assert LIMITS[0].startswith("It cannot see what was not written")


def test_screening_says_when_it_saw_nothing_and_that_this_is_no_proof():
    said = ask("screen", "Ate half a slice of toast and a cup of tea, watched TV.").stdout.splitlines()
    assert said[0] == "Nothing seen."
    assert said[-len(LIMITS) :] == list(LIMITS)


def test_the_start_warns_when_the_list_of_bank_holidays_runs_out():
    assert with_warning("Welcome.", CALENDAR, date(2026, 11, 24)) == "Welcome."
    first, second = with_warning("Welcome.", CALENDAR, date(2035, 12, 1)).splitlines()
    assert first == "Welcome."
    assert "ends on 31 December 2035" in second
