"""The other edge: asks an address, and takes whatever comes back for hostile.

Over https, or over http of a loopback address that the user configured. Asked are the configured endpoints and the
hosts that `data/hosts.json` allows, and redirects lead to no others: so no link of a repository under test reaches a
private address. A token goes to the endpoint that it is for, never further, and into no message. Each question has a
time limit that a server cannot stretch byte by byte, and so has the whole run. A change is asked for at an endpoint
alone, and not again where it may have been made: that is `Unsure`, and whoever asked looks first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext, suppress
from functools import cache
from threading import Lock
from time import monotonic, sleep, time
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from openness_gate import __version__
from openness_gate.answers import LONGEST_PAUSE, UNSAID_PAUSE, asks_to_wait
from openness_gate.answers import Answer as Answer
from openness_gate.answers import Missing as Missing
from openness_gate.answers import complaint as complaint
from openness_gate.answers import is_limit as is_limit
from openness_gate.hosts import Endpoint, allowed, authorization, host_of, origin, require_public
from openness_gate.messages import say
from openness_gate.model import Unreadable
from openness_gate.tuples import NamedTuple
from openness_gate.waiting import Progress, within

if TYPE_CHECKING:
    from requests import Response, Session

CALL_LIMIT = 60.0  #: seconds for one answer, with its redirects
RUN_LIMIT = 900.0  #: seconds of one run spent on asking
SILENCE = 15.0  #: seconds without a byte
TRIES = 3
PAUSE = 0.5  #: seconds before the second try; doubled before the third
MAX_ANSWER = 32 << 20  #: bytes
MAX_COMPLAINT = 64 << 10  #: bytes read of an answer that is none
MOST_SILENT = 25  #: questions in a row
HOPS = 5
MAX_PAGES = 500
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Unsure(Unreadable):
    """A change was asked for, and nobody knows whether it was made."""


class _Asked(NamedTuple):
    url: str
    endpoint: Endpoint | None
    accept: str = ""
    limit: int = MAX_ANSWER
    first: int = 0
    method: str = "GET"
    body: bytes = b""
    home: bool = False  #: redirects lead to no other host
    once: bool = False  #: a second try might do it twice


class _Broken(Exception):
    """No answer; *final*: another try would end alike."""

    def __init__(self, says: str, final: bool = False) -> None:
        super().__init__(says)
        self.final = final


class Client:
    """Asks, for one run."""

    def __init__(self) -> None:
        from openness_gate.cache import Cache

        self.cache = Cache()
        self._session: Session | None = None
        self._end = monotonic() + RUN_LIMIT
        self._patience = RUN_LIMIT  #: seconds of waiting that are left
        self._longest = LONGEST_PAUSE
        self._one_waits = Lock()
        self._spent: dict[str, Answer | Unreadable] = {}  #: the last of a host that is asked no more
        self._silent: dict[str, int] = {}  #: how many questions in a row a host left without an answer
        self.count = 0  #: of what was asked
        self.quota: dict[str, tuple[int, int]] = {}  #: by what it is of: what is left, and of how much
        self.waits: Callable[[float], object] | None = None  #: is told of each longer pause; then nothing else is shown

    def get(
        self,
        url: str,
        endpoint: Endpoint | None = None,
        *,
        accept: str = "",
        limit: int = MAX_ANSWER,
        first: int = 0,
        method: str = "GET",
        home: bool = False,
    ) -> Answer:
        """The answer, whatever its status; `Unreadable` where there is none. *first*: only so many bytes of it;
        *home*: from no other host."""
        return self._ask(_Asked(url, endpoint, accept, limit, first, method, home=home))

    def send(self, method: str, url: str, endpoint: Endpoint, value: object = None, *, once: bool = True) -> Answer:
        """The answer to *value* as JSON. *once*: it is a change, and `Unsure` where it may have been made."""
        body = b"" if value is None else json.dumps(value).encode()
        return self._ask(
            _Asked(url, endpoint, "application/vnd.github+json", method=method, body=body, home=True, once=once)
        )

    def hurry(self, seconds: float, patience: float) -> None:
        """All that is still asked takes no longer than *seconds*, of which no more than *patience* are waited."""
        self._end = min(self._end, monotonic() + seconds)
        self._patience = min(self._patience, patience)

    def take_time(self, patience: float) -> None:
        """For a run over many repositories: it ends when it is done, and waits *patience* seconds for a rate limit."""
        self._end, self._patience, self._longest = float("inf"), patience, patience

    @property
    def gave_up(self) -> bool:
        """Nobody answers any more: a limit is used up for longer than we wait, a token is refused, or all is silent."""
        return bool(self._spent)

    def _ask(self, asked: _Asked) -> Answer:
        host = allowed(asked.url, asked.endpoint)
        for attempt in range(TRIES):
            if host in self._spent:
                return self._last_of(host)
            pause, last = PAUSE * 2**attempt, attempt == TRIES - 1
            try:
                answer = self._answer(asked)
            except _Broken as error:
                says = say("{host}: {problem}", host=host, problem=error)
                if asked.once:
                    raise Unsure(says) from None
                if error.final or last or not self.wait(pause):
                    self._note(host, Unreadable(says))
                    raise Unreadable(says) from None
                continue
            if asked.once and answer.status >= 500:
                raise Unsure(say("{host} answers {status}", host=host, status=answer.status))
            asked_for = asks_to_wait(answer)
            if asked_for is None or last or not self.wait(max(pause, asked_for)):
                refused = answer.status == 401 and authorization(asked.url, asked.endpoint)
                if refused or is_limit(answer) or (asked_for or 0.0) > min(self._longest, self._patience):
                    self._spent[host] = answer
                self._note(host, answer)
                return answer
        raise AssertionError

    def _note(self, host: str, what: Answer | Unreadable) -> None:
        """What came of a question. A host that leaves too many in a row without an answer is asked no more."""
        silent = isinstance(what, Unreadable) or what.status >= 500
        self._silent[host] = self._silent.get(host, 0) + 1 if silent else 0
        if self._silent[host] >= MOST_SILENT:
            self._spent.setdefault(host, what)

    def _last_of(self, host: str) -> Answer:
        last = self._spent[host]
        if isinstance(last, Unreadable):
            raise Unreadable(str(last))
        return last

    def wait_for_quota(self, answer: Answer) -> bool:
        """Whether there is time until what *answer* says is used up is there again."""
        reset = answer.headers.get("x-ratelimit-reset", "")
        there = self.wait(max(1.0, float(reset[:12]) - time() if reset.isdecimal() else UNSAID_PAUSE))
        if not there:
            self._spent[host_of(answer.url)] = answer
        return there

    def pages(self, url: str, endpoint: Endpoint, most: int = 0, home: bool = False) -> Iterator[Answer]:
        """An answer and those that its `Link` headers lead to, as long as all is well."""
        most = most or MAX_PAGES
        for _ in range(most):
            answer = self.get(url, endpoint, home=home)
            yield answer
            url = _next(answer)
            if not answer.ok or not url:
                return
            if origin(url) != origin(endpoint.url):
                raise Unreadable(say("{host}: its next page is on another host", host=endpoint.host))
        raise Unreadable(say("{host}: more than {n} pages", host=endpoint.host, n=most))

    def close(self) -> None:
        if self._session:
            self._session.close()

    def wait(self, seconds: float) -> bool:
        """Whether there is time for it. What others wait meanwhile is waited for all."""
        begun = monotonic()
        until = begun + seconds
        with self._one_waits:
            others = monotonic() - begun
            seconds = max(0.0, seconds - others) if others > 0.01 else seconds
            if seconds > min(self._longest, self._patience) or until > self._end:
                return False
            self._patience -= seconds
            if self.waits and seconds >= 1:
                self.waits(seconds)
            sleep(seconds)
        return True

    def _answer(self, asked: _Asked) -> Answer:
        """From the cache, if the server says that it still holds; else from the server."""
        if not asked.endpoint or asked.first or asked.method != "GET":
            return self._bounded(asked, "")
        key = f"{asked.url}\n{asked.accept}\n{authorization(asked.url, asked.endpoint)}"
        kept = self.cache.answer(key)
        known = Answer(200, *kept) if kept else None
        answer = self._bounded(asked, known.headers.get("etag", "") if known else "")
        if answer.status == 304 and known:
            return known
        if answer.status == 200 and "etag" in answer.headers:
            self.cache.keep(key, answer.url, answer.headers, answer.body)
        return answer

    def _bounded(self, asked: _Asked, etag: str) -> Answer:
        """In a thread of its own, so that nothing (names, handshakes, headers, bodies) outlasts the limit."""
        left = min(CALL_LIMIT, self._end - monotonic())
        if left <= 0:
            raise _Broken(say("too many seconds were spent on asking"), final=True)
        self.count += 1
        with nullcontext() if self.waits else Progress(host_of(asked.url), self.count):
            answer = within(left, lambda: self._follow(asked, etag))
        if answer is None:
            self._session = None  # the thread still holds it
            raise _Broken(say("no whole answer within {n} seconds", n=int(left) or left), final=True)
        self._note_quota(answer.headers)
        return answer

    def _note_quota(self, headers: Mapping[str, str]) -> None:
        left, of = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-limit", "")
        if left.isdecimal() and of.isdecimal():
            self.quota[headers.get("x-ratelimit-resource", "")[:40]] = int(left[:9]), int(of[:9])

    def _follow(self, asked: _Asked, etag: str) -> Answer:
        """Through redirects, each held against the same rules as the first address."""
        url = asked.url
        for _ in range(HOPS + 1):
            answer = self._once(url, asked, etag)
            to = answer.headers.get("location", "")
            if answer.status not in REDIRECTS or not to:
                return answer
            try:
                url = urljoin(url, to)
                allowed(url, asked.endpoint)
                _require_faithful(url, answer.status, asked)
            except (Unreadable, ValueError):
                raise _Broken(say("it leads on to where nothing is asked"), final=True) from None
        raise _Broken(say("more than {n} redirects", n=HOPS), final=True)

    def _once(self, url: str, asked: _Asked, etag: str) -> Answer:
        from requests import RequestException
        from urllib3.exceptions import HTTPError

        headers = {"Accept": asked.accept or "application/json", "Accept-Encoding": "identity"}
        headers |= {"Authorization": token} if (token := authorization(url, asked.endpoint)) else {}
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"Range": f"bytes=0-{asked.first - 1}"} if asked.first else {}
        headers |= {"Content-Type": "application/json"} if asked.body else {}
        how: dict[str, Any] = {"stream": True, "allow_redirects": False, "timeout": (SILENCE, SILENCE)}
        try:
            require_public(url, asked.endpoint)
            with self._open().request(asked.method, url, headers=headers, data=asked.body or None, **how) as response:
                return _read(response, asked)
        except (RequestException, HTTPError, OSError, ValueError) as error:
            raise _Broken(_problem(error)) from None

    def _open(self) -> Session:
        if self._session is None:
            from requests import Session

            self._session = session = Session()
            session.headers["User-Agent"] = f"openness-gate/{__version__}"
            session.auth = lambda request: request  # else a .netrc would add credentials of its own
            session.cookies.set_policy(_no_cookies())
            session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]  # that is for us
        return self._session


@cache
def client() -> Client:
    """The one of this run."""
    return Client()


# --- what an answer is ----------------------------------------------------------------------------------------------


def _require_faithful(url: str, status: int, asked: _Asked) -> None:
    """`ValueError` where a redirect would lead from home, or make another question of a change."""
    kept = asked.method in ("GET", "HEAD") or status in (307, 308)
    if not kept or (asked.home and asked.endpoint and origin(url) != origin(asked.endpoint.url)):
        raise ValueError


def _read(response: Response, asked: _Asked) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    status, url = response.status_code, response.url
    if asked.method == "HEAD" or status in (204, 304) or (status in REDIRECTS and "location" in headers):
        return Answer(status, url, headers)
    if headers.get("content-encoding", "identity") != "identity":
        raise _Broken(say("it answers in an encoding that was not asked for"), final=True)
    limit = asked.limit if status in (200, 201, 206) else MAX_COMPLAINT
    wanted = asked.first if asked.first and status in (200, 206) else limit + 1
    body = b""
    while len(body) < wanted and (part := response.raw.read(wanted - len(body), decode_content=False)):
        body += part
    if asked.first and len(body) == asked.first:
        return Answer(status, url, headers, body)
    if len(body) > limit:
        if status in (200, 206):
            raise _Broken(say("it answers with more than {n} MiB", n=limit >> 20), final=True)
        return Answer(status, url, headers, body[:limit])
    length = headers.get("content-length", "")
    whole = length == str(len(body)) if length else headers.get("transfer-encoding", "").lower() == "chunked"
    if not whole:  # nothing says where it ends, or it ends elsewhere: `requests` takes what was cut off for an answer
        raise _Broken(say("its answer was cut off"))
    return Answer(status, url, headers, body)


def _problem(error: Exception) -> str:
    from requests import exceptions

    if isinstance(error, exceptions.SSLError):
        return say("its certificate cannot be verified")
    if isinstance(error, exceptions.Timeout):
        return say("no answer within {n} seconds", n=int(SILENCE))
    return say("no connection, or one that was cut off")


def _next(answer: Answer) -> str:
    from requests.utils import parse_header_links

    for link in parse_header_links(answer.headers.get("link", "")):
        if link.get("rel") == "next":
            with suppress(ValueError):
                return urljoin(answer.url, link["url"])
    return ""


def _no_cookies() -> Any:
    from http.cookiejar import DefaultCookiePolicy

    return DefaultCookiePolicy(allowed_domains=[])
