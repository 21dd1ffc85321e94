"""Does what `comment_plan` plans, looks again, and goes on until nothing is left to do."""

from __future__ import annotations

from typing import Protocol

from openness_gate.comment_plan import Action, Comment, Detail, Do, State, Wish, ours, plan, state_of, taken_back
from openness_gate.http import Unsure
from openness_gate.messages import say
from openness_gate.model import Unreadable
from openness_gate.tuples import NamedTuple

TURNS = 12  #: looks at what is there; more only where others keep writing
FAILURES = 3  #: of changes that may have been made, or not


class TooLong(Unreadable):
    """The host takes no comment of this length."""


class Thread(Protocol):
    """The comments of one pull request. Each call may raise `Unreadable`, a change `Unsure`, too."""

    def head(self) -> str: ...
    def comments(self) -> list[Comment]: ...
    def detail(self, comment: Comment) -> Detail | None: ...
    def do(self, action: Action) -> Comment | None: ...
    def pause(self, turn: int) -> bool: ...


class Outcome(NamedTuple):
    did: str  #: created, updated, deleted, unchanged, stale, or nothing
    url: str = ""
    note: str = ""  #: what did not work, beside the comment itself


def settle(thread: Thread, me: str, state: State, key: str, wish: Wish) -> Outcome:
    """What became of the comment of *key* by *me*. *state*: the run that wishes."""
    work = _Work(thread, me, state, key, wish)
    for turn in range(TURNS):
        try:
            if work.is_done():
                break
        except Unsure:
            work.failures += 1
            if work.failures >= FAILURES or not thread.pause(turn):
                raise
        except TooLong:
            if not wish.short or work.wish is None or work.wish.body == wish.short:
                raise
            work.wish = wish._replace(body=wish.short)
    return Outcome(work.did, work.url, work.note)


class _Work:
    """One run's part in it."""

    def __init__(self, thread: Thread, me: str, state: State, key: str, wish: Wish) -> None:
        self.thread, self.me, self.state, self.key = thread, me, state, key
        self.first = wish
        self.wish: Wish | None = wish
        self.before = ""  #: what was written over
        self.did, self.url, self.note = "nothing", "", ""
        self.wrote = self.late = False
        self.failures = 0

    def is_done(self) -> bool:
        """Look, and do what is left to do; whether there was nothing."""
        if not self.late and (self.wish or self.wrote) and self.thread.head() != self.state.sha:
            self.late = True
            if not self.wrote:
                self.did = "stale" if self.did == "nothing" else self.did
                return True
            self.wish = taken_back(self.first, self.before, self.state, self.key)
        mine = ours(self.thread.comments(), self.me, self.key)
        detail = self._detail(mine[0]) if mine and self.wrote else None
        actions = plan(mine, self.wish, self.state, detail)
        self.url = mine[0].url if mine else ""
        if not actions and self.did == "nothing" and mine:
            self.did = "stale" if state_of(mine[0].body).order > self.state.order else "unchanged"
        for action in actions:
            self._do(action)
        return not actions

    def _do(self, action: Action) -> None:
        if action.do in (Do.HIDE, Do.SHOW):
            return self._fold(action)
        if not self.wrote and action.do is not Do.DELETE:  # also where nobody will know whether it did
            self.wrote, self.before = True, action.comment.body if action.comment else ""
        done = self.thread.do(action)
        if action.do is Do.DELETE:
            self.did = "deleted" if self.wish and not self.wish.body else self.did
            return None
        self.wish = None
        self.did = f"{action.do.value}d" if self.did == "nothing" else self.did
        self.url = done.url if done else self.url
        return None

    def _fold(self, action: Action) -> None:
        """That it is folded away, or not, is worth no failure."""
        try:
            self.thread.do(action)
        except Unreadable:
            self.note = say("the comment could not be folded away or shown again")

    def _detail(self, comment: Comment) -> Detail | None:
        if self.note:
            return None
        try:
            return self.thread.detail(comment)
        except Unreadable:
            self.note = say("whether another run wrote meanwhile could not be looked up")
            return None
