"""Data preprocessing code

The scripts that made the training data from its sources: download, extract, filter, deduplicate, tokenize.

Why it matters
    What was left out shapes a model as much as what was left in. The Open Source AI Definition 1.0 asks for the full
    specification of how the data was processed and filtered, as code.

How it is graded
    promised    a plan announces it
    described   prose tells how the data was processed
    linked      a named repository holds it
    partial     a pipeline of stages is described by files
    complete    scripts that read, process and write data are here
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import code
from openness_gate.facts.documents import documents
from openness_gate.facts.manifest import manifests
from openness_gate.facts.modules import data_pipelines
from openness_gate.facts.promises import promised
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Release, raises

MOST = 8
ENOUGH_WORDS = 30


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    scripts = sorted(code.of(repo, "data"), key=lambda s: (s.path.count("/"), s.path))
    for script in scripts[:MOST]:
        yield raises(Completeness.COMPLETE, say("processes data"), script.at("data"))
    for name, at in data_pipelines(repo):
        yield raises(Completeness.LINKED, say("the data was prepared with {name}", name=name), at)
    for manifest in manifests(repo):
        for stage in manifest.stages:
            yield raises(Completeness.PARTIAL, say("a pipeline's stage {name}", name=stage.name), stage.place)
    for promise in promised(repo, "data processing", "preprocessing", "data pipeline", "data code", "数据处理"):
        yield raises(Completeness.PROMISED, say("announced: {text}", text=promise.text[:80]), promise.at)
    for document in documents(repo):
        for section in document.about("data-processing"):
            if section.words >= ENOUGH_WORDS:
                yield raises(Completeness.DESCRIBED, say("prose tells how the data was processed"), section.at)


COMPONENT = Component(
    name="data-preprocessing-code",
    title="Data preprocessing code",
    group=Group.CODE,
    advice="Publish the scripts that download, filter, deduplicate and tokenize the training data.",
    detect=detect,
    where="Python scripts, notebooks, pipelines",
)
