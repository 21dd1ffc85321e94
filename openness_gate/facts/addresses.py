"""Which addresses of a release lead to which of its components: what is to be looked up, if anything is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from openness_gate.facts.data_information import public_data
from openness_gate.facts.links import links
from openness_gate.facts.manifest import manifests
from openness_gate.facts.modules import data_pipelines, modules, trainers, tuners
from openness_gate.facts.parameters import weight_links
from openness_gate.facts.paths import is_foreign
from openness_gate.model import Place, Repo
from openness_gate.tuples import NamedTuple


class Address(NamedTuple):
    """An address, or the target of a forge (`hf:datasets/name`)."""

    url: str
    at: Place
    sure: bool = True  #: it is written as an address, and no name in code that may be one of something else


def addresses(repo: Repo, component: str) -> tuple[Address, ...]:
    """Where the release says that parts of *component* are, each address once."""
    found: dict[str, Address] = {}
    for address in _OF[component](repo) if component in _OF else ():
        found.setdefault(address.url, address)
    return tuple(found.values())


def _weights(repo: Repo) -> Iterator[Address]:
    return (Address(link.url, link.at) for link in weight_links(repo))


def _data(repo: Repo) -> Iterator[Address]:
    urls = {(link.at, link.name or link.url): link.url for link in links(repo) if link.kind == "data"}
    urls |= {(one.place, one.name or one.url): one.url for manifest in manifests(repo) for one in manifest.sources}
    for name, at in public_data(repo).items():
        if url := urls.get((at, name)) or (name if "://" in name else ""):
            yield Address(url, at)
        else:
            yield Address(f"hf:datasets/{name}", at, sure=at.path.lower().endswith(".md"))


def _evaluation_data(repo: Repo) -> Iterator[Address]:
    for link in links(repo):
        if link.kind == "data" and link.sentence and link.sentence.section.about("evaluation", "evaluation-data"):
            yield Address(link.url, link.at)


def _code(named: Iterable[tuple[str, Place]], repo: Repo) -> Iterator[Address]:
    """Of repositories that are *named* by sentences, and of submodules, where they are."""
    urls = {(link.at, link.name): link.url for link in links(repo)}
    own = {module.at: module.url for module in modules(repo) if not is_foreign(module.path + "/")}
    for name, at in named:
        if url := urls.get((at, name)) or own.get(at):
            yield Address(url, at)


def _papers(repo: Repo) -> Iterator[Address]:
    return (Address(link.url, link.at) for link in links(repo) if link.kind == "paper")


_OF: dict[str, Callable[[Repo], Iterable[Address]]] = {
    "model-parameters-final": _weights,
    "datasets": _data,
    "evaluation-data": _evaluation_data,
    "training-code": lambda repo: _code((*trainers(repo), *tuners(repo)), repo),
    "data-preprocessing-code": lambda repo: _code(data_pipelines(repo), repo),
    "research-paper": _papers,
}
