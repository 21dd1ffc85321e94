"""Verdicts on what is staged, kept in the git directory: a hook that has judged the same before says the same again.

A verdict is kept under a digest of what it rests on: modes and paths in the index, the arguments, the program and what
it is installed with, the day, and what decides from outside of the repository; with a digest of the files that were
read to find it, by their ids. What was not read could not change it. It is believed only with our seal: a repository
that comes with verdicts of its own has none; to lose it costs time.

Most files that are read are code of which nothing came. With another content that has none of the telling words nothing
would come of them either, so they may change.

Imports nothing that the answer does not need: this runs before arguments are parsed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import compress

from openness_gate import __version__, git_call, sealed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from openness_gate.model import Log

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
MOST_CHANGED = 64  #: scripts that are looked into before everything is
MOST_OF_A_SCRIPT = 512 << 10  #: bytes, as far as scripts are read
UNREAD, READ, IDLE = 0, 1, 2  #: it was not read; it was; it was, and nothing came of it
COUNTS, IS_IDLE = bytes.maketrans(b"\2", b"\0"), bytes.maketrans(b"\1\2", b"\0\1")
MANY = 1 << 40
MOST_READ = 256 << 20  #: bytes read of a repository, so far from any limit that scripts may grow
MODE = 7  #: bytes of a mode and the space behind it
LINK = b"120000"
TIME_LIMIT = 60.0  #: seconds for git
SPEAKING = (
    "ANSI_COLORS_DISABLED", "FORCE_COLOR", "LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "NO_COLOR", "TERM",
)  # fmt: skip
PUSHED = "PRE_COMMIT_TO_REF"
VARIABLE = "OPENNESS_GATE_POLICY"


class Reads:
    """What was read of an index: how often contents were asked for, which sizes were, and what came of it."""

    def __init__(self, asked: Mapping[str, int], measured: Set[str], log: Log) -> None:
        self.asked, self.measured, self.log = asked, measured, log


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


def keep(code: int, text: str, parents: Sequence[str], words: Sequence[bytes]) -> None:
    """Remember the verdict that was sought. *parents*: what messages call the policies that the policy builds on;
    *words*: without one of which nothing comes of looking into a script.

    Of a policy on disk its parents have to ship with the program; what any other file says is not in the digest.
    """
    if not pending:
        return
    seeking = pending.pop()
    if seeking.on_disk and not all(_ships(parent.removesuffix(".yaml")) for parent in parents):
        return
    marks = bytes(_marks(seeking))
    parts = (b"\0".join(words), marks, _ids(seeking, marks), text.encode("utf-8", "surrogatepass"))
    head = b"%d %d %d %d\n" % (code, *map(len, parts[:3]))
    content = head + _digest(seeking, marks) + b"".join(parts)
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
    code, *sizes = map(int, head.split())
    parts, at = [], sealed.LENGTH
    for size in sizes:
        parts.append(rest[at : at + size])
        at += size
    words, marks, ids = parts
    alike = sealed.same(rest[: sealed.LENGTH], _digest(seeking, marks))
    if not alike or not _tell_nothing(seeking, marks, ids, words.split(b"\0")):
        return None
    return code, rest[at:].decode("utf-8", "surrogatepass")


# --- which files it rests on ----------------------------------------------------------------------------------------


def _marks(seeking: Pending) -> Iterator[int]:
    """Of each record how the verdict rests on it. Links and conflicts were read, and all where two opened the index."""
    if len(seeking.reads) != 1:
        yield from (READ for _ in seeking.records)
        return
    (reads,) = seeking.reads
    idle = dict(_idle(seeking, reads))
    for record in seeking.records:
        oid = record[MODE : seeking.end].decode()
        if record.startswith(LINK) or record[seeking.end + 1 : seeking.end + 2] != b"0" or oid in reads.measured:
            yield READ
        elif oid not in reads.asked:
            yield UNREAD
        else:
            may_change = _path(record) in reads.log.idle and idle.get(oid) == reads.asked[oid]
            yield IDLE if may_change and reads.log.spent < MOST_READ else READ


def _idle(seeking: Pending, reads: Reads) -> Iterator[tuple[str, int]]:
    """How often each content was read for files of which nothing came, however often somebody looked."""
    found: dict[str, int] = {}
    log = reads.log
    for record in seeking.records:
        path = _path(record)
        if path in log.idle:
            oid = record[MODE : seeking.end].decode()
            wrong = log.idle[path] != log.heads.get(path)
            found[oid] = -MANY if wrong else found.get(oid, 0) + log.reads.get(path, 0)
    return iter(found.items())


def _path(record: bytes) -> str:
    return record.partition(b"\t")[2].decode("utf-8", "surrogateescape")


def _digest(seeking: Pending, marks: bytes) -> bytes:
    """Of what was read and counts."""
    return sealed.digest(b"\0".join(compress(seeking.records, marks.translate(COUNTS))))


def _ids(seeking: Pending, marks: bytes) -> bytes:
    """Of that of which nothing came."""
    idle = compress(seeking.records, marks.translate(IS_IDLE))
    return b"".join([record[MODE : seeking.end] for record in idle])


def _tell_nothing(seeking: Pending, marks: bytes, before: bytes, words: Sequence[bytes]) -> bool:
    """Whether files of which nothing came are what they were, or a few of them others that tell nothing either."""
    now = _ids(seeking, marks)
    if now == before:
        return True
    width = seeking.end - MODE
    pairs = ((now[i : i + width], before[i : i + width]) for i in range(0, len(now), width))
    changed = {oid for oid, was in pairs if oid != was}
    if len(now) != len(before) or len(changed) > MOST_CHANGED:
        return False
    asks = b"".join(b"%s\n" % oid for oid in changed)
    said = _git(seeking.top, os.path.dirname(seeking.room), ("cat-file", "--batch"), asks)
    while said:
        head, _, rest = said.partition(b"\n")
        facts = head.split()
        if facts[1:2] != [b"blob"] or int(facts[2]) > MOST_OF_A_SCRIPT:
            return False
        size = int(facts[2])
        if any(word in rest[:size] for word in words):
            return False
        said = rest[size + 1 :]
    return said is not None


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


def _git(top: str, place: str, arguments: tuple[str, ...], asks: bytes = b"") -> bytes | None:
    """What git says, to *asks* if there are some, which have to fit into a pipe; None where it says nothing good.

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
    asked, asking = os.pipe()
    actions = (
        (os.POSIX_SPAWN_DUP2, asked, 0),
        (os.POSIX_SPAWN_DUP2, into, 1),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    )
    try:
        os.write(asking, asks)
        child = os.posix_spawn(program, command, environment, file_actions=actions)
    except (OSError, ValueError):
        os.close(out)
        return None
    finally:
        for end in (into, asked, asking):
            os.close(end)
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
