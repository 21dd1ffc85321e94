"""CITATION.cff and codemeta.json."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openness_gate.facts.citation import Citation, citations
from openness_gate.model import Place
from tests.helpers import make_repo
from tests.test_manifest import mutations

CFF = """cff-version: 1.2.0
message: cite it
title: Ours
license:
- MIT
- Apache-2.0
identifiers:
- type: url
  value: https://ours.test
- type: doi
  value: 10.5281/zenodo.1
repository-code: https://code.test/ours
preferred-citation:
  type: article
  title: About ours
"""
CODEMETA: dict[str, Any] = {
    "@type": "SoftwareSourceCode",
    "name": "Ours",
    "license": [{"@id": "https://spdx.org/licenses/MIT"}, "https://spdx.org/licenses/Apache-2.0"],
    "codeRepository": "https://code.test/ours",
    "referencePublication": {"name": "About ours"},
}


def read(path: str, text: str) -> Citation:
    (found,) = citations(make_repo({path: text}))
    return found


def test_cff() -> None:
    found = read("CITATION.cff", CFF)
    assert found.license and (found.license.value, found.license.at) == ("MIT OR Apache-2.0", Place("CITATION.cff", 5))
    assert found.title and found.title.value == "Ours"
    assert found.doi and found.doi.value == "10.5281/zenodo.1"
    assert found.repository and found.repository.value == "https://code.test/ours"
    assert found.preferred_type and found.preferred_type.value == "article"
    assert found.preferred_title and found.preferred_title.at.line == 15


def test_codemeta() -> None:
    found = read("codemeta.json", json.dumps(CODEMETA))
    assert found.license and set(found.license.value.split(" OR ")) == {
        "https://spdx.org/licenses/MIT",
        "https://spdx.org/licenses/Apache-2.0",
    }
    assert found.preferred_title and found.preferred_title.value == "About ours"
    single = read("codemeta.json", json.dumps({"license": {"url": "https://spdx.org/licenses/MIT"}}))
    assert single.license and single.license.value == "https://spdx.org/licenses/MIT"


@pytest.mark.parametrize("path", ["CITATION.cff", "codemeta.json"])
def test_wrong_types_break_nothing(path: str) -> None:
    import yaml

    for document in mutations(CODEMETA if path == "codemeta.json" else yaml.safe_load(CFF)):
        for found in citations(make_repo({path: json.dumps(document)})):
            assert found.license is None or found.license.value


@pytest.mark.parametrize(
    "text", ["", "- a", "a: &x 1\nb: *x", "license: MIT\nlicense: GPL-3.0", "{" * 10_000, "%YAML 9"]
)
@pytest.mark.parametrize("path", ["CITATION.cff", "codemeta.json"])
def test_a_broken_file_is_told_of(path: str, text: str) -> None:
    repo = make_repo({path: text})
    (found,) = citations(repo)
    assert found.trouble and found.license is None
    assert found.trouble in repo.log.notices[0].says
