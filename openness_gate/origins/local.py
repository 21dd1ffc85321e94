"""Repositories on this machine: a work tree, a bare repository, or a folder with any number of them beneath it.

What HEAD names is judged, without a checkout. The commit is read from the files of the repository where it stands there
in plain words, so that one that has not changed costs two small files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

from openness_gate import git_call, sealed
from openness_gate.facts import Recall
from openness_gate.git import around, bare, blob_repo, is_bare
from openness_gate.messages import say
from openness_gate.model import GateError, Unreadable
from openness_gate.org.judging import failed, outcome, skipped
from openness_gate.org.shelf import Shelf
from openness_gate.org.words import Facts, Member, Origin, Outcome, Terms
from openness_gate.sources.revision import entries_of

DEEPEST = 6  #: folders beneath the one that is named
ID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
MOST_REFS = 16 << 20  #: bytes of a file of packed refs
LEFT_OUT = frozenset(("node_modules", "__pycache__", ".venv", "venv"))
BATCH = 8
RECALL = Recall()
"""Of all that this process judges."""


def accepts(where: str) -> bool:
    return os.path.isdir(where)


def members(where: str, shelf: Shelf, properties: bool = False) -> Iterator[Member]:
    found = False
    for path in _repositories(where.rstrip("/") or where, 0):
        found = True
        commit = _head(path)
        yield Member(path, _name(path), "local", os.path.realpath(path), commit, commit, Facts())
    if not found:
        raise GateError(say("{path}: no repository is there", path=where))


def _repositories(folder: str, depth: int) -> Iterator[str]:
    """*folder*, or those beneath it; what lies in a repository is part of it."""
    if git_call.has_repository(folder) or _looks_bare(folder):
        yield folder
        return
    if depth == DEEPEST:
        return
    try:
        beneath = sorted(entry.path for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return
    for path in beneath:
        if os.path.basename(path) not in LEFT_OUT:
            yield from _repositories(path, depth + 1)


def _looks_bare(folder: str) -> bool:
    return os.path.isfile(os.path.join(folder, "HEAD")) and is_bare(os.path.realpath(folder))


def _name(path: str) -> str:
    return path.replace(os.sep, "/").removesuffix("/.git").removesuffix(".git")


def _head(path: str) -> str:
    """The commit of HEAD; "" where it takes git to tell, or there is none."""
    top = os.path.realpath(path)
    place = git_call.git_folder(top) if git_call.has_repository(top) else top
    said = sealed.read(os.path.join(place, "HEAD"), 4096).strip()
    if not said.startswith(b"ref: refs/"):
        return said.decode() if ID.fullmatch(said) else ""
    ref = said[5:]
    loose = sealed.read(os.path.join(place, os.fsdecode(ref)), 4096).strip()
    if ID.fullmatch(loose):
        return loose.decode()
    packed = sealed.read(os.path.join(place, "packed-refs"), MOST_REFS)
    for line in packed.splitlines() if not loose else ():
        oid, _, name = line.partition(b" ")
        if name == ref and ID.fullmatch(oid):
            return oid.decode()
    return ""


def judge(batch: Sequence[Member], terms: Terms, shelf: Shelf) -> Iterator[Outcome]:
    yield from (_judge(member, terms) for member in batch)


def _judge(member: Member, terms: Terms) -> Outcome:
    try:
        return _outcome(member, terms)
    except Unreadable as error:
        return failed(member, error)


def _outcome(member: Member, terms: Terms) -> Outcome:
    top = os.path.realpath(member.target)
    git = around(top) if git_call.has_repository(top) else bare(top)
    if git is None:
        raise Unreadable(say("{path}: no repository is there any more", path=member.target))
    commit = member.commit or git.commit("HEAD")
    if not commit:
        if git.run("rev-parse", "--verify", "--quiet", "HEAD").code == 0:
            raise Unreadable(say("{path}: HEAD names a commit that is not there", path=member.target))
        return skipped(member, say("it has no commit yet"))
    repo = blob_repo(git, member.target, commit, entries_of(git, commit))
    if repo.oid:
        repo.recall = RECALL.in_repo(repo, repo.oid)
    return outcome(repo, member._replace(commit=commit), terms)


ORIGIN = Origin("local", "repositories on this machine", accepts, members, judge, batch=BATCH, rank=10)
