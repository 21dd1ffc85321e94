"""Scans that a test makes up: stores filled with real reports of `check`, and with variants of these."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from openness_gate import policy_sources
from openness_gate.org.store import Store
from openness_gate.org.words import Facts, Member, Outcome, State, Terms
from tests.running import check_json

REPOS = Path(__file__).parent / "repos"
TODAY = date(2026, 11, 24)
POLICY = "osaid-1.0"
CASES = ("adapter", "complete", "gated-by-a-form", "gguf-only", "links", "missing-shard", "promised-training-code",
         "restrictive-model-license", "training-code-only", "waived-and-confirmed", "monorepo-folders")  # fmt: skip
WORDS = ("wren", "finch", "robin", "heron", "swift", "plover", "avocet", "dunlin", "siskin", "linnet", "curlew")


@cache
def report(case: str) -> Mapping[str, Any]:
    """What `check` says of one of the repositories that the tests have."""
    return check_json(REPOS / case / "repo", "--policy", POLICY)


def member(name: str, content: object = "") -> Member:
    commit = hashlib.sha1(f"{name} {json.dumps(content)}".encode()).hexdigest()
    return Member(f"gh:acme/{name}", f"acme/{name}", "github", name, commit[:7], commit, Facts("public"))


def judged(name: str, found: Mapping[str, Any]) -> Outcome:
    return Outcome(member(name, found), State.JUDGED, found["result"], "", found)


def no_release(name: str) -> Outcome:
    return Outcome(member(name), State.JUDGED, "not-applicable", "no release of a model: none")


def skipped(name: str, why: str = "archived") -> Outcome:
    return Outcome(member(name), State.SKIPPED, reason=why)


def failed(name: str, why: str = "blocked for legal reasons") -> Outcome:
    return Outcome(member(name), State.FAILED, reason=why)


def scan(folder: Path, outcomes: Iterable[Outcome], day: date = TODAY, ends: bool = True) -> Path:
    """One more scan in *folder*, that found *outcomes* on *day*."""
    store, terms = Store(str(folder)), Terms(policy_sources.policy(POLICY), day)
    store.begin(["gh:acme", {"archived": False}], terms, f"{day}T03:00:00Z")
    store.keep(outcomes, terms)
    if ends:
        store.end(f"{day}T03:12:40Z", 55)
    store.close()
    return folder


def small(folder: Path) -> Path:
    """Two scans of a few repositories: all kinds of outcomes, changes, a waiver that ends soon, a confirmation."""
    others = [no_release("notes"), skipped("old"), failed("blocked")]
    scan(folder, [*(judged(name, report("complete")) for name in CASES), *others[:2]], TODAY - timedelta(7))
    found = {name: report(name) for name in CASES}
    return scan(folder, [*(judged(name, found[name]) for name in CASES), judged("excused", excused()), *others])


def excused() -> Mapping[str, Any]:
    """A report in which one rule is waived, and one is confirmed."""
    made: dict[str, Any] = copy.deepcopy(dict(report("links")))
    one, other = [f for f in made["releases"][0]["findings"] if f["status"] in ("unmet", "ask")][:2]
    place = {"path": ".github/openness-waivers.yml", "line": 3}
    said = {"reason": "the owner of the data was asked", "expires": (TODAY + timedelta(5)).isoformat(), **place}
    one.update(status="waived", waiver={**said, "owner": "wren@acme.example", "ticket": None})
    other.update(
        status="confirmed", confirmation={**said, "person": "finch", "date": "2026-11-01", "expires": "2027-05-01"}
    )
    return made


def hostile(said: str) -> Mapping[str, Any]:
    """A report in which what a repository can say says *said*."""
    made: dict[str, Any] = copy.deepcopy(dict(excused()))
    release = made["releases"][0]
    release.update(name=said, path=said)
    for finding in release["findings"]:
        finding.update(got=said, path=said)
        for excuse in ("waiver", "confirmation"):
            if finding[excuse]:
                finding[excuse]["reason"] = finding[excuse]["owner" if excuse == "waiver" else "person"] = said
    for component in release["components"].values():
        component["license"]["expression"] = said
    return made


def population(folder: Path, size: int, scans: int = 6) -> Path:
    """*size* repositories, of which most hold a release, and all are a little different; scanned several times."""
    for n in range(scans):
        every = size if n >= scans - 2 else max(1, size // 100)
        scan(folder, _variants(every, n), TODAY - timedelta(7 * (scans - 1 - n)))
    return folder


def _variants(size: int, turn: int) -> Iterator[Outcome]:
    for n in range(size):
        luck = random.Random(n)
        name = f"{luck.choice(WORDS)}-{luck.choice(WORDS)}-{n}"
        draw = luck.random()
        if draw < 0.03:
            yield skipped(name, luck.choice(("archived", "a fork", "empty")))
        elif draw < 0.04:
            yield failed(name, luck.choice(("blocked for legal reasons", "the tree could not be read: 502")))
        elif draw < 0.08:
            yield no_release(name)
        else:
            yield judged(name, variant(report(luck.choice(CASES)), luck, turn))


def variant(found: Mapping[str, Any], luck: random.Random, turn: int = 0) -> Mapping[str, Any]:
    """*found* as it would be of a repository that resembles it: some rules met, files in other places."""
    made = copy.deepcopy(dict(found))
    for release in made["releases"]:
        release["name"] = f"{luck.choice(WORDS)}-{luck.randint(1, 70)}b"
        for finding in release["findings"]:
            _change(finding, luck, turn)
        for component in release["components"].values():
            if luck.random() < 0.15:
                component["completeness"] = luck.choice(("absent", "mentioned", "described", "linked", "partial"))
        release["result"] = _result(release["findings"])
    results = [release["result"] for release in made["releases"]]
    made["result"] = min(results, key=("fail", "ask", "pass", "not-applicable").index)
    return made


def _change(finding: dict[str, Any], luck: random.Random, turn: int) -> None:
    if finding["status"] in ("unmet", "ask") and luck.random() < 0.3 + 0.05 * turn:
        finding.update(status="met", openness="open", got="complete, MIT (open-source)")
    elif finding["status"] == "met" and luck.random() < 0.1:
        finding.update(status="ask", openness="unknown", got="complete, a license that is not known")
    elif finding["status"] == "unmet" and luck.random() < 0.02:
        until = (TODAY + timedelta(luck.randint(-3, 200))).isoformat()
        place = {"path": ".github/openness-waivers.yml", "line": 3}
        excuse = {"reason": "the owner of the data was asked", "owner": f"@{luck.choice(WORDS)}", "expires": until}
        finding.update(status="waived", waiver={**excuse, "ticket": None, **place})
    if luck.random() < 0.5 and finding["path"]:
        finding["path"] = f"{luck.choice(WORDS)}/{luck.choice(WORDS)}_{luck.randint(1, 99)}/{finding['path']}"
        finding["line"] = luck.randint(1, 400)


def _result(findings: Sequence[Mapping[str, Any]]) -> str:
    if any(one["status"] == "unmet" and one["severity"] == "error" for one in findings):
        return "fail"
    return "ask" if any(one["status"] == "ask" for one in findings) else "pass"
