"""What a change makes worse: an old repository can adopt the gate, and nothing new slips through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.git_repos import commit, git, make_git, put
from tests.hubs import GitHub
from tests.running import check, check_json, finding
from tests.test_inherit import HEAD
from tests.test_policy_choice import CARD

POLICY = (
    HEAD
    + """rules:
  tokenizer: {at_least: complete}
  inference-code: {at_least: complete}
  open-washing: {severity: error}
  training-code: {at_least: partial}
"""
)
USE = """from transformers import AutoModelForCausalLM
model = AutoModelForCausalLM.from_pretrained('.')
model.generate()
"""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {"README.md": CARD, "generate.py": USE, ".github/openness.yml": POLICY}
    return make_git(tmp_path / "wren", files)


def news(report: dict[str, Any]) -> dict[str, Any]:
    return {one["rule"]: one["new"] for one in report["releases"][0]["findings"] if one["status"] == "unmet"}


def test_without_it_all_counts(repo: Path) -> None:
    assert set(news(check_json(repo, code=1)).values()) == {None}


def test_what_was_missing_before_does_not_count(repo: Path) -> None:
    report = check_json(repo, "--new-since", "HEAD", code=0)
    assert news(report) == {"tokenizer": False, "training-code": False}
    assert report["releases"][0]["result"] == "pass"
    assert report["releases"][0]["label"] == "does not meet"


def test_what_is_new_counts(repo: Path) -> None:
    assert finding(check_json(repo), "inference-code")["status"] == "met"
    (repo / "generate.py").unlink()
    report = check_json(repo, "--new-since", "HEAD", code=1)
    assert news(report) == {"tokenizer": False, "training-code": False, "inference-code": True}
    git(repo, "rm", "-q", "generate.py")
    assert check(repo, "--staged", "--new-since", "HEAD").code == 1


def test_more_against_a_release_counts(repo: Path) -> None:
    card = CARD.replace("license: mit", "license: cc-by-nc-4.0")
    claim = "# Wren\n\nWren is a fully open source model. All of it is open source.\n"
    put(repo, {"README.md": card.replace("# Wren\n", claim), "model.safetensors": b"x" * 2_000_000})
    commit(repo)
    assert finding(check_json(repo, "--new-since", "HEAD", code=0), "open-washing")["new"] is False
    gated = card.replace("# Wren\n", claim).replace("---\n# ", "extra_gated_prompt: Ask us\n---\n# ")
    put(repo, {"README.md": gated})
    assert finding(check_json(repo, "--new-since", "HEAD"), "open-washing")["new"] is True


def test_a_release_that_was_not_there_is_new(tmp_path: Path) -> None:
    one: dict[str, str | bytes] = {"a/README.md": CARD, "a/config.json": "{}", "a/model.safetensors": b"x" * 100}
    policy = HEAD + "rules: {training-code: {at_least: complete}}\n"
    folder = make_git(tmp_path / "zoo", {**one, "openness.yml": policy})
    assert check(folder, "--new-since", "HEAD").code == 0
    put(folder, {name.replace("a/", "b/"): text for name, text in one.items()})
    assert check(folder, "--new-since", "HEAD").code == 1
    assert check(folder / "a", "--new-since", "HEAD").code == 0
    assert check(folder / "b", "--new-since", "HEAD").code == 1


def test_the_base_may_be_elsewhere(repo: Path, hub: GitHub) -> None:
    make_git(hub.root / "acme" / "wren", {"README.md": CARD, "generate.py": USE})
    assert check(repo, "--new-since", "gh:acme/wren@HEAD").code == 0
    (repo / "generate.py").unlink()
    assert check(repo, "--new-since", "gh:acme/wren@HEAD").code == 1
    put(hub.root / "acme" / "wren", {".github/openness.yml": HEAD + "rules: {tokenizer: {at_least: complete}}\n"})
    commit(hub.root / "acme" / "wren")
    report = check_json(repo, "--policy-ref", "gh:acme/wren@HEAD")
    assert [one["rule"] for one in report["releases"][0]["findings"]] == ["tokenizer"]


@pytest.mark.parametrize("rev", ["nonsense", "-x", "gh:acme/none@v1"])
def test_a_base_that_is_not_there(repo: Path, hub: GitHub, rev: str) -> None:
    done = check(repo, f"--new-since={rev}")
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1


def test_a_first_release_is_new(tmp_path: Path) -> None:
    folder = make_git(tmp_path / "wren", {"README.md": "# x\n", "openness.yml": POLICY})
    put(folder, {"README.md": CARD})
    assert check(folder, "--new-since", "HEAD").code == 1
