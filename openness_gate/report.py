"""What is said of a release: findings, judgements, and the report that every reporter takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum

from openness_gate.exceptions import Confirmation, Waiver
from openness_gate.model import Assessment, Claim, Evidence, Notice, Place, Release
from openness_gate.rules import Policy, Rule, Severity
from openness_gate.tuples import NamedTuple


class Status(Enum):
    """What became of one rule."""

    MET = "met"
    UNMET = "unmet"
    ASK = "ask"
    WAIVED = "waived"
    CONFIRMED = "confirmed"
    NOT_APPLICABLE = "not-applicable"


class Openness(Enum):
    """The three steps that human indices use."""

    OPEN = "open"
    PARTIAL = "partial"
    CLOSED = "closed"
    NOT_APPLICABLE = "not-applicable"
    UNKNOWN = "unknown"


class Result(Enum):
    """The verdict on a release or a report, worst first."""

    FAIL = "fail"
    INCOMPLETE = "incomplete"
    ASK = "ask"
    PASS = "pass"
    NOT_APPLICABLE = "not-applicable"

    @staticmethod
    def worst(results: Iterable[Result]) -> Result:
        """fail > incomplete > ask > pass > not-applicable."""
        return min(results, key=list(Result).index, default=Result.NOT_APPLICABLE)


class Finding(NamedTuple):
    """One rule that was evaluated, met ones too."""

    rule: Rule
    severity: Severity
    status: Status
    openness: Openness
    needs: str
    got: str
    advice: str
    at: Place | None
    evidence: tuple[Evidence, ...] = ()  #: what the status rests on: where it looked
    waiver: Waiver | None = None  #: of what is waived
    confirmation: Confirmation | None = None  #: of what is confirmed
    notes: tuple[Notice, ...] = ()  #: waivers and confirmations of it that do not count, and why
    digest: str = ""  #: of the evidence of a question, `sha256:` and hex: what a confirmation has to name
    is_new: bool | None = None  #: it is worse than before the change; None: nobody asked

    @property
    def counts(self) -> bool:
        """It bears on the verdict: with nothing to compare all does, else what is worse."""
        return self.is_new is not False


class Progress(NamedTuple):
    """How far up a policy's ladder a release came; percentages of 100."""

    reached: str  #: "none" below the first rung
    progress: Mapping[str, float]
    by_engine: bool = False  #: a calculation of its own has decided it


class Score(NamedTuple):
    """An index over several rules, from 0 to 1."""

    value: float  #: what is not known counts as closed
    at_best: float  #: what is not known counts as open
    steps: Mapping[str, Openness]  #: by rule


class Judgement(NamedTuple):
    """Everything that is said of one release."""

    release: Release
    components: Mapping[str, Assessment]
    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]
    label: str = ""
    result: Result = Result.NOT_APPLICABLE
    levels: Progress | None = None
    score: Score | None = None


class Report(NamedTuple):
    """The single value that every reporter takes."""

    label: str
    commit: str
    policy: Policy
    notices: tuple[Notice, ...]
    unread: Mapping[str, str]
    judgements: tuple[Judgement, ...]
    result: Result
    online: bool = False
    targets: tuple[tuple[str, str], ...] = ()  #: label and commit of each place, where several are one release


class Style(NamedTuple):
    """How a reporter may speak: with colour, with signs beyond ASCII, with every detail."""

    color: bool = False
    unicode: bool = True
    verbose: bool = False


class Reporter(NamedTuple):
    """One output format: many reports in, text out."""

    name: str
    about: str
    render: Callable[[Sequence[Report], Style], str]
    machine: bool = True  #: stdout carries it and nothing else
