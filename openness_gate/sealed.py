"""Seals on what is kept between runs, made with a key that only this user has: nobody else's word is believed.

The key lies in the user's state folder, outside of every repository and every cache. Imports `os` and what it imports.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hashlib import blake2b

LENGTH = 32  #: bytes of a key and of a seal
READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


def seal(key: bytes, content: bytes) -> bytes:
    return _blake2b()(content, key=key, digest_size=LENGTH).digest()


def digest(content: bytes) -> bytes:
    return _blake2b()(content, digest_size=LENGTH).digest()


def _blake2b() -> type[blake2b]:
    """Not by way of hashlib, which loads OpenSSL before it gives the same."""
    try:
        from _blake2 import blake2b
    except ImportError:
        from hashlib import blake2b
    return blake2b


def same(one: bytes, other: bytes) -> bool:
    from _operator import _compare_digest

    return _compare_digest(one, other)


def folder(variable: str, instead: str) -> str:
    """Our folder in the one that *variable* names, or in *instead* of the home; "" where it is not ours alone."""
    above = os.environ.get(variable, "")
    if not os.path.isabs(above):
        above = os.path.join(os.path.expanduser("~"), instead)
    place = os.path.join(above, "openness-gate")
    try:
        os.makedirs(place, mode=0o700, exist_ok=True)
    except OSError:
        return ""
    return place if is_ours(place) else ""


def is_ours(place: str) -> bool:
    """Whether it is a folder, and no link to one, that belongs to this user and that nobody else may write to."""
    try:
        about = os.lstat(place)
    except OSError:
        return False
    alone = os.name == "nt" or (about.st_uid == os.getuid() and not about.st_mode & 0o022)
    return alone and stat.S_ISDIR(about.st_mode)


def key() -> bytes:
    """This user's; of one that cannot be kept, a new one for each run."""
    home = folder("XDG_STATE_HOME", os.path.join(".local", "state"))
    place = os.path.join(home, "key")
    if home and len(known := read(place, LENGTH + 1)) == LENGTH:
        return known
    made = os.urandom(LENGTH)
    if home:
        write(place, made)
    return made


def read(place: str, limit: int) -> bytes:
    """The first *limit* bytes of a regular file that is no link; none where there is no such file."""
    try:
        handle = os.open(place, READ | NO_FOLLOW)
    except (OSError, ValueError):
        return b""
    try:
        return os.read(handle, limit) if stat.S_ISREG(os.fstat(handle).st_mode) else b""
    except OSError:
        return b""
    finally:
        os.close(handle)


def write(place: str, content: bytes) -> None:
    """All of it or nothing; what cannot be written is lost."""
    beside = f"{place}.{os.getpid()}-{os.urandom(4).hex()}"
    with suppress(OSError):
        handle = os.open(beside, WRITE | NO_FOLLOW, 0o600)
        try:
            whole = os.write(handle, content) == len(content)
        finally:
            os.close(handle)
        if whole:
            os.replace(beside, place)
        else:
            os.unlink(beside)
