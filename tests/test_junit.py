"""JUnit's XML: what a build server counts, and that a release fails where its suite does."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from openness_gate.model import Kind
from openness_gate.report import Finding, Report, Result, Status, Style
from openness_gate.reporters.junit import render
from openness_gate.rules import Severity
from tests.github_runner import starts_one
from tests.reports import everywhere, finding, hostile, judged, reported
from tests.running import valid_junit


def suites(*reports: Report) -> list[ElementTree.Element]:
    return list(valid_junit(render(reports, Style())))


def end_of(one: Finding, result: Result | None = None) -> str:
    """How the case of *one* ends, in a release with that result."""
    [suite] = suites(reported(judged(one, result=result)))
    [case] = suite.iter("testcase")
    return case[0].tag if len(case) else "passed"


@pytest.mark.parametrize(
    ("status", "severity", "end"),
    [
        (Status.MET, Severity.ERROR, "passed"),
        (Status.CONFIRMED, Severity.ERROR, "passed"),
        (Status.UNMET, Severity.ERROR, "failure"),
        (Status.UNMET, Severity.WARNING, "skipped"),
        (Status.UNMET, Severity.INFO, "skipped"),
        (Status.ASK, Severity.ERROR, "skipped"),
        (Status.WAIVED, Severity.ERROR, "skipped"),
        (Status.NOT_APPLICABLE, Severity.ERROR, "skipped"),
    ],
)
def test_how_a_case_ends(status: Status, severity: Severity, end: str) -> None:
    assert end_of(finding(status=status, severity=severity)) == end


@pytest.mark.parametrize(
    ("status", "severity"),
    [(Status.UNMET, Severity.WARNING), (Status.ASK, Severity.ERROR), (Status.UNMET, Severity.INFO)],
)
def test_what_fails_the_release_is_a_failure(status: Status, severity: Severity) -> None:
    assert end_of(finding(status=status, severity=severity), Result.FAIL) == "failure"


def test_what_was_so_before_the_change_is_no_failure() -> None:
    assert end_of(finding(is_new=False)) == "skipped"
    assert end_of(finding(is_new=True)) == "failure"


def test_what_the_policy_is_not_for_is_skipped() -> None:
    [suite] = suites(reported(judged(finding(), kind=Kind.NONE, result=Result.NOT_APPLICABLE)))
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")


def test_a_failure_says_what_is_missing_where_and_how_to_fix_it() -> None:
    [suite] = suites(reported(judged(finding())))
    [failure] = suite.iter("failure")
    assert failure.get("type") == "error"
    assert "needs at least complete; got absent" in str(failure.get("message"))
    assert str(failure.text).split("\n")[1:3] == ["Publish it.", "README.md:3: a section without content"]


def test_what_is_waived_says_who_answers_for_it() -> None:
    [suite] = suites(reported(judged(finding(status=Status.WAIVED, answer="Ada"))))
    [skipped] = suite.iter("skipped")
    assert "Ada, until 2027-01-31: Ada" in str(skipped.get("message"))


def test_a_suite_for_each_release_and_sums_over_all() -> None:
    one = judged(finding(), finding("license", Status.MET), path="a")
    text = render(
        [reported(one, judged(finding("x", Status.ASK), path="b")), reported(judged(), label="other")], Style()
    )
    root = valid_junit(text)
    assert [suite.get("name") for suite in root] == [".: a", ".: b", "other"]
    assert [suite.get("tests") for suite in root] == ["2", "1", "0"]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "0")
    assert root[0].find("properties/property[@name='policy.sha256']") is not None


def test_what_could_not_be_read_is_an_error() -> None:
    [suite] = suites(reported(judged(result=Result.INCOMPLETE), unread={"README.md": "permission denied"}))
    assert (suite.get("errors"), suite.get("tests")) == ("1", "1")
    [error] = suite.iter("error")
    assert "permission denied" in str(error.get("message"))


@settings(max_examples=60, deadline=None)
@given(hostile)
def test_whatever_a_repository_says_it_is_xml(said: str) -> None:
    written = render(everywhere(said), Style())
    assert len(list(valid_junit(written).iter("testcase"))) == 3 * 15 + 3
    assert starts_one(written) == []
    assert written == render(everywhere(said), Style())


def test_ten_thousand_findings() -> None:
    [suite] = list(ElementTree.fromstring(render([reported(judged(*map(finding, map(str, range(10_000)))))], Style())))
    assert suite.get("failures") == "10000"
