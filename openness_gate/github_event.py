"""What started a job of GitHub Actions: which commit is judged, what it goes on top of, which pull request it is of.

Pure: environment and payload come from whoever calls. Which event has what is GitHub's documentation of "Events that
trigger workflows"; a payload is the job's own, yet nothing in it is trusted to be of the right type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from openness_gate.tuples import NamedTuple

SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
PROPOSED = ("pull_request", "pull_request_target")
NOBODY = "0" * 40  #: what a push says that came before the first commit of a branch


class Event(NamedTuple):
    """One event. What it does not have is empty or 0."""

    name: str
    repository: str  #: owner/name
    head: str  #: the commit that is judged where nothing is checked out
    base: str  #: the commit that it goes on top of, or that was there before
    decides: str  #: the commit whose policy, waivers and declarations count; "" is the one that is judged
    number: int  #: of the pull request
    from_fork: bool
    branch: str  #: of a workflow run: `owner:branch`, by which its pull request is found


def event(payload: Mapping[str, Any], repository: str, name: str = "", commit: str = "") -> Event:
    """What *payload*, the content of GITHUB_EVENT_PATH, says; by what it has, as each kind of event has its own.

    *commit*, GITHUB_SHA, is of the default branch for a workflow run. It decides over what a pull request or a fork has
    brought, until the base of the pull request is known: what is judged never chooses its own judge.
    """
    none = Event(name, repository, "", "", "", 0, False, "")
    if "pull_request" in payload:
        head, base = (_sha(payload, "pull_request", end, "sha") for end in ("head", "base"))
        return none._replace(
            head=head,
            base=base,
            decides=base,
            number=_number(payload, "pull_request", "number"),
            from_fork=_at(payload, "pull_request", "head", "repo", "full_name") != repository,
        )
    if "merge_group" in payload:
        base = _sha(payload, "merge_group", "base_sha")
        return none._replace(head=_sha(payload, "merge_group", "head_sha"), base=base, decides=base)
    if "workflow_run" in payload:
        owner = _at(payload, "workflow_run", "head_repository", "owner", "login")
        branch = _at(payload, "workflow_run", "head_branch")
        from_fork = _at(payload, "workflow_run", "head_repository", "full_name") != repository
        own = not from_fork and _at(payload, "workflow_run", "event") not in PROPOSED
        return none._replace(
            head=_sha(payload, "workflow_run", "head_sha"),
            decides="" if own else commit,
            from_fork=from_fork,
            branch=f"{owner}:{branch}" if isinstance(owner, str) and isinstance(branch, str) else "",
        )
    return none._replace(head=_sha(payload, "after"), base=_sha(payload, "before"))


def of_pull_request(found: Event, pull: Mapping[str, Any]) -> Event | None:
    """*found*, a workflow run, with the *pull* request that it ran for; None for one of another commit or place."""
    same = _sha(pull, "head", "sha") == found.head and _at(pull, "base", "repo", "full_name") == found.repository
    if not (found.head and same and pull.get("state") == "open"):
        return None
    base = _sha(pull, "base", "sha")
    return found._replace(base=base, decides=base, number=_number(pull, "number"))


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _sha(value: Any, *keys: str) -> str:
    found = _at(value, *keys)
    return found if isinstance(found, str) and SHA.fullmatch(found) and found != NOBODY else ""


def _number(value: Any, *keys: str) -> int:
    found = _at(value, *keys)
    return found if type(found) is int and found > 0 else 0
