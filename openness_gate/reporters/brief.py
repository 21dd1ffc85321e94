"""For a hook: a line for each release, at most ten findings in all, and how to see the rest.

A finding begins with its place, which editors and terminals can follow. Each line begins with a sign or a word of ours,
so that none is what a build log takes for a command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from openness_gate.messages import say, tame
from openness_gate.model import Kind
from openness_gate.report import Finding, Judgement, Report, Reporter, Result, Status, Style
from openness_gate.rules import Severity
from openness_gate.tuples import NamedTuple

MOST = 10  #: findings, and files that could not be read, in all
MOST_NOTES = 3
LINE = 110  #: characters of a sentence of ours
SIGNS = {
    Result.FAIL: ("✗", "x", "red"),
    Result.INCOMPLETE: ("✗", "x", "red"),
    Result.ASK: ("?", "?", "yellow"),
    Result.PASS: ("✓", "ok", "green"),
    Result.NOT_APPLICABLE: ("–", "-", "dark_grey"),
}
SIGN_OF = {Status.UNMET: Result.FAIL, Status.ASK: Result.ASK}
COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def render(reports: Sequence[Report], style: Style) -> str:
    lines = [line for report in reports for line in _lines(report, _Pen(style))]
    return "".join(f"{line}\n" for line in lines).replace("##[", "## [")


class _Pen:
    """Draws as the terminal can show it."""

    def __init__(self, style: Style) -> None:
        self.verbose = style.verbose
        self.arrow = "→" if style.unicode else "->"
        self._sign = 0 if style.unicode else 1
        self._dots = "…" if style.unicode else "..."
        self._paint: Callable[..., str] | None = None
        if style.color:
            from termcolor import colored

            self._paint = colored

    def sign(self, result: Result) -> str:
        return self.paint(str(SIGNS[result][self._sign]), SIGNS[result][2])

    def paint(self, text: str, color: str | None, bold: bool = False) -> str:
        if not self._paint or not (color or bold):
            return text
        return self._paint(text, color, attrs=["bold"] if bold else None, force_color=True)

    def cut(self, text: str, most: int = LINE) -> str:
        """*text* as far as it fits in a line; as it is with --verbose."""
        return text if self.verbose or len(text) <= most else text[: most - 1].rstrip() + self._dots


class _Told(NamedTuple):
    """What is worth one of the ten places."""

    rank: int
    lines: tuple[str, ...]


def _lines(report: Report, pen: _Pen) -> Iterator[str]:
    told: list[_Told] = []
    several = len(report.judgements) > 1
    for judgement in report.judgements:
        yield _verdict(report, judgement, pen)
        told += _findings(judgement, several, pen)
    told += [
        _Told(0, (f"  {pen.sign(Result.FAIL)} {pen.cut(_with_path(path, why))}",))
        for path, why in report.unread.items()
    ]
    told.sort(key=lambda one: one.rank)
    most = len(told) if pen.verbose else MOST
    for one in told[:most]:
        yield from one.lines
    for judgement in report.judgements:
        yield from _questions(judgement, several, pen)
    yield from _notes(report, pen)
    if len(told) > most:
        n = len(told) - most
        yield "  " + say("and {n} more; all of it: openness-gate check --staged, or --format text in the hook", n=n)


def _verdict(report: Report, judgement: Judgement, pen: _Pen) -> str:
    release, result = judgement.release, judgement.result
    name = pen.cut(tame(release.name), 60)
    if release.path not in (".", release.name):
        name = say("{name} in {path}", name=name, path=pen.cut(tame(release.path), 60))
    head = f"{pen.sign(result)} {pen.paint(name, None, bold=True)} ({release.kind})"
    if result is Result.NOT_APPLICABLE:
        kind = release.kind is Kind.NONE
        why = say("not a model release") if kind else say("not what the policy is about")
        return f"{head}: {why}"
    if result is Result.INCOMPLETE:
        verdict = say("incomplete: something could not be read")
    elif result is not Result.FAIL and any(_is_unmet(f) and not f.counts for f in judgement.findings):
        verdict = say("nothing new is missing")
    else:
        verdict = say("meets (confirmed by a person)") if judgement.label == "meets (confirmed)" else judgement.label
    counts = ", ".join(_counts(judgement))
    verdict = pen.paint(verdict, str(SIGNS[result][2]), bold=True)
    return f"{head}: {verdict} ({tame(report.policy.id)})" + (f", {counts}" if counts else "")


def _counts(judgement: Judgement) -> Iterator[str]:
    unmet = [f for f in judgement.findings if _is_unmet(f)]
    new = [f for f in unmet if f.counts]
    parts = (
        (sum(f.severity is Severity.ERROR for f in new), say("error"), say("errors")),
        (sum(f.severity is Severity.WARNING for f in new), say("warning"), say("warnings")),
        (sum(_is_asked(f) for f in judgement.findings), say("question"), say("questions")),
        (len(unmet) - len(new), say("that was there before"), say("that were there before")),
        (sum(f.status is Status.WAIVED for f in judgement.findings), say("waived"), say("waived")),
        (sum(f.status is Status.MET for f in judgement.findings), say("rule met"), say("rules met")),
    )
    return (f"{n} {one if n == 1 else many}" for n, one, many in parts if n)


def _is_unmet(finding: Finding) -> bool:
    return finding.status is Status.UNMET


def _is_asked(finding: Finding) -> bool:
    return finding.status is Status.ASK and finding.counts


def _findings(judgement: Judgement, several: bool, pen: _Pen) -> Iterator[_Told]:
    """What counts and is not met; questions too where they are what fails."""
    if judgement.result is Result.NOT_APPLICABLE:
        return
    unmet = [f for f in judgement.findings if _is_unmet(f) and f.counts and f.severity is not Severity.INFO]
    asked = [f for f in judgement.findings if _is_asked(f)]
    fails_by_asking = judgement.result is Result.FAIL and not unmet
    for finding in asked if fails_by_asking else unmet:
        yield _Told(1 if finding.severity is Severity.ERROR else 2, tuple(_finding(finding, judgement, several, pen)))


def _finding(finding: Finding, judgement: Judgement, several: bool, pen: _Pen) -> Iterator[str]:
    at = pen.cut(tame(str(_place(finding) or judgement.release.path)), 80)
    of = pen.cut(f" [{tame(judgement.release.name)}]", 40) if several else ""
    asked = finding.status is Status.ASK
    color = "yellow" if asked else COLORS.get(finding.severity)
    severity = pen.paint(say("question") if asked else str(finding.severity), color)
    says = say("needs {needs}; got {got}", needs=finding.needs, got=finding.got)
    if finding.rule.concern and finding.evidence:
        says = finding.evidence[0].says
    yield f"  {pen.sign(SIGN_OF[finding.status])} {at}: {severity} {pen.paint(finding.rule.id, None, bold=True)}{of}"
    yield f"      {pen.cut(tame(says))}"
    yield f"      {pen.arrow} {finding.advice}"


def _place(finding: Finding) -> object:
    return finding.at or next((evidence.at for evidence in finding.evidence if evidence.at), None)


def _questions(judgement: Judgement, several: bool, pen: _Pen) -> Iterator[str]:
    """What a person should answer, in one line: it stops no commit."""
    asked = [f for f in judgement.findings if _is_asked(f)]
    if not asked or judgement.result is Result.NOT_APPLICABLE:
        return
    first = next((place for f in asked if (place := _place(f))), None)
    of = f" [{pen.cut(tame(judgement.release.name), 40)}]" if several else ""
    names = pen.cut(", ".join(f.rule.id for f in asked), 80)
    at = f" ({pen.cut(tame(str(first)), 60)})" if first else ""
    yield f"  {pen.paint('?', 'yellow')} " + say("for a person to answer") + f"{of}: {names}{at}"


def _notes(report: Report, pen: _Pen) -> Iterator[str]:
    notes = [_with_path(str(note.at), note.says) if note.at else note.says for note in report.notices]
    most = len(notes) if pen.verbose else MOST_NOTES
    for note in notes[:most]:
        yield "  " + say("note") + f"  {pen.cut(tame(note))}"
    if len(notes) > most:
        yield "  " + say("and {n} notes more", n=len(notes) - most)


def _with_path(place: str, says: str) -> str:
    """A sentence with its place before it, unless it begins with it."""
    place = tame(place)
    path = place.rpartition(":")[0] or place
    return says if says.startswith((place, path)) else f"{place}: {says}"


REPORTER = Reporter("brief", "for a hook: a line for each release, and at most ten findings", render, machine=False)
