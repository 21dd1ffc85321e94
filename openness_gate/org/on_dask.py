"""The batches of a scan as tasks of a Dask cluster: for a whole hub, where one machine would take weeks.

A task judges a few repositories with what is known of them, and gives back what became of them and what it fetched; it
writes nothing. So a worker may be killed at any time: its tasks are done again elsewhere, and only what came back is
kept, once. A task that takes its worker with it time after time is taken apart, until the repository is found.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from openness_gate import __version__
from openness_gate.messages import say
from openness_gate.model import GateError, Unreadable
from openness_gate.org.judging import failed
from openness_gate.org.shelf import Shelf
from openness_gate.org.words import Member, Outcome, State, Terms
from openness_gate.tuples import NamedTuple

if TYPE_CHECKING:
    from distributed import Client

AHEAD = 4  #: batches for each thread of the cluster, and
LEAST = 32  #: at least so many: a cluster that grows with its work must see some
RETRIES = 2
CONNECT = 30.0  #: seconds for a scheduler to answer


class Judged(NamedTuple):
    """What a task gives back."""

    outcomes: list[Outcome]
    shelf: Shelf
    gave_up: bool = False  #: nobody answers any more


Lend = Callable[[Sequence[Member]], Shelf]
"""Gives what is known of a batch, for whoever judges it elsewhere."""


def each(
    origin: str, terms: Terms, batches: Iterable[Sequence[Member]], scheduler: str, lend: Lend
) -> Iterator[tuple[list[Outcome], Shelf]]:
    """What became of each batch, and what was fetched for it, in any order. *scheduler*: the address of a cluster that
    is running; "" starts one on this machine."""
    with ExitStack() as stack:
        for judged in done(_client(scheduler, stack), partial(judge, __version__, origin, terms), batches, lend):
            yield judged.outcomes, judged.shelf
            if judged.gave_up:
                raise Unreadable(say("nobody answers the workers any more; run it again to go on"))


def judge(version: str, origin: str, terms: Terms, batch: Sequence[Member], lent: Shelf) -> Judged:
    """A task, where it runs."""
    from openness_gate import http
    from openness_gate.org.population import origins

    if version != __version__:
        raise GateError(say("a worker has openness-gate {theirs}, not {ours}", theirs=__version__, ours=version))
    http.client().take_time(http.RUN_LIMIT)
    shelf = Shelf()  # what was lent stays as it is: the task may be done again here
    shelf.trees, shelf.contents, shelf.needed = dict(lent.trees), dict(lent.contents), dict(lent.needed)
    found = next(one.judge for one in origins() if one.name == origin)(batch, terms, shelf)
    outcomes = [one for one in found if not (http.client().gave_up and one.state is State.FAILED)]
    shelf.trees = {commit: tree for commit, tree in shelf.trees.items() if commit not in lent.trees}
    shelf.contents = {oid: content for oid, content in shelf.contents.items() if oid not in lent.contents}
    return Judged(outcomes, shelf, http.client().gave_up)


def done(
    client: Client, work: Callable[[Sequence[Member], Shelf], Judged], batches: Iterable[Sequence[Member]], lend: Lend
) -> Iterator[Judged]:
    """What *work* made of each batch, once. No more are under way than keep the cluster busy."""
    from distributed import KilledWorker, as_completed

    todo, running = iter(batches), {}
    finished = as_completed(loop=client.loop)

    def submit(some: Iterable[Sequence[Member]]) -> None:
        for batch in some:
            future = client.submit(work, batch, lend(batch), pure=False, retries=RETRIES)
            running[future.key] = batch
            finished.add(future)

    submit(islice(todo, LEAST))
    for future in finished:
        batch = running.pop(future.key)
        try:
            yield _result(future)
        except KilledWorker:
            if len(batch) == 1:
                yield Judged([failed(batch[0], say("whichever worker judged it died"))], Shelf())
            else:
                submit([member] for member in batch)
        submit(islice(todo, max(0, max(LEAST, AHEAD * sum(client.nthreads().values())) - len(running))))


def _result(future: Any) -> Judged:
    from asyncio import CancelledError
    from concurrent.futures import CancelledError as Cancelled

    try:
        judged: Judged = future.result()
    except (CancelledError, Cancelled):
        raise GateError(say("the cluster is gone; run it again to go on")) from None
    except ImportError as error:
        raise GateError(say("the workers lack what is needed: {problem}", problem=error)) from None
    return judged


def _client(scheduler: str, stack: ExitStack) -> Client:
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise GateError(say("--engine dask needs more: pip install 'openness-gate[dask]'")) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # that a worker dies is no news here
    try:
        if not scheduler:
            alone: dict[str, Any] = {"host": "127.0.0.1", "dashboard_address": None, "threads_per_worker": 1}
            cluster = stack.enter_context(LocalCluster(silence_logs=logging.CRITICAL, **alone))
            scheduler = cluster.scheduler_address
        client: Client = stack.enter_context(Client(scheduler, timeout=CONNECT, set_as_default=False))
    except (OSError, ValueError) as error:
        says = say("{address}: no scheduler of Dask answers: {problem}", address=scheduler, problem=error)
        raise GateError(says) from None
    return client
