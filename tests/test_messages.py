"""The function that every sentence goes through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness_gate import messages
from openness_gate.messages import say, tame
from tests.github_runner import starts_one
from tests.reports import HOSTILE


def test_values_are_put_where_they_are_named() -> None:
    assert say("{path} has {n} lines", path="a.md", n=3) == "a.md has 3 lines"


def test_a_translation_may_move_the_values(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = {"{path} has {n} lines": "{n} Zeilen hat {path}"}
    monkeypatch.setattr(messages, "translate", lambda sentence: catalogue.get(sentence, sentence))
    assert say("{path} has {n} lines", path="a.md", n=3) == "3 Zeilen hat a.md"
    assert say("{path} is new", path="a.md") == "a.md is new"


@pytest.mark.parametrize("value", ["{path}", "{0.__class__}", "{n!r}", "}", "{"])
def test_a_value_is_never_read_as_a_pattern(value: str) -> None:
    assert say("it says {value}", value=value) == f"it says {value}"


TAMED = {
    "plain": "plain",
    "two\nlines": "two lines",
    "two\r\nlines": "two  lines",
    "\ttab": " tab",
    "\x1b[31mred": "\\u001b[31mred",
    "\x00": "\\u0000",
    "\x9b31m": "\\u009b31m",
    "\u202eevil": "\\u202eevil",
    "\u2066x\u2069": "\\u2066x\\u2069",
    "zero\u200bwidth": "zero\\u200bwidth",
    "\ufeffmark": "\\ufeffmark",
    "\u2028line": " line",
    "\u0085line": " line",
    "\udcff\udc80": "\\xff\\x80",
    "\ud800": "\\ud800",
    "é 数据 データ 🐦": "é 数据 データ 🐦",
    "::set-output name=a::b": "\\u003a:set-output name=a::b",
    " \u3000::error::x": " \u3000\\u003a:error::x",
    "\n::error::x": " \\u003a:error::x",
    "std::vector": "std::vector",
    "x ##[error]y": "x \\u0023#[error]y",
    "###[##[": "#\\u0023#[\\u0023#[",
}


@pytest.mark.parametrize("text", TAMED)
def test_nothing_is_left_that_fools_a_reader(text: str) -> None:
    assert tame(text) == TAMED[text]
    assert say("{x}", x=text) == TAMED[text]
    tame(text).encode("utf-8")


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=5).map("".join))
def test_a_line_of_it_is_no_command(text: str) -> None:
    assert starts_one(tame(text)) == []
    assert tame(tame(text)) == tame(text)
