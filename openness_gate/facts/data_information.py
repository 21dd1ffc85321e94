"""What a release says about its training data, topic by topic, as the Open Source AI Definition 1.0 asks.

Adjectives and amounts are a mention, not a description. Named sources, links to public data, and code that fetches or
processes the data describe it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openness_gate.facts import code, fact
from openness_gate.facts import data_places as places
from openness_gate.facts.corpora import commanded, downloads, linked_in, named_in
from openness_gate.facts.documents import Document, Section, documents
from openness_gate.facts.hub_ids import WORD, name_words
from openness_gate.facts.links import URL, Link, links
from openness_gate.facts.manifest import manifests
from openness_gate.facts.modules import data_pipelines
from openness_gate.facts.papers import reports
from openness_gate.facts.parameters import is_of_data, is_toolkit, weight_owners
from openness_gate.facts.paths import bundled, folder, stem
from openness_gate.facts.releases import kind_of
from openness_gate.facts.sentences import Sentence, sentences
from openness_gate.facts.tables import table
from openness_gate.facts.training import bases, begun_elsewhere, only_tunes
from openness_gate.facts.training_config import training_configs
from openness_gate.facts.training_summary import summaries
from openness_gate.located import strings
from openness_gate.messages import say
from openness_gate.model import Completeness, Evidence, Kind, Place, Repo, limits, raises

TOPICS = ("provenance", "scope", "how-obtained", "processing", "labelling", "public-list", "obtainable-list",
          "unshareable-why")  # fmt: skip
IN_A_PAPER = "in-a-paper"  #: a topic too: nobody looked what stands there
ENOUGH_WORDS = 25  #: in a section, before it counts as a description
GUIDE = 1000  #: characters at the beginning of a document that say whose data it is about
STEPS = re.compile(r"\d[\d,.]*[km]? (?:steps|epochs|iterations)\b")
LABELLED = re.compile(r"\[[^\]]{0,40}(?:data|数据|データ)[^\]]{0,20}\]\([^)]{0,60}/datasets/")  #: a link called data
USED = re.compile(r"\bused (?:in|for|during|by) (?:[\w./α-ω-]+ ){0,4}(?:pre-?)?training\b")
TELLING_WORDS = 75
SHORTEST = 6  #: letters of the name of a data set that are looked for
NAMED = 2  #: sources that must be named
OF_DATA = ("training-data", "data-processing", "annotation")
APART = ("evaluation", "evaluation-data", "acknowledgements", "citation", "data-howto", "plan", "samples")
DATA_CARDS = ("data_card", "data-card", "datacard", "dataset_card", "datasheet", "data_sheet", "data-sheet",
              "data_statement")  # fmt: skip


@fact
def _guides_for_users(repo: Repo) -> frozenset[str]:
    """The documents below the root that begin with the language or the data of whoever reads them."""
    known = table("prose")["users_own"]
    below = (d for d in documents(repo) if folder(d.path) != repo.home and stem(d.path) not in DATA_CARDS)
    return frozenset(d.path for d in below if any(word in _opening(d) for word in known))


def _is_of_users(sentence: Sentence) -> bool:
    """It, or its heading, speaks of the language or the data of whoever reads it."""
    words = table("prose")["users_own"]
    return sentence.has(words) or any(word in sentence.section.title.lower() for word in words)


def _opening(document: Document) -> str:
    return " ".join(f"{s.title} {s.body}" for s in document.sections[:2])[:GUIDE].lower()


def _is_training_guide(repo: Repo, sentence: Sentence) -> bool:
    """It stands in a document on how a model of this release is trained, as its name says."""
    named = "train" in stem(sentence.at.path) and not sentence.section.about("evaluation")
    return named and kind_of(repo)[0] is Kind.MODEL


def _trains(section: Section) -> bool:
    """Its heading is about training; a document on evaluation is left out before."""
    return places.pretrains(section) or "training-procedure" in section.roles


def _is_corpus(name: str) -> bool:
    return name in table("corpora")["corpora"]


def _is_apart(path: str) -> bool:
    """It measures the model, or shows how to use it."""
    known = table("signals")
    return any(part in path.lower() for part in (*known["evaluation_paths"], *known["apart_paths"]))


@fact
def training_sentences(repo: Repo) -> tuple[Sentence, ...]:
    """The sentences that speak of what a model of this release was trained on."""
    if kind_of(repo)[0] is Kind.DATASET:  # all of it is about data
        return tuple(s for s in sentences(repo) if not s.section.about("acknowledgements", "citation", "plan"))
    return tuple(s for s in sentences(repo) if _is_about_training_data(repo, s))


def _is_about_training_data(repo: Repo, sentence: Sentence) -> bool:
    known = table("prose")
    section = sentence.section
    if sentence.at.path in places.evaluation_documents(repo) or sentence.at.path.startswith(("src/", *bundled(repo))):
        return False  # of what measures it, of a part of the program, or of a project that lies in it
    if any(part in sentence.at.path.lower() for part in table("signals")["shown_paths"]):
        return False  # it teaches
    if places.is_of_tokenizer(sentence):
        return False
    shows = is_toolkit(repo) or sentence.at.path in _guides_for_users(repo) or _is_of_users(sentence)
    if shows and not sentence.has(known["was_trained"]):
        return False  # it lists what users may train on
    if "training-data" in section.roles and "data-howto" not in section.within:
        return not places.measures(section)
    if "finetune-howto" in section.within or code.is_of_fine_tuning(sentence.at.path):
        return sentence.has(("was used to train", "were used to train"))
    if _is_training_guide(repo, sentence) and any(map(_is_corpus, named_in(sentence.lower))):
        return True
    if section.about("evaluation", "evaluation-data", "acknowledgements", "citation", "data-howto", "usage", "plan"):
        return sentence.has(known["training"]) and not section.about("acknowledgements", "citation", "plan")
    if "training-data" in section.within or section.about(*OF_DATA) or sentence.has(known["training"]):
        return sentence.has(known["was_trained"]) or not places.shows_examples(section)
    if _trains(section) and any(map(_is_corpus, named_in(sentence.lower))):
        return not places.shows_examples(section)
    if LABELLED.search(sentence.lower):
        return sentence.has(known["stages"])
    return bool(STEPS.search(sentence.lower)) and sentence.has(table("corpora")["corpora"])


@fact
def sources(repo: Repo) -> dict[str, Place]:
    """The public corpora and kinds of sources that are named as training data, with the place of each."""
    found: dict[str, Place] = {}
    for sentence in training_sentences(repo):
        if sentence.has(table("prose")["not_sources"]):
            continue
        said = URL.sub(" ", sentence.lower)  # an address on a forge is no source
        for name in named_in(said):
            found.setdefault(name, sentence.at)
    known_words = table("prose")["obtained"]
    training = {s.at: s for s in training_sentences(repo)}
    for seen in links(repo):
        if seen.kind == "" and seen.at in training and training[seen.at].has(known_words):
            found.setdefault(seen.url, seen.at)  # "collected from https://…"
    return found | {name: at for name, at in commanded(repo).items() if name not in found}


@fact
def public_data(repo: Repo) -> dict[str, Place]:
    """The data sets that are linked, loaded or listed by name as training data."""
    found: dict[str, Place] = {}
    for name, at in (*_linked(repo), *_loaded(repo), *downloads(repo).items(), *_linked_by_name(repo)):
        found.setdefault(name, at)
    for document in documents(repo):
        if document.front:
            for name in strings(document.meta.get("datasets")):
                found.setdefault(name, document.front.place("datasets"))
    for manifest in manifests(repo):
        for source in manifest.sources:
            if source.url:
                found.setdefault(source.name or source.url, source.place)
    for config in [c for c in training_configs(repo) if not code.is_of_fine_tuning(c.path)]:
        for name, line in config.data_sets:
            found.setdefault(name, Place(config.path, line))
    return found


def _telling(repo: Repo) -> list[Sentence]:
    return [s for s in training_sentences(repo) if not s.has(table("prose")["not_sources"])]


def _linked(repo: Repo) -> Iterator[tuple[str, Place]]:
    """What is linked as training data, or fetched by the scripts that prepare it or train."""
    training = {s.at for s in _telling(repo)}
    scripts = {s.path for s in (*code.of(repo, "data"), *code.of(repo, "training"))}
    given = any(_gives(s) for s in training_sentences(repo))
    for seen in links(repo):
        if not (seen.kind == "data" or is_of_data(seen)) or _is_benchmark(seen.name or seen.url):
            continue
        page = any(part in seen.url for part in table("hosts")["catalogs"])  # that tells of a data set, in a comment
        fetched = seen.sentence is None and not page and (seen.at.path in scripts or "data" in seen.at.path.lower())
        apart = _is_apart(seen.at.path) or code.is_of_fine_tuning(seen.at.path)
        called = not apart and seen.sentence is not None and _is_called(repo, seen)
        if (
            (fetched and not apart)
            or called
            or seen.at in training
            or (given and seen.sentence and _offers(seen.sentence))
        ):
            yield seen.name or seen.url, seen.at


def _loaded(repo: Repo) -> Iterator[tuple[str, Place]]:
    for script in (*code.of(repo, "data"), *code.of(repo, "training")):
        apart = "evaluation" in script.roles or _is_apart(script.path)
        if not apart and not code.is_of_fine_tuning(script.path, script.stage):
            yield from ((name, Place(script.path, line)) for name, line in script.data_sets)


def _linked_by_name(repo: Repo) -> Iterator[tuple[str, Place]]:
    """The corpora whose names a sentence on training links."""
    for sentence in _telling(repo):
        if "](http" in sentence.text and not sentence.has(table("prose")["not_ours"]["phrases"]):
            yield from ((url, sentence.at) for _, url in linked_in(sentence.text))


def _is_called(repo: Repo, seen: Link) -> bool:
    """It is the release's own data set: by its name, by a sentence on training, by a badge at the top of the README."""
    sentence = seen.sentence
    badge = sentence and "[![" in sentence.text and sentence.section.level < 2 and "/" not in seen.at.path
    named = bool(badge and "/" in seen.name) or _bears_the_name(repo, seen) or _is_named(repo, seen)
    return named or _is_given(repo, seen)


def _is_given(repo: Repo, seen: Link) -> bool:
    """The README gives it as data, on a hub where the same owner keeps the weights of the release."""
    sentence = seen.sentence
    if seen.kind != "data" or "/" not in seen.name or sentence is None or folder(seen.at.path) != repo.home:
        return False
    called = places.is_called_data(seen, sentence) or USED.search(sentence.lower)
    measured = any(word in seen.name.lower() for word in (*table("signals")["evaluation_paths"], "bench", "test"))
    if not called or measured or sentence.section.about(*APART):
        return False
    return seen.name.split("/")[0].lower() in weight_owners(repo)


def _is_named(repo: Repo, seen: Link) -> bool:
    """A sentence on training names the data set on a hub: "trained on Our Corpus v2"."""
    name = "".join(c for c in seen.name.rpartition("/")[2].lower() if c.isalnum())
    if seen.kind != "data" or "/" not in seen.name or len(name) < SHORTEST:
        return False
    return any(name in "".join(c for c in s.lower if c.isalnum()) for s in _trained_on(repo))


@fact
def _trained_on(repo: Repo) -> tuple[Sentence, ...]:
    return tuple(s for s in training_sentences(repo) if "trained on" in s.lower or "tuned on" in s.lower)


def _bears_the_name(repo: Repo, seen: Link) -> bool:
    """A data set on a hub that is called as the release is, and no benchmark."""
    own = name_words(repo)[:1]
    name = seen.name.rpartition("/")[2].lower()
    return (
        seen.kind == "data"
        and "/" in seen.name
        and bool(own)
        and own[0] in WORD.findall(name)
        and (not any(word in name for word in ("bench", *table("signals")["evaluation_paths"], "test")))
    )


def _is_benchmark(name: str) -> bool:
    lower = name.lower()
    return any(word in lower for word in table("signals")["benchmarks"] if word not in table("corpora")["corpora"])


def _gives(sentence: Sentence) -> bool:
    """It says that the training data comes with the release."""
    known = table("prose")
    withheld = sentence.has(known["unpublished"]) or sentence.has(known["promise"]["soon"])
    named = any(word in sentence.lower for word in known["training"] if any(of in word for of in known["of_data"]))
    return named and sentence.has(known["gives"]) and not withheld and not sentence.has(known["not_sources"])


def _offers(sentence: Sentence) -> bool:
    """It stands where a release says what it consists of and speaks of data, not of what is measured or tried out."""
    known = table("prose")
    section = sentence.section
    if section.about(*APART, "usage") or "finetune-howto" in section.within or _is_apart(sentence.at.path):
        return False
    said = URL.sub(" ", f"{sentence.lower} {section.title.lower()}")
    others = sentence.has(known["not_ours"]["phrases"]) or sentence.has(known["not_sources"])
    return not others and any(word in said for word in known["of_data"]) and not _is_benchmark(said)


def evidence(repo: Repo) -> Iterator[Evidence]:
    """Everything that bears on the data information, by topic."""
    yield from _from_manifests(repo)
    yield from _from_names(repo)
    yield from _from_code(repo)
    yield from _from_prose(repo)
    yield from _from_elsewhere(repo)


def _from_manifests(repo: Repo) -> Iterator[Evidence]:
    for manifest in manifests(repo):
        for topic, (place, words) in manifest.topics.items():
            grade = Completeness.DESCRIBED if words >= 4 or topic.endswith("list") else Completeness.MENTIONED
            yield raises(grade, say("{path} states {topic}", path=manifest.at.path, topic=topic), place, topic)


def _from_names(repo: Repo) -> Iterator[Evidence]:
    named = sources(repo)
    listed = public_data(repo)
    corpora = named.keys() & set(table("corpora")["corpora"])
    if len(named) >= NAMED or listed or corpora:
        at = next(iter({**named, **listed}.values()))
        some = ", ".join([*named, *listed][:5])
        yield raises(Completeness.DESCRIBED, say("it names sources: {some}", some=some), at, "provenance")
    elif (found := next(places.prepared(repo), None)) is not None:
        says = say("it tells how to prepare {name}, for the training here", name=found[0])
        yield raises(Completeness.DESCRIBED, says, found[1], "provenance")
    elif named:
        name, at = next(iter(named.items()))
        yield raises(Completeness.MENTIONED, say("it names one source: {name}", name=name), at, "provenance")
    for name, at in list(listed.items())[:5]:
        yield raises(Completeness.LINKED, say("{name} is public data that it points to", name=name), at, "public-list")


def _from_code(repo: Repo) -> Iterator[Evidence]:
    for script in [s for s in code.of(repo, "data") if not code.is_of_fine_tuning(s.path, s.stage)][:5]:
        says = say("{path} prepares data", path=script.path)
        yield raises(Completeness.DESCRIBED, says, script.at("data"), "processing")


def _from_elsewhere(repo: Repo) -> Iterator[Evidence]:
    """What is told in another place, and what is told nowhere."""
    if not training_sentences(repo) and not manifests(repo) and (listed := public_data(repo)):
        says = say("no document speaks of the training data")
        yield limits(Completeness.DESCRIBED, says, next(iter(listed.values())), "public-list")
    for name, at in bases(repo)[:1]:
        says = say("it starts from {name}, whose data is part of it", name=name)
        yield limits(Completeness.DESCRIBED, says, at, "public-list")
    if public_data(repo) and not bases(repo) and (loop := only_tunes(repo)):
        says = say("all that trains here starts from a model, whose data is part of it")
        yield limits(Completeness.DESCRIBED, says, loop, "public-list")
    if not bases(repo) and (begun := begun_elsewhere(repo)):
        says = say("it begins from weights whose data is part of it")
        yield limits(Completeness.DESCRIBED, says, begun, "public-list")
    for at in _only_applied(repo):
        says = say("only {path} names data, where a finished model is used or studied", path=at.path)
        yield limits(Completeness.DESCRIBED, says, at, "public-list")
    for at in _unlisted(repo):
        says = say("{path} tells of data and lists none of it, unlike others here", path=at.path)
        yield limits(Completeness.DESCRIBED, says, at, "public-list")
    for name, at in data_pipelines(repo):
        yield raises(Completeness.LINKED, say("the data was prepared with {name}", name=name), at, "processing")
    yield from _told_elsewhere(repo)


def _only_applied(repo: Repo) -> Iterator[Place]:
    """The first place that names data, where all of them lie with what uses or studies a finished model."""
    named = [*sources(repo).values(), *public_data(repo).values()]
    if all(places.is_applied(at.path) for at in named):
        yield from named[:1]


def _told_elsewhere(repo: Repo) -> Iterator[Evidence]:
    """What a paper tells, and what is kept back."""
    for at in reports(repo)[:1]:
        says = say("a report lies here as a PDF, which was not read: what it says of the data is for a person to see")
        yield raises(Completeness.MENTIONED, says, at, IN_A_PAPER)
    known = table("prose")
    of_data_set = kind_of(repo)[0] is Kind.DATASET
    forms = {document.path for document in summaries(repo)}
    for sentence in sentences(repo):
        if sentence.at.path in forms and sentence.at == sentence.section.at:
            continue  # a question of the template, which says nothing of the data
        if sentence.at.path.startswith(bundled(repo)):
            continue  # it tells of another project
        card = stem(sentence.at.path) in DATA_CARDS
        of_data = card or sentence.has(known["of_data"])
        if not (of_data or "training-data" in sentence.section.roles) or sentence.section.about(*APART):
            continue
        training = card or of_data_set or _is_about_training_data(repo, sentence)
        if of_data and training and sentence.has(known["in_paper"]) and not sentence.has(known["not_in_paper"]):
            says = say("a paper documents the data: {text}", text=sentence.text[:80])
            yield raises(Completeness.MENTIONED, says, sentence.at, IN_A_PAPER)
        if sentence.has(known["unpublished"]) and (training or sentence.has(known["training"])):
            says = say("some of the data is not to be had: {text}", text=sentence.text[:80])
            yield limits(Completeness.DESCRIBED, says, sentence.at, "public-list")


def _unlisted(repo: Repo) -> Iterator[Place]:
    """Of several models in one tree, each with a document of its own: those whose data is told of and not listed."""
    listed = {at.path for at in public_data(repo).values()}
    below = [document for document in documents(repo) if folder(document.path) != repo.home]
    sections = [section for document in below for section in document.sections if "training-data" in section.roles]
    if any(section.at.path in listed for section in sections):
        for section in sections:
            tells = any(word in section.body.lower() for word in table("prose")["obtained"])
            if tells and section.words >= TELLING_WORDS and section.at.path not in listed:
                yield section.at


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
