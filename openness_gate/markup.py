"""What others wrote, inside GitHub's Markdown: it stays text, on one line, within one cell of a table. Pure.

Characters that could mean something to Markdown become numeric references, which never are structure (CommonMark 0.31,
section 2.5). What GitHub finds afterwards in the text itself (mentions, issues, commits, addresses, emoji) is broken by
a zero-width space, written as a reference too. No character of a name or a sentence is lost, but for those that
`messages.tame` shows as escapes, and what is cut off at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from openness_gate.messages import tame

MOST = 200  #: characters of one name or sentence
GROWTH = 4  #: times as many may be needed to write them
ZERO_WIDTH = "\u200b"
ELLIPSIS = "…"

_MEANS_SOMETHING = {character: f"&#{ord(character)};" for character in "&<>`*_[]\\|~"} | {
    ZERO_WIDTH: "&#8203;",
    "$": "<span>$</span>",  # how GitHub's documentation says that a dollar is no formula
}
_BREAKS = re.compile(
    r"^(?=[-+=]|\d{1,9}[.)])"  # items of a list, and lines
    r"|(?<=[@#])"  # mentions, issues, and mail addresses
    r"|(?<=:)(?=//)"  # addresses, and those without a scheme
    r"|(?<=:)(?=[\w+-]+:)"  # emoji, some of which are images
    r"|(?<=\bwww)(?=\.)"
    r"|(?:(?<=\bGH)|(?<=\bCVE)|(?<=\bGHSA))(?=-\w)",  # issues, and advisories
    re.IGNORECASE,
)
_COMMIT = re.compile(r"(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])", re.IGNORECASE)
_SIX = re.compile(r".{6}(?=.)")


def text(said: str, most: int = MOST, growth: int = GROWTH) -> str:
    """*said* as Markdown that shows just that; at most *most* characters, and *growth* times as many to write them."""
    said = " ".join(tame(said).split())
    cut = said[:most]
    cut = _COMMIT.sub(lambda commit: _SIX.sub(rf"\g<0>{ZERO_WIDTH}", commit[0]), _BREAKS.sub(ZERO_WIDTH, cut))
    written, left = [], growth * most
    for character in cut:
        reference = _MEANS_SOMETHING.get(character, character)
        left -= len(reference)
        if left < 0:
            break
        written.append(reference)
    whole = left >= 0 and len(said) <= most
    return "".join(written) if whole else "".join(written) + ELLIPSIS


def code(said: str, most: int = MOST, growth: int = GROWTH) -> str:
    """The same, in the type of code; nothing for nothing."""
    return f"<code>{shown}</code>" if (shown := text(said, most, growth)) else ""


def row(cells: Iterable[str]) -> str:
    """A line of a table, of cells that are Markdown already."""
    return f"| {' | '.join(cells)} |\n"


def head(titles: Iterable[str]) -> str:
    """The first two lines of a table."""
    titles = tuple(map(text, titles))
    return row(titles) + row(("---",) * len(titles))


def label(said: str) -> str:
    """*said* as a label of a Mermaid chart, which knows no escapes: letters, digits, and what is safe between them."""
    return "".join(c if c.isascii() and (c.isalnum() or c in " .-%") else "-" for c in tame(said)[:40]).strip()
