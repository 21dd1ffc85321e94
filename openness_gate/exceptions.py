"""Reads what people answer for: waivers of rules that are not met, confirmations of what a scan cannot decide. Pure.

    version: 1
    waivers:
      - {rule: training-code, reason: …, owner: …, expires: 2027-01-31}
    confirmations:
      - {rule: datasets, reason: …, person: …, date: 2026-11-24, evidence: "sha256:…", expires: 2027-01-31}

A file that is none of this is an error. One entry that is incomplete is kept with what is wrong with it: it counts as
expired, so that a slip never excuses anything, and never hides what else the file says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Union

from openness_gate import located
from openness_gate.facts.content import decode
from openness_gate.located import MAX_BYTES, Doc, Malformed, nearest
from openness_gate.messages import say, tame
from openness_gate.model import Notice, Place, Repo
from openness_gate.rules import WAIVERS
from openness_gate.tuples import NamedTuple

PATH = WAIVERS
LEAST_REASON = 15  #: characters
MOST_REASON = 1000
MOST_WORD = 200  #: characters of anything else
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class Waiver(NamedTuple):
    """One release need not meet one rule until a day. Of one that is in trouble the fields may be empty."""

    rule: str
    release: str  #: path or name; "" is the only one
    reason: str
    owner: str
    expires: date  #: the last day
    ticket: str
    at: Place
    trouble: Notice | None = None  #: why it counts as expired, whatever it says


class Confirmation(NamedTuple):
    """A person found that one release meets one rule that a scan could not decide, from evidence that is named."""

    rule: str
    release: str  #: path or name; "" is the only one
    reason: str
    person: str
    since: date  #: the day on which it was found
    evidence: str  #: its digest, `sha256:` and hex
    expires: date  #: the last day
    at: Place
    trouble: Notice | None = None  #: why it counts as expired, whatever it says


ABOUT = {
    "waivers": """\
waivers: rules that a release does not meet, and need not meet until a day

    version: 1
    waivers:
      - rule: training-code
        release: models/small        # its folder or its name; not needed where there is one release
        reason: The code is cleared for release in spring, see the ticket
        owner: jo@acme.example
        expires: 2027-03-31          # the last day
        ticket: OPEN-142             # not needed

They stand in .github/openness-waivers.yml. A rule that is waived fails no build, is shown in every report, and never
counts as met: not for a level, not for a score, not for the label. A waiver that has expired, is incomplete, or is not
allowed by the policy (`waivers: {max_days: 180, forbidden: [open-washing]}`) leaves the finding as it is, and the
finding says why. From 14 days before its last day a waiver is announced; one that excuses nothing is named.""",
    "confirmations": """\
confirmations: questions that a scan cannot decide, answered by a person

    version: 1
    confirmations:
      - rule: datasets
        release: models/small        # its folder or its name; not needed where there is one release
        person: jo@acme.example
        date: 2026-11-24
        reason: I asked for access as a stranger, and had the data within a minute
        evidence: sha256:…           # as `openness-gate check --verbose` shows it below the question
        expires: 2027-11-24          # the last day

They stand in .github/openness-waivers.yml. A confirmation turns a question into a rule that is met because a person
says so. It never changes a rule that is unmet, and it lapses when what it rests on changes: the section of the
document, the file, the license, or what the rule asks. Where all that applies is met or confirmed, the label is
"meets (confirmed)".""",
}
"""What a user should know of both, by the names that they are asked for."""

Entry = Union[Waiver, Confirmation]


class Exceptions(NamedTuple):
    """All that one file says, in its order."""

    waivers: tuple[Waiver, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        return (*self.waivers, *self.confirmations)


def exceptions_of(repo: Repo) -> Exceptions:
    """What *repo* has in `PATH`; nothing where there is no such file. Raises `Unreadable`, and as `parse` does."""
    if PATH not in repo.paths:
        return Exceptions()
    return parse(decode(repo.read(PATH, MAX_BYTES + 1)), PATH)


def parse(text: str, path: str) -> Exceptions:
    """What the file *path* says. Raises `Malformed` for a file that is no such file; entries keep their troubles."""
    doc = located.parse(text, path)
    if not isinstance(doc.value, dict):
        raise doc.error(say("the file is a mapping with `version`, `waivers` and `confirmations`"))
    for key in doc.value:
        if key not in ("version", "waivers", "confirmations"):
            hint = nearest(key, ("version", "waivers", "confirmations"))
            raise Malformed(say("{word!r} is not known; {hint}", word=key, hint=hint), doc.place(key))
    if doc.value.get("version") != 1 or doc.value["version"] is True:
        raise Malformed(say("`version: 1` is missing"), doc.place("version"))
    return Exceptions(
        tuple(_waiver(doc, n, value) for n, value in enumerate(_list(doc, "waivers"))),
        tuple(_confirmation(doc, n, value) for n, value in enumerate(_list(doc, "confirmations"))),
    )


def _list(doc: Doc, key: str) -> list[Any]:
    """The entries under *key*; none where all of them are commented out."""
    value = doc.value.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(say("{key!r} is a list", key=key), doc.place(key))
    return value


def check(text: str, path: str) -> Exceptions:
    """As `parse`, but strict: raises `Malformed` with the first thing that is wrong, in an entry too."""
    found = parse(text, path)
    troubles = [entry.trouble for entry in found.entries if entry.trouble]
    if troubles:
        first = min(troubles, key=lambda trouble: trouble.at.line if trouble.at else 0)
        raise Malformed(first.says, first.at or Place(path))
    return found


# --- one entry ------------------------------------------------------------------------------------------------------


def _waiver(doc: Doc, number: int, value: Any) -> Waiver:
    said = _Said(doc, ("waivers", number), value, WAIVER)
    return Waiver(
        said.word("rule"), said.word("release"), said.word("reason"), said.word("owner"), said.day("expires"),
        said.word("ticket"), said.at, said.trouble,
    )  # fmt: skip


def _confirmation(doc: Doc, number: int, value: Any) -> Confirmation:
    said = _Said(doc, ("confirmations", number), value, CONFIRMATION)
    return Confirmation(
        said.word("rule"), said.word("release"), said.word("reason"), said.word("person"), said.day("date"),
        said.word("evidence"), said.day("expires"), said.at, said.trouble,
    )  # fmt: skip


class _Field(NamedTuple):
    """A key of an entry: `wrong` says what is wrong with a value, or "" for nothing."""

    wrong: Callable[[str, str], str]
    required: bool = True


class _Said:
    """What one entry says, and the first thing that is wrong with it."""

    def __init__(self, doc: Doc, keys: tuple[str, int], value: Any, fields: Mapping[str, _Field]) -> None:
        self.value: Mapping[str, Any] = value if isinstance(value, dict) else {}
        self.fields = fields
        self.at = doc.place(*keys)
        self.trouble = next(_troubles(doc, keys, value, fields), None)

    def word(self, key: str) -> str:
        """What it says of *key*, on one line; "" where that is no text."""
        said = self.value.get(key)
        return tame(said).strip() if isinstance(said, str) else ""

    def day(self, key: str) -> date:
        """The day it gives; one long past where that is no date."""
        return _day(self.word(key)) or date.min


def _troubles(doc: Doc, keys: tuple[str, int], value: Any, fields: Mapping[str, _Field]) -> Iterator[Notice]:
    if not isinstance(value, dict):
        yield Notice(say("an entry is a mapping with {keys}", keys=", ".join(fields)), doc.place(*keys))
        return
    for key in value:
        if key not in fields:
            says = say("{word!r} is not known; {hint}", word=key, hint=nearest(key, fields))
            yield Notice(says, doc.place(*keys, key))
    for key, field in fields.items():
        if key not in value:
            if field.required:
                yield Notice(say("{key!r} is missing", key=key), doc.place(*keys))
        elif not isinstance(value[key], str) or not value[key].strip():
            yield Notice(say("{key!r} must be text; quote a number", key=key), doc.place(*keys, key))
        elif wrong := field.wrong(key, value[key].strip()):
            yield Notice(wrong, doc.place(*keys, key))


def _no_word(key: str, text: str) -> str:
    return say("{key!r} has more than {n} characters", key=key, n=MOST_WORD) if len(text) > MOST_WORD else ""


def _no_reason(key: str, text: str) -> str:
    if len(text) < LEAST_REASON:
        return say("{key!r} has fewer than {n} characters", key=key, n=LEAST_REASON)
    return say("{key!r} has more than {n} characters", key=key, n=MOST_REASON) if len(text) > MOST_REASON else ""


def _no_day(key: str, text: str) -> str:
    return "" if _day(text) else say("{key!r} is no date like 2027-01-31", key=key)


def _no_digest(key: str, text: str) -> str:
    if DIGEST.fullmatch(text):
        return ""
    return say("{key!r} is no digest like sha256:… with 64 hex digits in lower case", key=key)


def _day(value: object) -> date | None:
    """A date as YYYY-MM-DD and in no other form, on every Python."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and DAY.fullmatch(value) else None
    except ValueError:
        return None


_COMMON = {"rule": _Field(_no_word), "release": _Field(_no_word, required=False), "reason": _Field(_no_reason)}
WAIVER = {
    **_COMMON,
    "owner": _Field(_no_word),
    "expires": _Field(_no_day),
    "ticket": _Field(_no_word, required=False),
}
CONFIRMATION = {
    **_COMMON,
    "person": _Field(_no_word),
    "date": _Field(_no_day),
    "evidence": _Field(_no_digest),
    "expires": _Field(_no_day),
}
