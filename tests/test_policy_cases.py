"""`policy test`: an office tests its policy without a repository; what differs has a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.git_repos import put
from tests.running import run

POLICY = """policy: ours
version: 1
title: Ours
license_sets:
  free: {includes: [osi-approved]}
levels:
  low: {rules: [training-code]}
score: {rules: [training-code, open-washing], minimum: "0.5", severity: warning}
rules:
  training-code: {at_least: complete, license: free}
  data: {require: data-information, topics: {provenance: described}, severity: warning}
  contact: {files: [SECURITY.md], severity: warning}
  base: {require: training-code, at_least: linked, for_each: base-model, severity: warning}
  claims: {require: datasets, at_least: linked, when: [claims-open], severity: warning}
  open-washing: {severity: warning}
"""
CASES = """policy: ours.yml
cases:
  - name: all is there
    components:
      training-code: {completeness: complete, licenses: [MIT]}
      data-information: {topics: {provenance: described}}
      datasets: {completeness: linked}
    files: {contact: there}
    claims: [asserted]
    expect:
      result: pass
      label: no contradiction found
      level: low
      score: 1
      rules: {training-code: met, data: met, contact: met, base: not-applicable, claims: met, open-washing: met}
  - name: nothing is there
    expect:
      result: fail
      label: does not meet
      level: none
      score: 0.5
      rules: {training-code: unmet, data: unmet, contact: unmet, claims: not-applicable}
  - name: nobody can tell
    components:
      training-code: {completeness: complete, licenses: [Some License]}
      data-information: {unknown: [completeness]}
    base_models: [acme/wren]
    concerns: {open-washing: possible}
    files: {contact: short}
    expect:
      result: ask
      rules: {training-code: ask, data: ask, base: ask, open-washing: ask, contact: unmet}
  - name: a data set
    kind: dataset
    concerns: {open-washing: found}
    expect: {result: not-applicable, rules: {open-washing: unmet}}
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    put(tmp_path, {"ours.yml": POLICY, "cases.yml": CASES})
    return tmp_path


def test_cases_that_hold(here: Path) -> None:
    done = run("policy", "test", here / "cases.yml")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{here}/cases.yml: 4 of 4 cases hold\n"


@pytest.mark.parametrize(
    ("was", "is_", "says"),
    [
        ("result: pass", "result: fail", "11: all is there: the result is pass, not fail"),
        ("data: met,", "data: unmet,", "15: all is there: data is met, not unmet"),
        ("score: 0.5", "score: 1", "21: nothing is there: the score is 0.5, not 1"),
        ("level: none", "level: low", "20: nothing is there: the level is none, not low"),
        ("label: does not meet", "label: fine", "19: nothing is there: the label is does not meet, not fine"),
        ("licenses: [MIT]", "licenses: [MIT, CC-BY-NC-4.0]", "11: all is there: the result is fail, not pass"),
        ("claims: [asserted]", "claims: [implied]", "15: all is there: claims is not-applicable, not met"),
    ],
)
def test_a_case_that_does_not_hold_has_a_line(here: Path, was: str, is_: str, says: str) -> None:
    put(here, {"cases.yml": CASES.replace(was, is_, 1)})
    done = run("policy", "test", here / "cases.yml")
    assert done.code == 1
    assert f"{here}/cases.yml:{says}\n" in done.out
    assert "3 of 4 cases hold" in done.out


@pytest.mark.parametrize(
    ("was", "is_", "says"),
    [
        ("policy: ours.yml", "policy: none.yml", "none.yml"),
        ("policy: ours.yml", "policy: osaid-2", "osaid-2"),
        ("policy: ours.yml\n", "", "it names the policy that it tests"),
        ("result: pass", "result: good", ":11: cases.0.expect.result: 'good' is not known"),
        ("data: met", "dta: met", ":15: cases.0.expect.rules.dta: 'dta' is not known; did you mean 'data'?"),
        ("training-code: {completeness", "training_code: {completeness", "did you mean 'training-code'?"),
        ("provenance: described", "provenence: described", "did you mean 'provenance'?"),
        ("completeness: complete", "completness: complete", "did you mean 'completeness'?"),
        ("    expect: {result: not", "    expects: {result: not", "did you mean 'expect'?"),
        ("cases:\n", "cases: []\nothers:\n", "this must not be empty"),
    ],
)
def test_a_mistake_in_the_cases(here: Path, was: str, is_: str, says: str) -> None:
    put(here, {"cases.yml": CASES.replace(was, is_, 1)})
    done = run("policy", "test", here / "cases.yml")
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert done.err.count("\n") == 1


def test_a_policy_that_ships_can_be_tested(here: Path) -> None:
    put(here, {"cases.yml": "policy: osaid-1.0\ncases:\n  - {name: empty, expect: {result: fail}}\n"})
    assert run("policy", "test", here / "cases.yml").code == 0
