"""What a hook judges and says, and what a hostile repository cannot make of it.

With the real runners: `test_hook_runners`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import openness_gate
from openness_gate.hook import Subject, subject
from tests.git_repos import commit, git, make_git, put
from tests.running import run
from tests.test_inherit import HEAD
from tests.test_news import USE
from tests.test_policy_choice import CARD

ROOT = Path(openness_gate.__file__).parents[1]
EXAMPLES = ROOT / "docs/examples"
HOOK = ("check", "--hook", "--offline", "--format", "brief")
POLICY = HEAD + "rules:\n  training-code: {at_least: partial}\n"
ZEROS = "0" * 40
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="programs and links of another kind")


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Long short of its policy."""
    top = make_git(tmp_path / "wren", {"README.md": CARD, ".github/openness.yml": POLICY})
    monkeypatch.chdir(top)
    return top


# --- what it judges -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, Subject(True, "", "HEAD")),
        ({"PRE_COMMIT_FROM_REF": "a"}, Subject(True, "", "HEAD")),
        ({"PRE_COMMIT_TO_REF": "b", "PRE_COMMIT_FROM_REF": "a"}, Subject(False, "b", "a")),
        ({"PRE_COMMIT_TO_REF": "b"}, Subject(False, "b", "")),
        ({"PRE_COMMIT_TO_REF": "b", "PRE_COMMIT_FROM_REF": ZEROS}, Subject(False, "b", "")),
        ({"PRE_COMMIT_TO_REF": ZEROS, "PRE_COMMIT_FROM_REF": "a"}, None),
    ],
)
def test_what_a_hook_is_for(environment: Mapping[str, str], expected: Subject | None) -> None:
    assert subject(environment) == expected


def test_what_is_pushed_is_judged_and_not_what_is_staged(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = git(repo, "rev-parse", "HEAD")
    git(repo, "rm", "-q", "README.md")
    assert run(*HOOK).code == 0
    monkeypatch.setenv("PRE_COMMIT_TO_REF", first)
    assert run(*HOOK).code == 1
    monkeypatch.setenv("PRE_COMMIT_TO_REF", ZEROS)
    assert run(*HOOK) == run(*HOOK, "--only-new")
    assert (run(*HOOK).code, run(*HOOK).out) == (0, "nothing is pushed\n")


@pytest.mark.parametrize("ref", ["-x", "--output=x", "no-such", "$(touch x)", "HEAD\nHEAD"])
def test_what_is_said_to_be_pushed_is_a_commit_or_an_error(
    repo: Path, monkeypatch: pytest.MonkeyPatch, ref: str
) -> None:
    monkeypatch.setenv("PRE_COMMIT_TO_REF", ref)
    done = run(*HOOK)
    assert (done.code, done.out) == (2, "")
    assert "no such revision" in done.complaint
    assert sorted(os.listdir(repo)) == [".git", ".github", "README.md"]


def test_only_what_a_commit_makes_worse(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(*HOOK).code == 1
    done = run(*HOOK, "--only-new")
    assert (done.code, "nothing new is missing" in done.out) == (0, True)
    put(repo, {"train.py": "import torch\n"})
    git(repo, "add", "-A")
    assert run(*HOOK, "--only-new").code == 0
    put(repo, {".github/openness.yml": POLICY + "  inference-code: {at_least: complete}\n", "generate.py": USE})
    commit(repo)
    git(repo, "rm", "-q", "--cached", "generate.py")
    done = run(*HOOK, "--only-new")
    assert done.code == 1
    assert "error inference-code" in done.out
    assert "error training-code" not in done.out
    assert "1 that was there before" in done.out
    git(repo, "commit", "-q", "-m", "y")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", git(repo, "rev-parse", "HEAD"))
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", git(repo, "rev-parse", "HEAD~"))
    assert run(*HOOK, "--only-new").code == 1
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", git(repo, "rev-parse", "HEAD"))
    assert run(*HOOK, "--only-new").code == 0


def test_a_question_stops_no_commit_and_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = HEAD + "rules:\n  model-parameters-final: {at_least: linked, access: public}\n"
    card = CARD + "\nThe weights are at <https://example.org/weights.bin>.\n"
    monkeypatch.chdir(make_git(tmp_path / "wren", {"README.md": card, "openness.yml": policy}))
    done = run(*HOOK)
    assert done.code == 0
    verdict, question = done.out.splitlines()
    assert verdict.startswith("? Wren (model): no contradiction found (p), 1 question")
    assert question == "  ? for a person to answer: model-parameters-final (README.md:9)"
    failed = run(*HOOK, "--fail-on", "ask")
    assert failed.code == 1
    assert "✗ Wren" in failed.out
    assert "README.md:9: question model-parameters-final" in failed.out


def test_a_policy_of_another_repository_is_had_from_the_lock(repo: Path) -> None:
    from hashlib import sha256

    from openness_gate.lock import Locked, written

    elsewhere = "acme/.github/openness/policy.yml@v1"
    put(repo, {".github/openness.yml": HEAD + f"extends: {elsewhere}\n"})
    git(repo, "add", "-A")
    assert "policy update" in run(*HOOK).complaint
    lock = written({elsewhere: Locked("1" * 40, sha256(POLICY.encode()).hexdigest(), POLICY)})
    put(repo, {".github/openness.lock": lock})
    git(repo, "add", "-A")
    assert "error training-code" in run(*HOOK).out
    assert run("policy", "validate", ".github/openness.yml", ".github/openness.lock").code == 0


# --- what it says ---------------------------------------------------------------------------------------------------


def brief(*argv: str | Path) -> list[str]:
    return run("check", *argv, "--format", "brief").out.splitlines()


def test_at_most_ten_findings_and_how_to_see_the_rest() -> None:
    lines = brief(EXAMPLES / "broken-release", "--policy", "osaid-1.0")
    assert lines[0].startswith("✗ number-speller (model): does not meet (osaid-1.0), 11 errors")
    found = [line for line in lines if line.startswith("  ✗ ")]
    assert len(found) == 10
    assert all(re.match(r"  ✗ [\w.]+:\d+: error [\w-]+$", line) for line in found)
    assert lines.count("") == 0
    assert "and 5 more" in lines[-1]
    assert "openness-gate check --staged" in lines[-1]
    assert max(map(len, lines)) <= 160


def test_a_pass_is_one_line() -> None:
    assert brief(EXAMPLES / "open-release", "--policy", "osaid-1.0") == [
        "✓ number-speller (model): no contradiction found (osaid-1.0), 24 rules met"
    ]


def test_what_is_no_model_release_is_one_line(tmp_path: Path) -> None:
    put(tmp_path, {"README.md": "# An app\n"})
    assert len(brief(tmp_path)) == 1


@posix_only
def test_what_could_not_be_read_comes_first(tmp_path: Path) -> None:
    put(tmp_path, {"README.md": CARD}, {"LICENSE": "/etc/passwd"})
    lines = brief(tmp_path)
    assert "incomplete" in lines[0] or "does not meet" in lines[0]
    assert "LICENSE" in lines[1]


@posix_only
def test_it_speaks_no_commands_of_a_build_log(tmp_path: Path) -> None:
    name = "::error file=x::a/##[set-output name=x]y"
    card = CARD.replace("# Wren", "# ::stop-commands::x ##[add-mask]\x1b[31m\u202e")
    put(tmp_path, {f"{name}/README.md": card, f"{name}/model.safetensors": b"x" * 200, "README.md": card})
    put(tmp_path, {f"{name}/config.json": "{}", "::warning::z/LICENSE": "x"}, {"::debug::link": "/etc/passwd"})
    for form in ("brief",):
        out = run("check", tmp_path, "--format", form).out
        assert "does not meet" in out or "incomplete" in out
        assert not [line for line in out.splitlines() if line.strip().startswith("::")]
        assert "##[" not in out
        assert "\x1b" not in out
        assert "\u202e" not in out


# --- what nobody can make it do -------------------------------------------------------------------------------------

MODULES = (
    "yaml",
    "openness_gate",
    "sitecustomize",
    "usercustomize",
    "argparse",
    "re",
    "select",
    "_blake2",
    "termcolor",
)
ENTRY = "import sys; sys.path += {path!r}; from openness_gate.cli import run; run()"


@posix_only
def test_nothing_beside_the_code_or_in_its_configuration_is_run(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the entry of the hook starts it: isolated, in the checkout, which PYTHONPATH and PATH name."""
    canary = tmp_path / "canary"
    run_it = tmp_path / "run"
    put(tmp_path, {"run": f"#!/bin/sh\ntouch '{canary}'\ncat\n"})
    for name in MODULES:
        put(repo, {f"{name}.py": f"open({str(canary)!r}, 'w')\n"})
    put(repo, {"git": f"#!/bin/sh\ntouch '{canary}'\n", "pyproject.toml": "[tool.openness-gate]\npolicy = 'x'\n"})
    put(repo, {".gitattributes": "* filter=x diff=x merge=x\n", ".git/hooks/post-index-change": "#!/bin/sh\n"})
    for path in (run_it, repo / "git"):
        path.chmod(0o755)
    git(repo, "add", "-A")
    for key in (
        "core.fsmonitor",
        "filter.x.clean",
        "filter.x.smudge",
        "filter.x.process",
        "core.pager",
        "alias.ls-files",
    ):
        git(repo, "config", key, str(run_it))
    git(repo, "config", "diff.x.textconv", str(run_it))
    canary.unlink(missing_ok=True)
    env = {
        **os.environ,
        "PYTHONPATH": f".::{repo}",
        "PATH": f":.:{repo}:{os.environ['PATH']}",
        "PYTHONSTARTUP": "yaml.py",
    }
    paths = [str(ROOT), *(path for path in sys.path if os.path.isabs(path))]
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    for more in ((), ("--only-new",), ("--format", "text")):
        for _ in range(2):
            command = (sys.executable, "-I", "-c", ENTRY.format(path=paths), *HOOK, *more)
            done = subprocess.run(command, cwd=repo, env=env, capture_output=True, check=False)
            assert done.returncode in (0, 1), done.stderr
    assert not canary.exists()


def test_another_repository_in_the_environment_changes_nothing(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_git(tmp_path / "other", {"README.md": "# an app\n"})
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    expected = run(*HOOK)
    for name, value in {
        "GIT_DIR": other / ".git",
        "GIT_WORK_TREE": other,
        "GIT_INDEX_FILE": other / ".git/index",
        "GIT_OBJECT_DIRECTORY": other / ".git/objects",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": "touch x",
    }.items():
        monkeypatch.setenv(name, str(value))
    assert run(*HOOK) == expected == run(*HOOK)
    assert not (repo / "x").exists()


def test_the_manifest_is_what_the_documents_say() -> None:
    import yaml

    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    gate, policy = hooks["openness-gate"], hooks["openness-gate-policy"]
    assert gate["entry"] == f"python -I -m openness_gate {' '.join(HOOK)}"
    assert (gate["always_run"], gate["pass_filenames"], gate["verbose"], gate["args"]) == (True, False, True, [])
    decides = re.compile(policy["files"])
    for path in (
        "openness.yml", ".github/openness.yml", "openness.lock", ".github/openness.lock", "a/MOF.yml", "MOF.yaml",
        ".github/openness-waivers.yml", "MOF.yml", "MOF.json", "openness-release.yml", "openness-release.yaml",
    ):  # fmt: skip
        assert decides.search(path), path
    for path in (
        "README.md",
        "x-openness.yml",
        "a/openness.yml",
        "openness.yaml",
        "MOF.yml.md",
        "openness-waivers.yml",
    ):
        assert not decides.search(path), path
