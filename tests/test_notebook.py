"""The Python in a notebook."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest

from openness_gate.facts.notebook import OUTPUT_LIMIT, code_of
from tests.test_manifest import mutations


def notebook(*sources: Any, **metadata: Any) -> dict[str, Any]:
    cells = [{"cell_type": "code", "source": source, "outputs": []} for source in sources]
    return {"cells": [{"cell_type": "markdown", "source": "import no"}, *cells], "metadata": metadata, "nbformat": 4}


def code(document: object) -> str:
    return code_of(json.dumps(document).encode())


def test_code_without_what_ipython_runs() -> None:
    cells = (
        "%matplotlib inline\nimport a\n!pip install b\n",
        ["if a:\n", "    !ls\n", "x = 1\n"],
        "!torchrun \\\n  --nproc 8 \\\n  train.py\ny = 2",
        "%%bash\nrm -rf /",
        "%%time\nz = 3",
    )
    found = code(notebook(*cells))
    assert [ast.unparse(node) for node in ast.parse(found).body] == [
        "import a",
        "if a:\n    pass",
        "x = 1",
        "y = 2",
        "z = 3",
    ]


def test_what_looks_like_a_magic_and_is_none() -> None:
    assert code(notebook("x = (a\n    % b\n    != c)")) == "x = (a\n    % b\n    != c)"


def test_the_older_format() -> None:
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["import a"]}]}], "nbformat": 3}
    assert code(old) == "import a"


def test_another_language() -> None:
    assert code(notebook("library(x)", kernelspec={"language": "R"})) == ""
    assert code(notebook("import a", kernelspec={"language": "Python"})) == "import a"


def test_it_is_bounded() -> None:
    assert len(code(notebook("x" * 3_000_000))) == OUTPUT_LIMIT


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"\0" * 99,
        b"[" * 100_000,
        b'{"cells":' * 100_000,
        b"NaN",
        b" " * (17 << 20),
        b"1" * 9999,
    ],
)
def test_what_is_no_notebook(content: bytes) -> None:
    assert code_of(content) == ""


def test_utf_16_is_read() -> None:
    assert code_of(json.dumps(notebook("import a")).encode("utf-16")) == "import a"


def test_wrong_types_break_nothing() -> None:
    for document in mutations(notebook(["import a\n", "x = 1"], "y", kernelspec={"language": "python"})):
        assert isinstance(code(document), str)
