"""Licenses that are known as they stand: one look into a table of digests, before any text is compared.

The digest is that of a text's words without the lines that only name holders of the copyright; at its head, lines that
only say what the license is called may be left out. A hit explains every word, so it is also the fast way to a verdict.
The table, `data/license_digests.bin`, holds no prose: u32 (length of the JSON), JSON `[id, …]`, and for each text 16
bytes BLAKE2b and a u16, the index of its id.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from openness_gate.facts.license_holders import is_holder_line, silent
from openness_gate.facts.license_name import by_text, placed
from openness_gate.facts.license_words import LETTERS, Words, digest, split, title_words
from openness_gate.facts.tables import blob
from openness_gate.model import License

SIZE = 18  #: bytes of one row
HEAD = 6  #: lines at the beginning that may be titles


def by_digest(text: str, path: str) -> License | None:
    """The license that *text* is to the word, with the lines of its clauses; None where the table has it not."""
    for dropped, found in digests(text) if len(text) <= LETTERS else ():
        id_ = _id(found)
        if id_ and silent(dropped, title_words(id_)):
            license_ = by_text(id_, path)
            return placed(license_, split(text)) if license_.clauses else license_
    return None


def digests(text: str) -> Iterator[tuple[str, bytes]]:
    """The digests of all of *text*, then with ever fewer of its first lines: what was left out of each, the digest."""
    yield from _without_head(text)
    lines = text.splitlines(keepends=True)
    kept = [line for line in lines if not is_holder_line(line)]
    if len(kept) < len(lines):
        yield from _without_head("".join(kept))


def _without_head(text: str) -> Iterator[tuple[str, bytes]]:
    words = split(text)
    for end in _heads(words) if words.whole else ():
        if (first := bisect_left(words.starts, end)) < len(words):
            yield words.text[:end], digest(words.words[first:])


def _heads(words: Words) -> Iterator[int]:
    """Where the first lines end: before any, after one, after two …"""
    yield 0
    end, found = 0, 0
    for line in words.text[:2_000].splitlines(keepends=True):
        end += len(line)
        if line.strip() and found < HEAD:
            found += 1
            yield end


def _id(found: bytes) -> str:
    ids, rows = _table()
    at = rows.find(found)
    while at >= 0 and at % SIZE:
        at = rows.find(found, at + 1)
    return ids[int.from_bytes(rows[at + 16 : at + SIZE], "little")] if at >= 0 else ""


@cache
def _table() -> tuple[list[str], bytes]:
    import json

    content = blob("license_digests.bin")
    end = 4 + int.from_bytes(content[:4], "little")
    return json.loads(content[4:end]), content[end:]
