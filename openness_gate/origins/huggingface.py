"""The models and data sets of an owner on the Hugging Face hub, or on a mirror: `hf:acme`; or one of them.

Two questions list a few hundred each, with the commit that each is at. One whose commit is new costs a question for its
tree and one for each file that is read; what has an object id is fetched once. What lies behind a gate stays unread: it
is gated, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from openness_gate.answers import complaint
from openness_gate.forges.huggingface import ENDPOINT, ID_OF, files, listed, nonsense, pages
from openness_gate.http import client
from openness_gate.messages import say
from openness_gate.model import GateError, Unreadable
from openness_gate.org.gather import Fetched, Wanted, judged
from openness_gate.org.shelf import Shelf, Tree
from openness_gate.org.words import Facts, Member, Origin, Outcome, Terms
from openness_gate.remote import ID, Files

OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
ONE = re.compile(rf"(datasets/)?({OWNER.pattern}/{OWNER.pattern})")
ASKED = "&".join(f"expand={what}" for what in ("sha", "private", "gated", "disabled", "tags"))
PAGE = 500  #: repositories in one answer


def accepts(where: str) -> bool:
    return where.startswith("hf:")


def members(where: str, shelf: Shelf, properties: bool = False) -> Iterator[Member]:
    name = where.removeprefix("hf:")
    if one := ONE.fullmatch(name):
        kind = "datasets" if one[1] else "models"
        answer = client().get(f"{ENDPOINT.url}/api/{kind}/{one[2]}?{ASKED}", ENDPOINT)
        if not answer.ok:
            raise complaint(answer, where, ENDPOINT)
        yield _member(kind, answer.json())
    elif OWNER.fullmatch(name):
        yield from _all_of(name, where)
    else:
        raise GateError(say("{where}: write hf:owner, hf:owner/model or hf:datasets/owner/name", where=where))


def _all_of(owner: str, where: str) -> Iterator[Member]:
    found = False
    for kind in ("models", "datasets"):
        for page in pages(f"{ENDPOINT.url}/api/{kind}?author={quote(owner)}&limit={PAGE}&{ASKED}", where):
            for one in page:
                found = True
                yield _member(kind, one)
    if not found:
        host = ENDPOINT.host
        raise GateError(say("{where}: {host} knows no model and no data set of that owner", where=where, host=host))


def _member(kind: str, one: object) -> Member:
    match one:
        case {"id": str(name), "private": bool(private), **more} if re.fullmatch(ID_OF, name):
            name = f"datasets/{name}" if kind == "datasets" else name
            gate, tags, number = more.get("gated"), more.get("tags"), str(more.get("_id") or "")
            commit = str(more.get("sha"))
            commit = commit if ID.fullmatch(commit) else ""
            facts = Facts(
                visibility="private" if private else "public",
                disabled=more.get("disabled") is True,
                gated=str(gate) if gate else "",
                topics=tuple(map(str, tags)) if isinstance(tags, list) else (),
            )
            id_ = f"huggingface:{ENDPOINT.host}:{number}" if number.isalnum() else ""
            return Member(f"hf:{name}", name, "huggingface", id_, commit, commit, facts)
    raise nonsense()


def judge(batch: Sequence[Member], terms: Terms, shelf: Shelf) -> Iterator[Outcome]:
    return judged(batch, terms, shelf, _tree, _fetch)


def _tree(member: Member) -> Tree:
    if not member.commit:
        raise Unreadable(say("{name}: {host} names no commit of it", name=member.name, host=ENDPOINT.host))
    sizes: dict[str, int] = {}
    pointers: dict[str, bytes] = {}
    entries = listed(member.name, member.commit, member.target, sizes, pointers)
    return Tree(tuple(entries), sizes, pointers)


def _fetch(wanted: Wanted, trees: Mapping[str, Tree]) -> Fetched:
    got: dict[str, bytes | Unreadable] = {}
    for member, of in wanted.items():
        tree = trees[member.commit]
        there = files(member.name, member.commit, member.target, tree.sizes, tree.pointers)
        got |= {oid: _read(there, oid, path) for oid, path in of.items()}
    return got


def _read(there: Files, oid: str, path: str) -> bytes | Unreadable:
    try:
        return there.blob(oid, there.size(oid, path), path)
    except Unreadable as error:
        return error


ORIGIN = Origin(
    "huggingface", "models and data sets on the Hugging Face hub", accepts, members, judge, waits=True, rank=20
)
