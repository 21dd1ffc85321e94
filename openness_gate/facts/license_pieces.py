"""The sentences and list items of a license text as words, each with the head of its list and its section.

What a list forbids stands in two places: "You may not:" above and the deed below. So the words of a head are carried
to the items under it, as far as their marks tell ("a.", "(ii)", "-"), and the marks are what sections are named by.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import takewhile

from openness_gate.facts.tables import table
from openness_gate.tuples import NamedTuple

LIMIT = 250_000  #: characters that are read; the longest license known has half of it
LONGEST = 300  #: words of one piece; of what is longer the next piece gets the last words as its head
CARRIED = 60  #: words of heads that an item gets, the last ones
TITLE = 60  #: characters of a heading that names a section
UNMARKED = 12  #: paragraphs without a mark that can be the items of a head
FIRST = ("a", "i", "1", "一", "")  #: what the first item of a list is marked with
COMMENTS = frozenset("#/;*>%")
COMMENTED = 0.9  #: share of lines with such a mark that makes them comments
DEEPEST = 8  #: levels of lists
UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
PLAIN = str.maketrans("’‘“”„，；：！？（）", '\'\'""",;:!?()')  #: one character for one: offsets stay
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
NUMERAL = "一二三四五六七八九十"
BULLETS = "•·●◦–—*+-"
MARK = (
    rf"(?:\(?(?:\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}|[A-Za-z]|[ivxIVX]{{2,5}})(?:\)|\\?\.(?!\d))(?=[\s*_\"']|[{CJK}])"
    rf"|\d{{1,2}}\.[a-z]\)|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}(?=[\s*_])"
    rf"|\(?[{NUMERAL}]{{1,3}}[),.、]|\d{{1,2}}、|第[{NUMERAL}\d]{{1,3}}[条條章节節款]"
    r"|(?:Section|SECTION|Article|ARTICLE|Clause|CLAUSE)[ \t]{1,3}(?:\d{1,2}(?:\.\d{1,2}){0,2}|[IVX]{1,5})\b"
    rf"|[{BULLETS}](?=\s))"
)
SPACE = r"[ \t>#*/_|\"]{0,16}"


@cache
def _regex(name: str) -> re.Pattern[str]:
    """Compiled when a text needs it."""
    return re.compile(
        {
            "mark": rf"{SPACE}(?:(?:and|or|AND|OR)[ \t]{{1,3}})?({MARK})",
            "break": rf"\n(?:[ \t>#*/;]{{0,16}}\n|(?={SPACE}(?:{MARK}|#)))"
            rf"|[.!?;](?=[\"')\]*_]{{0,4}}(?:\s|$|[{CJK}]))|。"
            rf"|:(?=[\"*_]{{0,4}}[ \t]{{0,16}}(?:\n|{MARK}|$))|(?<=\n)[ \t]{{0,3}}#[^\n]{{0,200}}(?=\n)",
            "inline": r"(?<=[\s,:])\((?:[a-z]|[ivx]{1,4}|\d)\)",
            "comment": r"(?m)^[ \t]{0,16}[#/;*>%]{1,4}",
            "tag": r"</?[a-zA-Z][^<>\n]{0,200}>",
            "word": rf"[^\W_{CJK}]+(?:'t\b)?|[{CJK}]|[$€£¥%]",
            "before": r"[^\s(]{0,12}$",
        }[name]
    )


@cache
def _known(kind: str) -> frozenset[str]:
    return frozenset(table("clause_patterns")[kind].split())


class Piece(NamedTuple):
    """One sentence or list item. The first `carried` of its words are those of the heads above it."""

    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]  #: where each word stands in the text
    carried: int
    section: str


class _Level:
    """One level of sections or lists: what its marks look like, the last mark, and the head of the items in it."""

    def __init__(
        self, kind: str, label: str, head: Iterable[tuple[str, int, int]] = (), marks: str = "", fresh: int = 0
    ) -> None:
        self.kind = kind
        self.label = label
        self.head = list(head)
        self.marks = marks  #: what the marks in a sentence look like
        self.fresh = fresh  #: unmarked paragraphs that may still be its items


def readable(text: str) -> str:
    """The part of *text* that is read, without what nobody sees."""
    return text[:LIMIT].translate(UNSEEN)


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a *readable* text in order."""
    plain = _uncommented(_without_tags(text).translate(PLAIN))
    levels: list[_Level] = []
    paragraph = True
    for start, end in _cuts(plain):
        mark = _regex("mark").match(plain, start, end)
        if mark and mark[1][-1].isalnum() and not _begins_line(plain, mark.start(1)):
            mark = None  # "see Article 6; Article 7"
        if mark and mark[1] in BULLETS:
            mark = _regex("mark").match(plain, mark.end(), end) or mark
        words = list(_words(plain, mark.end() if mark else start, end))
        if mark:
            _enter(levels, mark[1], words)
        elif plain[start:end].lstrip().startswith("#"):
            levels[:] = [_Level("heading", plain[start:end].strip(" #*_\n\t")[:TITLE])]
        if words:
            heads = _heads(levels, bool(mark), paragraph)
            yield from _sized(heads, words, _section(levels))
            _open(levels, plain, start, end, words)
        paragraph = not plain[start:end].strip() or "\n\n" in plain[end : end + 2] or plain[end - 1 : end] == "\n"


def _uncommented(text: str) -> str:
    """*text* with spaces for the marks of comments, if almost every line has one; as long as before."""
    marks = Counter(line.lstrip()[:1] for line in text.splitlines())
    lines = sum(marks.values()) - marks.pop("", 0)
    mark, count = max(marks.items(), key=lambda item: item[1], default=("", 0))
    if mark not in COMMENTS or count < 3 or count < COMMENTED * lines:
        return text
    return _regex("comment").sub(lambda found: " " * len(found[0]), text)


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    """Where pieces begin and end."""
    start = 0
    for found in _regex("break").finditer(text):
        if found[0] in (".", "?", "!") and not _ends_sentence(text, start, found.start()):
            continue
        end = found.end()
        yield start, end
        start = end
    yield start, len(text)


def _ends_sentence(text: str, start: int, dot: int) -> bool:
    """The dot is none of an abbreviation or of the mark of an item."""
    found = _regex("before").search(text, max(start, dot - 12), dot)
    word = found[0].strip("\"'*_").lower() if found else ""
    if word in _known("abbreviations") or (len(word) < 2 and word.isalpha()):
        return False
    if dot - start < 12 and text[start:dot].strip(" \n\t>#*_(").lower() == word and word.strip("ivx0123456789.") == "":
        return False
    following = text[dot + 1 : dot + 40].lstrip(" \t\n\"')*_>#")
    return not following[:1].islower() or "\n\n" in text[dot + 1 : dot + 4]


def _begins_line(text: str, offset: int) -> bool:
    return not text[max(0, offset - 20) : offset].rpartition("\n")[2].strip(' \t>#*/_|"')


def _words(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    for found in _regex("word").finditer(text, start, end):
        yield found[0].lower(), found.start(), found.end()


def _without_tags(text: str) -> str:
    """*text* with spaces for the tags of HTML, and a mark for its list items; as long as before."""
    if "<" not in text:
        return text
    return _regex("tag").sub(lambda tag: (" - " if tag[0][:3].lower() == "<li" else "").ljust(len(tag[0])), text)


# --- levels ---------------------------------------------------------------------------------------------------------


def _kind(levels: list[_Level], mark: str) -> tuple[str, str]:
    """What a mark looks like, and what it says."""
    label = mark.strip("().,、\\ \t")
    first = label[0]
    if label[:3].lower() in ("sec", "art", "cla") and len(label) > 5:
        return "word", label.split()[-1]
    if first in "第" + NUMERAL:
        return ("word" if first == "第" else "numeral"), label
    if first in BULLETS:
        return "bullet", ""
    form = "()" if mark[0] == "(" else mark[-1] if mark[-1] in ").、" else ""
    if first.isdigit():
        return ("dotted" if "." in label else f"number{form}"), label
    last = next((level.label for level in reversed(levels) if level.kind[:5] in ("lower", "upper")), "")
    follows = len(label) == 1 and last and ord(first) == ord(last[-1]) + 1
    if all(c in "ivx" for c in label.lower()) and not follows:
        return ("roman" if first.islower() else "ROMAN") + form, label
    return ("lower" if first.islower() else "upper") + form, label


def _enter(levels: list[_Level], mark: str, words: list[tuple[str, int, int]]) -> None:
    """An item begins: back to the level that has marks like it, or one level deeper."""
    kind, label = _kind(levels, mark)
    known = [i for i, level in enumerate(levels) if level.kind == kind]
    fresh = levels[-1] if levels and levels[-1].fresh == UNMARKED else None
    deeper = fresh and (fresh.marks == kind if fresh.kind == "inline" else label.lower() in FIRST)
    if kind in ("word", "dotted") or (kind == "number." and any(level.kind == "dotted" for level in levels)):
        levels[:] = list(takewhile(lambda level: level.kind in ("heading", "word") or _is_above(level, label), levels))
    elif known and not deeper:
        del levels[known[-1] :]
    if len(levels) < DEEPEST:
        levels.append(_Level(kind, label))


def _is_above(level: _Level, label: str) -> bool:
    """A section that *label* names a part of: "2" of "2.1"; or a head within one."""
    return level.kind == "plain" or (level.kind in ("number.", "dotted") and label.startswith(f"{level.label}."))


def _heads(levels: list[_Level], marked: bool, paragraph: bool) -> list[tuple[str, int, int]]:
    """The words that a piece takes over from above."""
    if marked:
        return [word for level in levels[:-1] for word in level.head][-CARRIED:]
    if paragraph and levels and levels[-1].fresh:
        levels[-1].fresh -= 1
        return levels[-1].head[-CARRIED:]
    return []


def _open(levels: list[_Level], text: str, start: int, end: int, words: list[tuple[str, int, int]]) -> None:
    """A piece that ends in a colon is the head of what follows; one cut at a semicolon, up to its first mark."""
    stop = text[end - 1]
    inline = next((i for i, level in enumerate(levels) if level.kind == "inline"), None)
    if stop in ".\n。?!" and inline is not None:
        del levels[inline:]
    elif stop == ";" and inline is None and len(levels) < DEEPEST:
        mark = _regex("inline").search(text, start, end)
        if mark and (head := [word for word in words if word[2] <= mark.start()]):
            levels.append(_Level("inline", "", head[-CARRIED:], _kind(levels, mark[0])[0], UNMARKED))
    hangs = stop == "\n" and words[-1][0] in _known("hanging") and text[words[-1][2] : end].isspace()
    if stop != ":" and not hangs:
        return
    if levels and levels[-1].kind not in ("plain", "inline", "heading") and not levels[-1].head:
        levels[-1].head, levels[-1].fresh = words[-CARRIED:], UNMARKED
    elif len(levels) < DEEPEST:
        plain = next((i for i, level in enumerate(levels) if level.kind == "plain"), len(levels))
        levels[plain:] = [_Level("plain", "", words[-CARRIED:], "", UNMARKED)]


def _section(levels: list[_Level]) -> str:
    """The number of a section, top-level number first; else the heading it stands under."""
    named = [level for level in levels if level.label]
    numbers = [level.label for level in named if level.kind not in ("heading", "word")]
    numbers = [a for i, a in enumerate(numbers) if not any(b.startswith(f"{a}.") for b in numbers[i + 1 : i + 2])]
    words = [level.label for level in named if level.kind == "word"]
    return ".".join(numbers) or next(iter(words or [level.label for level in named]), "")


def _sized(heads: list[tuple[str, int, int]], words: list[tuple[str, int, int]], section: str) -> Iterator[Piece]:
    for first in range(0, len(words), LONGEST):
        own = words[first : first + LONGEST]
        carried = heads if first == 0 else words[max(0, first - CARRIED) : first]
        both = [*carried, *own]
        yield Piece(tuple(w for w, _, _ in both), tuple((a, b) for _, a, b in both), len(carried), section)


def line_of(text: str) -> list[int]:
    """Where the lines of *text* begin."""
    return [0, *(found.end() for found in re.finditer("\n", text))]


def line_at(begins: list[int], offset: int) -> int:
    """The line, from 1, that *offset* stands on."""
    return bisect_right(begins, offset)
