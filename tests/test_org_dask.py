"""A scan as tasks of a Dask cluster: what workers that are killed had in hand is done again, and kept once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from openness_gate.model import GateError
from openness_gate.org import on_dask
from openness_gate.org.shelf import Shelf
from openness_gate.org.store import Store
from openness_gate.org.words import Member, Outcome, State
from tests.git_repos import make_git
from tests.hubs import Hub
from tests.running import run
from tests.test_org_merge import POLICY, rows

distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]
MANY = 150


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    at = tmp_path_factory.mktemp("dask")
    for n in range(MANY):
        make_git(at / "all" / f"wren{n:03}", {"README.md": f"# Wren {n}\n\nA model.\n", "model.safetensors": b"x"})
    (at / "p.yaml").write_text(POLICY)
    assert scan(at, "whole") == 0
    return at


@pytest.fixture
def cluster() -> Iterator[Any]:
    where = {"host": "127.0.0.1", "dashboard_address": None, "silence_logs": 50}
    with distributed.LocalCluster(n_workers=3, threads_per_worker=1, **where) as cluster:
        yield cluster


@pytest.fixture
def client(cluster: Any) -> Iterator[Any]:
    with distributed.Client(cluster, set_as_default=False) as client:
        yield client


def scan(at: Path, out: str, *more: str) -> int:
    where = (at / "all", "--policy", at / "p.yaml", "--out", at / out, "--fail-on", "error")
    return run("org", "scan", *where, *more).code


def kill_workers(client: Any, until: threading.Event, times: int) -> list[int]:
    """SIGKILL to one worker after the other, as long as there is something to do."""
    killed: list[int] = []
    while len(killed) < times and not until.wait(0.3):
        pids = client.run(os.getpid, on_error="ignore").values()
        for pid in list(pids)[:1]:
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
    return killed


def test_workers_that_are_killed_lose_nothing(
    population: Path, cluster: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: Counter[str] = Counter()
    keep: Callable[..., None] = Store.keep

    def counted(store: Store, outcomes: Sequence[Outcome], terms: Any) -> None:
        kept.update(one.member.key for one in outcomes)
        time.sleep(0.05 * len(outcomes))  # else it is over before anybody dies
        keep(store, outcomes, terms)

    monkeypatch.setattr(Store, "keep", counted)
    monkeypatch.setattr(on_dask, "LEAST", 6)
    over = threading.Event()
    killed: list[int] = []
    killer = threading.Thread(target=lambda: killed.extend(kill_workers(client, over, 6)))
    killer.start()
    try:
        code = scan(population, "killed", "--engine", "dask", "--scheduler", cluster.scheduler_address)
    finally:
        over.set()
        killer.join()
    assert len(killed) >= 3
    assert code == 0
    assert set(kept.values()) == {1} and len(kept) == MANY
    assert rows(population / "killed") == rows(population / "whole")


def test_a_cluster_of_ones_own(population: Path) -> None:
    assert scan(population, "own", "--engine", "dask") == 0
    assert rows(population / "own") == rows(population / "whole")


def test_what_workers_fetched_is_fetched_once(hf: Hub, tmp_path: Path) -> None:
    for n in range(6):
        make_git(hf.root / "acme" / f"wren{n}", {"README.md": f"# Wren {n}\n", "LICENSE": "MIT\n"})
    where = ("hf:acme", "--out", tmp_path / "out", "--fail-on", "never", "--engine", "dask")
    assert run("org", "scan", *where, "--policy", "recommended").code == 0
    assert len([path for path in hf.paths() if "/resolve/" in path]) == 12
    hf.asked.clear()
    assert run("org", "scan", *where, "--policy", "osaid-1.0").code == 0
    assert [path.partition("?")[0] for path in hf.paths()] == ["/api/models", "/api/datasets"]


def test_a_repository_that_takes_its_worker_with_it_stops_none(client: Any) -> None:
    members = [Member(f"/x/{n}", f"{n}", "local") for n in range(12)]
    batches = [members[n : n + 4] for n in range(0, 12, 4)]
    found = [one for judged in on_dask.done(client, deadly, batches, nothing) for one in judged.outcomes]
    assert sorted(one.member.target for one in found) == sorted(one.target for one in members)
    assert [(one.member.name, one.reason) for one in found if one.state is State.FAILED] == [
        ("5", "whichever worker judged it died")
    ]


def nothing(batch: Sequence[Member]) -> Shelf:
    return Shelf()


def deadly(batch: Sequence[Member], lent: Shelf) -> on_dask.Judged:
    if any(member.name == "5" for member in batch):
        os.kill(os.getpid(), signal.SIGKILL)
    return on_dask.Judged([Outcome(member, State.SKIPPED) for member in batch], Shelf())


def test_what_is_wrong_with_a_cluster_is_told_in_a_line(population: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_dask, "CONNECT", 0.5)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        where = (population / "all", "--policy", population / "p.yaml", "--out", population / "none")
        done = run("org", "scan", *where, "--engine", "dask", "--scheduler", address)
        assert done.code == 2
        assert f"{address}: no scheduler of Dask answers" in done.err and "Traceback" not in done.err


def test_workers_of_another_version_are_refused(client: Any) -> None:
    from functools import partial

    with pytest.raises(GateError, match="a worker has openness-gate"):
        list(on_dask.done(client, partial(on_dask.judge, "0", "local", None), [[Member("x", "x", "local")]], nothing))  # type: ignore[arg-type]
