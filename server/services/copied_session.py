"""Telling people that a session may have been copied: its owner, and whoever looks after them."""

from __future__ import annotations

from datetime import datetime

from server.domain.access import MANAGERS
from server.domain.role import Role
from server.models import WorkerSession
from server.services.feed import Feed
from server.services.scope import ProviderFacts
from server.services.telling import tell

TO_OWNER = (
    "Somebody may have copied a session of yours, so it was ended. "
    "Change your passphrase, and look at your phones and tablets."
)
TO_MANAGER = "Somebody may have copied a session of {name}, so it was ended. Ask them about their phone."


def tell_of_copy(session: WorkerSession, at: datetime) -> None:
    """Tell a session's owner on their other devices, and the managers of their services, that it was copied."""
    feed, facts = Feed(session.provider_id), ProviderFacts()
    owner = session.worker_id
    services = facts.roles_now(owner, at)
    managers = {worker for service in services for worker in facts.holders(MANAGERS, service, at)} - {owner}
    if not managers:
        managers = set(facts.holders({Role.NOMINATED_INDIVIDUAL}, None, at)) - {owner}
    told = {owner: TO_OWNER}
    told |= dict.fromkeys(sorted(managers, key=str), TO_MANAGER.format(name=facts.names[owner]))
    for worker, words in told.items():
        tell(feed, worker, about=f"session:{session.id}", rule="session_copied", words=words, now=at)
    feed.close()
