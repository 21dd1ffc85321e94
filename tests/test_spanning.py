"""Rules that span components: base models, open washing, promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from openness_gate.concerns import base_model, open_washing, promised
from openness_gate.engine import assess
from openness_gate.facts.releases import find
from openness_gate.model import Assessment, Axis, Completeness, Effect, Evidence, Release
from openness_gate.registry import components
from tests.helpers import make_repo

Find = Callable[[Release, Mapping[str, Assessment]], Iterator[Evidence]]

WEIGHTS = "The weights: https://huggingface.co/acme/swift\n"
TUNED = "from transformers import AutoModel, Trainer\nm = AutoModel.from_pretrained('x')\nTrainer(m).train()\n"
LOOP = "import torch\nloss.backward()\noptimizer.step()\n"
RECIPE = "learning_rate: 1\nbatch_size: 2\nmax_steps: 3\nseed: 4\nmodel_name_or_path: other/base-7b\n"


def found(rule: Find, files: Mapping[str, str]) -> list[Evidence]:
    release = find(make_repo(files))[0]
    return list(rule(release, assess(release, components().values())))


# --- base models ----------------------------------------------------------------------------------------------------

BASES: dict[str, tuple[dict[str, str], str]] = {
    "front matter": ({"README.md": f"---\nbase_model: other/base-7b\n---\n# Swift\n\n{WEIGHTS}"}, "README.md:2"),
    "recipe": ({"README.md": WEIGHTS, "train.py": TUNED, "recipe.yaml": RECIPE}, "recipe.yaml:5"),
    "launcher": (
        {"README.md": WEIGHTS, "sft.sh": "python sft.py --lr 1 --batch_size 2 --epochs 3 --seed 4 \\\n"
         " --model_name_or_path other/base-7b\n", "sft.py": TUNED}, "sft.sh:2"),
    "sentence": ({"README.md": f"# Swift\n\n{WEIGHTS}\nSwift is fine-tuned from a 7B model.\n"}, "README.md:5"),
}  # fmt: skip


@pytest.mark.parametrize("name", BASES)
def test_a_tuned_model_names_its_base(name: str) -> None:
    files, place = BASES[name]
    (seen,) = found(base_model.find, files)
    assert str(seen.at) == place
    assert (seen.effect, seen.grade) == (Effect.LIMITS, Completeness.PARTIAL)
    assert name == "sentence" or "other/base-7b" in seen.says


NO_BASES: dict[str, dict[str, str]] = {
    "trained from nothing": {"README.md": WEIGHTS, "train.py": LOOP, "recipe.yaml": RECIPE},
    "its own base": {"README.md": WEIGHTS, "train.py": TUNED, "recipe.yaml": RECIPE.replace("other/", "acme/")},
    "a path": {"README.md": WEIGHTS, "train.py": TUNED, "recipe.yaml": RECIPE.replace("other/", "path/")},
    "a data set": {"README.md": "# A corpus\n\nIt was fine-tuned from nothing.\n"},
    "thanks": {"README.md": f"{WEIGHTS}\n## Acknowledgements\n\nSparrow is fine-tuned from Swift.\n"},
}


@pytest.mark.parametrize("name", NO_BASES)
def test_no_base(name: str) -> None:
    assert found(base_model.find, NO_BASES[name]) == []


def test_a_base_caps_the_data_information() -> None:
    told = "## Training data\n\nTrained on https://huggingface.co/datasets/acme/talk, filtered by us.\n"
    files = {"README.md": f"# Swift\n\n{WEIGHTS}\n{told}"}
    topics = {}
    for name, extra in (("alone", {}), ("tuned", {"recipe.yaml": RECIPE, "train.py": TUNED})):
        release = find(make_repo({**files, **extra}))[0]
        topics[name] = assess(release, components().values())["data-information"].topics["public-list"].completeness
    assert topics == {"alone": Completeness.LINKED, "tuned": Completeness.DESCRIBED}


# --- open washing ---------------------------------------------------------------------------------------------------

CLAIM = "We release an open source model."
NC = "## License\n\nThe weights are licensed under CC BY-NC 4.0.\n"
FORM = "Fill in the form https://forms.gle/x to get access to the weights.\n"


def card(*parts: str) -> dict[str, str]:
    return {"README.md": "# Swift\n\n" + "\n\n".join((WEIGHTS, *parts)) + "\n", "train.py": LOOP}


def washed(*parts: str) -> list[Evidence]:
    return found(open_washing.find, card("## About", *parts, "## Training data\n\nTrained on C4.\n"))


def test_a_claim_against_a_license_quotes_both() -> None:
    seen = washed(CLAIM, "Our model is open-sourced.", NC)[0]
    assert seen.axis is Axis.LICENSE
    assert CLAIM in seen.says and "README.md:8" in seen.says and "CC-BY-NC-4.0" in seen.says
    assert seen.at and seen.at.line == 14


@pytest.mark.parametrize(
    ("parts", "effects"),
    [
        ((CLAIM, NC), {Effect.UNKNOWN}),  # one weak sentence fails no build
        ((CLAIM, "Our model is open-sourced.", NC), {Effect.LIMITS}),
        (("We present a fully open model.", NC), {Effect.LIMITS}),
        ((CLAIM, FORM), {Effect.UNKNOWN}),
        (("The baseline is an open source model.", NC), set()),
        (("We release an open-weight model.", NC), set()),
        ((CLAIM,), set()),
        ((NC,), set()),
    ],
)
def test_how_strongly(parts: tuple[str, ...], effects: set[Effect]) -> None:
    assert {seen.effect for seen in washed(*parts)} == effects


def test_a_claim_in_the_opening_is_strong() -> None:
    seen = found(open_washing.find, card(CLAIM, NC))
    assert {one.effect for one in seen} == {Effect.LIMITS}


def test_full_openness_against_what_is_missing() -> None:
    files = {"README.md": f"# Swift\n\nSwift is a fully open model.\n\n{WEIGHTS}\n## Data\n\nTrained on C4.\n"}
    (seen,) = found(open_washing.find, files)
    assert seen.axis is Axis.COMPLETENESS and seen.effect is Effect.LIMITS
    assert "code" in seen.says and "trained on" not in seen.says


# --- promises -------------------------------------------------------------------------------------------------------


def test_what_is_only_promised() -> None:
    files = {"README.md": f"# Swift\n\n{WEIGHTS}\n- [ ] Release the training code\n"}
    (seen,) = found(promised.find, files)
    assert seen.says.startswith("training-code is only promised") and str(seen.at) == "README.md:5"
    assert found(promised.find, {**files, "train.py": LOOP}) == []
