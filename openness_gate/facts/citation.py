"""How a release asks to be cited: `CITATION.cff` (citation-file-format 1.2) and `codemeta.json` (CodeMeta 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import fact, file_fact
from openness_gate.facts.paths import base
from openness_gate.facts.values import Said, all_said, aside, document, items_at, said, value_at
from openness_gate.located import Doc
from openness_gate.messages import say
from openness_gate.model import Place, Repo
from openness_gate.tuples import NamedTuple

FORMS = {"citation.cff": "cff", "codemeta.json": "codemeta"}


class Citation(NamedTuple):
    """One file of it."""

    at: Place
    form: str  #: cff | codemeta
    title: Said | None = None
    license: Said | None = None  #: of the software or data it cites; any one of several
    doi: Said | None = None
    repository: Said | None = None
    preferred_type: Said | None = None  #: what should be cited instead: article, conference-paper, report …
    preferred_title: Said | None = None
    trouble: str = ""


@fact
def citations(repo: Repo) -> tuple[Citation, ...]:
    """Every citation file in the tree."""
    return tuple(_citation(repo, path) for path in repo.paths if base(path) in FORMS and not aside(repo, path))


@file_fact
def _citation(repo: Repo, path: str) -> Citation:
    doc, trouble = document(repo, path)
    form = FORMS[base(path)]
    if trouble:
        repo.log.notice(say("{path} cannot be read: {trouble}", path=path, trouble=trouble), doc.place())
        return Citation(doc.place(), form, trouble=trouble)
    if form == "codemeta":
        return Citation(
            doc.place(),
            form,
            said(doc, "name"),
            _any(_things(doc, "license")),
            said(doc, "identifier"),
            said(doc, "codeRepository"),
            preferred_title=said(doc, "referencePublication", "name"),
        )
    return Citation(
        doc.place(),
        form,
        said(doc, "title"),
        _any(all_said(doc, "license")),
        said(doc, "doi") or _identifier(doc),
        said(doc, "repository-code") or said(doc, "repository"),
        said(doc, "preferred-citation", "type"),
        said(doc, "preferred-citation", "title"),
    )


def _any(licenses: Iterator[Said]) -> Said | None:
    """A list of licenses means that any one of them may be chosen (CFF 1.2, `license`)."""
    found = list(licenses)
    return Said(" OR ".join(one.value for one in found), found[0].at) if found else None


def _things(doc: Doc, key: str) -> Iterator[Said]:
    """Words, or things of JSON-LD that are named by their address."""
    yield from all_said(doc, key)
    things = [(key,), *((key, index) for index in items_at(doc, key))]
    yield from (found for keys in things if (found := said(doc, *keys, "url") or said(doc, *keys, "@id")))


def _identifier(doc: Doc) -> Said | None:
    for index in items_at(doc, "identifiers"):
        if value_at(doc, "identifiers", index, "type") == "doi":
            return said(doc, "identifiers", index, "value")
    return None
