"""Whatever a room can hold is added by one new file, without touching another."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import openness_gate
from openness_gate.registry import names, policies
from tests.git_repos import put
from tests.running import Done, valid

PACKAGE = Path(openness_gate.__file__).parent

COMPONENT = '''"""Bird song

The song that belongs to the model.

Why it matters
    Nobody hums a model without one.

How it is graded
    promised    it is announced
    complete    it is here
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Place, Release, raises


def detect(release: Release) -> Iterator[Evidence]:
    for path in release.repo.paths:
        if path.endswith(".song"):
            yield raises(Completeness.COMPLETE, say("a song"), Place(path, 1))


COMPONENT = Component(
    name="bird-song",
    title="Bird song",
    group=Group.DOCUMENT,
    advice="Sing.",
    detect=detect,
    where="files that end with .song",
)
'''

POLICY = """\
policy: quiet
version: 1
title: A quiet release
source: https://example.org/quiet
rules:
  model-card: {at_least: promised, severity: warning}
"""

REPORTER = '''"""One word for each report."""

from __future__ import annotations

from collections.abc import Sequence

from openness_gate.report import Report, Reporter, Style


def render(reports: Sequence[Report], style: Style) -> str:
    return "".join(f"<{report.result.value}>" for report in reports)


REPORTER = Reporter("one-word", "the result and nothing else", render)
'''

SOURCE = '''"""A zip file."""

from __future__ import annotations

from zipfile import ZipFile, is_zipfile

from openness_gate.model import Repo, Request, Source


def open_zip(request: Request) -> Repo:
    with ZipFile(request.target) as archive:
        content = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    return Repo(
        request.target,
        tuple(sorted(content)),
        lambda path, limit: content[path][:limit],
        lambda path: len(content[path]),
    )


SOURCE = Source("zip-file", "a zip file", lambda request: is_zipfile(request.target), open_zip, rank=5)
'''

COMMAND = '''"""Says how many things a room holds."""

from __future__ import annotations

import argparse
from datetime import date

from openness_gate import registry
from openness_gate.model import Command


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("room")


def run(args: argparse.Namespace, today: date) -> int:
    print(len(registry.names(args.room)), today.year > 2000)
    return 0


COMMAND = Command("how-many", "say how many things a room holds", arguments, run)
'''


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A copy of the program, as it is installed."""
    copy = tmp_path / "program"
    shutil.copytree(PACKAGE, copy / "openness_gate", ignore=shutil.ignore_patterns("__pycache__"))
    inside = copy / "openness_gate" / "policies"
    inside.mkdir(exist_ok=True)
    for path in policies().values():
        shutil.copy(path, inside)
    put(
        tmp_path / "release", {"README.md": "# Wren\n\nA model.\n", "MODEL_CARD.md": "# Wren\n", "wren.song": "tweet\n"}
    )
    return copy


def run(program: Path, *argv: str | Path) -> Done:
    done = subprocess.run(
        [sys.executable, "-B", "-m", "openness_gate", *map(str, argv)],
        cwd=program.parent,
        env={**os.environ, "PYTHONPATH": str(program), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_a_component(program: Path) -> None:
    put(program / "openness_gate" / "components", {"bird_song.py": COMPONENT})
    assert "bird-song" in run(program, "explain").out
    about = run(program, "explain", "bird-song").out
    assert "Nobody hums a model without one." in about
    assert "Sing." in about
    report = valid(run(program, "check", "release", "--format", "json").out)
    found = report["releases"][0]["components"]["bird-song"]
    assert (found["completeness"], found["evidence"][0]["path"]) == ("complete", "wren.song")
    policy = "policy: song\nversion: 1\ntitle: Song\nrules:\n  bird-song: {at_least: complete}\n"
    put(program.parent, {"song.yaml": policy})
    assert run(program, "check", "release", "--policy", "song.yaml").code == 0


def test_a_policy(program: Path) -> None:
    put(program / "openness_gate" / "policies", {"quiet.yaml": POLICY})
    assert re.search(r"^quiet +A quiet release$", run(program, "policy", "list").out, re.MULTILINE)
    assert "A quiet release" in run(program, "explain", "quiet").out
    assert "quiet" in run(program, "explain", "model-card").out
    report = valid(run(program, "check", "release", "--policy", "quiet", "--format", "json").out)
    assert (report["policy"]["id"], report["policy"]["from"], report["result"]) == ("quiet", "built-in", "pass")


def test_a_reporter(program: Path) -> None:
    put(program / "openness_gate" / "reporters", {"one_word.py": REPORTER})
    assert "one-word" in run(program, "check", "--help").out
    assert run(program, "check", "release", "release", "--policy", "open-weights", "--format", "one-word") == Done(
        1, "<fail><fail>", ""
    )


def test_a_source(program: Path) -> None:
    put(program / "openness_gate" / "sources", {"zip_file.py": SOURCE})
    shutil.make_archive(str(program.parent / "packed"), "zip", program.parent / "release")
    packed = valid(run(program, "check", "packed.zip", "--format", "json").out)
    folder = valid(run(program, "check", "release", "--format", "json").out)
    assert packed["target"]["label"] == "packed.zip"
    assert packed["releases"] == folder["releases"]


def test_a_command(program: Path) -> None:
    put(program / "openness_gate" / "commands", {"how_many.py": COMMAND})
    assert "say how many things a room holds" in run(program, "--help").out
    assert run(program, "how-many", "commands").out == f"{len(names('commands')) + 1} True\n"


@pytest.mark.parametrize("call", [["--version"], ["policy", "list"], ["check", "release", "--format", "json"]])
def test_the_copy_is_the_program(call: list[str], program: Path) -> None:
    """What the tests above show would show nothing if another program ran."""
    done = run(program, *call)
    assert done.err == ""
    assert done.out
    where = "import json, openness_gate; print(json.dumps(openness_gate.__file__))"
    environment = {**os.environ, "PYTHONPATH": str(program)}
    shown = subprocess.run(
        [sys.executable, "-B", "-c", where], cwd=program.parent, env=environment, capture_output=True, check=True
    )
    assert json.loads(shown.stdout).startswith(str(program))
