"""What GitHub Actions tells a step about itself, in the environment and in the file of the event."""

from __future__ import annotations

import os
import re
from typing import Any

from openness_gate import disk, github_event
from openness_gate.comment_plan import MOST_RUN
from openness_gate.facts.values import loads
from openness_gate.github_event import Event
from openness_gate.messages import of_command, say, tame
from openness_gate.model import GateError, Unreadable

MOST_EVENT = 32 << 20  #: bytes


def is_here() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


def repository() -> str:
    return os.environ.get("GITHUB_REPOSITORY", "")


def count(name: str) -> int:
    """The number in the variable *name*, or 0."""
    text = os.environ.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) and int(text) < MOST_RUN else 0


def event() -> Event:
    """What started the job; an empty one outside of Actions. `GateError` where the file cannot be read."""
    place = os.environ.get("GITHUB_EVENT_PATH", "")
    told: Any = {}
    if place:
        try:
            told = loads(disk.read(os.fsencode(place), place, MOST_EVENT, follow=True).decode())
        except (ValueError, Unreadable):
            raise GateError(say("{path}: cannot be read as an event", path=place)) from None
    payload = told if isinstance(told, dict) else {}
    name, commit = (os.environ.get(f"GITHUB_{part}", "") for part in ("EVENT_NAME", "SHA"))
    return github_event.event(payload, repository(), name, commit)


def run_address() -> str:
    """Of the page of this run; "" outside of Actions."""
    server, repo, run = os.environ.get("GITHUB_SERVER_URL", ""), repository(), count("GITHUB_RUN_ID")
    known = re.fullmatch(r"https://[A-Za-z0-9.-]{1,200}(:[0-9]{1,5})?", server)
    return f"{server}/{repo}/actions/runs/{run}" if known and run and re.fullmatch(r"[\w.-]+/[\w.-]+", repo) else ""


def warning(text: str) -> str:
    """*text* as a line of a log; in Actions as a command that shows it on the run's page."""
    if not is_here():
        return f"openness-gate: {text}"
    return "::warning title=openness-gate::" + of_command(tame(text))
