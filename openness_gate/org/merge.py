"""The scans of shards (`org scan --shard I/N`) made one, as if the whole had been scanned at once.

What the shards found and fetched is copied, SQLite to SQLite, and the history of the folder that they are merged into
goes on. Shards that do not belong together are refused: nobody should take a part for the whole.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date

from openness_gate.messages import say
from openness_gate.model import GateError
from openness_gate.org import keeping
from openness_gate.org.store import Store
from openness_gate.tuples import NamedTuple


class Past(NamedTuple):
    """A scan of a shard."""

    id: int
    begun: str
    ended: str | None
    requests: int
    targets: str  #: as they would be of the whole
    terms: str
    day: str

    def differs(self, other: Past) -> str:
        """In what; "" where both are of one scan."""
        said = {
            "targets": say("other repositories were asked for"),
            "terms": say("it was judged by another policy or program"),
            "day": say("it was judged on another day"),
        }
        return next((why for name, why in said.items() if getattr(self, name) != getattr(other, name)), "")


class Shard(NamedTuple):
    """A store, which part of how many it holds, and its scans, the last one first."""

    path: str
    part: int
    parts: int
    scans: tuple[Past, ...]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scans", nargs="+", metavar="SCAN", help=say("the folder of each shard"))
    parser.add_argument(
        "--out", required=True, metavar="DIR", help=say("the folder of the whole, whose history goes on")
    )


def run(args: argparse.Namespace, today: date) -> int:
    shards = [_shard(folder) for folder in args.scans]
    _require_whole(shards)
    with closing(Store(args.out)) as store:
        if any(os.path.samefile(shard.path, store.path) for shard in shards):
            raise GateError(say("{path}: a shard is not merged into itself", path=store.path))
        if merge(shards, store):
            totals = ", ".join(f"{result} {count}" for result, count in store.totals().items())
            print(say("{n} shards are one scan in {path}: {totals}", n=len(shards), path=store.path, totals=totals))
        else:
            print(say("{path} has that scan already, or a later one", path=store.path))
    return 0


def _shard(folder: str) -> Shard:
    question = "SELECT id, begun, ended, requests, targets, terms, day FROM scans ORDER BY id DESC"
    with closing(Store(folder, must_exist=True)) as store:
        rows, path = store.rows(question), store.path
    if not rows or rows[0][2] is None:
        raise GateError(say("{path}: its scan has not ended; run it again to go on", path=path))
    try:
        asked = [json.loads(row[4]) for row in rows]
        part, parts = map(int, asked[0][-1]["shard"])
        whole = [json.dumps([*one[:-1], {**one[-1], "shard": [1, 1]}], sort_keys=True) for one in asked]
    except (ValueError, TypeError, LookupError):
        raise GateError(say("{path}: a scan of no shard", path=path)) from None
    scans = tuple(Past(*row)._replace(targets=targets) for row, targets in zip(rows, whole, strict=True))
    return Shard(path, part, parts, scans)


def _require_whole(shards: Sequence[Shard]) -> None:
    first = shards[0]
    for shard in shards[1:]:
        if why := shard.scans[0].differs(first.scans[0]):
            raise GateError(say("{path} does not belong to {first}: {why}", path=shard.path, first=first.path, why=why))
        if shard.parts != first.parts:
            raise GateError(
                say("{path} is one of {n} shards, not of {m}", path=shard.path, n=shard.parts, m=first.parts)
            )
    if missing := sorted({*range(1, first.parts + 1)} - {shard.part for shard in shards}):
        raise GateError(say("shard {i}/{n} is missing", i=missing[0], n=first.parts))


def merge(shards: Sequence[Shard], store: Store) -> bool:
    """Put into *store* the scans that all shards have and that are newer than what is there; whether there are any."""
    with store.writing() as db:
        store.give_up(db)
    (last,) = store.rows("SELECT COALESCE(MAX(begun), '') FROM scans")[0]
    scans = [found for found in reversed(_aligned(shards)) if min(one.begun for one in found) > last]
    if not scans:
        return False
    ids: list[int] = []
    try:
        for number, shard in enumerate(shards):
            with _attached(store, shard), store.writing() as db:
                ids = ids or [_begun(db, found) for found in scans]
                _copy(db, shard, [found[number].id for found in scans], ids)
        with store.writing() as db:
            for id_, found in zip(ids, scans, strict=True):
                _ended(db, id_, found, is_last=id_ == ids[-1])
    except GateError:
        with store.writing() as db:
            store.give_up(db)
        raise
    store.scan = ids[-1]
    return True


def _aligned(shards: Sequence[Shard]) -> list[tuple[Past, ...]]:
    """The scans that all shards have, the last one first."""
    found: list[tuple[Past, ...]] = []
    for scans in zip(*(shard.scans for shard in shards), strict=False):
        if any(scan.differs(scans[0]) for scan in scans):
            break
        found.append(scans)
    return found


@contextmanager
def _attached(store: Store, shard: Shard) -> Iterator[None]:
    store.rows("ATTACH ? AS shard", shard.path)
    try:
        yield
    finally:
        store.rows("DETACH shard")


def _begun(db: sqlite3.Connection, found: Sequence[Past]) -> int:
    columns = "day, terms, policy, policy_title, policy_from, policy_sha256, program"
    asked = f"INSERT INTO scans (begun, targets, {columns}) SELECT ?, ?, {columns} FROM shard.scans WHERE id = ?"
    begun = min(one.begun for one in found)
    return db.execute(asked, (begun, found[0].targets, found[0].id)).lastrowid or 0


def _ended(db: sqlite3.Connection, id_: int, found: Sequence[Past], is_last: bool) -> None:
    when, requests = max(one.ended or "" for one in found), sum(one.requests for one in found)
    if is_last:
        keeping.end(db, id_, when, requests)
    else:
        db.execute("UPDATE scans SET ended = ?, requests = ? WHERE id = ?", (when, requests, id_))


REPOSITORY = "key, target, name, origin, version, commit_id, facts"
SAME = "shard.repositories o ON o.id = {of}.repository JOIN main.repositories n ON n.key = o.key"


def _copy(db: sqlite3.Connection, shard: Shard, theirs: Sequence[int], ours: Sequence[int]) -> None:
    """What a shard knows of its scans *theirs*, which are *ours* here; `GateError` where another says otherwise."""
    _repositories(db, theirs)
    _verdicts(db)
    for their, our in zip(theirs, ours, strict=True):
        _require_agreement(db, shard, their, our)
        db.execute(
            "INSERT OR IGNORE INTO main.scanned SELECT ?, n.id, s.state, (SELECT id FROM main.verdicts m WHERE"
            f" (m.repository, m.commit_id, m.terms, m.seen, m.day) = (n.id, v.commit_id, v.terms, v.seen, v.day)),"
            f" s.reason FROM shard.scanned s JOIN {SAME.format(of='s')} LEFT JOIN shard.verdicts v ON v.id = s.verdict"
            " WHERE s.scan = ?",
            (our, their),
        )
    for their, our in zip(theirs[:-1], ours[:-1], strict=True):  # the last one is counted when all are here
        db.execute(
            "INSERT INTO main.totals SELECT ?, result, count FROM shard.totals WHERE scan = ?"
            " ON CONFLICT DO UPDATE SET count = count + excluded.count",
            (our, their),
        )
        db.execute(
            "INSERT OR IGNORE INTO main.changes SELECT ?, n.id, c.before, c.after FROM shard.changes c"
            f" JOIN {SAME.format(of='c')} WHERE c.scan = ?",
            (our, their),
        )
    for table in ("trees", "blobs", "needs", "glances", "answers"):
        db.execute(f"INSERT OR IGNORE INTO main.{table} SELECT * FROM shard.{table}")


def _repositories(db: sqlite3.Connection, theirs: Sequence[int]) -> None:
    """As they are in the last scan; of those that are gone what is known."""
    columns = ", ".join(f"{name} = excluded.{name}" for name in REPOSITORY.split(", "))
    copied = f"INSERT INTO main.repositories ({REPOSITORY}) SELECT {REPOSITORY} FROM shard.repositories"
    db.execute(
        f"{copied} WHERE id IN (SELECT repository FROM shard.scanned WHERE scan = ?)"
        f" ON CONFLICT (key) DO UPDATE SET {columns}",
        (theirs[-1],),
    )
    db.execute(
        f"{copied} WHERE id IN (SELECT repository FROM shard.scanned UNION SELECT repository FROM shard.changes)"
        " ON CONFLICT DO NOTHING"
    )


def _verdicts(db: sqlite3.Connection) -> None:
    """With what hangs on them. What is new gets numbers above all that are here."""
    above, beyond = (
        db.execute(f"SELECT COALESCE(MAX(id), 0) FROM main.{of}").fetchone()[0] for of in ("verdicts", "releases")
    )
    db.execute(
        f"INSERT OR IGNORE INTO main.verdicts SELECT v.id + ?, n.id, v.commit_id, v.terms, v.seen, v.day, v.result,"
        f" v.reason, v.report FROM shard.verdicts v JOIN {SAME.format(of='v')}",
        (above,),
    )
    db.execute(
        "INSERT INTO main.releases SELECT id + ?, verdict + ?, path, name, kind, result, label, reached"
        " FROM shard.releases WHERE verdict + ? IN (SELECT id FROM main.verdicts)",
        (beyond, above, above),
    )
    new = "FROM shard.{of} WHERE release + ? IN (SELECT id FROM main.releases)"
    db.execute(
        "INSERT INTO main.components SELECT release + ?, component, completeness, access, license, class "
        + new.format(of="components"),
        (beyond, beyond),
    )
    columns = "rule, severity, status, openness, needs, got, advice, path, line, excused_by, excuse, excused_until"
    db.execute(
        f"INSERT INTO main.findings (release, {columns}) SELECT release + ?, {columns} " + new.format(of="findings"),
        (beyond, beyond),
    )


def _require_agreement(db: sqlite3.Connection, shard: Shard, their: int, our: int) -> None:
    found = db.execute(
        "SELECT n.name FROM main.scanned m JOIN main.repositories n ON n.id = m.repository"
        " JOIN shard.repositories o ON o.key = n.key JOIN shard.scanned s ON s.repository = o.id AND s.scan = ?"
        " LEFT JOIN main.verdicts a ON a.id = m.verdict LEFT JOIN shard.verdicts b ON b.id = s.verdict"
        " WHERE m.scan = ? AND (m.state != s.state OR a.commit_id IS NOT b.commit_id OR a.result IS NOT b.result)",
        (their, our),
    ).fetchone()
    if found:
        raise GateError(say("{path}: another shard found something else in {name}", path=shard.path, name=found[0]))
