"""What a policy takes from others: extends, set, drop, add; several parents; what is refused, with file and line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from openness_gate.lock import Locked, read, written
from openness_gate.model import Access, Completeness, GateError, Kind
from openness_gate.policy_sources import policy
from openness_gate.rules import Policy, Rule, Severity
from tests.git_repos import put
from tests.running import run

HEAD = "policy: p\nversion: 1\ntitle: P\n"
BASE = """policy: base
version: 1
title: The base
source: https://example.org/base
statement: What the base says.
license_sets:
  open: {includes: [osi-approved]}
levels:
  low: {rules: [model-card]}
  high: {rules: [training-code]}
rules:
  model-card: {at_least: described, clause: "1"}
  training-code: {at_least: complete, license: open, severity: warning}
  tokenizer: {at_least: complete, when: [weights-released]}
"""


def load(folder: Path, files: Mapping[str, str], name: str = "p.yml") -> Policy:
    put(folder, dict(files))
    return policy(str(folder / name))


def rule(loaded: Policy, name: str) -> Rule:
    return next(one for one in loaded.rules if one.id == name)


def refused(folder: Path, files: Mapping[str, str], name: str = "p.yml") -> str:
    with pytest.raises(GateError) as caught:
        load(folder, files, name)
    assert caught.value.exit_code == 2
    return str(caught.value).replace(f"{folder}/", "")


# --- what is taken --------------------------------------------------------------------------------------------------


def test_all_of_the_parent_but_its_head(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"base.yml": BASE, "p.yml": HEAD + "extends: ./base.yml\n"})
    assert (loaded.id, loaded.title, loaded.source, loaded.statement) == ("p", "P", "", "")
    assert [one.id for one in loaded.rules] == ["model-card", "training-code", "tokenizer"]
    assert [level.name for level in loaded.levels] == ["low", "high"]
    assert [Path(parent.label).name for parent in loaded.parents] == ["base.yml"]
    assert rule(loaded, "model-card").at.path.endswith("base.yml")
    assert rule(loaded, "model-card").at.line == 12


def test_a_rule_of_its_own_stands_whole(tmp_path: Path) -> None:
    own = HEAD + "extends: ./base.yml\nrules:\n  training-code: {at_least: linked}\n  datasets: {at_least: linked}\n"
    loaded = load(tmp_path, {"base.yml": BASE, "p.yml": own})
    assert [one.id for one in loaded.rules] == ["model-card", "training-code", "tokenizer", "datasets"]
    changed = rule(loaded, "training-code")
    assert changed.need
    assert (changed.need.at_least, changed.need.licenses, changed.severity) == (
        Completeness.LINKED,
        None,
        Severity.ERROR,
    )
    assert changed.at.path.endswith("p.yml")


def test_set_changes_single_values(tmp_path: Path) -> None:
    own = HEAD + (
        "extends: ./base.yml\nset:\n  when_unknown: fail\n  minimum: high\n  rules:\n"
        "    training-code: {severity: error, access: public}\n    tokenizer: {when: [model]}\n"
    )
    loaded = load(tmp_path, {"base.yml": BASE, "p.yml": own})
    assert (loaded.when_unknown, loaded.minimum) == ("fail", "high")
    code = rule(loaded, "training-code")
    assert code.need
    assert (code.severity, code.need.at_least, code.need.access) == (
        Severity.ERROR,
        Completeness.COMPLETE,
        Access.PUBLIC,
    )
    assert rule(loaded, "tokenizer").when == ("model",)


def test_drop_takes_a_rule_out_of_the_ladder_too(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"base.yml": BASE, "p.yml": HEAD + "extends: ./base.yml\ndrop: [tokenizer]\n"})
    assert [one.id for one in loaded.rules] == ["model-card", "training-code"]
    one_rung = BASE.replace("high: {rules: [training-code]}", "high: {rules: [training-code, tokenizer]}")
    loaded = load(tmp_path, {"base.yml": one_rung, "p.yml": HEAD + "extends: ./base.yml\ndrop: [tokenizer]\n"})
    assert loaded.levels[1].rules == ("training-code",)


def test_add_makes_lists_longer(tmp_path: Path) -> None:
    own = HEAD + (
        "extends: ./base.yml\nadd:\n  license_sets: {open: {includes: [CC0-1.0], excludes: [MIT]}}\n"
        "  rules: {tokenizer: {when: [model]}}\n  levels: {low: {rules: [datasets]}}\n"
        "rules: {datasets: {at_least: linked}}\n"
    )
    loaded = load(tmp_path, {"base.yml": BASE, "p.yml": own})
    need = rule(loaded, "training-code").need
    assert need
    assert need.licenses
    assert need.licenses.includes == {"osi-approved", "CC0-1.0"}
    assert need.licenses.excludes == {"MIT"}
    assert rule(loaded, "tokenizer").when == ("weights-released", "model")
    assert loaded.levels[0].rules == ("model-card", "datasets")


def test_a_set_of_licenses_that_is_written_again_counts_for_what_is_inherited(tmp_path: Path) -> None:
    own = HEAD + "extends: ./base.yml\nlicense_sets: {open: {includes: [MIT]}}\n"
    need = rule(load(tmp_path, {"base.yml": BASE, "p.yml": own}), "training-code").need
    assert need
    assert need.licenses
    assert need.licenses.includes == {"MIT"}


def test_grandparents_and_ours(tmp_path: Path) -> None:
    files = {
        "a/base.yml": BASE,
        "a/mid.yml": HEAD + "extends: base.yml\nset: {rules: {model-card: {at_least: complete}}}\n",
        "p.yml": HEAD
        + "extends: [a/mid.yml, recommended]\ndrop: [tokenizer]\nrules:\n  model-card: {at_least: linked}\n",
    }
    files["p.yml"] += "  training-code: {at_least: complete}\n"
    loaded = load(tmp_path, files)
    card = rule(loaded, "model-card").need
    assert card
    assert card.at_least is Completeness.LINKED
    assert "model-parameters-final" in [one.id for one in loaded.rules]
    assert [Path(parent.label).name for parent in loaded.parents] == ["mid.yml", "base.yml", "recommended.yaml"]


# --- several parents ------------------------------------------------------------------------------------------------


def other(rules: str, more: str = "") -> str:
    return f"policy: other\nversion: 1\ntitle: O\n{more}rules:\n{rules}"


def test_the_stricter_of_two_rules_counts(tmp_path: Path) -> None:
    for one, two in (("described", "complete"), ("complete", "described")):
        files = {
            "one.yml": other(f"  model-card: {{at_least: {one}}}\n"),
            "two.yml": other(f"  model-card: {{at_least: {two}}}\n"),
            "p.yml": HEAD + "extends: [one.yml, two.yml]\n",
        }
        need = rule(load(tmp_path / one, files), "model-card").need
        assert need
        assert need.at_least is Completeness.COMPLETE


def test_two_rules_of_which_neither_is_stricter_are_refused_until_it_is_said(tmp_path: Path) -> None:
    files = {
        "one.yml": other("  model-card: {at_least: complete}\n"),
        "two.yml": other("  model-card: {at_least: described, access: public}\n"),
        "p.yml": HEAD + "extends: [one.yml, two.yml]\n",
    }
    assert refused(tmp_path, files).startswith("p.yml:4: extends: rules.model-card is one thing at one.yml:5 and")
    files["p.yml"] += "rules: {model-card: {at_least: linked}}\n"
    assert len(load(tmp_path / "x", files).rules) == 1


def test_two_sets_of_licenses_of_one_name_are_refused(tmp_path: Path) -> None:
    files = {
        "one.yml": other("  model-card: {license: open}\n", "license_sets: {open: {includes: [MIT]}}\n"),
        "two.yml": other("  tokenizer: {license: open}\n", "license_sets: {open: {includes: [ISC]}}\n"),
        "p.yml": HEAD + "extends: [one.yml, two.yml]\n",
    }
    assert "license_sets.open is one thing at one.yml:4 and another at two.yml:4" in refused(tmp_path, files)


def test_what_is_unknown_is_what_the_stricter_parent_says(tmp_path: Path) -> None:
    files = {
        "one.yml": other("  model-card: {at_least: linked}\n", "when_unknown: fail\n"),
        "two.yml": other("  tokenizer: {at_least: linked}\n", "when_unknown: pass\n"),
        "p.yml": HEAD + "extends: [two.yml, one.yml]\n",
    }
    assert load(tmp_path, files).when_unknown == "fail"


def test_each_parent_judges_its_own_kinds_of_release(tmp_path: Path) -> None:
    files = {
        "one.yml": other("  model-card: {at_least: linked}\n"),
        "two.yml": other("  data-card: {at_least: linked}\n", "applies_to: [dataset]\n"),
        "p.yml": HEAD + "extends: [one.yml, two.yml]\n",
    }
    loaded = load(tmp_path, files)
    assert loaded.applies_to == {Kind.MODEL, Kind.ADAPTER, Kind.DATASET}
    assert rule(loaded, "model-card").kinds == {Kind.MODEL, Kind.ADAPTER}
    assert rule(loaded, "data-card").kinds == {Kind.DATASET}


# --- mistakes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("extends: ./none.yml\n", "p.yml:4: extends: ./none.yml cannot be had: no policy './none.yml'"),
        ("extends: recomended\n", "did you mean 'recommended'?"),
        ("extends: [p.yml]\n", "p.yml:4: extends.0: p.yml extends itself"),
        ("extends: []\n", "p.yml:4: extends"),
        ("extends: 3\n", "p.yml:4: extends"),
        (
            "extends: [{policy: base.yml, sha256: " + "0" * 64 + "}]\n",
            "p.yml:4: extends.0.sha256: base.yml has changed",
        ),
        ("extends: [{policy: base.yml, sha: 0}]\n", "'sha' is not known; did you mean 'sha256'?"),
        ("extends: acme/.github/openness/policy.yml@v1\n", "it is not locked; run: openness-gate policy update"),
        ("extends: base.yml\nset: {rules: {training-cod: {severity: error}}}\n", "did you mean 'training-code'?"),
        ("extends: base.yml\nset: {rules: {training-code: {sverity: error}}}\n", "did you mean 'severity'?"),
        (
            "extends: base.yml\nset:\n  license_sets: {opne: {includes: [MIT]}}\n",
            "p.yml:6: set: there is no license_sets",
        ),
        ("extends: base.yml\ndrop: [tokeniser]\n", "p.yml:5: drop: there is no rules.tokeniser to inherit"),
        ("extends: base.yml\nadd: {levels: {lo: {rules: [tokenizer]}}}\n", "p.yml:5: add: there is no levels.lo"),
        ("extends: base.yml\nset: {rules: {model-card: {files: [x]}}}\n", "model-card"),
        ("extends: base.yml\nset: {minimum: highest}\n", "p.yml:5: minimum: 'highest' is not known"),
        ("drop: [tokenizer]\n", "p.yml"),
    ],
)
def test_mistakes_have_a_line(tmp_path: Path, text: str, says: str) -> None:
    assert says in refused(tmp_path, {"base.yml": BASE, "p.yml": HEAD + text})


def test_a_cycle_of_three(tmp_path: Path) -> None:
    files = {
        name: HEAD + f"extends: {to}\n" for name, to in {"p.yml": "a.yml", "a.yml": "b.yml", "b.yml": "p.yml"}.items()
    }
    assert "b.yml:4: extends: p.yml extends itself, by way of this policy" in refused(tmp_path, files)


def test_five_above_are_enough(tmp_path: Path) -> None:
    files = {f"{n}.yml": HEAD + f"extends: {n + 1}.yml\n" for n in range(5)} | {"5.yml": BASE}
    assert len(load(tmp_path, files, "0.yml").rules) == 3
    files = {f"{n}.yml": HEAD + f"extends: {n + 1}.yml\n" for n in range(6)} | {"6.yml": BASE}
    assert "5.yml:4: extends: more than 5 policies above one another" in refused(tmp_path / "x", files, "0.yml")


def test_an_error_in_a_parent_names_the_parent(tmp_path: Path) -> None:
    files = {
        "base.yml": BASE.replace("at_least: described", "at_least: descried"),
        "p.yml": HEAD + "extends: base.yml\n",
    }
    assert "base.yml:12: rules.model-card.at_least: 'descried' is not known" in refused(tmp_path, files)


def test_nothing_out_of_reach_is_read(tmp_path: Path) -> None:
    (tmp_path / "repo").mkdir()
    put(tmp_path, {"secret.yml": BASE})
    put(tmp_path / "repo", {".github/openness.yml": HEAD + "extends: ../../secret.yml\n", "README.md": "# x\n"})
    done = run("check", tmp_path / "repo")
    assert done.code == 2
    assert ".github/openness.yml:4: extends: ../../secret.yml cannot be had" in done.err


# --- the lock -------------------------------------------------------------------------------------------------------

REMOTE = "acme/.github/openness/policy.yml@v1"


def locked(text: str) -> Locked:
    from hashlib import sha256

    return Locked("c" * 40, sha256(text.encode()).hexdigest(), text)


def test_a_locked_policy_works_offline(tmp_path: Path) -> None:
    more = locked(HEAD.replace("policy: p", "policy: more") + "rules: {datasets: {at_least: linked}}\n")
    base = locked(BASE.replace("title: The base\n", "title: The base\nextends: ../more.yml\n"))
    lock = written({REMOTE: base, "acme/.github/more.yml@v1": more})
    loaded = load(tmp_path, {"openness.lock": lock, "p.yml": HEAD + f"extends: {REMOTE}\n"})
    assert {one.id for one in loaded.rules} == {"model-card", "training-code", "tokenizer", "datasets"}
    assert [(parent.label, parent.commit) for parent in loaded.parents] == [
        (f"{REMOTE} (cccccccccccc)", "c" * 40),
        ("acme/.github/more.yml@v1 (cccccccccccc)", "c" * 40),
    ]


@pytest.mark.parametrize(
    ("lock", "says"),
    [
        (
            written({REMOTE: locked(BASE)._replace(sha256="0" * 64)}),
            "the text was changed: it is not what its sha256 says",
        ),
        (written({}), "it is not in"),
        ("version: 2\n", "no lock"),
        ("- x\n", "no lock"),
        (f"version: 1\npolicies:\n  {REMOTE}: {{commit: x}}\n", "openness.lock:3: policies."),
    ],
)
def test_a_lock_that_is_not_sound_stops_the_gate(tmp_path: Path, lock: str, says: str) -> None:
    assert says in refused(tmp_path, {"openness.lock": lock, "p.yml": HEAD + f"extends: {REMOTE}\n"})


@pytest.mark.parametrize(
    "text", [BASE, "x\n", "no newline", "tab\tand ü\n\n\n", " leading\n", "a: |\n  b\n\n", "\r\n x\n"]
)
def test_a_lock_keeps_every_text(text: str) -> None:
    assert read(written({REMOTE: locked(text)}), "openness.lock") == {REMOTE: locked(text)}


def test_show_is_a_policy_that_says_the_same(tmp_path: Path) -> None:
    own = (
        HEAD
        + "extends: [osaid-1.0, base.yml]\ndrop: [promised]\nwhen_unknown: fail\n"
        + "rules: {training-code: {at_least: linked}}\n"
    )
    put(
        tmp_path,
        {
            "base.yml": BASE.replace("training-code: {at", "training-code2: {require: training-code, at").replace(
                "[training-code]", "[training-code2]"
            ),
            "p.yml": own,
        },
    )
    for how in ([], ["--origin"]):
        done = run("policy", "show", tmp_path / "p.yml", *how)
        assert done.code == 0
        put(tmp_path, {"shown.yml": done.out})
        assert run("policy", "diff", tmp_path / "p.yml", tmp_path / "shown.yml").out.endswith("ask for the same\n")
    assert f"    at_least: linked  # {tmp_path}/p.yml:7\n" in done.out
    assert "  # osaid-1.0.yaml:" in done.out


# --- what is known to be valid ------------------------------------------------------------------------------------


def test_what_was_valid_is_not_held_against_the_schema_again(tmp_path: Path) -> None:
    """A cache that is safe to lose, and that nobody else can write into."""
    rule = "rules: {{r{n}: {{require: tokenizer, at_least: linked}}}}\n"
    layers = {f"{n}.yml": HEAD + f"extends: {n + 1}.yml\n" + rule.format(n=n) for n in range(4)}
    put(tmp_path, {**layers, "4.yml": BASE})
    script = "import sys; from openness_gate.policy_sources import policy as p; p('0.yml'); "
    script += "print('jsonschema' in sys.modules)"
    own = {name: str(tmp_path / name) for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME")}

    def loaded() -> str:
        command = [sys.executable, "-c", script]
        environment = {**os.environ, **own, "PYTHONPATH": str(Path(__file__).parents[1])}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert (loaded(), loaded()) == ("True", "False")
    put(tmp_path, {"2.yml": layers["2.yml"] + "\n"})
    assert (loaded(), loaded()) == ("True", "False")
    (tmp_path / "XDG_STATE_HOME" / "openness-gate" / "key").write_bytes(b"x" * 32)
    assert loaded() == "True"
    shutil.rmtree(tmp_path / "XDG_CACHE_HOME")
    assert loaded() == "True"
