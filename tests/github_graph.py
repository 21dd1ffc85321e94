"""GraphQL over the repositories of a `GitHubOrg`, executed by graphql-core on the slice of GitHub's schema."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from graphql import ExecutionResult, GraphQLError, execute, parse, validate

from tests.git_objects import BEGAN, Entry, stamp
from tests.github_api import schema

if TYPE_CHECKING:
    from tests.github_org import GitHubOrg, Kept


def answered(api: GitHubOrg, asked: dict[str, Any], token: bool) -> tuple[dict[str, Any], list[str], int]:
    """What is said, what of it GitHub's schema does not know, and of how many repositories it is."""
    query = _query(asked["query"])
    if isinstance(query, list):
        return {"errors": [{"message": text} for text in query]}, query, 0
    root = Root(api, token)
    done = execute(schema(), query, root, variable_values=asked.get("variables"))
    assert isinstance(done, ExecutionResult)
    said: dict[str, Any] = {"data": done.data}
    broken = []
    for error in done.errors or ():
        shown: dict[str, Any] = dict(error.formatted)
        broken += [] if shown.get("extensions") else [error.message]
        said.setdefault("errors", []).append({**shown.pop("extensions", {}), **shown})
    return said, broken, root.resolved


@cache
def _query(text: str) -> Any:
    """As it is executed; what is wrong with it, where something is."""
    try:
        parsed = parse(text, no_location=True)
    except GraphQLError as error:
        return [error.message]
    return [error.message for error in validate(schema(), parsed)] or parsed


class Root:
    """What the queries are answered from."""

    def __init__(self, api: GitHubOrg, token: bool) -> None:
        self.api, self.token, self.resolved = api, token, 0

    def rateLimit(self, _: object, dryRun: bool = False) -> dict[str, Any]:  # noqa: N802, N803
        limit, used = self.api.budget["graphql"], self.api.used("graphql") + 1
        known = {"cost": 1, "limit": limit, "remaining": limit - used, "used": used, "nodeCount": 0}
        return {**known, "resetAt": stamp(self.api.resets)}

    def repository(self, _: object, owner: str, name: str, followRenames: bool = True) -> Any:  # noqa: N803
        full = f"{owner}/{name}"
        kept = self.api.kept.get(full) or (self.api.old.get(full) if followRenames else None)
        return self._repository(kept, f"Could not resolve to a Repository with the name '{full}'.")

    def node(self, _: object, id: str) -> Any:  # noqa: A002
        kept = next((one for one in self.api.kept.values() if f"R_{one.id}" == id), None)
        return self._repository(kept, f"Could not resolve to a node with the global id of '{id}'")

    def nodes(self, info: object, ids: list[str]) -> list[Any]:
        return [self._or_error(info, id_) for id_ in ids]

    def _or_error(self, info: object, id_: str) -> Any:
        try:
            return self.node(info, id_)
        except GraphQLError as error:
            return error

    def _repository(self, kept: Kept | None, missing: str) -> dict[str, Any]:
        self.resolved += 1
        if kept is None or kept.state == 404 or (kept.private and not self.token):
            raise GraphQLError(missing, extensions={"type": "NOT_FOUND"})
        if kept.state != 200:
            raise GraphQLError("Repository access blocked", extensions={"type": "FORBIDDEN"})
        head, about = self.api.head(kept.name), self.api.about(kept)
        branch = {"id": "REF_1", "name": "main", "target": lambda _: self._object(kept, head)} if head else None
        return {
            "__typename": "Repository", "id": about["node_id"], "databaseId": kept.id, "name": about["name"],
            "nameWithOwner": kept.name, "isEmpty": not head, "isArchived": about["archived"],
            "isDisabled": about["disabled"], "isFork": about["fork"], "isPrivate": kept.private,
            "isTemplate": about["is_template"], "visibility": about["visibility"].upper(),
            "pushedAt": about["pushed_at"], "defaultBranchRef": branch,
            "object": lambda _, expression="", oid="": self._named(kept, head, oid or expression),
        }  # fmt: skip

    def _named(self, kept: Kept, head: str, what: str) -> dict[str, Any] | None:
        ref, colon, path = what.partition(":")
        commit = self.api.commit(kept, ref) if head else ""
        try:
            if not colon:
                return self._object(kept, commit or ref)
            entry = self.api.objects.at(self.api.objects.tree_of(commit), path)
        except KeyError:
            return None
        return self._object(kept, entry.oid, f"{path}/" if path else "")

    def _object(self, kept: Kept, oid: str, above: str = "") -> dict[str, Any]:
        kind, content = self.api.objects.get(oid)
        known = {"__typename": kind.title(), "id": f"O_{oid}", "oid": oid}
        if kind == "commit":
            tree = content[5:45].decode()
            return {**known, "tree": lambda _: self._object(kept, tree), "committedDate": stamp(BEGAN)}
        if kind == "tree":
            return {**known, "entries": lambda _: [self._entry(kept, e, above) for e in self.api.objects.tree(oid)]}
        binary, cut = b"\0" in content[:8000], len(content) > self.api.most_text

        def text(_: object) -> str | None:
            self.api.whole[kept.name, oid] += 1
            return None if binary else content[: self.api.most_text].decode("utf-8", "replace")

        return {**known, "byteSize": len(content), "isBinary": binary, "isTruncated": cut, "text": text}

    def _entry(self, kept: Kept, one: Entry, above: str) -> dict[str, Any]:
        inside = None if one.kind == "commit" else lambda _: self._object(kept, one.oid, f"{above}{one.path}/")
        known = {"mode": int(one.mode, 8), "name": one.path, "oid": one.oid, "size": one.size, "type": one.kind}
        return {**known, "path": above + one.path, "object": inside}
