"""Model card

A document that says what the model is, what it is for, how it was made, how well it does and where it fails.

Why it matters
    It is what a user reads first. Every framework asks for it; the Model Openness Framework in class III.

It has topics, each graded on its own: what a section with content is about is described, what is only said in passing
mentioned, a section with a placeholder promised.

How it is graded
    promised    it is empty, or only placeholders
    mentioned   it is a few lines
    described   it describes the model, with gaps
    complete    it covers the model, its use, its limits, its training and its evaluation
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.cards import card_topics, model_cards
from openness_gate.facts.topics import topics
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Place, Release, limits, raises

PARTS = {
    "what it is": ("model-details", "architecture"),
    "its use": ("intended-use", "out-of-scope", "usage"),
    "its limits": ("limitations",),
    "its training": ("training-data", "training-procedure"),
    "its evaluation": ("evaluation",),
}
SHORT = 60  #: words; below it a card says nothing
ENOUGH_WORDS = 8  #: in a section


def detect(release: Release) -> Iterator[Evidence]:
    cards = model_cards(release.repo)
    yield from card_topics(release.repo)
    for card in cards:
        covered = {t for t, roles in PARTS.items() if any(s.words >= ENOUGH_WORDS for s in card.about(*roles))}
        missing = [topic for topic in PARTS if topic not in covered]
        at = Place(card.path, 1)
        if not card.words:
            yield raises(Completeness.PROMISED, say("it is empty"), at)
        elif card.words < SHORT:
            yield raises(Completeness.MENTIONED, say("only {n} words", n=card.words), at)
        elif missing:
            says = say("it says nothing of {topics}", topics=", ".join(missing))
            yield raises(Completeness.DESCRIBED, says, at)
        else:
            yield raises(Completeness.COMPLETE, say("it covers {topics}", topics=", ".join(PARTS)), at)
    for card in cards[:1]:
        if card.trouble:
            says = say("its front matter cannot be read: {why}", why=card.trouble)
            yield limits(Completeness.DESCRIBED, says, Place(card.path, card.trouble_line))


COMPONENT = Component(
    name="model-card",
    title="Model card",
    group=Group.DOCUMENT,
    advice="Write a model card with the model's purpose, limits, training, evaluation and license.",
    detect=detect,
    where="MODEL_CARD*, README* at the release's root",
    topics=topics("model-card"),
)
