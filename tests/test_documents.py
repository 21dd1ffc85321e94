"""Documents: front matter, headings in every dress, sentences with their lines, placeholders."""

from __future__ import annotations

import pytest

from openness_gate.facts.documents import Document, document, documents, is_document
from openness_gate.facts.headings import fold, roles, substance, words
from openness_gate.facts.sentences import sentences
from openness_gate.model import Place
from tests.helpers import make_repo

README = "README.md"


def read(text: str | bytes, path: str = README) -> Document:
    return document(make_repo({path: text}), path)


def outline(text: str | bytes, path: str = README) -> list[tuple[int, str, int]]:
    """Level, title and line of every heading."""
    return [(s.level, s.title, s.at.line) for s in read(text, path).sections if s.level]


# --- front matter ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\nlicense: mit\n---\n", 2),
        ("---\nlicense: mit\n---", 2),
        ("\n\n---\nlicense: mit\n---\n# T\n", 4),
        ("---\r\nlicense: mit\r\n---\r\n# T\r\n", 2),
        ("\ufeff---\nlicense: mit\n---\n", 2),
        ("---  \nlicense: mit\n---\t\n", 2),
        ("---\n# a comment\ntags: [a]\nlicense: mit\n---\n", 4),
        ("---\n\nlicense: mit\n---\n", 3),
    ],
)
def test_front_matter(text: str, line: int) -> None:
    found = read(text)
    assert found.meta["license"] == "mit" and found.front and not found.trouble
    assert found.front.place("license") == Place(README, line)


def test_front_matter_in_utf_16() -> None:
    assert read("---\nlicense: mit\n---\n".encode("utf-16")).meta == {"license": "mit"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "---\n",
        "---\n# T\n\nWords.\n\n---\nMore.\n",  # a ruler
        "---\n---\n# T\n",
        "---\n- a\n- b\n---\n",  # no mapping
        "---\nOnly words.\n---\n",
        "# T\n---\nlicense: mit\n---\n",
        " ---\nlicense: mit\n ---\n",
        "----\nlicense: mit\n----\n",
        "<!-- x -->\n---\nlicense: mit\n---\n",
    ],
)
def test_no_front_matter(text: str) -> None:
    found = read(text)
    assert found.front is None and found.meta == {} and not found.trouble


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("---\nlicense: mit\n# T\n", 1, "does not end"),
        ("---\nlicense: mit\ntags: [a\n---\n", 4, "not YAML"),
        ("---\nlicense: mit\nlicense: gpl-3.0\n---\n", 3, "stands twice"),
        ("---\nlicense: &a mit\nb: *a\n---\n", 2, "anchors"),
        ("---\nlicense: !!python/name:os.system x\n---\n", 2, "tags"),
        ("---\nlicense:\tmit: x\n---\n", 2, "not YAML"),
    ],
)
def test_front_matter_that_cannot_be_read(text: str, line: int, says: str) -> None:
    repo = make_repo({README: text})
    found = document(repo, README)
    assert found.front is None and says in found.trouble
    assert (found.trouble_line, [n.at for n in repo.log.notices]) == (line, [Place(README, line)])


def test_lines_go_on_below_front_matter() -> None:
    assert outline("---\nlicense: mit\n---\n\n# One\n\nTwo\n===\n") == [(1, "One", 5), (1, "Two", 7)]


# --- headings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# One\n## Two ##\n###### Six\n", [(1, "One", 1), (2, "Two", 2), (6, "Six", 3)]),
        ("   # Three spaces\n", [(1, "Three spaces", 1)]),
        ("    # A code block\n", []),
        ("#NoSpace\n#\n####### Seven\n", []),
        ("One\n===\n\nTwo\n---\n", [(1, "One", 1), (2, "Two", 4)]),
        ("words\nmore words\n---\n", []),  # a paragraph above a ruler
        ("| a | b |\n---\n", []),
        ("\n---\n", []),
        ("<h1>One</h1>\n", [(1, "One", 1)]),
        ('<h2 align="center">\n  <b>Two</b>\n</h2>\n', [(2, "Two", 1)]),
        ("<H3>Three</H3>\n", [(3, "Three", 1)]),
        ("<hr>\n", []),
        ("**Bold**\n", [(7, "Bold", 1)]),
        ("**Bold:**\n**Also**:\n", [(7, "Bold", 1), (7, "Also", 2)]),
        ("**Bold** and more\n**a** and **b**\n", []),
        ("```\n# code\n```\n# Text\n", [(1, "Text", 4)]),
        ("```pip install x```\n# Text\n", [(1, "Text", 2)]),
        ("~~~sh\n# code\n```\n# code\n~~~\n# Text\n", [(1, "Text", 6)]),
        ("```\n# never closed\n", []),
        ("<!-- # hidden -->\n# Shown\n", [(1, "Shown", 2)]),
        ("<!--\n# hidden\n-->\n# Shown <!-- not this -->\n", [(1, "Shown", 4)]),
        ("<!-- never closed\n# hidden\n", []),
        ("# One\r\n## Two\r\n", [(1, "One", 1), (2, "Two", 2)]),
    ],
)
def test_markdown_headings(text: str, found: list[tuple[int, str, int]]) -> None:
    assert outline(text) == found


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a | b\n---|---\n1 | 2\n3 | 4\nwords", ["| a | b", "| ---|---", "| 1 | 2", "| 3 | 4", "words"]),
        ("| a | b\n|---|---\n1 | 2", ["| a | b", "|---|---", "1 | 2"]),
        ("a | b\n1 | 2", ["a | b", "1 | 2"]),  # no rule below
        ("a\n---|---", ["a", "---|---"]),
    ],
)
def test_the_rows_of_a_table_begin_with_a_bar(text: str, rows: list[str]) -> None:
    (section,) = read(text).sections
    assert [line for _, line in section.lines if line] == rows


def test_a_fence_of_four_closes_with_four() -> None:
    assert outline("````\n```\n# code\n```\n````\n# Text\n") == [(1, "Text", 6)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Title\n=====\n\nPart\n-----\n\nDeep\n~~~~\n", [(1, "Title", 1), (2, "Part", 4), (3, "Deep", 7)]),
        ("=====\nTitle\n=====\n", [(1, "Title", 2)]),
        ("Title\n*****\n\nNext\n*****\n", [(1, "Title", 1), (1, "Next", 4)]),
        ("Words.\n\n* item\n", []),
    ],
)
def test_rst_headings(text: str, found: list[tuple[int, str, int]]) -> None:
    assert outline(text, "README.rst") == found


def test_a_heading_passes_on_what_it_is_about() -> None:
    sections = {s.title: s for s in read("# Training Data\n## Part A\n### Evaluation\n# Else\n").sections}
    assert sections["Part A"].about("training-data") and not sections["Part A"].roles
    assert not sections["Evaluation"].about("training-data")
    assert sections["Evaluation"].within == {"training-data", "evaluation"}
    assert not sections["Else"].within


def test_code_is_kept_apart_from_prose() -> None:
    (section,) = read("# Usage\n\nRun it:\n\n```\npip install x\n```\n").sections
    assert (section.code, section.words) == ("pip install x", 2)


def test_the_title_is_no_news() -> None:
    assert read("## News\nx\n# Ours\n").title == "Ours"
    assert read("words\n").title == ""


# --- which files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("README.md", True),
        ("README", True),
        ("readme.txt", True),
        ("MODEL_CARD.txt", True),
        ("docs/guide.rst", True),
        ("index.html", True),
        ("notes.txt", False),
        ("LICENSE.md", False),
        ("MODEL_LICENSE.md", False),
        ("CONTRIBUTING.md", False),
        ("CHANGELOG.md", False),
        ("train.py", False),
    ],
)
def test_documents_by_name(path: str, is_one: bool) -> None:
    assert is_document(path) is is_one


def test_the_nearest_come_first_and_others_are_left_out() -> None:
    files = ["docs/a.md", "b.md", "README.md", "third_party/x/README.md", "tests/README.md"]
    found = documents(make_repo(dict.fromkeys(files, "# T\n")))
    assert [d.path for d in found] == ["README.md", "b.md", "docs/a.md"]


# --- what a heading is about ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Training Data", "training-data"),
        ("3.1 Training data", "training-data"),
        ("📚 **Training Data**", "training-data"),
        ("[Training Data](#training-data)", "training-data"),
        ("<a name='x'></a>Training Data", "training-data"),
        ("Ｔｒａｉｎｉｎｇ　Ｄａｔａ", "training-data"),  # full width
        ("训练数据", "training-data"),
        ("二、训练数据", "training-data"),
        ("学習データ", "training-data"),
        ("数据处理", "data-processing"),
        ("评测结果", "evaluation"),
        ("評価", "evaluation"),
        ("模型介绍", "model-details"),
        ("モデル概要", "model-details"),
        ("微调", "finetune-howto"),
        ("许可证", "license"),
        ("开源协议", "license"),
        ("ライセンス", "license"),
        ("引用", "citation"),
        ("致谢", "acknowledgements"),
        ("局限性", "limitations"),
        ("Out-of-Scope Use", "out-of-scope"),
        ("Hyperparameters", "training-procedure"),
        ("License & Citation", "license"),
        ("Getting Started", "usage"),
    ],
)
def test_roles(title: str, role: str) -> None:
    assert role in roles(title)


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Preparing your own training data", "training-data"),
        ("Training data format", "training-data"),
        ("自定义训练数据", "training-data"),
        ("Project structure", "architecture"),
        ("推理性能", "evaluation"),
        ("Inference performance", "evaluation"),
        ("Database", "training-data"),
    ],
)
def test_no_roles(title: str, role: str) -> None:
    assert role not in roles(title)


def test_fold_takes_off_the_dress() -> None:
    assert fold("### 🚀 2.1) **Quick _Start_**: ") == "quick start"


@pytest.mark.parametrize(
    "body",
    [
        "[More Information Needed]",
        "TODO",
        "Coming soon!",
        "tbd",
        "N/A",
        "- [ ] TBA",
        "敬请期待",
        "暂无。",
        "準備中",
        "...",
    ],
)
def test_a_placeholder_says_nothing(body: str) -> None:
    assert words(body) == 0 and substance(body) == ""


@pytest.mark.parametrize(("body", "count"), [("One two.", 2), ("训练数据", 2), ("", 0)])
def test_words(body: str, count: int) -> None:
    assert words(body) == count


# --- sentences ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One is here. Two is\nthere. Three.\n", [("One is here.", 1), ("Two is there.", 1), ("Three.", 2)]),
        ("One goes\non and\non. Two\ngoes.\n", [("One goes on and on.", 1), ("Two goes.", 3)]),
        ("One.\n\n\nTwo.\n", [("One.", 1), ("Two.", 4)]),
        ("- one\n  goes on\n- two\n", [("- one goes on", 1), ("- two", 3)]),
        ("1. one\n2) two\n", [("1. one", 1), ("2) two", 2)]),
        ("| a | b |\n| c | d |\n", [("| a | b |", 1), ("| c | d |", 2)]),
        ("# T\nWords\n", [("T", 1), ("Words", 2)]),
        ("我们训练。数据\n公开。\n", [("我们训练。", 1), ("数据 公开。", 1)]),
        ("Version 2.0 is e.g. old.\n", [("Version 2.0 is e.g. old.", 1)]),
        ("```\nhidden.\n```\n<!-- hidden. -->\nShown.\n", [("Shown.", 5)]),
        ("---\nlicense: mit\n---\nWords.\n", [("Words.", 4)]),
    ],
)
def test_sentences(text: str, found: list[tuple[str, int]]) -> None:
    assert [(s.text, s.at.line) for s in sentences(make_repo({README: text}))] == found


@pytest.mark.parametrize("text", ["magnet:?xt=1", "https://a.test/b?c=1;d=2#!e", "for (;;) is code"])
def test_marks_inside_a_word_end_no_sentence(text: str) -> None:
    assert [s.text for s in sentences(make_repo({README: f"See {text}\n"}))] == [f"See {text}"]


@pytest.mark.parametrize(("text", "count"), [("开源！数据？代码；完。", 4), ("Yes! No? Ok.", 3)])
def test_marks_that_end_a_sentence(text: str, count: int) -> None:
    assert len(sentences(make_repo({README: text}))) == count
