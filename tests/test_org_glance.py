"""The first look: a repository that holds a release is never passed over for what stands at its top."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from openness_gate.facts.releases import find
from openness_gate.model import Kind, Repo, Request
from openness_gate.org.glance import TELLING, glance
from openness_gate.registry import opened

CASES = Path(__file__).parent / "repos"
TREES = Path(os.environ.get("OPENNESS_GATE_TREES", "/nonexistent"))
NAMES = sorted(path.name for path in TREES.iterdir()) if TREES.is_dir() else []


@pytest.mark.parametrize(
    ("files", "topics", "why"),
    [
        ({"README.md": "# x\n", "model.safetensors": ""}, (), "model.safetensors holds weights"),
        ({"README.md": "---\npipeline_tag: text-generation\n---\n# x\n"}, (), "the front matter describes a model"),
        ({"README.md": "# x\n"}, ("LLM",), "its topic is llm"),
        ({"README.md": "# x\n", "requirements.txt": "torch==2.4\n"}, (), "requirements.txt says 'torch'"),
        ({"README.md": "We fine-tuned it on our logs.\n"}, (), "README.md says 'fine-tuned'"),
        ({"README.md": "# 模型\n"}, (), "README.md says '模型'"),
        ({"README.md": "# x\n", "scripts/pretrain_all.sh": ""}, (), "scripts/pretrain_all.sh is named for pretrain"),
        ({"README.md": "# x\n", "checkpoints": ""}, (), "checkpoints is named for checkpoints"),
        ({"README.md": "A server in Go. It runs a torchlight.\n", "main.go": ""}, ("go",), ""),
        ({"README.md": "# Website\n", "requirements.txt": "flask\n", "src/app.py": "", "src/trainers.md": ""}, (), ""),
        ({}, (), ""),
    ],
)
def test_signs(files: dict[str, str], topics: tuple[str, ...], why: str) -> None:
    known = {path: text.encode() for path, text in files.items() if path in TELLING}
    found = glance(files, known, topics)
    assert (found.is_release, found.why) == (bool(why), why or "nothing at its top speaks of a model or of data")


@pytest.mark.parametrize("case", sorted(path.parent.name for path in CASES.glob("*/repo")))
def test_no_release_of_ours_is_passed_over(case: str) -> None:
    require_seen(opened(Request(str(CASES / case / "repo"))))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_real_release_is_passed_over(name: str, tmp_path: Path) -> None:
    require_seen(opened(Request(str(TREES / name))))


def require_seen(repo: Repo) -> None:
    paths = sorted({"/".join(path.split("/")[:2]) for path in repo.paths if not path.startswith(".git/")})
    seen = glance(paths, {path: repo.read(path, 1 << 20) for path in TELLING if path in repo.paths}, ())
    assert seen.is_release or {release.kind for release in find(repo)} == {Kind.NONE}
