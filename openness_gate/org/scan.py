"""A scan: every repository of a population found, looked at, judged by one policy, and kept as soon as it is judged."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timezone
from functools import partial
from typing import TypeVar

from openness_gate.commands.check import FAIL_ON
from openness_gate.messages import say
from openness_gate.org import crews, population
from openness_gate.org.judging import skipped
from openness_gate.org.progress import Progress
from openness_gate.org.store import Store
from openness_gate.org.words import Look, Member, Origin, Outcome, State, Terms
from openness_gate.rules import Policy

T = TypeVar("T")
THREADS = 8  #: questions at a time (GitHub, "Best practices": no more than 100; those that compute there fewer)
FEW = 24  #: repositories that are not worth a second process
ENGINES = ("local", "dask")
SHOWN = 10  #: failures that are told one by one


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", required=True, metavar="DIR", help=say("where results are kept, and a scan goes on"))
    scanned_arguments(parser)


def scanned_arguments(parser: argparse.ArgumentParser) -> None:
    """What a plan takes too."""
    parser.add_argument(
        "places", nargs="+", metavar="WHERE",
        help=say("gh:owner, hf:owner, a folder, the address of a repository, or a file with one of these on each line"),
    )  # fmt: skip
    parser.add_argument(
        "--policy", default="", metavar="P",
        help=say("a built-in policy, a file, or owner/name/path.yml@rev (else the organization's, or recommended)"),
    )  # fmt: skip
    population.arguments(parser)
    parser.add_argument("--fail-on", default="error", choices=FAIL_ON, help=say("what makes the exit code 1 (error)"))
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help=say("workers (as many as there are cores)"))
    parser.add_argument(
        "--max-wait", type=float, default=15.0, metavar="MINUTES", help=say("wait so long for rate limits (15)")
    )
    parser.add_argument("--engine", default="local", choices=ENGINES, help=say("who does the work (local)"))
    parser.add_argument("--scheduler", default="", metavar="ADDRESS", help=say("of a Dask cluster that is running"))


def run(args: argparse.Namespace, today: date) -> int:
    """Exit code: 0; 1 where a repository fails; 3 where one could not be read, or not all were looked at."""
    with kept_in(args.out) as store:
        terms = Terms(policy_for(args.policy, args.places), today, args.fail_on)
        with Progress() as progress:
            scan = Scan(store, terms, args, progress)
            scan.run()
        print("\n".join(scan.told()))
        return scan.code()


@contextmanager
def kept_in(folder: str) -> Iterator[Store]:
    """A store for a scan; while it is open, what servers say is kept there."""
    from openness_gate.cache import Cache
    from openness_gate.http import client

    store = Store(folder)
    try:
        client().cache = store.answers(lists=False)
        yield store
    finally:
        client().cache = Cache()
        store.close()


def policy_for(named_by_user: str, places: Sequence[str]) -> Policy:
    """The one that the user names; the organization's own; or `recommended`."""
    from openness_gate.policy_choice import USUAL, VARIABLE, owners
    from openness_gate.policy_sources import Library, assembler, named, shipped

    asked = named_by_user or os.environ.get(VARIABLE, "")
    layer = named(asked, Library(True)) if asked else None
    if layer is None:
        for place in places:
            layer = layer or (owners(place[3:].partition("/")[0]) if place.startswith("gh:") else None)
    layer = layer or shipped(USUAL)
    return assembler(layer, True).policy(layer)


class Scan:
    """One scan, from the list to what is told at its end."""

    def __init__(self, store: Store, terms: Terms, args: argparse.Namespace, progress: Progress) -> None:
        self.store, self.terms, self.args, self.progress = store, terms, args, progress
        self.filter = population.filter_of(args)
        self.asked = [*args.places, self.filter._asdict()]
        self.left, self.why = 0, ""  #: repositories that were not looked at, since nobody answers any more
        self._requests = 0

    def run(self) -> None:
        from openness_gate.http import client

        http, self._requests = client(), client().count
        http.cache, http.waits = self.store.answers(lists=True), self.progress.waits
        http.take_time(max(0.0, self.args.max_wait) * 60)
        self.store.begin(self.asked, self.terms, _now())
        members = self._new(population.population(self.args.places, self.filter, self.store))
        for origin in population.origins():
            own = [member for member in members if member.origin == origin.name]
            if own and not self.left:
                self._judge(origin, self._known(self._looked_at(origin, own)))
        if not self.left:
            self.store.end(_now(), http.count - self._requests)

    def _new(self, members: Iterable[Member]) -> list[Member]:
        """Those of which nothing became yet in this scan, with what is known of them."""
        done, remembered = self.store.done(), self.store.remembered()
        found: list[Member] = []
        without: list[Outcome] = []
        for member in members:
            if member.key in done:
                continue
            if why := self.filter.objection(member):
                without.append(skipped(member, why))
                continue
            version, commit, empty = remembered.get(member.key, ("", "", False))
            if not member.commit and version and version == member.version:
                member = member._replace(commit=commit, facts=member.facts._replace(empty=empty))
            if member.facts.empty:
                without.append(skipped(member, say("it has no commit yet")))
            else:
                found.append(member)
        self.store.keep(without, self.terms)
        return found

    def _looked_at(self, origin: Origin, members: list[Member]) -> list[Member]:
        """Those that may hold a release; what became of the others is kept."""
        if not origin.glance:
            return members
        unknown = [m for m in members if not m.commit or self.store.glance(m.commit) is None]
        new = {member.key for member in unknown}
        found = [member for member in members if member.key not in new]
        if unknown:
            self.progress.begin(say("looking at {origin}", origin=origin.name), len(unknown))
        look = partial(_look, origin.glance, self.store)
        for seen in crews.in_threads(THREADS // 2, look, _batches(unknown, origin.look)):
            there = [one for one in seen if isinstance(one, Member)]
            self.store.remember(there)
            found += there
            self._keep([one for one in seen if isinstance(one, Outcome)])
            self._step(len(seen))
        return list(self._releases(found))

    def _releases(self, members: Iterable[Member]) -> Iterator[Member]:
        without: list[Outcome] = []
        for member in members:
            glance = self.store.glance(member.commit)
            if glance and not glance.is_release:
                without.append(Outcome(member, State.JUDGED, "not-applicable", glance.why))
            else:
                yield member
        self._keep(without)

    def _known(self, members: list[Member]) -> list[Member]:
        """Those of which no verdict is known."""
        verdicts = self.store.verdicts(self.terms)
        known = [(member, verdicts.get(_as_known(member), 0)) for member in members]
        self.store.keep_known([(member, verdict) for member, verdict in known if verdict])
        return [member for member, verdict in known if not verdict]

    def _judge(self, origin: Origin, members: list[Member]) -> None:
        if not members:
            return
        self.progress.begin(say("judging {origin}", origin=origin.name), len(members))
        batches = list(_batches(members, origin.batch))
        jobs = self.args.jobs or os.cpu_count() or 1
        if self.args.engine == "dask":
            self._judge_elsewhere(origin, batches)
        elif origin.waits:
            for _ in crews.in_threads(self.args.jobs or THREADS, partial(self._judge_one, origin), batches):
                pass
        elif jobs == 1 or len(members) <= FEW:
            for batch in batches:
                self._judge_one(origin, batch)
        else:
            for outcomes in crews.in_processes(min(jobs, len(batches)), origin.name, self.terms, batches):
                self._keep(outcomes)
                self._step(len(outcomes))

    def _judge_one(self, origin: Origin, batch: Sequence[Member]) -> None:
        for outcome in origin.judge(batch, self.terms, self.store):
            self._keep([outcome])
            self._step(1)

    def _judge_elsewhere(self, origin: Origin, batches: Iterable[Sequence[Member]]) -> None:
        from openness_gate.org.on_dask import each

        for outcomes, shelf in each(origin.name, self.terms, batches, self.args.scheduler, self.store.lend):
            self.store.take(shelf)
            self._keep(outcomes)
            self._step(len(outcomes))

    def _keep(self, outcomes: list[Outcome]) -> None:
        """What failed since nobody answers any more is no outcome: the next scan goes on there."""
        from openness_gate.http import client

        if client().gave_up:
            left = [one for one in outcomes if one.state is State.FAILED]
            self.left, self.why = self.left + len(left), left[0].reason if left else self.why
            outcomes = [one for one in outcomes if one.state is not State.FAILED]
        self.store.keep(outcomes, self.terms)

    def _step(self, count: int) -> None:
        from openness_gate.http import client

        quota = ", ".join(say("{n} of {all} left", n=n, all=of) for n, of in dict(client().quota).values())
        self.progress.step(count, quota)

    # --- what is told

    def told(self) -> Iterator[str]:
        """What came of it, a line each."""
        policy = self.terms.policy
        totals = self.store.totals()
        yield say(
            "{n} repositories, held against {id}: {title}", n=sum(totals.values()), id=policy.id, title=policy.title
        )
        yield "  " + ", ".join(f"{result} {count}" for result, count in totals.items())
        failures = self.store.failures()
        for name, reason in failures[:SHOWN]:
            yield "  " + say("failed: {name}: {reason}", name=name, reason=reason)
        if len(failures) > SHOWN:
            yield "  " + say("and {n} more failed", n=len(failures) - SHOWN)
        if self.left:
            yield say("not all were looked at: {why}", why=self.why)
            yield say("{n} are left; run it again to go on", n=self.left)
        yield say(
            "{path} has all of it; see it: openness-gate org report {out}", path=self.store.path, out=self.args.out
        )

    def code(self) -> int:
        totals = self.store.totals()
        if self.left or totals.get("failed") or totals.get("incomplete"):
            return 3
        return 1 if totals.get("fail") and self.args.fail_on != "never" else 0


def _look(glance: Look, store: Store, batch: Sequence[Member]) -> list[Member | Outcome]:
    return list(glance(batch, store))


def _batches(members: Sequence[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(members), size):
        yield list(members[start : start + size])


def _as_known(member: Member) -> tuple[str, str, str]:
    from openness_gate.org.store import seen

    return member.key, member.commit, seen(member.facts)


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
