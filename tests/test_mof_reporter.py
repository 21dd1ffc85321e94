"""A declaration of what was found: the Model Openness Tool can read it, and it is never more open than that."""

from __future__ import annotations

import random
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from openness_gate import mof as engine
from openness_gate.facts.license_name import by_name
from openness_gate.facts.releases import find
from openness_gate.facts.tables import table
from openness_gate.judge import judgement
from openness_gate.located import parse
from openness_gate.model import Access, Completeness, GateError, License, LicenseClass, Place
from openness_gate.mof import LEVELS, verdict
from openness_gate.policy_sources import policy
from openness_gate.registry import policies
from openness_gate.report import Judgement, Report, Style
from openness_gate.reporters.mof import render
from tests.git_repos import put
from tests.helpers import make_repo
from tests.judging import Found, found, judge
from tests.running import check, check_json
from tests.test_cases import CASES, REPOS

TODAY = date(2026, 11, 24)
MOF = Path(policies()["mof-1.0"]).read_text("utf-8").partition("  # --- what speaks")[0]
IDS = [row["id"] for row in table("mof")["components"]]
RUNGS = ["none", *LEVELS]
TINY = 1e-9  #: the two divide in another order
KEYS = {"name", "description", "license", "license_path", "component_path"}


def report(*judgements: Judgement, label: str = ".") -> Report:
    return Report(label, "", policy("mof-1.0"), (), {}, judgements, judgements[0].result)


def written(judged: Judgement, label: str = ".") -> tuple[str, dict[str, Any]]:
    text = render([report(judged, label=label)], Style())
    return text, yaml.safe_load(text)


def listed(document: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {one["name"]: one for one in document["release"]["components"]}


def fits(document: Any) -> None:
    """What the schema of the tool asks for, in our words: names and types of all that we write."""
    assert document.keys() == {"framework", "release"}
    assert document["framework"] == {"name": "Model Openness Framework", "version": "1.0", "date": "2024-12-15"}
    made = document["release"]
    assert (
        {"name", "license", "producer", "components"}
        <= made.keys()
        <= {"name", "version", "license", "producer", "components"}
    )
    assert made["name"] and isinstance(made["name"], str) and isinstance(made["producer"], str)
    assert made["license"] == {}
    assert len(made["components"]) == len(listed(document)) <= 17
    for one in made["components"]:
        assert {"name", "license"} <= one.keys() <= KEYS
        assert one["name"] in {row["name"] for row in table("mof")["components"]}
        assert all(isinstance(value, str) for value in one.values())


def is_not_above(document: Any, text: str, judged: Judgement) -> None:
    """*judged*, by `mof-1.0`, reached at least what the tool says of what was written, with each component of it."""
    assert judged.levels
    said = verdict(parse(text, "MOF.yml"))
    assert said.notices == ()
    assert RUNGS.index(said.reached) <= RUNGS.index(judged.levels.reached)
    assert all(said.progress[level] <= share + TINY for level, share in judged.levels.progress.items())
    met = {finding.rule.id for finding in judged.findings if finding.status.value == "met"}
    required = {id_ for level in LEVELS for id_ in engine.required(level)}
    assert {id_ for id_ in required if said.standings[id_].status is engine.Status.INCLUDED} <= met
    fits(document)


# --- one by one -----------------------------------------------------------------------------------------------------

OPEN = License("MIT", LicenseClass.OPEN_SOURCE, Place("LICENSE", 1))
COMPLETE = found(Completeness.COMPLETE, Access.PUBLIC, OPEN)


def one(id_: str, what: Found) -> tuple[str, dict[str, str] | None]:
    """The comments, and the entry of a release that has one component only."""
    text, document = written(judge(MOF, {id_: what}))
    fits(document)
    names = {row["id"]: row["name"] for row in table("mof")["components"]}
    return text.partition("framework:")[0], listed(document).get(names[id_])


LICENSES: dict[str, tuple[License, str]] = {
    "open": (OPEN, "MIT"),
    "one may choose": (by_name("GPL-3.0-only OR MIT", None), "GPL-3.0-only"),
    "one may choose the open one": (by_name("CC-BY-NC-4.0 OR MIT", None), "MIT"),
    "both count": (by_name("MIT AND Apache-2.0", None), "MIT AND Apache-2.0"),
    "open here and not to the tool": (by_name("PDDL-1.0", None), "PDDL-1.0"),
    "restricted": (by_name("CC-BY-NC-4.0", None), "CC-BY-NC-4.0"),
    "changed": (License("MIT", LicenseClass.MODIFIED), "LicenseRef-modified-MIT"),
    "shared by an open one": (License("MIT OR X", LicenseClass.RESTRICTED), "LicenseRef-restricted-MIT-OR-X"),
    "unstated": (License("", LicenseClass.UNSTATED), "unlicensed"),
    "asserted by nobody": (License("NOASSERTION", LicenseClass.UNSTATED), "unlicensed"),
}


@pytest.mark.parametrize("name", LICENSES)
def test_how_a_license_is_written(name: str) -> None:
    license_, expected = LICENSES[name]
    comments, entry = one("training-code", found(Completeness.COMPLETE, Access.PUBLIC, license_))
    assert entry and entry["license"] == expected
    assert comments.count("\n") == 1


def test_of_two_licenses_an_open_one_does_not_count() -> None:
    both = found(Completeness.COMPLETE, Access.PUBLIC, OPEN, by_name("CC-BY-NC-4.0", None))
    _, entry = one("datasets", both)
    assert entry and not engine.is_open(entry["license"]) and "CC-BY-NC-4.0" in entry["license"]


def test_a_text_that_an_organization_accepts_is_open_to_nobody_else() -> None:
    terms = License("MIT", LicenseClass.MODIFIED, accepted=True)
    _, entry = one("training-code", found(Completeness.COMPLETE, Access.PUBLIC, terms))
    assert entry and entry["license"] == "LicenseRef-modified-MIT"


LEFT_OUT: dict[str, tuple[str, Found, str]] = {
    "partial code": ("training-code", found(Completeness.PARTIAL, Access.PUBLIC, OPEN), "partial, and complete is"),
    "weights without a shard": (
        "model-parameters-final", found(Completeness.PARTIAL, Access.PUBLIC, OPEN), "it is partial, and linked"),
    "a promise": ("model-card", found(Completeness.PROMISED), "it is promised, and described is asked for"),
    "an unknown license": (
        "training-code", found(Completeness.COMPLETE, Access.PUBLIC, by_name("Own", None)), "a person has to answer"),
    "a paper beside a report that is not open": ("research-paper", COMPLETE, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_does_not_count_is_left_out_and_told_of(name: str) -> None:
    id_, what, why = LEFT_OUT[name]
    comments, entry = one(id_, what)
    assert (entry is None) is bool(why)
    assert why in comments and (not why or f"# {id_} is left out: " in comments)


def test_a_paper_does_not_lift_a_report_that_is_there_and_closed() -> None:
    closed = found(Completeness.COMPLETE, Access.PUBLIC, by_name("CC-BY-NC-4.0", None))
    here = dict.fromkeys(IDS, COMPLETE) | {"technical-report": closed}
    judged = judge(MOF, here)
    text, document = written(judged)
    assert "# research-paper is left out: the tool would take it for the technical report" in text
    is_not_above(document, text, judged)


def test_everything_is_class_i() -> None:
    judged = judge(MOF, dict.fromkeys(IDS, COMPLETE))
    text, document = written(judged)
    is_not_above(document, text, judged)
    assert verdict(parse(text, "MOF.yml")).reached == "class-i"
    assert document["release"]["license"] == {}


def test_whatever_is_found_what_is_written_is_not_above_it() -> None:
    chance = random.Random(3)
    terms = [OPEN, by_name("Apache-2.0", None), by_name("CC-BY-4.0", None), by_name("PDDL-1.0", None),
             by_name("CC-BY-NC-4.0", None), by_name("Own", None), License("MIT", LicenseClass.MODIFIED),
             License("", LicenseClass.UNSTATED), by_name("MIT OR CC-BY-NC-4.0", None)]  # fmt: skip
    reached = set()
    for turn in range(400):
        steady = turn % 2
        here = {}
        for id_ in IDS:
            grade = (
                Completeness.COMPLETE if chance.random() < (0.97 if steady else 0.5) else chance.choice([*Completeness])
            )
            of = [OPEN] if chance.random() < (0.97 if steady else 0.5) else chance.sample(terms, chance.randint(0, 2))
            here[id_] = found(grade, Access.PUBLIC, *of, unknown=chance.random() < (0 if steady else 0.1))
        judged = judge(MOF, here)
        text, document = written(judged)
        is_not_above(document, text, judged)
        reached.add(judged.levels.reached if judged.levels else "")
    assert reached >= {"none", "class-i"}


# --- of files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_what_is_written_of_a_repository_is_read_back_and_is_not_above_it(case: str, tmp_path: Path) -> None:
    shutil.copytree(REPOS / case / "repo", tmp_path / "repo", symlinks=True)
    done = check(tmp_path / "repo", "--format", "mof", "--output", tmp_path / "out.yml")
    before = check_json(tmp_path / "repo", "--policy", "mof-1.0")
    if len(before["releases"]) > 1:
        assert done.code == 2 and not (tmp_path / "out.yml").exists()
        return
    after = check_json(tmp_path / "out.yml", "--policy", "mof-1.0")["releases"][0]
    levels = before["releases"][0]["levels"]
    assert RUNGS.index(after["levels"]["reached"]) <= RUNGS.index(levels["reached"])
    assert all(after["levels"]["progress"][rung] <= levels["progress"][rung] + TINY for rung in LEVELS)
    assert after["name"] == before["releases"][0]["name"]
    fits(yaml.safe_load((tmp_path / "out.yml").read_text("utf-8")))


def test_hostile_names_stay_words(tmp_path: Path) -> None:
    name = "x\n  - name: Datasets\n#\u202e: [*a] !!python/object &b\x07"
    repo = make_repo({"README.md": "# " + "".join(name.split("\n")) + "\n", "MOF.yml": "release: {name: no}\n"})
    judged = judgement([find(repo)[0]], policy("mof-1.0"), TODAY)
    judged = judged._replace(release=judged.release._replace(name=name))
    text, document = written(judged, label="gh:own\ner/x\n- y: 1")
    assert document["release"]["name"] and "\n" not in document["release"]["name"]
    assert all(character.isprintable() or character == "\n" for character in text)
    assert verdict(parse(text, "MOF.yml")).reached == "none"
    fits(document)


@pytest.mark.parametrize(
    ("label", "owner"), [("gh:acme/wren@v1", "acme"), ("hf:acme/wren", "acme"), ("a/b", ""), (".", "")]
)
def test_the_producer_is_who_keeps_it(label: str, owner: str) -> None:
    assert written(judge(MOF, {}), label)[1]["release"]["producer"] == owner


def test_what_the_release_declares_of_itself_is_kept() -> None:
    declared = "framework: {name: Model Openness Framework}\nrelease: {name: Wren, producer: We, version: '2.0'}\n"
    judged = judgement([find(make_repo({"MOF.yml": declared}))[0]], policy("mof-1.0"), TODAY)
    made = written(judged)[1]["release"]
    assert (made["name"], made["producer"], made["version"]) == ("Wren", "We", "2.0")


def test_a_declaration_is_of_one_release() -> None:
    judged = judge(MOF, {})
    for reports in ([report(judged, judged)], [report(judged), report(judged)]):
        with pytest.raises(GateError, match=r"of one release, and these are 2: \., \.; check one of them alone"):
            render(reports, Style())


def test_several_releases_are_wrong_use(tmp_path: Path) -> None:
    shutil.copytree(REPOS / "monorepo-declared" / "repo", tmp_path / "repo")
    done = check(tmp_path / "repo", "--format", "mof")
    assert (done.code, done.out) == (2, "")
    assert "wren, stories" in done.complaint


def test_of_a_declaration_none_is_written(tmp_path: Path) -> None:
    put(tmp_path, {"MOF.yml": "framework: {}\nrelease: {}\n"})
    done = check(tmp_path / "MOF.yml", "--format", "mof")
    assert (done.code, done.out) == (2, "") and "is a declaration already" in done.complaint
