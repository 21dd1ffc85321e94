"""Which section of a card is about what, in the languages that cards are written in; and what is a placeholder."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from openness_gate.facts.tables import table

APART = re.compile(r"[\W_]+")  #: what is neither letter nor number
LONG = 400  #: characters; a text of more says something beside its placeholders
TITLE_LIMIT = 120  #: characters of a heading that are looked at; longer ones are sentences


@lru_cache(maxsize=4096)
def fold(title: str) -> str:
    """A heading without its dress: mark-up, emoji, numbering, case and width."""
    out: list[str] = []
    depth = 0
    for character in unicodedata.normalize("NFKC", title[: 4 * TITLE_LIMIT]).casefold():
        if character == "<":
            depth += 1
        elif character == ">" and depth:
            depth -= 1
        elif not depth and character not in "*_`#[]^$":
            out.append(character if character.isascii() or character.isalnum() else " ")
    words = " ".join("".join(out).split())
    words = words.split("](")[0].split("(http")[0]
    return words.lstrip("0123456789.、)( -:").rstrip(" .:：。-")[:TITLE_LIMIT]


@cache
def roles(title: str) -> frozenset[str]:
    """What a section under *title* is about; none, or several."""
    marked = f"^{fold(title)}$"  # so that a pattern is tied to an end by its own sign
    return frozenset(
        role
        for role, tests in table("headings")["roles"].items()
        if any(pattern in marked for pattern in tests["is"])
        and not any(pattern in marked for pattern in tests.get("not", ()))
    )


@cache
def _placeholders() -> tuple[str, ...]:
    return tuple(sorted(table("headings")["placeholders"], key=len, reverse=True))


def substance(body: str) -> str:
    """*body* in lower case without mark-up and placeholders: what a section really says."""
    plain = " ".join(body.casefold().split())
    if len(plain) < LONG:
        for phrase in _placeholders():
            if len(phrase) > 4 or len(plain) < 40:
                plain = plain.replace(phrase, " ")
    return " ".join(APART.split(plain)).strip()


@lru_cache(maxsize=4096)
def words(body: str) -> int:
    """How much *body* says, in words; a character of Chinese or Japanese counts as half a word."""
    return sum(1 if part.isascii() else max(1, len(part) // 2) for part in substance(body).split())
