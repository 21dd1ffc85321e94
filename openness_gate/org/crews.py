"""Who does the work of a scan, batch by batch: this thread, threads that wait for others, or processes that compute."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from time import sleep
from typing import TYPE_CHECKING, TypeVar

from openness_gate.org.words import Member, Outcome, Terms

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

T = TypeVar("T")
AHEAD = 4  #: batches in the hands of each worker: enough to keep it busy, few enough to hold

_given: list[Terms] = []
"""By what a process judges: handed over once."""


def in_threads(count: int, work: Callable[[Sequence[Member]], T], batches: Iterable[Sequence[Member]]) -> Iterator[T]:
    """What *work* made of each batch, in any order. Where it raises, nothing more is begun."""
    from concurrent.futures import ThreadPoolExecutor

    if count == 1:
        yield from map(work, batches)
        return
    pool = ThreadPoolExecutor(count, "openness-gate")
    yield from _as_they_come(pool, lambda batch: pool.submit(work, batch), batches, count)


def in_processes(count: int, origin: str, terms: Terms, batches: Iterable[Sequence[Member]]) -> Iterator[list[Outcome]]:
    """The outcomes of each batch, judged without a shelf: for what lies on this machine."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context
    from threading import active_count

    forks = sys.platform == "linux" and active_count() == 1  # a thread's locks would be copied, and never let go
    pool = ProcessPoolExecutor(count, get_context("fork" if forks else "spawn"), _begin, (terms, os.getpid()))
    yield from _as_they_come(pool, lambda batch: pool.submit(_judge, origin, batch), batches, count)


def _begin(terms: Terms, parent: int) -> None:
    """A worker begins; it ends with whoever it works for, also where that is killed."""
    from threading import Thread

    def watch() -> None:
        while os.getppid() == parent:
            sleep(1)
        os._exit(1)

    _given[:] = [terms]
    Thread(target=watch, daemon=True).start()


def _judge(origin: str, batch: Sequence[Member]) -> list[Outcome]:
    from openness_gate.org.population import origins
    from openness_gate.org.shelf import Shelf

    judge = next(one.judge for one in origins() if one.name == origin)
    return list(judge(batch, _given[0], Shelf()))


def _as_they_come(
    pool: Executor, submit: Callable[[Sequence[Member]], Future[T]], batches: Iterable[Sequence[Member]], count: int
) -> Iterator[T]:
    from concurrent.futures import FIRST_COMPLETED, wait

    todo = iter(batches)
    running = {submit(batch) for batch in islice(todo, count * AHEAD)}
    try:
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            running |= {submit(batch) for batch in islice(todo, len(done))}
            for one in done:
                yield one.result()
    except BaseException:  # nobody waits for what nobody wants
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
