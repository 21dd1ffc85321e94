"""What follows a scan on GitHub: a custom property for each repository, a tracking issue, and issues in repositories.

Each is off unless it is asked for, and without `--apply` nothing is changed: it is told what would be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openness_gate.messages import say
from openness_gate.model import GateError

if TYPE_CHECKING:
    import argparse
    from datetime import date

PROPERTY = re.compile(r"[A-Za-z0-9_$#-]{1,75}")
MOST_ISSUES = 50
PATIENCE = 900.0  #: seconds that rate limits are waited for


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scan", metavar="SCAN", help=say("the folder of the scan"))
    parser.add_argument("--apply", action="store_true", help=say("change what else is only told"))
    parser.add_argument("--property", metavar="NAME", help=say("set this custom property of each repository"))
    parser.add_argument("--tracking-issue", metavar="OWNER/REPO", help=say("keep one issue about the scan there"))
    parser.add_argument("--issues", action="store_true", help=say("keep an issue in each repository that fails"))
    parser.add_argument(
        "--max-issues", type=int, default=MOST_ISSUES, metavar="N", help=say("open at most so many in one run (50)")
    )


def run(args: argparse.Namespace, today: date) -> int:
    """Exit code: 0; 2 for wrong use; 3 where something could not be read or changed."""
    from openness_gate.forges.github import is_repository
    from openness_gate.http import client
    from openness_gate.org.follow_up_scan import Scan
    from openness_gate.org.follow_up_work import Work

    if not (args.property or args.tracking_issue or args.issues):
        raise GateError(say("nothing is asked for: write --property, --tracking-issue or --issues"))
    if args.property and not PROPERTY.fullmatch(args.property):
        raise GateError(say("{name}: no name of a custom property", name=args.property))
    if args.tracking_issue and not is_repository(args.tracking_issue):
        raise GateError(say("{repo!r} is no repository; write OWNER/REPO", repo=args.tracking_issue))
    if args.max_issues < 0:
        raise GateError(say("--max-issues is a number that is not negative"))
    client().take_time(PATIENCE)
    scan = Scan(args.scan)
    try:
        return Work(scan, args.apply).run(args.property, args.tracking_issue, args.max_issues if args.issues else None)
    finally:
        scan.close()
