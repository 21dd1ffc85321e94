"""Research paper

A paper about the model.

Why it matters
    The Model Openness Framework asks for it in class I. A bare link is only a mention: what the paper says of the
    data or the training was not read.

It has two topics: whether it is the release's own paper, and its peer review, which no repository can show.

How it is graded
    mentioned   a link, or a citation
    described   a paper as a PDF in the repository, which is not read
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.citation import citations
from openness_gate.facts.documents import documents
from openness_gate.facts.links import links
from openness_gate.facts.papers import own_paper
from openness_gate.facts.paths import is_foreign
from openness_gate.messages import say
from openness_gate.model import (
    Axis,
    Completeness,
    Component,
    Evidence,
    Group,
    Place,
    Release,
    Repo,
    raises,
    unknown,
)

OWN, PEER_REVIEW = TOPICS = ("own", "peer-review")


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    for path in repo.paths:
        if path.lower().endswith(".pdf") and "paper" in path.lower() and not is_foreign(path):
            yield raises(Completeness.DESCRIBED, say("a paper as a PDF, which was not read"), Place(path))
    for citation in citations(repo):
        if citation.preferred_type:
            yield raises(Completeness.MENTIONED, say("names a paper to cite"), citation.at)
    for link in links(repo):
        if link.kind == "paper":
            yield raises(Completeness.MENTIONED, say("names {url}", url=link.url), link.at)
            break
    for document in documents(repo):
        for section in document.about("citation"):
            if "@" in section.code or "@" in section.body:
                yield raises(Completeness.MENTIONED, say("says how to cite it"), section.at)
    yield from _topics(repo)


def _topics(repo: Repo) -> Iterator[Evidence]:
    if own := own_paper(repo):
        yield raises(Completeness.MENTIONED, say("names a paper on this release"), own, OWN)
    yield unknown(Axis.COMPLETENESS, say("whether it was peer-reviewed shows elsewhere"), own, PEER_REVIEW)


COMPONENT = Component(
    name="research-paper",
    title="Research paper",
    group=Group.DOCUMENT,
    advice="Put the paper, or its preprint, into the repository and link it from the card.",
    detect=detect,
    where="PDFs, CITATION.cff, links, citations",
    topics=TOPICS,
)
