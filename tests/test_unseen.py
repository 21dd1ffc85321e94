"""What releases that nobody had looked at taught: each row is a way of writing that was read wrongly before."""

from __future__ import annotations

from pathlib import Path

import pytest

from openness_gate.engine import assess
from openness_gate.facts.code import of as scripts_of
from openness_gate.facts.corpora import commanded, downloads, named_in
from openness_gate.facts.data_information import evidence, public_data, sources
from openness_gate.facts.hub_ids import fetched_files, hub_ids
from openness_gate.facts.links import links
from openness_gate.facts.modules import data_pipelines, trainers
from openness_gate.facts.parameters import gates, is_toolkit, weight_links
from openness_gate.facts.paths import bundled
from openness_gate.facts.releases import find, kind_of
from openness_gate.facts.training import loops
from openness_gate.model import Access, Completeness, Kind
from openness_gate.registry import components
from tests.helpers import make_repo

APACHE = (Path(__file__).parents[1] / "LICENSE").read_text("utf-8")
HUB = "https://huggingface.co/"
DATA = HUB + "datasets/"
LOOP = "import torch\nloss.backward()\noptimizer.step()\n"
TUNE = "import torch\nm = AutoModel.from_pretrained(x)\nloss.backward()\noptimizer.step()\n"
STEP = "import torch, lightning\nclass M(A):\n def training_step(s): ...\n def configure_optimizers(s): ...\n"
SETUP = '[project]\nname = "ours"\n'
Files = dict[str, str]


def readme(text: str, **more: str) -> Files:
    return {"README.md": text, **{name.replace("__", "/") + ".py": body for name, body in more.items()}}


# --- weights ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (readme("# Wren", get='hf_hub_download(repo_id="lab/wren", filename="x")'), ["lab/wren"]),
        (readme("# Wren", get='M = {"repo_id": "lab/wren-small"}'), ["lab/wren-small"]),
        (readme('# Wren\n\n```python\nM.from_pretrained("lab/wren-7b")\n```\n'), ["lab/wren-7b"]),
        (readme('# Wren\n\n```python\nM.load_pretrained("hf://lab/wren-7b")\n```\n'), []),
        (readme("# Wren", get='model_path = "lab/wren-7b"\nM.from_pretrained(model_path)'), ["lab/wren-7b"]),
        (readme("# Wren", get='model_path = "lab/rook-7b"\nM.from_pretrained(model_path)'), []),
        (readme("# Wren", get='M.from_pretrained("theirs/base-7b")'), []),
        (readme("# Wren", get='snapshot_download("lab/wren", repo_type="dataset")'), []),
        (readme("# The model", get='M.from_pretrained("lab/model-7b")'), []),
    ],
)
def test_ids_on_a_hub_in_code(files: Files, found: list[str]) -> None:
    assert [link.name for link in hub_ids(make_repo(files))] == found
    assert [link.name for link in weight_links(make_repo(files))] == found


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("# Wren\n\n## Usage\n\n```\nwget https://a.test/wren.pt\n```\n", True),
        ("# Wren\n\n## Fine-tuning\n\n```\nwget https://a.test/base.pt\n```\n", False),
        ("# Wren\n\n## Usage\n\n```\nwget https://a.test/tokenizer.bin\n```\n", False),
    ],
)
def test_files_that_the_readme_fetches(text: str, counts: bool) -> None:
    repo = make_repo({"README.md": text})
    assert bool(fetched_files(repo)) is bool(weight_links(repo)) is counts


@pytest.mark.parametrize(
    ("text", "access"),
    [
        ("The checkpoint: gs://ours/small\n", Access.PUBLIC),
        ("The checkpoint: s3://ours/small\n", Access.REGISTRATION),
        ("The checkpoint: gs://ours-backups/small\n", Access.REGISTRATION),
        ("The model is on https://drive.google.com/file/d/1\n", Access.PUBLIC),
        ("The model: https://console.cloud.google.com/storage/browser/ours\n", Access.PUBLIC),
        ("Get the [trained model weights](https://lab.example.org/files/).\n", Access.PUBLIC),
        ("The model weights are at https://zenodo.org/record/1\n", Access.PUBLIC),
    ],
)
def test_where_weights_are_kept(text: str, access: Access) -> None:
    (found,) = weight_links(make_repo({"README.md": text}))
    assert found.access is access


@pytest.mark.parametrize(
    "text",
    [
        "The settings of the model: gs://ours/small/config.gin\n",
        "The training data for the model: https://a.test/set.tar.gz\n",
        "The data is at https://zenodo.org/record/1\n",
        "The slides are on https://drive.google.com/file/d/1\n",
    ],
)
def test_what_is_no_weights(text: str) -> None:
    assert not weight_links(make_repo({"README.md": text}))


def test_references_are_links() -> None:
    repo = make_repo(
        {"README.md": f"# X\n\nThe [weights][w] and the [corpus].\n\n[w]: {HUB}a/b\n[corpus]: {DATA}a/c\n"}
    )
    told = {link.url for link in links(repo) if link.sentence and "weights" in link.sentence.text}
    assert told == {HUB + "a/b", DATA + "a/c"}


@pytest.mark.parametrize(
    ("text", "gated"),
    [
        ("We encourage users of the model to tell us about it by emailing us.\n", False),
        ("## License\n\nFor questions on the model reach us by email.\n", False),
        ("## License\n\nAccess to the model is given by email.\n", True),
        ("The weights are given by email.\n", True),
        ("We encourage you to request access to the model by email.\n", True),
        ("The model is measured on the test set, as the data is not publicly available.\n", False),
        ("The model weights are not publicly available.\n", True),
    ],
)
def test_a_courtesy_is_no_gate(text: str, gated: bool) -> None:
    assert bool(gates(make_repo({"README.md": text}))) is gated


TOOLKIT = f"# Ours\n\n## Supported models\n\n{HUB}lab/wren\n\n## Datasets\n\n- [Wikipedia]({DATA}theirs/wiki)\n"


def test_a_toolkit_was_trained_on_nothing_that_it_lists() -> None:
    repo = make_repo({"README.md": TOOLKIT, "pyproject.toml": SETUP, "train.py": LOOP})
    assert is_toolkit(repo)
    assert not weight_links(repo)
    assert not sources(repo)
    assert kind_of(repo)[0] is Kind.CODE
    assert public_data(make_repo({"README.md": TOOLKIT, "train.py": LOOP}))


# --- training -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "fresh"),
    [
        ({"a.py": LOOP, "b.py": LOOP, "hf.py": TUNE}, True),
        ({"a.py": LOOP, "hf.py": TUNE}, False),
        ({"a.py": LOOP, "b.py": LOOP, "finetune.py": LOOP}, False),
        ({"a.py": STEP}, False),
        ({"a.py": STEP, "train.py": "import lightning\nTrainer().fit(m)\n"}, True),
        ({"a.py": LOOP, "README.md": "This is not the same code that was used to train the model."}, False),
        ({"a.py": LOOP, "conf/sft.yaml": "learning_rate: 1\nmax_steps: 1\nbatch_size: 1\noptimizer: adam\n"}, False),
    ],
)
def test_what_a_loop_starts_from(files: Files, fresh: bool) -> None:
    assert any(loop.fresh for loop in loops(make_repo(files))) is fresh


def test_a_trainer_prepares_no_data() -> None:
    text = (
        "It was trained using https://github.com/a/trainer.\n\nThe data was processed with https://github.com/a/{}.\n"
    )
    assert not data_pipelines(make_repo({"README.md": text.format("trainer")}))
    assert data_pipelines(make_repo({"README.md": text.format("prep")}))
    named = "Infrastructure for data processing and large-scale LLM training: https://github.com/a/b\n"
    assert not data_pipelines(make_repo({"README.md": named}))
    fetch = "To download the training data run https://github.com/a/dataset_tools.\n"
    assert data_pipelines(make_repo({"README.md": fetch}))
    assert not trainers(make_repo({"README.md": "It was trained with the response format https://github.com/a/b.\n"}))


def test_a_project_that_lies_in_another() -> None:
    inside = {"lib/x/LICENSE": "MIT License", "lib/x/setup.py": "", "lib/x/README.md": "It was trained on Wikipedia."}
    repo = make_repo({**inside, "lib/x/train.py": LOOP, "README.md": "# Ours\n", "train.py": LOOP})
    assert bundled(repo) == ("lib/x/",)
    assert not sources(repo)
    assert {loop.at.path for loop in loops(repo)} == {"train.py"}
    assert loops(make_repo({**inside, "lib/x/train.py": LOOP, "README.md": "# Ours\n"}))


# --- data ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "name"),
    [
        (readme("# X\n", prepare_data='tfds.load("wiki/en")\nopen(a)\nb()\n'), "wiki/en"),
        (readme("# X\n", prepare_data='TfdsDataSource(tfds_name="wiki/en")\nopen(a)\nb()\n'), "wiki/en"),
        (readme("# X\n", train=LOOP + "datasets.CIFAR10(x)\n"), "CIFAR10"),
        (readme("The training data is at https://a.test/set.tar.gz\n"), "https://a.test/set.tar.gz"),
        (readme("The [training data](https://a.test/set/) is there.\n"), "https://a.test/set/"),
        (readme("It was trained on [Wikipedia](https://a.test/wiki).\n"), "https://a.test/wiki"),
        (readme(f"# Wren\n\nThe data: {DATA}lab/wren-corpus\n"), "lab/wren-corpus"),
        (readme(f"# X\n\nIt was trained on Our Corpus v2.\n\nSee {DATA}lab/OurCorpusV2\n"), "lab/OurCorpusV2"),
        (readme(f"# X\n\n[![data](https://a.test/b.png)]({DATA}lab/corpus)\n"), "lab/corpus"),
        (readme("# X\n\n## Pretraining on text\n\n```\ncurl https://a.test/text.gz\n```\n"), "https://a.test/text.gz"),
    ],
)
def test_data_that_is_listed(files: Files, name: str) -> None:
    assert name in public_data(make_repo(files))


@pytest.mark.parametrize(
    "files",
    [
        readme("# X\n", train=LOOP + "datasets.ImageFolder(x)\n"),
        readme("# X\n", evaluate='tfds.load("wiki/en")\na()\nb()\n'),
        readme("# X\n", tune_data="# see https://www.tensorflow.org/datasets/catalog/wiki\n"),
        readme("It was trained on text of [semanticscholar.org](https://semanticscholar.org).\n"),
        readme(f"# Wren\n\nA model, measured on {DATA}lab/wren-bench\n"),
        readme("# X\n\n## Usage\n\n```\ncurl https://a.test/text.gz\n```\n"),
        readme("# X\n\n## Pretraining\n\n```\ncurl https://a.test/base/model.gz\n```\n"),
        {"tutorials/README.md": "It was trained on [Wikipedia](https://a.test/wiki).\n"},
    ],
)
def test_data_that_is_not_listed(files: Files) -> None:
    assert not public_data(make_repo(files))


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (readme("# X\n\n## Pretraining\n\n```\npython pretrain.py \\\n --data ${IMAGENET_DIR}\n```\n"), {"imagenet"}),
        ({"run.sh": "D=/data/imagenet\npython train.py --data $D\n", "train.py": LOOP}, {"imagenet"}),
        (readme("# X\n\n## Fine-tuning\n\n```\npython train.py --data imagenet\n```\n"), set()),
        (readme("# X\n\n```\npython evaluate.py --data imagenet\n```\n"), set()),
        (readme("# X\n\n```\npython train.py --data ours\n```\n"), set()),
    ],
)
def test_corpora_in_commands(files: Files, found: set[str]) -> None:
    repo = make_repo(files)
    assert set(commanded(repo)) == found
    assert found <= sources(repo).keys()


def test_names_of_corpora() -> None:
    assert set(named_in("wikipedia, pdb structures and c4_en; not myc4x")) == {"wikipedia", "pdb", "c4"}
    assert not set(named_in("grouped attention over the books1x"))


def test_downloads_of_training_data() -> None:
    text = (
        "# The training set\n\n```\naws s3 cp s3://ours/a.zip . --no-sign-request\nwget https://a.test/model.bin\n```\n"
    )
    assert list(downloads(make_repo({"README.md": text}))) == ["s3://ours/a.zip"]


@pytest.mark.parametrize(
    "text",
    [
        "## Training data\n\nText collected by our team and [Wikipedia](https://a.test/w).\n",
        "## Pre-training\n\nThe data we used is not publicly available, so take [Wikipedia](https://a.test/w).\n",
    ],
)
def test_data_that_is_kept(text: str) -> None:
    limits = [seen for seen in evidence(make_repo({"README.md": text})) if seen.effect.value == "limits"]
    assert [seen.topic for seen in limits] == ["public-list"]


def test_benchmarks_under_a_heading_of_data() -> None:
    text = "# X\n\n## Datasets\n\nBenchmark sets for each task.\n\n- Wikipedia questions\n"
    assert not sources(make_repo({"README.md": text}))
    assert sources(make_repo({"README.md": text.replace("Benchmark sets", "Sets to train on")}))


def test_a_readme_about_a_model_and_a_benchmark() -> None:
    text = (
        "# Benchmark and models\n\nA benchmark.\n\n## Use\n\nRun it.\n\n## Models\n\nIt was trained on Wikipedia.\n{}"
    )
    assert sources(make_repo({"README.md": text.format("\n## Pre-training\n\nRun it.\n")}))
    assert not sources(make_repo({"README.md": text.replace("Models", "Tasks").replace("models", "tasks").format("")}))


# --- what it is, and under which license --------------------------------------------------------------------------


def test_data_without_a_program() -> None:
    rows = '{"text": "one two three four five six seven eight nine ten eleven twelve"}\n' * 4
    repo = make_repo({"README.md": "# Overview\n\nThe data are described in the paper.\n", "a/train.jsonl": rows})
    assert kind_of(repo)[0] is Kind.DATASET
    assert any(seen.topic == "in-a-paper" for seen in evidence(repo))


@pytest.mark.parametrize(
    ("said", "open_"),
    [
        ("The license applies to the pre-trained models as well.", True),
        ("The license applies to the models only for research.", False),
        ("What license is the model released under?", False),
        ("", False),
    ],
)
def test_a_license_that_reaches_further(said: str, open_: bool) -> None:
    text = f"# Wren\n\nThe model: {HUB}lab/wren\n\n## License\n\n{said}\n"
    release = find(make_repo({"README.md": text, "LICENSE": APACHE}))[0]
    found = assess(release, components().values())["model-parameters-final"]
    assert found.license.cls.open is open_


def test_weights_here_do_not_speak_for_weights_elsewhere() -> None:
    safe = (2).to_bytes(8, "little") + b"{}"
    files: dict[str, str | bytes] = {"README.md": f"# Wren\n\nThe model: {HUB}lab/wren\n", "LICENSE": APACHE}
    there = find(make_repo({**files, "demo/x.safetensors": safe}))[0]
    found = assess(there, components().values())["model-parameters-final"]
    assert found.completeness >= Completeness.LINKED
    assert not found.license.cls.open


# --- a second look ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "prepares"),
    [
        ("data_process/copy.py", "a(open(x).readlines())\nf.write(y)\nb()\n", True),
        ("data/copy.py", "a(open(x).readlines())\nf.write(y)\nb()\n", False),
        ("data/copy.py", "import click\na(open(x).readlines())\nf.write(y)\nb()\n", True),
    ],
)
def test_programs_that_prepare_data(path: str, body: str, prepares: bool) -> None:
    assert any(scripts_of(make_repo({path: body}), "data")) is prepares


def test_a_guide_to_the_training() -> None:
    text = "# Training\n\n## Data preparation\n\nGet Wikipedia first.\n"
    files = {"README.md": f"# Wren\n\nThe model: {HUB}lab/wren\n", "docs/TRAINING.md": text}
    assert "wikipedia" in sources(make_repo(files))
    assert not sources(make_repo({**files, "README.md": "# A program\n"}))


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("The checkpoints are available [here](https://lab.example.org/ours/checkpoints/).\n", True),
        ("The pretrained models are available [here](https://ours.box.com/v/all).\n", True),
        ("The checkpoints are written to https://lab.example.org/ours/checkpoints/.\n", False),
        ("Our pages are available [here](https://lab.example.org/checkpoints/).\n", False),
    ],
)
def test_folders_of_weights_on_any_site(text: str, counts: bool) -> None:
    assert bool(weight_links(make_repo({"README.md": text}))) is counts


def test_a_model_that_is_started_by_its_library() -> None:
    start = "import pytorch_lightning\nc = LightningCLI(M)\nc.trainer.fit(m)\n"
    assert any(loop.fresh for loop in loops(make_repo({"module.py": STEP, "train.py": start})))
