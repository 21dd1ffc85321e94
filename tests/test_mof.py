"""The class of a declaration, as the Model Openness Tool computes it: what one would not guess, and what follows."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from openness_gate import mof
from openness_gate.facts.tables import table
from openness_gate.located import Doc, parse
from openness_gate.mof import Status, Verdict, corrected, is_open, verdict
from openness_gate.registry import policies
from tests.running import Done, check, check_json
from tests.test_manifest import mutations

ROWS = table("mof")["components"]
NAMES = {row["id"]: row["name"] for row in ROWS}
CLASSES = {level: mof.required(level) for level in mof.LEVELS}
UP_TO = {
    "class-iii": CLASSES["class-iii"],
    "class-ii": CLASSES["class-iii"] + CLASSES["class-ii"],
    "class-i": CLASSES["class-iii"] + CLASSES["class-ii"] + CLASSES["class-i"],
}


def release(*ids: str, license_: str | None = "MIT", of_all: Any = None, **own: Any) -> dict[str, Any]:
    """A declaration of components, by our ids; *own*: what one of them says instead (with `_` for `-`)."""
    listed = []
    for id_ in ids:
        entry: dict[str, Any] = {"name": NAMES[id_]} | ({"license": license_} if license_ is not None else {})
        listed.append(entry | own.get(id_.replace("-", "_"), {}))
    of_all = {} if of_all is None else of_all
    made = {"name": "Wren", "producer": "Us", "license": of_all, "components": listed}
    return {
        "framework": {"name": "Model Openness Framework", "version": "1.0", "date": "2024-12-15"},
        "release": made,
    }


def of(document: Any, mode: str = "mot") -> Verdict:
    return verdict(parse(yaml.safe_dump(document, sort_keys=False), "MOF.yml"), mode)


def shares(document: Any, mode: str = "mot") -> tuple[float, ...]:
    return tuple(of(document, mode).progress.values())


def without(ids: tuple[str, ...], *left: str) -> tuple[str, ...]:
    return tuple(id_ for id_ in ids if id_ not in left)


# --- classes --------------------------------------------------------------------------------------------------------


def test_the_classes_ask_for_six_ten_and_fourteen() -> None:
    assert [len(ids) for ids in UP_TO.values()] == [6, 10, 14]


@pytest.mark.parametrize("level", UP_TO)
def test_each_class_is_reached_with_what_it_asks_for_and_not_with_less(level: str) -> None:
    assert of(release(*UP_TO[level])).reached == level
    below = ["none", *UP_TO][[*UP_TO].index(level)]
    for id_ in without(CLASSES[level], "technical-report"):
        assert of(release(*without(UP_TO[level], id_))).reached == below


def test_shares_are_not_rounded() -> None:
    assert shares(release("model-card")) == (1 / 6 * 100, 0.0, 0.0)
    assert shares(release(*UP_TO["class-iii"])) == (100.0, 60.0, 0.0)
    assert shares(release(*UP_TO["class-ii"])) == (100.0, 100.0, 10 / 14 * 100)


def test_a_class_above_an_incomplete_one_has_made_no_progress() -> None:
    assert shares(release(*without(UP_TO["class-i"], "model-card"))) == (5 / 6 * 100, 0.0, 0.0)
    assert shares(release(*without(UP_TO["class-i"], "training-code"))) == (100.0, 90.0, 0.0)


def test_optional_components_count_for_nothing() -> None:
    optional = [row["id"] for row in ROWS if not row["required"]]
    assert len(optional) == 3
    assert shares(release(*optional)) == (0.0, 0.0, 0.0)
    assert shares(release(*UP_TO["class-i"], *optional)) == (100.0, 100.0, 100.0)


def test_nothing_is_nothing() -> None:
    assert (of(release()).reached, shares(release())) == ("none", (0.0, 0.0, 0.0))


# --- the paper in the place of the report ---------------------------------------------------------------------------


def test_a_paper_stands_in_for_the_report_and_class_i_asks_for_one_less() -> None:
    every = without(UP_TO["class-i"], "technical-report")
    assert shares(release(*every)) == (100.0, 100.0, 100.0)
    assert shares(release(*without(every, "datasets"))) == (100.0, 100.0, 12 / 13 * 100)
    assert shares(release(*without(UP_TO["class-iii"], "technical-report"), "research-paper")) == (100.0, 60.0, 0.0)


@pytest.mark.parametrize("report", ["unlicensed", "Apache 2.0", ""])
def test_it_stands_in_for_a_report_that_is_there_and_not_open_too(report: str) -> None:
    assert of(release(*UP_TO["class-i"], technical_report={"license": report})).reached == "class-i"


def test_with_both_nothing_is_counted_twice() -> None:
    both = (*without(UP_TO["class-iii"], "model-card"), "research-paper")
    assert shares(release(*both)) == (5 / 6 * 100, 0.0, 0.0)


@pytest.mark.parametrize("paper", ["unlicensed", "Apache 2.0"])
def test_a_paper_that_is_not_open_stands_in_for_nothing(paper: str) -> None:
    ids = without(UP_TO["class-i"], "technical-report")
    assert shares(release(*ids, research_paper={"license": paper})) == (5 / 6 * 100, 0.0, 0.0)
    assert of(release(*UP_TO["class-i"], research_paper={"license": paper})).reached == "class-ii"


# --- licenses -------------------------------------------------------------------------------------------------------

IS_OPEN = {
    "MIT": True, "Apache-2.0": True, "CC0-1.0": True, "CC-BY-4.0": True, "CC-BY-SA-4.0": True, "ODbL-1.0": True,
    "CDLA-Sharing-1.0": True, "GPL-2.0+": True, "GFDL-1.3": True, "OGL-UK-3.0": True, "ODC-PDDL-1.0": True,
    "OpenMDW-1.0": True, "MulanPSL-2.0": True, "WTFPL": True,
    "PDDL-1.0": False, "OpenMDW-1.1": False, "C-UDA-1.0": False, "CC-PDDC": False, "MulanPSL-1.0": False,
    "FreeBSD-DOC": False, "etalab-2.0": False, "CC-BY-NC-4.0": False, "MIT OR Apache-2.0": False,
    "apache-2.0": False, "Apache 2.0": False, "MIT License": False, "BSD-3": False, " MIT": False, "mit": False,
}  # fmt: skip


@pytest.mark.parametrize("id_", IS_OPEN)
def test_what_is_open(id_: str) -> None:
    assert is_open(id_) is IS_OPEN[id_]
    found = of(release("training-code", license_=id_)).standings["training-code"]
    assert found.status is (Status.INCLUDED if IS_OPEN[id_] else Status.INVALID)
    assert found.license == id_


def test_a_license_is_open_or_not_whatever_it_covers() -> None:
    for id_ in ("ODbL-1.0", "CC-BY-4.0", "MIT", "GFDL-1.3", "CC0-1.0"):
        assert of(release(*UP_TO["class-i"], license_=id_)).reached == "class-i"


def test_how_many_are_open() -> None:
    facts = table("mof_licenses")
    assert [len(facts[kind]) for kind in ("osi", "fsf", "data", "model")] == [144, 127, 31, 1]
    assert len({id_ for kind in ("osi", "fsf", "data", "model") for id_ in facts[kind]}) == 226


OF_ALL = {"distribution": {"name": "Apache-2.0"}, "code": {"name": "MIT"}, "data": {"name": None}, "document": {}}
FALLBACKS: dict[str, tuple[str, Any, Any, str]] = {
    "its own": ("training-code", "BSD-2-Clause", OF_ALL, "BSD-2-Clause"),
    "that for its type": ("training-code", None, OF_ALL, "MIT"),
    "that of the distribution": ("datasets", None, OF_ALL, "Apache-2.0"),
    "that of the distribution for documents": ("model-card", None, OF_ALL, "Apache-2.0"),
    "of none": ("training-code", None, {}, ""),
    "of a list": ("training-code", None, [], ""),
    "of a word": ("training-code", None, "MIT", ""),
    "of a type as a word": ("training-code", None, {"code": "MIT"}, ""),
    "zero is empty": ("training-code", None, {"code": {"name": "0"}, "distribution": {"name": "MIT"}}, "MIT"),
    "unlicensed for its type": ("training-code", None, {**OF_ALL, "code": {"name": "unlicensed"}}, ""),
    "unlicensed blocks": ("training-code", "unlicensed", OF_ALL, ""),
    "an empty word blocks": ("training-code", "", OF_ALL, ""),
    "zero blocks": ("training-code", "0", OF_ALL, ""),
    "another case of unlicensed is an id": ("training-code", "Unlicensed", OF_ALL, "Unlicensed"),
}  # fmt: skip


@pytest.mark.parametrize("name", FALLBACKS)
def test_which_license_counts(name: str) -> None:
    id_, own, of_all, expected = FALLBACKS[name]
    found = of(release(id_, license_=own, of_all=of_all)).standings[id_]
    assert found.license == expected
    assert (found.status is Status.UNLICENSED) is (not expected)


def test_null_lets_another_license_stand_in() -> None:
    made = release("training-code", of_all=OF_ALL, training_code={"license": None})
    assert of(made).standings["training-code"].license == "MIT"


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Trainning code", "training code", "Model Card", "", "datasets", "0"])
def test_a_name_that_is_none_counts_as_datasets(name: str) -> None:
    made = release()
    made["release"]["components"] = [{"name": name, "license": "MIT"}]
    found = of(made)
    assert found.standings["datasets"].status is Status.INCLUDED
    assert [one.status for id_, one in found.standings.items() if id_ != "datasets"] == [Status.MISSING] * 16
    (notice,) = found.notices
    assert f"takes {name!r} for Datasets" in notice.says
    assert str(notice.at) == "MOF.yml:10"


def test_of_two_the_later_replaces_the_earlier_with_all_that_it_says() -> None:
    made = release("datasets", "datasets", license_=None)
    made["release"]["components"][0]["license"] = "MIT"
    assert of(made).standings["datasets"].status is Status.UNLICENSED
    made["release"]["components"].append({"name": "Anything", "license": "CC0-1.0"})
    assert of(made).standings["datasets"].license == "CC0-1.0"


# --- modes ----------------------------------------------------------------------------------------------------------


def test_normalised_corrects_the_spelling_and_says_so() -> None:
    made = release(*UP_TO["class-iii"], license_="apache-2.0", model_card={"license": "MIT License"})
    assert of(made).reached == "none"
    found = of(made, "normalised")
    assert found.reached == "class-iii"
    assert len(found.notices) == 6
    assert "'apache-2.0' is Apache-2.0 as SPDX spells it" in found.notices[0].says


NOT_OPEN = ["Unlicensed", "LLaMA 2", "None", "MIT OR Apache-2.0", "PDDL-1.0", "Apache-2.0 (modified)", "no license"]


@pytest.mark.parametrize("written", NOT_OPEN)
def test_nothing_becomes_open_that_does_not_name_an_open_license(written: str) -> None:
    assert not is_open(corrected(written))


def test_the_paper_takes_data_under_any_license() -> None:
    for license_ in ("unlicensed", "", "CC-BY-NC-4.0"):
        made = release(*UP_TO["class-i"], datasets={"license": license_})
        assert of(made).reached == "class-ii"
        assert of(made, "paper").reached == "class-i"
    assert of(release(*without(UP_TO["class-i"], "datasets")), "paper").reached == "class-ii"


def test_where_the_modes_differ_it_is_said() -> None:
    made = release(*UP_TO["class-i"], datasets={"license": "unlicensed"}, model_card={"license": "apache-2.0"})
    doc = parse(yaml.safe_dump(made), "MOF.yml")
    said = [note.says for note in mof.differences(doc, verdict(doc))]
    assert len(said) == 2
    assert said[0].startswith(
        "mode normalised comes to class-ii (class-iii 100 %, class-ii 100 %, class-i 93 %), mode mot"
    )
    assert "'apache-2.0' is Apache-2.0" in said[1]
    assert not list(mof.differences(parse(yaml.safe_dump(release("model-card")), "x"), of(release("model-card"))))


# --- what may stand in a file ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", mof.MODES)
def test_wrong_types_break_nothing(mode: str) -> None:
    made = release(*UP_TO["class-i"], of_all=OF_ALL)
    for document in (*mutations(made), None, [], 1, "x", {"release": None}, {"release": {"components": {"a": 1}}}):
        found = verdict(Doc("MOF.yml", document, {}), mode)
        assert found.standings.keys() == NAMES.keys()
        assert all(0 <= share <= 100 for share in found.progress.values())


@pytest.mark.parametrize("value", [1, 2.5, True, ["MIT"], {"a": "MIT"}])
def test_what_is_no_word_is_no_license(value: object) -> None:
    doc = Doc("MOF.yml", release("datasets", datasets={"license": value}), {})
    assert verdict(doc).standings["datasets"].status is Status.INVALID


@pytest.mark.parametrize("name", [7, None, ["Datasets"], {}])
def test_a_component_without_a_name_is_told_of(name: object) -> None:
    made = release()
    made["release"]["components"] = [{"name": name, "license": "MIT"}, "Datasets", None]
    found = of(made)
    assert {one.status for one in found.standings.values()} == {Status.MISSING}
    assert [note.says for note in found.notices] == ["the Model Openness Tool refuses a component without a name"] * 3
    assert all(note.at and note.at.line >= 10 for note in found.notices)


BROKEN = {
    "empty": "", "a list": "- a\n", "a word": "hello\n", "an alias": "framework: &a x\nrelease: *a\n",
    "a key twice": "framework: {}\nrelease: {}\nrelease: {}\n", "no YAML": "framework: [\n", "two": "a: 1\n---\nb: 2\n",
    "large": "framework: {}\nrelease:\n  name: " + "x" * (1 << 20) + "\n", "zero": "\0", "other keys": "name: x\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_none_is_an_error_of_one_line(name: str, tmp_path: Path) -> None:
    done = judged(tmp_path, BROKEN[name])
    assert done.code in (2, 3)
    assert done.err.count("\n") == 1 and "MOF.yml" in done.err and "Traceback" not in done.err
    assert done.out == ""


ODD = {
    "release null": "framework: {name: Model Openness Framework}\nrelease:\n",
    "components null": "framework: {name: Model Openness Framework}\nrelease:\n  components:\n",
    "components a mapping": "framework: 1\nrelease:\n  components: {Datasets: MIT}\n",
    "names are numbers": "framework: []\nrelease:\n  name: 7\n  components:\n    - name: 1\n      license: 2\n",
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_judged_and_told_of(name: str, tmp_path: Path) -> None:
    done = judged(tmp_path, ODD[name])
    assert done.code == 1
    assert "Level reached: none (class-iii 0 %, class-ii 0 %, class-i 0 %)" in done.out
    assert "note  MOF.yml:" in done.out and "Traceback" not in done.err


# --- the policy -----------------------------------------------------------------------------------------------------


def judged(folder: Path, text: str, *arguments: str, policy: str = "mof-1.0") -> Done:
    file = folder / "MOF.yml"
    file.write_text(text, "utf-8")
    return check(str(file), "--policy", policy, *arguments)


def report_of(folder: Path, document: Any, policy: str = "mof-1.0") -> dict[str, Any]:
    file = folder / "MOF.yml"
    file.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
    report: dict[str, Any] = check_json(str(file), "--policy", policy)
    return report


def with_minimum(folder: Path, minimum: str, mode: str = "mot") -> str:
    """The shipped policy with another rung required, as a file."""
    text = Path(policies()["mof-1.0"]).read_text("utf-8")
    changed = text.replace("minimum: class-iii", f"minimum: {minimum}").replace("mode: mot", f"mode: {mode}")
    file = folder / "policy.yaml"
    file.write_text(changed, "utf-8")
    return str(file)


def agree(report: dict[str, Any], minimum: str) -> None:
    """The findings, the result and the class of one report say the same."""
    (one,) = report["releases"]
    levels = ["none", *mof.LEVELS]
    enough = levels.index(one["levels"]["reached"]) >= levels.index(minimum)
    assert (one["result"], report["result"]) == (("pass",) * 2 if enough else ("fail",) * 2)
    assert one["label"] == "declared, not verified"
    by_rule = {finding["rule"]: finding for finding in one["findings"]}
    for level, asked in UP_TO.items():
        met = all(by_rule[id_]["status"] == "met" for id_ in asked)
        assert met == (levels.index(one["levels"]["reached"]) >= levels.index(level))
        assert met == (one["levels"]["progress"][level] == 100.0)
    errors = {id_ for id_, finding in by_rule.items() if finding["severity"] == "error"}
    assert errors == set(UP_TO[minimum])
    assert all(finding["path"] == "MOF.yml" for id_, finding in by_rule.items() if id_ in UP_TO["class-i"])


@pytest.mark.parametrize("minimum", UP_TO)
@pytest.mark.parametrize("level", ["none", *UP_TO])
def test_the_result_is_that_of_the_class(level: str, minimum: str, tmp_path: Path) -> None:
    ids = UP_TO.get(level, ("model-card",))
    report = report_of(tmp_path, release(*ids), with_minimum(tmp_path, minimum))
    assert report["releases"][0]["levels"]["reached"] == level
    agree(report, minimum)


def test_findings_and_class_agree_on_whatever_is_declared(tmp_path: Path) -> None:
    chance = random.Random(5)
    licenses = ["MIT", "Apache-2.0", "CC-BY-4.0", "PDDL-1.0", "apache-2.0", "unlicensed", "", None]
    reached = set()
    for turn in range(60):
        ids = [id_ for id_ in NAMES if chance.random() < (0.98 if turn % 2 else 0.6)]
        made = release(*ids, of_all=OF_ALL)
        for entry in made["release"]["components"]:
            if chance.random() < (0.03 if turn % 2 else 0.3):
                entry["license"] = chance.choice(licenses)
        if chance.random() < 0.3:
            made["release"]["components"].append({"name": "Anything", "license": chance.choice(licenses)})
        report = report_of(tmp_path, made)
        reached.add(report["releases"][0]["levels"]["reached"])
        agree(report, "class-iii")
    assert reached == {"none", *UP_TO}


def test_the_numbers_of_the_report_are_those_of_the_engine(tmp_path: Path) -> None:
    made = release(*without(UP_TO["class-iii"], "model-card"))
    assert report_of(tmp_path, made)["releases"][0]["levels"] == {
        "reached": "none",
        "progress": {"class-iii": 5 / 6 * 100, "class-ii": 0.0, "class-i": 0.0},
    }


def test_what_a_person_reads(tmp_path: Path) -> None:
    made = release(*UP_TO["class-iii"], data_card={"license": "apache-2.0"}, model_card={"license": "unlicensed"})
    done = judged(tmp_path, yaml.safe_dump(made, sort_keys=False))
    assert "declared, not verified" in done.out
    assert "got declared under 'apache-2.0', which the Model Openness Tool does not take for open" in done.out
    assert "Write Apache-2.0, as the tool compares ids letter by letter." in done.out
    assert "Put model-card under an open license, and name it in the declaration." in done.out
    assert (
        "mode normalised comes to none (class-iii 83 %, class-ii 0 %, class-i 0 %), mode mot to none (class-iii 67 %"
        in done.out
    )


def test_a_name_that_is_none_is_told_of_and_counts_as_the_tool_counts_it(tmp_path: Path) -> None:
    made = release(*without(UP_TO["class-i"], "datasets"))
    made["release"]["components"].append({"name": "Pages", "license": "MIT"})
    report = report_of(tmp_path, made)
    assert report["releases"][0]["levels"]["reached"] == "class-i"
    said = {notice["says"] for notice in report["notices"] if notice["path"] == "MOF.yml" and notice["line"]}
    assert any("'Pages' is no component of the framework" in says for says in said)
    assert "the Model Openness Tool takes 'Pages' for Datasets" in said


@pytest.mark.parametrize("mode", mof.MODES)
def test_the_policy_says_which_mode(mode: str, tmp_path: Path) -> None:
    made = release(*UP_TO["class-i"], license_="apache-2.0", datasets={"license": "unlicensed"})
    report = report_of(tmp_path, made, with_minimum(tmp_path, "class-iii", mode))
    expected = {"mot": "none", "normalised": "class-ii", "paper": "none"}
    assert report["releases"][0]["levels"]["reached"] == expected[mode]
    agree(report, "class-iii")
    others = {n["says"].split()[1] for n in report["notices"] if n["says"].startswith("mode ")}
    assert others == {"mot": {"normalised"}, "normalised": {"mot", "paper"}, "paper": {"normalised"}}[mode]


def test_other_policies_and_other_declarations_have_no_engine(tmp_path: Path) -> None:
    report = report_of(tmp_path, release(*UP_TO["class-iii"]), "osaid-1.0")
    assert report["releases"][0]["levels"] is None
    file = tmp_path / "openness-release.yaml"
    file.write_text("releases:\n  - {path: ., name: Wren, kind: model, license: MIT}\n", "utf-8")
    report = check_json(str(file), "--policy", "mof-1.0")
    assert report["releases"][0]["levels"]["progress"]["class-iii"] == 0.0


MISFITS = {
    "an engine that is none": ("name: mof", "name: mot", "engine"),
    "a mode that is none": ("mode: mot", "mode: strict", "mode"),
    "a level of another name": ("  class-ii:\n", "  silver:\n", "levels of the engine mof are class-iii"),
    "a rule less": ("rules: [training-code, ", "rules: [", "asks for one rule about each of training-code"),
    "a rule more": ("rules: [training-code, ", "rules: [model-metadata, training-code, ", "asks for one rule"),
    "a mild rule": ("model-card: {at", "model-card: {severity: warning, at", "a level of the engine mof is an error"),
    "another component": ("data-card: {at_least", "data-card: {require: model-card, at_least", "asks for one rule"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISFITS)
def test_a_policy_that_would_contradict_its_engine_is_invalid(name: str, tmp_path: Path) -> None:
    old, new, says = MISFITS[name]
    text = Path(policies()["mof-1.0"]).read_text("utf-8")
    assert old in text
    file = tmp_path / "policy.yaml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    done = judged(tmp_path, yaml.safe_dump(release()), policy=str(file))
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "policy.yaml:" in done.err and says in done.err
