"""`explain` for licenses and clauses."""

from __future__ import annotations

import pytest

from openness_gate.facts.tables import table
from openness_gate.plain_words import clauses
from tests.running import run


def test_every_clause_of_the_tables_is_explained() -> None:
    used = {row[0] for facts in table("licenses")["ids"].values() for row in facts.get("clauses", ())}
    detected = set(table("clause_patterns")["clauses"])
    assert used | detected <= set(clauses())


def test_blocking_is_what_has_a_reason() -> None:
    informing = {id_ for id_, row in table("license_terms")["clauses"].items() if not row[2]}
    assert informing == set(table("license_clauses")["informing"])


@pytest.mark.parametrize("id_", clauses())
def test_a_clause(id_: str) -> None:
    out = run("explain", id_).out
    assert out.startswith(f"{id_}: ") and "not legal advice" in out


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Apache-2.0", ["You may", "You must", "4.a", "trademarks", "SPDX license list"]),
        ("mit", ["MIT: MIT License", "keep the copyright notice"]),
        ("llama3.1", ["LicenseRef-ai-llama-3.1", "user_threshold", "section 2", "You may, within the limits below"]),
        ("CC-BY-NC-4.0", ["not open", "non_commercial"]),
        ("GPL-3.0", ["GPL-3.0-only", "6"]),
        ("GFDL-1.3-only", ["a text alone is taken for the stricter"]),
    ],
)
def test_a_license(name: str, words: list[str]) -> None:
    done = run("explain", name)
    assert done.code == 0
    assert all(word in done.out for word in words), done.out
    assert "not legal advice" in done.out


def test_every_license_that_has_words_is_one() -> None:
    known, terms = table("licenses")["ids"], table("license_terms")
    assert set(terms["licenses"]) <= set(known)
    assert all(section for plain in terms["licenses"].values() for rows in plain.values() for _, section in rows)
