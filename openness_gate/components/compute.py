"""Compute

The hardware, time and energy that training took.

Why it matters
    It tells who can repeat the work and what it cost. Asked for in the documentation of the European AI Act (Annex XI)
    and by the European index.

It has four topics: accelerators, duration, flops and energy; each is described where a figure or a name is stated.

How it is graded
    mentioned   a card's field on emissions
    described   a section, or a sentence on the training with hardware
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.documents import documents
from openness_gate.facts.sentences import sentences
from openness_gate.facts.tables import table
from openness_gate.facts.training_costs import TOPICS, costs
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Release, raises

ENOUGH_WORDS = 8


def detect(release: Release) -> Iterator[Evidence]:
    yield from costs(release.repo)
    for document in documents(release.repo):
        if "co2_eq_emissions" in document.meta and document.front:
            yield raises(Completeness.MENTIONED, say("emissions"), document.front.place("co2_eq_emissions"))
        for section in document.about("compute"):
            if section.words >= ENOUGH_WORDS and any(c.isdigit() for c in section.body):
                yield raises(Completeness.DESCRIBED, say("a section on it"), section.at)
    for sentence in sentences(release.repo):
        on_training = sentence.section.about("training-procedure", "compute") or sentence.has(
            ("trained on", "train on")
        )
        if on_training and sentence.has(table("signals")["accelerators"]):
            yield raises(Completeness.DESCRIBED, say("names accelerators"), sentence.at)
            return


COMPONENT = Component(
    name="compute",
    title="Compute",
    group=Group.DOCUMENT,
    advice="State the hardware, the hours and the energy that training took.",
    detect=detect,
    where="documents",
    topics=TOPICS,
)
