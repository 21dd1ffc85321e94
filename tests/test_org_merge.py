"""Shards that are merged are one scan; what does not belong together is refused."""

from __future__ import annotations

import re
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from openness_gate.org import scan as scanning
from tests.git_repos import commit, make_git, put
from tests.running import Done, run

PARTS = 3
PROJECT = Path(__file__).resolve().parents[1]
POLICY = "policy: ours\nversion: 1\ntitle: t\nrules:\n  model-card: {at_least: mentioned}\n"
TABLES = {
    "results": "SELECT name, target, commit_id, state, result, reason, facts FROM results ORDER BY 1",
    "reports": "SELECT r.name, v.report FROM results r JOIN verdicts v ON v.id = r.verdict ORDER BY 1",
    "scans": "SELECT ended IS NOT NULL, day, targets, terms, policy, requests FROM scans ORDER BY id",
    "totals": "SELECT scan - (SELECT MIN(id) FROM scans), result, count FROM totals ORDER BY 1, 2",
    "changes": "SELECT c.scan - (SELECT MIN(id) FROM scans), r.name, c.before, c.after FROM changes c"
    " JOIN repositories r ON r.id = c.repository ORDER BY 1, 2",
    "scanned": "SELECT s.scan - (SELECT MIN(id) FROM scans), r.name, s.state, v.commit_id, v.result, s.reason"
    " FROM scanned s JOIN repositories r ON r.id = s.repository LEFT JOIN verdicts v ON v.id = s.verdict ORDER BY 1, 2",
    "findings": "SELECT r.name, l.path, l.name, l.kind, f.rule, f.status, f.openness, f.got FROM results r"
    " JOIN releases l ON l.verdict = r.verdict JOIN findings f ON f.release = l.id ORDER BY 1, 2, 5",
    "components": "SELECT r.name, l.path, c.component, c.completeness, c.access, c.license FROM results r"
    " JOIN releases l ON l.verdict = r.verdict JOIN components c ON c.release = l.id ORDER BY 1, 2, 3",
    "left": "SELECT (SELECT count(*) FROM verdicts), (SELECT count(*) FROM releases), (SELECT count(*) FROM findings)",
}


@pytest.fixture
def population(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twelve repositories, and scans that begin a minute apart."""
    for n in range(12):
        files: dict[str, str | bytes] = {"README.md": f"# Wren {n}\n\nA language model that names birds.\n"}
        make_git(tmp_path / "all" / f"wren{n:02}", files | ({"model.safetensors": b"x"} if n % 2 else {"a.py": "1\n"}))
    make_git(tmp_path / "all" / "empty")
    (tmp_path / "p.yaml").write_text(POLICY)
    minutes = count()
    monkeypatch.setattr(scanning, "_now", lambda: f"2026-01-02T00:{next(minutes):02}:00Z")
    return tmp_path


def scan(at: Path, *more: str, out: str) -> None:
    done = run("org", "scan", at / "all", "--policy", at / "p.yaml", "--out", at / out, "--jobs", "1", *more)
    assert done.code in (0, 1, 3), done


def shards(at: Path) -> list[Path]:
    for part in range(1, PARTS + 1):
        scan(at, "--shard", f"{part}/{PARTS}", out=f"shard{part}")
    return [at / f"shard{part}" for part in range(1, PARTS + 1)]


def merged(at: Path, *folders: Path, out: str = "merged") -> Done:
    return run("org", "merge", *folders, "--out", at / out)


def rows(folder: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(folder / "scan.db")) as db, db:
        found = {name: db.execute(question).fetchall() for name, question in TABLES.items()}
    found["reports"] = [(name, report and zlib.decompress(report)) for name, report in found["reports"]]
    return found


def refused(done: Done) -> str:
    assert done.code == 2
    return done.complaint


def test_shards_are_one_scan(population: Path) -> None:
    scan(population, out="whole")
    folders = shards(population)
    done = merged(population, *folders)
    assert (done.code, done.err) == (0, "")
    assert rows(population / "merged") == rows(population / "whole")
    assert len(rows(population / "merged")["results"]) == 13
    assert all(0 < len(rows(folder)["results"]) < 13 for folder in folders)
    before = (population / "merged" / "scan.db").read_bytes()
    assert "already" in merged(population, *folders).out
    assert (population / "merged" / "scan.db").read_bytes() == before


@pytest.mark.parametrize("at_once", [False, True])
def test_the_history_goes_on(population: Path, at_once: bool) -> None:
    for n in range(4):
        scan(population, out="whole")
        folders = shards(population)
        if not at_once or n == 3:
            assert merged(population, *folders).code == 0
        put(population / "all" / f"wren{n:02}", {"README.md": "# x\n", "train.py": "import torch\n"})
        commit(population / "all" / f"wren{n:02}")
        if n == 1:
            (population / "all" / "wren11").rename(population / "all" / "robin")
    assert rows(population / "merged") == rows(population / "whole")
    assert {len(of) for name, of in rows(population / "whole").items() if name == "scans"} == {4}
    assert rows(population / "whole")["changes"]


def test_an_undivided_scan_goes_on_where_shards_were_merged(population: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(population / "all" / "empty")
    merged(population, *shards(population))
    monkeypatch.setattr(scanning.Scan, "_judge_one", None)  # nothing is left to judge
    scan(population, out="merged")
    assert not rows(population / "merged")["changes"]


@pytest.fixture
def of_day(population: Path) -> Iterator[Path]:
    shards(population)
    yield population


def change(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "scan.db")) as db, db:
        db.execute(statement, values)


def test_what_does_not_belong_together(of_day: Path) -> None:
    folders = [of_day / f"shard{n}" for n in range(1, PARTS + 1)]
    nothing = merged(of_day, *folders[:2])
    assert refused(nothing) == "shard 3/3 is missing"
    assert refused(merged(of_day, *folders, of_day)).endswith("no scan is there")
    scan(of_day, "--shard", "3/4", out="of4")
    assert "is one of 4 shards" in refused(merged(of_day, *folders, of_day / "of4"))
    scan(of_day, "--shard", "3/3", "--name", "wren*", out="named")
    assert "other repositories were asked for" in refused(merged(of_day, *folders[:2], of_day / "named"))
    scan(of_day, "--shard", "3/3", "--fail-on", "never", out="never")
    assert "another policy or program" in refused(merged(of_day, *folders[:2], of_day / "never"))
    assert "into itself" in refused(merged(of_day, *folders, out="shard1"))
    assert not (of_day / "merged" / "scan.db").exists()


def test_a_shard_that_has_not_ended_or_is_of_another_day(of_day: Path) -> None:
    folders = [of_day / f"shard{n}" for n in range(1, PARTS + 1)]
    change(folders[1], "UPDATE scans SET day = '2026-01-01'")
    assert "judged on another day" in refused(merged(of_day, *folders))
    change(folders[1], "UPDATE scans SET ended = NULL")
    assert "has not ended" in refused(merged(of_day, *folders))
    change(folders[1], "UPDATE scans SET ended = '', targets = '[]'")
    assert "of no shard" in refused(merged(of_day, *folders))


def test_shards_that_overlap_agree_or_are_refused(of_day: Path) -> None:
    scan(of_day, out="whole")
    scan(of_day, "--shard", "3/3", out="again")
    folders = [of_day / f"shard{n}" for n in (1, 2, 3)]
    assert merged(of_day, *folders, of_day / "again").code == 0
    assert rows(of_day / "merged") == rows(of_day / "whole")
    change(of_day / "again", "UPDATE verdicts SET result = 'pass' || result")
    assert "found something else in" in refused(merged(of_day, *folders, of_day / "again", out="other"))
    with closing(sqlite3.connect(of_day / "other" / "scan.db")) as db, db:
        assert db.execute("SELECT (SELECT count(*) FROM scans), (SELECT count(*) FROM scanned)").fetchone() == (0, 0)
    assert merged(of_day, *folders, out="other").code == 0
    assert rows(of_day / "other") == rows(of_day / "whole")


# --- what is documented ---------------------------------------------------------------------------------------------

PAGES = [PROJECT / "docs" / "org.md", PROJECT / "docs" / "workflows" / "org-scan.yml"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_are_documented_are_there(page: Path) -> None:
    commands = re.findall(r"openness-gate org (\S+) ([^`\n]*)", page.read_text("utf-8"))
    assert commands
    for action, rest in commands:
        known = run("org", action, "--help").out
        assert "usage: " in known, action
        assert [option for option in re.findall(r"--[a-z-]+", rest) if option not in known] == []
