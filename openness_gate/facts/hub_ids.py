"""Weights that only code names: models of a hub whose ids bear the name of the release, and files that it fetches."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openness_gate.facts import fact
from openness_gate.facts.code import CODE_LIMIT
from openness_gate.facts.content import head
from openness_gate.facts.documents import documents
from openness_gate.facts.links import FETCHERS, Link, link, urls
from openness_gate.facts.paths import is_foreign
from openness_gate.facts.tables import table
from openness_gate.model import Place, Repo

LOADS = (b"from_pretrained", b"_download", b"repo_id")
ID = re.compile(
    r"(?:\b(?:repo_id|model_(?:path|name|id|name_or_path)|pretrained_model\w{0,20})[\"']?\s{0,3}[=:]\s{0,3}"
    r"|(?:hf_hub_download|snapshot_download|from_pretrained)\(\s{0,20}(?:\w{1,40},\s{0,20})?)"
    r"\\?[\"'](?:hf://|https://huggingface\.co/)?([A-Za-z0-9][\w.-]{0,60}/[\w.-]{2,90})\\?[\"'](?!.{0,200}\bdataset\b)"
)
WORD = re.compile(r"[^\W\d_]{3,}")
APART = ("training-data", "data-howto", "training-procedure", "finetune-howto", "evaluation", "acknowledgements")
HUB = "https://huggingface.co/"


@fact
def hub_ids(repo: Repo) -> tuple[Link, ...]:
    """The models that its scripts and the code in its documents load, whose names begin as the release's own."""
    own = name_words(repo)
    found: dict[str, Link] = {}
    for name, at in _loaded(repo) if own else ():
        if own[0] in WORD.findall(name.split("/")[1].lower()):
            found.setdefault(name, link(HUB + name, at, None))
    return tuple(found.values())


@fact
def fetched_files(repo: Repo) -> tuple[Link, ...]:
    """The files of weights that the code in the README fetches, outside what trains, tunes or measures."""
    found: dict[str, Link] = {}
    for document in documents(repo):
        for section in document.sections if "/" not in document.path else ():
            if section.about(*APART) or "://" not in section.code:
                continue
            for url in urls(section.code):
                seen = link(url, section.at, None)
                if seen.kind == "file" and not any(part in url.lower() for part in table("hosts")["helpers"]):
                    found.setdefault(url, seen)
    return tuple(found.values())


def name_words(repo: Repo) -> list[str]:
    """The words of the title of the README, without those that anything may be called."""
    title = next((document.title.lower() for document in documents(repo)), "")
    return [word for word in WORD.findall(title) if word not in table("hosts")["common_words"]]


def _loaded(repo: Repo) -> Iterator[tuple[str, Place]]:
    for document in documents(repo):
        for section in document.sections:
            for match in ID.finditer(section.code):
                yield match[1], section.at
    for path in repo.paths:
        if not path.endswith(FETCHERS) or is_foreign(path):
            continue
        content = head(repo, path, CODE_LIMIT)
        if not any(word in content for word in LOADS):
            continue
        source = content.decode("utf-8", "replace")
        for match in ID.finditer(source):
            yield match[1], Place(path, source.count("\n", 0, match.start()) + 1)
