"""Clients that work at the same time, each in a process of its own, and start together."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from typing import Any, Protocol


class Start(Protocol):
    """Where every client waits until all are ready."""

    def wait(self) -> int: ...


def together(work: Callable[..., float], arguments: Sequence[tuple[Any, ...]]) -> list[float]:
    """Run `work(start, *arguments)` once for each of these, all at once. Answers what each gave."""
    fork = multiprocessing.get_context("fork")
    start, answers = fork.Barrier(len(arguments)), fork.SimpleQueue()

    def client(mine: tuple[Any, ...]) -> None:
        answers.put(work(start, *mine))

    clients = [fork.Process(target=client, args=(mine,)) for mine in arguments]
    for each in clients:
        each.start()
    gave = [answers.get() for _ in clients]
    for each in clients:
        each.join()
    return gave
