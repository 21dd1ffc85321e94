"""The names of public corpora and of kinds of sources, as they stand in a text or in a command that trains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from openness_gate.facts import code, fact
from openness_gate.facts.content import head
from openness_gate.facts.documents import documents
from openness_gate.facts.links import link, urls
from openness_gate.facts.paths import bundled
from openness_gate.facts.tables import table
from openness_gate.facts.training_config import CONFIG_LIMIT, launches
from openness_gate.model import Place, Repo

WORD = re.compile(r"[a-z0-9]+")
NAMED_LINK = re.compile(r"\[([^\]\[]{2,80})\]\((https?://[^)\s]{4,300})\)")
SITE = re.compile(r"\S+\.\w{2,6}")  #: the name of a site, which is no data set
TRAINS_ON = re.compile(
    r"--train(?:ing)?[_-](?:data|dataset|corpus|set)(?:[_-]names?)?[ =]\s{0,4}[\"']?([\w./+:,@-]{1,500})"
)
TRAINS = re.compile(r"[\w./-]*train[\w./-]*\.(?:py|sh)\b")


def named_in(text: str) -> Iterator[str]:
    """The corpora and kinds of sources that *text*, in lower case, names as words of their own."""
    known = _by_first_word()
    firsts = {first for word in WORD.findall(text) if (first := known.get(word))}
    for _, names in sorted(firsts | {known[""]}):
        yield from (name for name in names if name in text and _stands_alone(name, text))


@cache
def _by_first_word() -> dict[str, tuple[int, tuple[str, ...]]]:
    """The names of the table by their first word, with its turn; under "" those that have none, as Chinese is not
    split."""
    found: dict[str, tuple[str, ...]] = {}
    for name in (*table("corpora")["corpora"], *table("corpora")["kinds"]):
        first = WORD.match(name)
        key = first[0] if first and name.isascii() else ""
        found[key] = (*found.get(key, ()), name)
    return {first: (turn, names) for turn, (first, names) in enumerate(found.items())}


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
def commanded(repo: Repo) -> dict[str, Place]:
    """The corpora that commands which train name: in the code of documents, and in launchers."""
    found: dict[str, Place] = {}
    known = frozenset(table("corpora")["corpora"])
    for text, at in _commands(repo):
        for name in named_in(text.lower()):
            if name in known:
                found.setdefault(name, at)
    return found


def _commands(repo: Repo) -> Iterator[tuple[str, Place]]:
    for document in documents(repo):
        for section in document.sections:
            howto = section.about("evaluation", "data-howto") or "finetune-howto" in section.within
            for line in section.code.replace("\\\n", " ").split("\n") if "train" in section.code and not howto else ():
                if _trains(line):
                    yield line, section.at
    copied = bundled(repo)
    for path, trains in _launchers(repo).items():
        if copied and path.startswith(copied):
            continue  # a project that lies in the tree trains a model of its own
        text = head(repo, path, CONFIG_LIMIT).decode("utf-8", "replace") if not code.is_of_fine_tuning(path) else ""
        if trains:
            yield text, Place(path, 1)
        for match in TRAINS_ON.finditer(text) if not trains else ():
            yield match[1], Place(path, text.count("\n", 0, match.start()) + 1)


def _launchers(repo: Repo) -> dict[str, bool]:
    """The launchers outside evaluation, and whether they start what is called training."""
    found: dict[str, bool] = {}
    for launch in launches(repo):
        found[launch.at.path] = _trains(launch.target) or found.get(launch.at.path, False)
    apart = table("signals")["evaluation_paths"]
    return {path: trains for path, trains in found.items() if trains or not any(part in path.lower() for part in apart)}


def _trains(command: str) -> bool:
    """It starts a script that trains, and neither tunes nor measures."""
    started = TRAINS.search(command)
    apart = table("signals")["evaluation_paths"]
    return bool(started) and not code.is_of_fine_tuning(command) and not any(part in command.lower() for part in apart)


@fact
def downloads(repo: Repo) -> dict[str, Place]:
    """The addresses that commands fetch in a section whose title, or whose document's, speaks of training data."""
    known = table("prose")
    of_training = (
        "pretraining",
        "pre-training",
        "training data",
        "training set",
        "training corpus",
        "train from scratch",
    )
    apart = (*table("hosts")["weight_endings"], *table("hosts")["weight_words"], ".whl", "github.com")
    found: dict[str, Place] = {}
    for document in documents(repo):
        for section in document.sections:
            titles = f"{document.title} {section.title}".lower()
            if section.code and any(word in titles for word in of_training):
                for line in section.code.split("\n"):
                    if any(word in line for word in known["fetches"]):
                        for url in urls(line):
                            if not any(word in url.lower() for word in apart):
                                found.setdefault(url, section.at)
    return found


def linked_in(text: str) -> Iterator[tuple[str, str]]:
    """The corpora that *text* links by their names, `[Name](https://…)`, each with its address: no paper, no code."""
    for match in NAMED_LINK.finditer(text):
        seen = link(match[2], Place("", 1), None)
        if seen.kind in ("", "data", "storage", "archive") and not SITE.fullmatch(match[1].strip()):
            known = frozenset(table("corpora")["corpora"])
            yield from ((name, match[2]) for name in named_in(match[1].lower()) if name in known)
