"""Which restrictive clauses stand in the free text of a license that no table knows.

Patterns are sequences of words with bounded gaps between them, held against one sentence or list item at a time; the
table `data/clause_patterns.json` has them and describes their language. A pattern is tried only where all its words
are, so the time is that of one look at each word. No clause found never means that a text is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from openness_gate.facts.license_pieces import Piece, line_at, line_of, pieces, readable
from openness_gate.facts.tables import table
from openness_gate.model import Clause, Place
from openness_gate.tuples import NamedTuple

QUOTED = 25  #: most words of a quote; two characters of Chinese or Japanese count as one
BEFORE = 4  #: words of a quote before the first of the clause
DISTANT = 200  #: characters from a head to an item that is the better place
APART = 60  #: characters between words of one quote
JOINT = 25  #: words that a gap may be longer by where the head of a list ends and an item begins
LOOSE = 5  #: the least gap that may be longer there
STEPS = 600_000  #: words that patterns are held against; hostile repetition would ask for more
NUMBER = "#"  #: what a word of digits is called in patterns
SILENT = 0  #: the atom whose phrases no other sees
STEM = 20  #: most letters of a stem


class Pattern(NamedTuple):
    """Atoms in order, and the most words between each and the one before."""

    atoms: tuple[int, ...]
    gaps: tuple[int, ...]
    needs: int  #: its atoms, as bits
    reaches: bool  #: into the head of a list
    bars: tuple[int, ...]  #: atoms that may not stand in the sentence


class Rule(NamedTuple):
    """One clause: patterns, the surest group of them first, and what takes a hit back."""

    id: str
    blocking: bool
    groups: tuple[tuple[Pattern, ...], ...]
    unless: tuple[Pattern, ...]  #: overlapping the hit
    not_with: tuple[Pattern, ...]  #: anywhere in the sentence


class Start(NamedTuple):
    """What begins with one word: atoms that are this word alone; phrases, by their second word or stem, as the words
    after that and the atoms they are of."""

    alone: list[int]
    phrases: list[dict[str, dict[tuple[str, ...], list[int]]]]


class Language(NamedTuple):
    """The compiled table; `starts` by whole word, or by stem with its "*"."""

    rules: tuple[Rule, ...]
    starts: dict[str, Start]
    fold: dict[int, str]


class Hit(NamedTuple):
    """Words of a piece that a pattern matched: from `first` to before `last`."""

    first: int
    last: int


class Known(NamedTuple):
    """What was looked up for the words and pairs of words of one text."""

    words: dict[str, Start]
    pairs: dict[tuple[str, str], list[tuple[tuple[str, ...], list[int]]]]


Places = dict[int, list[Hit]]  #: where each atom stands in a piece


def clauses(text: str, path: str) -> tuple[Clause, ...]:
    """The restrictive clauses of *text*, one of each id, at the surest place; the blocking ones first."""
    text = readable(text)
    language = _language()
    best: dict[str, tuple[int, Piece, Hit]] = {}
    budget = [STEPS]
    seen: set[tuple[str, ...]] = set()
    known = Known({}, {})
    for piece in pieces(text):
        if piece.words in seen:
            continue
        seen.add(piece.words)
        places = _places(language, piece, known)
        have = sum(1 << atom for atom in places)
        for rule in language.rules:
            sure = best[rule.id][0] if rule.id in best else len(rule.groups)
            for rank, group in enumerate(rule.groups[:sure]):
                if hit := _first(rule, group, piece, places, have, budget):
                    best[rule.id] = rank, piece, hit
                    break
    begins = line_of(text) if best else []
    return tuple(_clause(rule, text, path, begins, *best[rule.id][1:]) for rule in language.rules if rule.id in best)


def _clause(rule: Rule, text: str, path: str, begins: list[int], piece: Piece, hit: Hit) -> Clause:
    first = hit.first
    if first < piece.carried < hit.last and piece.spans[piece.carried][0] - piece.spans[first][0] > DISTANT:
        first = piece.carried
    line = line_at(begins, piece.spans[first][0])
    return Clause(rule.id, Place(path, line), piece.section, _quote(text, piece, first), rule.blocking)


def _quote(text: str, piece: Piece, first: int) -> str:
    """At most `QUOTED` words from shortly before the word *first*, as written."""
    start = first
    while start > 0 and first - start < BEFORE and _follows(piece, start):
        start -= 1
    end, room = start + 1, 2 * QUOTED - _room(piece, start)
    while end < len(piece.words) and _follows(piece, end) and (room := room - _room(piece, end)) >= 0:
        end += 1
    return " ".join(text[piece.spans[start][0] : piece.spans[end - 1][1]].split()[:QUOTED])


def _room(piece: Piece, index: int) -> int:
    return 1 if piece.words[index] > "\u3000" else 2


def _follows(piece: Piece, index: int) -> bool:
    """The word stands right after the one before it, not in another place of the text."""
    return piece.spans[index][0] - piece.spans[index - 1][1] < APART


# --- matching -------------------------------------------------------------------------------------------------------


def _places(language: Language, piece: Piece, known: Known) -> Places:
    """Where each atom stands in a piece."""
    words = piece.words
    if not "".join(words).isascii():
        words = tuple(word.translate(language.fold) for word in words)
    found: Places = {}
    for i, word in enumerate(words):
        if (start := known.words.get(word)) is None:
            start = known.words[word] = _start(language, word)
        for atom in start.alone:
            found.setdefault(atom, []).append(Hit(i, i + 1))
        if start.phrases and i + 1 < len(words):
            pair = word, words[i + 1]
            if (phrases := known.pairs.get(pair)) is None:
                phrases = known.pairs[pair] = list(_phrases(start, pair[1]))
            for rest, atoms in phrases:
                end = i + 2 + len(rest)
                if not rest or _follow(rest, words[i + 2 : end]):
                    for atom in atoms:
                        found.setdefault(atom, []).append(Hit(i, end))
    if silent := found.pop(SILENT, None):
        hushed = {i for hit in silent for i in range(*hit)}
        found = {atom: left for atom, hits in found.items() if (left := [h for h in hits if h.first not in hushed])}
    return found


def _start(language: Language, word: str) -> Start:
    found = [start for key in _keys(word) if (start := language.starts.get(key))]
    return Start([atom for start in found for atom in start.alone], [by for start in found for by in start.phrases])


def _phrases(start: Start, second: str) -> Iterator[tuple[tuple[str, ...], list[int]]]:
    for key in _keys(second):
        for by in start.phrases:
            yield from by.get(key, {}).items()


def _keys(word: str) -> list[str]:
    """Under what a word is listed: as it is, as a number, and by its stems."""
    number = [NUMBER] if word[0].isdigit() else []
    return [word, *number, *(f"{word[:size]}*" for size in range(1, min(len(word), STEM) + 1))]


def _follow(rest: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return len(rest) == len(words) and all(
        word.startswith(want[:-1]) if want[-1] == "*" else word == want for want, word in zip(rest, words, strict=True)
    )


def _first(
    rule: Rule, group: tuple[Pattern, ...], piece: Piece, places: Places, have: int, budget: list[int]
) -> Hit | None:
    """The first hit of a group of patterns that nothing takes back."""
    hits = [hit for pattern in group for hit in _hits(pattern, piece, places, have, budget) if hit.last > piece.carried]
    if not hits or any(_hits(pattern, piece, places, have, budget) for pattern in rule.not_with):
        return None
    guards = [guard for pattern in rule.unless for guard in _hits(pattern, piece, places, have, budget)]
    good = (hit for hit in hits if not any(g.first < hit.last and hit.first < g.last for g in guards))
    return min(good, default=None)


def _hits(pattern: Pattern, piece: Piece, places: Places, have: int, budget: list[int]) -> list[Hit]:
    """Every place of a pattern, each as short as it can be: one pass over the places of its atoms."""
    if pattern.needs & ~have or budget[0] < 0 or any(_own(piece, places, bar) for bar in pattern.bars):
        return []
    so_far = places[pattern.atoms[0]]
    budget[0] -= sum(len(places[atom]) for atom in pattern.atoms)
    for atom, gap in zip(pattern.atoms[1:], pattern.gaps, strict=True):
        longer: list[Hit] = []
        i = -1
        for hit in places[atom]:
            while i + 1 < len(so_far) and so_far[i + 1].last <= hit.first:
                i += 1
            if i < 0:
                continue
            joint = JOINT if gap >= LOOSE and so_far[i].last <= piece.carried <= hit.first else 0
            if hit.first - so_far[i].last <= gap + joint:
                longer.append(Hit(so_far[i].first, hit.last))
        if not longer:
            return []
        so_far = longer
    return so_far if pattern.reaches else [hit for hit in so_far if hit.first >= piece.carried]


def _own(piece: Piece, places: Places, atom: int) -> bool:
    """It stands in the piece itself, not only in the heads above."""
    return atom in places and places[atom][-1].first >= piece.carried


# --- the table ------------------------------------------------------------------------------------------------------


@cache
def _language() -> Language:
    """The table, with every alternative of every atom under its first word."""
    known = table("clause_patterns")
    fold = {ord(a): b for a, b in known["fold"].split()}
    atoms = {known["silent"]: SILENT}
    closing = frozenset(known["closing"].split())
    rules = tuple(_rule(id_, rule, atoms, closing) for id_, rule in known["clauses"].items())
    starts: dict[str, Start] = {}
    for atom, number in atoms.items():
        for phrase in dict.fromkeys(_alternatives(atom, known["words"])):
            first, *rest = _split(phrase)
            start = starts.setdefault(first, Start([], [{}]))
            if rest:
                start.phrases[0].setdefault(rest[0], {}).setdefault(tuple(rest[1:]), []).append(number)
            else:
                start.alone.append(number)
    return Language(rules, {word: s if s.phrases[0] else Start(s.alone, []) for word, s in starts.items()}, fold)


def _rule(id_: str, rule: dict[str, Any], atoms: dict[str, int], closing: frozenset[str]) -> Rule:
    def compiled(key: str) -> tuple[Pattern, ...]:
        return tuple(_pattern(written, atoms, closing) for written in rule.get(key, ()))

    groups = tuple(group for key in ("sure", "likely") if (group := compiled(key)))
    return Rule(id_, not rule.get("informs"), groups, compiled("unless"), compiled("not_with"))


def _pattern(written: str, atoms: dict[str, int], closing: frozenset[str]) -> Pattern:
    ids: list[int] = []
    gaps: list[int] = []
    bars: list[int] = []
    gap = 0
    for element in written.split():
        if element[0] == "!":
            bars.append(atoms.setdefault(element[1:], len(atoms)))
            continue
        if element.startswith(".."):
            gap = int(element[2:])
            continue
        if ids:
            gaps.append(gap)
        ids.append(atoms.setdefault(element, len(atoms)))
        gap = 0
    reaches = closing.isdisjoint(written.split(" !")[0].split()[-1].split("|"))
    return Pattern(tuple(ids), tuple(gaps), sum(1 << atom for atom in set(ids)), reaches, tuple(bars))


def _alternatives(atom: str, words: dict[str, str]) -> Iterator[str]:
    """The phrases of an atom; names in capitals stand for lists of the table."""
    for part in atom.split("|"):
        if part.isupper() and part in words:
            for listed in words[part].split():
                yield from _alternatives(listed, words)
        else:
            yield part


def _split(phrase: str) -> list[str]:
    """The words of a phrase: joined by underlines, and every character of a wide script for itself."""
    return [word for part in phrase.split("_") for word in ([part] if part.isascii() else _wide(part))]


def _wide(part: str) -> list[str]:
    return list(part) if max(part) > "\u3000" else [part]
