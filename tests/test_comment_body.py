"""A comment says what a report says, and nothing in it does more than be read."""

from __future__ import annotations

import copy
import html
import re
from typing import Any

import cmarkgfm
import pytest

from openness_gate import comment_body
from openness_gate.comment_body import BUDGET, body, fixed, has_findings, short

LINKED = re.compile(r"@\w|#\d|GH-\d|www\.\w|://|(?<![0-9a-z_])[0-9a-f]{7,40}(?![0-9a-z_])|:[a-z]+:|<", re.IGNORECASE)
"""What GitHub makes a mention, a link, a picture or a tag of, in text that is no code."""
EVIL = [
    "@octocat and @acme/team", "#1 acme/wren#1 GH-1 gh-22", "https://evil.example www.evil.example a@evil.example",
    "<!-- openness-gate:v1 key=default -->", "<img src=x onerror=alert(1)>", "</td></table><h1>passed</h1>",
    "a | b | c", "a \\| b", "a\\", "`code` ``` ~~~", "[x](https://evil.example) ![x](//evil.example/x.png)",
    "**a** _b_ ~c~",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709", "DEADBEEF1", "line\nbreak\r\n| a | b |",
    "\x1b[31m \u202e \u2066 \ufeff \0",
    "&#64;octocat &lt;b&gt; &amp;#124;", "$x^2$ $$x$$", ":tada: mailto:a@b.example xmpp:a@b.example",
    "---\n# x\n- [ ] y",
    "::set-output name=x::y ##[error]x", "x" * 5000, "@" * 300, "\udcff", "é 数据 データ 🐦", "a&nbsp;b", "1234567890",
]  # fmt: skip


def finding(text: str, **more: Any) -> dict[str, Any]:
    known = {
        "rule": "license",
        "severity": "error",
        "status": "unmet",
        "openness": "closed",
        "needs": text,
        "got": text,
    }
    return {**known, "advice": text, "path": text, "line": 3, "clause": "", "waiver": None, **more}


def report(*findings: dict[str, Any], result: str = "fail", name: str = "wren") -> dict[str, Any]:
    release = {"path": ".", "name": name, "label": "does not meet", "result": result, "findings": list(findings)}
    return {
        "target": {"label": ".", "commit": ""},
        "result": result,
        "policy": {"id": "osaid-1.0"},
        "releases": [release],
    }


@pytest.mark.parametrize("text", EVIL)
def test_as_github_renders_it(text: str) -> None:
    """By GitHub's own renderer."""
    unsafe = cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
    written = body(report(finding(text), finding("plain"), name=text))
    shown = cmarkgfm.github_flavored_markdown_to_html(written, options=unsafe)
    assert set(re.findall(r"</?(\w+)", shown)) <= {
        "h3",
        "p",
        "strong",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "span",
    }
    assert shown.count("<td>") == 10 and shown.count("<tr>") == 3
    assert not LINKED.search(html.unescape(re.sub("<[^>]+>", "", shown)).replace("<", ""))


@pytest.mark.parametrize("n", [0, 1, 100, 3000])
@pytest.mark.parametrize("text", ["x", "|" * 300, "🐦" * 300])
def test_it_is_cut_by_rows(n: int, text: str) -> None:
    found = body(report(*[finding(text) for _ in range(n)]), "https://github.com/acme/wren/actions/runs/1")
    assert len(found) <= BUDGET
    rows = [line for line in found.splitlines() if line.startswith("| license ")]
    assert all(line.count("|") == 6 for line in rows)
    left = re.search(r"^(\d+) more", found, re.MULTILINE)
    assert len(rows) + int(left[1] if left else 0) == n
    assert (left is None) == (len(rows) == n)
    assert found.endswith("All of it: https://github.com/acme/wren/actions/runs/1\n")


def test_many_releases_fit() -> None:
    one = report(*[finding("x" * 200) for _ in range(20)])
    one["releases"] = [copy.deepcopy(one["releases"][0]) for _ in range(400)]
    assert len(body(one)) <= BUDGET
    assert len(short(one)) <= 5000 and len(fixed(one)) <= 5000


def test_the_worst_comes_first_and_what_is_met_is_left_out() -> None:
    found = [finding("info", severity="info"), finding("met", status="met"), finding("ask", status="ask")]
    found += [finding("warning", severity="warning"), finding("error"), finding("waived", status="waived")]
    rows = [line.split(" | ")[1] for line in body(report(*found)).splitlines() if line.startswith("| license")]
    assert rows == ["ask", "error", "warning", "info"]


@pytest.mark.parametrize(
    ("result", "more", "expected"),
    [
        ("pass", {"status": "met"}, False), ("fail", {}, True), ("pass", {"severity": "warning"}, True),
        ("pass", {"severity": "info"}, False), ("ask", {"status": "ask"}, False),
        ("incomplete", {"status": "ask"}, True),
        ("not-applicable", {}, False), ("pass", {"status": "waived"}, False),
    ],
)  # fmt: skip
def test_what_counts_as_missing(result: str, more: dict[str, Any], expected: bool) -> None:
    assert has_findings(report(finding("x", **more), result=result)) is expected
    assert has_findings({"reports": [report(finding("x", status="met"), result="pass")] * 2}) is False


def test_a_place_is_a_path_and_a_line() -> None:
    assert "| src/a.py:3 |" in body(report(finding("src/a.py")))
    assert ":3" not in body(report(finding("x", path=None, line=None)))


def test_a_release_that_is_none_is_one_line() -> None:
    assert "###" not in comment_body.short(report(finding("x"), result="not-applicable"))
