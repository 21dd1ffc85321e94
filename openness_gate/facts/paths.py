"""What the names of files say."""

from __future__ import annotations

from functools import cache

from openness_gate.facts import fact
from openness_gate.facts.tables import table
from openness_gate.model import Repo

CARDS = ("model_card", "model-card", "modelcard", "model card")  #: how a model card is called, without its ending
OWN = {"license": ("license", "licence", "copying"), "package": ("setup.py", "pyproject.toml"), "readme": ("readme",)}
MARKUP = (".md", ".txt", ".rst", ".html", ".markdown")


def base(path: str) -> str:
    """The last part of *path*, in lower case."""
    return path[path.rfind("/") + 1 :].lower()


def folder(path: str) -> str:
    """The folder of *path*; "" is the root."""
    return path[: path.rfind("/")] if "/" in path else ""


def stem(path: str) -> str:
    """The last part of *path* without its endings of mark-up, in lower case."""
    name = base(path)
    for ending in MARKUP:
        name = name.removesuffix(ending)
    return name


def is_card(path: str) -> bool:
    """It is called a model card."""
    return stem(path) in CARDS


def is_foreign(path: str) -> bool:
    """It lies in a folder that holds somebody else's code, tests, or what a build left."""
    return "/" in path and not _foreign().isdisjoint(path.lower().split("/")[:-1])


@cache
def _foreign() -> frozenset[str]:
    return frozenset(table("signals")["foreign_folders"])


@fact
def folders(repo: Repo) -> frozenset[str]:
    """Every folder that holds a file, and those around it."""
    found: set[str] = set()
    for path in repo.paths:
        above = folder(path)
        while above and above not in found:
            found.add(above)
            above = folder(above)
    return frozenset(found)


@fact
def folder_names(repo: Repo) -> frozenset[str]:
    """The last parts of the folders, and of scripts without their ending: what an import can mean here."""
    return frozenset(
        path.rsplit("/", 1)[-1] for path in (*folders(repo), *(p[:-3] for p in repo.paths if p.endswith(".py")))
    )


@fact
def bundled(repo: Repo) -> tuple[str, ...]:
    """Folders that hold a project of their own, copied in: with a license and a package beside a README."""
    named: dict[str, set[str]] = {}
    for path in repo.paths:
        name = base(path)
        if "/" in path and (kind := next((k for k, names in OWN.items() if name.startswith(names)), "")):
            named.setdefault(folder(path), set()).add(kind)
    return tuple(f"{where}/" for where, kinds in named.items() if len(kinds) == len(OWN))
