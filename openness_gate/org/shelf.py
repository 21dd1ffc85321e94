"""What was fetched from forges, by object id: trees and the contents of files. The pure part, for one batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openness_gate.model import NOTHING
from openness_gate.tuples import NamedTuple


class Tree(NamedTuple):
    """All that a commit holds."""

    entries: tuple[tuple[str, str, str], ...]  #: mode, object id, path
    sizes: Mapping[str, int]  #: bytes, by object id
    pointers: Mapping[str, bytes] = NOTHING  #: what is known of large files without fetching them
    unread: Mapping[str, str] = NOTHING  #: what could not be listed, and why


class Glance(NamedTuple):
    """What a first look at a commit told."""

    is_release: bool
    why: str


class Shelf:
    """In memory. `Store` keeps the same in a file."""

    folder = ""  #: where an origin may keep more; "" where nothing is kept

    def __init__(self) -> None:
        self.trees: dict[str, Tree] = {}
        self.contents: dict[str, bytes] = {}
        self.glances: dict[str, Glance] = {}
        self.needed: dict[str, frozenset[str]] = {}

    def tree(self, commit: str) -> Tree | None:
        return self.trees.get(commit)

    def keep_tree(self, commit: str, tree: Tree) -> None:
        self.trees[commit] = tree

    def blobs(self, oids: Iterable[str]) -> dict[str, bytes]:
        """Those of *oids* that are here."""
        return {oid: self.contents[oid] for oid in oids if oid in self.contents}

    def keep_blobs(self, blobs: Mapping[str, bytes]) -> None:
        self.contents.update(blobs)

    def glance(self, commit: str) -> Glance | None:
        return self.glances.get(commit)

    def keep_glance(self, commit: str, glance: Glance) -> None:
        self.glances[commit] = glance

    def needs(self, commit: str) -> frozenset[str]:
        """The object ids of the files of *commit* that were read when it was judged."""
        return self.needed.get(commit, frozenset())

    def keep_needs(self, commit: str, oids: Iterable[str]) -> None:
        self.needed[commit] = self.needs(commit) | frozenset(oids)
