"""The public summary of training content (Article 53(1)(d) of the European AI Act), section by section of its template.

The template's sections have numbers, 1.1 to 3.3, and fixed titles (Commission, C(2025) 5235 and C(2025) 8311). "No" and
"none" are answers; an empty section is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openness_gate.facts import fact
from openness_gate.facts.documents import Document, Section, documents
from openness_gate.facts.headings import fold, words
from openness_gate.facts.tables import table
from openness_gate.facts.topics import topics
from openness_gate.messages import say
from openness_gate.model import Completeness, Evidence, Repo, raises

TOPICS = topics("training-summary")
HEADINGS = ("general information", "list of data sources", "publicly available datasets", "data processing aspects",
            "respect of reservation of rights", "removal of illegal content", "user data",
            "synthetic data")  # fmt: skip
NAMES = ("summary of training content", "training data summary", "training content summary", "public training summary")
MANY = 4  #: of the template's headings, by which a document is a summary
NUMBER = re.compile(r"^(?:section )?([1-3](?:\.\d){1,2})\.?(?:\s|$|:|-)")


def headings_of(document: Document) -> list[str]:
    """The headings of the template that a document has."""
    titles = [fold(section.title) for section in document.sections]
    return [heading for heading in HEADINGS if any(heading in title for title in titles)]


def is_named(document: Document) -> bool:
    """It speaks of such a summary in a title."""
    return any(name in fold(section.title) for section in document.sections for name in NAMES)


@fact
def summaries(repo: Repo) -> tuple[Document, ...]:
    """The documents that are such a summary: by most headings, or by a title and some of them."""
    return tuple(one for one in documents(repo) if len(headings_of(one)) >= (2 if is_named(one) else MANY))


def summary_topics(repo: Repo) -> Iterator[Evidence]:
    """What each section of the template says."""
    for document in summaries(repo):
        for index, section in enumerate(document.sections):
            if topic := _topic(section):
                grade = _grade(_whole(document.sections, index))
                says = say("the section {title}", title=section.title[:80])
                if grade is Completeness.PROMISED:
                    says = say("the section {title} says nothing", title=section.title[:80])
                yield raises(grade, says, section.at, topic)


def _topic(section: Section) -> str:
    """By its number, which is the same in every language, or by its title."""
    rows = table("topics")["training-summary"]
    number = NUMBER.match(section.title.strip().strip("*_ ").lower())
    if number:
        return next((name for name, row in rows.items() if row["number"] == number[1]), "")
    title = fold(section.title)
    for name, row in rows.items():
        known = any(part in title for part in row["titles"])
        if known and not any(part in title for part in row.get("not", ())):
            return str(name)
    return ""


def _whole(sections: tuple[Section, ...], index: int) -> list[str]:
    """The words of a section and of those below it."""
    bodies = [sections[index].body]
    for below in sections[index + 1 :]:
        if below.level <= sections[index].level or _topic(below):
            break
        bodies.append(below.body)
    return bodies


def _grade(bodies: list[str]) -> Completeness:
    plain = " ".join(" ".join(bodies).lower().split()).strip(" .-*_|[]()")
    said = sum(words(body) for body in bodies)
    return Completeness.DESCRIBED if said >= 1 or plain in table("topics")["answers"] else Completeness.PROMISED
