"""The digest of what a finding rests on: a confirmation names it, and lapses when the evidence changes. Pure.

It covers what the rule asks, what each piece of evidence does to which grade, the licenses that the rule asks about,
and the content of the files that are cited; for a concern also the grades and licenses of all components. Of a document
the section around the cited line counts, with what stands beneath it where the heading is cited; its front matter is
one section. So a line that is written above does not change the digest, and neither does a file that nothing cites.
The sentences of the report are not part of it: they depend on the user's language.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from itertools import takewhile
from typing import Any

from openness_gate import digests
from openness_gate.facts import fact, file_fact
from openness_gate.facts.content import TEXT_LIMIT, head
from openness_gate.facts.documents import Document, Section, document, is_document
from openness_gate.holding import needs_of
from openness_gate.model import Axis, Effect, Evidence, License, Place, Repo, Unreadable
from openness_gate.report import Finding, Judgement
from openness_gate.rules import Rule

WORDS_OF_A_RULE = ("severity", "at", "clause", "advice")  #: what changes nothing of what it asks
BEGINNING = 64 << 10  #: bytes of a file that is too large to be read for this
NOTEBOOK = 16 << 20  #: bytes of a notebook, as its reader has it


def evidence_digest(finding: Finding, judgement: Judgement) -> str:
    """`sha256:` and hex, the same on every platform, in every language and however the target was named."""
    repo, asked = judgement.release.repo, _asked(finding.rule)
    found = {name: judgement.components[name] for name in asked if name in judgement.components}
    there = [e for one in found.values() for e in one.evidence if _shows(e)]
    rests_on = {
        "rule": _plain(finding.rule),
        "evidence": sorted({_json(_evidence(repo, e)) for e in (*finding.evidence, *there)}),
        "licenses": {
            name: sorted({_json(_license(repo, license_)) for license_ in one.licenses})
            for name, one in found.items()
            if asked[name] or any(e.axis is Axis.LICENSE for e in finding.evidence)
        },
        "score": _plain(judgement.score) if finding.rule.id == "score" else None,
        "grades": _grades(judgement) if finding.rule.concern else None,
    }
    told = {key: value for key, value in rests_on.items() if value}  # what is new one day must change no digest
    return "sha256:" + digests.of(_json(told).encode())


def _grades(judgement: Judgement) -> Any:
    """Every component in short: a concern holds what one place says against all of them."""
    repo = judgement.release.repo
    return {
        name: [str(one.completeness), str(one.access), sorted({_json(_license(repo, of)) for of in one.licenses})]
        for name, one in judgement.components.items()
        if one.completeness or one.licenses
    }


def _asked(rule: Rule) -> dict[str, bool]:
    """The components that a rule asks about, and whether it asks for a license."""
    needs = list(needs_of(rule.summary.open)) if rule.summary else [rule.need] if rule.need else []
    asked: dict[str, bool] = {}
    for need in needs:
        for name in (need.component, rule.instead):
            if name:
                asked[name] = asked.get(name, False) or bool(need.licenses or need.some_license)
    return asked


def _shows(evidence: Evidence) -> bool:
    """It shows where the component is: whoever puts another one there changes what was confirmed."""
    return evidence.axis is Axis.COMPLETENESS and evidence.effect is Effect.RAISES and not evidence.topic


# --- a form that is the same everywhere -----------------------------------------------------------------------------


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """Plain lists and mappings. What is as it is by default is left out: a new field changes no digest."""
    if isinstance(value, Enum):
        return value.name
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


def _evidence(repo: Repo, one: Evidence) -> Any:
    return [one.axis.name, one.effect.name, _plain(one.grade), one.topic, _content(repo, one.at)]


def _license(repo: Repo, license_: License) -> Any:
    clauses = sorted({clause.id for clause in license_.clauses})
    return [license_.expression, license_.cls.value, license_.sha256, clauses, _content(repo, license_.at)]


# --- what is cited --------------------------------------------------------------------------------------------------


def _content(repo: Repo, at: Place | None) -> Any:
    """What stands at *at*, whatever line that is now."""
    if at is None:
        return None
    place, _, own = at.path.rpartition("//")
    path = own if place in _places(repo) else at.path  # how the places of one release were named is not part of it
    if at.path not in _paths(repo):
        return [path, "not here"]
    try:
        size = repo.size(at.path)
    except Unreadable:
        return [path, "not read"]
    most = NOTEBOOK if own.endswith(".ipynb") else TEXT_LIMIT
    if size > most:
        return [path, size, digests.of(head(repo, at.path, BEGINNING))]
    page = document(repo, at.path) if is_document(own) else None
    if page and not page.trouble:
        return [path, _of_page(repo, at.path) if at.line <= 1 else _of_text(_cited(page, at.line))]
    return [path, digests.of(head(repo, at.path, most).replace(b"\r\n", b"\n"))]


@file_fact
def _of_page(repo: Repo, path: str) -> str:
    """The digest of all of a page, which many findings may rest on."""
    return _of_text(_cited(document(repo, path), 1))


def _of_text(parts: Iterator[str]) -> str:
    return digests.of("\n".join(parts).encode("utf-8", "surrogatepass"))


@fact
def _paths(repo: Repo) -> frozenset[str]:
    return frozenset(repo.paths)


@fact
def _places(repo: Repo) -> frozenset[str]:
    """The places of a release that is in several; else one without a name."""
    return frozenset(path.rpartition("//")[0] for path in repo.paths)


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
