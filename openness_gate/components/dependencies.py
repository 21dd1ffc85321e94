"""Dependencies, locked

Exact versions of everything that is installed, as a resolver wrote them.

Why it matters
    "It ran in March" is no release. A lock file makes the code run the same tomorrow.

How it is graded
    partial     a list of dependencies without exact versions
    complete    a lock file, or every dependency with an exact version
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.packaging import dependencies
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Place, Release, raises


def detect(release: Release) -> Iterator[Evidence]:
    for file in dependencies(release.repo):
        if file.locked:
            yield raises(Completeness.COMPLETE, say("a lock file"), Place(file.path, 1))
        elif file.total:
            exact = file.pinned == file.total
            says = say("{pinned} of {total} with exact versions", pinned=file.pinned, total=file.total)
            yield raises(Completeness.COMPLETE if exact else Completeness.PARTIAL, says, Place(file.path, 1))


COMPONENT = Component(
    name="dependencies",
    title="Dependencies, locked",
    group=Group.CODE,
    advice="Add a lock file, or pin every dependency to an exact version.",
    detect=detect,
    where="lock files, requirements, pyproject.toml",
)
