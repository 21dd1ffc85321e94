"""Say under a pull request what a report found: one comment, kept current. A failure here never changes a verdict."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from openness_gate import actions, comment_body, disk
from openness_gate.comment_plan import KEY, MODES, MOST_RUN, SHA, State, Texts, wish
from openness_gate.facts.values import loads
from openness_gate.github_event import Event
from openness_gate.messages import say
from openness_gate.model import Command, GateError, Unreadable

if TYPE_CHECKING:
    import argparse
    from datetime import date

MOST_REPORT, MOST_BODY = 64 << 20, 1 << 20  #: bytes


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--report", required=True, metavar="FILE", help=say("what check wrote as JSON"))
    parser.add_argument("--body", metavar="FILE", help=say("what check wrote as Markdown (else a short table)"))
    parser.add_argument("--mode", default="on-failure", choices=MODES, help=say("when to comment (on-failure)"))
    parser.add_argument("--key", default="default", help=say("tells several comments under one pull request apart"))
    where = parser.add_argument_group(say("where, which GitHub Actions says itself"))
    where.add_argument("--repo", default="", metavar="OWNER/NAME", help=say("the repository"))
    where.add_argument("--pr", type=int, default=0, metavar="N", help=say("the number of the pull request"))
    where.add_argument("--head-sha", default="", metavar="SHA", help=say("the commit that was judged"))
    where.add_argument("--run-id", type=int, default=0, metavar="ID", help=say("a number that grows from run to run"))
    where.add_argument("--attempt", type=int, default=0, metavar="N", help=say("which try of that run it is"))


def run(args: argparse.Namespace, today: date) -> int:
    """Exit code: 0, also where the comment could not be written (a warning says why); 2 for wrong use."""
    report = _report(args.report)
    body = _read(args.body, MOST_BODY) if args.body else ""
    state = _state(args)
    if not KEY.fullmatch(args.key):
        raise GateError(say("{key}: a key is of letters, digits, dots, underscores and single hyphens", key=args.key))
    if args.mode == "never":
        return 0
    repo = _repository(args)
    event = actions.event()
    if args.pr:
        event = event._replace(number=args.pr, head=state.sha if event.number != args.pr else event.head)
    if not (event.number or event.branch) and not actions.is_here():
        raise GateError(say("no pull request is named; write --pr N"))
    if not (event.number or event.branch):
        _tell(say("this event has no pull request to comment on"))
        return 0
    state = state._replace(sha=state.sha or event.head or comment_body.reports_of(report)[0]["target"]["commit"])
    if not state.sha:
        raise GateError(say("the report names no commit; write --head-sha"))
    try:
        _write(args, report, body, state, repo, event)
    except Unreadable as error:
        _warn(say("no comment was written: {problem}", problem=error))
    return 0


def _write(args: argparse.Namespace, report: dict[str, Any], body: str, state: State, repo: str, event: Event) -> None:
    from openness_gate.pull_request import PullRequest, number_of, viewer
    from openness_gate.settle import settle

    number = event.number or number_of(repo, event.branch, state.sha)
    if not number:
        raise Unreadable(say("{repo}: not exactly one open pull request has the head {sha}", repo=repo, sha=state.sha))
    more, label = actions.run_address(), f"{repo}#{number}"
    fits = body.strip() and len(body.encode("utf-16-le")) <= 2 * comment_body.BUDGET
    text = body if fits else comment_body.body(report, more)
    fixed, short = comment_body.fixed(report, more), comment_body.short(report, more)
    texts = Texts(text, fixed, short, comment_body.outdated(state.sha))
    wanted = wish(args.mode, comment_body.has_findings(report), state, args.key, texts)
    assert wanted is not None
    thread = PullRequest(repo, number)
    outcome = settle(thread, viewer(label), state, args.key, wanted)
    if outcome.note:
        _warn(outcome.note)
    if outcome.did == "stale":
        _tell(say("{what} has moved on; its comment is left to a newer run", what=label))
    if outcome.url:
        print(outcome.url)


def _tell(text: str) -> None:
    print(f"openness-gate: {text}", file=sys.stderr)


def _warn(text: str) -> None:
    print(actions.warning(text), file=sys.stderr)


def _repository(args: argparse.Namespace) -> str:
    from openness_gate.forges.github import is_repository

    repo = args.repo or actions.repository()
    if not is_repository(repo):
        raise GateError(say("{repo!r} is no repository; write --repo owner/name", repo=repo))
    return str(repo)


def _state(args: argparse.Namespace) -> State:
    if args.head_sha and not SHA.fullmatch(args.head_sha):
        raise GateError(say("{sha}: no commit; write all of its 40 or 64 digits", sha=args.head_sha))
    if not all(0 <= n < MOST_RUN for n in (args.pr, args.run_id, args.attempt)):
        raise GateError(say("--pr, --run-id and --attempt are numbers that are not negative"))
    run, attempt = args.run_id or actions.count("GITHUB_RUN_ID"), args.attempt or actions.count("GITHUB_RUN_ATTEMPT")
    return State(args.head_sha, run, attempt)


def _report(path: str) -> dict[str, Any]:
    """The report in the file *path*, if it is one of ours."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    from openness_gate.facts.tables import table

    try:
        value = loads(_read(path, MOST_REPORT))
    except ValueError:
        raise GateError(say("{path}: no JSON", path=path)) from None
    error = best_match(Draft202012Validator(table("schemas/report.schema")).iter_errors(value))
    if error:
        place = re.sub(r"^\$\.?", "", error.json_path)[:80] or "."
        says = say("{path}: no report of openness-gate, version 1: {place}: {problem}",
                   path=path, place=place, problem=error.message[:120])  # fmt: skip
        raise GateError(says)
    assert isinstance(value, dict)
    return value


def _read(path: str, limit: int) -> str:
    import os

    try:
        return disk.read(os.fsencode(path), path, limit, follow=True).decode()
    except Unreadable as error:
        raise GateError(str(error)) from None
    except UnicodeDecodeError:
        raise GateError(say("{path}: not in UTF-8", path=path)) from None


COMMAND = Command("comment", "say under a pull request what a report found", arguments, run)
