"""Data manifests: what they say of the data, and that nothing in one can break the reader."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from openness_gate.facts.manifest import Manifest, manifests
from openness_gate.facts.tables import blob
from openness_gate.model import Access
from tests.helpers import make_repo

PLAIN: dict[str, Any] = {
    "version": 1,
    "name": "example",
    "license": "CC-BY-4.0",
    "processing": "deduplicated by MinHash, then filtered by language",
    "datasets": [
        {
            "name": "Web",
            "kind": "public",
            "url": "https://data.test/web",
            "license": "ODC-By-1.0",
            "description": "web pages in English and Dutch",
            "provenance": "crawled from the open web",
            "how_obtained": "crawled in 2024",
            "labelling": "there are no labels",
            "size": 300,
        },
        {"name": "Books", "kind": "obtainable", "url": "https://shop.test/books", "license": "LicenseRef-bought"},
        {
            "name": "Notes",
            "kind": "unshareable",
            "license": "LicenseRef-private",
            "description": "letters of patients",
            "why_not_shared": "personal data of patients under the GDPR",
        },
    ],
}
CROISSANT: dict[str, Any] = {
    "@context": {"@vocab": "https://schema.org/", "rai": "http://mlcommons.org/croissant/RAI/"},
    "@type": "sc:Dataset",
    "conformsTo": "http://mlcommons.org/croissant/1.1",
    "name": "Web",
    "description": "Pages of the web in two languages",
    "license": ["https://creativecommons.org/licenses/by/4.0/"],
    "sdLicense": "CC0-1.0",
    "url": "https://data.test/web",
    "creator": {"@type": "Organization", "name": "The Makers"},
    "rai:dataCollection": "Crawled from the open web",
    "rai:dataAnnotationProtocol": "[More Information Needed]",
    "rai:dataPreprocessingProtocol": ["Exact duplicates were removed", "Short pages were removed"],
    "distribution": [{"@type": "cr:FileObject", "name": "all", "contentUrl": "https://data.test/all.zip"}],
    "recordSet": [],
}
PACKAGE: dict[str, Any] = {
    "name": "pages",
    "description": "Pages of the web",
    "licenses": [{"name": "ODC-BY-1.0", "path": "https://opendatacommons.org/licenses/by/1-0/"}],
    "sources": [{"title": "The crawl", "path": "https://crawl.test/2024"}],
    "resources": [{"name": "a", "path": ["https://data.test/a.csv"]}, {"name": "b", "path": "b.csv"}],
}
DVC: dict[str, Any] = {
    "stages": {
        "prepare": {"cmd": ["python a.py", "python b.py"], "deps": ["a.py", {"path": "b.py"}], "outs": ["data"]}
    },
    "artifacts": {"pages": {"path": "data", "type": "dataset", "desc": "Pages of the web"}},
}
OUT: dict[str, Any] = {"outs": [{"path": "data.xml", "md5": "0", "desc": "all pages"}]}
DOCUMENTS: dict[str, Any] = {
    "data-manifest.yaml": PLAIN,
    "croissant.json": CROISSANT,
    "datapackage.json": PACKAGE,
    "dvc.yaml": DVC,
    "data.xml.dvc": OUT,
}


def mutations(document: Any) -> Iterator[Any]:
    """*document* with each of its values in turn replaced by something of another type."""

    def places(value: Any, keys: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        yield keys
        for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
            yield from places(value[key], (*keys, key))

    for keys in places(document, ()):
        for other in (None, 1, 1.5, True, "x", "", [], {}, [None], [[1]], {"x": [1]}):
            changed = {"root": copy.deepcopy(document)}
            inside: Any = changed
            for key in ("root", *keys)[:-1]:
                inside = inside[key]
            inside[("root", *keys)[-1]] = other
            yield changed["root"]


def read(path: str, document: Any, **others: str) -> Manifest:
    text = document if isinstance(document, (str, bytes)) else json.dumps(document, indent=1)
    (found,) = manifests(make_repo({path: text, **others}))
    return found


def test_our_own_says_everything_that_the_definition_asks_for() -> None:
    found = read("data-manifest.yaml", yaml.safe_dump(PLAIN, sort_keys=False))
    assert found.trouble == ""
    assert set(found.topics) == {
        "provenance", "scope", "how-obtained", "processing", "labelling", "public-list", "obtainable-list",
        "unshareable-why",
    }  # fmt: skip
    place, words = found.topics["unshareable-why"]
    assert (place.line, words) == (23, 7)
    assert found.topics["public-list"].words >= 6
    assert [one.access for one in found.sources] == [Access.PUBLIC, Access.GATED, Access.CLOSED]


def test_the_license_of_the_data_is_not_that_of_the_manifest() -> None:
    found = read("data-manifest.yaml", PLAIN)
    assert found.own_license == "CC-BY-4.0"
    assert found.license == "ODC-By-1.0 AND LicenseRef-bought AND LicenseRef-private"
    changed = copy.deepcopy(PLAIN)
    del changed["datasets"][1]["license"]
    assert read("data-manifest.yaml", changed).license == ""


def test_what_is_left_out_for_some_data_is_a_gap() -> None:
    found = read("data-manifest.yaml", PLAIN)
    assert found.gaps["provenance"] == ("Books", "Notes")
    assert "processing" not in found.gaps  # said once for all


@pytest.mark.parametrize(
    "empty", ["TODO", "...", "N/A", "[More Information Needed]", "tbd", "TODO: ask legal", "-", "x" * 0]
)
def test_a_placeholder_says_nothing(empty: str) -> None:
    changed = copy.deepcopy(PLAIN) | {"processing": empty}
    changed["datasets"][2]["why_not_shared"] = empty
    changed["datasets"][0]["url"] = empty
    found = read("data-manifest.yaml", changed)
    assert not {"processing", "unshareable-why", "public-list"} & set(found.topics)
    assert found.gaps["public-list"] == ("Web",)


@pytest.mark.parametrize("url", ["https://example.com/data", "ask us", "TODO", "file:///home/me/data"])
def test_an_address_that_leads_nowhere_lists_nothing(url: str) -> None:
    changed = copy.deepcopy(PLAIN)
    changed["datasets"][0]["url"] = url
    assert "public-list" not in read("data-manifest.yaml", changed).topics


def test_an_unknown_key_is_told_with_its_line_and_the_nearest() -> None:
    repo = make_repo({"data-manifest.yaml": "version: 1\ndatasets:\n- name: a\n  kind: open\n  licence: MIT\n"})
    (found,) = manifests(repo)
    assert "data-manifest.yaml:5" in found.trouble and "did you mean 'license'?" in found.trouble
    assert found.trouble in repo.log.notices[0].says


def test_many_unknown_keys_cost_no_time() -> None:
    text = "version: 1\ndatasets: []\n" + "".join(f"key{n}: 1\n" for n in range(30_000))
    begin = time.monotonic()
    assert 0 < read("data-manifest.yaml", text).trouble.count("unknown key") < 10
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize("kind", ["free", None, 1, ["open"]])
def test_data_of_no_known_kind_is_on_no_list(kind: object) -> None:
    changed = copy.deepcopy(PLAIN)
    changed["datasets"][0]["kind"] = kind
    found = read("data-manifest.yaml", changed)
    assert "kind must be one of" in found.trouble and "public-list" not in found.topics


def test_croissant() -> None:
    found = read("croissant.json", CROISSANT)
    assert (found.form, found.license, found.own_license) == ("croissant", CROISSANT["license"][0], "CC0-1.0")
    assert set(found.topics) == {"provenance", "scope", "how-obtained", "processing", "public-list"}
    assert found.topics["processing"].words == 8
    assert [one.url for one in found.sources] == ["https://data.test/web", "https://data.test/all.zip"]
    assert found.topics["provenance"].place.line > 10


def test_croissant_by_its_type_alone_and_by_another_name() -> None:
    plain = {"@type": "https://schema.org/Dataset", "name": "Web", "distribution": []}
    assert read("docs/metadata.json", plain).form == "croissant"
    assert not manifests(make_repo({"metadata.json": json.dumps({"@type": "Dataset", "name": "a page"})}))
    assert not manifests(make_repo({"metadata.json": json.dumps({"dataset": "web", "@type": "Person"})}))
    assert not manifests(make_repo({"tests/croissant.json": json.dumps(CROISSANT)}))


def test_croissant_with_surrogates_is_read() -> None:
    text = json.dumps(CROISSANT | {"description": "smile \U0001f600 here, and half of one: \ud83d"})
    found = read("croissant.json", text)
    assert found.trouble == "" and found.topics["scope"].words >= 5
    found.sources[0].description.encode()


def test_frictionless() -> None:
    found = read("datapackage.json", PACKAGE)
    assert (found.form, found.license) == ("frictionless", "ODC-BY-1.0")
    assert set(found.topics) == {"provenance", "scope", "public-list"}
    assert [one.url for one in found.sources] == ["", "https://data.test/a.csv", "", "https://crawl.test/2024"]


@pytest.mark.parametrize(
    ("remote", "access"),
    [
        ("https://remote.test/store", Access.PUBLIC),
        ("s3://bucket/store", Access.UNKNOWN),
        ("ssh://host/store", Access.CLOSED),
        ("/mnt/store", Access.CLOSED),
    ],
)
def test_dvc_takes_access_from_its_remote(remote: str, access: Access) -> None:
    config = f"[core]\n    remote = main\n['remote \"main\"']\n    url = {remote}\n['remote \"old\"']\n    url = x\n"
    files = {"data.xml.dvc": json.dumps(OUT), "dvc.yaml": json.dumps(DVC), ".dvc/config": config}
    pointer, pipeline = manifests(make_repo(files))
    assert [one.access for one in (*pointer.sources, *pipeline.sources)] == [access, access]
    (stage,) = pipeline.stages
    assert (stage.command, stage.needs, stage.makes) == ("python a.py && python b.py", ("a.py", "b.py"), ("data",))


def test_dvc_without_a_remote_gives_nothing_to_anyone() -> None:
    assert read("data.xml.dvc", OUT).sources[0].access is Access.UNKNOWN


@pytest.mark.parametrize("path", DOCUMENTS)
def test_wrong_types_break_nothing(path: str) -> None:
    for document in mutations(DOCUMENTS[path]):
        for found in manifests(make_repo({path: json.dumps(document)})):
            assert all(isinstance(one.name, str) for one in found.sources)


@pytest.mark.parametrize("path", [*DOCUMENTS, "dvc.lock"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 10_000,
        b'{"@type": "Dataset", "a": ' + b'{"a":' * 10_000,
        b'{"@type": "Dataset", "name": "a", "name": "b", "distribution": []}',
        b'"@type" Dataset: &a [*a]',
        b"a: b: c",
        b"\0" * 100,
        json.dumps(CROISSANT).encode("utf-16"),
        b'{"@type": "sc:Dataset", "version": NaN, "distribution": NaN}',
        b'{"@type": "sc:Dataset", "x": "' + b"y" * (5 << 20) + b'"}',
        b'{"@type": "sc:Dataset", "n": 1' + b"0" * 10_000 + b"}",
    ],
)
def test_broken_files_are_told_of(path: str, content: bytes) -> None:
    repo = make_repo({path: content})
    for found in manifests(repo):
        assert found.trouble or found.form == "croissant"
        assert not found.trouble or any(found.path in note.says for note in repo.log.notices)


def test_the_schema_agrees_with_the_reader() -> None:
    schema = json.loads(blob("schemas/data-manifest.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(PLAIN)
    for document in ({**PLAIN, "licence": "MIT"}, {**PLAIN, "version": 2}, {**PLAIN, "datasets": []}):
        assert not validator.is_valid(document)
        assert read("data-manifest.yaml", document).trouble
    unshared = {"version": 1, "datasets": [{"name": "Notes", "kind": "unshareable", "description": "letters"}]}
    assert not validator.is_valid(unshared)
    assert read("data-manifest.yaml", unshared).gaps["unshareable-why"] == ("Notes",)


def test_every_property_of_the_schemas_is_described_and_nothing_else_is_allowed() -> None:
    def check(schema: dict[str, Any]) -> None:
        if schema.get("type") == "object":
            assert "additionalProperties" in schema
        for part in schema.get("properties", {}).values():
            assert part.get("description"), part
            check(part)
            check(part.get("items", {}))
        for part in schema.get("$defs", {}).values():
            check(part)

    for name in ("data-manifest", "openness-release"):
        check(json.loads(blob(f"schemas/{name}.schema.json")))
