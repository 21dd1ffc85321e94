"""One release, which may be in several places, from what its places say to a judgement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from openness_gate import registry, together
from openness_gate.acceptance import accepted
from openness_gate.engine import concluded
from openness_gate.evaluate import evaluate
from openness_gate.model import Release
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
    raised = {name: together.raised(registry.concern(name), places, assessed) for name in concerns_of(policy)}
    release = places[0] if len(places) == 1 else together.joined(places)
    claims = together.claims_of_all(places)
    judged = evaluate(release, accepted(assessed, policy, today), policy, claims, fail_on, raised)
    if policy.engine and release.repo.declaration:
        from openness_gate.declared import settled

        return settled(judged, policy, fail_on)
    return judged
