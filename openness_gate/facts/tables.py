"""The tables in `data/`: knowledge that changes without the code, read once."""

from __future__ import annotations

import json
from functools import cache
from pkgutil import get_data
from typing import Any


@cache
def table(name: str) -> Any:
    """The JSON table *name* of `data/`."""
    return json.loads(blob(f"{name}.json"))


def blob(name: str) -> bytes:
    """The file *name* of `data/`, as bytes."""
    content = get_data("openness_gate", f"data/{name}")
    assert content is not None, name
    return content
