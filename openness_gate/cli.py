"""The command line: arguments in, exit code out.

    0    pass, ask or not applicable
    1    findings at or above --fail-on
    2    wrong use, or a policy that is invalid or cannot be had
    3    incomplete: something could not be read that could change a rule
    4    a bug of ours
    130  interrupted

Imports nothing that this call does not need: `--version` imports nothing, a command only itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import openness_gate
from openness_gate import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:  # the module `typing` takes a quarter of what a known verdict does
    from typing import Any, NoReturn

BUG = "openness-gate: this is a bug of ours; please report it with the lines above"
MANY = 100_000  #: a call is short and makes hardly any cycles: looking for them took a twentieth of it


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    argv = list(sys.argv[1:] if argv is None else argv)
    if argv == ["--version"]:
        print(f"openness-gate {__version__}")
        return 0
    try:
        code = _quick(argv)
        return _run(argv) if code is None else code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0  # whoever read an explanation has gone, as `head` does; a verdict is kept by its command
    except Exception as error:
        from openness_gate.model import GateError

        if isinstance(error, GateError):
            print(f"openness-gate: {error}", file=sys.stderr)
            return error.exit_code
        import traceback

        traceback.print_exc()
        print(BUG, file=sys.stderr)
        return 4


def run() -> NoReturn:
    """The program: `main`, and out. Tearing the interpreter down would take a seventh of a call."""
    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        pass  # whoever read it has gone; the verdict stands
    os._exit(code)


def _quick(argv: Sequence[str]) -> int | None:
    """What is answered before a parser of arguments, which takes longer, is imported; None where one is needed.

    A known license, and the verdict on what is staged where it was judged before.
    """
    if argv[:1] == ["license"]:
        from openness_gate.commands.license import quick as known_license

        _speak_utf8_or_escape()
        return known_license(argv[1:])
    if argv[:1] == ["check"]:
        from openness_gate import verdicts

        _speak_utf8_or_escape()
        code = verdicts.quick(argv)
        return _without_parser(verdicts.pending[0].asked) if code is None and verdicts.pending else code
    return None


def _without_parser(asked: dict[str, str]) -> int | None:
    import gc
    from datetime import date

    gc.set_threshold(MANY)
    from openness_gate.commands.check import without_parser

    return without_parser(asked, date.today())


def _run(argv: Sequence[str]) -> int:
    import argparse
    import gc
    from datetime import date
    from functools import partial

    from openness_gate import registry
    from openness_gate.messages import translate

    gc.set_threshold(MANY)
    names = registry.names("commands")
    style = partial(argparse.HelpFormatter, width=100)  # else it asks for the terminal's width at every argument
    about = translate(openness_gate.__doc__ or "")
    parser = argparse.ArgumentParser("openness-gate", description=about, allow_abbrev=False, formatter_class=style)
    parser.add_argument("--version", action="version", version=f"openness-gate {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = [name for name in names if name in argv[:1]] or names  # help needs them all, a call only its own
    loaded: dict[str, Any] = {name: registry.command(name) for name in asked}
    for name, command in loaded.items():
        about = translate(command.about)
        one = commands.add_parser(name, help=about, description=about, allow_abbrev=False, formatter_class=style)
        command.arguments(one)
    try:
        args = parser.parse_args(argv)
    except SystemExit as end:
        return int(end.code or 0)
    _speak_utf8_or_escape()
    code: int = loaded[args.command].run(args, date.today())
    return code


def _speak_utf8_or_escape() -> None:
    """What a terminal cannot show is escaped, never an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
