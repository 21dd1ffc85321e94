"""What a release declares of itself."""

from __future__ import annotations

import copy
import json
from pathlib import PurePosixPath
from typing import Any

import jsonschema
import pytest
import yaml

from openness_gate.facts.declaration import Declared, declared_evidence, declared_releases, mof
from openness_gate.facts.tables import blob, table
from openness_gate.model import Completeness, Component, Group, Kind, Place, Release
from tests.helpers import make_repo
from tests.test_manifest import mutations

MOF: dict[str, Any] = {
    "framework": {"name": "Model Openness Framework", "version": "1.0", "date": "2024-12-15"},
    "release": {
        "name": "Ours",
        "version": "2",
        "date": "2025-01-01",
        "license": {"distribution": {"name": "Apache-2.0", "path": "LICENSE"}, "data": {"name": "CDLA-Permissive-2.0"}},
        "type": "language",
        "architecture": "transformer",
        "origin": "someone/base",
        "producer": "The Makers",
        "contact": "makers@ours.test",
        "components": [
            {"name": "Training code", "component_path": "train.py", "license": "MIT", "license_path": "LICENSE.code"},
            {"name": "Inference code", "location": "run.py", "license": None},
            {"name": "Datasets", "description": "the pages"},
            {"name": "Model card", "license": "unlicensed"},
            {"name": "Data card", "license": ""},
            {"name": "Model parameters (Final)", "license_name": "OpenMDW-1.0"},
        ],
    },
}
RELEASES: dict[str, Any] = {
    "version": 1,
    "releases": [
        {
            "path": ".",
            "name": "Ours",
            "kind": "model",
            "license": "MIT",
            "components": {"training-code": "src/train.py"},
        },
        {"path": "small/", "kind": "adapter"},
    ],
}


def read(document: object, path: str = "MOF.yml") -> Declared:
    text = document if isinstance(document, str) else yaml.safe_dump(document, sort_keys=False)
    found = mof(make_repo({path: text}))
    assert found
    return found


def test_the_frameworks_own_format() -> None:
    found = read(MOF)
    assert not found.trouble
    assert found.name and (found.name.value, found.name.at) == ("Ours", Place("MOF.yml", 6))
    assert found.origin and found.origin.value == "someone/base"
    assert (found.version, found.framework_version, found.producer) == ("2", "1.0", "The Makers")
    assert {id_: (one.license and one.license.value, one.license_from) for id_, one in found.components.items()} == {
        "training-code": ("MIT", "own"),
        "inference-code": ("Apache-2.0", "distribution"),
        "datasets": ("CDLA-Permissive-2.0", "data"),
        "model-card": (None, ""),
        "data-card": (None, ""),
        "model-parameters-final": ("OpenMDW-1.0", "own"),
    }
    location = found.components["inference-code"].location
    assert location and location.value == "run.py"


def test_an_unknown_component_is_told_of_and_is_nothing_else() -> None:
    changed = copy.deepcopy(MOF)
    changed["release"]["components"] = [{"name": "Trainning code"}, {"name": "Weights", "license": "MIT"}, "Datasets"]
    found = read(changed)
    assert found.components == {}
    assert "did you mean 'Training code'?" in found.troubles[0] and "MOF.yml:" in found.troubles[0]
    assert len(found.troubles) == 3


def test_case_and_hyphens_are_no_other_name() -> None:
    changed = copy.deepcopy(MOF)
    changed["release"]["components"] = [{"name": "Model Parameters (final)"}, {"name": "training-code"}]
    assert set(read(changed).components) == {"model-parameters-final", "training-code"}


def test_of_two_the_later_counts_and_is_told_of() -> None:
    changed = copy.deepcopy(MOF)
    changed["release"]["components"] = [
        {"name": "Datasets", "license": "MIT"},
        {"name": "Datasets", "license": "unlicensed"},
    ]
    found = read(changed)
    assert found.components["datasets"].license is None and "declared twice" in found.trouble


@pytest.mark.parametrize("path", ["MOF.yml", "mof.yaml", "MOF.json", "Mof.yaml"])
def test_where_it_is_looked_for(path: str) -> None:
    assert read(json.dumps(MOF), path).name
    assert mof(make_repo({"models/" + path: json.dumps(MOF)})) is None


def test_a_declaration_that_is_judged_alone() -> None:
    repo = make_repo({"models/any.yml": json.dumps(MOF)}, declaration="models/any.yml")
    found = mof(repo)
    assert found and found.path == "models/any.yml"
    release = Release(".", "Ours", Kind.MODEL, repo)
    parts = {name: Component(name, name, Group.CODE, "", lambda _: ()) for name in ("training-code", "evaluation-code")}
    (one,) = declared_evidence(release, parts["training-code"])
    assert one.grade is Completeness.COMPLETE and one.at and one.at.path == "models/any.yml"
    assert not list(declared_evidence(release, parts["evaluation-code"]))


def test_every_component_of_the_framework_has_an_id() -> None:
    rows = table("mof")["components"]
    assert len({row["id"] for row in rows}) == len({row["name"] for row in rows}) == 17
    assert sorted(row["class"] for row in rows if row["required"]) == ["I"] * 4 + ["II"] * 4 + ["III"] * 6
    everything = {"framework": MOF["framework"], "release": {"components": [{"name": row["name"]} for row in rows]}}
    assert set(read(everything).components) == {row["id"] for row in rows}


def test_releases() -> None:
    repo = make_repo({"openness-release.yaml": yaml.safe_dump(RELEASES, sort_keys=False)})
    first, second = declared_releases(repo)
    assert (first.path, first.name, first.kind, first.at.line) == (".", "Ours", Kind.MODEL, 3)
    assert first.license and first.license.value == "MIT"
    location = first.components["training-code"].location
    assert location and (location.value, location.at.line) == ("src/train.py", 8)
    assert (second.path, second.kind, second.license) == ("small", Kind.ADAPTER, None)
    assert repo.log.notices == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"licence": "MIT"}, "did you mean 'license'?"),
        ({"components": {"traning-code": "x"}}, "did you mean 'training-code'?"),
        ({"kind": "modle"}, "kind must be one of"),
        ({"kind": ["model"]}, "kind must be one of"),
        ({"path": "../other"}, "path must be a folder below the root"),
        ({"path": "/etc"}, "path must be a folder below the root"),
        ({"path": None}, "path must be a folder below the root"),
    ],
)
def test_what_is_wrong_with_a_release_is_told(change: dict[str, Any], says: str) -> None:
    document = {"releases": [{"path": ".", **change}]}
    repo = make_repo({"openness-release.yaml": json.dumps(document)})
    assert all(".." not in PurePosixPath(one.path).parts and not one.components for one in declared_releases(repo))
    assert says in repo.log.notices[0].says and "openness-release.yaml:1" in repo.log.notices[0].says
    schema = json.loads(blob("schemas/openness-release.schema.json"))
    valid = jsonschema.Draft202012Validator(schema).is_valid(document)
    assert valid == ("components" in change)  # which ids there are is the program's to know


def test_the_schema() -> None:
    schema = json.loads(blob("schemas/openness-release.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(RELEASES)


def test_wrong_types_break_nothing() -> None:
    for document in mutations(MOF):
        found = mof(make_repo({"MOF.yml": json.dumps(document)}))
        assert found and all(one.id == id_ for id_, one in found.components.items())
    for document in mutations(RELEASES):
        for release in declared_releases(make_repo({"openness-release.yaml": json.dumps(document)})):
            assert release.path


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"[" * 10_000, b"a: &x [*x]", b"release: 1\nrelease: 2", b"\0", b"\xff\xfe", b"a" * (5 << 20)],
)  # fmt: skip
def test_broken_files_are_told_of(content: bytes) -> None:
    repo = make_repo({"MOF.yml": content, "openness-release.yaml": content})
    found = mof(repo)
    assert found and found.trouble and found.components == {}
    assert declared_releases(repo) == ()
    assert {"MOF.yml", "openness-release.yaml"} <= {note.at.path for note in repo.log.notices if note.at}


def test_utf_16_is_read() -> None:
    found = mof(make_repo({"MOF.yml": yaml.safe_dump(MOF).encode("utf-16")}))
    assert found and found.name and found.name.value == "Ours"


def test_ten_thousand_wrong_components_cost_little() -> None:
    changed = copy.deepcopy(MOF)
    changed["release"]["components"] = [{"name": f"Thing {n}"} for n in range(10_000)]
    assert len(read(json.dumps(changed), "MOF.json").troubles) == 20
