"""What tests share: repositories made of text."""

from __future__ import annotations

from collections.abc import Mapping

from openness_gate.model import Repo, Unreadable


def make_repo(files: Mapping[str, str | bytes], *, unreadable: tuple[str, ...] = (), declaration: str = "") -> Repo:
    """A repository that holds *files*, of which those in *unreadable* cannot be read."""
    content = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}

    def read(path: str, limit: int) -> bytes:
        if path in unreadable or path not in content:
            raise Unreadable(f"{path}: permission denied")
        return content[path][:limit]

    return Repo("test", tuple(sorted(content)), read, lambda path: len(content[path]), declaration=declaration)
