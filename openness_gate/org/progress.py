"""How a scan tells that it goes on: a bar on a terminal (by rich, where it is there), a line now and then elsewhere."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from time import monotonic
from typing import Any

from openness_gate.messages import say

EVERY = 15.0  #: seconds between two lines


class Progress(AbstractContextManager["Progress"]):
    """On stderr. *quota*: what is left of what may be asked, in words."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None
        self._what, self._done, self._of = "", 0, 0
        self._begun = self._said = monotonic()
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI"):
            self._bar = _bar()

    def __enter__(self) -> Progress:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def begin(self, what: str, of: int) -> None:
        """A stage over *of* repositories."""
        self._what, self._done, self._of = what, 0, of
        self._begun = monotonic()
        if self._bar:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(what, total=of, quota="", rate="")
        elif of:
            self.line(say("{what}: {n} repositories", what=what, n=of))

    def step(self, count: int, quota: str) -> None:
        self._done += count
        speed = self._done / max(0.001, monotonic() - self._begun)
        rate = say("{n} per second", n=f"{speed:.1f}")
        if self._bar:
            self._bar.update(self._task, advance=count, quota=quota, rate=rate)
        elif monotonic() - self._said > EVERY:
            done = say("{what}: {n} of {all}", what=self._what, n=self._done, all=self._of)
            left = say("{n} s to go", n=int((self._of - self._done) / max(0.001, speed)))
            self.line(", ".join(filter(None, (done, rate, left, quota))))

    def line(self, text: str) -> None:
        """Something to be told at once."""
        self._said = monotonic()
        if self._bar:
            self._bar.console.print(text, markup=False, highlight=False)
        else:
            print(text, file=sys.stderr, flush=True)

    def waits(self, seconds: float) -> None:
        self.line(say("a rate limit is used up: waiting {n} s", n=int(seconds) + 1))


def _bar() -> Any:
    """None without rich."""
    try:
        from rich import progress
        from rich.console import Console
    except ImportError:
        return None
    columns = (
        progress.TextColumn("{task.description}", markup=False), progress.BarColumn(), progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[rate]} {task.fields[quota]}", markup=False),
        progress.TimeRemainingColumn(),
    )  # fmt: skip
    return progress.Progress(*columns, console=Console(stderr=True), transient=True)
