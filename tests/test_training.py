"""Loops and what they start from; measured (slow) on real trees with a truth beside them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from openness_gate.engine import assess
from openness_gate.facts.releases import find
from openness_gate.facts.training import bases, loops
from openness_gate.model import Completeness, Request
from openness_gate.registry import components
from openness_gate.sources.work_tree import SOURCE
from tests.helpers import make_repo

TREES = Path(os.environ.get("OPENNESS_GATE_TREES", "/nonexistent"))
TRUTH = Path(os.environ.get("OPENNESS_GATE_TRUTH", "/nonexistent"))

LOOP = "import torch\nloss.backward()\noptimizer.step()\n"
TUNED = "from transformers import AutoModel, Trainer\nm = AutoModel.from_pretrained('x')\nTrainer(m).train()\n"
WEIGHTS = "# Swift\n\nThe weights: https://huggingface.co/acme/swift\n\n"
SETTINGS = "lr: 1\nbatch_size: 2\nmax_steps: 3\nseed: 4\n"


@pytest.mark.parametrize(
    ("files", "fresh", "here"),
    [
        ({"train.py": LOOP}, True, True),
        ({"train.py": TUNED}, False, True),
        # handed to a dependency
        ({"train.py": "from bigtrainer.main import main\nmain(['--lr', '1'])\n"}, True, False),
        ({"train/run.py": "import sys\nfrom bigtrainer.train import train as go\ngo(sys.argv)\n"}, True, False),
        ({"train.sh": "torchrun -m bigtrainer.main --lr 1\npython -m bigtrainer.main --lr 1\n"}, True, False),
        ({"finetune/train.sh": "python -m bigtrainer.train_sft\n"}, False, False),
        # named
        ({"README.md": f"{WEIGHTS}Trained with [Big](https://github.com/acme/big)."}, False, False),
        (
            {
                "README.md": f"{WEIGHTS}Trained with [Big](https://github.com/acme/big).",
                "pretrain.yaml": SETTINGS,
            },
            True,
            False,
        ),
        (
            {".gitmodules": '[submodule "b"]\n path = b\n url = https://x.test/b\n', "pretrain.yaml": SETTINGS},
            True,
            False,
        ),
    ],
)
def test_a_loop(files: dict[str, str], fresh: bool, here: bool) -> None:
    found = loops(make_repo(files))
    assert [(loop.fresh, loop.here) for loop in found] == [(fresh, here)]


def test_a_notebook_that_tries_a_model_says_nothing_of_the_program_beside_it() -> None:
    looks = "import torch\nm = M.from_pretrained('x')\nloss.backward()\nnet.zero_grad()\n"
    tries = json.dumps({"cells": [{"cell_type": "code", "source": looks}]})
    assert [loop.fresh for loop in loops(make_repo({"train.py": LOOP, "play.ipynb": tries}))] == [True, False]
    assert [loop.fresh for loop in loops(make_repo({"play.ipynb": tries}))] == [False]
    tunes = "M.from_pretrained('x')\n" + LOOP
    trains = json.dumps({"cells": [{"cell_type": "code", "source": tunes}]})
    assert not any(loop.fresh for loop in loops(make_repo({"train.py": LOOP, "play.ipynb": trains})))


TRAINER = "[Big](https://github.com/acme/big)"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"We use {TRAINER} for finetuning all our models.", 1),
        (f"You can use {TRAINER} for finetuning our models.", 0),  # a recipe for others
        (f"We use {TRAINER} to evaluate our models after finetuning.", 0),
        (f"We use {TRAINER} for finetuning.", 0),  # of whose model?
    ],
)
def test_what_tuned_the_models_is_named_in_a_howto(text: str, count: int) -> None:
    """It began from a model, whatever settings are here."""
    found = loops(make_repo({"README.md": f"{WEIGHTS}## Finetuning\n\n{text}\n", "pretrain.yaml": SETTINGS}))
    assert [(loop.fresh, loop.here) for loop in found] == [(False, False)] * count


@pytest.mark.parametrize(("name", "has"), [("training_loop", True), ("helper", False)])
def test_the_settings_of_a_script_that_starts_a_loop(name: str, has: bool) -> None:
    """The loop is in another file; the defaults of the run stand in the script that hands them over."""
    start = f"from training import {name}\nlr = 1\nbatch_size = 2\nmax_steps = 3\nseed = 4\n{name}.{name}()\n"
    repo = make_repo({"train.py": start, "training/training_loop.py": LOOP})
    found = assess(find(repo)[0], components().values())["training-configuration"]
    assert (found.completeness is Completeness.PARTIAL) is has


@pytest.mark.parametrize(
    "files",
    [
        {"train.py": "from mine.main import main\nmain()\n", "mine/main.py": "print(1)\n"},  # its own package
        {"train.py": "from torch.distributed.run import main\nmain()\n"},  # starts scripts
        {"train.py": "from bigtrainer.main import main\n"},  # never called
        {"show.py": "from bigtrainer.main import main\nmain()\n"},  # not called training
        {"train.py": "class Trainer:\n    def train(self): ...\nimport transformers\nTrainer().train()\n"},
        {"tutorials/train.py": LOOP},
        {"examples/train.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": LOOP}]})},
        {"vendor/big/train.py": LOOP},
        {"README.md": "# A corpus\n", "train.py": LOOP},
        {"README.md": f"{WEIGHTS}Inspired by [Big](https://github.com/acme/big), which was trained with TPUs."},
        {"README.md": f"{WEIGHTS}It runs with [Big](https://github.com/acme/big)."},
        {".gitmodules": '[submodule "b"]\n path = inference/b\n url = https://x.test/b\n', "pretrain.yaml": SETTINGS},
        {"analysis/forgetting/train.py": LOOP},
        {"evaluation/train.py": LOOP},
    ],
)
def test_no_loop(files: dict[str, str]) -> None:
    assert loops(make_repo(files)) == ()


RUN = "```bash\npython scripts/train.py --name x\n```\n"
BEGUN = "```bash\npython scripts/train.py --config base\n```\n"


@pytest.mark.parametrize(
    ("text", "fresh"),
    [
        (f"## Fine-tuning on your own data\n\n{RUN}", False),
        (f"## Fine-tuning\n\n### Step 2\n\n{RUN}", False),
        (f"## Training\n\n{RUN}", True),
        (f"## Training\n\n{BEGUN}\n## Fine-tuning\n\n{RUN}", True),
        (f"## Pre-training and fine-tuning\n\n{RUN}", True),
        ("## Fine-tuning\n\nEdit the settings of `scripts/train.py`.\n", True),
        ("## Fine-tuning\n\n```bash\npython other/train.py\n```\n", True),
        ("The pre-training code is not part of this release.\n", False),
        ("This repository only contains the fine-tuning code.\n", False),
        ("Nothing.\n", True),
    ],
)
def test_what_the_readme_calls_fine_tuning(text: str, fresh: bool) -> None:
    """What it starts only under headings on fine-tuning is fine-tuning."""
    (loop,) = loops(make_repo({"README.md": f"{WEIGHTS}{text}", "scripts/train.py": LOOP}))
    assert loop.fresh is fresh


def test_a_script_that_begins_from_nothing_is_no_fine_tuning_by_its_heading() -> None:
    files = {"README.md": f"{WEIGHTS}## Fine-tuning\n\n```\npython pretrain.py\n```\n", "pretrain.py": LOOP}
    assert [loop.fresh for loop in loops(make_repo(files))] == [True]


@pytest.mark.parametrize(
    ("path", "title", "fresh"),
    [
        ("sent_classif.py", "Swift", False),
        ("SentimentAnalysis.py", "Swift", False),
        ("src/train_nli.py", "Swift", False),
        ("src/online.py", "Swift", True),
        ("classification/train.py", "Swift", True),
        ("train_classification.py", "Swift, image classification", True),
    ],
)
def test_a_task_that_a_model_is_put_to(path: str, title: str, fresh: bool) -> None:
    (loop,) = loops(make_repo({"README.md": WEIGHTS.replace("Swift", title), path: LOOP}))
    assert loop.fresh is fresh


@pytest.mark.parametrize(
    ("text", "fresh"),
    [
        ("---\nbase_model: theirs/large\n---\n# Our model", False),
        (f"---\nbase_model: acme/swift-base\n---\n{WEIGHTS}", True),
        ("# Fine-tuning of Swift", False),
        ("# Swift\n\n## Fine-tuning\n\nLater.", True),
    ],
)
def test_what_a_release_says_that_it_is_made_of(text: str, fresh: bool) -> None:
    (loop,) = loops(make_repo({"README.md": text, "train.py": LOOP}))
    assert loop.fresh is fresh


def test_a_task_says_nothing_of_the_loops_beside_it() -> None:
    tasks = {f"run_{name}.py": TUNED for name in ("squad", "glue", "classifier")}
    assert [loop.here for loop in loops(make_repo({"train.py": LOOP, **tasks})) if loop.fresh] == [True]


@pytest.mark.parametrize(
    ("path", "fresh"),
    [
        ("other-finetuning/train.py", True),  # a part of its own
        ("src/train_lora.py", False),
        ("other-finetuning/finetune.py", False),
    ],
)
def test_fine_tuning_in_a_folder_of_its_own_speaks_for_itself(path: str, fresh: bool) -> None:
    files = {"src/train.py": LOOP, "src/more.py": LOOP, path: TUNED}
    assert any(loop.fresh for loop in loops(make_repo(files))) is fresh


@pytest.mark.parametrize(
    ("launchers", "fresh"),
    [
        (["python pretraining.py --model_name_or_path theirs/base --lr 1\n"], False),
        (["python src/pretraining.py \\\n  --base-model=theirs/base\n"], False),
        (["python pretraining.py --model_name_or_path acme/swift\n"], True),
        (["python pretraining.py --model_name_or_path output/step1\n"], True),
        (["python pretraining.py --tokenizer theirs/base\n"], True),
        (["python pretraining.py --model_name_or_path theirs/base\n", "python pretraining.py --size 7\n"], True),
    ],
)
def test_a_model_that_the_launchers_hand_over(launchers: list[str], fresh: bool) -> None:
    """What each launcher starts with somebody's model goes on with it, also where it is called pre-training."""
    files = {f"run_{n}.sh": text for n, text in enumerate(launchers)}
    (loop,) = loops(make_repo({"README.md": WEIGHTS, "src/pretraining.py": LOOP, **files}))
    assert loop.fresh is fresh


@pytest.mark.parametrize(
    ("commands", "fresh"),
    [
        ("python pretraining.py --model_name_or_path theirs/base", False),
        ("python pretraining.py \\\n  --base_model theirs/base", False),
        ("python show.py --base_model theirs/base\npython pretraining.py --size 7", True),
        ("python pretraining.py --base_model theirs/base\npython pretraining.py --size 7", True),
    ],
)
def test_a_model_that_commands_hand_over(commands: str, fresh: bool) -> None:
    for files in ({"README.md": f"{WEIGHTS}```bash\n{commands}\n```\n"}, {"README.md": WEIGHTS, "x.sh": commands}):
        (loop,) = loops(make_repo({"pretraining.py": LOOP, **files}))
        assert loop.fresh is fresh


@pytest.mark.parametrize(
    ("paths", "fresh"),
    [
        (["configs/example_training/digits.yaml"], False),
        (["configs/example_training/digits.yaml", "configs/finetune.yaml"], False),
        (["configs/example_training/digits.yaml", "configs/base.yaml"], True),
        (["examples/swift/base.yaml"], True),
        (["configs/base.yaml"], True),
        ([], True),
    ],
)
def test_settings_that_are_examples(paths: list[str], fresh: bool) -> None:
    (loop,) = loops(make_repo({"README.md": WEIGHTS, "train.py": LOOP, **dict.fromkeys(paths, SETTINGS)}))
    assert loop.fresh is fresh


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We give base models, pre-trained on 10k+ hours of recorded sound.", 1),
        ("### Base models\n\nThey were pretrained on 2T tokens.", 1),
        ("Our base model was pre-trained on 3.5 million images.", 1),
        ("Our base model was pre-trained on 2T tokens. It was pre-trained on C4 and Wikipedia.", 0),
        ("Our base model was pre-trained on 2T tokens of Common Crawl.", 0),
        ("It was pre-trained on 2T tokens.", 0),
        ("Our base model is small.", 0),
    ],
)
def test_bases_of_ones_own_of_which_the_amount_is_told(text: str, count: int) -> None:
    assert len(bases(make_repo({"README.md": f"{WEIGHTS}{text}", "finetune.py": LOOP}))) == count
    assert not bases(make_repo({"README.md": f"{WEIGHTS}{text}", "pretrain.py": LOOP}))


def test_a_loop_that_nothing_starts_began_nothing() -> None:
    """A library that lies in the tree has loops, and neither a launcher nor a document starts one."""
    files = {"README.md": WEIGHTS, "voicelib/utils/train_utils.py": LOOP}
    assert not any(loop.fresh for loop in loops(make_repo(files)))
    for more in ({"README.md": f"{WEIGHTS}```\npython -m voicelib.train\n```\n"}, {"train.py": LOOP}):
        assert any(loop.fresh for loop in loops(make_repo({**files, **more})))


def test_loops_in_the_folders_of_some_works_are_not_of_all() -> None:
    def work(name: str, *trains: str) -> dict[str, str]:
        readme = {f"{name}/README.md": f"# {name}\n\nThe weights: https://huggingface.co/acme/{name}\n"}
        return readme | {f"{name}/{script}": LOOP for script in trains}

    some = {"README.md": "# Birds\n", **work("wren", "pretrain.py"), **work("lark"), **work("swift")}
    assert not any(loop.fresh for loop in loops(make_repo(some)))
    every = some | work("lark", "pretrain.py") | work("swift", "pretrain.py")
    assert any(loop.fresh for loop in loops(make_repo(every)))
    two = {"README.md": "# Birds\n", **work("wren", "pretrain.py"), **work("lark")}
    assert any(loop.fresh for loop in loops(make_repo(two)))


@pytest.mark.slow
@pytest.mark.skipif(not (TREES.is_dir() and TRUTH.is_file()), reason="OPENNESS_GATE_TREES and _TRUTH name no trees")
def test_on_real_trees() -> None:
    """Whether there is code that trained the release, against what readers found: measured 18 of 18, and no other."""
    hits = misses = false = 0
    for row in json.loads(TRUTH.read_text("utf-8"))["rows"]:
        if not (TREES / row["tree"]).is_dir():
            continue
        release = find(SOURCE.open(Request(str(TREES / row["tree"]))))[0]
        found = assess(release, components().values())["training-code"].completeness >= Completeness.LINKED
        is_there = row["training_code"]["kind"] in ("pretraining", "fine-tuning")
        hits += found and is_there
        misses += is_there and not found
        false += found and not is_there
    assert hits
    assert hits / (hits + false) >= 0.95, "precision"
    assert hits / (hits + misses) >= 0.95, "recall"
