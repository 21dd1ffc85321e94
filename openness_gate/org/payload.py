"""What the page of the dashboard searches, sorts and shows: columns of numbers, and each string once.

Of what is met a page says only that it is. The page's script, `data/dashboard/page.js`, reads it.
"""

from __future__ import annotations

import base64
import json
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openness_gate import registry
from openness_gate.messages import tame
from openness_gate.model import Completeness, Group
from openness_gate.org.reading import Reading
from openness_gate.org.summary import OUTCOME, OUTCOMES, RELEASES

STATUSES = ("unmet", "ask", "waived", "confirmed", "met", "not-applicable")
SEVERITIES = ("error", "warning", "info")

_REPOSITORIES = (
    f"SELECT p.name, p.target, COALESCE(v.commit_id, ''), {OUTCOME}, COALESCE(NULLIF(s.reason, ''), v.reason, ''),"
    " c.before, (SELECT count(*) FROM releases r WHERE r.verdict = v.id AND r.result != 'not-applicable')"
    " FROM scanned s JOIN repositories p ON p.id = s.repository LEFT JOIN verdicts v ON v.id = s.verdict"
    " LEFT JOIN changes c ON c.scan = s.scan AND c.repository = p.id WHERE s.scan = :scan ORDER BY p.name, p.id"
)
_RELEASES = (
    "SELECT r.id, r.path, r.name, r.kind, r.label, r.reached, (SELECT count(*) FROM findings f WHERE f.release = r.id)"
    f" FROM {RELEASES} ORDER BY p.name, p.id, r.id"
)
_OF_RELEASES = f"FROM {RELEASES.replace(' WHERE', ' JOIN {table} x ON x.release = r.id WHERE')}"
_GRADES = (
    "SELECT r.id, x.component, x.completeness, x.access, x.license, x.class"
    f" {_OF_RELEASES.format(table='components')} ORDER BY p.name, p.id, r.id"
)
_FINDINGS = (
    "SELECT x.rule, x.severity, x.status, x.needs, x.got, x.advice, x.path, x.line, x.excused_by, x.excuse,"
    f" x.excused_until {_OF_RELEASES.format(table='findings')} ORDER BY p.name, p.id, r.id, x.id"
)


class Words:
    """Each string once, by a number. The empty one is 0."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {"": 0}

    def __call__(self, said: Any) -> int:
        return self.numbers.setdefault(said, len(self.numbers))

    def __iter__(self) -> Iterator[Any]:
        return iter(self.numbers)


def components() -> list[tuple[str, list[str]]]:
    """The components, by the kind of thing that they are."""
    known = registry.components()
    return [(group.value, [name for name in known if known[name].group is group]) for group in Group]


def packed(reading: Reading, words: Mapping[str, Any]) -> str:
    """All of it: JSON, deflated, in base64. *words*: what the page says."""
    strings = Words()
    parts: dict[str, Any] = {
        "words": words,
        "today": reading.today.isoformat(),
        "outcomes": OUTCOMES,
        "statuses": STATUSES,
        "severities": SEVERITIES,
        "completeness": [str(grade) for grade in Completeness],
        "components": components(),
        "repositories": _repositories(reading, strings),
        "releases": _releases(reading, strings),
        **_grades(reading, strings),
        **_findings(reading, strings),
    }
    press = zlib.compressobj(9)
    deflated = [press.compress(part.encode()) for part in _written({**parts, "strings": strings})]
    return base64.b64encode(b"".join(deflated) + press.flush()).decode()


def _written(parts: Mapping[str, Any]) -> Iterator[str]:
    """JSON, piece by piece: the columns are long."""
    before = "{"
    for name, value in parts.items():
        yield f"{before}{json.dumps(name)}:"
        if isinstance(value, (array, Words)):
            yield from _list(value)
        elif isinstance(value, dict) and value and isinstance(next(iter(value.values())), array):
            yield from _written(value)
        else:
            yield json.dumps(value, ensure_ascii=False)
        before = ","
    yield "}"


def _list(values: Iterable[Any]) -> Iterator[str]:
    before = "["
    for value in values:
        yield f"{before}{value if isinstance(value, int) else json.dumps(tame(value), ensure_ascii=False)}"
        before = ","
    yield "]" if before == "," else "[]"


def _columns(names: str) -> dict[str, array[int]]:
    return {name: array("l") for name in names.split()}


def _add(columns: Mapping[str, array[int]], values: Sequence[int]) -> None:
    for column, value in zip(columns.values(), values, strict=True):
        column.append(value)


def _repositories(reading: Reading, word: Words) -> dict[str, array[int]]:
    made = _columns("name target commit outcome reason before releases")
    for name, target, commit, outcome, reason, before, releases in reading.each(_REPOSITORIES):
        was = -1 if before is None else OUTCOMES.index(before) if before else len(OUTCOMES)
        _add(made, (word(name), word(target), word(commit), OUTCOMES.index(outcome), word(reason), was, releases))
    return made


def _releases(reading: Reading, word: Words) -> dict[str, array[int]]:
    made = _columns("path name kind label level findings")
    for _, path, name, kind, label, level, findings in reading.each(_RELEASES):
        _add(made, (word(path), word(name), word(kind), word(label), word(level), findings))
    return made


def _grades(reading: Reading, word: Words) -> dict[str, Any]:
    """For each release and component the number of a grade; grades are told once."""
    places = {name: place for place, name in enumerate(name for _, names in components() for name in names)}
    kinds, cells = Words(), array("l")
    last = None
    for release, component, completeness, access, license_, cls in reading.each(_GRADES):
        if release != last:
            cells.extend([0] * len(places))
            last = release
        if component in places:
            grade = (Completeness[completeness.upper()].value, word(access), word(license_), word(cls))
            cells[len(cells) - len(places) + places[component]] = kinds(grade)
    return {"cells": cells, "grades": [list(kind) for kind in kinds if kind]}


def _findings(reading: Reading, word: Words) -> dict[str, Any]:
    """For each finding the number of what is found and, unless it is met, where; and what is excused."""
    kinds, found, excuses = Words(), _columns("kind path line"), _columns("finding by why until")
    for n, (rule, severity, status, needs, got, advice, path, line, by, why, until) in enumerate(
        reading.each(_FINDINGS)
    ):
        said = (word(needs), word(got), word(advice)) if status != "met" else (0, 0, 0)
        kind = kinds((word(rule), SEVERITIES.index(severity), STATUSES.index(status), *said))
        _add(found, (kind, word(path), line) if status != "met" else (kind, 0, 0))
        if by:
            _add(excuses, (n, word(by), word(why), word(until)))
    return {"kinds": [list(kind) for kind in kinds if kind], "findings": found, "excuses": excuses}
