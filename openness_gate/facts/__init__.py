"""What the bytes say, each read once: `card(repo)`, `licenses(repo)`, … One parser per format, pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

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
