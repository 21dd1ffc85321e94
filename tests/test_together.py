"""One release in several places: everything is found, and no license reaches from one place into another."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.git_repos import put
from tests.running import check, check_json, component, finding
from tests.test_forges import TRAINING

MIT = (Path(__file__).parent / "repos" / "complete-osaid" / "repo" / "LICENSE").read_text("utf-8")
WEIGHTS = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 50000\n"
CARD = "---\n{front}pipeline_tag: text-generation\n---\n# Wren\n\nWren is a small language model that names birds.\n"
DATA_CARD = "---\nlicense: cc-by-4.0\ntask_categories: [text-generation]\n---\n# Birds\n\nA dataset of birds.\n"
ROWS = '{"text": "a wren"}\n' * 20


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`code`, `model` and `data`; of these only the data says under which license it is."""
    monkeypatch.chdir(tmp_path)
    put(tmp_path, {
        "code/README.md": "# Wren\n\nThe code that trained it. The weights are at https://huggingface.co/acme/wren.\n",
        "code/train.py": TRAINING,
        "model/README.md": CARD.format(front=""),
        "model/model.safetensors": WEIGHTS,
        "model/config.json": '{"architectures": ["WrenModel"], "model_type": "wren", "hidden_size": 4}',
        "data/README.md": DATA_CARD,
        "data/data/train.jsonl": ROWS,
    })  # fmt: skip
    return tmp_path


def judged(*targets: str, more: tuple[str, ...] = ()) -> dict[str, Any]:
    report = check_json(*(targets or ("code", "model", "data")), "--as-one", *more)
    assert len(report["releases"]) == 1
    return report


def license_of(report: dict[str, Any], name: str) -> tuple[str, str]:
    found = component(report, name)["license"]
    return found["class"], found["expression"]


def test_everything_is_found(places: Path) -> None:
    report = judged()
    release = report["releases"][0]
    assert (release["name"], release["kind"], release["path"]) == ("Wren", "model", ".")
    assert report["target"] == {"label": "code + model + data", "commit": ""}
    assert [one["label"] for one in report["targets"]] == ["code", "model", "data"]
    for name in ("training-code", "model-parameters-final", "datasets"):
        assert component(report, name)["completeness"] == "complete"
    cards = {one["path"] for one in component(report, "model-card")["evidence"]}
    assert {"code//README.md", "model//README.md"} <= cards


def test_each_path_says_in_which_place_it_is(places: Path) -> None:
    def paths(value: object) -> list[str]:
        if isinstance(value, list):
            return [path for one in value for path in paths(one)]
        if not isinstance(value, dict):
            return []
        own = [value["path"]] if isinstance(value.get("path"), str) else []
        return own + [path for key, one in value.items() if key != "path" for path in paths(one)]

    put(places, {"model/x.md": "---\na: [\n---\n"})
    found = [path for path in paths(judged()) if path != "."]
    assert len(found) > 20
    assert all(path.startswith(("code//", "model//", "data//")) for path in found)


def test_the_data_sets_license_covers_the_data_alone(places: Path) -> None:
    report = judged()
    assert license_of(report, "datasets")[1] == "CC-BY-4.0"
    assert license_of(report, "model-parameters-final")[0] == "unstated"
    assert license_of(report, "training-code")[0] == "unstated"


def test_a_license_file_covers_its_own_place_alone(places: Path) -> None:
    put(places, {"code/LICENSE": MIT})
    report = judged()
    assert license_of(report, "training-code") == ("open-source", "MIT")
    assert license_of(report, "model-parameters-final")[0] == "unstated"
    assert license_of(report, "model-architecture")[0] == "unstated"


def test_front_matter_covers_its_own_place_alone(places: Path) -> None:
    put(places, {"model/README.md": CARD.format(front="license: apache-2.0\n")})
    report = judged()
    assert license_of(report, "model-parameters-final") == ("open-source", "Apache-2.0")
    assert license_of(report, "training-code")[0] == "unstated"


@pytest.mark.parametrize(
    "says",
    ["The weights are released under the MIT license.", "## License\n\nThe code and the weights are under Apache-2.0."],
)
def test_words_do_not_open_what_is_in_another_place(places: Path, says: str) -> None:
    put(places, {"code/README.md": f"# Wren\n\nThe weights are at https://huggingface.co/acme/wren.\n\n{says}\n"})
    assert license_of(judged(), "model-parameters-final")[0] == "unstated"


@pytest.mark.parametrize("link", ["", "They are at https://huggingface.co/acme/wren."])
@pytest.mark.parametrize("place", ["code", "data"])
def test_words_restrict_wherever_the_weights_are(places: Path, link: str, place: str) -> None:
    put(places, {"model/README.md": CARD.format(front="license: apache-2.0\n")})
    readme = places / place / "README.md"
    readme.write_text(f"{readme.read_text()}\nThe weights may only be used for research. {link}\n")
    found = component(judged(), "model-parameters-final")
    assert found["license"]["class"] == "restricted"
    assert any(one["path"] == f"{place}//README.md" for one in found["licenses"])


def test_a_license_of_models_restricts_wherever_the_weights_are(places: Path) -> None:
    put(places, {
        "model/README.md": CARD.format(front="license: apache-2.0\n"),
        "code/LICENSE-MODEL": "You may use the model for non-commercial research only.\n",
    })  # fmt: skip
    assert license_of(judged(), "model-parameters-final")[0] not in ("open-source", "unstated")


def test_a_declared_license_restricts(places: Path) -> None:
    declared = """framework: {name: Model Openness Framework, version: '1.0'}
release:
  name: Wren
  components:
    - {name: Model parameters (Final), license: CC-BY-NC-4.0}
"""
    put(places, {"model/README.md": CARD.format(front="license: apache-2.0\n"), "code/MOF.yml": declared})
    assert license_of(judged(), "model-parameters-final")[0] == "restricted"


def test_what_another_target_has_was_looked_at(places: Path) -> None:
    alone = component(check_json("code"), "model-parameters-final")
    assert any("not looked up" in one["says"] for one in alone["evidence"])
    both = component(judged(), "model-parameters-final")
    assert not any("not looked up" in one["says"] for one in both["evidence"])
    assert (both["completeness"], both["access"]) == ("complete", "public")


def test_a_form_before_the_weights_counts(places: Path) -> None:
    readme = "# Wren\n\nTo get the weights, fill in this form: https://forms.gle/abc\n"
    put(places, {"code/README.md": readme})
    assert component(judged(), "model-parameters-final")["access"] == "gated"


def test_the_order_does_not_matter(places: Path) -> None:
    put(places, {"code/LICENSE": MIT})
    found = []
    for order in permutations(("code", "model", "data")):
        release = judged(*order)["releases"][0]
        grades = {n: (c["completeness"], c["access"], c["license"]["class"]) for n, c in release["components"].items()}
        found.append((release["result"], release["kind"], grades, [f["status"] for f in release["findings"]]))
    assert all(one == found[0] for one in found)


def test_together_no_grade_is_lower_than_alone(places: Path) -> None:
    order = ["absent", "promised", "mentioned", "described", "linked", "partial", "complete"]
    both = judged()["releases"][0]["components"]
    for place in ("code", "model", "data"):
        alone = check_json(place)["releases"][0]["components"]
        for name, found in alone.items():
            assert order.index(both[name]["completeness"]) >= order.index(found["completeness"])


def test_what_cannot_be_read_in_one_place_makes_all_incomplete(places: Path) -> None:
    (places / "data" / "README.md").unlink()
    (places / "data" / "README.md").symlink_to("/etc/hosts")
    report = judged()
    assert report["unread"][0]["path"] == "data//README.md"
    assert report["result"] in ("fail", "incomplete")
    assert component(report, "training-code")["evidence"][-1]["effect"] in ("unknown", "limits")
    assert any(one["effect"] == "unknown" for one in component(report, "compute")["evidence"])


def test_claims_of_all_places(places: Path) -> None:
    put(places, {"code/README.md": "# Wren\n\nWren is our fully open source language model.\n"})
    claims = judged()["releases"][0]["claims"]
    assert {one["path"] for one in claims} == {"code//README.md"}


def test_one_place_is_judged_as_ever(places: Path) -> None:
    assert check("model", "--as-one").out == check("model").out


@pytest.mark.parametrize("targets", [("code", "code"), ("code", "model", "code")])
def test_a_place_is_named_once(places: Path, targets: tuple[str, ...]) -> None:
    done = check(*targets, "--as-one")
    assert (done.code, done.complaint) == (2, "code is named twice")


def test_a_declaration_alone_proves_nothing_together(places: Path) -> None:
    put(places, {"MOF.yml": "framework: {name: Model Openness Framework}\nrelease: {name: Wren, components: []}\n"})
    done = check("code", "MOF.yml", "--as-one")
    assert done.code == 2
    assert "judged alone" in done.complaint


def test_without_as_one_there_are_several_reports(places: Path) -> None:
    assert len(check_json("code", "model")["reports"]) == 2


def test_the_text_for_people(places: Path) -> None:
    said = check("code", "model", "data", "--as-one").out
    assert said.startswith("code + model + data · recommended")
    assert "model//README.md" in said


def test_untracked_files_are_told_of(places: Path) -> None:
    from tests.git_repos import git

    git(places / "code", "init", "-q")
    told = [one["says"] for one in judged()["notices"]]
    assert any("code//train.py is not tracked" in says for says in told)


def test_a_rule_rests_on_all_places(places: Path) -> None:
    assert finding(judged(), "training-code")["status"] == "met"
    assert finding(check_json("model"), "training-code")["status"] == "unmet"


def test_what_an_organization_asks_for_is_found_where_it_is(places: Path) -> None:
    rules = "  notes: {files: [NOTES.md]}\n  base: {for_each: base-model, require: model-card, at_least: described}\n"
    put(places, {
        "p.yml": f"policy: p\nversion: 1\ntitle: P\nrules:\n{rules}",
        "model/NOTES.md": "Some notes.\n",
        "model/README.md": CARD.format(front="base_model: acme/owl\n"),
        "code/train.py": "print(1)\n",
    })  # fmt: skip
    report = judged(more=("--policy", "p.yml"))
    assert [one["path"] for one in finding(report, "notes")["evidence"]] == ["model//NOTES.md"]
    assert [one["path"] for one in finding(report, "base")["evidence"]] == ["model//README.md"]
