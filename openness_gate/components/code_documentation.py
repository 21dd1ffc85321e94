"""Code documentation

What documents tell of how to use the code: install it, prepare the data, train, evaluate, run the model.

Why it matters
    Code that nobody can start is read and not used. The European Open Source AI Index grades how well the code is
    documented, beside whether it is there.

It has five topics, the steps: installation, data, training, evaluation and inference.

How it is graded
    mentioned   documents tell how to use the model with a library, and no code is here
    described   documents tell how to take some of the steps
    complete    documents tell at least four of the steps, among them training
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.code import scripts
from openness_gate.facts.code_steps import STEPS, steps
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Release, raises

MOST_STEPS = 4  #: that make it complete


def detect(release: Release) -> Iterator[Evidence]:
    found = steps(release.repo)
    if not found:
        return
    whole = "training" in found and len(found) >= MOST_STEPS
    grade = Completeness.COMPLETE if whole else Completeness.DESCRIBED
    if not any(scripts(release.repo)):
        grade = Completeness.MENTIONED
    for step, at in found.items():
        says = say("commands for {step}", step=step)
        yield raises(grade, says, at)
        yield raises(Completeness.DESCRIBED, says, at, step)


COMPONENT = Component(
    name="code-documentation",
    title="Code documentation",
    group=Group.DOCUMENT,
    advice="Show the commands that install the code, prepare the data, train, evaluate and run the model.",
    detect=detect,
    where="commands in documents",
    topics=STEPS,
)
