"""Repositories on GitHub, or on a GitHub Enterprise that GITHUB_API_URL names: `gh:owner/name@rev`.

Three questions give the repository, the commit and its tree; a file is asked for when it is read. What is kept with
Git LFS is its pointer, as in a clone.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from openness_gate.git import MAX_FILES, blob_repo, too_many
from openness_gate.hosts import Endpoint, host_of, origin, split
from openness_gate.http import Answer, client, complaint
from openness_gate.messages import say
from openness_gate.model import Forge, GateError, Repo, Request, Unreadable
from openness_gate.remote import ID, Files, close_door, target

ENDPOINT = Endpoint("GITHUB_API_URL", "https://api.github.com", ("GITHUB_TOKEN", "GH_TOKEN"))
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[A-Za-z0-9._-]{1,100}")
JSON, RAW = "application/vnd.github+json", "application/vnd.github.raw+json"
MOST_TREES = 200  #: questions about parts of a tree that is too large for one answer

Entries = list[tuple[str, str, str]]


def open_repository(request: Request) -> Repo:
    asked = target(request, NAME, "gh:owner/name@rev")
    about = _get(f"{ENDPOINT.url}/repos/{asked.name}")
    if not about.ok:
        raise complaint(about, asked.label, ENDPOINT)
    facts, base = _mapping(about), about.url  # a repository that was renamed is known by another address
    commit = _commit(base, asked.rev, asked.label)
    sizes: dict[str, int] = {}
    unread: dict[str, str] = {}
    entries = listed(base, commit, asked.label, sizes, unread) if commit else []
    files = Files(asked.label, ENDPOINT, sizes, lambda oid, path: f"{base}/git/blobs/{oid}", RAW)
    repo = blob_repo(files, asked.label, commit, entries)
    repo.log.unread.update(unread)
    close_door(repo, "", facts.get("private") is not False, facts.get("disabled") is True)
    if not commit:
        repo.log.notice(say("{path} has no commit yet", path=asked.label))
    if facts.get("archived") is True:
        repo.log.notice(say("{path} is archived", path=asked.label))
    return repo


def is_repository(name: str) -> bool:
    """*name* could be of a repository, and means no other path."""
    return bool(NAME.fullmatch(name)) and not {".", ".."} & {*name.split("/")}


def _commit(base: str, rev: str, label: str) -> str:
    """The id of the commit; "" in a repository without any."""
    answer = _get(f"{base}/commits/{quote(rev or 'HEAD', safe='')}", "application/vnd.github.sha")
    if answer.status == 409:
        return ""
    if answer.status in (404, 422):
        raise GateError(say("{rev}: no such revision", rev=rev or "HEAD"))
    if not answer.ok:
        raise complaint(answer, label, ENDPOINT)
    commit = answer.body.decode("ascii", "replace").strip()
    if not ID.fullmatch(commit):
        raise _nonsense()
    return commit


def listed(base: str, commit: str, label: str, sizes: dict[str, int], unread: dict[str, str]) -> Entries:
    """Mode, id and path of all that the commit holds; a tree that is cut off is asked for folder by folder."""
    found: Entries = []
    todo, asked = [("", commit)], 0
    while todo:
        folder, oid = todo.pop()
        if asked >= MOST_TREES:
            unread[folder] = say("{path} was not listed: the tree is too large", path=folder)
            continue
        asked += 1
        listing, cut = _tree(f"{base}/git/trees/{oid}?recursive=1", label)
        if cut:
            asked += 1
            listing, cut = _tree(f"{base}/git/trees/{oid}", label)
            if cut:
                unread[folder] = say("{path} was not listed whole: the folder is too large", path=folder or ".")
            todo += [(folder + path + "/", id_) for mode, id_, path, _ in listing if mode == "040000"]
        for mode, id_, path, size in listing:
            if mode != "040000":
                found.append((mode, id_, folder + path))
                sizes[id_] = size
        if len(found) > MAX_FILES:
            raise too_many(label)
    return found


def _tree(url: str, label: str) -> tuple[list[tuple[str, str, str, int]], bool]:
    """The entries of one answer, and whether it is cut off."""
    answer = _get(url)
    if not answer.ok:
        raise complaint(answer, label, ENDPOINT)
    tree = _mapping(answer)
    entries = [_entry(one) for one in tree["tree"]] if isinstance(tree.get("tree"), list) else None
    if entries is None:
        raise _nonsense()
    return entries, tree.get("truncated") is not False


def _entry(entry: object) -> tuple[str, str, str, int]:
    match entry:
        case {"mode": str(mode), "sha": str(oid), "path": str(path), **more} if ID.fullmatch(oid):
            size = more.get("size")
            return mode, oid, path, size if type(size) is int and size >= 0 else 0
    raise _nonsense()


def _get(url: str, accept: str = JSON) -> Answer:
    return client().get(url, ENDPOINT, accept=accept)


def graphql_url() -> str:
    """Beside the REST API: `/graphql`, or `/api/graphql` of an Enterprise server. The token goes to no other host."""
    import os

    rest = ENDPOINT.url
    named = os.environ.get("GITHUB_GRAPHQL_URL", "")
    if named and origin(named) == origin(rest):
        return named
    return f"{rest.removesuffix('/v3')}/graphql"


def _mapping(answer: Answer) -> dict[str, Any]:
    found = answer.json()
    if not isinstance(found, dict):
        raise _nonsense()
    return found


def _nonsense() -> Unreadable:
    return Unreadable(say("{host}: its answer is not what GitHub answers", host=ENDPOINT.host))


def target_of(url: str) -> str:
    parts = split(url)
    name = "/".join((parts.path if parts else "").strip("/").split("/")[:2]).removesuffix(".git")
    here = ENDPOINT.is_usual and host_of(url).removeprefix("www.") == "github.com"
    return f"gh:{name}" if here and NAME.fullmatch(name) else ""


FORGE = Forge("github", "a repository on GitHub", "gh", open_repository, target_of)
