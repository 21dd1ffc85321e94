"""The texts of our issues: Markdown in which nothing that others wrote speaks, and nobody is called. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from openness_gate import comment_body
from openness_gate.comment_body import BUDGET
from openness_gate.comment_plan import State, written
from openness_gate.fitting import Budget, Rows, Section, fitted
from openness_gate.markup import code, head, row, text
from openness_gate.messages import say
from openness_gate.org.follow_up_plan import STANDS, Stand

if TYPE_CHECKING:
    from openness_gate.org.follow_up_scan import Member, Scan

REPOSITORY, TRACKING = "org-repository", "org-tracking"  #: keys of our marks
OPEN = ("public", "internal", "private")  #: whoever may see a repository may see those before it
RULES = 5  #: named in a row
ROOM = 2_000  #: characters for what stands around the longest part


def title(key: str) -> str:
    """Never changed, as people may rename an issue. A search finds its words, but not our mark, a comment in HTML."""
    if key == TRACKING:
        return say("openness-gate: what the repositories were found to be")
    return say("openness-gate: this release does not meet the policy")


def of_repository(member: Member, report: Mapping[str, Any], order: int) -> str:
    """The issue in a repository."""
    stand = STANDS.get(member.result, Stand.UNKNOWN)
    if stand is not Stand.FIXED:
        said = comment_body.body(report, budget=BUDGET - ROOM)
    elif report:
        said = comment_body.fixed(report)
    else:
        said = say("The policy does not apply here any more: {reason}.", reason=text(member.reason)) + "\n"
    state = State(member.commit, order, fixed=stand is Stand.FIXED)
    return written(f"{said}\n{_foot()}", state, REPOSITORY)


def stand_of(scan: Scan) -> Stand:
    """Of all repositories together."""
    results = {member.result for member in scan.members if not member.is_skipped}
    for result, stand in (("fail", Stand.FAILS), ("unknown", Stand.ASKS), ("ask", Stand.ASKS)):
        if result in results:
            return stand
    return Stand.FIXED


def of_scan(scan: Scan, visibility: str) -> str:
    """The tracking issue, in a repository of this *visibility*: it names none that its readers may not see."""

    def may_name(one: Any) -> bool:
        return one.visibility in OPEN[: OPEN.index(visibility) + 1] or visibility == OPEN[-1]

    fails = [member for member in scan.members if member.result == "fail"]
    hidden = sum(not may_name(member) for member in scan.members)
    sections = [*_sections(scan, fails, may_name)]
    if hidden:
        says = say("Repositories that are not named here, as fewer people may see them than this issue: {n}", n=hidden)
        sections.append(Section(0, "", [f"{says}\n"]))
    judged = sum(not one.is_skipped for one in scan.members)
    first = say("{n} of {all} repositories do not meet the policy {policy}",
                n=len(fails), all=judged, policy=text(scan.policy))  # fmt: skip
    budget = Budget(BUDGET - ROOM, _units, lambda n: say("{n} more in the report of the scan", n=n))
    said = f"### openness-gate\n\n**{first}**\n\n{fitted(sections, budget)}\n{_foot()}"
    return written(said, State("", scan.order, fixed=stand_of(scan) is Stand.FIXED), TRACKING)


def _sections(scan: Scan, fails: Sequence[Member], may_name: Callable[[Any], bool]) -> Iterator[Section]:
    yield _table(0, (say("result"), say("repositories")), [row((text(name), str(n))) for name, n in scan.totals()])
    turns = [turn for turn in scan.turns() if may_name(turn)]
    yield _table(
        2, (say("what changed"), say("before"), say("now")),
        Rows(turns, lambda one: row((code(one.label), text(one.before) or say("new"), text(one.after) or say("gone")))),
    )  # fmt: skip
    yield _table(
        1, (say("does not meet the policy"), say("rules"), say("which")),
        Rows([one for one in fails if may_name(one)], lambda one: row((code(one.label), *_which(one.missing)))),
    )  # fmt: skip
    yield _table(
        4, (say("waived or confirmed for a time"), say("rule"), say("until")),
        Rows([*filter(may_name, scan.waivers())], lambda one: row((code(one.label), code(one.rule), text(one.until)))),
    )  # fmt: skip
    unread = [one for one in scan.members if one.result == "unknown" and not one.is_skipped and may_name(one)]
    yield _table(
        3, (say("not judged to the end"), say("why")),
        Rows(unread, lambda one: row((code(one.label), text(one.reason) or say("something could not be read")))),
    )  # fmt: skip
    often = Counter(rule for one in fails for rule in one.missing).most_common()
    yield _table(
        5, (say("most often missing"), say("repositories")), Rows(often, lambda one: row((code(one[0]), str(one[1]))))
    )


def _table(rank: int, titles: Sequence[str], rows: Rows | Sequence[str]) -> Section:
    return Section(rank, head(titles), rows, cells=len(titles))


def _which(rules: Sequence[str]) -> tuple[str, str]:
    more = [say("{n} more", n=len(rules) - RULES)] if len(rules) > RULES else []
    return str(len(rules)), ", ".join([*map(code, rules[:RULES]), *more])


def _foot() -> str:
    return say(
        "This issue is kept by `openness-gate org follow-up`: edited when something else is found, and closed when"
        " nothing is missing. If you close it, it stays closed until it was fixed and fails again."
    )


def _units(said: str) -> int:
    """As a browser counts: what is beyond the basic plane is two."""
    return len(said.encode("utf-16-le")) // 2
