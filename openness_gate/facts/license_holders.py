"""Which lines of a license text say nothing: its title, and who holds the copyright.

An open verdict needs every word explained, and names cannot be listed. So a statement of holders is taken apart by its
form: marks and years, then names between commas and `and`. A name is capitalised, or one word alone, or, in Chinese,
Japanese and Korean, short or with the affix of an organization; none has a word that a restriction is made of. What has
another form (brackets, dashes, a second sentence) says something.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection
from functools import cache

from openness_gate.facts.license_words import CJK, PICTURES, Words, is_simple, split
from openness_gate.facts.tables import table

MOST_WORDS = 30  #: in one statement of a holder
MOST_OF_A_NAME = 9  #: words of one name
SHORT = 4  #: characters of a name in Chinese, Japanese or Korean that has no affix of an organization
LONG = 20  #: of one that has
WIDE_MARKS = "版权所有|版權所有|著作权|著作権|저작권"
SEPARATORS = r"[,&/;\n+|、，;]|\band\b|\bet al\b\.?|\bwith\b"


def silent(raw: str, names: Collection[str]) -> bool:
    """Whether *raw* says nothing but who holds the copyright and what the license is called (its words: *names*)."""
    if len(raw) > 20_000:
        return False
    parts = _parts().split(_without_asides(raw))
    return all(_says_nothing(piece, names) for part in parts for piece in _marks().split(part))


def is_holder_line(line: str) -> bool:
    """Whether *line* names holders of the copyright and years, and nothing else."""
    return bool(_marks().match(_bare(line))) and silent(line, ())


def names_only(raw: str) -> bool:
    """Whether *raw*, which stands where a license leaves room for a name, is one."""
    return _are_holders(_without_asides(raw))


def speaks_from(words: Words, first: int, last: int, names: Collection[str]) -> int:
    """The first word, from *first* to before *last*, of a line that says something."""
    at = words.ends[first - 1] if first else 0
    for line in words.raw(first, last).splitlines(keepends=True):
        if not silent(line, names):
            return min(max(first, bisect_left(words.starts, at)), last - 1)
        at += len(line)
    return first


def _bare(piece: str) -> str:
    """*piece* without the marks of comments, lists and headings before it."""
    return piece.lstrip(" \t\n#*/-_;>%\"'|•·=+.")


@cache
def _parts() -> re.Pattern[str]:
    return re.compile(r"\n[-\s#*/;>%|=_+.]*\n")


@cache
def _marks() -> re.Pattern[str]:
    return re.compile(
        rf"(?=\b(?:portions )?copyrights?\b|©|\(c\)\s|\ball rights reserved\b|{WIDE_MARKS})", re.IGNORECASE
    )


@cache
def _vocabulary(name: str) -> frozenset[str]:
    return frozenset(table("license_clauses")[name])


# --- titles ---------------------------------------------------------------------------------------------------------


def _says_nothing(piece: str, names: Collection[str]) -> bool:
    words = split(piece).words
    if not words:
        return True
    if _marks().match(_bare(piece)):
        return _are_holders(piece)
    if len(words) > MOST_WORDS:
        return False
    titles = _vocabulary("title")
    if (divider := _divider().fullmatch(piece.strip())) and set(split(divider[1]).words) <= _vocabulary("divided"):
        return True
    if all(word in titles or word in names or (word.isdigit() and len(word) <= 4) for word in words):
        return True
    addresses = [token for token in piece.split() if "://" in token]
    said = {word for token in piece.split() if "://" not in token for word in split(token).words}
    credit = _vocabulary("credit")
    credited = said <= titles | credit | set(names) and not said <= titles | set(names)
    return credited and said.isdisjoint({"terms", "license"}) and all(map(_is_plain, addresses))


@cache
def _divider() -> re.Pattern[str]:
    """A line between two texts of one file that says for what the second is: `---- LICENSE for training code ----`."""
    return re.compile(r"[-=*#_]{3,}[ \t]{0,4}licen[sc]e for ([\w \t]{2,40}?)[ \t]{0,4}[-=*#_]{3,}", re.IGNORECASE)


# --- holders --------------------------------------------------------------------------------------------------------


def _are_holders(piece: str) -> bool:
    """Whether *piece*, which begins with a mark of copyright, goes on with years and names, and with nothing else."""
    if len(piece) > 600 or len(piece.split()) > 2 * MOST_WORDS:
        return False
    for known in table("license_clauses")["holders"]:
        piece = re.sub(re.escape(known).replace("\\ ", r"\s+"), "FSF", piece, flags=re.IGNORECASE)
    return _are_names(_years().sub(" ", _reserved().sub("\n", piece)))


@cache
def _reserved() -> re.Pattern[str]:
    return re.compile(
        r"all rights? (?:are )?reserved|保留所有权利|保留一切权利"
        rf"|portions? (?=copyright)|\bcopyrights?\b|\bcopr\b|\(c\)|©|{WIDE_MARKS}",
        re.IGNORECASE,
    )


@cache
def _years() -> re.Pattern[str]:
    last = r"(?:19|20)?\d\d\b\s*[年년]?|20\dx\b|present\b|today\b|now\b"
    return re.compile(rf"\b(?:19|20)\d\d\b\s*[年년]?(?:\s*(?:[-–—~,]|to)\s*(?:{last}))*", re.IGNORECASE)


@cache
def _aside() -> re.Pattern[str]:
    """What may stand beside a name: an address, a short form, or a place that waits for a name."""
    owner = r"name of (?:copyright owner|author)|full ?name|names?|copyright holders?|holders?|owner|authors?"
    waits = rf"[\[<{{](?:year|yyyy|dates?|y|{owner}|organization|company)[\]>}}]"
    short = r"\(['\"“][A-Z][\w-]{1,20}['\"”]\)"
    mail = r"[\w.+-]{1,64}@[\w.-]{1,64}"
    spelled = r"[\w.-]+ (?:at|AT|\[at\]) [\w.-]+(?: (?:dot|DOT) \w+)*"
    host = r"(?:www\.)?[\w-]{1,40}(?:\.[\w-]{1,40}){1,4}"
    page = rf"(?:https?://)?{host}(?:/(?:license|~?[\w-]{{1,24}})?)?/?"
    bare = rf"https?://{host}(?:/license)?/?(?=[\s.,;)]|$)"
    return re.compile(rf"{waits}|{short}|[<(\[]\s*(?:mailto:)?(?:{mail}|{page}|{spelled})\s*[>)\]]|{mail}|{bare}")


@cache
def _speaks() -> re.Pattern[str]:
    """Marks that no list of names has."""
    return re.compile(r"[()\[\]{}<>:!?·•！？：（）【】「」『』《》。~→=$€%#]|\s[-–—]+\s(?!\s*$)|\w\*\w")


def _are_names(text: str) -> bool:
    if _speaks().search(re.sub(r"(?m)^[\s#*/;>%|=_+.:-]+", "", text).strip(" \n.-:*_\"'")):
        return False
    text = re.sub(r",(?=\s*(?:inc|llc|ltd|co|corp|gmbh|s\.?a|bv|pte|plc|limited)\b)", " ", text, flags=re.IGNORECASE)
    parts = re.split(SEPARATORS, _abbreviations_closed(text), flags=re.IGNORECASE)
    names = [name for part in parts if (name := part.strip(" \t.*_\"'-"))]
    words = sum(len(name.split()) for name in names)
    return words <= MOST_WORDS and all(_is_name(name, i == 0) for i, name in enumerate(names))


def _without_asides(raw: str) -> str:
    raw = _aside().sub(lambda m: " " if _is_plain(m[0]) else m[0], raw)
    return _filled_in().sub(r"\1 \2 \3", raw)


@cache
def _filled_in() -> re.Pattern[str]:
    """Brackets of a form that somebody filled in and left: `Copyright [2024] [Acme]`."""
    inside = r"[\[{]([^\[\]{}\n]{1,60})[\]}]"
    return re.compile(rf"(copyright(?: ?\(c\))?) ?{inside}(?: ?{inside})?", re.IGNORECASE)


def _is_plain(aside: str) -> bool:
    """An address that says nothing by its words."""
    words = (word for word in re.findall(r"[^\W\d_]{3,}", aside) if word.lower() not in _vocabulary("address"))
    return not any(map(_is_operative, words))


def _abbreviations_closed(text: str) -> str:
    """*text* in which a full stop that ends a sentence is a mark of its own: nobody is called after it."""
    return re.sub(r"(?<=[^\W\d_]{3})\.\s+(?=\S)", lambda m: m[0] if _ends_short(text[: m.start()]) else " \x00 ", text)


def _ends_short(before: str) -> bool:
    last = re.findall(r"[^\W\d_]+", before[-24:])
    return bool(last) and last[-1].lower() in _vocabulary("abbreviation")


def _is_name(name: str, first: bool) -> bool:
    """Whether *name* has the form of one; the *first* may be one word in small letters, as people call themselves."""
    tokens = name.split()
    words = [word for token in tokens for word in _pieces(is_simple(token)).findall(token)]
    if not words or "\x00" in name or len(tokens) > MOST_OF_A_NAME:
        return False
    wide = [word for word in words if _is_wide(word)]
    if any(_is_operative(word) for word in words if not _is_wide(word)) or (wide and not _is_wide_name(wide)):
        return False
    return all(_has_letters(w, tokens) for w in words if w.isdigit()) and _is_written_as_name(
        name, tokens, words, first
    )


def _is_written_as_name(name: str, tokens: list[str], words: list[str], first: bool) -> bool:
    """Capitals but for particles; one other small word where that is all, between two names, or of a named group."""
    small = [t for t in tokens if any(map(_is_small, _pieces(is_simple(t)).findall(t)[:1]))]
    if len(small) != 1:
        return not small
    nick = first and len(tokens) == 1 and name.isascii()
    particle = len(tokens) > 2 and small == tokens[1:2] and len(small[0]) < SHORT
    group = len(tokens) <= SHORT + 2 and words[-1].lower() in _vocabulary("group")
    return nick or particle or group


def _has_letters(number: str, tokens: list[str]) -> bool:
    """A number is of a name where letters stand beside it: `01.AI`."""
    return len(number) <= 4 and all(re.search(r"[^\W\d_]", token) for token in tokens if number in token)


def _is_wide_name(runs: list[str]) -> bool:
    """Whether runs of Chinese, Japanese or Korean are a person's name or that of an organization."""
    rest, affixes, known = "".join(runs), 0, table("license_clauses")
    for affix in known["affixes_cjk"]:
        affixes += rest.count(affix)
        rest = rest.replace(affix, "")
    if not _vocabulary("operative_cjk").isdisjoint(rest) or any(word in rest for word in known["words_cjk"]):
        return False
    return len(runs) <= 2 and (len(rest) <= LONG if affixes else all(len(run) <= SHORT for run in runs))


@cache
def _pieces(simple: bool) -> re.Pattern[str]:
    return re.compile(r"[^\W_]+|~~" if simple else rf"[^\W_{CJK}]+|[{CJK}]+|~~|[{PICTURES}]")


def _is_small(word: str) -> bool:
    """Whether it looks like a word of a sentence and not of a name."""
    letter = word[0].isalpha() and not word[0].isupper() and not _is_wide(word)
    return letter and word.lower() not in _vocabulary("holder")


def _is_wide(word: str) -> bool:
    return "\u3040" <= word[0] <= "\u9fff" or "\uac00" <= word[0] <= "\ud7af" or "\uf900" <= word[0] <= "\ufaff"


def _is_operative(word: str) -> bool:
    if not word[0].isalnum():
        return True
    small = word.lower()
    if small in _vocabulary("holder_though"):
        return False
    return small in _vocabulary("operative") or small.startswith(tuple(_vocabulary("operative_stems")))
