"""What speaks against a release across its components, above all between its licenses."""

from __future__ import annotations

from datetime import date

import pytest

from openness_gate.facts.releases import find
from openness_gate.judge import judgement
from openness_gate.registry import documentation, names
from openness_gate.report import Finding, Status
from tests.helpers import make_repo
from tests.judging import parse
from tests.test_license_command import APACHE, MIT, OWN

TODAY = date(2026, 11, 24)
CARD = "---\nlicense: {license}\n---\n# Wren\n\nWren is a language model.\n"
WEIGHTS = "https://huggingface.co/acme/wren/resolve/main/model.safetensors"
CONFIG = '{"architectures": ["LlamaForCausalLM"], "hidden_size": 8, "num_hidden_layers": 2}'
Files = dict[str, str]


def found(concern: str, files: Files, severity: str = "error") -> Finding:
    text = f"policy: p\nversion: 1\ntitle: t\nrules:\n  {concern}: {{severity: {severity}}}\n"
    policy = parse(text)
    release = find(make_repo({"config.json": CONFIG, **files}))[0]
    return judgement([release], policy, TODAY).findings[0]


def says(finding: Finding) -> str:
    return " | ".join(f"{e.at}: {e.says}" for e in finding.evidence)


APART = "# Wren\n\n## License\n\nThe code is under the Apache License 2.0. The documents are under CC-BY-4.0.\n"
LICENSED = CONFIG.replace("{", '{"license": "apache-2.0", ', 1)
LINKED = f"# Wren\n\nThe [weights]({WEIGHTS}) of Wren are here.\n"
MISMATCHES: dict[str, tuple[Files, Status]] = {
    "the text is the declared one": ({"README.md": CARD.format(license="mit"), "LICENSE": MIT}, Status.MET),
    "the text is another": ({"README.md": CARD.format(license="mit"), "LICENSE": APACHE}, Status.UNMET),
    "open is said and the text restricts": ({"README.md": CARD.format(license="mit"), "LICENSE": OWN}, Status.UNMET),
    "the text cannot be told": ({"README.md": CARD.format(license="mit"), "LICENSE": "Ask us.\n"}, Status.ASK),
    "one of two": (
        {
            "pyproject.toml": '[project]\nname = "wren"\nlicense = "MIT OR Apache-2.0"\n',
            "LICENSE-MIT": MIT,
            "LICENSE-APACHE": APACHE,
        },
        Status.MET,
    ),
    "a package says another": (
        {"pyproject.toml": '[project]\nname = "wren"\nlicense = "MIT"\n', "LICENSE": APACHE},
        Status.UNMET,
    ),
    "a citation says another": (
        {"CITATION.cff": "cff-version: 1.2.0\ntitle: Wren\nlicense: MIT\n", "LICENSE": APACHE},
        Status.UNMET,
    ),
    "code and documents are apart": ({"README.md": APART, "LICENSE": APACHE}, Status.MET),
    "only and or later are one text": (
        {"pyproject.toml": '[project]\nname = "w"\nlicense = "GPL-3.0-or-later"\n'},
        Status.MET,
    ),
    "a deeper card is more specific": (
        {"LICENSE": MIT, "wren/README.md": CARD.format(license="cc-by-4.0")},
        Status.MET,
    ),
    "a manifest of data is more specific": (
        {"LICENSE": MIT, "data-manifest.yaml": "name: d\nlicense: CC0-1.0\nsources: []\n"},
        Status.MET,
    ),
    "two declarations": ({"README.md": CARD.format(license="mit"), "config.json": LICENSED}, Status.UNMET),
}


@pytest.mark.parametrize("case", MISMATCHES)
def test_license_mismatch(case: str) -> None:
    files, status = MISMATCHES[case]
    finding = found("license-mismatch", files)
    assert finding.status is status, says(finding)


def test_a_mismatch_names_both_places() -> None:
    finding = found("license-mismatch", {"README.md": CARD.format(license="mit"), "LICENSE": APACHE})
    assert str(finding.at) == "README.md:2"
    assert "MIT" in says(finding) and "Apache-2.0" in says(finding) and "LICENSE:1" in says(finding)


def test_license_modified_says_which_words_and_where() -> None:
    assert found("license-modified", {"LICENSE": MIT}).status is Status.MET
    finding = found("license-modified", {"LICENSE": MIT + "\nNobody may sell it.\n"})
    assert (finding.status, str(finding.at)) == (Status.UNMET, "LICENSE:11")
    assert "Nobody may sell it" in says(finding)


@pytest.mark.parametrize(
    ("files", "status", "words"),
    [
        ({"LICENSE": MIT, "train.py": "import torch\n"}, Status.MET, ""),
        ({"LICENSE": "https://example.org/terms\n"}, Status.UNMET, "only a link: https://example.org/terms"),
        ({"LICENSE": "Apache License 2.0\n"}, Status.UNMET, "only a name"),
        ({"LICENSE": "\n"}, Status.UNMET, "an empty file"),
        (
            {"README.md": LINKED},
            Status.UNMET,
            "model-parameters-final",
        ),
    ],
)
def test_license_missing(files: Files, status: Status, words: str) -> None:
    finding = found("license-missing", files)
    assert finding.status is status, says(finding)
    assert words in says(finding)


@pytest.mark.parametrize(
    ("license_", "base", "status", "words"),
    [
        ("mit", "meta-llama/Llama-3.1-8B", Status.UNMET, "user_threshold"),
        ("llama3.1", "meta-llama/Llama-3.1-8B", Status.MET, ""),
        ("llama3", "meta-llama/Llama-3.1-8B", Status.UNMET, "another version"),
        ("apache-2.0", "google/gemma-2-9b-it", Status.UNMET, "use_restriction"),
        ("mit", "acme/own-base", Status.MET, ""),
        ("mit", "acme/gemma-9-7b", Status.MET, ""),  # a version that nothing is known of
        ("mit", "openlm/open_llama_7b", Status.MET, ""),
    ],
)
def test_base_model_license(license_: str, base: str, status: Status, words: str) -> None:
    card = CARD.format(license=f"{license_}\nbase_model: {base}")
    finding = found("base-model-license", {"README.md": card})
    assert finding.status is status, says(finding)
    assert words in says(finding)


def test_without_a_license_of_ones_own_the_base_is_asked_about() -> None:
    card = "---\nbase_model: meta-llama/Llama-3.1-8B\n---\n# Wren\n"
    assert found("base-model-license", {"README.md": card}).status is Status.ASK


def test_a_thousand_statements_are_no_hang() -> None:
    lines = "".join(f"- part {i}: the model is under CC-BY-4.0 and the code under MIT\n" for i in range(3000))
    assert found("license-mismatch", {"README.md": f"# Wren\n\n## License\n\n{lines}", "LICENSE": MIT}).status


@pytest.mark.parametrize("name", names("concerns"))
def test_each_is_documented(name: str) -> None:
    text = documentation("concerns", name)
    assert "Why it matters" in text and "How it is graded" in text


def test_why_a_license_is_not_recognised_is_told_with_the_component() -> None:
    release = find(make_repo({"config.json": CONFIG, "LICENSE": "https://example.org/terms\n"}))[0]
    text = "policy: p\nversion: 1\ntitle: t\nrules:\n  model-metadata: {at_least: partial}\n"
    judged = judgement([release], parse(text), TODAY)
    says_all = [e.says for e in judged.components["model-metadata"].evidence]
    assert any("only a link: https://example.org/terms" in said for said in says_all)
