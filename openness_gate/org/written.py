"""Where a report goes: to stdout, or to a file that is there whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, TextIO

from openness_gate.messages import say
from openness_gate.model import GateError


@contextmanager
def text(output: str) -> Iterator[TextIO]:
    """A stream of UTF-8; to stdout where *output* is empty. Whoever reads it there may go at any time."""
    if output:
        with binary(output) as file:
            import io

            out = io.TextIOWrapper(file, "utf-8", newline="")
            yield out
            out.flush()
            out.detach()
        return
    with suppress(BrokenPipeError):
        yield sys.stdout
        sys.stdout.flush()


@contextmanager
def binary(output: str) -> Iterator[BinaryIO]:
    """A file that takes its name when all of it is written; a pipe or a device is written as it is."""
    special = os.path.exists(output) and not os.path.isfile(output)
    place = output if special else f"{output}.{os.getpid()}.new"
    try:
        with open(place, "wb") as file:
            yield file
        if not special:
            os.replace(place, output)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise GateError(say("{path}: cannot be written: {why}", path=output, why=why)) from None
    finally:
        if not special:
            with suppress(OSError):
                os.unlink(place)
