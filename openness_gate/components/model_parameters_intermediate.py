"""Model parameters, intermediate

Checkpoints from during training, and states of the optimizer.

Why it matters
    They let others study how the model learned, and continue from any point. The Model Openness Framework asks for
    them in class I; the Open Source AI Definition 1.0 names them as an option.

How it is graded
    mentioned   a document speaks of them
    linked      a document names where to get them
    complete    they are here
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.sentences import sentences
from openness_gate.facts.weights import State, weights
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Release, raises

WORDS = ("intermediate checkpoint", "intermediate model", "training checkpoint", "checkpoints throughout",
         "all checkpoints", "every checkpoint", "checkpoints at", "partial checkpoint", "中间检查点")  # fmt: skip
MOST = 5


def detect(release: Release) -> Iterator[Evidence]:
    found = [w for w in weights(release.repo) if w.state is State.SOUND and (w.step is not None or w.is_optimizer)]
    for weight in found[:MOST]:
        yield raises(Completeness.COMPLETE, say("a checkpoint from during training"), weight.at)
    for sentence in sentences(release.repo):
        if sentence.has(WORDS):
            grade = Completeness.LINKED if "://" in sentence.text else Completeness.MENTIONED
            yield raises(grade, say("speaks of intermediate checkpoints"), sentence.at)


COMPONENT = Component(
    name="model-parameters-intermediate",
    title="Model parameters, intermediate",
    group=Group.PARAMETERS,
    advice="Publish checkpoints from during training, and say at which steps they were taken.",
    detect=detect,
    where="weight files with steps in their names, documents",
)
