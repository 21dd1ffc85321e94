"""Data card

A document about the training data: what it is, where it came from, how it was prepared, and what it must not be used
for.

Why it matters
    It is what lets others judge and rebuild the data. The Model Openness Framework asks for it in class III; most
    models that miss the class miss it here.

It has topics, the questions of a datasheet: motivation, composition, collection, preprocessing, annotation, personal
data, uses, bias, distribution and maintenance.

How it is graded
    promised    a file of that name says nothing
    mentioned   it only points elsewhere, or is a few lines
    described   the model card has a section on the data, or the data card has gaps
    complete    a data card covers composition, collection and processing
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.cards import data_topics, is_data_card
from openness_gate.facts.documents import Document, documents
from openness_gate.facts.manifest import manifests
from openness_gate.facts.topics import topics
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Place, Release, raises

SHORT = 80  #: words
SECTION_WORDS = 25


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    yield from data_topics(repo)
    for document in documents(repo):
        at = Place(document.path, 1)
        if is_data_card(document):
            yield raises(*_grade(document), at)
        else:
            for section in document.about("training-data"):
                if section.words >= SECTION_WORDS:
                    yield raises(Completeness.DESCRIBED, say("a section on the data"), section.at)
    for path in repo.paths:
        if "datasheet" in path.lower() and path.lower().endswith(".pdf"):
            yield raises(Completeness.DESCRIBED, say("a datasheet as a PDF, which was not read"), Place(path))
    for manifest in manifests(repo):
        if manifest.topics:
            grade = Completeness.COMPLETE if len(manifest.topics) >= 4 else Completeness.DESCRIBED
            yield raises(grade, say("a data manifest on {topics}", topics=", ".join(manifest.topics)), manifest.at)


def _grade(document: Document) -> tuple[Completeness, str]:
    if not document.words:
        return Completeness.PROMISED, say("it is empty")
    if document.words < SHORT:
        return Completeness.MENTIONED, say("only {n} words", n=document.words)
    filled = sum(section.words >= SECTION_WORDS for section in document.sections)
    if filled >= 3 and document.words >= 3 * SHORT:
        return Completeness.COMPLETE, say("{n} sections on the data", n=filled)
    return Completeness.DESCRIBED, say("it has gaps")


COMPONENT = Component(
    name="data-card",
    title="Data card",
    group=Group.DOCUMENT,
    advice="Write a data card: sources, licenses, collection, processing, known gaps.",
    detect=detect,
    where="DATA_CARD*, datasheets, data manifests, sections of the model card",
    topics=topics("data-card"),
)
