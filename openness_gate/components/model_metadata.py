"""Model metadata

Machine-readable facts about the model: its configuration, the state of its trainer, front matter.

Why it matters
    Tools can sort, compare and trace only what they can read. Optional in class I of the Model Openness Framework.

It has topics, the fields of a card's front matter: license, base-model, datasets, language, library and task. What the
Hub would not understand is only mentioned.

How it is graded
    partial     the card's front matter
    complete    a configuration, or metadata inside the weights
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.cards import FIELDS, front_matter_topics
from openness_gate.facts.documents import documents
from openness_gate.facts.model_config import model_configs
from openness_gate.facts.paths import base, is_foreign
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Place, Release, raises


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    yield from front_matter_topics(repo)
    for config in [c for c in model_configs(repo) if not c.trouble][:5]:
        yield raises(Completeness.COMPLETE, say("configures the model"), config.at)
    for path in repo.paths:
        if base(path) in ("trainer_state.json", "mlmodel") and not is_foreign(path):
            yield raises(Completeness.COMPLETE, say("records the training"), Place(path))
    for document in documents(repo):
        if document.front and document.meta:
            yield raises(Completeness.PARTIAL, say("front matter"), document.front.place())


COMPONENT = Component(
    name="model-metadata",
    title="Model metadata",
    group=Group.PARAMETERS,
    advice="Publish the model's configuration and the state of its trainer as files.",
    detect=detect,
    where="config.json, trainer_state.json, front matter",
    topics=tuple(FIELDS),
)
