"""What was fetched, kept in the user's cache folder: safe to lose, and safe to be written to by others.

A file of a repository is kept under the id that git gives it, and is what it claims to be only if its content has that
id. Any other answer is kept with a seal, made with a key that lies outside of the cache folder: a cache that was
restored from elsewhere, as CI systems do, holds nothing that is believed. What cannot be kept is fetched again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress

from openness_gate import digests, disk, sealed
from openness_gate.model import Unreadable

MOST_KEPT = 4 << 20  #: bytes of one thing
MOST_IN_FOLDER = 400  #: things in each of the 256 folders; then the older half goes
KEPT_HEADERS = ("etag", "link", "content-type")


class Cache:
    """A folder of things by name. Without one that is ours, nothing is kept."""

    def __init__(self) -> None:
        self._folder = sealed.folder("XDG_CACHE_HOME", ".cache")
        self._key = b""

    def blob(self, oid: str) -> bytes | None:
        """The content of a file that has the git id *oid*."""
        content = self._read(f"blob-{oid}")
        return content if content is not None and oid == git_id(content, oid) else None

    def keep_blob(self, oid: str, content: bytes) -> None:
        self._write(f"blob-{oid}", content)

    def answer(self, key: str) -> tuple[str, Mapping[str, str], bytes] | None:
        """What a server said to the question *key*: the address, some headers and the body."""
        seal, _, content = (self._read(_name(key)) or b"").partition(b"\n")
        if not content or not sealed.same(seal, self._seal(key, content)):
            return None
        head, _, body = content.partition(b"\n")
        url, headers = json.loads(head)
        return url, headers, body

    def keep(self, key: str, url: str, headers: Mapping[str, str], body: bytes) -> None:
        kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
        content = json.dumps([url, kept]).encode() + b"\n" + body
        self._write(_name(key), self._seal(key, content) + b"\n" + content)

    def _seal(self, key: str, content: bytes) -> bytes:
        self._key = self._key or sealed.key()
        return sealed.seal(self._key, digests.of(key.encode()).encode() + content).hex().encode()

    def _read(self, name: str) -> bytes | None:
        if not self._folder:
            return None
        try:
            return disk.read(os.fsencode(self._at(name)), name, MOST_KEPT + 4096)
        except Unreadable:
            return None

    def _write(self, name: str, content: bytes) -> None:
        if self._folder and len(content) <= MOST_KEPT:
            with suppress(OSError):
                _put(self._at(name), content)

    def _at(self, name: str) -> str:
        folder = digests.of(name.encode())[:2]
        return os.path.join(self._folder, folder, name)


def git_id(content: bytes, like: str) -> str:
    """The id that git gives a file, by the hash that *like* is of."""
    of = b"blob %d\0" % len(content) + content
    from hashlib import sha1

    return digests.of(of) if len(like) == 64 else sha1(of, usedforsecurity=False).hexdigest()


def _name(key: str) -> str:
    return f"answer-{digests.of(key.encode())}"


def _put(place: str, content: bytes) -> None:
    folder = os.path.dirname(place)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    disk.replace(place, content)
    for old in _too_many(folder):
        with suppress(OSError):
            os.unlink(old)


def _too_many(folder: str) -> Iterator[str]:
    there = [entry.path for entry in os.scandir(folder)]
    if len(there) > MOST_IN_FOLDER:
        by_age = sorted(there, key=lambda path: os.lstat(path).st_mtime)
        yield from by_age[: len(by_age) // 2]
