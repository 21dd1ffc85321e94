"""A call imports what it needs: a hook runs at every commit, and pays for every module each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import openness_gate
from tests.git_repos import put
from tests.test_bad_input import MODEL

PROJECT = Path(openness_gate.__file__).parent.parent
HEAVY = {
    "requests",
    "git",
    "jsonschema",
    "rich",
    "termcolor",
    "dask",
    "jinja2",
    "babel",
    "urllib.request",
    "http.client",
}
SHOW = (
    "import sys; from openness_gate.cli import main; code = main(sys.argv[1:]); "
    "print(*sorted(sys.modules), file=sys.stderr); sys.exit(code)"
)


def imported(*argv: str | Path, code: int = 0) -> set[str]:
    """The modules that a call of the program imports, beside what Python itself does."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [sys.executable, "-B", "-S", "-c", f"import sys; sys.path += {sys.path!r}; {SHOW}", *map(str, argv)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return set(done.stderr.split())


def test_version_imports_next_to_nothing() -> None:
    modules = imported("--version")
    assert modules.isdisjoint({"argparse", "yaml", "dataclasses", "json", "pathlib", "importlib.metadata"})
    assert {name for name in modules if name.startswith("openness_gate")} == {"openness_gate", "openness_gate.cli"}


def test_check_of_a_folder(tmp_path: Path) -> None:
    put(tmp_path, MODEL)
    modules = imported("check", tmp_path, code=1)
    assert modules.isdisjoint(HEAVY | {"subprocess", "importlib.metadata", "tomllib", "inspect", "dataclasses"})
    assert not {name for name in modules if name.startswith("openness_gate.commands.")} - {
        "openness_gate.commands.check"
    }
    assert "openness_gate.reporters.json" not in modules


def test_check_with_json(tmp_path: Path) -> None:
    put(tmp_path, MODEL)
    modules = imported("check", tmp_path, "--format", "json", code=1)
    assert modules.isdisjoint(HEAVY)
    assert "openness_gate.reporters.text" not in modules


def test_explain() -> None:
    assert imported("explain", "training-code").isdisjoint(HEAVY | {"subprocess"})


def test_validating_a_policy_imports_what_validates(tmp_path: Path) -> None:
    put(tmp_path, {"p.yaml": "policy: p\nversion: 1\ntitle: P\nrules:\n  model-card: {at_least: linked}\n"})
    assert "jsonschema" in imported("policy", "validate", tmp_path / "p.yaml")


def test_shipped_policies_are_not_validated_again() -> None:
    assert imported("policy", "list").isdisjoint(HEAVY)


def test_nothing_is_imported_from_where_it_runs(tmp_path: Path) -> None:
    """A repository under test cannot put code into the job by the names of its files."""
    for name in ("yaml", "argparse", "json", "datetime", "termcolor", "openness_gate", "sitecustomize"):
        put(tmp_path, {f"{name}.py": "raise SystemExit('pwned')\n"})
    done = subprocess.run(
        [sys.executable, "-B", "-I", "-c", f"import sys; sys.path += {[str(PROJECT), *sys.path]!r}; {SHOW}", "check"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "pwned" not in done.stdout + done.stderr
