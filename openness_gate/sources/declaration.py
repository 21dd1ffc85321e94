"""A declaration alone, without what it declares: the framework's `MOF.yml`, or `openness-release.yaml`."""

from __future__ import annotations

import os
from collections.abc import Mapping

from openness_gate.messages import say
from openness_gate.model import GateError, Place, Repo, Request, Source, Unreadable

YAML = (".yml", ".yaml", ".json")


def accepts(request: Request) -> bool:
    plain = not (request.staged or request.ref)
    return plain and os.path.exists(request.target) and not os.path.isdir(request.target)


def open_declaration(request: Request) -> Repo:
    content = _content(request.target)
    if not _declares(content, request.target):
        raise _none(request.target)
    name = os.path.basename(request.target)

    def known(path: str) -> bytes:
        if path != name:
            raise Unreadable(say("{path}: no such file", path=path))
        return content

    return Repo(
        label=request.target,
        paths=(name,),
        read=lambda path, limit: known(path)[:limit],
        size=lambda path: len(known(path)),
        declaration=name,
    )


def _content(path: str) -> bytes:
    from openness_gate.disk import read
    from openness_gate.located import MAX_BYTES, Malformed

    content = read(os.fsencode(path), path, MAX_BYTES + 1, follow=True)
    if len(content) > MAX_BYTES:
        raise Malformed(say("more than {n} KiB of YAML", n=MAX_BYTES >> 10), Place(path, 1))
    return content


def _declares(content: bytes, path: str) -> bool:
    """Whether it has the keys of a declaration; `Malformed` where a file named as YAML is none."""
    from openness_gate.facts.content import decode
    from openness_gate.located import Malformed, parse

    try:
        value = parse(decode(content), path).value
    except Malformed:
        if path.lower().endswith(YAML):
            raise
        return False
    return isinstance(value, Mapping) and ({"framework", "release"} <= value.keys() or "releases" in value)


def _none(path: str) -> GateError:
    return GateError(
        say(
            "{path}: not a declaration; one has the keys `framework` and `release` (MOF.yml) "
            "or `releases` (openness-release.yaml)",
            path=path,
        )
    )


SOURCE = Source(
    name="declaration",
    about="a declaration of what a release consists of, taken at its word",
    accepts=accepts,
    open=open_declaration,
    rank=10,
)
