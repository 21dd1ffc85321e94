"""The files that hold license texts, and what each is."""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import fact, file_fact
from openness_gate.facts.content import head, text
from openness_gate.facts.license_text import identify
from openness_gate.facts.paths import base
from openness_gate.model import License, LicenseClass, Place, Repo

NO_TEXT = (".py", ".js", ".ts", ".svg", ".png", ".jpg", ".gif", ".json", ".yaml", ".yml", ".toml", ".sh", ".ipynb",
           ".csv", ".c", ".h", ".cpp", ".go", ".rs", ".java", ".css", ".lock", ".tmpl", ".tpl", ".j2")  # fmt: skip


@fact
def license_files(repo: Repo) -> tuple[str, ...]:
    """The files that hold license texts, by their names."""
    return tuple(_named(repo))


def _named(repo: Repo) -> Iterator[str]:
    for path in repo.paths:
        name = base(path)
        if "licen" not in name and not name.startswith(("copying", "unlicense")):
            continue
        if not name.endswith(NO_TEXT) and ("license" in name or "licence" in name or name.startswith("copying")):
            yield path


@file_fact
def license_of(repo: Repo, path: str) -> License:
    """What one license file is."""
    if path.lower().endswith(".pdf") or head(repo, path, 5) == b"%PDF-":
        return License("LicenseRef-unknown", LicenseClass.UNKNOWN, Place(path, 1))
    return identify(text(repo, path), path)
