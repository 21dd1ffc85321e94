"""Open washing

The release calls itself open source, and its own license, gate or contents say otherwise.

Why it matters
    "Open source" promises the freedoms to use, study, modify and share. Where a license takes one of them away, or what
    one would study is withheld, the word misleads those who build on it. "Open weights" is the accurate name for
    weights that can be had and no more; the Open Source AI Definition 1.0 keeps "open source" for more.

How it is graded
    limits      a strong claim (everything is open; or it is said twice, or in a heading) against a restricted license,
                a gate, or missing data and code
    unknown     one weak sentence: a person has to read it
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openness_gate.facts.claims import claims
from openness_gate.facts.sentences import sentences
from openness_gate.messages import say
from openness_gate.model import (
    Access,
    Assessment,
    Axis,
    Claim,
    Completeness,
    Concern,
    Effect,
    Evidence,
    LicenseClass,
    Place,
    Release,
)

CLOSED = (LicenseClass.RESTRICTED, LicenseClass.NOT_APPROVED)
QUOTED = 160  #: characters of a claim that are quoted
TWICE = 2


def find(release: Release, assessments: Mapping[str, Assessment]) -> Iterator[Evidence]:
    """The claims that something contradicts, each with what does: one piece of evidence for each of the two."""
    made = [claim for claim in claims(release.repo) if claim.strength != "implied"]
    full = [claim for claim in made if claim.strength == "asserted-full"]
    against = list(_against(assessments, bool(full)))
    if not made or not against:
        return
    claim = (full or made)[0]
    effect = Effect.LIMITS if full or len(made) >= TWICE or _is_prominent(release, claim) else Effect.UNKNOWN
    for axis, why, at in against:
        says = say('"{claim}" ({place}), but {why}', claim=claim.says[:QUOTED], place=claim.at, why=why)
        yield Evidence(says, at or claim.at, axis, effect)


def _is_prominent(release: Release, claim: Claim) -> bool:
    """It is a heading, or the first thing that its document says."""
    for sentence in sentences(release.repo):
        if sentence.at == claim.at:
            return sentence.section.at == claim.at or sentence.section.level <= 1
    return False


def _against(assessments: Mapping[str, Assessment], full: bool) -> Iterator[tuple[Axis, str, Place | None]]:
    weights = assessments["model-parameters-final"]
    for license_ in weights.licenses:
        if license_.cls in CLOSED:
            named = license_.expression
            yield Axis.LICENSE, say("its license {name} is {cls}", name=named, cls=license_.cls), license_.at
    if weights.access >= Access.GATED:
        at = next((e.at for e in weights.evidence if e.grade is weights.access), None)
        yield Axis.ACCESS, say("its weights are {access}", access=weights.access), at
    missing = [] if _is_told(assessments) else [say("nobody tells what it was trained on")]
    if assessments["training-code"].topics["from-nothing"].completeness < Completeness.LINKED:
        missing.append(say("the code that trained it from nothing is not here"))
    if len(missing) == TWICE or (full and missing):
        yield Axis.COMPLETENESS, say(" and ").join(missing), None


def _is_told(assessments: Mapping[str, Assessment]) -> bool:
    return assessments["data-information"].topics["provenance"].completeness >= Completeness.DESCRIBED


CONCERN = Concern(
    name="open-washing",
    title="Open washing",
    absent="no claim of openness that the release contradicts",
    advice='Say "open weights" where only the weights are open, or publish what "open source" promises.',
    find=find,
)
