"""Whose policy counts, and where it is read: so that nothing that is judged chooses its judge.

In this order: what the caller names (`--policy`, or OPENNESS_GATE_POLICY); the repository's own `.github/openness.yml`
or `openness.yml`; where the owner may be asked, `openness/policy.yml` in the owner's `.github` repository; and
`recommended`. Where the owner's policy is enforced, the repository's may only tighten it. With a base revision all that
decides (policy, lock, waivers, declarations) is read from there, and what the head changes of it is told.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NoReturn

from openness_gate import registry
from openness_gate.assemble import Layer, refuse_less
from openness_gate.facts.declaration import MOF_NAMES, RELEASE_NAMES
from openness_gate.facts.paths import base as base_name
from openness_gate.lock import NAME as LOCK
from openness_gate.messages import say
from openness_gate.model import GateError, Notice, Place, Repo, Request, Unreadable
from openness_gate.policy_sources import Library, assembler, in_repo, is_elsewhere, named, shipped
from openness_gate.rules import WAIVERS, Policy
from openness_gate.tuples import NamedTuple

VARIABLE = "OPENNESS_GATE_POLICY"
OWN = (".github/openness.yml", "openness.yml")
OWNERS = "openness/policy.yml"
USUAL = "recommended"
DECIDING = (*OWN, f".github/{LOCK}", LOCK, WAIVERS)
DECLARING = frozenset((*MOF_NAMES, *RELEASE_NAMES))
MOST_COMPARED = 1 << 20  #: bytes of a file of the head that is held against the base


class Judge(NamedTuple):
    """What a target is judged by."""

    policy: Policy
    repo: Repo  #: what is judged, with the declarations that count
    home: Repo  #: the top of the repository, as it was when what decides was written
    notices: tuple[Notice, ...] = ()


def judge_of(repo: Repo, request: Request, asked: str, base: str, online: bool) -> Judge:
    """The policy for *repo*, which *request* opened. *asked*: what the caller names; *base*: the revision that decides.

    `GateError` (exit 2) where the policy is invalid or cannot be had.
    """
    top, inside = _top(request)
    head = repo if not inside else registry.opened(request._replace(target=top))
    home = _at(top, base, request.offline) if base else head
    notices = tuple(_changed(head, home, base)) if base else ()
    if base:
        repo = _declared_as_in(repo, home, f"{inside}/" if inside else "")
    policy = _chosen(home, request, asked, top if base else "", online)
    return Judge(policy, repo, home, notices)


def _chosen(home: Repo, request: Request, asked: str, top: str, online: bool) -> Policy:
    asked = asked or os.environ.get(VARIABLE, "")
    if asked:
        may_ask = online or (is_elsewhere(asked) and not request.offline)  # as for a target that is elsewhere
        layer = _named(asked, home, top, Library(may_ask))
        return assembler(layer, may_ask).policy(layer)
    own = None if home.declaration else _own(home)
    theirs = owners(_owner(request)) if online and not home.declaration else None
    if own is None:
        return assembler(theirs, online).policy(theirs) if theirs else assembler(shipped(USUAL)).policy(shipped(USUAL))
    policy = assembler(own, online).policy(own)
    if theirs:
        enforced = assembler(theirs, online).policy(theirs)
        if enforced.enforce:
            alike = enforced._replace(enforce=policy.enforce)  # it is the owner's word, and not needed here again
            refuse_less(alike, policy, assembler(own, online).effective(own))
    return policy


def _own(home: Repo) -> Layer | None:
    """The repository's own policy."""
    found = [name for name in OWN if name in home.paths]
    if len(found) > 1:
        raise GateError(say("{one}:1: there is {other} too; keep one of them", one=found[0], other=found[1]))
    return in_repo(home, found[0]) if found else None


def _named(asked: str, home: Repo, top: str, library: Library) -> Layer:
    """What the caller names. A file of the repository is read as it was in the base, where there is one (*top*)."""
    if top and asked not in registry.policies() and os.path.exists(asked):
        path = os.path.relpath(os.path.realpath(asked), os.path.realpath(top)).replace(os.sep, "/")
        if not path.startswith("../"):
            layer = in_repo(home, path)
            if layer is None:
                raise GateError(say("{path}: no such file in {rev}, which decides", path=path, rev=home.label))
            return layer
    return named(asked, library)


def owners(owner: str) -> Layer | None:
    """The policy of an organization or a person on GitHub; asked for only with a token."""
    from openness_gate.forges.github import ENDPOINT
    from openness_gate.http import Missing

    if not owner or not ENDPOINT.token:
        return None
    try:
        repo = registry.opened(Request(f"gh:{owner}/.github"))
    except Missing:
        return None
    except Unreadable as error:
        raise GateError(say("the policy of {owner} cannot be had: {why}", owner=owner, why=error)) from None
    layer = in_repo(repo, OWNERS)
    return layer._replace(label=f"{owner}/.github/{OWNERS} ({repo.commit[:12]})") if layer else None


def _owner(request: Request) -> str:
    """Who owns the repository: by the target, by GitHub Actions, by the remote that it was cloned from."""
    from openness_gate.forges.github import target_of
    from openness_gate.git import around

    if request.target.startswith("gh:"):
        return request.target[3:].partition("/")[0]
    if os.environ.get("GITHUB_ACTIONS") == "true":
        return os.environ.get("GITHUB_REPOSITORY", "").partition("/")[0]
    git = around(os.path.realpath(request.target))
    url = git.run("config", "--get", "remote.origin.url").out.decode("utf-8", "replace").strip() if git else ""
    if url.startswith("git@"):
        url = "https://" + url[4:].replace(":", "/", 1)
    return target_of(url)[3:].partition("/")[0]


# --- the base -------------------------------------------------------------------------------------------------------


def _top(request: Request) -> tuple[str, str]:
    """The top of the repository that a target lies in, and the folder of the target in it; "" is the top itself."""
    from openness_gate.git import around, is_bare, nearest_folder

    if registry.scheme_of(request.target):
        return request.target, ""
    folder, rest = nearest_folder(request.target)
    if not os.path.isdir(folder) or is_bare(folder):
        return request.target, ""
    git = around(folder)
    inside = "/".join(part for part in (git.prefix if git else "", rest) if part)
    if not git or not inside or os.path.isfile(request.target):
        return request.target, ""
    return os.path.normpath(os.path.join(folder, *[".."] * (git.prefix.count("/") + bool(git.prefix)))), inside


def earlier(request: Request, base: str) -> Repo:
    """What *request* asks for, as it was at the revision *base*; nothing, where it was not there yet."""
    top, inside = _top(request)
    whole = _nothing(top) if base == "HEAD" and _is_unborn(top) else _at(top, base, request.offline)
    under = f"{inside}/" if inside else ""
    if not under:
        return whole
    paths = tuple(path[len(under) :] for path in whole.paths if path.startswith(under))

    def read(path: str, limit: int) -> bytes:
        return whole.read(under + path, limit)

    return Repo(request.target, paths, read, lambda path: whole.size(under + path), whole.commit)


def _is_unborn(top: str) -> bool:
    """Whether *top* is of a repository in which nothing was committed yet: then all of it is new."""
    from openness_gate.git import around

    git = around(os.path.realpath(top)) if os.path.isdir(top) else None
    return git is not None and git.run("rev-parse", "--verify", "--quiet", "HEAD").code != 0


def _nothing(label: str) -> Repo:
    def none(path: str, limit: int = 0) -> NoReturn:
        raise Unreadable(say("{path}: no such file", path=path))

    return Repo(label, (), none, none)


def _at(top: str, base: str, offline: bool) -> Repo:
    """The repository as it was at the revision *base*, or what *base* names elsewhere."""
    if registry.scheme_of(base):
        target, base = base, ""
    else:
        target = top.partition("@")[0] if registry.scheme_of(top) else top
    try:
        return registry.opened(Request(target, ref=base, offline=offline))
    except Unreadable as error:
        raise GateError(str(error)) from None


def _changed(head: Repo, home: Repo, base: str) -> Iterator[Notice]:
    """What decides and is otherwise in the head: nobody should think that it counts yet."""
    names = dict.fromkeys((*DECIDING, *(path for path in (*head.paths, *home.paths) if base_name(path) in DECLARING)))
    for path in names:
        if _content(head, path) != _content(home, path):
            says = say("{path} is changed here; what counts is what it says in {base}", path=path, base=base)
            yield Notice(says, Place(path, 1))


def _content(repo: Repo, path: str) -> bytes | None:
    try:
        return repo.read(path, MOST_COMPARED) if path in repo.paths else None
    except Unreadable:
        return None


def _declared_as_in(repo: Repo, home: Repo, under: str) -> Repo:
    """*repo* with the declarations of *home* in place of its own; *under* is the folder of *repo* in *home*."""
    declared = {p[len(under) :] for p in home.paths if p.startswith(under) and base_name(p) in DECLARING}
    paths = declared | {path for path in repo.paths if base_name(path) not in DECLARING}

    def read(path: str, limit: int) -> bytes:
        return home.read(under + path, limit) if path in declared else repo.read(path, limit)

    def size(path: str) -> int:
        return home.size(under + path) if path in declared else repo.size(path)

    whole = Repo(
        repo.label, tuple(sorted(paths)), read, size, repo.commit, repo.untracked, repo.declaration, repo.home, repo.log
    )
    whole.barriers = repo.barriers
    return whole
