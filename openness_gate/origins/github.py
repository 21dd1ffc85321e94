"""The repositories of an organization or a person on GitHub, or on a GitHub Enterprise: `gh:acme`; or one of them.

One question lists a hundred; one of GraphQL takes a first look at 25 of those that were pushed to; each that may hold
a release costs one for its tree, and its files come by GraphQL for twenty repositories at a time. What has an object id
is fetched once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from json import dumps
from time import time
from typing import Any

from openness_gate.cache import git_id
from openness_gate.forges.github import ENDPOINT, JSON, NAME, RAW, graphql_url, listed
from openness_gate.http import Answer, Missing, client, complaint
from openness_gate.messages import say
from openness_gate.model import Unreadable
from openness_gate.org.gather import Fetched, Wanted, judged
from openness_gate.org.glance import TELLING, glance
from openness_gate.org.judging import failed, skipped
from openness_gate.org.shelf import Glance, Shelf, Tree
from openness_gate.org.words import Facts, Member, Origin, Outcome, Terms
from openness_gate.remote import ID, Files

OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}")
LOOK, BATCH = 25, 20  #: repositories in one question
MOST_PAGES = 10_000  #: of a list, which has a hundred on each
SETTLED = 60.0  #: seconds after a push; by then all servers of GitHub know of it
MOST_BYTES = 4 << 20  #: of files in one question
LARGE = 256 << 10  #: bytes; a larger file is asked for by itself
PAGES = "{url}/{what}/{name}/repos?per_page=100&type={type}&sort=full_name"


def accepts(where: str) -> bool:
    return where.startswith("gh:")


# --- the list -------------------------------------------------------------------------------------------------------


def members(where: str, shelf: Shelf, properties: bool = False) -> Iterator[Member]:
    name = where.removeprefix("gh:")
    if NAME.fullmatch(name):
        answer = client().get(f"{ENDPOINT.url}/repos/{name}", ENDPOINT, accept=JSON)
        found = [_json(answer, where)]
    elif OWNER.fullmatch(name):
        found = list(_repositories(name, where))
    else:
        raise Unreadable(say("{where}: write gh:owner or gh:owner/name", where=where))
    of = _properties(name.partition("/")[0]) if properties else {}
    for one in found:
        yield _member(one, of)


def _repositories(owner: str, where: str) -> Iterator[Any]:
    first = PAGES.format(url=ENDPOINT.url, what="orgs", name=owner, type="all")
    for answer in client().pages(first, ENDPOINT, MOST_PAGES, home=True):
        if answer.status == 404 and answer.url.startswith(first):
            first = PAGES.format(url=ENDPOINT.url, what="users", name=owner, type="owner")
            for page in client().pages(first, ENDPOINT, MOST_PAGES, home=True):
                yield from _json(page, where)
            return
        yield from _json(answer, where)


def _properties(owner: str) -> dict[str, dict[str, str]]:
    """The custom properties of each repository, by its name."""
    found: dict[str, dict[str, str]] = {}
    for answer in client().pages(f"{ENDPOINT.url}/orgs/{owner}/properties/values?per_page=100", ENDPOINT, home=True):
        for one in _json(answer, owner):
            match one:
                case {"repository_full_name": str(name), "properties": [*values]}:
                    found[name] = {str(v["property_name"]): _text(v.get("value")) for v in values}
    return found


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _member(one: object, properties: Mapping[str, Mapping[str, str]]) -> Member:
    match one:
        case {"id": int(number), "full_name": str(name), "private": bool(private), **more} if NAME.fullmatch(name):
            topics = more.get("topics")
            facts = Facts(
                visibility=str(more.get("visibility") or ("private" if private else "public")),
                archived=more.get("archived") is True,
                fork=more.get("fork") is True,
                template=more.get("is_template") is True,
                empty=not more.get("pushed_at"),
                disabled=more.get("disabled") is True,
                language=str(more.get("language") or ""),
                topics=tuple(map(str, topics)) if isinstance(topics, list) else (),
                properties=properties.get(name, {}),
            )
            id_, version = (
                f"github:{ENDPOINT.host}:{number}",
                _version(more.get("pushed_at"), more.get("default_branch")),
            )
            return Member(f"gh:{name}", name, "github", id_, version, "", facts)
    raise _nonsense()


def _version(pushed: object, branch: object) -> str:
    """What every push changes; "" where one is so new that the next may bear the same second."""
    try:
        age = time() - datetime.fromisoformat(str(pushed).replace("Z", "+00:00")).timestamp()
    except ValueError:
        return ""
    return f"{pushed} {branch}" if age > SETTLED else ""


# --- the first look -------------------------------------------------------------------------------------------------

SECOND = "object { ... on Tree { entries { name type } } }"
TREE = 'tree: object(expression: "HEAD:") { ... on Tree { entries { name type ' + SECOND + " } } }"
FILES = " ".join(
    f"f{n}: object(expression: {dumps('HEAD:' + path)}) {{ ... on Blob {{ text }} }}" for n, path in enumerate(TELLING)
)
LOOKED_AT = f"isEmpty defaultBranchRef {{ target {{ oid }} }} {TREE} {FILES}"


def look(batch: Sequence[Member], shelf: Shelf) -> Iterator[Member | Outcome]:
    """Their commits, and what each seems to hold. Where one question cannot be answered, two smaller ones are asked."""
    try:
        data, errors = _graphql({f"r{n}": _of(member, LOOKED_AT) for n, member in enumerate(batch)})
    except Missing:
        raise
    except Unreadable as error:
        if len(batch) == 1:
            yield failed(batch[0], error)
            return
        half = len(batch) // 2
        yield from look(batch[:half], shelf)
        yield from look(batch[half:], shelf)
        return
    for n, member in enumerate(batch):
        found = data.get(f"r{n}")
        if found is None and f"r{n}" not in errors and len(batch) > 1:
            yield from look([member], shelf)
        else:
            yield _looked_at(member, found, errors.get(f"r{n}", ""), shelf)


def _looked_at(member: Member, found: Any, error: str, shelf: Shelf) -> Member | Outcome:
    match found:
        case {"isEmpty": True} | {"defaultBranchRef": None, "isEmpty": _}:
            return skipped(member._replace(facts=member.facts._replace(empty=True)), say("it has no commit yet"))
        case {"defaultBranchRef": {"target": {"oid": str(commit)}}, "tree": tree} if ID.fullmatch(commit):
            names = list(_names(tree))
            texts = {path: _blob(found.get(f"f{n}")) for n, path in enumerate(TELLING)}
            known = {path: text for path, text in texts.items() if text is not None}
            told = Glance(True, say("it could not be looked at")) if not names else None
            told = told or glance({*names, *known}, known, member.facts.topics)
            if told.is_release:
                shelf.keep_blobs(
                    {git_id(text, commit): text for text in known.values()}
                )  # the wrong id is asked for by nobody
            shelf.keep_glance(commit, told)
            return member._replace(commit=commit)
    if found is None:
        return failed(member, say("{name}: {host} says: {why}", name=member.name, host=ENDPOINT.host, why=error or "?"))
    raise _nonsense()


def _names(tree: Any, above: str = "") -> Iterator[str]:
    """The files, and what folders hold: of those within folders, their names alone."""
    entries = tree.get("entries") if isinstance(tree, dict) else None
    for one in entries if isinstance(entries, list) else ():
        match one:
            case {"name": str(name), "type": "tree", "object": within}:
                yield from _names(within, f"{name}/")
            case {"name": str(name), "type": "blob" | "tree"}:
                yield above + name


def _blob(found: Any) -> bytes | None:
    text = found.get("text") if isinstance(found, dict) else None
    return text.encode("utf-8", "replace") if isinstance(text, str) else None


# --- what is judged -------------------------------------------------------------------------------------------------


def judge(batch: Sequence[Member], terms: Terms, shelf: Shelf) -> Iterator[Outcome]:
    return judged(batch, terms, shelf, _tree, _fetch)


def _tree(member: Member) -> Tree:
    sizes: dict[str, int] = {}
    unread: dict[str, str] = {}
    entries = listed(f"{ENDPOINT.url}/repos/{member.name}", member.commit, member.target, sizes, unread)
    return Tree(tuple(entries), sizes, unread=unread)


def _fetch(wanted: Wanted, trees: Mapping[str, Tree]) -> Fetched:
    """What is small in a few questions, and what is not, or was not sent as it is, one by one."""
    got: dict[str, bytes | Unreadable] = {}
    for part in _parts(wanted, trees):
        with_errors = _asked_for(part)
        got |= {oid: content for oid, content in with_errors.items() if git_id(content, oid) == oid}
    for member, of in wanted.items():
        files = _files(member, trees[member.commit])
        for oid, path in of.items():
            if oid not in got:
                try:
                    got[oid] = files.blob(oid, files.size(oid, path), path)
                except Unreadable as error:
                    got[oid] = error
    return got


def _files(member: Member, tree: Tree) -> Files:
    blobs = f"{ENDPOINT.url}/repos/{member.name}/git/blobs"
    return Files(member.target, ENDPOINT, tree.sizes, lambda oid, path: f"{blobs}/{oid}", RAW)


def _parts(wanted: Wanted, trees: Mapping[str, Tree]) -> Iterator[list[tuple[Member, list[str]]]]:
    """Lots of small files that one question may ask for."""
    part: list[tuple[Member, list[str]]] = []
    room = MOST_BYTES
    for member, of in wanted.items():
        sizes = trees[member.commit].sizes
        small = [oid for oid in of if 0 < sizes[oid] <= LARGE]
        while small:
            taken: list[str] = []
            while small and (room := room - sizes[small[0]]) >= 0:
                taken.append(small.pop(0))
            part += [(member, taken)] if taken else []
            if small:
                yield part
                part, room = [], MOST_BYTES
    if part:
        yield part


def _asked_for(part: Sequence[tuple[Member, list[str]]]) -> dict[str, bytes]:
    """The contents that one question gives, or two smaller ones; nothing where one repository is too much."""
    asked = {}
    for n, (member, oids) in enumerate(part):
        asked[f"r{n}"] = _of(member, " ".join(f'b{o}: object(oid: "{o}") {{ ... on Blob {{ text }} }}' for o in oids))
    try:
        data, _ = _graphql(asked)
    except Unreadable:
        half = len(part) // 2
        return _asked_for(part[:half]) | _asked_for(part[half:]) if half else {}
    got: dict[str, bytes] = {}
    for one in data.values():
        for alias, blob in (one or {}).items():
            if (content := _blob(blob)) is not None:
                got[alias[1:]] = content
    return got


# --- GraphQL --------------------------------------------------------------------------------------------------------


def _of(member: Member, fields: str) -> str:
    owner, _, name = member.name.partition("/")
    return f"repository(owner: {dumps(owner)}, name: {dumps(name)}) {{ {fields} }}"


def _graphql(asked: Mapping[str, str]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """What came under each alias, and why nothing did."""
    query = "query { " + " ".join(f"{alias}: {one}" for alias, one in asked.items()) + " }"
    for _ in range(2):
        answer = client().send("POST", graphql_url(), ENDPOINT, {"query": query}, once=False)
        if not answer.ok:
            raise complaint(answer, "GraphQL", ENDPOINT)
        value = answer.json()
        errors = value.get("errors") if isinstance(value, dict) else None
        known = [one for one in errors or () if isinstance(one, dict)]
        if any(one.get("type") == "RATE_LIMITED" for one in known):
            if client().wait_for_quota(answer):
                continue
            raise complaint(answer._replace(status=429), "GraphQL", ENDPOINT)
        data = value.get("data") if isinstance(value, dict) else None
        if not isinstance(data, dict):
            raise Unreadable(
                say("{host}: {why}", host=ENDPOINT.host, why=known[0].get("message", "?") if known else "?")
            )
        why = {str((one.get("path") or ["?"])[0]): str(one.get("message", ""))[:200] for one in known}
        return data, why
    raise complaint(answer._replace(status=429), "GraphQL", ENDPOINT)


def _json(answer: Answer, what: str) -> Any:
    if not answer.ok:
        raise complaint(answer, what, ENDPOINT)
    return answer.json()


def _nonsense() -> Unreadable:
    return Unreadable(say("{host}: its answer is not what GitHub answers", host=ENDPOINT.host))


ORIGIN = Origin(
    "github", "repositories on GitHub", accepts, members, judge, look, batch=BATCH, look=LOOK, waits=True, rank=20
)
