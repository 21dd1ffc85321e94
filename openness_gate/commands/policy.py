"""Work on policies: list those that ship, validate one of your own."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from openness_gate import policy_sources, registry
from openness_gate.messages import say
from openness_gate.model import Command

if TYPE_CHECKING:
    from datetime import date


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help=say("the policies that come with the program"))
    validate = actions.add_parser("validate", help=say("check policy files"))
    validate.add_argument("files", nargs="+", metavar="FILE")


def run(args: argparse.Namespace, today: date) -> int:
    """Exit code: 0; 2 where a policy is invalid, with its first error."""
    if args.action == "list":
        for name in registry.policies():
            print(f"{name:<14} {policy_sources.policy(name).title}")
        return 0
    for file in args.files:
        policy = policy_sources.policy(file)
        print(say("{file}: {id} is valid, rules: {n}", file=file, id=policy.id, n=len(policy.rules)))
    return 0


COMMAND = Command("policy", "list the policies that ship, validate your own", arguments, run)
