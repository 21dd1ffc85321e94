"""From targets to the report on them: opened, read, judged release by release, excused where people answer for it.

A release may be in several places, whose words are put together before anything is concluded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from openness_gate import registry, together
from openness_gate.acceptance import accepted
from openness_gate.engine import assess, concluded
from openness_gate.evaluate import evaluate
from openness_gate.facts.releases import find
from openness_gate.facts.training import bases
from openness_gate.holding import Base, Case, needs_of_rule
from openness_gate.messages import say
from openness_gate.model import Completeness, Effect, GateError, Notice, Release, Repo, Request
from openness_gate.policy_choice import Judge, earlier, judge_of
from openness_gate.report import Judgement, Report, Result, Status
from openness_gate.rules import WAIVERS, Policy, concerns_of
from openness_gate.tuples import NamedTuple


class Terms(NamedTuple):
    """How a caller wants targets to be judged."""

    policy: str  #: "" leaves it to the repository
    base: str  #: the revision that decides; "": what is judged decides itself
    since: str  #: the revision that what is judged is held against; "": all of it counts
    today: date
    fail_on: str = "error"
    online: bool = False


def judge(requests: Sequence[Request], terms: Terms) -> Report:
    """One target, or several that are one release, from their bytes to the report. The first says who judges."""
    repos = [registry.opened(request) for request in requests]
    by = judge_of(repos[0], requests[0], terms.policy, terms.base, terms.online)
    for notice in by.notices:
        by.repo.log.notice(*notice)
    before = [earlier(request, terms.since) for request in requests] if terms.since else []
    return report([by.repo, *repos[1:]], by, terms, before)


def report(repos: Sequence[Repo], by: Judge, terms: Terms, before: Sequence[Repo] = ()) -> Report:
    """What is open already, judged. *before*: the same as it was; only what is worse than it counts."""
    repo, targets, policy = repos[0], [(repo.label, repo.commit) for repo in repos], by.policy
    judgements = _judgements(repos, policy, terms)
    if before:
        from openness_gate.news import marked

        judgements = marked(judgements, _judgements(before, policy, terms), policy, terms.fail_on)
    if len(repos) > 1:
        repo = judgements[0].release.repo
    excused, told = _excused(judgements, by, terms)
    _note_untracked(repo, excused)
    result = Result.worst(one.result for one in excused)
    return Report(
        repo.label, repo.commit, policy, (*repo.log.notices, *told), dict(repo.log.unread), tuple(excused), result,
        terms.online, tuple(targets if len(repos) > 1 else ()),
    )  # fmt: skip


def _excused(
    judgements: Sequence[Judgement], by: Judge, terms: Terms
) -> tuple[Sequence[Judgement], tuple[Notice, ...]]:
    """What people answer for applied, where the repository has such a file or there is a question to answer."""
    asked = any(finding.status is Status.ASK for one in judgements for finding in one.findings)
    if not asked and WAIVERS not in by.home.paths:
        return judgements, ()
    from openness_gate.exceptions import exceptions_of
    from openness_gate.excused import excused_all

    return excused_all(judgements, exceptions_of(by.home), by.policy, terms.today, terms.fail_on)


def _judgements(repos: Sequence[Repo], policy: Policy, terms: Terms) -> list[Judgement]:
    """One for each release; of several targets, which are one, a single one."""
    if len(repos) == 1:
        places = [[release] for release in find(repos[0])]
    else:
        together.check(repos)
        places = [[release for repo in repos for release in find(repo)]]
    return [judgement(one, policy, terms.today, terms.fail_on, terms.online) for one in places]


def _note_untracked(repo: Repo, judgements: Sequence[Judgement]) -> None:
    """Say where a grade rests on a file that git does not track: a clone will not have it."""
    for one in judgements:
        for found in one.components.values():
            for evidence in found.evidence:
                rests = evidence.effect is Effect.RAISES and evidence.grade != Completeness.ABSENT
                if rests and evidence.at and evidence.at.path in repo.untracked:
                    path = evidence.at.path
                    repo.log.notice(say("{path} is not tracked by git; a grade rests on it", path=path), evidence.at)


def judgement(
    places: Sequence[Release], policy: Policy, today: date, fail_on: str = "error", online: bool = False
) -> Judgement:
    """Detect, look up where that is asked for, assess, and hold against *policy* as it is on the day *today*."""
    found = together.parts_of_all(places, registry.components().values())
    if online:
        from openness_gate.online import look_up

        found = {component: look_up(places, component, parts) for component, parts in found.items()}
    assessed = {component.name: concluded(component, parts) for component, parts in found.items()}
    case = Case(
        release=places[0] if len(places) == 1 else together.joined(places),
        found=accepted(assessed, policy, today),
        claims=together.claims_of_all(places),
        raised={name: together.raised(registry.concern(name), places, assessed) for name in concerns_of(policy)},
        files={r.id: together.asked_of_all(places, r.files) for r in policy.rules if r.files},
        bases=tuple(_bases(places, online)) if _speaks_of_bases(policy) else (),
    )
    judged = evaluate(case, policy, fail_on)
    if policy.engine and case.release.repo.declaration:
        from openness_gate.declared import settled

        return settled(judged, policy, fail_on)
    return judged


def _speaks_of_bases(policy: Policy) -> bool:
    asked = ((*rule.when, *(word for need in needs_of_rule(rule) for word in need.when)) for rule in policy.rules)
    return any(rule.for_each for rule in policy.rules) or any("has-base-model" in words for words in asked)


def _bases(places: Sequence[Release], online: bool) -> Iterator[Base]:
    """The models that this one was made from; *online*: with what is known of those that can be opened."""
    several = len(places) > 1
    named = {
        name: together.within(at, place.repo.label) if several else at
        for place in places
        for name, at in bases(place.repo)
    }
    for name, at in named.items():
        found = None
        if online and name.count("/") == 1:
            try:
                there = find(registry.opened(Request(f"hf:{name}")))[0]
                found = assess(there, registry.components().values())
            except GateError as error:
                places[0].repo.log.notice(str(error), at)
        yield Base(name, at, found)
