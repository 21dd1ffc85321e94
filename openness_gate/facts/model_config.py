"""What configures a model and its tokenizer: `config.json` and its kin, and the files of a tokenizer.

A `config.json` belongs to a model only where it says a model's things: many programs have a file of that name. Here are
also the small helpers with which every reader of JSON and YAML looks into a document that may hold anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from openness_gate.facts import content, fact, file_fact
from openness_gate.facts.headings import words
from openness_gate.facts.paths import base, folder, is_foreign
from openness_gate.located import Doc, Malformed, parse
from openness_gate.messages import say
from openness_gate.model import Place, Repo, Unreadable

CONFIGS = {
    "config.json": "transformers",
    "params.json": "parameters",
    "model_index.json": "diffusers",
    "adapter_config.json": "adapter",
    "generation_config.json": "generation",
}
SIGNATURES = ("model_type", "architectures", "_diffusers_version", "_class_name")
DIMENSIONS = frozenset({
    "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "intermediate_size", "vocab_size",
    "d_model", "d_ff", "d_kv", "max_position_embeddings", "n_layer", "n_layers", "n_head", "n_heads", "n_kv_heads",
    "n_embd", "n_ctx", "n_vocab", "n_positions", "head_dim", "dim", "hidden_dim", "ffn_dim", "ffn_dim_multiplier",
    "multiple_of", "norm_eps", "num_layers", "num_heads", "rope_theta", "cross_attention_dim", "attention_head_dim",
    "block_out_channels", "image_size", "patch_size", "embedding_size",
})  # fmt: skip
SAMPLING = frozenset({
    "temperature", "top_k", "top_p", "max_new_tokens", "max_length", "do_sample", "eos_token_id", "bos_token_id",
})  # fmt: skip
ADAPTER = frozenset({"peft_type", "base_model_name_or_path", "target_modules", "lora_alpha"})
VOCABULARIES = frozenset({
    "tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt", "vocab.bpe", "encoder.json", "spiece.model",
    "sentencepiece.model", "sentencepiece.bpe.model", "source.spm", "target.spm", "tekken.json",
})  # fmt: skip
BESIDE_VOCABULARY = frozenset({"tokenizer_config.json", "merges.txt", "special_tokens_map.json", "added_tokens.json"})
EMPTY_WORDS = frozenset(
    {"xxx", "na", "null", "nil", "unknown", "placeholder", "example", "fixme", "description", "url"}
)
EMPTY_STARTS = ("todo", "tbd", "fixme", "[more information", "<your", "<insert", "[insert", "[your")
EXAMPLE_HOSTS = ("://example.", "://www.example.", ".example/", ".invalid", "://localhost", "://127.")
SMALLEST_VOCABULARY = 64  #: bytes; a file below it holds no vocabulary
FIXTURES = frozenset({"testdata", "test_data", "test-data", "test_fixtures", "fixtures", "__tests__", "unittests"})


class Said(NamedTuple):
    """Some words, and where they stand."""

    value: str
    at: Place


class RemoteCode(NamedTuple):
    """Code that a library is told to run with the model: `auto_map`."""

    name: str  #: as written: `module.Class`, or `owner/name--module.Class`
    path: str  #: where it should be in this repository; "" where another repository has it
    shipped: bool
    at: Place


class ModelConfig(NamedTuple):
    """One configuration of a model."""

    at: Place
    form: str  #: transformers | parameters | diffusers | adapter | generation
    architectures: tuple[Said, ...] = ()
    model_type: Said | None = None
    remote_code: tuple[RemoteCode, ...] = ()
    name_or_path: Said | None = None  #: what it was loaded from when it was saved: often the base model
    base_model: Said | None = None  #: of an adapter
    peft_type: Said | None = None
    trouble: str = ""


class Tokenizer(NamedTuple):
    """One file of a tokenizer."""

    at: Place
    vocabulary: bool  #: it holds the vocabulary itself, not settings or merges beside one
    trouble: str = ""


# --- documents that may hold anything -------------------------------------------------------------------------------


def loads(text: str) -> Any:
    """The JSON document *text*; whatever is wrong with it is a `ValueError`. A key that stands twice is refused."""
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=lambda _: None)
        if "\\ud" in text or "\\uD" in text:  # half of a surrogate pair could not be printed
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError(say("nested too deep")) from None
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(say("a key stands twice"))
    return found


@file_fact
def document(repo: Repo, path: str) -> tuple[Doc, str]:
    """The mapping in a JSON or YAML file, and "". Of a broken file an empty mapping, and what is wrong with it."""
    text = content.text(repo, path).removeprefix("\ufeff")
    try:
        doc = _parse(text, path)
    except Malformed as error:
        return Doc(path, {}, {(): error.at.line}), error.says
    if isinstance(doc.value, dict):
        return doc, ""
    return Doc(path, {}, {}), say("it is empty") if doc.value is None else say("it is no mapping")


def _parse(text: str, path: str) -> Doc:
    try:
        return parse(text, path)
    except Malformed as error:
        if not path.endswith((".json", ".jsonld", ".lock", ".ipynb")):
            raise
        try:  # JSON that is no YAML: surrogate pairs, control characters, long keys, and what is merely large
            return Doc(path, loads(text), {})
        except ValueError:
            raise error from None


def value_at(doc: Doc, *keys: str | int) -> Any:
    """What is under *keys*; None where there is nothing, or something of another shape on the way."""
    value = doc.value
    for key in keys:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value


def said(doc: Doc, *keys: str | int) -> Said | None:
    """The words under *keys*, if there are any."""
    value = value_at(doc, *keys)
    return Said(value.strip(), doc.place(*keys)) if isinstance(value, str) and value.strip() else None


def all_said(doc: Doc, *keys: str | int) -> Iterator[Said]:
    """The words under *keys*, which may hold one or a list of them."""
    if indices := items_at(doc, *keys):
        yield from (found for index in indices if (found := said(doc, *keys, index)))
    elif found := said(doc, *keys):
        yield found


def keys_at(doc: Doc, *keys: str | int) -> list[str]:
    """The keys of the mapping under *keys*."""
    value = value_at(doc, *keys)
    return list(value) if isinstance(value, dict) else []


def items_at(doc: Doc, *keys: str | int) -> range:
    """The indices of the list under *keys*."""
    value = value_at(doc, *keys)
    return range(len(value)) if isinstance(value, list) else range(0)


def filled(text: str) -> bool:
    """Whether *text* says something: it is no placeholder."""
    plain = text.strip().casefold()
    return words(text) > 0 and plain.strip("<>[](){}. ") not in EMPTY_WORDS and not plain.startswith(EMPTY_STARTS)


def address(text: str) -> str:
    """*text* if it is an address that could lead somewhere; else ""."""
    known = text.startswith(("http://", "https://", "s3://", "gs://", "ftp://", "hf://", "doi:", "ipfs://"))
    return text if known and not any(host in text for host in EXAMPLE_HOSTS) and " " not in text else ""


def first_said(doc: Doc, *keys: str | int) -> str:
    """The first words under *keys* that are no placeholder."""
    return next((one.value for one in deep_said(doc, *keys) if filled(one.value)), "")


def deep_said(doc: Doc, *keys: str | int) -> Iterator[Said]:
    """The words under *keys*, which may be one, a list of them, or things with a name or an address."""
    yield from all_said(doc, *keys)
    value = value_at(doc, *keys)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield Said(str(value), doc.place(*keys))
    things = [keys] if isinstance(value, dict) else [(*keys, index) for index in items_at(doc, *keys)]
    for thing in things:
        for key in ("name", "title", "@id", "url", "path", "description"):
            if isinstance(value_at(doc, *thing), dict) and (found := said(doc, *thing, key)):
                yield found


@fact
def present(repo: Repo) -> frozenset[str]:
    return frozenset(repo.paths)


def aside(repo: Repo, path: str) -> bool:
    """Whether a file only serves tests, or is somebody else's: what lies there is no part of a release."""
    own = path.removeprefix(repo.home).lstrip("/")
    return is_foreign(own) or not FIXTURES.isdisjoint(own.lower().split("/")[:-1])


def beside(path: str, name: str) -> str:
    """The path of *name* in the folder of *path*."""
    return f"{folder(path)}/{name}" if folder(path) else name


# --- configurations -------------------------------------------------------------------------------------------------


@fact
def model_configs(repo: Repo) -> tuple[ModelConfig, ...]:
    """Every configuration of a model in the tree."""
    paths = (path for path in repo.paths if _form(base(path)) and not aside(repo, path))
    return tuple(config for path in paths if (config := model_config(repo, path)))


def _form(name: str) -> str:
    if name.endswith(".json") and name.startswith("config"):
        return CONFIGS["config.json"]
    return CONFIGS.get(name, "")


@file_fact
def model_config(repo: Repo, path: str) -> ModelConfig | None:
    """The configuration in one file; None where it configures no model."""
    form = _form(base(path))
    text = content.text(repo, path)
    if not any(f'"{key}"' in text for key in (*SIGNATURES, *DIMENSIONS, *SAMPLING, *ADAPTER)):
        return None
    doc, trouble = document(repo, path)
    if trouble:
        repo.log.notice(say("{path} is no configuration that can be read: {trouble}", path=path, trouble=trouble))
        return ModelConfig(doc.place(), form, trouble=trouble)
    if not _is_models(doc, form):
        return None
    return ModelConfig(
        doc.place(),
        form,
        architectures=tuple(all_said(doc, "architectures")) or tuple(all_said(doc, "_class_name")),
        model_type=said(doc, "model_type"),
        remote_code=tuple(_remote_code(repo, doc)),
        name_or_path=said(doc, "_name_or_path"),
        base_model=said(doc, "base_model_name_or_path"),
        peft_type=said(doc, "peft_type"),
    )


def _is_models(doc: Doc, form: str) -> bool:
    keys: set[str] = {key for key, value in doc.value.items() if value is not None}
    if form == "adapter":
        return not keys.isdisjoint(ADAPTER)
    if form == "generation":
        return not keys.isdisjoint(SAMPLING)
    if form == "diffusers":
        return "_class_name" in keys
    signed = any(next(all_said(doc, key), None) for key in SIGNATURES)
    return signed or len(keys & DIMENSIONS) >= 2


def _remote_code(repo: Repo, doc: Doc) -> Iterator[RemoteCode]:
    """What `auto_map` names; a value of it may be a list (the slow and the fast tokenizer)."""
    for key in keys_at(doc, "auto_map"):
        for name in all_said(doc, "auto_map", key):
            elsewhere, _, local = name.value.rpartition("--")
            module = local.rpartition(".")[0].strip(".")
            path = "" if elsewhere or not module else beside(doc.path, f"{module.replace('.', '/')}.py")
            yield RemoteCode(name.value, path, path in present(repo), name.at)


# --- tokenizers -----------------------------------------------------------------------------------------------------


@fact
def tokenizers(repo: Repo) -> tuple[Tokenizer, ...]:
    """Every file of a tokenizer in the tree."""
    return tuple(_tokenizer(repo, path) for path in repo.paths if _of_tokenizer(path) and not aside(repo, path))


def _of_tokenizer(path: str) -> bool:
    name = base(path)
    return name in VOCABULARIES or name in BESIDE_VOCABULARY or name.endswith(".tiktoken")


@file_fact
def _tokenizer(repo: Repo, path: str) -> Tokenizer:
    vocabulary = base(path) not in BESIDE_VOCABULARY
    try:
        size = repo.size(path)
    except Unreadable as error:
        repo.log.unread[path] = str(error)
        return Tokenizer(Place(path), vocabulary, str(error))
    trouble = ""
    if size < SMALLEST_VOCABULARY and vocabulary:
        trouble = say("{path} has {size} bytes: it holds no vocabulary", path=path, size=size)
        repo.log.notice(trouble, Place(path))
    return Tokenizer(Place(path), vocabulary, trouble)
