"""A GitHub with an organization on this machine: its lists, repositories and GraphQL, its limits, and what it counts.

What it answers comes from real bare git repositories that share one store of objects. Requests and answers are held
against GitHub's own descriptions, as in `github_api`: what does not fit is in `broken`, which a test must find empty.
"""

from __future__ import annotations

import base64
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import Any
from urllib.parse import unquote

from tests.git_objects import BEGAN, Commit, Files, Objects, stamp, write, write_repositories
from tests.github_api import NoAccess, differences, rest
from tests.github_graph import answered
from tests.hubs import Forge, Said

MOST_CHECKED = 200  #: entries of a tree that are held against the description
JSON, RAW, SHA = (f"application/vnd.github.{form}" for form in ("json", "raw", "sha"))
SECONDARY = Said(
    {"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}, 403
)
SLOW = (
    "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug."
    " Please include `A:B` when reporting this issue."
)
TIMEOUT = Said({"data": None, "errors": [{"message": SLOW}]})


@dataclass
class Kept:
    """A repository. *about* adds to what is said of it; *listed* is the name that lists still call it."""

    id: int
    name: str
    about: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    listed: str = ""
    state: int = 200  #: 404 where it is gone; 403 and 451 where it is blocked

    @property
    def private(self) -> bool:
        return bool(self.about.get("visibility", "public") != "public")


class GitHubOrg(Forge):
    """`/orgs/…`, `/users/…`, `/repos/…`, `/repositories/…` and `/graphql`."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.objects = Objects(root / "store.git")
        self.users: set[str] = set()  #: owners that are no organization
        self.kept: dict[str, Kept] = {}  #: by name
        self.old: dict[str, Kept] = {}  #: by the names that they had
        self.most = 100_000  #: entries of a tree before it is cut off
        self.most_text = 512_000  #: bytes of a file before its text is cut off
        self.most_at_once = 100  #: repositories in one query; more are a 502
        self.budget = {"core": 5000, "graphql": 5000}
        self.refuses = 403  #: or 429, once the budget is used up
        self.window = 3600.0  #: seconds until there is a new budget
        self.broken: list[str] = []
        self.forget()
        self.resets = time.time() + self.window
        self._used: Counter[str] = Counter()
        self._lock = RLock()
        if (index := root / "organization.json").exists():
            self.kept = {name: Kept(name=name, **one) for name, one in json.loads(index.read_text("utf-8")).items()}
        self._time = BEGAN + len(self.kept)  #: of the last push

    @contextmanager
    def running(self) -> Iterator[Forge]:
        with super().running():
            try:
                yield self
            finally:
                self.objects.close()

    # --- what a test does to it

    def forget(self) -> None:
        """Count anew."""
        self.counted = Counter[str]()  #: what counts against a limit: "core" and "graphql"; what a fault took does not
        self.whole = Counter[tuple[str, str]]()  #: of a repository how often its tree ("tree") and each file were sent
        self.asked.clear()

    def add(self, name: str, files: Files | None = None, **about: Any) -> Kept:
        self._time += 1
        (made,) = write_repositories(self.root, {name: files or {}}, self._time)
        kept = Kept(len(self.kept) + 1001, name, {"pushed_at": stamp(self._time)} | about)
        self.kept[name] = kept
        self._point(name, made)
        return kept

    def push(self, name: str, files: Files) -> str:
        """The commit that puts *files* there."""
        self._time += 1
        (made,) = write(self.root / "store.git", [Commit(name, files, self._time, self.head(name))])
        self._point(name, made)
        self.kept[name].about["pushed_at"] = stamp(self._time)
        return made

    def rename(self, name: str, to: str, listed: bool = False) -> None:
        """*listed*: a list already knows."""
        kept = self.kept.pop(name)
        (self.root / f"{name}.git").rename(self.root / f"{to}.git")
        kept.name, kept.listed = to, "" if listed else name
        self.kept[to] = self.old[name] = kept

    def head(self, name: str) -> str:
        """The commit of its branch; "" where it is empty."""
        at = self.root / f"{name}.git" / "refs" / "heads" / "main"
        return at.read_text("ascii").strip() if at.exists() else ""

    def used(self, resource: str) -> int:
        return self._used[resource]

    def use(self, resource: str, times: int) -> None:
        self._used[resource] += times

    def _point(self, name: str, commit: str) -> None:
        if commit:
            (self.root / f"{name}.git" / "refs" / "heads" / "main").write_text(f"{commit}\n", "ascii")

    # --- what it answers

    def answer(self, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Said:
        with self._lock:
            if refused := self._refused("core"):
                return refused
            asked = {name: values[0] for name, values in query.items()}
            try:
                self._require_token(headers)
                said, as_described = self._said(path.removeprefix("/api/v3"), asked, headers)
            except NoAccess as no:
                said, as_described = no.said, path
            said, text = _encoded(said)
            if as_described and not isinstance(said.body, bytes):
                address = f"{as_described}?{'&'.join(f'{name}={value}' for name, value in asked.items())}"
                self.broken += differences("GET", address, None, _shortened(said))
            tag = f'W/"{sha256(text).hexdigest()}"'
            same = said.status == 200 and headers.get("if-none-match") == tag
            return self._counted("core", Said(b"" if same else text, 304 if same else said.status, {
                "Content-Type": f"{JSON}; charset=utf-8", "ETag": tag, **said.headers,
            }))  # fmt: skip

    def change(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Said:
        if method != "POST" or not path.endswith("/graphql"):
            raise KeyError(path)
        with self._lock:
            if refused := self._refused("graphql"):
                return refused
            try:
                self._require_token(headers, needed=True)
            except NoAccess as no:
                return self._counted("graphql", no.said)
            return self._counted("graphql", self._graphql(json.loads(body), "authorization" in headers))

    def _require_token(self, headers: dict[str, str], needed: bool = False) -> None:
        if headers.get("authorization") == "Bearer bad":
            raise NoAccess(401, "Bad credentials")
        if needed and "authorization" not in headers:
            raise NoAccess(401, "This endpoint requires you to be authenticated.")

    def _counted(self, resource: str, said: Said) -> Said:
        if said.status != 304:
            self._used[resource] += 1
            self.counted[resource] += 1
        return said._replace(headers={**self._limits(resource), **said.headers})

    def _limits(self, resource: str) -> dict[str, str]:
        limit, used = self.budget[resource], self._used[resource]
        values = {"limit": limit, "remaining": max(limit - used, 0), "used": used, "reset": int(self.resets + 0.999)}
        return {f"X-RateLimit-{name.title()}": str(value) for name, value in values.items()} | {
            "X-RateLimit-Resource": resource
        }

    def _refused(self, resource: str) -> Said | None:
        if time.time() >= self.resets:
            self._used.clear()
            self.resets = time.time() + self.window
        if self._used[resource] < self.budget[resource]:
            return None
        message = "API rate limit exceeded for user ID 1."
        if resource == "graphql":
            return Said({"errors": [{"type": "RATE_LIMITED", "message": message}]}, 200, self._limits(resource))
        return Said({"message": message}, self.refuses, self._limits(resource))

    def _said(self, path: str, asked: dict[str, str], headers: dict[str, str]) -> tuple[Said, str]:
        """The answer, and the path that GitHub's description knows of it; "" where it is no JSON."""
        parts = path.strip("/").split("/")
        match parts:
            case ["orgs" | "organizations" | "users" | "user", owner, "repos"]:
                return self._list(parts[0], owner, asked, "authorization" in headers)
            case ["orgs" | "organizations", owner, "properties", "values"]:
                return self._properties(owner, asked)
            case ["repositories", number, *rest]:
                kept = next((one for one in self.kept.values() if str(one.id) == number), None)
            case ["repos", owner, name, *rest]:
                kept = self.kept.get(f"{owner}/{name}")
                if kept is None and (moved := self.old.get(f"{owner}/{name}")):
                    place = "/".join((self.url, "repositories", str(moved.id), *rest))
                    more = "?" + "&".join(f"{name}={value}" for name, value in asked.items()) if asked else ""
                    return Said(
                        {"message": "Moved Permanently", "url": place + more}, 301, {"Location": place + more}
                    ), path
            case _:
                raise NoAccess(404, "Not Found")
        if kept is None or kept.state == 404 or (kept.private and "authorization" not in headers):
            raise NoAccess(404, "Not Found")
        if kept.state != 200:
            raise Blocked(kept.state)
        said = self._in_repository(kept, rest, asked, headers.get("accept", ""))
        return said, "" if isinstance(said.body, bytes) else "/".join(("/repos", kept.name, *rest))

    # --- lists

    def _list(self, place: str, owner: str, asked: dict[str, str], token: bool) -> tuple[Said, str]:
        if place in ("organizations", "user"):
            owner = self._owners()[int(owner) - 1]
        is_user = owner in self.users
        if owner not in self._owners() or (is_user and place.startswith("org")):
            raise NoAccess(404, "Not Found")
        ours = [one for one in self.kept.values() if one.name.startswith(f"{owner}/") and (token or not one.private)]
        key = {"pushed": "pushed_at", "full_name": "full_name"}.get(asked.get("sort", ""), "id")
        found = sorted((self.about(one, one.listed) for one in ours), key=lambda one: str(one[key] or ""))
        if asked.get("direction", "desc" if key == "pushed_at" else "asc") == "desc":
            found.reverse()
        described = f"/users/{owner}/repos" if "user" in place else f"/orgs/{owner}/repos"
        return self._page(
            f"{'user' if is_user else 'organizations'}/{self._owners().index(owner) + 1}/repos", found, asked
        ), described

    def _properties(self, owner: str, asked: dict[str, str]) -> tuple[Said, str]:
        owner = self._owners()[int(owner) - 1] if owner.isdecimal() else owner
        if owner not in self._owners() or owner in self.users:
            raise NoAccess(404, "Not Found")
        found = [
            {
                "repository_id": one.id, "repository_name": name.split("/")[1], "repository_full_name": name,
                "properties": [{"property_name": key, "value": value} for key, value in one.properties.items()],
            }
            for name, one in sorted(self.kept.items()) if name.startswith(f"{owner}/")
        ]  # fmt: skip
        place = f"organizations/{self._owners().index(owner) + 1}/properties/values"
        return self._page(place, found, asked), f"/orgs/{owner}/properties/values"

    def _owners(self) -> list[str]:
        return sorted({name.split("/")[0] for name in self.kept} | self.users)

    def _page(self, place: str, found: list[Any], asked: dict[str, str]) -> Said:
        size, page = min(int(asked.get("per_page", 30)), 100), int(asked.get("page", 1))
        last = max(-(-len(found) // size), 1)
        pages = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        if page == 1:
            del pages["prev"], pages["first"]
        if page >= last:
            del pages["next"], pages["last"]
        more = "".join(f"{name}={value}&" for name, value in asked.items() if name != "page")
        links = ", ".join(f'<{self.url}/{place}?{more}page={to}>; rel="{rel}"' for rel, to in pages.items())
        return Said(found[(page - 1) * size : page * size], 200, {"Link": links} if links else {})

    def about(self, kept: Kept, name: str = "", of: str = "repositories") -> dict[str, Any]:
        name = name or kept.name
        one: dict[str, Any] = json.loads(_example(of, self.url, name))
        visibility = kept.about.get("visibility", "public")
        one |= {"id": kept.id, "node_id": f"R_{kept.id}", "name": name.split("/")[1], "full_name": name}
        one |= {"private": kept.private, "default_branch": "main", "language": None, "topics": [], "size": 100}
        return one | {"visibility": visibility} | kept.about

    # --- one repository

    def _in_repository(self, kept: Kept, rest: list[str], asked: dict[str, str], accept: str) -> Said:
        head, raw = self.head(kept.name), "raw" in accept
        if rest and not head:
            raise NoAccess(409, "Git Repository is empty.")
        match rest:
            case []:
                return Said(self.about(kept, of="repository"))
            case ["commits", ref]:
                commit = self.commit(kept, unquote(ref))
                if not commit:
                    raise NoAccess(422, f"No commit found for SHA: {ref}")
                if "sha" in accept:
                    return Said(commit.encode(), 200, {"Content-Type": f"{SHA}; charset=utf-8"})
                return Said(json.loads(_example("commit", self.url, kept.name)) | {"sha": commit})
            case ["git", "trees", ref]:
                return self._tree(kept, unquote(ref), "recursive" in asked)
            case ["git", "blobs", oid]:
                content = self._object(oid, "blob")
                self.whole[kept.name, oid] += 1
                if raw:
                    return Said(content, 200, {"Content-Type": f"{RAW}; charset=utf-8"})
                text = {"content": base64.encodebytes(content).decode(), "encoding": "base64", "size": len(content)}
                return Said(
                    {"sha": oid, "node_id": "B_1", "url": f"{self.url}/repos/{kept.name}/git/blobs/{oid}"} | text
                )
        raise NoAccess(404, "Not Found")

    def _tree(self, kept: Kept, ref: str, recursive: bool) -> Said:
        commit = self.commit(kept, ref)
        oid = self.objects.tree_of(commit) if commit else ref
        self._object(oid, "tree")
        found = list(self.objects.walk(oid)) if recursive else self.objects.tree(oid)
        if recursive:
            self.whole[kept.name, "tree" if commit or oid == self._root(kept) else oid] += 1
        here = f"{self.url}/repos/{kept.name}/git"
        entries = [
            {"path": one.path, "mode": one.mode, "type": one.kind, "sha": one.oid}
            | ({"size": one.size} if one.kind == "blob" else {})
            | ({"url": f"{here}/{one.kind}s/{one.oid}"} if one.kind != "commit" else {})
            for one in found[: self.most]
        ]
        return Said({"sha": oid, "url": f"{here}/trees/{oid}", "tree": entries, "truncated": len(found) > self.most})

    def _root(self, kept: Kept) -> str:
        return self.objects.tree_of(self.head(kept.name)) if self.head(kept.name) else ""

    def _object(self, oid: str, kind: str) -> bytes:
        try:
            return self.objects.content(oid, kind)
        except KeyError:
            raise NoAccess(404, "Not Found") from None

    def commit(self, kept: Kept, ref: str) -> str:
        """ "" where *ref* is none."""
        if ref in ("HEAD", "main", "refs/heads/main"):
            return self.head(kept.name)
        try:
            return ref if len(ref) == 40 and self.objects.get(ref)[0] == "commit" else ""
        except KeyError:
            return ""

    # --- GraphQL

    def _graphql(self, asked: dict[str, Any], token: bool) -> Said:
        said, broken, repositories = answered(self, asked, token)
        self.broken += broken
        return Said("<html>502 Bad Gateway</html>", 502) if repositories > self.most_at_once else Said(said)


class Blocked(NoAccess):
    def __init__(self, status: int) -> None:
        super().__init__(status, "Repository access blocked")
        reason = {"reason": "dmca" if status == 451 else "tos", "created_at": stamp(BEGAN), "html_url": None}
        self.said = self.said._replace(body={"message": "Repository access blocked", "block": reason})


# --- parts


@cache
def _example(of: str, url: str, name: str) -> str:
    """GitHub's own, which lacks what GitHub says it has."""
    one = rest()["examples"][of]
    one = dict(one[0] if isinstance(one, list) else one)
    for other in ("source", "parent", "template_repository", "files"):
        one.pop(other, None)
    return json.dumps(one).replace("https://api.github.com", url).replace("octocat/Hello-World", name)


def _encoded(said: Said) -> tuple[Said, bytes]:
    return said, said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()


def _shortened(said: Said) -> Said:
    if isinstance(said.body, dict) and isinstance(said.body.get("tree"), list):
        return said._replace(body={**said.body, "tree": said.body["tree"][:MOST_CHECKED]})
    return said
