"""A license with what it covers: the vocabulary of the facts about licenses."""

from __future__ import annotations

from enum import IntEnum

from openness_gate.model import Group, License
from openness_gate.tuples import NamedTuple


class Rank(IntEnum):
    """Which statement about a thing counts: the lowest. The order is the one that the documentation promises."""

    HEADER = 1  #: an SPDX header in the file
    NAMED_FILE = 2  #: a license file named for the component
    SENTENCE = 3  #: a sentence or a row of a table
    FRONT_MATTER = 4  #: the card's front matter, or metadata inside the file itself
    NEAREST = 5  #: the nearest license file above


class Terms(NamedTuple):
    """A license and what it covers."""

    license: License
    groups: frozenset[Group]
    folder: str | None  #: a path in the folder whose files it covers; None: wherever they are, also linked
    rank: Rank
    always: bool = False  #: a restriction, which no more specific statement lifts
    of_work: bool = False  #: said of the work as such, so of what it holds where it holds no parameters
