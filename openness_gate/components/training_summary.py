"""Public summary of training content

The summary that Article 53(1)(d) of the European AI Act asks of every provider of a general-purpose model, on the AI
Office's template.

Why it matters
    Open source does not exempt from it.

It has a topic for each section of the template, 1.1 to 3.3; a section without content is only promised.

How it is graded
    mentioned   a document speaks of it
    complete    a document with the template's headings is here
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.documents import documents
from openness_gate.facts.training_summary import MANY, TOPICS, headings_of, is_named, summary_topics
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Place, Release, raises


def detect(release: Release) -> Iterator[Evidence]:
    yield from summary_topics(release.repo)
    for document in documents(release.repo):
        if len(headings_of(document)) >= MANY:
            yield raises(Completeness.COMPLETE, say("the template's headings"), Place(document.path, 1))
        elif is_named(document):
            yield raises(Completeness.MENTIONED, say("speaks of it"), Place(document.path, 1))


COMPONENT = Component(
    name="training-summary",
    title="Public summary of training content",
    group=Group.DOCUMENT,
    advice="Publish the summary of training content on the AI Office's template.",
    detect=detect,
    where="documents with the template's headings",
    topics=TOPICS,
)
