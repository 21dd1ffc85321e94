"""Looks into JSON and YAML that may hold anything: what is not of the shape that is asked for is not there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from openness_gate.facts import blob_fact, content, fact
from openness_gate.facts.headings import words
from openness_gate.facts.paths import folder, is_foreign
from openness_gate.located import Doc, Malformed, parse
from openness_gate.messages import say
from openness_gate.model import Place, Repo
from openness_gate.tuples import NamedTuple

EMPTY_WORDS = frozenset(
    {"xxx", "na", "null", "nil", "unknown", "placeholder", "example", "fixme", "description", "url"}
)
EMPTY_STARTS = ("todo", "tbd", "fixme", "[more information", "<your", "<insert", "[insert", "[your")
EXAMPLE_HOSTS = ("://example.", "://www.example.", ".example/", ".invalid", "://localhost", "://127.")
FIXTURES = frozenset({"testdata", "test_data", "test-data", "test_fixtures", "fixtures", "__tests__", "unittests"})


class Said(NamedTuple):
    """Some words, and where they stand."""

    value: str
    at: Place


def loads(text: str) -> Any:
    """The JSON document *text*; whatever is wrong with it is a `ValueError`. A key that stands twice is refused."""
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=lambda _: None)
        if "\\ud" in text or "\\uD" in text:  # half of a surrogate pair could not be printed
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError(say("nested too deep")) from None
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(say("a key stands twice"))
    return found


@blob_fact
def document(repo: Repo, path: str) -> tuple[Doc, str]:
    """The mapping in a JSON or YAML file, and "". Of a broken file an empty mapping, and what is wrong with it."""
    text = content.text(repo, path).removeprefix("\ufeff")
    try:
        doc = _parse(text, path)
    except Malformed as error:
        return Doc(path, {}, {(): error.at.line}), error.says
    if isinstance(doc.value, dict):
        return doc, ""
    return Doc(path, {}, {}), say("it is empty") if doc.value is None else say("it is no mapping")


def _parse(text: str, path: str) -> Doc:
    try:
        return parse(text, path)
    except Malformed as error:
        if not path.endswith((".json", ".jsonld", ".lock", ".ipynb")):
            raise
        try:  # JSON that is no YAML: surrogate pairs, control characters, long keys, and what is merely large
            return Doc(path, loads(text), {})
        except ValueError:
            raise error from None


def value_at(doc: Doc, *keys: str | int) -> Any:
    """What is under *keys*; None where there is nothing, or something of another shape on the way."""
    value = doc.value
    for key in keys:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value


def said(doc: Doc, *keys: str | int) -> Said | None:
    """The words under *keys*, if there are any."""
    value = value_at(doc, *keys)
    return Said(value.strip(), doc.place(*keys)) if isinstance(value, str) and value.strip() else None


def all_said(doc: Doc, *keys: str | int) -> Iterator[Said]:
    """The words under *keys*, which may hold one or a list of them."""
    if indices := items_at(doc, *keys):
        yield from (found for index in indices if (found := said(doc, *keys, index)))
    elif found := said(doc, *keys):
        yield found


def keys_at(doc: Doc, *keys: str | int) -> list[str]:
    """The keys of the mapping under *keys*."""
    value = value_at(doc, *keys)
    return list(value) if isinstance(value, dict) else []


def items_at(doc: Doc, *keys: str | int) -> range:
    """The indices of the list under *keys*."""
    value = value_at(doc, *keys)
    return range(len(value)) if isinstance(value, list) else range(0)


def filled(text: str) -> bool:
    """Whether *text* says something: it is no placeholder."""
    plain = text.strip().casefold()
    return words(text) > 0 and plain.strip("<>[](){}. ") not in EMPTY_WORDS and not plain.startswith(EMPTY_STARTS)


def address(text: str) -> str:
    """*text* if it is an address that could lead somewhere; else ""."""
    known = text.startswith(("http://", "https://", "s3://", "gs://", "ftp://", "hf://", "doi:", "ipfs://"))
    return text if known and not any(host in text for host in EXAMPLE_HOSTS) and " " not in text else ""


def first_said(doc: Doc, *keys: str | int) -> str:
    """The first words under *keys* that are no placeholder."""
    return next((one.value for one in deep_said(doc, *keys) if filled(one.value)), "")


def deep_said(doc: Doc, *keys: str | int) -> Iterator[Said]:
    """The words under *keys*, which may be one, a list of them, or things with a name or an address."""
    yield from all_said(doc, *keys)
    value = value_at(doc, *keys)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield Said(str(value), doc.place(*keys))
    things = [keys] if isinstance(value, dict) else [(*keys, index) for index in items_at(doc, *keys)]
    for thing in things:
        for key in ("name", "title", "@id", "url", "path", "description"):
            if isinstance(value_at(doc, *thing), dict) and (found := said(doc, *thing, key)):
                yield found


@fact
def present(repo: Repo) -> frozenset[str]:
    return frozenset(repo.paths)


def aside(repo: Repo, path: str) -> bool:
    """Whether a file only serves tests, or is somebody else's: what lies there is no part of a release."""
    own = path.removeprefix(repo.home).lstrip("/")
    return is_foreign(own) or not FIXTURES.isdisjoint(own.lower().split("/")[:-1])


def beside(path: str, name: str) -> str:
    """The path of *name* in the folder of *path*."""
    return f"{folder(path)}/{name}" if folder(path) else name
