"""What is said of the training data, topic by topic."""

from __future__ import annotations

import pytest

from openness_gate.facts.data_information import evidence, public_data, sources
from openness_gate.model import Completeness, Effect
from tests.helpers import make_repo

HUB = "https://huggingface.co/datasets/"
LOOP = "import torch\nloss.backward()\noptimizer.step()\n"
LOAD = "d = load_dataset('ours/corpus')\n"
TOKENS = "import numpy as np\nfor r in load_dataset('ours/corpus', name='a'):\n    np.save('x', e.encode_ordinary(r))\n"
SO = "word " * 30
Files = dict[str, str]


def card(text: str) -> Files:
    return {"MODEL_CARD.md": f"# Our model\n\n{text}\n"}


def grades(files: Files) -> dict[str, str]:
    """The best completeness of each topic."""
    best: dict[str, Completeness] = {}
    for seen in evidence(make_repo(files)):
        assert isinstance(seen.grade, Completeness)
        best[seen.topic] = max(seen.grade, best.get(seen.topic, Completeness.ABSENT))
    return {topic: str(grade) for topic, grade in best.items()}


@pytest.mark.parametrize(
    ("files", "topic", "grade"),
    [
        # by name
        (card("It was trained on Wikipedia."), "provenance", "described"),
        (card("It was trained on books."), "provenance", "mentioned"),
        (
            card("The training set: https://github.com/ours/corpus, https://arxiv.org/abs/1."),
            "provenance",
            None,
        ),
        (card(f"## Evaluation\n\n{HUB}cais/mmlu\n\n## Training data\n\nSee {HUB}ours/humaneval."), "public-list", None),
        ({"data/README.md": f"# Evaluation data\n\nThe data is {HUB}ours/corpus"}, "public-list", None),
        # told elsewhere, or nowhere
        (card("## Training data\n\nSee appendix C of our report."), "in-a-paper", None),
        (card("## Training data\n\nThe corpus is documented in our paper."), "in-a-paper", "mentioned"),
        ({"data_card.md": "# Data card\n\nPlease see appendix C."}, "in-a-paper", "mentioned"),
        (card("A model.") | {"ours.pdf": "%PDF-1.5"}, "in-a-paper", "mentioned"),
        (card("A model.") | {"docs/technical_report.pdf": "%PDF-1.5"}, "in-a-paper", "mentioned"),
        (card("A model.") | {"MODEL_LICENSE.pdf": "%PDF-1.5", "misc/slides.pdf": "%PDF-1.5"}, "in-a-paper", None),
        (card("A model.") | {"data/cdr/overview.pdf": "%PDF-1.5"}, "in-a-paper", None),
        (card("The training data was prepared with https://github.com/ours/prep."), "processing", "linked"),
        (card("Thanks to https://github.com/ours/prep for data processing."), "processing", None),
        (card("It was trained on Wikipedia and C4."), "provenance", "described"),
        (card("## Training data\n\n- Wikipedia\n- books"), "provenance", "described"),
        (card("训练数据包括网页和书籍。"), "provenance", "described"),
        (
            card("It was trained on text collected from https://a.test/x and https://b.test/y."),
            "provenance",
            "described",
        ),
        # by link, front matter, configuration and code
        (card(f"It was trained on {HUB}ours/corpus."), "public-list", "linked"),
        (card(f"It was trained on {HUB}ours/corpus."), "provenance", "described"),
        ({"MODEL_CARD.md": "---\ndatasets:\n- ours/corpus\n---\n"}, "public-list", "linked"),
        ({"train.py": LOOP + LOAD}, "public-list", "linked"),
        ({"get_data.sh": f"wget {HUB}ours/corpus\n"}, "public-list", "linked"),
        (
            {"train.yaml": f"lr: 1\nbatch_size: 2\nmax_steps: 3\nseed: 4\ndata: {HUB}ours/corpus\n"},
            "public-list",
            "linked",
        ),
        ({"clean.py": LOAD + "d.to_parquet('x')\n"}, "processing", "described"),
        ({"corpus.py": TOKENS}, "public-list", "linked"),
        ({"corpus.py": TOKENS}, "provenance", "described"),
        (card("## Data\n\nWe translated alpaca_data.json."), "provenance", "described"),
        # by prose
        (card("It was trained on 2 trillion tokens."), "scope", "mentioned"),
        (card(f"## Training data\n\n2 trillion tokens. {SO}"), "scope", "described"),
        (card("The training data was deduplicated."), "processing", "mentioned"),
        (card(f"## Data processing\n\nWe deduplicated it. {SO}"), "processing", "described"),
        (card("The training data was crawled."), "how-obtained", "mentioned"),
        (card("The training data was annotated by experts."), "labelling", "mentioned"),
        (card("The training data cannot be shared."), "unshareable-why", "mentioned"),
        # adjectives are a mention
        (card("It was trained on publicly available data."), "provenance", "mentioned"),
        (card(f"## Training data\n\nHigh-quality and diverse data. {SO}"), "provenance", "mentioned"),
        (card("训练数据来自高质量互联网。"), "provenance", "mentioned"),
    ],
)
def test_topics(files: Files, topic: str, grade: str | None) -> None:
    assert grades(files).get(topic) == grade


@pytest.mark.parametrize(
    "files",
    [
        card("It knows Wikipedia and C4."),  # nobody says that it was trained on them
        card(f"## Evaluation\n\nMeasured on {HUB}ours/exam and Wikipedia."),
        card("## Test data\n\nWikipedia and C4, filtered."),
        card(f"## Fine-tuning\n\nTune it: training data such as {HUB}theirs/rows or Wikipedia."),
        card("## Preparing your own training data\n\nWikipedia and C4."),
        card("## Acknowledgements\n\nTrained on Wikipedia and C4."),
        card("## Citation\n\nThe training data of Wikipedia and C4."),
        {"eval/run.py": "def evaluate(): ...\n" + LOAD},
        {"eval/get.sh": f"wget {HUB}ours/exam\n"},
        {"finetune.py": LOOP + LOAD},
        {"lora/get.sh": f"wget {HUB}ours/rows\n"},
        {"lora/clean.py": LOAD + "d.to_parquet('x')\n"},
        {"docs/finetuning.md": "The training data is Wikipedia and C4.\n"},
        {"lora/x.yaml": f"lr: 1\nbatch_size: 2\nmax_steps: 3\nseed: 4\ndata: {HUB}ours/corpus\n"},
        card("```\nIt was trained on Wikipedia and C4.\n```"),
    ],
)
def test_what_is_not_about_training_data(files: Files) -> None:
    assert grades(files) == {}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("It was trained on C4.", ["c4"]),
        ("It was trained on C4x and XC4.", []),
        ("It was trained on (C4).", ["c4"]),
        ("训练数据是百科。", ["百科"]),
        ("It was trained on XC4 and then on C4.", ["c4"]),
    ],
)
def test_names_stand_alone(text: str, names: list[str]) -> None:
    assert list(sources(make_repo(card(text)))) == names


def test_places() -> None:
    repo = make_repo({"MODEL_CARD.md": "---\nlicense: mit\ndatasets:\n- a/b\n---\n\nIt was\ntrained on C4.\n"})
    assert str(public_data(repo)["a/b"]) == "MODEL_CARD.md:3" and str(sources(repo)["c4"]) == "MODEL_CARD.md:7"


def test_of_a_data_set_everything_is_about_data() -> None:
    found = grades({"README.md": "# The Ours Dataset\n\nRows from Wikipedia and books, filtered.\n"})
    assert found == {"provenance": "described", "processing": "mentioned"}


# --- the user's own -------------------------------------------------------------------------------------------------

GUIDE = f"The training data: [Common Voice]({HUB}theirs/common_voice) and LibriSpeech.\n"


@pytest.mark.parametrize(
    ("path", "opening", "counts"),
    [
        ("training/README.md", "Train a model in your choice of language.", False),
        ("training/README.md", "Here you train on your own data.", False),
        ("docs/data.md", "用自己的数据训练。", False),
        ("docs/how-to/practice.md", "Some words.", False),
        ("docs/getting-started/first.md", "Some words.", False),
        ("training/README.md", "This is how it was made.", True),
        ("README.md", "Train a model in your choice of language.", True),  # the release's own card speaks of it
        ("docs/data_card.md", "Add your own data to ours.", True),
    ],
)
def test_a_guide_for_the_data_of_its_reader(path: str, opening: str, counts: bool) -> None:
    """What a guide recommends is not what the release was trained on."""
    repo = make_repo({"model.gguf": "x" * 2000, path: f"# Title\n\n{opening}\n\n## Training data\n\n{GUIDE}"})
    assert ("common voice" in sources(repo)) is counts
    assert ("theirs/common_voice" in public_data(repo)) is counts


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (f"## Train in your own language\n\n{GUIDE}", False),
        (f"To distil it for another language, use as training data [Common Voice]({HUB}theirs/common_voice).", False),
        (f"The training data is [Common Voice]({HUB}theirs/common_voice).", True),
        (f"## Your own data\n\nOurs was trained on [Common Voice]({HUB}theirs/common_voice).", True),
    ],
)
def test_advice_to_the_reader(text: str, counts: bool) -> None:
    repo = make_repo(card(text))
    assert ("common voice" in sources(repo)) is counts
    assert ("theirs/common_voice" in public_data(repo)) is counts


def test_a_guide_may_say_what_the_release_was_trained_on() -> None:
    text = "# Guide\n\nTrain it on your own data.\n\n## Data\n\nOur model was trained on LibriSpeech. Take C4.\n"
    assert list(sources(make_repo({"model.gguf": "x" * 2000, "docs/guide.md": text}))) == ["librispeech"]


@pytest.mark.parametrize(
    ("path", "command", "names"),
    [
        ("run.sh", "python distill.py \\\n  --train_dataset_name 'librispeech_asr+theirs/gigaspeech'", 2),
        ("run.sh", "python distill.py --training-data c4 --eval_dataset_name fleurs", 1),
        ("run.sh", "python distill.py --eval_dataset_name fleurs", 0),
        ("evaluation/run.sh", "python distill.py --train_dataset_name c4", 0),
        ("finetuning/run.sh", "python distill.py --train_dataset_name c4", 0),
    ],
)
def test_what_a_launcher_trains_on(path: str, command: str, names: int) -> None:
    assert len(sources(make_repo({path: f"#!/bin/sh\n{command}\n", "distill.py": LOOP}))) == names


@pytest.mark.parametrize(("files", "grade"), [({}, "described"), ({"big/LICENSE": "x", "big/setup.py": "x"}, "linked")])
def test_a_project_that_lies_here_caps_nothing(files: Files, grade: str) -> None:
    """What it says of data that is not to be had is said of its own."""
    told = "# Big\n\n## Training data\n\nThe training data is internal data.\n"
    ours = card(f"It was trained on {HUB}ours/corpus.")
    found = evidence(make_repo({**ours, **files, "big/README.md": told}))
    caps = [seen.grade for seen in found if seen.effect is Effect.LIMITS and seen.topic == "public-list"]
    assert bool(caps) is (grade == "described")
