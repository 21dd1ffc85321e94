"""Cuts what GitHub says of its own API down to what we ask: tests/data/github is made by this.

    npm pack @octokit/openapi@23.0.2 @octokit/graphql-schema@15.26.1 @octokit/webhooks-examples@7.6.1
    python -m tests.slice_github FOLDER    # with the three unpacked as openapi, graphql-schema and webhooks-examples

The REST description becomes JSON Schema (`nullable` is a type there), so that `jsonschema` can hold requests and
answers against it; the GraphQL schema keeps the types and fields named below.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "github"
OPERATIONS = (
    "GET /repos/{owner}/{repo}/pulls",
    "GET /repos/{owner}/{repo}/pulls/{pull_number}",
    "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
    "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
    "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}",
    "GET /orgs/{org}/repos",
    "GET /users/{username}/repos",
    "GET /orgs/{org}/properties/values",
    "GET /repos/{owner}/{repo}",
    "GET /repos/{owner}/{repo}/commits/{ref}",
    "GET /repos/{owner}/{repo}/git/trees/{tree_sha}",
    "GET /repos/{owner}/{repo}/git/blobs/{file_sha}",
)
EXAMPLES = {
    "comment": OPERATIONS[3],
    "pull": OPERATIONS[1],
    "repositories": OPERATIONS[6],
    "repository": OPERATIONS[9],
    "commit": OPERATIONS[10],
}
NOISE = frozenset(
    {"examples", "example", "x-github", "x-octokit", "externalDocs", "description", "title", "tags", "format"}
)
FIELDS: dict[str, set[str]] = {
    "Query": {"id", "viewer", "node", "nodes", "rateLimit", "repository"},
    "RateLimit": {"cost", "limit", "nodeCount", "remaining", "resetAt", "used"},
    "Repository": {
        "id",
        "databaseId",
        "name",
        "nameWithOwner",
        "isEmpty",
        "isArchived",
        "isDisabled",
        "isFork",
        "isPrivate",
        "isTemplate",
        "visibility",
        "pushedAt",
        "defaultBranchRef",
        "object",
    },
    "Ref": {"id", "name", "target"},
    "GitObject": {"id", "oid"},
    "Commit": {"id", "oid", "committedDate", "tree"},
    "Tree": {"id", "oid", "entries"},
    "TreeEntry": {"mode", "name", "object", "oid", "path", "size", "type"},
    "Blob": {"id", "oid", "byteSize", "isBinary", "isTruncated", "text"},
    "Mutation": {"minimizeComment", "unminimizeComment"},
    "Node": {"id"},
    "User": {"id", "login"},
    "IssueComment": {"id", "body", "isMinimized", "minimizedReason", "userContentEdits"},
    "Minimizable": {"isMinimized", "minimizedReason"},
    "UserContentEditConnection": {"nodes", "totalCount"},
    "UserContentEdit": {"id", "diff", "editedAt"},
    "MinimizeCommentPayload": {"clientMutationId", "minimizedComment"},
    "UnminimizeCommentPayload": {"clientMutationId", "unminimizedComment"},
}
WHOLE = {"MinimizeCommentInput", "UnminimizeCommentInput", "ReportedContentClassifiers", "DateTime"} | {
    "GitObjectID",
    "RepositoryVisibility",
}


class Rest:
    def __init__(self, description: dict[str, Any]) -> None:
        self.all = description
        self.kept: dict[str, dict[str, Any]] = {}

    def cut(self, operations: Sequence[str], examples: Mapping[str, str]) -> dict[str, Any]:
        paths: dict[str, dict[str, Any]] = {}
        for operation in operations:
            method, path = operation.split()
            whole = self.all["paths"][path][method.lower()]
            paths.setdefault(path, {})[method] = self.operation(whole)
        found = {name: self.example(*operation.split()) for name, operation in examples.items()}
        return {"version": self.all["info"]["version"], "paths": paths, "components": self.kept, "examples": found}

    def operation(self, whole: dict[str, Any]) -> dict[str, Any]:
        found = [self.found(one) for one in whole["parameters"]]
        asked = {one["name"]: self.schema(one["schema"]) for one in found if one["in"] == "query"}
        body = whole.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        answers = {}
        for status, answer in whole["responses"].items():
            content = self.found(answer).get("content", {}).get("application/json", {})
            answers[status] = self.schema(content.get("schema", {}))
        return {"query": asked, "body": self.schema(body) if body else None, "answers": answers}

    def example(self, method: str, path: str) -> Any:
        content = self.all["paths"][path][method.lower()]["responses"]
        said = next(answer for status, answer in content.items() if status.startswith("2"))
        one = next(iter(said["content"]["application/json"]["examples"].values()))
        return self.found(one)["value"]

    def found(self, value: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in value:
            _, _, section, name = value["$ref"].split("/", 3)
            value = self.all["components"][section][name]
        return value

    def schema(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.schema(one) for one in value]
        if not isinstance(value, dict):
            return value
        kept: dict[str, Any] = {}
        for key, one in value.items():
            if key == "properties":
                kept[key] = {name: self.schema(about) for name, about in one.items()}
            elif key == "$ref":
                kept[key] = self.reference(one)
            elif key not in NOISE and key not in ("nullable", "discriminator", "deprecated", "readOnly"):
                kept[key] = self.schema(one)
        return {"anyOf": [kept, {"type": "null"}]} if value.get("nullable") else kept

    def reference(self, ref: str) -> str:
        _, _, section, name = ref.split("/", 3)
        assert section == "schemas", ref
        if name not in self.kept:
            self.kept[name] = {}
            self.kept[name] = self.schema(self.all["components"]["schemas"][name])
        return f"#/components/{name}"


def graphql(schema: str) -> str:
    from dataclasses import replace

    from graphql import parse, print_ast
    from graphql.language import ast

    kept: list[str] = []
    for one in parse(schema, no_location=True).definitions:
        name = getattr(getattr(one, "name", None), "value", "")
        if name in WHOLE:
            kept.append(print_ast(one))
        elif name in FIELDS:
            assert isinstance(one, (ast.ObjectTypeDefinitionNode, ast.InterfaceTypeDefinitionNode))
            fields = tuple(field for field in one.fields or () if field.name.value in FIELDS[name])
            interfaces = tuple(i for i in one.interfaces or () if i.name.value in FIELDS)
            one = replace(one, fields=fields, interfaces=interfaces, directives=())
            assert {field.name.value for field in fields} == FIELDS[name], name
            kept.append(print_ast(one))
    return re.sub(r'"""(.|\n)*?"""\n *', "", "\n\n".join(kept)) + "\n"


FOLLOW_UP = (
    "GET /repos/{owner}/{repo}",
    "GET /repos/{owner}/{repo}/issues",
    "POST /repos/{owner}/{repo}/issues",
    "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
    "GET /search/issues",
    "GET /orgs/{org}/properties/schema/{custom_property_name}",
    "GET /orgs/{org}/properties/values",
    "PATCH /orgs/{org}/properties/values",
)
EXAMPLES_OF_FOLLOW_UP = {
    "repository": FOLLOW_UP[0],
    "issue": FOLLOW_UP[2],
    "found": FOLLOW_UP[4],
    "property": FOLLOW_UP[5],
}


def event(examples: list[dict[str, Any]]) -> Any:
    (found,) = (one["examples"] for one in examples if one["name"] == "pull_request")
    return next(one for one in found if one["action"] == "synchronize")


def main(folder: Path) -> None:
    description = json.loads((folder / "openapi/generated/api.github.com.json").read_text("utf-8"))
    for name, operations, examples in (
        ("rest.json", OPERATIONS, EXAMPLES),
        ("rest_follow_up.json", FOLLOW_UP, EXAMPLES_OF_FOLLOW_UP),
    ):
        rest = Rest(description).cut(operations, examples)
        (DATA / name).write_text(json.dumps(rest, separators=(",", ":"), sort_keys=True) + "\n", "utf-8")
    schema = (folder / "graphql-schema/schema.graphql").read_text("utf-8")
    (DATA / "schema.graphql").write_text(graphql(schema), "utf-8")
    examples = json.loads((folder / "webhooks-examples/api.github.com/index.json").read_text("utf-8"))
    (DATA / "pull_request.json").write_text(json.dumps(event(examples), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
