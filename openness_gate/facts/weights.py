"""Weights: which files of the tree hold parameters, in which form, and how many.

A name alone is no weights: an empty file, a page of text, or a header that does not fit its file is `BROKEN`. Only
headers are read, and of those no more than a bound: safetensors (its README, "Format"), GGUF (its specification,
"File Structure") and pointers of Git LFS, which count as weights. Nothing is ever unpickled.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import islice
from math import prod
from typing import Any

from openness_gate.facts import content, fact, file_fact
from openness_gate.facts.paths import base, folder
from openness_gate.facts.values import aside, beside, loads, present
from openness_gate.messages import say
from openness_gate.model import NOTHING, Place, Repo, Unreadable
from openness_gate.tuples import NamedTuple

FIRST = 64 << 10  #: bytes read of every file; enough for a pointer, and for most headers
SAFETENSORS_LIMIT = 4 << 20  #: bytes of header; the format allows 100 MB
GGUF_LIMIT = 1 << 20
INDEX_LIMIT = 16 << 20
TINY, MOST_SHARDED = 1024, 1_000_000  #: bytes, no form below holds parameters in less; tensors in an index
MOST_MISSING = 1000  #: shards named; a file name can speak of any number
LONGEST = 4096  #: characters kept of one value of metadata

FORMS = {
    ".safetensors": "safetensors", ".gguf": "gguf", ".ggml": "ggml", ".bin": "binary", ".pt": "pytorch",
    ".pth": "pytorch", ".ckpt": "checkpoint", ".onnx": "onnx", ".h5": "hdf5", ".keras": "keras", ".nemo": "nemo",
    ".msgpack": "msgpack", ".tflite": "tflite", ".npz": "npz", ".pdparams": "paddle", ".mlmodel": "coreml",
}  # fmt: skip
PICKLED = frozenset({"pytorch", "binary", "checkpoint", "paddle", "nemo"})  #: or may be
PYTORCH = ("pytorch_", "adapter_model", "consolidated", "optimizer")  #: files whose `.bin` is PyTorch's, and no other's
MAGIC = {"hdf5": (0, (b"\x89HDF\r\n\x1a\n",)), "npz": (0, (b"PK",)), "keras": (0, (b"PK",)), "tflite": (4, (b"TFL3",)),
         "pytorch": (0, (b"PK", b"\x80"))}  # fmt: skip
NAMED_WEIGHTS = ("model", "weight", "param", "ggml", "consolidated", "checkpoint", "ckpt", "lora", "pytorch")
MUST_BE_NAMED = frozenset({".bin", ".npz"})  #: endings that data has as often
NOT_WEIGHTS = frozenset({
    "train", "test", "val", "valid", "validation", "eval", "data", "dataset", "datasets", "features", "embeddings",
    "idx", "labels", "tokens", "samples", "stats", "filters", "tokenizer", "vocab", "vocabulary", "corpus",
    "indices", "scheduler", "rng", "random", "args", "scaler", "trainer", "dataloader", "sampler"})  # fmt: skip
DATA_FOLDERS = frozenset({"data", "dataset", "datasets"})
OPTIMIZER = re.compile(r"(?:^|[-_.])optim(?:izer)?s?(?:[-_.]|$)")
DELTA = re.compile(r"(?:^|[-_.])(?:delta|diff|xor)s?(?:[-_.\d]|$)")
STEP = re.compile(r"(?:^|[-_.])(?:global_?step|checkpoint|ckpt|steps?|iter(?:ation)?|epoch)[-_=]?0*(\d{1,15})(?:\D|$)")
SHARD = re.compile(r"^(.*[^\d])\d{1,6}-of-(\d{1,6})([^/]*)$", re.DOTALL)
INDEXES = (".safetensors.index.json", ".bin.index.json", ".msgpack.index.json", ".h5.index.json")
TENSORFLOW = re.compile(r"\.data-\d{1,6}-of-\d{1,6}$")
POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\r?\n(?:ext-.{1,200}\r?\n){0,8}"
    rb"oid sha256:([0-9a-f]{64})\r?\nsize (\d{1,18})\s*$"
)
BITS = {"BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F4": 4, "I16": 16, "U16": 16,
        "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64}  # fmt: skip


class State(Enum):
    """Whether a file with the name of weights holds weights."""

    SOUND = "sound"
    BROKEN = "broken"  #: a placeholder, cut off, or something else under that name
    UNKNOWN = "unknown"  #: it could not be read, or not far enough


class Weights(NamedTuple):
    """One file that by its name holds parameters; whether it does is its state."""

    at: Place
    form: str
    state: State = State.SOUND
    trouble: str = ""
    size: int = 0  #: bytes; for a pointer, of what it points to
    parameters: int | None = None
    lfs: bool = False
    metadata: Mapping[str, str] = NOTHING

    @property
    def path(self) -> str:
        return self.at.path

    @property
    def executes_code(self) -> bool:
        """Whether loading it can run what its author wrote."""
        return self.form in PICKLED

    @property
    def is_adapter(self) -> bool:
        return any(word in base(self.path) for word in ("adapter_model", "lora"))

    @property
    def is_delta(self) -> bool:
        """By its name, or its folder's, it is the difference to other weights."""
        return any(DELTA.search(part) for part in self.path.lower().split("/")[-2:])

    @property
    def is_optimizer(self) -> bool:
        """It holds the state of an optimizer, not parameters."""
        return any(OPTIMIZER.search(part) for part in self.path.lower().split("/")[-2:])

    @property
    def step(self) -> int | None:
        """The step, iteration or epoch of training that its path names."""
        steps = [int(found[1]) for part in self.path.lower().split("/") if (found := STEP.search(part))]
        return steps[-1] if steps else None


class Shards(NamedTuple):
    """The files that together are one set of weights: by an index, or by their numbers (`-00001-of-00009`)."""

    at: Place
    listed: int
    missing: tuple[str, ...] = ()  #: listed and not there, or broken; no more than `MOST_MISSING`
    total_size: int | None = None  #: bytes
    total_parameters: int | None = None
    trouble: str = ""


class _Header(NamedTuple):
    """What the beginning of a file says."""

    state: State = State.SOUND
    trouble: str = ""
    parameters: int | None = None
    metadata: Mapping[str, str] = NOTHING


def _broken(trouble: str) -> _Header:
    return _Header(State.BROKEN, trouble)


@fact
def weights(repo: Repo) -> tuple[Weights, ...]:
    """Every file with the name of weights, sound or not, and states of optimizers; none that only serves tests."""
    return tuple(_weights(repo, path) for path in repo.paths if form_of(path) and not aside(repo, path))


def form_of(path: str) -> str:
    """The form of the weights that *path* names; "" where it names none."""
    name = base(path)
    if TENSORFLOW.search(name):
        return "tensorflow"
    ending = name[name.rfind(".") :] if "." in name else ""
    form = FORMS.get(ending, "")
    words = set(re.split(r"[^a-z]+", name.removesuffix(ending)))
    if ending == ".bin" and any(word in name for word in PYTORCH):
        form = "pytorch"
    if not form or ending in (".safetensors", ".gguf") or OPTIMIZER.search(name):
        return form
    named = any(word in name for word in NAMED_WEIGHTS)
    folders = path.lower().split("/")[:-1]
    if not words.isdisjoint(NOT_WEIGHTS) or (not named and not DATA_FOLDERS.isdisjoint(folders)):
        return ""
    return form if named or ending not in MUST_BE_NAMED else ""


@file_fact
def _weights(repo: Repo, path: str) -> Weights:
    at, form = Place(path), form_of(path)
    try:
        size, first = repo.size(path), repo.read(path, FIRST)
    except Unreadable as error:
        repo.log.unread[path] = str(error)
        return Weights(at, form, State.UNKNOWN, str(error))
    lfs = first.startswith(b"version https://git-lfs.github.com/spec/v1")
    size, header = _pointer(first) if lfs else (size, _header(repo, path, form, first, size))
    if trouble := header.trouble and say("{path}: {trouble}", path=path, trouble=header.trouble):
        repo.log.notice(trouble, at)
    return Weights(at, form, header.state, trouble, size, header.parameters, lfs, header.metadata)


def _pointer(first: bytes) -> tuple[int, _Header]:
    found = POINTER.match(first)
    if not found:
        return 0, _broken(say("a pointer of Git LFS that names no object"))
    size = int(found[2])
    return size, _tiny(size) if size < TINY else _Header()


def _tiny(size: int) -> _Header:
    return _broken(say("{size} bytes hold no weights; it is a placeholder", size=size))


def _header(repo: Repo, path: str, form: str, first: bytes, size: int) -> _Header:
    if not size or (size < TINY and form not in ("safetensors", "gguf")):
        return _tiny(size)
    if form == "safetensors":
        return _safetensors(repo, path, first, size)
    if form == "gguf":
        return _gguf(content.head(repo, path, GGUF_LIMIT) if len(first) < size else first, size)
    offset, magic = MAGIC.get(form, (0, (b"",)))
    if not first.startswith(magic, offset) or (first[:2] == b"PK" and not _begins_archive(first)):
        return _broken(say("it does not begin as {form} does", form=form))
    if not first.strip(b"\0"):
        return _broken(say("it holds zeros only"))
    if not any(byte < 9 or 13 < byte < 32 for byte in first[:TINY]):
        return _broken(say("it holds text"))
    return _Header()


def _begins_archive(first: bytes) -> bool:
    """Whether a file with a name of some length comes first, as in every ZIP archive (APPNOTE.TXT 6.3.10, 4.3.7)."""
    return first.startswith(b"PK\x03\x04") and len(first) >= 30 + int.from_bytes(first[26:28], "little")


# --- safetensors ----------------------------------------------------------------------------------------------------


def _safetensors(repo: Repo, path: str, first: bytes, size: int) -> _Header:
    if len(first) < 8:
        return _broken(say("cut off before its header"))
    length = int.from_bytes(first[:8], "little")
    if not 2 <= length <= size - 8:
        return _broken(say("its header would have {length} bytes, the file has {size}", length=length, size=size))
    if length > SAFETENSORS_LIMIT:
        limit = SAFETENSORS_LIMIT >> 20
        return _Header(State.UNKNOWN, say("its header has more than {limit} MiB and was not read", limit=limit))
    if length > len(first) - 8:
        first = content.head(repo, path, length + 8)
    try:
        header = loads(first[8 : 8 + length].decode())
    except ValueError:  # UnicodeDecodeError is one
        header = None
    if not isinstance(header, dict):
        return _broken(say("its header is no JSON mapping"))
    return _tensors(header, size - 8 - length)


def _tensors(header: dict[str, Any], size: int) -> _Header:
    """Counts the parameters that *header* describes, whose data has *size* bytes."""
    metadata = header.pop("__metadata__", None)
    total = 0
    for name, tensor in header.items():
        match tensor:
            case {"shape": list(shape), "data_offsets": [int(begin), int(end)], "dtype": str(dtype)}:
                count = _count(shape)
                bits = BITS.get(dtype, 0)
                if count is None or not 0 <= begin <= end or (bits and (end - begin) * 8 < count * bits):
                    return _broken(say("its tensor {name!r} does not fit its shape", name=name[:80]))
                if end > size:
                    return _broken(
                        say("cut off: its header describes {end} bytes, {size} are there", end=end, size=size)
                    )
                total += count
            case _:
                return _broken(say("its tensor {name!r} is not described", name=name[:80]))
    if not total:
        return _broken(say("it holds no tensors"))
    return _Header(parameters=total, metadata=_strings(metadata))


def _count(shape: list[Any]) -> int | None:
    """The number of values in *shape*; None where it is none."""
    if len(shape) > 16 or not all(type(n) is int and 0 <= n < 1 << 48 for n in shape):
        return None
    return int(prod(shape))


def _strings(mapping: object, most: int = 200) -> dict[str, str]:
    """No more than *most* of the words in *mapping*, none of them without end."""
    pairs = list(mapping.items())[:most] if isinstance(mapping, dict) else []
    return {key[:LONGEST]: value[:LONGEST] for key, value in pairs if isinstance(value, str)}


# --- GGUF -----------------------------------------------------------------------------------------------------------


SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
STRING, ARRAY, DEEPEST = 8, 9, 4


class _Reader:
    """The values of a GGUF file, one after the other; `struct.error` where they end, `ValueError` for what is none."""

    def __init__(self, data: bytes, position: int) -> None:
        self.data = data
        self.position = position

    def number(self, code: str) -> Any:
        begin = self.skip(struct.calcsize(code))
        return struct.unpack_from(code, self.data, begin)[0]

    def skip(self, count: int) -> int:
        begin, self.position = self.position, self.position + count
        if self.position > len(self.data):
            raise struct.error
        return begin

    def string(self) -> str:
        begin = self.skip(self.number("<Q"))
        return self.data[begin : self.position].decode("utf-8", "replace")

    def value(self, kind: int, depth: int = 0) -> Any:
        """A value of *kind*; of an array None, as none of interest is one."""
        if kind in SCALARS:
            return self.number(SCALARS[kind])
        if kind == STRING:
            return self.string()
        if kind != ARRAY or depth > DEEPEST:
            raise ValueError
        kind, count = self.number("<I"), self.number("<Q")
        if kind in SCALARS:
            self.skip(count * struct.calcsize(SCALARS[kind]))
        else:
            for _ in range(count):  # ends with the data at the latest: each takes eight bytes or more
                self.value(kind, depth + 1)
        return None


def _gguf(data: bytes, size: int) -> _Header:
    reader = _Reader(data, 4)
    metadata: dict[str, str] = {}
    try:
        version, tensors, pairs = reader.number("<I"), reader.number("<Q"), reader.number("<Q")
        if not data.startswith(b"GGUF") or not 2 <= version <= 9:
            return _broken(say("it does not begin as {form} does", form="gguf"))
        if not tensors or max(tensors, pairs) * 12 > size:
            return _broken(say("its header counts no tensors, or more than the file can hold"))
        for _ in range(pairs):
            key, kind = reader.string(), reader.number("<I")
            value = reader.value(kind)
            if key.startswith("general.") and value is not None:
                metadata[key[:200]] = str(value)[:LONGEST]
        return _Header(parameters=_gguf_tensors(reader, tensors, size), metadata=metadata)
    except struct.error:
        if len(data) < size:  # the vocabulary alone is often larger than what is read
            return _Header(metadata=metadata)
        return _broken(say("cut off in its header"))
    except ValueError:
        return _broken(say("its header holds a value of no known kind"))


def _gguf_tensors(reader: _Reader, count: int, size: int) -> int:
    """The number of parameters that the descriptions of *count* tensors amount to."""
    total = furthest = 0
    for _ in range(count):
        reader.string()
        dimensions = reader.number("<I")
        if dimensions > 8:
            raise ValueError
        total += prod(reader.number("<Q") for _ in range(dimensions))
        reader.number("<I")
        furthest = max(furthest, reader.number("<Q"))
    if reader.position + furthest >= size:
        raise struct.error
    return total


# --- shards ---------------------------------------------------------------------------------------------------------


@fact
def shards(repo: Repo) -> tuple[Shards, ...]:
    """Every set of weights that is in several files, and what is missing of it."""
    found = [_index(repo, path) for path in repo.paths if base(path).endswith(INDEXES) and not aside(repo, path)]
    indexed = {folder(one.at.path) for one in found if not one.trouble}
    return (*found, *_numbered(repo, indexed))


def _index(repo: Repo, path: str) -> Shards:
    at = Place(path)
    try:
        index = loads(content.decode(content.head(repo, path, INDEX_LIMIT)))
    except ValueError:
        index = None
    weight_map, totals = (index.get(k) for k in ("weight_map", "metadata")) if isinstance(index, dict) else (None, None)
    names = sorted(set(_strings(weight_map, MOST_SHARDED).values()))
    if not names:
        repo.log.notice(trouble := say("{path} lists no shards that can be read", path=path), at)
        return Shards(at, 0, trouble=trouble)
    totals = totals if isinstance(totals, dict) else {}
    size, parameters = (n if type(n := totals.get(k)) is int else None for k in ("total_size", "total_parameters"))
    missing = _missing(repo, (beside(path, name) for name in names))
    return Shards(at, len(names), missing, size, parameters)


def _missing(repo: Repo, paths: Iterator[str]) -> tuple[str, ...]:
    return tuple(islice((path for path in paths if path not in present(repo) or _is_broken(repo, path)), MOST_MISSING))


def _is_broken(repo: Repo, path: str) -> bool:
    return bool(form_of(path)) and _weights(repo, path).state is State.BROKEN


def _numbered(repo: Repo, indexed: set[str]) -> Iterator[Shards]:
    """Sets without an index, by the numbers in their names."""
    sets: dict[tuple[str, str, str], str] = {}
    for one in weights(repo):
        if (found := SHARD.match(one.path)) and folder(one.path) not in indexed:
            sets.setdefault((found[1], found[2], found[3]), one.path)
    for (before, total, after), path in sets.items():
        width = len(total)
        first = 0 if f"{before}{0:0{width}d}-of-{total}{after}" in present(repo) else 1
        names = (f"{before}{n:0{width}d}-of-{total}{after}" for n in range(first, int(total) + first))
        yield Shards(Place(path), int(total), _missing(repo, names))
