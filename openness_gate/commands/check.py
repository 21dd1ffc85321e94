"""Hold a release to a policy: open, read, assess, evaluate, render."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from openness_gate import registry, together, verdicts
from openness_gate.facts.releases import find
from openness_gate.hook import Subject, subject
from openness_gate.judge import judgement
from openness_gate.messages import say
from openness_gate.model import Command, Completeness, Effect, GateError, Notice, Repo, Request
from openness_gate.policy_choice import Judge, earlier, judge_of
from openness_gate.report import Judgement, Report, Result, Status, Style
from openness_gate.rules import WAIVERS, Policy
from openness_gate.tuples import NamedTuple

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


class Terms(NamedTuple):
    """How a caller wants targets to be judged."""

    policy: str  #: "" leaves it to the repository
    base: str  #: the revision that decides; "": what is judged decides itself
    since: str  #: the revision that what is judged is held against; "": all of it counts
    today: date
    fail_on: str = "error"
    online: bool = False


def judge(requests: Sequence[Request], terms: Terms) -> Report:
    """One target, or several that are one release, from their bytes to the report. The first says who judges."""
    repos = [registry.opened(request) for request in requests]
    by = judge_of(repos[0], requests[0], terms.policy, terms.base, terms.online)
    repos[0], policy = by.repo, by.policy
    for notice in by.notices:
        by.repo.log.notice(*notice)
    repo, targets = repos[0], [(repo.label, repo.commit) for repo in repos]
    judgements = _judgements(repos, policy, terms)
    if terms.since:
        from openness_gate.news import marked

        before = [earlier(request, terms.since) for request in requests]
        judgements = marked(judgements, _judgements(before, policy, terms), policy, terms.fail_on)
    if len(repos) > 1:
        repo = judgements[0].release.repo
    excused, told = _excused(judgements, by, terms)
    _note_untracked(repo, excused)
    result = Result.worst(one.result for one in excused)
    return Report(
        repo.label, repo.commit, policy, (*repo.log.notices, *told), dict(repo.log.unread), tuple(excused), result,
        terms.online, tuple(targets if len(repos) > 1 else ()),
    )  # fmt: skip


def _excused(
    judgements: Sequence[Judgement], by: Judge, terms: Terms
) -> tuple[Sequence[Judgement], tuple[Notice, ...]]:
    """What people answer for applied, where the repository has such a file or there is a question to answer."""
    asked = any(finding.status is Status.ASK for one in judgements for finding in one.findings)
    if not asked and WAIVERS not in by.home.paths:
        return judgements, ()
    from openness_gate.exceptions import exceptions_of
    from openness_gate.excused import excused_all

    return excused_all(judgements, exceptions_of(by.home), by.policy, terms.today, terms.fail_on)


def _judgements(repos: Sequence[Repo], policy: Policy, terms: Terms) -> list[Judgement]:
    """One for each release; of several targets, which are one, a single one."""
    if len(repos) == 1:
        places = [[release] for release in find(repos[0])]
    else:
        together.check(repos)
        places = [[release for repo in repos for release in find(repo)]]
    return [judgement(one, policy, terms.today, terms.fail_on, terms.online) for one in places]


def _note_untracked(repo: Repo, judgements: Sequence[Judgement]) -> None:
    """Say where a grade rests on a file that git does not track: a clone will not have it."""
    for one in judgements:
        for found in one.components.values():
            for evidence in found.evidence:
                rests = evidence.effect is Effect.RAISES and evidence.grade != Completeness.ABSENT
                if rests and evidence.at and evidence.at.path in repo.untracked:
                    path = evidence.at.path
                    repo.log.notice(say("{path} is not tracked by git; a grade rests on it", path=path), evidence.at)


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
