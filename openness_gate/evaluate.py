"""Holds what is known of a release against a policy: a finding for every rule, and the verdict that follows. Pure."""

from __future__ import annotations

from openness_gate import wording
from openness_gate.holding import Case, Truth, arises, every, holds
from openness_gate.messages import say, translate
from openness_gate.model import Assessment, Axis, Completeness, Effect, Evidence, Release, unknown
from openness_gate.report import Finding, Judgement, Openness, Progress, Result, Score, Status
from openness_gate.rules import Need, Policy, Rule, Severity
from openness_gate.tuples import NamedTuple


def evaluate(case: Case, policy: Policy, fail_on: str) -> Judgement:
    """Every rule of *policy* on one release, and what follows. *fail_on*: error | warning | ask | never."""
    findings = tuple(_finding(rule, case, policy) for rule in policy.rules)
    score = _score(policy, findings)
    if score and policy.score and policy.score.minimum is not None:
        findings += (_of_score(policy, score),)
    return concluded(Judgement(case.release, case.found, case.claims, findings, score=score), policy, fail_on)


def concluded(judgement: Judgement, policy: Policy, fail_on: str) -> Judgement:
    """*judgement* with the verdict, the label and the level that its findings amount to."""
    release, findings, levels = judgement.release, judgement.findings, judgement.levels
    result = _result(release, findings, policy, fail_on)
    return judgement._replace(
        label=_label(release, findings, result),
        result=result,
        levels=levels if levels and levels.by_engine else _progress(policy, findings),
    )


# --- one rule -------------------------------------------------------------------------------------------------------


class _Outcome(NamedTuple):
    """What became of what a rule asks."""

    truth: Truth
    openness: Openness
    needs: str
    got: str
    advice: str
    looked: tuple[Evidence, ...]


_OPENNESS_OF = {
    Truth.YES: Openness.OPEN,
    Truth.NO: Openness.CLOSED,
    Truth.UNKNOWN: Openness.UNKNOWN,
    Truth.SILENT: Openness.NOT_APPLICABLE,
}
_TRUTH_OF = {
    Openness.OPEN: Truth.YES,
    Openness.PARTIAL: Truth.NO,
    Openness.CLOSED: Truth.NO,
    Openness.UNKNOWN: Truth.UNKNOWN,
    Openness.NOT_APPLICABLE: Truth.SILENT,
}
_LEAST = (Openness.CLOSED, Openness.PARTIAL, Openness.UNKNOWN, Openness.OPEN, Openness.NOT_APPLICABLE)
OR_ITSELF = "base-model-or-itself"


def _finding(rule: Rule, case: Case, policy: Policy) -> Finding:
    look = _of_concern if rule.concern else _of_files if rule.files else _of_bases if rule.for_each else _of_components
    outcome = look(rule, case)
    status, openness = _status(outcome.truth, policy.when_unknown), outcome.openness
    if (rule.kinds and case.release.kind not in rule.kinds) or not arises(rule.when, case):
        status, openness = Status.NOT_APPLICABLE, Openness.NOT_APPLICABLE
    return Finding(
        rule, severity_of(rule, policy), status, openness, outcome.needs, outcome.got, outcome.advice,
        wording.place(outcome.looked, case.release), outcome.looked,
    )  # fmt: skip


def _status(truth: Truth, when_unknown: str) -> Status:
    if truth is Truth.UNKNOWN:
        return {"ask": Status.ASK, "fail": Status.UNMET, "pass": Status.MET}[when_unknown]
    if truth is Truth.SILENT:
        return Status.NOT_APPLICABLE
    return Status.MET if truth is Truth.YES else Status.UNMET


def _of_components(rule: Rule, case: Case) -> _Outcome:
    """One component that must reach a need, or a summary over several."""
    need = _with_stand_in(rule, case)
    if rule.summary:
        openness = _summary(rule, case)
        truth = _TRUTH_OF[openness]
    else:
        assert need
        truth = holds(need, case, finer=True)
        openness = _openness(truth, case.found[need.component])
    return _Outcome(
        truth, openness, wording.needs(rule, need), wording.got(rule, need, case, openness),
        wording.advice(rule, need, case.found), tuple(wording.looked(rule, need, case.found)),
    )  # fmt: skip


def _with_stand_in(rule: Rule, case: Case) -> Need | None:
    """The rule's need, or the same of the component that may stand in, where that one alone is enough."""
    need = rule.need
    if not need or not rule.instead or need.at_least is None:
        return need
    enough = case.found[need.component].completeness >= need.at_least
    stands_in = case.found[rule.instead].completeness >= need.at_least
    return need._replace(component=rule.instead) if stands_in and not enough else need


def _summary(rule: Rule, case: Case) -> Openness:
    """Open, partial or closed; what is not known is never taken for open."""
    assert rule.summary
    is_open = holds(rule.summary.open, case)
    if is_open is Truth.YES:
        return Openness.OPEN
    is_partial = holds(rule.summary.partial, case)
    if is_partial is Truth.YES:
        return Openness.PARTIAL
    return Openness.UNKNOWN if Truth.UNKNOWN in (is_open, is_partial) else Openness.CLOSED


def _openness(truth: Truth, assessment: Assessment) -> Openness:
    some = truth is Truth.NO and assessment.completeness > Completeness.PROMISED
    return Openness.PARTIAL if some else _OPENNESS_OF[truth]


def _of_concern(rule: Rule, case: Case) -> _Outcome:
    """Met where nothing was found of a concern; what was found but not proven is a question."""
    concern, found = case.raised[rule.concern]
    proven = [e for e in found if e.effect is Effect.LIMITS]
    truth = Truth.NO if proven else Truth.UNKNOWN if found else Truth.YES
    got = say("{n} found", n=len(proven or found)) if found else say("none found")
    advice = rule.advice or translate(concern.advice)
    looked = tuple(dict.fromkeys((*proven, *found)))
    return _Outcome(truth, _OPENNESS_OF[truth], translate(concern.absent), got, advice, looked)


def _of_files(rule: Rule, case: Case) -> _Outcome:
    """A file that an organization asks for, by its name and by what it says."""
    assert rule.files
    found = case.files[rule.id]
    raising = any(e.effect is Effect.RAISES for e in found)
    truth = Truth.YES if raising else Truth.UNKNOWN if any(e.effect is Effect.UNKNOWN for e in found) else Truth.NO
    names, phrases = ", ".join(rule.files.globs), ", ".join(map(repr, rule.files.contains))
    needs = say("a file {names} that says {phrases}", names=names, phrases=phrases) if phrases else (
        say("a file {names}", names=names)
    )  # fmt: skip
    got = "; ".join(e.says for e in found[:3]) or say("no such file")
    advice = rule.advice or say("Add {needs}.", needs=needs)
    return _Outcome(truth, _OPENNESS_OF[truth], needs, got, advice, found)


def _of_bases(rule: Rule, case: Case) -> _Outcome:
    """The same asked of each model that this one was made from; what nobody looked at is a question."""
    if rule.for_each == OR_ITSELF and not case.bases:
        return _of_components(rule, case)
    steps = [_step(rule, case._replace(found=base.found)) if base.found else Openness.UNKNOWN for base in case.bases]
    truth = every(_TRUTH_OF[step] for step in steps)
    fall = [base for base, step in zip(case.bases, steps, strict=True) if _TRUTH_OF[step] is truth]
    short = fall if truth is not Truth.YES else []
    got = "; ".join(
        say("{name}: falls short", name=base.name) if base.found else say("{name}: nobody looked there", name=base.name)
        for base in short
    )
    looked = tuple(unknown(Axis.COMPLETENESS, say("made from {name}", name=base.name), base.at) for base in case.bases)
    needs = say("each base model: {needs}", needs=wording.needs(rule, rule.need))
    advice = rule.advice or say("Begin from a base model that has this, or publish it for the base model too.")
    openness = min(steps, key=_LEAST.index, default=Openness.NOT_APPLICABLE)
    return _Outcome(truth, openness, needs, got or say("none falls short"), advice, looked)


def _step(rule: Rule, case: Case) -> Openness:
    """How open what a rule asks is in one place."""
    if rule.summary:
        return _summary(rule, case)
    assert rule.need
    return _OPENNESS_OF[holds(rule.need, case, finer=True)]


# --- the whole ------------------------------------------------------------------------------------------------------


def severity_of(rule: Rule, policy: Policy) -> Severity:
    """A rule that only rungs above the required one have does not fail a build."""
    names = [level.name for level in policy.levels]
    of = [level.name for level in policy.levels if rule.id in level.rules]
    if of and policy.minimum and names.index(of[0]) > names.index(policy.minimum):
        return Severity.INFO
    return rule.severity


def _result(release: Release, findings: tuple[Finding, ...], policy: Policy, fail_on: str) -> Result:
    unread = bool(release.repo.log.unread)
    if release.kind not in policy.applies_to and not release.repo.declaration:
        return Result.INCOMPLETE if unread else Result.NOT_APPLICABLE
    least = Severity.WARNING if fail_on in ("warning", "ask") else Severity.ERROR
    asked = any(f.status is Status.ASK and f.counts for f in findings)
    if any(f.status is Status.UNMET and f.severity >= least and f.counts for f in findings) or (
        asked and fail_on == "ask"
    ):
        return Result.FAIL
    if unread:
        return Result.INCOMPLETE
    return Result.ASK if asked else Result.PASS


def _label(release: Release, findings: tuple[Finding, ...], result: Result) -> str:
    """A scan can prove a failure; it cannot prove compliance. A person can confirm what it leaves open."""
    if release.repo.declaration:
        return "declared, not verified"
    failed = any(f.status is Status.UNMET and f.severity is Severity.ERROR for f in findings)
    if failed:
        return "does not meet"
    return "meets (confirmed)" if result is Result.PASS and _is_confirmed(findings) else "no contradiction found"


def _is_confirmed(findings: tuple[Finding, ...]) -> bool:
    """A person answered something, and all that applies is met or confirmed: nothing is waived, nothing that is unknown
    passes, and no more than information is unmet."""
    answered = any(f.status is Status.CONFIRMED for f in findings)
    fine = (Status.MET, Status.CONFIRMED, Status.NOT_APPLICABLE)
    unknown_passes = any(f.status is Status.MET and f.openness is Openness.UNKNOWN for f in findings)
    return (
        answered
        and not unknown_passes
        and all(f.status in fine or (f.status is Status.UNMET and f.severity is Severity.INFO) for f in findings)
    )


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


# --- the index ------------------------------------------------------------------------------------------------------


def _score(policy: Policy, findings: tuple[Finding, ...]) -> Score | None:
    """The mean over the rules of an index; what is not known counts as closed, and could be worth as much as open."""
    if not policy.score:
        return None
    scale = policy.score
    worth = {Openness.OPEN: scale.open, Openness.PARTIAL: scale.partial}
    steps = {f.rule.id: f.openness for f in findings if f.rule.id in scale.rules}
    counted = {rule: step for rule, step in steps.items() if step is not Openness.NOT_APPLICABLE}
    if not counted:
        return Score(0.0, 0.0, steps)
    known = [worth.get(step, scale.closed) for step in counted.values()]
    at_best = [scale.open if step is Openness.UNKNOWN else worth.get(step, scale.closed) for step in counted.values()]
    return Score(sum(known) / len(known), sum(at_best) / len(at_best), steps)


def _of_score(policy: Policy, score: Score) -> Finding:
    """The finding that an index is too low: a rule like any other, named `score`."""
    assert policy.score
    assert policy.score.minimum is not None
    least = policy.score.minimum
    truth = Truth.YES if score.value >= least else Truth.UNKNOWN if score.at_best >= least else Truth.NO
    rule = Rule("score", policy.score.severity, policy.score.at, clause=policy.score.clause)
    worst = [rule for rule, step in score.steps.items() if step in (Openness.CLOSED, Openness.UNKNOWN)]
    value, names = f"{score.value:.2f}", ", ".join(worst) or say("none")
    return Finding(
        rule, rule.severity, _status(truth, policy.when_unknown), _OPENNESS_OF[truth],
        say("a score of at least {least}", least=f"{least:g}"),
        say("{score} over {n}; closed or unknown: {names}", score=value, n=len(score.steps), names=names),
        say("Open what is closed, beginning with what costs least."),
        None,
    )  # fmt: skip
