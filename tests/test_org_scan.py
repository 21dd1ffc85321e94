"""`openness-gate org scan` and `org plan` over repositories on this machine: what is found, kept and gone on with."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from openness_gate.model import Repo
from openness_gate.org import scan as scanning
from openness_gate.org.judging import outcome
from openness_gate.org.population import Filter, origins
from openness_gate.org.words import Facts, Member, Outcome, Terms
from openness_gate.origins import local
from tests.git_repos import commit, git, make_git, put
from tests.running import Done, check_json, run

PROJECT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "repos"
POLICY = ("--policy", "osaid-1.0")
Rows = list[tuple[Any, ...]]


def asked(folder: Path, question: str) -> Rows:
    """What the file of a scan says, as anyone may ask it."""
    with closing(sqlite3.connect(folder / "scan.db")) as db:
        return db.execute(question).fetchall()


def results(folder: Path) -> dict[str, str]:
    """By the last part of the name: the result, or what became of it instead."""
    found = asked(folder, "SELECT name, CASE state WHEN 'judged' THEN result ELSE state END FROM results")
    return {name.rpartition("/")[2]: result for name, result in found}


def release(folder: Path, case: str) -> Path:
    shutil.copytree(CASES / case / "repo", folder, symlinks=True)
    return make_git(folder, {"NOTES.txt": folder.name})


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """Five repositories at several depths, and folders that are none."""
    top = tmp_path / "code"
    release(top / "wren", "complete-osaid")
    release(top / "team" / "finch", "gguf-only")
    git(top, "clone", "-q", "--bare", str(top / "team" / "finch"), "robin.git")
    make_git(top / "website", {"README.md": "# Website\n", "index.html": "<p>"})
    make_git(top / "zero")
    (top / "notes").mkdir()
    return top


def scan(code: Path, out: Path, *more: str | Path) -> Done:
    return run("org", "scan", code, *POLICY, "--out", out, *more)


def test_it_finds_what_check_finds(code: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = scan(code, out)
    assert done.code == 1
    assert done.out.splitlines()[0] == "5 repositories, held against osaid-1.0: Open Source AI Definition 1.0"
    paths = {"wren": "wren", "finch": "team/finch", "robin": "robin.git", "website": "website"}
    expected = {name: check_json(code / path, *POLICY)["result"] for name, path in paths.items()}
    assert results(out) == expected | {"zero": "skipped"}
    assert {*expected.values()} == {"pass", "fail", "not-applicable"}
    kept = asked(out, "SELECT f.rule, f.status, f.got FROM findings f JOIN releases l ON l.id = f.release"
                 " JOIN results r ON r.verdict = l.verdict WHERE r.name LIKE '%/wren' ORDER BY f.id")  # fmt: skip
    findings = check_json(code / "wren", *POLICY)["releases"][0]["findings"]
    assert kept == [(one["rule"], one["status"], one["got"]) for one in findings]


def test_every_case_is_judged_as_check_judges_it(tmp_path: Path) -> None:
    """Also one after another in one process, which knows the files that it has read."""
    code = tmp_path / "code"
    cases = [path.parent.name for path in sorted(CASES.glob("*/repo"))]
    for case in cases:
        release(code / case, case)
        release(code / f"{case}-again", case)
    scan(code, tmp_path / "out", "--jobs", "1")
    found = results(tmp_path / "out")
    expected = {case: check_json(code / case, "--ref", "HEAD", *POLICY)["result"] for case in cases}
    assert found == expected | {f"{case}-again": result for case, result in expected.items()}


def test_what_is_known_is_not_judged_again(code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []

    def judge(repo: Repo, member: Member, terms: Terms) -> Outcome:
        judged.append(member.name)
        return outcome(repo, member, terms)

    monkeypatch.setattr(local, "outcome", judge)
    out = tmp_path / "out"
    scan(code, out)
    assert len(judged) == 4
    assert scan(code, out).code == 1
    assert len(judged) == 4
    put(code / "wren", {"LICENSE": "All rights reserved.\n"})
    commit(code / "wren")
    scan(code, out)
    assert judged[4:] == [str(code / "wren")]
    assert results(out)["wren"] == "fail"
    assert asked(out, "SELECT before, after FROM changes") == [("pass", "fail")]
    assert asked(out, "SELECT scan, count FROM totals WHERE result = 'pass'") == [(1, 1), (2, 1)]
    run("org", "scan", code, "--policy", "recommended", "--out", out)
    assert len(judged) == 9  # another policy, another verdict


def test_what_ends_is_judged_anew_on_another_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out = tmp_path / "code", tmp_path / "out"
    release(code / "wren", "waived-and-confirmed")
    release(code / "finch", "gguf-only")
    scan(code, out)
    assert sorted(day != "" for (day,) in asked(out, "SELECT day FROM verdicts")) == [False, True]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_one_that_is_broken_stops_no_other(
    code: Path, tmp_path: Path, jobs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "FEW", 0)
    out, broken = tmp_path / "out", code / "broken"
    make_git(broken, {"README.md": "x"})
    for pack in (broken / ".git" / "objects").iterdir():
        shutil.rmtree(pack)
    done = scan(code, out, "--jobs", jobs)
    assert done.code == 3
    assert results(out)["broken"] == "failed" and results(out)["wren"] == "pass"
    assert f"failed: {broken}: " in done.out


def test_a_scan_that_is_stopped_goes_on(code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, judged = tmp_path / "out", list[str]()

    def stops(repo: Repo, member: Member, terms: Terms) -> Outcome:
        if len(judged) == 2:
            raise KeyboardInterrupt
        judged.append(member.name)
        return outcome(repo, member, terms)

    monkeypatch.setattr(local, "outcome", stops)
    assert scan(code, out, "--jobs", "1").code == 130
    kept = asked(out, "SELECT count(*) FROM scanned")
    assert asked(out, "SELECT ended FROM scans") == [(None,)]
    monkeypatch.setattr(local, "outcome", outcome)
    assert scan(code, out).code == 1
    assert kept == [(2,)]
    assert len(asked(out, "SELECT id FROM scans")) == 1
    again = tmp_path / "again"
    scan(code, again)
    assert results(out) == results(again)


def test_a_scan_that_was_given_up_leaves_nothing(code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, real = tmp_path / "out", local.judge

    def stops(*arguments: Any) -> Any:
        yield next(iter(real(*arguments)))
        raise KeyboardInterrupt

    monkeypatch.setattr(local, "ORIGIN", local.ORIGIN._replace(judge=stops))
    origins.cache_clear()
    assert scan(code, out).code == 130
    monkeypatch.undo()
    origins.cache_clear()
    scan(code, out, "--name", "wren")
    assert [result for _, result in sorted(results(out).items())].count("skipped") == 4
    assert len(asked(out, "SELECT id FROM scans")) == 1


# --- which repositories ----------------------------------------------------------------------------------------------


def test_places_may_stand_in_a_file(code: Path, tmp_path: Path) -> None:
    places = tmp_path / "places.txt"
    places.write_text(f"# ours\n\n{code}/wren  # the best\n{code}/team\n{code}/wren\n")
    assert scan(places, tmp_path / "out").code == 1
    assert sorted(results(tmp_path / "out")) == ["finch", "wren"]


def test_the_line_of_a_place_that_is_none_is_told(tmp_path: Path) -> None:
    places = tmp_path / "places.txt"
    places.write_text("# ours\nwho knows\n")
    done = scan(places, tmp_path / "out")
    assert done.code == 2
    assert done.complaint.startswith(f"{places}:2: who knows: no folder, ")


def test_shards_are_disjoint_and_all(code: Path, tmp_path: Path) -> None:
    found: list[str] = []
    for part in (1, 2, 3):
        scan(code, tmp_path / str(part), "--shard", f"{part}/3")
        found += results(tmp_path / str(part))
    assert sorted(found) == ["finch", "robin", "website", "wren", "zero"]


FACTS = Facts("private", archived=True, language="Python", topics=("Speech",), properties={"team": "a,b"})


@pytest.mark.parametrize(
    ("wanted", "objection"),
    [
        (Filter(), ""),
        (Filter(names=("acme/W*",)), ""),
        (Filter(names=("wren",)), ""),
        (Filter(names=("finch", "wr?n")), ""),
        (Filter(names=("finch",)), "its name is not asked for"),
        (Filter(topics=("speech",)), ""),
        (Filter(topics=("vision",)), "its topics are not asked for"),
        (Filter(languages=("python",)), ""),
        (Filter(languages=("c",)), "its language is not asked for"),
        (Filter(visibilities=("private", "internal")), ""),
        (Filter(visibilities=("public",)), "it is private"),
        (Filter(properties=(("team", "b"),)), ""),
        (Filter(properties=(("team", "c"),)), "its custom properties are not asked for"),
        (Filter(without=("fork",)), ""),
        (Filter(without=("fork", "archived")), "it is left out: archived"),
    ],
)
def test_filters(wanted: Filter, objection: str) -> None:
    assert wanted.objection(Member("gh:acme/wren", "acme/wren", "github", facts=FACTS)) == objection


@pytest.mark.parametrize(
    ("argument", "value", "complaint"),
    [
        ("--shard", "3/2", "--shard 3/2: write I/N, with I from 1 to N"),
        ("--shard", "x", "--shard x: write I/N, with I from 1 to N"),
        ("--property", "team", "--property team: write NAME=VALUE"),
        ("--out", "/dev/null/x", "/dev/null/x: cannot be written: not a directory"),
    ],
)
def test_wrong_use(code: Path, tmp_path: Path, argument: str, value: str, complaint: str) -> None:
    done = scan(code, tmp_path / "out", argument, value)
    assert (done.code, done.complaint) == (2, complaint)


def test_a_folder_without_a_repository_is_told(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    assert scan(tmp_path / "code", tmp_path / "out").complaint == f"{tmp_path}/code: no repository is there"


# --- where it is kept ------------------------------------------------------------------------------------------------


def test_a_file_of_something_else_is_left_alone(code: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "scan.db").write_bytes(b"not a database at all" * 100)
    assert scan(code, out).code == 2
    (out / "scan.db").unlink()
    with closing(sqlite3.connect(out / "scan.db")) as db:
        db.execute("CREATE TABLE theirs (a)")
    assert scan(code, out).complaint == f"{out}/scan.db: a database of something else"
    with closing(sqlite3.connect(out / "scan.db")) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_a_file_of_another_version_is_left_alone(code: Path, tmp_path: Path) -> None:
    scan(code, tmp_path / "out")
    with closing(sqlite3.connect(tmp_path / "out" / "scan.db")) as db:
        db.execute("PRAGMA user_version = 99")
    assert "another version" in scan(code, tmp_path / "out").complaint


STRICT = """\
policy: strict
version: 1
title: Strict
rules:
  research-paper: {at_least: complete}
"""

# --- another policy --------------------------------------------------------------------------------------------------


def test_a_plan_says_who_would_turn_red(code: Path, tmp_path: Path) -> None:
    strict = tmp_path / "strict.yml"
    strict.write_text(STRICT)
    out = tmp_path / "out"
    scan(code, out)
    before = asked(out, "SELECT * FROM scanned"), asked(out, "SELECT id, terms FROM scans")
    done = run("org", "plan", code, "--policy", strict, "--against", "osaid-1.0", "--out", out, "--format", "json")
    assert done.code == 0
    plan = json.loads(done.out)
    (red,) = plan["turn_red"]
    assert (red["name"], red["before"], red["after"]) == (str(code / "wren"), "pass", "fail")
    assert [one["rule"] for one in red["rules"]] == ["research-paper"]
    assert (plan["turn_green"], plan["change_otherwise"], plan["failed"], plan["repositories"]) == ([], [], [], 5)
    assert (asked(out, "SELECT * FROM scanned"), asked(out, "SELECT id, terms FROM scans")) == before


def test_a_plan_in_words(code: Path, tmp_path: Path) -> None:
    done = run("org", "plan", code, "--policy", "osaid-1.0", "--against", "dataset-release")
    assert done.out.splitlines()[0].endswith(
        "would turn red under osaid-1.0, against dataset-release; 0 would turn green"
    )
    name = str(code / "team" / "finch")
    assert any(line.startswith(f"  {name}: ") and line.endswith(" → fail") for line in done.out.splitlines())
    assert "    data-information: needs open" in done.out


# --- who does the work -----------------------------------------------------------------------------------------------


def test_processes_find_what_one_finds(code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan(code, tmp_path / "one", "--jobs", "1")
    monkeypatch.setattr(scanning, "FEW", 0)
    monkeypatch.setattr(local, "ORIGIN", local.ORIGIN._replace(batch=1))
    origins.cache_clear()
    scan(code, tmp_path / "two", "--jobs", "2")
    monkeypatch.undo()
    origins.cache_clear()
    question = "SELECT name, state, result, reason, commit_id FROM results ORDER BY name"
    assert asked(tmp_path / "one", question) == asked(tmp_path / "two", question)
    assert asked(tmp_path / "one", "SELECT rule, status, got FROM findings ORDER BY 1, 2, 3") == asked(
        tmp_path / "two", "SELECT rule, status, got FROM findings ORDER BY 1, 2, 3"
    )


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing can be killed so")
def test_a_scan_that_is_killed_leaves_no_worker_and_goes_on(tmp_path: Path) -> None:
    code, out = tmp_path / "code", tmp_path / "out"
    cases = [path.parent.name for path in sorted(CASES.glob("*/repo"))]
    for n in range(60):
        release(code / f"r{n}", cases[n % len(cases)])
    argv = [
        sys.executable,
        "-B",
        "-m",
        "openness_gate",
        "org",
        "scan",
        str(code),
        *POLICY,
        "--out",
        str(out),
        "--jobs",
        "2",
    ]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    undisturbed = tmp_path / "undisturbed"
    scan(code, undisturbed)
    for _ in range(5):
        with subprocess.Popen(argv, env=environment, start_new_session=True, stderr=subprocess.DEVNULL) as process:
            time.sleep(0.35)
            process.kill()
        deadline = time.monotonic() + 10
        while _alive(process.pid):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert subprocess.run(argv, env=environment, stderr=subprocess.DEVNULL, check=False).returncode in (1, 3)
    assert results(out) == results(undisturbed)
    assert asked(out, "SELECT count(*) FROM verdicts") == asked(undisturbed, "SELECT count(*) FROM verdicts")


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
