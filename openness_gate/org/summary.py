"""What a scan amounts to: counts, what is most often missing, who answers for what. SQL does the counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from openness_gate.messages import say
from openness_gate.model import Completeness
from openness_gate.org.reading import Reading
from openness_gate.report import Result
from openness_gate.rules import Severity
from openness_gate.tuples import NamedTuple

OUTCOMES = (*(result.value for result in Result), "failed", "skipped")
"""What can become of a repository."""
JUDGED = tuple(result.value for result in Result if result is not Result.NOT_APPLICABLE)
SOON = timedelta(14)  #: before it ends, a waiver is told of
MOST_SCANS = 52  #: in a trend

OUTCOME = "CASE s.state WHEN 'judged' THEN COALESCE(v.result, '') ELSE s.state END"
SCANNED = (
    "scanned s JOIN repositories p ON p.id = s.repository LEFT JOIN verdicts v ON v.id = s.verdict WHERE s.scan = :scan"
)
RELEASES = (
    "scanned s JOIN repositories p ON p.id = s.repository JOIN releases r ON r.verdict = s.verdict"
    " WHERE s.scan = :scan AND r.result != 'not-applicable'"
)
"""Those that the policy applies to."""
FINDINGS = RELEASES.replace(" WHERE", " JOIN findings f ON f.release = r.id WHERE")

_TOTALS = f"SELECT {OUTCOME}, count(*) FROM {SCANNED} GROUP BY 1"
_REASONS = (
    f"SELECT s.state, s.reason, count(*) FROM {SCANNED} AND s.state != 'judged' GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2"
)
_GRADES = (
    "SELECT c.component, c.completeness, count(*) FROM"
    f" {RELEASES.replace(' WHERE', ' JOIN components c ON c.release = r.id WHERE')} GROUP BY 1, 2 ORDER BY 1"
)
_RULES = (
    "SELECT f.rule, f.severity, sum(f.status = 'unmet'), sum(f.status = 'ask'), sum(f.status = 'waived'),"
    " sum(f.status = 'confirmed'), sum(f.status != 'not-applicable'),"
    f" count(DISTINCT CASE WHEN f.status IN ('unmet', 'ask') THEN s.repository END) FROM {FINDINGS} GROUP BY 1, 2"
)
_ADVICE = (
    "SELECT rule, advice FROM (SELECT f.rule, f.advice, row_number() OVER (PARTITION BY f.rule ORDER BY count(*) DESC)"
    f" AS place FROM {FINDINGS} AND f.status IN ('unmet', 'ask') GROUP BY f.rule, f.advice) WHERE place = 1"
)
_EXCUSES = (
    "SELECT p.name, r.path, f.rule, f.status, f.excused_by, f.excuse, f.excused_until"
    f" FROM {FINDINGS} AND f.status IN ('waived', 'confirmed') ORDER BY f.excused_until, p.name, f.rule"
)
_TREND = (
    "SELECT n.id, n.day, t.result, t.count FROM (SELECT id, day FROM scans WHERE ended IS NOT NULL AND id <= :scan"
    " ORDER BY id DESC LIMIT :most) n LEFT JOIN totals t ON t.scan = n.id ORDER BY n.id"
)
_BEFORE = "SELECT max(day) FROM scans WHERE id = (SELECT max(id) FROM scans WHERE id < :scan AND ended IS NOT NULL)"
_CHANGES = (
    "SELECT p.name, c.before, c.after FROM changes c JOIN repositories p ON p.id = c.repository WHERE c.scan = :scan"
)


class Reason(NamedTuple):
    """Why repositories were skipped, or failed."""

    state: str
    reason: str
    repositories: int


class Missing(NamedTuple):
    """A rule, over all releases that it was held against."""

    rule: str
    severity: str
    unmet: int
    ask: int
    waived: int
    confirmed: int
    releases: int
    repositories: int  #: that have such a release
    advice: str


class Excuse(NamedTuple):
    """That somebody answers for what is not met, or has answered a question."""

    repository: str
    release: str  #: its path
    rule: str
    status: str
    by: str
    why: str
    until: str


class Change(NamedTuple):
    """A repository whose result is another than in the scan before."""

    repository: str
    before: str  #: "" for one that is new
    after: str  #: "" for one that is gone

    @property
    def is_worse(self) -> bool:
        """A new one is worse than nothing if it fails or could not be judged; one that is gone is neither."""
        bad = {name: place for place, name in enumerate(("failed", "fail", "incomplete", "ask"))}
        good = len(bad)
        return self.after != "" and bad.get(self.after, good) < bad.get(self.before, good)


class Point(NamedTuple):
    """One scan of a trend."""

    day: str
    counts: Mapping[str, int]


class Summary(NamedTuple):
    """All that is told of a scan as a whole."""

    totals: Mapping[str, int]  #: by outcome
    reasons: Sequence[Reason]
    grades: Mapping[str, Mapping[str, int]]  #: by component and completeness, over releases
    rules: Sequence[Missing]  #: those that are unmet or asked about, the most frequent first
    excuses: Sequence[Excuse]  #: that which ends first first
    trend: Sequence[Point]  #: the oldest scan first
    before: str  #: the day of the last scan; "" where this is the first
    changes: Sequence[Change]  #: what is worse first

    @property
    def repositories(self) -> int:
        return sum(self.totals.values())

    def ending(self, today: date) -> list[Excuse]:
        """The excuses that have ended, or soon will."""
        return [one for one in self.excuses if one.until <= (today + SOON).isoformat()]


def summary(reading: Reading) -> Summary:
    """The newest scan, and those before it."""
    counted = {str(outcome): int(n) for outcome, n in reading.each(_TOTALS)}
    grades: dict[str, dict[str, int]] = {}
    for component, grade, n in reading.each(_GRADES):
        grades.setdefault(component, dict.fromkeys(map(str, Completeness), 0))[grade] = n
    changes = [Change(*found) for found in reading.each(_CHANGES)]
    return Summary(
        {outcome: counted[outcome] for outcome in OUTCOMES if outcome in counted},
        [Reason(*found) for found in reading.each(_REASONS)],
        grades,
        _rules(reading),
        [Excuse(*found) for found in reading.each(_EXCUSES)],
        _trend(reading),
        next(reading.each(_BEFORE))[0] or "",
        sorted(changes, key=lambda change: (not change.is_worse, change.repository)),
    )


def _rules(reading: Reading) -> list[Missing]:
    advice = dict(reading.each(_ADVICE))
    found = [Missing._make((*rule, advice[rule[0]])) for rule in reading.each(_RULES) if rule[0] in advice]
    order = {str(severity): -severity for severity in Severity}
    return sorted(found, key=lambda one: (-one.unmet - one.ask, order.get(one.severity, 0), one.rule))


def _trend(reading: Reading) -> list[Point]:
    points: list[Point] = []
    counts: dict[str, int] = {}
    scans: dict[int, dict[str, int]] = {}
    for id_, day, result, n in reading.each(_TREND, most=MOST_SCANS):
        if id_ not in scans:
            counts = scans[id_] = {}
            points.append(Point(day, counts))
        if result:
            counts[result] = n
    return points


def word(outcome: str) -> str:
    """What became of a repository, for people."""
    return {
        "fail": say("does not meet"),
        "incomplete": say("incomplete"),
        "ask": say("a person has to answer"),
        "pass": say("no contradiction found"),
        "not-applicable": say("no release"),
        "failed": say("not read"),
        "skipped": say("skipped"),
        "": say("not there"),
    }.get(outcome, outcome)
