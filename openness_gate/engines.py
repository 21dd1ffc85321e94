"""The engines that a policy can name beside its rules, and what each asks of the policy's levels. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from openness_gate import mof
from openness_gate.located import Doc, nearest
from openness_gate.messages import say
from openness_gate.rules import Engine, Level, Rule, Severity

ENGINES = ("mof", "none")


def engine_of(doc: Doc, rules: Iterable[Rule], levels: Iterable[Level]) -> Engine | None:
    """The engine that the policy *doc* names; `Malformed` where its levels are not those of the engine."""
    value = doc.value["engine"]
    if value["name"] == "none":
        return None
    for key, word, known in (("name", value["name"], ENGINES), ("mode", value.get("mode", mof.MODES[0]), mof.MODES)):
        if word not in known:
            raise doc.error(say("{word!r} is not known; {hint}", word=word, hint=nearest(word, known)), "engine", key)
    levels = tuple(levels)
    if [level.name for level in levels] != list(mof.LEVELS):
        raise doc.error(say("the levels of the engine mof are {names}", names=", ".join(mof.LEVELS)), "levels")
    by_id = {rule.id: rule for rule in rules}
    for level in levels:
        if wrong := _misfit(level, [by_id[id_] for id_ in level.rules]):
            raise doc.error(wrong, "levels", level.name, "rules")
    return Engine(value["name"], value.get("mode", mof.MODES[0]))


def _misfit(level: Level, rules: list[Rule]) -> str:
    """What keeps the rules of a level from being those of the engine; "" for nothing."""
    components = mof.required(level.name)
    if sorted(component_of(rule) for rule in rules) != sorted(components):
        names = ", ".join(components)
        return say(
            "the engine mof asks for one rule about each of {names}, or write `engine: {{name: none}}`", names=names
        )
    mild = next((rule.id for rule in rules if rule.severity is not Severity.ERROR), "")
    return say("{rule}: a rule of a level of the engine mof is an error", rule=mild) if mild else ""


def component_of(rule: Rule) -> str:
    return rule.need.component if rule.need else ""
