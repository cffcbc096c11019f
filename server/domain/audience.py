"""Who is told of a change: everybody with a class of entries in a service, one worker, or one lead.

A fetch reads the audiences that a worker has, so what somebody may not see is never among what they fetch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from uuid import UUID

from server.domain.access import MAY_BE_LEAD, Permission, may

#: The class of entries that each form opens a thread in, and what lets somebody read that class.
CLASS_OF = {
    "visit-note": "note",
    "handover": "handover",
    "transaction-receipt": "transaction",
    "concern": "concern",
}
MAY_READ = {
    "note": Permission.READ_NOTE,
    "handover": Permission.READ_HANDOVER,
    "transaction": Permission.READ_TRANSACTION,
    "concern": Permission.READ_CONCERN,
}


@lru_cache(maxsize=4096)
def of_worker(worker: UUID) -> str:
    """The audience of one worker alone."""
    return f"worker:{worker}"


def of_lead(worker: UUID) -> str:
    """The audience of one worker for the restricted threads opened to them. They have it while they may be a lead."""
    return f"restricted:{worker}"


@lru_cache(maxsize=4096)
def of_class(service: UUID, form: str) -> str:
    """The audience of everybody who reads threads of this form in a service."""
    return f"service:{service}:{CLASS_OF[form]}"


def audiences(worker: UUID, roles: Mapping[UUID, Iterable[str]]) -> list[str]:
    """Every audience that a worker has, given the roles that they hold now in each service."""
    own = [of_worker(worker)]
    if any(role in MAY_BE_LEAD for held in roles.values() for role in held):
        own.append(of_lead(worker))
    for service, held in roles.items():
        held = list(held)
        own += [f"service:{service}:{kind}" for kind, permission in MAY_READ.items() if may(permission, held)]
    return own
