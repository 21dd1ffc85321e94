"""The hooks as people have them: installed by the real pre-commit and by prek, started by git.

Slow, and only where these are installed (`pip install -e '.[hook-test]'`). Each makes an environment of its own from a
copy of this checkout, as it would from its address.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.git_repos import put

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "docs/examples/open-release"
CLOSED = "The contents of this folder may be used for non-commercial research only. Commercial use is prohibited.\n"
POLICY = "policy: ours\nversion: 1\ntitle: Ours\nextends: osaid-1.0\nrules:\n  license-text: {files: [LICENSE]}\n"
BAD_POLICY = POLICY + "  no-such-component: {at_least: complete}\n"
PARTS = ("openness_gate", "policies", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
RUNNERS = ("pre-commit", "prek")

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="the paths of the runners")]


class Runner(NamedTuple):
    """One of them, with its home, and the repository that it has the hooks from."""

    name: str
    home: Path
    gate: Path

    @property
    def program(self) -> str:
        return str(Path(sys.executable).with_name(self.name))

    @property
    def environment(self) -> Mapping[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PRE_COMMIT", "PREK", "XDG_"))}
        who = {f"GIT_{role}_{what}": "a@b.c" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        homes = {"HOME": str(self.home), "PRE_COMMIT_HOME": str(self.home / "p"), "PREK_HOME": str(self.home / "k")}
        return {**kept, **who, **homes, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ALLOW_PROTOCOL": "file", "NO_COLOR": "1"}

    def run(self, folder: Path, *command: str, code: int = 0) -> str:
        done = subprocess.run(
            command, cwd=folder, env=self.environment, capture_output=True, encoding="utf-8", check=False
        )
        said = done.stdout + done.stderr
        assert (done.returncode != 0) == (code != 0), said
        return said

    def git(self, folder: Path, *arguments: str, code: int = 0) -> str:
        return self.run(folder, "git", "-c", "protocol.file.allow=always", *arguments, code=code)

    def release(self, folder: Path, kind: str = "pre-commit") -> Path:
        """A release that meets its policy, with the hook installed and nothing committed."""
        shutil.copytree(EXAMPLE, folder)
        rev = self.git(self.gate, "rev-parse", "HEAD").strip()
        hooks = "".join(f"  - id: {name}\n" for name in ("openness-gate", "openness-gate-policy"))
        config = f"repos:\n- repo: {self.gate}\n  rev: {rev}\n  hooks:\n{hooks}"
        put(folder, {".github/openness.yml": POLICY, ".pre-commit-config.yaml": config})
        self.git(folder, "init", "-q", "-b", "main")
        self.run(folder, self.program, "install", "--hook-type", kind)
        self.git(folder, "add", "-A")
        return folder


@pytest.fixture(scope="module", params=RUNNERS)
def runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    if not Path(sys.executable).with_name(request.param).exists():
        pytest.skip(f"{request.param} is not installed")
    home = tmp_path_factory.mktemp(request.param.replace("-", ""))
    gate = home / "gate"
    gate.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, gate / part)
    made = Runner(request.param, home, gate)
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "x")):
        made.git(gate, *command)
    return made


@pytest.fixture
def repo(runner: Runner, tmp_path: Path) -> Path:
    """With one commit, made through the hook while HEAD was unborn."""
    folder = runner.release(tmp_path / "speller")
    said = runner.git(folder, "commit", "-m", "first")
    assert "number-speller (model): no contradiction found (ours)" in said, "one line also where it passes"
    return folder


def head(runner: Runner, repo: Path) -> str:
    return runner.git(repo, "rev-parse", "HEAD")


def test_the_manifest_is_valid(runner: Runner) -> None:
    runner.run(ROOT, runner.program, "validate-manifest", ".pre-commit-hooks.yaml")


def test_it_can_be_tried(runner: Runner, tmp_path: Path) -> None:
    folder = runner.release(tmp_path / "speller")
    said = runner.run(folder, runner.program, "try-repo", str(runner.gate), "openness-gate", "--all-files")
    assert "number-speller (model): no contradiction found (ours)" in said


def test_a_commit_that_breaks_the_policy_is_stopped(runner: Runner, repo: Path) -> None:
    before = head(runner, repo)
    put(repo, {"LICENSE": CLOSED})
    runner.git(repo, "add", "-A")
    said = runner.git(repo, "commit", "-m", "y", code=1)
    assert "number-speller (model): does not meet (ours)" in said
    assert "LICENSE:1: error" in said
    assert head(runner, repo) == before


def test_commit_all(runner: Runner, repo: Path) -> None:
    put(repo, {"LICENSE": CLOSED, "untracked/README.md": CLOSED})
    assert "LICENSE:1: error" in runner.git(repo, "commit", "-a", "-m", "y", code=1)
    runner.git(repo, "checkout", "LICENSE")
    put(repo, {"README.md": (repo / "README.md").read_text("utf-8") + "\nOne line more.\n"})
    runner.git(repo, "commit", "-a", "-m", "y")


def test_commit_of_a_path(runner: Runner, repo: Path) -> None:
    put(repo, {"LICENSE": CLOSED, "README.md": (repo / "README.md").read_text("utf-8") + "\nOne line more.\n"})
    runner.git(repo, "commit", "-m", "y", "README.md")
    assert (repo / "LICENSE").read_text("utf-8") == CLOSED
    assert "LICENSE:1: error" in runner.git(repo, "commit", "-m", "z", "LICENSE", code=1)


def test_a_file_that_is_staged_in_part(runner: Runner, repo: Path) -> None:
    good = (repo / "LICENSE").read_text("utf-8")
    put(repo, {"LICENSE": CLOSED})
    runner.git(repo, "add", "LICENSE")
    put(repo, {"LICENSE": good})
    assert "LICENSE:1: error" in runner.git(repo, "commit", "-m", "y", code=1)
    put(repo, {"a.txt": "a"})
    runner.git(repo, "add", "LICENSE", "a.txt")
    put(repo, {"LICENSE": CLOSED})
    runner.git(repo, "commit", "-m", "y")
    assert (repo / "LICENSE").read_text("utf-8") == CLOSED


def test_a_license_that_is_deleted(runner: Runner, repo: Path) -> None:
    runner.git(repo, "rm", "-q", "LICENSE")
    assert "does not meet" in runner.git(repo, "commit", "-m", "y", code=1)
    runner.git(repo, "reset", "-q", "--hard")
    runner.git(repo, "rm", "-q", "--cached", "LICENSE")
    assert (repo / "LICENSE").exists()
    assert "does not meet" in runner.git(repo, "commit", "-m", "y", code=1)


def test_a_linked_work_tree(runner: Runner, repo: Path) -> None:
    runner.git(repo, "worktree", "add", "-q", "-b", "w", "../linked")
    linked = repo.parent / "linked"
    runner.git(linked, "rm", "-q", "LICENSE")
    assert "does not meet" in runner.git(linked, "commit", "-m", "y", code=1)
    runner.git(repo, "commit", "--allow-empty", "-m", "y")


def test_a_submodule(runner: Runner, repo: Path) -> None:
    above = runner.release(repo.parent / "above")
    runner.git(above, "submodule", "--quiet", "add", str(repo), "sub")
    runner.git(above, "commit", "-m", "y")
    sub = above / "sub"
    runner.run(sub, runner.program, "install")
    runner.git(sub, "rm", "-q", "LICENSE")
    assert "does not meet" in runner.git(sub, "commit", "-m", "y", code=1)
    runner.git(above, "commit", "--allow-empty", "-m", "z")


def test_what_is_pushed(runner: Runner, repo: Path) -> None:
    runner.git(repo.parent, "init", "-q", "--bare", "there.git")
    runner.run(repo, runner.program, "install", "--hook-type", "pre-push")
    runner.git(repo, "push", str(repo.parent / "there.git"), "main")
    runner.git(repo, "rm", "-q", "LICENSE")
    runner.git(repo, "commit", "--no-verify", "-m", "y")
    runner.git(repo, "checkout", "HEAD~", "--", "LICENSE")
    said = runner.git(repo, "push", str(repo.parent / "there.git"), "main", code=1)
    assert "does not meet" in said, "it is staged, and not pushed"
    runner.git(repo, "commit", "-m", "z")
    runner.git(repo, "push", str(repo.parent / "there.git"), "main")
    runner.git(repo, "push", str(repo.parent / "there.git"), "main:other")
    runner.git(repo, "push", str(repo.parent / "there.git"), ":other")


def test_a_merge(runner: Runner, repo: Path) -> None:
    runner.run(repo, runner.program, "install", "--hook-type", "pre-merge-commit")
    runner.git(repo, "checkout", "-q", "-b", "other")
    runner.git(repo, "rm", "-q", "LICENSE")
    runner.git(repo, "commit", "--no-verify", "-m", "y")
    runner.git(repo, "checkout", "-q", "main")
    runner.git(repo, "commit", "--allow-empty", "-m", "z")
    assert "does not meet" in runner.git(repo, "merge", "--no-edit", "other", code=1)


def test_only_what_is_new(runner: Runner, tmp_path: Path) -> None:
    folder = runner.release(tmp_path / "old")
    put(folder, {"LICENSE": CLOSED})
    config = (folder / ".pre-commit-config.yaml").read_text("utf-8")
    put(
        folder,
        {
            ".pre-commit-config.yaml": config.replace(
                "id: openness-gate\n", "id: openness-gate\n    args: [--only-new]\n"
            )
        },
    )
    runner.git(folder, "add", "-A")
    assert "does not meet" in runner.git(folder, "commit", "-m", "first", code=1), "all of a first commit is new"
    runner.git(folder, "commit", "--no-verify", "-m", "first")
    put(folder, {"notes.txt": "x"})
    runner.git(folder, "add", "-A")
    assert "nothing new is missing (ours)" in runner.git(folder, "commit", "-m", "y")
    runner.git(folder, "rm", "-q", "-r", "--ignore-unmatch", "*.py")
    assert "does not meet" in runner.git(folder, "commit", "-m", "z", code=1)


def test_a_policy_that_is_invalid(runner: Runner, repo: Path) -> None:
    put(repo, {".github/openness.yml": BAD_POLICY})
    runner.git(repo, "add", "-A")
    said = runner.git(repo, "commit", "-m", "y", code=1)
    assert said.count(".github/openness.yml:7") == 2, "each of the hooks says so"


def test_nothing_of_the_checkout_is_run(runner: Runner, repo: Path) -> None:
    canary = repo.parent / "canary"
    for name in ("yaml", "openness_gate", "sitecustomize", "usercustomize", "argparse", "re"):
        put(repo, {f"{name}.py": f"open({str(canary)!r}, 'w')\n"})
    put(repo, {"git": f"#!/bin/sh\ntouch '{canary}'\n"})
    (repo / "git").chmod(0o755)
    runner.git(repo, "add", "-A")
    environment = {**runner.environment, "PYTHONPATH": f".:{repo}:", "PYTHONSAFEPATH": ""}
    entry = next(runner.home.glob("[pk]/**/bin/openness-gate")).with_name("python")
    words = ("-I", "-m", "openness_gate", "check", "--hook", "--offline", "--format", "brief")
    done = subprocess.run((str(entry), *words), cwd=repo, env=environment, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert not canary.exists()
