"""Models and data sets on the Hugging Face hub, or a mirror that HF_ENDPOINT names: `hf:owner/model@rev`,
`hf:datasets/owner/name@rev`.

Weights and other large files are pointers here, as in a clone without them: the hub says what they stand for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
        raise nonsense()
    where = f"datasets/{name}" if kind == "datasets" else name
    sizes: dict[str, int] = {}
    pointers: dict[str, bytes] = {}
    entries = listed(where, commit, asked.label, sizes, pointers)
    repo = blob_repo(files(where, commit, asked.label, sizes, pointers), asked.label, commit, entries)
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
        raise nonsense()
    return about


def _complaint(answer: Answer, label: str) -> Unreadable:
    """The hub answers 401 for what is not there, as it does for what is private."""
    hidden = answer.headers.get("x-error-code") == "RepoNotFound"
    return complaint(answer._replace(status=404) if hidden else answer, label, ENDPOINT)


def files(where: str, commit: str, label: str, sizes: Mapping[str, int], pointers: Mapping[str, bytes]) -> Files:
    """The contents of a commit. *where*: `owner/model`, or `datasets/owner/name`."""
    place = f"{ENDPOINT.url}/{where}/resolve/{commit}"
    found = Files(label, ENDPOINT, sizes, lambda oid, path: f"{place}/{quote(path, safe='/')}", "*/*")
    found.pointers = pointers
    return found


def listed(
    where: str, commit: str, label: str, sizes: dict[str, int], pointers: dict[str, bytes]
) -> list[tuple[str, str, str]]:
    """Mode, id and path of all that a commit holds, with what is known of each id."""
    api = where if _is_data(where) else f"models/{where}"
    found: list[tuple[str, str, str]] = []
    for page in pages(f"{ENDPOINT.url}/api/{api}/tree/{commit}?recursive=true", label):
        there = [one for one in page if not (isinstance(one, dict) and one.get("type") == "directory")]
        found += [_entry(one, sizes, pointers) for one in there]
        if len(found) > MAX_FILES:
            raise too_many(label)
    return found


def pages(url: str, label: str) -> Iterator[list[object]]:
    """A list, page by page."""
    for answer in client().pages(url, ENDPOINT):
        if not answer.ok:
            raise _complaint(answer, label)
        page = answer.json()
        if not isinstance(page, list):
            raise nonsense()
        yield page


def _entry(entry: object, sizes: dict[str, int], pointers: dict[str, bytes]) -> tuple[str, str, str]:
    """Mode, id and path. Weights, and what is larger than any text, stay the pointers that git has."""
    match entry:
        case {"path": str(path), "lfs": {"oid": str(oid), "size": int(size)}} if ID.fullmatch(oid) and size >= 0:
            if form_of(path) or size > TEXT_LIMIT:
                pointer = POINTER.format(oid=oid, size=size).encode()
                oid, size = f"{LFS}pointer-{oid}", len(pointer)
                pointers[oid] = pointer
            else:
                oid = LFS + oid
        case {"path": str(path), "oid": str(oid), "size": int(size)} if ID.fullmatch(oid) and size >= 0:
            pass
        case _:
            raise nonsense()
    sizes[oid] = size
    return "100644", oid, path


def nonsense() -> Unreadable:
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
