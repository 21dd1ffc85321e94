"""What a policy says: sentences over components, ladders of levels. The reader of policies is `policy.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Union

from openness_gate.model import Access, Completeness, Kind, Place


class Severity(IntEnum):
    """What an unmet rule means."""

    INFO = 0
    WARNING = 1
    ERROR = 2

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class LicenseSet:
    """Licenses that a policy accepts: classes, `osi-approved`, `fsf-free`, or SPDX ids (case matters)."""

    name: str
    includes: frozenset[str]
    excludes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Need:
    """How far one component must reach. An axis that is None is not asked about."""

    component: str
    at_least: Completeness | None = None
    exactly: Completeness | None = None
    access: Access | None = None
    licenses: LicenseSet | None = None  #: all that apply must be of it
    some_license: LicenseSet | None = None  #: one that applies must be of it
    topics: Mapping[str, Completeness] = field(default_factory=dict)
    when: tuple[str, ...] = ()
    if_released: bool = False  #: say nothing where the component is neither linked nor there


@dataclass(frozen=True)
class All:
    """Every one must hold."""

    of: tuple[Condition, ...]


@dataclass(frozen=True)
class OneOf:
    """One must hold."""

    of: tuple[Condition, ...]


Condition = Union[Need, All, OneOf]


@dataclass(frozen=True)
class Summary:
    """Open, partial or closed over several components; closed is what neither condition describes."""

    open: Condition
    partial: Condition


@dataclass(frozen=True)
class Rule:
    """One sentence of a policy: a component must reach a need, or a summary must say open; otherwise a severity."""

    id: str
    severity: Severity
    at: Place
    need: Need | None = None
    summary: Summary | None = None
    instead: str = ""  #: a component that may stand in for the one required
    when: tuple[str, ...] = ()
    clause: str = ""
    advice: str = ""


@dataclass(frozen=True)
class Level:
    """A rung of a ladder: the rules that must be met, with those of the rungs below."""

    name: str
    title: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """What an organisation requires."""

    id: str
    title: str
    source: str
    rules: tuple[Rule, ...]
    levels: tuple[Level, ...] = ()
    minimum: str = ""  #: the level required; rules of higher ones only inform
    applies_to: frozenset[Kind] = frozenset({Kind.MODEL, Kind.ADAPTER})
    when_unknown: str = "ask"
    statement: str = ""
    sha256: str = ""
    origin: str = "built-in"  #: "built-in", or the path as given
