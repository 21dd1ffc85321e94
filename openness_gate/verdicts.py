"""Verdicts on what is staged, kept in the git directory: a hook that has judged the same before says the same again.

A verdict is kept under a digest of what it rests on: modes and paths in the index, the arguments, the program and what
it is installed with, the day, and what decides from outside of the repository; with a digest of the files that were
read to find it, by their ids. What was not read could not change it. It is believed only with our seal: a repository
that comes with verdicts of its own has none; to lose it costs time.

Imports nothing that the answer does not need: this runs before arguments are parsed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import compress

from openness_gate import __version__, git_call, sealed

FLAGS = frozenset(("--staged", "--hook", "--offline", "--only-new", "--verbose"))
OPTIONS = frozenset(("--policy", "--format", "--fail-on"))
FORMATS = frozenset(("text", "brief"))
HERE = os.path.dirname(os.path.abspath(__file__))
POLICIES = (os.path.join(HERE, "policies"), os.path.join(os.path.dirname(HERE), "policies"))
FOLDER = "openness-gate"  #: in the git directory
MOST_LISTED = 16 << 20  #: bytes of a listing; of a larger one git is asked again
MOST_KEPT = 4 << 20  #: bytes of one verdict
MOST_POLICY = 1 << 20
MOST_VERDICTS = 32  #: then the older half goes
MODE = 7  #: bytes of a mode and the space behind it
LINK = b"120000"
TIME_LIMIT = 60.0  #: seconds for git
SPEAKING = (
    "ANSI_COLORS_DISABLED", "FORCE_COLOR", "LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "NO_COLOR", "TERM",
)  # fmt: skip
PUSHED = "PRE_COMMIT_TO_REF"
VARIABLE = "OPENNESS_GATE_POLICY"


class Reads:
    """What was read of an index: the ids of contents that were asked for, and of those whose size was."""

    def __init__(self, asked: Mapping[str, int], measured: Set[str]) -> None:
        self.asked, self.measured = asked, measured


class Pending:
    """A verdict that is being sought: what of, under which digest it will be kept, and where."""

    def __init__(self, asked: dict[str, str], top: str, place: str, listing: bytes) -> None:
        self.asked, self.top, self.room = asked, top, os.path.join(place, FOLDER)
        self.records = listing.split(b"\0")[:-1]
        self.end = self.records[0].index(b" ", MODE) if self.records else 0  #: of the ids, which have one length
        self.digest, self.on_disk = b"", False
        self.reads: list[Reads] = []  #: one by each that opened the index

    @property
    def place(self) -> str:
        return os.path.join(self.room, self.digest.hex()[:40])


listed: dict[str, bytes] = {}
"""What is in the index of a work tree, by its top, as it was when a verdict on it was looked for."""
pending: list[Pending] = []
"""The verdict that this call has to find, if it is one that is kept."""


def quick(argv: Sequence[str]) -> int | None:
    """Say a verdict that is known, and its exit code; None where it has to be found."""
    listed.clear()
    pending.clear()
    try:
        seeking = _sought(argv)
        found = _known(seeking) if seeking else None
    except (OSError, ValueError):
        return None
    if seeking and not found:
        pending.append(seeking)
    if not found:
        return None
    listed.clear()
    code, text = found
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        pass  # whoever read it has gone; the verdict stands
    return code


def _sought(argv: Sequence[str]) -> Pending | None:
    """Under which digest the verdict is kept that *argv* asks for; None where none is kept."""
    asked = _asked(argv)
    top = os.path.realpath(os.curdir)
    if asked is None or not hasattr(os, "posix_spawn") or not git_call.has_repository(top):
        return None
    place, decides = git_call.git_folder(top), _decides(asked.get("--policy") or os.environ.get(VARIABLE, ""))
    listing = _git(top, place, git_call.STAGED) if place and decides else None
    if listing is None or decides is None:
        return None
    listed[top] = listing
    head = _git(top, place, ("rev-parse", "--verify", "--quiet", "HEAD")) if "--only-new" in asked else b""
    facts = (tuple(argv), top, _program(), _day(), decides, head, _terminal())
    seeking = Pending(asked, top, place, listing)
    names = [record[:MODE] + record[seeking.end :] for record in seeking.records]
    seeking.digest = sealed.digest(b"\0".join((repr(facts).encode(), *names)))
    seeking.on_disk = bool(decides[1])
    return seeking


def read_by(reads: Reads) -> None:
    """What is read of the index, which was opened, is in *reads* when the verdict is there."""
    for seeking in pending:
        seeking.reads.append(reads)


def keep(code: int, text: str, parents: Sequence[str]) -> None:
    """Remember the verdict that was sought. *parents*: what messages call the policies that the policy builds on.

    Of a policy on disk its parents have to ship with the program; what any other file says is not in the digest.
    """
    if not pending:
        return
    seeking = pending.pop()
    if seeking.on_disk and not all(_ships(parent.removesuffix(".yaml")) for parent in parents):
        return
    marks = bytes(_marks(seeking))
    head = b"%d %d\n" % (code, len(marks))
    content = head + _digest(seeking, marks) + marks + text.encode("utf-8", "surrogatepass")
    above = os.path.dirname(seeking.room)
    if len(content) > MOST_KEPT or not sealed.is_ours(above) or not os.path.isfile(os.path.join(above, "HEAD")):
        return
    try:
        os.makedirs(seeking.room, mode=0o700, exist_ok=True)
        if sealed.is_ours(seeking.room):
            _make_room(seeking.room)
            sealed.write(seeking.place, sealed.seal(sealed.key(), seeking.digest + content) + content)
    except OSError:
        pass  # it will be sought again


def _known(seeking: Pending) -> tuple[int, str] | None:
    if not sealed.is_ours(seeking.room):
        return None
    kept = sealed.read(seeking.place, MOST_KEPT + sealed.LENGTH)
    seal, content = kept[: sealed.LENGTH], kept[sealed.LENGTH :]
    if not content or not sealed.same(seal, sealed.seal(sealed.key(), seeking.digest + content)):
        return None
    head, _, rest = content.partition(b"\n")
    code, size = map(int, head.split())
    end = sealed.LENGTH + size
    if not sealed.same(rest[: sealed.LENGTH], _digest(seeking, rest[sealed.LENGTH : end])):
        return None
    return code, rest[end:].decode("utf-8", "surrogatepass")


# --- which files it rests on ----------------------------------------------------------------------------------------


def _marks(seeking: Pending) -> Iterator[bool]:
    """Of each record whether it was read. Links and conflicts were, and all where two opened the index."""
    for record in seeking.records:
        oid = record[MODE : seeking.end].decode()
        yield (
            len(seeking.reads) != 1
            or record.startswith(LINK)
            or record[seeking.end + 1 : seeking.end + 2] != b"0"
            or any(oid in of for of in (seeking.reads[0].asked, seeking.reads[0].measured))
        )


def _digest(seeking: Pending, marks: bytes) -> bytes:
    """Of what was read."""
    return sealed.digest(b"\0".join(compress(seeking.records, marks)))


def _make_room(room: str) -> None:
    there = [entry.path for entry in os.scandir(room)]
    if len(there) >= MOST_VERDICTS:
        for old in sorted(there, key=lambda path: os.lstat(path).st_mtime)[: len(there) // 2]:
            os.unlink(old)


# --- what a verdict rests on ----------------------------------------------------------------------------------------


def _asked(argv: Sequence[str]) -> dict[str, str] | None:
    """The arguments of `check`; None where they ask for something of which no verdict is kept."""
    asked: dict[str, str] = {}
    words = iter(argv[1:])
    for word in words:
        name, equals, value = word.partition("=")
        if name in OPTIONS:
            asked[name] = value if equals else next(words, "")
        elif word in FLAGS:
            asked[word] = ""
        else:
            return None
    staged = "--staged" in asked or ("--hook" in asked and not os.environ.get(PUSHED))
    return asked if staged and asked.get("--format", "text") in FORMATS else None


def _decides(policy: str) -> tuple[str, bytes, bytes] | None:
    """The policy that the caller names, with the bytes of a file that is not in the index; None: it cannot be told.

    Without one the repository's own counts, which the listing of the index has.
    """
    if not policy or _ships(policy):
        return policy, b"", b""
    content = sealed.read(os.path.realpath(policy), MOST_POLICY)
    lock = sealed.read(os.path.join(os.path.dirname(policy), "openness.lock"), MOST_POLICY)
    whole = 0 < len(content) < MOST_POLICY and len(lock) < MOST_POLICY
    return (policy, content, lock) if whole else None


def _ships(policy: str) -> bool:
    """Whether a name is that of one of our policies: these are looked for first, and are files of the program."""
    return any(os.path.isfile(os.path.join(room, f"{policy}.yaml")) for room in POLICIES) and "/" not in policy


def _day() -> tuple[int, ...]:
    from time import localtime  # waivers end

    return localtime()[:3]


def _terminal() -> tuple[object, ...]:
    """What decides how it is said."""
    spoken = tuple(os.environ.get(name) for name in SPEAKING)
    return (spoken, sys.stdout.isatty(), sys.stdout.encoding)


def _program() -> tuple[object, ...]:
    """What judges: the version, and when the files of the program and of what it uses were last changed."""
    folders = tuple(_changed(folder) for folder in sys.path)
    return (__version__, sys.hexversion, folders, tuple(_files(HERE)), tuple(_files(POLICIES[1])))


def _changed(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns if os.path.isabs(folder) else 0
    except OSError:
        return 0


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    """Each file beneath, with its size and when it was last changed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir():
            yield from _files(entry.path) if entry.name != "__pycache__" else ()
        else:
            about = entry.stat()
            yield entry.name, about.st_size, about.st_mtime_ns


def _git(top: str, place: str, arguments: tuple[str, ...]) -> bytes | None:
    """What git says; None where it says nothing good.

    Not by `subprocess`, whose import takes longer than git does.
    """
    program = git_call.found_program()
    if not program:
        return None
    environment = git_call.environment()
    if index := git_call.own_index(place):
        environment["GIT_INDEX_FILE"] = index
    command = (program, *git_call.HARDENED, "-C", top, *git_call.at(top), *arguments)
    said, (out, into) = None, os.pipe()
    actions = (
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, into, 1),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    )
    try:
        child = os.posix_spawn(program, command, environment, file_actions=actions)
    except (OSError, ValueError):
        os.close(out)
        return None
    finally:
        os.close(into)
    try:
        said = _drained(out)
    finally:
        os.close(out)
        if said is None:
            os.kill(child, 9)
        _, status = os.waitpid(child, 0)
    return said if os.waitstatus_to_exitcode(status) == 0 else None


def _drained(out: int) -> bytes | None:
    """All that comes out of a pipe; None where it is too much, or takes too long."""
    from select import select
    from time import monotonic

    parts: list[bytes] = []
    end, size = monotonic() + TIME_LIMIT, 0
    while select([out], [], [], max(0.0, end - monotonic()))[0]:
        part = os.read(out, 1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
        if size > MOST_LISTED:
            return None
    return None
