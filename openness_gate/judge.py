"""One release, which may be in several places, from what its places say to a judgement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from openness_gate import registry, together
from openness_gate.acceptance import accepted
from openness_gate.engine import assess, concluded
from openness_gate.evaluate import evaluate
from openness_gate.facts.releases import find
from openness_gate.facts.training import bases
from openness_gate.holding import Base, Case, needs_of_rule
from openness_gate.model import GateError, Release, Request
from openness_gate.report import Judgement
from openness_gate.rules import Policy, concerns_of


def judgement(
    places: Sequence[Release], policy: Policy, today: date, fail_on: str = "error", online: bool = False
) -> Judgement:
    """Detect, look up where that is asked for, assess, and hold against *policy* as it is on the day *today*."""
    found = together.parts_of_all(places, registry.components().values())
    if online:
        from openness_gate.online import look_up

        found = {component: look_up(places, component, parts) for component, parts in found.items()}
    assessed = {component.name: concluded(component, parts) for component, parts in found.items()}
    case = Case(
        release=places[0] if len(places) == 1 else together.joined(places),
        found=accepted(assessed, policy, today),
        claims=together.claims_of_all(places),
        raised={name: together.raised(registry.concern(name), places, assessed) for name in concerns_of(policy)},
        files={r.id: together.asked_of_all(places, r.files) for r in policy.rules if r.files},
        bases=tuple(_bases(places, online)) if _speaks_of_bases(policy) else (),
    )
    judged = evaluate(case, policy, fail_on)
    if policy.engine and case.release.repo.declaration:
        from openness_gate.declared import settled

        return settled(judged, policy, fail_on)
    return judged


def _speaks_of_bases(policy: Policy) -> bool:
    asked = ((*rule.when, *(word for need in needs_of_rule(rule) for word in need.when)) for rule in policy.rules)
    return any(rule.for_each for rule in policy.rules) or any("has-base-model" in words for words in asked)


def _bases(places: Sequence[Release], online: bool) -> Iterator[Base]:
    """The models that this one was made from; *online*: with what is known of those that can be opened."""
    several = len(places) > 1
    named = {
        name: together.within(at, place.repo.label) if several else at
        for place in places
        for name, at in bases(place.repo)
    }
    for name, at in named.items():
        found = None
        if online and name.count("/") == 1:
            try:
                there = find(registry.opened(Request(f"hf:{name}")))[0]
                found = assess(there, registry.components().values())
            except GateError as error:
                places[0].repo.log.notice(str(error), at)
        yield Base(name, at, found)
