"""Every release and rule of a scan as flat rows, for analysts: one row for each repository, release and rule."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from openness_gate.messages import say
from openness_gate.model import GateError
from openness_gate.org import cells
from openness_gate.org.reading import Reading
from openness_gate.org.summary import FINDINGS
from openness_gate.org.written import binary, text

COLUMNS = (
    "scan", "day", "policy", "repository", "target", "commit", "release", "release_name", "kind", "rule", "severity",
    "status", "openness", "needs", "got", "advice", "path", "line", "excused_by", "excuse", "excused_until",
)  # fmt: skip
NUMBERS = ("scan", "line")
AT_ONCE = 20_000  #: rows of one group in a Parquet file

_ROWS = (
    "SELECT n.id, n.day, n.policy, p.name, p.target, v.commit_id, r.path, r.name, r.kind, f.rule, f.severity, f.status,"
    " f.openness, f.needs, f.got, f.advice, f.path, f.line, f.excused_by, f.excuse, f.excused_until FROM"
    f" {FINDINGS.replace(' WHERE', ' JOIN verdicts v ON v.id = s.verdict JOIN scans n ON n.id = s.scan WHERE')}"
    " ORDER BY p.name, p.id, r.id, f.id"
)


def rows(reading: Reading) -> Iterator[tuple[Any, ...]]:
    return reading.each(_ROWS)


def _csv(reading: Reading, output: str) -> None:
    with text(output) as out:
        cells.write(COLUMNS, rows(reading), out)


def _jsonl(reading: Reading, output: str) -> None:
    with text(output) as out:
        for row in rows(reading):
            line = json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False)
            out.write(line.replace("##[", "\\u0023#[") + "\n")


def _parquet(reading: Reading, output: str) -> None:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise GateError(say("parquet needs an extra: pip install 'openness-gate[parquet]'")) from None
    if not output:
        raise GateError(say("parquet is no text: name its file with --output"))
    words = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    schema = pyarrow.schema([(name, pyarrow.int64() if name in NUMBERS else words) for name in COLUMNS])
    found = rows(reading)
    with binary(output) as out, parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while part := list(islice(found, AT_ONCE)):
            columns = [
                pyarrow.array(column, kind.type) for column, kind in zip(zip(*part, strict=True), schema, strict=True)
            ]
            writer.write_table(pyarrow.Table.from_arrays(columns, schema=schema))


EXPORTS = {"csv": _csv, "jsonl": _jsonl, "parquet": _parquet}
