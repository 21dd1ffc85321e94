"""What a policy says: sentences over components, ladders of levels. The reader of policies is `policy.py`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, Union

from openness_gate.model import NOTHING, Access, Completeness, Kind, Place
from openness_gate.tuples import NamedTuple

if TYPE_CHECKING:
    from datetime import date


WAIVERS = ".github/openness-waivers.yml"  #: the file of waivers and confirmations, from the top of a repository
WHEN_UNKNOWN = ("pass", "ask", "fail")  #: what the unknown may become, the laxest first


class Severity(IntEnum):
    """What an unmet rule means."""

    INFO = 0
    WARNING = 1
    ERROR = 2

    def __str__(self) -> str:
        return self.name.lower()


class LicenseSet(NamedTuple):
    """Licenses that a policy accepts: classes, `osi-approved`, `fsf-approved`, or SPDX ids (case matters). What is
    excluded or asked about can also be a clause."""

    name: str
    includes: frozenset[str]
    excludes: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()  #: what is neither accepted nor excluded, and is for a person to read


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


class Files(NamedTuple):
    """A file that an organization asks for: one whose path fits a glob, and that says every phrase."""

    globs: tuple[str, ...]  #: `*` and `?` within a name, `**` over folders; from the folder of the release
    contains: tuple[str, ...] = ()  #: text, whatever its case; after `#`, the title of a section with content


class Rule(NamedTuple):
    """One sentence of a policy: a component must reach a need, a summary must say open, nothing may be found of a
    concern, or a file must be there; otherwise a severity."""

    id: str
    severity: Severity
    at: Place
    need: Need | None = None
    summary: Summary | None = None
    concern: str = ""
    files: Files | None = None
    for_each: str = ""  #: "base-model": the same is asked of each of them; "base-model-or-itself": or of the release
    instead: str = ""  #: a component that may stand in for the one required
    when: tuple[str, ...] = ()
    kinds: frozenset[Kind] = frozenset()  #: of releases that it is about; empty: all that the policy is for
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


class Scale(NamedTuple):
    """An index: the mean over rules of what open, partial and closed are worth, from 0 to 1."""

    rules: tuple[str, ...]
    open: float
    partial: float
    closed: float
    minimum: float | None  #: below it the rule `score` is unmet
    severity: Severity
    at: Place
    clause: str = ""


class WaiverTerms(NamedTuple):
    """What an organization allows of waivers."""

    max_days: int | None = None  #: from the day they are looked at
    forbidden: frozenset[str] = frozenset()  #: rules that cannot be waived; "*" is all


class Parent(NamedTuple):
    """A policy that another one extends."""

    label: str
    sha256: str
    commit: str = ""


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
    score: Scale | None = None
    waivers: WaiverTerms = WaiverTerms()
    enforce: bool = False  #: who extends it, or is under it, may only ask for more
    engine: Engine | None = None
    sha256: str = ""
    origin: str = "built-in"  #: "built-in", or the path as given
    parents: tuple[Parent, ...] = ()  #: all that it extends, the nearest first


def concerns_of(policy: Policy) -> list[str]:
    """The concerns that *policy* has rules about."""
    return list(dict.fromkeys(rule.concern for rule in policy.rules if rule.concern))
