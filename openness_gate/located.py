"""YAML and JSON that remember their lines, and refuse what attacks parsers.

Built on the events of PyYAML's safe loader, without recursion. Refused, each with its line: anchors and aliases (a file
of 341 bytes can grow past any memory), merge keys, duplicate keys (the last would silently win), tags, nesting beyond
`MAX_DEPTH`, more than `MAX_NODES` values, more than `MAX_BYTES`. Scalars follow YAML 1.2's core schema without its
floats: `no` is the word no, `1.10` and dates stay as they were written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from openness_gate.messages import say
from openness_gate.model import NOTHING, GateError, Place
from openness_gate.tuples import NamedTuple

MAX_BYTES = 512 << 10
MAX_DEPTH = 40
MAX_NODES = 50_000
MOST_NAMES = 40  #: in a hint

Keys = tuple[Any, ...]


class Malformed(GateError):
    """A document that cannot be parsed; `at` is where."""

    def __init__(self, says: str, at: Place) -> None:
        super().__init__(f"{at}: {says}")
        self.says, self.at = says, at


class Doc(NamedTuple):
    """A parsed document: plain values, and the line of each by its keys."""

    path: str
    value: Any
    lines: Mapping[Keys, int]
    paths: Mapping[Keys, str] = NOTHING  #: of values that were written in another file

    def place(self, *keys: str | int) -> Place:
        """Where the value under *keys* stands, or the nearest thing around it."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return Place(self.paths.get(keys, self.path), self.lines.get(keys, 1))

    def error(self, says: str, *keys: str | int) -> Malformed:
        named = ".".join(map(str, keys))
        return Malformed(f"{named}: {says}" if named else says, self.place(*keys))


class _Open:
    """A collection that is being filled."""

    def __init__(self, keys: Keys, into: dict[str, Any] | list[Any]) -> None:
        self.keys = keys
        self.into = into
        self.pending: str | None = None  #: the key whose value comes next


class _Builder:
    """Puts the events of a document together."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.lines: dict[Keys, int] = {}
        self.stack: list[_Open] = []
        self.root: Any = None
        self.documents = 0

    def fail(self, says: str, event: Any) -> Malformed:
        return Malformed(says, Place(self.path, event.start_mark.line + self.first_line))

    def put(self, value: Any, event: Any) -> Keys:
        """Store *value* where the document says; its keys."""
        line = event.start_mark.line + self.first_line
        if not self.stack:
            self.root = value
            self.lines.setdefault((), line)
            return ()
        top = self.stack[-1]
        if isinstance(top.into, list):
            keys = (*top.keys, len(top.into))
            top.into.append(value)
        else:
            assert top.pending is not None
            keys = (*top.keys, top.pending)
            top.into[top.pending] = value
            top.pending = None
        self.lines.setdefault(keys, line)
        if len(self.lines) > MAX_NODES:
            raise self.fail(say("more than {n} values", n=MAX_NODES), event)
        return keys

    def key(self, event: Any) -> None:
        top = self.stack[-1]
        if event.value == "<<":
            raise self.fail(say("merge keys (`<<`) are not read"), event)
        if event.value in top.into:
            raise self.fail(say("the key {key!r} stands twice", key=event.value), event)
        top.pending = event.value
        keys = (*top.keys, event.value)
        self.lines[keys] = event.start_mark.line + self.first_line

    @property
    def wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].into, dict) and self.stack[-1].pending is None

    def begin(self, into: dict[str, Any] | list[Any], event: Any) -> None:
        if self.wants_key:
            raise self.fail(say("a key must be one word or phrase"), event)
        if len(self.stack) >= MAX_DEPTH:
            raise self.fail(say("nested more than {n} deep", n=MAX_DEPTH), event)
        self.stack.append(_Open(self.put(into, event), into))


def parse(text: str, path: str, first_line: int = 1) -> Doc:
    """The YAML (or JSON) document *text*, which begins on line *first_line* of *path*; `Malformed` if it is none."""
    import yaml

    if len(text) > MAX_BYTES:
        raise Malformed(say("more than {n} KiB of YAML", n=MAX_BYTES >> 10), Place(path, first_line))
    builder = _Builder(path, first_line)
    try:
        for event in yaml.parse(text, Loader=_loader()):
            _take(builder, event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        if "nesting depth" in str(error.problem):  # newer parsers have a limit of their own, and meet it sooner
            raise Malformed(say("nested more than {n} deep", n=MAX_DEPTH), Place(path, line)) from None
        raise Malformed(say("not YAML: {problem}", problem=error.problem or error), Place(path, line)) from None
    except yaml.YAMLError as error:
        first = str(error).split("\n")[0]
        raise Malformed(say("not YAML: {problem}", problem=first), Place(path, first_line)) from None
    except ValueError as error:  # among them what cannot be encoded
        raise Malformed(say("not YAML: {problem}", problem=error), Place(path, first_line)) from None
    return Doc(path, builder.root, builder.lines)


@cache
def _loader() -> Any:
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _take(builder: _Builder, event: Any) -> None:
    kind = type(event).__name__
    if kind == "AliasEvent" or getattr(event, "anchor", None):
        raise builder.fail(say("anchors and aliases are not read"), event)
    if getattr(event, "tag", None) and not isinstance(event.tag, dict):
        raise builder.fail(say("tags (`!`) are not read"), event)
    if kind == "DocumentStartEvent":
        builder.documents += 1
        if builder.documents > 1:
            raise builder.fail(say("more than one YAML document"), event)
    elif kind == "ScalarEvent":
        if builder.wants_key:
            builder.key(event)
        else:
            builder.put(event.value if not event.implicit[0] else scalar(event.value), event)
    elif kind == "MappingStartEvent":
        builder.begin({}, event)
    elif kind == "SequenceStartEvent":
        builder.begin([], event)
    elif kind in ("MappingEndEvent", "SequenceEndEvent"):
        builder.stack.pop()


def scalar(text: str) -> str | int | bool | None:
    """A plain scalar by YAML 1.2's core schema, without floats."""
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    digits = text[1:] if text[0] in "+-" else text
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else text


def nearest(word: str, known: Collection[str]) -> str:
    """A did-you-mean for *word*, or what there is."""
    from difflib import get_close_matches

    if not known:
        return say("nothing is known here")
    near = get_close_matches(word, list(known), 1)
    if near:
        return say("did you mean {near!r}?", near=near[0])
    names = sorted(known)
    return say("known are {names}", names=", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else ""))


def written(doc: Doc, keys: Keys) -> Place:
    """The line of *doc* that made something so: where it writes, sets, adds or drops it, or what it builds on."""
    drops = doc.value.get("drop", ())
    if keys[:1] == ("rules",) and len(keys) > 1 and keys[1] in drops:
        return doc.place("drop", list(drops).index(keys[1]))
    for whole in (keys, *(keys[:n] for n in range(len(keys) - 1, 0, -1))):
        for where in (("set", *whole), ("add", *whole), whole):
            if where in doc.lines:
                return doc.place(*where)
    return doc.place("extends")


def strings(value: object) -> Iterator[str]:
    """The words in a value that may be one or a list of them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (item for item in value if isinstance(item, str))
