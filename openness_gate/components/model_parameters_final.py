"""Model parameters, final

The weights of the released model: in the repository, as a large-file pointer, or on a hub.

Why it matters
    They are the model. The Open Source AI Definition 1.0 asks for them under open terms, every class of the Model
    Openness Framework too.

How it is graded
    promised    announced; or a file with their name that holds nothing
    mentioned   a document tells that one can ask for them, without an address
    linked      a document or a script names where to get them; offline, nobody looked
    partial     shards are missing
    complete    they are here; a Git LFS pointer counts
    Access: a form or an agreement makes it gated, a difference to other weights script, also where
        only some of the models are given as one.
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts.parameters import gates, is_delta, only_deltas, weight_links
from openness_gate.facts.promises import promised
from openness_gate.facts.weights import State, shards, weights
from openness_gate.messages import say
from openness_gate.model import (
    Access,
    Axis,
    Completeness,
    Component,
    Evidence,
    Group,
    Release,
    limits,
    raises,
    unknown,
)

MOST = 6


def detect(release: Release) -> Iterator[Evidence]:
    yield from _in_the_tree(release)
    yield from _elsewhere(release)
    repo = release.repo
    for promise in promised(repo, "weight", "checkpoint", "权重"):
        yield raises(Completeness.PROMISED, say("announced: {text}", text=promise.text[:80]), promise.at)
    for gate in gates(repo):
        says = say("{access}: {quote}", access=gate.access, quote=gate.quote[:120])
        yield raises(Completeness.LINKED if gate.has_address else Completeness.MENTIONED, says, gate.at)
        yield raises(gate.access, says, gate.at)
        yield limits(gate.access, says, gate.at)


def _in_the_tree(release: Release) -> Iterator[Evidence]:
    found = [w for w in weights(release.repo) if not w.is_optimizer and w.step is None]
    for weight in found[:MOST]:
        if weight.state is State.BROKEN:
            yield raises(Completeness.PROMISED, say("no weights: {why}", why=weight.trouble), weight.at)
        elif weight.state is State.UNKNOWN:
            yield unknown(Axis.COMPLETENESS, weight.trouble, weight.at)
        else:
            says = say("weights, as a Git LFS pointer") if weight.lfs else say("weights")
            runs = say("; loading this format can run code")
            yield raises(Completeness.COMPLETE, says + (runs if weight.executes_code else ""), weight.at)
        if weight.is_delta:
            yield limits(Access.SCRIPT, say("a difference to other weights"), weight.at)
    for set_ in shards(release.repo):
        if set_.missing:
            says = say("{n} of {all} shards are missing", n=len(set_.missing), all=set_.listed)
            yield limits(Completeness.PARTIAL, says, set_.at)


def _elsewhere(release: Release) -> Iterator[Evidence]:
    links = weight_links(release.repo)
    for link in links[:MOST]:
        yield raises(Completeness.LINKED, say("names {url}", url=link.url), link.at)
        yield raises(Access.SCRIPT if is_delta(link) else link.access, say("names {url}", url=link.url), link.at)
    for link in only_deltas(links)[:1]:
        yield limits(Access.SCRIPT, say("a difference to other weights"), link.at)
    if links and not any(w.state is State.SOUND for w in weights(release.repo)):
        yield unknown(Axis.ACCESS, say("the address was not looked up"), links[0].at)


COMPONENT = Component(
    name="model-parameters-final",
    title="Model parameters, final",
    group=Group.PARAMETERS,
    advice="Publish the final parameters where anyone can download them, and say where in the card.",
    detect=detect,
    where="weight files, large-file pointers, links in documents and scripts",
)
