"""A folder as it lies on disk.

In a git work tree the tracked files count, and the untracked ones that are not ignored; any other folder is walked as
it stands, without what tools leave behind. In the cache of the Hugging Face hub a snapshot's files are links to the
blobs beside it: these, and no other links out of the folder, are read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from posixpath import dirname, join, normpath

from openness_gate import disk
from openness_gate.git import LINK, MAX_FILES, SUBMODULE, Git, around, link_targets, sound, too_many
from openness_gate.links import names, tell
from openness_gate.messages import say
from openness_gate.model import NOTHING, Log, Repo, Request, Source, Unreadable
from openness_gate.tuples import NamedTuple

HEX = frozenset("0123456789abcdef")
WARNING = "warning: could not open directory '"


class Listing(NamedTuple):
    """What counts in a folder, and where its bytes are if they are not at their own path."""

    found: disk.Names
    commit: str = ""
    untracked: frozenset[str] = frozenset()
    stored: Mapping[str, str] = NOTHING  #: id by path, of files that a sparse checkout leaves in git
    git: Git | None = None


def open_work_tree(request: Request) -> Repo:
    if not os.path.isdir(request.target):
        raise _no_folder(request.target)
    folder = _snapshot(os.path.realpath(request.target), request.target)
    root, log = os.fsencode(folder), Log()
    listing = _tracked(folder, root, log) or _everything(root, request.target, log)
    listing.found.report(log)
    cached = _cached(root, listing.found.links)
    kept = {path: target for path, target in listing.found.links.items() if path not in cached}
    known = names([*listing.found.files, *listing.stored, *cached], kept, log)
    stored, git = listing.stored, listing.git

    def read(path: str, limit: int) -> bytes:
        file = known.file(path)
        if git and file in stored:
            return git.blob(stored[file], limit, path)
        return disk.read(cached.get(file) or disk.at(root, file), path, limit)

    def size(path: str) -> int:
        file = known.file(path)
        if git and file in stored:
            return git.size(stored[file], path)
        return disk.size(cached.get(file) or disk.at(root, file), path)

    return Repo(request.target, known.paths, read, size, listing.commit, listing.untracked & {*known.paths}, log=log)


def _no_folder(target: str) -> Unreadable:
    try:
        os.stat(target)
    except FileNotFoundError:
        return Unreadable(say("{path}: no such file or folder", path=target))
    except OSError as error:
        return Unreadable(disk.why(error, target))
    return Unreadable(say("{path}: neither a file nor a folder", path=target))


def _everything(root: bytes, target: str, log: Log) -> Listing:
    found = disk.walk(root, MAX_FILES, log)
    if found is None:
        raise too_many(target)
    return Listing(found)


def _tracked(folder: str, root: bytes, log: Log) -> Listing | None:
    """What git counts; None where no repository is, or the one around ignores this folder."""
    git = around(folder)
    if git is None:
        return None
    records, answer = git.listing("ls-files", "-z", "-t", "-s", "-c", "-o", "--exclude-standard")
    _note_closed_folders(answer.complaint, git.prefix, log)
    if not records and git.prefix:
        return None
    tracked, others = _split(records)
    nested = [path for path in others if path.endswith("/")]
    _note_nested(nested, log)
    untracked = [path for path in others if not path.endswith("/")]
    odd = [path for path in tracked if not sound(path)]
    for path in odd:
        log.unread[path] = say("{path}: no name for a file", path=path)
        del tracked[path]
    found = disk.present(root, (*tracked, *untracked))
    stored = _left_in_git(git, tracked, found)
    return Listing(found, git.commit(), frozenset(untracked), stored, git)


def _split(records: Iterable[str]) -> tuple[dict[str, tuple[str, str, str]], list[str]]:
    """Tag, mode and id by path of what is tracked (`tag mode id stage TAB path`); and what is not (`? path`)."""
    tracked: dict[str, tuple[str, str, str]] = {}
    others: list[str] = []
    for record in records:
        if record.startswith("? "):
            others.append(record[2:])
            continue
        facts, _, path = record.partition("\t")
        tag, mode, oid, _ = facts.split(" ")
        if mode != SUBMODULE:
            tracked[path] = tag, mode, oid
    return tracked, others


def _left_in_git(git: Git, tracked: dict[str, tuple[str, str, str]], found: disk.Names) -> dict[str, str]:
    """The files that a sparse checkout left out: they were not deleted, and git still has them."""
    if not any(tag == "S" for tag, _, _ in tracked.values()):
        return {}
    there = {*found.files, *found.links, *found.special}
    absent = {path: entry for path, entry in tracked.items() if entry[0] == "S" and path not in there}
    targets = link_targets(git, {path: oid for path, (_, mode, oid) in absent.items() if mode == LINK})
    found.links |= targets
    return {path: oid for path, (_, _, oid) in absent.items() if path not in targets}


def _note_closed_folders(complaint: str, prefix: str, log: Log) -> None:
    """git only warns about an untracked folder that it may not look into."""
    for line in complaint.splitlines():
        if line.startswith(WARNING):
            path, _, problem = line[len(WARNING) :].rpartition("': ")
            path = path.removeprefix(f"{prefix}/" if prefix else "").rstrip("/")
            log.unread[path] = say("{path}: {problem}", path=path, problem=problem.lower())


def _note_nested(nested: list[str], log: Log) -> None:
    tell(
        log,
        nested,
        lambda path: say("{path} is a repository of its own; it is not read", path=path),
        lambda n: say("{n} more folders are repositories of their own", n=n),
    )


def _snapshot(folder: str, target: str) -> str:
    """*folder*, or of a model's folder in the hub's cache the snapshot that `main` names, or the only one."""
    if not all(os.path.isdir(os.path.join(folder, name)) for name in ("blobs", "refs", "snapshots")):
        return folder
    snapshots = os.path.join(folder, "snapshots")
    main = os.path.join(folder, "refs", "main")
    there = sorted(entry.name for entry in os.scandir(snapshots) if entry.is_dir(follow_symlinks=False))
    named = disk.read(os.fsencode(main), "refs/main", 256).decode("ascii", "replace").strip() if _lies(main) else ""
    if named in there:
        return os.path.join(snapshots, named)
    if len(there) != 1:
        raise Unreadable(say("{path}: a cache with {n} snapshots; name one of them", path=target, n=len(there)))
    return os.path.join(snapshots, there[0])


def _lies(path: str) -> bool:
    return os.path.isfile(path) and not os.path.islink(path)


def _cached(root: bytes, links: dict[str, str]) -> dict[str, bytes]:
    """Of a snapshot in the hub's cache, the links that lead to a blob of the same model, with where that is."""
    snapshots, _ = os.path.split(root)
    model, name = os.path.split(snapshots)
    blobs = os.path.join(model, b"blobs")
    if name != b"snapshots" or not os.path.isdir(blobs) or os.path.islink(blobs):
        return {}
    found = {}
    for path, target in links.items():
        above, _, blob = normpath(join(dirname(path), target)).rpartition("/")
        place = os.path.join(blobs, os.fsencode(blob))
        if above == "../../blobs" and len(blob) in (40, 64) and HEX.issuperset(blob) and _lies(os.fsdecode(place)):
            found[path] = place
    return found


SOURCE = Source(
    name="work-tree",
    about="a folder: the work tree of a git repository, or any other",
    accepts=lambda request: True,
    open=open_work_tree,
    rank=90,
)
