"""`openness-gate license`: one entry for each argument, whatever it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from openness_gate.facts.license_text import identify
from openness_gate.model import LicenseClass
from tests.running import run

ROOT = Path(__file__).parents[1]
APACHE = (ROOT / "LICENSE").read_text("utf-8")
MIT = (
    "MIT License\n\nCopyright (c) 2024 Acme Corporation\n\nPermission is hereby granted, free of charge, to any person "
    'obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software '
    "without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, "
    "sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, "
    "subject to the following conditions:\n\nThe above copyright notice and this permission notice shall be included "
    'in all copies or substantial portions of the Software.\n\nTHE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF '
    "ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A "
    "PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY "
    "CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR "
    "IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.\n"
)
OWN = (
    "Acme Model Terms\n\n1. Grant\nYou may use and share the Model.\n\n2. Limits\n2.1 You may use the Model for "
    "non-commercial research purposes only.\n2.2 If you have more than 700 million monthly active users, you must "
    "ask us for another license.\n"
)
RESTRICTIONS: list[dict[str, str]] = json.loads((ROOT / "tests/texts/restrictions.json").read_text("utf-8"))


def entries(*files: Path | str, code: int = 0) -> list[dict[str, Any]]:
    done = run("license", "--format", "json", *files)
    assert (done.code, done.err) == (code, "")
    found: list[dict[str, Any]] = json.loads(done.out)
    assert [one["file"] for one in found] == [str(file) for file in files]
    return found


def entry(tmp_path: Path, content: str | bytes, code: int = 0, name: str = "LICENSE") -> dict[str, Any]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return entries(path, code=code)[0]


def test_a_known_text(tmp_path: Path) -> None:
    found = entry(tmp_path, MIT)
    assert (found["expression"], found["class"], found["recognised_by"]) == ("MIT", "open-source", "text")
    assert found["clauses"] == []


def test_terms_of_ones_own(tmp_path: Path) -> None:
    found = entry(tmp_path, OWN)
    assert (found["expression"], found["class"], found["recognised_by"]) == (
        "LicenseRef-unknown",
        "restricted",
        "clauses",
    )
    clauses = {one["id"]: one for one in found["clauses"]}
    assert {"non_commercial", "research_only", "user_threshold"} <= set(clauses)
    assert (clauses["non_commercial"]["line"], clauses["non_commercial"]["section"]) == (7, "2.1")
    assert (clauses["user_threshold"]["line"], clauses["user_threshold"]["section"]) == (8, "2.2")
    assert all(one["blocking"] and len(one["quote"].split()) <= 25 for one in clauses.values())
    assert "monthly active users" in clauses["user_threshold"]["quote"]
    assert len(found["sha256"]) == 64


def test_what_was_added_is_told_with_its_line(tmp_path: Path) -> None:
    found = entry(tmp_path, MIT + "\nNot to be used in weapons.\n")
    assert (found["class"], found["expression"]) == ("modified", "LicenseRef-modified-MIT")
    assert "line 11" in found["note"] and "Not to be used in weapons" in found["note"]


def test_one_entry_for_each_argument_in_order(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(MIT, "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling").symlink_to("nowhere")
    found = entries(tmp_path / "folder", tmp_path / "a", tmp_path / "dangling", "not there", code=3)
    assert [one["class"] for one in found] == ["unknown", "open-source", "unknown", "unknown"]
    assert all("cannot be read" in one["note"] for one in found if one["class"] == "unknown")


def test_text_for_people(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text(OWN, "utf-8")
    out = run("license", tmp_path / "LICENSE").out
    assert "LicenseRef-unknown (restricted)" in out
    assert "user_threshold" in out and "line 8 section 2.2" in out


def test_wrong_use_goes_through_the_parser() -> None:
    assert run("license").code == 2
    assert run("license", "x", "--format", "xml").code == 2
    assert run("license", "--help").code == 0


@pytest.mark.parametrize(
    ("content", "cls"),
    [
        (b"", "unknown"), (b" \n\t\n" * 50, "unknown"), (bytes(range(256)) * 999, "unknown"),
        (MIT.encode("utf-16"), "open-source"), (MIT.replace("(c)", "\xa9").encode("latin-1"), "open-source"),
        (MIT.replace("\n", "\r\n").encode(), "open-source"), (b"%PDF-1.7 ...", "unknown"),
        (b"<!DOCTYPE html><html><body>" + MIT.encode() + b"</body></html>", "modified"),
        (b"\0" * 100_000, "unknown"), (b"a" * 1_000_000, "unknown"), (b"(" * 1_000_000, "unknown"),
        (b"copyright (c) " * 70_000, "unknown"), (b"Copyright (c) 2020 Acme\n" * 40_000, "unknown"),
        (b"you may not use " * 60_000, "unknown"), (b"- " * 500_000, "unknown"), (b". . . " * 170_000, "unknown"),
        ("不得" .encode() * 170_000, "unknown"), (MIT.encode() * 900, "unknown"),
        (b"Permission is hereby granted, free of charge, " * 20_000, "unknown"),
    ],
)  # fmt: skip
def test_whatever_it_is_gets_a_class_in_time(content: bytes, cls: str, tmp_path: Path) -> None:
    begin = time.process_time()
    assert entry(tmp_path, content)["class"] == cls
    assert time.process_time() - begin < 2  # a second, with room for a slow machine


def test_a_file_of_50_megabytes_is_read_in_part(tmp_path: Path) -> None:
    found = entry(tmp_path, MIT.encode() * 50_000, code=3)
    assert found["class"] == "unknown" and "1 MiB" in found["note"]


@pytest.mark.parametrize("restriction", RESTRICTIONS, ids=lambda r: str(r["text"])[:40])
def test_no_added_restriction_leaves_a_text_open(restriction: dict[str, str]) -> None:
    """Some 400 sentences, lines of holders and titles by somebody who did not know the rules, around and inside it."""
    said, holder = restriction["text"], "Copyright (c) 2024 Acme Corporation"
    first, rest = MIT.split("\n\n", 1)
    for text in (
        f"{said}\n\n{MIT}", f"{MIT}\n{said}\n", f"{MIT.rstrip()} {said}\n", f"{first}\n\n{said}\n\n{rest}",
        MIT.replace(holder, said), MIT.replace(holder, f"{holder}\n{said}"), MIT.replace(holder, f"{holder} {said}"),
        MIT.replace("Software without", f"Software. {said} Without"),
    ):  # fmt: skip
        assert not identify(text, "LICENSE").cls.open, text[:200]


@pytest.mark.parametrize(
    "holder",
    [
        "Copyright (c) 2013-2024 The Foo Authors. All rights reserved.", "Copyright 2020 J. van der Berg <j@b.io>",
        "© 2019 Acme GmbH & Co. KG", "Copyright (c) 2014 nickname", "Copyright (c) Acme Labs, Inc. and affiliates.",
        "Copyright (c) 2020 Beijing Academy of Artificial Intelligence", "Copyright (c) 2022 主家科技有限公司",
        "Copyright (c) 2021 山田太郎", "Copyright (c) 2021 the foo contributors",
        "Copyright (c) 2023 Acme, and contributors",
        "Copyright [yyyy] [name of copyright owner]", "Copyright (C) 2001-2006 Université de Nantes",
    ],
)  # fmt: skip
def test_names_of_holders_say_nothing(holder: str) -> None:
    text = MIT.replace("Copyright (c) 2024 Acme Corporation", holder)
    assert identify(text, "LICENSE").expression == "MIT"


def test_a_text_that_several_licenses_share_counts_as_the_strictest() -> None:
    from openness_gate.facts.license_name import by_name, by_text

    assert by_name("GFDL-1.3-only", None).cls is LicenseClass.OPEN_CONTENT
    assert by_name("CC BY", None).cls is LicenseClass.UNKNOWN  # versions 1.0 to 2.5 are not on the list
    shared = by_text("GFDL-1.3-only", "COPYING")
    assert shared.cls is LicenseClass.NOT_APPROVED
    assert "very same text" in shared.note


def test_a_known_license_imports_no_engine(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text(MIT, "utf-8")
    show = "import sys; from openness_gate.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", show, "license", str(tmp_path / "LICENSE")],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    modules = set(done.stderr.split())
    assert modules.isdisjoint(
        {"argparse", "yaml", "openness_gate.facts.license_text", "openness_gate.facts.license_clauses"}
    )
