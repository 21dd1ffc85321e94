"""The comment and the summary: they fit, they keep every verdict, and nothing of a repository is more than text."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings

from openness_gate.messages import tame
from openness_gate.model import Kind, Place
from openness_gate.report import Report, Result, Status, Style
from openness_gate.reporters.markdown import COMMENT, SUMMARY, body, render, summary
from openness_gate.rules import Severity
from tests.github_runner import starts_one
from tests.rendered import Page, linked
from tests.reports import HOSTILE, POLICY, everywhere, finding, hostile, judged, reported

TEXTS: dict[str, Callable[[Sequence[Report]], str]] = {"comment": body, "summary": summary}
each_text = pytest.mark.parametrize("kind", TEXTS)
LADDER = {"iii": 100.0, "ii": 50.0, "i": 0.0}


def whole(page: Page) -> Page:
    """A page whose tables kept their columns, and whose tags are all closed."""
    assert page.open == [] and page.others == []
    assert set(page.attributes) <= {("open", None), ("open", ""), ("lang", "mermaid"), ("class", "language-mermaid")}
    assert all(len(set(rows)) == 1 for rows in page.columns())
    return page


# --- what it says ---------------------------------------------------------------------------------------------------


def test_one_release() -> None:
    findings = [
        finding("code", needs="all of it", got="some"),
        finding("card", severity=Severity.WARNING),
        finding("later", severity=Severity.INFO),
        finding("data", Status.ASK),
        finding("license", Status.WAIVED, answer="Ada"),
        finding("paper", Status.CONFIRMED, answer="Eve"),
        finding("weights", Status.MET),
    ]
    text = body([reported(judged(*findings), notices=())])
    lines = text.splitlines()
    counts = "1 error, 1 warning, 1 question, 1 rule waived, 1 rule confirmed, 1 rule met"
    assert lines[0] == f"### ❌ openness-gate: does not meet, {counts}"
    where = "<code>README.md:3</code> a section without content"
    assert f"| <code>code</code> | needs all of it; got some | {where} | Publish it. |" in lines
    parts = (
        "**Errors**",
        "**Warnings**",
        "**For a person",
        "**Waived",
        "**Confirmed",
        ">Components<",
        ">For inf",
        ">1 rule met<",
    )
    assert sorted(parts, key=text.index) == list(parts)
    assert "| <code>license</code> | needs at least complete; got absent | Ada (Ada), says Ada | 2027-01-31 |" in lines
    assert "| <code>paper</code> | needs at least complete; got absent | Eve, says Eve | 2027-01-31 |" in lines
    assert "| <code>training-code</code> | partial | public | <code>Apache-2.0</code> |" in lines
    assert lines[-1].startswith("Policy <code>test</code>: A test, from built-in, https:&#8203;//example.org/policy, ")
    assert f"sha256:{'0' * 64}" in lines[-1]


def test_an_excuse_that_does_not_count_is_told_where_it_would() -> None:
    assert "<br>the waiver has expired |" in body([reported(judged(finding(answer="the waiver has expired")))])


def test_what_is_new_is_marked_and_comes_first() -> None:
    text = body([reported(judged(finding("old", is_new=False), finding("fresh", is_new=True)))])
    assert "2 errors, 1 new in this change" in text
    assert text.index("<code>fresh</code> **new**") < text.index("<code>old</code> |")
    assert "new" not in body([reported(judged(finding("old")))]).replace("answer", "")


def test_several_releases_have_a_verdict_each_and_the_worst_comes_first() -> None:
    fine, bad = judged(finding(status=Status.MET), name="fine", path="a"), judged(finding(), name="bad", path="b")
    text = body([reported(fine, bad)])
    lines = text.splitlines()
    assert lines[0].startswith("### ❌ openness-gate: does not meet the policy, 1 error")
    assert lines[2] == "- ❌ <code>bad</code> in <code>b</code> (model): **does not meet**, 1 error"
    assert lines[3] == "- ✅ <code>fine</code> in <code>a</code> (model): **no contradiction found**, 1 rule met"
    assert text.index("#### <code>bad</code> in") < text.index("#### <code>fine</code> in")


def test_several_reports_name_their_targets_and_a_policy_of_all_once() -> None:
    text = body([reported(judged(finding()), label="one"), reported(judged(finding()), label="two")])
    assert "of <code>one</code>" in text and "of <code>two</code>" in text
    assert text.count("Policy <code>") == 1
    other = reported(judged(finding()), label="two", policy=POLICY._replace(id="other"))
    assert body([reported(judged(finding()), label="one"), other]).count("Policy <code>") == 2


@each_text
@pytest.mark.parametrize("result", Result)
def test_every_result_has_its_verdict(result: Result, kind: str) -> None:
    one = judged(finding(), finding("x", Status.ASK), result=result)
    unread = {"a.md": "permission denied"} if result is Result.INCOMPLETE else {}
    text = TEXTS[kind]([reported(one, unread=unread)])
    assert text.startswith("### ")
    assert ("permission denied" in text) == bool(unread)
    assert ("| rule |" in text) == (result is not Result.NOT_APPLICABLE)
    whole(Page(text))


def test_a_kind_that_the_policy_is_not_for() -> None:
    text = body([reported(judged(finding(), kind=Kind.DATASET, result=Result.NOT_APPLICABLE))])
    assert "the policy does not apply" in text and "Errors" not in text


@each_text
def test_nothing_found_and_nothing_judged(kind: str) -> None:
    assert TEXTS[kind]([reported(judged())]).startswith("### ✅ openness-gate: no contradiction found\n")
    whole(Page(TEXTS[kind]([reported()])))


# --- charts ---------------------------------------------------------------------------------------------------------


def test_a_chart_is_in_the_summary_alone_and_where_it_helps() -> None:
    climbed, below = (judged(finding(), levels=levels) for levels in (LADDER, dict.fromkeys(LADDER, 0.0)))
    assert summary([reported(climbed)]).count("```mermaid\nflowchart LR\n") == 1
    assert '  n0["iii 100 %"]:::done\n' in summary([reported(climbed)])
    assert "Level reached: iii (iii 100 %, ii 50 %, i 0 %)" in body([reported(climbed)])
    for text in (
        body([reported(climbed)]),
        summary([reported(below)]),
        summary([reported(judged(levels={"one": 9.0}))]),
    ):
        assert "```" not in text


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_a_chart_says_nothing_else(said: str) -> None:
    [chart] = re.findall(
        r"```mermaid\n(.*?)```\n", summary([reported(judged(levels={said: 100.0, "x": 0.0}))]), re.DOTALL
    )
    lines = chart.splitlines()
    assert len(lines) == 7
    assert re.fullmatch(r'  n0\["[A-Za-z0-9 .%-]+"\]:::done', lines[1])


# --- budgets --------------------------------------------------------------------------------------------------------


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("said", ["x", "a|b", "🐦" * 300, "$" * 300, "@x" * 300])
@pytest.mark.parametrize("kind", TEXTS)
def test_ten_thousand_findings_fit(kind: str, said: str) -> None:
    begun = time.perf_counter()
    many = [finding(f"{said}{n}", needs=said, got=said, advice=said, says=said) for n in range(10_000)]
    asked = [finding(f"q{n}", Status.ASK, says=said) for n in range(100)]
    text = TEXTS[kind]([reported(judged(*many, *asked, name=said))])
    assert time.perf_counter() - begun < 10
    assert (units(text) <= COMMENT) if kind == "comment" else (len(text.encode()) <= SUMMARY)
    page = whole(Page(text))
    kept = sum(max(len(rows) - 2, 0) for rows in page.columns())
    left = [int(n) for n in re.findall(r"(\d+) more in the (?:job summary|report)", text)]
    assert kept and (left or (kind, said) == ("summary", "x"))
    assert "10000 errors" in text and "100 questions" in text
    assert text.count("\n| ") > 20


@each_text
def test_a_hundred_releases_keep_their_verdicts(kind: str) -> None:
    for said in ("wren", "$|<@" * 30):
        releases = [
            judged(*(finding(f"r{n}") for n in range(40)), name=f"{i}{said}", path=f"m/{i}{said}") for i in range(100)
        ]
        text = TEXTS[kind]([reported(*releases)])
        assert (units(text) <= COMMENT) if kind == "comment" else (len(text.encode()) <= SUMMARY)
        assert len(re.findall(r"^- ❌ <code>.*: \*\*does not meet\*\*, 40 errors$", text, re.MULTILINE)) == 100
        assert "Policy <code>test</code>" in text
        whole(Page(text))


@settings(max_examples=25, deadline=None)
@given(hostile)
def test_any_budget_is_kept(said: str) -> None:
    for budget in (300, 1000, 3000, 10_000):
        for text in (body(everywhere(said), budget), summary(everywhere(said), budget)):
            assert units(text) <= budget
            whole(Page(text))


def test_what_is_cut_says_where_the_rest_is() -> None:
    many = [reported(judged(*(finding(f"r{n}") for n in range(1000))))]
    assert re.search(r"^\| \d+ more in the job summary \|", body(many), re.MULTILINE)
    assert re.search(r"^\| \d+ more in the report \|", summary(many, 60_000), re.MULTILINE)
    assert "more in the" not in summary(many)


# --- trust ----------------------------------------------------------------------------------------------------------

UNCUT: dict[str, Callable[[Sequence[Report]], str]] = {
    "comment": lambda reports: body(reports, 10**7),
    "summary": lambda reports: summary(reports, 10**7),
}
PLAIN = {kind: Page(text(everywhere("x"))).skeleton() for kind, text in UNCUT.items()}


def only_text(said: str, kind: str) -> None:
    text = UNCUT[kind](everywhere(said))
    page = whole(Page(text))
    assert page.skeleton() == PLAIN[kind]
    assert linked(page) == []
    assert starts_one(text) == []
    assert not {c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert text == UNCUT[kind](everywhere(said))


@each_text
@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_what_a_repository_says_is_only_text(said: str, kind: str) -> None:
    only_text(said, kind)


@settings(max_examples=100, deadline=None)
@given(hostile)
def test_whatever_a_repository_says_is_only_text(said: str) -> None:
    if tame(said).split():
        for kind in TEXTS:
            only_text(said, kind)


def test_the_format_is_the_summary() -> None:
    reports = [reported(judged(finding(at=Place("a|b.md", 1))))]
    assert render(reports, Style()) == summary(reports)
