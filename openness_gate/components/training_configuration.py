"""Training configuration

The settings of the training run: learning rate, batch size, length, schedule, seed, size of the model.

Why it matters
    The Open Source AI Definition 1.0 asks for the arguments and settings that were used. Code without them is a recipe
    without amounts.

It has four topics: seed, learning rate, batch size and length.

How it is graded
    described   a document states some
    partial     defaults in the training script
    complete    configurations or launchers with the settings of a run
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import code
from openness_gate.facts.code import settings_in
from openness_gate.facts.documents import documents
from openness_gate.facts.training_config import ENOUGH, training_configs
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Place, Release, Repo, raises

MOST = 6
TOPIC_OF = {
    "seed": "seed",
    "learning rate": "learning-rate",
    "batch size": "batch-size",
    "length of training": "length",
}


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    for config in training_configs(repo)[:MOST]:
        says = say("sets {settings}", settings=", ".join(sorted(config.settings)))
        yield raises(Completeness.COMPLETE, says, config.at)
    for script in _that_start(repo)[:MOST]:
        if len(script.settings) >= ENOUGH:
            says = say("sets {settings}", settings=", ".join(sorted(script.settings)))
            yield raises(Completeness.PARTIAL, says, _place(script))
    for at, stated in _in_documents(repo):
        if len(stated) >= ENOUGH - 1:
            yield raises(Completeness.DESCRIBED, say("states settings"), at)
    yield from _topics(repo)


def _that_start(repo: Repo) -> list[code.Script]:
    """The scripts with a loop, and those that hand their settings to one."""
    own = list(code.of(repo, "training"))
    return own + [script for script in code.scripts(repo) if script.hands_to]


def _place(script: code.Script) -> Place:
    return Place(script.path, script.hands_to[0][1]) if script.hands_to else script.at("training")


def _in_documents(repo: Repo) -> Iterator[tuple[Place, frozenset[str]]]:
    for document in documents(repo):
        for section in document.about("training-procedure"):
            yield section.at, settings_in(f"{section.body}\n{section.code}".replace(" ", "_").encode())


def _topics(repo: Repo) -> Iterator[Evidence]:
    """Each setting where it is set first, the best place of all."""
    places = [(Completeness.COMPLETE, one.at, one.settings) for one in training_configs(repo)]
    places += [(Completeness.PARTIAL, _place(one), one.settings) for one in _that_start(repo)]
    places += [(Completeness.DESCRIBED, at, stated) for at, stated in _in_documents(repo)]
    for setting, topic in TOPIC_OF.items():
        for grade, at, settings in places:
            if setting in settings:
                yield raises(grade, say("sets {settings}", settings=setting), at, topic)
                break


COMPONENT = Component(
    name="training-configuration",
    title="Training configuration",
    group=Group.CODE,
    advice="Publish the configuration of the training run: hyper-parameters, schedule and seed.",
    detect=detect,
    where="YAML, JSON, TOML, gin, launchers, scripts",
    topics=tuple(TOPIC_OF.values()),
)
