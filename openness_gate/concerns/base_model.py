"""Base model

A model that was tuned from another one, whose data and code are nowhere in the tree.

Why it matters
    Who wants to rebuild a tuned model has to rebuild its base first. The Open Source AI Definition 1.0 asks for data
    information and the code from which the parameters were derived, so a tuned model inherits what its base lacks.

How it is graded
    partial     at most: the model names its base (in front matter, a configuration, a recipe, a sentence), and no loop
                here begins from nothing
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openness_gate.facts.training import bases
from openness_gate.messages import say
from openness_gate.model import Assessment, Completeness, Concern, Evidence, Release, limits

MOST = 5


def find(release: Release, assessments: Mapping[str, Assessment]) -> Iterator[Evidence]:
    """One limit for each base model; nothing where the release trains from nothing itself."""
    if assessments["training-code"].topics["from-nothing"].completeness >= Completeness.LINKED:
        return
    for name, at in bases(release.repo)[:MOST]:
        says = say("it starts from {name}; the data and code that made that are not here", name=name)
        yield limits(Completeness.PARTIAL, says, at)


CONCERN = Concern(
    name="base-model",
    title="Base model",
    absent="no base model whose data and code are missing",
    advice="Publish the data information and the code of the base model, or name a base model that has them.",
    find=find,
)
