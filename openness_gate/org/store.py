"""One SQLite file for all that a scan finds and fetches: `scan.db` in the folder that the user names.

Each thing is kept at once, in a transaction of its own: a scan that is killed goes on where it was. Anyone may read the
file at any time. Its tables are in `data/scan.sql`; `summary.py` reads them. Threads may share a store.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from typing import Any

from openness_gate import __version__, digests
from openness_gate.cache import KEPT_HEADERS, Cache
from openness_gate.messages import say
from openness_gate.model import GateError
from openness_gate.org import keeping
from openness_gate.org.shelf import Glance, Shelf, Tree
from openness_gate.org.words import Facts, Member, Outcome, State, Terms

NAME = "scan.db"
FORMAT = 1  #: of the tables; kept as SQLite's user_version
OURS = 0x6F706E67  #: SQLite's application_id: "opng"
SCHEMA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data", "scan.sql")
WAIT = 10.0  #: seconds for another program to let go of the file
MOST_AT_ONCE = 500  #: values in one question


@contextmanager
def closed_on_error(what: Any) -> Iterator[None]:
    try:
        yield
    except BaseException:
        what.close()
        raise


class Store(Shelf):
    """`GateError` where the file cannot be opened, or is none of ours."""

    def __init__(self, folder: str, must_exist: bool = False) -> None:
        self.folder, self.path = folder, os.path.join(folder, NAME)
        self._lock = RLock()
        self.scan = 0  #: the scan that goes on; 0 before `begin`
        if must_exist and not os.path.isfile(self.path):
            raise GateError(say("{path}: no scan is there", path=self.path))
        try:
            os.makedirs(folder, exist_ok=True)
            self.db = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None, check_same_thread=False)
            with closed_on_error(self.db):
                self._open()
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise GateError(say("{path}: cannot be written: {why}", path=folder, why=why)) from None
        except sqlite3.Error as error:
            raise GateError(say("{path}: {why}", path=self.path, why=error)) from None

    def _open(self) -> None:
        tables = self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        ours, form = (self.db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
        if tables and ours != OURS:
            raise GateError(say("{path}: a database of something else", path=self.path))
        if tables and form != FORMAT:
            raise GateError(
                say("{path}: made by another version of openness-gate; scan into a new folder", path=self.path)
            )
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.execute("PRAGMA foreign_keys = ON")
        if not tables:
            with open(SCHEMA, encoding="utf-8") as file:
                script = file.read()
            self.db.executescript(
                f"BEGIN; PRAGMA application_id = {OURS}; PRAGMA user_version = {FORMAT}; {script}; COMMIT;"
            )

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All of it, or nothing; `GateError` where it cannot be kept."""
        with self._lock:
            try:
                self.db.execute("BEGIN IMMEDIATE")
                yield self.db
                self.db.execute("COMMIT")
            except sqlite3.Error as error:
                self._undo()
                raise GateError(say("{path}: {why}", path=self.path, why=error)) from None
            except BaseException:
                self._undo()
                raise

    def _undo(self) -> None:
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")

    def rows(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self.db.execute(question, values).fetchall()
            except sqlite3.Error as error:
                raise GateError(say("{path}: {why}", path=self.path, why=error)) from None

    # --- a scan

    def begin(self, targets: object, terms: Terms, now: str) -> bool:
        """Go on with the last scan where it was stopped, and is the same; else begin one. Whether it goes on."""
        asked, day = json.dumps(targets, sort_keys=True), terms.today.isoformat()
        last = self.rows("SELECT id, ended, targets, terms, day FROM scans ORDER BY id DESC LIMIT 1")
        if last and last[0][1:] == (None, asked, terms.digest, day):
            self.scan = last[0][0]
            with self.writing() as db:  # what failed may succeed by now
                db.execute("DELETE FROM scanned WHERE scan = ? AND state = ?", (self.scan, State.FAILED.value))
            return True
        policy = terms.policy
        with self.writing() as db:
            self.give_up(db)
            self.scan = (
                db.execute(
                    "INSERT INTO scans (begun, day, targets, terms, policy, policy_title, policy_from, policy_sha256,"
                    " program) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (now, day, asked, terms.digest, policy.id, policy.title, policy.origin, policy.sha256, __version__),
                ).lastrowid
                or 0
            )
        return False

    @staticmethod
    def give_up(db: sqlite3.Connection) -> None:
        """No scan that has not ended is gone on with."""
        for table in ("scanned", "totals", "changes"):
            db.execute(f"DELETE FROM {table} WHERE scan IN (SELECT id FROM scans WHERE ended IS NULL)")
        db.execute("DELETE FROM scans WHERE ended IS NULL")

    def done(self) -> set[str]:
        """The keys of those of which something became in this scan."""
        question = "SELECT r.key FROM scanned s JOIN repositories r ON r.id = s.repository WHERE s.scan = ?"
        return {key for (key,) in self.rows(question, self.scan)}

    def remembered(self) -> dict[str, tuple[str, str, bool]]:
        """The version and the commit that each repository had when it was last looked at, and whether it was empty."""
        found = self.rows("SELECT key, version, commit_id, json_extract(facts, '$.empty') FROM repositories")
        return {key: (version, commit, bool(empty)) for key, version, commit, empty in found}

    def verdicts(self, terms: Terms) -> dict[tuple[str, str, str], int]:
        """The numbers of what is known by *terms*, by key, commit and what the forge says."""
        question = (
            "SELECT r.key, v.commit_id, v.seen, v.id FROM verdicts v JOIN repositories r ON r.id = v.repository"
            " WHERE v.terms = ? AND v.day IN ('', ?) AND v.commit_id != ''"
        )
        found = self.rows(question, terms.digest, terms.today.isoformat())
        return {(key, commit, of): number for key, commit, of, number in found}

    def keep(self, outcomes: Iterable[Outcome], terms: Terms) -> None:
        """What became of repositories; of one that has an outcome in this scan nothing is changed."""
        with self.writing() as db:
            for outcome in outcomes:
                self._keep(db, outcome, terms)

    def _keep(self, db: sqlite3.Connection, outcome: Outcome, terms: Terms) -> None:
        repository, verdict = _repository(db, outcome.member), None
        if outcome.state is State.JUDGED:
            day = "" if outcome.lasts else terms.today.isoformat()
            text = zlib.compress(json.dumps(outcome.report, ensure_ascii=False).encode(), 6) if outcome.report else None
            what = (repository, outcome.member.commit, terms.digest, seen(outcome.member.facts), day)
            db.execute(
                "INSERT OR IGNORE INTO verdicts (repository, commit_id, terms, seen, day, result, reason, report)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*what, outcome.result, outcome.reason, text),
            )
            is_new = db.execute("SELECT changes()").fetchone()[0] == 1
            (verdict,) = db.execute(
                "SELECT id FROM verdicts WHERE (repository, commit_id, terms, seen, day) = (?, ?, ?, ?, ?)", what
            ).fetchone()
            if is_new and outcome.report:
                keeping.keep_report(db, verdict, outcome.report)
        reason = outcome.reason if outcome.state is not State.JUDGED else ""
        _scanned(db, self.scan, repository, outcome.state, verdict, reason)

    def keep_known(self, known: Iterable[tuple[Member, int]]) -> None:
        """Members of which a verdict is known already, by its number."""
        with self.writing() as db:
            for member, verdict in known:
                _scanned(db, self.scan, _repository(db, member), State.JUDGED, verdict, "")

    def remember(self, members: Iterable[Member]) -> None:
        """What was found of *members*, before they are judged."""
        with self.writing() as db:
            for member in members:
                _repository(db, member)

    def end(self, now: str, requests: int) -> None:
        """All were looked at."""
        with self.writing() as db:
            keeping.end(db, self.scan, now, requests)

    def totals(self) -> dict[str, int]:
        """How many repositories have each result, or were skipped or failed; of this scan, most first."""
        return dict(
            self.rows(
                f"SELECT {keeping.RESULT} AS result, count(*) {keeping.OF_SCAN} GROUP BY 1 ORDER BY 2 DESC", self.scan
            )
        )

    def failures(self) -> list[tuple[str, str]]:
        """The names of those that could not be read in this scan, and why."""
        question = (
            "SELECT r.name, s.reason FROM scanned s JOIN repositories r ON r.id = s.repository"
            " WHERE s.scan = ? AND s.state = 'failed' ORDER BY r.name"
        )
        return [(name, reason) for name, reason in self.rows(question, self.scan)]

    # --- what was fetched

    def tree(self, commit: str) -> Tree | None:
        found = self.rows("SELECT tree FROM trees WHERE commit_id = ?", commit)
        if not found:
            return None
        entries, sizes, pointers, unread = json.loads(zlib.decompress(found[0][0]))
        pointed = {oid: text.encode() for oid, text in pointers.items()}
        return Tree(tuple(map(tuple, entries)), sizes, pointed, unread)

    def keep_tree(self, commit: str, tree: Tree) -> None:
        pointers = {oid: content.decode() for oid, content in tree.pointers.items()}
        text = json.dumps([tree.entries, dict(tree.sizes), pointers, dict(tree.unread)]).encode()
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO trees VALUES (?, ?)", (commit, zlib.compress(text, 6)))

    def blobs(self, oids: Iterable[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for part in _parts(sorted(set(oids))):
            marks = ",".join("?" * len(part))
            for oid, content in self.rows(f"SELECT oid, content FROM blobs WHERE oid IN ({marks})", *part):
                found[oid] = zlib.decompress(content)
        return found

    def keep_blobs(self, blobs: Mapping[str, bytes]) -> None:
        packed = [(oid, zlib.compress(content, 6)) for oid, content in blobs.items()]
        with self.writing() as db:
            db.executemany("INSERT OR IGNORE INTO blobs VALUES (?, ?)", packed)

    def needs(self, commit: str) -> frozenset[str]:
        return frozenset(oid for (oid,) in self.rows("SELECT oid FROM needs WHERE commit_id = ?", commit))

    def keep_needs(self, commit: str, oids: Iterable[str]) -> None:
        with self.writing() as db:
            db.executemany("INSERT OR IGNORE INTO needs VALUES (?, ?)", [(commit, oid) for oid in oids])

    def glance(self, commit: str) -> Glance | None:
        question = "SELECT is_release, why FROM glances WHERE commit_id = ? AND program = ?"
        found = self.rows(question, commit, __version__)
        return Glance(bool(found[0][0]), found[0][1]) if found else None

    def keep_glance(self, commit: str, glance: Glance) -> None:
        with self.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO glances VALUES (?, ?, ?, ?)",
                (commit, __version__, int(glance.is_release), glance.why),
            )

    def lend(self, batch: Iterable[Member]) -> Shelf:
        """What is known of *batch*, for whoever judges it elsewhere."""
        shelf = Shelf()
        for member in batch:
            if tree := self.tree(member.commit):
                shelf.keep_tree(member.commit, tree)
            shelf.keep_needs(member.commit, self.needs(member.commit))
        shelf.keep_blobs(self.blobs(oid for oids in shelf.needed.values() for oid in oids))
        return shelf

    def take(self, shelf: Shelf) -> None:
        """What another shelf has."""
        for commit, tree in shelf.trees.items():
            self.keep_tree(commit, tree)
        self.keep_blobs(shelf.contents)
        for commit, oids in shelf.needed.items():
            self.keep_needs(commit, oids)

    def answers(self, lists: bool) -> Answers:
        return Answers(self, lists)


class Answers(Cache):
    """What servers said, kept in a store. *lists*: only of lists, as what has an object id is kept by it."""

    def __init__(self, store: Store, lists: bool) -> None:
        self._store, self._lists = store, lists

    def blob(self, oid: str) -> bytes | None:
        return found[2] if (found := self.answer(f"blob {oid}")) else None

    def keep_blob(self, oid: str, content: bytes) -> None:
        self.keep(f"blob {oid}", "/git/", {}, content)

    def answer(self, key: str) -> tuple[str, Mapping[str, str], bytes] | None:
        question = "SELECT url, headers, body FROM answers WHERE key = ?"
        found = self._store.rows(question, digests.of(key.encode()))
        return (found[0][0], json.loads(found[0][1]), zlib.decompress(found[0][2])) if found else None

    def keep(self, key: str, url: str, headers: Mapping[str, str], body: bytes) -> None:
        if self._lists and any(part in url for part in ("/git/", "/tree/", "/resolve/")):
            return
        kept = json.dumps({name: headers[name] for name in KEPT_HEADERS if name in headers})
        with self._store.writing() as db:
            row = (digests.of(key.encode()), url, kept, zlib.compress(body, 6))
            db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", row)


def seen(facts: Facts) -> str:
    """Of what a forge says of a repository that bears on the verdict."""
    return f"{facts.visibility}/{facts.gated}/{'disabled' if facts.disabled else ''}"


def _repository(db: sqlite3.Connection, member: Member) -> int:
    facts = json.dumps({name: dict(v) if isinstance(v, Mapping) else v for name, v in member.facts._asdict().items()})
    what = (member.target, member.name, member.origin, member.version, member.commit, facts)
    (id_,) = db.execute(
        "INSERT INTO repositories (key, target, name, origin, version, commit_id, facts) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET (target, name, origin, version, commit_id, facts) = (?, ?, ?, ?, ?, ?)"
        " RETURNING id",
        (member.key, *what, *what),
    ).fetchone()
    return int(id_)


def _scanned(
    db: sqlite3.Connection, scan: int, repository: int, state: State, verdict: int | None, reason: str
) -> None:
    db.execute("INSERT OR IGNORE INTO scanned VALUES (?, ?, ?, ?, ?)", (scan, repository, state.value, verdict, reason))


def _parts(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), MOST_AT_ONCE):
        yield values[start : start + MOST_AT_ONCE]
