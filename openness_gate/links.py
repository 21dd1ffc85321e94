"""Symbolic links, resolved on names and never on a disk: every source follows them alike, and none out of its root.

A link is a name with a target, whether it comes from a folder, the index or a tree. One that ends at a file is read as
that file. One that ends at a folder is not entered: what the folder holds is listed at its own path. One that leaves
the root stays among the paths, so that whoever needs it finds it unreadable; one that ends nowhere does not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum

from openness_gate.messages import say
from openness_gate.model import Log, Place, Unreadable
from openness_gate.tuples import NamedTuple

MAX_HOPS = 5
MAX_LINKS = 10_000
MAX_TARGET = 1024  #: bytes
MAX_PARTS = 100  #: folders named in one target; with the limits above it bounds the work a repository can cause
TOLD = 10  #: of each kind of link that is worth a notice, how many get one of their own


class Lost(Enum):
    """Why a link ends at no path within the root."""

    OUTSIDE = "outside"
    NOWHERE = "nowhere"
    CIRCLE = "circle"


class Names(NamedTuple):
    """The names of a repository: its files, and where its links lead (None: out of the root)."""

    files: frozenset[str]
    leads: Mapping[str, str | None]

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(sorted({*self.files, *self.leads}))

    def file(self, path: str) -> str:
        """The file that *path* stands for; `Unreadable` where there is none, so nothing unlisted is ever opened."""
        if path in self.files:
            return path
        if path not in self.leads:
            raise Unreadable(say("{path}: no such file", path=path))
        if (end := self.leads[path]) is None:
            raise Unreadable(say("{path}: a link that leads out of the repository", path=path))
        return end


def names(files: Collection[str], links: Mapping[str, str], log: Log) -> Names:
    """*files* together with *links* (path to target), each followed to its end; *log* is told of those without one."""
    if len(links) > MAX_LINKS:
        raise Unreadable(say("more than {n} symbolic links", n=MAX_LINKS))
    ordered, known = sorted(files), frozenset(files)
    leads: dict[str, str | None] = {}
    lost: dict[Lost, list[str]] = {why: [] for why in Lost}
    for path in sorted(links):
        end = destination(path, links)
        if end is Lost.OUTSIDE:
            leads[path] = None
        elif isinstance(end, str) and end in known:
            leads[path] = end
        if isinstance(end, Lost):
            lost[end].append(path)
        elif end not in known and not _is_folder(end, ordered):
            lost[Lost.NOWHERE].append(path)
    _tell(lost, log)
    return Names(known, leads)


def destination(path: str, links: Mapping[str, str]) -> str | Lost:
    """Where *path* ends, through links in any of its folders too; "" is the root. Whether that exists is not asked."""
    todo, done, hops = path.split("/")[::-1], list[str](), 0
    while todo:
        part = todo.pop()
        if part == "..":
            if not done:
                return Lost.OUTSIDE
            done.pop()
        elif part not in ("", "."):
            done.append(part)
            target = links.get("/".join(done))
            if target is None:
                continue
            hops += 1
            if hops > MAX_HOPS:
                return Lost.CIRCLE
            if target.startswith("/"):
                return Lost.OUTSIDE
            parts = target.split("/")
            if len(target) > MAX_TARGET or len(parts) > MAX_PARTS:
                return Lost.NOWHERE
            done.pop()
            todo += parts[::-1]
    return "/".join(done)


def tell(log: Log, paths: Sequence[str], one: Callable[[str], str], more: Callable[[int], str]) -> None:
    """A notice for each of *paths*, up to a number that a person still reads; the others are counted."""
    for path in paths[:TOLD]:
        log.notice(one(path), Place(path))
    if len(paths) > TOLD:
        log.notice(more(len(paths) - TOLD))


def _tell(lost: Mapping[Lost, Sequence[str]], log: Log) -> None:
    tell(
        log,
        lost[Lost.OUTSIDE],
        lambda path: say("{path} is a link that leads out of the repository; it is not followed", path=path),
        lambda n: say("{n} more links lead out of the repository", n=n),
    )
    tell(
        log,
        lost[Lost.NOWHERE],
        lambda path: say("{path} is a link that leads nowhere", path=path),
        lambda n: say("{n} more links lead nowhere", n=n),
    )
    tell(
        log,
        lost[Lost.CIRCLE],
        lambda path: say("{path} is a link in a circle, or through more than {n} others", path=path, n=MAX_HOPS),
        lambda n: say("{n} more links are in circles", n=n),
    )


def _is_folder(path: str, ordered: Sequence[str]) -> bool:
    """Whether one of the sorted files *ordered* lies beneath *path*."""
    if not path:
        return True
    at = bisect_left(ordered, path + "/")
    return at < len(ordered) and ordered[at].startswith(path + "/")
