"""A GitHub for the follow-up of a scan, on this machine: repositories with issues, a search, and custom properties.

What is asked of it and what it answers is held against GitHub's own description, as in `github_api`. Its search knows
what GitHub's does: words of titles and of what can be seen of a body, and nothing that was written since `indexed`.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import unquote, urlencode

from graphql import graphql_sync

from tests.github_api import BOT, MOST, NOW, NoAccess, differences, rest, schema
from tests.hubs import Forge, Said

FILE = "rest_follow_up.json"
WRITES, READS, PERSON = "ghs_writes", "ghs_reads", "ghp_alice"
Query = Mapping[str, str]


class Write(NamedTuple):
    method: str
    path: str
    value: Any
    status: int
    begun: float
    done: float


class GitHubIssues(Forge):
    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.repos: dict[str, dict[str, Any]] = {}  #: what is special about each
        self.issues: dict[tuple[str, int], dict[str, Any]] = {}
        self.unindexed: set[tuple[str, int]] = set()
        self.lags = False
        self.definitions: dict[str, dict[str, Any]] = {}  #: of custom properties, by their names
        self.values: dict[str, dict[str, str]] = {}
        self.tokens = {WRITES: BOT, READS: BOT, PERSON: "alice"}
        self.may_write = {WRITES, PERSON}
        self.writes: list[Write] = []
        self.broken: list[str] = []
        self._lock = RLock()
        self._last = 100

    # --- what a test does to it

    def has(self, *names: str, **about: Any) -> None:
        for name in names:
            self.repos[name] = dict(about)
            self.values.setdefault(name, {})

    def defines(self, name: str, *values: str, kind: str = "single_select") -> None:
        one = copy.deepcopy(rest(FILE)["examples"]["property"])
        self.definitions[name] = one | {"property_name": name, "value_type": kind, "allowed_values": list(values)}

    def put(self, repo: str, title: str, body: str, login: str = BOT) -> dict[str, Any]:
        """An issue that is there already."""
        with self._lock:
            self._last += 1
            number = 1 + sum(its == repo for its, _ in self.issues)
            one: dict[str, Any] = copy.deepcopy(rest(FILE)["examples"]["issue"])
            here = f"{self.url}/repos/{repo}"
            del one["pull_request"], one["pinned_comment"]
            one |= {"id": self._last, "node_id": f"I_{self._last}", "number": number, "title": title, "body": body}
            one |= {"state": "open", "state_reason": None, "closed_at": None, "closed_by": None, "locked": False}
            one |= {"labels": [], "assignee": None, "assignees": [], "milestone": None, "active_lock_reason": None}
            one |= {"repository_url": here, "url": f"{here}/issues/{number}", "created_at": NOW, "updated_at": NOW}
            one |= {"html_url": f"https://github.example/{repo}/issues/{number}"}
            one["user"] |= {"login": login, "type": "Bot" if login.endswith("[bot]") else "User"}
            self.issues[repo, number] = one
            if self.lags:
                self.unindexed.add((repo, number))
            return one

    def of(self, repo: str) -> list[dict[str, Any]]:
        return [one for (its, _), one in self.issues.items() if its == repo]

    def changes(self) -> list[str]:
        """What was changed, as `METHOD path`."""
        return [f"{one.method} {one.path}" for one in self.writes if one.status < 300]

    # --- what it answers

    def answer(self, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Said:
        return self._checked("GET", path, {name: values[0] for name, values in query.items()}, None, headers)

    def change(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Said:
        value = json.loads(body)
        if path.endswith("/graphql"):
            return self._graphql(value, headers)
        begun = monotonic()
        said = self._checked(method, path, {}, value, headers)
        self.writes.append(Write(method, path, value, said.status, begun, monotonic()))
        return said

    def _graphql(self, asked: Any, headers: dict[str, str]) -> Said:
        try:
            root = {"viewer": {"login": self._login(headers), "id": "U_1"}}
        except NoAccess as no:
            return no.said
        done = graphql_sync(schema(), asked["query"], root_value=root)
        self.broken += [error.message for error in done.errors or ()]
        return Said({"data": done.data})

    def _checked(self, method: str, path: str, query: Query, value: Any, headers: dict[str, str]) -> Said:
        path = unquote(path)
        with self._lock:
            try:
                me = self._login(headers)
                if method != "GET" and headers["authorization"].removeprefix("Bearer ") not in self.may_write:
                    raise NoAccess(403, "Resource not accessible by integration")
                said = self._said(method, path, query, value, me)
            except NoAccess as no:
                said = no.said
            said = Said(json.loads(json.dumps(said.body)) if said.status != 204 else b"", said.status, said.headers)
            self.broken += differences(method, f"{path}?{urlencode(query)}", value, said, FILE)
            return said

    def _login(self, headers: dict[str, str]) -> str:
        token = headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise NoAccess(401, "Bad credentials" if token else "Requires authentication")
        return self.tokens[token]

    def _said(self, method: str, path: str, query: Query, value: Any, me: str) -> Said:
        match [method, *path.strip("/").split("/")]:
            case ["GET", "search", "issues"]:
                return self._search(path, query)
            case ["GET", "orgs", _, "properties", "schema", name] if name in self.definitions:
                return Said(self.definitions[name])
            case ["GET", "orgs", org, "properties", "values"]:
                return self._page(path, query, [*self._values(org)])
            case ["PATCH", "orgs", org, "properties", "values"]:
                return self._set(org, value)
            case [_, "repos", owner, name, *rest_] if f"{owner}/{name}" in self.repos:
                return self._in_repository(method, f"{owner}/{name}", rest_, query, value, me)
        raise NoAccess(404, "Not Found")

    # --- issues

    def _in_repository(self, method: str, repo: str, rest_: list[str], query: Query, value: Any, me: str) -> Said:
        about = self.repos[repo]
        if not rest_:
            return Said(self._repository(repo))
        if method != "GET" and about.get("has_issues") is False:
            raise NoAccess(410, "Issues has been disabled in this repository.")
        if method != "GET" and about.get("archived"):
            raise NoAccess(403, "Repository was archived so is read-only.")
        if method != "GET" and len(value.get("body", "")) > MOST:
            raise NoAccess(422, f"body is too long (maximum is {MOST} characters)")
        match method, rest_:
            case "GET", ["issues"]:
                states = ("open", "closed") if query.get("state") == "all" else (query.get("state", "open"),)
                found = [one for one in self.of(repo) if one["state"] in states]
                by = query.get("creator")
                return self._page(f"/repos/{repo}/issues", query, [i for i in found if not by or _login(i) == by])
            case "POST", ["issues"]:
                return Said(self.put(repo, value["title"], value["body"], me), 201)
            case "PATCH", ["issues", number] if (repo, int(number)) in self.issues:
                return self._edit(self.issues[repo, int(number)], value)
        raise NoAccess(404, "Not Found")

    def _edit(self, one: dict[str, Any], value: Any) -> Said:
        reason = value.get("state_reason", "reopened" if value.get("state") == "open" else None)
        one |= {**value, "state_reason": reason, "updated_at": NOW}
        one["closed_at"] = NOW if one["state"] == "closed" else None
        return Said(one)

    def _repository(self, repo: str) -> dict[str, Any]:
        one: dict[str, Any] = copy.deepcopy(rest(FILE)["examples"]["repository"])
        del one["parent"], one["source"]  # those of the example lack what GitHub says they have
        about = {"visibility": "public", "archived": False, "has_issues": True, **self.repos[repo]}
        one |= {
            "language": "Python",
            "full_name": repo,
            "name": repo.partition("/")[2],
            "private": about["visibility"] != "public",
            **about,
        }
        return one

    def _search(self, path: str, query: Query) -> Said:
        asked = query["q"].split()
        want = dict(word.split(":", 1) for word in asked if ":" in word)
        words = [part for word in asked if ":" not in word for part in _words(word)]
        login = re.sub(r"^app/(.*)", r"\1[bot]", want["author"])
        found = [
            self._found(one)
            for (repo, number), one in self.issues.items()
            if (repo, number) not in self.unindexed
            and repo.startswith(f"{want['org']}/")
            and (_login(one), want["is"]) == (login, "issue")
            and {*words} <= {*_words(one["title"]), *_words(re.sub(r"<!--.*?-->", "", one["body"], flags=re.DOTALL))}
        ]
        said = self._page(path, query, found[:1000])
        whole = {"total_count": len(found), "incomplete_results": False, "search_type": "lexical"}
        return Said({**whole, "items": said.body}, 200, said.headers)

    def _found(self, issue: dict[str, Any]) -> dict[str, Any]:
        one: dict[str, Any] = copy.deepcopy(rest(FILE)["examples"]["found"]["items"][0])
        return one | {name: value for name, value in issue.items() if name in one}

    def _page(self, path: str, query: Query, found: list[Any]) -> Said:
        size, page = min(int(query.get("per_page", "30")), 100), int(query.get("page", "1"))
        more = {**query, "page": str(page + 1)}
        link = {"Link": f'<{self.url}{path}?{urlencode(more)}>; rel="next"'} if page * size < len(found) else {}
        return Said(found[(page - 1) * size : page * size], 200, link)

    # --- custom properties

    def _values(self, org: str) -> Iterator[dict[str, Any]]:
        for number, repo in enumerate(self.repos):
            if repo.startswith(f"{org}/"):
                about = [{"property_name": name, "value": self.values[repo].get(name)} for name in self.definitions]
                names = {"repository_name": repo.partition("/")[2], "repository_full_name": repo}
                yield {"repository_id": number, **names, "properties": about}

    def _set(self, org: str, value: Any) -> Said:
        repos = [f"{org}/{name}" for name in value["repository_names"]]
        if not {*repos} <= {*self.repos}:
            raise NoAccess(404, "Not Found")
        for one in value["properties"]:
            if one["value"] not in self.definitions[one["property_name"]]["allowed_values"]:
                raise NoAccess(422, "Validation Failed")
            for repo in repos:
                self.values[repo][one["property_name"]] = one["value"]
        return Said(b"", 204)


def _login(issue: dict[str, Any]) -> str:
    return str(issue["user"]["login"])


def _words(said: str) -> list[str]:
    return re.findall(r"\w+", said.lower())
