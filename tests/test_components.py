"""Every component, and for each grade that its documentation lists one release that reaches it and no more."""

from __future__ import annotations

import re

import pytest

from openness_gate.engine import assess
from openness_gate.facts.releases import find
from openness_gate.model import Completeness
from openness_gate.registry import components, documentation
from tests.helpers import make_repo
from tests.test_weights import PICKLE, POINTER, safetensors, tensor

SO = "word " * 40
LOOP = "import torch\nloss.backward()\noptimizer.step()\n"
SETTINGS = "learning_rate: 1\nbatch_size: 2\nmax_steps: 3\nseed: 4\n"
WEIGHTS = safetensors({"a": tensor(3, 4)}, 24)
HUB = "https://huggingface.co/"
CARD = "".join(
    f"## {title}\n\n{SO}\n\n"
    for title in ("Model details", "Intended use", "Limitations", "Training data", "Evaluation")
)
DATA_CARD = "".join(f"## {title}\n\n{SO * 3}\n\n" for title in ("Composition", "Collection", "Processing"))
SUMMARY = "# General information\n\n# List of data sources\n\n# User data\n\n# Synthetic data\n"
SUBMODULE = '[submodule "t"]\n\tpath = t\n\turl = https://github.com/ours/t\n'
INDEX = '{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}'
DATA = '{"text": "something that is long enough to be a row of data, not an example"}\n'
PIPELINE = "stages:\n  clean:\n    cmd: python x\n    deps: [a]\n    outs: [b]\n"

Files = dict[str, "str | bytes"]


def card(text: str) -> Files:
    return {"README.md": f"# Ours\n\n{text}\n"}


CASES: list[tuple[str, str, Files]] = [
    ("citation", "absent", card("A model.")),
    ("citation", "promised", {"CITATION.cff": "cff-version: 1.2.0\n"}),
    ("citation", "described", card("## Citation\n\n```\n@article{x}\n```")),
    ("citation", "complete", {"CITATION.cff": "cff-version: 1.2.0\ntitle: Ours\n"}),
    ("code-documentation", "absent", {"train.py": LOOP, "README.md": "# Ours\n\nRead it.\n"}),
    ("code-documentation", "mentioned", card("```python\nM.from_pretrained('x')\n```")),
    ("code-documentation", "described", {"train.py": LOOP, **card("```\npip install x\npython train.py\n```")}),
    ("code-documentation", "complete", {"train.py": LOOP, **card(
        "```\npip install x\npython prepare.py\npython train.py\npython evaluate.py\n```")}),
    ("data-metadata", "absent", {"dvc.yaml": PIPELINE, "README.md": "# Ours\n"}),
    ("data-metadata", "promised", {"datapackage.json": "{"}),
    ("data-metadata", "partial", {"README.md": "---\ntask_categories: [x]\n---\n# Rows\n"}),
    ("data-metadata", "complete", {"datapackage.json": '{"name": "x", "resources": [{"name": "y", "path": "y.csv"}]}'}),
    ("compute", "absent", card("It runs on an A100.")),
    ("compute", "mentioned", {"README.md": "---\nco2_eq_emissions: 3\n---\n"}),
    ("compute", "described", card("It was trained on 8 A100 for 3 days.")),
    ("compute", "described", card("## Hardware\n\nEight machines of the newest kind for 20 days.")),
    ("copyright-policy", "absent", card("Copyright 2026 us.")),
    ("copyright-policy", "mentioned", card("We respect robots.txt.")),
    ("copyright-policy", "described", card(f"## Copyright policy\n\n{SO}")),
    ("data-card", "absent", card(SO)),
    ("data-card", "promised", {"DATA_CARD.md": "# Data\n\nTODO\n"}),
    ("data-card", "mentioned", {"DATASHEET.md": "See https://arxiv.org/abs/1 for it.\n"}),
    ("data-card", "described", card(f"## Training data\n\n{SO}")),
    ("data-card", "described", {"DATA_CARD.md": SO * 3}),
    ("data-card", "described", {"datasheet.pdf": "%PDF"}),
    ("data-card", "complete", {"DATA_CARD.md": DATA_CARD}),
    ("data-information", "absent", card("It is good.")),
    ("data-information", "mentioned", card("It was trained on 2 trillion tokens of diverse data.")),
    ("data-information", "described", card("It was trained on Wikipedia and C4.")),
    ("data-preprocessing-code", "absent", {"prepare.py": "x = 1\n"}),
    ("data-preprocessing-code", "promised", card("- [ ] preprocessing scripts")),
    ("data-preprocessing-code", "described", card(f"## Data processing\n\n{SO}")),
    ("data-preprocessing-code", "linked", card("The data was prepared with https://github.com/ours/tools.")),
    ("data-preprocessing-code", "partial", {"dvc.yaml": PIPELINE}),
    ("data-preprocessing-code", "complete", {"clean.py": "d = load_dataset('a/b')\nd.to_parquet('x')\n"}),
    ("datasets", "absent", card("It was trained on text.")),
    ("datasets", "mentioned", card("It was trained on Wikipedia.")),
    ("datasets", "linked", card(f"It was trained on {HUB}datasets/ours/corpus.")),
    ("datasets", "linked", {"train.py": LOOP + 'load_dataset("ours/corpus")\n'}),
    ("datasets", "complete", {"data/train.jsonl": DATA}),
    ("datasets", "absent", {"data/train.jsonl": ""}),
    ("datasets", "absent", {"data/eval.jsonl": DATA}),
    ("dependencies", "absent", card("pip install torch")),
    ("dependencies", "partial", {"requirements.txt": "torch>=2\n"}),
    ("dependencies", "complete", {"requirements.txt": "torch==2.1.0\n"}),
    ("evaluation-code", "absent", {"evaluate.py": "x = 1\n"}),
    ("evaluation-code", "mentioned", card("Measured with lm-evaluation-harness.")),
    ("evaluation-code", "partial", {"train.py": LOOP + "def evaluate(): ...\n"}),
    ("evaluation-code", "complete", {"score.py": "def evaluate(): ...\n"}),
    ("evaluation-data", "absent", card("It is good.")),
    ("evaluation-data", "mentioned", card("It does well on MMLU.")),
    ("evaluation-data", "described", card(f"## Test data\n\n{SO}")),
    ("evaluation-data", "linked", card(f"## Evaluation\n\nOn {HUB}datasets/ours/exam.")),
    ("evaluation-data", "complete", {"data/eval.jsonl": DATA}),
    ("evaluation-results", "absent", card("It scores 3.")),
    ("evaluation-results", "mentioned", card("## Evaluation\n\nIt is good.")),
    ("evaluation-results", "described", card("## Evaluation\n\nIt scores 3.")),
    ("evaluation-results", "complete", card("## Evaluation\n\n| a | b |\n|--|--|\n| ours | 3 |\n| theirs | 2 |")),
    ("evaluation-results", "complete", {"README.md": "---\nmodel-index:\n- name: x\n---\n"}),
    ("evaluation-results", "complete", {".eval_results/x.yaml": "a: 1\n"}),
    ("inference-code", "absent", card("It runs.")),
    ("inference-code", "promised", card("- [ ] inference code")),
    ("inference-code", "mentioned", card("## Usage\n\n```python\nM.from_pretrained('x')\n```")),
    ("inference-code", "complete", {"generate.py": "import torch\nm.generate(x)\n"}),
    ("model-architecture", "absent", card("It is a model.")),
    ("model-architecture", "described", card(f"## Architecture\n\n{SO}")),
    ("model-architecture", "partial", {"config.json": '{"model_type": "ours", "hidden_size": 4}'}),
    ("model-architecture", "complete", {"model.py": "class M(nn.Module):\n def forward(self): ...\n"}),
    ("model-card", "absent", {"docs/guide.md": CARD}),
    ("model-card", "promised", {"MODEL_CARD.md": "# Card\n\n[More Information Needed]\n"}),
    ("model-card", "mentioned", card("A model.")),
    ("model-card", "described", card(SO * 3)),
    ("model-card", "complete", card(CARD)),
    ("model-card", "described", {"README.md": f"---\nlicense: [mit\n---\n{CARD}"}),
    ("model-metadata", "absent", card("A model.")),
    ("model-metadata", "partial", {"README.md": "---\nlicense: mit\n---\n"}),
    ("model-metadata", "complete", {"config.json": '{"model_type": "ours"}'}),
    ("model-metadata", "complete", {"trainer_state.json": "{}"}),
    ("model-parameters-final", "absent", card("A model.")),
    ("model-parameters-final", "promised", card("The weights are coming soon.")),
    ("model-parameters-final", "promised", {"model.safetensors": b"\0" * 40}),
    ("model-parameters-final", "mentioned", card("The weights are given upon request.")),
    ("model-parameters-final", "linked", card(f"The weights: {HUB}ours/model")),
    ("model-parameters-final", "linked", card("Fill in this form for the weights: https://forms.gle/x")),
    ("model-parameters-final", "partial", {"model.safetensors.index.json": INDEX,
                                           "model-00001-of-00002.safetensors": WEIGHTS}),
    ("model-parameters-final", "complete", {"model.safetensors": WEIGHTS}),
    ("model-parameters-final", "complete", {"model.safetensors": POINTER}),
    ("model-parameters-intermediate", "absent", {"model.safetensors": WEIGHTS}),
    ("model-parameters-intermediate", "mentioned", card("We keep all checkpoints.")),
    ("model-parameters-intermediate", "linked", card(f"All checkpoints are at {HUB}ours/steps.")),
    ("model-parameters-intermediate", "complete", {"checkpoint-100/model.safetensors": WEIGHTS}),
    ("model-parameters-intermediate", "complete", {"optimizer.pt": PICKLE}),
    ("research-paper", "absent", card("A model.")),
    ("research-paper", "mentioned", card("See https://arxiv.org/abs/2401.00001.")),
    ("research-paper", "mentioned", card("## Citation\n\n```\n@article{x}\n```")),
    ("research-paper", "described", {"paper.pdf": "%PDF"}),
    ("sample-model-outputs", "absent", card("It writes.")),
    ("sample-model-outputs", "absent", {"samples/run.py": "x = 1\n"}),
    ("sample-model-outputs", "described", card("## Sample outputs\n\nOnce upon a time.")),
    ("sample-model-outputs", "complete", {"samples/1.txt": "Once upon a time."}),
    ("supporting-libraries-and-tools", "absent", card("A model.")),
    ("supporting-libraries-and-tools", "described", card("## Usage\n\n```\npip install torch\n```")),
    ("supporting-libraries-and-tools", "partial", {"requirements.txt": "torch\nnumpy\n"}),
    ("supporting-libraries-and-tools", "complete", {"requirements.txt": "torch==2.1.0\nnumpy\n"}),
    ("technical-report", "absent", card("A model.")),
    ("technical-report", "mentioned", card("Our report: https://arxiv.org/abs/2401.00001")),
    ("technical-report", "described", {"report.pdf": "%PDF"}),
    ("technical-report", "complete", {"TECHNICAL_REPORT.md": SO * 6}),
    ("technical-report", "mentioned", {"TECHNICAL_REPORT.md": "TODO\n"}),
    ("tokenizer", "absent", card("A tokenizer.")),
    ("tokenizer", "promised", {"tokenizer.json": "{"}),
    ("tokenizer", "partial", {"tokenizer_config.json": '{"model_max_length": 8}'}),
    ("tokenizer", "complete", {"vocab.json": '{"a": 0, "b": 1' + ' ' * 64 + '}'}),
    ("training-code", "absent", {"train.py": '"""loss.backward(); optimizer.step()"""\n'}),
    ("training-code", "promised", card("- [ ] training code")),
    ("training-code", "promised", {"run.sh": "python train.py\n"}),
    ("training-code", "described", card(f"## Training\n\n{SO}")),
    ("training-code", "linked", {".gitmodules": SUBMODULE, "train.yaml": SETTINGS}),
    ("training-code", "partial", {"finetune.py": LOOP}),
    ("training-code", "partial", {"finetune.py": LOOP, "other.py": LOOP}),
    ("training-code", "complete", {"train.py": LOOP}),
    ("training-code", "complete", {"finetune.py": LOOP, "pretrain.py": LOOP}),
    ("training-configuration", "absent", card("It learned.")),
    ("training-configuration", "described", card("## Training\n\nLearning rate 1, batch size 2, weight decay 3.")),
    ("training-configuration", "partial", {"train.py": LOOP + SETTINGS.replace(":", " =")}),
    ("training-configuration", "complete", {"train.yaml": SETTINGS}),
    ("training-summary", "absent", card("A model.")),
    ("training-summary", "mentioned", card("## Public training summary\n\nSee the site.")),
    ("training-summary", "complete", {"SUMMARY.md": SUMMARY}),
]  # fmt: skip


@pytest.mark.parametrize(("component", "grade", "files"), CASES, ids=[f"{c}-{g}" for c, g, _ in CASES])
def test_grades(component: str, grade: str, files: Files) -> None:
    release = find(make_repo(files))[0]
    found = assess(release, [components()[component]])[component]
    assert str(found.completeness) == grade, found.evidence


NOT_OF_THE_WHOLE = {("data-information", "linked")}  #: a grade of a topic, see test_data_information
PATTERN = re.compile(rf"^\s+({'|'.join(map(str, Completeness))})\s{{2,}}", re.MULTILINE)


@pytest.mark.parametrize("component", sorted(components()))
def test_every_documented_grade_has_a_case_and_no_other_is_reached(component: str) -> None:
    documented = set(PATTERN.findall(documentation("components", component)))
    tried = {grade for name, grade, _ in CASES if name == component}
    expected = {grade for grade in documented if (component, grade) not in NOT_OF_THE_WHOLE} | {"absent"}
    assert documented and tried == expected
