"""SPDX headers, `REUSE.toml` and `LICENSES/`: the license of single files."""

from __future__ import annotations

import pytest

from openness_gate.facts.license_tags import _glob, _matches, tags_of
from tests.helpers import make_repo
from tests.test_license_command import MIT, OWN

HEADER = "# SPDX-License-Identifier: MIT\nprint()\n"


def reuse(path: str, license_: str, precedence: str = "closest") -> str:
    return (
        f'version = 1\n[[annotations]]\npath = "{path}"\nprecedence = "{precedence}"\n'
        f'SPDX-FileCopyrightText = "2024 Acme"\nSPDX-License-Identifier = "{license_}"\n'
    )


def of(files: dict[str, str], path: str) -> list[str]:
    return [license_.expression for license_ in tags_of(make_repo(files), path)]


@pytest.mark.parametrize(
    ("glob", "path", "yes"),
    [
        ("*.py", "a.py", True), ("*.py", "a/b.py", False), ("**/*.py", "a/b.py", True), ("**", "a/b/c", True),
        ("data/**", "data/x/y.txt", True), ("data/*", "data/x/y.txt", False),
        ("a\\\\*", "a*", True), ("a\\\\*", "ab", False),
        ("a*b*c", "aXbYc", True), ("a*b*c", "aXbY", False), ("", "a", False), ("*" * 50 + "x", "a" * 200, False),
        ("a*" * 90 + "b", "a" * 4000, False),
    ],
)  # fmt: skip
def test_globs(glob: str, path: str, yes: bool) -> None:
    assert _matches(_glob(glob.replace("\\\\", "\\")), path) is yes


def test_a_header_is_the_license_of_its_file() -> None:
    assert of({"a.py": HEADER}, "a.py") == ["MIT"]


def test_reuse_speaks_for_files_without_a_header() -> None:
    files = {"REUSE.toml": reuse("**", "CC-BY-NC-4.0"), "a.py": HEADER, "model.safetensors": "x"}
    assert of(files, "model.safetensors") == ["CC-BY-NC-4.0"]
    assert of(files, "a.py") == ["MIT"]


@pytest.mark.parametrize(("precedence", "expected"), [("override", ["CC0-1.0"]), ("aggregate", ["MIT", "CC0-1.0"])])
def test_precedence(precedence: str, expected: list[str]) -> None:
    assert of({"REUSE.toml": reuse("*.py", "CC0-1.0", precedence), "a.py": HEADER}, "a.py") == expected


def test_the_nearest_file_and_the_last_annotation_count() -> None:
    both = reuse("**", "MIT") + reuse("**", "ISC").partition("\n")[2]
    files = {"REUSE.toml": both, "x/REUSE.toml": reuse("*", "CC0-1.0"), "x/a": "", "y": ""}
    assert (of(files, "x/a"), of(files, "y")) == (["CC0-1.0"], ["ISC"])


def test_the_text_of_a_name_must_agree() -> None:
    files = {"REUSE.toml": reuse("*.bin", "LicenseRef-Acme"), "LICENSES/LicenseRef-Acme.txt": OWN, "w.bin": ""}
    assert [license_.cls.value for license_ in tags_of(make_repo(files), "w.bin")] == ["restricted"]
    files = {"a.py": HEADER, "LICENSES/MIT.txt": MIT + "\nNot for schools.\n"}
    assert [license_.cls.value for license_ in tags_of(make_repo(files), "a.py")] == ["modified"]


@pytest.mark.parametrize("text", ["[[annotations", "version = 1\n" + reuse("x" * 300, "MIT")])
def test_what_cannot_be_read_is_told(text: str) -> None:
    repo = make_repo({"REUSE.toml": text, "a": ""})
    tags_of(repo, "a")
    assert list(repo.log.unread) == ["REUSE.toml"]
