"""Which license covers what: headers, named files, sentences, front matter, the nearest file above."""

from __future__ import annotations

from pathlib import Path

import pytest

from openness_gate.facts.license_files import license_files, license_of
from openness_gate.facts.license_name import strictest
from openness_gate.facts.license_prose import prose_terms
from openness_gate.facts.licensing import covering
from openness_gate.model import Group, License, LicenseClass
from openness_gate.registry import components
from tests.helpers import make_repo

APACHE = (Path(__file__).parents[1] / "LICENSE").read_text("utf-8")
NC = "This work is licensed under a Creative Commons Attribution-NonCommercial 4.0 International License.\n"
UNKNOWN = "Our own terms: ask us before you use any of this.\n"
HUB = "https://huggingface.co/"
LOOP = "import torch\nloss.backward()\noptimizer.step()\n"
COMPONENTS = {
    "code": "training-code",
    "parameters": "model-parameters-final",
    "data": "datasets",
    "document": "model-card",
}
Files = dict[str, str]


def licenses(files: Files, group: str, path: str = "", linked: bool = False) -> tuple[License, ...]:
    repo = make_repo({**({path: "x"} if path else {}), **files})
    return covering(repo, components()[COMPONENTS[group]], (path,) if path else (), linked)


def cls(files: Files, group: str, path: str = "", linked: bool = False) -> str:
    found = licenses(files, group, path, linked)
    return strictest(found).cls.value if found else ""


def names(files: Files, group: str, path: str = "", linked: bool = False) -> set[str]:
    return {found.expression for found in licenses(files, group, path, linked)}


def readme(text: str) -> Files:
    return {"README.md": text + "\n"}


# --- the order ------------------------------------------------------------------------------------------------------

HEADER = "# SPDX-License-Identifier: MIT\n"


@pytest.mark.parametrize(
    ("files", "group", "path", "found"),
    [
        ({}, "code", "train.py", {""}),
        ({"LICENSE": APACHE}, "code", "train.py", {"Apache-2.0"}),
        ({"LICENSE": APACHE}, "parameters", "model.safetensors", {"Apache-2.0"}),
        ({"LICENSE": APACHE, "train.py": HEADER}, "code", "train.py", {"MIT"}),
        ({"LICENSE": APACHE, "LICENSE-CODE": NC, "train.py": HEADER}, "code", "train.py", {"MIT"}),
        ({"LICENSE": APACHE, "train.py": "\n" * 3000 + HEADER}, "code", "train.py", {"Apache-2.0"}),
        ({"LICENSE": APACHE, **readme("The code is MIT licensed.")}, "code", "train.py", {"MIT"}),
        (
            {"LICENSE": APACHE, **readme("The weights are licensed under CC-BY-4.0.")},
            "code",
            "train.py",
            {"Apache-2.0"},
        ),
        (
            {"LICENSE": APACHE, **readme("The weights are licensed under CC-BY-4.0.")},
            "parameters",
            "m.pt",
            {"CC-BY-4.0"},
        ),
        ({**readme("---\nlicense: mit\n---")}, "parameters", "m.pt", {"MIT"}),
        ({**readme("---\nlicense: mit\n---")}, "code", "train.py", {"MIT"}),
        ({**readme("---\nlicense: mit\n---")}, "document", "README.md", {"MIT"}),
        ({**readme("---\nlicense: mit\n---")}, "data", "data/x.jsonl", {""}),
        ({"LICENSE": APACHE, **readme("---\nlicense: mit\n---")}, "parameters", "m.pt", {"MIT", "Apache-2.0"}),
        ({**readme("---\nlicense: mit\n---\nThe weights are under CC-BY-4.0.")}, "parameters", "m.pt", {"CC-BY-4.0"}),
        ({**readme("---\nlicense:\n- mit\n- cc-by-nc-4.0\n---")}, "parameters", "m.pt", {"MIT AND CC-BY-NC-4.0"}),
        ({"docs/guide.md": "---\nlicense: mit\n---\n"}, "parameters", "m.pt", {""}),
        ({"LICENSE": APACHE, "sub/LICENSE": NC}, "code", "train.py", {"Apache-2.0"}),
        ({"LICENSE": NC, "sub/LICENSE": APACHE}, "code", "sub/train.py", {"Apache-2.0"}),
        ({"LICENSE": NC, "sub/LICENSE": APACHE}, "code", "sub/deep/train.py", {"Apache-2.0"}),
        ({"LICENSE": NC, "sub/LICENSE": APACHE}, "code", "subway/train.py", names({"LICENSE": NC}, "code", "a.py")),
        ({"sub/LICENSE": APACHE}, "code", "train.py", {""}),
        ({"LICENSES/MIT.txt": APACHE, "LICENSES/LICENSE": APACHE}, "code", "train.py", {""}),
        ({"THIRD_PARTY_LICENSES.txt": APACHE}, "code", "train.py", {""}),
        ({"LICENSE-3rdparty": APACHE, "vendor/x/LICENSE": APACHE}, "code", "train.py", {""}),
        ({"LICENSE": APACHE, "DATA_LICENSE": "x"}, "code", "train.py", {"Apache-2.0"}),
        ({"COPYING": APACHE}, "code", "train.py", {"Apache-2.0"}),
        ({"license.py": "x"}, "code", "train.py", {""}),
        ({"LICENSE.json": "{}"}, "code", "train.py", {"LicenseRef-unknown"}),
        ({"pyproject.toml": '[project]\nname = "x"\nlicense = "MIT"\n'}, "code", "train.py", {"MIT"}),
        ({"pyproject.toml": '[project]\nname = "x"\nlicense = "MIT"\n'}, "parameters", "m.pt", {""}),
    ],
)
def test_the_order(files: Files, group: str, path: str, found: set[str]) -> None:
    assert names(files, group, path) == found


@pytest.mark.parametrize(
    ("files", "group", "path", "linked", "found"),
    [
        ({"MODEL_LICENSE": NC, "LICENSE": APACHE}, "parameters", "m.pt", False, "restricted"),
        ({"MODEL_LICENSE": NC, "LICENSE": APACHE}, "parameters", "", True, "restricted"),
        ({"MODEL_LICENSE": NC, "LICENSE": APACHE}, "code", "train.py", False, "open-source"),
        ({"LICENSE-WEIGHTS.md": NC}, "parameters", "m.pt", False, "restricted"),
        ({"LICENSE-CODE": APACHE, "LICENSE-MODEL": NC}, "code", "train.py", False, "open-source"),
        ({"LICENSE-CODE": APACHE}, "parameters", "", True, "unstated"),
        ({"DATA_LICENSE": NC, "LICENSE": APACHE}, "data", "data/x.jsonl", False, "restricted"),
        ({"LICENSE": APACHE}, "parameters", "", True, "unstated"),
        ({"LICENSE": UNKNOWN}, "parameters", "m.pt", False, "unknown"),
        ({"LICENSE": UNKNOWN}, "code", "train.py", False, "unknown"),
        ({"LICENSE.pdf": "%PDF-1.4"}, "code", "train.py", False, "unknown"),
        ({"LICENSE": ""}, "code", "train.py", False, "unknown"),
        # a sentence lifts no text that is not open
        ({"LICENSE": NC, **readme("The weights are MIT licensed.")}, "parameters", "m.pt", False, "restricted"),
        ({"LICENSE": UNKNOWN, **readme("The code is MIT licensed.")}, "code", "train.py", False, "unknown"),
        ({"MODEL_LICENSE": NC, **readme("The weights are MIT licensed.")}, "parameters", "", True, "restricted"),
        ({"LICENSE": NC, **readme("---\nlicense: mit\n---")}, "parameters", "m.pt", False, "restricted"),
        # what is said twice: the stricter
        (
            readme("The weights are MIT licensed.\n\nThe weights are under CC-BY-NC-4.0."),
            "parameters",
            "",
            True,
            "restricted",
        ),
        (readme("---\nlicense: mit\n---"), "parameters", "", True, "open-source"),
        (readme("---\nlicense: other\n---"), "parameters", "", True, "unknown"),
        (readme("---\nlicense: [mit\n---"), "parameters", "", True, "unknown"),
        (
            {"terms.txt": "x", "LICENSE.md": NC, **readme("---\nlicense: other\nlicense_link: LICENSE.md\n---")},
            "parameters",
            "m.pt",
            False,
            "restricted",
        ),
        (readme("---\nlicense: other\nlicense_name: mit\n---"), "parameters", "", True, "open-source"),
    ],
)
def test_classes(files: Files, group: str, path: str, linked: bool, found: str) -> None:
    assert cls(files, group, path, linked) == found


# --- sentences ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "group", "found"),
    [
        ("The weights are released under the Apache 2.0 license.", "parameters", {"Apache-2.0"}),
        ("The model weights are licensed under MIT; the code under Apache-2.0.", "parameters", {"MIT"}),
        ("The code is licensed under MIT, the weights under CC-BY-4.0.", "parameters", {"CC-BY-4.0"}),
        ("The code is licensed under MIT, the weights under CC-BY-4.0.", "code", {"MIT"}),
        ("Code and model weights are under the MIT license.", "parameters", {"MIT"}),
        ("## License\n\nMIT", "parameters", {""}),  # the files, not what is linked
        ("This release is licensed under the MIT license.", "parameters", {"MIT"}),
        ("Licensed under the MIT license.", "parameters", {"MIT"}),
        ("![License: MIT](https://img.shields.io/badge/license-MIT-green)", "parameters", {""}),
        ("## Model License\n\nMIT", "parameters", {"MIT"}),
        ("| Model | License |\n|--|--|\n| 7B | MIT |", "parameters", {"MIT"}),
        ("Model | License\n---|---\n7B | MIT\n70B | [GNU Affero GPL v3](a)", "parameters", {"MIT", "AGPL-3.0-only"}),
        ("Model | Tokens\n---|---\n7B | MIT", "parameters", {""}),
        ("| Dataset | License |\n|--|--|\n| ours | CC-BY-4.0 |", "data", {"CC-BY-4.0"}),
        ("| Dataset | License |\n|--|--|\n| ours | CC-BY-4.0 |", "parameters", {""}),
        ("模型权重遵循 Apache-2.0 许可证。", "parameters", {"Apache-2.0"}),
        ("代码采用 MIT 协议,模型权重采用 CC-BY-4.0 协议。", "parameters", {"CC-BY-4.0"}),
        ("モデルは MIT ライセンスの下で公開。", "parameters", {"MIT"}),
        ("모델은 `MIT` 라이선스 하에 공개되어 있습니다.", "parameters", {"MIT"}),
        ("코드는 MIT 라이선스 하에 공개되어 있습니다.", "parameters", {""}),
        ("Thanks to theirs, whose weights are MIT licensed.", "parameters", {""}),
        ("## Acknowledgements\n\nThe weights are MIT licensed.", "parameters", {""}),
        ("Any contribution to the model is under the MIT license.", "parameters", {""}),
        ("SPDX-License-Identifier: MIT for the model license", "parameters", {""}),
        ("The weights are here.", "parameters", {""}),
        ("```\nThe weights are MIT licensed.\n```", "parameters", {""}),
        ("<!-- The weights are MIT licensed. -->", "parameters", {""}),
    ],
)
def test_sentences_on_what_is_linked(text: str, group: str, found: set[str]) -> None:
    assert names(readme(text), group, linked=True) == found


@pytest.mark.parametrize(
    ("text", "group", "found"),
    [
        ("The weights may only be used for research purposes.", "parameters", "restricted"),
        ("The model is for research use only.", "parameters", "restricted"),
        ("Commercial use of the weights is prohibited.", "parameters", "restricted"),
        ("模型仅限学术研究使用。", "parameters", "restricted"),
        ("模型权重不得用于商业用途。", "parameters", "restricted"),
        ("## License\n\nFor non-commercial purposes only.", "parameters", "restricted"),
        ("The weights are MIT licensed.\n\nThe weights may only be used for research.", "parameters", "restricted"),
        ("---\nlicense: mit\n---\nThe weights may only be used for research.", "parameters", "restricted"),
        ("The code may not be used for commercial purposes.", "code", "restricted"),
        ("The code may not be used for commercial purposes.", "parameters", "unstated"),
        ("The weights are licensed under Apache 2.0 and the Acme Community License.", "parameters", "unknown"),
        ("The model is under the Acme Community License Agreement.", "parameters", "unknown"),
        ("The weights are under Apache 2.0 for research only.", "parameters", "restricted"),
        ("模型权重遵循《示例模型许可协议》。", "parameters", "unknown"),
        ("| Model | License |\n|--|--|\n| 7B | MIT |\n| 70B | ASL |", "parameters", "unknown"),  # nobody knows it
        ("| Model | License |\n|--|--|\n| 7B | MIT |\n| 70B | - |", "parameters", "open-source"),
        ("| Model | Notes | License |\n|--|--|--|\n| 7B | Ours. Better. | MIT |", "parameters", "open-source"),
        ("The weights have a bespoke license.", "parameters", "unknown"),
        ("Free for commercial use: the weights are MIT licensed.", "parameters", "open-source"),
        ("We thank theirs, whose weights may only be used for research purposes.", "parameters", "unstated"),
    ],
)
def test_restrictions_and_unknown_agreements(text: str, group: str, found: str) -> None:
    assert cls(readme(text), group, linked=True) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("모델 및 코드를 사용할 경우 라이선스 내용을 준수해주세요.", {"Apache-2.0"}),
        ("코드를 사용할 경우 라이선스 내용을 준수해주세요.", {""}),
        ("모델을 제외하고 코드는 라이선스 내용을 준수해주세요.", {""}),  # but for the model
    ],
)
def test_a_sentence_that_puts_the_model_under_the_license_of_the_tree(text: str, found: set[str]) -> None:
    assert names({**readme(f"## License\n\n{text}"), "LICENSE": APACHE}, "parameters", linked=True) == found


@pytest.mark.parametrize(
    ("path", "text", "linked", "found"),
    [
        ("MODEL_CARD.md", "# M\n\n## License\n\nMIT\n", True, "open-source"),
        ("MODEL_CARD.md", "# M\n\n## License\n\nA license of our own, see the website.\n", True, "unknown"),
        ("docs/guide.md", "Licensed under the MIT license.\n", True, "unstated"),
        ("docs/guide.md", "---\nlicense: mit\n---\n", True, "unstated"),
        ("README.md", "Licensed under the MIT license.\n", True, "open-source"),
        ("README.md", "## License\n\nMIT\n", False, "open-source"),
    ],
)
def test_what_has_no_subject(path: str, text: str, linked: bool, found: str) -> None:
    assert cls({path: text}, "parameters", "" if linked else "m.pt", linked) == found


@pytest.mark.parametrize(
    "text", ["The weights are licensed as told in LICENSE.", "See [the license](LICENSE) of the model."]
)
def test_a_sentence_that_points_to_the_file_says_nothing_more(text: str) -> None:
    assert not prose_terms(make_repo({"LICENSE": APACHE, **readme(text)}))


TERMS = 'Our terms.\n\n"Materials" means our code and trained {}.\n\nThe Materials are for non-commercial use only.\n'


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"LICENSE": TERMS.format("model weights")}, "restricted"),
        ({"LICENSE": TERMS.format("model weights"), **readme("The weights are MIT licensed.")}, "restricted"),
        ({"LICENSE": TERMS.format("monkeys")}, "unstated"),
        ({"demo/LICENSE": TERMS.format("model weights")}, "unstated"),
        ({"LICENSE": APACHE + "\nIt covers the model weights.\n"}, "unstated"),  # words never open
    ],
)
def test_terms_that_name_the_weights(files: Files, found: str) -> None:
    assert cls(files, "parameters", linked=True) == found
    assert cls(files, "data", linked=True) == "unstated"


def test_a_restriction_quotes_its_sentence() -> None:
    (terms,) = prose_terms(make_repo(readme("# M\n\nThe model may only\nbe used for research.")))
    (clause,) = terms.license.clauses
    assert (clause.id, str(clause.at), clause.quote) == (
        "research_only",
        "README.md:3",
        "The model may only be used for research.",
    )
    assert terms.groups == {Group.PARAMETERS} and terms.always


def test_a_header_lifts_no_restriction() -> None:
    files = {"train.py": HEADER, **readme("The code may not be used commercially.")}
    assert cls(files, "code", "train.py") == "restricted"


def test_a_view_speaks_of_its_own_folder() -> None:
    repo = make_repo({"a/README.md": "---\nlicense: mit\n---\n", "a/m.pt": "x"})
    view = repo.view(repo.paths, "a")
    (found,) = covering(view, components()["model-parameters-final"], ("a/m.pt",), False)
    assert found.expression == "MIT"


# --- which files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("LICENSE", True),
        ("LICENCE.md", True),
        ("license.txt", True),
        ("COPYING.LESSER", True),
        ("a/b/MODEL_LICENSE", True),
        ("UNLICENSE", True),
        ("LICENSE.pdf", True),
        ("license.py", False),
        ("licenses.json", False),
        ("license-badge.svg", False),
        ("silence.txt", False),
        ("README.md", False),
    ],
)
def test_license_files(path: str, is_one: bool) -> None:
    assert bool(license_files(make_repo({path: "x"}))) is is_one


def test_what_a_file_is() -> None:
    repo = make_repo({"LICENSE": APACHE, "a/LICENSE": "%PDF-1.4 Apache License"})
    assert license_of(repo, "LICENSE").cls is LicenseClass.OPEN_SOURCE
    assert license_of(repo, "a/LICENSE").cls is LicenseClass.UNKNOWN


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# Swift: a trainer\n\nFor research use only.", "restricted"),
        ("# Swift: a trainer\n\n**Swift** is licensed for research use only.", "restricted"),
        ("# Swift: a trainer\n\nThis work is for non-commercial use only.", "restricted"),
        ("# Swift: a trainer\n\n## License\n\nFor non-commercial purposes only.", "restricted"),
        ("# Swift: a trainer\n\nTheirs is for research use only.", "open-source"),
        ("# Swift: a trainer\n\nIt runs models that are for research use only.", "open-source"),
        ("# Swift: a trainer\n\nFor research and commercial use.", "open-source"),
        (f"# Swift\n\nWeights: {HUB}x/swift\n\n## License\n\nFor research use only.", "open-source"),  # they are
    ],
)
def test_what_is_forbidden_of_a_work_without_weights(text: str, found: str) -> None:
    """It is said of the code, where there is nothing else that it could be said of."""
    assert cls({"LICENSE": APACHE, "train.py": LOOP, **readme(text)}, "code", "train.py") == found
