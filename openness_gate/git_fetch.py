"""The edge that has git ask a server, for repositories that nobody vouches for.

What a clone holds is made by us: no configuration, no hooks, no submodules, no large files of Git LFS. Of the caller's
`GIT_*` environment what says how servers are reached gets through, as do the helpers that know credentials; nobody is
asked for any. A question may use no protocol but that of the address, and has limits of time and of bytes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from tempfile import TemporaryFile
from time import monotonic
from typing import TYPE_CHECKING

from openness_gate.git import MAX_COMPLAINT, TICK, Answer, Git, GitFailed, bare, decode, program
from openness_gate.git_call import HARDENED, environment
from openness_gate.messages import say
from openness_gate.model import Unreadable

if TYPE_CHECKING:
    from subprocess import Popen

TIME_LIMIT = 300.0  #: seconds for one question to a server
MOST_FETCHED = 256 << 20  #: bytes by one question
MOST_PACKS = 100  #: of a clone; with more a new one is cheaper
REACHES = ("GIT_SSH", "GIT_SSL_", "GIT_ASKPASS", "GIT_CONFIG_", "GIT_HTTP_", "GIT_PROXY_")
QUIETLY = (
    "core.askPass=", "credential.interactive=false", "fetch.bundleURI=", "fetch.unpackLimit=1",
    "fetch.writeCommitGraph=false", "gc.auto=0", "maintenance.auto=false", "protocol.version=2",
    "transfer.bundleURI=false",
)  # fmt: skip
FETCH = ("fetch", "-q", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no")
NO_FILES = "--filter=blob:none"
HERE = "refs/heads/here"  #: the commit that was fetched last
TAKES_ALL = "filtering not recognized"  #: what git says of a server that leaves nothing out
REFUSALS = ("unadvertised object", "not our ref", "' not supported")
"""What it says where a server gives no single files, or refuses the filter."""


class TooLarge(Unreadable):
    """It was given up while it was sent."""


class Refused(GitFailed):
    """The server gives nothing but whole commits."""


class Clone:
    """A partial clone of *url* in the folder *place*: the trees of one commit, and what was fetched of its files."""

    def __init__(self, url: str, protocol: str, place: str) -> None:
        self.url, self.protocol, self.place = url, protocol, place

    def reader(self) -> Git:
        return bare(os.path.realpath(self.place))

    def commit(self) -> str:
        """What is here; "" where nothing is."""
        return self.reader().commit(HERE) if os.path.isdir(self.place) else ""

    def update(self, like: str, whole: bool = False) -> bool:
        """Fetch what HEAD names, with all its files where it is *whole*; whether the server sent them in any case.
        *like*: an object id of the same kind."""
        if os.path.isdir(self.place) and len(list(_packs(self.place))) > MOST_PACKS:
            self.remove()
        if not os.path.isdir(self.place):
            form = "sha256" if len(like) == 64 else "sha1"
            self._ask("init", "-q", "--bare", "--template=", f"--object-format={form}", self.place)
        what = ("--depth=1", *(() if whole else (NO_FILES,)), "origin", f"+HEAD:{HERE}")
        return TAKES_ALL in self._ask(*self._here(), *FETCH, *what).complaint

    def fetch(self, oids: Iterable[str], most: int = 0) -> None:
        """The files *oids* by one question; `TooLarge` where they are more than *most* bytes, `Refused` where the
        server gives none."""
        feed = "".join(f"{oid}\n" for oid in oids).encode()
        here = (*self._here(), "-c", "fetch.negotiationAlgorithm=noop")  # what is here does not stand for these
        self._ask(*here, *FETCH, NO_FILES, "--stdin", "origin", feed=feed, most=most)

    def sizes(self) -> dict[str, int]:
        """Of each object that is here, by its id. None is asked for."""
        listing = self.reader().run("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objectsize)").out
        return {oid: int(size) for oid, size in (line.split() for line in decode(listing).splitlines())}

    def remove(self) -> bool:
        """Whether there was one."""
        there = os.path.isdir(self.place)
        shutil.rmtree(self.place, ignore_errors=True)
        return there

    def _here(self) -> tuple[str, ...]:
        return f"--git-dir={self.place}", "-c", f"remote.origin.url={self.url}"

    def _ask(self, *arguments: str, feed: bytes = b"", most: int = 0) -> Answer:
        return ask(self.url, self.protocol, arguments, feed, self.place, most)


def head_of(url: str, protocol: str) -> str:
    """The id of the commit that HEAD of *url* names; "" where there is none yet. One small question."""
    answer = ask(url, protocol, ("ls-remote", "--", url, "HEAD"))
    lines = (line.split("\t") for line in decode(answer.out).splitlines())
    return next((line[0] for line in lines if line[1:] == ["HEAD"] and line[0].isalnum()), "")


def ask(url: str, protocol: str, arguments: Iterable[str], feed: bytes = b"", place: str = "", most: int = 0) -> Answer:
    """What git says, run for *url*. *place*: the clone to which it brings no more than *most* bytes, or the usual."""
    from subprocess import Popen

    kept = {name: value for name, value in os.environ.items() if name.startswith(REACHES)}
    around = environment() | kept | {"GIT_ALLOW_PROTOCOL": protocol}
    settings = [word for setting in QUIETLY for word in ("-c", setting)]
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as complaint:
        given.write(feed)
        given.seek(0)
        command = (program(), *HARDENED, *settings, *arguments)
        try:  # a session of its own has no terminal that anybody could be asked on, and is ended as a whole
            child = Popen(command, stdin=given, stdout=out, stderr=complaint, env=around, start_new_session=True)
        except (OSError, ValueError) as error:
            raise Unreadable(say("git cannot be started: {problem}", problem=error)) from None
        try:
            _watch(child, url, place, most or MOST_FETCHED, (out.fileno(), complaint.fileno()))
        finally:
            _end(child, place)
        out.seek(0)
        complaint.seek(0)
        answer = Answer(child.returncode, out.read(), decode(complaint.read(MAX_COMPLAINT)))
    if answer.code:
        kind = Refused if any(words in answer.complaint for words in REFUSALS) else GitFailed
        raise kind(say("{url}: git says: {problem}", url=url, problem=answer.problem))
    return answer


def _watch(child: Popen[bytes], url: str, place: str, most: int, streams: tuple[int, ...]) -> None:
    """Until it is done; `Unreadable` where it takes too long, `TooLarge` where it brings too much."""
    from subprocess import TimeoutExpired

    end, before = monotonic() + TIME_LIMIT, sum(_packs(place))
    while monotonic() < end:
        with suppress(TimeoutExpired):
            child.wait(TICK)
            return
        if sum(_packs(place)) - before > most or any(os.fstat(stream).st_size > MAX_COMPLAINT for stream in streams):
            raise TooLarge(say("{url}: more than {n} MiB were sent", url=url, n=most >> 20))
    raise Unreadable(say("{url}: git took longer than {n} seconds", url=url, n=int(TIME_LIMIT)))


def _end(child: Popen[bytes], place: str) -> None:
    """All that it started, and what it left half done."""
    if child.poll() is not None:
        return
    with suppress(OSError):
        os.killpg(child.pid, 9) if hasattr(os, "killpg") else child.kill()
    child.wait()
    folder = os.path.join(place, "objects", "pack")
    with suppress(OSError):
        for name in os.listdir(folder) if place else ():
            if name.startswith("tmp_"):
                os.unlink(os.path.join(folder, name))


def _packs(place: str) -> Iterator[int]:
    """The sizes of the files of packs in the clone *place*, whole or still on their way."""
    with suppress(OSError), os.scandir(os.path.join(place, "objects", "pack")) as files:
        for file in files:
            if file.name.startswith("tmp_") or file.name.endswith(".pack"):
                with suppress(OSError):
                    yield file.stat().st_size
