"""Licenses that are tied to single files: SPDX headers and `REUSE.toml` (REUSE Specification 3.3), with `LICENSES/`.

A tag is a name; where the text of that name lies in `LICENSES/`, the text must agree: it counts beside the name if it
is not open, and alone where no table knows the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from openness_gate.facts import fact, file_fact
from openness_gate.facts.content import head, text
from openness_gate.facts.license_files import license_of
from openness_gate.facts.license_name import by_name, strictest
from openness_gate.facts.packaging import toml
from openness_gate.facts.paths import base, folder
from openness_gate.messages import say
from openness_gate.model import License, LicenseClass, Place, Repo
from openness_gate.tuples import NamedTuple

SPDX = b"SPDX-License-Identifier:"
WITH_HEADERS = (".py", ".sh", ".yaml", ".yml", ".toml", ".md", ".rst")
HEAD = 2048  #: bytes in which a header is looked for
FILES = 20  #: `REUSE.toml` files that are read
PATHS = 100  #: globs of one
GLOB = 200  #: characters of a glob
SURE = ("override", "aggregate")
ANY, ANY_IN_FOLDER = "\0**", "\0*"


class Annotation(NamedTuple):
    """What one table of a `REUSE.toml` says of the files whose paths match."""

    paths: tuple[tuple[str, ...], ...]  #: globs, as the characters and wildcards that they are made of
    precedence: str  #: closest | aggregate | override
    license: License


def tags_of(repo: Repo, path: str) -> tuple[License, ...]:
    """The licenses that a file carries, or that `REUSE.toml` gives it; a header goes before `closest`."""
    header, said = _header(repo, path), _annotation(repo, path)
    if said and (not header or said.precedence in SURE):
        license_ = said.license._replace(scope=say("{path}, by {at}", path=path, at=said.license.at))
        both = header and said.precedence == "aggregate"
        return (header, license_) if both and header else (license_,)
    return (header,) if header else ()


@file_fact
def _header(repo: Repo, path: str) -> License | None:
    """The SPDX identifier in the first lines of a script."""
    if not path.endswith(WITH_HEADERS):
        return None
    beginning = head(repo, path, HEAD)
    start = beginning.find(SPDX)
    if start < 0:
        return None
    name = beginning[start + len(SPDX) :].split(b"\n")[0].decode("utf-8", "replace").strip(" -*/>#\r")
    at = Place(path, beginning.count(b"\n", 0, start) + 1)
    return _named(repo, name, at)._replace(scope=say("{path}, by its header", path=path))


def _named(repo: Repo, name: str, at: Place) -> License:
    license_ = by_name(name, at)
    for id_ in re.findall(r"[\w.+-]+", name)[:10]:
        stored = next((p for p in (f"LICENSES/{id_}{end}" for end in (".txt", ".md", "")) if p in repo.paths), "")
        if not stored or (of_text := license_of(repo, stored)).cls.open:
            continue
        license_ = of_text if license_.cls is LicenseClass.UNKNOWN else strictest([license_, of_text])
    return license_


def _annotation(repo: Repo, path: str) -> Annotation | None:
    """The last annotation that matches, of the nearest `REUSE.toml`; one that overrides goes before all below it."""
    near: Annotation | None = None
    for home, stated in _reuse(repo):  # from the root down
        if home and not path.startswith(f"{home}/"):
            continue
        inside = path[len(home) + 1 :] if home else path
        found = next((one for one in reversed(stated) if any(_matches(g, inside) for g in one.paths)), None)
        if found and found.precedence == "override":
            return found
        near = found or near
    return near


@fact
def _reuse(repo: Repo) -> tuple[tuple[str, tuple[Annotation, ...]], ...]:
    files = sorted((p for p in repo.paths if base(p) == "reuse.toml"), key=lambda p: (p.count("/"), p))
    for path in files[FILES:]:
        repo.log.unread[path] = say("more than {n} files of this name; {path} was not read", n=FILES, path=path)
    return tuple((folder(path), tuple(_annotations(repo, path))) for path in files[:FILES])


def _annotations(repo: Repo, path: str) -> Iterator[Annotation]:
    content = text(repo, path)
    try:
        tables = toml(content).get("annotations")
    except ValueError as error:
        repo.log.unread[path] = say("{path} is no TOML: {why}", path=path, why=error)
        return
    left = PATHS
    for table in tables if isinstance(tables, list) else ():
        if not isinstance(table, dict) or not (names := _strings(table.get("SPDX-License-Identifier"))):
            continue
        globs = _strings(table.get("path"))
        left -= len(globs)
        if left < 0 or any(len(glob) > GLOB for glob in globs):
            says = say("{path} has more than {n} globs, or one that is too long", path=path, n=PATHS)
            repo.log.unread[path] = says
            return
        at = Place(path, _line(content, names[0]))
        license_ = strictest([_named(repo, name, at) for name in names[:PATHS]])
        yield Annotation(tuple(map(_glob, globs)), str(table.get("precedence", "closest")), license_)


def _strings(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _line(content: str, name: str) -> int:
    at = content.find(name)
    return content.count("\n", 0, at) + 1 if at >= 0 else 1


def _glob(glob: str) -> tuple[str, ...]:
    """`*` stays in a folder, `**` does not, a backslash takes the meaning from what follows."""
    parts = re.findall(r"\\.|\*\*+|.", glob, re.DOTALL)
    return tuple(ANY if p.startswith("**") else ANY_IN_FOLDER if p == "*" else p[-1] for p in parts)


def _matches(glob: tuple[str, ...], path: str) -> bool:
    """Whether all of *path* matches. Only the last wildcard of each kind is tried again, so there is no blow-up."""
    i = j = 0
    wide, narrow = (-1, 0), (-1, 0)
    while i < len(path):
        one = glob[j] if j < len(glob) else ""
        if one == ANY:
            wide, narrow, j = (j, i), (-1, 0), j + 1
        elif one == ANY_IN_FOLDER:
            narrow, j = (j, i), j + 1
        elif one == path[i]:
            i, j = i + 1, j + 1
        elif narrow[0] >= 0 and path[narrow[1]] != "/":
            narrow = narrow[0], narrow[1] + 1
            j, i = narrow[0] + 1, narrow[1]
        elif wide[0] >= 0:
            wide, narrow = (wide[0], wide[1] + 1), (-1, 0)
            j, i = wide[0] + 1, wide[1]
        else:
            return False
    return all(one in (ANY, ANY_IN_FOLDER) for one in glob[j:])
