"""`init` writes what one can begin with, and `policy validate` knows every file that decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.git_repos import put
from tests.running import check_json, run
from tests.test_policy_choice import CARD

WAIVER = """version: 1
waivers:
  - {rule: model-card, reason: It is being written, owner: me, expires: 2027-01-31}
"""
MOF = """framework: {name: Model Openness Framework, version: "1.0", date: 2024-12-15}
release: {name: Wren, components: [{name: Model card, license: CC-BY-4.0}]}
"""


def test_what_is_written_is_valid_and_counts(tmp_path: Path) -> None:
    put(tmp_path, {"README.md": CARD})
    done = run("init", tmp_path, "--policy", "open-weights")
    assert (done.code, done.err) == (0, "")
    assert done.out.count("wrote ") == 4
    room = tmp_path / ".github"
    assert run("policy", "validate", room / "openness.yml", room / "openness-waivers.yml").code == 0
    report = check_json(tmp_path)
    assert (report["policy"]["id"], report["policy"]["from"]) == ("our-releases", ".github/openness.yml")
    assert report["policy"]["parents"][0]["from"] == "open-weights.yaml"
    for name in ("openness", "openness-waivers"):
        first = (room / f"{name}.yml").read_text().splitlines()[0]
        assert first == f"# yaml-language-server: $schema={name}.schema.json"
    assert (room / "openness.schema.json").read_text() == run("policy", "schema").out


@pytest.mark.parametrize("name", [".github/openness.yml", "openness.yml", ".github/openness-waivers.yml"])
def test_nothing_is_written_over(tmp_path: Path, name: str) -> None:
    put(tmp_path, {name: "x"})
    done = run("init", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert f"{name} is there already; nothing was written" in done.err
    assert (tmp_path / name).read_text() == "x"


def test_a_policy_that_is_not_known_is_not_written(tmp_path: Path) -> None:
    assert run("init", tmp_path, "--policy", "osaid-2.0").code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("openness-waivers.yml", WAIVER, "waivers: 1, confirmations: 0"),
        ("openness.lock", "version: 1\npolicies: {}\n", "a lock of 0 policies"),
        ("openness-release.yaml", "releases:\n  - {path: a}\n", "a declaration of 1 releases"),
        ("MOF.yml", MOF, "a declaration of 1 components"),
    ],
)
def test_every_file_that_decides_can_be_validated(tmp_path: Path, name: str, text: str, says: str) -> None:
    put(tmp_path, {name: text})
    done = run("policy", "validate", tmp_path / name)
    assert (done.code, done.err) == (0, "")
    assert says in done.out


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("openness-waivers.yml", WAIVER.replace("owner: me, ", ""), ":3: 'owner' is missing"),
        ("openness-waivers.yml", WAIVER.replace("2027-01-31", "soon"), ":3: 'expires' is no date like"),
        ("openness.lock", "version: 2\n", ":1: no lock"),
        ("openness-release.yaml", "releases:\n  - {pth: a}\n", ":2: releases.0.pth: 'pth' is not known"),
        (
            "MOF.yml",
            MOF.replace("Model card", "Model cart"),
            "is no component of the framework; did you mean 'Model card'?",
        ),
        ("MOF.yml", "- x\n", "MOF.yml"),
        ("openness.yml", "policy: p\n", ":1: 'version' is missing"),
    ],
)
def test_what_is_wrong_has_a_line(tmp_path: Path, name: str, text: str, says: str) -> None:
    put(tmp_path, {name: text})
    done = run("policy", "validate", tmp_path / name)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert done.err.count("\n") == 1
