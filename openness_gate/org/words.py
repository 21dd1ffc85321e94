"""The vocabulary of a scan: the members of a population, and what became of each. Pure, and every value can be sent
to another process.

    Origin.members --Filter--> Member --Origin.judge--> Outcome --Store.keep--> scan.db --summary--> a report
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Union

from openness_gate import __version__, digests
from openness_gate.model import NOTHING
from openness_gate.rules import Policy
from openness_gate.tuples import NamedTuple

if TYPE_CHECKING:
    from openness_gate.org.shelf import Shelf


def _proxy(of: dict[object, object]) -> MappingProxyType[object, object]:
    return MappingProxyType(of)


copyreg.pickle(MappingProxyType, lambda proxy: (_proxy, (dict(proxy),)))


class State(Enum):
    """What became of a repository in a scan."""

    JUDGED = "judged"
    SKIPPED = "skipped"  #: it was not meant, or there is nothing in it
    FAILED = "failed"  #: it could not be read: the scan is incomplete


class Facts(NamedTuple):
    """What the list of a forge says of a repository beside its name."""

    visibility: str = ""  #: public | private | internal; "" where nobody says
    archived: bool = False
    fork: bool = False
    template: bool = False
    empty: bool = False
    disabled: bool = False
    gated: str = ""  #: how a gate is opened; "" where there is none
    language: str = ""  #: the main one
    topics: tuple[str, ...] = ()
    properties: Mapping[str, str] = NOTHING  #: custom properties of the organization; a list's values joined by ","

    def __hash__(self) -> int:
        return hash(self[:-1])  # a mapping has none


class Member(NamedTuple):
    """One repository of the population."""

    target: str  #: as `check` takes it: gh:acme/wren, hf:acme/wren, a path; or the address of a git server
    name: str  #: what people call it
    origin: str  #: the origin that knows it
    id: str = ""  #: what stays when it is renamed; "" where nothing does but the target
    version: str = ""  #: changes whenever its content may have; "" where the list does not tell
    commit: str = ""  #: of its default branch, where it is known
    facts: Facts = Facts()

    @property
    def key(self) -> str:
        return self.id or self.target

    def __hash__(self) -> int:  # its properties have none
        return hash(self.key)


class Outcome(NamedTuple):
    """What became of one member. *report* is the report of `check`, as JSON, where it was judged to the end."""

    member: Member
    state: State
    result: str = ""  #: of what was judged: fail | incomplete | ask | pass | not-applicable
    reason: str = ""  #: why it was skipped, failed, or is not applicable, in one line
    report: Mapping[str, object] = NOTHING
    lasts: bool = True  #: it is the same on another day: nothing in it has an end


class Terms(NamedTuple):
    """By what all are judged."""

    policy: Policy
    today: date
    fail_on: str = "error"

    @property
    def digest(self) -> str:
        """Of all but the day: what was judged by it needs no second look."""
        policies = (self.policy.sha256, *(parent.sha256 for parent in self.policy.parents))
        return digests.of("\0".join((__version__, self.fail_on, *policies)).encode())


Look = Callable[[Sequence[Member], "Shelf"], Iterator[Union[Member, Outcome]]]


class Origin(NamedTuple):
    """One kind of place that holds repositories. The first that accepts what the user wrote lists what is there."""

    name: str
    about: str
    accepts: Callable[[str], bool]
    members: Callable[[str, Shelf, bool], Iterable[Member]]
    """What a place holds, with custom properties if these are asked for; `GateError` where it cannot be listed."""
    judge: Callable[[Sequence[Member], Terms, Shelf], Iterator[Outcome]]  #: one outcome for each, in any order
    glance: Look | None = None
    """Tells, of those whose content may have changed, the commit, and which hold no release."""
    batch: int = 1  #: how many are judged at a time
    look: int = 1  #: how many are glanced at at a time
    waits: bool = False  #: it waits for others: threads serve it; else processes do
    rank: int = 50
