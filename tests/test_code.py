"""What scripts are for, by their calls, imports and classes; and what starts them."""

from __future__ import annotations

import json

import pytest

from openness_gate.facts.code import Script, scripts, settings_in
from openness_gate.facts.training_config import launches, training_configs
from tests.helpers import make_repo

TORCH = "import torch\nfor batch in loader:\n    loss = model(batch)\n    loss.backward()\n    optimizer.step()\n"


def read(source: str | bytes, path: str = "run.py") -> Script | None:
    return next(iter(scripts(make_repo({path: source}))), None)


def roles(source: str | bytes, path: str = "run.py") -> set[str]:
    found = read(source, path)
    return set(found.roles) if found else set()


@pytest.mark.parametrize(
    ("source", "role"),
    [
        (TORCH, "training"),
        ("import accelerate\naccelerator.backward(loss)\noptimizer.zero_grad()\n", "training"),
        ("import torch\nDataLoader(d)\nopt.zero_grad()\nloss.gather(x)\nopt.step()\n", "training"),
        ("from transformers import Trainer\nTrainer(model, TrainingArguments()).train()\n", "training"),
        ("from transformers import Trainer as T\nclass Ours(Trainer): ...\nOurs().train()\n", "training"),
        ("import transformers\nfrom ours import TextTrainer\nTextTrainer(model).train()\n", "training"),
        ("from trl import SFTTrainer\nSFTTrainer(model).train()\n", "training"),
        ("import trl\nt = trl.DPOTrainer(model)\n", "training"),
        (
            "import torch\nclass M(L):\n def training_step(self, b): ...\n def configure_optimizers(self): ...\n",
            "training",
        ),
        ("import pytorch_lightning as pl\npl.Trainer().fit(m)\n", "training"),
        ("import jax\nimport optax\ng = jax.grad(f)\n", "training"),
        ("s = s.apply_gradients(grads=jax.value_and_grad(f)(p))\n", "training"),
        ("with tf.GradientTape() as t: ...\nopt.apply_gradients(g)\n", "training"),
        ("import keras\nm.compile('adam')\nm.fit(x)\n", "training"),
        ("from tensorflow import keras\nm.compile()\nm.fit(x)\n", "training"),
        ("from megatron.training import pretrain\npretrain(p)\n", "training"),
        ("e = tf.estimator.Estimator(f)\ne.train(g)\n", "training"),
        ("import seqio\ntrain_model(c)\n", "training"),
        ("from sklearn.svm import SVC\nSVC().fit(x, y)\n", "training"),
        ("import sentencepiece as s\ns.SentencePieceTrainer.train(input='x')\n", "data"),
        ("from datasketch import MinHash\n", "data"),
        ("from warcio.archiveiterator import ArchiveIterator\n", "data"),
        ("from datatrove.executor import X\n", "data"),
        ("import fasttext\n", "data"),
        ("d = load_dataset('a/b')\nd.save_to_disk('x')\n", "data"),
        ("for row in tf.gfile.Open(x):\n  tf.python_io.TFRecordWriter(y).write(row)\n", "data"),
        ("import datasets\nclass Rows(datasets.GeneratorBasedBuilder): ...\n", "data"),
        ("d = load_dataset('a/b')\nw = pq.ParquetWriter(x)\nw.write_batch(d)\n", "data"),
        ("from transformers import M\nM.from_pretrained('.').generate(x)\n", "inference"),
        ("from vllm import LLM\n", "inference"),
        ("import torch\ndef generate(x): ...\n", "inference"),
        ("import lm_eval\n", "evaluation"),
        ("def evaluate(x): ...\n", "evaluation"),
        ("class M(nn.Module):\n def forward(self, x): ...\n", "architecture"),
        ("class M(keras.Model):\n def call(self, x): ...\n", "architecture"),
        ("def attn(x): ...\ndef mlp(x): ...\n", "architecture"),
    ],
)
def test_signals(source: str, role: str) -> None:
    assert role in roles(source)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "# loss.backward()\n# optimizer.step()\n",
        '"""loss.backward(); optimizer.step()"""\n',
        "x = 'loss.backward() optimizer.step() Trainer TrainingArguments train'\n",
        "f = loss.backward\ng = optimizer.step\n",  # named, not called
        "loss.backward()\n",
        "optimizer.step()\nscheduler.step()\n",
        "from transformers import Trainer\n",
        "class Trainer: ...\n",
        "import transformers, tokenizers\nfrom ours import WordTrainer\ntok.train(WordTrainer())\n",
        "import transformers\nfrom ours import TextTrainer\nTextTrainer(model)\n",
        "m.fit(x)\n",
        "import sklearn\nself.scaler.fit(x)\n",
        "import keras\nm.fit(x)\n",
        "import jax\njax.grad(f)\n",
        "import torch\nclass Wrapped:\n def go(self):\n  self.of.zero_grad()\n  self.of.step()\n",
    ],
)
def test_no_training(source: str) -> None:
    assert "training" not in roles(source)


@pytest.mark.parametrize(
    "path", ["setup.py", "tests/train.py", "third_party/x/train.py", "train.txt", "build/train.py"]
)
def test_scripts_that_are_nobodys(path: str) -> None:
    assert not roles(TORCH, path)


@pytest.mark.parametrize(
    "source",
    [
        "import torch\nprint 'loss.backward() step('\n",
        "import torch\ndef (:\n backward() step()\n",
        b"\0torch backward step(",
    ],
)
def test_what_cannot_be_parsed_is_said(source: str | bytes) -> None:
    repo = make_repo({"train.py": source})
    assert scripts(repo) == () and [n.at.path for n in repo.log.notices if n.at] == ["train.py"]


def notebook(*cells: str, kind: str = "code") -> str:
    return json.dumps({"cells": [{"cell_type": kind, "source": cell.splitlines(True)} for cell in cells]})


def test_a_notebook() -> None:
    assert roles(notebook("!pip install torch\n%cd x\n", TORCH), "run.ipynb") == {"training"}
    assert not roles(notebook(TORCH, kind="markdown"), "run.ipynb")
    assert not roles("{backward step(", "run.ipynb")


def test_a_byte_order_mark_and_a_coding_line() -> None:
    assert roles(b"\xef\xbb\xbf" + TORCH.encode()) == {"training"}
    assert roles(b"# -*- coding: latin-1 -*-\n" + b"x = '\xe9'\n" + TORCH.encode()) == {"training"}


def test_lines() -> None:
    found = read("import torch\n\n\n" + TORCH)
    assert found and found.at("training").line == 7


@pytest.mark.parametrize(
    ("path", "extra", "stage"),
    [
        ("train.py", "", ""),
        ("pretrain.py", "", "pretrain"),
        ("finetune.py", "", "finetune"),
        ("sft/train.py", "", "finetune"),
        ("train.py", "import peft\n", "finetune"),
        ("train.py", "get_peft_model(m, LoraConfig())\n", "finetune"),
        ("train.py", "AutoModelForCausalLM.from_pretrained(x)\n", "finetune"),
        ("train.py", "AutoencoderKL.from_pretrained(x)\nT5EncoderModel.from_pretrained(y)\n", ""),
        ("train.py", "AutoencoderKL.from_pretrained(x)\nUNet.from_pretrained(y)\n", "finetune"),
        ("train.py", "AutoConfig.from_pretrained(x)\nAutoTokenizer.from_pretrained(x)\n", ""),
        ("train.py", "class M:\n def from_pretrained(c, x):\n  return Other.from_pretrained(x)\n", ""),
        ("train.py", "class M:\n def from_pretrained(c, x): ...\nm = M.from_pretrained(x)\n", "finetune"),
        ("train.py", "AutoModelForCausalLM.from_config(c)\n", "pretrain"),
        ("train.py", "np.memmap(f)\n", "pretrain"),
        ("train.py", "DPOTrainer(m)\n", "finetune"),
    ],
)
def test_stages(path: str, extra: str, stage: str) -> None:
    found = read(TORCH + extra, path)
    assert found and (set(found.roles) >= {"training"}, found.stage) == (True, stage)


READS = "import json\nrows = open('x').read()\nout = open('y', 'w')\nout.write(json.dumps(rows))\n"


@pytest.mark.parametrize(
    ("path", "role", "has"),
    [
        ("prepare.py", "data", True),
        ("data/preprocess_text.py", "data", True),
        ("dedup.py", "data", True),
        ("run.py", "data", False),
        ("prepare/run.py", "data", False),  # the folder alone is no proof
        ("eval/prepare.py", "data", False),
        ("eval/prepare.py", "evaluation", True),
        ("benchmark_data/preprocess.py", "data", False),
        ("translate_data.py", "data", True),
        ("tools/dataset_tool.py", "data", True),
        ("pre_encode.py", "data", True),
        ("tools/extract_features.py", "data", True),
        ("process_proofs.py", "data", True),
        ("squad/process_answers.py", "data", False),  # of a benchmark
        ("postprocess_answers.py", "data", False),
        ("process/run.py", "data", False),
    ],
)
def test_names_of_data_scripts(path: str, role: str, has: bool) -> None:
    assert (role in roles(READS, path)) is has


def test_rows_that_are_printed_to_a_file_are_written() -> None:
    prints = "import json\nfor row in open('x').readlines():\n    print(json.dumps(row), file=out)\n"
    assert "data" in roles(prints, "preprocess/reviews/run.py") and not roles(prints, "run.py")
    for elsewhere in ("print(json.dumps(row))", "print(json.dumps(row), file=sys.stderr)"):
        assert not roles(prints.replace("print(json.dumps(row), file=out)", elsewhere), "preprocess/reviews/run.py")


@pytest.mark.parametrize(("path", "has"), [("data_process/mean.py", True), ("mean.py", False), ("data/mean.py", False)])
def test_arrays_of_a_scientific_format(path: str, has: bool) -> None:
    source = "import h5py\nimport numpy as np\nf = h5py.File('x.h5')\nnp.save('mean.npy', np.mean(f['x']))\n"
    assert ("data" in roles(source, path)) is has


def test_features_that_a_model_is_fed_with_while_it_trains_are_no_preparation() -> None:
    writes = "r = tf.gfile.Open(x)\nw = tf.python_io.TFRecordWriter(y)\ne = tf.estimator.Estimator(f)\ne.train(g)\n"
    assert "data" not in roles(writes)


TOKENS = "import numpy as np\nfor row in load_dataset('a/b'):\n    np.save('x', enc.encode_ordinary(row))\n"


@pytest.mark.parametrize(
    ("source", "has"),
    [
        (TOKENS, True),
        ("import torch\n" + TOKENS, False),  # it runs a model
        (TOKENS.replace("encode_ordinary", "encode"), False),  # of vectors, or of bytes
        (TOKENS.replace("np.save", "print"), False),
    ],
)
def test_tokens_that_are_written(source: str, has: bool) -> None:
    assert ("data" in roles(source)) is has


def test_a_name_alone_is_nothing() -> None:
    assert not roles("# prepare\n", "prepare.py") and not roles("x = 1\n", "evaluate.py")


SAMPLES = "import torch\nx = model.generate(y)\n"


@pytest.mark.parametrize(("path", "has"), [("train.py", False), ("train_and_sample.py", True)])
def test_a_training_script_that_samples(path: str, has: bool) -> None:
    assert ("inference" in roles(TORCH + SAMPLES, path)) is has


@pytest.mark.parametrize(
    ("call", "names"),
    [
        ('load_dataset("a/b")', ["a/b"]),
        ('datasets.load_dataset("c4", "en")', ["c4"]),
        ('load_dataset("json", data_files=f)', []),
        ("load_dataset(name)", []),
        ("load_dataset()", []),
    ],
)
def test_data_sets(call: str, names: list[str]) -> None:
    found = read(f"{TORCH}d = {call}\n")
    assert found and found.data_sets == tuple((name, 6) for name in names)


# --- configurations and launchers -----------------------------------------------------------------------------------

SETTINGS = "learning_rate: 1e-4\nbatch_size: 8\nmax_steps: 100\nwarmup: 10\nseed: 1\n"


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("any.yaml", SETTINGS, True),
        ("train.sh", "python train.py --learning_rate 1 --batch-size 2 --max_steps 3 --seed 4\n", True),
        ("config/x.json", SETTINGS, True),
        ("train.toml", SETTINGS, True),
        ("config/ours.py", SETTINGS, True),
        ("ds_config.json", SETTINGS, True),
        ("x.json", SETTINGS, False),
        ("train.py", SETTINGS, False),
        ("tests/config.yaml", SETTINGS, False),
        ("config.yaml", "seed: 1\nbatch_size: 8\nwarmup: 1\noptimizer: x\n", False),  # of what does not learn
        ("config.yaml", "learning_rate: 1\nbatch_size: 2\nseed: 1\n", False),
        ("README.md", SETTINGS, False),
    ],
)
def test_training_configs(path: str, text: str, found: bool) -> None:
    assert bool(training_configs(make_repo({path: text}))) is found


def test_a_configuration_names_data() -> None:
    text = SETTINGS + "data: https://huggingface.co/datasets/ours/corpus\n"
    (found,) = training_configs(make_repo({"train.yaml": text}))
    assert found.data_sets == (("ours/corpus", 6),)


def test_settings() -> None:
    assert settings_in(b"--LR 1 WEIGHT_DECAY") == {"learning rate", "weight decay"}


@pytest.mark.parametrize(
    ("text", "target", "line"),
    [
        ("python train.py\n", "train.py", 1),
        ("\n\npython3 -u src/train.py --x\n", "src/train.py", 3),
        ("torchrun --nproc 8 train.py\n", "train.py", 1),
        ("torchrun \\\n  --nproc 8 \\\n  train.py --x\n", "train.py", 3),
        ("deepspeed --num_gpus 2 train.py\n", "train.py", 1),
        ("accelerate launch --config x.yaml train.py\n", "train.py", 1),
        ("srun python train.py\n", "train.py", 1),
        ("CUDA_VISIBLE_DEVICES=0 python train.py &\n", "train.py", 1),
    ],
)
def test_launchers(text: str, target: str, line: int) -> None:
    for files, there in (({}, False), ({"src/train.py": "x = 1\n"}, True)):
        (found,) = launches(make_repo({"run.sh": text, **files}))
        assert (found.target, found.at.line, found.found) == (target, line, there)


@pytest.mark.parametrize("text", ["echo train.py\n", "pip install x\n", "# python train.py\n", "cat train.py\n"])
def test_what_starts_nothing(text: str) -> None:
    assert not launches(make_repo({"run.sh": text}))
