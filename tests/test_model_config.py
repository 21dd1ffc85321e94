"""Configurations of models and files of tokenizers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openness_gate.facts.model_config import ModelConfig, model_configs, tokenizers
from openness_gate.model import Place
from tests.helpers import make_repo
from tests.test_manifest import mutations

CONFIG: dict[str, Any] = {
    "_name_or_path": "someone/base",
    "architectures": ["OursForCausalLM"],
    "auto_map": {
        "AutoConfig": "configuration_ours.OursConfig",
        "AutoModelForCausalLM": "modeling_ours.OursForCausalLM",
        "AutoTokenizer": ["other/repo--tokenization.Tok", None],
    },
    "hidden_size": 64,
    "model_type": "ours",
}
ADAPTER = {"base_model_name_or_path": "someone/base", "peft_type": "LORA", "r": 8}


def read(files: dict[str, Any]) -> ModelConfig:
    repo = make_repo(
        {path: text if isinstance(text, str) else json.dumps(text, indent=1) for path, text in files.items()}
    )
    (found,) = model_configs(repo)
    return found


def test_a_configuration() -> None:
    found = read({"m/config.json": CONFIG, "m/modeling_ours.py": "class OursForCausalLM: ..."})
    assert found.model_type and found.model_type.value == "ours"
    assert [one.value for one in found.architectures] == ["OursForCausalLM"]
    assert found.name_or_path and found.name_or_path.value == "someone/base"
    assert found.name_or_path.at == Place("m/config.json", 2)
    assert {(one.path, one.shipped) for one in found.remote_code} == {
        ("m/configuration_ours.py", False),
        ("m/modeling_ours.py", True),
        ("", False),
    }


def test_an_adapter_names_its_base() -> None:
    found = read({"adapter_config.json": ADAPTER})
    assert found.form == "adapter" and found.base_model and found.base_model.value == "someone/base"
    assert found.peft_type and found.peft_type.value == "LORA"


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("params.json", {"dim": 4096, "n_layers": 32}),
        ("configs/config_7B.json", {"dim": 4096, "n_layers": 32}),
        ("model_index.json", {"_class_name": "OurPipeline", "unet": ["diffusers", "UNet"]}),
        ("generation_config.json", {"temperature": 0.7}),
        (
            "config.json",
            "{model_type: ours, // a comment\n}".replace("// a comment", "").replace("model_type", '"model_type"'),
        ),
    ],
)
def test_its_kin(path: str, document: object) -> None:
    assert read({path: document}).trouble == ""


@pytest.mark.parametrize(
    "document",
    [
        {"extends": ["eslint:recommended"], "rules": {}},
        {"name": "app", "dim": 3},
        {"hidden_size": None, "vocab_size": None},
        {"model_type": 7, "architectures": [1]},
        {"task": {"model_type": "inside something else"}},
        ["model_type", "architectures"],
        "",
    ],
)
def test_the_config_of_something_else(document: object) -> None:
    text = document if isinstance(document, str) else json.dumps(document)
    assert all(found.trouble for found in model_configs(make_repo({"config.json": text})))
    assert not isinstance(document, dict) or not model_configs(make_repo({"config.json": text}))


def test_what_serves_tests_configures_no_release() -> None:
    assert not model_configs(make_repo({"test_fixtures/config.json": json.dumps(CONFIG)}))


@pytest.mark.parametrize("path", ["config.json", "adapter_config.json", "model_index.json"])
def test_wrong_types_break_nothing(path: str) -> None:
    for document in mutations({**CONFIG, **ADAPTER, "_class_name": "x"}):
        for found in model_configs(make_repo({path: json.dumps(document)})):
            assert all(isinstance(one.value, str) for one in found.architectures)


@pytest.mark.parametrize(
    "content",
    [
        b'{"model_type": "a"',
        b'{"model_type": ' + b"[" * 10_000,
        b'{"model_type": "a", "model_type": "b"}',
        b'{"architectures": "' + b"x" * (5 << 20) + b'"}',
    ],
)
def test_a_broken_configuration_is_told_of(content: bytes) -> None:
    repo = make_repo({"config.json": content})
    (found,) = model_configs(repo)
    assert found.trouble and found.trouble in repo.log.notices[0].says


def test_utf_16_and_nan_are_read() -> None:
    for content in (json.dumps(CONFIG).encode("utf-16"), b'{"model_type": "a", "x": NaN}'):
        (found,) = model_configs(make_repo({"config.json": content}))
        assert found.model_type and not found.trouble


def test_tokenizers() -> None:
    files = {
        "tokenizer.json": "{" + " " * 100 + "}",
        "tokenizer_config.json": "{}",
        "merges.txt": "a b",
        "ours.tiktoken": "x" * 100,
        "sub/spiece.model": "",
        "tokenizer.py": "",
        "tests/tokenizer.json": "{}",
    }
    repo = make_repo(files)
    found = {one.at.path: one for one in tokenizers(repo)}
    assert set(found) == {"tokenizer.json", "tokenizer_config.json", "merges.txt", "ours.tiktoken", "sub/spiece.model"}
    assert {path for path, one in found.items() if one.vocabulary and not one.trouble} == {
        "tokenizer.json",
        "ours.tiktoken",
    }
    assert "sub/spiece.model" in found["sub/spiece.model"].trouble
