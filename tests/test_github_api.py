"""The loopback GitHub is as strict as GitHub's own description, which is cut down and otherwise as it is published."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests import slice_github
from tests.github_api import DATA, GitHubApi, differences, rest
from tests.hubs import Said

HERE = "/repos/acme/wren/issues"
COMMENT = rest()["examples"]["comment"]
PACKAGES = {"openapi": "23.0.2", "graphql-schema": "15.26.1", "webhooks-examples": "7.6.1"}


@pytest.mark.parametrize(
    ("method", "address", "body", "said", "expected"),
    [
        ("POST", f"{HERE}/7/comments", {"body": "x"}, Said(COMMENT, 201), ""),
        ("GET", f"{HERE}/7/comments?per_page=100&page=2", None, Said([COMMENT]), ""),
        ("DELETE", f"{HERE}/comments/1", None, Said("", 204), ""),
        ("POST", f"{HERE}/7/comments", {"body": "x"}, Said({"message": "no"}, 403), ""),
        ("POST", f"{HERE}/7/comments", {"bodyy": "x"}, Said(COMMENT, 201), "required"),
        ("POST", f"{HERE}/7/comments", {"body": "x", "as": "y"}, Said(COMMENT, 201), "as is unknown"),
        ("POST", f"{HERE}/7/comments", {"body": 1}, Said(COMMENT, 201), "not of type"),
        ("POST", f"{HERE}/7/comments", {"body": "x"}, Said(COMMENT, 200), "is no answer"),
        ("POST", f"{HERE}/7/comments", {"body": "x"}, Said({"id": 1}, 201), "required"),
        ("GET", f"{HERE}/7/comments?per_page=abc", None, Said([]), "not of type"),
        ("GET", f"{HERE}/7/comments?page_size=1", None, Said([]), "unknown"),
        ("GET", f"{HERE}/7/comments", None, Said([{**COMMENT, "user": 1}]), "not valid"),
        ("DELETE", f"{HERE}/comments/1", {}, Said("", 204), "no body"),
        ("PUT", f"{HERE}/comments/1", {}, Said(""), "no such operation"),
        ("GET", f"{HERE}/7/remarks", None, Said(""), "no such operation"),
    ],
)
def test_what_does_not_fit_is_found(method: str, address: str, body: Any, said: Said, expected: str) -> None:
    found = differences(method, address, body, said)
    assert bool(found) == bool(expected), found
    assert expected in " ".join(found)


@pytest.mark.parametrize(
    "query",
    ["{ viewer { name } }", "{ nobody }", "{", 'mutation { minimizeComment(input: {subjectId: "IC_1"}) { x } }'],
)
def test_a_query_that_is_none_is_found(tmp_path: Path, query: str) -> None:
    api = GitHubApi(tmp_path)
    with api.running():
        api.change("POST", "/graphql", json.dumps({"query": query}).encode(), {"authorization": "Bearer ghs_writes"})
    assert api.broken


def test_it_is_small_and_says_where_it_is_from() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 250 << 10
    notice = (DATA / "NOTICE.md").read_text("utf-8")
    assert all(f"`@octokit/{name}` {version}" in notice for name, version in PACKAGES.items())
    assert all(path.name in notice for path in DATA.iterdir() if path.name != "NOTICE.md")


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("npm"), reason="fetches GitHub's descriptions with it")
def test_it_is_what_github_publishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"@octokit/{name}@{version}" for name, version in PACKAGES.items()]
    if subprocess.run(("npm", "pack", *names), cwd=tmp_path, capture_output=True).returncode:
        pytest.skip("npm does not answer")
    for name, version in PACKAGES.items():
        with tarfile.open(tmp_path / f"octokit-{name}-{version}.tgz") as archive:
            archive.extractall(tmp_path / "all" / name, filter="data")
        (tmp_path / "all" / name / "package").rename(tmp_path / name)
    (tmp_path / "made").mkdir()
    monkeypatch.setattr(slice_github, "DATA", tmp_path / "made")
    slice_github.main(tmp_path)
    for made in (tmp_path / "made").iterdir():
        assert made.read_bytes() == (DATA / made.name).read_bytes(), made.name
