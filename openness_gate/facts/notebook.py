"""The Python in a Jupyter notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from openness_gate.facts import content as contents

INPUT_LIMIT = 16 << 20  #: bytes; outputs are most of a notebook
OUTPUT_LIMIT = 1 << 20  #: characters
MAGIC = re.compile(r"(\s*)(?:%%?\w|!(?!=))")
PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%skip", "%%python", "%%px")


def code_of(content: bytes) -> str:
    """The source of its code cells, without what is no Python; "" for what is no notebook in Python."""
    if len(content) > INPUT_LIMIT:
        return ""
    try:
        notebook = json.loads(contents.decode(content))
    except (ValueError, RecursionError):
        return ""
    found = "\n".join(_cell(source) for source in _sources(notebook) if _is_python(source))
    return found[:OUTPUT_LIMIT]


def _sources(notebook: Any) -> Iterator[str]:
    match notebook:
        case {"metadata": {"kernelspec": {"language": str(language)}}} if language.lower() not in ("python", ""):
            return
        case {"cells": list(cells)} | {"worksheets": [{"cells": list(cells)}, *_]}:
            for cell in cells:
                if isinstance(cell, dict) and cell.get("cell_type") == "code":
                    source = cell.get("source", cell.get("input"))
                    yield source if isinstance(source, str) else "".join(_strings(source))


def _strings(source: object) -> Iterator[str]:
    return (line for line in source if isinstance(line, str)) if isinstance(source, list) else iter(())


def _is_python(source: str) -> bool:
    """A cell magic may make the whole cell a script in another language."""
    start = source.lstrip()
    return not start.startswith("%%") or start.startswith(PYTHON_CELLS)


def _cell(source: str) -> str:
    """*source* without the lines that IPython runs itself; `pass` where such a line may be all that a block has."""
    kept, continues = [], False
    for line in source.splitlines():
        found = MAGIC.match(line)
        if found and not continues and found[1]:
            kept.append(f"{found[1]}pass")
        if found or continues:
            continues = line.rstrip().endswith("\\")
        else:
            kept.append(line)
    return "\n".join(kept)
