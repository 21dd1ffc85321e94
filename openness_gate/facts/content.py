"""The content of one file: bytes up to a limit, or text in whatever encoding it was written in.

What cannot be read, or only in part, is written into the repository's log: it makes the report incomplete (exit 3) and
lets nothing pass for absent.
"""

from __future__ import annotations

import codecs

from openness_gate.facts import blob_fact
from openness_gate.messages import say
from openness_gate.model import Place, Repo, Unreadable
from openness_gate.tuples import NamedTuple

READ_LIMIT = 512 << 20  #: bytes read of a repository in all
TEXT_LIMIT = 1 << 20  #: bytes read of a document; what people write by hand is far below
KEPT_LIMIT = 64 << 20  #: bytes of a repository that are kept
AHEAD = dict.fromkeys(("", "md", "rst", "markdown", "html", "yaml", "yml", "json", "toml", "txt"), TEXT_LIMIT + 1)
AHEAD |= dict.fromkeys(("py", "sh", "bash", "slurm", "sbatch"), 512 << 10) | {"ipynb": 16 << 20}  #: as its readers ask
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _ending(path: str) -> str:
    """What stands behind the last point of a name; "" where it has none, as license files have."""
    return path[path.rfind("/") + 1 :].lower().rpartition(".")[2] if "." in path[path.rfind("/") + 1 :] else ""


class _Kept(NamedTuple):
    """What was read of a file, when so many bytes were asked for."""

    content: bytes
    asked: int

    def serves(self, limit: int) -> bool:
        return limit <= self.asked or len(self.content) < self.asked


def head(repo: Repo, path: str, limit: int) -> bytes:
    """The first *limit* bytes; nothing, and a line in the log, where the file cannot be read.

    A file is read once, as far as any reader of its kind will ask, and kept while there is room.
    """
    kept = repo.shared.get((head, path))
    if kept and kept.serves(limit):
        return bytes(kept.content[:limit])
    spent, room = repo.shared.get(head, (0, KEPT_LIMIT))
    if spent > READ_LIMIT:
        repo.log.unread.setdefault(path, say("more than {n} MiB were read; this was not", n=READ_LIMIT >> 20))
        return b""
    asked = max(limit, AHEAD.get(_ending(path), 0))
    try:
        content = repo.read(path, asked)
    except Unreadable as error:
        repo.log.unread[path] = str(error)
        return b""
    if len(content) <= room:
        repo.shared[head, path] = _Kept(content, asked)
        room -= len(content)
    repo.shared[head] = (spent + len(content), room)
    return content[:limit]


@blob_fact
def text(repo: Repo, path: str) -> str:
    """A document's text with `\\n` line ends. Of one that is too large the beginning, and a line in the log."""
    content = head(repo, path, TEXT_LIMIT + 1)
    if len(content) > TEXT_LIMIT:
        content = content[:TEXT_LIMIT]
        repo.log.unread[path] = say("only the first {size} MiB of {path} were read", size=TEXT_LIMIT >> 20, path=path)
    decoded = decode(content)
    if "\0" in decoded:
        repo.log.notice(say("{path} has NUL bytes; they were left out", path=path), Place(path))
        decoded = decoded.replace("\0", "")
    return decoded.replace("\r\n", "\n").replace("\r", "\n")


def decode(content: bytes) -> str:
    """UTF-8, or UTF-16/32 by its mark or by its zeros, or else Latin-1: every byte string is some text."""
    for bom, encoding in BOMS:
        if content.startswith(bom):
            return content.removeprefix(codecs.BOM_UTF8).decode(encoding, "replace")
    sample = content[:512]
    if sample.count(0) * 3 > len(sample) > 1:
        return content.decode("utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_in_a_character = error.end >= len(content) - 3 and len(content) >= TEXT_LIMIT
        return content.decode("utf-8", "ignore") if cut_in_a_character else content.decode("latin-1")
