"""What a release says of its own openness."""

from __future__ import annotations

import pytest

from openness_gate.facts.claims import LONGEST, claims
from openness_gate.model import Place
from tests.helpers import make_repo


def strengths(text: str) -> list[str]:
    return [claim.strength for claim in claims(make_repo({"README.md": text}))]


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("We release an open source model.", "asserted"),
        ("Ours is an open-source LLM.", "asserted"),
        ("Our model is open-sourced.", "asserted"),
        ("We present a fully open model.", "asserted-full"),
        ("This model is 100% open.", "asserted-full"),
        ("我们发布开源模型。", "asserted"),
        ("我们的模型完全开源。", "asserted-full"),
        ("オープンソースのモデルを発表します。", "asserted"),
        ("Ours: an open source language model", "implied"),
        ("Fully open science", "implied"),
        ("# Swift\n\nSwift is an open source model.", "asserted"),
        ("# Swift\n\nIt is an open source model.", "implied"),
    ],
)
def test_claims(text: str, strength: str) -> None:
    assert strengths(text + "\n") == [strength]


@pytest.mark.parametrize(
    "text",
    [
        "We release a model.",
        "Our open-weight model is out.",
        "We thank the open source community and release a model.",
        "It outperforms open source models.",
        "Our model is better than open-source models.",
        "Our model is not open source.",
        "Our model will be open source.",
        "Our code is open source software for models.",
        "It has an open source license.",
        "| We release an open source model |",
        "- [ ] We release an open source model",
        "## Acknowledgements\n\nWe used an open source model.",
        "## TODO\n\nWe release an open source model.",
        "We compare all open-source models under evaluation.",
        "Our model is shown with other state-of-the-art open source alternatives.",
        "Our open-source implementation of the model is here.",
        "We use the open-source runtime tool for the model.",
        "我们的模型综合性能达到开源模型的领先水平。",
        "模型即将开源。",
        "```\nWe release an open source model.\n```",
        "<!-- We release an open source model. -->",
    ],
)
def test_no_claims(text: str) -> None:
    assert strengths(text + "\n") == []


def test_where_and_how_long() -> None:
    repo = make_repo({"README.md": "# T\n\nOne.\nWe release an open source model" + " so" * 200 + ".\n"})
    (claim,) = claims(repo)
    assert claim.at == Place("README.md", 4) and len(claim.says) == LONGEST
