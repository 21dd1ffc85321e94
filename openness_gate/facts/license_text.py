"""Which license a text is.

The rule: an open verdict needs every word explained. A known license is a chain of *runs* of words with room for names
between them (holders, years, an organization); a run is found by checksums of its first and last words and proven by
its digest. What is left over in a file may only be titles and holders. Otherwise the text is compared in blocks with
the licenses it may have been made of, to say which words were added and where; no verdict from that is open.

The tables (`data/license_texts.bin`, `data/license_blocks.bin`) hold hashes, never prose. `data/build_licenses.py`
builds them and describes their layout.
"""

from __future__ import annotations

import json
import struct
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from openness_gate.facts.license_digest import by_digest
from openness_gate.facts.license_name import by_text, known, placed, strictest
from openness_gate.facts.license_holders import names_only, silent, speaks_from
from openness_gate.facts.license_words import EDGE, Words, digest, split, windows
from openness_gate.facts.tables import blob, table
from openness_gate.model import Clause, License, LicenseClass, Place

BLOCK = 12  #: words of one block
ROOM = 60  #: most words where a license leaves room for names
PROOFS = 3_000  #: digests computed for one file; hostile repetition would ask for more
DERIVED = 0.5  #: share of a license's blocks that makes a text a changed copy of it
SAME_AI = 0.75  #: the same for licenses of which a changed copy keeps the name


class Run(NamedTuple):
    """Consecutive words of a known license."""

    head: int
    tail: int
    size: int  #: in words
    digest: bytes


class Known(NamedTuple):
    """One known text: its runs in order. Without an id it is none itself, and explains words beside the license
    `of`, or beside any ("*")."""

    id: str
    of: str
    runs: tuple[Run, ...]


class Found(NamedTuple):
    """A known text in a file: words from *first* to before *last*."""

    text: Known
    first: int
    last: int


def identify(text: str, path: str) -> License:
    """The license that *text* is; open only if every word of it is explained."""
    if exact := by_digest(text, path):
        return exact
    at = Place(path, 1)
    words = split(text)
    found = list(_parse(words)) if words.words else []
    ids = list(dict.fromkeys(f.text.id for f in found if f.text.id))
    found = [f for f in found if f.text.id or f.text.of in (*ids, "*")]
    gaps = [gap for gap in _gaps(found, len(words)) if not silent(words.raw(*gap), _names(ids))]
    if ids and words.whole and not gaps:
        return strictest([placed(by_text(id_, path), words) for id_ in ids])
    return _not_exact(words, ids, found, at)


def restrictions(text: str, path: str) -> tuple[Clause, ...]:
    """The clauses that plain phrases in any *text* give away: what a sentence adds to a license that it names."""
    return tuple(clause for _, clause in _phrases(split(text), path))


# --- exact: runs ----------------------------------------------------------------------------------------------------


@cache
def _texts() -> dict[int, list[Known]]:
    """Known texts by the checksum of their first words, the longest first."""
    content = blob("license_texts.bin")
    names_size, count = struct.unpack_from("<II", content)
    rows = json.loads(content[8 : 8 + names_size])
    run = struct.Struct("<III16s")
    runs = [Run(*run.unpack_from(content, 8 + names_size + i * run.size)) for i in range(count)]
    texts: dict[int, list[Known]] = {}
    for id_, of, first, number in rows:
        text = Known(id_, of, tuple(runs[first : first + number]))
        texts.setdefault(text.runs[0].head, []).append(text)
    for same in texts.values():
        same.sort(key=lambda t: -sum(r.size for r in t.runs))
    return texts


def _parse(words: Words) -> Iterator[Found]:
    """The known texts of a file from its beginning; at each word the longest that begins there."""
    texts, sums = _texts(), windows(words.words, EDGE)
    budget = [PROOFS]
    proven: dict[tuple[int, bytes], bool] = {}

    def is_at(run: Run, i: int) -> bool:
        end = i + run.size
        if not (i <= end - EDGE < len(sums) and sums[i] == run.head and sums[end - EDGE] == run.tail):
            return False
        if (i, run.digest) not in proven:
            budget[0] -= 1
            if budget[0] < 0:
                return False
            proven[i, run.digest] = digest(words.words[i:end]) == run.digest
        return proven[i, run.digest]

    def end_of(text: Known, i: int) -> int:
        end = i
        for run in text.runs:
            start = next((s for s in range(end, min(end + ROOM, len(sums)) if end > i else i + 1) if is_at(run, s)), -1)
            if start < 0 or (start > end and not _is_room(words, end, start)):
                return 0
            end = start + run.size
        return end

    i = 0
    while i < len(sums):
        end, text = max(((end_of(t, i), t) for t in texts.get(sums[i], ())), key=lambda e: e[0], default=(0, None))
        if text and end:
            yield Found(text, i, end)
            i = end
        else:
            i += 1


def _is_room(words: Words, first: int, last: int) -> bool:
    raw = words.raw(first, last)
    return names_only(raw) or silent(raw, ())


def _gaps(found: list[Found], size: int) -> Iterator[tuple[int, int]]:
    """The stretches of words that no known text explains."""
    at = 0
    for one in found:
        yield at, one.first
        at = one.last
    yield at, size


def _names(ids: Iterable[str]) -> frozenset[str]:
    """The words that the titles of these licenses are made of."""
    facts = table("licenses")["ids"]
    return frozenset(word for id_ in ids for word in split(f"{id_} {facts[id_]['name']}").words)


# --- near: blocks ---------------------------------------------------------------------------------------------------


class Blocks(NamedTuple):
    """Checksums of consecutive blocks of known licenses: those of one from `begins[i]` to before `begins[i + 1]`."""

    ids: list[str]
    begins: list[int]
    sums: array[int]


@cache
def _blocks() -> Blocks:
    content = blob("license_blocks.bin")
    size = struct.unpack_from("<I", content)[0]
    ids, begins = json.loads(content[4 : 4 + size])
    count = begins[-1]
    return Blocks(ids, begins, array("I", struct.unpack_from(f"<{count}I", content, 4 + size)))


def _compare(words: Words, explained: list[bool]) -> dict[str, float]:
    """The licenses that *words* were made of, each with the share of it that is there; marks what they explain."""
    blocks, sums = _blocks(), windows(words.words, BLOCK)
    places: dict[int, list[int]] = {}
    for i, one in enumerate(sums):
        places.setdefault(one, []).append(i)
    common = places.keys() & set(blocks.sums)
    parts: dict[int, set[int]] = {}
    for k, one in enumerate(blocks.sums):
        if one in common:
            parts.setdefault(bisect_right(blocks.begins, k) - 1, set()).add(one)
    share = {i: len(there) / (blocks.begins[i + 1] - blocks.begins[i]) for i, there in parts.items()}
    made_of: dict[str, float] = {}
    for i in sorted(parts, key=lambda i: (-(share[i] ** 2) * len(parts[i]), blocks.ids[i])):
        fresh = [p for one in parts[i] if not explained[(p := places[one][0])] or not explained[p + BLOCK - 1]]
        if min(share[i], len(fresh) / (blocks.begins[i + 1] - blocks.begins[i])) < DERIVED:
            continue
        made_of.setdefault(blocks.ids[i], share[i])
        for place in (p for one in parts[i] for p in places[one]):
            explained[place : place + BLOCK] = [True] * BLOCK
        _close(words, explained, set(blocks.sums[blocks.begins[i] : blocks.begins[i + 1]]) - common)
    return made_of


def _close(words: Words, explained: list[bool], missing: set[int]) -> None:
    """Explain both halves of a block that inserted words cut in two, so that just those are left."""
    for first, last in list(_runs(explained)):
        if last - first <= BLOCK:
            continue
        for left in range(BLOCK + 1):
            right = last - (BLOCK - left)
            if windows(words.words[first : first + left] + words.words[right:last], BLOCK)[0] in missing:
                explained[first : first + left] = [True] * left
                explained[right:last] = [True] * (last - right)
                break


def _runs(explained: list[bool]) -> Iterator[tuple[int, int]]:
    first = None
    for i, one in enumerate([*explained, True]):
        if one and first is not None:
            yield first, i
            first = None
        elif not one and first is None:
            first = i


# --- verdicts -------------------------------------------------------------------------------------------------------


def _not_exact(words: Words, ids: list[str], found: list[Found], at: Place) -> License:
    """The answer for a text with words that no known text explains."""
    explained = [False] * len(words)
    _mark(explained, (one for one in found if one.text.of != "*"))
    changed = [i for i, share in _compare(words, explained).items() if _is_open(i) or share >= SAME_AI]
    changed = [i for i in changed if i not in ids]
    _mark(explained, found)
    closed = [i for i in (*ids, *changed) if not _is_open(i)]
    opened = [i for i in (*ids, *changed) if _is_open(i)]
    phrases = list(_phrases(words, at.path))
    if closed and not opened:
        return _add(strictest([_placed(known(i, at), words) for i in closed]), (c for _, c in phrases))
    if not opened:
        cls = LicenseClass.RESTRICTED if phrases else LicenseClass.UNKNOWN
        return License("LicenseRef-unknown", cls, at, clauses=tuple(c for _, c in phrases))
    gaps = [gap for gap in _runs(explained) if not silent(words.raw(*gap), _names(opened))]
    modified = License(
        " AND ".join(f"LicenseRef-modified-{i}" for i in sorted(opened)),
        LicenseClass.MODIFIED,
        at,
        clauses=(_added(words, gaps[0], _names(opened), at.path) if gaps else Clause("changed_words", at),),
    )
    modified = _add(modified, (c for i, c in phrases if any(first <= i < last for first, last in gaps)))
    return strictest([*(_placed(known(i, at), words) for i in closed), modified])


def _mark(explained: list[bool], found: Iterable[Found]) -> None:
    for one in found:
        explained[one.first : one.last] = [True] * (one.last - one.first)


def _is_open(id_: str) -> bool:
    return str(table("licenses")["ids"][id_]["class"]).startswith("open-")


def _added(words: Words, gap: tuple[int, int], names: Collection[str], path: str) -> Clause:
    first = speaks_from(words, *gap, names)
    return Clause("added_words", Place(path, words.line(first)), quote=words.quote(first, gap[1]))


def _add(license_: License, clauses: Iterable[Clause]) -> License:
    """*license_* with the clauses that it has not yet; they make what nobody approved restricted."""
    have = {c.id for c in license_.clauses}
    more = tuple(c for c in clauses if c.id not in have)
    cls = LicenseClass.RESTRICTED if more and license_.cls is LicenseClass.NOT_APPROVED else license_.cls
    return license_._replace(clauses=(*license_.clauses, *more), cls=cls)


def _placed(license_: License, words: Words) -> License:
    """*license_* with its clauses where the text has them, as far as a phrase gives the place away."""
    seen = {c.id: c for _, c in _phrases(words, license_.at.path)} if license_.at else {}
    clauses = (seen[c.id]._replace(section=c.section) if c.id in seen else c for c in license_.clauses)
    return license_._replace(clauses=tuple(clauses))


def _phrases(words: Words, path: str) -> Iterator[tuple[int, Clause]]:
    """Clauses that plain phrases give away, each with its first word: the first place of each."""
    flat = " " + " ".join(words.words)
    for phrase in table("license_clauses")["harmless"]:
        flat = flat.replace(f" {phrase}", " -" * len(phrase.split()))
    for id_, phrases in _clauses().items():
        if places := [place for phrase in phrases if (place := flat.find(phrase)) >= 0]:
            index = flat.count(" ", 0, min(places) + 1) - 1
            yield index, Clause(id_, Place(path, words.line(index)), quote=words.quote(max(0, index - 5), index + 20))


@cache
def _clauses() -> dict[str, list[str]]:
    """The phrases of each clause, folded as texts are: every character of a wide script is a word."""
    clauses: dict[str, list[str]] = table("license_clauses")["clauses"]
    return {id_: [" " + _folded(phrase) for phrase in phrases] for id_, phrases in clauses.items()}


def _folded(phrase: str) -> str:
    return phrase.strip() if phrase.isascii() else " ".join(phrase.replace(" ", ""))
