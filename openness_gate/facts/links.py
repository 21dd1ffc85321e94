"""Addresses in the documents and the scripts of a release, and what stands there. Nothing is looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openness_gate.facts import blob_fact, fact
from openness_gate.facts.code import CODE_LIMIT
from openness_gate.facts.content import head
from openness_gate.facts.paths import is_foreign
from openness_gate.facts.sentences import Sentence, sentences
from openness_gate.facts.tables import table
from openness_gate.model import Access, Place, Repo
from openness_gate.tuples import NamedTuple

URL = re.compile(r"(?:https?://|gs://|s3://|magnet:\?)[^\s<>\"'`|\]\\]+")
ENDS = ".,;:!?*_)\u3002\uff0c\u3001\uff09\uff1b\uff1a\uff01\uff1f"  #: what ends a sentence, not an address
PLACEHOLDERS = ("path/to", "bucket-name", "your-bucket", "your_bucket", "my-bucket")
DEFINITION = re.compile(r"(?:^|(?<=\s))\[([^\]\s]{1,60})\]: <?((?:https?|gs|s3)://\S+)")
REFERENCE = re.compile(r"\][ ]?\[([^\]]{1,60})\]|(?<!\])\[([^\]]{1,60})\](?![\[(:])")
BASE = re.compile(
    r"\b([A-Za-z_]\w{0,60})\s{0,3}=[^=\n\"']{0,60}(?:[\"']\w+[\"'],\s{0,3})?[\"'](https?://[^\s{}\"']+)[\"']"
)
FILLED = re.compile(r"f[\"']\{(\w+)\}(/[^\s{}\"']+)[\"']")
MOST_BASES = 100  #: addresses of a script that have a name
BLANKS = "{$<%"  #: what begins a name that is to be filled in
RELATIVE = "](//"  #: a link that leaves its scheme to the page it stands on
FETCHERS = (".py", ".sh", ".ipynb", ".bash")


class Link(NamedTuple):
    """An address: what kind of thing stands there, and the sentence that names it."""

    url: str
    kind: str  #: model | data | paper | code | form | app | file | archive | magnet | storage | ""
    name: str  #: owner/name on a hub or a forge, else ""
    at: Place
    sentence: Sentence | None = None  #: None where a script names it
    access: Access = Access.PUBLIC

    @property
    def label(self) -> str:
        """What a document calls the link, `[label](https://…)`, in lower case."""
        text = self.sentence.lower.replace(RELATIVE, "](https://") if self.sentence else ""
        before = text.partition(f"]({self.url.lower()}")
        return before[0].rpartition("[")[2].strip() if before[1] else ""


@fact
def links(repo: Repo) -> tuple[Link, ...]:
    """Every address in the documents, then those of files in the scripts."""
    return (*_in_documents(repo), *_in_scripts(repo))


def _in_documents(repo: Repo) -> Iterator[Link]:
    defined = _defined(repo)
    for sentence in sentences(repo):
        if "://" in sentence.text or "magnet:" in sentence.text or RELATIVE in sentence.text:
            for url in urls(sentence.text.replace(RELATIVE, "](https://")):
                yield link(url, sentence.at, sentence)
        if "]" in sentence.text and sentence.at.path in defined:
            for match in REFERENCE.finditer(sentence.lower):
                for url in urls(defined[sentence.at.path].get(match[1] or match[2], "")):
                    yield link(url, sentence.at, sentence)


def _defined(repo: Repo) -> dict[str, dict[str, str]]:
    """For each document what its references (`[name]: https://…`) stand for, by their names in lower case."""
    found: dict[str, dict[str, str]] = {}
    for sentence in sentences(repo):
        for match in DEFINITION.finditer(sentence.text) if "]: " in sentence.text else ():
            found.setdefault(sentence.at.path, {}).setdefault(match[1].lower(), match[2])
    return found


def _in_scripts(repo: Repo) -> Iterator[Link]:
    for path in repo.paths:
        if path.endswith(FETCHERS) and not is_foreign(path):
            yield from _in_script(repo, path)


@blob_fact
def _in_script(repo: Repo, path: str) -> tuple[Link, ...]:
    content = head(repo, path, CODE_LIMIT)
    if b"://" not in content and b"magnet:" not in content:
        return ()
    found: list[Link] = []
    bases: dict[str, str] = {}
    for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), 1):
        if len(line) < 5000 and ("://" in line or "magnet:" in line):
            signed = "no-sign-request" not in line
            named = (link(url, Place(path, number), None) for url in urls(line))
            found += (one if signed else one._replace(access=Access.PUBLIC) for one in named)
            bases.update(BASE.findall(line) if len(bases) < MOST_BASES else ())
        elif len(line) < 5000 and "{" in line and bases:
            found += (link(bases[name] + rest, Place(path, number), None) for name, rest in _put_together(line, bases))
    return tuple(found)


def _put_together(line: str, bases: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The addresses of which *line* writes the beginning as the name of a variable: `f"{BASE}/model.pt"`."""
    return ((name, rest.rstrip(ENDS)) for name, rest in FILLED.findall(line) if name in bases)


def urls(text: str) -> Iterator[str]:
    for match in URL.finditer(text):
        url = match[0].rstrip(ENDS)
        if any(word in url.lower() for word in PLACEHOLDERS):
            continue
        url = url + ")" if "(" in url and match[0].startswith(url + ")") else url.split(")")[0]
        rest = url.partition("://")[2]
        if (rest and rest[0] not in BLANKS) or url.startswith("magnet:?xt="):
            yield url


def _is_download(path: str) -> bool:
    """A file of a release on a forge, and no page of its code: `owner/name/releases/download/v1/model.pt`."""
    return "/releases/" in path and "/download/" in f"{path}/"


def _is_store(path: str) -> bool:
    """Where the files of a project's releases lie, to which a script adds their names."""
    return path.endswith("/releases/download")


def link(url: str, at: Place, sentence: Sentence | None) -> Link:
    """What stands at *url*, by its host and its path."""
    known = table("hosts")
    if url.startswith("magnet:"):
        return Link(url, "magnet", "", at, sentence)
    host, _, path = url.split("://", 1)[1].partition("/")
    host = host.lower().removeprefix("www.").split(":")[0]
    path = path.split("?")[0].split("#")[0].strip("/")
    lower = path.lower()
    parts = path.split("/")
    if host in known["hosts"] and not _is_download(lower):
        table_of = known["hosts"][host]
        kind = table_of.get(parts[0], table_of["*"])
        skip = 1 if parts[0] in table_of else 0
        name = "/".join(part for part in parts[skip : skip + 2] if part).removesuffix("/models")
        access = Access[known["access"].get(host, "public").upper()]
        stands = (path or len(table_of) == 1) and (name or kind == table_of["*"])  # a hub's front page is nothing
        search = "?" in url and not name and any(word in url for word in known["searches"])
        page = "/blob/" in lower and lower.endswith(tuple(known["pages"]))
        return Link(url, kind if stands and not (search or page) else "", name, at, sentence, access)
    for kind, endings in (("file", "weight_endings"), ("data", "data_endings"), ("archive", "archive_endings")):
        if lower.endswith(tuple(known[endings])):
            return Link(url, kind, "", at, sentence)
    if lower.endswith(tuple(known["pickles"])) and any(word in lower for word in known["weight_words"]):
        return Link(url, "file", "", at, sentence)  # a pickle holds anything
    if lower.endswith(tuple(known["settings"])):
        return Link(url, "", "", at, sentence)
    if url.startswith(("gs:", "s3:")):  # of s3 the tool asks for an account; what is public in gs can be had over https
        kept = url.startswith("s3:") or any(word in url.lower() for word in known["private_words"])
        return Link(url, "storage", "", at, sentence, Access.REGISTRATION if kept else Access.PUBLIC)
    stored = (host.endswith(tuple(known["storage"])) or _is_store(lower)) and not lower.endswith(tuple(known["pages"]))
    return Link(url, "storage" if stored else "", "", at, sentence)
