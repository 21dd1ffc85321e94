"""Rules over files, over each base model, and an index: what an organization can ask beside the components."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from openness_gate.facts.asked_files import fits
from openness_gate.facts.releases import find
from openness_gate.judge import judgement
from openness_gate.report import Finding, Judgement, Openness, Result, Status
from tests.git_repos import make_git, put
from tests.helpers import make_repo
from tests.hubs import Hub
from tests.judging import Found, found, judge, license_of, parse
from tests.running import check_json, finding
from tests.test_inherit import HEAD
from tests.test_policy import CARD, CODE, MIT, PARAMETERS, A, C

TODAY = date(2026, 11, 24)
CARDS = "---\nlicense: mit\npipeline_tag: text-generation\n{more}---\n# Wren\n\nA model.\n"


def judged(files: Mapping[str, str | bytes], rules: str, unreadable: tuple[str, ...] = ()) -> Judgement:
    repo = make_repo({"README.md": CARDS.format(more=""), **files}, unreadable=unreadable)
    return judgement(find(repo)[:1], parse(HEAD + f"rules:\n  {rules}\n"), TODAY)


def the(judged: Judgement) -> Finding:
    return judged.findings[0]


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "glob", "expected"),
    [
        ("SECURITY.md", "SECURITY.md", True),
        ("security.md", "SECURITY.md", False),
        ("docs/SECURITY.md", "SECURITY.md", False),
        ("docs/SECURITY.md", "**/SECURITY.md", True),
        ("SECURITY.md", "**/SECURITY.md", True),
        ("a/b/c/x.md", "a/**/*.md", True),
        ("a/x.md", "a/**/*.md", True),
        ("b/x.md", "a/**/*.md", False),
        ("a/b/x.md", "a/*.md", False),
        ("a/b/c", "a/**", True),
        ("a", "**", True),
        ("NOTICE.txt", "NOTICE.*", True),
        ("NOTICE1", "NOTICE?", True),
        ("a[1].md", "a[[]1].md", True),
        ("/".join("a" * 60), "/".join(["**"] * 30) + "/b", False),
    ],
)
def test_globs(path: str, glob: str, expected: bool) -> None:
    assert fits(path, glob) is expected


@pytest.mark.parametrize(
    ("files", "rule", "status"),
    [
        ({"NOTICE": "Wren\n"}, "{files: [NOTICE]}", Status.MET),
        ({}, "{files: [NOTICE]}", Status.UNMET),
        ({"NOTICE": " \n"}, "{files: [NOTICE]}", Status.UNMET),
        ({"notice.txt": "x"}, "{files: [NOTICE, 'notice.*']}", Status.MET),
        ({"NOTICE": "built by  Acme\nInc."}, "{files: [NOTICE], contains: [Built by Acme inc.]}", Status.MET),
        ({"NOTICE": "built by Acme"}, "{files: [NOTICE], contains: [Acme, Wren]}", Status.UNMET),
        ({"a/NOTICE": "Acme", "b/NOTICE": "Wren"}, "{files: ['*/NOTICE'], contains: [Acme, Wren]}", Status.UNMET),
        ({"a/NOTICE": "Acme", "b/NOTICE": "Wren Acme"}, "{files: ['*/NOTICE'], contains: [Acme, Wren]}", Status.MET),
        (
            {"S.md": "# Safety\n\n## Reporting\n\nWrite to us.\n"},
            "{files: [S.md], contains: ['# Reporting']}",
            Status.MET,
        ),
        ({"S.md": "# Reporting\n\n## How\n\nWrite.\n"}, "{files: [S.md], contains: ['## reporting']}", Status.MET),
        ({"S.md": "# Reporting\n\n# Other\n\nWrite.\n"}, "{files: [S.md], contains: ['# Reporting']}", Status.UNMET),
        ({"S.md": "Reporting is fine.\n"}, "{files: [S.md], contains: ['# Reporting']}", Status.UNMET),
        ({"NOTICE": "x"}, "{files: [NOTICE], applies_to: [dataset]}", Status.NOT_APPLICABLE),
        ({"NOTICE": "x"}, "{files: [NOTICE], when: [has-base-model]}", Status.NOT_APPLICABLE),
    ],
)
def test_a_rule_over_files(files: dict[str, str | bytes], rule: str, status: Status) -> None:
    assert the(judged(files, f"own: {rule}")).status is status


def test_a_file_that_cannot_be_read_is_a_question() -> None:
    one = judged({"NOTICE": "x"}, "own: {files: [NOTICE]}", unreadable=("NOTICE",))
    assert the(one).status is Status.ASK
    assert one.result is Result.INCOMPLETE


def test_what_it_says() -> None:
    missing = the(judged({}, "own: {files: [NOTICE, legal/NOTICE], contains: [Acme]}"))
    assert (missing.needs, missing.got) == ("a file NOTICE, legal/NOTICE that says 'Acme'", "no such file")
    assert missing.advice == "Add a file NOTICE, legal/NOTICE that says 'Acme'."
    short = the(judged({"NOTICE": "x"}, "own: {files: [NOTICE], contains: [Acme], advice: Name us.}"))
    assert (short.got, short.advice) == ("NOTICE does not say 'Acme'", "Name us.")
    assert short.at
    assert short.at.path == "NOTICE"


def test_below_the_folder_of_the_release(tmp_path: Path) -> None:
    one: dict[str, str | bytes] = {
        "README.md": CARDS.format(more=""),
        "config.json": "{}",
        "model.safetensors": b"x" * 100,
    }
    put(tmp_path / "x", {f"a/{name}": text for name, text in one.items()} | {"a/NOTICE": "Acme"})
    put(tmp_path / "x", {f"b/{name}": text for name, text in one.items()} | {"NOTICE": "Acme"})
    put(tmp_path, {"p.yml": HEAD + "rules: {own: {files: [NOTICE]}}\n"})
    report = check_json(tmp_path / "x", "--policy", tmp_path / "p.yml")
    got = {release["path"]: release["findings"][0]["status"] for release in report["releases"]}
    assert (got["a"], got["b"]) == ("met", "unmet")


@pytest.mark.parametrize("glob", ["/etc/passwd", "../x", "a/../../x", "a\\b"])
def test_no_file_from_outside(glob: str) -> None:
    with pytest.raises(Exception, match="no path below the folder of a release"):
        parse(HEAD + f"rules:\n  own: {{files: ['{glob}']}}\n")


# --- base models ----------------------------------------------------------------------------------------------------

BASED = CARDS.format(more="base_model: acme/wren\n")
RULE = "base: {require: model-parameters-final, at_least: linked, license: free, for_each: base-model}"
FREE = "license_sets: {free: {includes: [osi-approved]}}\n"


def test_nobody_looked_at_the_base_model(tmp_path: Path) -> None:
    put(tmp_path, {"x/README.md": BASED, "p.yml": HEAD + FREE + f"rules:\n  {RULE}\n"})
    one = finding(check_json(tmp_path / "x", "--policy", tmp_path / "p.yml"), "base")
    assert (one["status"], one["got"], one["line"]) == ("ask", "acme/wren: nobody looked there", 4)
    assert one["needs"] == "each base model: at least linked, a license of free"


def test_without_a_base_model_it_does_not_arise() -> None:
    policy = parse(HEAD + FREE + f"rules:\n  {RULE}\n")
    release = find(make_repo({"README.md": CARDS.format(more="")}))[0]
    assert the(judgement([release], policy, TODAY)).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(("license_", "status"), [("mit", "met"), ("cc-by-nc-4.0", "unmet")])
def test_online_the_base_model_is_judged(tmp_path: Path, hf: Hub, license_: str, status: str) -> None:
    card = f"---\nlicense: {license_}\npipeline_tag: text-generation\n---\n# Wren\n\nA model.\n"
    files = {"README.md": card, "model.safetensors": hf.put_large(b"x" * 50_000), "config.json": '{"model_type": "x"}'}
    make_git(hf.root / "acme" / "wren", files)
    put(tmp_path, {"x/README.md": BASED, "p.yml": HEAD + FREE + f"rules:\n  {RULE}\n"})
    report = check_json(tmp_path / "x", "--policy", tmp_path / "p.yml", "--online")
    assert finding(report, "base")["status"] == status


def test_a_base_model_that_cannot_be_opened_is_a_question(tmp_path: Path, hf: Hub) -> None:
    put(tmp_path, {"x/README.md": BASED, "p.yml": HEAD + FREE + f"rules:\n  {RULE}\n"})
    report = check_json(tmp_path / "x", "--policy", tmp_path / "p.yml", "--online")
    assert finding(report, "base")["status"] == "ask"
    assert any("acme/wren" in notice["says"] for notice in report["notices"])


# --- an index -------------------------------------------------------------------------------------------------------

INDEX = """policy: index
version: 1
title: Index
license_sets: {free: {includes: [osi-approved]}}
score: {rules: [training-code, model-card, model-parameters-final, data], partial: "0.5"%s}
rules:
  training-code: {at_least: complete}
  model-card: {at_least: complete}
  model-parameters-final: {at_least: linked, license: free}
  data: {require: datasets, at_least: linked, when: [dataset], severity: info}
"""


def score(more: str, **here: Found) -> Judgement:
    names = {"code": CODE, "card": CARD, "parameters": PARAMETERS}
    return judge(INDEX % more, {names[name]: one for name, one in here.items()})


def test_the_mean_of_what_applies() -> None:
    one = score("", code=found(C.COMPLETE), card=found(C.PARTIAL))
    assert one.score
    assert one.score.value == one.score.at_best == 0.5
    assert one.score.steps["data"] is Openness.NOT_APPLICABLE


def test_what_is_unknown_counts_as_closed_and_could_be_open() -> None:
    strange = license_of("LicenseRef-x", MIT.cls.UNKNOWN)
    one = score("", code=found(C.COMPLETE), card=found(C.COMPLETE), parameters=found(C.LINKED, A.PUBLIC, strange))
    assert one.score
    assert (round(one.score.value, 2), one.score.at_best) == (0.67, 1.0)


@pytest.mark.parametrize(
    ("more", "status", "result"),
    [
        (', minimum: "0.5"', Status.MET, Result.FAIL),
        (', minimum: "0.51"', Status.UNMET, Result.FAIL),
        (', minimum: "1", severity: info', Status.UNMET, Result.FAIL),
    ],
)
def test_a_minimum_is_a_rule_named_score(more: str, status: Status, result: Result) -> None:
    one = score(more, code=found(C.COMPLETE), card=found(C.PARTIAL))
    assert one.findings[-1].rule.id == "score"
    assert one.findings[-1].status is status
    assert one.result is result


def test_a_minimum_that_the_unknown_could_reach_is_a_question() -> None:
    strange = license_of("LicenseRef-x", MIT.cls.UNKNOWN)
    one = score(
        ', minimum: "0.9"',
        code=found(C.COMPLETE),
        card=found(C.COMPLETE),
        parameters=found(C.LINKED, A.PUBLIC, strange),
    )
    assert one.findings[-1].status is Status.ASK


def test_the_report_shows_it(tmp_path: Path) -> None:
    put(tmp_path, {"x/README.md": CARDS.format(more=""), "p.yml": INDEX % ', minimum: "0.5"'})
    report = check_json(tmp_path / "x", "--policy", tmp_path / "p.yml")
    assert report["releases"][0]["score"] == 0.5 / 3
    assert finding(report, "score")["got"].startswith("0.17 over 4; closed or unknown: training-code")


@pytest.mark.parametrize("name", ["score", "result", "level", "Score", "a b", "-x"])
def test_no_rule_takes_a_word_of_the_report(name: str) -> None:
    with pytest.raises(Exception, match="no name for a rule"):
        parse(HEAD + f"rules:\n  {name}: {{require: model-card, at_least: linked}}\n")
