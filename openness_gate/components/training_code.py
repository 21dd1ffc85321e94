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

from openness_gate.facts.documents import documents
from openness_gate.facts.promises import promised
from openness_gate.facts.training import loops
from openness_gate.facts.training_config import launches
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Release, Repo, raises

MOST = 8  #: scripts that are shown
ENOUGH_WORDS = 30
FROM_NOTHING, FINE_TUNING = TOPICS = ("from-nothing", "fine-tuning")


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    for seen, topic in (*_loops(repo), *_promised(repo)):
        yield seen
        yield seen._replace(topic=topic)
    for document in documents(repo):
        for section in document.about("training-procedure"):
            if section.words >= ENOUGH_WORDS:
                yield raises(Completeness.DESCRIBED, say("prose tells how it was trained"), section.at)


def _loops(repo: Repo) -> Iterator[tuple[Evidence, str]]:
    here = [loop for loop in loops(repo) if loop.here][:MOST]
    for loop in (*here, *(loop for loop in loops(repo) if not loop.here)):
        of_tree = Completeness.COMPLETE if loop.fresh else Completeness.PARTIAL
        grade = of_tree if loop.here else Completeness.LINKED
        yield raises(grade, loop.says, loop.at), FROM_NOTHING if loop.fresh else FINE_TUNING


def _promised(repo: Repo) -> Iterator[tuple[Evidence, str]]:
    """The loops that are announced, or started without being here."""
    for launch in launches(repo):
        if not launch.found:
            says = say("starts {target}, which is not here", target=launch.target)
            yield raises(Completeness.PROMISED, says, launch.at), FROM_NOTHING
    for promise in promised(repo, "training code", "training script", "train code", "pretraining code", "训练代码"):
        says = say("announced: {text}", text=promise.text[:80])
        yield raises(Completeness.PROMISED, says, promise.at), FROM_NOTHING


COMPONENT = Component(
    name="training-code",
    title="Training code",
    group=Group.CODE,
    advice="Publish the scripts that trained the released parameters, with what starts them.",
    detect=detect,
    where="Python scripts, notebooks, launchers, submodules",
    topics=TOPICS,
)
