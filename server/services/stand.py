"""Where somebody stands who asks: what their provider's feed has come to, and the roles that they hold now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Stand:
    """The provider's epoch, the number that its feed had reached when somebody asked, and the roles that they hold."""

    epoch: int
    head: int
    roles: dict[UUID, set[str]]


def read_roles(text: str | None) -> dict[UUID, set[str]]:
    """Roles by service, from pairs of a service and a role, with a comma between them."""
    roles: dict[UUID, set[str]] = defaultdict(set)
    for pair in text.split(",") if text else ():
        service, _, role = pair.partition(" ")
        roles[UUID(service)].add(role)
    return roles
