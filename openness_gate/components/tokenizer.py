"""Tokenizer

What turns text into the numbers that the model reads.

Why it matters
    A language model without its tokenizer cannot be run or retrained. The Open Source AI Definition 1.0 names it
    among the code that must be shared where it is used.

How it is graded
    promised    a file of that name that cannot be read as one
    partial     settings without a vocabulary
    complete    the vocabulary is here
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.model_config import tokenizers
from openness_gate.messages import say
from openness_gate.model import Completeness, Component, Evidence, Group, Release, raises


def detect(release: Release) -> Iterator[Evidence]:
    for tokenizer in tokenizers(release.repo)[:5]:
        if tokenizer.trouble:
            yield raises(Completeness.PROMISED, tokenizer.trouble, tokenizer.at)
        elif tokenizer.vocabulary:
            yield raises(Completeness.COMPLETE, say("a vocabulary"), tokenizer.at)
        else:
            yield raises(Completeness.PARTIAL, say("settings of a tokenizer"), tokenizer.at)


COMPONENT = Component(
    name="tokenizer",
    title="Tokenizer",
    group=Group.CODE,
    advice="Publish the tokenizer's vocabulary and settings beside the parameters.",
    detect=detect,
    where="tokenizer.json, tokenizer.model, vocabularies",
)
