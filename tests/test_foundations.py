"""What a release says that its weights start from."""

from __future__ import annotations

import pytest

from openness_gate.facts.data_information import evidence
from openness_gate.facts.foundations import foundations, tuned_only
from openness_gate.facts.training import bases, only_tunes
from openness_gate.model import Effect
from tests.helpers import make_repo

HUB = "https://huggingface.co/"
WEIGHTS = f"The weights are at [wren-7b]({HUB}ours/wren-7b).\n\n"
LOOP = "import torch\nloss.backward()\noptimizer.step()\n"
LORA = f"from peft import LoraConfig, get_peft_model\nm = get_peft_model(m, LoraConfig())\n{LOOP}"


def names(text: str, title: str = "Wren") -> list[str]:
    return [name for name, _ in foundations(make_repo({"README.md": f"# {title}\n\n{WEIGHTS}{text}\n"}))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Wren is fine-tuned from Llama-2-7B on dialogues.", "llama-2-7b"),
        ("We initialize our model with [PixArt-Σ](https://a.test).", "pixart-σ"),
        ("It was initialized with Mistral-7B and tuned further.", "mistral-7b"),
        ("Wren is trained on top of [`Qwen/Qwen2-7B`](https://a.test).", "qwen/qwen2-7b"),
        ("An RLHF fine-tune of [Vicuna-13B](https://a.test).", "vicuna-13b"),
        ("Wren-7B is built on Falcon-7B.", "falcon-7b"),
        ("Base model: Gemma-2-9b", "gemma-2-9b"),
        ("Wren-7B：基于Llama-2-7B增量预训练，补充了中文数据。", "llama-2-7b"),
        ("Wren은 [upstage/SOLAR-10.7B](https://a.test)을 기반으로 학습했습니다.", "upstage/solar-10.7b"),
        ("## Acknowledgements\n\nOur model is trained on top of Qwen2-7B.", "qwen2-7b"),
    ],
)
def test_what_it_starts_from(text: str, name: str) -> None:
    assert names(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "The model is based on the Llama architecture.",
        "Its tokenizer is adapted from the BERT tokenizer.",
        "It is based on LLaMA-Factory.",
        "It was trained from scratch and is as good as Llama-2.",
        "You can initialize the model with Llama-2-7B.",
        "Supports models fine-tuned from Llama-2.",
        "Baselines: Vicuna, which is fine-tuned from LLaMA, compared with Wren.",
        "## Evaluation\n\nVicuna is fine-tuned from Llama.",
        "## Acknowledgements\n\nThis code is based on LLaMA.",
        "Wren-chat is fine-tuned from Wren-7B.",
        "An optimal start from options.",
    ],
)
def test_what_is_no_start(text: str) -> None:
    assert names(text) == []


def test_its_own_family_is_no_base_of_others() -> None:
    assert names(f"[x]({HUB}ours/falcon-7b-chat) is fine-tuned from Falcon-7B.", "Falcon") == []


def test_data_of_a_base_is_part_of_it_also_beside_a_loop_from_nothing() -> None:
    text = f"# Wren\n\n{WEIGHTS}Wren is fine-tuned from Llama-2-7B.\n"
    repo = make_repo({"README.md": text, "pretrain.py": LOOP})
    assert [name for name, _ in bases(repo)] == ["llama-2-7b"]
    assert any(seen.effect is Effect.LIMITS and "llama-2-7b" in str(seen.says) for seen in evidence(repo))


def test_where_all_that_trains_only_tunes_a_base_is_missing() -> None:
    text = f"# Wren\n\n{WEIGHTS}It was trained on {HUB}datasets/ours/corpus.\n"
    repo = make_repo({"README.md": text, "train_lora.py": LORA})
    assert only_tunes(repo) is not None
    assert any(seen.effect is Effect.LIMITS and "starts from a model" in str(seen.says) for seen in evidence(repo))
    scratch = make_repo({"README.md": f"# Wren\n\n{WEIGHTS}Wren was trained from scratch.\n", "train_lora.py": LORA})
    assert only_tunes(scratch) is None
    cost = "Pruning costs less than a model trained from scratch.\n"
    assert only_tunes(make_repo({"README.md": f"# Wren\n\n{WEIGHTS}{cost}", "train_lora.py": LORA})) is not None
    both = make_repo({"README.md": f"# Wren\n\n{WEIGHTS}", "train_lora.py": LORA, "pretrain.py": LOOP})
    assert only_tunes(both) is None


@pytest.mark.parametrize(
    ("models", "tuned"),
    [(("wren-7b-instruct", "wren-7b-chat"), True), (("wren-7b-chat", "wren-7b"), False), ((), False)],
)
def test_where_all_models_are_tuned_ones_their_base_is_missing(models: tuple[str, ...], tuned: bool) -> None:
    links = "".join(f"- [{name}]({HUB}ours/{name})\n" for name in models)
    repo = make_repo({"README.md": f"# Wren\n\n{links}\nIt was trained on {HUB}datasets/ours/corpus.\n"})
    assert (tuned_only(repo) is not None) is tuned
    assert any(seen.effect is Effect.LIMITS for seen in evidence(repo)) is tuned
