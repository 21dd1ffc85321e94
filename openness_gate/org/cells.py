"""Comma-separated values that a spreadsheet opens without executing what a repository wrote into them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from openness_gate.messages import tame

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(titles: Sequence[str], rows: Iterable[Sequence[Any]], out: TextIO) -> None:
    table = csv.writer(out, lineterminator="\n")
    table.writerow(titles)
    table.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> Any:
    """Text that would begin a formula begins with an apostrophe (OWASP, CSV injection)."""
    if not isinstance(value, str):
        return value
    guarded = f"'{value}" if value.lstrip(" ").startswith(BEGINS_A_FORMULA) else value
    return tame(guarded)
