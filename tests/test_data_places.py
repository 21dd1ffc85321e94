"""Which places that name data tell what a release was trained on."""

from __future__ import annotations

import pytest

from openness_gate.facts.data_information import evidence, public_data, sources
from openness_gate.model import Effect, Repo
from tests.helpers import make_repo

HUB = "https://huggingface.co/datasets/"
LOOP = "import torch\nloss.backward()\noptimizer.step()\n"
WEIGHTS = "[Ours](https://huggingface.co/our-lab/ours-7b)"


def of(text: str, path: str = "MODEL_CARD.md") -> Repo:
    return make_repo({"MODEL_CARD.md": "# Our model\n", path: f"# Our model\n\n{text}\n", "model.gguf": "x" * 2000})


def is_capped(repo: Repo) -> bool:
    return any(seen.effect is Effect.LIMITS and seen.topic == "public-list" for seen in evidence(repo))


def is_in_a_paper(repo: Repo) -> bool:
    return any(seen.topic == "in-a-paper" for seen in evidence(repo))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The tokenizer is trained on a sample of Wikipedia.", False),
        ("We trained a BPE tokenizer on Wikipedia.", False),
        ("The vocabulary was learned on Wikipedia, which was used to train nothing else.", False),
        ("我们的分词器在百科上训练。训练数据", False),
        ("The model and its tokenizer were trained on Wikipedia.", True),
        ("It was trained on Wikipedia with a new tokenizer.", True),
    ],
)
def test_what_a_tokenizer_was_trained_on(text: str, named: bool) -> None:
    assert bool(sources(of(text))) is named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("## Training\n\nWe provide example training configs.\n\nA model training on MNIST.", False),
        ("## Training\n\nWe provide example training configs.\n\nOurs was trained on MNIST.", True),
        ("## Training\n\nOurs begins here.\n\nA model training on MNIST.", True),
    ],
)
def test_examples_of_training(text: str, named: bool) -> None:
    assert bool(sources(of(text))) is named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("## Benchmarks\n\n### Base pretrained models\n\nTriviaQA: 70", False),
        ("## Pretrained models\n\nTriviaQA: 70", True),
    ],
)
def test_pretrained_models_that_are_measured(text: str, named: bool) -> None:
    assert bool(sources(of(text))) is named


@pytest.mark.parametrize(
    ("title", "named"),
    [("FLASK: an evaluation of models", False), ("Evaluation data and training data", True), ("Corpora", True)],
)
def test_a_document_whose_title_measures(title: str, named: bool) -> None:
    text = f"# {title}\n\n## News\n\nWe released it.\n\n## Annotation\n\nDomains as those of Wikipedia.\n"
    assert bool(sources(make_repo({"model.gguf": "x" * 2000, "part/README.md": text}))) is named


@pytest.mark.parametrize(
    ("files", "capped"),
    [
        ({"tasks/mining/README.md"}, True),
        ({"analysis/memory/README.md"}, True),
        ({"tasks/mining/README.md", "MODEL_CARD.md"}, False),
        ({"docs/README.md"}, False),
    ],
)
def test_data_named_only_where_a_finished_model_is_used(files: set[str], capped: bool) -> None:
    told = f"# Ours\n\nIt was trained on [rows]({HUB}ours/rows).\n"
    assert is_capped(make_repo({"model.gguf": "x" * 2000} | dict.fromkeys(files, told))) is capped


@pytest.mark.parametrize(
    ("text", "documented"),
    [
        ("The training data is described in the paper.", True),
        ("The training data is different from that in the paper.", False),
    ],
)
def test_a_difference_from_the_paper_documents_nothing(text: str, documented: bool) -> None:
    assert is_in_a_paper(of(text)) is documented


@pytest.mark.parametrize(
    ("text", "given"),
    [
        (f"{WEIGHTS} | [Data]({HUB}our-lab/rows)", True),
        (f"{WEIGHTS}\n\nWe release the [rows]({HUB}our-lab/rows) used in Ours training.", True),
        (f"{WEIGHTS}\n\n- [🤗 HF Dataset]({HUB}our-lab/rows)", True),
        (f'{WEIGHTS}\n\n<a href="{HUB}our-lab/rows">Dataset</a>', True),
        (f"{WEIGHTS}\n\n- **Training data**: {HUB}our-lab/rows", True),
        (f"{WEIGHTS}\n\n- [Metadata]({HUB}our-lab/rows)", False),
        (f"{WEIGHTS}\n\n- [Test data]({HUB}our-lab/rows)", False),
        (f"{WEIGHTS}\n\n- A browser for any kind of data: [rows]({HUB}our-lab/rows)", False),
        (f"{WEIGHTS} | [Data]({HUB}their-lab/rows)", False),
        (f"{WEIGHTS} | [Rows]({HUB}our-lab/rows)", False),
        (f"{WEIGHTS} | [Data]({HUB}our-lab/rows-bench)", False),
        (f"{WEIGHTS}\n\n## Evaluation\n\n[Data]({HUB}our-lab/rows)", False),
    ],
)
def test_data_of_the_owner_of_the_weights(text: str, given: bool) -> None:
    assert bool(public_data(make_repo({"README.md": f"# Ours\n\n{text}\n"}))) is given


def provenance(files: dict[str, str]) -> str:
    return max((str(seen.grade) for seen in evidence(make_repo(files)) if seen.topic == "provenance"), default="")


@pytest.mark.parametrize(
    ("text", "files", "grade"),
    [
        ("Get the images of [MSCOCO](http://images.test/train.zip).", {"train.py": LOOP}, "described"),
        ("Get the images of [MSCOCO](http://images.test/train.zip).", {}, ""),
        ("Put your own data beside [MSCOCO](http://images.test/train.zip).", {"train.py": LOOP}, ""),
        ("To evaluate, get [MSCOCO](http://images.test/train.zip).", {"train.py": LOOP}, ""),
        ("Get the images of MSCOCO.", {"train.py": LOOP}, ""),
    ],
)
def test_data_that_is_prepared_for_training(text: str, files: dict[str, str], grade: str) -> None:
    readme = f"# Ours\n\n{WEIGHTS}\n\n## Data preparation\n\n{text}\n"
    repo = {"README.md": readme, "model.gguf": "x" * 2000, **files}
    assert provenance(repo) == grade and not public_data(make_repo(repo))


@pytest.mark.parametrize(
    ("title", "text", "named"),
    [
        ("Setup", "1. Download the [LJ Speech dataset](http://speech.test/lj).", True),
        ("Setup", "1. See the [LJ Speech dataset](http://speech.test/lj).", False),
        ("Evaluation", "1. Download the [LJ Speech dataset](http://speech.test/lj).", False),
        ("Fine-tuning", "1. Download the [LJ Speech dataset](http://speech.test/lj).", False),
    ],
)
def test_a_corpus_that_is_fetched_for_training(title: str, text: str, named: bool) -> None:
    readme = f"# Ours\n\n{WEIGHTS}\n\n## {title}\n\n{text}\n"
    assert (provenance({"README.md": readme, "train.py": LOOP}) == "described") is named


def test_a_project_that_lies_here_trains_its_own() -> None:
    run = {"big/run.sh": "python train.py --train_data c4\n", "train.py": LOOP, "big/README.md": "# Big\n"}
    assert list(sources(make_repo(run))) == ["c4"]
    assert not sources(make_repo({**run, "big/LICENSE": "x", "big/setup.py": "x"}))


DATA = f"## Training data\n\nIt was trained on [rows]({HUB}ours/rows).\n"


@pytest.mark.parametrize(
    ("title", "text", "files", "capped"),
    [
        ("Ours", "Training needs the pre-trained models used to initialize it.", {}, True),
        ("Ours", "Its layers are initialized from a pretrained language model.", {}, True),
        ("Ours", "## Fine-tuning\n\nInitialize from a pretrained model.", {}, False),
        ("Ours", "Its layers are initialized from a normal distribution.", {}, False),
        ("Better models through instruction tuning", "", {}, True),
        ("Better models through instruction tuning", "", {"pretrain.py": LOOP}, False),
        ("Better models", "", {}, False),
        (
            "The dataset of instruction tuning",
            "",
            {"README.md": f"# The dataset of instruction tuning\n\n{DATA}"},
            False,
        ),
    ],
)
def test_what_begins_from_weights(title: str, text: str, files: dict[str, str], capped: bool) -> None:
    """Without their name, too: the data of what it began from is part of it."""
    model = {} if "README.md" in files else {"README.md": f"# {title}\n\n{text}\n\n{DATA}", "model.gguf": "x" * 2000}
    assert is_capped(make_repo({**model, **files})) is capped
