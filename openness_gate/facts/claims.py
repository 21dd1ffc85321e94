"""What a release says of its own openness; what is compared, planned, thanked for or denied is left out."""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import fact
from openness_gate.facts.sentences import Sentence, sentences
from openness_gate.facts.tables import table
from openness_gate.model import Claim, Repo

LONGEST = 240  #: characters of a claim that are quoted


@fact
def claims(repo: Repo) -> tuple[Claim, ...]:
    """The claims in a release's documents, each with how strongly it is said."""
    return tuple(Claim(s.text[:LONGEST], s.at, strength) for s in sentences(repo) for strength in _strength(s))


def _strength(sentence: Sentence) -> Iterator[str]:
    known = table("prose")
    words = known["claims"]
    if sentence.section.about(*known["not_ours"]["sections"], "plan") or sentence.has(words["not_claims"]):
        return
    if sentence.lower.startswith(("|", "- [ ]", "#")) or sentence.has(known["not_ours"]["phrases"]):
        return
    ours = sentence.has(words["ours"]) and sentence.has(words["of_models"])
    if sentence.has(words["full"]):
        yield "asserted-full" if ours else "implied"
    elif sentence.has(words["open_source"]):
        yield "asserted" if ours else "implied"
