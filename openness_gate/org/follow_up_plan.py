"""What is left to do after a scan, of the custom properties of an organization and of our issues: pure.

An issue is ours if its author is who we are and its first line is our mark, as with comments. There is one for each
repository; the oldest is kept and doubles are closed. What people did to it counts: one that a person closed stays
closed until the repository was fixed and fails again, and one that a person opened again after that stays open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum

from openness_gate.comment_plan import says, state_of
from openness_gate.tuples import NamedTuple

AT_ONCE = 30  #: repositories of one change of a property (GitHub's REST API)
VALUES = ("pass", "fail", "ask", "not-applicable", "unknown")


class Stand(Enum):
    """How a repository, or all of them, stand to the policy."""

    FAILS = "fails"
    ASKS = "asks"  #: a person has to answer: nothing is begun for it, and nothing ended
    FIXED = "fixed"
    UNKNOWN = "unknown"  #: it could not be read


STANDS = {"fail": Stand.FAILS, "ask": Stand.ASKS, "pass": Stand.FIXED, "not-applicable": Stand.FIXED}


class Issue(NamedTuple):
    """As the host tells it."""

    id: int
    author: str
    is_bot: bool
    body: str
    repo: str
    number: int
    is_open: bool


class Do(Enum):
    CREATE = "create"
    EDIT = "edit"
    CLOSE = "close"
    REOPEN = "reopen"


class Change(NamedTuple):
    """Of one issue."""

    do: Do
    repo: str
    number: int = 0
    body: str = ""  #: "" where it stays as it is

    @property
    def is_loud(self) -> bool:
        """People are told of it."""
        return self.do in (Do.CREATE, Do.REOPEN)


class Batch(NamedTuple):
    """The same value of the property for some repositories of one organization."""

    org: str
    value: str
    names: tuple[str, ...]  #: owner/name


def of_issue(repo: str, mine: Sequence[Issue], stand: Stand, body: str) -> Iterator[Change]:
    """*mine*: our issues there, the oldest first. *body*: what it should say."""
    if stand is Stand.UNKNOWN:
        return
    if not mine:
        if stand is Stand.FAILS:
            yield Change(Do.CREATE, repo, 0, body)
        return
    kept, *doubles = mine
    yield from (Change(Do.CLOSE, repo, one.number) for one in doubles if one.is_open)
    if (do := _of_kept(kept, stand, body)) is not None:
        yield Change(do, repo, kept.number, body)


def _of_kept(kept: Issue, stand: Stand, body: str) -> Do | None:
    there = state_of(kept.body)
    if there.order > state_of(body).order:
        return None  # a newer scan wrote it
    if stand is Stand.FIXED:
        if there.fixed:
            return None
        return Do.CLOSE if kept.is_open else Do.EDIT  # it is noted, so that another failure may open it again
    if kept.is_open:
        return None if says(kept.body, body) else Do.EDIT
    return Do.REOPEN if there.fixed and stand is Stand.FAILS else None


def batches(org: str, wanted: Mapping[str, str], now: Mapping[str, str]) -> list[Batch]:
    """What differs. *wanted*: the value of each repository, by owner/name; *now*: the same in lower case."""
    found = []
    for value in VALUES:
        names = sorted(name for name, one in wanted.items() if one == value != now.get(name.lower(), ""))
        found += [Batch(org, value, tuple(names[n : n + AT_ONCE])) for n in range(0, len(names), AT_ONCE)]
    return found


def halves(batch: Batch) -> Iterable[Batch]:
    middle = len(batch.names) // 2
    return batch._replace(names=batch.names[:middle]), batch._replace(names=batch.names[middle:])
