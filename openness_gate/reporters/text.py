"""For a person: the verdict first, then what is missing and where, then what to ask, then the components."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from openness_gate.facts.license_name import spdx_list
from openness_gate.messages import no_command, say, tame
from openness_gate.model import Completeness, Effect, Evidence, Kind
from openness_gate.report import Finding, Judgement, Report, Reporter, Result, Score, Status, Style
from openness_gate.rules import Severity

SIGNS = {
    "ok": ("✓", "ok"),
    "no": ("✗", "x "),
    "ask": ("?", "? "),
    "off": ("–", "- "),
    "arrow": ("→", "->"),
    "dot": ("·", "-"),
}
SIGN = {Status.MET: "ok", Status.CONFIRMED: "ok", Status.UNMET: "no", Status.ASK: "ask"}
COLOR = {"ok": "green", "no": "red", "ask": "yellow", "off": "dark_grey", "warn": "yellow"}
RESULT = {
    Result.FAIL: "no",
    Result.INCOMPLETE: "no",
    Result.ASK: "ask",
    Result.PASS: "ok",
    Result.NOT_APPLICABLE: "off",
}
MOST_CLAIMS = 2
MOST_PLACES = 3  #: of evidence below a finding
LINE = 110  #: characters
WIDTH = 31  #: of the column of names


def render(reports: Sequence[Report], style: Style) -> str:
    """The reports one after the other."""
    pen = _Pen(style)
    return "\n".join("".join(map(_line, _lines(report, pen))) for report in reports)


def _line(text: str) -> str:
    return no_command(f"{text}\n").replace(" \n", "\n")


class _Pen:
    """Draws signs and colours as the terminal can show them."""

    def __init__(self, style: Style) -> None:
        self.verbose = style.verbose
        self._unicode = style.unicode
        self._paint: Callable[..., str] | None = None
        if style.color:
            from termcolor import colored

            self._paint = colored

    def sign(self, name: str) -> str:
        return self.paint(SIGNS[name][0 if self._unicode else 1], COLOR.get(name))

    def paint(self, text: str, color: str | None = None, bold: bool = False) -> str:
        if not self._paint or not (color or bold):
            return text
        return self._paint(text, color, attrs=["bold"] if bold else None, force_color=True)

    def dim(self, text: str) -> str:
        return self.paint(text, "dark_grey")


def _lines(report: Report, pen: _Pen) -> Iterator[str]:
    dot = SIGNS["dot"][0] if pen.sign("dot") in SIGNS["dot"][:1] else "-"
    yield pen.dim(f"{tame(report.label)} {dot} {report.policy.id}: {tame(report.policy.title)}")
    for judgement in report.judgements:
        yield ""
        yield from _judgement(judgement, pen)
    yield from _notices(report, pen)
    if pen.verbose:
        yield pen.dim(say("licenses by the SPDX license list {version}", version=spdx_list()))


def _judgement(judgement: Judgement, pen: _Pen) -> Iterator[str]:
    yield _verdict(judgement, pen)
    by_status = {status: [f for f in judgement.findings if f.status is status] for status in Status}
    unmet = sorted(by_status[Status.UNMET], key=lambda f: -f.severity)
    told = [f for f in unmet if f.severity is Severity.INFO and not pen.verbose and not f.notes]
    if judgement.result is Result.NOT_APPLICABLE and not pen.verbose:
        yield pen.dim("  " + _why_not(judgement))
    elif unmet:
        yield from _block(say("Missing"), [f for f in unmet if f not in told], pen)
        if judgement.result is Result.FAIL:
            yield from _claims(judgement)
    if judgement.result is not Result.NOT_APPLICABLE or pen.verbose:
        yield from _questions(by_status[Status.ASK], pen)
        yield from _told(told, pen)
    yield from _excused(say("Waived: not met, and not counted"), by_status[Status.WAIVED], pen)
    yield from _excused(say("Confirmed by a person"), by_status[Status.CONFIRMED], pen)
    if pen.verbose:
        yield from _block(say("Met"), by_status[Status.MET], pen)
        yield from _block(say("Not applicable"), by_status[Status.NOT_APPLICABLE], pen)
    yield from _components(judgement, pen)
    if judgement.levels:
        steps = ", ".join(f"{name} {share:.0f} %" for name, share in judgement.levels.progress.items())
        yield ""
        yield "  " + say("Level reached: {level} ({steps})", level=judgement.levels.reached, steps=steps)
    if judgement.score:
        yield ""
        yield "  " + _score(judgement.score)


def _score(score: Score) -> str:
    value, best = f"{score.value:.2f}", f"{score.at_best:.2f}"
    if value == best:
        return say("Score: {value} over {n} rules", value=value, n=len(score.steps))
    return say(
        "Score: {value} over {n} rules, {best} if all that is unknown is open",
        value=value,
        n=len(score.steps),
        best=best,
    )


def _verdict(judgement: Judgement, pen: _Pen) -> str:
    release = judgement.release
    sign, color = pen.sign(RESULT[judgement.result]), COLOR[RESULT[judgement.result]]
    name = tame(release.name)
    if release.path not in (".", release.name):
        name = say("{name} in {path}", name=name, path=release.path)
    name = pen.paint(name, bold=True)
    if judgement.result is Result.NOT_APPLICABLE:
        verdict, counts = say("not a model release, so the policy does not apply"), ""
    elif judgement.result is Result.INCOMPLETE:
        verdict, counts = say("incomplete: something could not be read"), _counts(judgement)
    else:
        confirmed = judgement.label == "meets (confirmed)"
        verdict = say("meets (confirmed by a person)") if confirmed else judgement.label
        counts = _counts(judgement)
    return f"{sign} {name} ({release.kind}): {pen.paint(verdict, color, bold=True)}" + (f", {counts}" if counts else "")


def _counts(judgement: Judgement) -> str:
    unmet = [f for f in judgement.findings if f.status is Status.UNMET]
    parts = [
        (sum(f.severity is Severity.ERROR for f in unmet), say("error"), say("errors")),
        (sum(f.severity is Severity.WARNING for f in unmet), say("warning"), say("warnings")),
        (sum(f.status is Status.ASK for f in judgement.findings), say("question"), say("questions")),
        (sum(f.status is Status.WAIVED for f in judgement.findings), say("rule waived"), say("rules waived")),
        (sum(f.status is Status.CONFIRMED for f in judgement.findings), say("rule confirmed"), say("rules confirmed")),
        (sum(f.status is Status.MET for f in judgement.findings), say("rule met"), say("rules met")),
    ]
    return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in parts if n)


def _why_not(judgement: Judgement) -> str:
    why = judgement.release.why
    kind = judgement.release.kind
    if kind is Kind.NONE or not why:
        return say("It holds no weights, links to none, and trains none. --verbose shows every finding.")
    return say("It is of kind {kind}: {why}. --verbose shows every finding.", kind=kind, why=why.says)


def _block(title: str, findings: Sequence[Finding], pen: _Pen) -> Iterator[str]:
    if not findings:
        return
    yield ""
    yield "  " + pen.paint(title, bold=True)
    for finding in findings:
        yield from _finding(finding, pen)


def _finding(finding: Finding, pen: _Pen) -> Iterator[str]:
    sign = pen.sign(SIGN.get(finding.status, "off"))
    severity = "" if finding.status is not Status.UNMET else f" {_severity(finding.severity, pen)}"
    yield f"  {sign} {pen.paint(finding.rule.id, bold=True)}{severity}"
    yield "      " + say("needs {needs}; got {got}", needs=finding.needs, got=finding.got)
    yield from _evidence(finding.evidence, pen, None if pen.verbose else MOST_PLACES)
    yield from _notes(finding, pen)
    if finding.status is not Status.MET:
        yield f"      {pen.sign('arrow')} {finding.advice}"


def _notes(finding: Finding, pen: _Pen) -> Iterator[str]:
    """Who tried to excuse it, and why that does not count."""
    for note in finding.notes:
        yield f"        {pen.dim(tame(str(note.at)))}  {note.says}"


def _excused(title: str, findings: Sequence[Finding], pen: _Pen) -> Iterator[str]:
    """Each in one line: who answers for it, until when, why; with --verbose as any other finding."""
    if not findings:
        return
    yield ""
    yield "  " + pen.paint(title, bold=True)
    for finding in findings:
        waiver, confirmed = finding.waiver, finding.confirmation
        says, at = "", None
        if waiver:
            why = f"{waiver.reason} ({waiver.ticket})" if waiver.ticket else waiver.reason
            says, at = say("{who}, until {day}: {why}", who=waiver.owner, day=waiver.expires, why=why), waiver.at
        elif confirmed:
            who, since, day = confirmed.person, confirmed.since, confirmed.expires
            says = say("{who} on {since}, until {day}: {why}", who=who, since=since, day=day, why=confirmed.reason)
            at = confirmed.at
        sign = pen.sign(SIGN.get(finding.status, "off"))
        yield f"  {sign} {pen.paint(finding.rule.id, bold=True)}  {says}  {pen.dim(tame(str(at)))}"
        if pen.verbose:
            yield "      " + say("needs {needs}; got {got}", needs=finding.needs, got=finding.got)
            yield from _evidence(finding.evidence, pen, None)


def _claims(judgement: Judgement) -> Iterator[str]:
    """What a release that does not meet the policy says of itself."""
    for claim in [c for c in judgement.claims if c.strength.startswith("asserted")][:MOST_CLAIMS]:
        yield ""
        yield "  " + say("It says of itself, at {at}: {text}", at=claim.at, text=claim.says)


def _told(findings: Sequence[Finding], pen: _Pen) -> Iterator[str]:
    """Unmet rules that only inform, in one line."""
    if findings:
        names = ", ".join(finding.rule.id for finding in findings)
        yield ""
        yield from map(pen.dim, _wrapped(say("For information, not met: {names}", names=names)))


def _severity(severity: Severity, pen: _Pen) -> str:
    return pen.paint(str(severity), {Severity.ERROR: "red", Severity.WARNING: "yellow"}.get(severity))


def _evidence(evidence: Sequence[Evidence], pen: _Pen, most: int | None) -> Iterator[str]:
    evidence = list({(seen.at, seen.says): seen for seen in evidence}.values())
    for seen in evidence[:most]:
        at = pen.dim(tame(str(seen.at))) + "  " if seen.at else ""
        yield f"        {at}{seen.says}"
    if most is not None and len(evidence) > most:
        yield pen.dim("        " + say("and {n} more", n=len(evidence) - most))


def _questions(findings: Sequence[Finding], pen: _Pen) -> Iterator[str]:
    if not findings:
        return
    yield ""
    yield "  " + pen.paint(say("For a person to answer"), bold=True)
    for finding in findings:
        open_ = [e for e in finding.evidence if e.effect is Effect.UNKNOWN] or list(finding.evidence)
        at = next((str(e.at) for e in open_ if e.at), "")
        why = open_[0].says if open_ else finding.got
        yield f"  {pen.sign('ask')} {pen.paint(finding.rule.id, bold=True)}"
        yield "      " + say("needs {needs}; got {got}", needs=finding.needs, got=finding.got)
        yield f"      {_at(at, why)}"
        yield from _notes(finding, pen)
        if pen.verbose and finding.digest:
            yield pen.dim("      " + say("to confirm it, name as evidence {digest}", digest=finding.digest))


def _components(judgement: Judgement, pen: _Pen) -> Iterator[str]:
    shown = [a for a in judgement.components.values() if a.completeness > Completeness.ABSENT]
    absent = [a.component.name for a in judgement.components.values() if a.completeness is Completeness.ABSENT]
    yield ""
    if shown:
        heads = (say("Component"), say("there"), say("access"), say("license"))
        row = f"{heads[0]:<{WIDTH}} {heads[1]:<10} {heads[2]:<13} {heads[3]}"
        yield "  " + pen.paint(row, bold=True)
    for found in shown:
        access = str(found.access) if found.completeness >= Completeness.LINKED else ""
        terms = found.license.expression or (found.license.cls.value if found.licenses else "")
        if found.license.expression and not found.license.cls.open:
            terms += f" ({found.license.cls})"
        yield f"  {found.component.name:<{WIDTH}} {found.completeness!s:<10} {access:<13} {tame(terms)}".rstrip()
    if absent:
        yield from map(pen.dim, _wrapped(say("absent: {names}", names=", ".join(absent))))


def _wrapped(text: str) -> Iterator[str]:
    """*text* in lines of at most `LINE` characters, indented."""
    line = " "
    for word in text.split():
        if len(line) + len(word) >= LINE:
            yield line
            line = "   "
        line += " " + word
    yield line


def _notices(report: Report, pen: _Pen) -> Iterator[str]:
    notes = [(n.says, n.at) for n in report.notices]
    if not notes and not report.unread:
        return
    yield ""
    for path, why in report.unread.items():
        yield f"{pen.paint(say('not read'), 'red')}  {_at(path, why)}"
    for says, at in notes:
        yield f"{pen.dim(say('note'))}  {_at(str(at) if at else '', says)}"


def _at(place: str, says: str) -> str:
    """A sentence with its place before it, unless it begins with it."""
    place = tame(place)
    path = place.rpartition(":")[0] or place
    return says if not place or says.startswith((place, path)) else f"{place}: {says}"


REPORTER = Reporter("text", "for a person (the default)", render, machine=False)
