"""The digest of what a question rests on: it changes with the evidence, and with nothing else."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date

import pytest

from openness_gate import messages
from openness_gate.evidence_digest import evidence_digest
from openness_gate.facts.releases import find
from openness_gate.judge import judgement
from openness_gate.model import Axis, Completeness, Evidence, Place, Unreadable, limits, raises, unknown
from openness_gate.report import Judgement
from tests.helpers import make_repo
from tests.judging import found, judge, only, parse

TODAY = date(2026, 11, 24)
POLICY = """
policy: p
version: 1
title: P
license_sets: {any: {includes: [open-source]}}
rules:
  model-parameters-final: {REST}
"""
README = """---
language: [en]
---
# Wren

Wren is a language model that names birds.

## Download

The weights are at https://huggingface.co/acme/wren.

### Mirrors

There are none.

## Thanks

We thank our friends.
"""
FILES = {
    "README.md": README,
    "config.json": '{"architectures": ["WrenModel"], "model_type": "wren", "hidden_size": 4}',
    "LICENSE.txt": "Ask us.\n",
    "train.py": "print(1)\n",
}
Files = Mapping[str, "str | bytes"]


def judged(files: Files, rest: str = "at_least: complete") -> Judgement:
    (release,) = find(make_repo(files))
    return judgement([release], parse(POLICY.replace("REST", rest)), TODAY)


def digest(files: Files = FILES, rest: str = "at_least: complete") -> str:
    one = judged(files, rest)
    assert only(one).status.value == "ask"
    return evidence_digest(only(one), one)


def changed(old: str, new: str) -> dict[str, str]:
    assert old in README
    return {**FILES, "README.md": README.replace(old, new)}


def test_it_is_one() -> None:
    assert digest().startswith("sha256:") and len(digest()) == 71
    assert digest() == digest()


SAME = {
    "lines above": changed("names birds.\n", "names birds.\n\nIt has 4 layers.\n\n## News\n\nNothing.\n"),
    "a section below": changed("our friends", "our best friends"),
    "one beneath": changed("There are none", "There is one"),
    "front matter": changed("[en]", "[en, de]"),
    "another file": {**FILES, "notes.txt": "a\n"},
    "a file that is not cited": {**FILES, "train.py": "print(2)\n"},
    "line ends": {**FILES, "README.md": README.replace("\n", "\r\n")},
    "spaces at the end": changed("acme/wren.\n", "acme/wren.  \n"),
    "a mark": {**FILES, "README.md": "\ufeff" + README},
}
OTHER = {
    "another address": changed("acme/wren", "acme/owl"),
    "another sentence beside it": changed("acme/wren.", "acme/wren. Ask Kim for the password."),
    "the heading": changed("## Download", "## Get it"),
    "one more link": changed(
        "## Thanks\n", "## Large\n\nMore weights: https://huggingface.co/acme/wren2\n\n## Thanks\n"
    ),
    "another file that cites": {**FILES, "CARD.md": "# Wren\n\nThe weights: https://huggingface.co/acme/wren2.\n"},
    "another name of the file": {"MODEL_CARD.md": README, **{k: v for k, v in FILES.items() if k != "README.md"}},
}


@pytest.mark.parametrize("rest", ["at_least: complete", "license: any", "access: public"])
@pytest.mark.parametrize("name", SAME)
def test_what_is_not_cited_does_not_change_it(name: str, rest: str) -> None:
    assert digest(SAME[name], rest) == digest(FILES, rest)


@pytest.mark.parametrize("rest", ["at_least: complete", "license: any", "access: public"])
@pytest.mark.parametrize("name", OTHER)
def test_what_is_cited_changes_it(name: str, rest: str) -> None:
    assert digest(OTHER[name], rest) != digest(FILES, rest)


def test_what_the_rule_asks_is_part_of_it() -> None:
    asked = ["at_least: complete", "at_least: partial", "license: any", "access: public", "access: script"]
    assert len({digest(FILES, rest) for rest in asked}) == len(asked)
    told = ["at_least: complete", "at_least: complete, severity: warning, clause: 4.2, advice: Do it."]
    assert len({digest(FILES, rest) for rest in told}) == 1


def test_a_set_of_licenses_is_part_of_it() -> None:
    one = judged(FILES, "license: any")
    other = judgement([one.release], parse(
        POLICY.replace("REST", "license: any").replace("[open-source]", "[open-source, MIT]")
    ), TODAY)  # fmt: skip
    assert evidence_digest(only(one), one) != evidence_digest(only(other), other)


def test_it_speaks_no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {rest: digest(FILES, rest) for rest in ("at_least: complete", "license: any")}
    monkeypatch.setattr(messages, "catalogue", lambda sentence: f"«{sentence}»")
    assert {rest: digest(FILES, rest) for rest in plain} == plain


def test_the_order_of_the_evidence_is_not_part_of_it() -> None:
    one = judged(FILES)
    evidence = [
        raises(Completeness.LINKED, "a", Place("README.md", 10)),
        unknown(Axis.LICENSE, "b", Place("LICENSE.txt", 1)),
        limits(Completeness.PARTIAL, "c", Place("train.py", 1), "topic"),
    ]
    seen = set()
    for seed in range(5):
        random.Random(seed).shuffle(evidence)
        finding = only(one)._replace(evidence=(*evidence, *evidence[:seed]))
        seen.add(evidence_digest(finding, one))
    assert len(seen) == 1


# --- one file that is cited -----------------------------------------------------------------------------------------


def of(place: Place, content: str | bytes, grade: Completeness = Completeness.LINKED) -> str:
    """Where the evidence is at *place* of a repository with *content* there."""
    return cited((raises(grade, "x", place),), {place.path: content})


def cited(evidence: tuple[Evidence, ...], files: Files) -> str:
    one = judge(POLICY.replace("REST", "at_least: complete"), {"model-parameters-final": found(Completeness.LINKED)})
    release = one.release._replace(repo=make_repo(files))
    return evidence_digest(only(one)._replace(evidence=evidence), one._replace(release=release))


FRONT = "---\na: 1\nb:\n  - 2\n---\n"
BODY = "preface\n\n# Title\n\nintro\n\n## A\n\na\n\n```\ncode\n```\n\n### A1\n\na1\n\n## B\n\nb\n"
PAGE = FRONT + BODY
LINE = {word: PAGE.split("\n").index(word) + 1 for word in PAGE.split("\n") if word}
CITED = [  # the line that is cited, and what then counts
    ("a: 1", {"1", "2"}),
    ("  - 2", {"1", "2"}),
    ("preface", {"preface"}),
    ("# Title", {"Title", "intro", "A", "a", "code", "A1", "a1", "B", "b"}),
    ("intro", {"Title", "intro"}),
    ("## A", {"A", "a", "code", "A1", "a1"}),
    ("a", {"A", "a", "code"}),
    ("code", {"A", "a", "code"}),
    ("### A1", {"A1", "a1"}),
    ("b", {"B", "b"}),
]
EVERYTHING = {"1", "2", "preface", "Title", "intro", "A", "a", "code", "A1", "a1", "B", "b"}


def edited(word: str) -> str:
    """The page with the word, where it stands alone, changed."""
    lines = [line if line.split()[-1:] != [word] else line + "x" for line in PAGE.split("\n")]
    assert lines != PAGE.split("\n")
    return "\n".join(lines)


@pytest.mark.parametrize(("line", "counts"), CITED)
def test_of_a_document_the_section_counts(line: str, counts: set[str]) -> None:
    place = Place("README.md", LINE[line])
    assert {word for word in EVERYTHING if of(place, edited(word)) != of(place, PAGE)} == counts


@pytest.mark.parametrize("line", [0, 1])
def test_the_first_line_means_the_whole_document(line: int) -> None:
    place = Place("README.md", line)
    assert {word for word in EVERYTHING if of(place, edited(word)) != of(place, PAGE)} == EVERYTHING


@pytest.mark.parametrize("line", range(1, 30))
def test_an_edit_of_a_document_without_sections_counts(line: int) -> None:
    broken = "---\na: [\n---\n" + BODY
    assert of(Place("README.md", line), broken) != of(Place("README.md", line), broken.replace("\nb\n", "\nc\n"))


@pytest.mark.parametrize("path", ["a.py", "LICENSE", "data.csv", "model.safetensors", "weird \udcff", "x.ipynb"])
def test_of_any_other_file_all_of_it_counts(path: str) -> None:
    place = Place(path, 3)
    assert of(place, "a\nb\n") != of(place, "a\nc\n")
    assert of(place, "a\nb\n") == of(place, "a\r\nb\r\n") == of(place._replace(line=1), "a\nb\n")


def test_of_a_large_file_the_size_and_the_beginning_count() -> None:
    place, large = Place("model.bin"), b"x" * (2 << 20)
    assert of(place, large) == of(place, large[:-1] + b"y")
    assert of(place, large) != of(place, large + b"x")
    assert of(place, large) != of(place, b"y" + large[1:])


def test_little_is_read_of_a_large_file() -> None:
    asked: list[int] = []
    repo = make_repo({"model.bin": b"x" * (2 << 20)})
    read = repo.read
    repo.read = lambda path, limit: asked.append(limit) or read(path, limit)  # type: ignore[func-returns-value]
    one = judge(POLICY.replace("REST", "at_least: complete"), {"model-parameters-final": found(Completeness.LINKED)})
    evidence = (raises(Completeness.LINKED, "x", Place("model.bin")),)
    evidence_digest(only(one)._replace(evidence=evidence), one._replace(release=one.release._replace(repo=repo)))
    assert asked == [64 << 10]


def test_what_is_not_there_or_cannot_be_read_is_no_error() -> None:
    def size(path: str) -> int:
        raise Unreadable(path)

    evidence = (unknown(Axis.COMPLETENESS, "x", Place("gone.py", 3)), unknown(Axis.COMPLETENESS, "y", None))
    assert cited(evidence, {}) != cited(evidence, {"gone.py": "x"}) != cited(evidence[:1], {"gone.py": "x"})
    repo = make_repo({"gone.py": "x"})
    repo.size = size
    one = judge(POLICY.replace("REST", "at_least: complete"), {"model-parameters-final": found(Completeness.LINKED)})
    judged_ = one._replace(release=one.release._replace(repo=repo))
    assert evidence_digest(only(one)._replace(evidence=evidence), judged_) not in (
        cited(evidence, {}), cited(evidence, {"gone.py": "x"}),
    )  # fmt: skip


def test_what_it_does_to_which_grade_is_part_of_it() -> None:
    at = Place("a.py", 1)
    several = [
        raises(Completeness.LINKED, "x", at),
        raises(Completeness.PARTIAL, "x", at),
        limits(Completeness.LINKED, "x", at),
        unknown(Axis.COMPLETENESS, "x", at),
        unknown(Axis.ACCESS, "x", at),
        raises(Completeness.LINKED, "x", at, "topic"),
        raises(Completeness.LINKED, "x", Place("b.py", 1)),
    ]
    assert len({cited((one,), {"a.py": "x", "b.py": "x"}) for one in several}) == len(several)
    files = {"a.py": "x", "b.py": "x"}
    assert cited((several[0]._replace(says="y"),), files) == cited((several[0],), files)


def test_a_score_rests_on_its_steps() -> None:
    policy = """policy: p
version: 1
title: P
rules:
  model-card: {at_least: complete}
  datasets: {at_least: complete}
score: {rules: [model-card, datasets], minimum: 0.5}
"""

    def of_score(**here: Completeness) -> tuple[str, str]:
        one = judge(policy, {name.replace("_", "-"): found(grade) for name, grade in here.items()})
        finding = next(f for f in one.findings if f.rule.id == "score")
        return finding.status.value, evidence_digest(finding, one)

    first = of_score(model_card=Completeness.LINKED)
    other = of_score(datasets=Completeness.LINKED)
    assert first[0] == other[0] == "ask" and first[1] != other[1]


def test_a_concern_rests_on_all_that_it_is_held_against() -> None:
    def of_concern(**here: Completeness) -> str:
        known = {name.replace("_", "-"): found(grade) for name, grade in here.items()}
        one = judge("policy: p\nversion: 1\ntitle: P\nrules:\n  model-card: {at_least: complete}\n", known)
        finding = only(one)._replace(rule=only(one).rule._replace(need=None, concern="open-washing"))
        return evidence_digest(finding, one)

    assert of_concern() == of_concern() != of_concern(datasets=Completeness.LINKED)


def test_of_a_notebook_more_counts() -> None:
    place, large = Place("run.ipynb"), b"x" * (2 << 20)
    assert of(place, large) != of(place, large[:-1] + b"y")


# --- random edits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_any_edit_of_what_is_cited_counts_and_no_other_does(seed: int) -> None:
    """Sections are put into any order, with any others; only what stands in the one that is cited matters."""
    chance = random.Random(seed)
    words = [f"word{n}" for n in range(30)]
    bodies = {f"Part {n}": " ".join(chance.choices(words, k=12)) for n in range(6)}
    target = chance.choice(list(bodies))

    def page(bodies: Mapping[str, str]) -> tuple[str, int]:
        order = chance.sample(list(bodies), len(bodies))
        text = "# Page\n\n" + "".join(f"## {title}\n\n{bodies[title]}\n\n" for title in order)
        line = text[: text.index(f"## {target}")].count("\n") + 1
        return text, line + chance.choice((0, 2))

    def at(bodies: Mapping[str, str]) -> str:
        text, line = page(bodies)
        return of(Place("docs/page.md", line), text)

    first = at(bodies)
    assert at(bodies) == first
    other = chance.choice([title for title in bodies if title != target])
    assert at({**bodies, other: bodies[other] + " more"}) == first
    assert at({**bodies, "Part 9": "another"}) == first
    spot = chance.randrange(len(bodies[target]))
    assert at({**bodies, target: bodies[target][:spot] + "~" + bodies[target][spot:]}) != first
