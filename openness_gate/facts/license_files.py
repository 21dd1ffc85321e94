"""The files that hold license texts, and what each is."""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import fact, file_fact
from openness_gate.facts.content import head, text
from openness_gate.facts.license_text import identify
from openness_gate.facts.paths import base, folder, is_foreign
from openness_gate.messages import say
from openness_gate.model import License, LicenseClass, Place, Repo

DOCUMENTS = frozenset(f"{word}.{form}" for word in ("license", "licence")
                      for form in ("json", "yaml", "yml", "doc", "docx", "odt", "rtf", "pdf", "html"))  # fmt: skip
MOST = 200  #: license files that are read
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


@file_fact
def license_of(repo: Repo, path: str) -> License:
    """What one license file is."""
    if path.lower().endswith(".pdf") or head(repo, path, 5) == b"%PDF-":
        return License("LicenseRef-unknown", LicenseClass.UNKNOWN, Place(path, 1))
    return identify(text(repo, path), path)
