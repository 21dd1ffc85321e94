"""A commit, without its checkout: `--ref REV` of any repository, or the HEAD of a bare one."""

from __future__ import annotations

import os
from collections.abc import Iterator

from openness_gate.git import Git, GitFailed, around, bare, beneath, blob_repo, is_bare, nearest_folder, no_repository
from openness_gate.messages import say
from openness_gate.model import GateError, Repo, Request, Source, Unreadable


def accepts(request: Request) -> bool:
    if request.staged:
        return False
    return bool(request.ref) or (os.path.isdir(request.target) and is_bare(os.path.realpath(request.target)))


def open_revision(request: Request) -> Repo:
    folder, rest = nearest_folder(request.target)
    git = bare(folder) if is_bare(folder) else around(folder)
    if git is None:
        raise no_repository(request.target)
    commit = git.commit(request.ref or "HEAD")
    if not commit:
        return _without_commit(git, request)
    return blob_repo(git, request.target, commit, _entries(git, commit, beneath(git, rest), request))


def _without_commit(git: Git, request: Request) -> Repo:
    """Nothing was committed yet, or what was asked for does not exist."""
    if request.ref:
        raise GateError(say("{rev}: no such revision", rev=request.ref))
    head = git.run("rev-parse", "--verify", "--quiet", "HEAD")
    if head.code == 0:
        raise Unreadable(say("{path}: HEAD names a commit that is not there", path=request.target))
    empty = blob_repo(git, request.target, "", ())
    empty.log.notice(say("{path} has no commit yet", path=request.target))
    return empty


def _entries(git: Git, commit: str, folder: str, request: Request) -> Iterator[tuple[str, str, str]]:
    """Mode, id and path of all beneath *folder*."""
    if folder and git.run("rev-parse", "--verify", "--quiet", f"{commit}:{folder}").code:
        rev = request.ref or "HEAD"
        raise Unreadable(say("{path}: no such folder in {rev}", path=request.target, rev=rev))
    try:
        yield from entries_of(git, commit, folder)
    except GitFailed as error:
        raise Unreadable(say("{rev} cannot be listed: {problem}", rev=request.ref or "HEAD", problem=error)) from None


def entries_of(git: Git, commit: str, folder: str = "") -> Iterator[tuple[str, str, str]]:
    """Mode, id and path from `mode SP type SP id TAB path`; `GitFailed` where git gives up."""
    records, _ = git.listing("ls-tree", "-r", "-z", "--full-tree", f"{commit}:{folder}")
    for record in records:
        facts, _, path = record.partition("\t")
        mode, _, oid = facts.split(" ")
        yield mode, oid, path


SOURCE = Source(
    name="revision",
    about="a commit, or the HEAD of a bare repository",
    accepts=accepts,
    open=open_revision,
    rank=20,
)
