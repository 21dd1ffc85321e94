"""Which comment of ours stands under a pull request, and with which text: pure.

A comment is ours if its author is who we are and its first line is our mark; only then its second line, the state, is
read. The oldest of ours is kept and the others go. Of all texts the one of the newest run wins: a run that is older
than what is there changes nothing, except that it removes what it doubled. A host cannot be told "only if nobody else
wrote meanwhile", so whoever wrote looks once more, at the history of the comment too, and puts back what it wrote over.
As the last one who writes looks last, exactly one comment is left, with the text of the newest run. And whoever wrote
while the pull request moved on takes back what it said: the newer run may have been content with what stood there. So
that this takes nothing from a newer run that has the same to say, it writes that again if it is not yet settled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from hashlib import sha256
from typing import Protocol, TypeVar

from openness_gate.tuples import NamedTuple

KEY = re.compile(r"[A-Za-z0-9._]{1,40}(-[A-Za-z0-9._]{1,40}){0,10}")  # no two hyphens: they could end an HTML comment
SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
STATE = re.compile(r"<!-- openness-gate:state (\{[^{}<>]{0,400}\}) -->")
MOST_RUN = 10**15  #: no host counts further: a state that says so is none
MODES = ("never", "on-failure", "always", "delete-when-fixed")


class State(NamedTuple):
    """Who wrote a comment of ours: the second line of it."""

    sha: str = ""  #: the head that was judged
    run: int = 0
    attempt: int = 0
    digest: str = ""  #: of the text below
    fixed: bool = False  #: it says that nothing is missing any more

    @property
    def order(self) -> tuple[int, int]:
        return self.run, self.attempt


class Comment(NamedTuple):
    """As the host tells it."""

    id: int
    node: str  #: its id in GraphQL
    author: str
    is_bot: bool
    body: str
    url: str
    fresh: bool = False  #: whoever wrote it may still be at work


class Written(Protocol):
    """What the host says of a comment, or of an issue, that bears on whose it is."""

    @property
    def id(self) -> int: ...
    @property
    def author(self) -> str: ...
    @property
    def is_bot(self) -> bool: ...
    @property
    def body(self) -> str: ...


W = TypeVar("W", bound=Written)


class Detail(NamedTuple):
    """What a list of comments does not tell."""

    hidden: bool
    texts: tuple[str, ...] = ()  #: what it said before, the newest first


class Wish(NamedTuple):
    """What a run wants to stand there."""

    body: str  #: with its first two lines; "" for nothing at all
    create: bool = True  #: also where nothing of ours stands yet
    short: str = ""  #: instead of a body that is too long
    outdated: str = ""  #: instead of a body that came too late


class Do(Enum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    HIDE = "hide"
    SHOW = "show"


class Action(NamedTuple):
    do: Do
    comment: Comment | None  #: None where there is none yet
    body: str = ""


class Texts(NamedTuple):
    """What a run could say."""

    found: str  #: the report
    fixed: str  #: nothing is missing any more
    short: str = ""  #: the report in a few lines
    outdated: str = ""  #: another commit is the head now


def wish(mode: str, found: bool, state: State, key: str, texts: Texts) -> Wish | None:
    """What *mode* makes of a verdict. *found*: something is missing."""
    if mode == "never":
        return None
    if found or mode == "always":
        short = written(texts.short, state, key) if texts.short else ""
        outdated = written(texts.outdated, state._replace(fixed=True), key)
        return Wish(written(texts.found, state, key), short=short, outdated=outdated)
    if mode == "delete-when-fixed":
        return Wish("", create=False)
    return Wish(written(texts.fixed, state._replace(fixed=True), key), create=False)


def mark(key: str) -> str:
    return f"<!-- openness-gate:v1 key={key} -->"


def written(text: str, state: State, key: str) -> str:
    """The body of a comment that says *text*."""
    known: dict[str, object] = {
        "sha": state.sha,
        "run": state.run,
        "attempt": state.attempt,
        "digest": _digest(text),
    }
    known |= {"fixed": True} if state.fixed else {}
    return f"{mark(key)}\n<!-- openness-gate:state {json.dumps(known, separators=(',', ':'))} -->\n{text}"


def state_of(body: str) -> State:
    """What the second line of *body* says; nothing for one that is not what we write."""
    line = body[:2000].replace("\r\n", "\n").split("\n")[1:2]
    found = STATE.fullmatch(line[0]) if line else None
    try:
        known = json.loads(found[1]) if found else None
    except (ValueError, RecursionError):
        known = None
    match known:
        case {"sha": str(sha), "run": int(run), "attempt": int(attempt), "digest": str(digest), **more}:
            counts = type(run) is int and type(attempt) is int and 0 <= run < MOST_RUN and 0 <= attempt < MOST_RUN
            if counts and re.fullmatch(r"[0-9a-f]{64}", digest) and (not sha or SHA.fullmatch(sha)):
                return State(sha, run, attempt, digest, more.get("fixed") is True)
    return State()


def taken_back(wish: Wish, before: str, state: State, key: str) -> Wish:
    """Of a run that wrote, but too late: again what stood there *before*, if anything did."""
    body = written(_text(before), state._replace(fixed=state_of(before).fixed), key) if before else wish.outdated
    return Wish(body, create=False)


def says(there: str, text: str) -> bool:
    """What stands *there* is the same as *text*, whoever of us wrote it."""
    return state_of(there).digest == state_of(text).digest and is_whole(there)


def is_whole(body: str) -> bool:
    """Nobody changed it after it was written."""
    return _digest(_text(body)) == state_of(body).digest


def _text(body: str) -> str:
    """What comes after the first two lines, or, where they are not ours, all of it."""
    _, _, rest = body.replace("\r\n", "\n").partition("\n")
    return rest.partition("\n")[2] if STATE.fullmatch(rest.partition("\n")[0]) else rest


def ours(comments: Iterable[W], me: str, key: str) -> list[W]:
    """Those that *me* wrote for *key*, the oldest first. Anyone may write our mark: so the author comes first."""
    found = [one for one in comments if _is_from(one, me) and _first_line(one.body) == mark(key)]
    return sorted(found, key=lambda one: one.id)


def plan(mine: Sequence[Comment], wish: Wish | None, me: State, detail: Detail | None = None) -> list[Action]:
    """What is left to do. *wish*: None for who has nothing to say (any more). *detail*: of the oldest, where known."""
    if not mine:
        return [Action(Do.CREATE, None, wish.body)] if wish and wish.create else []
    kept, *others = mine
    texts = _texts(mine, detail)
    newest = max(texts, key=lambda text: state_of(text).order)  # of several the first: what stands there
    if wish and state_of(newest).order > me.order:
        wish = None
    if wish and not wish.body:
        return [Action(Do.DELETE, one) for one in mine]
    text = wish.body if wish else newest
    return [
        *_say(kept, text, me if wish else None),
        *(Action(Do.DELETE, one) for one in others),
        *_show(kept, text, detail),
    ]


def _say(kept: Comment, text: str, me: State | None) -> Iterator[Action]:
    """*me*: whoever wishes it; None where what was written over comes back."""
    stays = me and says(kept.body, text) and not (kept.fresh and state_of(kept.body).sha != me.sha)
    if text != kept.body and not stays:
        yield Action(Do.UPDATE, kept, text)


def _show(kept: Comment, text: str, detail: Detail | None) -> Iterator[Action]:
    """One that says that all is well is folded away, and comes back when it is not."""
    if detail and detail.hidden != state_of(text).fixed:
        yield Action(Do.SHOW if detail.hidden else Do.HIDE, kept)


def _texts(mine: Sequence[Comment], detail: Detail | None) -> list[str]:
    """What stands there, and what of ours was written over."""
    texts = [one.body for one in mine]
    return texts + [text for text in (detail.texts if detail else ()) if _marks(text, texts[0]) and is_whole(text)]


def _marks(text: str, like: str) -> bool:
    return _first_line(text) == _first_line(like)


def _first_line(body: str) -> str:
    return body[:200].partition("\n")[0].rstrip("\r")


def _is_from(comment: Written, me: str) -> bool:
    return comment.author == me and comment.is_bot == me.endswith("[bot]")


def _digest(text: str) -> str:
    return sha256(text.replace("\r\n", "\n").strip().encode("utf-8", "replace")).hexdigest()
