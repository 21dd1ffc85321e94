"""A commit, without its checkout: `--ref REV` of any repository, or the HEAD of a bare one."""

from __future__ import annotations

import os
from collections.abc import Iterator

from openness_gate import git as edge
from openness_gate.git import (
    Git,
    around,
    bare,
    beneath,
    blob_repo,
    decode,
    is_bare,
    nearest_folder,
    no_repository,
    too_many,
)
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
    except Unreadable as error:
        raise Unreadable(say("{rev} cannot be listed: {problem}", rev=request.ref or "HEAD", problem=error)) from None


def entries_of(git: Git, commit: str, folder: str = "") -> Iterator[tuple[str, str, str]]:
    """Mode, id and path of all files; asked of the child that contents come from, as another would take longer to start
    than all of its answers."""
    todo, seen = [("", f"{commit}:{folder}")], 0
    while todo:
        above, tree = todo.pop()
        for mode, name, oid in _tree(git.tree(tree, above or "."), len(commit) // 2, above or "."):
            if mode == "40000":
                todo.append((f"{above}{name}/", oid))
            else:
                yield mode, oid, above + name
            seen += 1
            if seen > edge.MAX_FILES:
                raise too_many(git.folder)


def _tree(content: bytes, size: int, path: str) -> Iterator[tuple[str, str, str]]:
    """Mode, name and id from `mode SP name NUL id`, where an id has *size* bytes."""
    at = 0
    while at < len(content):
        space = content.find(b" ", at)
        end = content.find(b"\0", space)
        mode = content[at:space]
        at = end + 1 + size
        if not (mode.isdigit() and 0 < space < end and at <= len(content)):
            raise Unreadable(say("{path}: no folder that git would make", path=path))
        yield mode.decode(), decode(content[space + 1 : end]), content[end + 1 : at].hex()


SOURCE = Source(
    name="revision",
    about="a commit, or the HEAD of a bare repository",
    accepts=accepts,
    open=open_revision,
    rank=20,
)
