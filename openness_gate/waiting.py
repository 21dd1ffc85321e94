"""Time, and who waits: work that may take no longer than it is given, and a sign of life meanwhile."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TypeVar

from openness_gate.messages import say

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T]) -> T | None:
    """What *work* gives, or raises; None if it takes longer. The thread is then left behind, and ends with us."""
    from threading import Thread

    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    return done[0] if done else None


class Progress:
    """One line on a terminal while we wait, and nothing anywhere else."""

    def __init__(self, host: str, count: int) -> None:
        self.text = say("asking {host} ({count})", host=host, count=count)

    def __enter__(self) -> None:
        self._show(self.text)

    def __exit__(self, *_: object) -> None:
        self._show("")

    def _show(self, text: str) -> None:
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI"):
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
