"""The digest of what a finding rests on: a confirmation names it, and lapses when the evidence changes. Pure.

It covers what the rule asks, what each piece of evidence does to which grade, the licenses that the rule asks about,
and the content of the files that are cited. Of a document that is the section around the cited line, with what stands
beneath it where the heading is cited; its front matter is one section. So a line that is written above does not change
the digest, and neither does a file that nothing cites. Sentences stay outside, as they depend on the user's language,
but for what has no place that could be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from hashlib import sha256
from itertools import takewhile
from typing import Any

from openness_gate.facts import fact
from openness_gate.facts.content import TEXT_LIMIT, head
from openness_gate.facts.documents import Document, Section, document, is_document
from openness_gate.holding import needs_of
from openness_gate.model import Axis, Evidence, License, Place, Repo, Unreadable
from openness_gate.report import Finding, Judgement
from openness_gate.rules import Need, Rule

WORDS_OF_A_RULE = ("severity", "at", "clause", "advice")  #: what changes nothing of what it asks
BEGINNING = 64 << 10  #: bytes of a file that is too large to be read for this


def evidence_digest(finding: Finding, judgement: Judgement) -> str:
    """`sha256:` and hex, the same on every platform and however the target was named."""
    repo = judgement.release.repo
    evidence = {_json([_plain(one), _content(repo, one.at)]) for one in finding.evidence}
    licenses = {
        name: sorted({_json(_license(repo, one)) for one in judgement.components[name].licenses})
        for name in _licensed(finding)
        if name in judgement.components
    }
    rests_on = {
        "rule": _plain(finding.rule),
        "evidence": sorted(evidence),
        "licenses": licenses,
        "got": "" if evidence else finding.got,
    }
    return "sha256:" + sha256(_json(rests_on).encode()).hexdigest()


def _licensed(finding: Finding) -> set[str]:
    """The components whose licenses the finding rests on."""
    rule = finding.rule
    needs: list[Need] = list(needs_of(rule.summary.open)) if rule.summary else [rule.need] if rule.need else []
    asks = any(one.axis is Axis.LICENSE for one in finding.evidence)
    names = {need.component for need in needs if asks or need.licenses or need.some_license}
    return names | ({rule.instead} if names and rule.instead else set())


# --- a form that is the same everywhere -----------------------------------------------------------------------------


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """Plain lists and mappings. What is as it is by default is left out: a new field changes no digest."""
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Place):
        return _own(value.path)
    if isinstance(value, Evidence):
        return {
            "axis": value.axis.name,
            "effect": value.effect.name,
            "grade": _plain(value.grade),
            "topic": value.topic,
            "at": _plain(value.at) if value.at else value.says,
        }
    if hasattr(value, "_fields"):
        defaults: Mapping[str, Any] = value._field_defaults
        left_out = WORDS_OF_A_RULE if isinstance(value, Rule) else ()
        fields = {name: getattr(value, name) for name in value._fields if name not in left_out}
        told = {name: _plain(of) for name, of in fields.items() if name not in defaults or of != defaults[name]}
        return {"a": type(value).__name__, **told}
    if isinstance(value, (set, frozenset)):
        return sorted(map(_plain, value))
    if isinstance(value, Mapping):
        return {str(key): _plain(of) for key, of in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _license(repo: Repo, license_: License) -> Any:
    clauses = sorted({clause.id for clause in license_.clauses})
    return [license_.expression, license_.cls.value, license_.sha256, clauses, _content(repo, license_.at)]


def _own(path: str) -> str:
    """*path* within its place: how the places of one release were named is not part of it."""
    return path.rpartition("//")[2]


# --- what is cited --------------------------------------------------------------------------------------------------


def _content(repo: Repo, at: Place | None) -> Any:
    """What stands at *at*, whatever line that is now."""
    if at is None:
        return None
    if at.path not in _paths(repo):
        return [_own(at.path), "not here"]
    try:
        size = repo.size(at.path)
    except Unreadable:
        return [_own(at.path), "not read"]
    if size > TEXT_LIMIT:
        return [_own(at.path), size, _sha256(head(repo, at.path, BEGINNING))]
    page = document(repo, at.path) if is_document(_own(at.path)) else None
    if page and not page.trouble:
        return [_own(at.path), _sha256("\n".join(_cited(page, at.line)).encode("utf-8", "surrogateescape"))]
    content = head(repo, at.path, TEXT_LIMIT).replace(b"\r\n", b"\n")
    return [_own(at.path), _sha256(content)]


@fact
def _paths(repo: Repo) -> frozenset[str]:
    return frozenset(repo.paths)


def _sha256(content: bytes) -> str:
    return sha256(content).hexdigest()


def _cited(page: Document, line: int) -> Iterator[str]:
    """The text around *line*; all of it for a line that speaks of the page as a whole, and where that is unclear."""
    below = [n for n, section in enumerate(page.sections) if section.at.line <= line]
    if page.front and 1 < line < _first_line(page):
        yield _front(page)
    elif line <= 1 or not below:
        yield _front(page)
        yield from map(_text, page.sections)
    else:
        cited = page.sections[below[-1]]
        yield _text(cited)
        if line == cited.at.line and cited.level:
            beneath = page.sections[below[-1] + 1 :]
            yield from map(_text, takewhile(lambda section: section.level > cited.level, beneath))


def _first_line(page: Document) -> int:
    """Where the page begins below its front matter."""
    first = page.sections[0] if page.sections else None
    if first and first.level:
        return first.at.line
    last = max(page.front.lines.values()) if page.front else 0
    return first.lines[0][0] if first and first.lines else last + 1


def _front(page: Document) -> str:
    return _json(page.meta)


def _text(section: Section) -> str:
    return "\n".join((section.title, *(line.rstrip() for line in section.body.split("\n")), section.code)).strip()
