"""What a user installs: the wheel, the source archive and the checkout, each used from elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

import openness_gate
from openness_gate import registry

ROOT = Path(__file__).resolve().parents[1]
LEFT = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "dist", "build", "*.egg-info")
DATA = [
    f"openness_gate/data/{path.relative_to(ROOT / 'openness_gate' / 'data').as_posix()}"
    for path in (ROOT / "openness_gate" / "data").rglob("*")
    if path.suffix in (".json", ".bin", ".sql", ".html", ".css", ".js")
]


def test_the_metadata() -> None:
    found = distribution("openness-gate")
    assert found.version == openness_gate.__version__
    assert found.metadata["License-Expression"] == "Apache-2.0"
    assert found.metadata["Requires-Python"] == ">=3.10"
    (script,) = found.entry_points.select(group="console_scripts")
    assert (script.name, script.value) == ("openness-gate", "openness_gate.cli:run")
    assert script.load().__module__ == "openness_gate.cli"


def run(*command: str | Path, cwd: Path) -> str:
    env = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    env |= {"PYTHONIOENCODING": "utf-8", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    said = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, capture_output=True, encoding="utf-8", errors="replace"
    )
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout


def environment(folder: Path) -> Path:
    """The Python of a new virtual environment in *folder*."""
    venv.create(folder, with_pip=True)
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(ROOT, tmp_path_factory.mktemp("checkout") / "copy", symlinks=True, ignore=LEFT))


@pytest.fixture(scope="module")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive that it was built from."""
    folder = tmp_path_factory.mktemp("built")
    python = environment(folder / "venv")
    run(python, "-m", "pip", "install", "-q", "build", cwd=folder)
    run(python, "-m", "build", "-o", folder / "dist", checkout, cwd=folder)  # the wheel from the unpacked archive
    return folder / "dist"


@pytest.mark.slow
def test_what_the_wheel_holds(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    policies = {f"openness_gate/policies/{name}.yaml" for name in registry.policies()}
    assert {*policies, *DATA, "openness_gate/py.typed"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0] for name in names} == {"openness_gate", f"{wheel.name.split('-py3')[0]}.dist-info"}


@pytest.mark.slow
def test_what_the_source_archive_holds(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    assert {"LICENSE", "README.md", "policies/osaid-1.0.yaml", "docs/examples/open-release/MOF.yml"} <= names
    assert {"tests/test_distribution.py", *DATA} <= names
    assert not any(".venv" in name or "_cache" in name for name in names)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["wheel", "checkout"])
def test_it_works_from_elsewhere(what: str, built: Path, checkout: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "venv")
    run(python, "-m", "pip", "install", "-q", next(built.glob("*.whl")) if what == "wheel" else checkout, cwd=tmp_path)
    gate = python.with_name("openness-gate" + python.suffix)
    assert run(gate, "--version", cwd=tmp_path).split() == ["openness-gate", openness_gate.__version__]
    listed = run(gate, "policy", "list", cwd=tmp_path)
    assert [line.split()[0] for line in listed.splitlines()] == list(registry.policies())
    example = checkout / "docs" / "examples" / "open-release"
    for policy in ("recommended", "osaid-1.0", "mof-1.0", "open-weights"):
        assert "no contradiction found" in run(gate, "check", example, "--policy", policy, cwd=tmp_path)
    assert "Why it matters" in run(gate, "explain", "training-code", cwd=tmp_path)
    (tmp_path / "policy.yaml").write_text(
        "policy: a\nversion: 1\ntitle: A\nrules: {model-card: {at_least: described}}\n"
    )
    assert "is valid" in run(gate, "policy", "validate", "policy.yaml", cwd=tmp_path)
    assert run(python, "-I", "-m", "openness_gate", "--version", cwd=tmp_path)
