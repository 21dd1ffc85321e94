"""The loopback GitHub's organization: what it answers fits GitHub's own descriptions, counts, and fails on purpose."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.git_objects import Link
from tests.git_repos import git
from tests.github_org import SECONDARY, GitHubOrg
from tests.organization import organization

ROOT = (
    'object(expression: "HEAD:") {... on Tree{oid entries{name type mode oid object{... on Tree{entries{name type}}}}}}'
)
LOOK = "id databaseId nameWithOwner isEmpty isArchived defaultBranchRef{name target{oid ... on Commit{tree{oid}}}}"


class Asks:
    """As a client with a token does."""

    def __init__(self, api: GitHubOrg, token: str = "Bearer x") -> None:
        self.api, self.session = api, requests.Session()
        self.session.headers.update({"Authorization": token} if token else {})

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.session.get(self.api.url + path, headers=headers, allow_redirects=False)

    def every(self, path: str) -> list[Any]:
        found: list[Any] = []
        url = self.api.url + path
        while url:
            answer = self.session.get(url)
            found += answer.json()
            url = answer.links.get("next", {}).get("url", "")
        return found

    def query(self, text: str, **variables: Any) -> Any:
        return self.session.post(f"{self.api.url}/graphql", json={"query": text, "variables": variables}).json()


@pytest.fixture
def api(tmp_path: Path) -> Iterator[GitHubOrg]:
    api = GitHubOrg(tmp_path)
    api.add(
        "acme/wren", {"README.md": "# Wren\n", "src/a b/c.py": "pass\n", "docs": Link("src"), "sub": Link("a" * 40)}
    )
    api.add("acme/empty")
    api.add("acme/hidden", {"README.md": "x"}, visibility="private")
    api.add("bob/own", {"README.md": "y"})
    api.users.add("bob")
    with api.running():
        yield api
    assert not api.broken


@pytest.fixture
def asks(api: GitHubOrg) -> Asks:
    return Asks(api)


def test_a_list_is_paged_by_links_to_another_address(asks: Asks) -> None:
    first = asks.get("/orgs/acme/repos?per_page=2&sort=full_name&type=all")
    assert [one["full_name"] for one in first.json()] == ["acme/empty", "acme/hidden"]
    assert "/organizations/1/repos?" in first.links["next"]["url"]
    assert [one["name"] for one in asks.every("/orgs/acme/repos?per_page=1&sort=full_name")] == [
        "empty",
        "hidden",
        "wren",
    ]
    assert [one["name"] for one in asks.every("/orgs/acme/repos?per_page=2&sort=pushed")] == ["hidden", "empty", "wren"]
    assert {one["visibility"] for one in first.json()} == {"public", "private"}


def test_who_has_no_token_sees_what_is_public(api: GitHubOrg) -> None:
    stranger = Asks(api, "")
    assert [one["name"] for one in stranger.every("/orgs/acme/repos")] == ["wren", "empty"]
    assert stranger.get("/repos/acme/hidden").status_code == 404
    assert stranger.session.post(f"{api.url}/graphql", json={"query": "{viewer{login}}"}).status_code == 401
    assert Asks(api, "Bearer bad").get("/orgs/acme/repos").status_code == 401


def test_a_user_is_no_organization(asks: Asks) -> None:
    assert asks.get("/orgs/bob/repos").status_code == 404
    assert asks.get("/orgs/nobody/repos").status_code == 404
    assert [one["full_name"] for one in asks.every("/users/bob/repos?per_page=100&sort=full_name")] == ["bob/own"]
    assert asks.get("/orgs/bob/properties/values").status_code == 404


def test_properties(api: GitHubOrg, asks: Asks) -> None:
    api.kept["acme/wren"].properties = {"team": "research", "sites": ["a", "b"], "none": None}
    found = {one["repository_name"]: one["properties"] for one in asks.every("/orgs/acme/properties/values?per_page=1")}
    assert found["wren"][1] == {"property_name": "sites", "value": ["a", "b"]}
    assert found["empty"] == []


def test_a_repository_is_what_git_says(api: GitHubOrg, asks: Asks) -> None:
    about = asks.get("/repos/acme/wren").json()
    assert (about["full_name"], about["private"], about["archived"]) == ("acme/wren", False, False)
    head = git(api.root / "acme/wren.git", "rev-parse", "main")
    assert asks.get("/repos/acme/wren/commits/HEAD", Accept="application/vnd.github.sha").text == head
    assert asks.get("/repos/acme/wren/commits/main").json()["sha"] == head
    assert asks.get("/repos/acme/wren/commits/nothing").status_code == 422
    tree = asks.get(f"/repos/acme/wren/git/trees/{head}?recursive=1").json()
    lines = [f"{one['mode']} {one['type']} {one['sha']}\t{one['path']}" for one in tree["tree"]]
    assert lines == git(api.root / "acme/wren.git", "ls-tree", "-r", "-t", "main").splitlines()
    oid = next(one["sha"] for one in tree["tree"] if one["path"] == "README.md")
    assert base64.b64decode(asks.get(f"/repos/acme/wren/git/blobs/{oid}").json()["content"]) == b"# Wren\n"
    raw = asks.get(f"/repositories/1001/git/blobs/{oid}", Accept="application/vnd.github.raw+json")
    assert raw.content == b"# Wren\n"
    assert api.whole == {("acme/wren", "tree"): 1, ("acme/wren", oid): 2}


def test_what_is_not_there(api: GitHubOrg, asks: Asks) -> None:
    empty = asks.get("/repos/acme/empty/commits/HEAD")
    assert (empty.status_code, empty.json()["message"]) == (409, "Git Repository is empty.")
    for name, state in (("acme/wren", 403), ("bob/own", 451), ("acme/hidden", 404)):
        api.kept[name].state = state
        assert asks.get(f"/repos/{name}/commits/HEAD").status_code == state
    assert asks.get("/repos/acme/wren").json()["message"] == "Repository access blocked"
    assert asks.get("/repos/acme/none").status_code == 404


def test_a_name_that_was_another_leads_on(api: GitHubOrg, asks: Asks) -> None:
    api.rename("acme/wren", "acme/robin")
    moved = asks.get("/repos/acme/wren/commits/HEAD")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"{api.url}/repositories/1001/commits/HEAD")
    assert asks.session.get(f"{api.url}/repos/acme/wren").json()["full_name"] == "acme/robin"
    assert "acme/wren" in [one["full_name"] for one in asks.every("/orgs/acme/repos")]
    found = asks.query('{ repository(owner: "acme", name: "wren") { nameWithOwner } }')
    assert found == {"data": {"repository": {"nameWithOwner": "acme/robin"}}}


def test_a_large_tree_is_cut_off(api: GitHubOrg, asks: Asks) -> None:
    api.most = 3
    found = asks.get("/repos/acme/wren/git/trees/HEAD?recursive=1").json()
    assert (len(found["tree"]), found["truncated"]) == (3, True)


def test_graphql_answers_from_git(api: GitHubOrg, asks: Asks) -> None:
    api.push("acme/wren", {"b": b"\0\1", "long": "é" * 400_000, "latin": b"\xe9"})
    found = asks.query(
        "query($ids: [ID!]!) { rateLimit{cost remaining resetAt limit}"
        f" nodes(ids: $ids) {{ ... on Repository {{ {LOOK} {ROOT} }} }}"
        ' bytes: repository(owner: "acme", name: "wren") { object(expression: "HEAD:b") { ...file } }'
        ' long: repository(owner: "acme", name: "wren") { object(expression: "HEAD:long") { ...file } }'
        ' none: repository(owner: "acme", name: "wren") { object(expression: "HEAD:src/none") { ...file } } }'
        " fragment file on Blob { oid text isBinary isTruncated byteSize }",
        ids=["R_1001", "R_1002", "R_9"],
    )
    data = found["data"]
    wren, empty, missing = data["nodes"]
    assert (wren["isEmpty"], wren["defaultBranchRef"]["target"]["oid"]) == (False, api.head("acme/wren"))
    entries = {one["name"]: one for one in wren["object"]["entries"]}
    assert entries["src"]["object"] == {"entries": [{"name": "a b", "type": "tree"}]}
    assert (entries["sub"]["type"], entries["sub"]["object"], entries["src"]["mode"]) == ("commit", None, 0o40000)
    assert (empty["isEmpty"], empty["defaultBranchRef"], empty["object"], missing) == (True, None, None, None)
    assert [(one["type"], one["path"]) for one in found["errors"]] == [("NOT_FOUND", ["nodes", 2])]
    assert (data["bytes"]["object"]["text"], data["bytes"]["object"]["isBinary"]) == (None, True)
    assert data["long"]["object"]["isTruncated"]
    assert data["none"]["object"] is None
    assert data["rateLimit"]["remaining"] == 4999


@pytest.mark.parametrize("query", ["{ repository { id } }", '{ node(id: "R_1") { size } }', "{ nobody }", "{"])
def test_a_query_that_is_none_is_found(tmp_path: Path, query: str) -> None:
    api = GitHubOrg(tmp_path)
    with api.running():
        assert "errors" in Asks(api).query(query)
    assert api.broken


def test_what_counts(api: GitHubOrg, asks: Asks) -> None:
    first = asks.get("/repos/acme/wren")
    assert first.headers["x-ratelimit-remaining"] == "4999"
    again = asks.get("/repos/acme/wren", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.headers["x-ratelimit-used"]) == (304, "1")
    api.push("acme/wren", {"new": "x"})
    assert asks.get("/repos/acme/wren", **{"If-None-Match": first.headers["ETag"]}).status_code == 200
    asks.query("{ rateLimit { cost } }")
    assert api.counted == {"core": 2, "graphql": 1}


def test_a_budget_that_is_used_up(api: GitHubOrg, asks: Asks) -> None:
    api.budget, api.refuses = {"core": 1, "graphql": 1}, 429
    assert asks.get("/repos/acme/wren").ok
    refused = asks.get("/repos/acme/wren")
    assert (refused.status_code, refused.headers["x-ratelimit-remaining"]) == (429, "0")
    assert int(refused.headers["x-ratelimit-reset"]) > time.time() + 3000
    asks.query("{ rateLimit { cost } }")
    assert asks.query("{ rateLimit { cost } }")["errors"][0]["type"] == "RATE_LIMITED"
    api.resets = time.time()
    assert asks.get("/repos/acme/wren").ok


def test_too_much_at_once_and_faults(api: GitHubOrg, asks: Asks) -> None:
    api.most_at_once = 1
    both = '{ a: node(id: "R_1001") { id } b: node(id: "R_1002") { id } }'
    answer = asks.session.post(f"{api.url}/graphql", json={"query": both})
    assert answer.status_code == 502
    api.fault("GET /repos", SECONDARY, 1)
    assert "secondary" in asks.get("/repos/acme/wren").json()["message"]
    assert asks.get("/repos/acme/wren").ok


def test_an_organization_is_made_of_real_repositories(tmp_path: Path) -> None:
    api = organization(tmp_path, 60, 6)
    names = sorted(path.name.removesuffix(".git") for path in (tmp_path / "acme").iterdir())
    assert len(names) == 60
    releases = [tmp_path / f"acme/{name}.git" for name in names if "-release-" in name]
    assert len({git(at, "rev-parse", "main^{tree}") for at in releases}) == 6
    assert all(git(at, "fsck", "--strict", "--no-dangling") == "" for at in releases)
    with api.running():
        asks = Asks(api)
        about = asks.every("/orgs/acme/repos?per_page=25&type=all&sort=full_name")
        assert sorted(one["name"] for one in about) == names
        assert {one["archived"] for one in about} == {one["fork"] for one in about} == {True, False}
        one = next(one for one in about if one["topics"])
        assert asks.get(f"/repos/{one['full_name']}/git/trees/HEAD?recursive=1").json()["tree"]
    assert not api.broken


def test_it_is_fast(api: GitHubOrg, asks: Asks) -> None:
    begun = time.monotonic()
    for _ in range(100):
        asks.get("/repos/acme/wren/git/trees/HEAD?recursive=1")
    assert time.monotonic() - begun < 2
