"""Documents: READMEs, cards, datasheets and reports in Markdown, reStructuredText or HTML, as sections.

Front matter follows the Hub's grammar: blank lines, `---`, YAML, `---`. What is no YAML mapping there is a ruler.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openness_gate import located
from openness_gate.facts import blob_fact, fact
from openness_gate.facts.content import text
from openness_gate.facts.headings import roles, words
from openness_gate.facts.paths import base, is_foreign, stem
from openness_gate.messages import say
from openness_gate.model import Place, Repo
from openness_gate.tuples import NamedTuple

ENDINGS = (".md", ".rst", ".markdown", ".mdx", ".html", ".adoc")
BARE = ("readme", "readme.txt", "model_card", "model_card.txt", "datasheet.txt")
MOST_DOCUMENTS = 300
TITLE_LIMIT = 200  #: characters of a heading
RULE_OF_TABLE = re.compile(r"[\s:-]*-[\s:-]*(?:\|[\s:-]*-[\s:-]*)+")  #: `---|---`, below the head of a table
UNDERLINES = frozenset("=-~^\"'`#*+.:_")


class Section(NamedTuple):
    """A heading with what stands below it, up to the next heading."""

    title: str
    level: int  #: 1 is the outermost; 0 is what stands before the first heading
    at: Place
    lines: tuple[tuple[int, str], ...]  #: the prose, with line numbers; without code blocks
    roles: frozenset[str] = frozenset()
    inherited: frozenset[str] = frozenset()  #: what the nearest section around it that says something is about
    within: frozenset[str] = frozenset()  #: what it and all the sections around it are about
    code: str = ""  #: what stands in its code blocks

    @property
    def body(self) -> str:
        return "\n".join(line for _, line in self.lines)

    @property
    def words(self) -> int:
        return words(self.body)

    def about(self, *wanted: str) -> bool:
        """Its own heading is about one of *wanted*, or one around it is and its own says nothing."""
        return bool((self.roles or self.inherited) & set(wanted))


class Document(NamedTuple):
    """One document."""

    path: str
    sections: tuple[Section, ...]
    front: located.Doc | None = None  #: front matter; always a mapping
    trouble: str = ""  #: why its front matter cannot be read
    trouble_line: int = 0

    @property
    def meta(self) -> dict[str, object]:
        return self.front.value if self.front else {}

    @property
    def title(self) -> str:
        """Its first heading that is no news and no table of contents."""
        return next((s.title for s in self.sections if s.level and "updates" not in s.roles), "")

    @property
    def words(self) -> int:
        return sum(section.words for section in self.sections)

    def about(self, *wanted: str) -> Iterator[Section]:
        return (section for section in self.sections if section.about(*wanted))


@fact
def documents(repo: Repo) -> tuple[Document, ...]:
    """The documents of a release, those nearest to its root first."""
    paths = [p for p in repo.paths if is_document(p) and not is_foreign(p)]
    paths.sort(key=lambda p: (p.count("/"), stem(p) != "readme", not base(p).startswith(("readme", "model")), p))
    if len(paths) > MOST_DOCUMENTS:
        repo.log.notice(say("only {n} of {all} documents were read", n=MOST_DOCUMENTS, all=len(paths)))
    found = (document(repo, path) for path in paths[:MOST_DOCUMENTS])
    return tuple(one for one in found if one.sections or one.front or one.path not in repo.log.unread)


def is_document(path: str) -> bool:
    """A text to be read; license texts and what contributors must do are none."""
    name = base(path)
    if "licen" in name or name.startswith(("contributing", "code_of_conduct", "changelog", "security")):
        return False
    return name.endswith(ENDINGS) or name in BARE


@blob_fact
def document(repo: Repo, path: str) -> Document:
    """One document, parsed."""
    lines = text(repo, path).split("\n")
    front, trouble, skip = _front_matter(lines, path)
    if trouble:
        repo.log.notice(say("the front matter cannot be read: {why}", why=trouble.says), trouble.at)
    reader = _Reader(path, rst=path.lower().endswith(".rst"))
    for number, line in enumerate(lines[skip:], skip + 1):
        reader.take(number, line)
    sections = tuple(_with_context(reader.finish()))
    if trouble:
        return Document(path, sections, front, trouble.says, trouble.at.line)
    return Document(path, sections, front)


def _front_matter(lines: list[str], path: str) -> tuple[located.Doc | None, located.Malformed | None, int]:
    """The front matter, what is wrong with it, and how many lines it takes."""
    start = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if not lines[start : start + 1] or lines[start].rstrip() != "---":
        return None, None, 0
    end = next((i for i in range(start + 1, len(lines)) if lines[i].rstrip() == "---"), None)
    looks_like_yaml = any(_is_key(line) for line in lines[start + 1 : start + 4])
    if end is None:
        wrong = located.Malformed(say("it begins with --- and does not end"), Place(path, start + 1))
        return None, wrong if looks_like_yaml else None, 0
    try:
        doc = located.parse("\n".join(lines[start + 1 : end]), path, first_line=start + 2)
    except located.Malformed as error:
        return None, error if looks_like_yaml else None, end + 1 if looks_like_yaml else 0
    return (doc, None, end + 1) if isinstance(doc.value, dict) else (None, None, 0)


def _is_key(line: str) -> bool:
    key, colon, _ = line.partition(":")
    return bool(colon) and key.replace("_", "").replace("-", "").strip().isalnum()


class _Reader:
    """Splits lines into sections."""

    def __init__(self, path: str, rst: bool) -> None:
        self.path = path
        self.rst = rst
        self.done: list[tuple[int, str, int, list[tuple[int, str]], list[str]]] = []
        self.head: tuple[int, str, int] = (0, "", 1)  #: of the open section: level, title, line
        self.current: list[tuple[int, str]] = []
        self.code: list[str] = []
        self.fence = ""
        self.comment = False  #: inside `<!-- … -->`, which no reader sees
        self.tag = ""  #: an HTML heading that is still open, with its text so far
        self.tag_line = 0
        self.underlines: list[str] = []
        self.table = False  #: inside a table whose rows do not begin with a bar

    def take(self, number: int, line: str) -> None:
        if not self.fence and (self.comment or "<!--" in line):
            line = self._without_comment(line)
        stripped = line.strip()
        if self.fence:
            if stripped.startswith(self.fence) and not stripped.strip(self.fence[0]):
                self.fence = ""
            else:
                self.code.append(line)
        elif not self.rst and (fence := _fence(stripped)):
            self.fence = fence
        elif self.tag or (stripped[:2].lower() == "<h" and stripped[2:3].isdigit()):
            self._html(number, stripped)
        elif heading := _heading(line, stripped):
            self._begin(number, *heading)
        elif self._is_underline(stripped):
            title_line, title = self.current.pop()
            self._begin(title_line, self._underline_level(stripped), title.strip())
        else:
            self._text(number, line, stripped)

    def _text(self, number: int, line: str, stripped: str) -> None:
        """A line of prose; the rows of a table begin with a bar, also where the author left it out."""
        if RULE_OF_TABLE.fullmatch(stripped) and self.current and "|" in self.current[-1][1]:
            at, head = self.current[-1]
            self.table = not head.lstrip().startswith("|")
            if self.table:
                self.current[-1] = (at, f"| {head.strip()}")
        self.table = self.table and "|" in stripped
        self.current.append((number, f"| {stripped}" if self.table else line))

    def _without_comment(self, line: str) -> str:
        kept = ""
        while line:
            mark = "-->" if self.comment else "<!--"
            before, found, line = line.partition(mark)
            kept += "" if self.comment else before
            self.comment = self.comment != bool(found)
        return kept

    def _html(self, number: int, stripped: str) -> None:
        self.tag_line = self.tag_line or number
        self.tag += " " + stripped
        lower = self.tag.lower()
        if "</h" in lower or len(self.tag) > 2000:
            start = lower.find("<h")
            title = self.tag[start : lower.rfind("</h")] if "</h" in lower else self.tag
            self._begin(self.tag_line, int(lower[start + 2]), _untagged(title))
            self.tag, self.tag_line = "", 0

    def _is_underline(self, stripped: str) -> bool:
        if len(stripped) < 3 or len(set(stripped)) != 1 or stripped[0] not in (UNDERLINES if self.rst else "=-"):
            return False
        above = self.current[-1][1].strip() if self.current else ""
        if not above or above[0] in "|>-*+" or len(above) > 120:
            return False
        before = self.current[-2][1].strip() if len(self.current) > 1 else ""
        return not before or len(set(before)) == 1

    def _underline_level(self, stripped: str) -> int:
        if not self.rst:
            return 1 if stripped[0] == "=" else 2
        if stripped[0] not in self.underlines:
            self.underlines.append(stripped[0])
        return self.underlines.index(stripped[0]) + 1

    def _begin(self, number: int, level: int, title: str) -> None:
        self.done.append((*self.head, self.current, self.code))
        self.head, self.current, self.code = (level, title[:TITLE_LIMIT], number), [], []

    def finish(self) -> Iterator[Section]:
        self.done.append((*self.head, self.current, self.code))
        for level, title, number, lines, code in self.done:
            if title or code or any(line.strip() for _, line in lines):
                about = roles(title) if title else frozenset()
                yield Section(title, level, Place(self.path, number), tuple(lines), about, code="\n".join(code))


def _fence(stripped: str) -> str:
    """The marks that begin a block of code; what ends with them on the same line is code within a text."""
    if not stripped.startswith(("```", "~~~")):
        return ""
    rest = stripped.lstrip(stripped[0])
    return "" if "`" in rest and stripped[0] == "`" else stripped[: len(stripped) - len(rest)]


def _heading(line: str, stripped: str) -> tuple[int, str] | None:
    """Level and title of a line that is a heading by itself: `## x`, or a line that is only bold."""
    if stripped.startswith("#") and len(line) - len(line.lstrip()) < 4:
        level = len(stripped) - len(stripped.lstrip("#"))
        title = stripped[level:].strip().rstrip("#").strip()
        if level <= 6 and title and stripped[level] in " \t":
            return level, title
    if stripped.startswith("**") and stripped.rstrip(":").endswith("**") and 5 < len(stripped) < 80:
        title = stripped.rstrip(":").strip("*").strip()
        if title and "**" not in title and "|" not in title:
            return 7, title.rstrip(":")
    return None


def _untagged(html: str) -> str:
    out, depth = [], 0
    for character in html:
        depth += (character == "<") - (character == ">" and depth > 0)
        if not depth and character != ">":
            out.append(character)
    return " ".join("".join(out).split())


def _with_context(sections: Iterator[Section]) -> Iterator[Section]:
    """Each section with what the ones around it are about."""
    around: list[Section] = []
    for section in sections:
        while around and around[-1].level >= section.level:
            around.pop()
        inherited = next((above.roles for above in reversed(around) if above.roles), frozenset())
        around.append(section)
        within = frozenset().union(*(above.roles for above in around))
        yield section._replace(inherited=inherited, within=within)
