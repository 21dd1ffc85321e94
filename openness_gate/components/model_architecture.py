"""Model architecture

The code that defines the model's layers, or a configuration that a named library turns into them.

Why it matters
    Parameters have a meaning only in the architecture they were trained in. The first component that the Model
    Openness Framework asks for, in class III.

How it is graded
    described   prose describes it
    partial     a configuration names an architecture that a library has
    complete    the code that defines it is here
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import code
from openness_gate.facts.documents import documents
from openness_gate.facts.model_config import model_configs
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Release, raises

MOST = 5
ENOUGH_WORDS = 20


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    scripts = sorted(code.of(repo, "architecture"), key=lambda s: (s.path.count("/"), s.path))
    for script in scripts[:MOST]:
        yield raises(Completeness.COMPLETE, say("defines a model"), script.at("architecture"))
    for config in model_configs(repo):
        if config.model_type or config.architectures:
            name = (config.model_type or config.architectures[0]).value
            yield raises(Completeness.PARTIAL, say("configures the architecture {name}", name=name), config.at)
    for document in documents(repo):
        for section in document.about("architecture"):
            if section.words >= ENOUGH_WORDS:
                yield raises(Completeness.DESCRIBED, say("prose describes it"), section.at)


COMPONENT = Component(
    name="model-architecture",
    title="Model architecture",
    group=Group.CODE,
    advice="Publish the code that defines the model, or a configuration that names the library's class.",
    detect=detect,
    where="Python scripts, config.json",
)
