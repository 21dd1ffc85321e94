"""Several places that are one release: code on a forge, weights and cards on a hub, data elsewhere. Pure.

Each place is read as a release of its own, with its own root, and only what is said of each component is put together.
So no license reaches from one place into another, but for what restricts: a place that says "the weights are for
research only" says so of the weights wherever they are. Paths are written `place//path`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from openness_gate.engine import parts, restricts
from openness_gate.facts.asked_files import asked
from openness_gate.facts.claims import claims
from openness_gate.facts.licensing import covering
from openness_gate.messages import say
from openness_gate.model import (
    Assessment,
    Claim,
    Component,
    Concern,
    Evidence,
    GateError,
    Group,
    Kind,
    License,
    Log,
    Part,
    Place,
    Release,
    Repo,
)
from openness_gate.rules import Files

RANK = (Kind.MODEL, Kind.ADAPTER, Kind.CODE, Kind.DATASET, Kind.NONE)


def check(repos: Sequence[Repo]) -> None:
    """`GateError` where *repos* cannot be one release."""
    for repo in repos:
        if repo.declaration:
            says = say("{label}: a declaration proves nothing, so it is judged alone", label=repo.label)
            raise GateError(says)
        if [other.label for other in repos].count(repo.label) > 1:
            raise GateError(say("{label} is named twice", label=repo.label))


def parts_of_all(places: Sequence[Release], components: Iterable[Component]) -> dict[Component, list[Part]]:
    """What each place says of each component."""
    components = tuple(components)
    by_place = [parts(place, components) for place in places]
    found = {c: [of[c] for of in by_place] for c in components}
    if len(places) == 1:
        return found
    labels = [place.repo.label for place in places]
    for c, of in found.items():
        restricted = [_with_restrictions(part, c, place) for part, place in zip(of, places, strict=True)]
        found[c] = [rooted(part, label) for part, label in zip(restricted, labels, strict=True)]
    return found


def _with_restrictions(part: Part, component: Component, place: Release) -> Part:
    """What a place says against things that it does not have itself."""
    if part.inside or component.group is Group.DOCUMENT:
        return part
    said = covering(place.repo, component, (), True)
    return part._replace(licenses=tuple(dict.fromkeys((*part.licenses, *filter(restricts, said)))))


def joined(places: Sequence[Release]) -> Release:
    """One release over all *places*; made last, as reading them goes on to fill their logs."""
    best = min(places, key=lambda place: RANK.index(place.kind))
    why = best.why._replace(at=_at(best.why.at, best.repo.label)) if best.why else None
    return Release(".", best.name, best.kind, _over([place.repo for place in places]), why)


def _over(repos: Sequence[Repo]) -> Repo:
    there = {_path(repo.label, path): (repo, path) for repo in repos for path in repo.paths}
    log = Log()
    for repo in repos:
        for notice in repo.log.notices:
            log.notice(notice.says, _at(notice.at, repo.label))
        log.unread |= {_path(repo.label, path): why for path, why in repo.log.unread.items()}

    def read(path: str, limit: int) -> bytes:
        repo, own = there[path]
        return repo.read(own, limit)

    def size(path: str) -> int:
        repo, own = there[path]
        return repo.size(own)

    label = " + ".join(dict.fromkeys(repo.label for repo in repos))
    untracked = frozenset(_path(repo.label, path) for repo in repos for path in repo.untracked)
    return Repo(label, tuple(sorted(there)), read, size, untracked=untracked, log=log)


def claims_of_all(places: Sequence[Release]) -> tuple[Claim, ...]:
    if len(places) == 1:
        return claims(places[0].repo)
    return tuple(
        claim._replace(at=within(claim.at, place.repo.label)) for place in places for claim in claims(place.repo)
    )


def raised(
    concern: Concern, places: Sequence[Release], assessed: Mapping[str, Assessment]
) -> tuple[Concern, tuple[Evidence, ...]]:
    """What was found of a concern in each place; what components say is said of all of them."""
    if len(places) == 1:
        return concern, tuple(dict.fromkeys(concern.find(places[0], assessed)))
    found = (e._replace(at=_at(e.at, place.repo.label)) for place in places for e in concern.find(place, assessed))
    return concern, tuple(dict.fromkeys(found))


def asked_of_all(places: Sequence[Release], files: Files) -> tuple[Evidence, ...]:
    """What each place says of the files that an organization asks for."""
    if len(places) == 1:
        return tuple(asked(places[0], files))
    return tuple(e._replace(at=_at(e.at, place.repo.label)) for place in places for e in asked(place, files))


def rooted(part: Part, label: str) -> Part:
    """*part* as one reads it from elsewhere: with its place before each path."""
    evidence = tuple(one._replace(at=_at(one.at, label)) for one in part.evidence)
    return part._replace(evidence=evidence, licenses=tuple(_license(one, label) for one in part.licenses))


def _license(license_: License, label: str) -> License:
    clauses = tuple(clause._replace(at=within(clause.at, label)) for clause in license_.clauses)
    return license_._replace(at=_at(license_.at, label), scope=f"{label}: {license_.scope}", clauses=clauses)


def within(at: Place, label: str) -> Place:
    """*at*, with the place that it is in."""
    return Place(_path(label, at.path), at.line)


def _at(at: Place | None, label: str) -> Place | None:
    """The same, or *at* as it is where it has its place already: no path in a repository has an empty part."""
    return within(at, label) if at and "//" not in at.path else at


def _path(label: str, path: str) -> str:
    return f"{label.rstrip('/')}//{path}"
