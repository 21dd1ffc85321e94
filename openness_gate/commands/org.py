"""One policy over every repository of an organization: scan them, see what was found, plan, follow up."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING

from openness_gate.messages import translate
from openness_gate.model import Command

if TYPE_CHECKING:
    from datetime import date

ACTIONS = {
    "scan": "judge every repository of an organization, and keep what is found",
    "report": "say what the last scan found: a summary, a dashboard, or data",
    "plan": "say which repositories would turn red under another policy",
    "merge": "make one scan of the scans of shards",
    "follow-up": "say on GitHub what the scan found: a custom property, a tracking issue, issues in repositories",
}
"""Each is a module of `org`, with `arguments` and `run`, like a command."""


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, about in ACTIONS.items():
        about = translate(about)
        action = actions.add_parser(name, help=about, description=about, allow_abbrev=False)
        module = import_module(f"openness_gate.org.{name.replace('-', '_')}")
        module.arguments(action)
        action.set_defaults(act=module.run)


def run(args: argparse.Namespace, today: date) -> int:
    """Exit code: that of the action."""
    code: int = args.act(args, today)
    return code


COMMAND = Command("org", "hold every repository of an organization to one policy", arguments, run)
