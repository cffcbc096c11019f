"""Whom a concern names. They may not read it, review it or be told of it.

A worker writes names as people speak them: "Ben", "Ben Okafor", "ben o". Missing one would show the concern to
the person it is about, so any part of a name that stands as a word of its own counts.
Source: docs/rules/access.md, "Conflict of interest".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

#: A part of a name shorter than this is an initial and would name half the staff.
SHORTEST_PART = 3
#: Whoever is named as one of these is not one of our workers.
OUTSIDERS = {"family_or_partner", "friend_or_neighbour", "another_person", "stranger", "nobody"}


def named_workers(answers: Mapping[str, Any], names: Mapping[UUID, str], author: UUID) -> frozenset[UUID]:
    """The workers whom these answers name, in "who might have caused it", in the story, or as not to see it.

    The story only counts when the writer says that staff or a manager may have caused it: otherwise "told Ben,
    he came at once" would shut Ben out of the concern that he is dealing with. A name only counts when it could
    be one of ours: a neighbour called Ben is not.
    """
    pointed_at = [*(answers.get("private_from") or ()), *(answers.get("who_worker") or ())]
    named = {UUID(worker) for worker in pointed_at}
    text = ""
    if answers.get("who_caused") not in OUTSIDERS:
        text = str(answers.get("who_name") or "")
    if answers.get("who_caused") in ("our_staff", "a_manager"):
        text += " " + str(answers.get("what_happened") or "")
    said = set(re.findall(r"[^\W\d_]+", text.casefold()))
    named |= {worker for worker, name in names.items() if said & set(parts_of(name))}
    return frozenset(named - {author})


def parts_of(name: str) -> Iterable[str]:
    """The parts of a name by which somebody may be meant."""
    return (part for part in re.findall(r"[^\W\d_]+", name.casefold()) if len(part) >= SHORTEST_PART)
