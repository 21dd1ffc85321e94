"""With --online, what a release links to is looked up: it counts if it is there, and not if it is gone or shut."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from openness_gate import hosts, online
from openness_gate.facts.tables import table
from tests.git_repos import make_git, put
from tests.hubs import GitHub, Hub, Said, cut_in_headers
from tests.running import check, check_json, component, finding
from tests.test_forges import TRAINING, USED_UP
from tests.test_together import CARD, DATA_CARD, MIT, ROWS

README = """# Wren

Wren is a small language model. The weights are at https://huggingface.co/acme/wren.

## Training data

It was trained on [Birds](https://huggingface.co/datasets/acme/birds).
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    put(tmp_path / "here", {"README.md": README, "LICENSE": MIT})
    return tmp_path / "here"


@pytest.fixture
def there(hf: Hub) -> Hub:
    """A hub with the model and the data that the release links to."""
    weights = hf.put_large(b"x" * 50_000)
    front = "license: apache-2.0\n"
    make_git(hf.root / "acme" / "wren", {"README.md": CARD.format(front=front), "model.safetensors": weights})
    make_git(hf.root / "datasets" / "acme" / "birds", {"README.md": DATA_CARD, "data/train.jsonl": ROWS})
    return hf


def weights_of(here: Path, *more: str) -> dict[str, Any]:
    return component(check_json(here, "--online", *more), "model-parameters-final")


def says(found: dict[str, Any]) -> list[str]:
    return [one["says"] for one in found["evidence"]]


def test_offline_nobody_is_asked(here: Path, there: Hub) -> None:
    report = check_json(here)
    assert report["online"] is False
    assert component(report, "model-parameters-final")["completeness"] == "linked"
    assert not there.asked


def test_what_is_there_is_complete(here: Path, there: Hub) -> None:
    report = check_json(here, "--online")
    assert report["online"] is True and report["target"]["label"] == str(here)
    weights, data = component(report, "model-parameters-final"), component(report, "datasets")
    assert (weights["completeness"], weights["access"]) == ("complete", "public")
    assert weights["license"]["expression"] == "Apache-2.0"
    assert {one["path"] for one in weights["evidence"]} >= {"README.md", "hf:acme/wren//model.safetensors"}
    assert "the address was not looked up" not in says(weights)
    assert (data["completeness"], data["license"]["expression"]) == ("complete", "CC-BY-4.0")
    assert sum("/tree/" in path for path in there.paths()) == 2, "each is listed once"


def test_a_license_of_the_release_covers_nothing_there(here: Path, there: Hub) -> None:
    put(there.root / "acme" / "wren", {"README.md": CARD.format(front="")})
    make_git(there.root / "acme" / "wren", {"README.md": CARD.format(front="")})
    found = weights_of(here)
    assert found["completeness"] == "complete"
    assert found["license"]["class"] == "unstated"


def test_what_the_release_says_of_its_weights_holds_where_they_say_nothing(here: Path, there: Hub) -> None:
    make_git(there.root / "acme" / "wren", {"README.md": CARD.format(front="")})
    put(here, {"README.md": README + "\nThe weights are released under the Apache 2.0 license.\n"})
    assert weights_of(here)["license"]["expression"] == "Apache-2.0"
    online.opened.cache_clear()
    make_git(there.root / "acme" / "wren", {"README.md": CARD.format(front="license: cc-by-nc-4.0\n")})
    assert weights_of(here)["license"]["class"] == "restricted"


def test_another_license_there_counts(here: Path, there: Hub) -> None:
    make_git(there.root / "acme" / "wren", {"README.md": CARD.format(front="license: cc-by-nc-4.0\n")})
    assert weights_of(here)["license"]["class"] == "restricted"


def test_a_restriction_here_counts_there(here: Path, there: Hub) -> None:
    put(here, {"README.md": README + "\nThe weights may only be used for research.\n"})
    assert weights_of(here)["license"]["class"] == "restricted"


@pytest.mark.parametrize("gate", ["auto", "manual"])
def test_a_gate_there_counts(here: Path, there: Hub, gate: str) -> None:
    there.about["acme/wren"] = {"gated": gate}
    found = weights_of(here)
    assert (found["completeness"], found["access"]) == ("complete", "gated")
    assert f"hf:acme/wren is gated ({gate})" in says(found)


def test_what_is_gone_is_no_release(here: Path, there: Hub) -> None:
    put(here, {"README.md": README.replace("acme/wren", "acme/gone")})
    report = check_json(here, "--online", "--policy", "osaid-1.0")
    found = component(report, "model-parameters-final")
    assert found["completeness"] == "mentioned"
    assert any("answers 404; there is none" in one for one in says(found))
    assert finding(report, "parameters")["openness"] != "open"


def test_what_is_gone_in_part_is_told(here: Path, there: Hub) -> None:
    put(
        here,
        {"README.md": README.replace("wren.", "wren. The larger weights are at https://huggingface.co/acme/gone.")},
    )
    found = weights_of(here)
    assert (found["completeness"], found["access"]) == ("partial", "public")
    assert "1 of 2 addresses lead to it" in says(found)
    assert any("hf:acme/gone" in one for one in says(found))


@pytest.mark.parametrize("front", ["license: cc-by-nc-4.0\n", ""])
def test_no_license_at_any_address_is_forgotten(here: Path, there: Hub, front: str) -> None:
    """One data set is open and has its files; another stands, in no known form, under another license or none."""
    put(here, {"README.md": README + "And on [Songs](https://huggingface.co/datasets/acme/songs).\n"})
    card = DATA_CARD.replace("license: cc-by-4.0\n", front)
    make_git(there.root / "datasets" / "acme" / "songs", {"README.md": card, "x.wav": "RIFF"})
    found = component(check_json(here, "--online"), "datasets")
    assert found["completeness"] == "partial"
    assert found["license"]["class"] == ("restricted" if front else "unstated")


def test_no_gate_at_any_address_is_forgotten(here: Path, there: Hub) -> None:
    put(here, {"README.md": README + "And on [Songs](https://huggingface.co/datasets/acme/songs).\n"})
    make_git(there.root / "datasets" / "acme" / "songs", {"README.md": DATA_CARD, "data/train.jsonl": ROWS})
    there.about["datasets/acme/songs"] = {"gated": "manual"}
    assert component(check_json(here, "--online"), "datasets")["access"] == "gated"


def test_what_could_not_be_looked_up_beside_what_could_stays_a_question(here: Path, there: Hub) -> None:
    larger = "wren. The larger weights are at https://huggingface.co/acme/big."
    put(here, {"README.md": README.replace("wren.", larger)})
    there.fault("/acme/big", Said("", 502))
    found = weights_of(here)
    assert found["completeness"] == "partial"
    assert {one["axis"] for one in found["evidence"] if one["effect"] == "unknown"} >= {"completeness", "access"}


def test_a_model_without_weights_is_none(here: Path, there: Hub) -> None:
    put(here, {"README.md": README.replace("acme/wren", "acme/empty")})
    make_git(there.root / "acme" / "empty", {"README.md": CARD.format(front="license: mit\n")})
    found = weights_of(here)
    assert found["completeness"] == "mentioned"
    assert "hf:acme/empty holds no weights" in says(found)


@pytest.mark.parametrize("fault", [Said("", 502), USED_UP, cut_in_headers, Said("{"), Said({}, 403)])
def test_what_could_not_be_looked_up_is_a_question(here: Path, there: Hub, fault: Said) -> None:
    there.fault("/api/", fault)
    report = check_json(here, "--online")
    found = component(report, "model-parameters-final")
    assert found["completeness"] == "linked"
    assert any(one["axis"] == "access" and one["effect"] == "unknown" for one in found["evidence"])
    assert not report["unread"]


def test_of_what_is_here_nobody_asks(here: Path, there: Hub) -> None:
    put(here, {"model.safetensors": f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 50000\n"})
    assert weights_of(here)["completeness"] == "complete"
    assert not any("/models/" in path for path in there.paths())


def test_a_data_set_whose_files_are_of_no_known_form(here: Path, there: Hub) -> None:
    put(here, {"README.md": README.replace("acme/birds", "acme/songs")})
    make_git(there.root / "datasets" / "acme" / "songs", {"README.md": DATA_CARD, "x.wav": "RIFF"})
    found = component(check_json(here, "--online"), "datasets")
    assert (found["completeness"], found["license"]["expression"]) == ("linked", "CC-BY-4.0")
    assert "the address was not looked up" not in says(found)


def test_a_name_in_code_that_is_no_data_set_of_the_hub(there: Hub, tmp_path: Path) -> None:
    """It may be a folder of whoever wrote it: that the hub has none says nothing."""
    code = f"from datasets import load_dataset\nrows = load_dataset('our/own')\n{TRAINING}"
    put(tmp_path / "c", {"README.md": "# Wren\n", "train.py": code})
    offline, looked = (component(check_json(tmp_path / "c", *more), "datasets") for more in ((), ("--online",)))
    assert offline["completeness"] == looked["completeness"]


# --- repositories ---------------------------------------------------------------------------------------------------

TRAINED = "# Wren\n\nWren was trained with the code in https://github.com/acme/trainer.\n"
SETTINGS = "learning_rate: 0.1\nbatch_size: 4\nmax_steps: 100\nweight_decay: 0.1\noptimizer: adamw\n"


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    put(tmp_path / "here", {"README.md": TRAINED, "configs/train.yaml": SETTINGS})
    return tmp_path / "here"


def training_code(trained: Path) -> dict[str, Any]:
    return component(check_json(trained, "--online"), "training-code")


def test_a_linked_trainer(trained: Path, hub: GitHub) -> None:
    assert component(check_json(trained), "training-code")["completeness"] == "linked"
    make_git(hub.root / "acme" / "trainer", {"train.py": TRAINING, "LICENSE": MIT})
    found = training_code(trained)
    assert (found["completeness"], found["license"]["expression"]) == ("complete", "MIT")
    assert any(one["path"] == "gh:acme/trainer//train.py" for one in found["evidence"])


def test_a_trainer_that_is_gone(trained: Path, hub: GitHub) -> None:
    assert training_code(trained)["completeness"] == "mentioned"


def test_a_large_repository_is_not_read_for_a_link(trained: Path, hub: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online, "MOST_SCRIPTS", 3)
    make_git(hub.root / "acme" / "trainer", {f"{n}.py": TRAINING for n in range(4)})
    found = training_code(trained)
    assert found["completeness"] == "linked"
    assert any("--as-one" in one for one in says(found))
    assert not any("/blobs/" in path for path in hub.paths())


# --- files and pages ------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch, hub: GitHub) -> GitHub:
    """A host that may be asked, and stands for others: plain files lie there."""
    real = hosts.allowed
    monkeypatch.setattr(online, "may_ask", lambda url: "127.0.0.1" in url or hosts.may_ask(url))
    monkeypatch.setattr("openness_gate.http.allowed", lambda url, at: "127.0.0.1" if hub.url in url else real(url, at))
    monkeypatch.setattr("openness_gate.http.require_public", lambda url, at: None)
    return hub


def put_link(folder: Path, url: str) -> Path:
    put(folder, {"README.md": f"# Wren\n\nA model. The weights are at {url} for all.\n"})
    return folder


FILE = {"Content-Length": "50000"}
PAGE = {"Content-Length": "50000", "Content-Type": "text/html; charset=utf-8"}


@pytest.mark.parametrize(
    ("answer", "grade"),
    [
        (Said("", 200, FILE), "complete"),
        (Said("", 200, PAGE), "linked"),
        (Said("", 200, {"Content-Length": "10"}), "linked"),
        (Said("", 404), "mentioned"),
        (Said("", 410), "mentioned"),
        (Said("", 403), "linked"),
        (Said("", 500), "linked"),
    ],
)
def test_a_plain_file(listed: GitHub, tmp_path: Path, answer: Said, grade: str) -> None:
    listed.fault("/wren.safetensors", answer)
    found = weights_of(put_link(tmp_path / "x", f"{listed.url}/wren.safetensors"))
    assert found["completeness"] == grade
    assert {one.method for one in listed.asked} == {"HEAD"}
    assert found["license"]["class"] == "unstated"


def test_no_token_goes_to_a_file(listed: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_secret")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    weights_of(put_link(tmp_path / "x", f"{listed.url}/wren.safetensors"))
    assert listed.asked and all("authorization" not in one.headers for one in listed.asked)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/wren.safetensors", "https://169.254.169.254/wren.safetensors", "https://10.0.0.1/x.gguf",
     "https://files.example.org/wren.safetensors", "gs://bucket/wren.safetensors", "https://[::1/x.safetensors",
     "https://files.example.org:x/x.gguf", "https://u:p@zenodo.org/x.gguf"],
)  # fmt: skip
def test_an_address_that_nobody_asks(tmp_path: Path, url: str) -> None:
    found = weights_of(put_link(tmp_path / "x", url))
    assert found["completeness"] == "linked"
    assert any("not on a host that is asked" in one for one in says(found))


def test_a_paper(listed: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = table("hosts")
    monkeypatch.setitem(known["hosts"], "127.0.0.1", {"*": "paper"})
    put(tmp_path / "x", {"README.md": f"# Wren\n\nSee [the paper]({listed.url}/abs/1).\n", "LICENSE": MIT})
    listed.fault("/abs/1", Said("", 200, PAGE), times=1)
    found = component(check_json(tmp_path / "x", "--online"), "research-paper")
    assert (found["completeness"], found["license"]["class"]) == ("described", "unknown")
    found = component(check_json(tmp_path / "x", "--online"), "research-paper")
    assert found["completeness"] == "mentioned"


# --- together -------------------------------------------------------------------------------------------------------


def test_of_several_places(here: Path, there: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "code", {"README.md": "# Code\n", "train.py": TRAINING})
    report = check_json("here", "code", "--as-one", "--online")
    found = component(report, "model-parameters-final")
    assert (found["completeness"], found["license"]["expression"]) == ("complete", "Apache-2.0")
    paths = {one["path"] for one in found["evidence"]}
    assert paths >= {"here//README.md", "hf:acme/wren//model.safetensors"}
    assert component(report, "training-code")["completeness"] == "complete"


def test_targets_on_forges_as_one(there: Hub, hub: GitHub) -> None:
    make_git(hub.root / "acme" / "code", {"README.md": README, "train.py": TRAINING, "LICENSE": MIT})
    report = check_json("gh:acme/code", "hf:acme/wren", "hf:datasets/acme/birds", "--as-one")
    for name, license_ in (
        ("training-code", "MIT"),
        ("model-parameters-final", "Apache-2.0"),
        ("datasets", "CC-BY-4.0"),
    ):
        found = component(report, name)
        assert (found["completeness"], found["license"]["expression"]) == ("complete", license_)
    assert any(one["path"] == "gh:acme/code//train.py" for one in component(report, "training-code")["evidence"])
    assert [one["label"] for one in report["targets"]] == ["gh:acme/code", "hf:acme/wren", "hf:datasets/acme/birds"]
    assert all(len(one["commit"]) == 40 for one in report["targets"])


def test_online_and_offline_are_not_asked_for_together(here: Path) -> None:
    assert check(here, "--online", "--offline").code == 2
