"""The policies that ship: each rule on a release that meets it and on one that does not; and all of them together."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from openness_gate import located
from openness_gate.compare import Effect, changes
from openness_gate.evaluate import evaluate
from openness_gate.facts.releases import find
from openness_gate.holding import Base, Case
from openness_gate.judge import judgement
from openness_gate.model import Access, Completeness, GateError, Kind, LicenseClass, Place, Release
from openness_gate.policy_sources import policy
from openness_gate.registry import components, concern, policies
from openness_gate.report import Judgement, Openness, Result, Status
from tests.helpers import make_repo
from tests.judging import found as given
from tests.judging import judge, license_of, parse
from tests.running import run
from tests.test_license_command import APACHE, OWN
from tests.test_weights import safetensors, tensor

TODAY = date(2026, 11, 24)
MET, UNMET, ASK, OFF = Status.MET, Status.UNMET, Status.ASK, Status.NOT_APPLICABLE
Files = dict[str, "str | bytes"]
SO = "word " * 30
WEIGHTS = safetensors({"a": tensor(3, 4)}, 24)

FRONT = """---
license: apache-2.0
language: [en, zh]
library_name: wren
pipeline_tag: text-generation
datasets: [acme/seeds]
co2_eq_emissions: {emissions: 12.5}
---
"""
CARD = """# Wren

Wren is a language model that is capable of continuing sentences about birds in English, of answering short questions
about them, and of translating the names of birds. It has 7 million parameters and was released on 2026-03-01.

## Input and output

Text in, text out, at most 2048 tokens of context: a prompt of plain text goes in and its continuation comes out.

## Intended use

It is meant for studying how small models learn, and for teaching; it can be built into chat programs on birds.

## Out-of-scope use

It must not be used for advice on the health of birds, nor to write about people or to deceive anybody.

## Limitations

It knows no birds of the southern half of the world and repeats itself when its answers grow long.

## Requirements

Any machine with 1 GB of memory and Python 3.11; no accelerator is needed to run it, and Linux, macOS or Windows.

## Training data

It was trained on Wikipedia and C4, 3 billion tokens of English documents on birds, crawled between 2020 and 2024 and
selected by their titles, then filtered for quality, deduplicated and cleaned of markup; the list is at
https://huggingface.co/datasets/acme/seeds and nothing else was used for any of its parameters at all.

## Training

The model was trained from nothing with the objective of predicting the next token (cross-entropy loss function), with
learning rate 0.001, batch size 32 and weight decay 0.1, for 1000 steps and seed 7, as `train.yaml` has it.

## Hardware

Training took 20 hours on 8 A100 GPUs, 3.2e20 FLOPs in all, and 90 kWh of energy.

## Evaluation

| set | accuracy |
| --- | --- |
| ours | 0.7 |
| others | 0.6 |

## Usage

```sh
pip install -r requirements.txt
python prepare_data.py
python train.py
python evaluate.py
python generate.py wren
```

## Copyright policy

We read robots.txt and every reservation of rights before we crawl, and we take out what a holder of rights tells us
about; write to rights@acme.example, and we answer within a week.

## Citation

```
@article{wren, title={Wren}}
```
"""
SECTIONS = {
    "1. General information": "",
    "1.1 Provider identification": "Acme, 1 Tree Road; rights@acme.example",
    "1.2 Model identification": "Wren 1.0, on the market since 1 March 2026",
    "1.3 Modalities, overall size of the training data and other characteristics": "Text, below one billion tokens",
    "2. List of data sources": "",
    "2.1 Publicly available datasets": "Yes: acme/seeds",
    "2.2.1 Datasets commercially licensed by rightsholders": "No",
    "2.2.2 Private datasets obtained from other third parties": "None",
    "2.3 Data crawled and scraped from online sources": "Yes, by our own crawler",
    "2.4 User data": "No",
    "2.5 Synthetic data": "n/a",
    "2.6 Other sources of data": "Not applicable.",
    "3. Data processing aspects": "",
    "3.1 Respect of reservation of rights from text and data mining": "robots.txt was read",
    "3.2 Removal of illegal content": "By a list of addresses",
}


def summary(**left_out: str) -> str:
    """The public summary; of the sections in *left_out*, by their numbers, what stands there."""
    said = {title: left_out.get("s" + title.split()[0].replace(".", "_"), body) for title, body in SECTIONS.items()}
    return "# Public summary of training content\n\n" + "".join(f"## {t}\n\n{body}\n\n" for t, body in said.items())


DATASHEET = "# Seeds\n\n" + "".join(
    f"## {title}\n\n{SO}\n\n"
    for title in ("Motivation", "Composition", "Collection process", "Preprocessing", "Biases")
)
LOOP = "import torch\nmodel = M()\nloss.backward()\noptimizer.step()\n"
MODEL: Files = {
    "LICENSE": APACHE,
    "README.md": FRONT + CARD,
    "SUMMARY.md": summary(),
    "DATASHEET.md": DATASHEET,
    "TECHNICAL_REPORT.md": SO * 8,
    "CITATION.cff": "cff-version: 1.2.0\ntitle: Wren\ndate-released: 2026-03-01\n",
    "train.py": LOOP,
    "train.yaml": "learning_rate: 1\nbatch_size: 2\nmax_steps: 3\nseed: 4\n",
    "prepare_data.py": "d = load_dataset('acme/seeds')\nd = d.filter(f)\nd.to_parquet('x')\n",
    "evaluate.py": "def evaluate(): ...\n",
    "generate.py": "import torch\nm.generate(x)\n",
    "model.py": "class M(nn.Module):\n def forward(self): ...\n",
    "config.json": '{"model_type": "wren", "hidden_size": 4, "num_hidden_layers": 2}',
    "requirements.txt": "torch==2.1.0\nnumpy==1.26.0\n",
    "model.safetensors": WEIGHTS,
    "data/train.jsonl": '{"text": "something that is long enough to be a row of data, not an example"}\n',
}


def without(*names: str) -> Files:
    return {path: content for path, content in MODEL.items() if path not in names}


def saying(old: str, new: str = "", files: Files = MODEL, path: str = "README.md") -> Files:
    """*files*, in one of which *new* stands for *old*."""
    text = files[path]
    assert isinstance(text, str)
    assert old in text, old
    return {**files, path: text.replace(old, new)}


def section(title: str, body: str = "", files: Files = MODEL) -> Files:
    """*files* with another body below one heading of the README."""
    text = files["README.md"]
    assert isinstance(text, str)
    before, found, after = text.partition(f"## {title}\n")
    assert found, title
    _, mark, rest = after.partition("\n## ")
    return {**files, "README.md": f"{before}{found}\n{body}\n{mark}{rest}"}


def held(name: str, files: Files) -> Judgement:
    return judgement([find(make_repo(files))[0]], policy(name), TODAY)


def status(name: str, rule: str, files: Files) -> Status:
    return next(finding.status for finding in held(name, files).findings if finding.rule.id == rule)


def openness(rule: str, files: Files) -> Openness:
    return next(finding.openness for finding in held("osai-index", files).findings if finding.rule.id == rule)


# --- all of them ----------------------------------------------------------------------------------------------------

ALL = ("dataset-release", "eu-gpai-annex-xi-xii", "eu-gpai-open-source", "model-card-basics", "mof-1.0",
       "no-openwashing", "open-weights", "osai-index", "osaid-1.0", "recommended", "reproducible-research")  # fmt: skip


def test_these_ship() -> None:
    assert set(ALL) <= policies().keys()


@pytest.mark.parametrize("name", policies())
def test_each_rule_has_the_section_that_asks_for_it_and_advice(name: str) -> None:
    loaded = policy(name)
    assert loaded.source.startswith("https://")
    assert loaded.statement.endswith(".")
    for rule in loaded.rules:
        assert rule.clause, rule.id
        own = concern(rule.concern).advice if rule.concern else rule.need and components()[rule.need.component].advice
        advice = rule.advice or own or ""
        assert advice.endswith("."), rule.id
        assert advice[0].isupper(), rule.id


def test_a_set_of_licenses_means_the_same_in_all_policies() -> None:
    """Or nobody could extend two of them."""
    said: dict[str, Any] = {}
    for name, path in policies().items():
        doc = located.parse(Path(path).read_text("utf-8"), name)
        for called, of in doc.value.get("license_sets", {}).items():
            words = {key: sorted(listed) for key, listed in of.items()}
            assert said.setdefault(called, words) == words, (name, called)


@pytest.mark.parametrize(("one", "other"), list(permutations(ALL, 2)))
def test_two_of_them_can_be_extended_or_say_what_is_to_be_written(one: str, other: str) -> None:
    text = f"policy: ours\nversion: 1\ntitle: Ours\nextends: [{one}, {other}]\n"
    try:
        both = parse(text)
    except GateError as error:
        assert "write it whole under `rules` here" in str(error)
        assert error.exit_code == 2
    else:
        assert {rule.id for rule in both.rules} == {r.id for name in (one, other) for r in policy(name).rules}


@pytest.mark.parametrize("name", policies())
def test_explain_prints_source_section_and_advice(name: str) -> None:
    loaded, said = policy(name), run("explain", name).out
    assert loaded.source in said
    for rule in loaded.rules:
        assert f"({rule.clause})" in said
        assert not rule.advice or f"→ {rule.advice}" in said
    rule = next(one for one in loaded.rules if one.clause)
    about = run("explain", rule.id).out
    assert rule.clause in about
    assert loaded.source in about


TOGETHER = ("eu-gpai-annex-xi-xii", "eu-gpai-open-source", "model-card-basics", "no-openwashing", "open-weights",
            "osai-index", "osaid-1.0", "reproducible-research")  # fmt: skip


@pytest.mark.parametrize(("one", "other"), list(permutations(TOGETHER, 2)))
def test_those_on_models_go_together(one: str, other: str) -> None:
    assert parse(f"policy: ours\nversion: 1\ntitle: Ours\nextends: [{one}, {other}]\n").rules


# --- the European Open Source AI Index -------------------------------------------------------------------------------

OPEN, PARTIAL, CLOSED, UNKNOWN = Openness.OPEN, Openness.PARTIAL, Openness.CLOSED, Openness.UNKNOWN
NO_DATA = section("Training data", "It was trained on lots of diverse data.", without("data/train.jsonl"))
NO_DATA = saying("load_dataset('acme/seeds')", "open('y')", NO_DATA, "prepare_data.py")
NO_DATA = {**saying("datasets: [acme/seeds]\n", "", NO_DATA), "DATASHEET.md": "", "SUMMARY.md": ""}
SOME_DATA = section("Training data", "It was trained on Wikipedia and C4, and on internal data.", NO_DATA)
GATED = saying("license: apache-2.0", "license: apache-2.0\nextra_gated_prompt: Who are you?")
TUNED: Files = {
    "README.md": saying("license: apache-2.0", "license: apache-2.0\nbase_model: acme/wren-base")["README.md"],
    "finetune.py": LOOP,
    **{path: content for path, content in MODEL.items() if path not in ("README.md", "train.py")},
}
STEPS: list[tuple[str, Files, Openness]] = [
    ("datasources-basemodel", MODEL, OPEN),
    ("datasources-basemodel", SOME_DATA, PARTIAL),
    ("datasources-basemodel", NO_DATA, CLOSED),
    ("datasources-basemodel", TUNED, UNKNOWN),
    ("datasources-endmodel", MODEL, OPEN),
    ("datasources-endmodel", TUNED, OPEN),
    ("datasources-endmodel", SOME_DATA, PARTIAL),
    ("datasources-endmodel", NO_DATA, CLOSED),
    ("weights-basemodel", MODEL, OPEN),
    ("weights-basemodel", GATED, PARTIAL),
    ("weights-basemodel", without("model.safetensors"), CLOSED),
    ("weights-basemodel", TUNED, UNKNOWN),
    ("weights-endmodel", TUNED, OPEN),
    ("weights-endmodel", GATED, PARTIAL),
    ("weights-endmodel", without("model.safetensors"), CLOSED),
    ("trainingcode", MODEL, OPEN),
    ("trainingcode", TUNED, OPEN),
    ("trainingcode", without("prepare_data.py"), PARTIAL),
    ("trainingcode", {**without("train.py"), "finetune.py": LOOP}, PARTIAL),
    ("trainingcode", without("train.py", "prepare_data.py"), CLOSED),
    ("code-documented", MODEL, OPEN),
    ("code-documented", saying("python train.py\n"), PARTIAL),
    ("code-documented", without("train.py"), PARTIAL),
    ("code-documented", section("Usage", SO), CLOSED),
    ("hardware-architecture", MODEL, OPEN),
    ("hardware-architecture", section("Hardware", "On machines."), PARTIAL),
    ("preprint", MODEL, OPEN),
    ("preprint", without("TECHNICAL_REPORT.md"), PARTIAL),
    ("preprint", section("Citation", "", without("TECHNICAL_REPORT.md")), CLOSED),
    ("paper", MODEL, UNKNOWN),
    ("paper", {"paper.pdf": b"%PDF", **MODEL}, UNKNOWN),
    ("paper", {"model.safetensors": WEIGHTS}, UNKNOWN),
    ("modelcard", MODEL, OPEN),
    ("modelcard", section("Evaluation", "[More Information Needed]"), PARTIAL),
    ("modelcard", {**MODEL, "README.md": "# Wren\n\nA model.\n"}, CLOSED),
    ("datasheet", MODEL, OPEN),
    ("datasheet", {**MODEL, "SUMMARY.md": "", "DATASHEET.md": f"# Seeds\n\n## Composition\n\n{SO}\n"}, PARTIAL),
    ("datasheet", {**MODEL, "DATASHEET.md": ""}, OPEN),
    ("datasheet", {**NO_DATA, "SUMMARY.md": ""}, CLOSED),
    ("licenses", MODEL, OPEN),
    ("licenses", without("data/train.jsonl"), PARTIAL),
    ("licenses", saying("license: apache-2.0", "license: cc-by-nc-4.0", {**MODEL, "LICENSE": OWN}), CLOSED),
]


@pytest.mark.parametrize(("rule", "files", "step"), STEPS, ids=[f"{r}-{s.value}" for r, _, s in STEPS])
def test_index(rule: str, files: Files, step: Openness) -> None:
    assert openness(rule, files) is step


def test_the_index_has_twelve_parameters_of_equal_weight_and_no_minimum() -> None:
    loaded = policy("osai-index")
    scale = loaded.score
    assert scale
    assert scale.rules == tuple(rule.id for rule in loaded.rules)
    assert (len(scale.rules), scale.open, scale.partial, scale.closed, scale.minimum) == (12, 1.0, 0.5, 0.0, None)
    assert all(rule.summary for rule in loaded.rules)


def test_the_index_of_an_open_release_leaves_only_peer_review_open() -> None:
    found = held("osai-index", MODEL)
    assert {f.rule.id for f in found.findings if f.openness is not OPEN} == {"paper"}
    assert found.score
    assert (round(found.score.value, 3), found.score.at_best) == (round(11 / 12, 3), 1.0)
    assert found.result is Result.ASK


# --- the European AI Act ----------------------------------------------------------------------------------------------

FREE = "eu-gpai-open-source"
EU: list[tuple[str, Files, Status]] = [
    ("license-free", saying("license: apache-2.0", "license: cc-by-nc-4.0"), UNMET),
    ("license-free", saying("license: apache-2.0", "license: llama3"), UNMET),
    ("license-free", saying("license: apache-2.0", "license: bigscience-openrail-m"), ASK),
    ("license-free", saying("license: apache-2.0\n", "", without("LICENSE")), ASK),
    ("license-of-code-free", {**MODEL, "LICENSE": OWN}, UNMET),
    ("license-of-code-free", without("model.py", "config.json"), OFF),
    ("unequal-access", saying("license: apache-2.0", "license: apache-2.0\nextra_gated_eu_disallowed: true"), UNMET),
    ("unequal-access", GATED, ASK),
    ("unequal-access", saying("## Hardware", "The model is ours for a fee per month.\n\n## Hardware"), ASK),
    ("license-modified", {**MODEL, "LICENSE": APACHE + "\nYou may not use it on Sundays.\n"}, UNMET),
    ("license-mismatch", saying("license: apache-2.0", "license: mit"), UNMET),
    ("base-model-license", saying("license: apache-2.0", "license: mit\nbase_model: meta-llama/Llama-2-7b"), UNMET),
    ("weights-public", GATED, MET),
    ("weights-public", without("model.safetensors"), UNMET),
    ("architecture-public", without("model.py", "config.json"), UNMET),
    ("usage-modalities", saying("pipeline_tag: text-generation\n", "", section("Input and output", "")), UNMET),
    ("usage-modalities", section("Input and output", "TODO"), MET),  # the tag says it
    ("usage-capabilities", saying("is capable of continuing", "continues"), UNMET),
    ("usage-limitations", section("Limitations", "[More Information Needed]"), UNMET),
    ("usage-limitations", section("Limitations", "None."), UNMET),
    ("usage-integration", section("Usage", "Coming soon."), UNMET),
    ("copyright-policy", section("Copyright policy", "TBD"), UNMET),
    ("training-summary", without("SUMMARY.md"), UNMET),
    ("training-summary-general", {**MODEL, "SUMMARY.md": summary(s1_3="")}, UNMET),
    ("training-summary-general", {**MODEL, "SUMMARY.md": summary(s1_1="[to be added]")}, UNMET),
    ("training-summary-sources", {**MODEL, "SUMMARY.md": summary(s2_4="TODO")}, UNMET),
    ("training-summary-sources", {**MODEL, "SUMMARY.md": summary(s2_2_1="")}, UNMET),
    ("training-summary-processing", {**MODEL, "SUMMARY.md": summary(s3_2="")}, UNMET),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "files", "expected"), EU, ids=[f"{r}-{s.value}" for r, _, s in EU])
def test_open_source_under_the_act(rule: str, files: Files, expected: Status) -> None:
    assert status(FREE, rule, files) is expected


ANNEX: list[tuple[str, Files]] = [
    ("tasks", section("Intended use", "TBD")),
    ("acceptable-use", section("Out-of-scope use")),
    ("release-date", saying(" and was released on 2026-03-01", "", without("CITATION.cff"))),
    ("distribution", without("model.safetensors")),
    ("architecture-described", without("model.py", "config.json")),
    ("number-of-parameters", saying("It has 7 million parameters", "It is small")),
    ("modalities", saying("pipeline_tag: text-generation\n", "", section("Input and output", ""))),
    ("license-stated", saying("license: apache-2.0\n", "", without("LICENSE"))),
    ("integration", section("Usage")),
    ("training-process", section("Training", "", without("train.py"))),
    ("design-choices", section("Training", "", without("train.yaml"))),
    ("objective", section("Training", SO)),
    ("data-type-and-provenance", NO_DATA),
    ("data-points", NO_DATA),
    ("data-how-obtained", NO_DATA),
    ("data-curation", {path: content for path, content in NO_DATA.items() if path != "prepare_data.py"}),
    ("data-suitability", {**MODEL, "DATASHEET.md": DATASHEET.replace("## Biases", "## Notes")}),
    ("computation", saying(", 3.2e20 FLOPs in all")),
    ("training-time", saying("Training took 20 hours on", "Training was on")),
    ("energy", saying("co2_eq_emissions: {emissions: 12.5}\n", "", saying(", and 90 kWh of energy"))),
    ("interaction", section("Requirements", "[More Information Needed]")),
    ("software-versions", without("requirements.txt")),
    ("input-size", saying("at most 2048 tokens of context", "not much")),
]


@pytest.mark.parametrize(("rule", "files"), ANNEX, ids=[rule for rule, _ in ANNEX])
def test_the_annexes(rule: str, files: Files) -> None:
    unstated = rule == "license-stated"  #: it may be said where the weights are kept
    assert status("eu-gpai-annex-xi-xii", rule, files) is (ASK if unstated else UNMET)


# --- claims -----------------------------------------------------------------------------------------------------------

CLAIM = "Wren is a language model that"
OPENLY = saying(CLAIM, "Wren is our open source model. We release this open-source model, which")
FULLY = saying(CLAIM, "Wren is our fully open language model, which")
CLAIMS: list[tuple[str, Files, Status]] = [
    ("claimed-parameters", MODEL, OFF),
    ("claimed-parameters", OPENLY, MET),
    ("claimed-parameters", {p: c for p, c in OPENLY.items() if p != "model.safetensors"}, UNMET),
    ("claimed-code", OPENLY, MET),
    ("claimed-code", {p: c for p, c in OPENLY.items() if p != "train.py"}, UNMET),
    ("claimed-data", OPENLY, MET),
    ("claimed-data", saying(CLAIM, "Wren is our open source model, which", NO_DATA), UNMET),
    ("fully-open-training", OPENLY, OFF),
    ("fully-open-training", FULLY, MET),
    ("fully-open-training", {p: c for p, c in FULLY.items() if p != "train.py"}, UNMET),
    ("fully-open-data-code", FULLY, MET),
    ("fully-open-data-code", {p: c for p, c in FULLY.items() if p != "prepare_data.py"}, UNMET),
    ("fully-open-settings", FULLY, MET),
    ("fully-open-settings", section("Training", "", {p: c for p, c in FULLY.items() if p != "train.yaml"}), UNMET),
    ("fully-open-data", FULLY, MET),
    ("fully-open-data", saying(CLAIM, "Wren is our fully open language model, which", SOME_DATA), UNMET),
    ("open-washing", FULLY, MET),
    ("open-washing", {p: c for p, c in FULLY.items() if p != "train.py"}, UNMET),
    ("license-mismatch", saying("license: apache-2.0", "license: mit"), UNMET),
    ("license-modified", {**MODEL, "LICENSE": APACHE + "\nYou may not use it on Sundays.\n"}, UNMET),
    ("base-model-license", saying("license: apache-2.0", "license: mit\nbase_model: meta-llama/Llama-2-7b"), UNMET),
    ("promised", {**without("train.py"), "PLAN.md": "# Plan\n\n- [ ] training code\n"}, MET),  # the card describes it
    ("promised", section("Training", "", {**without("train.py"), "PLAN.md": "- [ ] training code\n"}), UNMET),
]


@pytest.mark.parametrize(("rule", "files", "expected"), CLAIMS, ids=[f"{r}-{s.value}" for r, _, s in CLAIMS])
def test_claims(rule: str, files: Files, expected: Status) -> None:
    assert status("no-openwashing", rule, files) is expected


def test_who_claims_nothing_is_asked_for_nothing() -> None:
    assert held("no-openwashing", {"README.md": "# Wren\n\nA model.\n", "model.safetensors": WEIGHTS}).result is (
        Result.PASS
    )


# --- cards and research -----------------------------------------------------------------------------------------------

BASICS: list[tuple[str, Files]] = [
    ("card", {**MODEL, "README.md": "# Wren\n\nTODO\n"}),
    ("card-license", saying("license: apache-2.0", "license: Apache 2.0, mostly")),
    ("card-license", saying("license: apache-2.0", "license: other")),
    ("card-license", saying("license: apache-2.0", "license: other\nlicense_name: ours")),
    ("card-base-model", {**TUNED, "README.md": FRONT + CARD + "\nIt was fine-tuned from the base model of Acme.\n"}),
    ("card-datasets", saying("datasets: [acme/seeds]", "datasets: []")),
    ("card-language", saying("language: [en, zh]\n")),
    ("card-language", saying("language: [en, zh]", "language: english")),
    ("card-library", saying("library_name: wren", "library_name: TBD")),
    ("card-task", saying("pipeline_tag: text-generation", "pipeline_tag: talking")),
    ("card-intended-use", section("Intended use", "TBD")),
    ("card-limitations", section("Limitations", "TBD")),
    ("card-training-data", section("Training data", "[More Information Needed]")),
    ("card-training-procedure", section("Training", "")),
    ("card-evaluation", section("Evaluation", "Good.")),
    ("card-emissions", saying("co2_eq_emissions: {emissions: 12.5}\n", "", saying(", and 90 kWh of energy"))),
    ("placeholders", section("Limitations", "[More Information Needed]")),
    ("placeholders", section("Limitations", "TODO")),
]


@pytest.mark.parametrize(("rule", "files"), BASICS, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(BASICS)])
def test_cards(rule: str, files: Files) -> None:
    assert status("model-card-basics", rule, files) is UNMET


@pytest.mark.parametrize(
    "license_",
    ["mit", "cc-by-4.0", "llama3", "openrail", "GPL-3.0-only", "other\nlicense_name: ours\nlicense_link: LICENSE"],
)
def test_licenses_that_the_hub_knows(license_: str) -> None:
    files = saying("license: apache-2.0", f"license: {license_}")
    assert status("model-card-basics", "card-license", files) is MET


def test_a_base_model_that_is_named() -> None:
    assert status("model-card-basics", "card-base-model", TUNED) is MET
    assert status("model-card-basics", "card-base-model", MODEL) is OFF


RESEARCH: list[tuple[str, Files]] = [
    ("repeatable-training", without("train.py")),
    ("repeatable-evaluation", without("evaluate.py")),
    ("repeatable-preparation", without("prepare_data.py")),
    ("dependencies", without("requirements.txt")),
    ("dependencies-pinned", {**MODEL, "requirements.txt": "torch\n"}),
    ("parameters-to-check", without("model.safetensors")),
    ("training-data-available", NO_DATA),
    ("training-settings", section("Training", "", without("train.yaml"))),
    ("training-seed", saying(" and seed 7", "", saying("seed: 4\n", "", MODEL, "train.yaml"))),
    ("training-hardware", saying(" on 8 A100 GPUs")),
    ("training-duration", saying("Training took 20 hours on", "Training was on")),
    ("results-reported", section("Evaluation", "Good.")),
    ("commands-shown", saying("python evaluate.py\n")),
    ("citation", section("Citation", "", without("CITATION.cff"))),
]


@pytest.mark.parametrize(("rule", "files"), RESEARCH, ids=[rule for rule, _ in RESEARCH])
def test_research(rule: str, files: Files) -> None:
    assert status("reproducible-research", rule, files) is UNMET


@pytest.mark.parametrize("name", [FREE, "eu-gpai-annex-xi-xii", "model-card-basics", "no-openwashing",
                                  "reproducible-research"])  # fmt: skip
def test_a_release_that_has_everything(name: str) -> None:
    found = held(name, MODEL)
    assert {f.rule.id: f.got for f in found.findings if f.status not in (MET, OFF)} == {}
    assert found.result is Result.PASS


@pytest.mark.parametrize(
    ("name", "tried"),
    [(FREE, EU), ("eu-gpai-annex-xi-xii", ANNEX), ("no-openwashing", CLAIMS), ("model-card-basics", BASICS),
     ("reproducible-research", RESEARCH), ("osai-index", STEPS)],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_each_rule_is_failed_by_some_release(name: str, tried: list[tuple[Any, ...]]) -> None:
    assert {rule.id for rule in policy(name).rules} == {row[0] for row in tried}


# --- data sets --------------------------------------------------------------------------------------------------------

QUESTIONS = {
    "Motivation": f"It was created to teach models the names of birds. {SO}",
    "Composition": f"It consists of 3 million rows, each with a name and a text. {SO}",
    "Collection process": f"The texts were collected from Wikipedia and C4 in 2024 by a crawler of our own. {SO}",
    "Personal data": f"Names of people were removed before anything was stored. {SO}",
    "Preprocessing": f"Texts were deduplicated, and filtered by their language. {SO}",
    "Annotations": f"Two annotators labelled each row by a guide. {SO}",
    "Biases": f"Birds of the south are rare in it. {SO}",
    "Uses": f"It can be used to train models of language. {SO}",
    "Distribution": f"It is distributed here under Apache-2.0. {SO}",
    "Maintenance": f"Acme maintains it; write to seeds@acme.example. {SO}",
}
ROWS = '{"text": "something that is long enough to be a row of data, not an example"}\n'


def data_set(**said: str) -> Files:
    """A data set, of which some questions are answered otherwise."""
    told = {title: said.get(title.split()[0], body) for title, body in QUESTIONS.items()}
    front = "---\nlicense: apache-2.0\ntask_categories: [text-generation]\n---\n"
    card = front + "# Seeds\n\nRows on birds.\n\n" + "".join(f"## {t}\n\n{body}\n\n" for t, body in told.items())
    return {"README.md": card, "LICENSE": APACHE, "data/train.jsonl": ROWS, "clean.py": MODEL["prepare_data.py"]}


DATA = data_set()
DATA_FAILS: list[tuple[str, Files]] = [
    ("data-available", {**data_set(Collection=""), "data/train.jsonl": "", "clean.py": ""}),
    ("data-license", saying("license: apache-2.0", "license: cc-by-nc-4.0", {**DATA, "LICENSE": OWN})),
    ("data-distribution", saying("license: apache-2.0\n", "", data_set(Distribution="TBD"))),
    ("license-missing", {**DATA, "LICENSE": "See https://acme.example/license\n"}),
    ("license-mismatch", saying("license: apache-2.0", "license: mit", DATA)),
    ("license-modified", {**DATA, "LICENSE": APACHE + "\nYou may not use it on Sundays.\n"}),
    ("data-motivation", data_set(Motivation="")),
    ("data-composition", data_set(Composition="[More Information Needed]")),
    ("data-bias", data_set(Biases="")),
    ("data-personal", data_set(Personal="")),
    ("data-collection", data_set(Collection="TBD")),
    ("data-sources-named", {**data_set(Collection=f"From places. {SO}"), "clean.py": ""}),
    ("data-preparation", data_set(Preprocessing="")),
    ("data-preparation-code", {**DATA, "clean.py": ""}),
    ("data-annotation", data_set(Annotations="It was labelled.")),
    ("data-uses", data_set(Uses="TBD")),
    ("data-maintenance", data_set(Maintenance="")),
    ("data-metadata", saying("---\nlicense: apache-2.0\ntask_categories: [text-generation]\n---\n", "", DATA)),
    ("placeholders", data_set(Uses="[More Information Needed]")),
    ("promised", {**DATA, "clean.py": "", "PLAN.md": "- [ ] evaluation data\n- [ ] inference code\n"}),
]


def test_a_data_set_that_has_everything() -> None:
    found = held("dataset-release", DATA)
    assert {f.rule.id: f.got for f in found.findings if f.status is not MET} == {}
    assert found.result is Result.PASS


@pytest.mark.parametrize(("rule", "files"), DATA_FAILS, ids=[rule for rule, _ in DATA_FAILS])
def test_data_sets(rule: str, files: Files) -> None:
    assert status("dataset-release", rule, files) is UNMET


def test_each_rule_on_data_sets_is_failed_by_some() -> None:
    assert {rule.id for rule in policy("dataset-release").rules} == {rule for rule, _ in DATA_FAILS}


def test_croissant_is_metadata() -> None:
    croissant = (
        '{"@context": {"sc": "https://schema.org/"}, "@type": "sc:Dataset", "name": "seeds", "url": "https://a.b", '
    )
    croissant += '"dct:conformsTo": "http://mlcommons.org/croissant/1.0", "distribution": []}'
    files = saying("---\nlicense: apache-2.0\ntask_categories: [text-generation]\n---\n", "", DATA)
    assert status("dataset-release", "data-metadata", {**files, "croissant.json": croissant}) is MET


def test_a_model_is_no_data_set() -> None:
    assert held("dataset-release", MODEL).result is Result.NOT_APPLICABLE


# --- sets of licenses that ask --------------------------------------------------------------------------------------

SETS = """
license_sets:
  read: {includes: [open-source], excludes: [non_commercial], asks: [restricted, LicenseRef-ours]}
"""
RAIL = license_of("LicenseRef-ai-openrail-m", LicenseClass.RESTRICTED)


@pytest.mark.parametrize(
    ("license_", "expected"),
    [
        (license_of("MIT", LicenseClass.OPEN_SOURCE, "osi"), MET),
        (RAIL, ASK),
        (license_of("LicenseRef-ours", LicenseClass.NOT_APPROVED), ASK),
        (license_of("LicenseRef-theirs", LicenseClass.NOT_APPROVED), UNMET),
    ],
)
def test_a_set_asks(license_: Any, expected: Status) -> None:
    text = f"policy: p\nversion: 1\ntitle: t\n{SETS}\nrules:\n  training-code: {{license: read}}\n"
    here = {"training-code": given(Completeness.COMPLETE, Access.PUBLIC, license_)}
    assert judge(text, here).findings[0].status is expected


def _compared(before: str, after: str) -> set[Effect]:
    text = "policy: p\nversion: 1\ntitle: t\nlicense_sets:\n  s: {{{}}}\nrules:\n  training-code: {{license: s}}\n"
    old, new = (parse(text.format(words)) for words in (before, after))
    return {change.effect for change in changes(old, new)}


@pytest.mark.parametrize(
    ("before", "after", "effects"),
    [
        ("includes: [open-source]", "includes: [open-source], asks: [restricted]", {Effect.LOOSER}),
        ("includes: [open-source], asks: [restricted]", "includes: [open-source]", {Effect.STRICTER}),
        ("includes: [open-source]", "includes: [open-source], asks: [LicenseRef-ours]", {Effect.LOOSER}),
        ("includes: [restricted], excludes: [non_commercial]", "includes: [restricted]", {Effect.LOOSER}),
        ("includes: [restricted]", "includes: [restricted], excludes: [user_threshold]", {Effect.STRICTER}),
        ("includes: [MIT], excludes: [permission]", "includes: [MIT]", {Effect.LOOSER}),
        ("includes: [osi-approved]", "includes: [osi-approved, fsf-approved]", {Effect.LOOSER}),
        ("includes: [open-source], asks: [open-source]", "includes: [open-source]", set()),
    ],
)
def test_what_asks_is_compared(before: str, after: str, effects: set[Effect]) -> None:
    assert _compared(before, after) == effects


# --- each base model, or the release itself -------------------------------------------------------------------------

BASES = """policy: p
version: 1
title: t
rules:
  weights:
    for_each: base-model-or-itself
    advice: Publish them.
    summary:
      open: {require: model-parameters-final, at_least: linked, access: public}
      partial: {require: model-parameters-final, at_least: linked}
"""
HERE = given(Completeness.COMPLETE)
FORM = given(Completeness.LINKED, Access.GATED)
NONE = given(Completeness.ABSENT, Access.UNKNOWN)


@pytest.mark.parametrize(
    ("own", "bases", "step"),
    [
        (HERE, [], OPEN),
        (FORM, [], PARTIAL),
        (NONE, [], CLOSED),
        (HERE, [HERE], OPEN),
        (NONE, [HERE], OPEN),
        (HERE, [FORM], PARTIAL),
        (HERE, [HERE, FORM], PARTIAL),
        (HERE, [FORM, NONE], CLOSED),
        (HERE, [None], UNKNOWN),
        (HERE, [HERE, None], UNKNOWN),
        (HERE, [NONE, None], CLOSED),
    ],
)
def test_a_summary_of_base_models(own: Any, bases: list[Any], step: Openness) -> None:
    def of(what: Any) -> dict[str, Any]:
        return {n: (what if n == "model-parameters-final" else NONE).of(n) for n in components()}

    release = Release(".", "test", Kind.MODEL, make_repo({}))
    named = tuple(Base(f"acme/{n}", Place("README.md", 1), of(b) if b else None) for n, b in enumerate(bases))
    finding = evaluate(Case(release, of(own), bases=named), parse(BASES), "error").findings[0]
    assert finding.openness is step
    assert finding.status is {OPEN: MET, PARTIAL: UNMET, CLOSED: UNMET, UNKNOWN: ASK}[step]
