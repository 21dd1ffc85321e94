"""A policy that builds on others: what it takes from them, sets, drops and adds. Pure.

Every value keeps the place where it was written, through all the policies that took part. What a policy writes itself
stands whole in place of what it inherits; `set` changes single values, `drop` leaves rules out, `add` lengthens lists.
Nothing is ever merged by guessing: where two parents say different things of one name, the stricter rule counts, and
where neither is, the policy has to say which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Union

from openness_gate.located import Doc, Keys, Malformed, nearest
from openness_gate.messages import say
from openness_gate.model import Place
from openness_gate.rules import WHEN_UNKNOWN
from openness_gate.tuples import NamedTuple

ONLY_HERE = ("extends", "set", "drop", "add")
OWN = ("policy", "version", "title", "source", "statement")  #: what a policy never inherits
NAMED = ("license_sets", "rules", "levels")  #: mappings from names, which are inherited name by name
DEPTH_OF_CONDITIONS = 4  #: rules, its name, summary, open


class Node(NamedTuple):
    """A value, and where it was written."""

    at: Place
    has: Union[dict[str, Node], list[Node], str, int, bool, None]

    @property
    def plain(self) -> Any:
        if isinstance(self.has, dict):
            return {key: node.plain for key, node in self.has.items()}
        return [node.plain for node in self.has] if isinstance(self.has, list) else self.has


Policy = dict[str, Node]
Stricter = Callable[[str, Policy, Policy], "int | None"]
"""Which of two policies has the stricter rule of that name: 0 or 1, or None."""


def planted(doc: Doc) -> Policy:
    """The values of a policy with their places."""
    has = _node(doc, doc.value, ()).has
    assert isinstance(has, dict)
    return has


def _node(doc: Doc, value: Any, keys: Keys) -> Node:
    at = doc.place(*keys)
    if isinstance(value, dict):
        return Node(at, {key: _node(doc, one, (*keys, key)) for key, one in value.items()})
    if isinstance(value, list):
        return Node(at, [_node(doc, one, (*keys, index)) for index, one in enumerate(value)])
    return Node(at, value)


def flat(policy: Policy, path: str) -> Doc:
    """*policy* as one document again, in which each value has its own file and line."""
    lines: dict[Keys, int] = {}
    paths: dict[Keys, str] = {}

    def walk(node: Node, keys: Keys) -> Any:
        lines[keys] = node.at.line
        if node.at.path != path:
            paths[keys] = node.at.path
        if isinstance(node.has, dict):
            return {key: walk(one, (*keys, key)) for key, one in node.has.items()}
        if isinstance(node.has, list):
            return [walk(one, (*keys, index)) for index, one in enumerate(node.has)]
        return node.has

    value = {key: walk(node, (key,)) for key, node in policy.items()}
    return Doc(path, value, lines, paths)


# --- several parents ------------------------------------------------------------------------------------------------


def together(parents: Sequence[Policy], child: Policy, stricter: Stricter) -> Policy:
    """What several parents amount to. Of a name that *child* writes itself it does not matter what they say."""
    if len(parents) == 1:
        return dict(parents[0])
    kinds = _kinds(parents)
    parents = [_with_kinds(parent, kinds) for parent in parents]
    whole: Policy = {}
    said_by: dict[tuple[str, str], Policy] = {}
    for parent in parents:
        for key, node in parent.items():
            if key in NAMED:
                whole[key] = Node(node.at, _names(whole, said_by, parent, key, child, stricter))
            elif key not in whole:
                whole[key] = node
            else:
                whole[key] = _both(key, whole[key], node)
    if kinds:
        whole["applies_to"] = kinds
    return whole


def _kinds(parents: Sequence[Policy]) -> Node | None:
    """The kinds of release that any of *parents* judges; None where all judge the usual ones."""
    said = [parent["applies_to"] for parent in parents if "applies_to" in parent]
    if not said:
        return None
    words = [
        Node(said[0].at, kind) for parent in parents if "applies_to" not in parent for kind in ("model", "adapter")
    ]
    words += [word for node in said if isinstance(node.has, list) for word in node.has]
    return Node(said[0].at, list({word.has: word for word in words}.values()))


def _with_kinds(parent: Policy, kinds: Node | None) -> Policy:
    """*parent*, each of whose rules says which kinds it is about, where the policy as a whole will judge more."""
    if not kinds:
        return parent
    own = parent.get("applies_to") or Node(kinds.at, [Node(kinds.at, "model"), Node(kinds.at, "adapter")])
    if {*own.plain} == {*kinds.plain}:
        return parent
    rules = parent["rules"]
    assert isinstance(rules.has, dict)
    told = {name: Node(rule.at, {"applies_to": own, **_map(rule)}) for name, rule in rules.has.items()}
    return parent | {"rules": Node(rules.at, told)}


def _names(
    whole: Policy,
    said_by: dict[tuple[str, str], Policy],
    parent: Policy,
    key: str,
    child: Policy,
    stricter: Stricter,
) -> dict[str, Node]:
    """What *parent* calls by names, beside what the parents before it do."""
    named = dict(_map(whole.get(key)))
    for name, node in _map(parent[key]).items():
        first = named.setdefault(name, node)
        before = said_by.setdefault((key, name), parent)
        if first.plain == node.plain or name in _map(child.get(key)):
            continue
        which = stricter(name, before, parent) if key == "rules" else None
        if which is None:
            raise _differ(key, name, first, node, child)
        named[name], said_by[key, name] = ((first, before), (node, parent))[which]
    return named


def _differ(key: str, name: str, one: Node, other: Node, child: Policy) -> Malformed:
    says = say(
        "extends: {key}.{name} is one thing at {one} and another at {other}; write it whole under `{key}` here",
        key=key, name=name, one=one.at, other=other.at,
    )  # fmt: skip
    return Malformed(says, child["extends"].at)


def _both(key: str, one: Node, other: Node) -> Node:
    """The stricter of two single values; lists of both."""
    if key == "when_unknown":
        return max(one, other, key=lambda node: WHEN_UNKNOWN.index(str(node.has)))
    if key == "enforce":
        return one if one.has else other
    if key == "accepted_texts" and isinstance(one.has, list) and isinstance(other.has, list):
        return Node(one.at, [*one.has, *other.has])
    if key == "waivers":
        most = [node for node in (_map(one).get("max_days"), _map(other).get("max_days")) if node]
        never = [node for of in (one, other) for node in _list(_map(of).get("forbidden"))]
        terms = {"max_days": min(most, key=lambda node: int(str(node.has)))} if most else {}
        return Node(one.at, {**terms, **({"forbidden": Node(one.at, never)} if never else {})})
    return one


# --- a child --------------------------------------------------------------------------------------------------------


def inherited(base: Policy, own: Policy) -> Policy:
    """*own* on top of *base*: what it writes, sets, drops and adds. The child's head is its own."""
    whole = {key: node for key, node in base.items() if key not in OWN}
    for key, node in own.items():
        if key in NAMED and key in whole:
            whole[key] = Node(node.at, _map(whole[key]) | _map(node))
        elif key not in ONLY_HERE:
            whole[key] = node
    if "set" in own:
        whole = _map(_set(Node(own["set"].at, whole), own["set"], ()))
    for name in _list(own.get("drop")):
        whole = _dropped(whole, name)
    if "add" in own:
        whole = _map(_added(Node(own["add"].at, whole), own["add"], ()))
    return {key: whole[key] for key in (*OWN, *(key for key in whole if key not in OWN)) if key in whole}


def _set(base: Node, new: Node, keys: tuple[str, ...]) -> Node:
    """Maps are merged, single values, lists and conditions replaced. A name that is set must be there."""
    is_condition = len(keys) == DEPTH_OF_CONDITIONS and keys[2] == "summary"
    if is_condition or not (isinstance(base.has, dict) and isinstance(new.has, dict)):
        return new
    whole = dict(base.has)
    for key, node in new.has.items():
        if len(keys) == 1 and keys[0] in NAMED and key not in whole:
            raise _nothing("set", (*keys, key), node.at, whole)
        whole[key] = _set(whole[key], node, (*keys, key)) if key in whole else node
    return Node(base.at, whole)


def _added(base: Node, new: Node, keys: tuple[str, ...]) -> Node:
    """The words of *new* at the end of the lists of *base*; a list that is not there yet begins with them."""
    if isinstance(new.has, list):
        there = base.has if isinstance(base.has, list) else []
        return Node(new.at, [*there, *(node for node in new.has if node.plain not in [one.plain for one in there])])
    whole, more = _map(base), _map(new)
    for key, node in more.items():
        if len(keys) == 1 and keys[0] in NAMED and key not in whole:
            raise _nothing("add", (*keys, key), node.at, whole)
        empty: list[Node] | dict[str, Node] = [] if isinstance(node.has, list) else {}
        whole = whole | {key: _added(whole.get(key, Node(node.at, empty)), node, (*keys, key))}
    return Node(base.at, whole)


def _dropped(whole: Policy, name: Node) -> Policy:
    """*whole* without the rule *name*, also in the ladder, in the index and among what cannot be waived."""
    rules = _map(whole.get("rules"))
    if name.has not in rules:
        raise _nothing("drop", ("rules", str(name.has)), name.at, rules)
    less = whole | {"rules": Node(whole["rules"].at, {key: node for key, node in rules.items() if key != name.has})}
    if "levels" in whole:
        levels = _map(whole["levels"])
        rungs = {rung: _without(level, "rules", name) for rung, level in levels.items()}
        less["levels"] = Node(whole["levels"].at, rungs)
    for key, inner in (("score", "rules"), ("waivers", "forbidden")):
        if key in whole:
            less[key] = _without(whole[key], inner, name)
    return less


def _without(node: Node, key: str, name: Node) -> Node:
    has = _map(node)
    if key not in has:
        return node
    return Node(node.at, has | {key: Node(has[key].at, [one for one in _list(has[key]) if one.has != name.has])})


def _nothing(how: str, keys: tuple[str, ...], at: Place, known: Mapping[str, Node]) -> Malformed:
    hint = nearest(keys[-1], known)
    what = ".".join(keys)
    return Malformed(say("{how}: there is no {what} to inherit; {hint}", how=how, what=what, hint=hint), at)


def _map(node: Node | None) -> dict[str, Node]:
    return node.has if node and isinstance(node.has, dict) else {}


def _list(node: Node | None) -> list[Node]:
    return node.has if node and isinstance(node.has, list) else []
