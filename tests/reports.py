"""Reports that a test makes up, and what a hostile repository would put into each of their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st

from openness_gate.exceptions import Confirmation, Waiver
from openness_gate.model import (
    Access,
    Assessment,
    Axis,
    Completeness,
    Effect,
    Evidence,
    Kind,
    License,
    LicenseClass,
    Notice,
    Place,
    Release,
)
from openness_gate.registry import components
from openness_gate.report import Finding, Judgement, Openness, Progress, Report, Result, Status
from openness_gate.rules import Policy, Rule, Severity
from tests.helpers import make_repo

HOSTILE = (
    "@octocat", "@org/team", "mail a@b.co", "#1", "GH-12", "gh-12", "owner/repo#12", "GHSA-aaaa-bbbb-cccc",
    "CVE-2024-1234", "0123456789abcdef0123456789abcdef01234567", "owner/repo@0123456", "deadbeef", "(deadbeef)",
    "1234567", "https://evil.example/x?a=b", "HTTP://EVIL.EXAMPLE", "www.evil.example", "WWW.evil.example",
    "ftp://evil.example", "mailto:a@b.co", "xmpp:a@b.co/c", "//evil.example", "<https://evil.example>",
    "<a href=x>y</a>", "<img src=x>", "<!-- openness-gate:v1 -->", "-->", "</code>", "</details>",
    "</td></tr></table>", "<script>x</script>", "<b", "![x](https://evil.example/x.png)", "[x](y)", "[x][y]",
    "[x]: y", "[^1]", "- [ ] x", "- x", "+ x", "* x", "1. x", "2) x", "# x", "> x", "> [!NOTE]", "---", "===", "***",
    "___", "**x**", "_x_", "~~x~~", "~~~", "`x`", "``", "```mermaid\nx\n```", "a|b", "a\\|b", "\\", "\\\\", "|", "||",
    "x\n| y | z |", "x\n\ny", "x\r\ny", "x\u2028y", "&lt;b&gt;", "&#64;x", "&amp;", "$x$", "$$x$$", "$`x`$", ":tada:",
    ":octocat::octocat:", "a:100:b", "\u202eevil", "\u200b@x", "\x1b[31mred", "\x00", "\ufffe", "\ud800", "\udcff.md",
    "::error::boom", "  ::set-output name=result::pass", "##[error]x", "x ##[set-output name=result]pass",
    "###[error]", "%0A::error::x", "a,b:c%d", "]]>", "<![CDATA[", "]]>&x;", "x" * 5000, "@a" * 3000, "é 数据 データ 🐦",
    "{x}",
)  # fmt: skip
"""What speaks to a reader, a renderer or a runner, if it is let through."""

hostile = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=12), min_size=1, max_size=4).map("".join)
"""Several of them in one, and what nobody thought of."""

AT = Place("README.md", 3)
POLICY = Policy("test", "A test", "https://example.org/policy", (), sha256="0" * 64)


def finding(
    rule: str = "training-code",
    status: Status = Status.UNMET,
    severity: Severity = Severity.ERROR,
    *,
    needs: str = "at least complete",
    got: str = "absent",
    advice: str = "Publish it.",
    clause: str = "",
    at: Place | None = AT,
    says: str = "a section without content",
    effect: Effect = Effect.LIMITS,
    is_new: bool | None = None,
    answer: str = "",
) -> Finding:
    """One of a rule; *answer*: what somebody says who answers for it, or tried to."""
    evidence = (Evidence(says, at, Axis.COMPLETENESS, effect),) if says else ()
    made = Rule(rule, severity, Place("policy.yml", 1), clause=clause)
    openness = Openness.OPEN if status is Status.MET else Openness.CLOSED
    made_of = Finding(made, severity, status, openness, needs, got, advice, at, evidence, is_new=is_new)
    day, why = date(2027, 1, 31), answer or "a reason"
    where = at or AT
    if status is Status.WAIVED:
        return made_of._replace(waiver=Waiver(rule, "", why, answer or "wren", day, answer, where))
    if status is Status.CONFIRMED:
        confirmation = Confirmation(rule, "", why, answer or "wren", day, "sha256:0", day, where)
        return made_of._replace(confirmation=confirmation)
    return made_of._replace(notes=(Notice(answer, where),)) if answer else made_of


def judged(
    *findings: Finding,
    path: str = ".",
    name: str = "wren",
    kind: Kind = Kind.MODEL,
    files: Sequence[str] = ("README.md", "LICENSE"),
    result: Result | None = None,
    license_: str = "Apache-2.0",
    levels: Mapping[str, float] | None = None,
) -> Judgement:
    """A release whose training code is there, under *license_*, and whose result is what its findings amount to."""
    release = Release(path, name, kind, make_repo(dict.fromkeys(files, "")))
    license_of = License(license_, LicenseClass.OPEN_SOURCE, Place("LICENSE", 1))
    there = Assessment(
        components()["training-code"], Completeness.PARTIAL, Access.PUBLIC, license_of, (license_of,), (), {}
    )
    absent = there._replace(component=components()["data-card"], completeness=Completeness.ABSENT)
    found = {"training-code": there, "data-card": absent}
    failed = any(f.status is Status.UNMET and f.severity is Severity.ERROR and f.counts for f in findings)
    asked = any(f.status is Status.ASK for f in findings)
    result = result or (Result.FAIL if failed else Result.ASK if asked else Result.PASS)
    label = "does not meet" if failed else "no contradiction found"
    progress = Progress(next(iter(levels)), levels) if levels else None
    return Judgement(release, found, (), findings, label, result, progress)


def reported(*judgements: Judgement, label: str = ".", policy: Policy = POLICY, **more: Any) -> Report:
    """A report on *judgements*, of a policy that has all their rules."""
    rules = {f.rule.id: f.rule for one in judgements for f in one.findings}
    fields = {"notices": (), "unread": {}, **more}
    result = Result.worst(one.result for one in judgements)
    held = policy._replace(rules=tuple(rules.values()))
    return Report(label=label, commit="", policy=held, judgements=judgements, result=result, **fields)


def everywhere(said: str) -> list[Report]:
    """Two reports, in which every field that a repository or its policy fills says the same."""
    at = Place(said, 7)
    statuses = (Status.UNMET, Status.ASK, Status.WAIVED, Status.MET, Status.CONFIRMED)
    findings = [
        finding(
            said,
            status,
            severity,
            needs=said,
            got=said,
            advice=said,
            clause=said,
            at=at,
            says=said,
            is_new=True,
            answer=said,
        )
        for status in statuses
        for severity in Severity
    ]
    policy = POLICY._replace(id=said, title=said, source=said, origin=said)
    more: dict[str, Any] = {"notices": (Notice(said, at), Notice(said)), "unread": {said: said}}
    files = ("README.md", said)
    one = judged(*findings, name=said, path=said, files=files, license_=said, levels={said: 100.0, f"{said}2": 5.0})
    other = judged(*findings, name=said, result=Result.INCOMPLETE, files=files, license_=said)
    return [reported(one, other, label=said, policy=policy, **more), reported(one, policy=policy, **more)]
