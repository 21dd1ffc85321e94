"""The sentences of documents, with the lines they begin on and the sections they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from openness_gate.facts import fact
from openness_gate.facts.documents import Document, Section, documents
from openness_gate.messages import say
from openness_gate.model import Place, Repo
from openness_gate.tuples import NamedTuple

END = re.compile(r"(?<=[.!?])\s+(?=[^a-z])|(?<=[\u3002\uff01\uff1f\uff1b])")  #: Chinese marks need no space
MOST = 30_000  #: sentences of a release that are looked at
LONGEST = 2000  #: characters of a sentence that are looked at
ITEM = ("- ", "* ", "+ ", "|", ">", "#")


class Sentence(NamedTuple):
    """One sentence, list item or row of a table."""

    text: str
    at: Place
    section: Section
    document: Document
    lower: str  #: the text in lower case

    def has(self, words: Iterable[str]) -> bool:
        """One of *words*, given in lower case, stands in it."""
        lower = self.lower
        for word in words:  # noqa: SIM110  # half a million times in a large tree, and `any` is half as fast
            if word in lower:
                return True
        return False


@fact
def sentences(repo: Repo) -> tuple[Sentence, ...]:
    """Every sentence of every document of a release."""
    found: list[Sentence] = []
    for document in documents(repo):
        for section in document.sections:
            found += _split(document, section)
        if len(found) > MOST:
            why = say("only the first {n} sentences of the documents were read", n=MOST)
            repo.log.unread[document.path] = why
            return tuple(found[:MOST])
    return tuple(found)


def _split(document: Document, section: Section) -> Iterator[Sentence]:
    if section.title:
        yield Sentence(section.title, section.at, section, document, section.title.lower())
    for number, paragraph in _paragraphs(section):
        for below, piece in _pieces(paragraph):
            if text := " ".join(piece.split())[:LONGEST]:
                yield Sentence(text, Place(document.path, number + below), section, document, text.lower())


def _pieces(paragraph: str) -> Iterator[tuple[int, str]]:
    """The sentences of a paragraph, each with how many lines below its first line it begins; a row of a table whole."""
    start = line = 0
    if paragraph.lstrip().startswith("|"):
        yield line, paragraph
        return
    for end in END.finditer(paragraph):
        yield line, paragraph[start : end.start()]
        line += paragraph.count("\n", start, end.end())
        start = end.end()
    yield line, paragraph[start:]


def _paragraphs(section: Section) -> Iterator[tuple[int, str]]:
    """Runs of lines that belong together, with the number of the first. Items and rows stand alone."""
    number = 0
    lines: list[str] = []
    for at, line in section.lines:
        stripped = line.strip()
        if not stripped or stripped.startswith(ITEM) or (stripped[0].isdigit() and stripped[1:3] in (". ", ") ")):
            if lines:
                yield number, "\n".join(lines)
            lines = []
        if stripped:
            if not lines:
                number = at
            lines.append(line)
            if stripped.startswith("|"):
                yield number, line
                lines = []
    if lines:
        yield number, "\n".join(lines)
