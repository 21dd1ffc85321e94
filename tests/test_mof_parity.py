"""Parity with the Model Openness Tool on its own files, where they are on this machine.

`OPENNESS_GATE_MOT` names a checkout of github.com/lfai/model_openness_tool (at 8b5d30e), `OPENNESS_GATE_SHARED` the
folder with `oracle/mof.json`, what its evaluator says of 129 of its 273 model files. What is missing is skipped.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from openness_gate.data.build_mof_licenses import OUT, facts, text
from openness_gate.facts.tables import table
from openness_gate.located import parse
from openness_gate.mof import LEVELS, verdict
from tests.running import check, check_json
from tests.test_cases import CASES, REPOS

ROOT = Path(__file__).resolve().parents[1]
ORACLE = (ROOT / os.environ.get("OPENNESS_GATE_SHARED", "../shared")).resolve() / "oracle/mof.json"
CHECKOUT = Path(os.environ.get("OPENNESS_GATE_MOT") or ROOT / "../model_openness_tool").resolve()

tool = pytest.mark.skipif(not (CHECKOUT / "models").is_dir(), reason="no checkout of the Model Openness Tool")
oracle = pytest.mark.skipif(not ORACLE.is_file(), reason="no shared oracle")
REACHED = {"none": 242, "class-iii": 16, "class-ii": 1, "class-i": 14}
"""Of the 273 model files, as the tool's own evaluator has it (run with PHP 8.2 on 8b5d30e)."""


@tool
def test_the_licenses_are_those_of_the_tool() -> None:
    assert OUT.read_text("utf-8") == text(facts(CHECKOUT))


@tool
def test_the_components_are_those_of_the_tool() -> None:
    settings = parse(
        (CHECKOUT / "web/modules/mof/config/install/mof.settings.yml").read_text("utf-8"), "mof.settings.yml"
    )
    rows = {row["name"]: row for row in table("mof")["components"]}
    theirs = {row["name"]: row for row in settings.value["components"]}
    assert rows.keys() == theirs.keys()
    assert settings.value["components"][0]["name"] == "Datasets"  # what an unknown name counts as
    for name, row in rows.items():
        one = theirs[name]
        assert (row["mot_id"], row["content_type"], row["required"]) == (
            one["id"],
            one["content_type"],
            one["required"],
        )
        assert len(row["class"]) == one["class"]


def answer(path: Path) -> dict[str, Any]:
    found = verdict(parse(path.read_text("utf-8"), path.name))
    return {"reached": found.reached, "progress": dict(found.progress)}


@tool
@oracle
def test_the_class_and_the_progress_are_those_of_the_tool() -> None:
    expected = json.loads(ORACLE.read_text("utf-8"))["files"]
    assert len(expected) == 129
    assert {name: one for name, one in expected.items() if answer(CHECKOUT / name) != one} == {}


@tool
def test_of_all_its_files_each_class_has_as_many_as_the_tool_says() -> None:
    files = sorted((CHECKOUT / "models").glob("*.yml"))
    assert Counter(answer(path)["reached"] for path in files) == REACHED


@tool
def test_its_test_files_say_in_their_names_what_is_expected() -> None:
    """`…_C1_33%-C2_60%-C3_100%_…`: rounded, and from before a class had to wait for those below it."""
    files = sorted((CHECKOUT / "Test_Data").glob("*.yml"))
    assert len(files) == 27
    for path in files:
        named = [
            int(part.partition("_")[2]) for part in path.name.split("%")[:3] for part in [part[part.rindex("C") :]]
        ]
        found = list(answer(path)["progress"].values())
        if found[0] < 100:
            named = [0, 0, named[2]]
        elif found[1] < 100:
            named = [0, *named[1:]]
        assert [round(share) for share in reversed(found)] == named, path.name


@tool
@pytest.mark.slow
def test_the_command_says_the_same_of_every_file() -> None:
    for path in sorted((CHECKOUT / "models").glob("*.yml")):
        (one,) = check_json(str(path), "--policy", "mof-1.0")["releases"]
        expected = answer(path)
        assert one["levels"] == expected, path.name
        assert one["result"] == ("pass" if expected["progress"][next(iter(LEVELS))] == 100.0 else "fail"), path.name


@tool
@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_the_schema_of_the_tool_takes_what_is_written(case: str, tmp_path: Path) -> None:
    schema = json.loads((CHECKOUT / "schema/mof_schema.json").read_text("utf-8"))
    shutil.copytree(REPOS / case / "repo", tmp_path / "repo", symlinks=True)
    done = check(tmp_path / "repo", "--format", "mof")
    if done.code != 2:  # several releases
        jsonschema.validate(yaml.safe_load(done.out), schema, format_checker=jsonschema.FormatChecker())
