"""YAML that remembers its lines and refuses what attacks parsers."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest

from openness_gate.located import MAX_BYTES, MAX_NODES, Malformed, nearest, parse, strings
from openness_gate.model import Place

TEXT = """\
# a comment
title: Wren
rules:
  model-card:
    at_least: described
    topics: [a, b,
      c]

  "data-card": {license: open}
"""
LINES = {
    (): 2,
    ("title",): 2,
    ("rules",): 3,
    ("rules", "model-card"): 4,
    ("rules", "model-card", "at_least"): 5,
    ("rules", "model-card", "topics", 0): 6,
    ("rules", "model-card", "topics", 2): 7,
    ("rules", "data-card", "license"): 9,
    ("rules", "gone"): 3,
    ("rules", "model-card", "gone", "further"): 4,
}


@pytest.mark.parametrize("keys", LINES)
def test_line(keys: tuple[str | int, ...]) -> None:
    assert parse(TEXT, "p.yaml").place(*keys) == Place("p.yaml", LINES[keys])
    assert parse(TEXT, "p.yaml", first_line=11).place(*keys) == Place("p.yaml", LINES[keys] + 10)


def test_error_names_the_keys_and_the_line() -> None:
    error = parse(TEXT, "p.yaml").error("is odd", "rules", "model-card", "at_least")
    assert str(error) == "p.yaml:5: rules.model-card.at_least: is odd"
    assert error.at == Place("p.yaml", 5)
    assert error.exit_code == 2


SCALARS = {
    "no": "no", "yes": "yes", "on": "on", "NO": "NO", "true": True, "False": False, "null": None, "~": None, "": None,
    "1": 1, "-7": -7, "+7": 7, "007": 7, "1.10": "1.10", "1e3": "1e3", "0x10": "0x10", "1_000": "1_000", ".inf": ".inf",
    "2024-01-01": "2024-01-01", "12:30:45": "12:30:45", "9" * 18: int("9" * 18), "9" * 30: "9" * 30, "'1'": "1",
    '"true"': "true", "²": "²", "=": "=",
}  # fmt: skip


@pytest.mark.parametrize("text", SCALARS)
def test_scalar(text: str) -> None:
    value = parse(f"a: {text}\n", "x").value["a"]
    assert value == SCALARS[text]
    assert type(value) is type(SCALARS[text])


REFUSED = {
    "a: &x [1]\nb: *x\n": ("x:1", "anchors and aliases"),
    "a: 1\nb: &x 2\n": ("x:2", "anchors and aliases"),
    "a:\n  <<: {b: c}\n": ("x:2", "merge keys"),
    "a: 1\nb: 2\na: 3\n": ("x:3", "'a' stands twice"),
    "a: {b: 1, b: 2}\n": ("x:1", "'b' stands twice"),
    "a: 1\n---\nb: 2\n": ("x:2", "more than one"),
    "? [a]\n: b\n": ("x:1", "a key must be"),
    "a: [\n": ("x:2", "not YAML"),
    "a:\n\tb: 1\n": ("x:2", "not YAML"),
    "a: 'open\n": ("x:", "not YAML"),
    "a: \x07\n": ("x:1", "not YAML"),
    "%YAML 9\n---\n": ("x:1", "not YAML"),
    "a: !!python/object/apply:os.system [id]\n": ("x:1", ""),
    "[" * 41: ("x:1", "nested more than 40"),
    '{"a":' * 41: ("x:1", "nested more than 40"),
    "[" * 100_000: ("x:1", "nested more than 40"),
    f"[{'1,' * (MAX_NODES + 1)}]": ("x:1", f"more than {MAX_NODES} values"),
    "x" * (MAX_BYTES + 1): ("x:1", "more than 512 KiB"),
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:20])
def test_refused(text: str) -> None:
    at, says = REFUSED[text]
    with pytest.raises(Malformed) as caught:
        parse(text, "x")
    assert str(caught.value).startswith(at)
    assert says in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("text", ["a: b", '"' * (MAX_BYTES - 1), "- " * (MAX_BYTES // 2), "a\n" * (MAX_BYTES // 2)])
def test_is_quick_whatever_it_is_given(text: str) -> None:
    started = time.process_time()
    with suppress(Malformed):
        parse(text, "x")
    assert time.process_time() - started < 5


def test_json_is_yaml() -> None:
    value = {"a": [1, True, None, "no", {"b": "ü"}], "c": {}}
    assert parse(json.dumps(value, indent=1), "x").value == value
    assert parse(json.dumps(value), "x").place("a", 4, "b") == Place("x", 1)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n"])
def test_nothing(text: str) -> None:
    assert parse(text, "x").value is None


def test_nearest() -> None:
    assert nearest("model-crd", ["model-card", "data-card"]) == "did you mean 'model-card'?"
    assert nearest("zzz", ["b", "a"]) == "known are a, b"


def test_strings() -> None:
    assert list(strings("a")) == ["a"]
    assert list(strings(["a", 1, None, ["b"], "c"])) == ["a", "c"]
    assert list(strings(None)) == list(strings({"a": "b"})) == []
