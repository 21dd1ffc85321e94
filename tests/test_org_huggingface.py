"""The models and data sets of an owner on the hub: listed, read by object ids, and not read again while they stand."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from openness_gate import http
from openness_gate.model import GateError
from openness_gate.org.shelf import Shelf
from openness_gate.org.words import Facts
from openness_gate.origins import huggingface
from tests.git_repos import commit, git, make_git, put
from tests.hubs import Hub, Said
from tests.running import Done, check_json, run

CARD = "---\nlicense: apache-2.0\npipeline_tag: text-generation\n---\n# {name}\n\nA model that names birds.\n"
POLICY = "policy: ours\nversion: 1\ntitle: t\nrules:\n  model-card: {at_least: mentioned}\n"


@pytest.fixture
def acme(hf: Hub, tmp_path: Path) -> Hub:
    """Three models and a data set of acme."""
    for name in ("finch", "robin", "wren"):
        weights = hf.put_large(name.encode() * 20_000)
        files = {
            "README.md": CARD.format(name=name),
            "model.safetensors": weights,
            "config.json": f'{{"model_type": "{name}"}}',
        }
        make_git(hf.root / "acme" / name, files)
    make_git(hf.root / "datasets" / "acme" / "songs", {"README.md": "---\nlicense: odc-by\n---\n# Songs\n\nRows.\n"})
    (tmp_path / "p.yaml").write_text(POLICY)
    (tmp_path / "other.yaml").write_text(POLICY.replace("mentioned", "complete"))
    return hf


def scan(tmp_path: Path, *more: str, policy: str = "p.yaml", code: int = 0) -> Done:
    http.client.cache_clear()
    done = run("org", "scan", "hf:acme", "--policy", tmp_path / policy, "--out", tmp_path / "out", *more)
    assert done.code == code, done
    return done


def results(tmp_path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(tmp_path / "out" / "scan.db")) as db, db:
        return dict(db.execute("SELECT name, CASE state WHEN 'judged' THEN result ELSE state END FROM results"))


def report(tmp_path: Path, name: str) -> Any:
    import zlib

    with closing(sqlite3.connect(tmp_path / "out" / "scan.db")) as db, db:
        question = "SELECT v.report FROM results r JOIN verdicts v ON v.id = r.verdict WHERE r.name = ?"
        return json.loads(zlib.decompress(db.execute(question, (name,)).fetchone()[0]))


def test_all_of_an_owner_are_judged_as_check_judges_each(acme: Hub, tmp_path: Path) -> None:
    scan(tmp_path)
    found = results(tmp_path)
    assert set(found) == {"acme/finch", "acme/robin", "acme/wren", "datasets/acme/songs"}
    assert report(tmp_path, "acme/wren") == check_json("hf:acme/wren", "--policy", tmp_path / "p.yaml")
    assert not [path for path in acme.paths() if "large" in path or path.endswith("model.safetensors")]


def test_what_stands_costs_the_list_and_a_changed_policy_no_file(acme: Hub, tmp_path: Path) -> None:
    scan(tmp_path)
    before = results(tmp_path)
    for policy, code in (("p.yaml", 0), ("other.yaml", 1)):
        acme.asked.clear()
        scan(tmp_path, policy=policy, code=code)
        assert [urlsplit(path).path for path in acme.paths()] == ["/api/models", "/api/datasets"]
    assert set(results(tmp_path)) == set(before) and results(tmp_path) != before
    put(acme.root / "acme" / "wren", {"README.md": CARD.format(name="other")})
    made = commit(acme.root / "acme" / "wren")
    acme.asked.clear()
    scan(tmp_path, policy="other.yaml", code=1)
    assert [urlsplit(path).path for path in acme.paths()[2:]] == [
        f"/api/models/acme/wren/tree/{made}",
        f"/acme/wren/resolve/{made}/README.md",
    ]


def test_the_list_comes_in_pages(acme: Hub) -> None:
    acme.page = 2
    found = list(huggingface.members("hf:acme", Shelf()))
    assert [member.target for member in found] == [
        "hf:acme/finch", "hf:acme/robin", "hf:acme/wren", "hf:datasets/acme/songs",
    ]  # fmt: skip
    assert found[2].commit == found[2].version == git(acme.root / "acme" / "wren", "rev-parse", "HEAD")
    asked = parse_qs(urlsplit(acme.paths()[0]).query)
    assert asked["author"] == ["acme"] and {"sha", "private", "gated", "disabled"} <= set(asked["expand"])


def test_what_the_hub_says_of_each(acme: Hub) -> None:
    acme.about["acme/wren"] = {"private": True, "gated": "manual", "disabled": True, "tags": ["birds", "en"]}
    members = {member.name: member for member in huggingface.members("hf:acme", Shelf())}
    assert members["acme/wren"].facts == Facts("private", disabled=True, gated="manual", topics=("birds", "en"))
    assert members["acme/robin"].facts == Facts("public")
    assert members["acme/wren"].id.startswith("huggingface:127.0.0.1:")


@pytest.mark.parametrize("one", ["acme/wren", "datasets/acme/songs"])
def test_a_single_one(acme: Hub, one: str) -> None:
    [member] = huggingface.members(f"hf:{one}", Shelf())
    assert member in list(huggingface.members("hf:acme", Shelf()))
    assert member.name == one


def test_what_is_behind_a_gate_is_unread_and_not_failed(
    acme: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme.about["acme/wren"] = {"gated": "manual"}
    scan(tmp_path, code=3)
    assert results(tmp_path)["acme/wren"] == "incomplete"
    assert report(tmp_path, "acme/wren") == check_json("hf:acme/wren", "--policy", tmp_path / "p.yaml")
    assert "hf:acme/wren is gated (manual)" in str(report(tmp_path, "acme/wren"))


def test_one_that_is_broken_stops_none(acme: Hub, tmp_path: Path) -> None:
    acme.about["acme/robin"] = {"sha": None}
    acme.fault("/acme/finch/resolve", Said("", 500))
    done = scan(tmp_path, code=3)
    found = results(tmp_path)
    assert (found["acme/robin"], found["acme/finch"]) == ("failed", "failed")
    assert found["acme/wren"] not in ("failed", "skipped")
    assert "acme/robin: 127.0.0.1 names no commit of it" in done.out
    acme.faults.clear()
    scan(tmp_path, code=3)
    assert results(tmp_path)["acme/finch"] != "failed"


def test_content_that_is_not_what_its_id_says_is_refused(acme: Hub, tmp_path: Path) -> None:
    acme.fault("/acme/wren/resolve", Said("# something else\n"))
    assert "sent another content than it names" in scan(tmp_path, code=3).out


@pytest.mark.parametrize("where", ["hf:", "hf:nobody", "hf:a/b/c", "hf:../x", "hf:acme/wren@main", "hf:acme\x1b[31m"])
def test_wrong_use(acme: Hub, tmp_path: Path, where: str) -> None:
    with pytest.raises(GateError) as error:
        list(huggingface.members(where, Shelf()))
    assert "\x1b" not in str(error.value)


def test_an_owner_whose_list_is_no_list(acme: Hub) -> None:
    acme.fault("/api/models", Said([{"id": "../x", "private": False}]))
    with pytest.raises(GateError, match="its answer is not what the hub answers"):
        list(huggingface.members("hf:acme", Shelf()))


@pytest.mark.slow
def test_the_hub_of_these_tests_is_one_for_the_client_of_the_hub(acme: Hub) -> None:
    api = pytest.importorskip("huggingface_hub").HfApi(endpoint=acme.url, token=False)
    acme.page = 2
    acme.asked.clear()
    acme.about["acme/wren"] = {"gated": "manual"}
    asked = ["sha", "private", "gated", "disabled", "tags"]
    models = list(api.list_models(author="acme", expand=asked, limit=500))
    data = list(api.list_datasets(author="acme", expand=asked, limit=500))
    ours = list(huggingface.members("hf:acme", Shelf()))
    assert [(m.commit, m.facts.gated) for m in ours] == [(one.sha, one.gated or "") for one in (*models, *data)]
    theirs, own = (parse_qs(urlsplit(acme.paths()[n]).query) for n in (1, 4))
    assert own == theirs
