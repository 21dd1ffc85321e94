"""Training code

The scripts that made the parameters: the loop, its objective, and what starts it.

Why it matters
    Without it nobody can rebuild, check or change how the model came to be. The Open Source AI Definition 1.0 asks for
    the complete code that trained the system; the Model Openness Framework asks for it from class II on.

It has two topics: what begins from nothing (of a trainer elsewhere: only with the settings of a model), and what
starts from a model.

How it is graded
    promised    a plan announces it, or a launcher starts a script that is not there
    described   prose tells how it was trained
    linked      the trainer is a submodule, a dependency or a named repository
    partial     only fine-tuning is here, or loops beside it that do not say what they start from
    complete    a training loop that begins from nothing is here
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import code
from openness_gate.facts.documents import documents
from openness_gate.facts.modules import trainers
from openness_gate.facts.promises import promised
from openness_gate.facts.tables import table
from openness_gate.facts.training_config import handed, launches, training_configs
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Kind, Release, Repo, raises

MOST = 8  #: scripts that are shown
ENOUGH_WORDS = 30
FROM_NOTHING, FINE_TUNING = TOPICS = ("from-nothing", "fine-tuning")


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    found = () if release.kind is Kind.DATASET else (*_here(repo), *_elsewhere(repo))  # no loop makes a data set
    for seen, topic in (*found, *_promised(repo)):
        yield seen
        yield seen._replace(topic=topic)
    for document in documents(repo):
        for section in document.about("training-procedure"):
            if section.words >= ENOUGH_WORDS:
                yield raises(Completeness.DESCRIBED, say("prose tells how it was trained"), section.at)


def _promised(repo: Repo) -> Iterator[tuple[Evidence, str]]:
    """The loops that are announced, or started without being here."""
    for launch in launches(repo):
        if not launch.found:
            says = say("starts {target}, which is not here", target=launch.target)
            yield raises(Completeness.PROMISED, says, launch.at), FROM_NOTHING
    for promise in promised(repo, "training code", "training script", "train code", "pretraining code", "训练代码"):
        says = say("announced: {text}", text=promise.text[:80])
        yield raises(Completeness.PROMISED, says, promise.at), FROM_NOTHING


def _here(repo: Repo) -> Iterator[tuple[Evidence, str]]:
    """The loops in the tree."""
    scripts = sorted(code.of(repo, "training"), key=lambda s: (s.stage == "finetune", s.path.count("/"), s.path))
    stages = {script.stage for script in scripts}
    for script in scripts[:MOST]:
        at = script.at("training")
        if script.stage == "finetune" or (not script.stage and "finetune" in stages and "pretrain" not in stages):
            yield raises(Completeness.PARTIAL, say("a training loop that starts from a model"), at), FINE_TUNING
        else:
            yield raises(Completeness.COMPLETE, say("a training loop"), at), FROM_NOTHING


def _elsewhere(repo: Repo) -> Iterator[tuple[Evidence, str]]:
    """The loops that are handed to a dependency, a submodule or a named repository."""
    for package, at in handed(repo):
        yield raises(Completeness.LINKED, say("starts the training of {name}", name=package), at), FROM_NOTHING
    configs = [config for config in training_configs(repo) if not code.is_of_fine_tuning(config.path)]
    begins = table("signals")["pretrain"]["paths"]
    of_a_model = any("size of the model" in c.settings or any(p in c.path.lower() for p in begins) for c in configs)
    for name, at in trainers(repo):
        if of_a_model:
            says = say("the trainer is {name}; its settings are here", name=name)
            yield raises(Completeness.LINKED, says, at), FROM_NOTHING
        else:
            yield raises(Completeness.LINKED, say("the trainer is {name}", name=name), at), FINE_TUNING


COMPONENT = Component(
    name="training-code",
    title="Training code",
    group=Group.CODE,
    advice="Publish the scripts that trained the released parameters, with what starts them.",
    detect=detect,
    where="Python scripts, notebooks, launchers, submodules",
    topics=TOPICS,
)
