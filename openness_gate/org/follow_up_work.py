"""Looks at what is there, plans, and then tells or does what is left to do, one line each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from openness_gate.comment_plan import ours
from openness_gate.messages import say
from openness_gate.model import Unreadable
from openness_gate.org import follow_up_body as body
from openness_gate.org.follow_up_github import GitHub, Refused
from openness_gate.org.follow_up_plan import STANDS, Batch, Change, Do, Issue, Stand, batches, of_issue
from openness_gate.org.follow_up_scan import Member, Scan

T = TypeVar("T")


class Work:
    """One run. What is refused at one place is told, and the rest goes on."""

    def __init__(self, scan: Scan, applies: bool) -> None:
        self.scan, self.applies, self.host = scan, applies, GitHub()
        self.members = [member for member in scan.members if member.name]
        self.orgs = sorted({member.org for member in self.members})
        self.me = ""
        self.count, self.is_whole = 0, True

    def run(self, name: str | None, tracking: str | None, most: int | None) -> int:
        """*name*: of the property; *tracking*: the repository of that issue; *most*: of new issues in others."""
        if others := len(self.scan.members) - len(self.members):
            _tell(say("repositories that are not on GitHub and take no part: {n}", n=others))
        try:
            if name:
                self._properties(name)
            if tracking or most is not None:
                self.me = self.host.me()
            if tracking:
                self._tracking(tracking)
            if most is not None:
                self._issues(most)
        except Unreadable as error:
            self._missed(error)
            _tell(say("stopped; the next run does what is left"))
        if self.applies:
            print(say("changes that were made: {n}", n=self.count))
        else:
            print(say("changes that --apply would make: {n}", n=self.count))
        return 0 if self.is_whole else 3

    # --- the custom property

    def _properties(self, name: str) -> None:
        for org in self.orgs:
            self.host.require_property(org, name)
        for org in self.orgs:
            if (now := self._tried(partial(self.host.values, org, name))) is not None:
                self._set(name, self._batches(org, now), now)

    def _batches(self, org: str, now: dict[str, str]) -> list[Batch]:
        wanted = {member.name: member.result for member in self.members if member.org == org}
        for name in [name for name in wanted if name.lower() not in now]:
            self._missed(say("{repo} is not there any more, or may not be seen", repo=name))
            del wanted[name]
        return batches(org, wanted, now)

    def _set(self, name: str, todo: list[Batch], now: dict[str, str]) -> None:
        splits = True
        for batch in todo:
            done = self.host.set_values(batch, name, splits) if self.applies else [batch]
            splits = splits and any(isinstance(one, Batch) for one in done)  # else no repository was in the way
            for one in done:
                if isinstance(one, Refused):
                    self._missed(one)
                    continue
                for repo in one.names:
                    was = now[repo.lower()] or "-"
                    self._did(say("{repo}: {name} = {value} (was {was})",
                                  repo=repo, name=name, value=one.value, was=was))  # fmt: skip

    # --- issues

    def _tracking(self, repo: str) -> None:
        visibility = self._tried(partial(self.host.visibility, repo))
        issues = self._tried(partial(self.host.issues, repo, self.me)) if visibility else None
        if visibility and issues is not None:
            mine, text = ours(issues, self.me, body.TRACKING), body.of_scan(self.scan, visibility)
            self._do(of_issue(repo, mine, body.stand_of(self.scan), text), body.TRACKING)

    def _issues(self, most: int) -> None:
        """In each repository that fails, or did; no more than *most* are opened."""
        if archived := sum(member.archived for member in self.members):
            _tell(say("repositories that are archived and get no issue: {n}", n=archived))
        there, left, waiting = self._found(), most, 0
        for member in self.members:
            mine = there.get(member.name.lower(), [])
            stand = STANDS.get(member.result, Stand.UNKNOWN)
            if member.archived or stand is Stand.UNKNOWN or not (mine or stand is Stand.FAILS):
                continue
            if not mine and not left:
                waiting += 1
                continue
            changes = self._of_repository(member, mine, stand)
            if not left and any(change.is_loud for change in changes):
                waiting += 1
                continue
            left -= self._do(changes, body.REPOSITORY)
        if waiting:
            _tell(say("repositories that fail and get no issue, as --max-issues is {most}: {n}", n=waiting, most=most))

    def _found(self) -> dict[str, list[Issue]]:
        """Our issues, by owner/name in lower case: what one search for each organization finds."""
        found: dict[str, list[Issue]] = {}
        for org in self.orgs:
            issues, is_all = self._tried(partial(self.host.search, org, self.me)) or ([], True)
            if not is_all:
                self._missed(say("{org}: the search did not find all issues; some may be left as they are", org=org))
            for issue in ours(issues, self.me, body.REPOSITORY):
                found.setdefault(issue.repo.lower(), []).append(issue)
        return found

    def _of_repository(self, member: Member, mine: list[Issue], stand: Stand) -> list[Change]:
        if not mine:  # a search may not know yet what was written a minute ago
            issues = self._tried(partial(self.host.issues, member.name, self.me))
            if issues is None:
                return []
            mine = ours(issues, self.me, body.REPOSITORY)
        text = body.of_repository(member, self.scan.report(member), self.scan.order)
        return list(of_issue(member.name, mine, stand, text))

    # --- what is done, and told

    def _do(self, changes: Iterable[Change], key: str) -> int:
        """How many people were told of."""
        return sum(self._made(change, key) and change.is_loud for change in changes)

    def _made(self, change: Change, key: str) -> bool:
        make = partial(self.host.make, change, body.title(key), self.me)
        done = self._tried(make) if self.applies else change
        if done:
            self._did(_line(done))
        return done is not None

    def _tried(self, what: Callable[[], T]) -> T | None:
        """None where it is refused."""
        try:
            return what()
        except Refused as error:
            self._missed(error)
            return None

    def _did(self, what: str) -> None:
        self.count += 1
        print(say("done: {what}", what=what) if self.applies else say("would: {what}", what=what))

    def _missed(self, why: object) -> None:
        self.is_whole = False
        _tell(str(why))


def _line(change: Change) -> str:
    what = f"{change.repo}#{change.number}"
    match change.do:
        case Do.CREATE if not change.number:
            return say("open an issue in {repo}", repo=change.repo)
        case Do.CREATE:
            return say("open {what}", what=what)
        case Do.EDIT:
            return say("edit {what}", what=what)
        case Do.CLOSE:
            return say("close {what}", what=what)
        case Do.REOPEN:
            return say("open {what} again", what=what)


def _tell(text: str) -> None:
    print(f"openness-gate: {text}", file=sys.stderr)
