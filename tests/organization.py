"""An organization of a thousand repositories, of which a hundred hold releases of models: made within seconds.

What a release consists of is taken from the cases of `tests/repos`; each has words, sizes and figures of its own.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tests.git_objects import BEGAN, Files, Link, stamp, write_repositories
from tests.github_org import GitHubOrg

CASES = Path(__file__).parent / "repos"
RELEASES = (
    "complete", "complete-osaid", "monorepo-folders", "promised-training-code", "gated-by-a-form", "adapter",
    "restrictive-model-license", "written-as-mof", "gguf-only", "missing-shard", "rst-readme", "card-in-chinese",
    "delta-weights", "html-headings", "lfs-pointer", "waived-and-confirmed",
)  # fmt: skip
BIRDS = (
    "wren", "robin", "siskin", "linnet", "dunlin", "avocet",
    "godwit", "curlew", "plover", "merlin", "osprey", "bittern",
)  # fmt: skip
ORDINARY = ("service", "library", "site", "notes", "infra", "empty")
SUBJECTS = (
    "the first part", "a second run", "each result", "the filtered text", "the form", "an early version",
    "every table here", "the script", "the held-out part", "a smaller sibling",
)  # fmt: skip
VERBS = (
    "was compared with", "differs by two percent from", "was measured twice against", "keeps the order of",
    "was made before", "costs half of", "explains most of", "was written by hand after", "follows",
)  # fmt: skip
OBJECTS = (
    "what the first report says", "the runs of last winter", "a plain baseline", "the public figures",
    "the same text in another order", "forty pages of notes", "what readers asked for", "the run with more steps",
)  # fmt: skip
"""None of these words says what a repository is of."""


def organization(folder: Path, repositories: int = 1000, releases: int = 100, owner: str = "acme") -> GitHubOrg:
    """The server of it, which does not run yet; every *n*th repository is a release."""
    folder.mkdir(parents=True, exist_ok=True)
    every = repositories // releases if releases else repositories + 1
    files: dict[str, Files] = {}
    about: dict[str, dict[str, Any]] = {}
    for n in range(repositories):
        chance = Random(n)
        is_release = releases and n % every == every // 2 and n // every < releases
        kind = "release" if is_release else ORDINARY[n % len(ORDINARY)]
        name = f"{owner}/{chance.choice(BIRDS)}-{kind}-{n:04}"
        files[name] = release(n // every) if is_release else _ordinary(kind, n, chance)
        facts = {"pushed_at": stamp(BEGAN + n), "archived": n % 37 == 3, "fork": n % 41 == 5}
        facts |= {"is_template": n % 97 == 7, "topics": ["model"] if is_release and n % 3 else [], "size": n % 900}
        facts |= {"language": None if kind == "empty" else "Python"}
        properties = {"team": chance.choice(("research", "product"))}
        about[name] = {"id": n + 1, "about": facts, "properties": properties}
    write_repositories(folder, files)
    (folder / "organization.json").write_text(json.dumps(about), "utf-8")
    return GitHubOrg(folder)


def release(n: int, steps: int = 40) -> dict[str, str | bytes | Link | None]:
    """The *n*th: files of its own, as large as real ones with so many *steps* in each program."""
    chance, bird = Random(1000 + n), f"{BIRDS[n % len(BIRDS)].title()}-{n}"
    found: dict[str, str | bytes | Link | None] = {}
    for path, content in _case(RELEASES[n % len(RELEASES)]):
        text = content.replace("Wren", bird).replace("wren", bird.lower()) if isinstance(content, str) else content
        if path in ("README.md", "README.rst"):
            text = str(text).rstrip() + "\n\n" + "\n\n".join(_paragraph(chance) for _ in range(12)) + "\n"
        elif path.endswith(".py"):
            text = str(text) + "".join(_function(chance, number) for number in range(steps))
        found[path] = text
    found |= {"CHANGELOG.md": f"# {n}\n\n{_paragraph(chance)}\n", "docs/notes.md": f"# Notes\n\n{_paragraph(chance)}\n"}
    found |= {f"src/part_{number}.py": _function(chance, number) for number in range(6)}
    return found


@cache
def _case(name: str) -> tuple[tuple[str, str | bytes], ...]:
    at = CASES / name / "repo"
    return tuple((str(path.relative_to(at)), _content(path)) for path in sorted(at.rglob("*")) if path.is_file())


def _content(path: Path) -> str | bytes:
    content = path.read_bytes()
    return content if b"\0" in content else content.decode("utf-8")


def _ordinary(kind: str, n: int, chance: Random) -> Files:
    if kind == "empty":
        return {}
    files: dict[str, str | bytes | Link | None] = {"README.md": f"# {kind} {n}\n\n{_paragraph(chance)}\n"}
    if kind == "site":
        return (
            files | {f"pages/{page}.md": _paragraph(chance) for page in range(5)} | {"mkdocs.yml": f"site_name: {n}\n"}
        )
    if kind == "infra":
        return files | {"main.tf": f'variable "n" {{ default = {n} }}\n', ".github/workflows/ci.yml": "on: push\n"}
    if kind == "notes":
        return files | {f"minutes/{part}.csv": f"day,hours\n{n},{part}\n" for part in range(4)}
    named = f'[project]\nname = "{kind}-{n}"\nversion = "1.0"\n'
    code = {f"{kind}/{part}.py": _function(chance, part) for part in range(4)}
    return files | code | {"pyproject.toml": named, f"tests/test_{kind}.py": "def test_it():\n    assert True\n"}


def _paragraph(chance: Random) -> str:
    def sentence() -> str:
        words = (chance.choice(SUBJECTS), chance.choice(VERBS), chance.choice(OBJECTS))
        return f"{' '.join(words).capitalize()}, in {chance.randrange(2, 900)} cases of {chance.randrange(900, 9000)}."

    return " ".join(sentence() for _ in range(chance.randrange(4, 9)))


def _function(chance: Random, number: int) -> str:
    step = chance.randrange(1, 999)
    body = f"    total = [value * {step} for value in values]\n    return sum(total) / {step + 1}\n"
    return f"\n\ndef step_{number}_{step}(values):\n    # {chance.choice(SUBJECTS)} {chance.choice(VERBS)}\n{body}"
