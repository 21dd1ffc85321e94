"""How often a file is read and parsed: once."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from openness_gate.engine import assess
from openness_gate.facts.releases import find
from openness_gate.model import Repo
from openness_gate.registry import components
from tests.helpers import make_repo

EXAMPLE = Path(__file__).parent.parent / "docs/examples/open-release"
WEIGHTS = (".safetensors", ".gguf", ".bin", ".pt", ".onnx")  #: their headers say how much of them there is to read


def counted(files: dict[str, bytes]) -> tuple[Repo, Counter[str]]:
    repo, reads = make_repo(files), Counter[str]()
    real = repo.read

    def read(path: str, limit: int) -> bytes:
        reads[path] += 1
        return real(path, limit)

    repo.read = read
    return repo, reads


def test_each_file_is_read_and_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {p.relative_to(EXAMPLE).as_posix(): p.read_bytes() for p in EXAMPLE.rglob("*") if p.is_file()}
    files |= {f"models/a/{path}": content for path, content in files.items() if "/" not in path}
    files["run.sh"] = b"python train.py\nwget https://example.org/data.tar\n"
    parses = Counter[int]()
    real = ast.parse

    def parse(source: Any, *rest: Any, **named: Any) -> ast.AST:
        parses[hash(source)] += 1
        tree: ast.AST = real(source, *rest, **named)
        return tree

    monkeypatch.setattr(ast, "parse", parse)
    repo, reads = counted(files)
    releases = find(repo)
    for release in releases:
        assess(release, components().values())
    assert len(releases) == 2
    assert {path: n for path, n in reads.items() if n > 1 and not path.endswith(WEIGHTS)} == {}
    scripts = Counter(hash(content) for path, content in files.items() if path.endswith(".py"))
    assert parses and all(n <= scripts[source] for source, n in parses.items() if source in scripts)


def test_a_large_file_is_not_kept_twice() -> None:
    repo, reads = counted({"README.md": b"# a\n" + b"word " * (1 << 19)})
    for release in find(repo):
        assess(release, components().values())
    assert reads["README.md"] == 1
