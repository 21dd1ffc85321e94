"""Members of a forge, judged by what is read of them and no more: the engine says what it wants, all of it is fetched
in one go, and the engine looks again, until it wants nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Union

from openness_gate.answers import Denied
from openness_gate.messages import say
from openness_gate.model import Unreadable
from openness_gate.org.judging import Snapshot, failed, outcome
from openness_gate.org.shelf import Shelf, Tree
from openness_gate.org.words import Member, Outcome, Terms

ROUNDS = 12  #: looks at one member; each reads at least one file more

Wanted = Mapping[Member, Mapping[str, str]]
"""The object ids to be fetched of each member, with their paths."""
Fetched = Mapping[str, Union[bytes, Unreadable]]
"""What came of each object id."""


def judged(
    batch: Sequence[Member],
    terms: Terms,
    shelf: Shelf,
    list_all: Callable[[Member], Tree],
    fetch: Callable[[Wanted, Mapping[str, Tree]], Fetched],
) -> Iterator[Outcome]:
    """One outcome for each of *batch*. *list_all* gives the tree of a commit, *fetch* contents; both may raise."""
    trees: dict[str, Tree] = {}
    todo: list[Member] = []
    contents: dict[str, bytes | Unreadable] = {}
    for member in batch:
        try:
            trees[member.commit] = tree = shelf.tree(member.commit) or _kept(shelf, member, list_all(member))
        except Unreadable as error:
            yield failed(member, error)
            continue
        contents |= shelf.blobs(shelf.needs(member.commit) & tree.sizes.keys())
        todo.append(member)
    for _ in range(ROUNDS):
        wanted: dict[Member, Mapping[str, str]] = {}
        for member in todo:
            snapshot = Snapshot(member, trees[member.commit], contents)
            found = outcome(snapshot.repo, member, terms)
            if snapshot.wanted:
                wanted[member] = snapshot.wanted
            else:
                shelf.keep_needs(member.commit, snapshot.needed)
                yield found._replace(lasts=found.lasts and not snapshot.denied)  # we may have a key tomorrow
        todo = yield from _fetched(wanted, fetch, trees, contents, shelf)
        if not todo:
            return
    yield from (failed(member, say("it asks for ever more files")) for member in todo)


def _kept(shelf: Shelf, member: Member, tree: Tree) -> Tree:
    shelf.keep_tree(member.commit, tree)
    return tree


def _fetched(
    wanted: Wanted,
    fetch: Callable[[Wanted, Mapping[str, Tree]], Fetched],
    trees: Mapping[str, Tree],
    contents: dict[str, bytes | Unreadable],
    shelf: Shelf,
) -> Generator[Outcome, None, list[Member]]:
    """Puts into *contents* what is wanted; gives those that can be looked at again, and says why the others cannot."""
    known = shelf.blobs(oid for of in wanted.values() for oid in of)
    contents |= known
    rest = {member: {o: p for o, p in of.items() if o not in known} for member, of in wanted.items()}
    rest = {member: of for member, of in rest.items() if of}
    got: dict[str, bytes | Unreadable] = {}
    if rest:
        try:
            got = dict(fetch(rest, trees))
        except Unreadable as error:
            got = dict.fromkeys((oid for of in rest.values() for oid in of), error)
    there = {oid: content for oid, content in got.items() if isinstance(content, bytes)}
    shelf.keep_blobs(there)
    contents |= there
    again: list[Member] = []
    for member, of in wanted.items():
        if member.facts.gated:  # what is behind a gate is no failure: it stays unread, and the gate is told of
            contents |= {oid: why for oid in of if isinstance(why := got.get(oid), Denied)}
        broken = next((got.get(oid) for oid in of if oid not in contents), None)
        if all(oid in contents for oid in of):
            again.append(member)
        else:
            yield failed(member, broken or say("the contents of its files were not sent"))
    return again
