"""What a server said: what it means, how long it asks to wait, and what is told where it is no answer."""

from __future__ import annotations

from collections.abc import Mapping
from time import time
from typing import Any

from openness_gate.facts.values import loads
from openness_gate.hosts import Endpoint, host_of
from openness_gate.messages import say
from openness_gate.model import NOTHING, Unreadable
from openness_gate.tuples import NamedTuple

LONGEST_PAUSE = 90.0  #: seconds that a server may ask us to wait
PASSING = frozenset({429, 500, 502, 503, 504})
UNSAID_PAUSE = 60.0
"""Seconds after a limit that says nothing of it (GitHub, "Best practices for using the REST API")."""


class Answer(NamedTuple):
    """What a server said."""

    status: int
    url: str  #: where it was said, after redirects
    headers: Mapping[str, str] = NOTHING  #: names in lower case
    body: bytes = b""

    @property
    def ok(self) -> bool:
        return self.status in (200, 206)

    def json(self) -> Any:
        """`Unreadable` for what is no JSON."""
        try:
            return loads(self.body.decode())
        except ValueError:  # UnicodeDecodeError is one
            raise Unreadable(say("{host}: its answer is no JSON", host=host_of(self.url))) from None


class Missing(Unreadable):
    """Nothing is there, or nothing that we may see."""


class Denied(Unreadable):
    """Something is there, and is not for us."""


def asks_to_wait(answer: Answer) -> float | None:
    """The seconds until another try makes sense; None where none does."""
    status, headers = answer.status, answer.headers
    if status not in PASSING and status != 403:
        return None
    if headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdecimal():
        return float(headers["x-ratelimit-reset"][:12]) - time()
    if "retry-after" in headers:
        return _seconds(headers["retry-after"])
    if status == 403 and b"secondary rate limit" not in answer.body:
        return None
    return UNSAID_PAUSE if status in (403, 429) else 0.0


def _seconds(said: str) -> float:
    """What `Retry-After` says, in seconds or as a date; without end for what is neither."""
    from urllib3.exceptions import InvalidHeader
    from urllib3.util import Retry

    try:
        return float(Retry().parse_retry_after(said))
    except (InvalidHeader, ValueError, OverflowError):
        return LONGEST_PAUSE + 1


def is_limit(answer: Answer) -> bool:
    """No question will be answered for a while."""
    return answer.status in (403, 429) and asks_to_wait(answer) is not None


def complaint(answer: Answer, what: str, endpoint: Endpoint) -> Unreadable:
    """Why *what* cannot be had, in one line that says what to do."""
    host, status = endpoint.host, answer.status
    name = endpoint.token
    if is_limit(answer):
        hint = say("try later") if name else say("try later, or set {name}", name=endpoint.tokens[0])
        return Unreadable(say("{what}: the rate limit of {host} is used up; {hint}", what=what, host=host, hint=hint))
    if status in (401, 403) and name:
        return Denied(say("{what}: {host} refuses the token in {name}", what=what, host=host, name=name))
    if status in (401, 403):
        name = endpoint.tokens[0]
        return Denied(say("{what}: {host} asks for a token; set {name}", what=what, host=host, name=name))
    if status in (404, 410, 451):
        hint = say("nobody may see it") if status != 404 else say("there is none, or it is private")
        return Missing(say("{what}: {host} answers {status}; {hint}", what=what, host=host, status=status, hint=hint))
    return Unreadable(say("{what}: {host} answers {status}", what=what, host=host, status=status))
