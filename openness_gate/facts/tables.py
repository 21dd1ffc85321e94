"""The tables in `data/`: knowledge that changes without the code, read once."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import openness_gate

HERE = openness_gate.__file__.removesuffix("__init__.py") + "data/"


@cache
def table(name: str) -> Any:
    """The JSON table *name* of `data/`."""
    return json.loads(blob(f"{name}.json"))


def blob(name: str) -> bytes:
    """The file *name* of `data/`, as bytes, also from an archive."""
    loader = openness_gate.__spec__.loader if openness_gate.__spec__ else None
    content: bytes = loader.get_data(HERE + name)  # type: ignore[union-attr]  # `pkgutil` does this, at 1.5 ms
    return content
