"""Technical report

A document that tells how the model was made and how well it does, in the detail that others need to build on it.

Why it matters
    The Model Openness Framework asks for it in class III; a research paper may stand in for it.

How it is graded
    mentioned   a link to a report that nobody looked at, or a file of a few words
    described   a report as a PDF in the repository, which is not read
    complete    a report in text
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.documents import documents
from openness_gate.facts.links import links
from openness_gate.facts.paths import is_foreign, stem
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Place, Release, raises

WORDS = ("report", "tech_memo", "tech-memo", "tech_note", "technical")
ENOUGH_WORDS = 200
SHORT = 30  #: words; below it a report says nothing


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    for document in documents(repo):
        if any(word in stem(document.path) for word in WORDS):
            says = say("a report of {n} words", n=document.words)
            yield raises(_grade(document.words), says, Place(document.path, 1))
    for path in repo.paths:
        if path.lower().endswith(".pdf") and not is_foreign(path) and any(w in path.lower() for w in (*WORDS, "paper")):
            yield raises(Completeness.DESCRIBED, say("a report as a PDF, which was not read"), Place(path))
    for link in links(repo):
        if link.sentence and "report" in link.sentence.lower and link.kind in ("paper", "code", ""):
            yield raises(Completeness.MENTIONED, say("names {url}", url=link.url), link.at)
            return


def _grade(words: int) -> Completeness:
    if words >= ENOUGH_WORDS:
        return Completeness.COMPLETE
    return Completeness.DESCRIBED if words >= SHORT else Completeness.MENTIONED


COMPONENT = Component(
    name="technical-report",
    title="Technical report",
    group=Group.DOCUMENT,
    advice="Publish a report on how the model was made and evaluated, in the repository.",
    detect=detect,
    where="documents and PDFs called report, links",
)
