"""The edge that runs git, for repositories that nobody vouches for.

Only commands that read (`rev-parse`, `ls-files`, `ls-tree`, `cat-file`), with what a repository's configuration could
have them run or fetch switched off. The repository is found here and named outright, so that neither `core.worktree`
nor a folder that looks like a bare repository can put another in its place. Nothing of the caller's `GIT_*` environment
gets through, but for the index of the very commit that a hook was started for. git is never asked for the sizes of a
tree's files: in a partial clone that would fetch every one of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from time import monotonic, sleep
from typing import IO, TYPE_CHECKING, Any, ClassVar, Protocol

from openness_gate.git_call import HARDENED, at, environment, found_program, has_repository, own_index
from openness_gate.links import MAX_TARGET, names
from openness_gate.messages import say
from openness_gate.model import GateError, Log, Repo, Unreadable
from openness_gate.tuples import NamedTuple

if TYPE_CHECKING:
    from subprocess import Popen
    from threading import Thread

TIME_LIMIT = 60.0  #: seconds for one question to git
TICK = 0.25  #: seconds; how late its end may come
MAX_FILES = 200_000
MAX_LISTING = 64 << 20  #: bytes; a few kilobytes of trees within trees can list more than any memory holds
MAX_COMPLAINT = 256 << 10  #: bytes kept of what git writes on stderr
MAX_SKIP = 1 << 20  #: bytes of a file read past what was asked for, before starting git anew is cheaper
IN_ONE = "--batch-command"  #: one child for contents and for sizes, of a git from 2.36 on
APART = {"contents": "--batch", "info": "--batch-check"}
WRONG_USE = 129  #: the exit code of a git that does not know an option
LINK, SUBMODULE = "120000", "160000"


class GitFailed(Unreadable):
    """git ran, and gave up."""


@cache
def program() -> str:
    """The git on PATH."""
    if found := found_program():
        return found
    raise Unreadable(say("git is needed here, and there is none on PATH"))


class Answer(NamedTuple):
    """What git wrote, and its exit code."""

    code: int
    out: bytes
    complaint: str

    @property
    def problem(self) -> str:
        """The one line of the complaint that says most."""
        lines = self.complaint.splitlines()
        last = next((line for line in lines if line.startswith(("fatal: ", "error: "))), "".join(lines[-1:]))
        return last.partition(": ")[2] or last or say("exit code {code}", code=self.code)


class Git:
    """One repository: questions by `run` and `listing`, contents by `blob` and `size` from children kept open."""

    is_old: ClassVar[bool] = False  #: it needs a child for contents and one for sizes

    def __init__(self, folder: str, place: tuple[str, ...], top: str) -> None:
        from weakref import finalize

        self.folder = folder
        self.prefix = os.path.relpath(folder, top).replace(os.sep, "/") if folder != top else ""
        self._command = (program(), *HARDENED, "-C", folder, *place)
        self._environment = environment()
        self._children: dict[str, Popen[bytes]] = {}
        self.asked: dict[str, int] = {}  #: how often the content of an object was asked for
        self.measured: set[str] = set()  #: the objects whose size was asked for
        self._sizes: dict[str, int] = {}
        self._ids: dict[str, str] = {}  #: of the few that were asked for by another name
        finalize(self, _close, self._children)

    def use_own_index(self) -> None:
        """Look at the index that a hook was told to, where it is this repository's: of a partial commit it differs."""
        if os.environ.get("GIT_INDEX_FILE"):
            mine = os.path.realpath(os.fsdecode(self.run("rev-parse", "--absolute-git-dir").out.rstrip(b"\n")))
            if index := own_index(mine):
                self._environment["GIT_INDEX_FILE"] = index

    def commit(self, revision: str = "HEAD") -> str:
        """The id of the commit that *revision* names; "" if it names none."""
        if revision.startswith("-") or "\0" in revision:
            return ""
        answer = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return answer.out.decode().strip() if answer.code == 0 else ""

    def head(self) -> str:
        """The same of HEAD, from the child that contents come from."""
        with suppress(Unreadable):
            self._ask("info", "HEAD^{commit}", 0, "HEAD", b"commit")
        return self._ids.get("HEAD^{commit}", "")

    def run(self, *arguments: str) -> Answer:
        """Ask once; `Unreadable` where git cannot be started, writes too much, or takes too long."""
        from subprocess import DEVNULL, PIPE
        from threading import Thread

        child = self._start(arguments, stdin=DEVNULL, stderr=PIPE)
        assert child.stdout and child.stderr
        out, complaint = bytearray(), bytearray()
        drain = Thread(target=_drain, args=(child.stderr, complaint), daemon=True)
        with child, _Deadline(child) as deadline:
            drain.start()
            while chunk := child.stdout.read1(1 << 16):  # type: ignore[attr-defined]
                out += chunk
                if len(out) > MAX_LISTING:
                    child.kill()
                    raise too_many(self.folder)
            child.wait()
            drain.join()
        if deadline.passed:
            raise self._too_slow(self.folder)
        return Answer(child.returncode, bytes(out), decode(bytes(complaint)))

    def listing(self, *arguments: str) -> tuple[list[str], Answer]:
        """The records of an answer that git ends with NUL each; `GitFailed` where it gave up."""
        answer = self.run(*arguments)
        if answer.code:
            raise GitFailed(say("{path}: git says: {problem}", path=self.folder, problem=answer.problem))
        return self.records(answer.out), answer

    def records(self, out: bytes) -> list[str]:
        """The records of a listing; `Unreadable` if they are more than anyone has files."""
        if out.count(0) > MAX_FILES:
            raise too_many(self.folder)
        return decode(out).split("\0")[:-1]

    def blob(self, oid: str, limit: int, path: str) -> bytes:
        """The first *limit* bytes of the object *oid*; *path* is what an error calls it."""
        self.asked[oid] = self.asked.get(oid, 0) + 1
        return self._ask("contents", oid, limit, path)

    def tree(self, oid: str, path: str) -> bytes:
        """The object *oid*, or what `commit:folder` names, which is a folder: `mode SP name NUL id`, repeated."""
        return self._ask("contents", oid, MAX_LISTING, path, b"tree")

    def size(self, oid: str, path: str) -> int:
        self.measured.add(oid)
        if oid not in self._sizes:
            self._ask("info", oid, 0, path)
        return self._sizes[oid]

    def _ask(self, verb: str, oid: str, limit: int, path: str, kind: bytes = b"blob") -> bytes:
        mode = APART[verb] if Git.is_old else IN_ONE
        child, fresh = self._children.get(mode), False
        if child is None:
            from subprocess import DEVNULL, PIPE

            child, fresh = self._start(("cat-file", mode), stdin=PIPE, stderr=DEVNULL), True
            self._children[mode] = child
        content, whole = None, False
        with _Deadline(child) as deadline:
            try:
                content, whole = self._converse(child, verb, oid, limit, kind)
            except OSError:  # it is gone, and what it said on its way is not needed
                pass
            finally:
                if not whole:
                    Git.is_old |= fresh and content is None and _gave_up(child)
                    _close(self._children, mode)
        if content is None and Git.is_old and mode == IN_ONE:
            return self._ask(verb, oid, limit, path, kind)
        if deadline.passed:
            raise self._too_slow(path)
        if content is None:
            raise Unreadable(say("{path}: git has no content for it here", path=path))
        return content

    def _converse(self, child: Popen[bytes], verb: str, oid: str, limit: int, kind: bytes) -> tuple[bytes | None, bool]:
        """The content, None if there is none; and whether the child can be asked again."""
        assert child.stdin and child.stdout
        child.stdin.write(f"{oid}\n".encode() if Git.is_old else f"{verb} {oid}\n".encode())
        child.stdin.flush()
        header = child.stdout.readline().split()
        if len(header) != 3 or header[1] != kind:
            return None, header[1:] == [b"missing"] or (len(header) == 3 and verb == "info")
        if kind == b"commit":
            self._ids[oid] = header[0].decode()
        size = self._sizes[oid] = int(header[2])
        if verb == "info":
            return b"", True
        wanted = min(size, limit)
        content = child.stdout.read(wanted)
        if len(content) < wanted:
            return None, False
        rest = size - wanted + 1
        return content, rest <= MAX_SKIP and len(child.stdout.read(rest)) == rest

    def _start(self, arguments: Iterable[str], **pipes: Any) -> Popen[bytes]:
        from subprocess import PIPE, Popen

        try:
            return Popen((*self._command, *arguments), stdout=PIPE, env=self._environment, **pipes)
        except (OSError, ValueError) as error:
            raise Unreadable(say("git cannot be started: {problem}", problem=error)) from None

    @staticmethod
    def _too_slow(path: str) -> Unreadable:
        return Unreadable(say("{path}: git took longer than {n} seconds", path=path, n=TIME_LIMIT))


def around(folder: str) -> Git | None:
    """The repository whose work tree *folder* (a real path) is in, or that a hook's environment gives it; or None."""
    top = folder
    while not has_repository(top):
        parent = os.path.dirname(top)
        if parent == top:
            return _from_environment(folder)
        top = parent
    return Git(folder, at(top), top)


def bare(folder: str) -> Git:
    """The repository that *folder* (a real path) itself is."""
    return Git(folder, (f"--git-dir={folder}",), folder)


def is_bare(folder: str) -> bool:
    """Whether *folder* (a real path) is a repository without a work tree, which none around it tracks as files."""
    if not os.path.isfile(os.path.join(folder, "HEAD")) or os.path.lexists(os.path.join(folder, ".git")):
        return False
    if not all(os.path.isdir(os.path.join(folder, name)) for name in ("objects", "refs")):
        return False
    parent, name = os.path.split(folder)
    owner = around(parent)
    return owner is None or not owner.run("ls-files", "-z", "--", f":(literal){name}").out


def nearest_folder(target: str) -> tuple[str, str]:
    """The real path of *target*, or of the folder above it that exists, and what is left of it with `/`."""
    folder, rest = os.path.realpath(target), ""
    while not os.path.isdir(folder):
        folder, name = os.path.split(folder)
        rest = f"{name}/{rest}" if rest else name
    return folder, rest


def beneath(git: Git, rest: str) -> str:
    """The folder *rest* under the one that *git* was asked about, from the top of the repository; "" is the top."""
    return "/".join(filter(None, (git.prefix, rest)))


def sound(path: str) -> bool:
    """Whether a checkout could hold *path*: git refuses to make any other, but a tree or an index can name it."""
    probe = f"/{path}/"
    return not ("//" in probe or "/./" in probe or "/../" in probe or "/.git/" in probe.lower())


class Blobs(Protocol):
    """Where contents are had by their ids: git here, or a forge."""

    def blob(self, oid: str, limit: int, path: str) -> bytes: ...

    def size(self, oid: str, path: str) -> int: ...


def blob_repo(git: Blobs, label: str, commit: str, entries: Iterable[tuple[str, str, str]]) -> Repo:
    """A repository of what git has stored: *entries* are mode, id and path, as the index or a tree lists them."""
    log = Log()
    blobs: dict[str, str] = {}
    links: dict[str, str] = {}
    for mode, oid, path in entries:
        if mode == SUBMODULE:
            continue
        if not sound(path):
            log.unread[path] = say("{path}: no name for a file", path=path)
            continue
        if path in blobs or path in links:
            log.unread[path] = say("{path} stands twice in one tree", path=path)
        (links if mode == LINK else blobs)[path] = oid
    targets = link_targets(git, links)
    blobs |= {path: oid for path, oid in links.items() if path not in targets}
    known = names(blobs, targets, log)

    def read(path: str, limit: int) -> bytes:
        return git.blob(blobs[known.file(path)], limit, path)

    def size(path: str) -> int:
        return git.size(blobs[known.file(path)], path)

    repo = Repo(label, known.paths, read, size, commit, log=log)
    repo.oid = lambda path: blobs[known.file(path)]
    return repo


def link_targets(git: Blobs, links: Mapping[str, str]) -> dict[str, str]:
    """What *links* (path to id) say. One that git has no content for is left out: to be kept as a file, so that
    whoever reads it meets the same error."""
    return {path: said for path, oid in links.items() if (said := _target(git, oid, path)) is not None}


def decode(name: bytes) -> str:
    """A name as everything here holds it: UTF-8, with other bytes as surrogates."""
    return name.decode("utf-8", "surrogateescape")


def too_many(path: str) -> Unreadable:
    return Unreadable(say("{path}: more than {n} files", path=path, n=MAX_FILES))


def no_repository(target: str) -> GateError:
    return Unreadable(say("{path}: not in the work tree of a git repository", path=target))


def _target(git: Blobs, oid: str, path: str) -> str | None:
    try:
        return decode(git.blob(oid, MAX_TARGET + 1, path))
    except Unreadable:
        return None


def _from_environment(folder: str) -> Git | None:
    """Where the files and the repository lie apart, a hook knows both from its environment."""
    place, top = os.environ.get("GIT_DIR"), os.environ.get("GIT_WORK_TREE")
    if not place or not top:
        return None
    top = os.path.realpath(top)
    if folder != top and not folder.startswith(top.rstrip(os.sep) + os.sep):
        return None
    return Git(folder, (f"--git-dir={os.path.abspath(place)}", f"--work-tree={top}"), top)


class _Deadline:
    """Kills a child that takes longer than the limit; whoever reads from it then meets the end.

    One thread watches all: to start a timer for each question would cost more than the answer.
    """

    due: ClassVar[dict[_Deadline, float]] = {}
    watch: ClassVar[Thread | None] = None

    def __init__(self, child: Popen[bytes]) -> None:
        self.child, self.passed = child, False

    def __enter__(self) -> _Deadline:
        self.due[self] = monotonic() + TIME_LIMIT
        if _Deadline.watch is None or not _Deadline.watch.is_alive():
            from threading import Thread

            _Deadline.watch = Thread(target=_kill_late_ones, daemon=True)
            _Deadline.watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.due.pop(self, None)


def _kill_late_ones() -> None:
    while True:
        sleep(TICK)
        for deadline, moment in list(_Deadline.due.items()):
            if moment < monotonic():
                deadline.passed = True
                deadline.child.kill()


def _gave_up(child: Popen[bytes]) -> bool:
    """Whether a child that says nothing is one that did not understand the question."""
    from subprocess import TimeoutExpired

    try:
        return child.wait(1.0) == WRONG_USE
    except TimeoutExpired:
        return False


def _drain(stream: IO[bytes], into: bytearray) -> None:
    while chunk := stream.read(1 << 14):
        if len(into) < MAX_COMPLAINT:
            into += chunk


def _close(children: dict[str, Any], *modes: str) -> None:
    """End the children of *modes*, or all."""
    for mode in modes or tuple(children):
        child = children.pop(mode)
        child.kill()
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                pipe.close()
        child.wait()
