"""What a change makes worse: findings held against those of the revision before it. Pure.

A repository that has long been short of a policy can adopt the gate: what was unmet before goes on being told, and only
what is new or worse counts for the verdict. Both are judged by the same policy on the same day.
"""

from __future__ import annotations

from collections.abc import Sequence

from openness_gate.evaluate import concluded
from openness_gate.model import Effect
from openness_gate.report import Finding, Judgement, Openness, Result, Status
from openness_gate.rules import Policy

STEPS = (Openness.CLOSED, Openness.UNKNOWN, Openness.PARTIAL, Openness.OPEN)
LEFT_OPEN = (Status.UNMET, Status.ASK)


def marked(now: Sequence[Judgement], before: Sequence[Judgement], policy: Policy, fail_on: str) -> list[Judgement]:
    """*now*, in which each finding that is unmet or asked says whether it is new since *before*.

    What the policy was not about before (an empty folder, an application) was short of nothing: a first release is new.
    """
    releases = [one for one in before if one.result is not Result.NOT_APPLICABLE]
    known = {(one.release.path, finding.rule.id): finding for one in releases for finding in one.findings}
    return [
        concluded(one._replace(findings=tuple(
            finding._replace(is_new=_is_worse(known.get((one.release.path, finding.rule.id)), finding))
            if finding.status in LEFT_OPEN else finding
            for finding in one.findings
        )), policy, fail_on)
        for one in now
    ]  # fmt: skip


def _is_worse(before: Finding | None, now: Finding) -> bool:
    """It was not left open before, it is a step further from open, or more speaks against the release."""
    if before is None or before.status not in LEFT_OPEN:
        return True
    if now.status is Status.UNMET and before.status is Status.ASK:
        return True
    if now.openness in STEPS and before.openness in STEPS and now.openness is not before.openness:
        return STEPS.index(now.openness) < STEPS.index(before.openness)
    return bool(now.rule.concern) and not _against(now) <= _against(before)


def _against(finding: Finding) -> set[str]:
    return {evidence.says for evidence in finding.evidence if evidence.effect is Effect.LIMITS}
