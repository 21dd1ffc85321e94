"""Waivers and confirmations: what counts, until when, of what, and what is said of what does not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from openness_gate import located
from openness_gate.exceptions import PATH, Entry, Exceptions, check, exceptions_of, parse
from openness_gate.excused import excused, excused_all
from openness_gate.located import Malformed
from openness_gate.model import Completeness, Notice, Unreadable
from openness_gate.report import Finding, Judgement, Result, Status
from tests.git_repos import git, make_git, put
from tests.helpers import make_repo
from tests.judging import Found, found, judge
from tests.judging import parse as policy_of
from tests.running import Done, check_json, finding, run
from tests.test_bad_input import MODEL
from tests.test_schemas import errors

TODAY = date(2026, 11, 24)
REASON = "counsel has read it, and answers for it"
WAIVER: dict[str, Any] = {
    "rule": "training-code",
    "reason": REASON,
    "owner": "jo@acme.example",
    "expires": "2026-12-31",
}
CONFIRMATION: dict[str, Any] = {
    "rule": "datasets", "reason": REASON, "person": "kim@acme.example", "date": "2026-11-01",
    "evidence": f"sha256:{'0' * 64}", "expires": "2027-11-01",
}  # fmt: skip
DOCS = Path(__file__).resolve().parents[1] / "docs"

POLICY = """
policy: p
version: 1
title: P
license_sets: {any: {includes: [open-source]}}
rules:
  training-code: {at_least: complete}
  datasets: {at_least: complete}
  model-card: {at_least: described}
  tokenizer: {at_least: complete, when: [dataset]}
"""
HERE: Mapping[str, Found] = {
    "datasets": found(Completeness.LINKED),
    "model-card": found(Completeness.DESCRIBED),
}
"""Of the rules above: unmet, a question, met, not applicable."""


def written(waivers: object = (), confirmations: object = ()) -> str:
    """The text of a file; JSON is YAML."""
    return json.dumps({"version": 1, "waivers": waivers, "confirmations": confirmations}, indent=1)


def judgement(more: str = "", here: Mapping[str, Found] = HERE, path: str = ".", name: str = "test") -> Judgement:
    one = judge(POLICY + more, here)
    return one._replace(release=one.release._replace(path=path, name=name))


def applied(
    *waivers: object, confirmations: object = (), more: str = "", here: Mapping[str, Found] = HERE
) -> tuple[Judgement, list[str]]:
    """What becomes of the release above, and what is said of the entries, with their lines."""
    given = parse(written(waivers, confirmations), "w.yml")
    (one,), notices = excused_all([judgement(more, here)], given, policy_of(POLICY + more), TODAY)
    return one, [f"{notice.at}: {notice.says}" for notice in notices]


def of(one: Judgement, rule: str) -> Finding:
    return next(f for f in one.findings if f.rule.id == rule)


def notes(one: Judgement, rule: str) -> list[str]:
    return [note.says for note in of(one, rule).notes]


def in_days(days: int) -> str:
    return (TODAY + timedelta(days)).isoformat()


def digest(rule: str = "datasets") -> str:
    one, _ = applied()
    return of(one, rule).digest


# --- the file -------------------------------------------------------------------------------------------------------

NO_FILE = {
    "empty": ("", "w.yml:1: the file is a mapping with `version`, `waivers` and `confirmations`"),
    "a list": ("- a\n", "w.yml:1: the file is a mapping"),
    "not YAML": ("version: 1\nwaivers: [\n", "w.yml:3: not YAML"),
    "a slip": ("version: 1\nwaiver: []\n", "w.yml:2: 'waiver' is not known; did you mean 'waivers'?"),
    "no version": ("waivers: []\n", "`version: 1` is missing"),
    "another version": ("version: 2\nwaivers: []\n", "w.yml:1: `version: 1` is missing"),
    "true is no version": ("version: true\n", "`version: 1` is missing"),
    "no list": ("version: 1\nwaivers: {a: b}\n", "w.yml:2: 'waivers' is a list"),
    "no list either": ("version: 1\nconfirmations: false\n", "w.yml:2: 'confirmations' is a list"),
    "an alias": ("version: 1\nwaivers: &a []\nconfirmations: *a\n", "w.yml:2: anchors and aliases are not read"),
    "twice": ("version: 1\nwaivers: []\nwaivers: []\n", "the key 'waivers' stands twice"),
    "a megabyte": (f"version: 1\n# {'x' * (1 << 20)}\n", "more than 512 KiB of YAML"),
    "a control character": ("version: 1\nwaivers: [\x1b]\n", "not YAML"),
}


@pytest.mark.parametrize("name", NO_FILE)
def test_a_file_that_is_none_is_an_error_with_its_line(name: str) -> None:
    text, says = NO_FILE[name]
    for read in (parse, check):
        with pytest.raises(Malformed, match=r"w\.yml:\d+: ") as caught:
            read(text, "w.yml")
        assert says in str(caught.value)
        assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "text", ["version: 1\n", "version: 1\nwaivers:\nconfirmations:\n", "version: 1\nwaivers: []\n"]
)
def test_a_file_may_say_nothing(text: str) -> None:
    assert check(text, "w.yml") == Exceptions()


def test_a_repository_without_the_file_has_none() -> None:
    assert exceptions_of(make_repo({"a/" + PATH: "x", "README.md": "x"})) == Exceptions()
    assert len(exceptions_of(make_repo({PATH: written([WAIVER])})).waivers) == 1
    with pytest.raises(Unreadable):
        exceptions_of(make_repo({PATH: written([WAIVER])}, unreadable=(PATH,)))


# --- one entry ------------------------------------------------------------------------------------------------------

NO_ENTRY: dict[str, tuple[dict[str, Any], str]] = {
    "short reason": ({"reason": "x" * 14}, "'reason' has fewer than 15 characters"),
    "blank reason": ({"reason": " " * 30}, "'reason' must be text; quote a number"),
    "padded reason": ({"reason": f"{'x' * 14}    "}, "'reason' has fewer than 15 characters"),
    "endless reason": ({"reason": "x" * 1001}, "'reason' has more than 1000 characters"),
    "a list for a reason": ({"reason": [REASON]}, "'reason' must be text; quote a number"),
    "a number for a rule": ({"rule": 7}, "'rule' must be text; quote a number"),
    "no release": ({"release": None}, "'release' must be text; quote a number"),
    "an empty release": ({"release": ""}, "'release' must be text; quote a number"),
    "endless release": ({"release": "x" * 201}, "'release' has more than 200 characters"),
    "no date": ({"expires": "soon"}, "'expires' is no date like 2027-01-31"),
    "no day": ({"expires": "2027-02-30"}, "'expires' is no date like 2027-01-31"),
    "a basic date": ({"expires": "20270131"}, "'expires' is no date like 2027-01-31"),
    "a week": ({"expires": "2027-W01-1"}, "'expires' is no date like 2027-01-31"),
    "a time": ({"expires": "2027-01-31T00:00"}, "'expires' is no date like 2027-01-31"),
    "other digits": ({"expires": "２０２７-01-31"}, "'expires' is no date like 2027-01-31"),
    "a number for a date": ({"expires": 20270131}, "'expires' must be text; quote a number"),
    "a slip": ({"expiry": "2027-01-31"}, "'expiry' is not known; did you mean 'expires'?"),
}
NO_WAIVER: dict[str, tuple[dict[str, Any], str]] = {
    "a number for a ticket": ({"ticket": 12}, "'ticket' must be text; quote a number"),
    "a person": ({"person": "kim"}, "'person' is not known"),
}
NO_CONFIRMATION: dict[str, tuple[dict[str, Any], str]] = {
    "no digest": ({"evidence": "0" * 64}, "'evidence' is no digest like sha256:… with 64 hex digits in lower case"),
    "capitals": ({"evidence": f"sha256:{'A' * 64}"}, "'evidence' is no digest"),
    "too short": ({"evidence": f"sha256:{'0' * 63}"}, "'evidence' is no digest"),
    "no date of it": ({"date": "today"}, "'date' is no date like 2027-01-31"),
    "an owner": ({"owner": "jo"}, "'owner' is not known"),
}
ENTRIES = [
    *(("waivers", {**WAIVER, **change}, says) for change, says in (*NO_ENTRY.values(), *NO_WAIVER.values())),
    *(
        ("confirmations", {**CONFIRMATION, **change}, says)
        for change, says in (*NO_ENTRY.values(), *NO_CONFIRMATION.values())
    ),
    *(("waivers", {k: v for k, v in WAIVER.items() if k != key}, f"'{key}' is missing") for key in WAIVER),
    *(
        ("confirmations", {k: v for k, v in CONFIRMATION.items() if k != key}, f"'{key}' is missing")
        for key in CONFIRMATION
    ),
    ("waivers", "training-code", "an entry is a mapping with rule, release, reason, owner, expires, ticket"),
    ("confirmations", None, "an entry is a mapping with rule, release, reason, person, date, evidence, expires"),
]


@pytest.mark.parametrize(("key", "entry", "says"), ENTRIES)
def test_an_entry_that_is_not_right_counts_as_expired(key: str, entry: Any, says: str) -> None:
    if isinstance(entry, dict) and key == "confirmations" and "evidence" in entry and "0" * 64 in entry["evidence"]:
        entry = {**entry, "evidence": entry["evidence"].replace("sha256:" + "0" * 64, digest())}
    text = written(**{key: [entry]})
    with pytest.raises(Malformed) as caught:
        check(text, "w.yml")
    assert says in str(caught.value)
    assert re.match(r"w\.yml:\d+: ", str(caught.value))
    given = parse(text, "w.yml")
    [kept] = given.entries
    assert kept.trouble and says in kept.trouble.says
    plain = judgement()
    (one,), notices = excused_all([plain], given, policy_of(POLICY), TODAY)
    assert [f.status for f in one.findings] == [f.status for f in plain.findings]
    said = [note for f in one.findings for note in f.notes] + list(notices)
    assert len(said) == 1 and "counts as expired" in said[0].says and says in said[0].says
    assert said[0].at and said[0].at.path == "w.yml" and said[0].at.line >= 1
    rule = entry.get("rule") if isinstance(entry, dict) else None
    if isinstance(rule, str) and len(entry.get("release") or "") <= 200:
        assert of(one, rule).notes, "it is the finding that says so"


@pytest.mark.parametrize("entry", [WAIVER, {**WAIVER, "ticket": "OPEN-1", "release": "."}])
def test_a_waiver_that_is_right(entry: dict[str, str]) -> None:
    [waiver] = check(written([entry]), "w.yml").waivers
    assert waiver.trouble is None
    assert (waiver.rule, waiver.owner, waiver.expires) == ("training-code", "jo@acme.example", date(2026, 12, 31))
    assert str(waiver.at) == "w.yml:4"


def test_yaml_as_people_write_it() -> None:
    text = """version: 1
waivers:
- rule: training-code
  reason: >
    The code is cleared for release
    in spring
  owner: jo
  expires: 2027-03-31
"""
    [waiver] = check(text, "w.yml").waivers
    assert (waiver.reason, str(waiver.expires)) == ("The code is cleared for release in spring", "2027-03-31")


def test_the_first_trouble_is_told() -> None:
    text = written([WAIVER, {**WAIVER, "owner": ""}], [{**CONFIRMATION, "date": "x"}])
    with pytest.raises(Malformed, match="'owner'"):
        check(text, "w.yml")


@pytest.mark.parametrize(("key", "entry", "says"), ENTRIES)
def test_the_schema_refuses_what_the_check_refuses(key: str, entry: Any, says: str) -> None:
    value = located.parse(written(**{key: [entry]}), "w").value
    assert bool(errors("waivers", value)) or (isinstance(entry, dict) and "2027-02-30" in entry.values())


@pytest.mark.parametrize("change", [{"reason": "x" * 15}, {"reason": "x" * 1000}, {"rule": "x" * 200}, {"rule": "r"}])
def test_the_schema_allows_what_the_check_allows(change: dict[str, str]) -> None:
    text = written([{**WAIVER, **change}], [{**CONFIRMATION, **change, "release": "models/a"}])
    check(text, "w")
    assert errors("waivers", located.parse(text, "w").value) == []
    assert errors("waivers", {"version": 1, "waivers": None}) == []
    assert errors("waivers", {"version": True}) and errors("waivers", {"version": 1, "waivers": False})


# --- waivers --------------------------------------------------------------------------------------------------------


def test_a_waiver_excuses_and_passes_nothing() -> None:
    levels = "levels:\n  all: {rules: [model-card, training-code]}\n"
    one, said = applied(WAIVER, more=levels)
    assert said == []
    waived = of(one, "training-code")
    assert waived.status is Status.WAIVED
    assert waived.waiver and waived.waiver.owner == "jo@acme.example"
    assert waived.openness is of(judgement(), "training-code").openness
    assert one.levels and (one.levels.reached, one.levels.progress) == ("none", {"all": 50.0})
    assert (one.result, one.label) == (Result.ASK, "no contradiction found")


def test_a_score_is_what_it_was() -> None:
    score = "score: {rules: [training-code, model-card], minimum: 0.9}\n"
    plain = judgement(score)
    one, _ = applied(WAIVER, more=score)
    assert one.score == plain.score and of(one, "score").status is Status.UNMET
    one, _ = applied({**WAIVER, "rule": "score"}, more=score)
    assert of(one, "score").status is Status.WAIVED and one.result is Result.FAIL


DAYS = [
    (-400, False, "has expired: its last day was 2025-10-20"),
    (-1, False, "has expired: its last day was 2026-11-23"),
    (0, True, "ends today"),
    (1, True, "ends tomorrow"),
    (2, True, "ends in 2 days"),
    (14, True, "ends in 14 days"),
    (15, True, ""),
    (4000, True, ""),
]


@pytest.mark.parametrize(("days", "counts", "says"), DAYS)
def test_the_last_day_counts_and_two_weeks_before_it_is_said(days: int, counts: bool, says: str) -> None:
    confirmation = {**CONFIRMATION, "evidence": digest(), "date": "2020-01-01", "expires": in_days(days)}
    one, said = applied({**WAIVER, "expires": in_days(days)}, confirmations=[confirmation])
    assert (of(one, "training-code").status is Status.WAIVED) is counts
    assert (of(one, "datasets").status is Status.CONFIRMED) is counts
    told = said if counts else notes(one, "training-code") + notes(one, "datasets")
    assert [text.partition(" the ")[2] or text.removeprefix("the ") for text in told] == (
        [f"waiver for training-code {says}", f"confirmation of datasets {says}"] if says else []
    )


TERMS = [
    ("{max_days: 30}", 30, ""),
    (
        "{max_days: 30}",
        31,
        "the waiver for training-code counts as expired: policy p allows 30 days, and it ends in 31",
    ),
    ("{max_days: 0}", 0, "training-code cannot be waived, by policy p"),
    ("{forbidden: [training-code]}", 20, "training-code cannot be waived, by policy p"),
    ("{forbidden: ['*']}", 20, "training-code cannot be waived, by policy p"),
    ("{forbidden: [model-card]}", 20, ""),
]


@pytest.mark.parametrize(("terms", "days", "says"), TERMS)
def test_an_organization_says_what_may_be_waived(terms: str, days: int, says: str) -> None:
    confirmation = {**CONFIRMATION, "evidence": "sha256:" + "1" * 64}
    one, _ = applied({**WAIVER, "expires": in_days(days)}, confirmations=[confirmation], more=f"waivers: {terms}\n")
    assert of(one, "training-code").status is (Status.UNMET if says else Status.WAIVED)
    assert notes(one, "training-code") == ([says] if says else [])
    assert not any("cannot be waived" in note for note in notes(one, "datasets"))


def test_of_two_the_one_that_holds_longest_counts() -> None:
    one, said = applied(WAIVER, {**WAIVER, "owner": "x", "expires": "2027-01-31"})
    assert (waiver := of(one, "training-code").waiver) and waiver.owner == "x"
    assert said == ["w.yml:4: the waiver for training-code is not used: w.yml:10 counts instead"]
    one, said = applied(WAIVER, {**WAIVER, "owner": "x"})
    assert (waiver := of(one, "training-code").waiver) and waiver.owner == "jo@acme.example" and len(said) == 1


def test_of_one_that_counts_and_one_that_does_not_the_latter_is_told() -> None:
    one, said = applied({**WAIVER, "expires": "2026-10-31"}, WAIVER, {**WAIVER, "reason": "x"})
    assert of(one, "training-code").status is Status.WAIVED and notes(one, "training-code") == []
    assert said == [
        "w.yml:4: the waiver for training-code has expired: its last day was 2026-10-31",
        "w.yml:18: the waiver for training-code counts as expired: 'reason' has fewer than 15 characters",
    ]


def test_two_that_do_not_count_are_both_told() -> None:
    one, said = applied({**WAIVER, "expires": "2026-10-31"}, {**WAIVER, "expires": "x"})
    assert said == [] and len(notes(one, "training-code")) == 2


UNUSED = [
    ("waivers", {"rule": "training-cod"}, "policy p has no such rule; did you mean 'training-code'?"),
    ("waivers", {"rule": "*"}, "policy p has no such rule; known are datasets, model-card"),
    ("waivers", {"rule": "model-card"}, "the rule is met"),
    ("waivers", {"rule": "tokenizer"}, "the rule is not-applicable"),
    ("waivers", {"rule": "datasets"}, "the rule is a question, which a confirmation answers"),
    ("waivers", {"release": "models/b"}, "there is no release models/b; known are ."),
    ("confirmations", {"rule": "nothing"}, "policy p has no such rule"),
    ("confirmations", {"rule": "model-card"}, "the rule is met"),
    ("confirmations", {"rule": "training-code"}, "the rule is unmet, and a confirmation only answers a question"),
    ("confirmations", {"release": "models/b"}, "there is no release models/b"),
]


@pytest.mark.parametrize(("key", "change", "says"), UNUSED)
def test_what_excuses_nothing_is_told(key: str, change: dict[str, str], says: str) -> None:
    entry = {**(WAIVER if key == "waivers" else {**CONFIRMATION, "evidence": digest()}), **change}
    plain, given = judgement(), parse(written(**{key: [entry]}), "w.yml")
    (one,), notices = excused_all([plain], given, policy_of(POLICY), TODAY)
    assert [f.status for f in one.findings] == [f.status for f in plain.findings]
    [notice] = notices
    assert "is not used: " + says in notice.says and notice.at == given.entries[0].at


def test_without_entries_only_questions_are_numbered() -> None:
    plain = judgement()
    one = excused(plain, Exceptions(), policy_of(POLICY), TODAY)
    assert [f._replace(digest="") for f in one.findings] == list(plain.findings)
    assert {f.rule.id for f in one.findings if f.digest} == {"datasets"}


# --- whose release --------------------------------------------------------------------------------------------------


def of_two(entry: dict[str, str], *names: str) -> tuple[list[Status], list[str], tuple[Notice, ...]]:
    """What becomes of `training-code` of the releases in `models/a` and `models/b`, with their *names*."""
    several = [judgement(path=f"models/{x}", name=name) for x, name in zip("ab", names or ("A", "B"), strict=True)]
    given = parse(written([entry]), "w.yml")
    done, notices = excused_all(several, given, policy_of(POLICY), TODAY)
    assert excused(several[0], Exceptions(), policy_of(POLICY), TODAY).release.path == "models/a"
    found_ = [of(one, "training-code") for one in done]
    return [f.status for f in found_], [note.says for f in found_ for note in f.notes], notices


@pytest.mark.parametrize("release", ["models/b", "models/b/", "./models/b", "B"])
def test_a_release_is_named_by_its_path_or_name(release: str) -> None:
    statuses, said, notices = of_two({**WAIVER, "release": release})
    assert (statuses, said, notices) == ([Status.UNMET, Status.WAIVED], [], ())


def test_of_several_releases_one_must_be_named() -> None:
    statuses, said, notices = of_two(WAIVER)
    why = "the waiver for training-code counts as expired: it does not say which of the 2 releases it is for"
    assert (statuses, said, notices) == ([Status.UNMET] * 2, [why] * 2, ())


def test_a_name_that_several_have_is_none() -> None:
    statuses, said, _ = of_two({**WAIVER, "release": "A"}, "A", "A")
    why = "the waiver for training-code counts as expired: 2 releases have the name A; give the path"
    assert (statuses, said) == ([Status.UNMET] * 2, [why] * 2)


def test_a_path_goes_before_a_name() -> None:
    statuses, _, _ = of_two({**WAIVER, "release": "models/a"}, "A", "models/a")
    assert statuses == [Status.WAIVED, Status.UNMET]


def test_a_release_that_is_not_there_is_told() -> None:
    _, _, (notice,) = of_two({**WAIVER, "release": "models/c"})
    assert "there is no release models/c; did you mean 'models/" in notice.says


# --- confirmations --------------------------------------------------------------------------------------------------

MET_BUT_FOR_A_QUESTION = {**HERE, "training-code": found(Completeness.COMPLETE)}


def confirmed(here: Mapping[str, Found] = MET_BUT_FOR_A_QUESTION, **change: Any) -> tuple[Judgement, list[str]]:
    entry = {**CONFIRMATION, "evidence": digest(), **change}
    return applied(confirmations=[entry], here=here)


def test_a_confirmation_answers_a_question() -> None:
    one, said = confirmed()
    answered = of(one, "datasets")
    assert said == [] and answered.status is Status.CONFIRMED
    assert answered.confirmation and answered.confirmation.person == "kim@acme.example"
    assert (one.result, one.label) == (Result.PASS, "meets (confirmed)")


def test_it_counts_for_a_level() -> None:
    levels = "levels:\n  all: {rules: [model-card, datasets]}\n"
    entry = {**CONFIRMATION, "evidence": digest()}
    one, _ = applied(confirmations=[entry], more=levels)
    assert one.levels and (one.levels.reached, one.levels.progress) == ("all", {"all": 100.0})


def test_it_never_changes_what_is_unmet() -> None:
    nothing = {"model-card": found(Completeness.DESCRIBED)}
    one, said = confirmed(nothing)
    assert of(one, "datasets").status is Status.UNMET and of(one, "datasets").confirmation is None
    assert one.result is Result.FAIL and "only answers a question" in said[0]
    one, said = applied(confirmations=[{**CONFIRMATION, "evidence": digest()}], more="when_unknown: fail\n")
    assert of(one, "datasets").status is Status.UNMET


LAPSED: list[tuple[dict[str, Any], str]] = [
    ({"date": in_days(1)}, "counts as expired: its date, 2026-11-25, is in the future"),
    ({"date": in_days(0)}, ""),
    ({"expires": in_days(-1)}, "has expired: its last day was 2026-11-23"),
    ({"evidence": f"sha256:{'1' * 64}"}, "has lapsed: the evidence has changed to sha256:"),
]


@pytest.mark.parametrize(("change", "says"), LAPSED)
def test_it_lapses(change: dict[str, Any], says: str) -> None:
    one, said = confirmed(**change)
    assert of(one, "datasets").status is (Status.ASK if says else Status.CONFIRMED)
    assert said == []
    assert all(says in note for note in notes(one, "datasets")) and bool(notes(one, "datasets")) is bool(says)
    assert one.label == ("no contradiction found" if says else "meets (confirmed)")


def test_the_question_says_what_a_confirmation_has_to_name() -> None:
    one, _ = confirmed(evidence=f"sha256:{'1' * 64}")
    assert notes(one, "datasets")[0].endswith(of(one, "datasets").digest)
    one, _ = confirmed(evidence=of(one, "datasets").digest)
    assert of(one, "datasets").status is Status.CONFIRMED


# --- the label ------------------------------------------------------------------------------------------------------

LABELS = {
    "all met, none confirmed": ({"datasets": found(Completeness.COMPLETE)}, "", (), "no contradiction found"),
    "confirmed": ({}, "", (), "meets (confirmed)"),
    "and something unmet": ({"model-card": found(Completeness.ABSENT)}, "", (), "does not meet"),
    "and something waived": (
        {"training-code": found(Completeness.ABSENT)}, "", (WAIVER,), "no contradiction found",
    ),
    "and a warning": (
        {}, "  compute: {at_least: described, severity: warning}\n", (), "no contradiction found",
    ),
    "and an information": ({}, "  compute: {at_least: described, severity: info}\n", (), "meets (confirmed)"),
    "and another question": (
        {"tokenizer": found(Completeness.LINKED)}, "  tok: {require: tokenizer, at_least: complete, severity: info}\n",
        (), "no contradiction found",
    ),
    "not for this kind": ({}, "applies_to: [dataset]\n", (), "no contradiction found"),
}  # fmt: skip


@pytest.mark.parametrize("name", LABELS)
def test_what_a_person_has_confirmed_is_what_meets(name: str) -> None:
    here, more, waivers, label = LABELS[name]
    entry = {**CONFIRMATION, "evidence": digest()}
    one, _ = applied(*waivers, confirmations=[entry], more=more, here={**MET_BUT_FOR_A_QUESTION, **here})
    assert one.label == label


def test_what_is_unknown_and_passes_is_not_confirmed() -> None:
    rules = "  tok: {require: tokenizer, at_least: complete}\n"
    here = {**MET_BUT_FOR_A_QUESTION, "tokenizer": found(Completeness.LINKED)}
    plain = judgement(rules, here)
    findings = tuple(f._replace(status=Status.MET) if f.rule.id == "tok" else f for f in plain.findings)
    given = parse(written((), [{**CONFIRMATION, "evidence": digest()}]), "w.yml")
    one = excused(plain._replace(findings=findings), given, policy_of(POLICY + rules), TODAY)
    assert of(one, "datasets").status is Status.CONFIRMED and one.label == "no contradiction found"


# --- as a user has it -----------------------------------------------------------------------------------------------

OURS = """policy: ours
version: 1
title: Ours
rules:
  training-code: {at_least: complete}
  model-parameters-final: {at_least: complete}
"""
LINKED = {
    "README.md": "# Wren\n\nWren is a language model. The weights are at https://huggingface.co/acme/wren.\n",
    "config.json": '{"architectures": ["WrenModel"], "model_type": "wren", "hidden_size": 4}',
}


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release without training code, whose weights are linked, beside a policy that asks for both."""
    put(tmp_path, {"ours.yml": OURS})
    put(tmp_path / "wren", LINKED)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "wren"


def put_exceptions(release: Path, waivers: object = (), confirmations: object = ()) -> None:
    put(release, {PATH: written(waivers, confirmations)})


def checked(*argv: str, code: int) -> Done:
    done = run("check", "wren", "--policy", "ours.yml", *argv)
    assert done.code == code, done.out + done.err
    return done


LONG = {**WAIVER, "expires": "2999-12-31"}


def long(digest: str, **change: str) -> dict[str, str]:
    more = {"rule": "model-parameters-final", "evidence": digest, "expires": "2999-12-31", "date": "2020-01-31"}
    return {**CONFIRMATION, **more, **change}


def question(*argv: str) -> dict[str, Any]:
    return finding(check_json(*(argv or ("wren",)), "--policy", "ours.yml"), "model-parameters-final")


def test_from_a_finding_to_an_answer(release: Path) -> None:
    checked(code=1)
    asked = question()
    assert asked["status"] == "ask" and asked["waiver"] is asked["confirmation"] is None and asked["notes"] == []
    assert f"name as evidence {asked['evidence_sha256']}\n" in checked("--verbose", code=1).out
    put_exceptions(release, [{**LONG, "ticket": "OPEN-1"}], [long(asked["evidence_sha256"])])
    out = checked(code=0).out
    assert "Wren (model): no contradiction found, 1 rule waived, 1 rule confirmed\n" in out
    assert f"  – training-code  jo@acme.example, until 2999-12-31: {REASON} (OPEN-1)  {PATH}:4\n" in out
    assert f"model-parameters-final  kim@acme.example on 2020-01-31, until 2999-12-31: {REASON}  {PATH}:" in out
    report = check_json("wren", "--policy", "ours.yml", code=0)
    waived, confirmed = (finding(report, rule) for rule in ("training-code", "model-parameters-final"))
    assert (waived["status"], waived["waiver"]) == ("waived", {
        "reason": REASON, "owner": "jo@acme.example", "expires": "2999-12-31", "ticket": "OPEN-1",
        "path": PATH, "line": 4,
    })  # fmt: skip
    assert (confirmed["status"], confirmed["confirmation"]) == ("confirmed", {
        "reason": REASON, "person": "kim@acme.example", "date": "2020-01-31", "expires": "2999-12-31",
        "path": PATH, "line": 13,
    })  # fmt: skip
    assert confirmed["evidence_sha256"] == asked["evidence_sha256"]


def test_all_confirmed_meets(release: Path) -> None:
    (release.parent / "ours.yml").write_text(OURS.replace("  training-code: {at_least: complete}\n", ""), "utf-8")
    put_exceptions(release, (), [long(question()["evidence_sha256"])])
    assert "Wren (model): meets (confirmed by a person), 1 rule confirmed" in checked(code=0).out
    assert check_json("wren", "--policy", "ours.yml")["releases"][0]["label"] == "meets (confirmed)"
    put(release, {"README.md": LINKED["README.md"].replace("acme/wren", "acme/other")})
    out = checked(code=0).out
    assert "no contradiction found, 1 question" in out and "has lapsed: the evidence has changed to sha256:" in out


def test_one_that_has_expired_brings_the_finding_back(release: Path) -> None:
    put_exceptions(release, [{**WAIVER, "expires": "2020-01-31"}])
    says = "the waiver for training-code has expired: its last day was 2020-01-31"
    assert f"        {PATH}:4  {says}\n" in checked(code=1).out
    [note] = finding(check_json("wren", "--policy", "ours.yml"), "training-code")["notes"]
    assert note == {"says": says, "path": PATH, "line": 4}


def test_what_is_not_used_is_a_notice(release: Path) -> None:
    put_exceptions(release, [LONG, {**LONG, "rule": "nothing"}])
    assert f"note  {PATH}:10: the waiver for nothing is not used: policy ours has no such rule" in checked(code=0).out
    [notice] = check_json("wren", "--policy", "ours.yml")["notices"]
    assert (notice["path"], notice["line"]) == (PATH, 10)


def test_a_rule_that_only_informs_is_shown_where_its_waiver_has_expired(release: Path) -> None:
    policy = OURS.replace("training-code: {at_least: complete}", "training-code: {at_least: complete, severity: info}")
    (release.parent / "ours.yml").write_text(policy, "utf-8")
    assert "For information, not met: training-code" in checked(code=0).out
    put_exceptions(release, [{**WAIVER, "expires": "2020-01-31"}])
    assert "has expired" in checked(code=0).out


@pytest.mark.parametrize("name", [name for name in NO_FILE if name != "a control character"])
def test_a_file_that_is_none_is_wrong_use(name: str, release: Path) -> None:
    put(release, {PATH: NO_FILE[name][0]})
    assert checked(code=2).complaint.startswith(f"{PATH}:")


def test_nothing_speaks_through_it(release: Path) -> None:
    evil = 'a reason\\e[31m with \\u202ecolors\\n::error::and\\u2028lines, <b>&amp;</b> {x} "'.replace('"', '\\"')
    who = "jo\\u0007\\n::warning::x"
    put(release, {
        PATH: f'version: 1\nwaivers:\n- {{rule: training-code, reason: "{evil}", owner: "{who}", ticket: "{who}", '
        f'expires: 2999-01-01}}\n- {{rule: "{who}", release: "{who}", reason: "{evil}", owner: x, expires: y}}\n'
        f'- {{rule: model-parameters-final, "{who}": x}}\n',
    })  # fmt: skip
    text, report = checked(code=0).out, checked("--format", "json", code=0).out
    for out in (text, report):
        assert not set(out) & {"\x1b", "\u202e", "\x07", "\u2028"}
        assert not any(line.lstrip().startswith("::") for line in out.splitlines())
    assert "a reason\\u001b[31m with \\u202ecolors ::error::and lines, <b>&amp;</b> {x}" in text


def test_a_link_that_leads_out_is_not_read(release: Path) -> None:
    put(release.parent, {"elsewhere.yml": written([LONG])})
    (release / ".github").mkdir()
    (release / PATH).symlink_to(release.parent / "elsewhere.yml")
    assert checked(code=3).complaint


def test_only_what_is_tracked_or_staged_counts(release: Path) -> None:
    make_git(release, LINKED)
    put_exceptions(release, [LONG])
    checked(code=0)
    checked("--staged", code=1)
    git(release, "add", "-A")
    checked("--staged", code=0)
    checked("--ref", "HEAD", code=1)


def test_nothing_that_is_judged_excuses_itself(release: Path) -> None:
    make_git(release, LINKED)
    put_exceptions(release, [LONG])
    out = checked("--policy-ref", "HEAD", code=1).out
    assert f"{PATH} is changed here; what counts is what it says in HEAD" in out
    git(release, "add", "-A")
    git(release, "commit", "-q", "-m", "waived")
    checked("--policy-ref", "HEAD", code=0)
    put(release, {PATH: "nothing of it\n"})
    checked("--policy-ref", "HEAD", code=0)
    checked(code=2)


def test_what_is_waived_does_not_count_as_new(release: Path) -> None:
    owl = make_git(release.parent / "owl", {"notes.txt": "x\n"})
    put(owl, LINKED)
    since = ("check", "owl", "--policy", "ours.yml", "--new-since", "HEAD")
    assert run(*since).code == 1
    put_exceptions(owl, [LONG])
    assert run(*since).code == 0


def test_in_git_those_of_the_top_count_for_a_folder(release: Path) -> None:
    make_git(release, {f"owl/{path}": text for path, text in LINKED.items()})
    put_exceptions(release / "owl", [LONG])
    assert run("check", "wren/owl", "--policy", "ours.yml").code == 1
    put_exceptions(release, [LONG])
    assert run("check", "wren/owl", "--policy", "ours.yml").code == 0


def test_a_folder_of_a_repository_has_its_own(release: Path) -> None:
    put_exceptions(release, [{**LONG, "release": "Owl"}])
    put(release, {f"owl/{path}": text.replace("Wren", "Owl") for path, text in LINKED.items()})
    assert run("check", "wren/owl", "--policy", "ours.yml").code == 1
    put_exceptions(release / "owl", [LONG])
    assert run("check", "wren/owl", "--policy", "ours.yml").code == 0


def test_a_release_in_several_places_has_those_of_the_first(release: Path) -> None:
    put(release.parent / "code", {"README.md": "# Wren\n\nCode that comes with it.\n", "run.py": "print(1)\n"})
    one = ("code", "wren", "--as-one")
    asked = question(*one)
    put_exceptions(release, [LONG], [long(asked["evidence_sha256"])])
    assert run("check", *one, "--policy", "ours.yml").code == 1
    put_exceptions(release.parent / "code", [LONG], [long(asked["evidence_sha256"])])
    assert run("check", *one, "--policy", "ours.yml").code == 0
    assert question(*one)["status"] == "confirmed"
    assert question("./code", str(release), "--as-one")["status"] == "confirmed"
    put(release, {"README.md": LINKED["README.md"].replace("acme/wren", "acme/other")})
    assert question(*one)["status"] == "ask"


def test_several_releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {f"{x}/{path}": text for x in "ab" for path, text in MODEL.items()})
    monkeypatch.chdir(tmp_path)
    plain = check_json(".")
    assert [one["path"] for one in plain["releases"]][-2:] == ["a", "b"]
    rule = next(one["rule"] for one in plain["releases"][-1]["findings"] if one["status"] == "unmet")
    put_exceptions(tmp_path, [{**LONG, "rule": rule, "release": "b"}])
    report = check_json(".")
    assert [finding(report, rule, n)["status"] for n in (-2, -1)] == ["unmet", "waived"]
    assert report["notices"] == plain["notices"]


@pytest.mark.parametrize("name", ["waivers", "confirmations"])
def test_explained(name: str) -> None:
    said = run("explain", name)
    assert said.code == 0 and said.out.startswith(f"{name}: ")
    shown = "\n".join(line[4:] for line in said.out.splitlines() if line.startswith("    "))
    check(shown.replace("sha256:…", f"sha256:{'0' * 64}"), "shown")
    assert name in run("explain").out


# --- what is documented ---------------------------------------------------------------------------------------------


def test_what_is_documented_is_right() -> None:
    text = (DOCS / "waivers.md").read_text("utf-8")
    blocks = re.findall(r"^```yaml\n(version: .*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert blocks
    entries: list[Entry] = [entry for block in blocks for entry in check(block, "shown").entries]
    assert {type(entry).__name__ for entry in entries} == {"Waiver", "Confirmation"}
    defined = json.loads((Path(located.__file__).parent / "data/schemas/waivers.schema.json").read_text("utf-8"))
    keys = {key for name in ("waiver", "confirmation") for key in defined["$defs"][name]["properties"]}
    assert [key for key in sorted(keys | {*defined["properties"]}) if f"`{key}`" not in text] == []


def test_what_a_user_begins_with_is_right() -> None:
    text = (Path(located.__file__).parent / "data/scaffolds/openness-waivers.yml").read_text("utf-8")
    assert check(text, "shown") == Exceptions()
    shown = text.replace("waivers: []", "waivers:").replace("# - ", "- ").replace("#   ", "  ")
    assert len(check(shown, "shown").waivers) == 1
