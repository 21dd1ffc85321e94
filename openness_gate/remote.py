"""What forges have in common: how a target is written, and files that are fetched when they are read, by their ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import sha256

from openness_gate.cache import git_id
from openness_gate.hosts import Endpoint
from openness_gate.http import Answer, client, complaint
from openness_gate.messages import say
from openness_gate.model import NOTHING, Access, GateError, Notice, Repo, Request, Unreadable, limits
from openness_gate.tuples import NamedTuple

WHOLE = 4 << 20  #: bytes; a larger file is read no further than it is asked for
MOST_HELD = 64 << 20  #: bytes of files kept in memory
ID = re.compile(r"(?:lfs-)?(?:[0-9a-f]{40}|[0-9a-f]{64})")
LFS = "lfs-"  #: before the SHA-256 of what a pointer stands for


class Target(NamedTuple):
    """`scheme:name@rev`."""

    label: str
    name: str
    rev: str  #: "" is the default branch


def target(request: Request, form: re.Pattern[str], example: str) -> Target:
    """What *request* names; *form* is that of the name alone."""
    name, at, rev = request.target.partition(":")[2].partition("@")
    if request.staged:
        raise GateError(say("{target}: nothing is staged there", target=request.target))
    if (at and request.ref) or not form.fullmatch(name) or {".", ".."} & {*name.split("/")}:
        raise GateError(say("{target}: no target; write {example}", target=request.target, example=example))
    rev = rev if at else request.ref
    if (at and not rev) or len(rev) > 250 or not rev.isprintable() or " " in rev:
        raise GateError(say("{rev}: no such revision", rev=rev))
    return Target(f"{request.target}@{rev}" if rev and not at else request.target, name, rev)


class Files:
    """The contents of a commit: small files whole and held against their ids, of large ones the beginning."""

    def __init__(
        self, label: str, endpoint: Endpoint, sizes: Mapping[str, int], url: Callable[[str, str], str], accept: str
    ) -> None:
        self._label, self._endpoint, self._sizes, self._url, self._accept = label, endpoint, sizes, url, accept
        self._held: dict[str, bytes] = {}
        self.pointers: Mapping[str, bytes] = NOTHING  #: what is known without fetching it
        self._refused: Answer | None = None  #: what is refused once is refused for all: nobody asks a hundred times

    def size(self, oid: str, path: str) -> int:
        return self._sizes[oid]

    def blob(self, oid: str, limit: int, path: str) -> bytes:
        """The first *limit* bytes of the file *oid*; *path* is what an error calls it."""
        size = self._sizes[oid]
        if not size or not limit:
            return b""
        if size > WHOLE:
            content = self._fetch(oid, path, min(limit, size))
            if len(content) < min(limit, size) or (limit >= size and not _is(content, oid)):
                raise self._other(path)
            return content
        if oid in self.pointers:
            return self.pointers[oid][:limit]
        if oid not in self._held:
            if sum(map(len, self._held.values())) > MOST_HELD:
                self._held.clear()
            self._held[oid] = self._whole(oid, path)
        return self._held[oid][:limit]

    def _whole(self, oid: str, path: str) -> bytes:
        cache, lfs = client().cache, oid.startswith(LFS)
        if not lfs and (kept := cache.blob(oid)) is not None:
            return kept
        content = self._fetch(oid, path, 0)
        if not _is(content, oid):
            raise self._other(path)
        if not lfs:
            cache.keep_blob(oid, content)
        return content

    def _fetch(self, oid: str, path: str, first: int) -> bytes:
        if self._refused is None:
            url = self._url(oid, path)
            answer = client().get(url, self._endpoint, accept=self._accept, limit=2 * WHOLE, first=first)
            if answer.ok:
                return answer.body
            if answer.status not in (401, 403, 429):
                raise complaint(answer, f"{self._label}//{path}", self._endpoint)
            self._refused = answer
        raise complaint(self._refused, f"{self._label}//{path}", self._endpoint)

    def _other(self, path: str) -> Unreadable:
        return Unreadable(say("{path}: {host} sent another content than it names", path=path, host=self._endpoint.host))


def _is(content: bytes, oid: str) -> bool:
    return oid == (LFS + sha256(content).hexdigest() if oid.startswith(LFS) else git_id(content, oid))


def close_door(repo: Repo, gate: str, private: bool, disabled: bool) -> None:
    """What a forge says of who may have *repo* is evidence about all that is in it. *gate*: "" or how it is opened."""
    if gate:
        says = say("{label} is gated ({gate})", label=repo.label, gate=gate[:40])
        repo.barriers += (limits(Access.GATED, says, None),)
    if private:
        says = say("{label} is private", label=repo.label)
        repo.barriers += (limits(Access.CLOSED, says, None),)
    if disabled:
        says = say("{label} is disabled", label=repo.label)
        repo.barriers += (limits(Access.CLOSED, says, None),)
    repo.log.notices += [Notice(barrier.says) for barrier in repo.barriers]
