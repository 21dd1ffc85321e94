"""The gate itself: from a release and a policy to a judgement. Pure.

Evidence raises a grade, limits cap it, and unknown is never absence and never a pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from openness_gate.facts.declaration import declared_evidence
from openness_gate.facts.languages import unread_languages
from openness_gate.facts.license_name import strictest
from openness_gate.facts.licensing import covering
from openness_gate.messages import say
from openness_gate.model import (
    Access,
    Assessment,
    Axis,
    Completeness,
    Component,
    Effect,
    Evidence,
    Grade,
    Group,
    License,
    LicenseClass,
    Part,
    Place,
    Release,
    unknown,
)

NO_LICENSE = License("", LicenseClass.UNSTATED)


def completeness(evidence: Iterable[Evidence]) -> Completeness:
    """The best that anything raises it to, and no better than anything limits it to."""
    evidence = [e for e in evidence if e.axis is Axis.COMPLETENESS and isinstance(e.grade, Completeness)]
    raised = [e.grade for e in evidence if e.effect is Effect.RAISES and e.grade is not None]
    caps = [e.grade for e in evidence if e.effect is Effect.LIMITS and e.grade is not None]
    return Completeness(min([max(raised, default=Completeness.ABSENT), *caps]))


def access(evidence: Iterable[Evidence], reached: Completeness) -> Access:
    """The most open way that is shown, and no more open than what stands in the way. What is in the tree is public."""
    evidence = [e for e in evidence if e.axis is Axis.ACCESS and isinstance(e.grade, Access)]
    ways = [e.grade for e in evidence if e.effect is Effect.RAISES and e.grade is not None]
    caps = [e.grade for e in evidence if e.effect is Effect.LIMITS and e.grade is not None]
    if reached >= Completeness.PARTIAL:
        ways.append(Access.PUBLIC)
    return Access(max([min(ways), *caps])) if ways else Access.UNKNOWN


def assess(release: Release, components: Iterable[Component]) -> dict[str, Assessment]:
    """What is known of each component of a release that is in one place."""
    return {component.name: concluded(component, [part]) for component, part in parts(release, components).items()}


def parts(release: Release, components: Iterable[Component]) -> dict[Component, Part]:
    """What the release says of each. What could not be read is unknown for all of them: anything may stand in it."""
    if release.repo.declaration:
        found = {c: tuple(declared_evidence(release, c)) for c in components}
    else:
        found = {c: tuple(c.detect(release)) for c in components}
    unread = tuple(unknown(Axis.COMPLETENESS, why, Place(path)) for path, why in release.repo.log.unread.items())
    unread += unread_languages(release.repo)
    return {c: _part(release, c, evidence + unread) for c, evidence in found.items()}


def _part(release: Release, component: Component, evidence: tuple[Evidence, ...]) -> Part:
    whole = [e for e in evidence if not e.topic]
    raised = [e.grade for e in whole if e.effect is Effect.RAISES and isinstance(e.grade, Completeness)]
    least = Completeness.DESCRIBED if component.group is Group.DOCUMENT else Completeness.PARTIAL
    inside = max(raised, default=Completeness.ABSENT) >= least
    licenses = tuple(_licenses(release, component, whole, completeness(whole)))
    return Part(evidence + tuple(_barriers(release, component) if inside else ()), licenses, inside)


def _barriers(release: Release, component: Component) -> Iterator[Evidence]:
    """What the forge says of who may have it. A gate is before the files; the card can be read by anyone."""
    for barrier in release.repo.barriers:
        if component.group is not Group.DOCUMENT or barrier.grade is Access.CLOSED:
            yield barrier


def concluded(component: Component, parts: Sequence[Part]) -> Assessment:
    """What one or several places amount to. Where one has the component, the others only link to it: what they say of
    it may restrict, never open, and that nobody looked there no longer matters."""
    several = any(part.inside for part in parts) and len(parts) > 1
    parts = [part if part.inside or not several else _of_another(part) for part in parts]
    evidence = tuple(e for part in parts for e in part.evidence)
    licenses = tuple(dict.fromkeys(license_ for part in parts for license_ in part.licenses))
    whole = [e for e in evidence if not e.topic]
    reached = completeness(whole)
    return Assessment(
        component,
        reached,
        access(whole, reached),
        strictest(licenses) if licenses else NO_LICENSE,
        licenses,
        evidence + tuple(_license_evidence(licenses)),
        {topic: _topic(evidence, topic) for topic in component.topics},
    )


def _of_another(part: Part) -> Part:
    looked = tuple(e for e in part.evidence if not (e.effect is Effect.UNKNOWN and e.axis is Axis.ACCESS))
    return part._replace(evidence=looked, licenses=tuple(one for one in part.licenses if restricts(one)))


def restricts(license_: License) -> bool:
    """It is said, and is not open: so it counts wherever the thing is kept."""
    return license_.cls is not LicenseClass.UNSTATED and not license_.cls.open


def _topic(evidence: tuple[Evidence, ...], topic: str) -> Grade:
    own = [e for e in evidence if e.topic == topic]
    return Grade(completeness(own), any(e.effect is Effect.UNKNOWN for e in evidence if e.topic in (topic, "")))


def _licenses(
    release: Release, component: Component, evidence: list[Evidence], reached: Completeness
) -> Iterable[License]:
    """The licenses of what the evidence found, file by file; nothing is asked of what is not there."""
    raised = [e for e in evidence if e.effect is Effect.RAISES and isinstance(e.grade, Completeness)]
    document = component.group is Group.DOCUMENT
    least = Completeness.DESCRIBED if document else Completeness.PARTIAL
    inside = dict.fromkeys(e.at.path for e in raised if e.at and e.grade is not None and e.grade >= least)
    apart = component.group is Group.PARAMETERS  # what lies here need not be what is linked
    linked = not document and (apart or not inside) and any(e.grade is Completeness.LINKED for e in raised)
    if reached < Completeness.DESCRIBED or not (inside or linked):
        return ()
    return covering(release.repo, component, tuple(inside), linked)


def _license_evidence(licenses: tuple[License, ...]) -> Iterator[Evidence]:
    for license_ in licenses:
        if license_.cls is LicenseClass.UNSTATED:
            says = say("no license is stated for {what}", what=license_.scope)
            yield Evidence(says, license_.at, Axis.LICENSE, Effect.UNKNOWN if not license_.at else Effect.LIMITS)
        elif license_.cls is LicenseClass.UNKNOWN:
            says = say("a license that is not recognised covers {what}", what=license_.scope)
            says += f" ({license_.note})" if license_.note else ""
            yield Evidence(says, license_.at, Axis.LICENSE, Effect.UNKNOWN)
        else:
            why = ", ".join([license_.cls.value, *(clause.id for clause in license_.clauses if clause.blocking)])
            says = say("{name} ({why}) covers {what}", name=license_.expression, why=why, what=license_.scope)
            effect = Effect.RAISES if license_.cls.open else Effect.LIMITS
            yield Evidence(says, license_.at, Axis.LICENSE, effect)
