"""Judges assessments that a test makes up, without any repository."""

from __future__ import annotations

from collections.abc import Mapping

from openness_gate.assemble import Layer
from openness_gate.evaluate import evaluate
from openness_gate.holding import Case
from openness_gate.model import (
    Access,
    Assessment,
    Axis,
    Completeness,
    Effect,
    Evidence,
    Grade,
    Kind,
    License,
    LicenseClass,
    Place,
    Release,
)
from openness_gate.policy_sources import load
from openness_gate.registry import components
from openness_gate.report import Finding, Judgement
from openness_gate.rules import Policy
from tests.helpers import make_repo

UNSTATED = License("", LicenseClass.UNSTATED)


class Found:
    """What is found of a component, before one knows of which."""

    def __init__(
        self,
        completeness: Completeness,
        access: Access,
        licenses: tuple[License, ...],
        topics: Mapping[str, Completeness],
        unknown: bool,
    ) -> None:
        self.completeness, self.access, self.licenses = completeness, access, licenses
        self.topics, self.unknown = topics, unknown

    def of(self, name: str) -> Assessment:
        component = components()[name]
        evidence = [Evidence("unknown", Place("x"), Axis.COMPLETENESS, Effect.UNKNOWN)] if self.unknown else []
        if any(license_.cls is LicenseClass.UNKNOWN for license_ in self.licenses):
            evidence.append(Evidence("unknown", Place("x"), Axis.LICENSE, Effect.UNKNOWN))
        topics = {t: Grade(self.topics.get(t, Completeness.ABSENT), self.unknown) for t in component.topics}
        whole = _strictest(self.licenses)
        return Assessment(component, self.completeness, self.access, whole, self.licenses, tuple(evidence), topics)


def _strictest(licenses: tuple[License, ...]) -> License:
    from openness_gate.facts.license_name import strictest

    return strictest(licenses) if licenses else UNSTATED


def found(
    completeness: Completeness,
    access: Access = Access.PUBLIC,
    *licenses: License,
    topics: Mapping[str, Completeness] | None = None,
    unknown: bool = False,
) -> Found:
    return Found(completeness, access, licenses, topics or {}, unknown)


ABSENT = found(Completeness.ABSENT, Access.UNKNOWN)


def license_of(name: str, cls: LicenseClass, *approved_by: str) -> License:
    return License(name, cls, Place("LICENSE", 1), approved_by=frozenset(approved_by))


def parse(text: str, path: str = "p.yaml") -> Policy:
    """The policy in *text*, as if it stood in the file *path*."""
    return load(Layer(path, path, text, lambda _: None))


def judge(policy: str, here: Mapping[str, Found], kind: Kind = Kind.MODEL, fail_on: str = "error") -> Judgement:
    """A release of which only *here* is found, held to the text of a policy."""
    release = Release(".", "test", kind, make_repo({}))
    assessments = {name: here.get(name, ABSENT).of(name) for name in components()}
    return evaluate(Case(release, assessments), parse(policy), fail_on)


def only(judgement: Judgement) -> Finding:
    [finding] = judgement.findings
    return finding
