"""What changes from one policy to another, rule by rule, and whether it asks for less. Pure.

One comparison serves three: `policy diff` tells it in words, an enforced policy refuses what asks for less, and of two
rules of one name the stricter counts. What cannot be compared is taken for asking less: nothing slips through.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import cache

from openness_gate.evaluate import severity_of
from openness_gate.facts.license_name import known
from openness_gate.facts.tables import table
from openness_gate.holding import accepts, asks_about
from openness_gate.messages import say
from openness_gate.model import Clause, License, LicenseClass, Place
from openness_gate.policy import known_clauses
from openness_gate.rules import (
    WHEN_UNKNOWN,
    Acceptance,
    All,
    Condition,
    Files,
    LicenseSet,
    Need,
    OneOf,
    Policy,
    Rule,
    Summary,
)
from openness_gate.tuples import NamedTuple

NO_KEY: tuple[str, ...] = ()
FORBIDDEN = ("waivers", "forbidden")


class Effect(Enum):
    """What a change does to what is asked."""

    LOOSER = "looser"
    STRICTER = "stricter"
    OTHER = "other"  #: neither more nor less is asked


class Change(NamedTuple):
    """One thing that is otherwise."""

    keys: tuple[str, ...]  #: where in the policy
    says: str
    effect: Effect


def changes(old: Policy, new: Policy) -> Iterator[Change]:
    """All that is otherwise in *new*, in the order of the policy."""
    yield from _heads(old, new)
    before, after = ({rule.id: rule for rule in policy.rules} for policy in (old, new))
    for name, rule in before.items():
        if name in after:
            yield from _rule(rule, after[name])
            yield from _severity(name, old, new, rule, after[name])
        else:
            yield Change(("rules", name), say("the rule {rule} is dropped", rule=name), Effect.LOOSER)
    for name in (name for name in after if name not in before):
        yield Change(("rules", name), say("the rule {rule} is new", rule=name), Effect.STRICTER)
    yield from _levels(old, new)
    yield from _score(old, new)
    yield from _exceptions(old, new)


def stricter(name: str, one: Policy, other: Policy) -> int | None:
    """Which of two policies has the stricter rule *name*: 0, 1, or None where each asks for more in some way."""
    first, second = (next(rule for rule in policy.rules if rule.id == name) for policy in (one, other))
    if not _loosens(first, second, one, other):
        return 1
    return None if _loosens(second, first, other, one) else 0


def _loosens(old: Rule, new: Rule, of_old: Policy, of_new: Policy) -> bool:
    found = (*_rule(old, new), *_severity(old.id, of_old, of_new, old, new))
    return any(change.effect is Effect.LOOSER for change in found)


# --- the head -------------------------------------------------------------------------------------------------------


def _heads(old: Policy, new: Policy) -> Iterator[Change]:
    if old.when_unknown != new.when_unknown:
        less = WHEN_UNKNOWN.index(new.when_unknown) < WHEN_UNKNOWN.index(old.when_unknown)
        says = say("what is unknown was: {old}, and is: {new}", old=old.when_unknown, new=new.when_unknown)
        yield Change(("when_unknown",), says, _effect(less))
    if gone := sorted(map(str, old.applies_to - new.applies_to)):
        says = say("releases of these kinds are no longer judged: {kinds}", kinds=", ".join(gone))
        yield Change(("applies_to",), says, Effect.LOOSER)
    if more := sorted(map(str, new.applies_to - old.applies_to)):
        says = say("releases of these kinds are judged too: {kinds}", kinds=", ".join(more))
        yield Change(("applies_to",), says, Effect.STRICTER)
    if old.enforce != new.enforce:
        says = say("it is enforced") if new.enforce else say("it is no longer enforced")
        yield Change(("enforce",), says, _effect(old.enforce))
    for key in ("id", "title", "source", "statement"):
        if getattr(old, key) != getattr(new, key):
            was, is_ = getattr(old, key), getattr(new, key)
            says = say("{key}: was {was!r}, is {is_!r}", key=key, was=was, is_=is_)
            yield Change(("policy" if key == "id" else key,), says, Effect.OTHER)


def _effect(less: bool) -> Effect:
    return Effect.LOOSER if less else Effect.STRICTER


# --- rules ----------------------------------------------------------------------------------------------------------


def _severity(name: str, old: Policy, new: Policy, before: Rule, after: Rule) -> Iterator[Change]:
    was, is_ = severity_of(before, old), severity_of(after, new)
    if was != is_:
        says = say("{rule}: was {was}, is {is_}", rule=name, was=was, is_=is_)
        yield Change(("rules", name, "severity"), says, _effect(is_ < was))


def _rule(old: Rule, new: Rule) -> Iterator[Change]:
    yield from _asks(old, new)
    keys = ("rules", new.id)
    if old.for_each != new.for_each:
        says = say("{rule}: asks another model than before", rule=new.id)
        yield Change((*keys, "for_each"), says, Effect.LOOSER)
    if old.instead != new.instead:
        says = (
            say("{rule}: {what} may stand in", rule=new.id, what=new.instead)
            if new.instead
            else say("{rule}: nothing may stand in", rule=new.id)
        )
        yield Change((*keys, "instead"), says, _effect(bool(new.instead)))
    yield from _when((*keys, "when"), new.id, old.when, new.when)
    if old.kinds != new.kinds:
        says = say("{rule}: is about other kinds of release", rule=new.id)
        yield Change(
            (*keys, "applies_to"), says, _effect(bool(new.kinds) and not (old.kinds and old.kinds < new.kinds))
        )
    for key in ("clause", "advice"):
        if getattr(old, key) != getattr(new, key):
            says = say("{rule}: says another {key}", rule=new.id, key=key)
            yield Change((*keys, key), says, Effect.OTHER)


def _asks(old: Rule, new: Rule) -> Iterator[Change]:
    """What a rule asks; of one kind of question into another there is no less and no more."""
    keys = ("rules", new.id)
    if old.need and new.need:
        yield from _need(keys, new.id, old.need, new.need)
    elif old.summary and new.summary:
        yield from _summary((*keys, "summary"), new.id, old.summary, new.summary)
    elif old.files and new.files:
        yield from _files(keys, new.id, old.files, new.files)
    elif not (old.concern and old.concern == new.concern):
        yield Change(keys, say("{rule}: asks something else", rule=new.id), Effect.LOOSER)


def _when(keys: tuple[str, ...], name: str, old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Change]:
    if {*old} != {*new}:
        was, is_ = ", ".join(old) or say("always"), ", ".join(new) or say("always")
        says = say("{rule}: counted when: {was}; counts when: {is_}", rule=name, was=was, is_=is_)
        yield Change(keys, says, _effect(bool({*new} - {*old})))


def _need(keys: tuple[str, ...], name: str, old: Need, new: Need) -> Iterator[Change]:
    if old.component != new.component:
        says = say("{rule}: asks about {new} and not about {old}", rule=name, old=old.component, new=new.component)
        yield Change((*keys, "require"), says, Effect.LOOSER)
    yield from _least((*keys, "at_least"), name, "at least", old.at_least, new.at_least)
    if old.but_not != new.but_not:
        was, is_ = _word(old.but_not), _word(new.but_not)
        says = say("{rule}: not enough was: {was}, is: {is_}", rule=name, was=was, is_=is_)
        yield Change((*keys, "but_not"), says, _effect(old.but_not is not None))
    if old.access != new.access:
        less = new.access is None or (old.access is not None and new.access > old.access)
        was, is_ = _word(old.access), _word(new.access)
        says = say("{rule}: access was: {was}, is: {is_}", rule=name, was=was, is_=is_)
        yield Change((*keys, "access"), says, _effect(less))
    yield from _licenses((*keys, "license"), name, old.licenses, new.licenses)
    yield from _licenses((*keys, "some_license"), name, old.some_license, new.some_license)
    for topic in dict.fromkeys((*old.topics, *new.topics)):
        yield from _least((*keys, "topics", topic), name, topic, old.topics.get(topic), new.topics.get(topic))
    yield from _when((*keys, "when"), name, old.when, new.when)
    if old.if_released != new.if_released:
        says = say("{rule}: asks something else of what is not released", rule=name)
        yield Change((*keys, "if_released"), says, _effect(new.if_released))


def _least(keys: tuple[str, ...], name: str, what: str, old: int | None, new: int | None) -> Iterator[Change]:
    if old != new:
        less = new is None or (old is not None and new < old)
        says = say("{rule}: {what} was: {was}, is: {is_}", rule=name, what=what, was=_word(old), is_=_word(new))
        yield Change(keys, says, _effect(less))


def _word(grade: object) -> str:
    return say("not asked") if grade is None else str(grade)


def _summary(keys: tuple[str, ...], name: str, old: Summary, new: Summary) -> Iterator[Change]:
    """Open may ask for more: all that it asked, and something beside. Partial only tells how far it is."""
    if not _implies(new.open, old.open):
        yield Change((*keys, "open"), say("{rule}: is open on other terms", rule=name), Effect.LOOSER)
    elif not _implies(old.open, new.open):
        yield Change((*keys, "open"), say("{rule}: asks for more to be open", rule=name), Effect.STRICTER)
    if not _implies(new.partial, old.partial):
        yield Change((*keys, "partial"), say("{rule}: is partial on other terms", rule=name), Effect.LOOSER)


def _implies(new: Condition, old: Condition) -> bool:
    """Whether *old* holds wherever *new* does, as far as their shape tells."""
    if isinstance(new, Need) and isinstance(old, Need):
        return not any(change.effect is Effect.LOOSER for change in _need(NO_KEY, "", old, new))
    if isinstance(old, All):
        return all(_implies(new, part) for part in old.of)
    if isinstance(old, OneOf) and any(_implies(new, part) for part in old.of):
        return True
    if isinstance(new, All):
        return any(_implies(part, old) for part in new.of)
    return isinstance(new, OneOf) and all(_implies(part, old) for part in new.of)


def _files(keys: tuple[str, ...], name: str, old: Files, new: Files) -> Iterator[Change]:
    if {*old.globs} != {*new.globs}:
        says = say("{rule}: looks for {files}", rule=name, files=", ".join(new.globs))
        yield Change((*keys, "files"), says, _effect(not {*new.globs} < {*old.globs}))
    if {*old.contains} != {*new.contains}:
        what = ", ".join(map(repr, new.contains)) or say("anything")
        says = say("{rule}: the file must say {what}", rule=name, what=what)
        yield Change((*keys, "contains"), says, _effect(not {*new.contains} > {*old.contains}))


# --- licenses -------------------------------------------------------------------------------------------------------


def _licenses(keys: tuple[str, ...], name: str, old: LicenseSet | None, new: LicenseSet | None) -> Iterator[Change]:
    """By what the sets accept, not by how they are written."""
    if old == new:
        return
    if old is None or new is None:
        says = say("{rule}: license was: {was}, is: {is_}", rule=name, was=_set_name(old), is_=_set_name(new))
        yield Change(keys, says, _effect(new is None))
        return
    before, after = (_verdicts(one, old, new) for one in (old, new))
    if more := {name for name, now in after.items() if now is Verdict.ACCEPTED is not before[name]}:
        says = say("{rule}: {name} accepts {ids} too", rule=name, name=new.name, ids=_some(more))
        yield Change(keys, says, Effect.LOOSER)
    if fewer := {name for name, was in before.items() if was is Verdict.ACCEPTED is not after[name]}:
        says = say("{rule}: {name} no longer accepts {ids}", rule=name, name=new.name, ids=_some(fewer))
        yield Change(keys, says, Effect.STRICTER)
    rest = [(name, was, after[name]) for name, was in before.items() if Verdict.ACCEPTED not in (was, after[name])]
    if asked := {name for name, was, now in rest if now is Verdict.ASKED is not was}:
        says = say("{rule}: {name} asks about {ids}, and refused it", rule=name, name=new.name, ids=_some(asked))
        yield Change(keys, says, Effect.LOOSER)
    if refused := {name for name, was, now in rest if was is Verdict.ASKED is not now}:
        says = say("{rule}: {name} refuses {ids}, and asked about it", rule=name, name=new.name, ids=_some(refused))
        yield Change(keys, says, Effect.STRICTER)


def _set_name(licenses: LicenseSet | None) -> str:
    return licenses.name if licenses else say("not asked")


def _some(ids: set[str], most: int = 5) -> str:
    names = sorted(ids)
    more = say(" and {n} others", n=len(names) - most) if len(names) > most else ""
    return ", ".join(names[:most]) + more


class Verdict(Enum):
    """What a set of licenses says of one."""

    ACCEPTED = "accepted"
    ASKED = "asked"
    REFUSED = "refused"


@cache
def _verdicts(licenses: LicenseSet, *compared: LicenseSet) -> dict[str, Verdict]:
    """What *licenses* says of all that there is, and of what has an id that one of *compared* names."""
    words = {word for one in compared for word in one.includes | one.excludes | one.asks}
    ids = sorted(word for word in words if word.startswith("LicenseRef-") or word in table("licenses")["ids"])
    return {name: _verdict(licenses, one) for name, one in (*_universe(), *(pair for id_ in ids for pair in _any(id_)))}


def _verdict(licenses: LicenseSet, one: License) -> Verdict:
    if accepts(licenses, one):
        return Verdict.ACCEPTED
    return Verdict.ASKED if asks_about(licenses, one) else Verdict.REFUSED


@cache
def _universe() -> tuple[tuple[str, License], ...]:
    """Each license that has a name, and of each class one without clauses and one with each clause: two sets that
    differ at all differ about one of them, or about an id that no list has."""
    return (*((id_, known(id_, None)) for id_ in table("licenses")["ids"]), *_any(""))


def _any(id_: str) -> Iterator[tuple[str, License]]:
    """Licenses with an id, or with any that no list has: of each class, approval and clause. What a list has is of one
    class, and can be held with any clause that a sentence adds."""
    for one in (known(id_, None),) if id_ in table("licenses")["ids"] else _unlisted(id_):
        for clause in ("", *known_clauses()):
            clauses = (Clause(clause, Place("")),) if clause else ()
            by = "/".join(f"{who}-approved" for who in sorted(one.approved_by))
            words = " ".join(filter(None, (by, one.cls.value, clause)))
            name = say("{id} that is {words}", id=id_ or say("any"), words=words)
            yield name, one._replace(clauses=(*one.clauses, *clauses))


def _unlisted(id_: str) -> Iterator[License]:
    for cls in LicenseClass:
        for by in ("", "osi", "fsf") if cls is LicenseClass.OPEN_SOURCE else ("",):
            yield License(id_, cls, approved_by=frozenset({by} - {""}))


# --- ladders, indices, exceptions -----------------------------------------------------------------------------------


def _levels(old: Policy, new: Policy) -> Iterator[Change]:
    before, after = ({level.name: {*level.rules} for level in policy.levels} for policy in (old, new))
    for name, rules in before.items():
        keys = ("levels", name)
        if name not in after:
            yield Change(keys, say("the level {level} is gone", level=name), Effect.LOOSER)
        elif rules != after[name]:
            says = say("the level {level} asks for other rules", level=name)
            yield Change(keys, says, _effect(not rules < after[name]))
    for name in (name for name in after if name not in before):
        yield Change(("levels", name), say("the level {level} is new", level=name), Effect.OTHER)
    if old.minimum != new.minimum:
        order = [level.name for level in new.levels]
        less = old.minimum not in order or new.minimum not in order or (
            order.index(new.minimum) < order.index(old.minimum)
        )  # fmt: skip
        says = say("the level required was: {was}, is: {is_}", was=old.minimum or "-", is_=new.minimum or "-")
        yield Change(("minimum",), says, _effect(bool(old.minimum) and less))
    if [n for n in before if n in after] != [n for n in after if n in before]:
        yield Change(("levels",), say("the levels stand in another order"), Effect.LOOSER)


def _score(old: Policy, new: Policy) -> Iterator[Change]:
    one, two = (policy.score and policy.score._replace(at=Place("")) for policy in (old, new))
    if one == two:
        return
    if one is None or two is None:
        says = say("there is an index now") if two else say("there is no index any more")
        yield Change(("score",), says, _effect(two is None))
        return
    alike = one._replace(minimum=None, severity=two.severity, clause=two.clause) == two._replace(minimum=None)
    lower = (two.minimum or 0) < (one.minimum or 0) or two.severity < one.severity
    yield Change(("score",), say("the index asks otherwise"), _effect(not alike or lower))


def _exceptions(old: Policy, new: Policy) -> Iterator[Change]:
    """What one may be excused from: waivers, and texts that are accepted as they are."""
    was, is_ = old.waivers.max_days, new.waivers.max_days
    if was != is_:
        says = say("a waiver ran for at most {was} days, and runs for {is_}", was=_days(was), is_=_days(is_))
        yield Change(("waivers", "max_days"), says, _effect(is_ is None or (was is not None and is_ > was)))
    was_never, never = old.waivers.forbidden, new.waivers.forbidden
    if (rules := was_never - never) and "*" not in never:
        yield Change(FORBIDDEN, say("may be waived now: {rules}", rules=", ".join(sorted(rules))), Effect.LOOSER)
    if rules := never - was_never:
        yield Change(FORBIDDEN, say("not to be waived: {rules}", rules=", ".join(sorted(rules))), Effect.STRICTER)
    texts = {one.sha256: one for one in old.accepted_texts}
    for text in new.accepted_texts:
        if text.sha256 not in texts or text.expires > texts[text.sha256].expires:
            says = say("the text {sha} is accepted until {day}", sha=text.sha256[:12], day=text.expires)
            yield Change(("accepted_texts",), says, Effect.LOOSER)
    yield from (
        _ended(one) for one in old.accepted_texts if one.sha256 not in {text.sha256 for text in new.accepted_texts}
    )


def _ended(text: Acceptance) -> Change:
    return Change(
        ("accepted_texts",), say("the text {sha} is not accepted any more", sha=text.sha256[:12]), Effect.STRICTER
    )


def _days(days: int | None) -> str:
    return say("any number of") if days is None else str(days)
