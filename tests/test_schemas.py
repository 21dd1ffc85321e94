"""The schemas that ship are schemas, and what we ship and write is what they allow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from openness_gate import cli, located, registry
from openness_gate.facts.data_information import TOPICS
from openness_gate.model import Access, Completeness, Kind, LicenseClass
from openness_gate.report import Openness, Result, Status

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = Path(cli.__file__).parent / "data" / "schemas"
EXAMPLES = ROOT / "docs" / "examples"
NAMES = ("data-manifest", "openness-release", "org-report", "policy", "policy-cases", "report", "waivers")


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    return found


def errors(name: str, value: object) -> list[str]:
    validator = Draft202012Validator(schema(name))
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(value)]


def parts(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(part)


def test_these_are_all() -> None:
    assert {path.name.removesuffix(".schema.json") for path in SCHEMAS.iterdir()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one(name: str) -> None:
    found = schema(name)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["title"] and found["description"] and found["$id"].startswith("urn:openness-gate:")
    Draft202012Validator.check_schema(found)
    defined = found.get("$defs", {})
    used = {part["$ref"] for part in parts(found) if "$ref" in part}
    assert used == {f"#/$defs/{definition}" for definition in defined}


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_refuses(name: str) -> None:
    assert errors(name, {}) and errors(name, []) and errors(name, None)


@pytest.mark.parametrize("policy", registry.policies())
def test_a_policy_that_ships_is_valid(policy: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(registry.policies()[policy])
    value = located.parse(path.read_text("utf-8"), path.name).value
    assert errors("policy", value) == []
    assert value["policy"] == policy
    assert cli.main(["policy", "validate", str(path)]) == 0
    assert f"{policy} is valid, rules: {len(value['rules'])}" in capsys.readouterr().out


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("data-manifest.yaml")), ids=lambda path: path.parent.name)
def test_a_manifest_of_an_example_is_valid(path: Path) -> None:
    value = located.parse(path.read_text("utf-8"), path.name).value
    assert errors("data-manifest", value) == []
    value["datasets"][0]["kind"] = "free"
    assert errors("data-manifest", value)


def test_a_manifest_that_is_documented_is_valid() -> None:
    shown = (ROOT / "docs" / "data-manifest.md").read_text("utf-8").split("```yaml\n")[1].split("```")[0]
    assert errors("data-manifest", located.parse(shown, "shown").value) == []


def test_every_key_of_the_manifest_is_documented() -> None:
    text = (ROOT / "docs" / "data-manifest.md").read_text("utf-8")
    found = schema("data-manifest")
    keys = {*found["properties"], *found["$defs"]["dataset"]["properties"]}
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []
    assert [topic for topic in TOPICS if f"`{topic}`" not in text] == []


def test_every_key_of_a_policy_is_documented() -> None:
    text = (ROOT / "docs" / "policies.md").read_text("utf-8")
    found = schema("policy")
    keys = {
        *found["properties"],
        *found["$defs"]["rule-part"]["properties"],
        *found["$defs"]["condition"]["properties"],
    }
    assert [key for key in sorted(keys) if f"`{key}" not in text and f"`{{{key}" not in text] == []


ON_OPENNESS = ("mof-1.0", "no-openwashing", "open-weights", "osaid-1.0", "recommended", "reproducible-research")


@pytest.mark.parametrize("release", ["open-release", "broken-release"])
@pytest.mark.parametrize("policy", registry.policies())
def test_a_report_is_valid(release: str, policy: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["check", str(EXAMPLES / release), "--policy", policy, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert errors("report", report) == []
    assert code == (report["result"] == "fail")
    if policy in ON_OPENNESS:
        assert (code == 1) == (release == "broken-release")


def test_several_reports_are_valid(capsys: pytest.CaptureFixture[str]) -> None:
    both = [str(EXAMPLES / name) for name in ("open-release", "broken-release")]
    assert cli.main(["check", *both, "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert errors("report", report) == [] and [one["result"] for one in report["reports"]] == ["pass", "fail"]


def test_the_words_are_those_of_the_vocabulary() -> None:
    report, policy = schema("report")["$defs"], schema("policy")["$defs"]
    completeness = [str(grade) for grade in Completeness]
    assert report["completeness"]["enum"] == policy["completeness"]["enum"] == completeness
    accesses = [str(grade) for grade in Access if grade is not Access.UNKNOWN]
    assert policy["access"]["enum"] == accesses and report["access"]["enum"] == [*accesses, "unknown"]
    assert {*report["license"]["allOf"][1]["properties"]["class"]["enum"]} == {str(cls) for cls in LicenseClass}
    finding = report["finding"]["allOf"][1]["properties"]
    assert finding["status"]["enum"] == [status.value for status in Status]
    assert {*finding["openness"]["enum"]} == {openness.value for openness in Openness}
    assert {*report["result"]["enum"]} == {result.value for result in Result}
    assert report["release"]["properties"]["kind"]["enum"] == [kind.value for kind in Kind]
