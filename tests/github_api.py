"""A GitHub for pull requests on this machine: comments that stay, and rights, limits and GraphQL as GitHub has them.

Each request that reaches it and each answer of its own is held against GitHub's description of its REST API, cut down
in tests/data/github; GraphQL is executed by graphql-core on GitHub's schema, cut down there too. What does not fit is
in `broken`, which a test must find empty.
"""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from graphql import GraphQLError, build_schema, graphql_sync
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.hubs import Forge, Said

DATA = Path(__file__).parent / "data" / "github"
BOT = "github-actions[bot]"
MOST = 65_536
NOW = "2026-11-24T10:00:00Z"
ALWAYS = frozenset({301, 307, 401, 403, 404, 429, 451, 500, 502, 503})  #: what any question may be answered


class NoAccess(Exception):
    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        self.said = Said(
            {"message": message, "documentation_url": "https://docs.github.com/rest"}, status, headers or {}
        )


@cache
def rest(file: str = "rest.json") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / file).read_text("utf-8"))
    return found


@cache
def _registry(file: str) -> Any:
    return Registry().with_resource("urn:rest", DRAFT202012.create_resource(rest(file)))


@cache
def schema() -> Any:
    return build_schema((DATA / "schema.graphql").read_text("utf-8"))


@cache
def _validator(file: str, where: tuple[str, ...]) -> Any:
    pointer = "/".join(
        part.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D") for part in where
    )
    return Draft202012Validator({"$ref": f"urn:rest#/{pointer}"}, registry=_registry(file))


def differences(method: str, address: str, body: Any, said: Said, file: str = "rest.json") -> list[str]:
    """What GitHub's description, of which *file* is a part, says otherwise about a request and its answer."""
    path, paths = urlsplit(address).path, rest(file)["paths"]
    fits = (known for known in paths if re.fullmatch(re.sub(r"{\w+}", "[^/]+", known), path))
    known = next((known for known in fits if method in paths[known]), None)
    if known is None:
        return [f"no such operation: {method} {path}"]
    about, place = paths[known][method], ("paths", known, method)
    found = [
        f"query: {name} is unknown" for name, _ in parse_qsl(urlsplit(address).query) if name not in about["query"]
    ]
    for name, text in parse_qsl(urlsplit(address).query):
        if name in about["query"]:
            values = (text, int(text)) if text.isdecimal() else (text,)
            tried = [list(_errors(file, (*place, "query", name), value)) for value in values]
            found += sorted(tried, key=len)[0]
    if about["body"]:
        found += _errors(file, (*place, "body"), body)
        found += [f"body: {name} is unknown" for name in body or () if name not in about["body"]["properties"]]
    elif body is not None:
        found.append("there is no body here")
    if str(said.status) in about["answers"]:
        return found + (_errors(file, (*place, "answers", str(said.status)), said.body) if said.status != 204 else [])
    return found + ([] if said.status in ALWAYS else [f"{said.status} is no answer to {method} {known}"])


def _errors(file: str, where: tuple[str, ...], value: Any) -> list[str]:
    return [
        f"{'/'.join(where[-2:])}: {error.json_path}: {error.message[:200]}"
        for error in _validator(file, where).iter_errors(value)
    ]


class GitHubApi(Forge):
    """One pull request of `acme/wren`, and its conversation."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.repo, self.number, self.head, self.base = "acme/wren", 7, "a" * 40, "b" * 40
        self.comments: dict[int, dict[str, Any]] = {}
        self.edits: dict[int, list[str]] = {}
        self.hidden: dict[int, str] = {}
        self.tokens = {"ghs_writes": BOT, "ghs_reads": BOT, "ghp_alice": "alice"}
        self.may_write = {"ghs_writes", "ghp_alice"}
        self.locked = self.renamed = False
        self.broken: list[str] = []
        self.graphql: list[str] = []
        self._lock = RLock()
        self._last = 1000

    # --- what a test does to it

    def put(self, body: str, login: str = BOT) -> int:
        """A comment that is there already; its id."""
        with self._lock:
            self._last += 1
            one = copy.deepcopy(rest()["examples"]["comment"])
            here = f"{self.url}/repos/{self.repo}"
            one |= {"id": self._last, "node_id": f"IC_{self._last}", "body": body, "performed_via_github_app": None}
            one |= {"html_url": f"https://github.example/{self.repo}/pull/{self.number}#issuecomment-{self._last}"}
            one |= {"url": f"{here}/issues/comments/{self._last}", "issue_url": f"{here}/issues/{self.number}"}
            one |= {"created_at": NOW, "updated_at": NOW}
            one["user"] |= {"login": login, "type": "Bot" if login.endswith("[bot]") else "User"}
            self.comments[self._last] = one
            self.edits[self._last] = [body]
            return self._last

    def by(self, login: str = BOT) -> list[str]:
        return [one["body"] for one in self.comments.values() if one["user"]["login"] == login]

    def changes(self) -> list[str]:
        """The methods of what was asked to be changed, without queries."""
        return [one.method for one in self.asked if one.method not in ("GET", "HEAD") and "graphql" not in one.path]

    # --- what it answers

    def answer(self, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Said:
        return self._checked("GET", path, query, None, headers)

    def change(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Said:
        value = json.loads(body) if body else None
        if path.endswith("/graphql"):
            return self._graphql(value, headers)
        return self._checked(method, path, {}, value, headers)

    def _checked(
        self, method: str, path: str, query: dict[str, list[str]], value: Any, headers: dict[str, str]
    ) -> Said:
        path = unquote(path).removeprefix("/api/v3")
        if self.renamed and path.startswith(f"/repos/{self.repo}"):
            place = path.replace(f"/repos/{self.repo}", "/repositories/1296269", 1)
            more = "&".join(f"{name}={values[0]}" for name, values in query.items())
            return Said(
                {"message": "Moved"}, 301 if method == "GET" else 307, {"Location": f"{self.url}{place}?{more}"}
            )
        path = path.replace("/repositories/1296269", f"/repos/{self.repo}", 1)
        with self._lock:
            try:
                said = self._said(method, path, query, value, self._login(headers), headers)
            except NoAccess as no:
                said = no.said
            said = Said(json.loads(json.dumps(said.body)) if said.status != 204 else b"", said.status, said.headers)
            address = f"{path}?{'&'.join(f'{name}={values[0]}' for name, values in query.items())}"
            self.broken += differences(method, address, value, said)
            return said

    def _login(self, headers: dict[str, str]) -> str:
        token = headers.get("authorization", "").removeprefix("Bearer ")
        if token and token not in self.tokens:
            raise NoAccess(401, "Bad credentials")
        return self.tokens.get(token, "")

    def _said(
        self, method: str, path: str, query: dict[str, list[str]], value: Any, me: str, headers: dict[str, str]
    ) -> Said:
        parts = path.removeprefix(f"/repos/{self.repo}/").split("/")
        if not path.startswith(f"/repos/{self.repo}/"):
            raise NoAccess(404, "Not Found")
        if method != "GET":
            if not me:
                raise NoAccess(401, "Requires authentication")
            if headers["authorization"].removeprefix("Bearer ") not in self.may_write:
                raise NoAccess(403, "Resource not accessible by integration")
        match method, parts:
            case "GET", ["pulls"]:
                return Said([self._pull()])
            case "GET", ["pulls", number] if number == str(self.number):
                return Said(self._pull())
            case "GET", ["issues", number, "comments"] if number == str(self.number):
                return self._page(path, list(self.comments.values()), query)
            case "POST", ["issues", number, "comments"] if number == str(self.number):
                if self.locked:
                    raise NoAccess(403, "Unable to create comment because issue is locked.")
                self._require_length(value["body"])
                return Said(self.comments[self.put(value["body"], me)], 201)
            case "PATCH" | "DELETE", ["issues", "comments", number] if int(number) in self.comments:
                return self._changed(method, int(number), value, me)
        raise NoAccess(404, "Not Found")

    def _changed(self, method: str, number: int, value: Any, me: str) -> Said:
        if self.comments[number]["user"]["login"] != me:
            raise NoAccess(403, "Resource not accessible by integration")
        if method == "DELETE":
            del self.comments[number]
            return Said(b"", 204)
        self._require_length(value["body"])
        self.comments[number] |= {"body": value["body"], "updated_at": NOW}
        self.edits[number].insert(0, value["body"])
        return Said(self.comments[number])

    def _require_length(self, body: str) -> None:
        if len(body) > MOST:
            raise NoAccess(422, f"Body is too long (maximum is {MOST} characters)")

    def _pull(self) -> dict[str, Any]:
        one = copy.deepcopy(rest()["examples"]["pull"])
        one |= {"number": self.number, "state": "open", "locked": self.locked}
        one["requested_teams"] = []  # those of the example lack what GitHub says they have
        one["head"]["sha"], one["base"]["sha"] = self.head, self.base
        one["base"]["repo"]["full_name"] = self.repo
        found: dict[str, Any] = one
        return found

    def _page(self, path: str, found: list[Any], query: dict[str, list[str]]) -> Said:
        """Its `Link` leads to another path than the one that was asked, as GitHub's does."""
        size, page = min(int(query.get("per_page", ["30"])[0]), 100), int(query.get("page", ["1"])[0])
        there = f"{self.url}{path.replace(f'/repos/{self.repo}', '/repositories/1296269', 1)}"
        more = {"Link": f'<{there}?per_page={size}&page={page + 1}>; rel="next"'} if page * size < len(found) else {}
        return Said(found[(page - 1) * size : page * size], 200, more)

    # --- GraphQL

    def _graphql(self, asked: Any, headers: dict[str, str]) -> Said:
        with self._lock:
            try:
                me = self._login(headers)
            except NoAccess as no:
                return no.said
            if not me:
                return Said({"message": "This endpoint requires you to be authenticated."}, 401)
            writes = headers["authorization"].removeprefix("Bearer ") in self.may_write
            self.graphql.append(asked["query"].split("{")[0].strip())
            root = _Root(self, me, writes)
            done = graphql_sync(schema(), asked["query"], root_value=root, variable_values=asked.get("variables"))
            said: dict[str, Any] = {"data": done.data}
            if done.errors:
                said["errors"] = [{"message": error.message, **(error.extensions or {})} for error in done.errors]
                self.broken += [error.message for error in done.errors if not error.extensions]
            return Said(said)


class _Root:
    """What the queries are answered from."""

    def __init__(self, api: GitHubApi, me: str, writes: bool) -> None:
        self.api, self.me, self.writes = api, me, writes

    def viewer(self, _: object) -> dict[str, str]:
        return {"login": self.me, "id": "U_1"}

    def node(self, _: object, id: str) -> dict[str, Any]:  # noqa: A002
        number = int(id.removeprefix("IC_"))
        if number not in self.api.comments:
            raise GraphQLError("Could not resolve to a node", extensions={"type": "NOT_FOUND"})
        edits = [{"id": f"E_{n}", "diff": text} for n, text in enumerate(self.api.edits[number])]
        edits = edits if len(edits) > 1 else []  # what was never edited has no edits

        def user_content_edits(_: object, first: int = 0) -> dict[str, Any]:
            return {"nodes": edits[:first], "totalCount": len(edits)}

        reason = self.api.hidden.get(number)
        known = {"id": id, "isMinimized": number in self.api.hidden, "minimizedReason": reason}
        return {"__typename": "IssueComment", **known, "userContentEdits": user_content_edits}

    def minimizeComment(self, info: object, input: dict[str, str]) -> dict[str, Any]:  # noqa: N802, A002
        self.api.hidden[self._own(input)] = input["classifier"].lower()
        return {"minimizedComment": self.node(info, input["subjectId"])}

    def unminimizeComment(self, info: object, input: dict[str, str]) -> dict[str, Any]:  # noqa: N802, A002
        self.api.hidden.pop(self._own(input), None)
        return {"unminimizedComment": self.node(info, input["subjectId"])}

    def _own(self, given: dict[str, str]) -> int:
        number = int(given["subjectId"].removeprefix("IC_"))
        if not self.writes:
            raise GraphQLError("Resource not accessible by integration", extensions={"type": "FORBIDDEN"})
        assert number in self.api.comments
        return number
