"""JUnit's XML, as Jenkins reads it (`junit-10.xsd`): a suite for each release, a case for each rule.

A suite has a failure exactly where its release fails. So what is unmet without failing the release (a warning, what was
so before a change) is skipped, with what is missing as its message, like a question and what is waived. A file that
could not be read is an error, in a case of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree

from openness_gate.messages import say, tame
from openness_gate.report import Finding, Judgement, Report, Reporter, Result, Status, Style
from openness_gate.rules import Severity

MOST_PLACES = 10  #: of evidence in one case
MOST_UNREAD = 100
ENDS = ("failure", "error", "skipped")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(reports: Sequence[Report], style: Style) -> str:
    root = ElementTree.Element("testsuites", {"name": "openness-gate"})
    for report in reports:
        for judgement in report.judgements:
            root.append(_suite(report, judgement))
    for key, name in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        root.set(key, str(sum(1 for _ in root.iter(name))))
    ElementTree.indent(root)
    written = ElementTree.tostring(root, encoding="unicode")
    written = written.replace("##[", "&#35;#[")  # the same text, which a runner takes for no command
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _suite(report: Report, judgement: Judgement) -> ElementTree.Element:
    release, target = judgement.release, _legal(report.label)
    name = target if release.path == "." else f"{target}: {_legal(release.path)}"
    suite = ElementTree.Element("testsuite", {"name": name})
    suite.append(_properties(report, judgement))
    fails = _failing(judgement)
    for place, finding in enumerate(judgement.findings):
        suite.append(_case(finding, name, judgement.result, place in fails))
    for path, why in list(report.unread.items())[:MOST_UNREAD]:
        case = ElementTree.SubElement(suite, "testcase", {"name": _legal(path), "classname": name})
        message = _legal(say("could not be read: {why}", why=why))
        ElementTree.SubElement(case, "error", {"type": Result.INCOMPLETE.value, "message": message})
    suite.set("tests", str(len(suite) - 1))
    for key, end in zip(("failures", "errors", "skipped"), ENDS, strict=True):
        suite.set(key, str(sum(1 for _ in suite.iter(end))))
    return suite


def _properties(report: Report, judgement: Judgement) -> ElementTree.Element:
    policy = report.policy
    known: Mapping[str, str] = {
        "release": judgement.release.name,
        "kind": judgement.release.kind.value,
        "result": judgement.result.value,
        "label": judgement.label,
        "commit": report.commit,
        "policy": policy.id,
        "policy.sha256": policy.sha256,
        "policy.from": policy.origin,
    }
    shown = ElementTree.Element("properties")
    for name, value in known.items():
        ElementTree.SubElement(shown, "property", {"name": name, "value": _legal(value)})
    return shown


def _failing(judgement: Judgement) -> frozenset[int]:
    """Which findings made the release fail, by their place among all: errors, or what `--fail-on` counts too."""
    if judgement.result is not Result.FAIL:
        return frozenset()
    counted = {place: f for place, f in enumerate(judgement.findings) if f.counts}
    unmet = {place: f.severity for place, f in counted.items() if f.status is Status.UNMET}
    asked = [place for place, f in counted.items() if f.status is Status.ASK]
    errors = [place for place, severity in unmet.items() if severity is Severity.ERROR]
    warnings = [place for place, severity in unmet.items() if severity is Severity.WARNING]
    return frozenset(errors or warnings or asked or unmet)


def _case(finding: Finding, suite: str, result: Result, fails: bool) -> ElementTree.Element:
    case = ElementTree.Element("testcase", {"name": _legal(finding.rule.id), "classname": suite})
    kind = f"{finding.status.value}: {finding.severity}" if finding.status is Status.UNMET else finding.status.value
    message = say("{kind}: needs {needs}; got {got}", kind=kind, needs=finding.needs, got=finding.got)
    if waiver := finding.waiver:
        until = say("{who}, until {day}: {why}", who=waiver.owner, day=waiver.expires, why=waiver.reason)
        message = f"{message}; {until}"
    if fails:
        end = ElementTree.SubElement(case, "failure", {"type": str(finding.severity), "message": _legal(message)})
        end.text = _legal_lines(_details(finding))
    elif result is Result.NOT_APPLICABLE:
        ElementTree.SubElement(case, "skipped", {"message": _legal(say("the policy does not apply"))})
    elif finding.status not in (Status.MET, Status.CONFIRMED):
        ElementTree.SubElement(case, "skipped", {"type": finding.status.value, "message": _legal(message)})
    return case


def _details(finding: Finding) -> Iterator[str]:
    """How to fix it, and where it was looked for."""
    yield finding.advice
    for seen in list(dict.fromkeys((e.at, e.says) for e in finding.evidence))[:MOST_PLACES]:
        at, says = seen
        yield f"{at}: {says}" if at else says


def _legal(said: str) -> str:
    """*said* on one line, of characters that XML 1.0 knows (section 2.2)."""
    return _ILLEGAL.sub("\ufffd", tame(said))


def _legal_lines(lines: Iterator[str]) -> str:
    return "".join(f"\n{line}" for line in map(_legal, lines)) + "\n"


REPORTER = Reporter("junit", "JUnit's XML: a suite for each release, a case for each rule", render)
