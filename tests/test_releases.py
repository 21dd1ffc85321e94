"""Which releases a repository holds, what each is, and what it is called."""

from __future__ import annotations

import pytest

from openness_gate.facts.releases import base_models, find
from openness_gate.model import Kind
from tests.helpers import make_repo
from tests.test_weights import POINTER, safetensors, tensor

WEIGHTS = safetensors({"a": tensor(3, 4)}, 24)
LOOP = "import torch\nloss.backward()\noptimizer.step()\n"
HUB = "https://huggingface.co/"
ADAPTER = '{"base_model_name_or_path": "theirs/base", "peft_type": "LORA", "r": 8}'
Files = dict[str, "str | bytes"]


def readme(text: str) -> Files:
    return {"README.md": text + "\n"}


ROWS = '{"text": "a row of words"}\n' * 9
CLEANS = "import json\nout = open('y', 'w')\nfor row in open('x'):\n    out.write(json.dumps(row))\n"
RELEASES = f"# Ours\n\nA method for models. {'Words. ' * 100}\n\n## Usage\n\nWe release a dataset of 52k tasks."


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({}, Kind.NONE),
        (readme("# A program\n\nIt counts sheep."), Kind.NONE),
        ({"main.py": "print(1)\n"}, Kind.NONE),
        # weights and configurations
        ({"model.safetensors": WEIGHTS}, Kind.MODEL),
        ({"model.safetensors": POINTER}, Kind.MODEL),
        ({"deep/er/model.safetensors": WEIGHTS}, Kind.MODEL),
        ({"config.json": '{"model_type": "ours"}'}, Kind.MODEL),
        ({"tests/model.safetensors": WEIGHTS}, Kind.NONE),
        ({"adapter_model.safetensors": WEIGHTS, "adapter_config.json": ADAPTER}, Kind.ADAPTER),
        ({"adapter_model.safetensors": WEIGHTS, "model.safetensors": WEIGHTS}, Kind.MODEL),
        # cards
        ({"MODEL_CARD.md": "# Ours\n"}, Kind.MODEL),
        (readme("---\npipeline_tag: text-generation\n---"), Kind.MODEL),
        (readme("---\nlicense: mit\n---\n# Our model"), Kind.MODEL),
        (readme("# Model card of ours"), Kind.MODEL),
        # links, gates, promises
        (readme(f"# Ours\n\nThe weights: {HUB}ours/x"), Kind.MODEL),
        (readme("# Ours\n\nFor the weights fill in this form: https://forms.gle/x"), Kind.MODEL),
        (readme("# Ours\n\nThe weights are coming soon."), Kind.MODEL),
        (readme(f"# Ours\n\nBased on {HUB}theirs/x"), Kind.NONE),
        # data
        (readme("---\ntask_categories:\n- x\n---"), Kind.DATASET),
        (readme("---\ndataset_info: x\npipeline_tag: y\n---"), Kind.MODEL),
        (readme("# The Ours Dataset"), Kind.DATASET),
        (readme("# 我们的数据集"), Kind.DATASET),
        (readme("# Ours\n\nA corpus of letters."), Kind.DATASET),
        ({"datapackage.json": '{"name": "x", "resources": [{"name": "a", "path": "a.csv"}]}'}, Kind.DATASET),
        ({**readme("# The Ours Dataset"), "model.safetensors": WEIGHTS}, Kind.MODEL),
        (readme(f"# The Ours Dataset\n\nThe weights: {HUB}ours/x"), Kind.MODEL),
        # code
        ({"train.py": LOOP}, Kind.CODE),
        ({"tests/train.py": LOOP}, Kind.NONE),
        ({**readme("# Ours\n\nA corpus of letters."), "train.py": LOOP}, Kind.CODE),
        ({**readme(RELEASES), "data/rows.jsonl": ROWS, "clean_rows.py": CLEANS}, Kind.DATASET),
        ({**readme("# Ours\n\nA tool."), "data/rows.jsonl": ROWS, "clean_rows.py": CLEANS}, Kind.NONE),
        ({**readme(RELEASES), "data/rows.jsonl": ROWS, "serve.py": "import vllm\n"}, Kind.NONE),
        ({**readme(RELEASES), "clean_rows.py": CLEANS}, Kind.NONE),
        # what may be done with its model, of which nothing else is told
        ({**readme("# Ours\n\nThis model is for research use only."), "train.py": LOOP}, Kind.MODEL),
        ({**readme("# Ours\n\nOur model cannot be used for commercial purposes."), "train.py": LOOP}, Kind.MODEL),
        (readme("# Ours\n\nThis model is for research use only."), Kind.NONE),
        ({**readme("# Ours\n\nThis model allows commercial use."), "train.py": LOOP}, Kind.CODE),
        ({**readme("# Ours\n\nThe weights of theirs are for research use only."), "train.py": LOOP}, Kind.CODE),
        ({**readme("# Ours\n\nTheir models are for research use only."), "train.py": LOOP}, Kind.CODE),
        ({**readme("# Ours\n\nThe base model is for research use only."), "train.py": LOOP}, Kind.CODE),
        ({"docs/x.md": "# X\n\nThis model is for research use only.", "train.py": LOOP}, Kind.CODE),
    ],
)
def test_kinds(files: Files, kind: Kind) -> None:
    (release,) = find(make_repo(files))
    assert release.kind is kind
    assert (release.why is None) is (kind is Kind.NONE)


def declaration(kind: str) -> str:
    return f"schema_version: 1\nreleases:\n- path: .\n  name: declared\n  kind: {kind}\n"


@pytest.mark.parametrize("kind", ["none", "dataset", "code"])
def test_who_is_judged_cannot_exempt_himself(kind: str) -> None:
    files: Files = {"model.safetensors": WEIGHTS, "openness-release.yaml": declaration(kind)}
    (release,) = find(make_repo(files))
    assert release.kind is Kind.MODEL


def test_a_declaration_makes_it_a_model() -> None:
    (release,) = find(make_repo({"openness-release.yaml": declaration("model"), "main.py": "print(1)\n"}))
    assert (release.kind, release.name) == (Kind.MODEL, "declared")


MONOREPO: Files = {
    "README.md": "# All\n",
    "a/README.md": "---\nlicense: mit\n---\n# Model A\n",
    "a/model.safetensors": WEIGHTS,
    "ab/MODEL_CARD.md": "# Model AB\n",
    "ab/config.json": '{"model_type": "ours"}',
    "a/sub/x.py": "x = 1\n",
    "shared/train.py": LOOP,
    "LICENSE": "x",
}


def test_views_of_a_monorepo_exclude_each_other() -> None:
    found = {release.path: release for release in find(make_repo(MONOREPO))}
    assert set(found) == {".", "a", "ab"}
    assert {release.name for release in found.values()} == {"All", "Model A", "Model AB"}
    a, ab, root = (set(found[path].repo.paths) for path in ("a", "ab", "."))
    assert "a/model.safetensors" in a and "ab/config.json" in ab
    assert not any(path.startswith("ab/") for path in a) and not any(path.startswith("a/") for path in ab)
    assert not any(path.startswith(("a/", "ab/")) for path in root)
    for view in (a, ab, root):
        assert {"LICENSE", "shared/train.py"} <= view


def test_a_release_inside_another() -> None:
    files: Files = {
        "a/MODEL_CARD.md": "# Outer\n",
        "a/model.safetensors": WEIGHTS,
        "a/b/MODEL_CARD.md": "# Inner\n",
        "a/b/model.safetensors": WEIGHTS,
    }
    found = {release.path: set(release.repo.paths) for release in find(make_repo(files))}
    assert not any(path.startswith("a/b/") for path in found["a"])
    assert "a/b/model.safetensors" in found["a/b"]


@pytest.mark.parametrize(
    ("files", "paths"),
    [
        ({"a/README.md": "# A\n", "a/model.safetensors": WEIGHTS}, ["."]),  # a README without front matter
        ({"a/MODEL_CARD.md": "# A\n"}, ["."]),
        ({"tests/a/MODEL_CARD.md": "# A\n", "tests/a/model.safetensors": WEIGHTS}, ["."]),
        ({"a/MODEL_CARD.md": "# A\n", "a/model.safetensors": WEIGHTS}, ["a"]),
    ],
)
def test_what_makes_a_folder_a_release(files: Files, paths: list[str]) -> None:
    assert [release.path for release in find(make_repo(files))] == paths


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({}, "test"),
        (readme("# Ours"), "Ours"),
        (readme("words"), "test"),
        (readme("## News\n\n# Ours"), "Ours"),
        (readme("# " + "x" * 500), "x" * 120),
        ({"docs/README.md": "# Guide\n"}, "test"),
    ],
)
def test_names(files: Files, name: str) -> None:
    assert find(make_repo(files))[0].name == name


def test_base_models() -> None:
    repo = make_repo({"README.md": "---\nbase_model:\n- theirs/a\n- theirs/b\n---\n", "adapter_config.json": ADAPTER})
    assert [(name, str(at)) for name, at in base_models(repo)] == [
        ("theirs/a", "README.md:2"),
        ("theirs/b", "README.md:2"),
        ("theirs/base", "adapter_config.json:1"),
    ]
