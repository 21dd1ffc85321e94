"""Finds what the rooms contain: one file is one thing, and its name is the thing's name.

A room is a package; each module in it ends with one typed constant (`COMPONENT = Component("data-card", …)`). Hyphens
become underscores in the file's name, and nothing else changes. Names are found without importing anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from openness_gate.messages import say
from openness_gate.model import Command, Component, Concern, Forge, GateError, Repo, Request, Source

if TYPE_CHECKING:
    from openness_gate.org.reading import Format
    from openness_gate.org.words import Origin
    from openness_gate.report import Reporter

ORG_REPORTS = "org.reports"
HERE = os.path.dirname(os.path.abspath(__file__))
T = TypeVar("T", Component, "Reporter", Source, Forge, Command, Concern, "Origin", "Format")


@cache
def names(room: str) -> tuple[str, ...]:
    """The things that *room* contains, by name, sorted."""
    files = os.listdir(os.path.join(HERE, *room.split(".")))
    stems = (file.removesuffix(".py") for file in files if file.endswith(".py") and file != "__init__.py")
    return tuple(sorted(stem.replace("_", "-") for stem in stems))


def load(room: str, name: str, kind: type[T]) -> T:
    """The thing *name* of *room*; an assertion fails where the file breaks the room's contract."""
    module = import_module(f"openness_gate.{room}.{name.replace('-', '_')}")
    thing = getattr(module, kind.__name__.upper(), None)
    assert isinstance(thing, kind), f"{room}/{module.__name__}: it ends with no {kind.__name__.upper()}"
    assert thing.name == name, f"{room}/{module.__name__}: it is called {thing.name}"
    return thing


class _Components(Mapping[str, Component]):
    """Every component by its name; one is imported when it is asked for."""

    def __getitem__(self, name: str) -> Component:
        if name not in self:
            raise KeyError(name)
        return _component(name)

    def __contains__(self, name: object) -> bool:
        return name in names("components")

    def __iter__(self) -> Iterator[str]:
        return iter(names("components"))

    def __len__(self) -> int:
        return len(names("components"))


@cache
def _component(name: str) -> Component:
    return load("components", name, Component)


@cache
def components() -> Mapping[str, Component]:
    return _Components()


def concern(name: str) -> Concern:
    return load("concerns", name, Concern)


@cache
def sources() -> tuple[Source, ...]:
    """Every source, the one that is asked first first."""
    return tuple(sorted((load("sources", name, Source) for name in names("sources")), key=lambda s: (s.rank, s.name)))


@cache
def forges() -> dict[str, Forge]:
    """Every forge, by its scheme."""
    return {forge.scheme: forge for forge in (load("forges", name, Forge) for name in names("forges"))}


def scheme_of(target: str) -> str:
    """The forge's scheme that *target* begins with; "" for what is not elsewhere."""
    scheme, colon, _ = target.partition(":")
    return scheme if colon and scheme.isalpha() and len(scheme) > 1 and scheme in forges() else ""


def opened(request: Request) -> Repo:
    """What was asked for, by the forge whose scheme it begins with, or else by the first source that accepts it."""
    if scheme := scheme_of(request.target):
        if request.offline:
            raise GateError(say("{target}: it is elsewhere, and --offline asks nobody", target=request.target))
        return forges()[scheme].open(request)
    source = next((source for source in sources() if source.accepts(request)), None)
    if source is None:
        raise GateError(say("{target}: nothing here can open it", target=request.target))
    return source.open(request)


def reporter(name: str) -> Reporter:
    from openness_gate.report import Reporter

    return load("reporters", name, Reporter)


def org_report(name: str) -> Format:
    from openness_gate.org.reading import Format

    return load(ORG_REPORTS, name, Format)


def command(name: str) -> Command:
    return load("commands", name, Command)


@cache
def policies() -> dict[str, str]:
    """The policies that come with the program: id to file. In a checkout they lie beside the package."""
    inside, beside = os.path.join(HERE, "policies"), os.path.join(os.path.dirname(HERE), "policies")
    room = inside if os.path.isdir(inside) else beside
    files = sorted(file for file in os.listdir(room) if file.endswith(".yaml"))
    return {file.removesuffix(".yaml"): os.path.join(room, file) for file in files}


def documentation(room: str, name: str) -> str:
    """The docstring of a thing's module."""
    from inspect import cleandoc

    return cleandoc(import_module(f"openness_gate.{room}.{name.replace('-', '_')}").__doc__ or "")
