"""Screening a note for words that may be signs of harm: a small, visible list of phrases, read alike on the phone.

It decides nothing. Every hit names its rule and the words that caused it, says whether the writer denied it, and
goes to a person. It cannot see what was not written.
Source: docs/rules/lexicon.md; levels after NICE guideline NG189, which tells "consider" from "suspect".
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.domain.lexicon_index import LexiconIndex

AFFIRMED, NEGATED = "affirmed", "negated"

#: Whoever sees what the lexicon saw sees these too.
LIMITS = (
    "It cannot see what was not written, and it reads English only.",
    "It is weak on dialect, new words, sarcasm, and the phrasing of people who write in a second language.",
    "It mistakes ordinary care for harm, and may flag people more often whose disability shows as distress.",
    "It is not a diagnosis and not evidence. Never use it to rank staff.",
)

#: A word: letters and digits of any script, and the pound. Written as ranges so that both languages read it alike.
_WORD = re.compile("[a-z0-9£\u00c0-\u1fff\u2c00-\u2dff\u3040-\ud7ff\uf900-\ufdff\ufe70-\uffef]+")
#: Full stops and the like but not within a number, ends of lines, and dashes that stand free. Each begins with one of a
#: few characters, and is written so that a search finds those without trying three ways at every letter.
_SENTENCE_END = re.compile(
    "[.!?;\n\r\v\f\u0085\u2028\u2029\u2013\u2014-](?:"
    "(?<=[.!?;])[.!?;]*(?![0-9])"
    "|(?<=[\n\r\v\f\u0085\u2028\u2029])[\n\r\v\f\u0085\u2028\u2029]*"
    "|(?<=[ \t][-\u2013\u2014])[-\u2013\u2014]*(?=[ \t]))"
)
#: The same words, where a text is written in ASCII alone: everything else becomes a space.
_NO_ASCII_WORD = str.maketrans({chr(c): " " for c in range(128) if not _WORD.match(chr(c))})
#: Apostrophes, so that "doesn't" and "doesnt" are one word, and characters that nobody sees.
_DROPPED = re.compile("['\u2018\u2019\u02bc`\u00b4\u00ad\u200b-\u200d\u2060\ufeff]")
_SYNTAX = re.compile(r" \.\. |[\[\]|* ]|[^\[\]|* ]+")
_MEANING = {" .. ": "(?: [^ ]+){0,4}? ", "[": "(?:", "]": ")", "|": "|", "*": "[^ ]*", " ": " "}


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that was found. `status` is affirmed or negated; `words` are those that caused it."""

    rule: str
    category: str
    level: str
    status: str
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule of the lexicon, with its phrases."""

    rule: str
    category: str
    level: str
    phrases: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Lexicon:
    """The phrases, compiled once, and what makes a note too thin to learn from."""

    version: str
    entries: tuple[Entry, ...]
    #: Which phrases can stand in a sentence, by the words in it
    index: LexiconIndex
    negations: tuple[str, ...]
    breakers: tuple[str, ...]
    window: int
    shortest: int
    boilerplate: re.Pattern[str]
    similarity: float

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Lexicon:
        """The lexicon in a file."""
        negation, quality = content["negation"], content["note_quality"]
        longest_first = sorted(quality["boilerplate"], key=len, reverse=True)
        return cls(
            version=content["version"],
            entries=tuple(_entry(each) for each in content["entries"]),
            index=LexiconIndex.of([each["phrases"] for each in content["entries"]]),
            negations=tuple(negation["before"]),
            breakers=tuple(negation["breakers"]),
            window=negation["window"],
            shortest=quality["too_short_chars"],
            boilerplate=re.compile(f" (?:{'|'.join(map(re.escape, longest_first))}|and)(?= )"),
            similarity=quality["copy_paste_similarity"],
        )

    def hits(self, text: str, level: str | None = None) -> list[Hit]:
        """Every sign in a text, or those of one level, in the order of sentences and rules.

        The same words are said once for a rule.
        """
        found: dict[tuple[str, str, str], Hit] = {}
        for words in _sentences(text):
            possible = self.index.possible(words)
            sentence = f" {' '.join(words)} " if possible else ""
            for place, phrases in possible:
                entry = self.entries[place]
                if level not in (None, entry.level):
                    continue
                for start, seen in _found([entry.phrases[phrase] for phrase in phrases], sentence):
                    status = NEGATED if self._is_denied(sentence[:start], seen) else AFFIRMED
                    hit = Hit(entry.rule, entry.category, entry.level, status, seen)
                    found.setdefault((entry.rule, status, seen), hit)
        return list(found.values())

    def note_flags(self, text: str, before: str | None = None) -> list[str]:
        """What makes a note too thin to learn from: too_short, boilerplate, same_as_before.

        `before` is the note that the same worker wrote before about the same person.
        """
        flags = ["too_short"] if len(" ".join(text.split())) < self.shortest else []
        said = _words(text)
        if said and not self.boilerplate.sub("", f" {' '.join(said)} ").strip():
            flags.append("boilerplate")
        if before is not None and _alikeness(said, _words(before)) >= self.similarity:
            flags.append("same_as_before")
        return flags

    def in_words(self, text: str) -> str:
        """What was seen in a text and why, what the note leaves out, and what screening cannot do."""
        seen = [
            f"{hit.level}: {hit.category} ({hit.rule}), for “{hit.words}”"
            f"{', and the text denies it' if hit.status == NEGATED else ''}"
            for hit in self.hits(text)
        ]
        thin = [f"As a note: {flag.replace('_', ' ')}." for flag in self.note_flags(text)]
        return "\n".join([*(seen or ["Nothing seen."]), *thin, "", *LIMITS])

    def _is_denied(self, before: str, words: str) -> bool:
        # "No food in and no receipt" says two things; the first "no" does not take back the second.
        if words.split()[0] in self.negations:
            return False
        near = f" {' '.join(before.split()[-self.window :])} "
        # "No bruise, but her purse is gone": what stands before "but" denies nothing after it.
        since = max(
            (near.rfind(f" {word} ") + len(word) + 1 for word in self.breakers if f" {word} " in near),
            default=0,
        )
        return any(f" {word} " in near[since:] for word in self.negations)


def _entry(content: Mapping[str, Any]) -> Entry:
    return Entry(
        rule=content["id"],
        category=content["category"],
        level=content["level"],
        phrases=tuple(re.compile(f" ({_phrase(phrase)})(?= )") for phrase in content["phrases"]),
    )


def _phrase(phrase: str) -> str:
    """One phrase as a regular expression: [a|b] either, * any ending, .. up to four words between."""
    return "".join(_MEANING.get(token) or re.escape(token) for token in _SYNTAX.findall(phrase))


def _found(phrases: Sequence[re.Pattern[str]], sentence: str) -> Iterator[tuple[int, str]]:
    """Where phrases of one rule stand, from the left. Of those that share words the first and longest is taken."""
    matches = [match.span(1) for phrase in phrases for match in phrase.finditer(sentence)]
    reached = 0
    for start, end in sorted(matches, key=lambda span: (span[0], -span[1])):
        if start >= reached:
            reached = end
            yield start, sentence[start:end]


def _sentences(text: str) -> Iterator[list[str]]:
    """The words of each sentence of a text."""
    for sentence in _SENTENCE_END.split(_normalised(text)):
        words = sentence.translate(_NO_ASCII_WORD).split() if sentence.isascii() else _WORD.findall(sentence)
        if words:
            yield words


def _words(text: str) -> list[str]:
    return _WORD.findall(_normalised(text))


def _normalised(text: str) -> str:
    if text.isascii():
        # Written one way only, and of what is dropped it can hold nothing but two characters.
        return text.lower().replace("'", "").replace("`", "")
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).lower())


def _alikeness(one: Sequence[str], other: Sequence[str]) -> float:
    ours, theirs = Counter(one), Counter(other)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 0.0
