"""Links: what stands at an address, which lead to weights, what stands before them; submodules and siblings."""

from __future__ import annotations

import json

import pytest

from openness_gate.facts.links import link, links, urls
from openness_gate.facts.modules import data_pipelines, modules, trainers
from openness_gate.facts.parameters import gates, is_delta, weight_links
from openness_gate.facts.promises import promises
from openness_gate.model import Access, Place
from tests.helpers import make_repo

AT = Place("README.md", 1)
HUB = "https://huggingface.co/"


def weights_in(text: str, path: str = "README.md") -> list[str]:
    return [found.url for found in weight_links(make_repo({path: text}))]


@pytest.mark.parametrize(
    ("url", "kind", "name"),
    [
        (HUB + "ours/model", "model", "ours/model"),
        (HUB + "ours/model/tree/main?x=1#y", "model", "ours/model"),
        (HUB + "ours", "model", "ours"),
        (HUB + "datasets/ours/corpus", "data", "ours/corpus"),
        (HUB + "collections/ours/all-1234", "model", "ours/all-1234"),
        (HUB + "papers/2401.00001", "paper", "2401.00001"),
        (HUB + "spaces/ours/demo", "app", "ours/demo"),
        (HUB + "docs/transformers", "", "transformers"),
        ("https://www.huggingface.co/ours/model", "model", "ours/model"),
        ("https://HuggingFace.co:443/ours/model", "model", "ours/model"),
        ("https://modelscope.cn/models/ours/model", "model", "ours/model"),
        ("https://www.modelscope.cn/datasets/ours/corpus", "data", "ours/corpus"),
        ("https://modelscope.cn/home", "", "home"),
        ("https://github.com/ours/code", "code", "ours/code"),
        ("https://github.com/ours/code/releases/download/v1/a.pt", "file", ""),
        ("https://github.com/ours/code/releases/latest/download/a.zip", "archive", ""),
        ("https://github.com/ours/code/releases/download/v1/a.whl", "", ""),
        ("https://github.com/ours/code/releases/download", "storage", ""),
        ("https://github.com/ours/code/releases/tag/v1", "code", "ours/code"),
        ("https://example.test/pretrained/faces.pkl", "file", ""),
        ("https://example.test/faces.pkl", "", ""),  # a pickle holds anything
        ("https://arxiv.org/abs/2401.00001", "paper", "abs/2401.00001"),
        ("https://forms.gle/xyz", "form", "xyz"),
        ("https://docs.google.com/forms/d/e/x", "form", "d/e"),
        ("https://zenodo.org/record/1", "data", "record/1"),
        ("https://example.test/a.safetensors", "file", ""),
        ("https://example.test/a.GGUF?download=1", "file", ""),
        ("https://example.test/a.jsonl.gz", "data", ""),
        ("https://example.test/a.tar.gz", "archive", ""),
        ("gs://ours/model/1", "storage", ""),
        ("s3://ours/model", "storage", ""),
        ("https://ours.s3.amazonaws.com/x", "storage", ""),
        ("magnet:?xt=urn:btih:00", "magnet", ""),
        ("https://example.test/page", "", ""),
        ("https://huggingface.co.evil.test/ours/model", "", ""),
        ("https://", "", ""),
    ],
)
def test_what_stands_there(url: str, kind: str, name: str) -> None:
    found = link(url, AT, None)
    assert (found.kind, found.name) == (kind, name)


def test_a_hub_itself_is_no_model() -> None:
    assert not weights_in("Find it on [the Hub](https://huggingface.co/).\n")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://a.test/b.", ["https://a.test/b"]),
        ("[x](https://a.test/b), and", ["https://a.test/b"]),
        ("[x](https://a.test/b)[y](https://c.test/d)", ["https://a.test/b", "https://c.test/d"]),
        ("<https://a.test/b>", ["https://a.test/b"]),
        ('<a href="https://a.test/b">x</a>', ["https://a.test/b"]),
        ("https://a.test/b_(c)", ["https://a.test/b_(c)"]),
        ("见 https://a.test/b。", ["https://a.test/b"]),
        ("**https://a.test/b**", ["https://a.test/b"]),
        ("ftp://a.test", []),
    ],
)
def test_addresses_in_text(text: str, found: list[str]) -> None:
    assert list(urls(text)) == found


def test_links_keep_their_lines() -> None:
    repo = make_repo(
        {"README.md": "# T\n\nOne goes\non. See https://a.test/x.\n", "get.sh": "\ncurl https://b.test/y\n"}
    )
    assert [(str(found.at), found.url) for found in links(repo)] == [
        ("README.md:4", "https://a.test/x"),
        ("get.sh:2", "https://b.test/y"),
    ]


# --- weights --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"The weights are at {HUB}ours/model.\n",
        f"| size | link |\n|--|--|\n| 7B | {HUB}ours/model |\n",
        f"All models: {HUB}ours\n",
        "Download magnet:?xt=urn:btih:00\n",
        "The checkpoint is gs://ours/one\n",
        "## Checkpoints\n\n- [small](https://ours.blob.core.windows.net/a.tar)\n",
        "Get https://example.test/a.pth\n",
        "模型权重:https://ours.oss.aliyuncs.com/x\n",
    ],
)
def test_weights_elsewhere(text: str) -> None:
    assert len(weights_in(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"Our tokenizer is {HUB}ours/tokenizer.\n",
        f"Training logs: {HUB}ours/model-tensorboard\n",
        f"Demo: {HUB}spaces/ours/demo\n",
        f"The data: {HUB}datasets/ours/corpus\n",
        f"Thanks to {HUB}theirs/model!\n",
        f"This is based on {HUB}theirs/model.\n",
        f"It is fine-tuned from {HUB}theirs/model.\n",
        f"Compared with {HUB}theirs/model it is small.\n",
        f"## Acknowledgements\n\n{HUB}theirs/model\n",
        f"## Training data\n\nLabelled by {HUB}theirs/model.\n",
        f"本模型基于 {HUB}theirs/model 训练。\n",
        "A picture: https://ours.s3.amazonaws.com/x.png\n",
        "See https://example.test/page\n",
        f"```\ngit clone {HUB}ours/model\n```\n",
        f"<!-- {HUB}ours/model -->\n",
    ],
)
def test_no_weights_elsewhere(text: str) -> None:
    assert not weights_in(text)


ROWS = f"| model |\n|--|\n| [a]({HUB}theirs/a) |\n| [b]({HUB}others/b) |\n"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"# Quiz\n\n## Baseline scores\n\n{ROWS}", 0),
        (f"# Quiz\n\n## Results\n\nThe following models are used for the evaluation.\n\n{ROWS}", 0),
        (f"# Quiz: a test of others\n\n## Baselines\n\n{ROWS}", 0),  # what follows the colon is no name
        (f"# Quiz\n\n## Results\n\n{ROWS}", 0),
        (f"# Quiz\n\n## Results\n\n| model |\n|--|\n| [a]({HUB}lab/a) |\n| [b]({HUB}lab/b) |\n", 2),  # of one owner
        (f"# Quiznet\n\n## Results\n\n{ROWS}| [c]({HUB}lab/quiz-7b) |\n", 1),
        (f"# Quiz\n\n## Models\n\n{ROWS}", 2),
        (f"# Quiz\n\n## Baselines\n\n{ROWS}| [c]({HUB}lab/quiz-7b) |\n", 1),
        (f"# Quiz\n\nThe model: {HUB}theirs/quiz\n\n## Comparison\n\n{ROWS}", 2),
    ],
)
def test_models_that_are_compared(text: str, count: int) -> None:
    """Of a table of baselines only what bears the release's name, or whose owner has models elsewhere."""
    assert len(weights_in(text)) == count


@pytest.mark.parametrize(
    ("path", "line", "counts"),
    [
        ("download_weights.sh", "wget https://ours.s3.amazonaws.com/7b.tar", True),
        ("get.py", "U = 'https://ours.blob.core.windows.net/models/124M'", True),
        ("get.py", "U = 'gs://ours/checkpoints/1'", True),
        ("get.py", "U = 'https://ours.s3.amazonaws.com/7b.tar'", False),
        ("get.py", "U = 'https://a.test/lid.176.bin'  # model", False),
        ("prepare_data.sh", "wget https://a.test/model.bin", False),
        ("metrics/distance.py", "U = 'https://a.test/model.pt'", False),  # what measures is another model
        ("train.py", "U = 'https://a.test/pretrained/metrics/vgg.pt'", False),
        ("get_model.sh", "wget https://a.test/tokenizer.model.bin", False),
        ("model.py", f"# see {HUB}ours/model", False),
        ("model.ipynb", "https://a.test/model.bin", False),
        ("tests/model.sh", "wget https://a.test/model.bin", False),
    ],
)
def test_weights_in_scripts(path: str, line: str, counts: bool) -> None:
    assert bool(weights_in(line + "\n", path)) is counts


FORGE = "https://github.com/ours/code"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (f'A = "{FORGE}"\nB = f"{{A}}/releases/download/v1/model.zip"\n', [f"{FORGE}/releases/download/v1/model.zip"]),
        (
            f'A = os.environ.get("A", "{FORGE}")\nB = [f"{{A}}/releases/download/v1/model.zip"]\n',
            [f"{FORGE}/releases/download/v1/model.zip"],
        ),
        (f'A = "{FORGE}"\nB = f"{{A}}/blob/main/model.py"\n', []),
        (f'A = "{FORGE}"\nB = f"{{other}}/releases/download/v1/model.zip"\n', []),
        (f'A = "{FORGE}"\nB = f"{{A}}/releases/download/{{tag}}/model.zip"\n', []),  # not all of it is here
    ],
)
def test_an_address_that_a_script_puts_together(lines: str, found: list[str]) -> None:
    assert weights_in(lines, "inference.py") == found


@pytest.mark.parametrize(
    ("call", "counts"),
    [
        ('PeftModel.from_pretrained(model, "22x/swift-lora")', True),
        ('PeftModel.from_pretrained(\n    model, "ours/swift-lora")', True),
        ('AutoModel.from_pretrained("theirs/llama-7b")', False),
        ('PeftModel.from_pretrained(model, "ours/other-lora")', False),
        ('PeftModel.from_pretrained(model, "./swift-lora")', False),
    ],
)
def test_weights_that_code_loads_by_their_id(call: str, counts: bool) -> None:
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": [call.replace("\n    ", "")]}]})
    for path, text in (("use.py", call), ("use.ipynb", notebook)):
        assert bool(weight_links(make_repo({"README.md": "# Swift: a model\n", path: text}))) is counts


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("- We release [OurModel](HUBlab/our-32b), better than [Their](HUBtheirs/x).", ["lab/our-32b"]),
        ("It beats [Their](HUBtheirs/x).", []),
        ("[Lab](HUBlab) and more.\n\nOur [model weights](HUBlab) are there.", ["lab"]),
    ],
)
def test_what_a_package_says_that_it_releases(text: str, names: list[str]) -> None:
    files = {"README.md": f"# Results\n\n{text.replace('HUB', HUB)}\n", **SETUP}
    assert [found.name for found in weight_links(make_repo(files))] == names


SETUP = {"pyproject.toml": '[project]\nname = "ours"\ndependencies = ["numpy"]\n'}


@pytest.mark.parametrize(
    ("text", "files", "count"),
    [
        (f"# Toolkit\n\nTry {HUB}a/b, {HUB}c/d and {HUB}e/f.\n", SETUP, 0),
        (f"# Toolkit\n\nTry {HUB}a/b, {HUB}c/d and {HUB}e/f.\n", {}, 3),
        (f"# Ours\n\nTry {HUB}lab/ours-7b and {HUB}c/d.\n", SETUP, 1),
        (f"# Toolkit\n\nTry {HUB}a/b, {HUB}a/d, {HUB}a/f and {HUB}c/d.\n", SETUP, 3),
        ("# Toolkit\n\nTry https://a.test/a.pth.\n", SETUP, 1),
        (f"# Toolkit\n\nTry {HUB}a/b.\n", {**SETUP, "MODEL_CARD.md": "# Card\n"}, 1),
    ],
)
def test_the_guides_of_a_package(text: str, files: dict[str, str], count: int) -> None:
    assert len(weight_links(make_repo({"README.md": text, **files}))) == count


@pytest.mark.parametrize(
    ("text", "delta"),
    [
        (f"The weight diff is {HUB}ours/model.", True),
        (f"Weights: {HUB}ours/model-delta-v1", True),
        (f"Weights: {HUB}ours/model", False),
    ],
)
def test_delta(text: str, delta: bool) -> None:
    (found,) = weight_links(make_repo({"README.md": text}))
    assert is_delta(found) is delta


# --- gates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "access"),
    [
        ("---\nextra_gated_prompt: Agree.\n---\n", Access.GATED),
        ("---\nextra_gated_fields:\n  Name: text\n---\n", Access.GATED),
        ("To get the weights, fill in this form: https://forms.gle/x\n", Access.GATED),
        ("Weights: https://forms.gle/x\n", Access.GATED),
        ("Please request access to the model.\n", Access.GATED),
        ("The weights are given upon request.\n", Access.GATED),
        ("请申请下载模型权重。\n", Access.GATED),
        ("The model: https://www.kaggle.com/models/ours/model\n", Access.REGISTRATION),
        ("An API key is required to download and use the weights.\n", Access.REGISTRATION),
        ("You need an account to download the checkpoints.\n", Access.REGISTRATION),
        ("Users must log in to our site before they obtain the model.\n", Access.REGISTRATION),
        ("An access token is needed to download the model.\n", Access.REGISTRATION),
        ("下载模型需要注册。\n", Access.REGISTRATION),
        ("Downloading the checkpoints requires authentication.\n", Access.REGISTRATION),
        ("Log in with your name to download the weights.\n", Access.REGISTRATION),
        ("Create an account to download our pretrained models.\n", Access.REGISTRATION),
        ("Before you download the weights you need to sign in there.\n", Access.REGISTRATION),
        ("The weights are available to registered users.\n", Access.REGISTRATION),
    ],
)
def test_gates(text: str, access: Access) -> None:
    (found,) = gates(make_repo({"README.md": text}))
    assert found.access is access


@pytest.mark.parametrize(
    "text",
    [
        "The model is free for all.\n",
        "For commercial use of the model fill in this form.\n",
        "To contribute a model, fill in this form: https://forms.gle/x\n",
        "Survey on lunch: https://forms.gle/x\n",
        "Request access to the dataset the model used.\n",
        "No account is required to download the weights.\n",
        "You can download the weights without an API key.\n",
        "An API key is required to use the service.\n",
        "To push the model you need an access token.\n",
        "You do not need to log in to download the model.\n",
        "Checkpoints are downloaded by themselves; a wandb account is needed to log in.\n",
        "You need an account at a tracker to log the loss of the model.\n",
        "We thank theirs; an account is required to download their weights.\n",
        "An account is required to download the images.\n",
        "## Fine-tuning\n\nAn access token is required to download the model that you tune.\n",
        "The registration of images takes the weights into account and must load the model.\n",
        "We are thankful to theirs; request access to that model.\n",
        f"On https://www.kaggle.com/models/ours/model and {HUB}ours/model.\n",
    ],
)
def test_no_gates(text: str) -> None:
    assert not gates(make_repo({"README.md": text}))


COPIED = {"big/LICENSE": "x", "big/setup.py": "x"}
GATED = f"# Big\n\nApply for access to the model weights: {HUB}theirs/model\n"


@pytest.mark.parametrize(
    ("files", "gated", "urls"),
    [
        ({**COPIED, "README.md": f"# Ours\n\nThe weights: {HUB}ours/x\n"}, False, ["ours/x"]),
        ({"README.md": f"# Ours\n\nThe weights: {HUB}ours/x\n"}, True, ["ours/x", "theirs/model"]),
        ({**COPIED, "README.md": "# Ours\n"}, True, ["theirs/model"]),
    ],
)
def test_a_project_that_lies_here_speaks_of_its_own_weights(
    files: dict[str, str], gated: bool, urls: list[str]
) -> None:
    """Its gates and links count only where the release links no weights itself."""
    repo = make_repo({**files, "big/README.md": GATED})
    assert bool(gates(repo)) is gated
    assert [link.name for link in weight_links(repo)] == urls


def test_where_a_gate_stands() -> None:
    (found,) = gates(make_repo({"README.md": "---\nlicense: mit\nextra_gated_prompt: x\n---\n"}))
    assert (found.at.line, found.has_address) == (3, False)


# --- promises, submodules, siblings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("- [ ] Training code\n", True),
        ("* [ ] Weights\n", True),
        ("- [x] Training code\n", False),
        ("Weights are coming soon.\n", True),
        ("训练代码即将开源。\n", True),
        ("The weights are here.\n", False),
    ],
)
def test_promises(text: str, counts: bool) -> None:
    assert bool(promises(make_repo({"README.md": text}))) is counts


SUBMODULE = '[submodule "x"]\n\tpath = trainer\n\turl = https://github.com/ours/trainer\n'


def test_submodules() -> None:
    (empty,) = modules(make_repo({".gitmodules": SUBMODULE}))
    assert (empty.path, empty.url, empty.at.line, empty.empty) == (
        "trainer",
        "https://github.com/ours/trainer",
        2,
        True,
    )
    (full,) = modules(make_repo({".gitmodules": SUBMODULE, "trainer/x.py": ""}))
    assert not full.empty
    assert not modules(make_repo({".gitmodules": "path\n= =\nurl = x\n"}))
    assert not trainers(make_repo({".gitmodules": SUBMODULE.replace("= trainer", "= third_party/x")}))


CODE = "https://github.com/ours/"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"It was trained with {CODE}trainer.\n", 1),
        (f"训练代码:{CODE}trainer\n", 1),
        (f"It was trained on data from {CODE}data-tools with care.\n", 0),
        (f"The training code in {CODE}trainer will be released.\n", 0),
        (f"## Citation\n\nTrained with {CODE}trainer.\n", 0),
        (f"## Fine-tuning\n\nTrain with {CODE}trainer.\n", 0),
        (f"See {CODE}trainer.\n", 0),
        (f"[Code]({CODE}trainer)\n", 1),
        (f"[Code]({CODE}trainer/blob/main/one.py)\n", 0),
    ],
)
def test_trainers(text: str, count: int) -> None:
    assert len(trainers(make_repo({"README.md": text}))) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"The data was prepared with {CODE}tools.\n", 1),
        (f"数据处理:{CODE}tools\n", 1),
        (f"The model runs with {CODE}tools.\n", 0),
    ],
)
def test_data_pipelines(text: str, count: int) -> None:
    assert len(data_pipelines(make_repo({"README.md": text}))) == count


@pytest.mark.parametrize(
    ("path", "count"), [("blob/main/data/set/README.md", 0), ("data/set/", 0), ("data/other", 1), ("README.md", 1)]
)
def test_a_release_is_not_its_own_trainer(path: str, count: int) -> None:
    for finds, done in ((trainers, "It was trained with"), (data_pipelines, "The data was prepared with")):
        text = f"{done} {CODE}swift. See {CODE}swift/{path} too.\n"
        assert len(finds(make_repo({"README.md": text, "data/set/README.md": "# Rows\n"}))) == count
