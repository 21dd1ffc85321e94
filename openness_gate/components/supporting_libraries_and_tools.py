"""Supporting libraries and tools

The libraries and tools that the release needs, by name and version.

Why it matters
    Code runs only with what it was written against. Optional in class II of the Model Openness Framework; the Open
    Source AI Definition 1.0 counts libraries used in training and running.

How it is graded
    described   a document names them
    partial     they are listed, without versions
    complete    they are listed, with versions or by a lock file
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.documents import documents
from openness_gate.facts.packaging import dependencies
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Place, Release, raises

MOST = 5


def detect(release: Release) -> Iterator[Evidence]:
    for file in [f for f in dependencies(release.repo) if f.total or f.locked][:MOST]:
        pinned = file.locked or file.pinned * 2 >= file.total
        says = say("{pinned} of {total} with exact versions", pinned=file.pinned, total=file.total)
        yield raises(Completeness.COMPLETE if pinned else Completeness.PARTIAL, says, Place(file.path, 1))
    for document in documents(release.repo):
        for section in document.about("usage"):
            if "pip install" in section.code:
                yield raises(Completeness.DESCRIBED, say("says what to install"), section.at)


COMPONENT = Component(
    name="supporting-libraries-and-tools",
    title="Supporting libraries and tools",
    group=Group.CODE,
    advice="List every library that training and inference need, with its version.",
    detect=detect,
    where="requirements, pyproject.toml, lock files, environments, Dockerfiles",
)
