"""License texts that an organization accepts by their digest, although no set of licenses has them. Pure.

Somebody answers for such a text, with a reason and a last day; the report says so wherever a grade rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from openness_gate.facts.license_name import strictest
from openness_gate.messages import say
from openness_gate.model import Assessment, Axis, Effect, Evidence, License
from openness_gate.rules import Acceptance, Policy


def accepted(found: Mapping[str, Assessment], policy: Policy, today: date) -> Mapping[str, Assessment]:
    """What was found, with the licenses that *policy* accepts *today* marked."""
    texts = {one.sha256: one for one in policy.accepted_texts}
    return {name: _with(one, texts, today) for name, one in found.items()} if texts else found


def _with(found: Assessment, texts: Mapping[str, Acceptance], today: date) -> Assessment:
    named = [license_ for license_ in found.licenses if license_.sha256 in texts]
    if not named:
        return found
    licenses = tuple(
        license_._replace(accepted=license_.sha256 in texts and texts[license_.sha256].expires >= today)
        for license_ in found.licenses
    )
    others = [license_ for license_ in licenses if not license_.accepted]
    whole = strictest(others) if others else strictest(licenses)._replace(accepted=True)
    evidence = (*found.evidence, *dict.fromkeys(e for one in named for e in _evidence(one, texts, today)))
    return found._replace(license=whole, licenses=licenses, evidence=evidence)


def _evidence(license_: License, texts: Mapping[str, Acceptance], today: date) -> Iterator[Evidence]:
    one = texts[license_.sha256]
    if one.expires >= today:
        says = say(
            "the policy accepts this text until {day}: {why} ({who})", day=one.expires, why=one.reason, who=one.owner
        )
        yield Evidence(says, license_.at, Axis.LICENSE, Effect.RAISES)
    else:
        says = say("the policy accepted this text until {day}, which is past ({who})", day=one.expires, who=one.owner)
        yield Evidence(says, license_.at, Axis.LICENSE, Effect.LIMITS)
