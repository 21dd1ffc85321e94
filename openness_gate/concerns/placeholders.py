"""Placeholders

A card has sections or fields that still hold what a template put there, or nothing at all.

Why it matters
    A card that is half a template looks like documentation and tells nothing. Who reads it cannot know whether there is
    nothing to say or nobody said it.

How it is graded
    limits      a section of a model card or data card holds only a placeholder; a field says that more information is
                needed
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openness_gate.facts.cards import data_cards, model_cards
from openness_gate.facts.documents import Document, Section
from openness_gate.facts.tables import table
from openness_gate.messages import say
from openness_gate.model import Assessment, Axis, Concern, Effect, Evidence, Place, Release

MOST = 10


def find(release: Release, assessments: Mapping[str, Assessment]) -> Iterator[Evidence]:
    """One limit for each section, at its heading."""
    found = 0
    cards = {card.path: card for card in (*model_cards(release.repo), *data_cards(release.repo))}
    for card in cards.values():
        for section in card.sections:
            if (says := _placeholder(section, card)) and found < MOST:
                found += 1
                yield Evidence(says, section.at or Place(card.path), Axis.COMPLETENESS, Effect.LIMITS)


def _placeholder(section: Section, card: Document) -> str:
    body = section.body.casefold()
    left = next((phrase for phrase in table("headings")["left_by_templates"] if phrase in body), "")
    name = section.title[:80] or card.path
    if left:
        return say('{section}: "{phrase}" was left there', section=name, phrase=left)
    empty = any(map(str.isalnum, body)) and not section.words and not section.code.strip()
    return say("{section} holds only a placeholder", section=name) if empty else ""


CONCERN = Concern(
    name="placeholders",
    title="Placeholders",
    absent="no section of a card that holds only a placeholder",
    advice="Fill in what the template left open, or take the section out.",
    find=find,
)
