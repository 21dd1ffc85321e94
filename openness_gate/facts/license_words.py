"""Words of a license text.

A text is compared by its words alone: case, white space, punctuation, list marks and the marks of Markdown and of
comments carry nothing, so they are not words; writing in any script is, and so are pictographs and struck-out text.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from unicodedata import normalize
from zlib import crc32

from openness_gate.facts.tables import table
from openness_gate.tuples import NamedTuple

try:
    from _blake2 import blake2b  # what `hashlib` has, without OpenSSL, which takes a tenth of a call to load
except ImportError:
    from hashlib import blake2b

EDGE = 8  #: words of one checksum
LETTERS = 150_000  #: characters that are compared; the longest license known has a third of it
LIMIT = 60_000  #: words that are compared; the longest license known has a third of it
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
PICTURES = "\u2600-\u27bf\u2800-\u28ff\U0001f000-\U0001faff"
SAME = {"licence": "license", "licences": "licenses", "licenced": "licensed"}
SCHEMES = frozenset({"http", "https"})  #: of an address: they say nothing


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
    marks = islice(_token(is_simple(text)).finditer(text), 2 * LIMIT)
    found = [m for m in marks if m[1] and m[1].lower() not in SCHEMES][: LIMIT + 1]
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


def digest(words: list[str]) -> bytes:
    """What proves that words are the same: 16 bytes."""
    return blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@cache
def title_words(id_: str) -> frozenset[str]:
    """The words that the title of a license is made of. Licenses for models tell their versions apart by it."""
    return frozenset() if id_.startswith("LicenseRef-") else name_words(id_)


def name_words(id_: str) -> frozenset[str]:
    """The words of a license's id and name."""
    return frozenset(split(f"{id_} {table('licenses')['ids'][id_]['name']}").words)
