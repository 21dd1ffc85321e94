"""What a release holds, and under which terms: the summaries `license` and `parameters` of whole small releases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from openness_gate.facts.releases import find
from openness_gate.judge import judgement
from openness_gate.policy_sources import policy
from tests.helpers import make_repo

APACHE = (Path(__file__).parents[1] / "LICENSE").read_text("utf-8")
NC = "This work is licensed under a Creative Commons Attribution-NonCommercial 4.0 International License.\n"
HUB = "https://huggingface.co/"
LOOP = "import torch\nloss.backward()\noptimizer.step()\n"
TODAY = date(2026, 1, 1)
Files = dict[str, str]
SAID = "The weights are under the MIT license."
MODEL = {"README.md": f"# Wren\n\nThe model: {HUB}lab/wren\n\n{SAID}\n", "train.py": LOOP}


def openness(files: Files, rule: str) -> str:
    """What the Open Source AI Definition makes of *rule* in the release at the root."""
    found = judgement([find(make_repo(files))[0]], policy("osaid-1.0"), TODAY)
    return str(next(f.openness for f in found.findings if f.rule.id == rule).value)


# --- what is released beside code and weights -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, "open"),
        ({"DATA_LICENSE": NC, "data/train.jsonl": "{}" * 99}, "partial"),
        ({"DATA_LICENSE": APACHE, "data/train.jsonl": "{}" * 99}, "open"),
        ({"DATA_LICENSE": NC}, "open"),  # no data is released
        ({"prepare.py": 'import datasets\nload_dataset("theirs/text")\n'}, "open"),  # of others
    ],
)
def test_the_terms_of_data_beside_a_model(more: Files, found: str) -> None:
    assert openness({**MODEL, "LICENSE": APACHE, **more}, "license") == found


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ("", "open"),
        ("\nThe authors are not liable for what the model says.\n", "partial"),
        ("\nYou may not use this for commercial purposes.\n", "closed"),
    ],
)
def test_an_open_text_with_other_words(more: str, found: str) -> None:
    """What nothing explains keeps it from being open; only what forbids something makes it closed."""
    assert openness({"README.md": "# Wren\n", "train.py": LOOP, "LICENSE": APACHE + more}, "license") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# Overview\n\nThis is the code to prepare the data of Wren.", "open"),
        ("# Wren\n\nThis is a corpus of small texts.", "partial"),
        ("# Plain-Text\n\nThis is the code to prepare a corpus.", "partial"),  # theirs bears its name
    ],
)
def test_code_that_prepares_data_of_others(text: str, found: str) -> None:
    said = f"{text}\n\n## Training data\n\nThe model was trained on {HUB}datasets/theirs/plain-text.\n"
    code = "import datasets\nd = datasets.load_dataset(x).map(f)\nd.save_to_disk(y)\n"
    files = {"README.md": said, "LICENSE": APACHE, "prepare_data.py": code}
    assert openness(files, "license") == found


@pytest.mark.parametrize(
    ("between", "found"),
    [
        ("---- LICENSE for training code ----", "open"),
        ("---- LICENSE for research code only ----", "closed"),
        ("LICENSE for training code", "partial"),  # a sentence, as far as anybody knows
    ],
)
def test_a_line_that_divides_two_texts(between: str, found: str) -> None:
    files = {"README.md": "# Wren\n", "train.py": LOOP, "LICENSE": f"{APACHE}\n{between}\n\n{APACHE}"}
    assert openness(files, "license") == found


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"LICENSE": APACHE}, "open"),
        ({"LICENSE": NC}, "closed"),
        ({}, "closed"),
        ({"LICENSE": APACHE, "README.md": f"# Client\n\nThe model: {HUB}lab/client\n"}, "partial"),
    ],
)
def test_a_library_that_releases_nothing_but_code(files: Files, found: str) -> None:
    assert openness({"README.md": "# Client\n", "requirements.txt": "requests\n", **files}, "license") == found


# --- how weights are had --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("models", "found"),
    [
        ("wren-7b wren-13b", "open"),
        ("wren-7b rook-7b-delta", "partial"),
        ("wren-7b wren-7b-delta-v1.1", "open"),  # the same in full
        ("wren-v1.5-7b wren-7b-delta-v1.1", "open"),
        ("wren-7b wren-13b wren-30b rook-7b-delta", "open"),  # one is beside the release
    ],
)
def test_models_of_which_some_are_differences(models: str, found: str) -> None:
    rows = "\n".join(f"| {name} | [weights]({HUB}lab/{name}) |" for name in models.split())
    assert openness({"README.md": f"# Birds\n\n| model | link |\n| --- | --- |\n{rows}\n"}, "parameters") == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Use it once you've accepted the terms for the model on the hub.", "partial"),
        ("After [requesting model access](//lab.example.org/get), paste the URL that you were emailed.", "partial"),
        ("Fill out the application form for a model trial; after approval you can chat with the model online.", "open"),
    ],
)
def test_what_stands_before_weights(said: str, found: str) -> None:
    files = {"README.md": f"# Wren\n\nThe model: [weights](//huggingface.co/lab/wren)\n\n{said}\n"}
    assert openness(files, "parameters") == found


def test_an_address_that_is_to_be_filled_in_is_none() -> None:
    files = {
        "README.md": "# Wren\n",
        "train.py": LOOP,
        "get.py": 'f"s3://{checkpoints[-1]}"\n"http://$HOST/model.pt"\n',
    }
    assert openness(files, "parameters") == "not-applicable"


@pytest.mark.parametrize(
    ("path", "said", "rule", "found"),
    [
        ("parts/README.md", "License: Apache-2.0", "license", "partial"),  # of the parts, not of the weights
        ("README.md", "License: Apache-2.0", "license", "open"),
        ("parts/README.md", "License: CC-BY-NC-4.0", "license", "partial"),
        ("parts/README.md", "The code is released under CC BY-NC 4.0.", "license", "open"),
        ("docs/README.md", "The code is released under CC BY-NC 4.0.", "license", "partial"),
    ],
)
def test_what_a_readme_below_the_root_speaks_of(path: str, said: str, rule: str, found: str) -> None:
    weights = "" if said.startswith("License") else SAID
    first = {"README.md": f"# Wren\n\nThe model: {HUB}lab/wren\n\n{weights}\n", "LICENSE": APACHE, "train.py": LOOP}
    text = f"{first['README.md']}\n\n{said}\n" if path == "README.md" else f"# Parts\n\n{said}\n"
    assert openness({**first, path: text}, rule) == found


def test_all_models_of_an_owner_that_a_guide_links() -> None:
    said = f"All of our models are [available]({HUB}lab-of-birds) on the hub."
    assert (
        openness({"README.md": "# Wren\n", "train.py": LOOP, "docs/faq.md": f"# FAQ\n\n{said}\n"}, "parameters")
        == "open"
    )
    assert (
        openness({"README.md": "# Wren\n", "train.py": LOOP, "docs/faq.md": f"# FAQ\n\nSee {HUB}lab.\n"}, "license")
        == "closed"
    )


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"README.md": "# Lens: Analyses of Language Models\n"}, "not-applicable"),
        ({"README.md": f"# Lens: Analyses of Language Models\n\nOurs: {HUB}lab/lens\n"}, "open"),
        ({"README.md": "# Lens\n"}, "open"),
    ],
)
def test_weights_that_a_work_measures(files: Files, found: str) -> None:
    """A title that says so, and a README without models, make those that the folders speak of the models of others."""
    guide = f"# Memory\n\nWhat the checkpoints of {HUB}lab/wren-7b remember.\n"
    assert openness({**files, "train.py": LOOP, "memory/README.md": guide}, "parameters") == found


@pytest.mark.parametrize(
    ("code", "model", "found"),
    [(APACHE, NC, "partial"), (NC, NC, "closed"), (APACHE, APACHE, "open")],
)
def test_a_license_for_code_covers_the_documents_beside_it(code: str, model: str, found: str) -> None:
    """There is no code yet; what is said of it is still said of something."""
    about = "".join(f"## {title}\n\n{'It is small. ' * 20}\n\n" for title in ("Model description", "Intended uses"))
    files = {"README.md": f"# Wren\n\nA model of language: {HUB}lab/wren\n\n{about}"}
    assert openness({**files, "LICENSE-CODE": code, "LICENSE-MODEL": model}, "license") == found


PACKAGE = {"pyproject.toml": "[project]\nname = 'wren'\n"}


@pytest.mark.parametrize(
    ("readme", "found"),
    [
        ("# Wren\n\n- **Model:** [acme/lark-7b](https://huggingface.co/acme/lark-7b)\n", "open"),
        ("# Wren\n\n- **Base model:** [acme/lark-7b](https://huggingface.co/acme/lark-7b)\n", "not-applicable"),
        ("# Wren\n\nIt runs [lark](https://huggingface.co/acme/lark-7b).\n", "not-applicable"),
        ("# Wren: examples to start with\n\n[wren](https://huggingface.co/acme/wren-7b)\n", "open"),
    ],
)
def test_models_that_a_package_links(readme: str, found: str) -> None:
    """What an item calls the model is its own; what a guide mentions is anybody's."""
    assert openness({**PACKAGE, "README.md": readme, "wren.py": "x = 1\n"}, "parameters") == found


def test_models_in_the_folders_of_examples_are_of_others() -> None:
    link = "[wren](https://huggingface.co/acme/wren-7b)"
    files = {**PACKAGE, "README.md": "# Wren: examples to start with\n", "guides/README.md": f"# Guide\n\n{link}\n"}
    assert openness({**files, "wren.py": "x = 1\n"}, "parameters") == "not-applicable"


def test_a_script_that_adds_names_to_where_releases_lie() -> None:
    fetch = 'BASE = "https://github.com/acme/wren/releases/download"\nurl = f"{BASE}/{tag}/{file}"\n'
    text = "# Wren\n\nA reader of documents.\n"
    assert openness({"README.md": text, "wren/checkpoint.py": fetch}, "parameters") == "open"
    assert openness({"README.md": text, "wren/fonts.py": fetch}, "parameters") != "open"


@pytest.mark.parametrize(("title", "found"), [("Obtaining the weights", "partial"), ("Updates and reports", "open")])
def test_a_section_that_begins_with_a_difference(title: str, found: str) -> None:
    said = "We release the diff of the weights. They can be had here:\n\n- [hub](https://huggingface.co/acme/wren)\n"
    assert openness({"README.md": f"# Wren\n\n## {title}\n\n{said}"}, "parameters") == found
