"""Hold a release to a policy: open, read, assess, evaluate, render."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from openness_gate import registry, verdicts
from openness_gate.hook import Subject, subject
from openness_gate.judge import Terms, judge
from openness_gate.messages import say
from openness_gate.model import Command, GateError, Request
from openness_gate.report import Report, Result, Style

if TYPE_CHECKING:
    import argparse
    from datetime import date

FAIL_ON = ("error", "warning", "ask", "never")

DEFAULTS: Mapping[str, Any] = {
    "targets": ["."], "policy": "", "policy_ref": "", "new_since": "", "only_new": False, "staged": False,
    "hook": False, "ref": "", "format": "text", "output": None, "fail_on": "error", "as_one": False, "offline": False,
    "online": False, "verbose": False,
}  # fmt: skip
"""What `arguments` makes of none; a test holds that it is the same."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "targets",
        nargs="*",
        default=["."],
        metavar="TARGET",
        help=say("a folder, a bare repository, a declaration, gh:owner/name@rev, hf:[datasets/]owner/name@rev"),
    )
    _decided_by(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--staged", action="store_true", help=say("judge what is staged for the next commit"))
    what.add_argument(
        "--hook",
        action="store_true",
        help=say("judge what a hook of git is for: what is staged or, with PRE_COMMIT_TO_REF, what is pushed"),
    )
    what.add_argument("--ref", default="", metavar="REV", help=say("judge a commit, branch or tag, without a checkout"))
    parser.add_argument(
        "--format", default="text", choices=registry.names("reporters"), help=say("how to say it (text)")
    )
    parser.add_argument("--output", metavar="FILE", help=say("write there instead of to the terminal"))
    parser.add_argument("--fail-on", default="error", choices=FAIL_ON, help=say("what makes the exit code 1 (error)"))
    parser.add_argument("--as-one", action="store_true", help=say("judge all targets as one release"))
    network = parser.add_mutually_exclusive_group()
    network.add_argument(
        "--offline", action="store_true", help=say("look nothing up (the default), and open nothing that is elsewhere")
    )
    network.add_argument("--online", action="store_true", help=say("look up where the release says that its parts are"))
    parser.add_argument("--verbose", action="store_true", help=say("show met rules too, with all the evidence"))


def _decided_by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--policy",
        default="",
        metavar="P",
        help=say("a built-in policy, a file, or owner/name/path.yml@rev (else the repository's own, or recommended)"),
    )
    parser.add_argument(
        "--policy-ref",
        default="",
        metavar="BASE",
        help=say("the revision (or gh:owner/name@rev) that decides: policy, waivers and declarations are read there"),
    )
    since = parser.add_mutually_exclusive_group()
    since.add_argument(
        "--new-since",
        default="",
        metavar="BASE",
        help=say("let only count what is worse than at that revision, or than in gh:owner/name@rev"),
    )
    since.add_argument(
        "--only-new",
        action="store_true",
        help=say("let only count what is worse than in HEAD or, of what is pushed, than what was pushed before"),
    )


def run(args: argparse.Namespace, today: date) -> int:
    """Exit code: 0 pass, ask or not applicable; 1 fail; 3 incomplete."""
    what = subject(os.environ) if args.hook else Subject(args.staged, args.ref, "HEAD")
    if what is None:
        print(say("nothing is pushed"))
        return 0
    reporter = registry.reporter(args.format)
    requests = [Request(target, what.staged, what.ref, args.offline) for target in args.targets]
    since = what.since if args.only_new else args.new_since
    terms = Terms(args.policy, args.policy_ref, since, today, args.fail_on, args.online)
    asked = [requests] if args.as_one else [[request] for request in requests]
    reports = [judge(one, terms) for one in asked]
    text, code = reporter.render(reports, _style(args)), code_of(reports, args.fail_on)
    _write(text, args.output)
    if verdicts.pending and not any(report.unread or report.result is Result.INCOMPLETE for report in reports):
        parents = [parent.label for report in reports for parent in report.policy.parents]
        verdicts.keep(code, text, parents)
    return code


def without_parser(asked: Mapping[str, str], today: date) -> int | None:
    """The same for what hooks ask, as `verdicts` reads it; None where a parser is needed, to say what is wrong."""
    words = {**DEFAULTS, **{name.strip("-").replace("-", "_"): value or True for name, value in asked.items()}}
    wrong = any(not value or value.startswith("-") for name, value in asked.items() if name in verdicts.OPTIONS)
    if wrong or words["fail_on"] not in FAIL_ON or (words["staged"] and words["hook"]):
        return None
    args: Any = SimpleNamespace(**words)
    return run(args, today)


def code_of(reports: Sequence[Report], fail_on: str) -> int:
    """The exit code that reports amount to."""
    results = [one.result for one in reports if not (fail_on == "never" and one.result is Result.FAIL)]
    return {Result.FAIL: 1, Result.INCOMPLETE: 3}.get(Result.worst(results), 0)


def _style(args: argparse.Namespace) -> Style:
    """Colour on a terminal that wants it (NO_COLOR, TERM=dumb), signs beyond ASCII where they can be written."""
    if args.output:
        return Style(False, True, args.verbose)
    unicode = "utf" in (sys.stdout.encoding or "").lower()
    if not sys.stdout.isatty():
        return Style(False, unicode, args.verbose)
    from termcolor import can_colorize

    return Style(can_colorize(), unicode, args.verbose)


def _write(text: str, output: str | None) -> None:
    if not output:
        with suppress(BrokenPipeError):  # whoever read it has gone; the verdict stands
            sys.stdout.write(text)
            sys.stdout.flush()
        return
    try:
        with open(output, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise GateError(say("{path}: cannot be written: {why}", path=output, why=why)) from None


COMMAND = Command("check", "hold a release to a policy", arguments, run)
