"""Markdown as GitHub shows it, by GitHub's own parser (cmark-gfm), and what GitHub would find in it afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

LINKED = {
    "a mention": r"(?<![\w`])@[A-Za-z0-9]",
    "an issue": r"#\d|\bGH-\d",
    "an advisory": r"\b(?:GHSA|CVE)-\w",
    "a commit": r"(?<![0-9a-zA-Z])[0-9a-f]{7,40}(?![0-9a-zA-Z])",
    "an address": r"\w://|\bwww\.",
    "a mail address": r"[\w.+-]@[\w-]+\.\w",
    "emoji": r":[\w+-]+:",
}
"""What GitHub turns into links and images in the text that a parser leaves, by its documentation on writing."""


class Page(HTMLParser):
    """The tags of a page in their order, and the text between them."""

    def __init__(self, markdown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.others: list[str] = []
        self.open: list[str] = []
        self.text: list[tuple[str, str]] = []  #: the tag around it, and the text
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.tags[-5:])
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text.append((self.open[-1] if self.open else "", data))

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def words(self) -> str:
        """All text, without what is there only to break links."""
        return "".join(data for _, data in self.text).replace("\u200b", "")

    def skeleton(self) -> list[str]:
        """The tags, without those around a dollar."""
        return [tag for tag in self.tags if tag not in ("span", "/span")]

    def columns(self) -> Iterator[list[int]]:
        """How many cells each row has, table by table."""
        rows: list[int] = []
        for tag in self.tags:
            if tag == "table":
                rows = []
            elif tag == "tr":
                rows.append(0)
            elif tag in ("th", "td"):
                rows[-1] += 1
            elif tag == "/table":
                yield rows


def linked(page: Page) -> list[str]:
    """What GitHub would make a link or an image of. A run of text ends where a tag stands; a chart is none."""
    return [
        f"{name}: {found[0]!r} in {data[:80]!r}"
        for _, data in page.text
        if not data.startswith("flowchart LR\n")
        for name, pattern in LINKED.items()
        if (found := re.search(pattern, data, re.IGNORECASE if name == "an address" else 0))
    ]
