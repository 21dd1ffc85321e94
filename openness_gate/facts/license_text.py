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
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache

from openness_gate.facts.license_clauses import clauses
from openness_gate.facts.license_digest import by_digest
from openness_gate.facts.license_holders import names_only, silent, speaks_from
from openness_gate.facts.license_name import by_text, placed, strictest, unknown
from openness_gate.facts.license_words import EDGE, LETTERS, Words, digest, name_words, split, windows
from openness_gate.facts.tables import blob, table
from openness_gate.messages import say
from openness_gate.model import Clause, License, LicenseClass, Place
from openness_gate.tuples import NamedTuple

BLOCK = 12  #: words of one block
ROOM = 60  #: most words where a license leaves room for names
PROOFS = 3_000  #: digests computed for one file; hostile repetition would ask for more
DERIVED = 0.5  #: share of a license's blocks that makes a text a changed copy of it
SAME_AI = 0.9  #: share of a license for models, and of the text, that the two have in common
A_SENTENCE = 600  #: characters of a text that a look for single words may settle, before patterns are compiled
ONLY_LOST = 0.85  #: share of a text that a license for models explains where words of the license are missing


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
    at = Place(path, 1)
    if exact := by_digest(text, path):
        return exact
    words = split(text[: LETTERS + 1])
    if len(text) > LETTERS or not words.whole:
        return unknown(at)._replace(note=say("too long to be compared"))
    found = list(_parse(words)) if words.words else []
    ids = list(dict.fromkeys(f.text.id for f in found if f.text.id))
    found = [f for f in found if f.text.id or f.text.of in (*ids, "*")]
    gaps = [gap for gap in _gaps(found, len(words)) if not silent(words.raw(*gap), _names(ids))]
    if ids and not gaps:
        return strictest([placed(by_text(id_, path), words) for id_ in ids])
    return _not_exact(words, ids, found, at)


def restrictions(text: str, path: str) -> tuple[Clause, ...]:
    """What *text* forbids that an open license may not: also what a sentence adds to a license that it names."""
    lower = text[:A_SENTENCE].lower()
    if len(text) < A_SENTENCE and not any(word in lower for word in table("license_clauses")["limits"]):
        return ()
    return tuple(clause for clause in clauses(text, path) if clause.blocking)


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
    return frozenset(word for id_ in ids for word in name_words(id_))


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


def _compare(words: Words, explained: list[bool], same: Callable[[str, float, float], bool]) -> list[str]:
    """The licenses that *words* were made of, as far as they are the *same*; marks what they explain."""
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
    made_of: dict[str, None] = {}
    for i in sorted(parts, key=lambda i: (-(share[i] ** 2) * len(parts[i]), blocks.ids[i])):
        fresh = [p for one in parts[i] if not explained[(p := places[one][0])] or not explained[p + BLOCK - 1]]
        if min(share[i], len(fresh) / (blocks.begins[i + 1] - blocks.begins[i])) < DERIVED:
            continue
        mine = bytearray(len(explained))
        for place in (p for one in parts[i] for p in places[one]):
            mine[place : place + BLOCK] = b"\1" * BLOCK
        if not same(blocks.ids[i], share[i], sum(mine) / len(mine)):
            continue
        made_of[blocks.ids[i]] = None
        explained[:] = [a or bool(b) for a, b in zip(explained, mine, strict=True)]
        _close(words, explained, set(blocks.sums[blocks.begins[i] : blocks.begins[i + 1]]) - common)
    return list(made_of)


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
    """The answer for a text with words that no known text explains. Clauses are looked for in those words alone."""
    explained = [False] * len(words)
    _mark(explained, (one for one in found if one.text.of != "*"))
    made_of = [i for i in _compare(words, explained, _same) if i not in ids]
    _mark(explained, found)
    closed = [i for i in (*ids, *made_of) if not _is_open(i)]
    opened = [i for i in (*ids, *made_of) if _is_open(i)]
    if not closed and not opened:
        return _by_clauses(clauses(words.text, at.path), at)
    more = clauses(_residue(words, explained), at.path)
    copies = [placed(by_text(i, at.path), words)._replace(recognised_by="changed-text") for i in closed]
    if not opened:
        return _add(strictest(copies), more)
    gaps = [gap for gap in _runs(explained) if not silent(words.raw(*gap), _names(opened))]
    modified = License(
        " AND ".join(f"LicenseRef-modified-{i}" for i in sorted(opened)),
        LicenseClass.MODIFIED,
        at,
        clauses=(_added(words, gaps[0], _names(opened), at.path) if gaps else Clause("changed_words", at),),
        recognised_by="changed-text",
    )
    return strictest([*copies, _add(modified, more)])


def _by_clauses(found: tuple[Clause, ...], at: Place) -> License:
    """A text of which nothing is known but what it forbids. No clause found never means that it is open."""
    if not any(clause.blocking for clause in found):
        return unknown(at)._replace(clauses=found)
    return License("LicenseRef-unknown", LicenseClass.RESTRICTED, at, clauses=found, recognised_by="clauses")


def _same(id_: str, share: float, fresh: float) -> bool:
    """Whether a text that has this *share* of a license is a changed copy of it. A license for models is not one that
    is like another: there nearly all words must be the same, or be missing (*fresh*: of the words, those that are)."""
    return _is_open(id_) or min(share, fresh) >= SAME_AI or (share >= DERIVED and fresh >= ONLY_LOST)


def _residue(words: Words, explained: list[bool]) -> str:
    """The text with blanks for what is explained: lines stay where they are."""
    text = list(words.text)
    for first, last in _runs([not one for one in explained]):
        begin, end = words.starts[first], words.ends[last - 1]
        text[begin:end] = ["\n" if c == "\n" else " " for c in text[begin:end]]
    return "".join(text)


def _mark(explained: list[bool], found: Iterable[Found]) -> None:
    for one in found:
        explained[one.first : one.last] = [True] * (one.last - one.first)


def _is_open(id_: str) -> bool:
    return str(table("licenses")["ids"][id_]["class"]).startswith("open-")


def _added(words: Words, gap: tuple[int, int], names: Collection[str], path: str) -> Clause:
    first = speaks_from(words, *gap, names)
    return Clause("added_words", Place(path, words.line(first)), quote=words.quote(first, gap[1]))


def _add(license_: License, found: Iterable[Clause]) -> License:
    """*license_* with the clauses that it has not yet; they make what nobody approved restricted."""
    have = {c.id for c in license_.clauses}
    more = tuple(c for c in found if c.id not in have)
    worse = license_.cls is LicenseClass.NOT_APPROVED and any(c.blocking for c in more)
    cls = LicenseClass.RESTRICTED if worse else license_.cls
    return license_._replace(clauses=(*license_.clauses, *more), cls=cls)
