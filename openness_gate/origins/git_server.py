"""A repository on any git server, by its address: `https://git.example.org/x/y.git`, `ssh://git@host/x/y.git`,
`git@host:x/y.git`, `file:///srv/y.git`.

A partial clone brings the trees of one commit; then the files that are read, in one question for as many as are known
to be. Clones are kept in the folder of the scan, and may be deleted at any time. The size of a file is not known before
it is here: of weights that lie in git themselves only some are fetched, and what is larger stays unread.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from tempfile import TemporaryDirectory

from openness_gate import digests
from openness_gate.facts.weights import form_of
from openness_gate.git import Git, GitFailed, blob_repo
from openness_gate.git_fetch import Clone, Refused, TooLarge, head_of
from openness_gate.hosts import is_loopback, split
from openness_gate.messages import say
from openness_gate.model import GateError, Unreadable
from openness_gate.org.gather import ROUNDS
from openness_gate.org.judging import failed, outcome, skipped
from openness_gate.org.shelf import Shelf
from openness_gate.org.words import Member, Origin, Outcome, Terms
from openness_gate.sources.revision import entries_of

ADDRESS = re.compile(r"(?:git\+)?(https?|ssh|file)://", re.IGNORECASE)
BY_SSH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*@([A-Za-z0-9][A-Za-z0-9.-]*):(?!/*-)(.+)")
MOST_OF_WEIGHTS = 32 << 20  #: bytes fetched of the weights of one commit
_told: set[str] = set()  #: servers of which was said that they leave nothing out


def accepts(target: str) -> bool:
    return bool(ADDRESS.match(target) or BY_SSH.fullmatch(target))


def members(where: str, shelf: Shelf, properties: bool = False) -> Iterator[Member]:
    url = where.strip().removeprefix("git+").rstrip("/")
    yield Member(url, _name(url), ORIGIN.name)


def glance(members: Sequence[Member], shelf: Shelf) -> Iterator[Member | Outcome]:
    """Which commit each is at."""
    for member in members:
        try:
            commit = head_of(member.target, _protocol(member.target))
        except Unreadable as error:
            yield failed(member, error)
            continue
        found = member._replace(version=commit, commit=commit)
        yield found if commit else skipped(member, say("it has no commit yet"))


def judge(members: Sequence[Member], terms: Terms, shelf: Shelf) -> Iterator[Outcome]:
    with ExitStack() as stack:
        room = shelf.folder or stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True))
        for member in members:
            place = os.path.join(room, "clones", digests.of(member.target.encode()))
            try:
                yield _judged(member, Clone(member.target, _protocol(member.target), place), terms)
            except GateError as error:
                yield failed(member, error)


def _judged(member: Member, clone: Clone, terms: Terms) -> Outcome:
    """From the clone that is kept, or from a new one where that is broken; from a whole one where there is no other."""
    try:
        return _of(member, clone, terms)
    except Refused:
        clone.remove()
        return _of(member, clone, terms, whole=True)
    except GitFailed:
        if not clone.remove():
            raise
        return _of(member, clone, terms)


def _of(member: Member, clone: Clone, terms: Terms, whole: bool = False) -> Outcome:
    if (not member.commit or clone.commit() != member.commit) and clone.update(member.commit, whole):
        _tell(member.target)
    commit, git = clone.commit(), clone.reader()
    member = member._replace(version=commit, commit=commit)  # it may have moved on
    here = Here(clone, git)
    try:
        listing = list(entries_of(git, commit))
    except Unreadable as error:
        raise GitFailed(str(error)) from None
    for _ in range(ROUNDS):
        found = outcome(blob_repo(here, member.target, commit, listing), member, terms)
        if not here.wanted:
            return found
        here.fetch()
    return failed(member, say("it asks for ever more files"))


class Here:
    """What is here of a commit. What is not is noted in `wanted`: `fetch` it, and judge again."""

    def __init__(self, clone: Clone, git: Git) -> None:
        self.clone, self.git, self.sizes = clone, git, clone.sizes()
        self.wanted: dict[str, str] = {}  #: object id to path
        self.refused: dict[str, str] = {}  #: why there is none

    def size(self, oid: str, path: str) -> int:
        self._require(oid, path)
        return self.sizes[oid]

    def blob(self, oid: str, limit: int, path: str) -> bytes:
        self._require(oid, path)
        return self.git.blob(oid, limit, path)

    def fetch(self) -> None:
        """All that is wanted, by one question; the weights by another, and not to the last byte."""
        weights = {oid for oid, path in self.wanted.items() if form_of(path)}
        self._fetch(self.wanted.keys() - weights)
        self._fetch(weights, MOST_OF_WEIGHTS)
        self.sizes = self.clone.sizes()
        absent = self.wanted.keys() - self.sizes.keys() - self.refused.keys()
        self.refused |= dict.fromkeys(absent, say("it was not sent"))
        self.wanted = {}

    def _fetch(self, oids: Collection[str], most: int = 0) -> None:
        try:
            if oids:
                self.clone.fetch(oids, most)
        except TooLarge as error:
            self.refused |= dict.fromkeys(oids, str(error))

    def _require(self, oid: str, path: str) -> None:
        if oid in self.sizes:
            return
        if oid not in self.refused:
            self.wanted[oid] = path
        raise Unreadable(say("{path} was not fetched: {why}", path=path, why=self.refused.get(oid, "")))


def _protocol(url: str) -> str:
    found = ADDRESS.match(url)
    return found[1].lower() if found else "ssh"


def _name(url: str) -> str:
    """What people call it: host and path. `GateError` for an address that nobody should write, or keep."""
    if found := BY_SSH.fullmatch(url):
        host, path = found.groups()
    else:
        parts = split(url)
        known = parts and url.isprintable() and " " not in url and bool(parts.hostname) == (parts.scheme != "file")
        if not parts or not known or parts.query or parts.fragment:
            raise GateError(say("{url}: no address of a repository", url=url.partition("?")[0]))
        if parts.password or (parts.username and parts.scheme != "ssh"):
            raise GateError(
                say("{host}: no secrets in an address; git's credential helper has them", host=parts.hostname)
            )
        if parts.scheme == "http" and not is_loopback(parts):
            raise GateError(say("{url}: not over http; write https", url=url))
        host, path = parts.hostname or "", parts.path
    return f"{host}/{path.lstrip('/')}".removesuffix(".git").lstrip("/")


def _tell(url: str) -> None:
    """Once, of a server that sends all files whatever it is asked for."""
    server = _name(url).partition("/")[0]
    if server not in _told:
        _told.add(server)
        says = say("{server} knows no partial clones: all files of each commit are fetched", server=server)
        print(f"openness-gate: {says}", file=sys.stderr)


ORIGIN = Origin(
    "git-server", "a repository on a git server", accepts, members, judge, glance, batch=1, look=1, waits=True, rank=60
)
