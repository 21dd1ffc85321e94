"""Evaluation code

The code that produced the evaluation results.

Why it matters
    A number is worth what its measurement is worth. The Open Source AI Definition 1.0 counts code for validation and
    testing, the Model Openness Framework asks for it from class II on.

How it is graded
    mentioned   a document names the harness that was used
    partial     a training script evaluates as it goes
    complete    scripts that evaluate are here
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import code
from openness_gate.facts.sentences import sentences
from openness_gate.facts.tables import table
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Release, raises

MOST = 5


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    scripts = sorted(code.of(repo, "evaluation"), key=lambda s: ("training" in s.roles, s.path.count("/"), s.path))
    for script in scripts[:MOST]:
        grade = Completeness.PARTIAL if "training" in script.roles else Completeness.COMPLETE
        yield raises(grade, say("evaluates a model"), script.at("evaluation"))
    for sentence in sentences(repo):
        if sentence.has(table("signals")["harnesses"]):
            yield raises(Completeness.MENTIONED, say("names an evaluation harness"), sentence.at)
            return


COMPONENT = Component(
    name="evaluation-code",
    title="Evaluation code",
    group=Group.CODE,
    advice="Publish the scripts and settings that produced the evaluation results.",
    detect=detect,
    where="Python scripts, notebooks",
)
