"""Real git repositories for tests, made as a person would make them, and whatever a source makes of them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from openness_gate.model import Repo, Request, Unreadable
from openness_gate.registry import sources

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "LC_ALL": "C",
}


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> str:
    """What git says, asked as its user: with hooks, filters and all."""
    allow = ("-c", "protocol.file.allow=always", "-c", "commit.gpgSign=false")
    done = subprocess.run(
        ("git", *allow, *arguments), cwd=folder, env=ENVIRONMENT, input=stdin, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def make_git(
    folder: Path, files: Mapping[str, str | bytes] | None = None, links: Mapping[str, str] | None = None, form: str = ""
) -> Path:
    """A repository in *folder* with one commit of *files* and *links*; without either none is made."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main", *((f"--object-format={form}",) if form else ()))
    put(folder, files or {}, links or {})
    if files or links:
        commit(folder)
    return folder


def put(folder: Path, files: Mapping[str, str | bytes], links: Mapping[str, str] | None = None) -> None:
    for path, content in files.items():
        at = folder / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(content.encode() if isinstance(content, str) else content)
    for path, target in (links or {}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).symlink_to(target)


def commit(folder: Path) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")
    return git(folder, "rev-parse", "HEAD")


def source_of(target: Path | str, *, staged: bool = False, ref: str = "") -> str:
    request = Request(str(target), staged, ref)
    return next(source.name for source in sources() if source.accepts(request))


def open_repo(target: Path | str, *, staged: bool = False, ref: str = "") -> Repo:
    """*target* as the command line would open it."""
    request = Request(str(target), staged, ref)
    return next(source for source in sources() if source.accepts(request)).open(request)


def content(repo: Repo) -> dict[str, bytes | str]:
    """Every file's bytes, or why there are none."""
    return {path: _read(repo, path) for path in repo.paths}


def _read(repo: Repo, path: str) -> bytes | str:
    try:
        found = repo.read(path, 1 << 20)
        assert repo.size(path) == len(found)
    except Unreadable as error:
        return str(error)
    return found


def says(repo: Repo) -> list[str]:
    return [notice.says for notice in repo.log.notices]
