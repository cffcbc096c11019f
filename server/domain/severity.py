"""How grave a concern is: an ordered table of rules as data, read alike here and on the phone.

The highest rule wins, one rule raises what the others found, and every rule that fired says in words why.
Source: docs/rules/severity.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.domain.lexicon import Hit
from server.domain.standing import Why

AFFIRMED, NOT_SURE = "affirmed", "not_sure"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How grave, whether only a few may see it, and which rules said so, gravest first."""

    severity: str
    restricted: bool
    why: tuple[Why, ...]


@dataclass(frozen=True)
class Case:
    """What a rule may look at. `low_concerns` counts those about the same person in 28 days, this one included."""

    answers: Mapping[str, Any]
    hits: Sequence[Hit]
    low_concerns: int


@dataclass(frozen=True)
class SeverityTable:
    """The rules in order, and the severities from least to gravest."""

    version: int
    severities: tuple[str, ...]
    rules: tuple[Mapping[str, Any], ...]

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> SeverityTable:
        """The table in a severity file."""
        return cls(content["version"], tuple(content["severities"]), tuple(content["rules"]))

    def judge(self, answers: Mapping[str, Any], hits: Sequence[Hit], low_concerns: int) -> Judgement:
        """Judge these answers. A missing answer fires no rule, so a danger path of three answers is judged too."""
        case = Case(answers, [hit for hit in hits if hit.status == AFFIRMED], low_concerns)
        reached, restricted, fired = -1, False, []
        for rule in self.rules:
            if not _holds(rule["when"], case):
                continue
            level = self._after(rule, reached)
            # The rule for when nothing else fired has nothing to say once something did.
            if "always" in rule["when"] and fired:
                continue
            restricted = restricted or bool(rule.get("restricted"))
            fired.append((level, Why(rule["id"], rule["words"])))
            reached = max(reached, level)
        fired.sort(key=lambda pair: -pair[0])
        return Judgement(self.severities[reached], restricted, tuple(why for _, why in fired))

    def _after(self, rule: Mapping[str, Any], reached: int) -> int:
        if "raise" in rule:
            return min(max(reached, 0) + int(rule["raise"]), len(self.severities) - 1)
        return self.severities.index(rule["severity"])


def _holds(when: Mapping[str, Any], case: Case) -> bool:
    if "all" in when:
        return all(_holds(part, case) for part in when["all"])
    if "answer" in when:
        given = case.answers.get(when["answer"])
        return any(each in when["is"] for each in (given if isinstance(given, list) else [given]))
    if "hit_level" in when:
        return any(hit.level == when["hit_level"] for hit in case.hits)
    if "hit" in when:
        return any(hit.rule == when["hit"] and _says(hit, when.get("saying")) for hit in case.hits)
    if "low_concerns_at_least" in when:
        return case.low_concerns >= when["low_concerns_at_least"]
    if "not_sure_at_least" in when:
        return sum(map(_is_not_sure, case.answers.values())) >= when["not_sure_at_least"]
    return bool(when.get("always"))


def _says(hit: Hit, words: Sequence[str] | None) -> bool:
    return words is None or bool(set(hit.words.split()) & set(words))


def _is_not_sure(answer: object) -> bool:
    return answer == NOT_SURE or (isinstance(answer, list) and NOT_SURE in answer)
