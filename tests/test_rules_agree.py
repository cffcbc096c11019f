"""The phone and the server read, judge and reckon alike, whatever is written and whenever: same signs, same severity
with the same reasons, same due time with the same working.

Otherwise a worker would be shown one urgency and the manager another.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from server.domain.deadline import Mode, due_after_working_days
from server.instance.app_build import Node
from server.services.rules import load_rules
from tests.mutation import SCHEMAS

SEED = 20_261_124
ON_EACH_RUN = 1_000
WITH_ALL = 10_000
RECKONER = SCHEMAS.parent / "pwa" / "test" / "domain" / "reckon.ts"
RULES = load_rules(SCHEMAS)

#: Words that computers have read differently before: other scripts, joined letters, marks of their own, invisible ones.
AWKWARD = [
    "naïve",
    "ﬁne",
    "½",
    "İstanbul",
    "ΣΊΣΥΦΟΣ",
    "😀",
    "£3.20",
    "2/11",
    "doesn’t",
    "it's",
    "zero\u200bwidth",
    "漢字",
    "e\u0301te",
]
PLAIN = ["and", "the", "he", "her", "it", "of", "with", "a", "on", "today", "Joan"]
BETWEEN = [
    *[" "] * 12,
    ", ",
    ". ",
    "; ",
    "\n",
    " - ",
    "? ",
    ".",
    "! ",
    "\u00a0",
    "\t",
    "… ",
    " – ",
    "\u2028",
    "-",
]
OPTIONS = {
    "danger_now": ["yes", "no", "not_sure"],
    "safe_now": ["yes", "no", "not_sure"],
    "harm": ["no", "a_little", "needs_medical", "not_sure"],
    "who_caused": ["our_staff", "a_manager", "stranger", "nobody", "not_sure"],
    "others_at_risk": ["no", "children", "not_sure"],
    "before": ["yes", "no", "not_sure"],
}
CATEGORIES = ["physical", "sexual", "financial", "domestic_abuse", "organisational", "not_sure"]

Asked = dict[str, Any]


@pytest.fixture(scope="module")
def asked(everything: bool) -> list[Asked]:
    chance = random.Random(SEED)  # so that a failure can be seen again
    return [_ask(chance, number) for number in range(WITH_ALL if everything else ON_EACH_RUN)]


def _ask(chance: random.Random, number: int) -> Asked:
    answers: dict[str, Any] = {key: chance.choice(of) for key, of in OPTIONS.items() if chance.random() < 0.5}
    if chance.random() < 0.6:
        answers["category"] = chance.sample(CATEGORIES, chance.randint(0, 3))
    start = _near_a_change_of_clocks(chance) if number % 4 == 0 else _any_moment(chance)
    text = _text(chance)
    return {
        "text": text,
        "before": chance.choice([text, text[:-5], _text(chance)]),
        "answers": answers,
        "low_concerns": chance.randint(0, 4),
        "start": round(start.timestamp() * 1000),
        "division": chance.choice(sorted(RULES.calendar.holidays)),
        "days": chance.choice([1, 1, 1, 2, 5, 20, 100]),
        "mode": chance.choice(list(Mode)),
        "extra": [
            str((start + timedelta(days=chance.randint(0, 9))).date()) for _ in range(chance.randint(0, 2))
        ],
    }


def _text(chance: random.Random) -> str:
    words = [
        chance.choice(chance.choice([LISTED, LISTED, PLAIN, AWKWARD])) for _ in range(chance.randint(0, 25))
    ]
    sentence = chance.choice(SENTENCES) if chance.random() < 0.5 else ""
    return sentence + "".join(chance.choice(BETWEEN) + _inflected(chance, word) for word in words)


def _inflected(chance: random.Random, word: str) -> str:
    return chance.choice([word] * 8 + [word.upper(), word + "s"])


def _listed() -> list[str]:
    lexicon = json.loads((SCHEMAS / "rules/lexicon.json").read_text(encoding="utf-8"))
    phrases = [phrase for entry in lexicon["entries"] for phrase in entry["phrases"]]
    negation = lexicon["negation"]
    return sorted({*re.findall(r"[a-z0-9£]+", " ".join(phrases)), *negation["before"], *negation["breakers"]})


LISTED = _listed()
SENTENCES = [
    case["text"]
    for case in json.loads((SCHEMAS / "vectors/lexicon.json").read_text(encoding="utf-8"))["cases"]
]


def _any_moment(chance: random.Random) -> datetime:
    return datetime.fromtimestamp(chance.randint(1_420_070_400_000, 2_145_916_800_000) / 1000, UTC)


def _near_a_change_of_clocks(chance: random.Random) -> datetime:
    last = datetime(chance.randint(2015, 2037), chance.choice([3, 10]), 31, tzinfo=UTC)
    sunday = last - timedelta(days=(last.weekday() + 1) % 7)
    return sunday + timedelta(minutes=chance.randint(-300, 300))


def on_server(asked: Asked) -> list[Any]:
    hits = RULES.lexicon.hits(asked["text"])
    judgement = RULES.severity.judge(asked["answers"], hits, asked["low_concerns"])
    due = due_after_working_days(
        datetime.fromtimestamp(asked["start"] / 1000, UTC),
        asked["days"],
        asked["division"],
        RULES.calendar,
        mode=asked["mode"],
        extra=[date.fromisoformat(day) for day in asked["extra"]],
    )
    return [
        [[hit.rule, hit.status, hit.words] for hit in hits],
        RULES.lexicon.note_flags(asked["text"], asked["before"]),
        [judgement.severity, judgement.restricted, [[why.rule, why.words] for why in judgement.why]],
        [round(due.at.timestamp() * 1000), due.working],
    ]


def test_phone_and_server_apply_the_same_rules(asked):
    lines = "".join(json.dumps(each) + "\n" for each in asked)
    done = subprocess.run(
        [Node.find().program, str(RECKONER)],
        input=lines,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    phone = [json.loads(line) for line in done.stdout.splitlines()]
    server = [on_server(each) for each in asked]

    differing = [pair for pair in zip(asked, server, phone, strict=True) if pair[1] != pair[2]]
    assert not differing, f"{len(differing)} differ (seed {SEED}), first: {differing[0]}"


def test_what_is_asked_tries_every_sign_flag_severity_and_way_of_not_counting(asked):
    """Agreement says little when nothing is seen, or always the same."""
    answers = [on_server(each) for each in asked]
    assert {hit[0] for answer in answers for hit in answer[0]} == {
        entry.rule for entry in RULES.lexicon.entries
    }
    assert {hit[1] for answer in answers for hit in answer[0]} == {"affirmed", "negated"}
    assert {flag for answer in answers for flag in answer[1]} == {
        "too_short",
        "boilerplate",
        "same_as_before",
    }
    assert {answer[2][0] for answer in answers} == {"low", "amber", "red"}
    workings = "\n".join(answer[3][1] for answer in answers)
    for words in (
        "next working day",
        "days later",
        "Sunday does",
        "the weekend",
        "weekends",
        "local holiday",
        "only known for",
    ):
        assert words in workings
