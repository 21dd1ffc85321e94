"""Data information

What is said of the training data, in the detail that lets a skilled person build a substantially equivalent system. It
has topics, each graded on its own: provenance, scope, how it was obtained, processing, labelling, the list of public
data, the list of data that can be obtained, and why the rest cannot be shared.

Why it matters
    It is the first of the three things that the Open Source AI Definition 1.0 asks for. It holds for data that cannot
    be shared, too.

How it is graded
    mentioned   amounts and adjectives
    described   sources are named, or processing is told
    linked      public data is listed with where to get it
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.data_information import IN_A_PAPER, TOPICS, evidence
from openness_gate.model import Completeness, Component, Effect, Evidence, Group, Release

WHOLE = ("provenance", "processing", "public-list", "how-obtained", "scope")


def detect(release: Release) -> Iterator[Evidence]:
    """The evidence of each topic, and the same once more for the whole: scope alone is a mention."""
    for seen in evidence(release.repo):
        yield seen
        if seen.topic in WHOLE and seen.effect is Effect.RAISES and isinstance(seen.grade, Completeness):
            grade = min(seen.grade, Completeness.MENTIONED) if seen.topic == "scope" else seen.grade
            yield seen._replace(topic="", grade=min(grade, Completeness.DESCRIBED))


COMPONENT = Component(
    name="data-information",
    title="Data information",
    group=Group.DOCUMENT,
    advice="Describe the training data: sources, selection, processing, and where to get what is public.",
    detect=detect,
    where="cards, data manifests, configurations, data scripts",
    topics=(*TOPICS, IN_A_PAPER),
)
