"""What the last scan says, for its follow-up."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from openness_gate.forges.github import is_repository
from openness_gate.messages import say
from openness_gate.model import GateError
from openness_gate.org.follow_up_plan import VALUES
from openness_gate.org.store import Store, closed_on_error
from openness_gate.tuples import NamedTuple

MISSING = "f.status = 'unmet' AND f.severity != 'info'"
OF_RESULTS = "FROM results r JOIN releases l ON l.verdict = r.verdict JOIN findings f ON f.release = l.id"


class Member(NamedTuple):
    """A repository of the scan."""

    label: str  #: as people call it
    name: str  #: owner/name on GitHub; "" for one that is elsewhere
    result: str  #: one of `VALUES`
    reason: str  #: why it could not be read, or is not applicable
    visibility: str
    archived: bool
    commit: str
    verdict: int  #: 0 where there is none
    is_skipped: bool = False
    missing: tuple[str, ...] = ()  #: the rules that are not met, the worst first

    @property
    def org(self) -> str:
        return self.name.partition("/")[0]


class Waiver(NamedTuple):
    label: str
    visibility: str
    rule: str
    until: str


class Turn(NamedTuple):
    """Another result than that of the scan before."""

    label: str
    visibility: str
    before: str
    after: str


class Scan:
    """The last one of a folder; `GateError` where it has not ended."""

    def __init__(self, folder: str) -> None:
        self._store = store = Store(folder, must_exist=True)
        with closed_on_error(store):
            self._read(store)

    def _read(self, store: Store) -> None:
        last = store.rows("SELECT id, ended, policy FROM scans ORDER BY id DESC LIMIT 1")
        if not last or last[0][1] is None:
            raise GateError(say("{path}: the scan has not ended; go on with it first", path=store.path))
        self.number, self.ended, self.policy = last[0]
        self.order = int(datetime.fromisoformat(self.ended.replace("Z", "+00:00")).timestamp())
        missing: dict[int, dict[str, None]] = {}
        for verdict, rule in store.rows(
            f"SELECT r.verdict, f.rule {OF_RESULTS} WHERE {MISSING} ORDER BY f.severity != 'error', f.rule"
        ):
            missing.setdefault(verdict, {})[rule] = None
        rows = store.rows(
            "SELECT name, target, state, result, reason, facts, commit_id, verdict FROM results ORDER BY name"
        )
        self.members = [_member(missing, *row) for row in rows]

    def close(self) -> None:
        self._store.close()

    def totals(self) -> list[tuple[str, int]]:
        question = "SELECT result, count FROM totals WHERE scan = ? ORDER BY count DESC, result"
        return [(result, count) for result, count in self._store.rows(question, self.number)]

    def turns(self) -> Iterator[Turn]:
        for name, facts, before, after in self._store.rows(
            "SELECT r.name, r.facts, c.before, c.after FROM changes c JOIN repositories r ON r.id = c.repository"
            " WHERE c.scan = ? ORDER BY c.after != 'fail', r.name",
            self.number,
        ):
            yield Turn(name, _visibility(json.loads(facts)), before, after)

    def waivers(self) -> Iterator[Waiver]:
        """Those that end, the first to end first."""
        for name, facts, rule, until in self._store.rows(
            f"SELECT r.name, r.facts, f.rule, f.excused_until {OF_RESULTS}"
            " WHERE f.status IN ('waived', 'confirmed') AND f.excused_until != '' ORDER BY f.excused_until, r.name"
        ):
            yield Waiver(name, _visibility(json.loads(facts)), rule, until)

    def report(self, member: Member) -> Mapping[str, Any]:
        """That of `check`; an empty one where it was not judged to the end."""
        found = self._store.rows("SELECT report FROM verdicts WHERE id = ?", member.verdict)
        report: Mapping[str, Any] = json.loads(zlib.decompress(found[0][0])) if found and found[0][0] else {}
        return report


def _member(
    missing: Mapping[int, Mapping[str, None]], label: str, target: str, state: str, result: str, reason: str,
    facts: str, commit: str | None, verdict: int | None,
) -> Member:  # fmt: skip
    about = json.loads(facts)
    name = target.removeprefix("gh:") if target.startswith("gh:") else ""
    known = state == "judged" and result in VALUES
    return Member(
        label, name if is_repository(name) else "", result if known else "unknown", reason, _visibility(about),
        bool(about["archived"]), commit or "", verdict or 0, state == "skipped",
        tuple(missing.get(verdict or 0, ())),
    )  # fmt: skip


def _visibility(facts: Mapping[str, Any]) -> str:
    return str(facts["visibility"])
