"""SARIF: what code scanning takes in, and what it makes of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from openness_gate.model import Kind, Place
from openness_gate.report import Report, Result, Status, Style
from openness_gate.reporters.sarif import MOST_RESULTS, render
from openness_gate.rules import Severity
from tests.github_runner import starts_one
from tests.helpers import make_repo
from tests.reports import POLICY, everywhere, finding, hostile, judged, reported
from tests.running import check, valid_sarif

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "docs" / "examples"
REFERENCE = re.compile(r"(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})+(?:/(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})+)*")


def run(*reports: Report) -> dict[str, Any]:
    return valid_sarif(render(reports, Style()))


def results(*reports: Report) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run(*reports)["results"]
    return found


def file_of(result: dict[str, Any]) -> str:
    [location] = result["locations"]
    uri: str = location["physicalLocation"]["artifactLocation"]["uri"]
    assert REFERENCE.fullmatch(uri), uri
    return uri


def test_one_run_with_every_rule_and_no_result_where_all_is_met() -> None:
    said = run(reported(judged(finding("a", Status.MET), finding("b", Status.NOT_APPLICABLE))))
    assert said["results"] == []
    assert said["tool"]["driver"]["name"] == "openness-gate"
    assert [rule["id"] for rule in said["tool"]["driver"]["rules"]] == ["a", "b"]
    assert said["automationDetails"] == {"id": "openness-gate/"}
    assert said["invocations"][0]["executionSuccessful"]


def test_a_rule_says_what_it_is_about() -> None:
    [rule] = run(reported(judged(finding("code", needs="all of it", clause="section 2", severity=Severity.INFO))))[
        "tool"
    ]["driver"]["rules"]
    assert rule["helpUri"] == POLICY.source
    assert rule["properties"] == {"tags": ["openness"], "problem.severity": "recommendation"}
    assert rule["defaultConfiguration"] == {"level": "note"}
    assert "all of it" in rule["shortDescription"]["text"] and "section 2" in rule["fullDescription"]["text"]
    assert "Publish it." in rule["help"]["text"] and "**How to fix it**: Publish it." in rule["help"]["markdown"]


@pytest.mark.parametrize("source", ["", "section 2", "javascript:alert(1)", "https://", "https://x.y/ z", "file:///x"])
def test_only_an_address_is_given_as_one(source: str) -> None:
    [rule] = run(reported(judged(finding()), policy=POLICY._replace(source=source)))["tool"]["driver"]["rules"]
    assert "helpUri" not in rule


@pytest.mark.parametrize(
    ("status", "severity", "level"),
    [
        (Status.UNMET, Severity.ERROR, "error"),
        (Status.UNMET, Severity.WARNING, "warning"),
        (Status.UNMET, Severity.INFO, "note"),
        (Status.ASK, Severity.ERROR, "note"),
        (Status.WAIVED, Severity.ERROR, "error"),
        (Status.MET, Severity.ERROR, None),
        (Status.CONFIRMED, Severity.ERROR, None),
        (Status.NOT_APPLICABLE, Severity.ERROR, None),
    ],
)
def test_levels(status: Status, severity: Severity, level: str | None) -> None:
    found = results(reported(judged(finding(status=status, severity=severity))))
    assert [one["level"] for one in found] == ([level] if level else [])
    assert [bool(one.get("suppressions")) for one in found] == ([status is Status.WAIVED] if level else [])
    assert not any("security-severity" in json.dumps(one) for one in found)


def test_what_the_policy_is_not_for_is_no_result() -> None:
    assert results(reported(judged(finding(), kind=Kind.NONE, result=Result.NOT_APPLICABLE))) == []


def test_what_could_not_be_read_makes_the_run_unsuccessful() -> None:
    report = reported(judged(result=Result.INCOMPLETE), unread={"README.md": "permission denied"})
    [invocation] = run(report)["invocations"]
    assert not invocation["executionSuccessful"]
    [told] = invocation["toolExecutionNotifications"]
    assert told["level"] == "error" and "permission denied" in told["message"]["text"]


PLACES = {
    "seen": (Place("a b/ü.md", 3), ("a b/ü.md", "README.md"), ".", "a%20b/%C3%BC.md", 3),
    "the file as a whole": (Place("LICENSE"), ("LICENSE",), ".", "LICENSE", 1),
    "nowhere": (None, ("train.py", "LICENSE", "x/README.md"), ".", "x/README.md", 1),
    "nowhere, and no README": (None, ("train.py", "LICENSE"), ".", "LICENSE", 1),
    "not there": (Place("train/gone.py", 9), ("train.py",), ".", "train.py", 1),
    "no file at all": (None, (), ".", "README.md", 1),
    "no file at all in a folder": (None, (), "wren", "wren/README.md", 1),
    "nowhere in a folder": (None, ("README.md", "wren/README.md"), "wren", "wren/README.md", 1),
    "bytes that are no UTF-8": (Place("\udcff:x", 2), ("\udcff:x",), ".", "%FF%3Ax", 2),
    "what looks like an address": (Place("https:/x?y#z", 2), ("https:/x?y#z",), ".", "https%3A/x%3Fy%23z", 2),
}


@pytest.mark.parametrize("case", PLACES)
def test_a_result_is_of_a_file_that_is_there(case: str) -> None:
    at, files, path, uri, line = PLACES[case]
    [result] = results(reported(judged(finding(at=at), files=files, path=path)))
    assert file_of(result) == uri
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == line


LABELS = {
    ".": "README.md",
    "models/wren": "models/wren/README.md",
    "./models/wren/": "models/wren/README.md",
    "/home/me/wren": "README.md",
    "../wren": "README.md",
    "gh:acme/wren@v1": "README.md",
}


@pytest.mark.parametrize("label", LABELS)
def test_paths_begin_where_the_program_was_started(label: str) -> None:
    assert file_of(results(reported(judged(finding()), label=label))[0]) == LABELS[label]


def test_a_declaration_lies_beside_what_it_declares() -> None:
    judgement = judged(finding(at=Place("MOF.yml", 2)))
    release = judgement.release._replace(repo=make_repo({"MOF.yml": ""}, declaration="MOF.yml"))
    assert (
        file_of(results(reported(judgement._replace(release=release), label="models/MOF.yml"))[0]) == "models/MOF.yml"
    )


@pytest.mark.parametrize(
    ("path", "uri"), [("code//train.py", "code/train.py"), ("hf:acme/wren@main//config.json", "config.json")]
)
def test_of_several_places_each_has_its_own(path: str, uri: str) -> None:
    report = reported(
        judged(finding(at=Place(path, 1)), files=(path,)), label="a + b", targets=(("code", ""), ("b", ""))
    )
    assert file_of(results(report)[0]) == uri


def prints(*reports: Report) -> list[str]:
    return [one["partialFingerprints"]["opennessGate/v1"] for one in results(*reports)]


def test_a_fingerprint_outlives_an_edit_and_tells_releases_apart() -> None:
    [before] = prints(reported(judged(finding(at=Place("README.md", 3), got="x"))))
    [after] = prints(reported(judged(finding(at=Place("LICENSE", 9), got="y"))))
    assert before == after and re.fullmatch("[0-9a-f]{64}", before)
    apart = prints(
        reported(judged(finding(), finding("license"), path="a"), judged(finding(), path="b")),
        reported(judged(finding(), path="a"), label="other"),
    )
    assert len(set(apart)) == len(apart) == 4


def test_several_reports_are_one_run_and_a_rule_of_both_is_there_once() -> None:
    said = run(
        reported(judged(finding("a"), finding("b"))), reported(judged(finding("b"), finding("c")), label="other")
    )
    assert [rule["id"] for rule in said["tool"]["driver"]["rules"]] == ["a", "b", "c"]
    assert sorted(one["ruleId"] for one in said["results"]) == ["a", "b", "b", "c"]
    for one in said["results"]:
        assert said["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"]


def test_of_too_many_the_errors_are_kept() -> None:
    many = [finding(f"q{n}", Status.ASK) for n in range(6000)] + [finding(f"e{n}") for n in range(4000)]
    said = json.loads(render([reported(judged(*many))], Style()))["runs"][0]
    assert len(said["results"]) == MOST_RESULTS
    assert sum(one["level"] == "error" for one in said["results"]) == 4000
    assert len(json.dumps(said)) < 10_000_000


@settings(max_examples=40, deadline=None)
@given(hostile)
def test_whatever_a_repository_says_it_is_sarif(said: str) -> None:
    written = render(everywhere(said), Style())
    run = valid_sarif(written)
    assert starts_one(written) == []
    assert run["results"] and all(file_of(one) for one in run["results"])
    assert all(len(text) <= 1000 for text in _texts(run["results"]))
    assert written == render(everywhere(said), Style())


def _texts(results: Sequence[dict[str, Any]]) -> Iterator[str]:
    return (one["message"]["text"] for one in results)


def test_the_program_writes_it(tmp_path: Path) -> None:
    done = check(EXAMPLES / "broken-release", "--format", "sarif")
    assert (done.code, done.err) == (1, "")
    run = valid_sarif(done.out)
    assert {one["ruleId"] for one in run["results"]} >= {"open-washing", "training-code"}
    assert all((EXAMPLES / "broken-release" / file_of(one)).is_file() for one in run["results"])


# --- the standard's own tool ----------------------------------------------------------------------------------------

ACCEPTED = {"SARIF2005"}  #: the tool has no address of its own to give


@pytest.fixture(scope="module")
def multitool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The validator of the SARIF SDK, which holds GitHub's rules for what it takes in."""
    folder = tmp_path_factory.mktemp("multitool")
    if known := os.environ.get("SARIF_MULTITOOL"):
        return Path(known)
    if not (npm := shutil.which("npm")):
        pytest.skip("npm is not installed")
    command = [npm, "pack", "--silent", "@microsoft/sarif-multitool-linux@5.7.0"]
    if subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode:
        pytest.skip("the tool cannot be had from npm")
    [archive] = folder.glob("*.tgz")
    shutil.unpack_archive(archive, folder, filter="data")
    program = folder / "package" / "Sarif.Multitool"
    program.chmod(0o755)
    return program


@pytest.mark.slow
@pytest.mark.parametrize("case", ["broken-release", "open-release", "hostile", "many", "empty"])
def test_code_scanning_would_take_it_in(case: str, multitool: Path, tmp_path: Path) -> None:
    many = [finding(f"r{n}", at=Place("a b.md", n)) for n in range(2000)]
    texts = {
        "hostile": lambda: render(everywhere("<b>@x</b> ##[error]\x1b\udcff %41|`:\n::error::x"), Style()),
        "many": lambda: render([reported(judged(*many, files=("a b.md",)))], Style()),
        "empty": lambda: render([reported(judged(files=()))], Style()),
    }
    text = texts[case]() if case in texts else check(EXAMPLES / case, "--format", "sarif").out
    log, answer = tmp_path / "log.sarif", tmp_path / "answer.sarif"
    log.write_text(text, "utf-8")
    command: list[str | Path] = [
        multitool,
        "validate",
        log,
        "--rule-kind",
        "Sarif;Ghas",
        "-o",
        answer,
        "--log",
        "ForceOverwrite",
    ]
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    subprocess.run(command, env=environment, capture_output=True, check=True)
    [run] = json.loads(answer.read_text("utf-8-sig"))["runs"]
    assert run["invocations"][0]["executionSuccessful"]
    assert "toolExecutionNotifications" not in run["invocations"][0]
    assert {one["ruleId"] for one in run.get("results", [])} - ACCEPTED == set(), run["results"]
