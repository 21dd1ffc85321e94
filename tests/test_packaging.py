"""What a release needs, and the license of its package."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import yaml

from openness_gate.facts.packaging import DependencyFile, dependencies, package_license
from openness_gate.model import Place
from tests.helpers import make_repo
from tests.test_manifest import mutations

SHA = "0123456789abcdef0123456789abcdef01234567"
PYPROJECT = """[build-system]
requires = ["hatchling"]
[project]
name = "ours"
license = "Apache-2.0"
dependencies = ["Torch==2.1.0", "numpy>=1.2", "x[y] == 1.*"]
[project.optional-dependencies]
dev = ["PyTest~=8.0"]
[dependency-groups]
more = ["a_b", {include-group = "dev"}]
"""
POETRY = """[tool.poetry]
license = "MIT"
[tool.poetry.dependencies]
python = "^3.10"
torch = "2.1.0"
numpy = "^1.2"
c = {git = "https://code.test/c", rev = "1234"}
[tool.poetry.group.dev.dependencies]
pytest = "*"
"""
SETUP_CFG = """[metadata]
license = MIT
[options]
install_requires =
    torch==2.1.0
    numpy
[options.extras_require]
dev = pytest
"""
SETUP_PY = """
from setuptools import setup
NEEDS = ["torch==2.1.0", "numpy"]
if __name__ == "__main__":
    setup(name="ours", license="MIT", install_requires=NEEDS, packages=find())
"""
CONDA: dict[str, Any] = {
    "name": "ours",
    "channels": ["conda-forge"],
    "dependencies": ["python=3.10", "nvidia::cuda", "scipy=1.*", {"pip": ["torch==2.1.0", "-r more.txt"]}],
}
PIPFILE_LOCK: dict[str, Any] = {"default": {"torch": {"version": "==2.1.0"}}, "develop": {"pytest": {}}}


def read(path: str, text: str | bytes) -> DependencyFile:
    (found,) = dependencies(make_repo({path: text}))
    return found


@pytest.mark.parametrize(
    ("path", "text", "names", "pinned", "total"),
    [
        ("requirements.txt", f"# the\nTorch==2.1\nnumpy>=1 # x\n-r b.txt\n\na @ git+https://c.test/a@{SHA}\n",
         "a numpy torch", 2, 3),
        ("requirements/dev.txt", "git+https://c.test/Some.Thing.git\nx==1 \\\n  --hash=sha256:1\n",
         "some-thing x", 1, 2),
        ("requirements-dev.txt", "a; python_version<'3'\nb==1.*\n-e .\nhttps://c.test/x#egg=Y_z\n", "a b y-z", 0, 3),
        ("requirements.txt", "the system must be fast\nand good\n", "", 0, 0),
        ("pyproject.toml", PYPROJECT, "torch numpy x pytest a-b", 1, 5),
        ("pyproject.toml", POETRY, "torch numpy c pytest", 2, 4),
        ("Pipfile", "[packages]\ntorch = '==2.1'\nx = '*'\n", "torch x", 1, 2),
        ("setup.cfg", SETUP_CFG, "torch numpy pytest", 1, 3),
        ("setup.py", SETUP_PY, "torch numpy", 1, 2),
        ("environment.yml", yaml.safe_dump(CONDA), "python cuda scipy torch", 2, 4),
        ("uv.lock", '[[package]]\nname = "torch"\n[[package]]\nname = "x"\nversion = "1"\n', "torch x", 2, 2),
        ("Pipfile.lock", json.dumps(PIPFILE_LOCK), "torch pytest", 2, 2),
        ("conda-lock.yml", "package:\n- name: torch\n  version: 1\n", "torch", 1, 1),
        ("docker/Dockerfile.gpu",
         "FROM x\nRUN apt install y && pip install -r r.txt \\\n  'torch==2.1' x -i https://p.test\n",
         "torch x", 1, 2),
    ],
)  # fmt: skip
def test_each_form(path: str, text: str, names: str, pinned: int, total: int) -> None:
    found = read(path, text)
    assert (found.names, found.pinned, found.total, found.trouble) == (frozenset(names.split()), pinned, total, "")
    assert found.locked == ("lock" in path)


@pytest.mark.parametrize(
    "path", ["package-lock.json", "Cargo.lock", "requirements.md", "tests/requirements.txt", "a.py"]
)
def test_what_says_nothing_of_python(path: str) -> None:
    assert dependencies(make_repo({path: "a==1"})) == ()


@pytest.mark.parametrize(
    ("files", "license_"),
    [
        ({"pyproject.toml": PYPROJECT}, ("Apache-2.0", Place("pyproject.toml", 5))),
        ({"pyproject.toml": POETRY}, ("MIT", Place("pyproject.toml", 2))),
        ({"setup.cfg": SETUP_CFG, "pyproject.toml": ""}, ("MIT", Place("setup.cfg", 2))),
        ({"setup.py": SETUP_PY}, ("MIT", Place("setup.py", 5))),
        ({"pyproject.toml": '[project]\nlicense = {text = "BSD"}'}, ("BSD", Place("pyproject.toml", 2))),
        ({"pyproject.toml": '[project]\nlicense = {text = "A whole\\ntext"}'}, None),
        ({"pyproject.toml": '[project]\nlicense = {file = "LICENSE"}'}, None),
        ({"pyproject.toml": '[project]\nclassifiers = ["License :: OSI Approved :: MIT License"]'},
         ("MIT License", Place("pyproject.toml", 2))),
        ({"pyproject.toml": '[project]\nclassifiers = ["License :: A", "License :: B"]'}, None),
        ({"setup.py": "setup(license=open('LICENSE').read())"}, None),
        ({"vendored/pyproject.toml": PYPROJECT}, None),
    ],
)  # fmt: skip
def test_the_license_of_the_package(files: dict[str, str], license_: tuple[str, Place] | None) -> None:
    assert package_license(make_repo(files)) == license_


@pytest.mark.parametrize("path", ["environment.yml", "Pipfile.lock", "pyproject.toml"])
def test_wrong_types_break_nothing(path: str) -> None:
    for document in mutations(PIPFILE_LOCK if path == "Pipfile.lock" else CONDA):
        found = read(path, json.dumps(document))
        assert found.total >= found.pinned


@pytest.mark.parametrize(
    "text",
    [
        "[project]\ndependencies = 1\nlicense = 1\n[tool]\npoetry = []",
        "[project]\ndependencies = [1, [], {}]\nlicense = []\noptional-dependencies = 'x'\nclassifiers = 1",
        "[tool.poetry]\ndependencies = []\ngroup = 1\nlicense = {}",
        "[tool.poetry.dependencies]\na = 1\nb = []\nc = {version = 1}\nd = ''",
        "dependency-groups = [[]]",
    ],
)
def test_a_pyproject_of_wrong_types(text: str) -> None:
    assert read("pyproject.toml", text).trouble == ""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[project"),
        ("pyproject.toml", "a = " + "[" * 900),
        ("pyproject.toml", "a." * 100_000 + "b = 1"),
        ("pyproject.toml", "a." * 40_000 + "b = 1"),
        ("pyproject.toml", "a = 1\na = 2"),
        ("pyproject.toml", "x = 1 # " + "y" * (5 << 20)),
        ("setup.py", "def ("),
        ("setup.py", "setup(" + "(" * 10_000),
        ("setup.py", "a" + ".b" * 50_000),
        ("setup.py", "x = " + "-" * 50_000 + "1"),
        ("setup.py", "\0"),
        ("environment.yml", "a: &x [*x]"),
        ("environment.yml", "[" * 10_000),
        ("Pipfile.lock", "[" * 10_000),
    ],
)
def test_broken_and_hostile_files(path: str, text: str) -> None:
    begin = time.monotonic()
    repo = make_repo({path: text})
    (found,) = dependencies(repo)
    assert found.total == 0 and package_license(repo) is None
    assert not found.trouble or found.trouble == repo.log.notices[-1].says
    assert time.monotonic() - begin < 3


def test_many_dots_cost_no_time() -> None:
    begin = time.monotonic()
    read("pyproject.toml", "\n".join("a." * 400 + f"b{n} = 1" for n in range(150)))
    assert time.monotonic() - begin < 8


def test_a_warning_of_the_compiler_is_not_ours() -> None:
    assert read("setup.py", "x = '\\d'\nsetup(install_requires=['a'])").total == 1
