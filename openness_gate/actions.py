"""What GitHub Actions tells a step about itself, in the environment and in the file of the event."""

from __future__ import annotations

import os
import re
from typing import Any, NamedTuple

from openness_gate import disk
from openness_gate.comment_plan import MOST_RUN, SHA
from openness_gate.facts.values import loads
from openness_gate.messages import say, tame
from openness_gate.model import GateError, Unreadable

MOST_EVENT = 32 << 20  #: bytes


class Event(NamedTuple):
    """What of an event is about a pull request."""

    number: int = 0  #: 0: it is about none
    head: str = ""
    owner: str = ""  #: of the head's repository, where a number is still to be found
    branch: str = ""


def is_here() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


def repository() -> str:
    return os.environ.get("GITHUB_REPOSITORY", "")


def count(name: str) -> int:
    """The number in the variable *name*, or 0."""
    text = os.environ.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) and int(text) < MOST_RUN else 0


def event() -> Event:
    """Of `pull_request`, `pull_request_target` and `workflow_run`; an empty one for all others."""
    place = os.environ.get("GITHUB_EVENT_PATH", "")
    if not place:
        return Event()
    try:
        told: Any = loads(disk.read(os.fsencode(place), place, MOST_EVENT, follow=True).decode())
    except (ValueError, Unreadable):
        raise GateError(say("{path}: cannot be read as an event", path=place)) from None
    match told:
        case {"pull_request": {"number": int(number), "head": {"sha": str(sha)}}} if _are(number, sha):
            return Event(number, sha)
        case {"workflow_run": {"head_sha": str(sha), "head_branch": str(branch), "head_repository": {"owner": owner}}}:
            login = owner.get("login") if isinstance(owner, dict) else None
            if SHA.fullmatch(sha) and isinstance(login, str):
                return Event(0, sha, login, branch)
    return Event()


def run_address() -> str:
    """Of the page of this run; "" outside of Actions."""
    server, repo, run = os.environ.get("GITHUB_SERVER_URL", ""), repository(), count("GITHUB_RUN_ID")
    known = re.fullmatch(r"https://[A-Za-z0-9.-]{1,200}(:[0-9]{1,5})?", server)
    return f"{server}/{repo}/actions/runs/{run}" if known and run and re.fullmatch(r"[\w.-]+/[\w.-]+", repo) else ""


def warning(text: str) -> str:
    """*text* as a line of a log; in Actions as a command that shows it on the run's page."""
    if not is_here():
        return f"openness-gate: {text}"
    return "::warning title=openness-gate::" + tame(text).replace("%", "%25")


def _are(number: int, sha: str) -> bool:
    return 0 < number < MOST_RUN and SHA.fullmatch(sha) is not None
