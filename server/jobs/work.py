"""The process that works with nobody at the keyboard.

Two things wake it: the queue, at once, when something red or amber comes in or a notice is to be sent; and its own
clock, every few seconds, which finds whatever is due and whatever a process that died left behind. Nothing rests
on the queue alone.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import UTC, datetime
from uuid import UUID

from flask import Flask
from procrastinate import App, PsycopgConnector
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from server.jobs.escalate import decide
from server.jobs.round import tick, web_push
from server.jobs.tell import tell
from server.services.notice import Delivery

EVERY = 5.0
#: How many jobs one process does at the same time.
TOGETHER = 4

log = logging.getLogger("heed.jobs")


def run_jobs(app: Flask) -> None:
    """Work until somebody says stop (SIGTERM or SIGINT); what is under way is finished first."""
    ended = threading.Event()
    clock = threading.Thread(target=_keep_ticking, args=(app, ended), name="clock", daemon=True)
    clock.start()
    try:
        asyncio.run(_work(app))
    finally:
        ended.set()
        clock.join(timeout=EVERY * 2)


def make_queue(app: Flask) -> App:
    """The queue as its worker sees it, with what each job does."""
    address = make_url(app.extensions["config"].database_url).set(drivername="postgresql")
    options = "-c role=heed_jobs -c search_path=queue"
    connector = PsycopgConnector(
        conninfo=address.render_as_string(hide_password=False), kwargs={"options": options}
    )
    queue = App(connector=connector)
    push = web_push(app)

    @queue.task(name="decide")
    def decide_now(provider: str) -> None:
        decide(app, datetime.now(UTC))

    @queue.task(name="tell")
    def tell_one(provider: str, notice: str, subscription: str) -> None:
        tell(app, push, Delivery(UUID(provider), UUID(notice), UUID(subscription)), datetime.now(UTC))

    return queue


async def _work(app: Flask) -> None:
    queue = make_queue(app)
    async with queue.open_async():
        await queue.run_worker_async(concurrency=TOGETHER, delete_jobs="always", listen_notify=True)


def _keep_ticking(app: Flask, ended: threading.Event) -> None:
    while not ended.wait(EVERY):
        try:
            tick(app, datetime.now(UTC))
        except SQLAlchemyError:
            # The database is away for a moment; what is due now is still due at the next tick.
            log.exception("A round of deciding and telling failed and will be tried again")
