"""Weights: what counts as such, what their headers say, and that none can break the reader."""

from __future__ import annotations

import json
import struct
import time
from typing import Any

import pytest

from openness_gate.facts.weights import GGUF_LIMIT, SAFETENSORS_LIMIT, State, Weights, form_of, shards, weights
from tests.helpers import make_repo

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a1' * 32}\nsize 9504770141\n"
PICKLE = b"PK\x03\x04" + b"\x00\x01" * 1000


def safetensors(header: Any, data: int = 0, length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + bytes(data)


def tensor(*shape: int, dtype: str = "F16", size: int = 2) -> dict[str, Any]:
    count = size
    for n in shape:
        count *= n
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [0, count]}


def string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def gguf(pairs: dict[str, bytes], shapes: list[tuple[int, ...]], counted: int | None = None, data: int = 4096) -> bytes:
    """A GGUF file of version 3; the values of *pairs* hold their type already."""
    parts = [b"GGUF", struct.pack("<IQQ", 3, len(shapes) if counted is None else counted, len(pairs))]
    parts += [string(key) + value for key, value in pairs.items()]
    for n, shape in enumerate(shapes):
        parts += [string(f"t{n}"), struct.pack(f"<I{len(shape)}Q", len(shape), *shape), struct.pack("<IQ", 0, 0)]
    return b"".join(parts) + bytes(data)


def text(words: str) -> bytes:
    return struct.pack("<I", 8) + string(words)


def only(path: str, content: str | bytes) -> Weights:
    repo = make_repo({path: content})
    (found,) = weights(repo)
    assert bool(found.trouble) == bool(repo.log.notices)
    return found


def test_safetensors() -> None:
    header = {"a": tensor(3, 4), "b": tensor(2, dtype="F32", size=4), "__metadata__": {"format": "pt", "x": "y"}}
    found = only("model.safetensors", safetensors(header, 24))
    assert (found.state, found.parameters, found.metadata) == (State.SOUND, 14, {"format": "pt", "x": "y"})
    assert not found.executes_code and not found.lfs


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x08\0\0",
        safetensors({"a": tensor(3)}, 6, length=2**63),
        safetensors({"a": tensor(3)}, 6, length=0),
        safetensors({"a": tensor(3)}, 5),  # cut off
        safetensors({"a": tensor(3)}, 6)[:20],
        safetensors({"a": tensor(10**9) | {"data_offsets": [0, 6]}}, 6),  # more parameters than bytes
        safetensors({"a": tensor(3) | {"data_offsets": [6, 0]}}, 6),
        safetensors({"a": {"dtype": "F16", "shape": [2**40] * 10_000, "data_offsets": [0, 6]}}, 6),
        safetensors({"a": tensor(*[1] * 17)}, 2),
        safetensors({"a": {"dtype": "F16", "shape": [-1, -6], "data_offsets": [0, 12]}}, 12),
        safetensors({}),
        safetensors({"__metadata__": {"format": "pt"}}),
        safetensors({"a": 1}),
        safetensors([1]),
        safetensors(b"{" * 10_000),
        safetensors(b'{"a":' * 10_000),
        safetensors(b"\xff\xfe{}"),
        safetensors(b'{"a": NaN}'),
        safetensors(b'{"a": {"dtype": "F16", "shape": [1], "data_offsets": [0, 2]}, "a": 1}', 2),
        b"version https://git-lfs.github.com/spec/v1\noid sha256:TODO\nsize 5000\n",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 12\n",
        b"<!doctype html><title>404</title>" * 100,
    ],
)
def test_safetensors_that_hold_no_weights(content: bytes) -> None:
    found = only("model.safetensors", content)
    assert found.state is State.BROKEN and found.trouble.startswith("model.safetensors: ")
    assert found.parameters is None


def test_a_header_that_is_too_large_is_unknown_and_not_absent() -> None:
    content = safetensors(b" " * (SAFETENSORS_LIMIT + 1), 100)
    assert only("model.safetensors", content).state is State.UNKNOWN


def test_a_header_beyond_the_first_read() -> None:
    header = {f"tensor.{n}": tensor(2) for n in range(3000)}
    assert only("model.safetensors", safetensors(header, 4)).parameters == 6000


def test_a_pointer_is_weights() -> None:
    found = only("pytorch_model-00001-of-00009.bin", POINTER)
    assert (found.state, found.lfs, found.size) == (State.SOUND, True, 9504770141)
    assert found.executes_code


def test_gguf() -> None:
    pairs = {
        "general.license": text("apache-2.0"),
        "general.base_model.0.name": text("Other"),
        "general.file_type": struct.pack("<II", 4, 7),
        "tokenizer.ggml.tokens": struct.pack("<IIQ", 9, 8, 2) + string("a") + string("b"),
        "nested": struct.pack("<IIQIQ", 9, 9, 1, 4, 2) + bytes(8),
    }
    found = only("model.gguf", gguf(pairs, [(4, 5), (3,)]))
    assert (found.state, found.parameters) == (State.SOUND, 23)
    assert found.metadata == {
        "general.license": "apache-2.0", "general.base_model.0.name": "Other", "general.file_type": "7",
    }  # fmt: skip


def test_gguf_is_read_no_further_than_its_bound() -> None:
    tokens = struct.pack("<IIQ", 9, 8, 100_000) + string("x" * 20) * 100_000
    found = only("model.gguf", gguf({"general.name": text("Big"), "tokens": tokens}, [(4, 5)]))
    assert len(tokens) > GGUF_LIMIT
    assert (found.state, found.parameters, found.metadata) == (State.SOUND, None, {"general.name": "Big"})


@pytest.mark.parametrize(
    "content",
    [
        b"GGUF",
        b"GGML" + bytes(5000),
        b"GGUF" + struct.pack(">IQQ", 3, 1, 1) + bytes(100),
        gguf({}, []),
        gguf({"general.name": text("x")}, [(4, 5)])[:40],
        gguf({}, [(4, 5)], counted=2**60),
        gguf({"k": text("x" * GGUF_LIMIT)}, [(4, 5)], counted=2**60),
        gguf({"k": struct.pack("<I", 99)}, [(1,)]),
        gguf({"k": struct.pack("<IQ", 8, 2**63)}, [(1,)]),
        gguf({"k": struct.pack("<IIQ", 9, 4, 2**62)}, [(1,)]),
        gguf({"k": struct.pack("<I", 9) + struct.pack("<IQ", 9, 2**60) * 3000}, [(1,)]),
        gguf({}, [(1,) * 9]),
        gguf({}, [(4, 5)], data=0),
    ],
)
def test_gguf_that_holds_no_weights(content: bytes) -> None:
    begin = time.monotonic()
    assert only("model.gguf", content).state is State.BROKEN
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize(
    ("path", "content", "state"),
    [
        ("pytorch_model.bin", PICKLE, State.SOUND),
        ("pytorch_model.bin", b"", State.BROKEN),
        ("pytorch_model.bin", b"PK\x03\x04", State.BROKEN),
        ("pytorch_model.bin", bytes(5000), State.BROKEN),
        ("pytorch_model.bin", b"\x89PNG\r\n\x1a\n" + bytes(5000), State.BROKEN),
        ("model.bin", b"\x06\0\0\0" + b"\x01\x02" * 1000, State.SOUND),
        ("model.pt", b"\x80\x02" + bytes(5000), State.SOUND),
        ("consolidated.00.pth", b"Download the weights from our page. " * 100, State.BROKEN),
        ("tf_model.h5", b"\x89HDF\r\n\x1a\n" + bytes(2000), State.SOUND),
        ("tf_model.h5", PICKLE, State.BROKEN),
        ("model.tflite", b"\x1c\0\0\0TFL3" + bytes(2000), State.SOUND),
        ("params.npz", PICKLE, State.SOUND),
        ("model.ckpt-1000.data-00000-of-00001", b"\x01\x02" * 1000, State.SOUND),
    ],
)
def test_forms_without_a_header_to_read(path: str, content: bytes, state: State) -> None:
    assert only(path, content).state is state


@pytest.mark.parametrize(
    "path",
    [
        "training_args.bin", "tokenizer.bin", "data/train.bin", "val.bin", "scheduler.pt", "rng_state_0.pth",
        "assets/mel_filters.npz", "stats.npz", "features.h5", "data/part.h5", "README.md", "vocab.bin", "x.bin",
    ],
)  # fmt: skip
def test_names_that_are_no_weights(path: str) -> None:
    assert form_of(path) == ""


@pytest.mark.parametrize("path", ["tests/model.safetensors", "src/test_data/model.safetensors", "third_party/m.gguf"])
def test_what_serves_tests_is_no_release(path: str) -> None:
    assert weights(make_repo({path: POINTER})) == ()


def test_what_the_path_says() -> None:
    assert only("adapter_model.safetensors", POINTER).is_adapter
    assert only("weights/model-delta-v1.bin", POINTER).is_delta
    assert not only("deltanet/pytorch_model.bin", POINTER).is_delta
    assert only("checkpoint-1234/optimizer.pt", POINTER).is_optimizer
    assert not only("optimized/model.onnx", POINTER).is_optimizer
    for path, step in {
        "checkpoint-1234/model.safetensors": 1234,
        "global_step000500/mp_rank_00_model_states.pt": 500,
        "step_1000/model.safetensors": 1000,
        "out/model_step1000.pt": 1000,
        "model-00001-of-00009.safetensors": None,
        "checkpoints/model.safetensors": None,
    }.items():
        assert only(path, POINTER).step == step, path


def test_a_file_that_cannot_be_read_is_unknown() -> None:
    repo = make_repo({"model.safetensors": POINTER}, unreadable=("model.safetensors",))
    (found,) = weights(repo)
    assert found.state is State.UNKNOWN and "model.safetensors" in repo.log.unread


def index(*names: str, **metadata: object) -> str:
    return json.dumps({"metadata": metadata, "weight_map": {f"t{n}": name for n, name in enumerate(names)}})


def test_a_listed_shard_that_is_absent_or_empty_is_missing() -> None:
    files: dict[str, str | bytes] = {
        "m/model.safetensors.index.json": index("a.safetensors", "b.safetensors", "c.safetensors", total_size=7),
        "m/a.safetensors": POINTER,
        "m/b.safetensors": b"",
    }
    (found,) = shards(make_repo(files))
    assert (found.listed, found.missing, found.total_size) == (3, ("m/b.safetensors", "m/c.safetensors"), 7)


def test_shards_without_an_index_are_counted_by_their_names() -> None:
    files = {f"model-{n:05}-of-00003.safetensors": POINTER for n in (1, 3)}
    (found,) = shards(make_repo(files))
    assert (found.listed, found.missing) == (3, ("model-00002-of-00003.safetensors",))
    whole = {f"model.ckpt.data-{n:05}-of-00002": POINTER for n in (0, 1)}
    (found,) = shards(make_repo(whole))
    assert (found.listed, found.missing) == (2, ())


def test_a_name_that_speaks_of_many_shards_costs_no_time() -> None:
    (found,) = shards(make_repo({"model-000001-of-999999.safetensors": POINTER}))
    assert found.listed == 999999 and len(found.missing) == 1000


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"weight_map": []}',
        '{"weight_map": {"a": 1}}',
        '{"weight_map":' * 10_000,
        "NaN",
        '{"metadata": 1}',
    ],
)
def test_an_index_that_cannot_be_read_is_told_of(content: str) -> None:
    repo = make_repo({"model.safetensors.index.json": content})
    (found,) = shards(repo)
    assert found.trouble and repo.log.notices[0].says == found.trouble


def test_an_index_that_leaves_the_folder_finds_nothing() -> None:
    (found,) = shards(make_repo({"m/model.safetensors.index.json": index("../../etc/passwd"), "etc/passwd": "x"}))
    assert found.missing == ("m/../../etc/passwd",)
