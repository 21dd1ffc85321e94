"""Submodules and sibling repositories: parts of a release that are kept elsewhere under a name."""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import fact
from openness_gate.facts.content import text
from openness_gate.facts.links import links
from openness_gate.facts.paths import folders, is_foreign
from openness_gate.facts.promises import promises
from openness_gate.facts.tables import table
from openness_gate.messages import say
from openness_gate.model import Place, Repo
from openness_gate.tuples import NamedTuple


class Module(NamedTuple):
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
    known = table("signals")
    apart = (*known["inference_paths"], *known["evaluation_paths"], *known["apart_paths"])
    own = [m for m in modules(repo) if not is_foreign(m.path + "/") and not any(p in m.path.lower() for p in apart)]
    found = {say("the submodule {path}", path=module.path): module.at for module in own}
    for name, at in _named(repo, "trains_with", "updates"):
        if "data" not in name.lower():
            found.setdefault(name, at)
    return tuple(found.items())


@fact
def data_pipelines(repo: Repo) -> tuple[tuple[str, Place], ...]:
    """The repositories that hold the code that made the training data, by a sentence on the data; no trainers."""
    train = {name.rsplit("/", 1)[-1].lower() for name, _ in trainers(repo)}
    found = dict(_named(repo, "prepares_with", "plan"))
    return tuple((name, at) for name, at in found.items() if name.rsplit("/", 1)[-1].lower() not in train)


@fact
def tuners(repo: Repo) -> tuple[tuple[str, Place], ...]:
    """The repositories with which a sentence says that the models of the release were tuned, also in a how-to."""
    known = table("prose")
    announced = {promise.at for promise in promises(repo)}
    found: dict[str, Place] = {}
    for link in links(repo):
        sentence = link.sentence
        if link.kind != "code" or not sentence or "/" not in link.name or sentence.at in announced:
            continue
        says = all(sentence.has(words) for words in known["tunes_with"].values()) and not sentence.has(
            known["measures"]
        )
        if says and not sentence.section.about("acknowledgements", "citation", "evaluation", "plan"):
            found.setdefault(link.name, link.at)
    return tuple(found.items())


@fact
def own_names(repo: Repo) -> frozenset[str]:
    """The names under which the release links to itself: what stands at such an address lies in its own folders."""
    here = folders(repo)
    linked = ((link.name, _path_in(link.url)) for link in links(repo) if link.name and link.sentence)
    return frozenset(name for name, path in linked if "/" in path and (path in here or path in repo.paths))


def _path_in(url: str) -> str:
    """The path within its repository to which an address on a forge leads: `owner/name/blob/main/PATH`."""
    parts = url.split("://", 1)[-1].split("#")[0].split("?")[0].rstrip("/").split("/")[3:]
    return "/".join(parts[2:] if parts[:1] in (["blob"], ["tree"]) else parts)


def _named(repo: Repo, does: str, apart: str) -> Iterator[tuple[str, Place]]:
    """The repositories that a sentence names which says that one *does* it with them, and is no promise or thanks."""
    known = table("prose")
    announced = {promise.at for promise in promises(repo)}
    for link in links(repo):
        sentence = link.sentence
        if link.kind != "code" or not sentence or "/" not in link.name or sentence.at in announced:
            continue
        elsewhere = sentence.section.about("acknowledgements", "citation", "evaluation", "usage", "license", apart)
        if elsewhere or "finetune-howto" in sentence.section.within or sentence.has(known["not_ours"]["phrases"]):
            continue
        if link.name in own_names(repo) or ("/blob/" in link.url and link.label == "code"):
            continue  # the release itself, or one file as an illustration
        if sentence.has(known["trains_models"] if does == "prepares_with" else known["no_trainers"]):
            continue
        of_data = does == "prepares_with" and sentence.has(known["training"]) and _is_of_data(link.url)
        if (
            of_data
            or sentence.has(known[does])
            or (does == "trains_with" and f"[code]({link.url}".lower() in sentence.lower)
        ):
            yield link.name, link.at


def _is_of_data(url: str) -> bool:
    """The name of a repository, or the path to a file in it, says that it prepares data."""
    known = table("signals")
    path = url.lower().split("://", 1)[-1].split("/", 2)[-1]
    return any(word in path for word in (*known["data_paths"], "dataset", "data_", "data-", "_data", "-data"))
