"""A declaration inside a repository only points: what it points to and is not there is a finding."""

from __future__ import annotations

from datetime import date

import pytest

from openness_gate.facts.releases import find
from openness_gate.judge import judgement
from openness_gate.policy_sources import policy
from openness_gate.report import Finding, Result, Status
from tests.helpers import make_repo
from tests.judging import parse

TODAY = date(2026, 11, 24)
CONFIG = '{"architectures": ["LlamaForCausalLM"], "hidden_size": 8, "num_hidden_layers": 2}'
LOOP = "import torch\nloss.backward()\noptimizer.step()\n"
HEAD = "framework: {name: Model Openness Framework}\nrelease:\n  name: Wren\n  components:\n"
POLICY = "policy: p\nversion: 1\ntitle: t\nrules:\n  declared-missing: {severity: warning}\n"


def found(files: dict[str, str], *, unreadable: tuple[str, ...] = (), declaration: str = "") -> Finding:
    loaded = parse(POLICY)
    repo = make_repo({"config.json": CONFIG, **files}, unreadable=unreadable, declaration=declaration)
    return judgement([find(repo)[0]], loaded, TODAY).findings[0]


def entry(name: str, path: str = "") -> str:
    return HEAD + f"    - name: {name}\n" + (f"      component_path: {path}\n" if path else "")


CASES: dict[str, tuple[dict[str, str], Status, str]] = {
    "nothing is declared": ({}, Status.MET, ""),
    "it is there": ({"MOF.yml": entry("Training code", "train.py"), "train.py": LOOP}, Status.MET, ""),
    "it is there without a path": ({"MOF.yml": entry("Training code"), "train.py": LOOP}, Status.MET, ""),
    "in a folder": ({"MOF.yml": entry("Training code", "./src/"), "src/train.py": LOOP}, Status.MET, ""),
    "by a pattern": ({"MOF.yml": entry("Training code", "src/*.py"), "src/train.py": LOOP}, Status.MET, ""),
    "in the root": ({"MOF.yml": entry("Training code", "/"), "train.py": LOOP}, Status.MET, ""),
    "at an anchor": ({"MOF.yml": entry("Training code", "train.py#L3"), "train.py": LOOP}, Status.MET, ""),
    "nothing of it": (
        {"MOF.yml": entry("Training code")},
        Status.UNMET,
        "training-code is declared, and nothing of it was found",
    ),
    "no such file": (
        {"MOF.yml": entry("Training code", "train.py")},
        Status.UNMET,
        "is declared at train.py, which is not there",
    ),
    "no such file, but another": (
        {"MOF.yml": entry("Training code", "src/train.py"), "train.py": LOOP},
        Status.UNMET,
        "at src/train.py, which is not there",
    ),
    "a pattern of nothing": (
        {"MOF.yml": entry("Training code", "src/*.py"), "train.py": LOOP},
        Status.UNMET,
        "not there",
    ),
    "a file that is none": (
        {"MOF.yml": entry("Training code", "train.py"), "train.py": "print(1)\n"},
        Status.ASK,
        "where nothing of it was found",
    ),
    "elsewhere": (
        {"MOF.yml": entry("Technical report", "https://x.test/report.pdf")},
        Status.ASK,
        "which was not looked up",
    ),
    "outside": ({"MOF.yml": entry("Training code", "../train.py")}, Status.UNMET, "../train.py, which is not there"),
    "in the other format": (
        {"openness-release.yaml": "releases:\n  - {path: ., components: {training-code: src/train.py}}\n"},
        Status.UNMET,
        "training-code is declared at src/train.py, which is not there",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_declared_and_not_there(name: str) -> None:
    files, status, says = CASES[name]
    finding = found(files)
    assert finding.status is status
    assert says in " | ".join(e.says for e in finding.evidence)
    if says:
        assert finding.at and finding.at.path in files and finding.at.line > 1


def test_below_the_folder_of_a_release_paths_are_its_own_or_from_the_root() -> None:
    files = {
        "openness-release.yaml": "releases:\n  - path: wren\n    components:\n"
        "      training-code: train.py\n      inference-code: wren/run.py\n",
        "wren/train.py": LOOP,
        "wren/run.py": "from transformers import pipeline\npipeline('x')('y')\n",
        "wren/config.json": CONFIG,
    }
    assert "not there" not in " ".join(e.says for e in found(files).evidence)


def test_what_could_not_be_read_may_hold_it() -> None:
    files = {"MOF.yml": entry("Training code"), "train.py": LOOP}
    assert found(files, unreadable=("train.py",)).status is Status.ASK


def test_a_declaration_alone_has_nothing_beside_it() -> None:
    assert found({"MOF.yml": entry("Training code", "train.py")}, declaration="MOF.yml").status is Status.MET


def test_a_declaration_raises_no_grade() -> None:
    files = {"config.json": CONFIG, "README.md": "# Wren\n"}
    listed = "".join(
        f"    - {{name: {name}, license: MIT, component_path: README.md}}\n"
        for name in ("Training code", "Model card", "Datasets", "Model parameters (Final)")
    )
    plain, declared = (
        judgement([find(make_repo(one))[0]], policy("mof-1.0"), TODAY)
        for one in (files, files | {"MOF.yml": HEAD + listed})
    )
    grades = [
        {name: (one.completeness, one.license.cls) for name, one in judged.components.items()}
        for judged in (plain, declared)
    ]
    assert grades[0] == grades[1]
    assert plain.levels == declared.levels and declared.result is Result.FAIL
    assert declared.label == "does not meet"


@pytest.mark.parametrize("name", ["mof-1.0", "osaid-1.0", "open-weights", "recommended"])
def test_the_policies_warn_of_it(name: str) -> None:
    (rule,) = [rule for rule in policy(name).rules if rule.id == "declared-missing"]
    assert str(rule.severity) == "warning"
