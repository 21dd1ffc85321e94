"""A scan as it was kept, for whoever reports on it: one view of the file, whatever another program writes meanwhile."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TextIO

from openness_gate.messages import say
from openness_gate.model import GateError
from openness_gate.org.store import Store
from openness_gate.tuples import NamedTuple

NEWEST = (
    "SELECT id, begun, ended, day, targets, policy, policy_title, policy_from, policy_sha256, program, requests"
    " FROM scans ORDER BY id DESC LIMIT 1"
)
MOST_PLACES = 3  #: named in a title


class Scan(NamedTuple):
    """The newest scan."""

    id: int
    begun: str
    ended: str  #: "" while it goes on, or where it was stopped
    day: str
    targets: tuple[str, ...]  #: what was scanned, as the user wrote it, without the filters
    policy: str
    policy_title: str
    policy_from: str
    policy_sha256: str
    program: str
    requests: int

    @property
    def places(self) -> str:
        """What was scanned, in a line."""
        named, more = ", ".join(self.targets[:MOST_PLACES]), len(self.targets) - MOST_PLACES
        return say("{places} and {n} more", places=named, n=more) if more > 0 else named


class Reading:
    """A store, and its newest scan. Questions name that scan `:scan`."""

    def __init__(self, store: Store, scan: Scan, today: date) -> None:
        self.store, self.scan, self.today = store, scan, today

    def each(self, question: str, **values: Any) -> Iterator[tuple[Any, ...]]:
        """The answers, one after the other."""
        try:
            rows = self.store.db.execute(question, {"scan": self.scan.id, **values})
            yield from map(tuple, rows)  # the rows themselves would be closed with us, when the store may be already
        except sqlite3.Error as error:
            raise GateError(say("{path}: {why}", path=self.store.path, why=error)) from None


class Format(NamedTuple):
    """One way to write a report on a scan."""

    name: str
    about: str
    write: Callable[[Reading, TextIO], None]


@contextmanager
def reading(folder: str, today: date) -> Iterator[Reading]:
    """`GateError` where there is no scan."""
    store = Store(folder, must_exist=True)
    try:
        newest = store.rows("BEGIN") or store.rows(NEWEST)
        if not newest:
            raise GateError(say("{path}: no scan is there", path=store.path))
        id_, begun, ended, day, asked, *rest = newest[0]
        targets = tuple(one for one in json.loads(asked) if isinstance(one, str))
        yield Reading(store, Scan(id_, begun, ended or "", day, targets, *rest), today)
    finally:
        store.close()
