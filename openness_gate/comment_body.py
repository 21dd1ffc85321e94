"""A report as a comment where no reporter made one: the verdict, and a table of what is missing. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openness_gate.markup import text as text_of
from openness_gate.messages import say

BUDGET = 60_000  #: of GitHub's 65,536 characters
WORST_FIRST = ("error", "warning", "info")

Json = Mapping[str, Any]


def reports_of(report: Json) -> Sequence[Json]:
    found: Sequence[Json] = report.get("reports", [report])
    return found


def has_findings(report: Json) -> bool:
    """Whether something is missing that a policy asks for; what only a warning asks for counts too."""
    return any(
        release["result"] in ("fail", "incomplete") or any(_is_missing(finding) for finding in release["findings"])
        for one in reports_of(report)
        for release in one["releases"]
        if release["result"] != "not-applicable"
    ) or any(one["result"] in ("fail", "incomplete") for one in reports_of(report))


def body(report: Json, more: str = "", budget: int = BUDGET) -> str:
    """The whole report, cut by rows. *more*: where all of it is."""
    parts = [_verdict(one, release) for one in reports_of(report) for release in one["releases"]]
    text = "\n".join(_fitting(parts, budget // 2)) + "\n"
    for one in reports_of(report):
        for release in one["releases"]:
            found = sorted(filter(_is_open, release["findings"]), key=lambda f: WORST_FIRST.index(f["severity"]))
            text += _table(release, found, budget - len(text) - 500)
    return text + _foot(more)


def short(report: Json, more: str = "") -> str:
    """The verdicts alone."""
    parts = [_verdict(one, release) for one in reports_of(report) for release in one["releases"]]
    return "\n".join(_fitting(parts, 4000)) + "\n" + _foot(more)


def fixed(report: Json, more: str = "") -> str:
    return say("What was missing here is there now.") + "\n\n" + short(report, more)


def outdated(sha: str) -> str:
    return "### openness-gate\n\n" + say("The commit {sha} was judged, which is not the newest.", sha=sha[:6]) + "\n"


def _verdict(report: Json, release: Json) -> str:
    name = text_of(release["name"] or release["path"] or report["target"]["label"])
    missing = sum(map(_is_missing, release["findings"]))
    policy, label, result = text_of(report["policy"]["id"]), text_of(release["label"]), release["result"]
    says = say("{name}: {label} (policy {policy}, {n} unmet, result: {result})",
               name=name, label=label, policy=policy, n=missing, result=result)  # fmt: skip
    return f"### openness-gate\n\n**{says}**\n" if result != "not-applicable" else f"{says}\n"


def _table(release: Json, findings: Sequence[Json], budget: int) -> str:
    rows = [_row(finding) for finding in findings]
    if not rows or budget < 1000:
        return ""
    heads = (say("rule"), say("needs"), say("got"), say("where"), say("what to do"))
    head = f"\n{text_of(release['path'])}\n\n| {' | '.join(heads)} |\n| --- | --- | --- | --- | --- |\n"
    kept = _fitting(rows, budget - len(head), "")
    left = len(rows) - len(kept)
    rest = f"\n{say('{n} more are in the report', n=left)}\n" if left else ""
    return head + "".join(kept) + rest


def _row(finding: Json) -> str:
    where = text_of(finding["path"]) if finding["path"] else ""
    where += f":{finding['line']}" if where and finding["line"] else ""
    what = f"{text_of(finding['rule'])} ({finding['severity']}, {finding['status']})"
    cells = (what, text_of(finding["needs"]), text_of(finding["got"]), where, text_of(finding["advice"]))
    return f"| {' | '.join(cells)} |\n"


def _fitting(parts: Sequence[str], budget: int, between: str = "\n") -> list[str]:
    return list(_while_it_fits(parts, budget, len(between)))


def _while_it_fits(parts: Sequence[str], budget: int, more: int) -> Iterator[str]:
    for part in parts:
        budget -= len(part) + more
        if budget < 0:
            return
        yield part


def _foot(more: str) -> str:
    return f"\n{say('All of it: {place}', place=more)}\n" if more else ""


def _is_missing(finding: Json) -> bool:
    return bool(finding["status"] == "unmet" and finding["severity"] != "info")


def _is_open(finding: Json) -> bool:
    return finding["status"] in ("unmet", "ask")
