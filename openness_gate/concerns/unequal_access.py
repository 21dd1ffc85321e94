"""Unequal access

Some cannot have the parameters, or only for money, an account or an approval.

Why it matters
    What is offered to some and refused to others by where they live is not free for everyone. The European AI Act
    counts a model as released under a free and open-source license only where anybody can get it (Commission
    guidelines C(2025) 5045, paragraphs 79 and 85 to 89).

How it is graded
    limits      the card's front matter excludes the European Union; a license of the parameters excludes regions
    unknown     a form, an agreement or an account stands before the parameters; a sentence speaks of paying for them
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openness_gate.facts.documents import documents
from openness_gate.facts.sentences import sentences
from openness_gate.facts.tables import table
from openness_gate.messages import say
from openness_gate.model import Access, Assessment, Axis, Completeness, Concern, Effect, Evidence, Release, unknown

EXCLUDES = "extra_gated_eu_disallowed"  #: a key of the Hub
PARAMETERS = "model-parameters-final"
MOST = 3


def find(release: Release, assessments: Mapping[str, Assessment]) -> Iterator[Evidence]:
    """Who is excluded, and what a person has to look at."""
    weights = assessments[PARAMETERS]
    for document in documents(release.repo):
        if document.front and str(document.meta.get(EXCLUDES, "")).lower() in ("true", "yes"):
            says = say("{key} is set", key=EXCLUDES)
            yield Evidence(says, document.front.place(EXCLUDES), Axis.ACCESS, Effect.LIMITS)
    for license_ in weights.licenses:
        for clause in (one for one in license_.clauses if one.id == "geo_exclusion"):
            says = say("{name} excludes regions", name=license_.expression)
            yield Evidence(says, clause.at, Axis.ACCESS, Effect.LIMITS)
    if weights.completeness >= Completeness.MENTIONED and Access.REGISTRATION <= weights.access <= Access.HOSTED:
        at = next((e.at for e in weights.evidence if e.grade is weights.access), None)
        says = say("the parameters are {access}: is anyone let in?", access=weights.access)
        yield unknown(Axis.ACCESS, says, at)
    known = table("prose")["payment"]
    paid = [s for s in sentences(release.repo) if s.has(known["pays"]) and s.has(known["for"])]
    for sentence in [s for s in paid if not s.has(known["not_pays"])][:MOST]:
        yield unknown(Axis.ACCESS, say("speaks of paying: {text}", text=sentence.text[:120]), sentence.at)


CONCERN = Concern(
    name="unequal-access",
    title="Unequal access",
    absent="nobody who cannot have the parameters, free of charge",
    advice="Let anyone have the parameters free of charge, wherever they live.",
    find=find,
)
