"""Which phrases of the lexicon can stand in a sentence at all, by the words in it.

Nearly every sentence holds no sign of harm. Trying each phrase on each of them took most of the time that screening
a note took; looking each word up once says which few phrases are worth trying.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

#: What must stand in a sentence for a phrase to stand in it: one of these words, or of the beginnings with a star.
Need = frozenset[str]

#: As many words, and as many ways of meeting needs, are remembered; the rest is looked up again.
MOST_WORDS = 8192


@dataclass(frozen=True)
class LexiconIndex:
    """Each need is one bit. A word sets the bits of the needs that it meets; a phrase wants all of its own."""

    words: Mapping[str, int]
    #: The beginnings of words that meet a need, and the bits of each
    beginnings: Mapping[str, int]
    #: The same beginnings by their first letter
    by_letter: Mapping[str, tuple[str, ...]]
    #: For each rule of the lexicon, the bits that each of its phrases wants
    wanted: tuple[tuple[int, ...], ...]

    @cached_property
    def _idle(self) -> set[str]:
        """Words that meet no need, as most do: all of a sentence's are taken out of it at once."""
        return set()

    @cached_property
    def _met_by(self) -> Callable[[str], int]:
        # People use the same few thousand words again and again.
        return lru_cache(maxsize=MOST_WORDS)(self._bits)

    @cached_property
    def _wanting(self) -> Callable[[int], tuple[tuple[int, tuple[int, ...]], ...]]:
        return lru_cache(maxsize=MOST_WORDS)(self._with_their_needs_met)

    @classmethod
    def of(cls, rules: Iterable[Sequence[str]]) -> LexiconIndex:
        """The index of these rules, each given by its phrases as the lexicon writes them."""
        bits: dict[Need, int] = {}
        wanted = tuple(
            tuple(
                sum(bits.setdefault(need, 1 << len(bits)) for need in set(needs(phrase)))
                for phrase in phrases
            )
            for phrases in rules
        )
        words: dict[str, int] = defaultdict(int)
        beginnings: dict[str, int] = defaultdict(int)
        for need, bit in bits.items():
            for word in need:
                if word.endswith("*"):
                    beginnings[word[:-1]] |= bit
                else:
                    words[word] |= bit
        letters = {beginning[0] for beginning in beginnings}
        by_letter = {letter: tuple(each for each in beginnings if each[0] == letter) for letter in letters}
        return cls(dict(words), dict(beginnings), by_letter, wanted)

    def possible(self, sentence: Iterable[str]) -> Sequence[tuple[int, Sequence[int]]]:
        """The rules of which a phrase may stand in a sentence, in order, and which phrases those are."""
        met = 0
        for word in set(sentence) - self._idle:
            bits = self._met_by(word)
            if not bits and len(self._idle) < MOST_WORDS:
                self._idle.add(word)
            met |= bits
        return self._wanting(met)

    def _bits(self, word: str) -> int:
        met = self.words.get(word, 0)
        for beginning in self.by_letter.get(word[0], ()):
            if word.startswith(beginning):
                met |= self.beginnings[beginning]
        return met

    def _with_their_needs_met(self, met: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
        possible = (
            (rule, tuple(phrase for phrase, bits in enumerate(wanted) if bits & met == bits))
            for rule, wanted in enumerate(self.wanted)
        )
        return tuple((rule, phrases) for rule, phrases in possible if phrases)


def needs(phrase: str) -> list[Need]:
    """What a phrase needs: each of its words, and of each choice in brackets one of the words that these begin with."""
    found = []
    for part in _split(phrase, " "):
        if part == "..":
            continue
        if part.startswith("[") and part.endswith("]"):
            choices = [needs(choice) for choice in _split(part[1:-1], "|")]
            # A choice that needs nothing lets the whole of it stand anywhere.
            if all(choices):
                found.append(frozenset[str]().union(*(choice[0] for choice in choices)))
        elif part and "[" not in part and "*" not in part[:-1] and part != "*":
            found.append(frozenset({part}))
    return found


def _split(phrase: str, at: str) -> list[str]:
    """The parts of a phrase, where whatever stands in brackets is one part."""
    parts, depth = [""], 0
    for letter in phrase:
        depth += (letter == "[") - (letter == "]")
        if letter == at and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
