"""JSON, version 1: the contract for scripts, by `data/schemas/report.schema.json`. Fields are only ever added."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from openness_gate import __version__
from openness_gate.exceptions import Confirmation, Waiver
from openness_gate.facts.license_name import spdx_list
from openness_gate.messages import tame
from openness_gate.model import Assessment, Evidence, License, Place
from openness_gate.report import Finding, Judgement, Report, Reporter, Style

SCHEMA_VERSION = 1


def render(reports: Sequence[Report], style: Style) -> str:
    """One report as it is; several under `reports`."""
    if len(reports) == 1:
        return _text(value_of(reports[0]))
    return _text({"schema_version": SCHEMA_VERSION, "reports": [value_of(report) for report in reports]})


def _text(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return text.replace("##[", "\\u0023#[") + "\n"  # the same string, which a runner takes for no command


def value_of(report: Report) -> dict[str, Any]:
    """A report as what becomes JSON."""
    policy = report.policy
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "openness-gate", "version": __version__, "spdx_license_list": spdx_list()},
        "target": {"label": tame(report.label), "commit": report.commit},
        "targets": [{"label": tame(label), "commit": commit} for label, commit in report.targets],
        "result": report.result.value,
        "online": report.online,
        "notices": [{"says": notice.says, **_place(notice.at)} for notice in report.notices],
        "unread": [{"says": why, **_place(Place(path))} for path, why in report.unread.items()],
        "policy": {
            "id": policy.id, "title": policy.title, "source": policy.source,
            "sha256": policy.sha256, "from": tame(policy.origin),
            "parents": [{"from": tame(p.label), "sha256": p.sha256, "commit": p.commit} for p in policy.parents],
        },
        "releases": [_release(judgement) for judgement in report.judgements],
    }  # fmt: skip


def _release(judgement: Judgement) -> dict[str, Any]:
    release = judgement.release
    levels = judgement.levels
    return {
        "path": tame(release.path),
        "name": tame(release.name),
        "kind": release.kind.value,
        "components": {name: _component(found) for name, found in judgement.components.items()},
        "claims": [{"says": tame(c.says), **_place(c.at), "strength": c.strength} for c in judgement.claims],
        "findings": [_finding(finding) for finding in judgement.findings],
        "score": judgement.score.value if judgement.score else None,
        "score_at_best": judgement.score.at_best if judgement.score else None,
        "label": judgement.label,
        "levels": {"reached": levels.reached, "progress": dict(levels.progress)} if levels else None,
        "result": judgement.result.value,
    }


def _component(found: Assessment) -> dict[str, Any]:
    shown = {
        "completeness": str(found.completeness),
        "access": str(found.access),
        "license": _license(found.license),
        "licenses": [{**_license(one), "scope": one.scope} for one in found.licenses],
        "evidence": [_evidence(evidence) for evidence in found.evidence],
    }
    if found.topics:
        shown["topics"] = {topic: str(grade.completeness) for topic, grade in found.topics.items()}
    return shown


def _license(license_: License) -> dict[str, Any]:
    clauses = [
        {"id": c.id, **_place(c.at), "section": tame(c.section), "quote": tame(c.quote), "blocking": c.blocking}
        for c in license_.clauses
    ]
    name, cls = tame(license_.expression), license_.cls.value
    more = {"recognised_by": license_.recognised_by, "note": tame(license_.note), "sha256": license_.sha256 or None}
    return {"expression": name, "class": cls, "clauses": clauses, **_place(license_.at), **more}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    shown = {"says": evidence.says, "axis": evidence.axis.value, "effect": evidence.effect.value, **_place(evidence.at)}
    if evidence.grade is not None:
        shown["grade"] = str(evidence.grade)
    if evidence.topic:
        shown["topic"] = evidence.topic
    return shown


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule.id,
        "severity": str(finding.severity),
        "status": finding.status.value,
        "openness": finding.openness.value,
        "needs": finding.needs,
        "got": finding.got,
        "advice": finding.advice,
        **_place(finding.at),
        "clause": finding.rule.clause,
        "waiver": _waiver(finding.waiver) if finding.waiver else None,
        "confirmation": _confirmation(finding.confirmation) if finding.confirmation else None,
        "notes": [{"says": note.says, **_place(note.at)} for note in finding.notes],
        "new": finding.is_new,
        "evidence": [{"says": e.says, **_place(e.at)} for e in finding.evidence[:10]],
        "evidence_sha256": finding.digest or None,
    }


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        "reason": waiver.reason, "owner": waiver.owner, "expires": waiver.expires.isoformat(),
        "ticket": waiver.ticket or None, **_place(waiver.at),
    }  # fmt: skip


def _confirmation(confirmation: Confirmation) -> dict[str, Any]:
    return {
        "person": confirmation.person, "date": confirmation.since.isoformat(), "reason": confirmation.reason,
        "expires": confirmation.expires.isoformat(), **_place(confirmation.at),
    }  # fmt: skip


def _place(at: Place | None) -> dict[str, Any]:
    return {"path": tame(at.path) if at else None, "line": at.line or None if at else None}


REPORTER = Reporter("json", "for scripts: everything, by a versioned schema", render)
