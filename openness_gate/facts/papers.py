"""The paper on a release: the one that lies in it, that it asks to be cited by, or calls its own."""

from __future__ import annotations

from openness_gate.facts import fact
from openness_gate.facts.citation import citations
from openness_gate.facts.documents import documents
from openness_gate.facts.hub_ids import name_words
from openness_gate.facts.links import links
from openness_gate.facts.paths import folder, is_foreign
from openness_gate.facts.tables import table
from openness_gate.model import Place, Repo

CALLED = ("paper", "report")
NO_REPORT = ("license", "licence", "agreement", "slides", "poster", "guide", "manual", "figure", "plot",
             "visual", "chart")  # fmt: skip


@fact
def reports(repo: Repo) -> tuple[Place, ...]:
    """The PDFs that tell of the release: at its top, called paper or report, or by its name. Nobody reads them."""
    own = tuple(name_words(repo)[:1])
    pdfs = (path for path in repo.paths if path.lower().endswith(".pdf") and not is_foreign(path))
    return tuple(
        Place(path)
        for path in pdfs
        if not any(word in path.lower() for word in NO_REPORT)
        and (folder(path) == repo.home or any(word in path.lower() for word in (*CALLED, *own)))
    )


@fact
def own_paper(repo: Repo) -> Place | None:
    """Where it is named, or lies."""
    if lying := reports(repo):
        return lying[0]
    for citation in citations(repo):
        if citation.preferred_type:
            return citation.at
    for link in links(repo):
        if link.kind == "paper" and link.sentence and _is_ours(link.sentence.lower):
            return link.at
    for document in documents(repo):
        for section in document.about("citation"):
            if "@" in section.code or "@" in section.body:
                return section.at
    return None


def _is_ours(sentence: str) -> bool:
    return any(word in sentence for word in table("topics")["own-paper"]) and not any(
        word in sentence for word in table("prose")["not_ours"]["phrases"]
    )
