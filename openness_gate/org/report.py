"""`org report`: what was found, for people and for programs."""

from __future__ import annotations

import argparse
from datetime import date

from openness_gate import registry
from openness_gate.messages import say
from openness_gate.org.export import EXPORTS
from openness_gate.org.reading import reading
from openness_gate.org.written import text


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", help=say("where `org scan` put what it found"))
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--format", choices=registry.names(registry.ORG_REPORTS), default="markdown", help=say("markdown, if not named")
    )
    how.add_argument("--export", choices=sorted(EXPORTS), help=say("a row for each repository, release and rule"))
    parser.add_argument("--output", default="", metavar="FILE", help=say("instead of stdout"))


def run(args: argparse.Namespace, today: date) -> int:
    """Exit code: 0; 2 where there is no scan, or the report cannot be written."""
    with reading(args.folder, today) as found:
        if args.export:
            EXPORTS[args.export](found, args.output)
            return 0
        with text(args.output) as out:
            registry.org_report(args.format).write(found, out)
    return 0
