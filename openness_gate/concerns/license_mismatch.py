"""License mismatch

What the release declares and what its license files say are two different things, or two declarations differ.

Why it matters
    People read the tag on a hub page or the badge in a README, and are bound by the text. Where the two differ, whoever
    relied on the more permissive one is in breach without knowing it.

How it is graded
    limits      a declared license is not among the texts for the same thing; the card says open and the text restricts;
                two declarations for the same thing name different licenses
    unknown     a license is declared, and the text beside it is none that could be told
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from openness_gate.facts.licensing import all_terms
from openness_gate.facts.terms import Rank, Terms
from openness_gate.messages import say
from openness_gate.model import (
    Assessment,
    Axis,
    Concern,
    Effect,
    Evidence,
    Group,
    Kind,
    License,
    LicenseClass,
    Release,
)

TEXTS = ("text", "changed-text", "clauses", "nothing")
MOST = 100  #: different statements that are held against each other
SAID = (LicenseClass.UNKNOWN, LicenseClass.UNSTATED)


def find(release: Release, assessments: Mapping[str, Assessment]) -> Iterator[Evidence]:
    """Each pair of statements about one thing that cannot both hold, at the declaration."""
    stated = _distinct(
        _of_the_thing(terms) for terms in all_terms(release.repo) if not terms.always and terms.license.at
    )
    files = [t for t in stated if t.license.recognised_by in TEXTS and t.rank in (Rank.NAMED_FILE, Rank.NEAREST)]
    named = [t for t in stated if t.license.recognised_by == "name" and t.license.cls not in SAID and t.groups]
    declared = [t for t in named if not _is_prose(t) or _alone(t, named)]
    for one in {t.license.at: t for t in reversed(declared)}.values():
        yield from _against_texts(one, files, release.kind)
    for i, one in enumerate(declared):
        for other in declared[:i]:
            same = one.groups & other.groups and _overlap(one, other)
            if same and not (_is_prose(one) and _is_prose(other)) and not _agree(one.license, [other.license]):
                yield _differ(one.license, other.license, one.groups & other.groups)
                break


def _distinct(stated: Iterable[Terms]) -> list[Terms]:
    """What says the same of the same thing once, where it is said first."""
    first: dict[object, Terms] = {}
    for terms in stated:
        first.setdefault((terms.license.expression, terms.groups, terms.folder, terms.rank), terms)
        if len(first) == MOST:
            break
    return list(first.values())


def _of_the_thing(terms: Terms) -> Terms:
    """What a statement says of the thing itself: a card may be under another license than what it is about."""
    return terms._replace(groups=terms.groups - {Group.DOCUMENT})


def _is_prose(terms: Terms) -> bool:
    """It is a sentence, a row or an item of a list; one that names no subject is said of everything."""
    return terms.rank is Rank.SENTENCE or len(terms.groups) == len(Group) - 1


def _alone(one: Terms, named: list[Terms]) -> bool:
    """Whether all sentences about this name one license: where they name several, each is of some part."""
    said = [t.license for t in named if _is_prose(t) and t.groups & one.groups]
    return _agree(one.license, said) and all(_agree(one.license, [other]) for other in said)


def _against_texts(one: Terms, files: list[Terms], kind: Kind) -> Iterator[Evidence]:
    """The texts for the same thing that lie beside it: those named for it, or else those for everything."""
    beside = [t for t in files if t.groups & one.groups and _folder(t) == _folder(one)]
    named = [t for t in beside if t.rank is Rank.NAMED_FILE]
    of_a_part = one.groups == {Group.DATA} and kind is not Kind.DATASET
    if not named and (of_a_part or (_is_prose(one) and Group.CODE not in one.groups)):
        return  # "the data are under ..." is more specific than a file that covers everything
    texts = [t.license for t in named or beside]
    if not texts or _agree(one.license, texts):
        return
    told = [text for text in texts if text.cls is not LicenseClass.UNKNOWN]
    told = [text for text in told if one.license.cls.open or text.cls is not LicenseClass.MODIFIED]
    if told:
        yield _differ(one.license, told[0], one.groups)
    else:
        name, at = one.license.expression, texts[0].at
        says = say("{name} is declared, and {at} is a text that could not be told", name=name, at=at)
        yield Evidence(says, one.license.at, Axis.LICENSE, Effect.UNKNOWN)


def _differ(one: License, other: License, groups: Iterable[Group]) -> Evidence:
    says = say(
        "{name} ({cls}) is said of the {what} here, and {other} ({other_cls}) at {at}",
        name=one.expression, cls=one.cls, what=", ".join(sorted(group.value for group in groups)),
        other=other.expression, other_cls=other.cls, at=other.at,
    )  # fmt: skip
    return Evidence(says, one.at, Axis.LICENSE, Effect.LIMITS)


def _overlap(one: Terms, other: Terms) -> bool:
    """Whether there are files that both speak of."""
    homes = [_home(t) for t in (one, other)]
    return any(a == b or not b or a.startswith(f"{b}/") for a, b in (homes, reversed(homes)))


def _folder(terms: Terms) -> str:
    """Where it is said: what stands deeper is more specific, and no contradiction."""
    return terms.license.at.path.rpartition("/")[0] if terms.license.at else ""


def _home(terms: Terms) -> str:
    return terms.folder.rpartition("/")[0] if terms.folder else ""


def _agree(one: License, others: list[License]) -> bool:
    """Whether one of what is said is also said by the others: of `MIT OR Apache-2.0` any, of several texts any."""
    mine, theirs = _ids(one), {id_ for other in others for id_ in _ids(other)}
    return not mine.isdisjoint(theirs) or any(a.startswith(b) or b.startswith(a) for a in mine for b in theirs)


def _ids(license_: License) -> set[str]:
    """The licenses of an expression, without what a text alone does not tell: `-only`, `-or-later`, a version."""
    ids = re.findall(r"[\w.+-]+", license_.expression)
    found = {re.sub(r"-(?:only|or-later)$|\+$", "", id_).lower() for id_ in ids if id_ not in ("AND", "OR", "WITH")}
    return {id_.removeprefix("licenseref-").removeprefix("ai-") for id_ in found}


CONCERN = Concern(
    name="license-mismatch",
    title="License mismatch",
    absent="no two statements about the license of one thing that differ",
    advice="Declare the license that the text is, or replace the text by that of the license you mean.",
    find=find,
)
