"""Which license a text is. Texts of others are read from beside the project; without them those tests skip."""

from __future__ import annotations

import json
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from openness_gate.facts.license_holders import names_only, silent
from openness_gate.facts.license_text import identify
from openness_gate.facts.license_words import split
from openness_gate.model import License, LicenseClass

ROOT = Path(__file__).parents[1]
SHARED = (ROOT / os.environ.get("OPENNESS_GATE_SHARED", "../shared")).resolve() / "licenses"
OURS = (ROOT / "LICENSE").read_text("utf-8")
POPULAR = ("MIT", "Apache-2.0", "BSD-3-Clause", "GPL-3.0-only", "CC-BY-4.0", "MPL-2.0", "ISC", "OpenMDW-1.0")
RESTRICTIONS = (
    "Shops may sell it on weekdays.",
    "Jede andere Nutzung braucht eine Erlaubnis.",
    "仅供内部评估。",
    "Только для исследований.",
    "No.",
    "🚫💰",
)

shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the texts are not beside the project")


def spdx(id_: str) -> str:
    return (SHARED / "texts" / "spdx" / f"{id_}.txt").read_text("utf-8", "replace")


def said(license_: License) -> tuple[str, str]:
    return license_.expression, license_.cls.value


@cache
def labels() -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((SHARED / "labels.json").read_text("utf-8"))
    return found


def rewrapped(text: str, width: int = 60) -> str:
    paragraphs = re.split(r"\n\s*\n", text)
    lines = (re.findall(rf".{{1,{width}}}(?:\s+|$)", " ".join(p.split())) for p in paragraphs)
    return "\n\n".join("\n".join(part) for part in lines)


def commented(text: str) -> str:
    return "".join(f"# {line}\n" for line in text.splitlines())


def as_markdown(text: str) -> str:
    return "# License\n\n" + re.sub(r"(?m)^(\s*)(\d+\.)\s", r"\1**\2** ", text)


# --- our own license, which every checkout has ----------------------------------------------------------------------


def test_our_own_license_is_open_and_says_where() -> None:
    found = identify(OURS, "LICENSE")
    assert said(found) == ("Apache-2.0", "open-source")
    assert found.approved_by == {"osi", "fsf"}
    assert str(found.at) == "LICENSE:1"
    assert not found.clauses


@pytest.mark.parametrize("form", [rewrapped, commented, as_markdown, str.upper, str.lower])
def test_form_does_not_matter(form: Callable[[str], str]) -> None:
    assert said(identify(form(OURS), "LICENSE")) == ("Apache-2.0", "open-source")


def appendix_at() -> int:
    return OURS.index("APPENDIX")


def test_the_appendix_may_be_cut_and_the_notice_may_stand_alone() -> None:
    notice = OURS[OURS.index('Licensed under the Apache License, Version 2.0 (the "License")') :]
    for text in (OURS[: appendix_at()], "Copyright 2025 Jane Doe\n\n" + notice, OURS + "\n\n" + notice):
        assert said(identify(text, "LICENSE")) == ("Apache-2.0", "open-source")
    assert not identify(notice + "\nFor hobbyists.", "LICENSE").cls.open


def test_what_only_goes_beside_a_license_is_none() -> None:
    explained = OURS[appendix_at() : OURS.index("Copyright [yyyy]")]
    assert not identify(explained, "LICENSE").cls.open


@pytest.mark.parametrize(
    "holder",
    [
        "Copyright (c) 2019-2024 Jane Doe, Acme Inc. and contributors. All rights reserved.",
        "© 2023 The Regents of the University of Somewhere",
        "Copyright 2023 清华大学",
    ],
)
def test_holders_say_nothing(holder: str) -> None:
    assert said(identify(f"Apache License 2.0\n\n{holder}\n\n{OURS}", "LICENSE")) == ("Apache-2.0", "open-source")


def insertions(text: str, sentence: str) -> Iterator[str]:
    """*sentence* at the start and the end, between and inside paragraphs, and in a line of a holder."""
    yield f"{sentence}\n\n{text}"
    yield f"{sentence} {text}"
    yield f"{text}\n{sentence}\n"
    yield f"{text.rstrip()} {sentence}"
    yield f"Copyright (c) 2025 Acme. {sentence}\n\n{text}"
    yield f"{text}\n\nCopyright (c) 2025 Acme\n{sentence}\n"
    paragraphs = re.split(r"\n\s*\n", text)
    for i in range(1, len(paragraphs), max(2, len(paragraphs) // 4)):
        yield "\n\n".join([*paragraphs[:i], sentence, *paragraphs[i:]])
        yield "\n\n".join([*paragraphs[:i], f"{paragraphs[i]} {sentence}", *paragraphs[i + 1 :]])
    for at in random.Random(1).sample([m.start() for m in re.finditer(r"(?<=\w) (?=\w)", text)], 5):
        yield f"{text[:at]} {sentence} {text[at:]}"


@pytest.mark.parametrize("sentence", RESTRICTIONS)
def test_one_sentence_more_is_never_open(sentence: str) -> None:
    for text in insertions(OURS, sentence):
        assert not identify(text, "LICENSE").cls.open, text[:300]


def test_one_word_changed_or_left_out_is_never_open() -> None:
    words = list(re.finditer(r"\b[A-Za-z]{4,}\b", OURS[: appendix_at()]))
    for m in random.Random(2).sample(words[20:], 60):
        for instead in ("", "purple"):
            text = OURS[: m.start()] + instead + OURS[m.end() :]
            assert not identify(text, "LICENSE").cls.open, OURS[m.start() - 40 : m.end() + 40]


def test_struck_out_words_are_words() -> None:
    assert not identify(OURS.replace("perpetual", "~~perpetual~~"), "LICENSE").cls.open


def test_what_was_added_is_quoted_with_its_line() -> None:
    lines = OURS.splitlines()
    lines[60:60] = ["", "Shops sell it on weekdays.", ""]
    found = identify("\n".join(lines), "docs/LICENSE")
    assert said(found) == ("LicenseRef-modified-Apache-2.0", "modified")
    (clause,) = found.clauses
    assert (clause.id, str(clause.at), clause.blocking) == ("added_words", "docs/LICENSE:62", True)
    assert clause.quote.startswith("Shops sell it on weekdays")
    assert len(clause.quote.split()) <= 25


def test_an_added_restriction_is_named() -> None:
    found = identify(OURS + "\nThis grant is for non-commercial use.\n", "LICENSE")
    assert found.cls is LicenseClass.MODIFIED
    assert [clause.id for clause in found.clauses] == ["added_words", "non_commercial"]


# --- texts that nobody knows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "\n \n", "MIT License", "Copyright (c) 2025 Acme. All rights reserved.", "TODO", "见许可证"]
)
def test_no_text_is_unknown(text: str) -> None:
    assert said(identify(text, "LICENSE")) == ("LicenseRef-unknown", "unknown")


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("You get the weights for non-commercial purposes.", "non_commercial"),
        ("Our weights are for research use only.", "research_only"),
        ("If you have more than\n5 million monthly active users, write to us.", "user_threshold"),
        ("本模型不得用于商业目的。", "non_commercial"),
    ],
)
def test_plain_phrases_restrict(text: str, clause: str) -> None:
    found = identify(f"Terms of Zeta\n\nWe like you.\n{text}\n", "TERMS")
    assert said(found) == ("LicenseRef-unknown", "restricted")
    assert found.clauses[0].id == clause
    assert found.clauses[0].at.line >= 4


def test_saying_that_commerce_is_fine_restricts_nothing() -> None:
    assert identify("Use it for commercial or non-commercial ends.", "L").cls is LicenseClass.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "a" * (1 << 20),
        "a " * (1 << 19),
        "(" * (1 << 20),
        "Copyright " * 100_000,
        "(c) " * (1 << 18),
        "\n" * (1 << 20),
        random.Random(3).randbytes(1 << 20).decode("latin-1"),
        OURS * 90,
        OURS[:-300] * 90,
        "\ufdfa" * (1 << 18),
        "Copyright (c) 2020 Acme\n" * 40_000,
        "1. " * (1 << 18),
        "\0" * (1 << 20),
        "\ud800" * (1 << 18),
    ],
)
def test_a_mebibyte_of_anything_is_answered_in_time(text: str) -> None:
    before = time.process_time()
    assert not identify(text, "LICENSE").cls.open
    assert time.process_time() - before < 2  # a second, and room for a busy machine


def test_beyond_the_limit_nothing_is_explained() -> None:
    assert not identify(OURS * 3 + "word " * 70_000, "LICENSE").cls.open
    assert not split("word " * 70_000).whole


# --- holders --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        "Copyright [yyyy] [name of copyright owner]",
        "Copyright (c) 2007 Free Software Foundation, Inc. <https://fsf.org/>",
        "Copyright (c) 2023 karpathy",
        "(c) 2020 Müller GmbH",
        "All rights reserved.",
    ],
)
def test_silent_lines(raw: str) -> None:
    assert silent(raw, ())


@pytest.mark.parametrize(
    "raw",
    [
        "Copyright 2025 Acme. Non-commercial use only.",
        "Copyright 2025 Acme, for evaluation",
        "Copyright 2025 Acme. Nur Für Forschung.",
        "Copyright 2025 Acme 仅限非商业用途",
        "Copyright 2025 Acme https://acme.example/noncommercial",
        "Only on Sundays",
        "Copyright Acme ~~2025~~",
        "Copyright 2025 " + "Acme " * 40,
        "All rights reserved by the authors, ask before you use it",
    ],
)
def test_lines_that_say_something(raw: str) -> None:
    assert not silent(raw, ())


def test_room_for_a_name_takes_no_condition() -> None:
    assert names_only("THE COPYRIGHT HOLDERS AND CONTRIBUTORS")
    assert not names_only("Acme unless you pay")


# --- against labelled texts -----------------------------------------------------------------------------------------


@shared
@pytest.mark.parametrize("form", [str, rewrapped, as_markdown])
def test_labelled_texts_get_their_id(form: Callable[[str], str]) -> None:
    scored = right = 0
    for row in labels():
        if accept := row["accept"]:
            assert isinstance(accept, list)
            text = (SHARED / "texts" / str(row["file"])).read_text("utf-8", "replace")
            scored, right = scored + 1, right + (identify(form(text), "LICENSE").expression in accept)
    assert right / scored > 0.97


@shared
def test_approved_licenses_are_open_and_no_model_license_is() -> None:
    by_osi = [
        p
        for p in (SHARED / "texts" / "spdx").glob("*.txt")
        if "osi" in identify(p.read_text("utf-8", "replace"), "L").approved_by
    ]
    assert len(by_osi) >= 0.97 * 140
    for path in [*(SHARED / "texts" / "ai").glob("*.txt"), *(SHARED / "texts" / "neg").iterdir()]:
        if not path.name.startswith("openmdw"):
            assert not identify(path.read_text("utf-8", "replace"), "LICENSE").cls.open, path.name


@shared
@pytest.mark.parametrize("id_", POPULAR)
def test_popular_licenses_with_a_sentence_more(id_: str) -> None:
    text = spdx(id_)
    assert said(identify(text, "LICENSE"))[0] == id_
    for sentence in json.loads((SHARED / "mods.json").read_text("utf-8")):
        for changed in insertions(text, sentence):
            assert not identify(changed, "LICENSE").cls.open, (sentence, changed[:200])


@shared
def test_several_licenses_in_one_file() -> None:
    both = f"{spdx('MIT')}\n\n{'-' * 40}\n\n{OURS}"
    assert said(identify(both, "LICENSE")) == ("MIT AND Apache-2.0", "open-source")
    llama = (SHARED / "texts" / "ai" / "llama-2.txt").read_text("utf-8")
    assert identify(f"{spdx('MIT')}\n\n{llama}", "LICENSE").cls is LicenseClass.RESTRICTED


@shared
def test_a_model_license_has_its_clauses_with_sections_and_lines() -> None:
    found = identify((SHARED / "texts" / "ai" / "llama-2.txt").read_text("utf-8"), "LICENSE")
    assert said(found) == ("LicenseRef-ai-llama-2", "restricted")
    clause = {clause.id: clause for clause in found.clauses}["user_threshold"]
    assert (clause.section, clause.blocking) == ("2", True)
    assert clause.at.line > 20
    assert "monthly active users" in clause.quote


@shared
def test_creative_commons_with_conditions_are_restricted() -> None:
    for id_, clauses in (
        ("CC-BY-NC-4.0", {"non_commercial"}),
        ("CC-BY-NC-ND-4.0", {"non_commercial", "no_modification"}),
    ):
        found = identify(spdx(id_), "LICENSE")
        assert said(found) == (id_, "restricted")
        assert {clause.id for clause in found.clauses} == clauses
