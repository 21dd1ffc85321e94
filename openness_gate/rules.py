"""What a policy says: sentences over components, ladders of levels. The reader of policies is `policy.py`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple, Union

from openness_gate.model import NOTHING, Access, Completeness, Kind, Place

if TYPE_CHECKING:
    from datetime import date


class Severity(IntEnum):
    """What an unmet rule means."""

    INFO = 0
    WARNING = 1
    ERROR = 2

    def __str__(self) -> str:
        return self.name.lower()


class LicenseSet(NamedTuple):
    """Licenses that a policy accepts: classes, `osi-approved`, `fsf-approved`, or SPDX ids (case matters)."""

    name: str
    includes: frozenset[str]
    excludes: frozenset[str] = frozenset()


class Need(NamedTuple):
    """How far one component must reach. An axis that is None is not asked about."""

    component: str
    at_least: Completeness | None = None
    but_not: Completeness | None = None  #: a grade above `at_least` that is still not enough
    access: Access | None = None
    licenses: LicenseSet | None = None  #: all that apply must be of it
    some_license: LicenseSet | None = None  #: one that applies must be of it
    topics: Mapping[str, Completeness] = NOTHING
    when: tuple[str, ...] = ()
    if_released: bool = False  #: say nothing where the component is neither linked nor there


class All(NamedTuple):
    """Every one must hold."""

    of: tuple[Condition, ...]


class OneOf(NamedTuple):
    """One must hold."""

    of: tuple[Condition, ...]


Condition = Union[Need, All, OneOf]


class Summary(NamedTuple):
    """Open, partial or closed over several components; closed is what neither condition describes."""

    open: Condition
    partial: Condition


class Rule(NamedTuple):
    """One sentence of a policy: a component must reach a need, a summary must say open, or nothing may be found of a
    concern; otherwise a severity."""

    id: str
    severity: Severity
    at: Place
    need: Need | None = None
    summary: Summary | None = None
    concern: str = ""
    instead: str = ""  #: a component that may stand in for the one required
    when: tuple[str, ...] = ()
    clause: str = ""
    advice: str = ""


class Level(NamedTuple):
    """A rung of a ladder: the rules that must be met, with those of the rungs below."""

    name: str
    title: str
    rules: tuple[str, ...]


class Acceptance(NamedTuple):
    """A license text that the organization accepts as it is, although no set of licenses has it."""

    sha256: str  #: of the file, in hex
    reason: str
    owner: str
    expires: date  #: the last day
    at: Place


class Engine(NamedTuple):
    """A calculation beside the rules: it decides those of the levels where a declaration is judged alone."""

    name: str  #: mof
    mode: str


class Policy(NamedTuple):
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
    accepted_texts: tuple[Acceptance, ...] = ()
    engine: Engine | None = None
    sha256: str = ""
    origin: str = "built-in"  #: "built-in", or the path as given


def concerns_of(policy: Policy) -> list[str]:
    """The concerns that *policy* has rules about."""
    return list(dict.fromkeys(rule.concern for rule in policy.rules if rule.concern))
