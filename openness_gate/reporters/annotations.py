"""Annotations of GitHub Actions: commands of the runner, which it shows beside the lines of a change.

A step may have ten of each level: nine are told one by one, the worst and newest first, and one line says how many more
there are. Questions are one notice. What is waived, met, or was so before the change is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openness_gate.checkout import Checkout
from openness_gate.messages import of_command, say, tame
from openness_gate.report import Finding, Judgement, Report, Reporter, Result, Status, Style
from openness_gate.rules import Severity
from openness_gate.tuples import NamedTuple

MOST = 9  #: of a level, beside the line that says how many more there are
MOST_WORDS = 1000  #: characters of one
MOST_NAMES = 10
LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning"}


class _Told(NamedTuple):
    """One annotation."""

    level: str
    title: str
    says: str
    path: str = ""  #: "": it is of no file that is here
    line: int = 0
    is_new: bool = False


def render(reports: Sequence[Report], style: Style) -> str:
    told = [one for report in reports for one in _of_report(report)]
    lines = []
    for level, more in (("error", say("errors")), ("warning", say("warnings"))):
        of_level = sorted((one for one in told if one.level == level), key=lambda one: not one.is_new)
        lines += [_command(one) for one in of_level[:MOST]]
        if left := len(of_level) - MOST:
            says = say("and {n} more {what}: see the job summary", n=left, what=more)
            lines += [_command(_Told(level, "openness-gate", says))] if left > 0 else []
    lines += [_command(one) for one in _questions(reports)]
    return "".join(f"{line}\n" for line in lines)


def _of_report(report: Report) -> Iterator[_Told]:
    checkout = Checkout(report)
    for path, why in report.unread.items():
        yield _Told("error", say("could not be read"), say("{path}: {why}", path=path, why=why))
    for judgement in report.judgements:
        for finding in _open(judgement, Status.UNMET):
            if finding.severity in LEVEL:
                yield _of_finding(finding, judgement, checkout)


def _open(judgement: Judgement, status: Status) -> list[Finding]:
    if judgement.result is Result.NOT_APPLICABLE:
        return []
    return [finding for finding in judgement.findings if finding.status is status and finding.counts]


def _of_finding(finding: Finding, judgement: Judgement, checkout: Checkout) -> _Told:
    at, release = finding.at, judgement.release
    says = say("needs {needs}; got {got}. {advice}", needs=finding.needs, got=finding.got, advice=finding.advice)
    if release.path != ".":
        says = say("{name} in {path}: {says}", name=release.name, path=release.path, says=says)
    told = _Told(LEVEL[finding.severity], finding.rule.id, says, is_new=finding.is_new is True)
    if not at:
        return told
    path = checkout.path(judgement, at.path) if checkout.is_here(at.path) else ""
    if path and tame(path) == path:
        return told._replace(path=path, line=at.line)
    return told._replace(says=say("{at}: {says}", at=at, says=says))


def _questions(reports: Sequence[Report]) -> Iterator[_Told]:
    asked = [f.rule.id for report in reports for one in report.judgements for f in _open(one, Status.ASK)]
    if asked:
        distinct = list(dict.fromkeys(asked))
        names = ", ".join(distinct[:MOST_NAMES]) + (", …" if len(distinct) > MOST_NAMES else "")
        says = say("{n} for a person to answer: {names}; see the job summary", n=len(asked), names=names)
        yield _Told("notice", "openness-gate", says)


def _command(told: _Told) -> str:
    """As `@actions/core` writes it: `::level key=value,key=value::message`."""
    title = told.title if told.title == "openness-gate" else f"openness-gate: {told.title}"
    properties = {"file": told.path, "line": str(told.line or ""), "title": title}
    shown = ",".join(f"{key}={_value(value)}" for key, value in properties.items() if value)
    return f"::{told.level} {shown}::{_data(told.says)}"


def _data(says: str) -> str:
    says = tame(says)
    says = says if len(says) <= MOST_WORDS else says[: MOST_WORDS - 1] + "…"
    return of_command(says)


def _value(says: str) -> str:
    return _data(says).replace(":", "%3A").replace(",", "%2C")


REPORTER = Reporter("annotations", "commands of GitHub Actions, which shows them beside a change", render)
