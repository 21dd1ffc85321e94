"""Comma-separated values: one row for each repository, for a spreadsheet."""

from __future__ import annotations

from typing import TextIO

from openness_gate.org import cells
from openness_gate.org.reading import Format, Reading
from openness_gate.org.summary import SCANNED

COUNTED = ("errors", "warnings", "questions", "waived", "confirmed")
TITLES = ("name", "target", "commit", "state", "result", "reason", "releases", *COUNTED, "next_end", "levels")

_WITH = (
    "LEFT JOIN releases r ON r.verdict = v.id AND r.result != 'not-applicable' LEFT JOIN findings f ON f.release = r.id"
)
_ROWS = (
    "SELECT p.name, p.target, COALESCE(v.commit_id, ''), s.state, COALESCE(v.result, ''),"
    " COALESCE(NULLIF(s.reason, ''), v.reason, ''), count(DISTINCT r.id),"
    " sum(COALESCE(f.status = 'unmet' AND f.severity = 'error', 0)),"
    " sum(COALESCE(f.status = 'unmet' AND f.severity = 'warning', 0)),"
    " sum(COALESCE(f.status = 'ask', 0)), sum(COALESCE(f.status = 'waived', 0)),"
    " sum(COALESCE(f.status = 'confirmed', 0)), COALESCE(min(NULLIF(f.excused_until, '')), ''),"
    " COALESCE(group_concat(DISTINCT NULLIF(r.reached, '')), '')"
    f" FROM {SCANNED.replace(' WHERE', f' {_WITH} WHERE')}"
    " GROUP BY p.id ORDER BY p.name, p.id"
)


def write(reading: Reading, out: TextIO) -> None:
    cells.write(TITLES, reading.each(_ROWS), out)


FORMAT = Format("csv", "for a spreadsheet: one row for each repository", write)
