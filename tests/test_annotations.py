"""Annotations: what the runner obeys of what is written, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from openness_gate.model import Kind, Place
from openness_gate.report import Report, Result, Status, Style
from openness_gate.reporters.annotations import render
from openness_gate.rules import Severity
from tests.github_runner import Said, obeyed, starts_one
from tests.reports import everywhere, finding, hostile, judged, reported


def said(*reports: Report) -> list[Said]:
    written = render(reports, Style())
    found = list(obeyed(written))
    assert len(found) == len(written.splitlines())
    return found


def test_a_finding_is_told_where_it_was_seen() -> None:
    [told] = said(reported(judged(finding(at=Place("README.md", 3)))))
    assert told.name == "error"
    assert told.properties == {"file": "README.md", "line": "3", "title": "openness-gate: training-code"}
    assert told.data == "needs at least complete; got absent. Publish it."


@pytest.mark.parametrize(
    ("status", "severity", "level"),
    [
        (Status.UNMET, Severity.ERROR, ["error"]),
        (Status.UNMET, Severity.WARNING, ["warning"]),
        (Status.UNMET, Severity.INFO, []),
        (Status.ASK, Severity.ERROR, ["notice"]),
        (Status.WAIVED, Severity.ERROR, []),
        (Status.CONFIRMED, Severity.ERROR, []),
        (Status.MET, Severity.ERROR, []),
    ],
)
def test_levels(status: Status, severity: Severity, level: list[str]) -> None:
    assert [told.name for told in said(reported(judged(finding(status=status, severity=severity))))] == level


def test_what_was_so_before_the_change_is_not_told() -> None:
    told = said(reported(judged(finding("old", is_new=False), finding("new", is_new=True))))
    assert [one.properties["title"] for one in told] == ["openness-gate: new"]


def test_what_the_policy_is_not_for_is_not_told() -> None:
    assert said(reported(judged(finding(), kind=Kind.NONE, result=Result.NOT_APPLICABLE))) == []
    assert render([reported(judged())], Style()) == ""


@pytest.mark.parametrize(
    ("at", "files", "label"),
    [
        (None, ("README.md",), "."),
        (Place("gone.py", 2), ("README.md",), "."),
        (Place("README.md", 2), ("README.md",), "gh:acme/wren@v1"),
        (Place("\udcff.md", 2), ("\udcff.md",), "."),
        (Place("a\nb.md", 2), ("a\nb.md",), "."),
    ],
)
def test_what_has_no_place_in_the_checkout_has_no_file(at: Place | None, files: tuple[str, ...], label: str) -> None:
    [told] = said(reported(judged(finding(at=at), files=files), label=label))
    assert set(told.properties) == {"title"}
    assert told.data.startswith("needs") if at is None else "2: needs" in told.data


def test_of_a_target_below_and_of_a_release_below() -> None:
    [told] = said(reported(judged(finding(at=Place("a/x.md", 2)), path="a", files=("a/x.md",)), label="models"))
    assert told.properties["file"] == "models/a/x.md"
    assert told.data.startswith("wren in a: needs")


@pytest.mark.parametrize(
    ("n", "lines", "last"), [(9, 9, "needs"), (10, 10, "and 1 more"), (10_000, 10, "and 9991 more")]
)
def test_ten_lines_of_a_level_at_most(n: int, lines: int, last: str) -> None:
    many = [finding(f"{s}{i}", severity=s) for i in range(n) for s in (Severity.ERROR, Severity.WARNING)]
    told = said(reported(judged(*many[: len(many) // 2]), judged(*many[len(many) // 2 :], path="b")))
    for level in ("error", "warning"):
        of_level = [one for one in told if one.name == level]
        assert len(of_level) == lines
        assert last in of_level[-1].data
    assert "see the job summary" in told[-1].data or n == 9


def test_new_ones_come_first_and_questions_are_one_line() -> None:
    findings = [finding(f"r{n}") for n in range(20)] + [finding("fresh", is_new=True)]
    told = said(reported(judged(*findings, *(finding(f"q{n}", Status.ASK) for n in range(20)))))
    assert told[0].properties["title"] == "openness-gate: fresh"
    [notice] = [one for one in told if one.name == "notice"]
    assert notice.data.startswith("20 for a person to answer: q0, ")
    assert "q9, …" in notice.data


def test_what_could_not_be_read_is_an_error() -> None:
    [told] = said(reported(judged(result=Result.INCOMPLETE), unread={"a.md": "permission denied"}))
    assert (told.name, told.data) == ("error", "a.md: permission denied")


@settings(max_examples=200, deadline=None)
@given(hostile)
def test_whatever_a_repository_says_nothing_else_is_obeyed(text: str) -> None:
    written = render(everywhere(text), Style())
    found = list(obeyed(written))
    assert {one.name for one in found} <= {"error", "warning", "notice"}
    assert len(found) == len(starts_one(written)) == len(written.splitlines()) <= 30
    assert all(set(one.properties) <= {"file", "line", "title"} for one in found)
    assert all("title" in one.properties and one.properties["title"].startswith("openness-gate") for one in found)
    assert "##[" not in written
    assert written == render(everywhere(text), Style())


def test_signs_of_commands_survive_as_text() -> None:
    odd = "100%, a:b, c%0Ad"
    [told] = said(reported(judged(finding(odd, needs=odd, at=Place(odd, 1)), files=(odd,))))
    assert told.properties["file"] == odd
    assert told.properties["title"] == f"openness-gate: {odd}"
    assert odd in told.data
