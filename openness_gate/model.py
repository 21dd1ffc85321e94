"""The vocabulary: the values that flow through the gate, and what each room contains.

    Repo --facts--> Card, License, ... --component.detect--> Evidence --assess--> Assessment
         --evaluate(Policy, today)--> Finding, Report --render--> str

What a policy says is in `rules.py`, what is said of a release in `report.py`. Everything here is immutable but for the
repository's memory of what was read (`Repo.memo`, `Log`), and does no I/O of its own. Values are named tuples: frozen
and typed like frozen dataclasses, at a fifth of the start-up time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from openness_gate.tuples import NamedTuple

if TYPE_CHECKING:
    from datetime import date

NOTHING: Mapping[Any, Any] = MappingProxyType({})
"""The empty mapping, for defaults."""

# --- errors ---------------------------------------------------------------------------------------------------------


class GateError(Exception):
    """Something the user can act on: one line, and `exit_code` is what the command returns."""

    exit_code = 2


class Unreadable(GateError):
    """The target, or something in it, could not be read."""

    exit_code = 3


# --- grades ---------------------------------------------------------------------------------------------------------


class Completeness(IntEnum):
    """How much of a component is there."""

    ABSENT = 0  #: nothing says that it exists
    PROMISED = 1  #: announced, a placeholder, or a launcher whose target is missing
    MENTIONED = 2  #: named without content; for documents, a bare link
    DESCRIBED = 3  #: prose describes it; nobody can obtain it
    LINKED = 4  #: an artifact is named with an address whose content was not checked
    PARTIAL = 5  #: some of it is in the release
    COMPLETE = 6  #: all of it is in the release

    def __str__(self) -> str:
        return self.name.lower()


class Access(IntEnum):
    """How one gets at a component, from open to closed."""

    UNKNOWN = -1
    PUBLIC = 0
    SCRIPT = 1  #: to be re-assembled by a script, or from a delta to something else
    REGISTRATION = 2  #: an account, given to anyone
    GATED = 3  #: a form, an agreement or an approval
    HOSTED = 4  #: only as a service
    CLOSED = 5

    def __str__(self) -> str:
        return self.name.lower()


class LicenseClass(Enum):
    """What a license lets one do. Only the values that begin with `open-` are open."""

    OPEN_SOURCE = "open-source"  #: approved by the OSI, or free by the FSF
    OPEN_DATA = "open-data"
    OPEN_CONTENT = "open-content"
    OPEN_MODEL = "open-model"
    NOT_APPROVED = "not-approved"  #: identified, and approved by nobody
    MODIFIED = "modified"  #: an open text with words that nothing explains
    RESTRICTED = "restricted"
    UNKNOWN = "unknown"
    UNSTATED = "unstated"

    def __str__(self) -> str:
        return self.value

    @property
    def open(self) -> bool:
        return self.value.startswith("open-")


class Axis(Enum):
    """The three independent ways in which a component is graded."""

    COMPLETENESS = "completeness"
    ACCESS = "access"
    LICENSE = "license"


class Effect(Enum):
    """What one piece of evidence does to a grade."""

    RAISES = "raises"
    LIMITS = "limits"
    UNKNOWN = "unknown"  #: we could not look, or could not tell; never absence and never a pass


# --- evidence -------------------------------------------------------------------------------------------------------


class Place(NamedTuple):
    """Where something was seen: a path with `/` from the root, and a line from 1 (0: the file as a whole)."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class Clause(NamedTuple):
    """One thing that a license demands or forbids; `blocking` ones make it not open."""

    id: str
    at: Place
    section: str = ""
    quote: str = ""
    blocking: bool = True


class License(NamedTuple):
    """The terms of something: an SPDX expression, what it amounts to, and where that is said."""

    expression: str
    cls: LicenseClass
    at: Place | None = None
    scope: str = ""  #: what it covers, in words
    clauses: tuple[Clause, ...] = ()
    approved_by: frozenset[str] = frozenset()  #: of {"osi", "fsf"}
    recognised_by: str = ""  #: text | changed-text | clauses | name | nothing
    note: str = ""  #: what a reader should know of how it was recognised
    sha256: str = ""  #: of the file that holds the text, in hex; "" for what is only named, and for what is open
    accepted: bool = False  #: an organization answers for the text, whatever it is


class Evidence(NamedTuple):
    """One observation about one component: a sentence, a place, and what it does to which grade."""

    says: str
    at: Place | None
    axis: Axis
    effect: Effect
    grade: Completeness | Access | None = None  #: to what it raises or caps; None for the unknown and for licenses
    topic: str = ""  #: the part of the component it speaks of, where a component has topics


def raises(grade: Completeness | Access, says: str, at: Place | None, topic: str = "") -> Evidence:
    return Evidence(says, at, _axis(grade), Effect.RAISES, grade, topic)


def limits(grade: Completeness | Access, says: str, at: Place | None, topic: str = "") -> Evidence:
    return Evidence(says, at, _axis(grade), Effect.LIMITS, grade, topic)


def unknown(axis: Axis, says: str, at: Place | None, topic: str = "") -> Evidence:
    return Evidence(says, at, axis, Effect.UNKNOWN, None, topic)


def _axis(grade: Completeness | Access) -> Axis:
    return Axis.COMPLETENESS if isinstance(grade, Completeness) else Axis.ACCESS


# --- what is judged -------------------------------------------------------------------------------------------------


class Notice(NamedTuple):
    """Something the user should know that is no finding."""

    says: str
    at: Place | None = None


class Log:
    """What happened while a repository was read. It only grows."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.unread: dict[str, str] = {}  #: path to why; each makes the report incomplete

    def notice(self, says: str, at: Place | None = None) -> None:
        if (note := Notice(says, at)) not in self.notices:
            self.notices.append(note)


class Repo:
    """A repository at one instant: names now, contents on request. A value with two functions, whatever the source.

    `read(path, limit)` gives the first *limit* bytes of a file, and `size(path)` its length in bytes; both raise
    `Unreadable`. Paths use `/`, are relative to the root, and hold undecodable bytes as surrogates.
    """

    def __init__(
        self,
        label: str,
        paths: tuple[str, ...],
        read: Callable[[str, int], bytes],
        size: Callable[[str], int],
        commit: str = "",
        untracked: frozenset[str] = frozenset(),
        declaration: str = "",
        home: str = "",
        log: Log | None = None,
    ) -> None:
        self.label = label
        self.paths = paths  #: sorted; files and links to files, never folders
        self.read = read
        self.size = size
        self.commit = commit
        self.untracked = untracked
        self.declaration = declaration  #: the path of a declaration that is judged alone, without what it declares
        self.home = home  #: the folder of the release that this view is of; "" is the root
        self.log = log or Log()
        self.barriers: tuple[Evidence, ...] = ()  #: what the forge puts before all of it: a gate, a closed door
        self.memo: dict[object, Any] = {}  #: facts about this view
        self.shared: dict[object, Any] = {}  #: facts about single files, shared by all views
        self.oid: Callable[[str], str] | None = None  #: the object id of a file; None where files have none
        self.recall: Callable[[Any, str], Any] | None = None  #: finds a fact about a file that others may have found

    def view(self, paths: tuple[str, ...], home: str) -> Repo:
        """The part of it that belongs to the release in *home*."""
        part = Repo(
            self.label, paths, self.read, self.size, self.commit, self.untracked, self.declaration, home, self.log
        )
        part.shared, part.barriers, part.recall = self.shared, self.barriers, self.recall
        return part


class Kind(Enum):
    """What a release is a release of."""

    MODEL = "model"
    ADAPTER = "adapter"
    DATASET = "dataset"
    CODE = "code"  #: code that trains, without weights
    NONE = "none"  #: an application, a library, or nothing of the field

    def __str__(self) -> str:
        return self.value


class Release(NamedTuple):
    """One model (or data set) with what belongs to it."""

    path: str  #: its folder; "." is the root
    name: str
    kind: Kind
    repo: Repo  #: the view of the repository that belongs to it
    why: Evidence | None = None  #: what its kind rests on


class Group(Enum):
    """What kind of thing a component is: it decides which licenses can cover it."""

    CODE = "code"
    PARAMETERS = "parameters"
    DATA = "data"
    DOCUMENT = "document"


Detect = Callable[[Release], Iterable[Evidence]]


class Component(NamedTuple):
    """A part that a release can consist of, and how to look for it. Its module's docstring is its documentation."""

    name: str
    title: str
    group: Group
    advice: str  #: one imperative sentence
    detect: Detect
    where: str = ""  #: where one looks for it, in words
    topics: tuple[str, ...] = ()


class Claim(NamedTuple):
    """The release says of itself that it is open."""

    says: str
    at: Place
    strength: str  #: asserted | asserted-full | implied


class Grade(NamedTuple):
    """One completeness, and whether something could not be told."""

    completeness: Completeness
    unknown: bool = False


class Part(NamedTuple):
    """What one place says of one component, before anything is concluded from it."""

    evidence: tuple[Evidence, ...]
    licenses: tuple[License, ...]  #: of what is there, or of what it links to
    inside: bool = False  #: some of the component is in that place, not only linked


class Assessment(NamedTuple):
    """What was found of one component, on the three axes, and why."""

    component: Component
    completeness: Completeness
    access: Access
    license: License
    licenses: tuple[License, ...]
    evidence: tuple[Evidence, ...]
    topics: Mapping[str, Grade]

    def is_unknown(self, axis: Axis) -> bool:
        return any(e.effect is Effect.UNKNOWN and e.axis is axis and not e.topic for e in self.evidence)


class Concern(NamedTuple):
    """Something that speaks against a release across its components. Its module's docstring is its documentation.

    `find` gives what was found: what limits is proven, what is unknown is a question. Nothing found is good.
    """

    name: str
    title: str
    absent: str  #: what it is that there is none, in words that end "there is": "no claim that ..."
    advice: str  #: one imperative sentence
    find: Callable[[Release, Mapping[str, Assessment]], Iterable[Evidence]]


# --- what rooms contain ---------------------------------------------------------------------------------------------


class Request(NamedTuple):
    """What the user asked to have opened."""

    target: str
    staged: bool = False
    ref: str = ""
    offline: bool = False  #: nothing that is elsewhere may be opened


class Source(NamedTuple):
    """One place that bytes can come from. Of those that accept a request the one with the lowest rank opens it."""

    name: str
    about: str
    accepts: Callable[[Request], bool]
    open: Callable[[Request], Repo]
    rank: int = 50


class Forge(NamedTuple):
    """One place where others keep releases. It opens the targets that begin with its scheme, whatever lies on disk."""

    name: str
    about: str
    scheme: str  #: `gh` of `gh:owner/name`
    open: Callable[[Request], Repo]
    target: Callable[[str], str]  #: the target that an address stands for; "" for an address of something else


class Command(NamedTuple):
    """One thing that can be asked: `arguments` fills an `argparse` parser, `run` gives the exit code."""

    name: str
    about: str
    arguments: Callable[[Any], None]
    run: Callable[[Any, date], int]
