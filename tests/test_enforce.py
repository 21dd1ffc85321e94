"""An enforced policy can only be tightened: every way of asking for less is made, and refused with its line."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from openness_gate.assemble import Layer
from openness_gate.compare import Effect, changes
from openness_gate.located import Malformed
from openness_gate.policy_sources import Library, assembler, policy
from openness_gate.registry import policies
from tests.git_repos import put
from tests.judging import parse
from tests.running import run

# ruff: noqa: E501
GRADES = ("promised", "mentioned", "described", "linked", "partial", "complete")
ACCESS = ("public", "script", "registration", "gated", "hosted")
SEVERITIES = ("info", "warning", "error")
UNKNOWN = ("pass", "ask", "fail")
ENFORCED: dict[str, Any] = {
    "policy": "organization",
    "version": 1,
    "title": "The organization's",
    "enforce": True,
    "applies_to": ["model", "dataset"],
    "when_unknown": "ask",
    "minimum": "low",
    "license_sets": {"open": {"includes": ["osi-approved", "CC0-1.0"], "excludes": ["AGPL-3.0-only"]}},
    "levels": {"low": {"rules": ["training-code"]}, "high": {"rules": ["datasets"]}},
    "score": {"rules": ["training-code", "code"], "minimum": "0.5"},
    "waivers": {"max_days": 90, "forbidden": ["training-code"]},
    "rules": {
        "training-code": {"at_least": "linked", "license": "open", "access": "registration", "severity": "warning"},
        "datasets": {"at_least": "described", "when": ["has-parameters"]},
        "model-parameters-final": {"at_least": "linked", "but_not": "partial"},
        "topics": {"require": "data-information", "topics": {"provenance": "described", "scope": "mentioned"}},
        "open-washing": {"severity": "warning"},
        "contact": {"files": ["SECURITY.md", "docs/SECURITY.md"], "contains": ["# Reporting", "@"]},
        "base": {"require": "training-code", "at_least": "linked", "for_each": "base-model"},
        "code": {
            "summary": {
                "open": {"all": [{"require": "training-code", "at_least": "linked"},
                                 {"any": [{"require": "tokenizer", "at_least": "linked"},
                                          {"require": "inference-code", "at_least": "linked"}]}]},
                "partial": {"require": "training-code", "at_least": "mentioned"},
            }
        },
    },
}  # fmt: skip
OPEN = ENFORCED["rules"]["code"]["summary"]["open"]


def lower(words: tuple[str, ...], word: str, draw: Callable[..., Any]) -> str:
    return str(draw(st.sampled_from(words[: words.index(word)])))


def rule(name: str, **values: Any) -> dict[str, Any]:
    return {"set": {"rules": {name: values}}}


def whole(name: str, **values: Any) -> dict[str, Any]:
    """The rule written again, with other values; None takes a key away."""
    new = {**ENFORCED["rules"][name], **values}
    return {"rules": {name: {key: value for key, value in new.items() if value is not None}}}


LOOSENINGS: dict[str, Callable[[Callable[..., Any]], dict[str, Any]]] = {
    "drop": lambda draw: {"drop": [draw(st.sampled_from([r for r in ENFORCED["rules"] if r != "code"]))]},
    "severity": lambda draw: rule("training-code", severity="info"),
    "severity of what has the usual one": lambda draw: rule("topics", severity=lower(SEVERITIES, "error", draw)),
    "at least": lambda draw: rule("training-code", at_least=lower(GRADES, "linked", draw)),
    "at least, not asked any more": lambda draw: whole("training-code", at_least=None),
    "but not": lambda draw: whole("model-parameters-final", but_not=None),
    "access": lambda draw: rule("training-code", access=draw(st.sampled_from(ACCESS[3:]))),
    "access, not asked any more": lambda draw: whole("training-code", access=None),
    "license, not asked any more": lambda draw: whole("training-code", license=None),
    "topic": lambda draw: rule("topics", topics={"provenance": lower(GRADES, "described", draw)}),
    "topics, one less": lambda draw: whole("topics", topics={"provenance": "described"}),
    "another component": lambda draw: rule("datasets", require=draw(st.sampled_from(["model-card", "tokenizer"]))),
    "another stands in": lambda draw: rule("datasets", instead="data-card"),
    "only when": lambda draw: rule("training-code", when=[draw(st.sampled_from(["model", "data-released"]))]),
    "more conditions": lambda draw: {"add": {"rules": {"datasets": {"when": ["weights-released"]}}}},
    "fewer kinds": lambda draw: rule("training-code", applies_to=["model"]),
    "a concern made into a component": lambda draw: {"rules": {"open-washing": {"require": "model-card", "at_least": "linked"}}},
    "more files will do": lambda draw: {"add": {"rules": {"contact": {"files": ["README.md"]}}}},
    "a file says less": lambda draw: rule("contact", contains=["@"]),
    "the release and not its base": lambda draw: whole("base", for_each=None),
    "a summary of less": lambda draw: rule("code", summary={"open": OPEN["all"][draw(st.sampled_from([0, 1]))]}),
    "a summary of any": lambda draw: rule("code", summary={"open": {"any": OPEN["all"]}}),
    "a summary with one way more": lambda draw: rule(
        "code", summary={"open": {"all": [OPEN["all"][0], {"any": [*OPEN["all"][1]["any"], {"require": "tokenizer", "at_least": "promised"}]}]}}
    ),
    "partial sooner": lambda draw: rule("code", summary={"partial": {"require": "tokenizer", "at_least": "promised"}}),
    "a license set with more": lambda draw: {"add": {"license_sets": {"open": {"includes": [draw(st.sampled_from(["CC-BY-4.0", "open-data", "not-approved", "LicenseRef-ours"]))]}}}},
    "a license set of others": lambda draw: {"license_sets": {"open": {"includes": ["open-content"]}}},
    "a license set without what it excluded": lambda draw: {"license_sets": {"open": {"includes": ["osi-approved", "CC0-1.0"]}}},
    "what is unknown": lambda draw: {"when_unknown": "pass"},
    "what is unknown, set": lambda draw: {"set": {"when_unknown": "pass"}},
    "kinds": lambda draw: {"applies_to": [draw(st.sampled_from(["model", "dataset"]))]},
    "a rung that asks for less": lambda draw: {"set": {"levels": {"low": {"rules": ["open-washing"]}}}},
    "a rung that hides a rule": lambda draw: {"levels": {"high": {"rules": ["datasets", "topics"]}}},
    "a score with a lower minimum": lambda draw: {"set": {"score": {"minimum": draw(st.sampled_from(["0", "0.25", "0.4"]))}}},
    "a score over others": lambda draw: {"set": {"score": {"rules": ["open-washing"]}}},
    "a score that is worth more": lambda draw: {"set": {"score": {"partial": "1"}}},
    "a longer waiver": lambda draw: {"set": {"waivers": {"max_days": draw(st.integers(91, 9999))}}},
    "waivers of all": lambda draw: {"waivers": {}},
    "a waiver that was forbidden": lambda draw: {"waivers": {"max_days": 90}},
    "not enforced": lambda draw: {"enforce": False},
    "a text that is accepted": lambda draw: {
        "accepted_texts": [{"sha256": "0" * 64, "reason": "because we like it", "owner": "me", "expires": "2099-01-01"}]
    },
}  # fmt: skip
TIGHTENINGS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a rule more": {"rules": {"tokenizer": {"at_least": "linked"}}},
    "severity": rule("training-code", severity="error"),
    "at least": rule("training-code", at_least="complete"),
    "access": rule("training-code", access="public"),
    "topic": rule("topics", topics={"provenance": "linked"}),
    "a topic more": rule("topics", topics={"processing": "described"}),
    "always": whole("datasets", when=None),
    "a license set with less": {"license_sets": {"open": {"includes": ["MIT", "Apache-2.0"]}}},
    "a license set that excludes": {"add": {"license_sets": {"open": {"excludes": ["GPL-3.0-only"]}}}},
    "what is unknown": {"when_unknown": "fail"},
    "a kind more": {"add": {"applies_to": ["adapter"]}},
    "a higher rung": {"set": {"minimum": "high"}},
    "a summary of more": rule("code", summary={"open": {"all": [*OPEN["all"], {"require": "datasets", "at_least": "linked"}]}}),
    "a summary with one way less": rule("code", summary={"open": {"all": [OPEN["all"][0], OPEN["all"][1]["any"][0]]}}),
    "a file that says more": {"add": {"rules": {"contact": {"contains": ["PGP"]}}}},
    "fewer files will do": rule("contact", files=["SECURITY.md"]),
    "no waivers": {"set": {"waivers": {"max_days": 0, "forbidden": ["*"]}}},
    "a shorter waiver": {"set": {"waivers": {"max_days": 89}}},
    "a score with a minimum that is higher": {"set": {"score": {"minimum": "0.75"}}},
    "other words": rule("training-code", advice="Publish it.", clause="Handbook, 4"),
}  # fmt: skip


def judged(child: dict[str, Any]) -> None:
    """Put *child* on top of the enforced policy, as the gate does."""
    base = Layer("base.yml", "base.yml", yaml.safe_dump(ENFORCED, sort_keys=False), lambda _: None)
    own = {"policy": "ours", "version": 1, "title": "Ours", "extends": "base.yml", **child}
    layer = Layer("ours.yml", "ours.yml", yaml.safe_dump(own, sort_keys=False), lambda name: base)
    assembler(layer, library=Library()).policy(layer)


@pytest.mark.parametrize("way", LOOSENINGS)
@given(data=st.data())
@settings(max_examples=6, deadline=None)
def test_every_loosening_is_refused_with_a_line(way: str, data: st.DataObject) -> None:
    with pytest.raises(Malformed) as caught:
        judged(LOOSENINGS[way](data.draw))
    assert "the policy organization is enforced, and may only be tightened" in caught.value.says
    assert caught.value.at.path == "ours.yml"
    assert caught.value.at.line > 1


@pytest.mark.parametrize("way", TIGHTENINGS)
def test_tightening_is_allowed(way: str) -> None:
    judged(TIGHTENINGS[way])


@given(
    st.lists(st.sampled_from(list(TIGHTENINGS)), max_size=3, unique=True), st.sampled_from(list(LOOSENINGS)), st.data()
)
@settings(max_examples=60, deadline=None)
def test_no_loosening_hides_behind_tightenings(tighter: list[str], way: str, data: st.DataObject) -> None:
    assume("waivers" not in LOOSENINGS[way](data.draw) or not any("waiver" in name for name in tighter))  # set mends it
    child: dict[str, Any] = {}
    for one in (*(TIGHTENINGS[name] for name in tighter), LOOSENINGS[way](data.draw)):
        child = merged(child, one)
    try:
        judged(child)
    except Malformed:
        return
    # whatever made it acceptable, nothing may be asked for less
    raise AssertionError(child)


def merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return one | {key: merged(one[key], value) if key in one else value for key, value in other.items()}
    return other


@pytest.mark.parametrize("grandchild", [False, True])
def test_it_stays_enforced_further_down(tmp_path: Path, grandchild: bool) -> None:
    put(tmp_path, {"base.yml": yaml.safe_dump(ENFORCED)})
    head = "policy: x\nversion: 1\ntitle: x\n"
    put(tmp_path, {"mid.yml": head + "extends: base.yml\n", "p.yml": head + "extends: mid.yml\ndrop: [contact]\n"})
    done = run("policy", "validate", tmp_path / ("p.yml" if grandchild else "mid.yml"))
    assert done.code == (2 if grandchild else 0)
    if grandchild:
        assert done.err.startswith(f"openness-gate: {tmp_path}/p.yml:5: the rule contact is dropped; the policy")


# --- the comparison -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", policies())
def test_nothing_changes_from_a_policy_to_itself(name: str) -> None:
    assert list(changes(policy(name), policy(name))) == []


@pytest.mark.parametrize("name", policies())
def test_every_rule_that_is_taken_away_is_told(name: str) -> None:
    whole = policy(name)
    for at in range(len(whole.rules)):
        less = whole._replace(rules=whole.rules[:at] + whole.rules[at + 1 :], levels=(), minimum="", score=None)
        told = list(changes(whole._replace(levels=(), minimum="", score=None), less))
        assert [(one.keys, one.effect) for one in told] == [(("rules", whole.rules[at].id), Effect.LOOSER)]


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_a_set_that_accepts_no_more_is_never_looser(seed: int) -> None:
    rng = random.Random(seed)
    words = [
        "open-source",
        "open-data",
        "open-content",
        "osi-approved",
        "fsf-approved",
        "MIT",
        "CC0-1.0",
        "GPL-2.0-only",
    ]
    text = "policy: p\nversion: 1\ntitle: t\nlicense_sets: {{s: {{includes: {0}, excludes: {1}}}}}\nrules: {{training-code: {{license: s}}}}\n"
    includes, excludes = rng.sample(words, 4), rng.sample(words, 2)
    wide = parse(text.format(includes, excludes))
    narrow = parse(text.format(includes[: rng.randint(1, 4)], [*excludes, *rng.sample(words, rng.randint(0, 2))]))
    assert not [one for one in changes(wide, narrow) if one.effect is Effect.LOOSER]
