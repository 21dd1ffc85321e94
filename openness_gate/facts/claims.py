"""What a release says of its own openness; what is compared, planned, thanked for or denied is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openness_gate.facts import fact
from openness_gate.facts.headings import fold
from openness_gate.facts.sentences import Sentence, sentences
from openness_gate.facts.tables import table
from openness_gate.model import Claim, Repo

LONGEST = 240  #: characters of a claim that are quoted
NAME = re.compile(r"[^\W\d_]{4,}")
OTHERS = (  #: models of others, to compare with; made where something is claimed
    r"\b(?:all|other|others|existing|current|previous|comparable|strongest|best|top|leading|popular|many|several|various"
    r"|most|any|state-of-the-art)\b[^.;]{0,40}\bopen[- ]?source"
    r"|\bopen[- ]?sourced?\s+(?:[\w-]+\s+){0,3}"
    r"(?:alternatives|counterparts|baselines|competitors|llms|research|efforts?)\b"
    r"|开源(?:大?语言)?(?:大?模型)?(?:中|的|里|之间|相比|对比|领域)|(?:领先|超过|超越|优于|媲美|最强).{0,20}开源"
)
COMPONENT = (  #: something of the release, or beside it, that is no model
    r"\bopen[- ]?sourc(?:e|ed|ing)\s+(?:[\w-]+\s+){0,3}(?:code|codebase|implementation|tools?|librar(?:y|ies)|framework"
    r"|toolkit|benchmark|datasets?|data|corpus|package|runtime|platform|inference)\b"
    r"|\b(?:code|codebase|implementation|dataset|corpus|toolkit|library)\b[^.;]{0,25}\b(?:is|are|was|were|been)\b"
    r"[^.;]{0,15}open[- ]?source|开源.{0,6}(?:代码|工具|框架|数据|语料|评测)"
)


@fact
def claims(repo: Repo) -> tuple[Claim, ...]:
    """The claims in a release's documents, each with how strongly it is said."""
    names = _names(repo)
    return tuple(Claim(s.text[:LONGEST], s.at, how) for s in sentences(repo) for how in _strength(s, names))


def _names(repo: Repo) -> frozenset[str]:
    """The words of the title, by which a release may call itself."""
    title = next((fold(s.section.title) for s in sentences(repo) if s.section.level == 1), "")
    return frozenset(NAME.findall(title)) - {"model", "models", "language", "large", "open", "source", "chat"}


def _strength(sentence: Sentence, names: frozenset[str]) -> Iterator[str]:
    known = table("prose")
    words = known["claims"]
    full = sentence.has(words["full"])
    if not full and not sentence.has(words["open_source"]):
        return
    if sentence.section.about(*known["not_ours"]["sections"], "plan") or sentence.has(words["not_claims"]):
        return
    if sentence.lower.startswith(("|", "- [ ]", "#")) or sentence.has(known["not_ours"]["phrases"]):
        return
    if re.search(OTHERS, sentence.lower) or re.search(COMPONENT, sentence.lower):
        return
    named = not names.isdisjoint(NAME.findall(sentence.lower))
    ours = sentence.has(words["of_models"]) and (named or sentence.has(words["ours"]))
    yield ("asserted-full" if full else "asserted") if ours else "implied"
