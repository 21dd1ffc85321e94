"""The files that hold license texts, and what each is."""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import blob_fact, fact
from openness_gate.facts.content import TEXT_LIMIT, head, text
from openness_gate.facts.license_name import mentions, unknown
from openness_gate.facts.license_text import identify
from openness_gate.facts.paths import base, folder, is_foreign
from openness_gate.messages import say
from openness_gate.model import License, Place, Repo

DOCUMENTS = frozenset(f"{word}.{form}" for word in ("license", "licence")
                      for form in ("json", "yaml", "yml", "doc", "docx", "odt", "rtf", "pdf", "html"))  # fmt: skip
MOST = 200  #: license files that are read
POINTER = 400  #: characters of a file that only points to terms
QUOTED = 120
NAMES = ("license", "licence", "lizenz", "licencia", "许可")
TERMS = ("use_policy", "use-policy", "usage_policy", "usage-policy", "acceptable", "prohibited", "responsible_use",
         "terms", "eula", "agreement", "legal", "disclaimer", "copyright", "notice", "协议", "条款")  # fmt: skip
FOLDERS = ("license", "licence", "legal")  #: whose files are terms
NO_TEXT = (".py", ".js", ".ts", ".svg", ".png", ".jpg", ".gif", ".json", ".yaml", ".yml", ".toml", ".sh", ".ipynb",
           ".csv", ".c", ".h", ".cpp", ".go", ".rs", ".java", ".css", ".lock", ".tmpl", ".tpl", ".j2")  # fmt: skip


@fact
def license_files(repo: Repo) -> tuple[str, ...]:
    """The files that hold license texts, by their names."""
    found = tuple(_named(repo))
    for path in found[MOST:]:
        repo.log.unread[path] = say("more than {n} license files; this one was not read", n=MOST)
    return found[:MOST]


def _named(repo: Repo) -> Iterator[str]:
    for path in repo.paths:
        name = base(path)
        whole = name in DOCUMENTS  # also a form that cannot be read
        named = name.startswith(("copying", "unlicense")) or any(word in name for word in NAMES)
        if whole or (named and not name.endswith(NO_TEXT)):
            yield path


@fact
def terms_files(repo: Repo) -> tuple[str, ...]:
    """Files beside a license that may take back what it gives: policies of use, terms, agreements."""
    found = (p for p in repo.paths if not is_foreign(p) and (base(folder(p)) in FOLDERS or _is_called_terms(p)))
    return tuple(p for p in found if not base(p).endswith(NO_TEXT) and p not in license_files(repo))[:MOST]


def _is_called_terms(path: str) -> bool:
    return any(word in base(path) for word in TERMS)


@blob_fact
def license_of(repo: Repo, path: str) -> License:
    """What one license file is; with the digest of the file where it is not open, by which a policy may accept it."""
    content = head(repo, path, TEXT_LIMIT + 1)
    if content.startswith(b"%PDF-"):
        license_ = unknown(Place(path, 1))._replace(note=say("a PDF, which is not read"))
    else:
        license_ = identify(text(repo, path), path)
        if license_.recognised_by == "nothing" and (note := _only_points(text(repo, path))):
            license_ = license_._replace(note=note)
    if license_.cls.open or not content:
        return license_
    from hashlib import sha256

    return license_._replace(sha256=sha256(content).hexdigest())


def _only_points(words: str) -> str:
    """What is in the way where a file holds no terms, but says where they are, or what they are called."""
    words = " ".join(words.split())
    if not words:
        return say("an empty file")
    if len(words) > POINTER:
        return ""
    if "://" in words or "www." in words:
        return say("only a link: {words}", words=words[:QUOTED])
    return say("only a name: {words}", words=words[:QUOTED]) if any(mentions(words)) else ""
