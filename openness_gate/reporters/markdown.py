"""For GitHub: the text of the comment on a pull request, and of the summary of a job.

The verdict of every release comes first, in one line each; then, release by release, tables of what is missing, what a
person has to answer, what somebody answers for, and what is there. It fits a budget: rows are left out from the end of
the least important sections, and a last row says how many. Nothing of a repository, or of its policy, is more than text
in it (`markup.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openness_gate.fitting import Budget, Rows, Section, fitted
from openness_gate.markup import code, head, label, row, text
from openness_gate.messages import say
from openness_gate.model import Completeness, Effect, Evidence, Kind, Notice
from openness_gate.report import Finding, Judgement, Report, Reporter, Result, Status, Style
from openness_gate.rules import Policy, Severity
from openness_gate.tuples import NamedTuple

COMMENT = 60_000  #: characters, of the 65,536 that GitHub takes
SUMMARY = 900 * 1024  #: bytes, of the 1 MiB that GitHub takes for a step
SIGN = {Result.FAIL: "❌", Result.INCOMPLETE: "❌", Result.ASK: "❓", Result.PASS: "✅", Result.NOT_APPLICABLE: "➖"}
MOST_PLACES = 3  #: of evidence in one row
MOST_OF_A_NAME = 64  #: characters, and twice as many to write them: a hundred verdicts fit a comment
MOST_OF_A_PLACE = 120
MOST_NAMES = 40  #: in one line

_TOP, _VERDICTS, _UNREAD, _ERRORS, _WARNINGS, _QUESTIONS, _EXCUSED, _CHART, _COMPONENTS, _NOTES, _MET = range(11)


def render(reports: Sequence[Report], style: Style) -> str:
    return summary(reports)


def body(reports: Sequence[Report], budget: int = COMMENT) -> str:
    """The text of a comment: at most *budget* characters, as GitHub counts them."""
    more = Budget(budget, _units, lambda n: say("{n} more in the job summary", n=n))
    return fitted(list(_sections(reports, charts=False)), more)


def summary(reports: Sequence[Report], budget: int = SUMMARY) -> str:
    """The text of a job's summary: at most *budget* bytes, with charts."""
    more = Budget(budget, _bytes, lambda n: say("{n} more in the report", n=n))
    return fitted(list(_sections(reports, charts=True)), more)


def _bytes(written: str) -> int:
    return len(written.encode())


def _units(written: str) -> int:
    """As a browser counts: what is beyond the basic plane is two."""
    return len(written.encode("utf-16-le")) // 2


class _Release(NamedTuple):
    """One of those that are judged, and how it is called where there are several."""

    report: Report
    judgement: Judgement
    of_many: bool

    def name(self) -> str:
        release = self.judgement.release
        name = _name(release.name)
        if release.path not in (".", release.name):
            name = say("{name} in {path}", name=name, path=_name(release.path))
        if self.of_many:
            name = say("{name} of {target}", name=name, target=_name(self.report.label))
        return name


def _name(said: str) -> str:
    return code(said, MOST_OF_A_NAME, 2)


def _sections(reports: Sequence[Report], charts: bool) -> Iterator[Section]:
    releases = [_Release(report, one, len(reports) > 1) for report in reports for one in report.judgements]
    releases.sort(key=lambda release: list(Result).index(release.judgement.result))
    several = len(releases) != 1
    title, counted = say("openness-gate"), _counts([f for one in releases for f in one.judgement.findings])
    result = Result.worst(report.result for report in reports)
    verdict = _overall(result) if several else _verdict(releases[0].judgement)
    first = ", ".join((f"### {SIGN[result]} {title}: {verdict}", *counted)) + "\n"
    yield Section(_TOP, "", [first])
    if several:
        yield Section(_VERDICTS, "", [f"- {_line(release)}\n" for release in releases])
    yield _unread(reports)
    for group, release in enumerate(releases, 1):
        heading = f"#### {release.name()}\n\n" if several else ""
        yield from (s._replace(group=group, heading=heading) for s in _of_release(release.judgement, charts))
    yield _notes(reports)
    policies = list(dict.fromkeys(_policy(report.policy) for report in reports))
    yield Section(_TOP, "", policies[:1], "")
    yield Section(_NOTES, "", [f"\n{policy}" for policy in policies[1:]], "")


# --- verdicts -------------------------------------------------------------------------------------------------------


def _line(release: _Release) -> str:
    judgement = release.judgement
    name = f"{SIGN[judgement.result]} {release.name()} ({judgement.release.kind})"
    return ", ".join((f"{name}: **{_verdict(judgement)}**", *_counts(judgement.findings, judgement)))


def _overall(result: Result) -> str:
    return {
        Result.FAIL: say("does not meet the policy"),
        Result.INCOMPLETE: say("incomplete: something could not be read"),
        Result.ASK: say("a person has to answer"),
        Result.PASS: say("no contradiction found"),
        Result.NOT_APPLICABLE: say("nothing here that the policy applies to"),
    }[result]


def _verdict(judgement: Judgement) -> str:
    if judgement.result is Result.NOT_APPLICABLE:
        return say("not a model release, so the policy does not apply")
    return _overall(judgement.result) if judgement.result is Result.INCOMPLETE else text(judgement.label)


def _counts(findings: Sequence[Finding], judgement: Judgement | None = None) -> list[str]:
    if judgement and judgement.result is Result.NOT_APPLICABLE:
        return []
    unmet, by = _of(findings, Status.UNMET), {status: len(_of(findings, status)) for status in Status}
    parts = (
        (len(_of(unmet, Severity.ERROR)), say("error"), say("errors")),
        (len(_of(unmet, Severity.WARNING)), say("warning"), say("warnings")),
        (sum(f.is_new is True for f in unmet), say("new in this change"), say("new in this change")),
        (by[Status.ASK], say("question"), say("questions")),
        (by[Status.WAIVED], say("rule waived"), say("rules waived")),
        (by[Status.CONFIRMED], say("rule confirmed"), say("rules confirmed")),
        (by[Status.MET], say("rule met"), say("rules met")),
    )
    return [f"{n} {one if n == 1 else many}" for n, one, many in parts if n]


def _of(findings: Sequence[Finding], which: Status | Severity) -> list[Finding]:
    """Those of a status or severity; what is new comes first."""
    found = [f for f in findings if (f.status if isinstance(which, Status) else f.severity) is which]
    return sorted(found, key=lambda f: f.is_new is not True)


# --- one release ----------------------------------------------------------------------------------------------------


def _of_release(judgement: Judgement, charts: bool) -> Iterator[Section]:
    if judgement.result is Result.NOT_APPLICABLE:
        yield from _why_not(judgement)
        return
    unmet, what = _of(judgement.findings, Status.UNMET), say("what is missing")
    yield _missing(_ERRORS, say("Errors"), what, _of(unmet, Severity.ERROR))
    yield _missing(_WARNINGS, say("Warnings"), what, _of(unmet, Severity.WARNING))
    asked = _of(judgement.findings, Status.ASK)
    yield _missing(_QUESTIONS, say("For a person to answer"), say("what is not known"), asked)
    yield _excused(say("Waived: not met, and not counted"), _of(judgement.findings, Status.WAIVED))
    yield _excused(say("Confirmed by a person"), _of(judgement.findings, Status.CONFIRMED))
    yield Section(_CHART, "", list(_marks(judgement, charts)))
    yield _components(judgement, unfolded=charts)
    yield _information(_of(unmet, Severity.INFO))
    yield _met(_of(judgement.findings, Status.MET))


def _why_not(judgement: Judgement) -> Iterator[Section]:
    why = judgement.release.why
    if why and judgement.release.kind is not Kind.NONE:
        says = say("It is of kind {kind}: {why}", kind=judgement.release.kind, why=text(why.says))
        yield Section(_NOTES, "", [f"{says}\n"])


def _missing(rank: int, title: str, what: str, findings: Sequence[Finding]) -> Section:
    titles = (say("rule"), what, say("where we looked"), say("how to fix it"))
    rows = Rows(findings, lambda f: row((_rule(f), _gap(f), _places(f), text(f.advice))))
    return Section(rank, f"**{title}**\n\n{head(titles)}", rows, "\n", len(titles))


def _rule(finding: Finding) -> str:
    name = code(finding.rule.id)
    return f"{name} **{say('new')}**" if finding.is_new is True else name


def _gap(finding: Finding) -> str:
    return say("needs {needs}; got {got}", needs=text(finding.needs), got=text(finding.got))


def _places(finding: Finding) -> str:
    """Where it was looked for, and what was seen there: what is not known first, of a question."""
    seen = list({(e.at, e.says): e for e in finding.evidence}.values())
    if finding.status is Status.ASK:
        seen.sort(key=lambda evidence: evidence.effect is not Effect.UNKNOWN)
    shown = [_seen(evidence) for evidence in seen[:MOST_PLACES]]
    if not shown and finding.at:
        shown = [code(str(finding.at))]
    if len(seen) > MOST_PLACES:
        shown.append(say("and {n} more", n=len(seen) - MOST_PLACES))
    return "<br>".join((*shown, *(text(note.says) for note in finding.notes[:MOST_PLACES])))


def _seen(evidence: Evidence) -> str:
    says = text(evidence.says, MOST_OF_A_PLACE)
    return f"{code(str(evidence.at), MOST_OF_A_PLACE)} {says}" if evidence.at else says


def _excused(title: str, findings: Sequence[Finding]) -> Section:
    titles = (say("rule"), say("what is missing"), say("who answers for it, and why"), say("until"))
    rows = Rows(findings, lambda f: row((_rule(f), _gap(f), *_answer(f))))
    return Section(_EXCUSED, f"**{title}**\n\n{head(titles)}", rows, "\n", len(titles))


def _answer(finding: Finding) -> tuple[str, str]:
    """Who answers for it and why, and the last day."""
    waiver, confirmation = finding.waiver, finding.confirmation
    if waiver:
        who, why, day = (
            waiver.owner,
            f"{waiver.reason} ({waiver.ticket})" if waiver.ticket else waiver.reason,
            waiver.expires,
        )
    elif confirmation:
        who, why, day = confirmation.person, confirmation.reason, confirmation.expires
    else:
        return "", ""
    return say("{why}, says {who}", why=text(why), who=text(who)), day.isoformat()


def _met(findings: Sequence[Finding]) -> Section:
    rows = Rows(findings, lambda f: row((_rule(f), text(f.needs), text(f.got))))
    titles = (say("rule"), say("what is needed"), say("what is there"))
    return _folded(_MET, f"{len(rows)} {say('rule met') if len(rows) == 1 else say('rules met')}", titles, rows)


def _information(findings: Sequence[Finding]) -> Section:
    rows = Rows(findings, lambda f: row((_rule(f), _gap(f), text(f.advice))))
    titles = (say("rule"), say("what is missing"), say("how to fix it"))
    return _folded(_MET, say("For information, not met: {n}", n=len(rows)), titles, rows)


def _folded(rank: int, title: str, titles: Sequence[str], rows: Rows | list[str], unfolded: bool = False) -> Section:
    top = f"<details{' open' if unfolded else ''}><summary>{title}</summary>\n\n{head(titles)}"
    return Section(rank, top, rows, "\n</details>\n\n", len(titles))


# --- grades ---------------------------------------------------------------------------------------------------------


def _components(judgement: Judgement, unfolded: bool) -> Section:
    shown = [a for a in judgement.components.values() if a.completeness > Completeness.ABSENT]
    absent = [a.component.name for a in judgement.components.values() if a.completeness is Completeness.ABSENT]
    rows = []
    for found in shown:
        access = str(found.access) if found.completeness >= Completeness.LINKED else ""
        terms = code(found.license.expression) or (found.license.cls.value if found.licenses else "")
        if found.license.expression and not found.license.cls.open:
            terms += f" ({found.license.cls})"
        rows.append(row((code(found.component.name), str(found.completeness), access, terms)))
    if absent:
        names = ", ".join(map(text, absent[:MOST_NAMES]))
        rows.append(row((say("not there: {names}", names=names), str(Completeness.ABSENT), "", "")))
    titles = (say("component"), say("completeness"), say("access"), say("license"))
    return _folded(_COMPONENTS, say("Components"), titles, rows, unfolded)


def _marks(judgement: Judgement, charts: bool) -> Iterator[str]:
    """The level and the score; with a chart where it helps: somewhere up a ladder of several rungs."""
    levels, score = judgement.levels, judgement.score
    if levels:
        steps = ", ".join(f"{text(name)} {share:.0f} %" for name, share in levels.progress.items())
        yield say("Level reached: {level} ({steps})", level=text(levels.reached), steps=steps) + "\n"
        if charts and len(levels.progress) > 1 and any(levels.progress.values()):
            yield f"\n{_ladder(list(levels.progress.items()))}\n"
    if score:
        value, best = f"{score.value:.2f}", f"{score.at_best:.2f}"
        says = say("Score: {value} over {n} rules", value=value, n=len(score.steps))
        more = say(", {best} if all that is unknown is open", best=best) if best != value else ""
        yield f"{says}{more}\n"


def _ladder(steps: Sequence[tuple[str, float]]) -> str:
    """A Mermaid chart, in which nothing but letters, digits and signs between them stands."""
    nodes = [
        f'  n{n}["{label(name) or n} {share:.0f} %"]:::{"done" if share >= 100 else "begun" if share else "none"}\n'
        for n, (name, share) in enumerate(steps)
    ]
    edges = f"  {' --> '.join(f'n{n}' for n in range(len(steps)))}\n"
    colors = (("done", "#1a7f37", "#fff"), ("begun", "#9a6700", "#fff"), ("none", "#eaeef2", "#1f2328"))
    classes = "".join(f"  classDef {name} fill:{fill},color:{ink}\n" for name, fill, ink in colors)
    return f"```mermaid\nflowchart LR\n{''.join(nodes)}{edges}{classes}```\n"


# --- all of it ------------------------------------------------------------------------------------------------------


def _unread(reports: Sequence[Report]) -> Section:
    unread = [one for report in reports for one in report.unread.items()]
    rows = Rows(unread, lambda one: row((code(one[0]), text(one[1]))))
    titles = (say("not read"), say("why"))
    return Section(_UNREAD, f"**{say('Could not be read')}**\n\n{head(titles)}", rows, "\n", len(titles))


def _notes(reports: Sequence[Report]) -> Section:
    """What the user should know that is no finding; the same of several targets once."""
    notes = list(dict.fromkeys(note for report in reports for note in report.notices))
    return Section(_NOTES, f"**{say('Notes')}**\n\n", Rows(notes, _note))


def _note(note: Notice) -> str:
    return f"- {code(str(note.at))}: {text(note.says)}\n" if note.at else f"- {text(note.says)}\n"


def _policy(policy: Policy) -> str:
    says = say(
        "Policy {id}: {title}, from {origin}", id=code(policy.id), title=text(policy.title), origin=text(policy.origin)
    )
    if policy.source:
        says += f", {text(policy.source)}"
    if policy.parents:
        says += ", " + say("extends {names}", names=", ".join(code(parent.label) for parent in policy.parents[:5]))
    return f"{says}, {code(f'sha256:{policy.sha256}')}\n" if policy.sha256 else f"{says}\n"


REPORTER = Reporter("markdown", "for GitHub: the summary of a job, and the comment on a pull request", render)
