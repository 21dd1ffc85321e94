"""Fits a text of sections into a budget: rows are left out from the end, the least important sections first. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Union

from openness_gate.tuples import NamedTuple


class Rows:
    """Rows that are written when they are looked at, once: most of very many are never."""

    def __init__(self, of: Sequence[Any], write: Callable[[Any], str]) -> None:
        self._of, self._write = of, write
        self._written: list[str] = []

    def __len__(self) -> int:
        return len(self._of)

    def __iter__(self) -> Iterator[str]:
        for place, one in enumerate(self._of):
            if place == len(self._written):
                self._written.append(self._write(one))
            yield self._written[place]


class Section(NamedTuple):
    """Rows that belong together. Head and tail stand around what is kept of them, and go with the last."""

    rank: int  #: the lowest is filled first
    head: str
    rows: Union[Rows, Sequence[str]]
    tail: str = "\n"
    cells: int = 0  #: of the table that the rows are of; 0: they are lines
    group: int = 0
    heading: str = ""  #: of the group, before the first of its sections that is kept


class Budget(NamedTuple):
    """How much there may be, how it is measured, and what is said of the rest."""

    most: int
    size: Callable[[str], int]
    more: Callable[[int], str]  #: "12 more in the report"


def fitted(sections: Sequence[Section], budget: Budget) -> str:
    """The sections in their order, each with as many of its rows as there is room for."""
    size = budget.size
    every = sum(len(section.rows) for section in sections)
    left = budget.most - size(_rest(every, budget))
    kept = [0] * len(sections)
    headed: set[int] = set()
    for place, section in sorted(enumerate(sections), key=lambda one: one[1].rank):
        heading = 0 if section.group in headed else size(section.heading)
        count, used = _kept(section, left - heading, budget)
        if count:
            kept[place], left = count, left - heading - used
            headed.add(section.group)
    return _text(sections, kept, budget)


def _kept(section: Section, left: int, budget: Budget) -> tuple[int, int]:
    """How many rows of *section* fit, and what they need with all that belongs to them."""
    left -= (shell := budget.size(section.head) + budget.size(section.tail))
    reserve = budget.size(_more(section, len(section.rows), budget))
    used = within = count = 0
    for row in section.rows:
        used += budget.size(row)
        if used > left:
            break
        if used <= left - reserve:
            within, count = used, count + 1
    else:
        return len(section.rows), shell + used
    return count, shell + within + reserve


def _more(section: Section, missing: int, budget: Budget) -> str:
    """The last row, of a section that is cut."""
    says = budget.more(missing)
    return f"| {says} {'| ' * section.cells}\n" if section.cells else f"- {says}\n"


def _rest(missing: int, budget: Budget) -> str:
    """The last line, where whole sections are left out."""
    return f"{budget.more(missing)}\n"


def _text(sections: Sequence[Section], kept: Sequence[int], budget: Budget) -> str:
    parts, group, missing = [], None, 0
    for section, count in zip(sections, kept, strict=True):
        if not count:
            missing += len(section.rows)
            continue
        if section.group != group:
            parts.append(section.heading)
            group = section.group
        parts += [section.head, *islice(section.rows, count)]
        if cut := len(section.rows) - count:
            parts.append(_more(section, cut, budget))
        parts.append(section.tail)
    return "".join(parts) + (_rest(missing, budget) if missing else "")
