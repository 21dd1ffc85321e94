"""Begin: write the files in which a repository says what it is judged by, with schemas for your editor beside them."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from openness_gate import disk, registry
from openness_gate.messages import say
from openness_gate.model import Command, GateError

if TYPE_CHECKING:
    from datetime import date

FOLDER = ".github"
FILES = {
    "openness.yml": ("scaffolds", "openness.yml"),
    "openness.schema.json": ("schemas", "policy.schema.json"),
    "openness-waivers.yml": ("scaffolds", "openness-waivers.yml"),
    "openness-waivers.schema.json": ("schemas", "waivers.schema.json"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", default=".", metavar="FOLDER", help=say("the repository (.)"))
    parser.add_argument(
        "--policy", default="recommended", metavar="P", help=say("what the policy builds on (recommended)")
    )


def run(args: argparse.Namespace, today: date) -> int:
    """Exit code: 0; 2 where a file is there already (nothing is written then), or cannot be written."""
    from openness_gate import policy_sources

    policy_sources.named(args.policy, policy_sources.Library())
    room = os.path.join(args.folder, FOLDER)
    files = [*(os.path.join(room, name) for name in FILES), os.path.join(args.folder, "openness.yml")]
    if there := [path for path in files if os.path.lexists(path)]:
        raise GateError(say("{path} is there already; nothing was written", path=os.path.normpath(there[0])))
    for name, source in FILES.items():
        path = os.path.join(room, name)
        try:
            os.makedirs(room, exist_ok=True)
            disk.replace(path, _content(source, args.policy))
        except OSError as error:
            raise GateError(disk.why(error, path)) from None
        print(say("wrote {path}", path=path))
    print(say("next: openness-gate check {folder}", folder=args.folder))
    return 0


def _content(source: tuple[str, str], policy: str) -> bytes:
    with open(os.path.join(registry.HERE, "data", *source), "rb") as file:
        return file.read().replace(b"POLICY", policy.encode())


COMMAND = Command("init", "write a policy and a file of waivers to begin with", arguments, run)
