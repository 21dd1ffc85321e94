"""Inference code

The code that runs the released model.

Why it matters
    Parameters that nobody can run are numbers. The Open Source AI Definition 1.0 asks for the code that runs the
    system, the Model Openness Framework from class II on.

How it is graded
    promised    a plan announces it
    mentioned   a card shows how to use it with a library
    complete    scripts that load and run the model are here
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import code
from openness_gate.facts.documents import documents
from openness_gate.facts.promises import promised
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Release, raises

MOST = 5


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    scripts = sorted(code.of(repo, "inference"), key=lambda s: ("training" in s.roles, s.path.count("/"), s.path))
    for script in scripts[:MOST]:
        yield raises(Completeness.COMPLETE, say("runs the model"), script.at("inference"))
    for promise in promised(repo, "inference code", "inference script", "推理代码"):
        yield raises(Completeness.PROMISED, say("announced: {text}", text=promise.text[:80]), promise.at)
    for document in documents(repo):
        for section in document.about("usage"):
            if "from_pretrained" in section.code or "pipeline(" in section.code:
                yield raises(Completeness.MENTIONED, say("shows how to use it with a library"), section.at)


COMPONENT = Component(
    name="inference-code",
    title="Inference code",
    group=Group.CODE,
    advice="Publish a script that loads the parameters and runs the model.",
    detect=detect,
    where="Python scripts, notebooks",
)
