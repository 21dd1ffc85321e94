"""Whether something holds of a release: three-valued, so that what is not known neither passes nor fails. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import partial

from openness_gate.model import (
    NOTHING,
    Access,
    Assessment,
    Axis,
    Claim,
    Completeness,
    Concern,
    Evidence,
    Kind,
    License,
    LicenseClass,
    Place,
    Release,
)
from openness_gate.rules import All, Condition, LicenseSet, Need, Rule
from openness_gate.tuples import NamedTuple


class Truth(Enum):
    """Whether something holds."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    SILENT = "silent"  #: it does not arise


Found = Mapping[str, Assessment]


class Base(NamedTuple):
    """A model that the release was made from."""

    name: str
    at: Place
    found: Found | None = None  #: None: nobody looked there


class Case(NamedTuple):
    """All that is known of one release when a policy is held against it."""

    release: Release
    found: Found
    claims: tuple[Claim, ...] = ()
    raised: Mapping[str, tuple[Concern, tuple[Evidence, ...]]] = NOTHING  #: by name: the concern, what was found of it
    files: Mapping[str, tuple[Evidence, ...]] = NOTHING  #: by rule: the files that an organization asks for
    bases: tuple[Base, ...] = ()


def _is_of_kind(kind: Kind, case: Case) -> bool:
    return case.release.kind is kind


def _links_others(data: Assessment) -> bool:
    """What is linked has no license here, stated or missing: others publish it."""
    return data.completeness >= Completeness.LINKED and not data.licenses


CONDITIONS: dict[str, Callable[[Case], bool]] = {
    **{kind.value: partial(_is_of_kind, kind) for kind in Kind},
    "weights-released": lambda case: case.found["model-parameters-final"].completeness >= Completeness.LINKED,
    "data-released": lambda case: case.found["datasets"].completeness >= Completeness.LINKED,
    "data-of-its-own": lambda case: not _links_others(case.found["datasets"]),
    "architecture-released": lambda case: case.found["model-architecture"].completeness >= Completeness.LINKED,
    "has-parameters": lambda case: case.release.kind in (Kind.MODEL, Kind.ADAPTER),
    "data-is-labelled": lambda case: case.found["data-information"].topics["labelling"].completeness > 0,
    "has-base-model": lambda case: bool(case.bases),
    "claims-open": lambda case: any(claim.strength != "implied" for claim in case.claims),
    "claims-fully-open": lambda case: any(claim.strength == "asserted-full" for claim in case.claims),
}
"""What a policy may ask in `when`: a closed list."""


def arises(when: Iterable[str], case: Case) -> bool:
    """Whether all the conditions *when* hold."""
    return all(CONDITIONS[name](case) for name in when)


def holds(condition: Condition, case: Case, finer: bool = False) -> Truth:
    """Whether *condition* holds. *finer*: what was only linked and not looked up leaves access and license unknown."""
    if isinstance(condition, Need):
        if not arises(condition.when, case):
            return Truth.SILENT
        assessment = case.found[condition.component]
        if condition.if_released and assessment.completeness < Completeness.LINKED:
            return Truth.SILENT
        return every(_parts(condition, assessment, finer))
    parts = [holds(part, case, finer) for part in condition.of]
    return every(parts) if isinstance(condition, All) else some(parts)


def every(parts: Iterable[Truth]) -> Truth:
    said = [part for part in parts if part is not Truth.SILENT]
    for truth in (Truth.NO, Truth.UNKNOWN):
        if truth in said:
            return truth
    return Truth.YES if said else Truth.SILENT


def some(parts: Iterable[Truth]) -> Truth:
    said = [part for part in parts if part is not Truth.SILENT]
    for truth in (Truth.YES, Truth.UNKNOWN):
        if truth in said:
            return truth
    return Truth.NO if said else Truth.SILENT


def _parts(need: Need, got: Assessment, finer: bool) -> Iterator[Truth]:
    blind = got.is_unknown(Axis.COMPLETENESS)
    if need.but_not is not None and got.completeness is need.but_not:
        yield Truth.NO
    if need.at_least is not None:
        yield _at_least(got.completeness, need.at_least, blind)
    for topic, least in need.topics.items():
        grade = got.topics[topic]
        yield _at_least(grade.completeness, least, grade.unknown)
    unseen = blind and got.completeness <= Completeness.PROMISED  # it may stand in what could not be read
    if need.access is not None:
        yield Truth.UNKNOWN if unseen else _accessible(got, need.access, finer)
    if need.licenses is not None:
        yield Truth.UNKNOWN if unseen else licensed(got, need.licenses, finer)
    if need.some_license is not None:
        yield Truth.YES if any(accepts(need.some_license, one) for one in got.licenses) else Truth.NO


def _at_least(reached: Completeness, least: Completeness, blind: bool) -> Truth:
    if reached >= least:
        return Truth.YES
    return Truth.UNKNOWN if blind or reached is Completeness.LINKED else Truth.NO


def _accessible(got: Assessment, most: Access, finer: bool) -> Truth:
    if got.access is Access.UNKNOWN:
        return Truth.UNKNOWN if got.completeness >= Completeness.LINKED else Truth.NO
    if got.access > most:
        return Truth.NO
    return Truth.UNKNOWN if finer and got.is_unknown(Axis.ACCESS) else Truth.YES


def licensed(got: Assessment, accepted: LicenseSet, finer: bool) -> Truth:
    """Under a license that the policy accepts; nothing is accepted unless every word of it is known, or somebody
    answers for the text."""
    if got.license.accepted:
        return Truth.YES
    if got.license.cls.value in accepted.includes and all(accepts(accepted, one) for one in got.licenses):
        return Truth.YES  # also where a set has what is unknown, or unstated
    if got.license.cls is LicenseClass.UNKNOWN:
        return Truth.UNKNOWN
    if got.license.cls is LicenseClass.UNSTATED:
        return Truth.UNKNOWN if finer and got.is_unknown(Axis.LICENSE) else Truth.NO
    if all(accepts(accepted, license_) for license_ in got.licenses):
        return Truth.YES
    asked = [license_ for license_ in got.licenses if asks_about(accepted, license_)]
    refused = any(
        not accepts(accepted, license_)
        and license_ not in asked
        and license_.cls not in (LicenseClass.UNKNOWN, LicenseClass.UNSTATED)
        for license_ in got.licenses
    )
    return Truth.NO if refused or not (asked or got.is_unknown(Axis.LICENSE)) else Truth.UNKNOWN


def accepts(accepted: LicenseSet, license_: License) -> bool:
    if license_.accepted:
        return True
    words = _words(license_)
    return bool(words & accepted.includes) and not words & accepted.excludes


def asks_about(accepted: LicenseSet, license_: License) -> bool:
    """Whether it is for a person to read: not accepted, and not refused either."""
    words = _words(license_)
    return not accepts(accepted, license_) and bool(words & accepted.asks) and not words & accepted.excludes


def _words(license_: License) -> set[str]:
    """What a set can call a license by."""
    by = (f"{by}-approved" for by in license_.approved_by)
    return {license_.cls.value, license_.expression, *by, *(clause.id for clause in license_.clauses)}


def needs_of(condition: Condition) -> Iterator[Need]:
    """What a condition asks of each component it speaks of."""
    if isinstance(condition, Need):
        yield condition
    else:
        for part in condition.of:
            yield from needs_of(part)


def needs_of_rule(rule: Rule) -> Iterator[Need]:
    """All that a rule asks of components."""
    for condition in (rule.need, *(rule.summary or ())):
        if condition:
            yield from needs_of(condition)
