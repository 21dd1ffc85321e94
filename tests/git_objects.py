"""The objects of a git repository, read by one `git cat-file` that stays, and kept; and many written at once."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from threading import RLock
from typing import NamedTuple

from tests.git_repos import ENVIRONMENT

BEGAN = 1_700_000_000  #: seconds: the time of the first commit
KINDS = {"40000": "tree", "160000": "commit"}


class Entry(NamedTuple):
    mode: str  #: six digits
    kind: str
    oid: str
    path: str
    size: int = 0


class Objects:
    """`KeyError` for what is not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = RLock()
        self._kept: dict[str, tuple[str, bytes]] = {}
        self._trees: dict[str, tuple[Entry, ...]] = {}

    def close(self) -> None:
        if self._child:
            self._child.communicate()
            self._child = None

    def get(self, oid: str) -> tuple[str, bytes]:
        """Its type and content."""
        with self._lock:
            if oid not in self._kept:
                self._kept[oid] = self._ask(oid)
            return self._kept[oid]

    def content(self, oid: str, kind: str) -> bytes:
        found, content = self.get(oid)
        if found != kind:
            raise KeyError(oid)
        return content

    def tree_of(self, commit: str) -> str:
        return self.content(commit, "commit")[5:45].decode()

    def tree(self, oid: str) -> tuple[Entry, ...]:
        """What lies in the folder *oid*."""
        with self._lock:
            if oid not in self._trees:
                self._trees[oid] = tuple(self._entries(self.content(oid, "tree")))
            return self._trees[oid]

    def walk(self, oid: str, above: str = "") -> Iterator[Entry]:
        """All that is beneath it, folders too, in git's order."""
        for entry in self.tree(oid):
            yield entry._replace(path=above + entry.path)
            if entry.kind == "tree":
                yield from self.walk(entry.oid, f"{above}{entry.path}/")

    def at(self, tree: str, path: str) -> Entry:
        """What *path* is, in *tree*."""
        entry = Entry("040000", "tree", tree, "")
        for part in filter(None, path.split("/")):
            entry = next((one for one in self.tree(entry.oid) if one.path == part), entry._replace(oid=""))
            if not entry.oid:
                raise KeyError(path)
        return entry._replace(path=path)

    def _entries(self, content: bytes) -> Iterator[Entry]:
        while content:
            head, _, rest = content.partition(b"\0")
            mode, _, name = head.partition(b" ")
            kind, oid = KINDS.get(mode.decode(), "blob"), rest[:20].hex()
            size = len(self.get(oid)[1]) if kind == "blob" else 0
            yield Entry(mode.decode().zfill(6), kind, oid, name.decode("utf-8", "replace"), size)
            content = rest[20:]

    def _ask(self, oid: str) -> tuple[str, bytes]:
        if self._child is None:
            self._child = subprocess.Popen(
                ("git", "cat-file", "--batch"),
                cwd=self.folder, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.write(f"{oid}\n".encode())
        self._child.stdin.flush()
        head = self._child.stdout.readline().split()
        if len(head) != 3:
            raise KeyError(oid)
        return head[1].decode(), self._child.stdout.read(int(head[2]) + 1)[:-1]


class Link(NamedTuple):
    """A symbolic link to *to*; to a commit of another repository where that is what it is."""

    to: str

    @property
    def is_module(self) -> bool:
        return len(self.to) == 40 and "/" not in self.to


Files = Mapping[str, str | bytes | Link | None]


class Commit(NamedTuple):
    """*files* are what is put; None takes a file away, `Link` points elsewhere."""

    branch: str
    files: Files
    time: int
    parent: str = ""


def write(store: Path, commits: Iterable[Commit]) -> list[str]:
    """Their ids. All are made by one `git fast-import`."""
    marks: dict[bytes, int] = {}
    stream: list[bytes] = []
    wanted: list[int] = []
    for commit in commits:
        lines = [_line(path, what, marks, stream) for path, what in commit.files.items()]
        wanted.append(len(marks) + 1)
        marks[f"commit {len(wanted)}".encode()] = wanted[-1]
        branch = commit.branch.replace("/.", "/_.")  # `acme/.github` would be no name of a branch
        head = f"commit refs/heads/{branch}\nmark :{wanted[-1]}\n"
        head += f"committer A <a@example.org> {commit.time} +0000\n{_data(commit.branch.encode()).decode()}"
        stream.append((head + (f"from {commit.parent}\n" if commit.parent else "")).encode())
        stream += [*lines, b"\n"]
    stream += [b"get-mark :%d\n" % mark for mark in wanted]
    done = subprocess.run(
        ("git", "fast-import", "--quiet", "--force", "--done"),
        cwd=store, env=ENVIRONMENT, input=b"".join([*stream, b"done\n"]), capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout.decode().split()


def _line(path: str, what: str | bytes | Link | None, marks: dict[bytes, int], stream: list[bytes]) -> bytes:
    name = '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if what is None:
        return f"D {name}\n".encode()
    if isinstance(what, Link) and what.is_module:
        return f"M 160000 {what.to} {name}\n".encode()
    mode = "120000" if isinstance(what, Link) else "100644"
    text = what.to if isinstance(what, Link) else what
    content = b"blob " + (text.encode() if isinstance(text, str) else text)
    if content not in marks:
        marks[content] = len(marks) + 1
        stream.append(b"blob\nmark :%d\n%b" % (marks[content], _data(content[5:])))
    return f"M {mode} :{marks[content]} {name}\n".encode()


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def stamp(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_repositories(root: Path, repositories: Mapping[str, Files], first: int = BEGAN) -> list[str]:
    """The commits of new bare repositories, whose objects are in one store; "" for those that stay empty."""
    store = root / "store.git"
    if not store.exists():
        _bare(store)
    full = [(name, files) for name, files in repositories.items() if files]
    made = iter(write(store, [Commit(name, files, first + n) for n, (name, files) in enumerate(full)]))
    commits = [next(made) if files else "" for files in repositories.values()]
    for name, commit in zip(repositories, commits, strict=True):
        at = root / f"{name}.git"
        _bare(at)
        (at / "objects" / "info" / "alternates").write_text("../../../store.git/objects\n", "ascii")
        if commit:
            (at / "refs" / "heads" / "main").write_text(f"{commit}\n", "ascii")
    return commits


def _bare(folder: Path) -> None:
    """What `git init --bare` makes, a hundred times as fast."""
    for part in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
        (folder / part).mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/main\n", "ascii")
    (folder / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n", "ascii")
