"""Applies what people answer for to what was found: waivers to what is not met, confirmations to questions. Pure.

A waiver never passes a rule: it is shown, and it does not count. A confirmation answers a question and nothing else:
what is proven stays unmet. What has expired, is incomplete or is not allowed leaves the finding as it is, with a note
that says so; what excuses nothing is told too, so that it can be removed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from openness_gate.evaluate import concluded
from openness_gate.evidence_digest import evidence_digest
from openness_gate.exceptions import Confirmation, Entry, Exceptions, Waiver
from openness_gate.located import nearest
from openness_gate.messages import say, tame
from openness_gate.model import Notice, Place
from openness_gate.report import Finding, Judgement, Status
from openness_gate.rules import Policy
from openness_gate.tuples import NamedTuple

WARN_DAYS = 14  #: before the last day

Key = tuple[int, str]
"""Which judgement, and the id of the rule."""


class _Answer(NamedTuple):
    """An entry that speaks of a finding, and why it does not count; "" where it does."""

    entry: Entry
    why_not: str


def excused(
    judgement: Judgement, exceptions: Exceptions, policy: Policy, today: date, fail_on: str = "error"
) -> Judgement:
    """The one release of a report, as `excused_all` leaves it."""
    [one], _ = excused_all([judgement], exceptions, policy, today, fail_on)
    return one


def excused_all(
    judgements: Sequence[Judgement], exceptions: Exceptions, policy: Policy, today: date, fail_on: str = "error"
) -> tuple[tuple[Judgement, ...], tuple[Notice, ...]]:
    """All the releases of a report with *exceptions* as they stand on the day *today*, and what is to be said of these.

    Questions get the digest of their evidence, whether somebody answers them or not.
    """
    table = {(n, f.rule.id): _with_digest(f, one) for n, one in enumerate(judgements) for f in one.findings}
    answers: dict[Key, list[_Answer]] = {}
    notices: list[Notice] = []
    for entry in exceptions.entries:
        releases, doubt = _releases(entry, judgements)
        keys = [(n, entry.rule) for n in releases if _speaks_of(entry, table.get((n, entry.rule)))]
        for key in keys:
            answers.setdefault(key, []).append(_Answer(entry, _why_not(entry, doubt, table[key], policy, today)))
        if not keys:
            notices.append(_unused(entry, releases, judgements, table, policy))
    for key, given in answers.items():
        table[key], said = _answered(table[key], given, today)
        notices += said
    done = tuple(
        concluded(one._replace(findings=tuple(table[n, f.rule.id] for f in one.findings)), policy, fail_on)
        for n, one in enumerate(judgements)
    )
    return done, tuple(sorted(dict.fromkeys(notices), key=lambda notice: notice.at.line if notice.at else 0))


def _with_digest(finding: Finding, judgement: Judgement) -> Finding:
    asked = finding.status is Status.ASK
    return finding._replace(digest=evidence_digest(finding, judgement)) if asked else finding


def _answered(finding: Finding, given: Sequence[_Answer], today: date) -> tuple[Finding, Iterator[Notice]]:
    """*finding* with the answer that holds longest, or with why none counts; and what is to be said of the answers."""
    good = [answer.entry for answer in given if not answer.why_not]
    bad = tuple(Notice(answer.why_not, _place(answer.entry)) for answer in given if answer.why_not)
    if not good:
        return finding._replace(notes=bad), iter(())
    best = max(good, key=lambda entry: entry.expires)
    if isinstance(best, Waiver):
        finding = finding._replace(status=Status.WAIVED, waiver=best)
    else:
        finding = finding._replace(status=Status.CONFIRMED, confirmation=best)
    return finding, _said(best, good, bad, today)


def _said(best: Entry, good: Sequence[Entry], bad: Sequence[Notice], today: date) -> Iterator[Notice]:
    yield from bad
    for other in good:
        if other is not best:
            yield Notice(say("{what} is not used: {other} counts instead", what=_name(other), other=best.at), other.at)
    left = (best.expires - today).days
    if left == 0:
        yield Notice(say("{what} ends today", what=_name(best)), best.at)
    elif left == 1:
        yield Notice(say("{what} ends tomorrow", what=_name(best)), best.at)
    elif left <= WARN_DAYS:
        yield Notice(say("{what} ends in {n} days", what=_name(best), n=left), best.at)


# --- what one entry is about ----------------------------------------------------------------------------------------


def _name(entry: Entry) -> str:
    if isinstance(entry, Waiver):
        return say("the waiver for {rule}", rule=entry.rule) if entry.rule else say("a waiver")
    return say("the confirmation of {rule}", rule=entry.rule) if entry.rule else say("a confirmation")


def _place(entry: Entry) -> Place:
    """Its line, or the one in it that is wrong."""
    return (entry.trouble.at if entry.trouble else None) or entry.at


def _releases(entry: Entry, judgements: Sequence[Judgement]) -> tuple[list[int], str]:
    """Which releases it may mean, a path before a name; and why that is not clear."""
    every = list(range(len(judgements)))
    if not entry.release:
        doubt = say("it does not say which of the {n} releases it is for", n=len(every)) if len(every) > 1 else ""
        return every, doubt
    path = entry.release.removeprefix("./").rstrip("/") or "."
    named = [n for n in every if tame(judgements[n].release.path) == path]
    named = named or [n for n in every if tame(judgements[n].release.name).strip() == entry.release]
    doubt = say("{n} releases have the name {name}; give the path", n=len(named), name=entry.release)
    return named, doubt if len(named) > 1 else ""


def _speaks_of(entry: Entry, finding: Finding | None) -> bool:
    wanted = Status.UNMET if isinstance(entry, Waiver) else Status.ASK
    return finding is not None and finding.status is wanted


def _why_not(entry: Entry, doubt: str, finding: Finding, policy: Policy, today: date) -> str:
    """Why *entry* does not count for *finding*; "" where it does."""
    forbidden = isinstance(entry, Waiver) and (
        policy.waivers.max_days == 0 or not policy.waivers.forbidden.isdisjoint((entry.rule, "*"))
    )
    if forbidden:
        return say("{rule} cannot be waived, by policy {id}", rule=entry.rule, id=policy.id)
    if entry.trouble or doubt:
        why = entry.trouble.says if entry.trouble else doubt
        return say("{what} counts as expired: {why}", what=_name(entry), why=why)
    if entry.expires < today:
        return say("{what} has expired: its last day was {day}", what=_name(entry), day=entry.expires)
    if isinstance(entry, Confirmation):
        return _why_not_confirmed(entry, finding, today)
    most, left = policy.waivers.max_days, (entry.expires - today).days
    if most is not None and left > most:
        return say(
            "{what} counts as expired: policy {id} allows {most} days, and it ends in {left}",
            what=_name(entry), id=policy.id, most=most, left=left,
        )  # fmt: skip
    return ""


def _why_not_confirmed(entry: Confirmation, finding: Finding, today: date) -> str:
    if entry.since > today:
        return say("{what} counts as expired: its date, {day}, is in the future", what=_name(entry), day=entry.since)
    if entry.evidence != finding.digest:
        return say("{what} has lapsed: the evidence has changed to {digest}", what=_name(entry), digest=finding.digest)
    return ""


def _unused(
    entry: Entry,
    releases: Collection[int],
    judgements: Sequence[Judgement],
    table: Mapping[Key, Finding],
    policy: Policy,
) -> Notice:
    """Why *entry* speaks of nothing that was found."""
    rules = dict.fromkeys(rule for _, rule in table)
    found = [table[n, entry.rule].status for n in releases if (n, entry.rule) in table]
    if entry.trouble and (not entry.rule or entry.rule in rules):
        return Notice(say("{what} counts as expired: {why}", what=_name(entry), why=entry.trouble.says), _place(entry))
    if entry.rule not in rules:
        why = say("policy {id} has no such rule; {hint}", id=policy.id, hint=nearest(entry.rule, rules))
    elif not found:
        known = [tame(one.release.path) for one in judgements]
        why = say("there is no release {name}; {hint}", name=entry.release, hint=nearest(entry.release, known))
    elif isinstance(entry, Confirmation) and Status.UNMET in found:
        why = say("the rule is unmet, and a confirmation only answers a question")
    elif isinstance(entry, Waiver) and Status.ASK in found:
        why = say("the rule is a question, which a confirmation answers")
    else:
        why = say("the rule is {status}", status=found[0].value)
    return Notice(say("{what} is not used: {why}", what=_name(entry), why=why), entry.at)
