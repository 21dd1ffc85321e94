"""Languages that the gate cannot read: what is written in them is unknown, and not absent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from openness_gate.facts import fact
from openness_gate.facts.documents import Document, documents
from openness_gate.facts.paths import folder
from openness_gate.facts.tables import table
from openness_gate.messages import say
from openness_gate.model import Axis, Evidence, Place, Repo, unknown

WORD = re.compile(r"[^\W\d_]+")
ADDRESS = re.compile(r"\S+://\S+|\S+[@/]\S+")
ENOUGH_WORDS = 40  #: before a document has a language
LOOKED_AT = 20_000  #: characters of a document
SHARE = 0.06  #: of the words that only another language has, or three times that of letters in another script
READ_SCRIPTS = ("LATIN", "CJK", "HIRAGANA", "KATAKANA")


@fact
def unread_languages(repo: Repo) -> tuple[Evidence, ...]:
    """The documents at the root that cannot be read, where none of the others there can."""
    root = [d for d in documents(repo) if folder(d.path) == repo.home]
    said = {d.path: list(_words(d)) for d in root}
    long = {path: words for path, words in said.items() if len(words) >= ENOUGH_WORDS}
    if not long or not all(_is_foreign(words) for words in long.values()):
        return ()
    return tuple(
        unknown(Axis.COMPLETENESS, say("{path} is in a language that is not read", path=path), Place(path, 1))
        for path in long
    )


def _words(document: Document) -> Iterator[str]:
    left = LOOKED_AT
    for section in document.sections:
        text = ADDRESS.sub(" ", f"{section.title} {section.body}"[:left])
        left -= len(text)
        yield from (word.lower() for word in WORD.findall(text))


def _is_foreign(words: list[str]) -> bool:
    foreign = frozenset(table("prose")["other_languages"])
    if sum(word in foreign for word in words) >= SHARE * len(words):
        return True
    letters = [word[0] for word in words if not word[0].isascii()]
    other = sum(not unicodedata.name(letter, "").startswith(READ_SCRIPTS) for letter in letters)
    return other >= 3 * SHARE * len(words)
