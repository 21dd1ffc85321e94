"""Which places of a release name data and do not tell what it was trained on.

What measures, applies or studies a model, what trains a tokenizer, examples for users, and how data is prepared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openness_gate.facts import code, fact
from openness_gate.facts.corpora import linked_in
from openness_gate.facts.documents import Document, Section, documents
from openness_gate.facts.links import Link
from openness_gate.facts.paths import folder
from openness_gate.facts.releases import kind_of
from openness_gate.facts.sentences import Sentence, sentences
from openness_gate.facts.tables import table
from openness_gate.model import Kind, Place, Repo

OPENING = 300  #: characters at the beginning of a section that say what its document is about
MEASURES = ("evaluat", "benchmark", "评测", "評価")
TRAINS = ("train", "训练", "学習")
SHOWN = re.compile(r"[^<>]{0,80}>([^<>]{1,40})</a>")
NAME = re.compile(r"[^\W_]+")
FETCHED = r"\b(?:download|fetch|obtain)\b[^.;]{0,60}\[[^\]]{1,40} (?:data ?set|corpus|data)s?\]\("
FEW = 3  #: words of a label that calls something data
CUES = ("tokeni", "vocab", "sentencepiece", "sentence piece", "bpe", "分词器", "词表", "トークナイザ")
TOKENIZER = (  # made where a sentence has a cue
    r"\b(?:tokeni[sz]ers?|vocabular(?:y|ies)|vocab|sentence ?piece(?: model)?|bpe(?: model)?)\b"
    r"[^.;]{0,60}?\b(?:trained|learned|learnt|built|fitted|created|constructed)\b"
    r"|\b(?:train(?:ed)?|learn(?:ed|t)?|buil[dt]) (?:\w+ ){0,3}(?:tokeni[sz]er|vocabulary)\b"
    r"|(?:分词器|词表|トークナイザ)[^。；]{0,40}(?:训练|学習|构建)"
)


@fact
def evaluation_documents(repo: Repo) -> frozenset[str]:
    """The documents that are about what a model is measured on."""
    return frozenset(document.path for document in documents(repo) if _is_of_evaluation(document))


def _is_of_evaluation(document: Document) -> bool:
    """It begins with what a model is measured on, and says nothing of training there."""
    below = "/" in document.path
    if below and _is_titled(document.title):
        return True
    trains = any(s.about("training-procedure", "training-data") or pretrains(s) for s in document.sections)
    return measures(*document.sections[:2]) and not (trains and not below)


def _is_titled(title: str) -> bool:
    lower = title.lower()
    return any(word in lower for word in MEASURES) and not any(word in lower for word in (*TRAINS, "data"))


def measures(*sections: Section) -> bool:
    """They begin with what a model is measured on."""
    opening = " ".join(f"{s.title} {s.body[:OPENING]}" for s in sections).lower()
    return any(word in opening for word in MEASURES) and not any(
        word in opening for word in (*TRAINS, "releas", "weight")
    )


def pretrains(section: Section) -> bool:
    """Its title is about pre-training, and nothing around it about evaluation."""
    title = section.title.lower()
    measured = section.about("evaluation") or "evaluation" in section.within
    return any(word in title for word in table("signals")["pretrain"]["paths"]) and not measured


def is_applied(path: str) -> bool:
    """It lies in a folder where a finished model is used or studied."""
    known = table("signals")
    folders = frozenset((*known["applied_folders"], *known["measuring_folders"]))
    return not folders.isdisjoint(path.lower().split("/")[:-1])


def is_of_tokenizer(sentence: Sentence) -> bool:
    """It tells what the tokenizer was trained on, and not the model."""
    if not any(cue in sentence.lower for cue in CUES):
        return False
    found = re.search(TOKENIZER, sentence.lower)
    return found is not None and "model" not in sentence.lower[: found.start()]


def shows_examples(section: Section) -> bool:
    """It begins with examples of how one trains: what they name is no data of the release."""
    opening = section.body[:OPENING].lower()
    return any(word in opening for word in table("prose")["shows_examples"])


def prepared(repo: Repo) -> Iterator[tuple[str, Place]]:
    """The corpora that the README links where it tells how the data for the training that lies here is prepared.

    They name sources; a list of all that a model was trained on they are not.
    """
    known = table("prose")
    if kind_of(repo)[0] is not Kind.MODEL or not any(code.of(repo, "training")):
        return
    for sentence in sentences(repo):
        if folder(sentence.at.path) != repo.home or "](http" not in sentence.text:
            continue
        section = sentence.section
        fetched = re.search(FETCHED, sentence.lower) and not section.about("evaluation", "evaluation-data", "plan")
        howto = section.about("data-howto") or (fetched and "finetune-howto" not in section.within)
        apart = sentence.has(known["users_own"]) or sentence.has(known["measures"]) or shows_examples(section)
        measured = "evaluation" in section.within or apart
        if howto and not measured:
            yield from ((name, sentence.at) for name, _ in linked_in(sentence.text))


def is_called_data(link: Link, sentence: Sentence) -> bool:
    """It is labelled data, in the text of the link or before it ("Dataset: …"), and not for what is measured."""
    before, _, after = sentence.lower.partition(link.url.lower())
    shown = SHOWN.match(after)  # the text of a link in HTML
    labels = [link.label, shown[1] if shown else "", before.rpartition(":")[0]]
    known = tuple(f" {word}" if word.isascii() else word for word in table("prose")["called_data"])
    apart = (*table("signals")["evaluation_paths"], "bench", "test", "example", "toy")
    for label in labels:
        words = "".join(f" {word}" for word in NAME.findall(label))
        if words.endswith(known) and words.count(" ") <= FEW and not any(word in words for word in apart):
            return True
    return False
