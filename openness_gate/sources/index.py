"""What is staged for the next commit: names and bytes from git's index, whatever the files on disk say.

In a commit hook the index is the one of that very commit. A path with an unresolved conflict has no content to judge,
so it is an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.git import around, beneath, blob_repo, nearest_folder, no_repository
from openness_gate.git_call import STAGED
from openness_gate.messages import say
from openness_gate.model import Repo, Request, Source, Unreadable
from openness_gate.verdicts import Reads, listed, read_by


def open_index(request: Request) -> Repo:
    folder, rest = nearest_folder(request.target)
    git = around(folder)
    if git is None:
        raise no_repository(request.target)
    git.use_own_index()
    known = None if git.prefix else listed.pop(folder, None)
    records = git.records(known) if known is not None else git.listing(*STAGED)[0]
    entries = list(_entries(records, f"{rest}/" if rest else ""))
    if not entries and beneath(git, rest):
        raise Unreadable(say("{path}: nothing is staged there", path=request.target))
    repo = blob_repo(git, request.target, git.head(), entries)
    read_by(Reads(git.asked, git.measured))
    return repo


def _entries(records: list[str], under: str) -> Iterator[tuple[str, str, str]]:
    """Mode, id and path from `mode SP id SP stage TAB path`."""
    for record in records:
        facts, _, path = record.partition("\t")
        mode, oid, stage = facts.split(" ")
        if not path.startswith(under):
            continue
        if stage != "0":
            raise Unreadable(say("{path}: has an unresolved merge conflict", path=path))
        yield mode, oid, path[len(under) :]


SOURCE = Source(
    name="index",
    about="what is staged for the next commit",
    accepts=lambda request: request.staged,
    open=open_index,
    rank=20,
)
