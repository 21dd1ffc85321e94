"""JSON, version 1: every repository with the report of `check`, by `data/schemas/org-report.schema.json`. It is written
one repository after the other, each on a line of its own.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from openness_gate.messages import say, tame
from openness_gate.model import GateError
from openness_gate.org.reading import Format, Reading
from openness_gate.org.summary import SCANNED

SCHEMA_VERSION = 1
_JUDGED = (
    "SELECT p.name, p.target, v.commit_id, v.result, v.reason, v.report"
    f" FROM {SCANNED} AND s.state = 'judged' ORDER BY p.name, p.id"
)
_NOT_JUDGED = f"SELECT p.name, p.target, s.reason FROM {SCANNED} AND s.state = :state ORDER BY p.name, p.id"


def write(reading: Reading, out: TextIO) -> None:
    out.write(f'{{"schema_version": {SCHEMA_VERSION},\n"scan": {_text(_scan(reading))}')
    lists = {
        "repositories": _judged(reading),
        "skipped": _others(reading, "skipped"),
        "failed": _others(reading, "failed"),
    }
    for name, lines in lists.items():
        out.write(f',\n"{name}": [')
        for n, line in enumerate(lines):
            out.write(f"{',' if n else ''}\n{line}")
        out.write("]")
    out.write("}\n")


def _scan(reading: Reading) -> dict[str, Any]:
    scan = reading.scan
    policy = {"id": scan.policy, "title": scan.policy_title, "sha256": scan.policy_sha256, "from": scan.policy_from}
    return {
        "id": scan.id,
        "begun": scan.begun,
        "ended": scan.ended or None,
        "day": scan.day,
        "targets": scan.targets,
        "policy": policy,
        "tool": {"name": "openness-gate", "version": scan.program},
        "requests": scan.requests,
    }


def _judged(reading: Reading) -> Iterator[str]:
    for name, target, commit, result, reason, report in reading.each(_JUDGED):
        about = {"name": name, "target": target, "commit": commit, "result": result, "reason": reason}
        try:
            kept = zlib.decompress(report).decode() if report else "null"  # it is JSON as it stands
        except (zlib.error, UnicodeError):
            raise GateError(say("{name}: what the store has of it cannot be read", name=name)) from None
        yield f'{_text(about)[:-1]}, "report": {_safe(kept)}}}'


def _others(reading: Reading, state: str) -> Iterator[str]:
    for name, target, reason in reading.each(_NOT_JUDGED, state=state):
        yield _text({"name": name, "target": target, "reason": reason})


def _text(value: Mapping[str, Any]) -> str:
    tamed = {key: tame(one) if isinstance(one, str) else one for key, one in value.items()}
    return _safe(json.dumps(tamed, ensure_ascii=False))


def _safe(text: str) -> str:
    """The same value, which a runner takes for no command."""
    return text.replace("##[", "\\u0023#[")


FORMAT = Format("json", "for scripts: every repository with its report, by a versioned schema", write)
