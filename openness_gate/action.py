"""The GitHub Action: its settings in, everything that a job shows out, the check's exit code last.

The settings come by the environment, as `action.yml` hands them on. All that is shown is made from the one report. What
cannot be written (a summary, a comment) is told and never changes the verdict, nor does what was written change the
exit code.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from secrets import token_hex
from typing import NoReturn

from openness_gate import actions, registry
from openness_gate.commands.check import FAIL_ON, code_of
from openness_gate.github_event import Event
from openness_gate.judge import Terms, judge
from openness_gate.messages import of_command, say, tame
from openness_gate.model import GateError, Request, Unreadable
from openness_gate.policy_sources import POLICY_TOKEN
from openness_gate.report import Report, Status, Style
from openness_gate.rules import Severity
from openness_gate.tuples import NamedTuple

MODES = ("local", "api")
COMMENTS = ("never", "on-failure", "always", "delete-when-fixed")
FILES = {"json": "report.json", "sarif": "report.sarif", "markdown": "report.md", "junit": "report.xml"}
MOST_MISSING = 100
PLAIN = Style(color=False, unicode=True)


class Settings(NamedTuple):
    """The action's inputs, each checked: what is not known never becomes a default."""

    path: str
    mode: str
    policy: str
    policy_sha256: str
    policy_ref: str
    fail_on: str
    only_new: bool
    online: bool
    comment: str
    comment_key: str
    pr_number: int
    head_sha: str
    annotations: bool
    summary: bool
    report_dir: str


def run() -> NoReturn:
    """The program: the exit code, and out."""
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    _hide_tokens()
    try:
        return _main()
    except GateError as error:
        _command("error", str(error))
        _outputs({"result": "error", "exit-code": error.exit_code})
        return error.exit_code
    except Exception:
        import traceback

        with _no_commands():
            traceback.print_exc(file=sys.stdout)
        _command("error", say("this is a bug of openness-gate; please report it with the lines above"))
        _outputs({"result": "error", "exit-code": 4})
        return 4


def _main() -> int:
    settings = read(os.environ)
    found = _event(settings)
    report = _judged(settings, found)
    code = code_of([report], settings.fail_on)
    written = _files(report, settings)
    with _no_commands():
        print(registry.reporter("text").render([report], PLAIN), end="")
    if settings.annotations:
        print(registry.reporter("annotations").render([report], PLAIN), end="")
    if settings.summary:
        _summary(report)
    url = _comment(settings, found, report, written)
    _outputs(_told(report, code) | written | {"comment-url": url})
    return code


# --- settings -------------------------------------------------------------------------------------------------------


def read(environment: Mapping[str, str]) -> Settings:
    """The settings; `GateError` (exit 2) for one that is not of its kind."""

    def word(name: str, known: tuple[str, ...] = ()) -> str:
        value = environment.get(f"GATE_{name.upper().replace('-', '_')}", "")
        if known and value not in known:
            names = ", ".join(known)
            raise GateError(say("input {name}: {value!r} is none of {known}", name=name, value=value, known=names))
        return value

    def truth(name: str) -> bool:
        return word(name, ("true", "false")) == "true"

    number = word("pr-number")
    if number and not (number.isascii() and number.isdigit() and len(number) < 12):
        raise GateError(say("input {name}: {value!r} is no number", name="pr-number", value=number))
    return Settings(
        path=word("path") or ".",
        mode=word("mode", MODES),
        policy=word("policy"),
        policy_sha256=word("policy-sha256").lower(),
        policy_ref=word("policy-ref") or "base",
        fail_on=word("fail-on", FAIL_ON),
        only_new=truth("only-new"),
        online=truth("online"),
        comment=word("comment", COMMENTS),
        comment_key=word("comment-key") or "default",
        pr_number=int(number or 0),
        head_sha=word("head-sha"),
        annotations=truth("annotations"),
        summary=truth("summary"),
        report_dir=word("report-dir"),
    )


def _hide_tokens() -> None:
    """No token is ever shown, and each is where the client looks for it."""
    for name in ("GATE_TOKEN", "GATE_POLICY_TOKEN"):
        if token := os.environ.get(name, ""):
            print(f"::add-mask::{of_command(token)}")
    for name, ours in (("GITHUB_TOKEN", "GATE_TOKEN"), (POLICY_TOKEN, "GATE_POLICY_TOKEN")):
        if token := os.environ.get(ours, ""):
            os.environ[name] = token


def _event(settings: Settings) -> Event:
    """What started the job, with what the settings say of it."""
    found = actions.event()
    if found.branch and not settings.pr_number:
        from openness_gate.pull_request import of_run

        try:
            found = of_run(found)
        except Unreadable as error:
            _command("warning", say("the pull request of this run cannot be told: {why}", why=error))
    return found._replace(head=settings.head_sha or found.head, number=settings.pr_number or found.number)


# --- the check ------------------------------------------------------------------------------------------------------


def _judged(settings: Settings, found: Event) -> Report:
    here = _here(settings) if settings.mode == "local" else _there(settings, found)
    decides = {"base": found.decides, "head": ""}.get(settings.policy_ref, settings.policy_ref)
    terms = Terms(
        policy=settings.policy,
        base=_reachable(decides, found, here),
        since=_reachable(found.base, found, here) if settings.only_new else "",
        today=date.today(),
        fail_on=settings.fail_on,
        online=settings.online,
    )
    report = judge([here], terms)
    if settings.policy_sha256 and report.policy.sha256 != settings.policy_sha256:
        is_ = report.policy.sha256
        raise GateError(say("the policy is not the expected one: its sha256 is {sha}", sha=is_))
    return report


def _here(settings: Settings) -> Request:
    """The commit that was checked out, whatever earlier steps left in its folder; a folder without git as it is."""
    from openness_gate.git import around

    os.chdir(os.environ.get("GITHUB_WORKSPACE") or ".")
    git = around(os.path.realpath(settings.path)) if os.path.isdir(settings.path) else None
    return Request(settings.path, ref="HEAD" if git and git.commit("HEAD") else "")


def _there(settings: Settings, found: Event) -> Request:
    if not found.head:
        raise GateError(say("mode api needs head-sha: the event {name} has none", name=found.name or "-"))
    return Request(f"gh:{found.repository}@{found.head}")


def _reachable(revision: str, found: Event, here: Request) -> str:
    """*revision* where the checkout has it, or else through the API: a shallow clone is enough."""
    from openness_gate.git import around

    if not revision or here.target.startswith("gh:"):
        return revision
    git = around(os.path.realpath(here.target)) if os.path.isdir(here.target) else None
    return revision if git and git.commit(revision) else f"gh:{found.repository}@{revision}"


# --- what is shown --------------------------------------------------------------------------------------------------


def _files(report: Report, settings: Settings) -> dict[str, str]:
    """The report in every format of a file; the paths of those that were written."""
    room = settings.report_dir or os.path.join(os.environ.get("RUNNER_TEMP") or ".", f"openness-gate-{token_hex(4)}")
    written: dict[str, str] = {}
    for name, file in FILES.items():
        path = os.path.join(room, file)
        try:
            os.makedirs(room, exist_ok=True)
            with open(path, "w", encoding="utf-8", newline="") as out:
                out.write(registry.reporter(name).render([report], PLAIN))
        except OSError as error:
            _command("warning", say("{path}: cannot be written: {why}", path=path, why=error.strerror or error))
        else:
            written[f"report-{name}"] = path
    return written


def _summary(report: Report) -> None:
    from openness_gate.reporters.markdown import summary

    path = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8", newline="") as out:
            out.write(summary([report]))
    except OSError as error:
        _command("warning", say("the summary cannot be written: {why}", why=error.strerror or error))


def _comment(settings: Settings, found: Event, report: Report, files: Mapping[str, str]) -> str:
    """The address of the comment; "" where none was written. Why not is told, and never changes the verdict."""
    from argparse import Namespace
    from contextlib import redirect_stdout
    from io import StringIO

    from openness_gate.commands.comment import COMMAND
    from openness_gate.reporters.markdown import body

    if settings.comment == "never" or "report-json" not in files:
        return ""
    place = os.path.join(os.path.dirname(files["report-json"]), "comment.md")
    said = StringIO()
    try:
        with open(place, "w", encoding="utf-8", newline="") as out:
            out.write(body([report]))
        with redirect_stdout(said):
            COMMAND.run(
                Namespace(
                    report=files["report-json"], body=place, mode=settings.comment, key=settings.comment_key,
                    repo=found.repository, pr=found.number, head_sha=found.head, run_id=0, attempt=0,
                ),
                date.today(),
            )  # fmt: skip
    except (GateError, OSError) as error:
        _command("warning", say("no comment was written: {problem}", problem=error))
    return said.getvalue().strip()


def _told(report: Report, code: int) -> dict[str, object]:
    findings = [finding for judgement in report.judgements for finding in judgement.findings]
    unmet = [finding for finding in findings if finding.status is Status.UNMET]
    return {
        "result": report.result.value,
        "exit-code": code,
        "errors": sum(finding.severity is Severity.ERROR for finding in unmet),
        "warnings": sum(finding.severity is Severity.WARNING for finding in unmet),
        "waived": sum(finding.status is Status.WAIVED for finding in findings),
        "missing": json.dumps(list(dict.fromkeys(finding.rule.id for finding in unmet))[:MOST_MISSING]),
        "policy-sha256": report.policy.sha256,
        "policy-source": tame(report.policy.origin),
    }


def _outputs(values: Mapping[str, object]) -> None:
    """For the steps that follow, each behind a delimiter that nothing in it can know."""
    path = os.environ.get("GITHUB_OUTPUT", "")
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8", newline="\n") as out:
            for name, value in values.items():
                end = token_hex(16)
                out.write(f"{name}<<{end}\n{tame(str(value))}\n{end}\n")
    except OSError as error:
        _command("warning", say("the outputs cannot be written: {why}", why=error.strerror or error))


@contextmanager
def _no_commands() -> Iterator[None]:
    """What is printed within is text to the runner, whatever it looks like."""
    end = token_hex(16)
    print(f"::stop-commands::{end}")
    try:
        yield
    finally:
        print(f"::{end}::")


def _command(name: str, message: str) -> None:
    print(f"::{name}::{of_command(tame(message))}")
