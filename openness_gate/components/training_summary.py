"""Public summary of training content

The summary that Article 53(1)(d) of the European AI Act asks of every provider of a general-purpose model, on the AI
Office's template.

Why it matters
    Open source does not exempt from it.

How it is graded
    mentioned   a document speaks of it
    complete    a document with the template's headings is here
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.documents import documents
from openness_gate.facts.headings import fold
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Place, Release, raises

HEADINGS = ("general information", "list of data sources", "publicly available datasets", "data processing aspects",
            "respect of reservation of rights", "removal of illegal content", "user data",
            "synthetic data")  # fmt: skip
NAMES = ("summary of training content", "training data summary", "training content summary", "public training summary")


def detect(release: Release) -> Iterator[Evidence]:
    for document in documents(release.repo):
        titles = [fold(section.title) for section in document.sections]
        matched = [heading for heading in HEADINGS if any(heading in title for title in titles)]
        if len(matched) >= 4:
            yield raises(Completeness.COMPLETE, say("the template's headings"), Place(document.path, 1))
        elif any(name in title for name in NAMES for title in titles):
            yield raises(Completeness.MENTIONED, say("speaks of it"), Place(document.path, 1))


COMPONENT = Component(
    name="training-summary",
    title="Public summary of training content",
    group=Group.DOCUMENT,
    advice="Publish the summary of training content on the AI Office's template.",
    detect=detect,
    where="documents with the template's headings",
)
