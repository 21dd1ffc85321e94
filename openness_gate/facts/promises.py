"""What a release announces and does not yet have: unchecked items of a plan, "coming soon"."""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import fact
from openness_gate.facts.sentences import Sentence, sentences
from openness_gate.facts.tables import table
from openness_gate.model import Place, Repo
from openness_gate.tuples import NamedTuple


class Promise(NamedTuple):
    """One sentence that announces something."""

    text: str
    at: Place

    def of(self, *words: str) -> bool:
        lower = self.text.lower()
        return any(word in lower for word in words)


@fact
def promises(repo: Repo) -> tuple[Promise, ...]:
    return tuple(Promise(s.text, s.at) for s in sentences(repo) if _announces(s))


def _announces(sentence: Sentence) -> bool:
    known = table("prose")["promise"]
    return sentence.lower.startswith(tuple(known["unchecked"])) or sentence.has(known["soon"])


def promised(repo: Repo, *words: str) -> Iterator[Promise]:
    """The promises that speak of one of *words*."""
    return (promise for promise in promises(repo) if promise.of(*words))
