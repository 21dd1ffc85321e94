"""Submodules and sibling repositories: parts of a release that are kept elsewhere under a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from openness_gate.facts import fact
from openness_gate.facts.content import text
from openness_gate.facts.links import links
from openness_gate.facts.paths import folders
from openness_gate.facts.promises import promises
from openness_gate.messages import say
from openness_gate.model import Place, Repo

CONTEXT = ("train", "训练", "学習")
ABOUT_IT = ("using", "with", "trained", "train", "code", "framework", "library", "使用", "代码")


@dataclass(frozen=True)
class Module:
    """A folder that `.gitmodules` gives to another repository."""

    path: str
    url: str
    at: Place
    empty: bool


@fact
def modules(repo: Repo) -> tuple[Module, ...]:
    """The submodules of a repository, as git writes them down."""
    return tuple(_modules(repo)) if ".gitmodules" in repo.paths else ()


def _modules(repo: Repo) -> Iterator[Module]:
    path, line = "", 0
    for number, row in enumerate(text(repo, ".gitmodules").split("\n"), 1):
        key, equals, value = (part.strip() for part in row.partition("="))
        if equals and key == "path":
            path, line = value, number
        elif equals and key == "url" and path:
            yield Module(path, value, Place(".gitmodules", line), path not in folders(repo))


@fact
def trainers(repo: Repo) -> tuple[tuple[str, Place], ...]:
    """The repositories that hold the training code, as submodules or by a sentence on the training."""
    found: dict[str, Place] = {}
    for module in modules(repo):
        found.setdefault(say("the submodule {path}", path=module.path), module.at)
    for link in links(repo):
        if link.kind != "code" or not link.sentence or not link.name.count("/"):
            continue
        sentence = link.sentence
        if sentence.section.about("acknowledgements", "citation", "evaluation", "usage", "finetune-howto", "plan"):
            continue
        if sentence.has(CONTEXT) and sentence.has(ABOUT_IT) and sentence.at not in {p.at for p in promises(repo)}:
            found.setdefault(link.name, link.at)
    return tuple(found.items())
