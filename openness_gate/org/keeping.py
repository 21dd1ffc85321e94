"""From the report of `check`, as JSON, to the rows of a scan; and what ends with a scan."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

RESULT = "CASE s.state WHEN 'judged' THEN v.result ELSE s.state END"
OF_SCAN = "FROM scanned s LEFT JOIN verdicts v ON v.id = s.verdict WHERE s.scan = ?"
KEPT_SCANS = 2  #: of which each repository is still known; of older ones the totals and the changes are


def keep_report(db: sqlite3.Connection, verdict: int, report: Mapping[str, Any]) -> None:
    """The releases of a report with their components and findings, so that they can be asked for by SQL."""
    for release in report["releases"]:
        reached = (release["levels"] or {}).get("reached", "")
        number = db.execute(
            "INSERT INTO releases (verdict, path, name, kind, result, label, reached) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (verdict, release["path"], release["name"], release["kind"], release["result"], release["label"], reached),
        ).lastrowid
        db.executemany("INSERT INTO components VALUES (?, ?, ?, ?, ?, ?)", _components(number, release["components"]))
        db.executemany(
            "INSERT INTO findings (release, rule, severity, status, openness, needs, got, advice, path, line,"
            " excused_by, excuse, excused_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_finding(number, finding) for finding in release["findings"]),
        )


def _components(release: int | None, components: Mapping[str, Any]) -> Iterable[tuple[Any, ...]]:
    for name, one in components.items():
        yield release, name, one["completeness"], one["access"], one["license"]["expression"], one["license"]["class"]


def _finding(release: int | None, one: Mapping[str, Any]) -> tuple[Any, ...]:
    excuse = one["waiver"] or one["confirmation"] or {}
    return (
        release, one["rule"], one["severity"], one["status"], one["openness"], one["needs"], one["got"], one["advice"],
        one["path"] or "", one["line"] or 0, excuse.get("owner") or excuse.get("person") or "",
        excuse.get("reason", ""), excuse.get("expires", ""),
    )  # fmt: skip


def end(db: sqlite3.Connection, scan: int, now: str, requests: int) -> None:
    """Close a scan: its totals, what changed since the last one, and nothing kept that no scan needs."""
    db.execute(f"INSERT OR REPLACE INTO totals SELECT ?, {RESULT}, count(*) {OF_SCAN} GROUP BY 2", (scan, scan))
    before = db.execute("SELECT MAX(id) FROM scans WHERE id < ? AND ended IS NOT NULL", (scan,)).fetchone()[0]
    if before is not None:
        each = f"SELECT s.repository AS repository, {RESULT} AS result {OF_SCAN}"
        db.execute(
            f"INSERT OR REPLACE INTO changes SELECT ?, o.repository, o.result, COALESCE(n.result, '') FROM ({each}) o"
            f" LEFT JOIN ({each}) n ON n.repository = o.repository WHERE o.result != COALESCE(n.result, '')",
            (scan, before, scan),
        )
        db.execute(
            f"INSERT OR REPLACE INTO changes SELECT ?, n.repository, '', n.result FROM ({each}) n"
            " WHERE n.repository NOT IN (SELECT repository FROM scanned WHERE scan = ?)",
            (scan, scan, before),
        )
    db.execute("UPDATE scans SET ended = ?, requests = requests + ? WHERE id = ?", (now, requests, scan))
    old = "SELECT id FROM scans WHERE ended IS NOT NULL ORDER BY id DESC LIMIT -1 OFFSET ?"
    db.execute(f"DELETE FROM scanned WHERE scan IN ({old})", (KEPT_SCANS,))
    db.execute("DELETE FROM verdicts WHERE id NOT IN (SELECT verdict FROM scanned WHERE verdict IS NOT NULL)")
    there = "SELECT r.commit_id FROM repositories r JOIN scanned s ON s.repository = r.id"
    for table in ("trees", "needs", "glances"):
        db.execute(f"DELETE FROM {table} WHERE commit_id NOT IN ({there})")
    db.execute("DELETE FROM blobs WHERE oid NOT IN (SELECT oid FROM needs)")
