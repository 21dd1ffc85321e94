"""Holds assessments against a policy: three-valued, so that what is not known neither passes nor fails. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import partial

from openness_gate.messages import say, translate
from openness_gate.model import (
    NOTHING,
    Access,
    Assessment,
    Axis,
    Claim,
    Completeness,
    Concern,
    Effect,
    Evidence,
    Kind,
    License,
    LicenseClass,
    Place,
    Release,
)
from openness_gate.report import Finding, Judgement, Openness, Progress, Result, Status
from openness_gate.rules import All, Condition, LicenseSet, Need, Policy, Rule, Severity


class Truth(Enum):
    """Whether something holds."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    SILENT = "silent"  #: it does not arise


Found = Mapping[str, Assessment]
Raised = Mapping[str, tuple[Concern, tuple[Evidence, ...]]]  #: by name: the concern, and what was found of it


def _is_of_kind(kind: Kind, release: Release, _: Found) -> bool:
    return release.kind is kind


CONDITIONS: dict[str, Callable[[Release, Found], bool]] = {
    **{kind.value: partial(_is_of_kind, kind) for kind in Kind},
    "weights-released": lambda _, found: found["model-parameters-final"].completeness >= Completeness.LINKED,
    "data-released": lambda _, found: found["datasets"].completeness >= Completeness.LINKED,
    "has-parameters": lambda release, _: release.kind in (Kind.MODEL, Kind.ADAPTER),
    "data-is-labelled": lambda _, found: found["data-information"].topics["labelling"].completeness > 0,
}
"""What a policy may ask in `when`: a closed list."""


def evaluate(
    release: Release, found: Found, policy: Policy, claims: tuple[Claim, ...], fail_on: str, raised: Raised = NOTHING
) -> Judgement:
    """Every rule of *policy* on one release, and what follows. *fail_on*: error | warning | ask | never. *raised*: the
    concerns that the policy has rules about."""
    findings = tuple(
        _of_concern(rule, release, policy, *raised[rule.concern])
        if rule.concern
        else _finding(rule, release, found, policy)
        for rule in policy.rules
    )
    result = result_of(release, findings, policy, fail_on)
    return Judgement(release, found, claims, findings, _label(release, findings), result, _progress(policy, findings))


# --- one rule -------------------------------------------------------------------------------------------------------


def _finding(rule: Rule, release: Release, found: Found, policy: Policy) -> Finding:
    need = _with_stand_in(rule, found)
    severity = _severity(rule, policy)
    if not all(CONDITIONS[name](release, found) for name in rule.when):
        status, openness = Status.NOT_APPLICABLE, Openness.NOT_APPLICABLE
    elif rule.summary:
        openness = _summary(rule, release, found)
        status = _status(_TRUTH_OF[openness], policy.when_unknown)
    else:
        assert need
        truth = holds(need, release, found, finer=True)
        status = _status(truth, policy.when_unknown)
        openness = _openness(truth, found[need.component])
    looked = tuple(_looked(rule, need, found))
    return Finding(
        rule, severity, status, openness, _needs(rule, need), _got(rule, need, release, found, openness),
        _advice(rule, need, found), _place(looked, release), looked,
    )  # fmt: skip


def _of_concern(rule: Rule, release: Release, policy: Policy, concern: Concern, found: tuple[Evidence, ...]) -> Finding:
    """Met where nothing was found of a concern; what was found but not proven is a question."""
    proven = [e for e in found if e.effect is Effect.LIMITS]
    truth = Truth.NO if proven else Truth.UNKNOWN if found else Truth.YES
    status, openness = _status(truth, policy.when_unknown), {
        Truth.NO: Openness.CLOSED, Truth.UNKNOWN: Openness.UNKNOWN, Truth.YES: Openness.OPEN
    }[truth]  # fmt: skip
    if not all(CONDITIONS[name](release, NOTHING) for name in rule.when):
        status, openness = Status.NOT_APPLICABLE, Openness.NOT_APPLICABLE
    got = say("{n} found", n=len(proven or found)) if found else say("none found")
    looked = tuple(dict.fromkeys((*proven, *found)))
    advice = rule.advice or translate(concern.advice)
    return Finding(
        rule, _severity(rule, policy), status, openness, translate(concern.absent), got, advice,
        _place(looked, release), looked,
    )  # fmt: skip


def _with_stand_in(rule: Rule, found: Found) -> Need | None:
    """The rule's need, or the same of the component that may stand in, where that one alone is enough."""
    need = rule.need
    if not need or not rule.instead or need.at_least is None:
        return need
    enough = found[need.component].completeness >= need.at_least
    stands_in = found[rule.instead].completeness >= need.at_least
    return need._replace(component=rule.instead) if stands_in and not enough else need


_TRUTH_OF = {
    Openness.OPEN: Truth.YES,
    Openness.PARTIAL: Truth.NO,
    Openness.CLOSED: Truth.NO,
    Openness.UNKNOWN: Truth.UNKNOWN,
}


def _status(truth: Truth, when_unknown: str) -> Status:
    if truth is Truth.UNKNOWN:
        return {"ask": Status.ASK, "fail": Status.UNMET, "pass": Status.MET}[when_unknown]
    if truth is Truth.SILENT:
        return Status.NOT_APPLICABLE
    return Status.MET if truth is Truth.YES else Status.UNMET


def _summary(rule: Rule, release: Release, found: Found) -> Openness:
    """Open, partial or closed; what is not known is never taken for open."""
    assert rule.summary
    is_open = holds(rule.summary.open, release, found)
    if is_open is Truth.YES:
        return Openness.OPEN
    is_partial = holds(rule.summary.partial, release, found)
    if is_partial is Truth.YES:
        return Openness.PARTIAL
    return Openness.UNKNOWN if Truth.UNKNOWN in (is_open, is_partial) else Openness.CLOSED


def _openness(truth: Truth, assessment: Assessment) -> Openness:
    if truth in (Truth.YES, Truth.UNKNOWN):
        return Openness.OPEN if truth is Truth.YES else Openness.UNKNOWN
    return Openness.PARTIAL if assessment.completeness > Completeness.PROMISED else Openness.CLOSED


# --- conditions -----------------------------------------------------------------------------------------------------


def holds(condition: Condition, release: Release, found: Found, finer: bool = False) -> Truth:
    """Whether *condition* holds. *finer*: what was only linked and not looked up leaves access and license unknown."""
    if isinstance(condition, Need):
        if not all(CONDITIONS[name](release, found) for name in condition.when):
            return Truth.SILENT
        assessment = found[condition.component]
        if condition.if_released and assessment.completeness < Completeness.LINKED:
            return Truth.SILENT
        return _all(_parts(condition, assessment, finer))
    parts = [holds(part, release, found, finer) for part in condition.of]
    return _all(parts) if isinstance(condition, All) else _any(parts)


def _all(parts: Iterable[Truth]) -> Truth:
    said = [part for part in parts if part is not Truth.SILENT]
    for truth in (Truth.NO, Truth.UNKNOWN):
        if truth in said:
            return truth
    return Truth.YES if said else Truth.SILENT


def _any(parts: Iterable[Truth]) -> Truth:
    said = [part for part in parts if part is not Truth.SILENT]
    for truth in (Truth.YES, Truth.UNKNOWN):
        if truth in said:
            return truth
    return Truth.NO if said else Truth.SILENT


def _parts(need: Need, got: Assessment, finer: bool) -> Iterator[Truth]:
    blind = got.is_unknown(Axis.COMPLETENESS)
    if need.but_not is not None and got.completeness is need.but_not:
        yield Truth.NO
    if need.at_least is not None:
        yield _at_least(got.completeness, need.at_least, blind)
    for topic, least in need.topics.items():
        grade = got.topics[topic]
        yield _at_least(grade.completeness, least, grade.unknown)
    unseen = blind and got.completeness <= Completeness.PROMISED  # it may stand in what could not be read
    if need.access is not None:
        yield Truth.UNKNOWN if unseen else _accessible(got, need.access, finer)
    if need.licenses is not None:
        yield Truth.UNKNOWN if unseen else _licensed(got, need.licenses, finer)
    if need.some_license is not None:
        yield Truth.YES if any(accepts(need.some_license, one) for one in got.licenses) else Truth.NO


def _at_least(reached: Completeness, least: Completeness, blind: bool) -> Truth:
    if reached >= least:
        return Truth.YES
    return Truth.UNKNOWN if blind or reached is Completeness.LINKED else Truth.NO


def _accessible(got: Assessment, most: Access, finer: bool) -> Truth:
    if got.access is Access.UNKNOWN:
        return Truth.UNKNOWN if got.completeness >= Completeness.LINKED else Truth.NO
    if got.access > most:
        return Truth.NO
    return Truth.UNKNOWN if finer and got.is_unknown(Axis.ACCESS) else Truth.YES


def _licensed(got: Assessment, accepted: LicenseSet, finer: bool) -> Truth:
    """Under a license that the policy accepts; nothing is accepted unless every word of it is known, or somebody
    answers for the text."""
    if got.license.accepted:
        return Truth.YES
    if got.license.cls is LicenseClass.UNKNOWN:
        return Truth.UNKNOWN
    if got.license.cls is LicenseClass.UNSTATED:
        return Truth.UNKNOWN if finer and got.is_unknown(Axis.LICENSE) else Truth.NO
    if all(accepts(accepted, license_) for license_ in got.licenses):
        return Truth.YES
    refused = any(
        not accepts(accepted, license_) and license_.cls not in (LicenseClass.UNKNOWN, LicenseClass.UNSTATED)
        for license_ in got.licenses
    )
    return Truth.NO if refused or not got.is_unknown(Axis.LICENSE) else Truth.UNKNOWN


def accepts(accepted: LicenseSet, license_: License) -> bool:
    if license_.accepted:
        return True
    words = {license_.cls.value, license_.expression, *(f"{by}-approved" for by in license_.approved_by)}
    return bool(words & accepted.includes) and not words & accepted.excludes


# --- what is said of it ---------------------------------------------------------------------------------------------


def _needs(rule: Rule, need: Need | None) -> str:
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


def _got(rule: Rule, need: Need | None, release: Release, found: Found, openness: Openness) -> str:
    if rule.summary:
        if openness is not Openness.CLOSED:
            return str(openness.value)
        where = dict.fromkeys(translate(found[one.component].component.where) for one in needs_of(rule.summary.open))
        return say("closed, looked in {where}", where="; ".join(where))
    assert need
    got = found[need.component]
    parts = [str(got.completeness)] if not need.topics else []
    parts += [say("{topic} {grade}", topic=topic, grade=got.topics[topic].completeness) for topic in need.topics]
    if got.completeness is Completeness.ABSENT:
        parts.append(say("looked in {where}", where=release.repo.declaration or translate(got.component.where)))
        return ", ".join(parts)
    if need.access is not None:
        unchecked = say(" (not looked up)") if got.is_unknown(Axis.ACCESS) else ""
        parts.append(say("access {grade}", grade=got.access) + unchecked)
    if need.licenses is not None:
        name = got.license.expression
        parts.append(say("{name} ({cls})", name=name, cls=got.license.cls) if name else say("no license stated"))
    return ", ".join(parts)


def _looked(rule: Rule, need: Need | None, found: Found) -> Iterator[Evidence]:
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


def needs_of(condition: Condition) -> Iterator[Need]:
    """What a condition asks of each component it speaks of."""
    if isinstance(condition, Need):
        yield condition
    else:
        for part in condition.of:
            yield from needs_of(part)


def _advice(rule: Rule, need: Need | None, found: Found) -> str:
    """The policy's own sentence, or one for the axis that falls short."""
    if rule.advice or not need:
        return rule.advice
    got = found[need.component]
    if need.at_least is not None and got.completeness < need.at_least:
        return translate(got.component.advice)
    if need.access is not None and got.access > need.access:
        return say("Let anyone have {what} without a form or an account.", what=need.component)
    if need.licenses is not None and _licensed(got, need.licenses, finer=False) is not Truth.YES:
        name = need.licenses.name
        return say("Put {what} under a license of {name}, and say so in the card.", what=need.component, name=name)
    return translate(got.component.advice)


def _place(looked: tuple[Evidence, ...], release: Release) -> Place | None:
    """Where a reader should look first: what limits, what raises, or the release's own README."""
    for evidence in looked:
        if evidence.at:
            return evidence.at
    home = f"{release.path}/" if release.path != "." else ""
    names = [p for p in release.repo.paths if p.startswith(home) and p[len(home) :].lower().startswith("readme")]
    return Place(names[0], 1) if names else None


# --- the whole ------------------------------------------------------------------------------------------------------


def _severity(rule: Rule, policy: Policy) -> Severity:
    """A rule that only rungs above the required one have does not fail a build."""
    names = [level.name for level in policy.levels]
    of = [level.name for level in policy.levels if rule.id in level.rules]
    if of and policy.minimum and names.index(of[0]) > names.index(policy.minimum):
        return Severity.INFO
    return rule.severity


def result_of(release: Release, findings: tuple[Finding, ...], policy: Policy, fail_on: str) -> Result:
    unread = bool(release.repo.log.unread)
    if release.kind not in policy.applies_to and not release.repo.declaration:
        return Result.INCOMPLETE if unread else Result.NOT_APPLICABLE
    least = Severity.WARNING if fail_on in ("warning", "ask") else Severity.ERROR
    asked = any(f.status is Status.ASK for f in findings)
    if any(f.status is Status.UNMET and f.severity >= least for f in findings) or (asked and fail_on == "ask"):
        return Result.FAIL
    if unread:
        return Result.INCOMPLETE
    return Result.ASK if asked else Result.PASS


def _label(release: Release, findings: tuple[Finding, ...]) -> str:
    """A scan can prove a failure; it cannot prove compliance."""
    if release.repo.declaration:
        return "declared, not verified"
    failed = any(f.status is Status.UNMET and f.severity is Severity.ERROR for f in findings)
    return "does not meet" if failed else "no contradiction found"


def _progress(policy: Policy, findings: tuple[Finding, ...]) -> Progress | None:
    """How far up the ladder: a rung earns nothing until those below it are complete (MOF 1.0)."""
    if not policy.levels:
        return None
    status = {finding.rule.id: finding.status for finding in findings}
    reached, complete = "none", True
    progress: dict[str, float] = {}
    rules: list[str] = []
    for level in policy.levels:
        rules += level.rules
        done = sum(status[rule] in (Status.MET, Status.CONFIRMED) for rule in rules)
        progress[level.name] = 100 * done / len(rules) if complete and rules else 0.0
        complete = complete and done == len(rules)
        reached = level.name if complete else reached
    return Progress(reached, progress)
