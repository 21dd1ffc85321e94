"""What is said of a rule that asks about components: what it needs, what was found, where, and how to mend it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.holding import Case, Found, Truth, licensed, needs_of
from openness_gate.messages import say, translate
from openness_gate.model import Axis, Completeness, Effect, Evidence, Place, Release
from openness_gate.report import Openness
from openness_gate.rules import Need, Rule


def needs(rule: Rule, need: Need | None) -> str:
    if rule.summary:
        return say("open, over all that belongs to it")
    assert need
    parts = []
    if need.at_least is not None:
        parts.append(say("at least {grade}", grade=need.at_least))
    if need.but_not is not None:
        parts.append(say("but not {grade}", grade=need.but_not))
    for topic, least in need.topics.items():
        parts.append(say("{topic} {grade}", topic=topic, grade=least))
    if need.access is not None:
        parts.append(say("access {grade}", grade=need.access))
    if need.licenses is not None:
        parts.append(say("a license of {name}", name=need.licenses.name))
    return ", ".join(parts)


def got(rule: Rule, need: Need | None, case: Case, openness: Openness) -> str:
    if rule.summary:
        if openness is not Openness.CLOSED:
            return str(openness.value)
        where = dict.fromkeys(
            translate(case.found[one.component].component.where) for one in needs_of(rule.summary.open)
        )
        return say("closed, looked in {where}", where="; ".join(where))
    assert need
    seen = case.found[need.component]
    parts = [str(seen.completeness)] if not need.topics else []
    parts += [say("{topic} {grade}", topic=topic, grade=seen.topics[topic].completeness) for topic in need.topics]
    if seen.completeness is Completeness.ABSENT:
        parts.append(say("looked in {where}", where=case.release.repo.declaration or translate(seen.component.where)))
        return ", ".join(parts)
    if need.access is not None:
        unchecked = say(" (not looked up)") if seen.is_unknown(Axis.ACCESS) else ""
        parts.append(say("access {grade}", grade=seen.access) + unchecked)
    if need.licenses is not None:
        name = seen.license.expression
        parts.append(say("{name} ({cls})", name=name, cls=seen.license.cls) if name else say("no license stated"))
    return ", ".join(parts)


def looked(rule: Rule, need: Need | None, found: Found) -> Iterator[Evidence]:
    """The evidence that a finding rests on, what limits first."""
    needs = [need] if need else list(needs_of(rule.summary.open)) if rule.summary else []
    evidence = [e for one in needs for e in found[one.component].evidence if _bears_on(e, one)]
    order = {Effect.LIMITS: 0, Effect.UNKNOWN: 1, Effect.RAISES: 2}
    yield from dict.fromkeys(sorted(evidence, key=lambda e: order[e.effect]))


def _bears_on(evidence: Evidence, need: Need) -> bool:
    if evidence.topic:
        return evidence.topic in need.topics
    if need.topics and evidence.effect is not Effect.UNKNOWN:
        return False
    asked = {
        Axis.COMPLETENESS: need.at_least is not None or bool(need.topics),
        Axis.ACCESS: need.access is not None,
        Axis.LICENSE: need.licenses is not None,
    }
    return asked[evidence.axis]


def advice(rule: Rule, need: Need | None, found: Found) -> str:
    """The policy's own sentence, or one for the axis that falls short."""
    if rule.advice or not need:
        return rule.advice
    seen = found[need.component]
    if need.at_least is not None and seen.completeness < need.at_least:
        return translate(seen.component.advice)
    if need.access is not None and seen.access > need.access:
        return say("Let anyone have {what} without a form or an account.", what=need.component)
    if need.licenses is not None and licensed(seen, need.licenses, finer=False) is not Truth.YES:
        name = need.licenses.name
        return say("Put {what} under a license of {name}, and say so in the card.", what=need.component, name=name)
    return translate(seen.component.advice)


def place(evidence: tuple[Evidence, ...], release: Release) -> Place | None:
    """Where a reader should look first: what limits, what raises, or the release's own README."""
    for one in evidence:
        if one.at:
            return one.at
    home = f"{release.path}/" if release.path != "." else ""
    names = [p for p in release.repo.paths if p.startswith(home) and p[len(home) :].lower().startswith("readme")]
    return Place(names[0], 1) if names else None
