"""One repository of a population, judged by the same engine as `check`."""

from __future__ import annotations

from collections.abc import Mapping

from openness_gate.git import blob_repo
from openness_gate.judge import Terms as Asked
from openness_gate.judge import report
from openness_gate.messages import say
from openness_gate.model import GateError, Repo, Unreadable
from openness_gate.org.shelf import Tree
from openness_gate.org.words import Member, Outcome, State, Terms
from openness_gate.policy_choice import Judge
from openness_gate.remote import close_door
from openness_gate.report import Report, Result
from openness_gate.reporters.json import value_of
from openness_gate.rules import WAIVERS


class Snapshot:
    """A commit out of what was fetched of it. What is not here is noted in `wanted`: fetch it, and judge again."""

    def __init__(self, member: Member, tree: Tree, contents: Mapping[str, bytes | Unreadable]) -> None:
        self.member, self.tree, self.contents = member, tree, contents
        self.wanted: dict[str, str] = {}  #: object id to path
        self.denied = False  #: something was read that is not for us
        self.needed: set[str] = set()
        self.repo = blob_repo(self, member.target, member.commit, tree.entries)
        self.repo.log.unread.update(tree.unread)
        facts = member.facts
        close_door(self.repo, facts.gated, facts.visibility in ("private", "internal"), facts.disabled)

    def size(self, oid: str, path: str) -> int:
        return self.tree.sizes[oid]

    def blob(self, oid: str, limit: int, path: str) -> bytes:
        if not limit or not self.tree.sizes[oid]:
            return b""
        if oid in self.tree.pointers:
            return self.tree.pointers[oid][:limit]
        self.needed.add(oid)
        if oid not in self.contents:
            self.wanted[oid] = path
            raise Unreadable(say("{path} was not fetched yet", path=path))
        content = self.contents[oid]
        if isinstance(content, Unreadable):
            self.denied = True
            raise content
        return content[:limit]


def outcome(repo: Repo, member: Member, terms: Terms) -> Outcome:
    """What *member*, opened as *repo*, amounts to."""
    try:
        found = report([repo], Judge(terms.policy, repo, repo), Asked("", "", "", terms.today, terms.fail_on))
    except GateError as error:  # a file of waivers that is not valid, and the like
        return Outcome(member, State.FAILED, reason=str(error))
    if found.result is Result.INCOMPLETE and not found.judgements:
        return Outcome(member, State.FAILED, reason=next(iter(found.unread.values()), ""))
    if found.result is Result.NOT_APPLICABLE and not found.unread:
        kinds = sorted({one.release.kind.value for one in found.judgements})
        return Outcome(
            member, State.JUDGED, found.result.value, say("no release of a model: {kind}", kind=", ".join(kinds))
        )
    return Outcome(member, State.JUDGED, found.result.value, "", value_of(found), not _ends(found))


def failed(member: Member, why: object) -> Outcome:
    return Outcome(member, State.FAILED, reason=str(why))


def skipped(member: Member, why: str) -> Outcome:
    return Outcome(member, State.SKIPPED, reason=why)


def _ends(found: Report) -> bool:
    """Whether another day may say otherwise: somebody waives, confirms or accepts something for a time."""
    return bool(found.policy.accepted_texts) or any(WAIVERS in one.release.repo.paths for one in found.judgements)
