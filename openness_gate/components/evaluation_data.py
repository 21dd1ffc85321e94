"""Evaluation data

The data that the evaluation results were measured on.

Why it matters
    Results can be checked only on the same data. The Model Openness Framework asks for it from class II on.

How it is graded
    mentioned   a document names benchmarks
    described   prose describes it
    linked      a document names where to get the data
    complete    evaluation data is here
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.data_files import data_files
from openness_gate.facts.documents import documents
from openness_gate.facts.links import links
from openness_gate.facts.sentences import sentences
from openness_gate.facts.tables import table
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Release, raises

MOST = 5


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    for place in data_files(repo, "evaluation")[:MOST]:
        yield raises(Completeness.COMPLETE, say("evaluation data"), place)
    for link in links(repo):
        if link.kind == "data" and link.sentence and link.sentence.section.about("evaluation", "evaluation-data"):
            yield raises(Completeness.LINKED, say("names {url}", url=link.url), link.at)
    for document in documents(repo):
        for section in document.about("evaluation-data"):
            if section.words >= 8:
                yield raises(Completeness.DESCRIBED, say("prose describes it"), section.at)
    for sentence in sentences(repo):
        if sentence.has(table("signals")["benchmarks"]):
            yield raises(Completeness.MENTIONED, say("names benchmarks"), sentence.at)
            return


COMPONENT = Component(
    name="evaluation-data",
    title="Evaluation data",
    group=Group.DATA,
    advice="Publish the evaluation data, or name each public benchmark with where to get it.",
    detect=detect,
    where="data files, documents",
)
