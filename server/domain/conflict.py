"""Whom a concern names, and whom they have power over. Neither may read it, decide on it or be told of it.

A worker writes names as people speak them: "Ben", "Ben Okafor", "ben o". Missing one would show the concern to
the person it is about, so any part of a name that stands as a word of its own counts.
Source: docs/rules/access.md, "Conflict of interest".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from server.domain.access import MANAGERS
from server.domain.role import Role

#: In a story a part of a name shorter than this is a word like any other and would name half the staff.
SHORTEST_PART = 3
#: Where a name was asked for, two letters are a name: "Jo".
SHORTEST_NAME = 2
#: Whoever is named as one of these is not one of our workers.
OUTSIDERS = {"family_or_partner", "friend_or_neighbour", "another_person", "stranger", "nobody"}
STAFF = {"our_staff", "a_manager"}

GIVES_CARE = {Role.WORKER, Role.KEY_WORKER, Role.CLINICAL_REVIEWER, Role.ADMINISTRATOR}
FIRST_LINE = {Role.COORDINATOR, Role.SUPERVISOR, Role.TEAM_LEADER}
#: Which roles in a service answer to which there. The safeguarding lead answers to nobody here: the role is there
#: to look into what managers do. Supervisors and coordinators plan and check work but neither hire nor dismiss, and
#: nobody reads what is restricted because of a role that they plan for: naming one shuts out that one alone.
ANSWERS_TO: Mapping[Role, frozenset[Role]] = {
    Role.DEPUTY_MANAGER: frozenset(GIVES_CARE | FIRST_LINE),
    Role.SERVICE_MANAGER: frozenset(GIVES_CARE | FIRST_LINE),
    Role.REGISTERED_MANAGER: frozenset(GIVES_CARE | FIRST_LINE | {Role.DEPUTY_MANAGER, Role.SERVICE_MANAGER}),
    Role.NOMINATED_INDIVIDUAL: frozenset(GIVES_CARE | FIRST_LINE | MANAGERS),
    Role.PROVIDER_REPRESENTATIVE: frozenset(GIVES_CARE | FIRST_LINE | MANAGERS | {Role.NOMINATED_INDIVIDUAL}),
}

#: A role that somebody holds: the worker, the service, the role.
Held = tuple[UUID, UUID, str]


def named_workers(answers: Mapping[str, Any], names: Mapping[UUID, str], author: UUID) -> frozenset[UUID]:
    """The workers whom these answers name, in "who might have caused it", in the story, or as not to see it."""
    return blamed(answers, names, author) | kept_from(answers, author)


def kept_from(answers: Mapping[str, Any], author: UUID) -> frozenset[UUID]:
    """The workers who should not see it yet, whether or not they have anything to do with it."""
    return frozenset(map(UUID, answers.get("private_from") or ())) - {author}


def blamed(answers: Mapping[str, Any], names: Mapping[UUID, str], author: UUID) -> frozenset[UUID]:
    """The workers who may have caused it, from what these answers say.

    The story only counts when the writer says that staff or a manager may have caused it: otherwise "told Ben,
    he came at once" would shut Ben out of the concern that he is dealing with. A name only counts when it could
    be one of ours: a neighbour called Ben is not.
    """
    named = set(map(UUID, answers.get("who_worker") or ()))
    asked_for = answers.get("who_name") if answers.get("who_caused") not in OUTSIDERS else None
    told = answers.get("what_happened") if answers.get("who_caused") in STAFF else None
    given, said = _words(str(asked_for or "")), _words(str(told or ""))
    for worker, name in names.items():
        if given & set(parts_of(name, SHORTEST_NAME)) or said & set(parts_of(name)):
            named.add(worker)
    return frozenset(named - {author})


def is_about_a_manager_unnamed(answers: Mapping[str, Any], names: Mapping[UUID, str], author: UUID) -> bool:
    """Whether a manager may have caused it and nothing says which. Then it could be any of them."""
    if answers.get("who_caused") != "a_manager":
        return False
    # Whoever appears in the story may only have been standing by.
    return not blamed({**answers, "what_happened": ""}, names, author)


def under_influence(named: Collection[UUID], held: Iterable[Held]) -> frozenset[UUID]:
    """Those whom the named have power over: they hold a role that answers to a role of theirs in the same service.

    They are not at fault, but somebody who writes their rota and signs their holidays must not be looked into by
    them, nor hear of it from them.
    """
    held = list(held)
    under = {
        (service, answering)
        for worker, service, role in held
        if worker in named
        for answering in ANSWERS_TO.get(Role(role), ())
    }
    return frozenset(worker for worker, service, role in held if (service, Role(role)) in under) - set(named)


def answering_to(held: Iterable[Held]) -> dict[UUID, set[UUID]]:
    """Who has power over each worker. Nobody has any over whoever is missing."""
    places: dict[UUID, list[tuple[UUID, Role]]] = {}
    for worker, service, role in held:
        places.setdefault(service, []).append((worker, Role(role)))
    over: dict[UUID, set[UUID]] = {}
    for workers in places.values():
        # Few have power over anybody, and in a large provider the others are hundreds.
        chiefs = [(chief, ANSWERS_TO[role]) for chief, role in workers if role in ANSWERS_TO]
        for worker, role in workers:
            for chief, below in chiefs:
                if role in below and worker != chief:
                    over.setdefault(worker, set()).add(chief)
    return over


def parts_of(name: str, shortest: int = SHORTEST_PART) -> Iterable[str]:
    """The parts of a name by which somebody may be meant."""
    return (part for part in _words(name) if len(part) >= shortest)


def _words(text: str) -> set[str]:
    """The words of a text without accents, and those that hyphens and apostrophes divide written as one, too."""
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    )
    joined = re.sub(r"(?<=\w)['’\-‐‑](?=\w)", "", bare)
    return set(re.findall(r"[^\W\d_]+", f"{bare} {joined}".casefold()))
