"""What a scan left in its file, for tests to compare."""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from tests.running import Done, run


class Became(NamedTuple):
    """What became of a repository."""

    state: str
    result: str
    reason: str


def scan(out: Path, *argv: str, where: str = "gh:acme", policy: str = "osaid-1.0") -> Done:
    """A scan in this process, by a client of its own."""
    from openness_gate import http

    http.client.cache_clear()
    return run("org", "scan", where, "--out", out, "--policy", policy, *argv)


def rows(out: Path, question: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{out / 'scan.db'}?mode=ro", uri=True)) as db:
        return db.execute(question).fetchall()


def became(out: Path) -> dict[str, Became]:
    return {name: Became(*more) for name, *more in rows(out, "SELECT name, state, result, reason FROM results")}


def reports(out: Path) -> dict[str, Any]:
    """The report of each that was judged to the end, by its name."""
    found = rows(
        out, "SELECT r.name, v.report FROM results r JOIN verdicts v ON v.id = r.verdict WHERE v.report NOTNULL"
    )
    return {name: json.loads(zlib.decompress(report)) for name, report in found}


def everything(out: Path) -> list[Any]:
    """All that is known of the last scan, whatever order it came in."""
    asked = (
        "SELECT name, target, commit_id, state, result, reason, facts FROM results ORDER BY name",
        "SELECT r.name, l.path, l.kind, l.result, l.label, l.reached, c.component, c.completeness, c.access, c.license"
        " FROM results r JOIN releases l ON l.verdict = r.verdict JOIN components c ON c.release = l.id"
        " ORDER BY r.name, l.path, c.component",
        "SELECT r.name, l.path, f.rule, f.status, f.openness, f.got, f.path, f.line FROM results r"
        " JOIN releases l ON l.verdict = r.verdict JOIN findings f ON f.release = l.id ORDER BY 1, 2, 3, 4, 6, 7, 8",
        "SELECT result, count FROM totals WHERE scan = (SELECT MAX(id) FROM scans) ORDER BY result",
    )
    exported = json.loads(run("org", "report", out, "--format", "json").out)
    del exported["scan"]  # when it was
    return [*(rows(out, question) for question in asked), exported]
