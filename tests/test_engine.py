"""Evidence raises, limits cap, unknown is never absence and never a pass."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from openness_gate.engine import access, assess, completeness
from openness_gate.facts.license_name import strictest
from openness_gate.holding import Truth, every, some
from openness_gate.model import (
    Access,
    Axis,
    Completeness,
    Evidence,
    Kind,
    License,
    LicenseClass,
    Release,
    limits,
    raises,
    unknown,
)
from openness_gate.registry import components
from openness_gate.report import Result, Status
from tests.git_repos import commit, git, make_git, put
from tests.helpers import make_repo
from tests.judging import found, judge, license_of, only
from tests.running import check, check_json, finding
from tests.test_bad_input import MODEL, WEIGHTS

C, A, L = Completeness, Access, LicenseClass
LOOKED_AWAY = unknown(Axis.COMPLETENESS, "x", None)

COMPLETENESS: list[tuple[list[Evidence], Completeness]] = [
    ([], C.ABSENT),
    ([LOOKED_AWAY], C.ABSENT),
    ([raises(C.LINKED, "x", None)], C.LINKED),
    ([raises(C.LINKED, "x", None), raises(C.DESCRIBED, "x", None)], C.LINKED),
    ([raises(C.COMPLETE, "x", None), limits(C.PROMISED, "x", None)], C.PROMISED),
    ([limits(C.PROMISED, "x", None), raises(C.COMPLETE, "x", None)], C.PROMISED),
    ([raises(C.COMPLETE, "x", None), limits(C.PARTIAL, "x", None), limits(C.MENTIONED, "x", None)], C.MENTIONED),
    ([raises(C.MENTIONED, "x", None), limits(C.PARTIAL, "x", None)], C.MENTIONED),
    ([limits(C.COMPLETE, "x", None)], C.ABSENT),
    ([raises(C.COMPLETE, "x", None), LOOKED_AWAY], C.COMPLETE),
    ([raises(A.PUBLIC, "x", None), limits(A.GATED, "x", None)], C.ABSENT),
]


@pytest.mark.parametrize(("evidence", "grade"), COMPLETENESS)
def test_completeness(evidence: list[Evidence], grade: Completeness) -> None:
    assert completeness(evidence) is grade
    assert completeness(reversed(evidence)) is grade


ACCESS: list[tuple[list[Evidence], Completeness, Access]] = [
    ([], C.ABSENT, A.UNKNOWN),
    ([], C.LINKED, A.UNKNOWN),
    ([], C.PARTIAL, A.PUBLIC),
    ([], C.COMPLETE, A.PUBLIC),
    ([raises(A.REGISTRATION, "x", None)], C.LINKED, A.REGISTRATION),
    ([raises(A.REGISTRATION, "x", None), raises(A.PUBLIC, "x", None)], C.LINKED, A.PUBLIC),
    ([raises(A.PUBLIC, "x", None), limits(A.GATED, "x", None)], C.LINKED, A.GATED),
    ([raises(A.CLOSED, "x", None), limits(A.GATED, "x", None)], C.LINKED, A.CLOSED),
    ([limits(A.GATED, "x", None)], C.COMPLETE, A.GATED),
    ([raises(A.GATED, "x", None)], C.COMPLETE, A.PUBLIC),
    ([raises(A.PUBLIC, "x", None), limits(A.SCRIPT, "x", None), limits(A.HOSTED, "x", None)], C.LINKED, A.HOSTED),
]


@pytest.mark.parametrize(("evidence", "reached", "way"), ACCESS)
def test_access(evidence: list[Evidence], reached: Completeness, way: Access) -> None:
    assert access(evidence, reached) is way


def test_a_gate_without_a_way_is_not_public() -> None:
    assert access([limits(A.GATED, "x", None)], C.LINKED) is not A.PUBLIC


# --- licenses -------------------------------------------------------------------------------------------------------

MIT = license_of("MIT", L.OPEN_SOURCE, "osi", "fsf")
STRICTER = [
    (license_of("CC-BY-NC-4.0", L.RESTRICTED), L.RESTRICTED),
    (license_of("LicenseRef-modified-MIT", L.MODIFIED), L.MODIFIED),
    (license_of("CC-BY-ND-4.0", L.NOT_APPROVED), L.NOT_APPROVED),
    (license_of("LicenseRef-unknown", L.UNKNOWN), L.UNKNOWN),
    (License("", L.UNSTATED), L.UNSTATED),
]


@pytest.mark.parametrize(("other", "cls"), STRICTER)
def test_the_stricter_license_counts(other: License, cls: LicenseClass) -> None:
    assert strictest([MIT, other]).cls is cls
    assert strictest([other, MIT]).cls is cls
    assert not strictest([other, MIT]).cls.open


def test_two_open_licenses_are_open() -> None:
    assert strictest([MIT, license_of("CC-BY-4.0", L.OPEN_CONTENT)]).cls.open


def test_only_open_classes_are_open() -> None:
    assert {str(cls) for cls in L if cls.open} == {"open-source", "open-data", "open-content", "open-model"}


# --- three values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "two"), list(product(Truth, Truth)))
def test_logic(one: Truth, two: Truth) -> None:
    both = {one, two} - {Truth.SILENT}
    all_ = next((t for t in (Truth.NO, Truth.UNKNOWN, Truth.YES) if t in both), Truth.SILENT)
    any_ = next((t for t in (Truth.YES, Truth.UNKNOWN, Truth.NO) if t in both), Truth.SILENT)
    assert every([one, two]) is every([two, one]) is all_
    assert some([one, two]) is some([two, one]) is any_


def test_nothing_said_is_silent() -> None:
    assert every([]) is some([]) is Truth.SILENT


# --- what was not read ----------------------------------------------------------------------------------------------


def test_what_was_not_read_is_unknown_for_every_component() -> None:
    repo = make_repo({"README.md": "# Wren\n", "train.py": "x"}, unreadable=("train.py",))
    assessments = assess(Release(".", "x", Kind.MODEL, repo), components().values())
    assert all(one.is_unknown(Axis.COMPLETENESS) for one in assessments.values())


def test_what_was_read_is_not_unknown() -> None:
    repo = make_repo({"README.md": "# Wren\n", "train.py": "x"})
    assessments = assess(Release(".", "x", Kind.MODEL, repo), components().values())
    assert not any(one.is_unknown(Axis.COMPLETENESS) for one in assessments.values())


@pytest.mark.parametrize(
    "rule", ["at_least: complete", "license: open", "access: public", "at_least: linked, license: open"]
)
def test_unknown_is_never_a_pass_and_never_absence(rule: str) -> None:
    text = (
        "policy: p\nversion: 1\ntitle: P\nlicense_sets: {open: {includes: [open-source]}}\n"
        f"rules:\n  training-code: {{{rule}}}\n"
    )
    judgement = judge(text, {"training-code": found(C.ABSENT, A.UNKNOWN, unknown=True)})
    assert only(judgement).status is Status.ASK
    assert judgement.result is Result.ASK


def test_unread_file_turns_unmet_into_a_question_and_the_exit_code_into_3(tmp_path: Path) -> None:
    put(tmp_path, {**MODEL, "NOTES.md": "# Notes\n" + "x\n" * (1 << 20)})
    report = check_json(tmp_path, code=3)
    assert (report["result"], report["releases"][0]["result"]) == ("incomplete", "incomplete")
    assert finding(report, "training-code")["status"] == "ask"
    assert finding(report, "training-code")["openness"] == "unknown"
    assert finding(report, "model-parameters-final")["status"] == "met"
    assert check(tmp_path, "--fail-on", "never").code == 3


def test_what_was_not_read_cannot_hide_a_failure(tmp_path: Path) -> None:
    """A file too large to read must not turn a proven failure into a question."""
    card = "---\nlicense: cc-by-nc-4.0\n---\n# Wren\n"
    put(tmp_path, {"README.md": card, "model.safetensors": WEIGHTS, "NOTES.md": "x\n" * (1 << 20)})
    report = check_json(tmp_path, "--policy", "open-weights", code=1)
    assert finding(report, "model-parameters-final")["status"] == "unmet"


# --- one content, many sources --------------------------------------------------------------------------------------


def test_the_same_verdict_from_every_source(tmp_path: Path) -> None:
    repo = make_git(
        tmp_path / "repo",
        {**MODEL, "docs/notes.md": "# Notes\n", "data/train.csv": "a\n", "CRLF.md": "# A\r\n", "LICENSE": "x"},
        {"CARD.md": "README.md", "out": "../../x", "gone": "nowhere", "a": "b", "b": "a"},
    )
    git(tmp_path, "clone", "-q", "--bare", str(repo), "bare")
    reports = {
        "work tree": check_json(repo),
        "index": check_json(repo, "--staged"),
        "revision": check_json(repo, "--ref", "HEAD"),
        "branch": check_json(repo, "--ref", "main"),
        "bare": check_json(tmp_path / "bare"),
    }
    for report in reports.values():
        assert report.pop("target")["commit"] == git(repo, "rev-parse", "HEAD")
        report.pop("notices")
    assert [name for name, report in reports.items() if report != reports["work tree"]] == []


def test_the_same_verdict_from_a_plain_folder(tmp_path: Path) -> None:
    make_git(tmp_path / "git", MODEL)
    put(tmp_path / "plain", MODEL)
    one, two = check_json(tmp_path / "git"), check_json(tmp_path / "plain")
    assert one["releases"] == two["releases"]


def test_each_source_judges_its_own_content(tmp_path: Path) -> None:
    repo = make_git(tmp_path / "repo", MODEL)
    put(repo, {"train.py": TRAIN})
    git(repo, "add", "train.py")
    (repo / "train.py").unlink()
    there = {
        how: finding(check_json(repo, *how.split()), "training-code")["status"]
        for how in ("", "--staged", "--ref HEAD")
    }
    assert there == {"": "unmet", "--staged": "met", "--ref HEAD": "unmet"}
    git(repo, "checkout", "-q", "train.py")
    commit(repo)
    assert finding(check_json(repo, "--ref", "HEAD~1"), "training-code")["status"] == "unmet"
    assert finding(check_json(repo, "--ref", "HEAD"), "training-code")["status"] == "met"


TRAIN = """import torch

from model import Model

model = Model()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
for batch in batches:
    loss = model(batch)
    loss.backward()
    optimizer.step()
"""
