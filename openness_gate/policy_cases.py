"""Cases for a policy: facts about a release that nobody has to have, and what should come of them. Pure.

An office tests its policy with them, without a repository: what is not said of a component is that it is absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openness_gate import schema
from openness_gate.engine import NO_LICENSE
from openness_gate.evaluate import evaluate
from openness_gate.facts.license_name import by_name, strictest
from openness_gate.holding import Base, Case
from openness_gate.located import Doc, nearest
from openness_gate.messages import say
from openness_gate.model import (
    Access,
    Assessment,
    Axis,
    Claim,
    Completeness,
    Component,
    Concern,
    Effect,
    Evidence,
    Grade,
    Kind,
    LicenseClass,
    Place,
    Release,
    Repo,
    limits,
    raises,
    unknown,
)
from openness_gate.report import Judgement
from openness_gate.rules import Policy, concerns_of
from openness_gate.tuples import NamedTuple


class Failure(NamedTuple):
    """One thing that did not come out as a case expects."""

    case: str
    says: str
    at: Place


class Cases:
    """The cases of one document; `Malformed` where it is none. *concern* gives a concern by its name."""

    def __init__(self, doc: Doc, policy: Policy, components: Mapping[str, Component], concerns: Mapping[str, Concern]):
        schema.check(doc, "policy-cases")
        self.doc, self.policy, self.components, self.concerns = doc, policy, components, concerns

    def __len__(self) -> int:
        return len(self.doc.value["cases"])

    def failures(self) -> Iterator[Failure]:
        for index, one in enumerate(self.doc.value["cases"]):
            for says, at in self._differences(self._judged(index, one), index, one["expect"]):
                yield Failure(one["name"], says, at)

    def _differences(self, got: Judgement, index: int, expect: Mapping[str, Any]) -> Iterator[tuple[str, Place]]:
        status = {finding.rule.id: finding.status.value for finding in got.findings}
        is_ = {
            "result": got.result.value,
            "label": got.label,
            "level": got.levels.reached if got.levels else "none",
            "score": f"{got.score.value:g}" if got.score else say("none"),
        }
        for key, wanted in expect.items():
            keys = ("cases", index, "expect", key)
            if key == "rules":
                for rule, outcome in wanted.items():
                    self._known(rule, status, *keys, rule)
                    if status[rule] != outcome:
                        says = say("{rule} is {status}, not {wanted}", rule=rule, status=status[rule], wanted=outcome)
                        yield says, self.doc.place(*keys, rule)
            elif is_[key] != (f"{float(wanted):g}" if key == "score" else str(wanted)):
                yield (
                    say("the {key} is {is_}, not {wanted}", key=key, is_=is_[key], wanted=wanted),
                    self.doc.place(*keys),
                )

    def _judged(self, index: int, one: Mapping[str, Any]) -> Judgement:
        at = self.doc.place("cases", index)
        repo = Repo(one["name"], (), lambda path, limit: b"", lambda path: 0)
        told = one.get("components", {})
        for name in told:
            self._known(name, self.components, "cases", index, "components", name)
        found = {
            name: self._assessed(component, told.get(name, {}), at, "cases", index, "components", name)
            for name, component in self.components.items()
        }
        claims = tuple(Claim(strength, at, strength) for strength in one.get("claims", ()))
        case = Case(
            Release(".", one["name"], Kind(one.get("kind", "model")), repo),
            found,
            claims,
            {name: (self.concerns[name], self._raised(one, name, at)) for name in concerns_of(self.policy)},
            {rule.id: self._filed(one, rule.id, at) for rule in self.policy.rules if rule.files},
            tuple(Base(name, at) for name in one.get("base_models", ())),
        )
        return evaluate(case, self.policy, "error")

    def _assessed(self, component: Component, told: Mapping[str, Any], at: Place, *keys: str | int) -> Assessment:
        topics = told.get("topics", {})
        for topic in topics:
            self._known(topic, component.topics, *keys, "topics", topic)
        blind = told.get("unknown", ())
        completeness = Completeness[told.get("completeness", "absent").upper()]
        usual = "public" if completeness >= Completeness.LINKED else "unknown"
        licenses = tuple(by_name(name, at) for name in told.get("licenses", ()))
        evidence = [raises(completeness, say("the case says so"), at)] if completeness else []
        evidence += [unknown(Axis(axis), say("the case says so"), at) for axis in blind]
        if any(license_.cls is LicenseClass.UNKNOWN for license_ in licenses):
            evidence.append(unknown(Axis.LICENSE, say("a license that is not recognized"), at))
        return Assessment(
            component,
            completeness,
            Access[told.get("access", usual).upper()],
            strictest(licenses) if licenses else NO_LICENSE,
            licenses,
            tuple(evidence),
            {
                t: Grade(Completeness[topics.get(t, "absent").upper()], "completeness" in blind)
                for t in component.topics
            },
        )

    def _raised(self, one: Mapping[str, Any], name: str, at: Place) -> tuple[Evidence, ...]:
        said = one.get("concerns", {}).get(name, "none")
        effect = {"found": Effect.LIMITS, "possible": Effect.UNKNOWN}.get(said)
        return (Evidence(say("the case says so"), at, Axis.COMPLETENESS, effect),) if effect else ()

    def _filed(self, one: Mapping[str, Any], rule: str, at: Place) -> tuple[Evidence, ...]:
        says = say("the case says so")
        there = {"there": raises(Completeness.COMPLETE, says, at), "short": limits(Completeness.ABSENT, says, at)}
        said = one.get("files", {}).get(rule, "absent")
        return (there[said],) if said in there else ()

    def _known(self, word: str, words: Any, *keys: str | int) -> None:
        if word not in words:
            raise self.doc.error(say("{word!r} is not known; {hint}", word=word, hint=nearest(word, words)), *keys)
