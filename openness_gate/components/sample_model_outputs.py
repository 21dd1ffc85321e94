"""Sample model outputs

What the model produces, as it comes.

Why it matters
    They show at a glance what a model is like. Optional in class III of the Model Openness Framework.

How it is graded
    described   a section shows some
    complete    files of outputs are here
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.documents import documents
from openness_gate.facts.paths import is_foreign
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Place, Release, raises

NAMES = ("samples/", "sample_outputs", "generated_samples", "example_outputs", "sample-outputs")
CODE = (".py", ".sh", ".ipynb")


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    for path in repo.paths:
        if any(name in path.lower() for name in NAMES) and not is_foreign(path) and not path.endswith(CODE):
            yield raises(Completeness.COMPLETE, say("outputs"), Place(path))
            break
    for document in documents(repo):
        for section in document.about("samples"):
            if section.words or section.code:
                yield raises(Completeness.DESCRIBED, say("shows outputs"), section.at)


COMPONENT = Component(
    name="sample-model-outputs",
    title="Sample model outputs",
    group=Group.DOCUMENT,
    advice="Publish some outputs of the model, as they came, with their prompts.",
    detect=detect,
    where="files of samples, sections on them",
)
