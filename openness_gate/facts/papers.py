"""The paper on a release: the one that it asks to be cited by, or calls its own."""

from __future__ import annotations

from openness_gate.facts import fact
from openness_gate.facts.citation import citations
from openness_gate.facts.documents import documents
from openness_gate.facts.links import links
from openness_gate.facts.paths import is_foreign
from openness_gate.facts.tables import table
from openness_gate.model import Place, Repo


@fact
def own_paper(repo: Repo) -> Place | None:
    """Where it is named, or lies."""
    for path in repo.paths:
        named = any(word in path.lower() for word in ("paper", "report"))
        if path.lower().endswith(".pdf") and named and not is_foreign(path):
            return Place(path)
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
