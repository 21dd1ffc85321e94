"""Words of a license text, and which of them say nothing: titles and the names of copyright holders.

A text is compared by its words alone: case, white space, punctuation, list marks and the marks of Markdown and of
comments carry nothing, so they are not words; writing in any script is, and so are pictographs and struck-out text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection
from functools import cache
from itertools import islice
from typing import NamedTuple
from unicodedata import normalize
from zlib import crc32

from openness_gate.facts.tables import table

LIMIT = 60_000  #: words that are compared; the longest license known has a third of it
HOLDER_LIMIT = 30  #: words in one statement of a holder
SMALL_LIMIT = 2  #: of them, words in lower case that no list knows (some names are written so)
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
PICTURES = "\u2600-\u27bf\u2800-\u28ff\U0001f000-\U0001faff"
SAME = {"licence": "license", "licences": "licenses", "licenced": "licensed", "https": "http"}


@cache
def _token(simple: bool) -> re.Pattern[str]:
    """What is a word. The classes of the wide scripts take 2 ms to compile: *simple* texts have none of them."""
    list_mark = r"(?<![\w.,$€£-])\(?(?:\d{1,2}|[A-Za-z]|[ivxIVX]{1,4})[.)](?=[\s*_]|$)"
    word = r"[^\W_]+|~~" if simple else rf"[^\W_{CJK}]+|[{CJK}]|~~|[{PICTURES}]"
    return re.compile(f"{list_mark}|({word})")


class Words(NamedTuple):
    """The words of *text* in order, folded, and where each stands in it; `whole` is false beyond `LIMIT`."""

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    whole: bool

    def __len__(self) -> int:
        return len(self.words)

    def line(self, index: int) -> int:
        """The line of one word, from 1."""
        return self.text.count("\n", 0, self.starts[index]) + 1

    def raw(self, first: int, last: int) -> str:
        """What stands between the word before *first* and the word at *last*."""
        begin = self.ends[first - 1] if first else 0
        return self.text[begin : self.starts[last] if last < len(self) else len(self.text)]

    def quote(self, first: int, last: int, most: int = 25) -> str:
        """The words from *first* to before *last*, at most *most* of them, as they are written."""
        return " ".join(self.text[self.starts[first] : self.ends[min(last, first + most, len(self)) - 1]].split())


def is_simple(text: str) -> bool:
    """No character of *text* is of a wide script or a picture."""
    return text.isascii() or max(text) < "\u2600"


def split(text: str) -> Words:
    if not text.isascii():
        text = normalize("NFKC", text)
    found = [m for m in islice(_token(is_simple(text)).finditer(text), 2 * LIMIT) if m[1]][: LIMIT + 1]
    whole, found = len(found) <= LIMIT, found[:LIMIT]
    lower = [m[1].lower() for m in found]
    return Words(text, [SAME.get(w, w) for w in lower], [m.start() for m in found], [m.end() for m in found], whole)


def windows(words: list[str], width: int) -> list[int]:
    """A checksum of the *width* words that begin at each word. It only finds places; digests prove."""
    joined = " ".join(words).encode("utf-8", "surrogatepass")
    starts, at = [], 0
    for word in words:
        starts.append(at)
        at += len(word) + 1 if word.isascii() else len(word.encode("utf-8", "surrogatepass")) + 1
    starts.append(at)
    return [crc32(joined[starts[i] : starts[i + width] - 1]) for i in range(len(words) - width + 1)]


def silent(raw: str, names: Collection[str]) -> bool:
    """Whether *raw* says nothing but who holds the copyright and what the license is called (its words: *names*)."""
    if len(raw) > 20_000:
        return False
    return all(_says_nothing(piece, names) for part in _parts().split(raw) for piece in _marks().split(part))


def speaks_from(words: Words, first: int, last: int, names: Collection[str]) -> int:
    """The first word, from *first* to before *last*, of a line that says something."""
    at = words.ends[first - 1] if first else 0
    for line in words.raw(first, last).splitlines(keepends=True):
        if not silent(line, names):
            return min(max(first, bisect_left(words.starts, at)), last - 1)
        at += len(line)
    return first


def names_only(raw: str) -> bool:
    """Whether *raw*, which stands where a license leaves room for a name, is one."""
    return _holder(raw)


@cache
def _parts() -> re.Pattern[str]:
    return re.compile(r"\n[-\s#*/;>%|=_+.]*\n")


@cache
def _marks() -> re.Pattern[str]:
    return re.compile(r"(?=\bcopyright\b|©|\(c\)\s|\ball rights reserved\b)", re.IGNORECASE)


def _says_nothing(piece: str, names: Collection[str]) -> bool:
    words = split(piece).words
    if not words:
        return True
    if _marks().match(piece.lstrip(" \t\n#*/-_;>%\"'|")):
        return _holder(piece)
    if len(words) > HOLDER_LIMIT:
        return False
    said = [word for token in piece.split() if "://" not in token for word in split(token).words]
    titles = _vocabulary("title")
    return all(word in titles or word in names or (word.isdigit() and len(word) <= 4) for word in words) or all(
        word in titles or word in names or word in _vocabulary("credit") for word in said
    )


@cache
def _vocabulary(name: str) -> frozenset[str]:
    return frozenset(table("license_clauses")[name])


@cache
def _edge(simple: bool) -> re.Pattern[str]:
    return re.compile(r"[^\W_]+|~~" if simple else rf"[^\W_{CJK}]+|[{CJK}]+|~~|[{PICTURES}]")


def _holder(piece: str) -> bool:
    """Whether *piece* names holders and years, and no more: no operative word, no second sentence, few small words."""
    piece = re.sub(r"(?i)free software foundation", "FSF", piece)
    if len(piece) > 600:
        return False
    ended, count, small = False, 0, 0
    for token in piece.split():
        words = _edge(is_simple(token)).findall(token)
        for word in words:
            if _operative(word) or (ended and word.lower() not in _vocabulary("after_holder") and not word.isdigit()):
                return False
            small += _is_small(word) and not ("@" in token or "://" in token)
        count += len(words)
        if words and token.rstrip("\"')]>*_")[-1:] in ".;!?。；！？" and not _abbreviated(words[-1]):
            ended = True
    return count <= HOLDER_LIMIT and small <= SMALL_LIMIT


def _is_small(word: str) -> bool:
    """Whether it looks like a word of a sentence and not of a name."""
    return (
        word[0].isalpha() and not word[0].isupper() and not _is_cjk(word) and word.lower() not in _vocabulary("holder")
    )


def _is_cjk(word: str) -> bool:
    return "\u3040" <= word[0] <= "\u9fff" or "\uac00" <= word[0] <= "\ud7af" or "\uf900" <= word[0] <= "\ufaff"


def _abbreviated(word: str) -> bool:
    return len(word) < 2 or word.lower() in _vocabulary("abbreviation")


def _operative(word: str) -> bool:
    if _is_cjk(word):
        return not _vocabulary("operative_cjk").isdisjoint(word) or len(word) > 24
    if not word[0].isalnum():
        return True
    small = word.lower()
    return small in _vocabulary("operative") or small.startswith(tuple(_vocabulary("operative_stems")))
