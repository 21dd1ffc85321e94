"""Weights that are elsewhere: links to them, what stands in the way, and what is promised."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from openness_gate.facts import fact
from openness_gate.facts.documents import documents
from openness_gate.facts.hub_ids import fetched_files, hub_ids, name_words
from openness_gate.facts.links import Link, links
from openness_gate.facts.packaging import dependencies
from openness_gate.facts.paths import bundled, is_card
from openness_gate.facts.sentences import Sentence, sentences
from openness_gate.facts.tables import table
from openness_gate.model import Access, Place, Repo
from openness_gate.tuples import NamedTuple

WORD = re.compile(r"[^\W\d_]{3,}")
PART = re.compile(r"(?<![a-z\d.])(?!v\d)[a-z\d]+(?:\.\d+b)?")  #: of a name; no version
NOT_YET = ("- [ ]", "* [ ]", "~~")  #: an item that is open, words that are struck out
SHORTEST = 5  #: letters of a title that are told from chance
NEAR, IMPERATIVE = 60, 12  #: characters between a credential and what it is for; before a verb that begins a sentence
OF_USERS = ("training-data", "data-howto", "finetune-howto", "evaluation")  #: sections on what a user brings
OPENING = 300  #: characters of a section that say what stands in it
MANY = 3  #: models of one owner, before they are taken for the release's own


class Gate(NamedTuple):
    """Something that stands between a reader and the weights."""

    access: Access
    quote: str
    at: Place

    @property
    def has_address(self) -> bool:
        return "://" in self.quote


@fact
def weight_links(repo: Repo) -> tuple[Link, ...]:
    """Addresses of this release's own weights, as far as their place in the text says so."""
    found: dict[str, Link] = {}
    for link in _of_the_release(repo):
        if link.url not in found or (_is_released(link) and not _is_released(found[link.url])):
            found[link.url] = link
    if not any(link.kind == "model" for link in found.values()):
        found |= {link.url: link for link in hub_ids(repo)}
    if not found:
        found |= {link.url: link for link in fetched_files(repo)}
    if any(is_card(document.path) for document in documents(repo)):
        return tuple(found.values())
    title = next((document.title.lower() for document in documents(repo)), "")
    owners = Counter(_owner(link) for link in found.values() if link.kind == "model")
    if is_toolkit(repo) or measures(repo):  # many of one owner are examples, too, and news tell of what users did
        told = (link for link in found.values() if not (link.sentence and link.sentence.section.about("updates")))
        near = (link for link in told if link.kind != "model" or "/" not in link.at.path)
        return tuple(link for link in near if _is_of_package(link, Counter(), title))
    if len(owners) > MANY and max(owners.values()) * 2 < owners.total():
        own = Counter(_owner(link) for link in found.values() if "/" in link.name and "/" not in link.at.path)
        return tuple(link for link in found.values() if _is_among_many(link, own, title))
    if not _is_package(repo):
        return tuple(found.values())
    return tuple(link for link in found.values() if _is_of_package(link, owners, title))


@fact
def weight_owners(repo: Repo) -> frozenset[str]:
    """Who has the models on a hub that the release links to as its own, in lower case."""
    return frozenset(_owner(link) for link in weight_links(repo) if "/" in link.name)


def _of_the_release(repo: Repo) -> Iterator[Link]:
    """The links to weights; of those under baselines and comparisons only to owners whose models stand elsewhere, too,
    and to models that bear the release's name."""
    told = _not_copied(repo, [link for link in links(repo) if _is_weights(link)])
    several = len({_owner(link) for link in told if link.kind == "model"}) > 1
    own = {_owner(link) for link in told if not _is_compared(link, several)}
    called = "".join(name_words(repo)[:1])
    for link in told:
        ours = _owner(link) in own or _is_called(link, called) or _is_released(link)
        if ours or not _is_compared(link, several):
            yield link


def _is_called(link: Link, called: str) -> bool:
    """Its name and that of the release have a word in common, or one that begins the other's."""
    words = [word for word in WORD.findall(link.name.lower()) if len(word) >= SHORTEST - 1 or word == called]
    return bool(called) and any(word.startswith(called) or called.startswith(word) for word in words)


def _not_copied(repo: Repo, told: list[Link]) -> list[Link]:
    """Without what a project that lies in the tree links, where the release links weights itself."""
    copied = bundled(repo)
    return [link for link in told if not link.at.path.startswith(copied)] or told if copied else told


def _is_compared(link: Link, several: bool) -> bool:
    """It leads to a model that is measured beside others, by the heading or the first words of its section; of
    *several* owners in a section on evaluation anyone's may be."""
    if link.kind != "model" or link.sentence is None:
        return False
    known = table("prose")["compared"]
    section = link.sentence.section
    titled = any(word in section.title.lower() for word in known["titles"])
    led = any(word in section.body[:OPENING].lower() for word in known["leads"])
    return titled or led or (several and section.about("evaluation"))


def _is_package(repo: Repo) -> bool:
    return any(file.form in ("pyproject", "setup.py") and "/" not in file.path for file in dependencies(repo))


@fact
def is_toolkit(repo: Repo) -> bool:
    """A package whose README has a section on the models that it supports: it trains or runs those of others."""
    words = table("prose")["toolkit_titles"]
    root = [d for d in documents(repo) if "/" not in d.path]
    titles = (s.title.lower() for d in root for s in d.sections)
    if not _is_package(repo):
        return False
    return any(word in title for title in titles for word in words) or any(
        word in document.title.lower() for document in root for word in table("prose")["example_titles"]
    )


def measures(repo: Repo) -> bool:
    """By the title of its README it measures models or looks into them, and that README links none."""
    words = table("prose")["measuring_titles"]
    titles = (document.title.lower() for document in documents(repo) if "/" not in document.path)
    told = (link for link in links(repo) if link.kind == "model" and "/" not in link.at.path)
    return any(word in title for title in titles for word in words) and not any(told)


def _owner(link: Link) -> str:
    return link.name.split("/")[0].lower()


def _is_released(link: Link) -> bool:
    """Its sentence speaks of released weights, or names it as what "we release"."""
    if not link.sentence:
        return False
    before = link.sentence.lower.partition(f"]({link.url.lower()}")[0].rpartition("[")[0].rstrip(" *_")
    known = table("prose")
    if "/" not in link.at.path and before.strip(" -+|>*_:：") in known["labels_of_links"]:
        return True  # an item of the README that is called so: "- **Model:** [...]"
    return link.sentence.has(known["released_weights"]) or before.endswith(tuple(known["releases"]))


def _is_among_many(link: Link, own: Counter[str], title: str) -> bool:
    """Where the models of many are linked: one of several that the README links of one owner, or a download."""
    if link.kind == "file":
        return link.sentence is None or link.sentence.section.about("download")
    named = not set(WORD.findall(title)).isdisjoint(WORD.findall(_owner(link)))
    return link.kind != "model" or own[_owner(link)] >= (1 if named else MANY) or _is_released(link)


def _is_of_package(link: Link, owners: Counter[str], title: str) -> bool:
    """Of a package, whose guides link to anybody's models: a file, a model with its name, one of many of one owner."""
    if link.kind != "model" or _is_released(link):
        return True
    if "/" in link.name and _bears(link.name.lower(), title):
        return True
    own = owners[_owner(link)]
    return own >= MANY and own * 2 >= owners.total()


def _bears(name: str, title: str) -> bool:
    """A word of the *title* begins one of the *name*, or all of its first words stand in it."""
    words = [word for word in WORD.findall(title) if word not in table("hosts")["common_words"]]
    whole = "".join(c for c in title.partition(":")[0] if c.isalnum())
    joined = "".join(c for c in name if c.isalnum())
    return any(one.startswith(word) for one in WORD.findall(name) for word in words) or (
        len(whole) >= SHORTEST and whole in joined
    )


def _is_weights(link: Link) -> bool:
    sentence = link.sentence
    if link.kind == "magnet":
        return True
    if any(part in link.url.lower() for part in table("hosts")["not_weights"]):
        return False
    if sentence is None:
        return _is_fetched(link)
    if _is_others(sentence) or sentence.section.about("training-data", "data-processing", "data-howto"):
        return False
    if sentence.has(table("prose")["not_released"]) or sentence.lower.startswith(NOT_YET):
        return False
    if link.kind == "model" and link.name and "/" not in link.name and "/" in link.at.path and not _is_released(link):
        return False  # an owner's page, in a note on something else
    if is_of_data(link):
        return False
    if link.kind in ("", "storage") and _is_called_weights(link, sentence):
        return not link.url.lower().endswith(tuple(table("hosts")["pages"]))  # wherever that is
    if link.kind in ("archive", "storage"):
        near = (sentence.lower, sentence.section.title.lower())
        return any(word in text for word in table("hosts")["weight_words"] for text in near)
    if link.kind == "data" and "/datasets/" not in link.url:  # an archive of research, which keeps anything
        return sentence.has(table("prose")["calls_weights"]) and not sentence.has(table("prose")["of_data"])
    return link.kind in ("model", "file")


def _is_called_weights(link: Link, sentence: Sentence) -> bool:
    """`[trained weights](https://…)`; or an address `…/checkpoints/` in a sentence that offers them."""
    known = table("prose")
    if any(word in link.label for word in known["labels_of_weights"]):
        return True
    url = link.url.lower()
    if not any(word in url for word in known["calls_weights"]):
        return False
    said = sentence.lower.replace(url, " ")
    offers = (*known["gate"]["of_access"], "available")
    return any(word in said for word in known["calls_weights"]) and any(word in said for word in offers)


def is_of_data(link: Link) -> bool:
    """An archive or a folder of a bucket, in a sentence on the training data that speaks of no weights."""
    known = table("prose")
    sentence = link.sentence
    called = any(word in link.label for word in known["labels_of_data"]) and link.kind in ("", "archive", "storage")
    if called and not any(word in link.label for word in known["calls_weights"]):
        return not link.url.lower().endswith(tuple(table("hosts")["pages"]))
    if sentence is None or link.kind not in ("archive", "storage") or sentence.has(known["calls_weights"]):
        return False
    data = (word for word in known["training"] if any(of in word for of in known["of_data"]) or word.endswith(" set"))
    return sentence.has(data)


def _is_fetched(link: Link) -> bool:
    """A script fetches it, and the script or the address says that it is the model: no page, no helper of data code."""
    known = table("hosts")
    where = f"{link.at.path} {link.url}".lower()
    if not link.at.path.endswith((".py", ".sh")) or any(part in where for part in known["helpers"]):
        return False
    called = any(word in where for word in known["weight_words"])
    return link.kind == "file" or (link.kind in ("archive", "storage") and called)


def _is_others(sentence: Sentence) -> bool:
    """Its place or its words say that it speaks of another project."""
    known = table("prose")
    section = sentence.section
    if not (section.roles or section.inherited).isdisjoint(known["not_ours"]["sections"]):
        return True
    return sentence.has(known["not_ours"]["phrases"]) or sentence.has(known["base"])


@fact
def gates(repo: Repo) -> tuple[Gate, ...]:
    """What the tree itself says of forms, agreements and accounts before the weights."""
    found = (*_front_matter_gates(repo), *_prose_gates(repo), *_host_gates(repo))
    copied = bundled(repo)
    if copied and any(not link.at.path.startswith(copied) for link in weight_links(repo)):
        return tuple(gate for gate in found if not gate.at.path.startswith(copied))  # those are before other models
    return found


def _front_matter_gates(repo: Repo) -> Iterator[Gate]:
    for document in documents(repo):
        for key in document.meta:
            if key.startswith("extra_gated") and document.front:
                yield Gate(Access.GATED, key, document.front.place(key))
                break


def _prose_gates(repo: Repo) -> Iterator[Gate]:
    known = table("prose")["gate"]
    forms = {link.at for link in links(repo) if link.kind == "form"}
    for sentence in sentences(repo):
        asks = sentence.has(known["asks"]) or sentence.at in forms or _asks_to_write(sentence)
        asked = asks and sentence.has(known["of_weights"])
        if asked and not sentence.has(known["not_access"]) and not _is_others(sentence):
            yield Gate(Access.GATED, sentence.text, sentence.at)
        elif _asks_for_account(sentence) and not _is_others(sentence):
            yield Gate(Access.REGISTRATION, sentence.text, sentence.at)
        elif sentence.has(table("prose")["withheld"]) and sentence.has(known["of_weights"]) and not _of_sets(sentence):
            yield Gate(Access.CLOSED, sentence.text, sentence.at)


def _asks_for_account(sentence: Sentence) -> bool:
    """A key, a token or an account is required of whoever fetches the weights: not of one who trains or pushes them."""
    known = table("prose")
    gate = known["gate"]
    lower = sentence.lower
    if not sentence.has((*known["calls_weights"], *gate["names_weights"])) or sentence.has(gate["not_demands"]):
        return False
    if sentence.section.about(*OF_USERS):
        return False
    if sentence.has(gate["registered"]):
        return True
    for credential in gate["credentials"]:
        before, found, after = lower.partition(credential)
        near = f"{credential}{after[:NEAR]}"
        goal = near.partition(" to ")[2]  # "log in with your name to download …"
        earlier = f"{before} {near.partition(' before ')[2]}"
        fetches = goal.startswith(tuple(gate["fetching"])) or any(word in earlier for word in gate["fetching"])
        asked = len(before) < IMPERATIVE or any(word in lower for word in gate["demands"])
        if found and fetches and asked:
            return True
    return False


def _of_sets(sentence: Sentence) -> bool:
    """What is withheld is data: it speaks of sets and of no weights."""
    known = table("prose")
    return sentence.has((*known["of_data"], "test set", "training set")) and not sentence.has(known["calls_weights"])


def _asks_to_write(sentence: Sentence) -> bool:
    """It tells to write: no courtesy, and below a license no contact, unless access is spoken of."""
    known = table("prose")["gate"]
    polite = sentence.has(known["courtesies"]) or sentence.section.about("license")
    return sentence.has(known["contacts"]) and (not polite or sentence.has(known["of_access"]))


def _host_gates(repo: Repo) -> Iterator[Gate]:
    """A host that asks for an account, where no other host has the weights."""
    found = weight_links(repo)
    if found and all(link.access is not Access.PUBLIC for link in found):
        yield Gate(found[0].access, found[0].url, found[0].at)


def is_delta(link: Link) -> bool:
    """The link leads to a difference to somebody else's weights, by its sentence or by how its section begins."""
    said = ""
    if sentence := link.sentence:
        of_weights = any(word in sentence.section.title.lower() for word in ("weight", "diff", "delta", "权重"))
        said = f"{sentence.text} {sentence.section.body[:OPENING] if of_weights else ''}"
    return any(word in f"{link.url} {said}".lower() for word in table("prose")["delta"])


def only_deltas(found: tuple[Link, ...]) -> list[Link]:
    """The models that are called differences to other weights and that no link has in full, whatever their version;
    none where more are had in full, as one is then beside what the release is about."""
    words = table("prose")["delta"]
    models = [link for link in found if link.kind == "model" and "/" in link.name]
    told = [link for link in models if any(word in f"{link.url.lower()} {link.label}" for word in words)]
    whole = [_name_parts(link) for link in models if link not in told]
    short = [link for link in told if not any(_name_parts(link) <= parts for parts in whole)]
    return short if len(short) >= len(whole) else []


def _name_parts(link: Link) -> frozenset[str]:
    """What the name of a model consists of, without its version and what says that it is a difference."""
    parts = PART.findall(link.name.rpartition("/")[2].lower())
    return frozenset(p for p in parts if not p.isdigit() and not p.startswith(tuple(table("prose")["delta"])))
