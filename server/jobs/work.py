"""The process that works with nobody at the keyboard.

Two things wake it: the queue, at once, when something red or amber comes in or a notice is to be sent; and its own
clocks, every few seconds, which find whatever is due and whatever a process that died left behind. Nothing rests
on the queue alone. docs/decisions/0007-a-clock-beside-the-queue.md says why.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from flask import Flask
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Status
from sqlalchemy.engine import make_url

from server.jobs.escalate import decide
from server.jobs.round import web_push
from server.jobs.silence import listen
from server.jobs.tell import tell, tell_waiting
from server.jobs.tidy import tidy_up
from server.jobs.unfinished import drop_unfinished
from server.outbound.web_push import WebPush
from server.services.notice import Delivery

EVERY = 5.0
#: How many jobs one process does at the same time.
TOGETHER = 4
#: A process that has said nothing for so long is dead. It says something every ten seconds.
DEAD_AFTER = 60

log = logging.getLogger("heed.jobs")


def run_jobs(app: Flask) -> None:
    """Work until somebody says stop (SIGTERM or SIGINT); what is under way is finished first."""
    push = web_push(app)
    ended = threading.Event()
    # Each has a thread of its own, so that a push service that hangs never keeps a rung from being raised.
    clocks = [
        _clock("deciding", lambda: decide(app, datetime.now(UTC)), ended),
        _clock("telling", lambda: tell_waiting(app, push, datetime.now(UTC)), ended),
    ]
    try:
        asyncio.run(_work(make_queue(app, push)))
    finally:
        ended.set()
        for clock in clocks:
            clock.join(timeout=EVERY * 2)


def make_queue(app: Flask, push: WebPush) -> App:
    """The queue as its worker sees it, with what each job does."""
    address = make_url(app.extensions["config"].database_url).set(drivername="postgresql")
    options = "-c role=heed_jobs -c search_path=queue"
    connector = PsycopgConnector(
        conninfo=address.render_as_string(hide_password=False), kwargs={"options": options}
    )
    queue = App(connector=connector)

    @queue.task(name="decide")
    def decide_now(provider: str) -> None:
        decide(app, datetime.now(UTC))

    @queue.task(name="tell")
    def tell_one(provider: str, notice: str, subscription: str) -> None:
        tell(app, push, Delivery(UUID(provider), UUID(notice), UUID(subscription)), datetime.now(UTC))

    @queue.periodic(cron="*/5 * * * *")
    @queue.task(name="listen")
    def listen_for_silence(timestamp: int) -> None:
        listen(app, datetime.now(UTC))

    @queue.periodic(cron="17 * * * *")
    @queue.task(name="tidy_up")
    def tidy_up_now(timestamp: int) -> None:
        tidy_up(app, datetime.now(UTC))

    @queue.periodic(cron="* * * * *")
    @queue.task(name="tidy")
    async def tidy(timestamp: int) -> None:
        await bury_jobs_of_the_dead(queue)

    @queue.periodic(cron="23 4 * * *")
    @queue.task(name="tidy_photos")
    def tidy_photos(timestamp: int) -> None:
        drop_unfinished(app, datetime.now(UTC))

    return queue


async def bury_jobs_of_the_dead(queue: App) -> int:
    """Drop the jobs that killed processes had begun. Answers how many.

    What they were for is not lost: the clocks find it where it is written down.
    """
    left = list(await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER))
    for job in left:
        await queue.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
    return len(left)


async def _work(queue: App) -> None:
    async with queue.open_async():
        await queue.run_worker_async(
            concurrency=TOGETHER,
            delete_jobs="always",
            listen_notify=True,
            stalled_worker_timeout=DEAD_AFTER,
        )


def _clock(name: str, do: Callable[[], object], ended: threading.Event) -> threading.Thread:
    """Do something every few seconds until the end, whatever happens to it now and then."""

    def keep_on() -> None:
        while not ended.wait(EVERY):
            try:
                do()
            except Exception:
                # A clock that stopped would be silence that nobody hears. What is due now is due at the next round.
                log.exception("A round of %s failed and will be tried again", name)

    thread = threading.Thread(target=keep_on, name=name, daemon=True)
    thread.start()
    return thread
