"""Where a declaration is judged alone, the engine that a policy names decides the rules of its levels. Pure.

So the findings, the class and the result agree by construction: a rung's rules are the engine's components, each rule
is met as its component stands, and all of them are errors up to the rung that is required.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openness_gate import mof
from openness_gate.engines import component_of
from openness_gate.evaluate import concluded
from openness_gate.facts.declaration import mof as declaration
from openness_gate.facts.values import document, value_at
from openness_gate.messages import say
from openness_gate.model import Axis, Effect, Evidence
from openness_gate.mof import Standing, Status, Verdict
from openness_gate.report import Finding, Judgement, Openness, Progress
from openness_gate.report import Status as Outcome
from openness_gate.rules import Policy, Rule


def settled(judgement: Judgement, policy: Policy, fail_on: str) -> Judgement:
    """*judgement* as the policy's engine has it, where it is of a declaration in the framework's format; else as it is.

    What the engine notices, and where its modes differ, goes to the log.
    """
    repo = judgement.release.repo
    found = declaration(repo) if policy.engine and repo.declaration else None
    if not found or not policy.engine:
        return judgement
    doc, _ = document(repo, found.path)
    if not isinstance(value_at(doc, "release"), dict):
        return judgement
    verdict = mof.verdict(doc, policy.engine.mode)
    for notice in (*verdict.notices, *mof.differences(doc, verdict)):
        repo.log.notice(notice.says, notice.at)
    of_levels = {rule for level in policy.levels for rule in level.rules}
    findings = tuple(_finding(f, verdict) if f.rule.id in of_levels else f for f in judgement.findings)
    levels = Progress(verdict.reached, verdict.progress, by_engine=True)
    return concluded(judgement._replace(findings=findings, levels=levels), policy, fail_on)


def _finding(finding: Finding, verdict: Verdict) -> Finding:
    """The same rule, met as its component stands; for the technical report the research paper may stand."""
    component = _stood_for(component_of(finding.rule), verdict)
    standing = verdict.standings[component]
    met = standing.status is Status.INCLUDED
    got = ", ".join(_got(standing, component, finding.rule))
    any_license = verdict.mode == "paper" and component == "datasets"
    here = say("{what} is declared here", what=component)
    seen = Evidence(here, standing.at, Axis.LICENSE, Effect.RAISES if met else Effect.LIMITS)
    return finding._replace(
        status=Outcome.MET if met else Outcome.UNMET,
        openness=_OPENNESS[standing.status],
        needs=say("declared, under any license or none") if any_license else say("declared, under an open license"),
        got=got,
        advice=_advice(standing, component) or finding.advice,
        at=standing.at,
        evidence=() if standing.status is Status.MISSING else (seen,),
    )


_OPENNESS: Mapping[Status, Openness] = {
    Status.INCLUDED: Openness.OPEN,
    Status.UNLICENSED: Openness.PARTIAL,
    Status.INVALID: Openness.PARTIAL,
    Status.MISSING: Openness.CLOSED,
}


def _stood_for(component: str, verdict: Verdict) -> str:
    """The component that counts: a research paper for the technical report that is not there, or counts less."""
    report, paper = (verdict.standings[id_].status for id_ in (mof.REPORT, mof.PAPER))
    takes_place = paper is Status.INCLUDED or (report is Status.MISSING and paper is not Status.MISSING)
    return mof.PAPER if component == mof.REPORT and report is not Status.INCLUDED and takes_place else component


def _got(standing: Standing, component: str, rule: Rule) -> Iterator[str]:
    if standing.status is Status.MISSING:
        yield say("not declared, looked in {path}", path=standing.at.path)
        return
    if standing.name:
        yield say("declared as {name!r}", name=standing.name[:80])
    elif component != component_of(rule):
        yield say("{what} in its place", what=component)
    license_ = standing.license[:80]
    if standing.status is Status.INVALID:
        yield say("declared under {license!r}, which the Model Openness Tool does not take for open", license=license_)
    else:
        yield say("declared under {license}", license=license_) if license_ else say("declared without a license")


def _advice(standing: Standing, component: str) -> str:
    if standing.status is Status.UNLICENSED:
        return say("Put {what} under an open license, and name it in the declaration.", what=component)
    if standing.status is Status.INVALID:
        id_ = mof.corrected(standing.license)
        if mof.is_open(id_):
            return say("Write {id}, as the tool compares ids letter by letter.", id=id_)
        return say("Put {what} under an open license, and write its SPDX id.", what=component)
    return ""
