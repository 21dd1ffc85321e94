"""What a hook of git is to judge: what is staged or, where something is pushed, the revision that is pushed.

pre-commit and prek tell their hooks by `PRE_COMMIT_TO_REF` what is pushed, and by `PRE_COMMIT_FROM_REF` what the other
side has already; so does `pre-commit run --from-ref A --to-ref B`.
"""

from __future__ import annotations

from collections.abc import Mapping

from openness_gate.tuples import NamedTuple
from openness_gate.verdicts import PUSHED

KNOWN = "PRE_COMMIT_FROM_REF"


class Subject(NamedTuple):
    """What is judged, and what it is held against where only what is new counts."""

    staged: bool
    ref: str
    since: str  #: "" is nothing: all of it is new


def subject(environment: Mapping[str, str]) -> Subject | None:
    """What a hook with this *environment* was started for; None where a branch is deleted, which pushes nothing."""
    pushed = environment.get(PUSHED, "")
    if not pushed:
        return Subject(True, "", "HEAD")
    if not pushed.strip("0"):
        return None
    known = environment.get(KNOWN, "")
    return Subject(False, pushed, known if known.strip("0") else "")
