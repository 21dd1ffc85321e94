"""Policies: those that ship, each sentence of the language on a release that meets it and one that does not, errors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from openness_gate import located
from openness_gate.model import Access, Completeness, Kind, LicenseClass
from openness_gate.policy_sources import policy
from openness_gate.registry import components, concern, policies
from openness_gate.report import Openness, Result, Status
from openness_gate.rules import Severity
from openness_gate.schema import check as check_schema
from tests.git_repos import put
from tests.judging import found, judge, license_of, only, parse
from tests.running import check, check_json, finding, run

C, A = Completeness, Access

# --- those that ship ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", policies())
def test_shipped_policy_is_valid(name: str) -> None:
    path = Path(policies()[name])
    check_schema(located.parse(path.read_text("utf-8"), str(path)), "policy")
    assert policy(name).id == name
    assert policy(name).origin == "built-in"
    done = run("policy", "validate", path)
    assert (done.code, done.err) == (0, "")
    assert f"{name} is valid" in done.out


@pytest.mark.parametrize("name", policies())
def test_shipped_policy_says_where_it_comes_from_and_what_to_do(name: str) -> None:
    loaded = policy(name)
    assert loaded.source.startswith("https://")
    assert loaded.statement
    for rule in loaded.rules:
        of_concern = rule.concern and concern(rule.concern).advice
        assert rule.advice or of_concern or (rule.need and components()[rule.need.component].advice)
        assert rule.summary is None or rule.advice


def test_all_four_ship() -> None:
    assert {"mof-1.0", "open-weights", "osaid-1.0", "recommended"} <= policies().keys()
    assert run("policy", "list").out.split().count("osaid-1.0") == 1


def test_the_definition_has_four_summaries() -> None:
    summaries = {rule.id for rule in policy("osaid-1.0").rules if rule.summary}
    assert summaries == {"data-information", "code", "parameters", "license"}


# --- the language ---------------------------------------------------------------------------------------------------

SETS = """
license_sets:
  open: {includes: [open-source, open-data]}
  osi: {includes: [osi-approved]}
  fsf: {includes: [fsf-approved]}
  one: {includes: [MIT]}
  no-gpl: {includes: [open-source], excludes: [GPL-3.0-only]}
  no-content: {includes: [open-source, open-content], excludes: [open-content]}
"""
MIT = license_of("MIT", LicenseClass.OPEN_SOURCE, "osi", "fsf")
GPL = license_of("GPL-3.0-only", LicenseClass.OPEN_SOURCE, "osi", "fsf")
FREE = license_of("Free-1.0", LicenseClass.OPEN_SOURCE, "fsf")
CC_BY = license_of("CC-BY-4.0", LicenseClass.OPEN_CONTENT)
NC = license_of("CC-BY-NC-4.0", LicenseClass.RESTRICTED)
CHANGED = license_of("LicenseRef-modified-MIT", LicenseClass.MODIFIED)
STRANGE = license_of("LicenseRef-unknown", LicenseClass.UNKNOWN)
YES, NO, ASK, OFF = Status.MET, Status.UNMET, Status.ASK, Status.NOT_APPLICABLE

CARD, CODE, PARAMETERS = "model-card", "training-code", "model-parameters-final"

# a rule of the component it is about, what is found of it, and what becomes of it
SENTENCES: dict[str, tuple[str, dict[str, Any], Status]] = {
    "at_least: more": ("model-card: {at_least: described}", {CARD: found(C.COMPLETE)}, YES),
    "at_least: just": ("model-card: {at_least: described}", {CARD: found(C.DESCRIBED)}, YES),
    "at_least: less": ("model-card: {at_least: described}", {CARD: found(C.MENTIONED)}, NO),
    "at_least: nothing": ("model-card: {at_least: promised}", {}, NO),
    "at_least: perhaps more": ("model-card: {at_least: described}", {CARD: found(C.MENTIONED, unknown=True)}, ASK),
    "at_least: perhaps something": ("model-card: {at_least: described}", {CARD: found(C.ABSENT, unknown=True)}, ASK),
    "at_least: enough, perhaps more": (
        "model-card: {at_least: described}",
        {CARD: found(C.DESCRIBED, unknown=True)},
        YES,
    ),
    "at_least: linked is not looked up": (
        "training-code: {at_least: complete}",
        {CODE: found(C.LINKED, A.PUBLIC)},
        ASK,
    ),
    "require": ("x: {require: model-card, at_least: described}", {CARD: found(C.DESCRIBED)}, YES),
    "require: another": ("x: {require: model-card, at_least: described}", {CODE: found(C.COMPLETE)}, NO),
    "access: more open": ("training-code: {access: gated}", {CODE: found(C.LINKED, A.PUBLIC)}, YES),
    "access: just": ("training-code: {access: registration}", {CODE: found(C.LINKED, A.REGISTRATION)}, YES),
    "access: less open": ("training-code: {access: public}", {CODE: found(C.LINKED, A.GATED)}, NO),
    "access: unknown": ("training-code: {access: public}", {CODE: found(C.LINKED, A.UNKNOWN)}, ASK),
    "license: of the set": ("training-code: {license: open}", {CODE: found(C.COMPLETE, A.PUBLIC, MIT)}, YES),
    "license: all of the set": ("training-code: {license: open}", {CODE: found(C.COMPLETE, A.PUBLIC, MIT, GPL)}, YES),
    "license: one is not": ("training-code: {license: open}", {CODE: found(C.COMPLETE, A.PUBLIC, MIT, NC)}, NO),
    "license: restricted": ("training-code: {license: open}", {CODE: found(C.COMPLETE, A.PUBLIC, NC)}, NO),
    "license: not in the set": ("training-code: {license: open}", {CODE: found(C.COMPLETE, A.PUBLIC, CC_BY)}, NO),
    "license: changed": ("training-code: {license: one}", {CODE: found(C.COMPLETE, A.PUBLIC, CHANGED)}, NO),
    "license: unknown": ("training-code: {license: open}", {CODE: found(C.COMPLETE, A.PUBLIC, STRANGE)}, ASK),
    "license: one unknown": (
        "training-code: {license: open}",
        {CODE: found(C.COMPLETE, A.PUBLIC, MIT, STRANGE)},
        ASK,
    ),
    "license: one is not, one is unknown": (
        "training-code: {license: open}",
        {CODE: found(C.COMPLETE, A.PUBLIC, NC, STRANGE)},
        NO,
    ),
    "license: none": ("training-code: {license: open}", {CODE: found(C.COMPLETE, A.PUBLIC)}, NO),
    "license: of what cannot be read": (
        "training-code: {at_least: linked, license: open}",
        {CODE: found(C.ABSENT, unknown=True)},
        ASK,
    ),
    "includes: by its name": ("training-code: {license: one}", {CODE: found(C.COMPLETE, A.PUBLIC, MIT)}, YES),
    "includes: by another name": ("training-code: {license: one}", {CODE: found(C.COMPLETE, A.PUBLIC, GPL)}, NO),
    "includes: approved": ("training-code: {license: osi}", {CODE: found(C.COMPLETE, A.PUBLIC, MIT)}, YES),
    "includes: not approved": ("training-code: {license: osi}", {CODE: found(C.COMPLETE, A.PUBLIC, FREE)}, NO),
    "includes: free": ("training-code: {license: fsf}", {CODE: found(C.COMPLETE, A.PUBLIC, FREE)}, YES),
    "excludes: another": ("training-code: {license: no-gpl}", {CODE: found(C.COMPLETE, A.PUBLIC, MIT)}, YES),
    "excludes: this": ("training-code: {license: no-gpl}", {CODE: found(C.COMPLETE, A.PUBLIC, GPL)}, NO),
    "excludes: its class": ("training-code: {license: no-content}", {CODE: found(C.COMPLETE, A.PUBLIC, CC_BY)}, NO),
    "topics: enough": (
        "data-information: {topics: {provenance: described}}",
        {"data-information": found(C.DESCRIBED, topics={"provenance": C.DESCRIBED})},
        YES,
    ),
    "topics: one is missing": (
        "data-information: {topics: {provenance: described, scope: mentioned}}",
        {"data-information": found(C.COMPLETE, topics={"provenance": C.DESCRIBED})},
        NO,
    ),
    "topics: perhaps": (
        "data-information: {topics: {provenance: described}}",
        {"data-information": found(C.DESCRIBED, topics={"provenance": C.MENTIONED}, unknown=True)},
        ASK,
    ),
    "instead: stands in": (
        "technical-report: {at_least: described, instead: research-paper}",
        {"research-paper": found(C.DESCRIBED)},
        YES,
    ),
    "instead: is not enough": (
        "technical-report: {at_least: described, instead: research-paper}",
        {"research-paper": found(C.MENTIONED)},
        NO,
    ),
    "instead: is not needed": (
        "technical-report: {at_least: described, instead: research-paper}",
        {"technical-report": found(C.DESCRIBED)},
        YES,
    ),
    "instead: under its own license": (
        "technical-report: {at_least: described, license: open, instead: research-paper}",
        {"technical-report": found(C.MENTIONED, A.PUBLIC, MIT), "research-paper": found(C.DESCRIBED, A.PUBLIC, NC)},
        NO,
    ),
    "when: so": ("model-card: {at_least: described, when: [model]}", {}, NO),
    "when: not so": ("model-card: {at_least: described, when: [dataset]}", {}, OFF),
    "when: one is not so": ("model-card: {at_least: described, when: [model, weights-released]}", {}, OFF),
    "when: weights are released": (
        "model-card: {at_least: described, when: [weights-released]}",
        {PARAMETERS: found(C.LINKED, A.PUBLIC)},
        NO,
    ),
    "when: data is released": (
        "model-card: {at_least: described, when: [data-released]}",
        {"datasets": found(C.COMPLETE, A.PUBLIC), CARD: found(C.DESCRIBED)},
        YES,
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence(name: str) -> None:
    rule, here, status = SENTENCES[name]
    assert only(judge(_policy(rule), here)).status is status


@pytest.mark.parametrize(
    ("word", "status", "result"), [("ask", ASK, Result.ASK), ("fail", NO, Result.FAIL), ("pass", YES, Result.PASS)]
)
def test_when_unknown(word: str, status: Status, result: Result) -> None:
    text = _policy("model-card: {at_least: described}", f"when_unknown: {word}")
    judgement = judge(text, {CARD: found(C.ABSENT, unknown=True)})
    assert (only(judgement).status, judgement.result) == (status, result)


@pytest.mark.parametrize("kind", Kind)
def test_applies_to(kind: Kind) -> None:
    text = _policy("model-card: {at_least: described}", "applies_to: [dataset, code]")
    judgement = judge(text, {}, kind)
    assert only(judgement).status is NO
    applies = kind in (Kind.DATASET, Kind.CODE)
    assert judgement.result is (Result.FAIL if applies else Result.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("severity", "fail_on", "result"),
    [
        ("error", "error", Result.FAIL),
        ("warning", "error", Result.PASS),
        ("warning", "warning", Result.FAIL),
        ("info", "warning", Result.PASS),
        ("info", "ask", Result.PASS),
        ("error", "never", Result.FAIL),
    ],
)
def test_severity(severity: str, fail_on: str, result: Result) -> None:
    text = _policy(f"model-card: {{at_least: described, severity: {severity}}}")
    assert judge(text, {}, fail_on=fail_on).result is result


def test_a_question_fails_where_one_wants_it_to() -> None:
    text = _policy("model-card: {at_least: described}")
    assert judge(text, {CARD: found(C.ABSENT, unknown=True)}, fail_on="ask").result is Result.FAIL


# --- summaries ------------------------------------------------------------------------------------------------------

LINKED = "{require: model-card, at_least: linked}, {require: training-code, at_least: linked}"
SUMMARIES: dict[str, tuple[str, str]] = {
    "all": (f"{{all: [{LINKED}]}}", "both"),
    "any": (f"{{any: [{LINKED}]}}", "either"),
    "every": ("{every: [model-card, training-code], at_least: linked}", "both"),
    "some": ("{some: [model-card, training-code], at_least: linked}", "either"),
    "one": ("{require: model-card, at_least: linked}", "first"),
    "nested": (f"{{all: [{{any: [{LINKED}]}}, {{require: model-card, at_least: linked}}]}}", "first"),
}
HERE = {
    "none": {},
    "first": {CARD: found(C.COMPLETE, A.PUBLIC)},
    "second": {CODE: found(C.COMPLETE, A.PUBLIC)},
    "both": {CARD: found(C.COMPLETE, A.PUBLIC), CODE: found(C.COMPLETE, A.PUBLIC)},
}
HOLDS = {"both": {"both"}, "either": {"first", "second", "both"}, "first": {"first", "both"}}


@pytest.mark.parametrize("here", HERE)
@pytest.mark.parametrize("name", SUMMARIES)
def test_summary(name: str, here: str) -> None:
    condition, wanted = SUMMARIES[name]
    finding = only(judge(_summary(condition, "{require: datasets, at_least: linked}"), HERE[here]))
    holds = here in HOLDS[wanted]
    assert finding.openness is (Openness.OPEN if holds else Openness.CLOSED)
    assert finding.status is (YES if holds else NO)


def test_summary_is_partial_where_that_holds() -> None:
    text = _summary("{require: model-card, at_least: complete}", "{require: model-card, at_least: mentioned}")
    finding = only(judge(text, {CARD: found(C.DESCRIBED)}))
    assert (finding.openness, finding.status) == (Openness.PARTIAL, NO)


def test_summary_over_the_unknown_is_asked() -> None:
    text = _summary("{require: model-card, at_least: complete}", "{require: model-card, at_least: mentioned}")
    finding = only(judge(text, {CARD: found(C.ABSENT, unknown=True)}))
    assert (finding.openness, finding.status) == (Openness.UNKNOWN, ASK)


@pytest.mark.parametrize(
    ("reached", "openness"),
    [
        (C.LINKED, Openness.OPEN),
        (C.COMPLETE, Openness.OPEN),
        (C.PARTIAL, Openness.CLOSED),
        (C.DESCRIBED, Openness.CLOSED),
    ],
)
def test_but_not(reached: Completeness, openness: Openness) -> None:
    text = _summary(
        "{require: training-code, at_least: linked, but_not: partial}", "{require: datasets, at_least: linked}"
    )
    assert only(judge(text, {CODE: found(reached, A.PUBLIC)})).openness is openness


@pytest.mark.parametrize(
    ("here", "openness"),
    [
        ({CODE: found(C.COMPLETE, A.PUBLIC, MIT)}, Openness.OPEN),
        ({CODE: found(C.COMPLETE, A.PUBLIC, MIT), PARAMETERS: found(C.DESCRIBED)}, Openness.OPEN),
        ({CODE: found(C.COMPLETE, A.PUBLIC, MIT), PARAMETERS: found(C.LINKED, A.PUBLIC)}, Openness.PARTIAL),
        ({CODE: found(C.COMPLETE, A.PUBLIC, MIT), PARAMETERS: found(C.COMPLETE, A.PUBLIC, NC)}, Openness.PARTIAL),
        ({CODE: found(C.COMPLETE, A.PUBLIC, NC)}, Openness.CLOSED),
    ],
)
def test_if_released_and_some_license(here: Mapping[str, Any], openness: Openness) -> None:
    text = _summary(
        "{every: [training-code, model-parameters-final], license: open, if_released: true}",
        "{some: [training-code, model-parameters-final], some_license: open}",
    )
    assert only(judge(text, here)).openness is openness


def test_if_released_of_nothing_is_never_open() -> None:
    text = _summary(
        "{every: [training-code], license: open, if_released: true}", "{require: datasets, at_least: linked}"
    )
    assert only(judge(text, {})).openness is not Openness.OPEN


def test_when_in_a_condition() -> None:
    text = _summary(
        "{all: [{require: model-card, at_least: linked}, {require: datasets, at_least: linked, when: [dataset]}]}",
        "{require: training-code, at_least: linked}",
    )
    here = {CARD: found(C.COMPLETE, A.PUBLIC)}
    assert only(judge(text, here)).openness is Openness.OPEN
    assert only(judge(text, here, Kind.DATASET)).openness is Openness.CLOSED


# --- ladders --------------------------------------------------------------------------------------------------------

LADDER = """
minimum: MINIMUM
levels:
  low: {title: Low, rules: [model-card]}
  high: {title: High, rules: [training-code, datasets]}
rules:
  model-card: {at_least: described}
  training-code: {at_least: partial}
  datasets: {at_least: partial}
"""


@pytest.mark.parametrize(
    ("here", "reached", "low", "high"),
    [
        ({}, "none", 0, 0),
        ({CARD: found(C.DESCRIBED)}, "low", 100, 100 / 3),
        ({CARD: found(C.DESCRIBED), CODE: found(C.COMPLETE)}, "low", 100, 200 / 3),
        ({CARD: found(C.DESCRIBED), CODE: found(C.COMPLETE), "datasets": found(C.COMPLETE)}, "high", 100, 100),
        ({CODE: found(C.COMPLETE), "datasets": found(C.COMPLETE)}, "none", 0, 0),
        ({CARD: found(C.ABSENT, unknown=True)}, "none", 0, 0),
    ],
)
def test_levels(here: Mapping[str, Any], reached: str, low: float, high: float) -> None:
    levels = judge(TOP + LADDER.replace("MINIMUM", "low"), here).levels
    assert levels
    assert levels.reached == reached
    assert levels.progress == pytest.approx({"low": low, "high": high})


@pytest.mark.parametrize(
    ("minimum", "severity", "result"), [("low", Severity.INFO, Result.PASS), ("high", Severity.ERROR, Result.FAIL)]
)
def test_minimum(minimum: str, severity: Severity, result: Result) -> None:
    judgement = judge(TOP + LADDER.replace("MINIMUM", minimum), {CARD: found(C.DESCRIBED)})
    assert judgement.findings[0].severity is Severity.ERROR
    assert judgement.findings[1].severity is severity
    assert judgement.result is result


def _policy(rule: str, more: str = "") -> str:
    return f"{TOP}{more}{SETS}rules:\n  {rule}\n"


def _summary(open_: str, partial: str) -> str:
    return _policy(f"x: {{advice: Do it., summary: {{open: {open_}, partial: {partial}}}}}")


# --- through the front door -----------------------------------------------------------------------------------------


def test_a_policy_of_ones_own(tmp_path: Path) -> None:
    put(tmp_path, {"ours.yaml": _policy("model-card: {at_least: promised}"), "repo/README.md": "# Wren\n"})
    report = check_json(tmp_path / "repo", "--policy", tmp_path / "ours.yaml")
    assert report["policy"]["id"] == "ours"
    assert report["policy"]["from"] == str(tmp_path / "ours.yaml")
    assert finding(report, "model-card")["status"] == "met"


def test_a_policy_is_told_by_its_bytes() -> None:
    text = _policy("model-card: {at_least: promised}")
    assert parse(text, "a").sha256 == parse(text, "b").sha256
    assert parse(text, "a").sha256 != parse(text + "\n", "a").sha256


# --- errors ---------------------------------------------------------------------------------------------------------

TOP = "policy: ours\nversion: 1\ntitle: Ours\n"
POLICIES = {
    "a list": ("- model-card\n", "p.yaml:1: a policy is a mapping"),
    "empty": ("", "p.yaml:1: a policy is a mapping"),
    "a megabyte": (TOP + "# x\n" * (1 << 18), "p.yaml:1: more than 512 KiB"),
    "binary": ("\0\1\2", "p.yaml:1: not YAML"),
    "an unknown key": (
        TOP + "ruls:\n  model-card: {at_least: described}\n",
        "p.yaml:4: ruls: 'ruls' is not known; did you mean 'rules'?",
    ),
    "an unknown key of a rule": (
        TOP + "rules:\n  model-card:\n    at_last: described\n",
        "p.yaml:6: rules.model-card.at_last: 'at_last' is not known; did you mean 'at_least'?",
    ),
    "an unknown component": (
        TOP + "rules:\n  model-crd: {at_least: described}\n",
        "p.yaml:5: rules.model-crd: 'model-crd' is not known; did you mean 'model-card'?",
    ),
    "an unknown license set": (
        TOP + "license_sets: {open: {includes: [open-source]}}\nrules:\n  model-card: {license: opn}\n",
        "p.yaml:6: rules.model-card.license: 'opn' is not known; did you mean 'open'?",
    ),
    "an unknown license": (
        TOP + "license_sets: {open: {includes: [opensource]}}\nrules:\n  model-card: {license: open}\n",
        "'opensource' is not known; did you mean 'open-source'?",
    ),
    "duplicate keys": (TOP + "title: Theirs\nrules: {}\n", "p.yaml:4: the key 'title' stands twice"),
    "a bad severity": (
        TOP + "rules:\n  model-card:\n    at_least: described\n    severity: eror\n",
        "p.yaml:7: rules.model-card.severity: 'eror' is not known; did you mean 'error'?",
    ),
    "a bad grade": (
        TOP + "rules:\n  model-card: {at_least: describd}\n",
        "p.yaml:5: rules.model-card.at_least: 'describd' is not known; did you mean 'described'?",
    ),
    "a bad topic": (
        TOP + "rules:\n  data-information: {topics: {provenanc: described}}\n",
        "p.yaml:5: rules.data-information.topics.provenanc: 'provenanc' is not known; did you mean 'provenance'?",
    ),
    "a bad condition": (
        TOP + "rules:\n  model-card: {at_least: linked, when: [modl]}\n",
        "p.yaml:5: rules.model-card.when.0: 'modl' is not known; did you mean 'model'?",
    ),
    "an alias bomb": (
        TOP + "rules:\n  model-card: &a {at_least: described}\n  data-card: *a\n",
        "p.yaml:5: anchors and aliases are not read",
    ),
    "a merge key": (TOP + "rules:\n  model-card: {<<: {at_least: described}}\n", "p.yaml:5: merge keys"),
    "a rule that asks nothing": (TOP + "rules:\n  model-card: {severity: error}\n", "p.yaml:5: rules.model-card"),
    "a minimum without levels": (TOP + "minimum: top\nrules:\n  model-card: {at_least: linked}\n", "p.yaml:4: minimum"),
    "an unknown rule of a level": (
        TOP + "levels:\n  one: {rules: [model-crd]}\nrules:\n  model-card: {at_least: linked}\n",
        "p.yaml:5: levels.one.rules.0: 'model-crd' is not known; did you mean 'model-card'?",
    ),
    "nesting": ("policy: " + "[" * 100_000, "p.yaml:1: nested more than 40 deep"),
    "a condition of two kinds": (
        TOP + "rules:\n  x:\n    summary:\n      partial: {require: datasets, at_least: linked}\n"
        "      open: {require: model-card, all: [{require: datasets, at_least: linked}]}\n",
        "p.yaml:8",
    ),
    "a summary and a need": (
        TOP + "rules:\n  model-card:\n    at_least: complete\n    summary:\n"
        "      open: {require: model-card, at_least: linked}\n"
        "      partial: {require: model-card, at_least: linked}\n",
        "p.yaml:",
    ),
}


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("command", ["check", "validate"])
def test_policy_that_is_none(name: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, says = POLICIES[name]
    put(tmp_path, {"p.yaml": content})
    monkeypatch.chdir(tmp_path)
    done = check("--policy", "p.yaml") if command == "check" else run("policy", "validate", "p.yaml")
    assert (done.code, done.out) == (2, "")
    assert says in done.complaint
    assert not done.complaint.endswith("known are ")
    assert len(done.complaint) < 1000


@pytest.mark.parametrize("name", ["./gone.yaml", "gone.yml", "./"])
def test_policy_that_cannot_be_had(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = check("--policy", name)
    assert (done.code, done.out) == (2, "")
    assert done.complaint
