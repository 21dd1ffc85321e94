"""A thousand repositories, in the figures that the server counts; and scans that are killed, and go on as if nothing
had been."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from openness_gate.org.scan import THREADS
from tests.github_org import GitHubOrg
from tests.organization import organization
from tests.scans import everything, rows

POINTS = 20
DONE = "SELECT r.name FROM scanned s JOIN repositories r ON r.id = s.repository"
LOOKED_AT = "SELECT name FROM repositories WHERE commit_id != ''"
JUDGED = "SELECT id, repository, commit_id, result FROM verdicts ORDER BY id"


class Program:
    """The program as a user starts it, against *api*."""

    def __init__(self, api: GitHubOrg, home: Path) -> None:
        self.api = api
        mine = {
            "GITHUB_API_URL": api.url,
            "GITHUB_TOKEN": "x",
            "CI": "1",
            "HOME": str(home),
            "PATH": os.environ["PATH"],
        }
        self.environment = mine | {"XDG_CACHE_HOME": str(home / "cache"), "XDG_STATE_HOME": str(home / "state")}

    def start(self, out: Path, policy: str = "osaid-1.0") -> subprocess.Popen[str]:
        command = (
            sys.executable,
            "-m",
            "openness_gate",
            "org",
            "scan",
            "gh:acme",
            "--policy",
            policy,
            "--out",
            str(out),
        )
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=self.environment, stdout=pipe, stderr=pipe, text=True)

    def scan(self, out: Path, policy: str = "osaid-1.0") -> str:
        """What it said it does."""
        child = self.start(out, policy)
        _, told = child.communicate(timeout=300)
        assert child.returncode == 1, told
        return told

    def kill(self, out: Path, requests: int, pause: float) -> bool:
        """Kill it once it asked so much, and a moment later; False where it was done by then."""
        child, before = self.start(out), len(self.api.asked)
        while child.poll() is None and len(self.api.asked) - before < requests:
            time.sleep(0.001)
        time.sleep(pause)
        was_running = child.poll() is None
        child.kill()
        child.communicate()
        return was_running


@pytest.fixture
def program(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Program]:
    api = organization(tmp_path / "github", *request.param)
    with api.running():
        yield Program(api, tmp_path / "home")
    assert not api.broken


@pytest.mark.slow
@pytest.mark.parametrize("program", [(1000, 100)], indirect=True)
def test_what_a_thousand_repositories_cost(program: Program, tmp_path: Path) -> None:
    api, out = program.api, tmp_path / "out"
    program.scan(out)
    alone = [path for path in api.paths() if "/blobs/" in path]
    assert api.counted["graphql"] <= 60
    assert api.counted["core"] - len(alone) <= 110
    assert all(b"\0" in api.objects.get(path[-40:])[1] for path in alone), "all that is text comes in batches"
    assert len(alone) == len(set(alone)) < 25
    assert len(rows(out, "SELECT * FROM results")) == 1000
    assert max(count for (_, what), count in api.whole.items() if what == "tree") == 1
    releases = [name for name in sorted(api.kept) if "-release-" in name]
    for name in (releases[3], releases[50], next(name for name in api.kept if "-library-" in name)):
        api.push(name, {"NEWS.md": f"{name} is new\n"})
    api.forget()
    program.scan(out)
    assert api.counted.total() <= 12
    api.forget()
    program.scan(out, "recommended")
    assert not api.counted


@pytest.mark.parametrize("program", [(60, 12)], indirect=True)
def test_a_scan_that_is_killed_goes_on(program: Program, tmp_path: Path) -> None:
    program.scan(tmp_path / "undisturbed")
    _killed_and_resumed(program, tmp_path, 2)


@pytest.mark.slow
@pytest.mark.parametrize("program", [(300, 60)], indirect=True)
def test_a_scan_that_is_killed_anywhere_goes_on(program: Program, tmp_path: Path) -> None:
    program.scan(tmp_path / "undisturbed")
    _killed_and_resumed(program, tmp_path, POINTS)


def _killed_and_resumed(program: Program, tmp_path: Path, points: int) -> None:
    """*points* scans, each killed at a moment of its own."""
    api, whole, chance = program.api, len(program.api.asked), Random(8)
    expected, killed = everything(tmp_path / "undisturbed"), 0
    for point in range(points):
        out = tmp_path / f"out{point}"
        api.forget()
        killed += program.kill(out, chance.randrange(1, whole + 1), chance.random() * 0.3)
        there = (out / "scan.db").exists()
        done = {name for (name,) in rows(out, DONE)} if there else set()
        seen = done | ({name for (name,) in rows(out, LOOKED_AT)} if there else set())
        judged = rows(out, JUDGED) if there else []
        first = api.whole.copy()
        told = program.scan(out)
        again = {name for name, _ in api.whole - first}
        assert not done & again, "what was done is not fetched again"
        assert not _twice_in_full(api)
        assert [row for row in rows(out, JUDGED) if row[0] <= len(judged)] == judged
        left = sum("-release-" in name and name not in done for name in api.kept)
        expect = {"looking at": len(api.kept) - len(seen), "judging": left}
        said = "".join(f"{what} github: {count} repositories\n" for what, count in expect.items() if count)
        assert told == said, "nothing is looked at or judged again"
        assert not (any(what == "tree" for _, what in first) and "looking" in told), "all were looked at by then"
        assert everything(out) == expected
    assert killed >= points // 2


@pytest.mark.slow
@pytest.mark.parametrize("program", [(1000, 100)], indirect=True)
def test_one_scan_that_is_killed_again_and_again_ends(program: Program, tmp_path: Path) -> None:
    program.scan(tmp_path / "undisturbed")
    program.api.forget()
    for _ in range(POINTS):
        program.kill(tmp_path / "out", 18, 0.05)
    program.scan(tmp_path / "out")
    assert everything(tmp_path / "out") == everything(tmp_path / "undisturbed")
    trees = sum(count - 1 for (_, what), count in program.api.whole.items() if what == "tree")
    assert trees <= POINTS * THREADS, "only what was on its way is lost"


def _twice_in_full(api: GitHubOrg) -> list[str]:
    """Releases of which all was sent more than once."""
    releases = {name for name, what in api.whole if what == "tree"}
    return [name for name in releases if min(count for (of, _), count in api.whole.items() if of == name) > 1]
