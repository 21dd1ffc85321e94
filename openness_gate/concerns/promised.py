"""Promised

What a release announces and does not have: unchecked items of a plan, "coming soon", launchers without their target,
files that hold nothing.

Why it matters
    A promise is no component. Who relies on it should know that it was seen as one, and where it was made.

How it is graded
    promised    nothing better than an announcement was found of a component
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openness_gate.messages import say
from openness_gate.model import Assessment, Completeness, Concern, Effect, Evidence, Release, limits

MOST = 3  #: promises of one component that are shown


def find(release: Release, assessments: Mapping[str, Assessment]) -> Iterator[Evidence]:
    """For each component that is only promised, the promises."""
    for name, found in assessments.items():
        if found.completeness is not Completeness.PROMISED:
            continue
        made = [e for e in found.evidence if e.grade is Completeness.PROMISED and not e.topic]
        for promise in [e for e in made if e.effect is Effect.RAISES][:MOST]:
            says = say("{component} is only promised: {text}", component=name, text=promise.says)
            yield limits(Completeness.PROMISED, says, promise.at)


CONCERN = Concern(
    name="promised",
    title="Promised",
    absent="nothing that is only announced",
    advice="Publish what is announced, or take the announcement back.",
    find=find,
)
