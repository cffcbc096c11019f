"""Screening a note for words that may be signs of harm: a small, visible list of phrases, read alike on the phone.

It decides nothing. Every hit names its rule and the words that caused it, says whether the writer denied it, and
goes to a person. It cannot see what was not written.
Source: docs/rules/lexicon.md; phrases after NICE guideline NG189 ("consider" and "suspect") and SCIE's lists.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Up to this many words may stand where a phrase has two dots.
WORDS_BETWEEN = 4
_BETWEEN = r"(?:\W+\w+){0,4}?\W+"
_SENTENCE = re.compile(r"[.!?;\n]+(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that was found. `status` is affirmed or negated; `words` are those that caused it."""

    rule: str
    category: str
    level: str
    status: str
    words: str


@dataclass(frozen=True)
class Lexicon:
    """The phrases, compiled once."""

    version: str
    entries: tuple[tuple[str, str, str, re.Pattern[str]], ...]
    negations: re.Pattern[str]
    breakers: re.Pattern[str]
    window: int
    shortest: int
    boilerplate: frozenset[str]
    similarity: float

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Lexicon:
        """The lexicon in a file."""
        negation, quality = content["negation"], content["note_quality"]
        return cls(
            version=content["version"],
            entries=tuple(
                (entry["id"], entry["category"], entry["level"], _pattern(entry["phrases"]))
                for entry in content["entries"]
            ),
            negations=_words_pattern(negation["before"]),
            breakers=_words_pattern(negation["breakers"]),
            window=negation["window"],
            shortest=quality["too_short_chars"],
            boilerplate=frozenset(quality["boilerplate"]),
            similarity=quality["copy_paste_similarity"],
        )

    def hits(self, text: str) -> list[Hit]:
        """Every sign in a text, once for each rule and status, in the order in which they stand."""
        found: dict[tuple[str, str], Hit] = {}
        for sentence in _sentences(text):
            for rule, category, level, pattern in self.entries:
                for match in pattern.finditer(sentence):
                    status = "negated" if self._negated(sentence[: match.start()]) else "affirmed"
                    found.setdefault((rule, status), Hit(rule, category, level, status, match.group()))
        return list(found.values())

    def note_flags(self, text: str, before: str | None = None) -> list[str]:
        """What makes a note too thin to learn from: too_short, boilerplate, same_as_before."""
        flags = ["too_short"] if len(text.strip()) < self.shortest else []
        said = [normalised(sentence) for sentence in _SENTENCE.split(text)]
        said = [sentence.strip(" ,.") for sentence in said if sentence.strip(" ,.")]
        if said and all(sentence in self.boilerplate for sentence in said):
            flags.append("boilerplate")
        if before is not None and _alike(text, before) >= self.similarity:
            flags.append("same_as_before")
        return flags

    def _negated(self, before: str) -> bool:
        # "No bruise, but her purse is gone": what stands before "but" denies nothing after it.
        since = before[max((each.end() for each in self.breakers.finditer(before)), default=0) :]
        return bool(self.negations.search(" ".join(since.split()[-self.window :])))


def normalised(text: str) -> str:
    """Lower case, one kind of letter, no apostrophes, single spaces."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return " ".join(re.sub("['’‘`´]", "", plain).split())


def _sentences(text: str) -> Iterator[str]:
    return (normalised(sentence) for sentence in _SENTENCE.split(text) if sentence.strip())


def _pattern(phrases: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_phrase, phrases))})(?!\w)")


def _words_pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in words)})(?!\w)")


def _phrase(phrase: str) -> str:
    """One phrase as a regular expression: [a|b] either, * any ending, .. up to four words between."""
    out = []
    for token in re.findall(r" \.\. |[\[\]|* ]|[^\[\]|* ]+", phrase):
        out.append(
            {" .. ": _BETWEEN, "[": "(?:", "]": ")", "|": "|", "*": r"\w*", " ": r"\W+"}.get(
                token, re.escape(token)
            )
        )
    return "".join(out)


def _alike(one: str, other: str) -> float:
    ours, theirs = Counter(normalised(one).split()), Counter(normalised(other).split())
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 0.0
