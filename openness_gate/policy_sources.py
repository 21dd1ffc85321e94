"""Where policies come from: those that ship, files, files of a repository, other repositories, and the lock.

    osaid-1.0                                   ships with the program
    ./ours.yml                                  a file; from within a policy, relative to it and in the same place
    acme/.github/openness/policy.yml@v2         a file of another repository, at a branch, a tag or a commit

A policy of another repository that a lock names is taken from the lock, which holds its text: offline, and the same
every time. Without a lock it is asked for only where that was allowed.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from openness_gate import registry
from openness_gate.assemble import Assembler, Layer
from openness_gate.facts.content import decode
from openness_gate.located import MAX_BYTES, nearest
from openness_gate.lock import NAME, Locked
from openness_gate.lock import read as read_lock
from openness_gate.messages import say
from openness_gate.model import NOTHING, GateError, Repo, Request, Unreadable
from openness_gate.rules import Policy

POLICY_TOKEN = "OPENNESS_GATE_POLICY_TOKEN"
ELSEWHERE = r"(?P<repo>[A-Za-z0-9][\w-]{0,38}/[\w.-]{1,100})/(?P<path>[^@:]+\.ya?ml)@(?P<rev>[^@\s]{1,250})"


class Library:
    """How policies may be had. *online*: other repositories may be asked; *lock*: what messages call it."""

    def __init__(self, online: bool = False, locked: Mapping[str, Locked] = NOTHING, lock: str = "") -> None:
        self.online, self.locked, self.lock = online, locked, lock
        self.asked: dict[str, Locked] = {}  #: what was fetched, by reference
        self._repos: dict[str, Repo] = {}

    def find(self, reference: str, layer: Layer) -> Layer:
        """The policy that *reference* names in *layer*."""
        if reference in registry.policies():
            return shipped(reference)
        if _elsewhere(reference):
            return self.elsewhere(reference)
        found = layer.beside(reference)
        if found is None:
            raise GateError(_unknown(reference))
        return found

    def elsewhere(self, reference: str) -> Layer:
        """A file of another repository: from the lock, or asked for."""
        parts = _elsewhere(reference)
        assert parts
        repo_name, path, rev = parts["repo"], posixpath.normpath(parts["path"]), parts["rev"]

        def beside(name: str) -> Layer | None:
            other = _within(path, name)
            return self.elsewhere(f"{repo_name}/{other}@{rev}") if other else None

        if locked := self.locked.get(reference):
            return Layer(reference, _labelled(reference, locked.commit), locked.text, beside, locked.commit)
        if not self.online:
            why = say("it is not in {lock}", lock=self.lock) if self.lock else say("it is not locked")
            raise GateError(say("{why}; run: openness-gate policy update", why=why))
        with _token_for_policies():
            repo = self._opened(f"gh:{repo_name}@{rev}")
            layer = in_repo(repo, path)
        if layer is None:
            raise GateError(say("{path}: no such file in {repo} at {rev}", path=path, repo=repo_name, rev=rev))
        self.asked[reference] = Locked(repo.commit, layer.sha256, layer.text)
        return Layer(reference, _labelled(reference, repo.commit), layer.text, beside, repo.commit)

    def _opened(self, target: str) -> Repo:
        if target not in self._repos:
            try:
                self._repos[target] = registry.opened(Request(target))
            except Unreadable as error:
                raise GateError(str(error)) from None
        return self._repos[target]


@contextmanager
def _token_for_policies() -> Iterator[None]:
    """Policies may be kept where the token of a job reads nothing; `POLICY_TOKEN` names one that does."""
    token, usual = os.environ.get(POLICY_TOKEN, ""), os.environ.get("GITHUB_TOKEN")
    if not token:
        yield
        return
    os.environ["GITHUB_TOKEN"] = token
    try:
        yield
    finally:
        os.environ.pop("GITHUB_TOKEN")
        if usual is not None:
            os.environ["GITHUB_TOKEN"] = usual


def is_elsewhere(name: str) -> bool:
    """Whether *name* is a file of another repository."""
    return bool(_elsewhere(name)) and not os.path.exists(name)


def _elsewhere(reference: str) -> re.Match[str] | None:
    return re.fullmatch(ELSEWHERE, reference) if "@" in reference else None


def _labelled(reference: str, commit: str) -> str:
    return f"{reference} ({commit[:12]})"


def _unknown(name: str) -> str:
    return say(
        "no policy {name!r}: no file, and none of ours; {hint}", name=name, hint=nearest(name, registry.policies())
    )


def named(name: str, library: Library) -> Layer:
    """The policy that a user named: one that ships, a file, or a file of another repository."""
    if name in registry.policies():
        return shipped(name)
    if is_elsewhere(name):
        if not library.online:
            raise GateError(say("{target}: it is elsewhere, and nobody is asked offline", target=name))
        return library.elsewhere(name)
    if "/" in name or "\\" in name or name.endswith((".yml", ".yaml")) or os.path.exists(name):
        return on_disk(name)
    raise GateError(_unknown(name))


def shipped(name: str) -> Layer:
    """One that comes with the program."""
    return Layer(name, f"{name}.yaml", _text(registry.policies()[name]), lambda _: None, shipped=True)


def on_disk(path: str) -> Layer:
    """The file *path*, which the user named; what it names lies relative to it."""

    def beside(name: str) -> Layer | None:
        other = os.path.normpath(os.path.join(os.path.dirname(path), name))
        return on_disk(other) if os.path.isfile(other) else None

    return Layer(os.path.realpath(path), path, _text(path), beside)


def in_repo(repo: Repo, path: str) -> Layer | None:
    """A file of a repository, as it is in what is judged; what it names lies in the repository."""

    def beside(name: str) -> Layer | None:
        other = _within(path, name)
        return in_repo(repo, other) if other else None

    if path not in repo.paths:
        return None
    try:
        content = repo.read(path, MAX_BYTES + 1)
    except Unreadable as error:
        raise GateError(str(error)) from None
    return Layer(f"{repo.label}//{path}", path, decode(content), beside, repo.commit)


def _within(path: str, name: str) -> str:
    """The file that *name* means in the file *path* of a repository; "" for one outside."""
    other = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    return "" if other.startswith(("../", "/")) or other in ("..", ".") or "\\" in name else other


def _text(path: str) -> str:
    from openness_gate.disk import read

    try:
        return decode(read(os.fsencode(path), path, MAX_BYTES + 1, follow=True))
    except Unreadable as error:
        raise GateError(str(error)) from None


# --- put together ---------------------------------------------------------------------------------------------------


@cache
def policy(name: str, online: bool = False) -> Policy:
    """The policy that a user named."""
    return load(named(name, Library(online)), online)


def load(layer: Layer, online: bool = False) -> Policy:
    """What *layer* requires."""
    return assembler(layer, online).policy(layer)


def assembler(layer: Layer, online: bool = False, library: Library | None = None) -> Assembler:
    """Puts together *layer*, with the lock that lies beside it, or from another *library*."""
    library = library or with_lock(layer, online)
    return Assembler(library.find, registry.components(), registry.names("concerns"), _Valid())


def with_lock(layer: Layer, online: bool) -> Library:
    beside = None if layer.shipped or _elsewhere(layer.id) else layer.beside(NAME)
    return Library(online, read_lock(beside.text, beside.label), beside.label) if beside else Library(online)


class _Valid:
    """Texts that the schema allowed, in the user's cache: safe to lose, and believed only with our seal."""

    def __init__(self) -> None:
        from openness_gate.cache import Cache

        self._cache = Cache()

    def valid(self, digest: str) -> bool:
        return self._cache.answer(_key(digest)) is not None

    def remember(self, digest: str) -> None:
        self._cache.keep(_key(digest), "", {}, b"")


def _key(digest: str) -> str:
    from openness_gate import __version__

    return f"policy {__version__} {digest}"
