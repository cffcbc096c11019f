"""What the lexicon sees: the sentences that the phone reads as well, its known mistakes, and what always holds."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.lexicon import LIMITS, Lexicon
from server.domain.lexicon_index import LexiconIndex, needs

SCHEMAS = Path(__file__).parents[2] / "schemas"
FILE = json.loads((SCHEMAS / "rules/lexicon.json").read_text(encoding="utf-8"))
LEXICON = Lexicon.from_json(FILE)
VECTORS = json.loads((SCHEMAS / "vectors/lexicon.json").read_text(encoding="utf-8"))
CASES = VECTORS["cases"]

#: The same lexicon, which tries every phrase on every sentence.
TRIES_ALL = replace(LEXICON, index=LexiconIndex.of([[""] * len(rule.phrases) for rule in LEXICON.entries]))

sentences = st.sampled_from([case["text"] for case in CASES])
#: Every word that a phrase is made of, some with an ending that a star stands for, and words of everyday care.
WORDS = sorted(
    set(
        re.findall(
            r"[^\[\]|* .]+\*?", " ".join(phrase for rule in FILE["entries"] for phrase in rule["phrases"])
        )
    )
)
sayings = st.lists(
    st.sampled_from(
        [*WORDS, *(word[:-1] + "ed" for word in WORDS if word.endswith("*")), "tea", "she", ".", "but"]
    )
).map(lambda words: " ".join(words).replace("*", ""))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:60] or "nothing")
def test_a_sentence_is_read_as_written_down(case):
    hits = [
        {"rule": hit.rule, "status": hit.status, "words": hit.words} for hit in LEXICON.hits(case["text"])
    ]
    assert hits == case["hits"]
    assert LEXICON.note_flags(case["text"], case.get("before")) == case["flags"]


def test_the_vectors_belong_to_the_lexicon_in_force():
    assert VECTORS["lexicon"] == LEXICON.version


def test_every_rule_has_a_sentence_that_shows_it():
    assert {hit["rule"] for case in CASES for hit in case["hits"]} == {
        entry["id"] for entry in FILE["entries"]
    }


@pytest.mark.parametrize("kind", ["known false alarm", "known miss"])
def test_known_mistakes_are_kept_in_sight(kind):
    assert sum(case["kind"] == kind for case in CASES) >= 4


def test_a_hit_says_what_it_is_and_which_words_caused_it():
    hit = LEXICON.hits("Purse missing from the drawer again.")[0]
    assert (hit.rule, hit.category, hit.level, hit.words) == (
        "FIN-02",
        "financial",
        "suspect",
        "purse missing",
    )


def test_words_that_more_than_one_phrase_explains_are_said_once():
    hits = [hit for hit in LEXICON.hits("He grabbed hold of her.") if hit.rule == "PHY-02"]
    assert [hit.words for hit in hits] == ["grabbed hold of her"]


def test_the_same_rule_can_be_denied_in_one_place_and_affirmed_in_another():
    hits = LEXICON.hits("No bruise on her arm. There is a bruise on her leg.")
    assert [(hit.rule, hit.status) for hit in hits] == [("PHY-01", "negated"), ("PHY-01", "affirmed")]


@given(sentences, sentences)
def test_sentences_are_read_apart(one, other):
    both = {(hit.rule, hit.status, hit.words) for hit in LEXICON.hits(f"{one}\n{other}")}
    apart = {(hit.rule, hit.status, hit.words) for text in (one, other) for hit in LEXICON.hits(text)}
    assert both == apart


@given(sentences)
def test_capitals_and_apostrophes_change_nothing(text):
    assert LEXICON.hits(text.upper()) == LEXICON.hits(text.lower())
    assert LEXICON.hits(text.replace("’", "'")) == LEXICON.hits(text)


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_can_be_screened(text, before):
    for hit in LEXICON.hits(text):
        assert hit.words == " ".join(hit.words.split()) != ""
    assert set(LEXICON.note_flags(text, before)) <= {"too_short", "boilerplate", "same_as_before"}


def test_the_sentences_show_every_negation_and_break_that_the_list_names():
    sentence = "{} bruising to be seen"
    for word in FILE["negation"]["before"]:
        assert [hit.status for hit in LEXICON.hits(sentence.format(word))] == ["negated"], word
    for word in FILE["negation"]["breakers"]:
        assert [hit.status for hit in LEXICON.hits(f"no change {word} bruising")] == ["affirmed"], word


def test_a_long_note_is_screened_in_fifty_milliseconds():
    long = " ".join(case["text"] for case in CASES)
    assert len(long) > 3_000
    tries = []
    for _ in range(5):
        began = time.process_time()
        LEXICON.hits(long)
        tries.append(time.process_time() - began)
    assert min(tries) < 0.05


def test_what_was_seen_is_said_in_words_with_its_limits():
    said = LEXICON.in_words("No bruising seen. Purse missing.")
    assert "suspect: financial (FIN-02), for “purse missing”" in said
    assert "consider: physical (PHY-01), for “bruising”, and the text denies it" in said
    assert all(limit in said for limit in LIMITS)


def test_a_thin_note_is_called_thin_in_words():
    assert "As a note: boilerplate." in LEXICON.in_words("All care given. Settled. No concerns.")
    assert LEXICON.in_words("Ate half a slice of toast and a cup of tea.").startswith("Nothing seen.")


def test_phrases_only_use_the_syntax_that_both_languages_read():
    for entry in FILE["entries"]:
        for phrase in entry["phrases"]:
            assert re.fullmatch(r"[a-z0-9£ .*|\[\]]+", phrase), phrase
            assert phrase.count("[") == phrase.count("]"), phrase
            assert phrase.replace(" .. ", " ").count(".") == 0, phrase


@given(sayings)
def test_looking_words_up_first_finds_what_trying_every_phrase_finds(text):
    assert LEXICON.hits(text) == TRIES_ALL.hits(text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:60] or "nothing")
def test_looking_words_up_first_misses_no_sentence_that_is_written_down(case):
    assert LEXICON.hits(case["text"]) == TRIES_ALL.hits(case["text"])


@pytest.mark.parametrize(
    ("phrase", "needed"),
    [
        ("rough with [me|her]", [{"rough"}, {"with"}, {"me", "her"}]),
        ("[bruis*|black eye] .. gone", [{"bruis*", "black"}, {"gone"}]),
        ("[no [food|meal*]|ate nothing]", [{"no", "ate"}]),
        ("un[paid|safe] bill", [{"bill"}]),
        ("[*|never] fed", [{"fed"}]),
    ],
)
def test_a_phrase_needs_what_must_stand_in_a_sentence_for_it(phrase, needed):
    assert needs(phrase) == needed
