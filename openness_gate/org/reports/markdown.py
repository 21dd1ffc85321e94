"""Markdown for GitHub: a job's summary, or an issue that tracks an organization. Nothing of a repository is more than
text in it (`markup.py`), and it fits a comment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, TextIO

from openness_gate.fitting import Budget, Rows, Section, fitted
from openness_gate.markup import code, head, row, text
from openness_gate.messages import say
from openness_gate.model import Completeness
from openness_gate.org.reading import Format, Reading, Scan
from openness_gate.org.summary import FINDINGS, OUTCOMES, Excuse, Summary, summary, word

MOST = 60_000  #: characters, of the 65,536 that GitHub takes
MOST_SCANS = 10  #: of the trend
SIGN = {"fail": "❌", "incomplete": "❌", "ask": "❓", "pass": "✅", "failed": "⚠️"}

_TOP, _FAILED, _MISSING, _CHANGES, _ENDING, _RED, _TREND, _COMPONENTS, _EXCUSED, _SKIPPED = range(10)
_FAILING = (
    "SELECT p.name, count(*), group_concat(DISTINCT f.rule) FROM"
    f" {FINDINGS} AND f.status = 'unmet' AND f.severity = 'error' GROUP BY p.id ORDER BY 2 DESC, 1"
)


def write(reading: Reading, out: TextIO) -> None:
    out.write(body(reading))


def body(reading: Reading, budget: int = MOST) -> str:
    """At most *budget* characters, as GitHub counts them."""
    more = Budget(budget, _units, lambda n: say("{n} more in the report", n=n))
    return fitted(list(_sections(reading, summary(reading))), more)


def _units(written: str) -> int:
    """As a browser counts: what is beyond the basic plane is two."""
    return len(written.encode("utf-16-le")) // 2


def _sections(reading: Reading, found: Summary) -> Iterator[Section]:
    yield Section(_TOP, "", [_title(reading.scan), _totals(found)])
    failed = [one for one in found.reasons if one.state == "failed"]
    titles: tuple[str, ...] = (say("could not be read"), say("repositories"))
    yield _table(_FAILED, "", titles, failed, lambda one: (text(one.reason), f"{one.repositories:,}"))
    yield _missing(found)
    yield _changes(found)
    ending, today = found.ending(reading.today), reading.today
    yield _excuses(_ENDING, say("Waivers and confirmations that end soon"), ending, today)
    failing = list(reading.each(_FAILING))
    titles = (say("repository"), say("errors"), say("rules"))
    yield _table(_RED, say("Repositories that do not meet the policy"), titles, failing, _failing)
    yield _trend(found)
    yield _components(found)
    yield _excuses(_EXCUSED, say("Other waivers and confirmations"), found.excuses[len(ending) :], today)
    skipped = [one for one in found.reasons if one.state == "skipped"]
    titles = (say("skipped"), say("repositories"))
    yield _table(_SKIPPED, "", titles, skipped, lambda one: (text(one.reason), f"{one.repositories:,}"))


def _table(rank: int, title: str, titles: Sequence[str], found: Sequence[Any], cells: Any) -> Section:
    top = f"#### {title}\n\n" if title else ""
    return Section(rank, top + head(titles), Rows(found, lambda one: row(cells(one))), "\n", len(titles))


def _title(scan: Scan) -> str:
    policy = say(
        "Policy {id}: {title}, scanned on {day}", id=code(scan.policy), title=text(scan.policy_title), day=scan.day
    )
    going = "" if scan.ended else f"\n**{say('This scan has not ended: this is what it has found so far.')}**\n"
    return f"### {say('Openness of {what}', what=text(scan.places))}\n\n{policy}\n{going}\n"


def _totals(found: Summary) -> str:
    if not found.totals:
        return say("No repository was found.") + "\n"
    before = found.trend[-2].counts if found.before and len(found.trend) > 1 else None
    titles = [say("result"), say("repositories")] + (
        [say("since {day}", day=found.before)] if before is not None else []
    )
    lines = [head(titles)]
    for outcome in OUTCOMES:
        n, was = found.totals.get(outcome, 0), before.get(outcome, 0) if before is not None else 0
        if n or was:
            change = [f"{n - was:+,}" if n != was else ""] if before is not None else []
            lines.append(row([f"{SIGN.get(outcome, '➖')} {word(outcome)}", f"{n:,}", *change]))
    return "".join(lines) + "\n"


def _missing(found: Summary) -> Section:
    titles = (say("rule"), say("unmet"), say("questions"), say("waived"), say("of releases"), say("how to fix it"))
    return _table(
        _MISSING, say("What is most often missing"), titles, found.rules,
        lambda one: (
            code(one.rule), f"{one.unmet:,}", f"{one.ask:,}", f"{one.waived + one.confirmed:,}", f"{one.releases:,}",
            text(one.advice),
        ),
    )  # fmt: skip


def _changes(found: Summary) -> Section:
    titles = (say("repository"), say("before"), say("now"))
    return _table(
        _CHANGES, say("Changed since {day}", day=found.before), titles, found.changes,
        lambda one: (code(one.repository), word(one.before), f"{SIGN.get(one.after, '➖')} {word(one.after)}"),
    )  # fmt: skip


def _failing(one: tuple[str, int, str]) -> tuple[str, ...]:
    name, errors, rules = one
    return code(name), f"{errors:,}", text(rules.replace(",", ", "))


def _excuses(rank: int, title: str, found: Sequence[Excuse], today: date) -> Section:
    titles = (say("until"), say("repository"), say("rule"), say("who answers for it, and why"))
    return _table(
        rank, title, titles, found,
        lambda one: (
            f"{one.until} ({say('ended')})" if one.until < today.isoformat() else one.until,
            code(one.repository), code(one.rule), say("{why}, says {who}", why=text(one.why), who=text(one.by)),
        ),
    )  # fmt: skip


def _trend(found: Summary) -> Section:
    shown = [outcome for outcome in OUTCOMES if any(point.counts.get(outcome) for point in found.trend)]
    points = list(reversed(found.trend[-MOST_SCANS:])) if len(found.trend) > 1 else []
    titles = (say("day"), *map(word, shown))
    return _table(
        _TREND, say("Trend"), titles, points,
        lambda point: (point.day, *(f"{point.counts.get(outcome, 0):,}" for outcome in shown)),
    )  # fmt: skip


def _components(found: Summary) -> Section:
    grades = [str(grade) for grade in reversed(Completeness)]
    return _table(
        _COMPONENTS, say("Components, over all releases"), (say("component"), *grades), list(found.grades.items()),
        lambda one: (code(one[0]), *(f"{one[1][grade]:,}" for grade in grades)),
    )  # fmt: skip


FORMAT = Format("markdown", "for GitHub: the summary of a job, or an issue", write)
