"""The cards of a release: which documents they are, and what their front matter says by the Hub's grammar."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from openness_gate.facts import fact
from openness_gate.facts.citation import citations
from openness_gate.facts.code_steps import steps
from openness_gate.facts.data_information import DATA_CARDS
from openness_gate.facts.documents import Document, documents
from openness_gate.facts.manifest import manifests
from openness_gate.facts.model_config import model_configs
from openness_gate.facts.paths import base, is_card, stem
from openness_gate.facts.releases import kind_of
from openness_gate.facts.tables import table
from openness_gate.facts.topics import told
from openness_gate.facts.values import document as values_of
from openness_gate.facts.values import filled, said, value_at
from openness_gate.located import strings
from openness_gate.messages import say
from openness_gate.model import Completeness, Evidence, Kind, Place, Repo, raises

FIELDS = {
    "license": "license",
    "base-model": "base_model",
    "datasets": "datasets",
    "language": "language",
    "library": "library_name",
    "task": "pipeline_tag",
}
"""Topics of the front matter, and the keys that speak of them."""
DATA_META = ("dataset_info", "task_categories", "size_categories")
POLICIES = ("use_policy", "use-policy", "usage_policy", "usage-policy", "acceptable_use", "acceptable-use")
LENGTHS = ("max_position_embeddings", "n_positions", "n_ctx", "max_sequence_length", "seq_length", "max_seq_len")
SIZES = ("hidden_size", "d_model", "n_embd", "dim")
ENOUGH_WORDS = 20  #: of a policy on use
TOPIC_OF = {  #: of a data manifest, and of a data card
    "provenance": "collection",
    "how-obtained": "collection",
    "scope": "composition",
    "processing": "preprocessing",
    "labelling": "annotation",
}
ANY_LANGUAGE = ("multilingual", "code")


@fact
def model_cards(repo: Repo) -> tuple[Document, ...]:
    """The model cards, and the README of the release."""
    return tuple(document for document in documents(repo) if is_card(document.path) or _is_readme(repo, document))


@fact
def data_cards(repo: Repo) -> tuple[Document, ...]:
    """The documents about data; of a data set its README too."""
    of_data = kind_of(repo)[0] is Kind.DATASET
    return tuple(
        document for document in documents(repo) if is_data_card(document) or (of_data and _is_readme(repo, document))
    )


def is_data_card(document: Document) -> bool:
    """By its name, or by the keys of its front matter."""
    return stem(document.path) in DATA_CARDS or any(key in document.meta for key in DATA_META)


def _is_readme(repo: Repo, document: Document) -> bool:
    return base(document.path).startswith("readme") and document.path.rpartition("/")[0] == repo.home


# --- what they say --------------------------------------------------------------------------------------------------


def card_topics(repo: Repo) -> Iterator[Evidence]:
    """What the model cards say, topic by topic."""
    cards = model_cards(repo)
    yield from told(repo, cards, "model-card")
    for card in cards:
        if card.front and task_of(card) and (at := card.front.place("pipeline_tag")):
            yield raises(Completeness.DESCRIBED, say("its task is {task}", task=task_of(card)), at, "modalities")
    yield from _of_release(repo, {card.path for card in cards})
    for document in documents(repo):
        if any(name in stem(document.path) for name in POLICIES) and document.words >= ENOUGH_WORDS:
            says = say("a policy on use")
            yield raises(Completeness.DESCRIBED, says, Place(document.path, 1), "acceptable-use")
    for config in [one for one in model_configs(repo) if one.form in ("transformers", "parameters")][:1]:
        doc, _ = values_of(repo, config.at.path)
        if key := next((key for key in LENGTHS if isinstance(value_at(doc, key), int)), ""):
            says = say("{key} is {n}", key=key, n=str(value_at(doc, key)))
            yield raises(Completeness.DESCRIBED, says, doc.place(key), "input-size")


def _of_release(repo: Repo, cards: set[str]) -> Iterator[Evidence]:
    """How it is used, by the commands that a card shows; when it was published, by what it asks to be cited as."""
    at = steps(repo).get("inference")
    if at and at.path in cards:
        yield raises(Completeness.DESCRIBED, say("commands for {step}", step="inference"), at, "usage")
    for citation in citations(repo):
        doc, _ = values_of(repo, citation.at.path)
        for key in ("date-released", "datePublished"):
            if (when := said(doc, key)) and any(map(str.isdigit, when.value)):
                says = say("{key}: {value}", key=key, value=when.value[:40])
                yield raises(Completeness.DESCRIBED, says, when.at, "release-date")


def data_topics(repo: Repo) -> Iterator[Evidence]:
    """What the data cards and the data manifests say, by the questions of a datasheet."""
    yield from told(repo, data_cards(repo), "data-card")
    for seen in front_matter_topics(repo):
        if seen.topic == "license":
            yield seen._replace(topic="distribution")
    for manifest in manifests(repo):
        for topic, (place, words) in manifest.topics.items():
            if topic in TOPIC_OF:
                grade = Completeness.DESCRIBED if words >= 4 else Completeness.MENTIONED
                says = say("{path} states {topic}", path=manifest.at.path, topic=topic)
                yield raises(grade, says, place, TOPIC_OF[topic])


# --- front matter ---------------------------------------------------------------------------------------------------


def front_matter_topics(repo: Repo) -> Iterator[Evidence]:
    """Each field of the cards' front matter: stated, or there and not of the kind that the Hub knows."""
    for card in (*model_cards(repo), *data_cards(repo)):
        if not card.front:
            continue
        for topic, key in FIELDS.items():
            stated = [word for word in strings(card.meta.get(key)) if filled(word)]
            if stated and all(_is_valid(card, topic, word) for word in stated):
                says = say("{key}: {value}", key=key, value=", ".join(stated)[:80])
                yield raises(Completeness.DESCRIBED, says, card.front.place(key), topic)
            elif key in card.meta:
                says = say("{key} is not of the Hub's words", key=key)
                yield raises(Completeness.MENTIONED, says, card.front.place(key), topic)


def _is_valid(card: Document, topic: str, word: str) -> bool:
    if topic == "license":
        named = all(any(map(filled, strings(card.meta.get(key)))) for key in ("license_name", "license_link"))
        return named if word.lower() == "other" else word.lower() in _licenses()
    if topic == "language":
        return word.lower() in ANY_LANGUAGE or (2 <= len(word.split("-")[0]) <= 3 and word.isascii())
    return word in table("topics")["front-matter"]["tasks"] if topic == "task" else True


def task_of(card: Document) -> str:
    """What a card's front matter says that the model does, in the Hub's words."""
    tasks = table("topics")["front-matter"]["tasks"]
    return next((word for word in strings(card.meta.get("pipeline_tag")) if word in tasks), "")


@cache
def _licenses() -> frozenset[str]:
    """The ids that the Hub or SPDX know, in lower case; no reference of our own."""
    spdx = (id_.lower() for id_ in table("licenses")["ids"] if not id_.startswith("LicenseRef-"))
    return frozenset((*table("topics")["front-matter"]["licenses"], *spdx))
