"""Checking and mending the feed: each thing is announced to exactly the audiences that the rules say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from server.domain.audience import of_worker
from server.domain.standing import Standing
from server.extensions import db
from server.models import Feed as FeedRow
from server.services import fact, reader, standing_rows
from server.services.feed import Feed

#: What is announced: its kind and its key.
Announced = tuple[str, str]


@dataclass
class ThreadFeed:
    """What of one thread should be announced to each audience, and what is."""

    thread: str
    entries: tuple[str, ...]
    said: dict[str, set[Announced]] = field(default_factory=lambda: defaultdict(set))
    kept: dict[str, set[Announced]] = field(default_factory=lambda: defaultdict(set))

    def wrong(self) -> dict[str, tuple[set[Announced], set[Announced]]]:
        """What each audience lacks, and what it has that is not for it."""
        found = {}
        for audience in sorted(self.said.keys() | self.kept.keys()):
            said, kept = self.said.get(audience, set()), self.kept.get(audience, set())
            if said != kept:
                found[audience] = (said - kept, kept - said)
        return found


def feeds_of(
    keys: Collection[str], standings: Mapping[str, Standing], threads: fact.Threads
) -> Iterable[ThreadFeed]:
    """What is and what should be announced of these threads. What waits is announced to whoever wrote it alone."""
    readers = reader.readers_of(keys)
    feeds = {key: ThreadFeed(key, tuple(each.key for each in threads.get(key, ()))) for key in keys}
    whose = {entry: key for key, each in feeds.items() for entry in each.entries}
    for key in keys:
        for waiting in threads.get(key, ()) if key not in standings else ():
            feeds[key].said[of_worker(waiting.author)].add(("entry", waiting.key))
    for key, standing in standings.items():
        feed = feeds[key]
        for audience in standing_rows.audiences(standing, readers[key]):
            feed.said[audience].add(("standing", key))
        for each in threads[key]:
            for audience in standing_rows.entry_audiences(standing, each, readers[key]):
                feed.said[audience].add(("entry", each.key))
    rows = select(FeedRow.audience, FeedRow.kind, FeedRow.key).where(
        FeedRow.kind.in_(("entry", "standing")), FeedRow.key.in_({*keys, *whose})
    )
    for audience, kind, key in db.session.execute(rows):
        if thread := (key if kind == "standing" and key in feeds else whose.get(key)):
            feeds[thread].kept[audience].add((kind, key))
    return feeds.values()


def mend(feed: Feed, feeds: Iterable[ThreadFeed]) -> None:
    """Announce what is lacking, and take back what is not for an audience."""
    for each in feeds:
        for audience, (lacking, extra) in each.wrong().items():
            if extra:
                feed.withdraw(audience, each.thread, each.entries)
                lacking = each.said.get(audience, set())
            for kind, key in sorted(lacking):
                feed.announce([audience], kind, key)
