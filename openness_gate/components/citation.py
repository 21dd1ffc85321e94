"""Citation

How the release asks to be cited.

Why it matters
    Who builds on it can name it, and others can find it. A file that tools read keeps authors, version and identifier
    apart.

How it is graded
    promised    a citation file that cannot be read or names nothing
    described   a section says how to cite it
    complete    `CITATION.cff` or `codemeta.json` names it
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.citation import citations
from openness_gate.facts.documents import documents
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Release, raises

ENOUGH_WORDS = 5


def detect(release: Release) -> Iterator[Evidence]:
    for citation in citations(release.repo):
        if citation.title:
            yield raises(Completeness.COMPLETE, say("names {title}", title=citation.title.value[:80]), citation.at)
        else:
            yield raises(Completeness.PROMISED, citation.trouble or say("it names nothing"), citation.at)
    for document in documents(release.repo):
        for section in document.about("citation"):
            if "@" in section.code or section.words >= ENOUGH_WORDS:
                yield raises(Completeness.DESCRIBED, say("a section says how to cite it"), section.at)


COMPONENT = Component(
    name="citation",
    title="Citation",
    group=Group.DOCUMENT,
    advice="Add a CITATION.cff with title, authors, version and identifier.",
    detect=detect,
    where="CITATION.cff, codemeta.json, sections on citation",
)
