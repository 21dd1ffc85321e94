"""What documents say of the topics that a policy asks about (`data/topics.json`), section by section and in sentences.

A section with content describes its topic; one that holds a placeholder, or nothing, only promises it. A sentence in
passing mentions it, and describes it where it states the fact itself or stands where the matter is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from openness_gate.facts.documents import Document, Section
from openness_gate.facts.headings import fold, words
from openness_gate.facts.sentences import Sentence, sentences
from openness_gate.facts.tables import table
from openness_gate.messages import say
from openness_gate.model import Completeness, Evidence, Place, Repo, raises
from openness_gate.tuples import NamedTuple

ENOUGH_WORDS = 8  #: in a section, before it describes anything
TELLING_WORDS = 25  #: in a section, before a sentence in it describes something
MOST = 3  #: pieces of evidence of one topic that are shown
SHOWN = 400  #: characters of a sentence in which a fact is looked for
NOT_SAID = ("acknowledgements", "citation", "plan")  #: sections whose sentences speak of something else
LINK = re.compile(r"\]\([^)]{0,500}\)|https?://[^\s)>\]]{1,500}")


class _Topic(NamedTuple):
    """One row of the table."""

    name: str
    roles: frozenset[str]
    titles: tuple[str, ...]
    not_: tuple[str, ...]
    says: tuple[str, ...]
    shows: tuple[re.Pattern[str], ...]
    around: frozenset[str]
    hints: tuple[str, ...]

    def is_titled(self, roles: frozenset[str], title: str) -> bool:
        if any(pattern in title for pattern in self.not_):
            return False
        return not self.roles.isdisjoint(roles) or any(pattern in title for pattern in self.titles)


def topics(group: str) -> tuple[str, ...]:
    """The names of the topics of *group*."""
    return tuple(table("topics")[group])


@cache
def _topics(group: str) -> tuple[_Topic, ...]:
    rows: Mapping[str, Any] = table("topics")[group]
    return tuple(
        _Topic(
            name,
            frozenset(row.get("roles", ())),
            tuple(row.get("titles", ())),
            tuple(row.get("not", ())),
            tuple(row.get("says", ())),
            tuple(map(re.compile, row.get("shows", ()))),
            frozenset(row.get("around", ())),
            tuple(row.get("hints", ())),
        )
        for name, row in rows.items()
    )


def told(repo: Repo, documents: Iterable[Document], group: str) -> Iterator[Evidence]:
    """What *documents* say of each topic of *group*: the best first, a few of each."""
    documents = tuple(documents)
    found: dict[str, list[Evidence]] = {}
    paths = {document.path for document in documents}
    about = {at: on for document in documents for at, on in _about(document, group)}
    for one in (*_by_sections(documents, about), *_by_sentences(repo, paths, about, group)):
        found.setdefault(one.topic, []).append(one)
    for seen in found.values():
        yield from sorted(seen, key=lambda one: -int(one.grade or 0))[:MOST]


Topics = Mapping[Place, tuple[str, ...]]


def _about(document: Document, group: str) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """What each section is about: by its title, or by that of one around it where its own says nothing."""
    around: list[tuple[int, tuple[str, ...]]] = []
    for section in document.sections:
        while around and around[-1][0] >= section.level:
            around.pop()
        own = _titled(group, section.title, section.roles) if section.title else ()
        if not own and not section.roles and around:
            own = around[-1][1]
        around.append((section.level, own))
        yield section.at, own


@lru_cache(10_000)
def _titled(group: str, title: str, roles: frozenset[str]) -> tuple[str, ...]:
    """The topics that a heading names; many documents have the same headings, and some one heading often."""
    folded = f"^{fold(title)}$"
    return tuple(topic.name for topic in _topics(group) if topic.is_titled(roles, folded))


def _by_sections(documents: Iterable[Document], about: Topics) -> Iterator[Evidence]:
    for document in documents:
        for index, section in enumerate(document.sections):
            below = next(iter(document.sections[index + 1 : index + 2]), None)
            for topic in about[section.at]:
                if one := _of_section(section, topic, bool(below and below.level > section.level)):
                    yield one


def _of_section(section: Section, topic: str, is_parted: bool) -> Evidence | None:
    said = section.words
    if said >= ENOUGH_WORDS or section.code.strip():
        return raises(Completeness.DESCRIBED, say("a section on {topic}", topic=topic), section.at, topic)
    if said:
        return raises(Completeness.MENTIONED, say("{n} words on {topic}", n=said, topic=topic), section.at, topic)
    if is_parted and not section.body.strip():
        return None
    says = say("a section on {topic} that says nothing", topic=topic)
    return raises(Completeness.PROMISED, says, section.at, topic)


def _by_sentences(repo: Repo, paths: set[str], about: Topics, group: str) -> Iterator[Evidence]:
    """The first sentence that mentions each topic, and the first that describes it: a better one is not looked for."""
    best: dict[str, Completeness] = {}
    for sentence in sentences(repo):
        if sentence.at.path not in paths or sentence.section.about(*NOT_SAID):
            continue
        text = LINK.sub(" ", sentence.lower[:SHOWN])
        for topic in _topics(group):
            reached = best.get(topic.name, Completeness.ABSENT)
            if reached is Completeness.DESCRIBED:
                continue
            grade = _said(topic, text, sentence, about[sentence.section.at])
            if grade > reached and words(sentence.text):
                best[topic.name] = grade
                yield raises(grade, say("the text speaks of {topic}", topic=topic.name), sentence.at, topic.name)


def _said(topic: _Topic, text: str, sentence: Sentence, on: tuple[str, ...]) -> Completeness:
    if sentence.at == sentence.section.at:
        return Completeness.ABSENT  # a heading says nothing by itself
    if any(pattern.search(text) for pattern in topic.shows):
        return Completeness.DESCRIBED
    if not any(word in text for word in topic.says):
        return Completeness.MENTIONED if any(word in text for word in topic.hints) else Completeness.ABSENT
    tells = (topic.name in on or _is_around(topic, sentence.section)) and sentence.section.words >= TELLING_WORDS
    return Completeness.DESCRIBED if tells else Completeness.MENTIONED


def _is_around(topic: _Topic, section: Section) -> bool:
    """It stands where such things are told: below a heading of that kind, or where the document begins."""
    opens = "opening" in topic.around and section.level <= 1 and not section.roles
    return opens or (bool(topic.around) and section.about(*topic.around))
