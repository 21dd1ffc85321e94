"""What configures a model and its tokenizer: `config.json` and its kin, and the files of a tokenizer.

A `config.json` belongs to a model only where it says a model's things: many programs have a file of that name.
"""

from __future__ import annotations

from collections.abc import Iterator

from openness_gate.facts import content, fact, file_fact
from openness_gate.facts.paths import base
from openness_gate.facts.values import Said, all_said, aside, beside, document, keys_at, present, said
from openness_gate.located import Doc
from openness_gate.messages import say
from openness_gate.model import Place, Repo, Unreadable
from openness_gate.tuples import NamedTuple

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
SMALLEST_VOCABULARY = 64  #: bytes; a file below it holds no vocabulary


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
    license: Said | None = None
    peft_type: Said | None = None
    trouble: str = ""


class Tokenizer(NamedTuple):
    """One file of a tokenizer."""

    at: Place
    vocabulary: bool  #: it holds the vocabulary itself, not settings or merges beside one
    trouble: str = ""


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
        license=said(doc, "license"),
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
