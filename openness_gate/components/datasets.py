"""Data sets

The training data itself: in the repository, or where it can be had.

Why it matters
    Open training data must be shared, public data must be listed with where to get it (Open Source AI Definition 1.0,
    FAQ). The Model Openness Framework asks for the data sets in class I.

How it is graded
    mentioned   a document names public data
    linked      a document, a configuration or a script names where to get it
    complete    data files are here
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.data_files import data_files
from openness_gate.facts.data_information import public_data, sources
from openness_gate.messages import say
from openness_gate.model import Axis, Completeness, Component, Evidence, Group, Release, raises, unknown

MOST = 6


def detect(release: Release) -> Iterator[Evidence]:
    repo = release.repo
    here = data_files(repo, "training")
    for place in here[:MOST]:
        yield raises(Completeness.COMPLETE, say("data"), place)
    listed = public_data(repo)
    for name, at in list(listed.items())[:MOST]:
        yield raises(Completeness.LINKED, say("names {name}", name=name), at)
    for at in list(listed.values())[: not here]:
        yield unknown(Axis.ACCESS, say("the address was not looked up"), at)
    for name, at in list(sources(repo).items())[:MOST]:
        yield raises(Completeness.MENTIONED, say("names {name}", name=name), at)


COMPONENT = Component(
    name="datasets",
    title="Data sets",
    group=Group.DATA,
    advice="Publish the training data that you may share, and list where to get the rest.",
    detect=detect,
    where="data files, data manifests, documents, configurations, scripts",
)
