"""SARIF 2.1.0 for code scanning: one run, whatever the number of targets, with every rule of the policy.

By the OASIS standard and by what GitHub takes in (`SARIF support for code scanning`): each result has a file that is
there, a line, and a fingerprint that no edit of the file changes; what is waived is suppressed; nothing is a security
finding. A question is a note. What does not bear on the verdict, of a release that the policy is not for, is no result.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from openness_gate import __version__
from openness_gate.checkout import Checkout, uri
from openness_gate.markup import code, text
from openness_gate.messages import say, tame
from openness_gate.model import Place
from openness_gate.report import Finding, Judgement, Report, Reporter, Result, Status, Style
from openness_gate.rules import Policy, Rule, Severity
from openness_gate.tuples import NamedTuple

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "opennessGate/v1"
ROOT = "%SRCROOT%"
MOST_RESULTS = 5000  #: that GitHub keeps
MOST_RULES = 5000
MOST_NOTIFICATIONS = 100
MOST_WORDS = 1000  #: characters of a message
LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
KIND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:[/?#][A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]*)?")


class _Told(NamedTuple):
    """A finding, and what it is of."""

    finding: Finding
    judgement: Judgement
    checkout: Checkout


def render(reports: Sequence[Report], style: Style) -> str:
    told = sorted(_told(reports), key=lambda one: _order(one.finding))[:MOST_RESULTS]
    rules = _rules(reports)
    index = {name: place for place, name in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "openness-gate",
                "semanticVersion": __version__,
                "rules": [_rule(rule, finding, policy) for rule, finding, policy in rules.values()],
            }
        },
        "automationDetails": {"id": "openness-gate/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": say("The folder that the program was started in.")}}},
        "invocations": [_invocation(reports)],
        "results": [_result(one, index) for one in told],
    }
    written = json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)
    return written.replace("##[", "\\u0023#[") + "\n"  # the same string, which a runner takes for no command


# --- results --------------------------------------------------------------------------------------------------------


def _told(reports: Sequence[Report]) -> Iterator[_Told]:
    for report in reports:
        checkout = Checkout(report)
        for judgement in report.judgements:
            if judgement.result is not Result.NOT_APPLICABLE:
                for finding in judgement.findings:
                    if finding.status in (Status.UNMET, Status.ASK, Status.WAIVED):
                        yield _Told(finding, judgement, checkout)


def _order(finding: Finding) -> tuple[bool, int, bool]:
    """What counts first, as not all may be kept."""
    return (finding.status is not Status.UNMET, -finding.severity, finding.is_new is not True)


def _result(told: _Told, index: Mapping[str, int]) -> dict[str, Any]:
    finding = told.finding
    name = tame(finding.rule.id)
    level = "note" if finding.status is Status.ASK else LEVEL[finding.severity]
    result: dict[str, Any] = {"ruleId": name, "level": level}
    if name in index:
        result["ruleIndex"] = index[name]
    result |= {
        "message": {"text": _message(told)},
        "locations": [_location(told.checkout.place(told.judgement, finding))],
        "partialFingerprints": {FINGERPRINT: _fingerprint(told)},
    }
    if finding.status is Status.WAIVED:
        result["suppressions"] = [_suppression(finding)]
    return result


def _suppression(finding: Finding) -> dict[str, Any]:
    shown = {"kind": "external", "status": "accepted"}
    if waiver := finding.waiver:
        shown["justification"] = _cut(
            say("{who}, until {day}: {why}", who=waiver.owner, day=waiver.expires, why=waiver.reason)
        )
    return shown


def _message(told: _Told) -> str:
    finding, release = told.finding, told.judgement.release
    says = say("{rule}: needs {needs}; got {got}.", rule=finding.rule.id, needs=finding.needs, got=finding.got)
    if release.path != ".":
        says = say("{name} in {path}, {says}", name=release.name, path=release.path, says=says)
    if finding.at:
        says += " " + say("Seen at {at}.", at=finding.at)
    return _cut(f"{says} {tame(finding.advice)}".strip())


def _cut(says: str) -> str:
    return says if len(says) <= MOST_WORDS else says[: MOST_WORDS - 1] + "…"


def _location(at: Place) -> dict[str, Any]:
    file = {"uri": uri(at.path), "uriBaseId": ROOT}
    return {"physicalLocation": {"artifactLocation": file, "region": {"startLine": at.line}}}


def _fingerprint(told: _Told) -> str:
    """Of the rule, the release and what the rule is about: the same wherever in a file it was seen."""
    rule, release = told.finding.rule, told.judgement.release
    subject = rule.need.component if rule.need else rule.concern
    where = told.checkout.path(told.judgement, release.path)
    parts = (rule.id, where, subject)
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


# --- rules ----------------------------------------------------------------------------------------------------------


def _rules(reports: Sequence[Report]) -> dict[str, tuple[Rule, Finding | None, Policy]]:
    """Every rule, by its id as it is shown, with a finding that says what it needs; of several policies' the first."""
    said: dict[str, Finding] = {}
    for report in reports:
        for judgement in report.judgements:
            for finding in judgement.findings:
                said.setdefault(finding.rule.id, finding)
    every = [(rule, report.policy) for report in reports for rule in report.policy.rules]
    every += [(f.rule, report.policy) for report in reports for j in report.judgements for f in j.findings]
    found: dict[str, tuple[Rule, Finding | None, Policy]] = {}
    for rule, policy in every:
        found.setdefault(tame(rule.id), (rule, said.get(rule.id), policy))
    return dict(list(found.items())[:MOST_RULES])


def _rule(rule: Rule, finding: Finding | None, policy: Policy) -> dict[str, Any]:
    needs = finding.needs if finding else rule.id
    advice = (finding.advice if finding else "") or rule.advice
    severity = finding.severity if finding else rule.severity
    title = say("{needs}: a rule of {policy}", needs=needs, policy=policy.title or policy.id)
    clause = say("By {clause}.", clause=rule.clause) if rule.clause else ""
    shown: dict[str, Any] = {
        "id": tame(rule.id),
        "shortDescription": {"text": _cut(say("{rule}: {needs}", rule=rule.id, needs=needs))},
        "fullDescription": {"text": _cut(" ".join(filter(None, (f"{title}.", clause))))},
        "help": {"text": _cut(f"{title}. {tame(advice)}"), "markdown": _help(rule, needs, advice, policy)},
        "defaultConfiguration": {"level": LEVEL[severity]},
        "properties": {"tags": ["openness"], "problem.severity": KIND[severity]},
    }
    if _URL.fullmatch(policy.source):
        shown["helpUri"] = policy.source
    return shown


def _help(rule: Rule, needs: str, advice: str, policy: Policy) -> str:
    parts = [
        say("**What is needed**: {needs}", needs=text(needs, MOST_WORDS)),
        say("**How to fix it**: {advice}", advice=text(advice, MOST_WORDS)) if advice else "",
        say("**Policy**: {id}, {title}", id=code(policy.id), title=text(policy.title)),
        say("**By**: {clause}", clause=text(rule.clause)) if rule.clause else "",
    ]
    return "\n\n".join(filter(None, parts))


# --- how it went ----------------------------------------------------------------------------------------------------


def _invocation(reports: Sequence[Report]) -> dict[str, Any]:
    """What could not be read makes the run unsuccessful; notices are notes."""
    unread = [
        ("error", say("{path} could not be read: {why}", path=path, why=why))
        for report in reports
        for path, why in report.unread.items()
    ]
    notes = [
        ("note", say("{at}: {says}", at=note.at, says=note.says) if note.at else tame(note.says))
        for report in reports
        for note in report.notices
    ]
    said = [{"level": level, "message": {"text": _cut(says)}} for level, says in dict.fromkeys((*unread, *notes))]
    return {
        "executionSuccessful": not unread,
        "toolExecutionNotifications": said[:MOST_NOTIFICATIONS],
    }


REPORTER = Reporter("sarif", "SARIF 2.1.0, for code scanning", render)
