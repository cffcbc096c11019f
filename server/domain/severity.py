"""How grave a concern is: an ordered table of rules as data, read alike here and on the phone.

The gravest rule wins, one rule raises what the rules before it found, and every rule that fired says in words why.
Source: docs/rules/severity.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.domain.lexicon import AFFIRMED, Hit
from server.domain.standing import Why

NOT_SURE = "not_sure"
#: A sentence that quotes more words than these is no longer read.
MOST_WORDS_QUOTED = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """How grave, whether only a few may see it, and which rules said so, gravest first."""

    severity: str
    restricted: bool
    why: tuple[Why, ...]


@dataclass(frozen=True)
class Case:
    """What a rule may look at. `so_far` is what the rules before it found."""

    answers: Mapping[str, Any]
    hits: Sequence[Hit]
    low_concerns: int
    so_far: str


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
        """Judge these answers. A missing answer fires no rule, so a danger path of three answers is judged too.

        `low_concerns` counts the low concerns about the same person in the 28 days up to this one, itself included
        when it is low.
        """
        affirmed = [hit for hit in hits if hit.status == AFFIRMED]
        reached, restricted = 0, False
        fired: list[tuple[int, Why]] = []
        for rule in self.rules:
            # The rule for when nothing else fired has nothing to say once something did.
            if fired and "nothing_else" in rule["when"]:
                continue
            case = Case(answers, affirmed, low_concerns, self.severities[reached])
            if not _holds(rule["when"], case):
                continue
            level = self._after(rule, reached)
            fired.append((level, Why(rule["id"], _worded(rule, affirmed))))
            reached = max(reached, level)
            restricted = restricted or bool(rule.get("restricted"))
        fired.sort(key=lambda pair: -pair[0])
        return Judgement(self.severities[reached], restricted, tuple(why for _, why in fired))

    def _after(self, rule: Mapping[str, Any], reached: int) -> int:
        if "raise" in rule:
            return min(reached + int(rule["raise"]), len(self.severities) - 1)
        return self.severities.index(rule["severity"])


def _holds(when: Mapping[str, Any], case: Case) -> bool:
    if "all" in when:
        return all(_holds(part, case) for part in when["all"])
    if "answer" in when:
        given = case.answers.get(when["answer"])
        return any(each in when["is"] for each in (given if isinstance(given, list) else [given]))
    if "hit" in when or "hit_level" in when:
        return bool(_causes(when, case.hits))
    if "low_concerns_at_least" in when:
        return case.low_concerns >= int(when["low_concerns_at_least"])
    if "not_sure_at_least" in when:
        return sum(map(_is_not_sure, case.answers.values())) >= int(when["not_sure_at_least"])
    if "so_far" in when:
        return bool(case.so_far == when["so_far"])
    return bool(when.get("nothing_else"))


def _causes(when: Mapping[str, Any], hits: Sequence[Hit]) -> list[Hit]:
    """The hits that a rule about words asks for."""
    if "hit_level" in when:
        return [hit for hit in hits if hit.level == when["hit_level"]]
    return [hit for hit in hits if hit.rule == when["hit"] and _says(hit, when.get("saying"))]


def _says(hit: Hit, beginnings: Sequence[str] | None) -> bool:
    return beginnings is None or any(f" {beginning}" in f" {hit.words}" for beginning in beginnings)


def _worded(rule: Mapping[str, Any], hits: Sequence[Hit]) -> str:
    words = str(rule["words"])
    if "{words}" not in words:
        return words
    said = dict.fromkeys(hit.words for hit in _causes(rule["when"], hits))
    return words.replace("{words}", ", ".join(f"“{each}”" for each in list(said)[:MOST_WORDS_QUOTED]))


def _is_not_sure(answer: object) -> bool:
    return answer == NOT_SURE or (isinstance(answer, list) and NOT_SURE in answer)
