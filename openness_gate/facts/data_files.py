"""Files that hold data."""

from __future__ import annotations

from openness_gate.facts import blob_fact, fact
from openness_gate.facts.content import head
from openness_gate.facts.paths import is_foreign
from openness_gate.facts.tables import table
from openness_gate.model import Place, Repo

FOLDERS = ("data/", "dataset/", "datasets/", "corpus/", "raw/")
EVALUATION = ("eval", "test", "benchmark", "bench", "validation", "dev.")
LEAST = 64  #: bytes
MOST = 200  #: files that are looked into
NOT_DATA = ("md5", "sha256", "checksum", "config", "example", "sample", "mapping", "result", "schema")


@fact
def _all(repo: Repo) -> tuple[str, ...]:
    endings = tuple(table("hosts")["data_endings"])
    named = [
        p for p in repo.paths if not is_foreign(p) and (p.lower().endswith(endings) or _in_data(p)) and _is_data(p)
    ]
    return tuple(p for p in named[:MOST] if _holds_something(repo, p))


@blob_fact
def _holds_something(repo: Repo, path: str) -> bool:
    """It is more than an empty table; a large-file pointer is the data that it stands for."""
    return len(content := head(repo, path, LEAST)) >= LEAST or content.startswith(b"version https://git-lfs")


def _in_data(path: str) -> bool:
    lower = "/" + path.lower()
    return any("/" + folder in lower for folder in FOLDERS) and lower.endswith(
        (".txt", ".json", ".bin", ".npy", ".index")
    )


def _is_data(path: str) -> bool:
    return not any(word in path.lower() for word in NOT_DATA)


def data_files(repo: Repo, use: str) -> tuple[Place, ...]:
    """The data files for *use*: training or evaluation."""
    wanted = use == "evaluation"
    return tuple(Place(p) for p in _all(repo) if any(w in p.lower() for w in EVALUATION) is wanted)
