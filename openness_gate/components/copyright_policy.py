"""Copyright policy

How the provider respects copyright in training: opt-outs, licenses, complaints. Article 53(1)(c) of the European AI
Act.

Why it matters
    Open source does not exempt from it.

How it is graded
    mentioned   a sentence speaks of opt-outs
    described   a section or a document on it
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.documents import documents
from openness_gate.facts.headings import fold
from openness_gate.facts.sentences import sentences
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Release, raises

TITLES = ("copyright policy", "copyright compliance", "text and data mining", "opt-out", "opt out", "takedown")
WORDS = ("opt-out", "opt out", "text and data mining", "robots.txt", "takedown", "take-down", "rights reservation")
ENOUGH_WORDS = 20


def detect(release: Release) -> Iterator[Evidence]:
    for document in documents(release.repo):
        for section in document.sections:
            if any(title in fold(section.title) for title in TITLES) and section.words >= ENOUGH_WORDS:
                yield raises(Completeness.DESCRIBED, say("a section on it"), section.at)
    for sentence in sentences(release.repo):
        if sentence.has(WORDS):
            yield raises(Completeness.MENTIONED, say("speaks of it"), sentence.at)
            return


COMPONENT = Component(
    name="copyright-policy",
    title="Copyright policy",
    group=Group.DOCUMENT,
    advice="Publish how you respect opt-outs and answer complaints about training data.",
    detect=detect,
    where="documents",
)
