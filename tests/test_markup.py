"""What others wrote stays text in GitHub's Markdown, whatever it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings

from openness_gate.markup import GROWTH, MOST, code, head, label, row, text
from openness_gate.messages import tame
from tests.rendered import Page, linked
from tests.reports import HOSTILE, hostile

PLACES = {
    "a cell": lambda said: head(("a", "b")) + row((said, "x")),
    "a cell behind words": lambda said: head(("a", "b")) + row((f"needs {said}; got x", "x")),
    "an item": lambda said: f"- {said}\n- x\n",
    "a paragraph": lambda said: f"{said}\n\nx\n",
    "a heading": lambda said: f"### x: {said}\n",
}


def checked(said: str, place: str, markup: str) -> None:
    page, plain = (
        Page(PLACES[place](markup)),
        Page(PLACES[place]("x" if not markup.startswith("<code>") else code("x"))),
    )
    assert page.skeleton() == plain.skeleton()
    assert not page.others and not page.attributes
    assert linked(page) == []
    shown = " ".join(tame(said).split())
    if len(shown) <= MOST and not markup.endswith(("…", "…</code>")):
        assert shown in " ".join(page.words().split())


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_hostile_is_only_text(said: str, place: str) -> None:
    checked(said, place, text(said))
    checked(said, place, code(said))


@settings(max_examples=300, deadline=None)
@given(hostile)
def test_what_is_made_of_it_is_only_text(said: str) -> None:
    if tame(said).split():
        for place in PLACES:
            checked(said, place, text(said))
        checked(said, "a cell", code(said))


@settings(max_examples=300, deadline=None)
@given(hostile)
def test_it_is_short_and_holds_nothing_invisible(said: str) -> None:
    written = text(said, 20)
    assert len(written) <= 20 * GROWTH + 1
    assert not {c for c in written if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert not set(written) & set("|`<>*_[]~") - ({"<", ">"} if "<span>$</span>" in written else set())


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("plain words, (and) \"quotes\" 'too'", "plain words, (and) \"quotes\" 'too'"),
        ("a|b", "a&#124;b"),
        ("@org/team", "@&#8203;org/team"),
        ("see #12", "see #&#8203;12"),
        ("https://x.y", "https:&#8203;//x.y"),
        ("0123456789ab", "012345&#8203;6789ab"),
        ("a" * 64, "a" * 64),
        ("README.md:29", "README.md:29"),
        ("- x", "&#8203;- x"),
        ("5 $", "5 <span>$</span>"),
        ("two\nlines", "two lines"),
        ("", ""),
    ],
)
def test_how_it_is_written(said: str, written: str) -> None:
    assert text(said) == written


def test_what_is_too_long_is_cut() -> None:
    assert text("x" * (MOST + 1)) == "x" * MOST + "…"
    assert text("x" * MOST) == "x" * MOST
    assert text("|" * MOST) == "&#124;" * (MOST * GROWTH // 6) + "…"
    assert code("") == ""


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_a_label_of_a_chart_has_nothing_but_letters(said: str) -> None:
    assert all(c.isascii() and (c.isalnum() or c in " .-%") for c in label(said))
    assert len(label(said)) <= 40
