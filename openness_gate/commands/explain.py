"""Say what a component, a rule or a policy is, why it matters, how it is graded, and how to fix it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from openness_gate import plain_words, policy_sources, registry
from openness_gate.exceptions import ABOUT
from openness_gate.holding import needs_of
from openness_gate.located import nearest
from openness_gate.messages import say, translate
from openness_gate.model import Command, Component, Concern, GateError
from openness_gate.rules import Policy, Rule

if TYPE_CHECKING:
    from datetime import date


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name",
        nargs="?",
        default="",
        help=say("a component, a rule, a policy, a license, a clause, or waivers; without one, the list"),
    )


def run(args: argparse.Namespace, today: date) -> int:
    """Exit code: 0; 2 for a name that is not known."""
    components = registry.components()
    policies = {name: policy_sources.policy(name) for name in registry.policies()}
    rules = {rule.id for policy in policies.values() for rule in policy.rules} - set(components)
    if not args.name:
        print("\n".join(_list(components, policies)))
    elif args.name in components:
        print("\n".join(_component(components[args.name], policies)))
    elif args.name in ABOUT:
        print(translate(ABOUT[args.name]))
    elif args.name in policies:
        print("\n".join(_policy(policies[args.name])))
    elif args.name in registry.names("concerns"):
        print("\n".join(_concern(registry.concern(args.name), policies)))
    elif args.name in rules:
        print("\n".join(_rules(args.name, policies)))
    elif args.name in plain_words.clauses():
        print("\n".join(plain_words.clause(args.name)))
    elif plain_words.is_license(args.name):
        print("\n".join(plain_words.license_(args.name)))
    else:
        known = [*components, *ABOUT, *policies, *rules, *plain_words.clauses()]
        raise GateError(say("{name!r} is not known; {hint}", name=args.name, hint=nearest(args.name, known)))
    return 0


def _list(components: Mapping[str, Component], policies: dict[str, Policy]) -> Iterator[str]:
    yield say("Components")
    for name, component in components.items():
        yield f"  {name:<31} {translate(component.title)}"
    yield ""
    yield say("Concerns")
    for name in registry.names("concerns"):
        yield f"  {name:<31} {translate(registry.concern(name).title)}"
    yield ""
    yield say("Policies")
    for name, policy in policies.items():
        yield f"  {name:<31} {policy.title}"
    yield ""
    yield say("More: {names}", names=", ".join(ABOUT))


def _component(component: Component, policies: dict[str, Policy]) -> Iterator[str]:
    yield from _documented("components", component.name)
    yield say("Where it is looked for")
    yield f"    {translate(component.where)}"
    yield ""
    yield from _mended(component.advice)
    for policy in policies.values():
        for rule in policy.rules:
            if component.name in _asked(rule):
                yield f"    {policy.id:<20} {rule.id}: {_sentence(rule)}"
                yield from _from(rule, policy)


def _concern(concern: Concern, policies: dict[str, Policy]) -> Iterator[str]:
    yield from _documented("concerns", concern.name)
    yield from _mended(concern.advice)
    for policy in policies.values():
        for rule in [one for one in policy.rules if one.concern == concern.name]:
            yield f"    {policy.id:<20} {_sentence(rule)}"
            yield from _from(rule, policy)


def _from(rule: Rule, policy: Policy) -> Iterator[str]:
    """The section that asks for it, in which document."""
    yield f"    {'':<20} ({', '.join(filter(None, (rule.clause, policy.source)))})"


def _documented(room: str, name: str) -> Iterator[str]:
    yield from (name, "", registry.documentation(room, name), "")


def _mended(advice: str) -> Iterator[str]:
    yield say("How to fix it")
    yield f"    {translate(advice)}"
    yield ""
    yield say("Which policies ask for it")


def _asked(rule: Rule) -> set[str]:
    if rule.summary:
        return {need.component for need in needs_of(rule.summary.open)}
    return {rule.need.component} if rule.need else set()


def _policy(policy: Policy) -> Iterator[str]:
    yield f"{policy.id}: {policy.title}"
    yield from (line for line in (policy.source, policy.statement) if line)
    yield ""
    for rule in policy.rules:
        yield f"  {rule.id:<31} {_sentence(rule)}"
        if rule.clause:
            yield f"  {'':<31} ({rule.clause})"
        yield f"  {'':<31} → {_advice(rule)}"
    for level in policy.levels:
        yield ""
        yield f"  {level.name} ({level.title}): {', '.join(level.rules)}"


def _rules(name: str, policies: dict[str, Policy]) -> Iterator[str]:
    for policy in policies.values():
        for rule in policy.rules:
            if rule.id == name:
                yield f"{name} ({policy.id})"
                yield f"    {_sentence(rule)}"
                yield from (f"    {line}" for line in (rule.clause, policy.source, _advice(rule)) if line)


def _advice(rule: Rule) -> str:
    """The rule's own sentence, or that of what it is about."""
    if rule.advice:
        return rule.advice
    if rule.concern:
        return translate(registry.concern(rule.concern).advice)
    return translate(registry.components()[rule.need.component].advice) if rule.need else ""


def _sentence(rule: Rule) -> str:
    """A rule in words."""
    if rule.for_each:
        return say("{sentence}, of each base model", sentence=_sentence(rule._replace(for_each="")))
    if rule.summary:
        names = ", ".join(dict.fromkeys(need.component for need in needs_of(rule.summary.open)))
        return say("{severity} unless open over {names}", severity=rule.severity, names=names)
    if rule.concern:
        what = translate(registry.concern(rule.concern).absent)
        return say("{severity} unless: {what}", severity=rule.severity, what=what)
    need = rule.need
    assert need
    parts = [need.component]
    if need.at_least is not None:
        parts.append(say("at least {grade}", grade=need.at_least))
    if need.but_not is not None:
        parts.append(say("but not {grade}", grade=need.but_not))
    parts += [say("{topic} {grade}", topic=topic, grade=grade) for topic, grade in need.topics.items()]
    if need.access is not None:
        parts.append(say("access {grade}", grade=need.access))
    if need.licenses:
        parts.append(say("license of {name}", name=need.licenses.name))
    return say("{severity} unless {what}", severity=rule.severity, what=", ".join(parts))


COMMAND = Command("explain", "say what a component, rule, policy, license or clause is", arguments, run)
