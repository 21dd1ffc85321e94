"""Models and data sets on the Hugging Face hub, or a mirror that HF_ENDPOINT names: `hf:owner/model@rev`,
`hf:datasets/owner/name@rev`.

Weights and other large files are pointers here, as in a clone without them: the hub says what they stand for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from openness_gate.facts.content import TEXT_LIMIT
from openness_gate.facts.tables import table
from openness_gate.facts.weights import form_of
from openness_gate.git import MAX_FILES, blob_repo, too_many
from openness_gate.hosts import Endpoint, host_of, split
from openness_gate.http import Answer, client, complaint
from openness_gate.messages import say
from openness_gate.model import Forge, GateError, Repo, Request, Unreadable
from openness_gate.remote import ID, LFS, Files, Target, close_door, target

ENDPOINT = Endpoint("HF_ENDPOINT", "https://huggingface.co", ("HF_TOKEN",))
ID_OF = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,95})?"
NAME = re.compile(rf"(?:datasets/)?{ID_OF}")
HOSTS = ("huggingface.co", "hf.co")
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n"


def open_repository(request: Request) -> Repo:
    asked = target(request, NAME, "hf:owner/model@rev, hf:datasets/owner/name@rev")
    kind, name = ("datasets", asked.name.removeprefix("datasets/")) if _is_data(asked.name) else ("models", asked.name)
    about = _about(asked, f"{ENDPOINT.url}/api/{kind}/{name}")
    commit, name = str(about.get("sha")), str(about.get("id"))  # one that was renamed has another id
    if not ID.fullmatch(commit) or not re.fullmatch(ID_OF, name):
        raise _nonsense()
    place = f"{ENDPOINT.url}/{'datasets/' if kind == 'datasets' else ''}{name}/resolve/{commit}"
    sizes: dict[str, int] = {}
    files = Files(asked.label, ENDPOINT, sizes, lambda oid, path: f"{place}/{quote(path, safe='/')}", "*/*")
    tree = _tree(asked, f"{ENDPOINT.url}/api/{kind}/{name}/tree/{commit}?recursive=true")
    repo = blob_repo(files, asked.label, commit, [_entry(one, files, sizes) for one in tree])
    gate = about.get("gated")
    close_door(repo, str(gate) if gate else "", about.get("private") is True, about.get("disabled") is True)
    return repo


def _is_data(name: str) -> bool:
    return name.startswith("datasets/")


def _about(asked: Target, url: str) -> dict[str, Any]:
    answer = client().get(f"{url}/revision/{quote(asked.rev, safe='')}" if asked.rev else url, ENDPOINT)
    if answer.headers.get("x-error-code") == "RevisionNotFound":
        raise GateError(say("{rev}: no such revision", rev=asked.rev))
    if not answer.ok:
        raise _complaint(answer, asked.label)
    about = answer.json()
    if not isinstance(about, dict):
        raise _nonsense()
    return about


def _complaint(answer: Answer, label: str) -> Unreadable:
    """The hub answers 401 for what is not there, as it does for what is private."""
    hidden = answer.headers.get("x-error-code") == "RepoNotFound"
    return complaint(answer._replace(status=404) if hidden else answer, label, ENDPOINT)


def _tree(asked: Target, url: str) -> Iterator[dict[str, Any]]:
    """The files of the commit, page by page."""
    count = 0
    for answer in client().pages(url, ENDPOINT):
        if not answer.ok:
            raise _complaint(answer, asked.label)
        page = answer.json()
        if not isinstance(page, list):
            raise _nonsense()
        count += len(page)
        if count > MAX_FILES:
            raise too_many(asked.label)
        yield from (entry for entry in page if not (isinstance(entry, dict) and entry.get("type") == "directory"))


def _entry(entry: object, files: Files, sizes: dict[str, int]) -> tuple[str, str, str]:
    """Mode, id and path. Weights, and what is larger than any text, stay the pointers that git has."""
    match entry:
        case {"path": str(path), "lfs": {"oid": str(oid), "size": int(size)}} if ID.fullmatch(oid) and size >= 0:
            if form_of(path) or size > TEXT_LIMIT:
                pointer = POINTER.format(oid=oid, size=size).encode()
                oid, size = f"{LFS}pointer-{oid}", len(pointer)
                files.pointers[oid] = pointer
            else:
                oid = LFS + oid
        case {"path": str(path), "oid": str(oid), "size": int(size)} if ID.fullmatch(oid) and size >= 0:
            pass
        case _:
            raise _nonsense()
    sizes[oid] = size
    return "100644", oid, path


def _nonsense() -> Unreadable:
    return Unreadable(say("{host}: its answer is not what the hub answers", host=ENDPOINT.host))


def target_of(url: str) -> str:
    parts = split(url)
    names = (parts.path if parts else "").strip("/").split("/")
    name = "/".join(names[:3] if names[0] == "datasets" else names[:2])
    host = host_of(url).removeprefix("www.")
    pages = {*table("hosts")["hosts"].get(host, ())} - {"datasets"}
    return (
        f"hf:{name}"
        if host in HOSTS and names[0] not in pages and "/" in name.removeprefix("datasets/") and NAME.fullmatch(name)
        else ""
    )


FORGE = Forge("huggingface", "a model or a data set on the Hugging Face hub", "hf", open_repository, target_of)
