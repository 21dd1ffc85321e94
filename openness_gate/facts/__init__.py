"""What the bytes say, each read once: `card(repo)`, `licenses(repo)`, … One parser per format, pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from openness_gate.model import Unreadable

if TYPE_CHECKING:
    from openness_gate.model import Repo

T = TypeVar("T")


def fact(read: Callable[[Repo], T]) -> Callable[[Repo], T]:
    """Remember what *read* found in a view of a repository, for as long as the view lives."""

    @wraps(read)
    def once(repo: Repo) -> T:
        if read not in repo.memo:
            repo.memo[read] = read(repo)
        found: T = repo.memo[read]
        return found

    return once


def file_fact(read: Callable[[Repo, str], T]) -> Callable[[Repo, str], T]:
    """Remember what *read* found in one file; every view of the repository shares it, so a file is parsed once."""

    @wraps(read)
    def once(repo: Repo, path: str) -> T:
        key = (read, path)
        if key not in repo.shared:
            repo.shared[key] = read(repo, path)
        found: T = repo.shared[key]
        return found

    return once


def blob_fact(read: Callable[[Repo, str], T]) -> Callable[[Repo, str], T]:
    """A fact about one file that rests on its path and its content alone: where several repositories are read by one
    program (`Repo.recall`), it is found once for all that hold the same file at the same path. One that was told of in
    the log is found again, so that each log has it."""

    @wraps(read)
    def once(repo: Repo, path: str) -> T:
        key = (read, path)
        if key not in repo.shared:
            repo.shared[key] = repo.recall(read, path) if repo.recall else read(repo, path)
        found: T = repo.shared[key]
        return found

    return once


class Recall:
    """What was found in files of other repositories. It forgets all when it is full."""

    MOST = 8 << 20  #: bytes of the files that it knows: what is known of them takes about ten times as much

    def __init__(self) -> None:
        self._known: dict[object, object] = {}
        self._size = 0

    def in_repo(self, repo: Repo, oid: Callable[[str], str]) -> Callable[[Any, str], Any]:
        """As a repository has it, whose files have the ids that *oid* tells."""

        def find(read: Callable[[Repo, str], T], path: str) -> T:
            try:
                key = (read, path, oid(path))
            except Unreadable:  # a link that leads nowhere: who reads it is told
                return read(repo, path)
            if key in self._known:
                known: T = self._known[key]  # type: ignore[assignment]
                return known
            told = len(repo.log.notices), len(repo.log.unread)
            found = read(repo, path)
            if told == (len(repo.log.notices), len(repo.log.unread)):
                self._size += repo.size(path)
                if self._size > self.MOST:
                    self._known, self._size = {}, 0
                self._known[key] = found
            return found

        return find
