"""Looks up where a release says that its parts are: the one step between the facts and the grades that asks anybody.

What stands at an address is read as a release of its own, and what it says of the component is put beside what the
release says: another part, which the engine concludes from. Nothing is asked for what is in the release itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from functools import cache

from openness_gate import registry
from openness_gate.engine import parts
from openness_gate.facts.addresses import Address, addresses
from openness_gate.facts.licensing import covering
from openness_gate.facts.releases import find
from openness_gate.facts.weights import TINY
from openness_gate.hosts import may_ask
from openness_gate.http import Missing, client
from openness_gate.messages import say
from openness_gate.model import (
    Axis,
    Completeness,
    Component,
    Effect,
    GateError,
    Group,
    License,
    LicenseClass,
    Part,
    Release,
    Repo,
    Request,
    Unreadable,
    limits,
    raises,
    unknown,
)
from openness_gate.together import rooted, within
from openness_gate.tuples import NamedTuple

MOST = 6  #: addresses of a component that are looked up
MOST_SCRIPTS = 150  #: of a repository that is only linked; what has more is read as a target of its own
PAPER = "research-paper"
WEIGHTS = "model-parameters-final"


class Seen(Enum):
    """What became of an address."""

    THERE = "there"  #: it has the component
    STANDS = "stands"  #: something answers; what it holds could not be told
    GONE = "gone"  #: nothing is there, or nothing of the component
    UNKNOWN = "unknown"  #: nobody could look


class Look(NamedTuple):
    seen: Seen
    part: Part


def look_up(places: Sequence[Release], component: Component, own: list[Part]) -> list[Part]:
    """The parts of *component*, with what its addresses lead to; *own* are those of *places*."""
    if any(part.inside for part in own):
        return own
    found: list[Part] = []
    for place, part in zip(places, own, strict=True):
        asked = addresses(place.repo, component.name) if _is_linked(component, part) else ()
        if len(places) > 1:
            asked = tuple(address._replace(at=within(address.at, place.repo.label)) for address in asked)
        looks = [look for address in asked[:MOST] for look in _looks(address, component, part)]
        found += _weighed(part, looks, asked) if looks else [part]
    return found


def _is_linked(component: Component, part: Part) -> bool:
    grade = Completeness.MENTIONED if component.name == PAPER else Completeness.LINKED
    return any(e.effect is Effect.RAISES and e.grade is grade for e in part.evidence)


def _weighed(own: Part, looks: list[Look], asked: Sequence[Address]) -> list[Part]:
    """What one place says together with what was seen at its addresses. All of them count: what is there at one is
    not all of it, and no license or gate at another is forgotten."""
    by = {seen: [look.part for look in looks if look.seen is seen] for seen in Seen}
    there = [part._replace(inside=bool(by[Seen.THERE])) for part in by[Seen.THERE] + by[Seen.STANDS]]
    if not there and by[Seen.UNKNOWN]:
        return [own, *by[Seen.UNKNOWN]]
    seen = tuple(e for e in own.evidence if not (e.effect is Effect.UNKNOWN and e.axis is Axis.ACCESS))
    if not there:
        return [own._replace(evidence=seen), *by[Seen.GONE]]
    if by[Seen.THERE] and len(by[Seen.THERE]) < len(asked):
        there.append(_not_all(looks, len(by[Seen.THERE]), asked))
    stated = tuple(one for one in own.licenses if one.cls is not LicenseClass.UNSTATED)
    silent = all(one.cls is LicenseClass.UNSTATED for part in there for one in part.licenses)
    if silent and stated:  # the page that links to it says under what it is, and nothing there says otherwise
        there = [part._replace(licenses=stated) for part in there]
    return [own._replace(evidence=seen, licenses=stated), *there]


def _not_all(looks: list[Look], n: int, asked: Sequence[Address]) -> Part:
    """That some of it is missing, or may be."""
    says = say("{n} of {all} addresses lead to it", n=n, all=len(asked))
    evidence = [limits(Completeness.PARTIAL, says, asked[0].at)]
    for one in (e for look in looks if look.seen in (Seen.GONE, Seen.UNKNOWN) for e in look.part.evidence):
        evidence += [unknown(axis, one.says, one.at) for axis in (Axis.COMPLETENESS, Axis.ACCESS)]
    return Part(tuple(evidence), (), True)


def _looks(address: Address, component: Component, own: Part) -> Iterator[Look]:
    target = address.url if address.url.startswith("hf:") else _target(address.url)
    look = _in_repository(target, address, component) if target else _at_address(address, component, own)
    if look.seen is not Seen.GONE or address.sure:
        yield look


def _target(url: str) -> str:
    return next((target for forge in registry.forges().values() if (target := forge.target(url))), "")


@cache
def opened(target: str) -> Repo | GateError:
    """Each once in a run."""
    try:
        return registry.opened(Request(target))
    except GateError as error:
        return error


def _in_repository(target: str, address: Address, component: Component) -> Look:
    repo = opened(target)
    if isinstance(repo, Missing):
        return _gone(str(repo), address)
    if isinstance(repo, GateError):
        return _unknown(str(repo), address)
    scripts = sum(path.endswith((".py", ".ipynb")) for path in repo.paths)
    if scripts > MOST_SCRIPTS:
        says = say("{target} has {n} scripts: name it as a target, with --as-one", target=target, n=scripts)
        return _unknown(says, address)
    inside = [part for release in find(repo) if (part := parts(release, [component])[component]).inside]
    if inside:
        evidence = tuple(e for part in inside for e in part.evidence)
        whole = Part(evidence, tuple(one for part in inside for one in part.licenses), True)
        return Look(Seen.THERE, rooted(whole, repo.label))
    if component.name == WEIGHTS and not repo.log.unread:
        return _gone(say("{target} holds no weights", target=target), address)
    licenses = covering(repo, component, (), True) if component.group is not Group.DOCUMENT else ()
    stands = raises(Completeness.LINKED, say("{target} is there", target=target), None)
    why = (unknown(Axis.COMPLETENESS, why, None) for why in repo.log.unread.values())
    return Look(Seen.STANDS, rooted(Part((stands, *repo.barriers, *why), licenses), repo.label))


def _at_address(address: Address, component: Component, own: Part) -> Look:
    """A file, or a page, on a host that may be asked: whether it answers, not what it holds."""
    if not may_ask(address.url):
        return _unknown(say("{url} is not on a host that is asked", url=address.url), address)
    try:
        answer = client().get(address.url, method="HEAD")
        if answer.status in (405, 501):
            answer = client().get(address.url, first=1)
    except Unreadable as error:
        return _unknown(str(error), address)
    if answer.status in (404, 410):
        return _gone(say("{url} is gone ({status})", url=address.url, status=answer.status), address)
    if not answer.ok:
        return _unknown(say("{url} answers {status}", url=address.url, status=answer.status), address)
    length = answer.headers.get("content-length", "")
    page = answer.headers.get("content-type", "").startswith("text/html")
    says = say("{url} is there; it was not read", url=address.url)
    if component.name == PAPER:
        license_ = License("LicenseRef-unknown", LicenseClass.UNKNOWN, address.at, address.url)
        return Look(Seen.THERE, Part((raises(Completeness.DESCRIBED, says, address.at),), (license_,), True))
    if page or not length.isdecimal() or int(length) < TINY:
        return Look(Seen.STANDS, Part((raises(Completeness.LINKED, says, address.at),), own.licenses))
    return Look(Seen.THERE, Part((raises(Completeness.COMPLETE, says, address.at),), own.licenses, True))


def _gone(says: str, address: Address) -> Look:
    return Look(Seen.GONE, Part((limits(Completeness.MENTIONED, says, address.at),), ()))


def _unknown(says: str, address: Address) -> Look:
    return Look(Seen.UNKNOWN, Part((unknown(Axis.ACCESS, says, address.at),), ()))
