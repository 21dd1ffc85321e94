"""What another policy would change, before it is rolled out: which repositories would turn red, and by which rules.

The population is scanned twice in a copy of what is kept, by the policy that is in force and by the new one, so that
nothing but the policy makes a difference, and nothing of it stays. What is known already costs no question.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from tempfile import TemporaryDirectory
from typing import Any

from openness_gate.messages import say
from openness_gate.org.progress import Progress
from openness_gate.org.scan import Scan, kept_in, policy_for, scanned_arguments
from openness_gate.org.store import NAME, Store
from openness_gate.org.words import Terms

RED = "fail"
CHANGES = (
    "SELECT r.name, c.before, c.after, s.verdict FROM changes c JOIN repositories r ON r.id = c.repository"
    " LEFT JOIN scanned s ON s.scan = c.scan AND s.repository = c.repository WHERE c.scan = ? ORDER BY r.name"
)
RULES = (
    "SELECT DISTINCT f.rule, f.needs, f.got FROM findings f JOIN releases l ON l.id = f.release"
    " WHERE l.verdict = ? AND f.status IN ('unmet', 'ask') AND f.severity = 'error' ORDER BY f.status = 'ask', f.id"
)
SHOWN = 3  #: rules of a repository


def arguments(parser: argparse.ArgumentParser) -> None:
    scanned_arguments(parser)
    parser.add_argument("--against", default="", metavar="P", help=say("the policy in force (else as for a scan)"))
    parser.add_argument("--out", default="", metavar="DIR", help=say("a scan whose cache is used; it stays as it is"))
    parser.add_argument("--format", default="text", choices=("text", "json"), help=say("how to say it (text)"))


def run(args: argparse.Namespace, today: date) -> int:
    """Exit code: 0, whatever would change; 3 where a repository could not be read, or not all were looked at."""
    with TemporaryDirectory(prefix="openness-gate-") as folder:
        _copy(args.out, folder)
        with kept_in(folder) as store:
            old, new = (
                Terms(policy_for(name, args.places), today, args.fail_on) for name in (args.against, args.policy)
            )
            with Progress() as progress:
                for terms in (old, new):
                    scan = Scan(store, terms, args, progress)
                    scan.run()
                    if scan.left:
                        break
            plan = _plan(store, old, new, scan.left)
    print(json.dumps(plan, indent=2) if args.format == "json" else "\n".join(_told(plan)))
    return 3 if plan["failed"] or plan["not_looked_at"] else 0


def _copy(out: str, folder: str) -> None:
    if not out:
        return
    with closing(Store(out, must_exist=True)) as kept, closing(sqlite3.connect(os.path.join(folder, NAME))) as copy:
        kept.db.backup(copy)


def _plan(store: Store, old: Terms, new: Terms, left: int) -> dict[str, Any]:
    changes = [] if left else [
        {"name": name, "before": before, "after": after, "rules": _rules(store, verdict)}
        for name, before, after, verdict in store.rows(CHANGES, store.scan)
    ]  # fmt: skip
    red = [one for one in changes if one["after"] == RED]
    green = [one for one in changes if one["before"] == RED]
    return {
        "schema_version": 1,
        "policy": {"id": new.policy.id, "title": new.policy.title, "sha256": new.policy.sha256},
        "against": {"id": old.policy.id, "title": old.policy.title, "sha256": old.policy.sha256},
        "repositories": sum(store.totals().values()),
        "turn_red": red,
        "turn_green": green,
        "change_otherwise": [one for one in changes if one not in red and one not in green],
        "failed": [{"name": name, "reason": reason} for name, reason in store.failures()],
        "not_looked_at": left,
    }


def _rules(store: Store, verdict: int | None) -> list[dict[str, str]]:
    found = store.rows(RULES, verdict) if verdict else []
    return [{"rule": rule, "needs": needs, "got": got} for rule, needs, got in found]


def _told(plan: dict[str, Any]) -> Iterator[str]:
    red, green, other = plan["turn_red"], plan["turn_green"], plan["change_otherwise"]
    if plan["not_looked_at"]:
        yield say("not all were looked at: {n} are left", n=plan["not_looked_at"])
        return
    yield say(
        "{n} of {all} repositories would turn red under {new}, against {old}; {green} would turn green",
        n=len(red), all=plan["repositories"], new=plan["policy"]["id"], old=plan["against"]["id"], green=len(green),
    )  # fmt: skip
    for one in (*red, *green, *other):
        before, after = one["before"] or say("new"), one["after"] or say("gone")
        yield "  " + say("{name}: {before} → {after}", name=one["name"], before=before, after=after)
        if one in red:
            for rule in one["rules"][:SHOWN]:
                yield "    " + say(
                    "{rule}: needs {needs}; got {got}", rule=rule["rule"], needs=rule["needs"], got=rule["got"]
                )
            if len(one["rules"]) > SHOWN:
                yield "    " + say("and {n} more rules", n=len(one["rules"]) - SHOWN)
    for one in plan["failed"]:
        yield "  " + say("failed: {name}: {reason}", name=one["name"], reason=one["reason"])
