"""From the text of a policy to what it requires: parents found and merged, shapes checked, enforced ones kept. Pure.

Where a text comes from is not known here: `Find` gives the parent that a reference names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from openness_gate import digests, inherit, located, policy
from openness_gate.located import Doc, Malformed
from openness_gate.messages import say
from openness_gate.model import Component, GateError
from openness_gate.rules import Parent, Policy
from openness_gate.tuples import NamedTuple

DEEPEST = 5  #: policies above one another


class Layer(NamedTuple):
    """The text of one policy, and where it is from."""

    id: str  #: the same for the same file, however it is named
    label: str  #: what messages call it
    text: str
    beside: Callable[[str], Layer | None]  #: the file that a relative path from this one names; None: there is none
    commit: str = ""
    shipped: bool = False  #: one of ours, which is known to be valid

    @property
    def sha256(self) -> str:
        return digests.of(self.text.encode("utf-8", "surrogateescape"))


Find = Callable[[str, Layer], Layer]
"""The policy that a reference names in a layer; `GateError` where it cannot be had."""


class Known(Protocol):
    """Remembers which texts the schema allowed; it may forget."""

    def valid(self, digest: str) -> bool: ...

    def remember(self, digest: str) -> None: ...


class Assembler:
    """Puts policies together out of their layers."""

    def __init__(
        self, find: Find, components: Mapping[str, Component], concerns: Collection[str], known: Known
    ) -> None:
        self._find, self._components, self._concerns, self._known = find, components, concerns, known

    def policy(self, layer: Layer) -> Policy:
        """What *layer* requires, with all that it inherits. Raises `GateError`: exit 2, with file and line."""
        parents: list[Parent] = []
        doc = self.effective(layer, parents)
        origin = "built-in" if layer.shipped else layer.label
        return self._read(doc)._replace(sha256=layer.sha256, origin=origin, parents=tuple(parents))

    def effective(self, layer: Layer, parents: list[Parent] | None = None) -> Doc:
        """One document with all that *layer* says and inherits; the policies above it are put into *parents*."""
        above: list[Parent] = [] if parents is None else parents
        whole = self._whole(layer, (), above)
        doc = inherit.flat(whole, layer.label)
        if above:
            self._check(doc, "".join((layer.sha256, *(parent.sha256 for parent in above))))
        return doc

    def _whole(self, layer: Layer, trail: tuple[str, ...], above: list[Parent]) -> inherit.Policy:
        doc = located.parse(layer.text, layer.label)
        if not isinstance(doc.value, dict):
            raise doc.error(say("a policy is a mapping with `policy`, `version`, `title` and `rules`"))
        if not layer.shipped:
            self._check(doc, layer.sha256)
        own = inherit.planted(doc)
        if "extends" not in own:
            return own
        trail = (*trail, layer.id)
        parents = []
        for reference, digest, at in _references(doc):
            parent = self._parent(doc, layer, reference, digest, at, trail)
            above.append(Parent(parent.label, parent.sha256, parent.commit))
            parents.append(self._whole(parent, trail, above))
        base = inherit.together(parents, own, self._stricter)
        whole = inherit.inherited(base, own)
        if "enforce" in base and base["enforce"].has is True:
            self._refuse_less(doc, inherit.flat(base, layer.label), inherit.flat(whole, layer.label))
        return whole

    def _parent(
        self, doc: Doc, layer: Layer, reference: str, digest: str, at: tuple[str | int, ...], trail: tuple[str, ...]
    ) -> Layer:
        try:
            parent = self._find(reference, layer)
        except Malformed:
            raise
        except GateError as error:
            raise doc.error(say("{ref} cannot be had: {why}", ref=reference, why=error), *at) from None
        if digest and digest.lower() != parent.sha256:
            is_ = parent.sha256
            raise doc.error(say("{ref} has changed: its sha256 is {sha}", ref=reference, sha=is_), *at, "sha256")
        if parent.id in trail:
            raise doc.error(say("{ref} extends itself, by way of this policy", ref=reference), *at)
        if len(trail) > DEEPEST:
            raise doc.error(say("more than {n} policies above one another", n=DEEPEST), *at)
        return parent

    def _check(self, doc: Doc, digest: str) -> None:
        """The shape of *doc*; not again where what has this digest was checked before."""
        if not self._known.valid(digest):
            from openness_gate.schema import check

            check(doc, "policy")
            self._known.remember(digest)

    def _read(self, doc: Doc) -> Policy:
        return policy.read(doc, self._components, self._concerns)

    def _stricter(self, rule: str, one: inherit.Policy, other: inherit.Policy) -> int | None:
        from openness_gate.compare import stricter

        return stricter(rule, *(self._read(inherit.flat(whole, "extends")) for whole in (one, other)))

    def _refuse_less(self, doc: Doc, base: Doc, whole: Doc) -> None:
        refuse_less(self._read(base), self._read(whole), doc)


def refuse_less(enforced: Policy, own: Policy, doc: Doc) -> None:
    """`Malformed` with the line of *doc* by which *own* asks for less than a policy that is enforced."""
    from openness_gate.compare import Effect, changes

    for change in changes(enforced, own):
        if change.effect is Effect.LOOSER:
            says = say(
                "{what}; the policy {id} is enforced, and may only be tightened", what=change.says, id=enforced.id
            )
            raise Malformed(says, located.written(doc, change.keys))


def _references(doc: Doc) -> list[tuple[str, str, tuple[str | int, ...]]]:
    """Each policy that is extended, the digest that it must have, and where that is said."""
    extends = doc.value["extends"]
    if isinstance(extends, str):
        return [(extends, "", ("extends",))]
    return [
        (one, "", ("extends", index)) if isinstance(one, str) else (
            one["policy"], one.get("sha256", ""), ("extends", index)
        )
        for index, one in enumerate(extends)
    ]  # fmt: skip
