"""The published weights that a release says its own start from.

The Open Source AI Definition 1.0 asks for the data of the system that is released: of a model that was tuned, pruned or
grown from another, the other's data is part of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import compress

from openness_gate.facts import fact
from openness_gate.facts.documents import documents
from openness_gate.facts.parameters import weight_links
from openness_gate.facts.paths import bundled, folder
from openness_gate.facts.sentences import Sentence, sentences
from openness_gate.facts.tables import table
from openness_gate.model import Place, Repo

MADE = (r"(?:fine-? ?tuned?|finetuned?|instruction-tuned|instruct-tuned|post-?trained|pruned|distilled|derived|adapted"
        r"|merged|starts|started|starting|trained|initiali[sz]ed|continu\w+ (?:pre-?)?train\w*)")  # fmt: skip
STARTS = (
    rf"(?:{MADE}(?: \w+){{0,2}}? (?:from|on top of|based on)|initiali[sz]e[sd]?(?: \w+){{0,3}} (?:with|from|by)"
    r"|(?:built|based|builds) (?:on top of|on|upon)|(?:base|foundation|backbone) models? ?[:|=]"
    r"|(?:fine-? ?tune|finetune|fine-?tuning|finetuning|distillation|version) of)"
)
DRESS = (
    r"[ \[(`*_\"'|]{1,6}(?:(?:an?|pre-?trained|open-?source|[\w-]{2,20}'s|[a-z]{3,12}) ){0,2}"
    r"[\[(`*_\"']{0,3}"
)
ON = r"(?:基于|以|在)[ \[(`*_]{0,4}(?:meta )?"
DONE = r"[^。；;]{0,60}?(?:微调|训练|精调|基础上|底座|基座|增量|初始化|优化)"
OURS = ("our model", "our base model", "本模型", "我们的模型")
NOT_OURS = ("you can", "your ", "support", "tutorial", "for example", "e.g.", "want to", "can be", "various", "支持",
            "例如", "比如")  # fmt: skip
CUES = ((" from", " on ", " with ", " by ", " of ", "e model"), ("基于", "以", "在"), ("기반",))
"""For each pattern words of which one stands in all that matches it."""
LETTERS = re.compile(r"[a-z]{2,}|[a-z]\d")
AWAY = 40  #: characters after a name in which it is said that it is not of its weights


@fact
def foundations(repo: Repo) -> tuple[tuple[str, Place], ...]:
    """The weights of others by name, each with the sentence that says so."""
    found: dict[str, Place] = {}
    for sentence in sentences(repo):
        cued = [sentence.has(cues) for cues in CUES]
        if any(cued) and _tells(repo, sentence):
            for name in _named(sentence.lower, cued):
                if not _is_own(repo, name):
                    found.setdefault(name, sentence.at)
    return tuple(found.items())


@cache
def _heads() -> frozenset[str]:
    """The first letters of what families are called."""
    return frozenset(LETTERS.findall(name)[0] for name in table("model_families")["families"])


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """What says so in English, Chinese and Korean; each has the name as its group."""
    names = "|".join(name.replace(" ", "[- _]?") for name in table("model_families")["families"])
    name = rf"((?:[\w.-]{{1,40}}/)?(?:{names})(?![a-z])[\w.+-]{{0,40}})"
    eastern = name.replace(r"\w", "a-z0-9_")  # letters of Chinese are no part of a name
    return (
        re.compile(STARTS + DRESS + name),
        re.compile(ON + eastern + DONE),
        re.compile(rf"{eastern}[\])`*_]{{0,4}}(?:\([^)]{{0,200}}\))? ?(?:을|를) 기반"),
    )


def _named(lower: str, cued: Iterable[bool]) -> Iterator[str]:
    if _heads().isdisjoint(LETTERS.findall(lower)):
        return  # most sentences, and the patterns take a while to be made
    for pattern in compress(_patterns(), cued):
        for match in pattern.finditer(lower):
            name = match[1].rstrip(".-+")
            after = lower[match.end() : match.end() + AWAY].partition(".")[0]
            if not any(word in f"{name} {after}" for word in table("model_families")["not_weights"]):
                yield name


def _tells(repo: Repo, sentence: Sentence) -> bool:
    """It stands where the release speaks of itself."""
    section = sentence.section
    apart = ("acknowledgements", "citation", "evaluation", "evaluation-data", "plan", "usage", "data-howto")
    away = section.about(*apart) or "finetune-howto" in section.within
    if (away and not sentence.has(OURS)) or sentence.at.path.startswith(bundled(repo)):
        return False
    place = folder(sentence.at.path)
    near = place == repo.home or place.count("/") - repo.home.count("/") <= 1
    known = table("prose")["not_ours"]["phrases"]
    return near and not sentence.has(known) and not sentence.has(NOT_OURS)


def _is_own(repo: Repo, name: str) -> bool:
    """It is called as the release itself, or as most of its weights."""
    return _first(name.rpartition("/")[2]) in _own_names(repo)


@fact
def _own_names(repo: Repo) -> frozenset[str]:
    """The first words of what the release is called, and of what half of its weights are."""
    titles = [document.title.lower() for document in documents(repo) if folder(document.path) == repo.home]
    names = {link.name.rpartition("/")[2].lower() for link in weight_links(repo) if link.name}
    often = Counter(map(_first, names)).most_common(1)
    of_weights = [word for word, n in often if 2 * n >= len(names)]
    return frozenset((*map(_first, titles), *of_weights)) - {""}


def _first(text: str) -> str:
    return re.split(r"[\d/_. :-]", text.strip())[0]


def tuned_only(repo: Repo) -> Place | None:
    """The first of its models on a hub, where the names of all of them say that they are tuned ones."""
    found = {link.name.lower(): link.at for link in weight_links(repo) if link.kind == "model" and "/" in link.name}
    tuned = frozenset(table("model_families")["tuned"])
    names = [re.split(r"[-_.]", name.partition("/")[2]) for name in found]
    return next(iter(found.values())) if names and not any(tuned.isdisjoint(words) for words in names) else None
