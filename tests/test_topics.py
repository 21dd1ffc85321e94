"""What documents say topic by topic: described, mentioned, promised; in each language that cards are written in."""

from __future__ import annotations

from time import perf_counter

import pytest

from openness_gate.engine import assess
from openness_gate.facts.releases import find
from openness_gate.facts.tables import table
from openness_gate.model import Axis, Completeness, Effect
from openness_gate.registry import components
from tests.helpers import make_repo

C = Completeness
EIGHT = "one two three four five six seven eight"
MANY = "word " * 30
Files = dict[str, str]


def reached(component: str, topic: str, files: Files) -> Completeness:
    release = find(make_repo(files))[0]
    return assess(release, [components()[component]])[component].topics[topic].completeness


def card(text: str, front: str = "") -> Files:
    return {"README.md": f"{front}# Wren\n\n{text}\n", "config.json": '{"model_type": "wren", "hidden_size": 8}'}


# --- the model card -------------------------------------------------------------------------------------------------

CARDS: list[tuple[str, str, Completeness]] = [
    ("limitations", "A model.", C.ABSENT),
    ("limitations", f"## Limitations\n\n{EIGHT}", C.DESCRIBED),
    ("limitations", "## Limitations\n\nSome.", C.MENTIONED),
    ("limitations", "## Limitations\n\n[More Information Needed]", C.PROMISED),
    ("limitations", "## Limitations\n", C.PROMISED),
    ("limitations", "## Limitations\n\nTODO\n\n## Bias\n\n" + EIGHT, C.DESCRIBED),
    ("limitations", "It may produce nonsense.", C.MENTIONED),
    ("limitations", f"## Safety\n\n### In chats\n\n{EIGHT}", C.DESCRIBED),
    ("limitations", f"## Safety\n\n### License\n\n{EIGHT}", C.ABSENT),
    ("limitations", "## 局限性\n\n模型可能会产生有偏见的内容，也会在较长的回答中重复自己，请谨慎使用。", C.DESCRIBED),
    ("limitations", "## 局限性\n\n待补充", C.PROMISED),
    (
        "limitations",
        "## 制限事項\n\nこのモデルは南半球の鳥について何も知らず、長い文章では同じことを繰り返します。",
        C.DESCRIBED,
    ),
    ("intended-use", "## Uses\n\n### Direct use\n\n" + EIGHT, C.DESCRIBED),
    ("intended-use", "## Uses\n\n### Direct use\n\n[More Information Needed]", C.PROMISED),
    ("intended-use", "## 用途\n\n本模型用于研究小型语言模型如何学习鸟类的名称，也可用于教学。", C.DESCRIBED),
    ("intended-use", f"## Out-of-scope use\n\n{EIGHT}", C.ABSENT),
    ("acceptable-use", f"## Out-of-scope use\n\n{EIGHT}", C.DESCRIBED),
    ("acceptable-use", "See our acceptable use policy.", C.MENTIONED),
    ("modalities", "It is a language model.", C.MENTIONED),
    ("modalities", "Its input is an image, its output text.", C.DESCRIBED),
    ("modalities", f"It does speech recognition. {MANY}", C.DESCRIBED),
    ("modalities", f"## Sample output\n\n{EIGHT}", C.ABSENT),
    ("modalities", "## 输入与输出\n\n输入一段中文文本，输出一段续写的文本，长度不超过两千字。", C.DESCRIBED),
    ("capabilities", "It supports English.", C.MENTIONED),
    ("capabilities", f"It is capable of naming birds. {MANY}", C.DESCRIBED),
    ("capabilities", "## Key features\n\n" + EIGHT, C.DESCRIBED),
    ("capabilities", "## 模型特点\n\n能够用中文和英文回答关于鸟类的问题，并续写短文。", C.DESCRIBED),
    ("size", "It has many parameters.", C.MENTIONED),
    ("size", "It has 7B parameters.", C.DESCRIBED),
    ("size", "参数量为70亿。", C.DESCRIBED),
    ("release-date", "We released it in March 2026.", C.DESCRIBED),
    ("release-date", "We release it.", C.MENTIONED),
    ("input-size", "The context length is 4096 tokens.", C.DESCRIBED),
    ("input-size", "It has a long context window.", C.MENTIONED),
    ("input-size", "上下文长度为 32K。", C.DESCRIBED),
    ("objective", "It minimizes time.", C.MENTIONED),
    ("objective", f"## Training\n\nThe loss function is cross-entropy. {MANY}", C.DESCRIBED),
    ("usage", "## Usage\n\n```python\nm = load('wren')\n```", C.DESCRIBED),
    ("usage", "## Usage\n\nComing soon.", C.PROMISED),
    ("usage", "```sh\npython generate.py\n```", C.DESCRIBED),
    ("requirements", f"## Requirements\n\n{EIGHT}", C.DESCRIBED),
    ("requirements", f"## Hardware\n\nTraining took {EIGHT}", C.ABSENT),
    ("contact", "Questions? Write to wren@acme.example.", C.DESCRIBED),
    ("evaluation", "## Evaluation\n\n| a | b |\n|--|--|\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |", C.DESCRIBED),
    ("evaluation", f"## Acknowledgements\n\nThanks for the benchmark. {MANY}", C.ABSENT),
]


@pytest.mark.parametrize(("topic", "text", "grade"), CARDS, ids=[f"{t}-{g}-{n}" for n, (t, _, g) in enumerate(CARDS)])
def test_card(topic: str, text: str, grade: Completeness) -> None:
    assert reached("model-card", topic, card(text)) is grade


def test_a_document_that_is_no_card_says_nothing_for_it() -> None:
    files = {**card("A model."), "docs/guide.md": f"# Limitations\n\n{EIGHT}\n"}
    assert reached("model-card", "limitations", files) is C.ABSENT


def test_a_task_is_a_modality_if_the_hub_knows_it() -> None:
    told = {"text-to-image": C.DESCRIBED, "painting": C.ABSENT}
    for task, grade in told.items():
        assert reached("model-card", "modalities", card("It is.", f"---\npipeline_tag: {task}\n---\n")) is grade


def test_a_policy_on_use_may_be_a_file() -> None:
    files = {**card("A model."), "USE_POLICY.md": f"# Policy\n\n{MANY}\n"}
    assert reached("model-card", "acceptable-use", files) is C.DESCRIBED


def test_what_files_state_is_described() -> None:
    files = {**card("A model."), "config.json": '{"model_type": "wren", "max_position_embeddings": 2048}'}
    files["CITATION.cff"] = "cff-version: 1.2.0\ntitle: Wren\ndate-released: 2026-03-01\n"
    assert reached("model-card", "input-size", files) is C.DESCRIBED
    assert reached("model-card", "release-date", files) is C.DESCRIBED


# --- the front matter -----------------------------------------------------------------------------------------------

FRONT: list[tuple[str, str, Completeness]] = [
    ("license", "license: mit", C.DESCRIBED),
    ("license", "license: [mit, apache-2.0]", C.DESCRIBED),
    ("license", "license: MIT License", C.MENTIONED),
    ("license", "license: other", C.MENTIONED),
    ("license", "license: other\nlicense_name: ours\nlicense_link: LICENSE", C.DESCRIBED),
    ("license", "license: other\nlicense_name: ours\nlicense_link: TODO", C.MENTIONED),
    ("license", "license: unknown", C.MENTIONED),
    ("license", "language: en", C.ABSENT),
    ("language", "language: no", C.DESCRIBED),
    ("language", "language: [en, zh-Hans]", C.DESCRIBED),
    ("language", "language: Norwegian", C.MENTIONED),
    ("base-model", "base_model: acme/wren", C.DESCRIBED),
    ("base-model", "base_model:", C.MENTIONED),
    ("datasets", "datasets: [acme/seeds]", C.DESCRIBED),
    ("datasets", "datasets: {a: b}", C.MENTIONED),
    ("library", "library_name: wren", C.DESCRIBED),
    ("task", "pipeline_tag: text-generation", C.DESCRIBED),
    ("task", "pipeline_tag: chirping", C.MENTIONED),
]


@pytest.mark.parametrize(("topic", "front", "grade"), FRONT)
def test_front_matter(topic: str, front: str, grade: Completeness) -> None:
    assert reached("model-metadata", topic, card("A model.", f"---\n{front}\n---\n")) is grade


# --- data -----------------------------------------------------------------------------------------------------------

DATA: list[tuple[str, str, Completeness]] = [
    ("motivation", f"## Why was the data set created?\n\n{EIGHT}", C.DESCRIBED),
    ("composition", "It has 3 million rows.", C.DESCRIBED),
    ("composition", "## 数据规模\n\n共包含三百万条记录，每条记录由名称和一段文本组成。", C.DESCRIBED),
    ("collection", f"## Collection process\n\n{EIGHT}", C.DESCRIBED),
    ("preprocessing", f"## Collection process\n\n{EIGHT}", C.ABSENT),
    ("preprocessing", "Rows were deduplicated.", C.MENTIONED),
    ("preprocessing", "## 数据清洗\n\n我们去除了重复的记录，并过滤了质量较低的文本和广告。", C.DESCRIBED),
    (
        "collection",
        "## データの収集\n\nデータは二〇二四年にウィキペディアから収集し、鳥の名前を含むものを選びました。",
        C.DESCRIBED,
    ),
    ("annotation", "No annotation was made.", C.MENTIONED),
    ("personal-data", "Personal data was removed.", C.MENTIONED),
    ("personal-data", "## Personal and sensitive information\n\n[More Information Needed]", C.PROMISED),
    ("uses", f"## Uses\n\n{EIGHT}", C.DESCRIBED),
    ("uses", "## Usage\n\n```\nload('x')\n```", C.ABSENT),
    ("bias", f"## Known limitations\n\n{EIGHT}", C.DESCRIBED),
    ("distribution", "It can be had by download.", C.MENTIONED),
    ("maintenance", f"## Dataset curators\n\n{EIGHT}", C.DESCRIBED),
]


@pytest.mark.parametrize(("topic", "text", "grade"), DATA, ids=[f"{t}-{g}-{n}" for n, (t, _, g) in enumerate(DATA)])
def test_data_card(topic: str, text: str, grade: Completeness) -> None:
    files = {"README.md": f"---\ntask_categories: [x]\n---\n# Seeds\n\n{text}\n"}
    assert reached("data-card", topic, files) is grade


def test_the_readme_of_a_model_is_no_data_card() -> None:
    assert reached("data-card", "collection", card(f"## Collection process\n\n{MANY}")) is C.ABSENT


# --- the summary of training content ---------------------------------------------------------------------------------

TEMPLATE = "# Public training summary\n\n# 1. General information\n\n# 2. List of data sources\n\n"


@pytest.mark.parametrize(
    ("text", "topic", "grade"),
    [
        ("## 2.4 User data\n\nNo", "user-data", C.DESCRIBED),
        ("## 2.4 User data\n\nn/a", "user-data", C.DESCRIBED),
        ("## 2.4 User data\n\nTBD", "user-data", C.PROMISED),
        ("## 2.4 User data\n", "user-data", C.PROMISED),
        ("## 2.4\n\nNon", "user-data", C.DESCRIBED),
        ("## User data\n\n### Services\n\nOur chat.", "user-data", C.DESCRIBED),
        ("## 2.2.2 Private, non-publicly available datasets of others\n\nNo", "third-party-data", C.DESCRIBED),
        ("## 2.2.2 Private, non-publicly available datasets of others\n\nNo", "public-data", C.ABSENT),
        ("## 1.1 Fournisseur\n\nAcme", "provider", C.DESCRIBED),
        ("## 4.1 More\n\nAcme", "provider", C.ABSENT),
    ],
)
def test_summary(text: str, topic: str, grade: Completeness) -> None:
    assert reached("training-summary", topic, {"SUMMARY.md": f"{TEMPLATE}{text}\n"}) is grade


def test_a_document_with_other_headings_is_no_summary() -> None:
    assert reached("training-summary", "user-data", card("## User data\n\nWe keep none of it.")) is C.ABSENT


# --- training ---------------------------------------------------------------------------------------------------------

COSTS: list[tuple[str, str, Completeness]] = [
    ("accelerators", "It was trained on 8 A100 GPUs.", C.DESCRIBED),
    ("accelerators", "It runs on 8 A100 GPUs.", C.ABSENT),
    ("accelerators", "For inference after training we recommend 8 A100.", C.ABSENT),
    ("accelerators", "训练使用了 64 张 A100。", C.DESCRIBED),
    ("duration", "Training took 20 days.", C.DESCRIBED),
    ("duration", "It was trained on 680,000 hours of audio.", C.ABSENT),
    ("duration", "It was trained on 5,000 hours of voice.", C.ABSENT),
    ("duration", "训练耗时 20 天。", C.DESCRIBED),
    ("duration", "## Compute\n\n| model | GPU hours |\n|--|--|\n| 7B | 1840 |", C.DESCRIBED),
    ("duration", "## Compute\n\n- **Hours used:** [More Information Needed]", C.ABSENT),
    ("flops", "Training took 3.8e25 FLOPs.", C.DESCRIBED),
    ("flops", "Training took many FLOPs.", C.ABSENT),
    ("energy", "Training emitted 11 tons of CO2.", C.DESCRIBED),
    ("energy", "- **Carbon Emitted:** [More Information Needed]", C.ABSENT),
    ("energy", "Training took 90 kWh.", C.DESCRIBED),
]


@pytest.mark.parametrize(("topic", "text", "grade"), COSTS)
def test_compute(topic: str, text: str, grade: Completeness) -> None:
    assert reached("compute", topic, card(text)) is grade


@pytest.mark.parametrize(
    ("value", "grade"), [("12.5", C.DESCRIBED), ("{emissions: 3}", C.DESCRIBED), ("some", C.MENTIONED)]
)
def test_emissions_in_the_front_matter(value: str, grade: Completeness) -> None:
    assert reached("compute", "energy", card("A model.", f"---\nco2_eq_emissions: {value}\n---\n")) is grade


@pytest.mark.parametrize(
    ("files", "grade"),
    [
        ({"train.yaml": "learning_rate: 1\nbatch_size: 2\nmax_steps: 3\nseed: 4\n"}, C.COMPLETE),
        ({"train.py": "import torch\nloss.backward()\noptimizer.step()\ntorch.manual_seed(4)\n"}, C.PARTIAL),
        (card("## Training\n\nThe seed was 4."), C.DESCRIBED),
        (card("A model."), C.ABSENT),
    ],
)
def test_seed(files: Files, grade: Completeness) -> None:
    assert reached("training-configuration", "seed", files) is grade


# --- papers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("Our paper: https://arxiv.org/abs/2401.00001", C.MENTIONED),
        ("## Citation\n\n```\n@article{x}\n```", C.MENTIONED),
        ("We use LoRA (https://arxiv.org/abs/2106.09685).", C.ABSENT),
    ],
)
def test_a_paper_of_its_own(text: str, grade: Completeness) -> None:
    assert reached("research-paper", "own", card(text)) is grade


@pytest.mark.parametrize("text", ["A model.", "Published at ACL: https://arxiv.org/abs/2401.00001"])
def test_peer_review_is_never_known(text: str) -> None:
    release = find(make_repo(card(text)))[0]
    found = assess(release, [components()["research-paper"]])["research-paper"]
    assert found.topics["peer-review"].unknown
    assert not found.topics["own"].unknown
    assert not found.is_unknown(Axis.COMPLETENESS)


# --- the table --------------------------------------------------------------------------------------------------------


def test_every_topic_of_the_table_is_one_of_a_component() -> None:
    for group in ("model-card", "data-card", "training-summary"):
        assert components()[group].topics == tuple(table("topics")[group])
    assert components()["code-documentation"].topics == tuple(table("topics")["code-steps"])


def test_words_are_in_lower_case() -> None:
    for group in ("model-card", "data-card", "training-summary"):
        for row in table("topics")[group].values():
            words = [word for key in ("titles", "not", "says", "hints") for word in row.get(key, ())]
            assert [word for word in words if word != word.lower() or not word.strip()] == []


def test_no_topic_counts_for_the_whole() -> None:
    files = card(f"## Limitations\n\n{MANY}\n\nIt was trained on 8 A100 GPUs for 3 days.", "---\nlicense: mit\n---\n")
    release = find(make_repo(files))[0]
    for name in ("model-card", "data-card", "model-metadata", "compute"):
        found = assess(release, [components()[name]])[name]
        whole = [e.grade for e in found.evidence if not e.topic and e.effect is Effect.RAISES and e.grade is not None]
        assert found.completeness == max(whole, default=C.ABSENT)


def test_a_long_sentence_costs_little() -> None:
    """Patterns see a few hundred characters of it; what repeats cannot make them search for long."""
    hostile = " ".join(["input context 1,2,3 parameters released contact a.a.a.a@" * 40, "1" * 20000, "20" * 9000])
    begin = perf_counter()
    reached("model-card", "size", card("\n\n".join([hostile] * 40)))
    assert perf_counter() - begin < 5
