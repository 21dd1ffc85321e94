"""What a release says about its training data, topic by topic, as the Open Source AI Definition 1.0 asks.

Adjectives and amounts are a mention, not a description. Named sources, links to public data, and code that fetches or
processes the data describe it.
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import code, fact
from openness_gate.facts.documents import documents
from openness_gate.facts.links import links
from openness_gate.facts.manifest import manifests
from openness_gate.facts.releases import kind_of
from openness_gate.facts.sentences import Sentence, sentences
from openness_gate.facts.tables import table
from openness_gate.facts.training_config import training_configs
from openness_gate.located import strings
from openness_gate.messages import say
from openness_gate.model import Completeness, Evidence, Kind, Place, Repo, raises

TOPICS = ("provenance", "scope", "how-obtained", "processing", "labelling", "public-list", "obtainable-list",
          "unshareable-why")  # fmt: skip
ENOUGH_WORDS = 25  #: in a section, before it counts as a description
NAMED = 2  #: sources that must be named


def _is_of_fine_tuning(path: str, stage: str = "") -> bool:
    """A recipe for users who tune the model to their own data: that data made no part of the release."""
    lower = path.lower()
    return stage == "finetune" or any(part in lower for part in table("signals")["finetune"]["paths"])


def _is_of_evaluation(path: str) -> bool:
    return any(part in path.lower() for part in table("signals")["evaluation_paths"])


@fact
def training_sentences(repo: Repo) -> tuple[Sentence, ...]:
    """The sentences that speak of what a model of this release was trained on."""
    if kind_of(repo)[0] is Kind.DATASET:  # all of it is about data
        return tuple(s for s in sentences(repo) if not s.section.about("acknowledgements", "citation", "plan"))
    return tuple(s for s in sentences(repo) if _is_about_training_data(s))


def _is_about_training_data(sentence: Sentence) -> bool:
    known = table("prose")
    section = sentence.section
    if "finetune-howto" in section.within or _is_of_fine_tuning(sentence.at.path):
        return False
    if section.about("evaluation", "evaluation-data", "acknowledgements", "citation", "data-howto", "usage", "plan"):
        return sentence.has(known["training"]) and not section.about("acknowledgements", "citation", "plan")
    return section.about("training-data", "data-processing", "annotation") or sentence.has(known["training"])


@fact
def sources(repo: Repo) -> dict[str, Place]:
    """The public corpora and kinds of sources that are named as training data, with the place of each."""
    known = table("corpora")
    found: dict[str, Place] = {}
    for sentence in training_sentences(repo):
        if sentence.has(table("prose")["not_sources"]):
            continue
        for name in (*known["corpora"], *known["kinds"]):
            if name in sentence.lower and _stands_alone(name, sentence.lower):
                found.setdefault(name, sentence.at)
    known_words = table("prose")["obtained"]
    training = {s.at: s for s in training_sentences(repo)}
    for link in links(repo):
        if link.kind == "" and link.at in training and training[link.at].has(known_words):
            found.setdefault(link.url, link.at)  # "collected from https://…"
    return found


def _stands_alone(name: str, text: str) -> bool:
    """*name* is once no part of a longer word; Chinese and Japanese have no such bounds."""
    start = text.find(name)
    while name.isascii() and start >= 0:
        around = text[max(0, start - 1) : start] + text[start + len(name) : start + len(name) + 1]
        if not any(c.isalnum() and c.isascii() for c in around):
            return True
        start = text.find(name, start + 1)
    return start >= 0


@fact
def public_data(repo: Repo) -> dict[str, Place]:
    """The data sets that are linked, loaded or listed by name as training data."""
    found: dict[str, Place] = {}
    training = {s.at for s in training_sentences(repo) if not s.has(table("prose")["not_sources"])}
    scripts = {s.path for s in (*code.of(repo, "data"), *code.of(repo, "training"))}
    for link in links(repo):
        fetched = link.sentence is None and (link.at.path in scripts or "data" in link.at.path.lower())
        apart = _is_of_fine_tuning(link.at.path) or _is_of_evaluation(link.at.path)
        if link.kind == "data" and ((fetched and not apart) or link.at in training):
            found.setdefault(link.name or link.url, link.at)
    for script in (*code.of(repo, "data"), *code.of(repo, "training")):
        if "evaluation" not in script.roles and not _is_of_fine_tuning(script.path, script.stage):
            for name, line in script.data_sets:
                found.setdefault(name, Place(script.path, line))
    for document in documents(repo):
        if document.front:
            for name in strings(document.meta.get("datasets")):
                found.setdefault(name, document.front.place("datasets"))
    for manifest in manifests(repo):
        for source in manifest.sources:
            if source.url:
                found.setdefault(source.name or source.url, source.place)
    for config in [c for c in training_configs(repo) if not _is_of_fine_tuning(c.path)]:
        for name, line in config.data_sets:
            found.setdefault(name, Place(config.path, line))
    return found


def evidence(repo: Repo) -> Iterator[Evidence]:
    """Everything that bears on the data information, by topic."""
    yield from _from_manifests(repo)
    yield from _from_names(repo)
    yield from _from_code(repo)
    yield from _from_prose(repo)


def _from_manifests(repo: Repo) -> Iterator[Evidence]:
    for manifest in manifests(repo):
        for topic, (place, words) in manifest.topics.items():
            grade = Completeness.DESCRIBED if words >= 4 or topic.endswith("list") else Completeness.MENTIONED
            yield raises(grade, say("{path} states {topic}", path=manifest.at.path, topic=topic), place, topic)


def _from_names(repo: Repo) -> Iterator[Evidence]:
    named = sources(repo)
    listed = public_data(repo)
    if len(named) + len(listed) >= NAMED or listed:
        at = next(iter({**named, **listed}.values()))
        some = ", ".join([*named, *listed][:5])
        yield raises(Completeness.DESCRIBED, say("it names sources: {some}", some=some), at, "provenance")
    elif named:
        name, at = next(iter(named.items()))
        yield raises(Completeness.MENTIONED, say("it names one source: {name}", name=name), at, "provenance")
    for name, at in list(listed.items())[:5]:
        yield raises(Completeness.LINKED, say("{name} is public data that it points to", name=name), at, "public-list")


def _from_code(repo: Repo) -> Iterator[Evidence]:
    for script in [s for s in code.of(repo, "data") if not _is_of_fine_tuning(s.path, s.stage)][:5]:
        says = say("{path} prepares data", path=script.path)
        yield raises(Completeness.DESCRIBED, says, script.at("data"), "processing")


_BY_WORDS = {"scope": ("amounts", "languages"), "processing": ("processing",), "how-obtained": ("obtained",),
             "labelling": ("labelling",), "unshareable-why": ("unshareable",)}  # fmt: skip


def _from_prose(repo: Repo) -> Iterator[Evidence]:
    known = table("prose")
    for sentence in training_sentences(repo):
        for topic, lists in _BY_WORDS.items():
            if any(sentence.has(known[name]) for name in lists):
                rich = sentence.section.words >= ENOUGH_WORDS and sentence.section.about(
                    "training-data", "data-processing"
                )
                grade = Completeness.DESCRIBED if rich else Completeness.MENTIONED
                yield raises(grade, say("the text speaks of {topic}", topic=topic), sentence.at, topic)
        if sentence.has(known["vague"]):
            yield raises(Completeness.MENTIONED, say("adjectives, no source"), sentence.at, "provenance")
