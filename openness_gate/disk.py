"""Files on disk: listed without following a link, and read without waiting for anyone.

Paths on disk are bytes, so that names which are no UTF-8 survive whatever the locale is.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator

from openness_gate.links import tell
from openness_gate.messages import say
from openness_gate.model import Log, Unreadable

CHUNK = 1 << 16  #: bytes; a buffer of a megabyte costs more to have than a small file costs to read
FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)

LEFT_OUT = frozenset(
    b".git .hg .svn .bzr __pycache__ node_modules .venv .tox .nox .mypy_cache .ruff_cache .pytest_cache "
    b".ipynb_checkpoints .eggs".split()
)
ENVIRONMENTS = frozenset((b"venv", b"env"))


class Names:
    """What a folder holds: its files, and its links with their targets."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.links: dict[str, str] = {}
        self.special: list[str] = []  #: pipes, sockets, devices

    def add(self, root: bytes, path: str, mode: int) -> None:
        if stat.S_ISREG(mode):
            self.files.append(path)
        elif stat.S_ISLNK(mode):
            self.links[path] = _target(root, path)
        elif not stat.S_ISDIR(mode):
            self.special.append(path)

    def report(self, log: Log) -> None:
        tell(
            log,
            sorted(self.special),
            lambda path: say("{path} is a pipe, a socket or a device; it is not read", path=path),
            lambda n: say("{n} more are pipes, sockets or devices", n=n),
        )


def walk(root: bytes, limit: int, log: Log) -> Names | None:
    """Everything under *root* but what tools leave behind; None if it is more than *limit* things."""
    found, seen, todo = Names(), 0, [""]
    while todo:
        folder = todo.pop()
        try:
            for name, mode in _entries(at(root, folder)):
                seen += 1
                if seen > limit:
                    return None
                path = f"{folder}/{_text(name)}" if folder else _text(name)
                if not stat.S_ISDIR(mode):
                    if name != b".git":
                        found.add(root, path, mode)
                elif not _left_out(root, path, name):
                    todo.append(path)
        except OSError as error:
            if not folder:
                raise Unreadable(why(error, os.fsdecode(root))) from None
            log.unread[folder] = why(error, folder)
    return found


def present(root: bytes, paths: Iterable[str]) -> Names:
    """Which of *paths* are on disk: not those that were deleted, or whose folder is now a link to elsewhere."""
    found, folders = Names(), {"": True}
    for path in paths:
        if not _real(root, path.rpartition("/")[0], folders):
            continue
        try:
            found.add(root, path, os.lstat(at(root, path)).st_mode)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            found.files.append(path)  # it is there; whoever reads it learns why it cannot be read
    return found


def read(place: bytes, path: str, limit: int, *, follow: bool = False) -> bytes:
    """The first *limit* bytes of the regular file at *place*, which errors call *path*."""
    try:
        handle = os.open(place, FLAGS | (0 if follow else NO_FOLLOW))
    except OSError as error:
        raise Unreadable(why(error, path)) from None
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise Unreadable(_no_file(path))
        parts, left = [], limit
        while left > 0 and (part := os.read(handle, min(left, CHUNK))):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)
    except OSError as error:
        raise Unreadable(why(error, path)) from None
    finally:
        os.close(handle)


def size(place: bytes, path: str) -> int:
    """The length in bytes of the regular file at *place*, which errors call *path*."""
    try:
        about = os.lstat(place)
    except OSError as error:
        raise Unreadable(why(error, path)) from None
    if not stat.S_ISREG(about.st_mode):
        raise Unreadable(_no_file(path))
    return about.st_size


def replace(place: str, content: bytes) -> None:
    """Write a file: all of it or nothing, also where two write at once. `OSError` where it cannot be written."""
    from contextlib import suppress
    from tempfile import mkstemp

    handle, beside = mkstemp(dir=os.path.dirname(place) or ".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(beside, place)
    except OSError:
        with suppress(OSError):
            os.unlink(beside)
        raise


def at(root: bytes, path: str) -> bytes:
    """Where *path* is on disk."""
    return root.rstrip(b"/") + b"/" + path.encode("utf-8", "surrogateescape") if path else root


def _entries(folder: bytes) -> Iterator[tuple[bytes, int]]:
    """The names in *folder*, each with the part of its mode that says what it is."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                yield entry.name, stat.S_IFLNK
            elif entry.is_dir(follow_symlinks=False):
                yield entry.name, stat.S_IFDIR
            elif entry.is_file(follow_symlinks=False):
                yield entry.name, stat.S_IFREG
            else:
                yield entry.name, stat.S_IFIFO


def _left_out(root: bytes, path: str, name: bytes) -> bool:
    return name in LEFT_OUT or (name in ENVIRONMENTS and os.path.lexists(at(root, f"{path}/pyvenv.cfg")))


def _real(root: bytes, folder: str, known: dict[str, bool]) -> bool:
    """Whether *folder* and all above it are folders and no links. *known* only grows by folders that exist, and their
    first missing child: an index can name more folders than there is room for."""
    if folder in known:
        return known[folder]
    end = folder.find("/")
    while True:
        above = folder if end < 0 else folder[:end]
        if above not in known:
            known[above] = _is_folder(at(root, above))
        if not known[above] or end < 0:
            return known[above]
        end = folder.find("/", end + 1)


def _is_folder(place: bytes) -> bool:
    """As far as can be told: of a folder that may not be looked into, the files are taken to be there."""
    try:
        return stat.S_ISDIR(os.lstat(place).st_mode)
    except OSError as error:
        return not isinstance(error, (FileNotFoundError, NotADirectoryError))


def _target(root: bytes, path: str) -> str:
    """What a link says; one that cannot be read, or leads to a drive, is taken to lead out."""
    try:
        target = os.readlink(at(root, path))
    except OSError:
        return "/"
    if os.name == "nt":
        target = b"/" if os.path.isabs(target) else target.replace(b"\\", b"/")
    return _text(target)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def why(error: OSError, path: str) -> str:
    return say("{path}: {problem}", path=path, problem=(error.strerror or str(error)).lower())


def _no_file(path: str) -> str:
    return say("{path}: not a regular file", path=path)
