"""The Model Openness Framework's class of a declaration, exactly as its Model Openness Tool computes it. Pure.

    Doc --standings--> Standing of each component --progress_of--> shares of the classes --> Verdict

Source: `ModelUpdater.php`, `ModelEvaluator.php` and `LicenseHandler.php` of github.com/lfai/model_openness_tool at
8b5d30e (2026-05-11), by what they do; the classes and components are those of the framework 1.0 (arXiv:2403.13784).
What one would not guess from the documents:

- names of components and ids of licenses are compared letter by letter; a name that is none counts as `Datasets`;
- of a component that is listed twice the later entry replaces the earlier one, with all that it says;
- a component's own license `unlicensed`, `""` or `"0"` is an answer: no license of the release stands in for it; a
  license that is absent or null lets that for the type of content stand in, and then that of the distribution;
- a license is open or not, whatever it covers; expressions never are, nor are `PDDL-1.0` and `OpenMDW-1.1`;
- where the technical report is not included, a research paper takes its place, with its own standing, in classes III
  and II; where that paper is included, class I asks for 13 components instead of 14;
- a class above one that is not complete has made no progress, whatever is there.

Modes: `mot` is the tool. `normalised` first corrects how license ids are spelled. `paper` takes data sets under any
license or none, as the framework's paper does (arXiv:2403.13784, table of acceptable licenses).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from typing import Any

from openness_gate.facts.license_name import by_name
from openness_gate.facts.tables import table
from openness_gate.facts.values import items_at, value_at
from openness_gate.located import Doc
from openness_gate.messages import say
from openness_gate.model import LicenseClass, Notice, Place
from openness_gate.tuples import NamedTuple

MODES = ("mot", "normalised", "paper")
LEVELS = {"class-iii": "III", "class-ii": "II", "class-i": "I"}
"""The rungs, the lowest first: our names, and the framework's."""

UNLICENSED = "unlicensed"
STANDS_IN = "Datasets"  #: for a name that the tool does not know: the first of its list
REPORT, PAPER = "technical-report", "research-paper"
MOST_NOTICES = 20

Keys = tuple["str | int", ...]


class Status(Enum):
    """What the tool makes of one component."""

    INCLUDED = "included"
    UNLICENSED = "unlicensed"
    INVALID = "invalid"  #: under a license that is not open
    MISSING = "missing"


class Standing(NamedTuple):
    """One component of the framework in one declaration."""

    status: Status
    at: Place
    license: str = ""  #: as the tool compares it; "" for none
    name: str = ""  #: the name that the tool takes for it; "" where that is its own


class Verdict(NamedTuple):
    """What the tool says of a declaration; percentages of 100, unrounded."""

    mode: str
    reached: str  #: a key of `LEVELS`, or "none"
    progress: Mapping[str, float]
    standings: Mapping[str, Standing]  #: of all the framework's components, by our ids
    notices: tuple[Notice, ...] = ()


def verdict(doc: Doc, mode: str = "mot") -> Verdict:
    """What the tool says of the declaration *doc*, which may hold anything."""
    notices: list[Notice] = []
    found = standings(doc, mode, notices)
    progress = progress_of(found)
    reached = "none"
    for level, share in progress.items():
        reached = level if share == 100.0 else reached
    return Verdict(mode, reached, progress, found, tuple(notices[:MOST_NOTICES]))


def required(level: str) -> tuple[str, ...]:
    """The components that a class asks for beyond those below it, by our ids."""
    return tuple(row["id"] for row in _rows() if row["class"] == LEVELS[level] and row["required"])


def progress_of(found: Mapping[str, Standing]) -> dict[str, float]:
    """How much of each class is there. Nothing, while a lower one lacks something."""
    stands_in = _included(found, PAPER) and not _included(found, REPORT)
    progress: dict[str, float] = {}
    asked: list[str] = []
    complete = True
    for level in LEVELS:
        asked += required(level)
        there, total = sum(_included(found, id_) for id_ in asked), len(asked)
        if stands_in and PAPER in asked:
            total -= 1
        elif stands_in:
            there += 1
        progress[level] = min(there / total * 100, 100.0) if complete else 0.0
        complete = complete and there >= total
    return progress


def _included(found: Mapping[str, Standing], id_: str) -> bool:
    return found[id_].status is Status.INCLUDED


# --- components -----------------------------------------------------------------------------------------------------


def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table("mof")["components"]
    return rows


def standings(doc: Doc, mode: str, notices: list[Notice]) -> dict[str, Standing]:
    """The standing of each component of the framework; what is odd about the declaration goes to *notices*."""
    entries = _entries(doc, notices)
    nowhere = doc.place("release", "components")
    found = {}
    for row in _rows():
        keys = entries.get(row["name"])
        found[row["id"]] = _standing(doc, row, keys, mode, notices) if keys else Standing(Status.MISSING, nowhere)
    return found


def _entries(doc: Doc, notices: list[Notice]) -> dict[str, Keys]:
    """Where each component is listed, by the framework's name for it; the last place counts."""
    known = {row["name"] for row in _rows()}
    entries: dict[str, Keys] = {}
    for index in items_at(doc, "release", "components"):
        keys = ("release", "components", index)
        name, at = value_at(doc, *keys, "name"), doc.place(*keys, "name")
        if not isinstance(name, str):
            notices.append(Notice(say("the Model Openness Tool refuses a component without a name"), at))
            continue
        if name not in known:
            notices.append(Notice(say("the Model Openness Tool takes {name!r} for Datasets", name=name[:80]), at))
        entries[name if name in known else STANDS_IN] = keys
    return entries


def _standing(doc: Doc, row: Mapping[str, Any], keys: Keys, mode: str, notices: list[Notice]) -> Standing:
    written, at = _license(doc, row["content_type"], keys)
    license_ = corrected(written) if mode == "normalised" else written
    if license_ != written:
        notices.append(Notice(say("{written!r} is {id} as SPDX spells it", written=written[:80], id=license_), at))
    if mode == "paper" and row["name"] == STANDS_IN:
        status = Status.INCLUDED
    elif not license_:
        status = Status.UNLICENSED
    else:
        status = Status.INCLUDED if is_open(license_) else Status.INVALID
    name = str(value_at(doc, *keys, "name"))
    return Standing(status, doc.place(*keys), license_, name if name != row["name"] else "")


def _license(doc: Doc, content_type: str, keys: Keys) -> tuple[str, Place]:
    """The license that the tool compares, "" for none, and where it stands."""
    if (own := value_at(doc, *keys, "license")) is not None:
        return _word(own), doc.place(*keys, "license")
    for scope in (content_type, "distribution"):
        of_all = ("release", "license", scope, "name")
        if not _empty(value := value_at(doc, *of_all)):
            return _word(value), doc.place(*of_all)
    return "", doc.place(*keys)


def _empty(value: object) -> bool:
    """What counts as no value in the tool's language."""
    return not value or value == "0"


def _word(value: object) -> str:
    """A license as the tool compares it. A number or a list, which the tool refuses, is an id that nothing has."""
    return "" if _empty(value) or value == UNLICENSED else str(value)


# --- licenses -------------------------------------------------------------------------------------------------------


@cache
def _open() -> frozenset[str]:
    facts = table("mof_licenses")
    return frozenset(id_ for kind in ("osi", "fsf", "data", "model") for id_ in facts[kind])


def is_open(id_: str) -> bool:
    """Whether the tool takes a license for open: by the flags of its copy of the SPDX list, and by its own lists."""
    return id_ in _open()


@cache
def corrected(written: str) -> str:
    """The id that *written* means, where SPDX has one; else *written* as it is."""
    if not written or is_open(written):
        return written
    license_ = by_name(written, None)
    named = license_.expression
    is_id = " " not in named and not named.startswith("LicenseRef-")
    return named if is_id and license_.cls is not LicenseClass.MODIFIED else written


# --- what follows ---------------------------------------------------------------------------------------------------


def differences(doc: Doc, one: Verdict) -> Iterator[Notice]:
    """What the other modes say of the same declaration, where they say something else."""
    for mode in MODES:
        other = verdict(doc, mode)
        if mode != one.mode and (other.reached, other.progress) != (one.reached, one.progress):
            says = say(
                "mode {mode} comes to {its}, mode {this} to {own}",
                mode=mode,
                its=_steps(other),
                this=one.mode,
                own=_steps(one),
            )
            yield Notice(says, doc.place("release"))
            if mode == "normalised":
                yield from (note for note in other.notices if note not in one.notices)


def _steps(one: Verdict) -> str:
    steps = ", ".join(f"{level} {share:.0f} %" for level, share in one.progress.items())
    return f"{one.reached} ({steps})"
