"""Which repositories a scan is about: where the user says that they are, and which of those are meant."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache

from openness_gate import digests, registry
from openness_gate.messages import say
from openness_gate.model import GateError
from openness_gate.org.shelf import Shelf
from openness_gate.org.words import Member, Origin
from openness_gate.tuples import NamedTuple

TRAITS = ("archived", "fork", "template")
MOST_LISTED = 64 << 20  #: bytes of a file of targets


class Filter(NamedTuple):
    """What is meant: one of each that is named, and nothing that is left out."""

    names: tuple[str, ...] = ()  #: globs
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    visibilities: tuple[str, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()  #: of TRAITS
    shard: tuple[int, int] = (1, 1)  #: the i-th of n parts

    def has(self, member: Member) -> bool:
        """Whether it belongs to this shard."""
        part, parts = self.shard
        return int(digests.of(member.key.encode("utf-8", "surrogateescape"))[:8], 16) % parts == part - 1

    def objection(self, member: Member) -> str:
        """Why *member* is not meant; "" where it is."""
        facts, name = member.facts, member.name.lower()
        short = name.rpartition("/")[2]
        if self.names and not any(fnmatchcase(one, glob.lower()) for glob in self.names for one in (name, short)):
            return say("its name is not asked for")
        asked = (
            (self.topics, {topic.lower() for topic in facts.topics}, say("its topics are not asked for")),
            (self.languages, {facts.language.lower()}, say("its language is not asked for")),
            (self.visibilities, {facts.visibility}, say("it is {visibility}", visibility=facts.visibility or "?")),
        )
        for wanted, there, why in asked:
            if wanted and not {one.lower() for one in wanted} & there:
                return why
        if self.properties and not any(
            value in facts.properties.get(of, "").split(",") for of, value in self.properties
        ):
            return say("its custom properties are not asked for")
        traits = {"archived": facts.archived, "fork": facts.fork, "template": facts.template}
        return next((say("it is left out: {trait}", trait=trait) for trait in self.without if traits[trait]), "")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What `filter_of` reads."""
    add = parser.add_argument
    add("--name", action="append", default=[], metavar="GLOB", help=say("only repositories with such a name"))
    add("--topic", action="append", default=[], metavar="T", help=say("only those with this topic"))
    add("--language", action="append", default=[], metavar="L", help=say("only those mainly in this language"))
    add(
        "--visibility", action="append", default=[], choices=("public", "private", "internal"),
        help=say("only those that are so visible"),
    )  # fmt: skip
    add(
        "--property",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=say("only those with this custom property"),
    )
    add("--without", action="append", default=[], choices=TRAITS, help=say("leave these out"))
    add("--shard", default="1/1", metavar="I/N", help=say("scan the I-th of N parts, to be merged later"))


def filter_of(args: argparse.Namespace) -> Filter:
    properties = tuple((one.partition("=")[0], one.partition("=")[2]) for one in args.property)
    if wrong := [one for one in args.property if "=" not in one]:
        raise GateError(say("--property {value}: write NAME=VALUE", value=wrong[0]))
    part, _, parts = args.shard.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts) <= 10_000):
        raise GateError(say("--shard {value}: write I/N, with I from 1 to N", value=args.shard))
    names, topics, languages, visible = map(tuple, (args.name, args.topic, args.language, args.visibility))
    return Filter(names, topics, languages, visible, properties, tuple(args.without), (int(part), int(parts)))


def population(places: Sequence[str], asked: Filter, shelf: Shelf) -> Iterator[Member]:
    """Every repository in *places*, once; `GateError` where a place is none, or cannot be listed."""
    seen: set[str] = set()
    for place, at in _written_out(places):
        origin = next((one for one in origins() if one.accepts(place)), None)
        if origin is None:
            raise GateError(
                say("{at}{place}: no folder, gh:owner, hf:owner or address of a repository", at=at, place=place)
            )
        for member in origin.members(place, shelf, bool(asked.properties)):
            if member.key not in seen and asked.has(member):
                seen.add(member.key)
                yield member


def _written_out(places: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each place, and where it is written: those of a file of places, one on each line, in its stead."""
    for place in places:
        if os.path.isfile(place):
            for number, line in enumerate(_lines(place), 1):
                if told := line.partition(" #")[0].strip():
                    yield from () if told.startswith("#") else ((told, f"{place}:{number}: "),)
        else:
            yield place, ""


def _lines(path: str) -> list[str]:
    from openness_gate.disk import read
    from openness_gate.facts.content import decode

    return decode(read(os.fsencode(path), path, MOST_LISTED, follow=True)).splitlines()


@cache
def origins() -> tuple[Origin, ...]:
    """Every kind of place, the one that is asked first first."""
    found = (registry.load("origins", name, Origin) for name in registry.names("origins"))
    return tuple(sorted(found, key=lambda one: (one.rank, one.name)))
