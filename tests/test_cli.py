"""The command line: options, exit codes, and where output goes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import openness_gate
from openness_gate import __version__, cli, policy_sources, registry
from openness_gate import judge as judging
from openness_gate.report import Result
from tests.git_repos import make_git, put
from tests.running import check, check_json, run, valid
from tests.test_bad_input import MODEL

PROJECT = Path(openness_gate.__file__).parent.parent
APPLICATION = {"app.py": "print('hello')\n"}
PASSES = """\
policy: p
version: 1
title: P
rules:
  model-card: {at_least: promised}
  datasets: {at_least: linked, severity: warning}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    put(tmp_path, {"passes.yaml": PASSES})
    put(tmp_path / "model", MODEL)
    put(tmp_path / "app", APPLICATION)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_version() -> None:
    assert run("--version").out == f"openness-gate {__version__}\n"
    assert run("--version").code == 0


@pytest.mark.parametrize("argv", [["--help"], ["check", "--help"], ["explain", "--help"], ["policy", "--help"], ["-h"]])
def test_help(argv: list[str]) -> None:
    done = run(*argv)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("usage: openness-gate")


def test_help_names_every_command() -> None:
    for name in registry.names("commands"):
        assert f"  {name} " in run("--help").out
        assert registry.command(name).about in " ".join(run("--help").out.split())


@pytest.mark.parametrize(
    "argv", [[], ["chek"], ["check", "--nonsense"], ["check", "--staged", "--ref", "x"], ["policy"]]
)
def test_wrong_use(argv: list[str]) -> None:
    done = run(*argv)
    assert (done.code, done.out) == (2, "")
    assert "error: " in done.err.splitlines()[-1]
    assert "Traceback" not in done.err


def test_options_are_not_abbreviated(here: Path) -> None:
    assert run("check", "model", "--form", "json").code == 2


# --- exit codes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        ("model", 1),
        ("app", 0),
        ("model --policy passes.yaml", 0),
        ("model --policy passes.yaml --fail-on warning", 1),
        ("model --fail-on never", 0),
        ("app model", 1),
        ("model app", 1),
        ("app app", 0),
        ("gone", 3),
        ("model --policy gone.yaml", 2),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_exit_code_is_the_same_for_every_format(argv: str, code: int, form: str, here: Path) -> None:
    assert check(*argv.split(), "--format", form).code == code


def test_the_worst_counts() -> None:
    order = [Result.NOT_APPLICABLE, Result.PASS, Result.ASK, Result.INCOMPLETE, Result.FAIL]
    for i, worse in enumerate(order):
        assert Result.worst(order[: i + 1]) is worse
    assert Result.worst([]) is Result.NOT_APPLICABLE


def test_a_question_is_no_failure_unless_one_wants_it(tmp_path: Path) -> None:
    card = "# Wren\n\nThe weights of our model are at https://huggingface.co/example-org/wren.\n"
    put(
        tmp_path,
        {
            "README.md": card,
            "p.yaml": PASSES.replace("model-card", "model-parameters-final").replace("promised", "complete"),
        },
    )
    assert check_json(tmp_path, "--policy", tmp_path / "p.yaml", code=0)["result"] == "ask"
    assert check_json(tmp_path, "--policy", tmp_path / "p.yaml", "--fail-on", "ask", code=1)["result"] == "fail"


def test_a_bug_of_ours(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_(repo: object) -> None:
        raise ZeroDivisionError("x")

    monkeypatch.setattr(judging, "find", break_)
    done = check("model")
    assert (done.code, done.out) == (4, "")
    assert done.err.splitlines()[-1] == cli.BUG
    assert "ZeroDivisionError" in done.err


def test_interrupted(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(repo: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(judging, "find", stop)
    assert check("model").code == 130


def test_a_bug_of_ours_is_no_pass_where_one_never_wants_to_fail(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "find", lambda repo: 1 / 0)
    assert check("model", "--fail-on", "never").code == 4


def test_a_reader_that_has_gone(here: Path) -> None:
    argv = [sys.executable, "-B", "-m", "openness_gate", "check", "model", "--verbose", "--format", "json"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode in (0, 1)


# --- output ---------------------------------------------------------------------------------------------------------


def test_the_folder_here_is_the_default(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here / "model")
    assert check_json()["releases"][0]["findings"] == check_json(".")["releases"][0]["findings"]


def test_output_to_a_file(here: Path) -> None:
    done = check("model", "--format", "json", "--output", "report.json")
    assert (done.code, done.out, done.err) == (1, "", "")
    assert valid((here / "report.json").read_text("utf-8")) == check_json("model")


def test_text_in_a_file_has_signs_and_no_colour(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    check("model", "--output", "report.txt")
    text = (here / "report.txt").read_text("utf-8")
    assert "✗" in text
    assert "\x1b" not in text


def test_several_targets(here: Path) -> None:
    report = check_json("model", "app")
    assert [one["target"]["label"] for one in report["reports"]] == ["model", "app"]
    assert [one["result"] for one in report["reports"]] == ["fail", "not-applicable"]


def test_one_report_is_not_wrapped(here: Path) -> None:
    assert "reports" not in check_json("model")


def test_a_machine_format_is_alone_on_stdout(here: Path) -> None:
    put(here / "model", {}, {"out.csv": "../../x"})
    done = check("model", "--format", "json")
    assert json.loads(done.out)["notices"]
    assert done.err == ""


def test_verbose_shows_what_is_met(here: Path) -> None:
    assert "Met" not in check("model").out
    assert "Met" in check("model", "--verbose").out


def test_verbose_shows_every_finding_of_what_is_no_model(here: Path) -> None:
    assert "model-parameters-final" in check("app", "--verbose").out.replace("absent:", "")
    for rule in policy_sources.policy("recommended").rules:
        assert rule.id in check("app", "--verbose").out


def test_plain_streams_get_plain_signs(here: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": "ascii"}
    argv = [sys.executable, "-B", "-m", "openness_gate", "check", "model"]
    done = subprocess.run(argv, env=environment, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr == b""
    assert b"x  Wren" in done.stdout
    done.stdout.decode("ascii")


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "colour"),
    [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colour(environment: dict[str, str], colour: bool, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from termcolor import can_colorize

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if hasattr(can_colorize, "cache_clear"):
        can_colorize.cache_clear()
    stream = Terminal(io.BytesIO(), "utf-8")
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(os, "isatty", lambda descriptor: True)
    monkeypatch.setattr(stream, "fileno", lambda: 1, raising=False)
    assert cli.main(["check", "model"]) == 1
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    assert (b"\x1b[" in stream.buffer.getvalue()) is colour


# --- explain --------------------------------------------------------------------------------------------------------


def test_explain_lists_all() -> None:
    done = run("explain")
    for name in (*registry.components(), *registry.policies()):
        assert f"  {name} " in done.out


@pytest.mark.parametrize("name", registry.components())
def test_explain_a_component(name: str) -> None:
    done = run("explain", name)
    component = registry.components()[name]
    for text in (component.title, component.advice, "Why it matters", "How it is graded", component.where):
        assert text in done.out


@pytest.mark.parametrize("name", registry.policies())
def test_explain_a_policy(name: str) -> None:
    out = run("explain", name).out
    policy = policy_sources.policy(name)
    assert policy.title in out
    for rule in policy.rules:
        assert f"  {rule.id} " in out


def test_explain_a_rule() -> None:
    out = run("explain", "data-provenance").out
    for policy in ("osaid-1.0", "recommended", "open-weights"):
        assert f"data-provenance ({policy})" in out


def test_explain_says_what_every_rule_asks() -> None:
    for name in registry.policies():
        for rule in policy_sources.policy(name).rules:
            asked = policy_sources.policy(name).id
            assert asked in run("explain", rule.id).out, rule.id


def test_explain_the_unknown() -> None:
    done = run("explain", "training-cod")
    assert (done.code, done.out) == (2, "")
    assert done.complaint == "'training-cod' is not known; did you mean 'training-code'?"


# --- policy ---------------------------------------------------------------------------------------------------------


def test_validate_several(here: Path) -> None:
    done = run("policy", "validate", "passes.yaml", "passes.yaml")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == ["passes.yaml: p is valid, rules: 2"] * 2


def test_validate_what_is_missing(here: Path) -> None:
    done = run("policy", "validate", "gone.yaml")
    assert (done.code, done.out, done.complaint) == (2, "", "gone.yaml: no such file or directory")


# --- what is judged -------------------------------------------------------------------------------------------------


def test_untracked_files_are_told(tmp_path: Path) -> None:
    repo = make_git(tmp_path / "repo", {"README.md": MODEL["README.md"]})
    put(repo, {"model.safetensors": MODEL["model.safetensors"]})
    assert "model.safetensors is not tracked by git; a grade rests on it" in check(repo).out
    assert "not tracked" not in check(repo, "--staged").out


def test_the_commit_is_named(tmp_path: Path) -> None:
    repo = make_git(tmp_path / "repo", MODEL)
    assert len(check_json(repo)["target"]["commit"]) == 40
    assert check_json(repo, "--ref", "HEAD")["target"]["commit"] == check_json(repo)["target"]["commit"]


def test_the_same_twice(here: Path) -> None:
    assert check("model", "--format", "json").out == check("model", "--format", "json").out
