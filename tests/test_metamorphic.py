"""What changes nothing leaves the verdict, what takes something away lowers it, and nothing raises another.

On repositories that the tests write, and (slow) on real trees where `OPENNESS_GATE_TREES` names a folder of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from openness_gate.engine import assess
from openness_gate.facts.documents import document
from openness_gate.facts.releases import find
from openness_gate.facts.training import loops
from openness_gate.judge import judgement
from openness_gate.model import Completeness, Effect, Evidence, Repo, Request, Unreadable
from openness_gate.policy_sources import policy
from openness_gate.registry import components
from openness_gate.report import Openness
from openness_gate.sources.work_tree import SOURCE
from tests.helpers import make_repo

Files = dict[str, bytes]
Verdicts = dict[str, Openness]

TODAY = date(2026, 11, 24)
SUMMARIES = ("data-information", "code", "parameters", "license")
ORDER = [Openness.CLOSED, Openness.PARTIAL, Openness.OPEN]
CHINESE = {
    "introduction": "模型介绍", "training data": "训练数据", "data processing": "数据处理", "training": "训练方法",
    "evaluation": "评测", "limitations": "局限性", "license": "许可证", "citation": "引用", "weights": "模型下载",
    "usage": "使用方法", "acknowledgements": "致谢", "intended use": "用途", "data": "数据", "dataset": "数据集",
    "datasets": "数据集", "training details": "训练细节", "training procedure": "训练过程", "benchmarks": "基准测试",
    "results": "评测结果", "quickstart": "快速开始", "inference": "推理", "news": "最新消息", "download": "下载",
}  # fmt: skip

README = """# Swift

Swift is a small language model. It reads and writes short messages.

## Weights

All sizes can be downloaded from https://huggingface.co/acme/swift-7b without further ado.

## Training data

Swift was trained on 3 billion tokens of English text from Wikipedia
and from https://huggingface.co/datasets/acme/talk, a corpus of letters that we collected ourselves.

## Data processing

We removed duplicates and everything that a classifier took for spam.
The scripts are in this repository.

## Training

We trained it for two days on eight accelerators, with the settings in `train.yaml`.

## Evaluation

| benchmark | score |
| --- | --- |
| MMLU | 44.1 |

## Usage

Run `python generate.py`.

## License

The code and the weights are licensed under the Apache License 2.0.
The data is licensed under CC BY 4.0.
"""
TRAIN = "import torch\n\nfor batch in batches:\n    loss = model(batch)\n    loss.backward()\n    optimizer.step()\n"
PREPARE = "import datasketch\n\nfor line in open('raw'):\n    datasketch.MinHash().update(line)\n"
GENERATE = "import torch\n\nmodel = torch.load('x')\nprint(model.generate('hello'))\n"
SETTINGS = "learning_rate: 1\nbatch_size: 2\nmax_steps: 3\nseed: 4\nhidden_size: 5\n"


APACHE = Path(__file__).parent.parent / "docs/examples/open-release/LICENSE"


@cache
def example() -> Files:
    texts = {
        "README.md": README, "train.py": TRAIN, "prepare_data.py": PREPARE, "generate.py": GENERATE,
        "train.yaml": SETTINGS,
        "LICENSE": APACHE.read_text("utf-8"),
    }  # fmt: skip
    return {path: text.encode() for path, text in texts.items()}


def verdicts(repo: Repo) -> Verdicts:
    release = find(repo)[0]
    judged = judgement([release], policy("osaid-1.0"), TODAY, "never")
    return {f.rule.id: f.openness for f in judged.findings if f.rule.id in SUMMARIES}


def of(files: Mapping[str, bytes]) -> Verdicts:
    return verdicts(make_repo(files))


def each_document(change: Callable[[str], str]) -> Callable[[Files], Files]:
    def changed(files: Files) -> Files:
        return {
            path: change(content.decode()).encode() if path.lower().endswith(".md") and is_text(content) else content
            for path, content in files.items()
        }

    return changed


def is_text(content: bytes) -> bool:
    try:
        return "\r" not in content.decode()
    except UnicodeDecodeError:
        return False


# --- what changes nothing -------------------------------------------------------------------------------------------


def in_chinese(text: str) -> str:
    def heading(found: re.Match[str]) -> str:
        return found[1] + CHINESE.get(found[2].strip().lower(), found[2])

    return re.sub(r"(?m)^(#{2,6} )(.+)$", heading, text)


def in_another_order(text: str) -> str:
    """The sections of the second level, the last first; what has a fence or a section of its own stays as it is."""
    if "```" in text or "\n## " not in text or re.search(r"(?m)^(#{3,} |# )", text.split("\n## ", 1)[1]):
        return text
    first, *sections = re.split(r"(?m)^(?=## )", text.rstrip("\n") + "\n\n")
    return first + "".join(reversed(sections))


def wrapped_anew(text: str) -> str:
    """Lines of prose broken at other places; what has fences is left alone."""
    if "```" in text or "~~~" in text:
        return text
    out = []
    for line in text.split("\n"):
        plain = line and line[0].isalpha() and "<" not in line and "|" not in line and not line.startswith("---")
        words = line.split(" ") if plain and ": " not in line else [line]
        if len(words) > 8 and words[4] and words[4][0].isalpha():
            out += [" ".join(words[:4]), " ".join(words[4:])]
        else:
            out.append(line)
    return "\n".join(out)


def one_folder_down(files: Files) -> Files:
    return {("package/" + path if path.endswith((".py", ".ipynb")) else path): c for path, c in files.items()}


def with_windows_ends(files: Files) -> Files:
    texts = (".md", ".py", ".yaml", ".yml", ".json", ".sh", ".txt")
    return {
        path: content.replace(b"\n", b"\r\n") if path.endswith(texts) and is_text(content) else content
        for path, content in files.items()
    }


def among_many(files: Files) -> Files:
    """Ten thousand files that have nothing to do with it."""
    return {**files, **{f"notes/{i // 100}/{i}.log": b"nothing of importance\n" for i in range(10_000)}}


SAME: dict[str, Callable[[Files], Files]] = {
    "headings in Chinese": each_document(in_chinese),
    "sections in another order": each_document(in_another_order),
    "lines wrapped anew": each_document(wrapped_anew),
    "code one folder down": one_folder_down,
    "ends of lines": with_windows_ends,
    "among many files": among_many,
}


def test_the_example_is_open() -> None:
    assert set(of(example()).values()) == {Openness.OPEN}


@pytest.mark.parametrize("name", SAME)
def test_what_changes_nothing_leaves_the_verdict(name: str) -> None:
    changed = SAME[name](example())
    assert changed != example()
    assert of(changed) == of(example())


# --- what takes something away --------------------------------------------------------------------------------------


def without(*names: str) -> Callable[[Files], Files]:
    return lambda files: {path: content for path, content in files.items() if path not in names}


def said(sentence: str) -> Callable[[Files], Files]:
    return lambda files: {**files, "README.md": files["README.md"] + f"\n## Access\n\n{sentence}\n".encode()}


def restricted(files: Files) -> Files:
    nc = b"The code and the weights may only be used for non-commercial research. Commercial use is prohibited."
    text = files["README.md"].replace(b"The code and the weights are licensed under the Apache License 2.0.", nc)
    return {**files, "README.md": text, "LICENSE": nc}


LOWERED: dict[str, tuple[Callable[[Files], Files], str]] = {
    "no training script": (without("train.py"), "code"),
    "no data script": (without("prepare_data.py"), "code"),
    "an empty card": (lambda files: {**files, "README.md": b""}, "data-information"),
    "a gate": (said("Fill in the form https://forms.gle/x to get access to the weights."), "parameters"),
    "weights withdrawn": (
        lambda files: {**files, "README.md": files["README.md"].replace(b"can be downloaded from", b"coming soon:")},
        "parameters",
    ),
    "another license": (restricted, "license"),
    "data that is kept": (said("Some of the training data is proprietary data that we cannot disclose."),
                          "data-information"),
}  # fmt: skip


@pytest.mark.parametrize("name", LOWERED)
def test_what_is_taken_away_lowers_one_and_raises_none(name: str) -> None:
    change, summary = LOWERED[name]
    before, after = of(example()), of(change(example()))
    assert rank(after[summary]) < rank(before[summary])
    assert all(rank(after[other]) <= rank(before[other]) for other in SUMMARIES)


def rank(openness: Openness) -> int:
    return ORDER.index(openness) if openness in ORDER else -1


# --- what a grade rests on ------------------------------------------------------------------------------------------


def lines_without(content: bytes, lines: set[int]) -> bytes:
    """Lines made blank, so that all others keep their numbers; 0 and 1 of a script stand for the file."""
    kept = content.decode().split("\n")
    return "\n".join("" if number in lines else line for number, line in enumerate(kept, 1)).encode()


def paragraph(path: str, content: bytes, line: int) -> set[int]:
    """The lines of the section that begins at *line*, or of the sentence that does."""
    for section in document(make_repo({path: content}), path).sections:
        if section.at.line == line:
            return {line, *(number for number, _ in section.lines)}
    return {line, line + 1}


def deleted(files: Files, evidence: list[Evidence]) -> Files:
    out = dict(files)
    for seen in evidence:
        if not seen.at or seen.at.path not in out:
            continue
        path = seen.at.path
        if not path.endswith(".md") or seen.at.line <= 1:
            del out[path]
        else:
            out[path] = lines_without(out[path], paragraph(path, files[path], seen.at.line))
    return out


def best(evidence: tuple[Evidence, ...], grade: Completeness) -> list[Evidence]:
    return [e for e in evidence if e.effect is Effect.RAISES and e.grade is grade and not e.topic]


def there() -> list[str]:
    """The components that the example has."""
    found = assess(find(make_repo(example()))[0], components().values())
    return [name for name, one in found.items() if one.completeness is not Completeness.ABSENT]


@pytest.mark.parametrize("name", there())
def test_a_grade_falls_with_its_evidence(name: str) -> None:
    release = find(make_repo(example()))[0]
    found = assess(release, components().values())[name]
    files = example()
    for _ in range(8):  # evidence is shown up to a number: what came next takes its place
        now = find(make_repo(files))[0]
        grade = assess(now, components().values())[name]
        if grade.completeness < found.completeness:
            return
        files = deleted(files, best(grade.evidence, found.completeness))
    pytest.fail(f"{name} is {found.completeness} without what it rests on")


def test_a_verdict_says_what_lowered_it() -> None:
    gate = "Fill in the form https://forms.gle/x to get access to the weights."
    release = find(make_repo(said(gate)(example())))[0]
    weights = assess(release, components().values())["model-parameters-final"]
    limits = [e for e in weights.evidence if e.effect is Effect.LIMITS]
    assert limits and all(e.at and gate[:20] in e.says for e in limits)
    assert assess(find(make_repo(example()))[0], components().values())["model-parameters-final"].access == 0


# --- languages ------------------------------------------------------------------------------------------------------

TALK = "https://huggingface.co/datasets/acme/talk"
TOLD = {
    "English": f"## Training data\n\nTrained on Wikipedia and {TALK}, filtered by hand.",
    "Chinese": f"## 训练数据\n\n训练数据包括维基百科和 {TALK} ，并经过人工过滤。",
    "Japanese": f"## 学習データ\n\n学習データは Wikipedia と {TALK} です。フィルタしました。",
}


@pytest.mark.parametrize("language", TOLD)
def test_cards_are_read_alike(language: str) -> None:
    other = {path: content for path, content in example().items() if path != "README.md"}
    before, _, after = README.partition("## Training data")
    text = before + TOLD[language] + "\n\n" + after[after.index("## Training\n") :]
    assert of({**other, "README.md": text.encode()}) == of(example())


OTHER = {
    "German": "Das Modell wurde mit drei Milliarden Wörtern aus dem Netz trainiert und für kurze Nachrichten gebaut. "
    "Die Daten sind gefiltert, und was doppelt war, ist nicht mit dabei. Wir haben auf eine gute Mischung geachtet, "
    "die für alle Menschen nützlich ist, und werden sie nicht mit anderen teilen.",
    "Russian": "Модель обучена на трёх миллиардах слов из сети и сделана для коротких сообщений. Данные отфильтрованы, "
    "повторы удалены. Мы следили за хорошим составом, полезным для всех людей, и не будем делиться им с другими. "
    "Обучение длилось два дня на восьми ускорителях, настройки лежат рядом с кодом в этом хранилище.",
    "Korean": "이 모델은 웹에서 모은 삼십억 단어로 학습했습니다 짧은 글을 읽고 씁니다 데이터는 걸러졌고 "
    "중복은 제거했습니다 우리는 모두에게 쓸모 있는 좋은 구성을 위해 애썼습니다 학습은 여덟 대의 "
    "가속기에서 이틀 동안 걸렸고 설정은 코드 옆에 있습니다 가중치는 누구나 내려받을 수 있으며 "
    "사용법은 아래에 있습니다 평가 결과는 표에 있습니다",
}


@pytest.mark.parametrize("language", OTHER)
def test_what_cannot_be_read_is_asked(language: str) -> None:
    text = f"# Swift\n\n{OTHER[language]}\n\nhttps://huggingface.co/acme/swift-7b\n"
    told = of({**example(), "README.md": text.encode()})
    assert told["data-information"] is Openness.UNKNOWN
    both = of({**example(), "README.ko.md": text.encode()})
    assert both == of(example())


# --- real trees -----------------------------------------------------------------------------------------------------

TREES = Path(os.environ.get("OPENNESS_GATE_TREES", "/nonexistent"))
NAMES = sorted(path.name for path in TREES.iterdir()) if TREES.is_dir() else []
LARGE = 1 << 20  #: bytes; what is larger is cut


def tree(name: str) -> Files:
    repo = SOURCE.open(Request(str(TREES / name)))
    return {path: repo.read(path, LARGE) for path in repo.paths if not is_broken(repo, path)}


def is_broken(repo: Repo, path: str) -> bool:
    try:
        repo.size(path)
    except Unreadable:
        return True
    return False


@pytest.mark.slow
@pytest.mark.skipif(not NAMES, reason="OPENNESS_GATE_TREES names no folder of trees")
@pytest.mark.parametrize("name", NAMES)
def test_real_trees(name: str) -> None:
    files = tree(name)
    before = of(files)
    changed = {how: of(SAME[how](files)) for how in SAME}
    assert changed == dict.fromkeys(changed, before)


def untrained(files: Files) -> Files:
    """Without what trains: its scripts, its settings and its submodules."""
    trains = {loop.at.path for loop in loops(make_repo(files)) if loop.here}
    return {path: content for path, content in files.items() if path not in trains}


def speechless(files: Files) -> Files:
    return {path: b"" if path.lower().endswith((".md", ".rst")) else content for path, content in files.items()}


def gated(files: Files) -> Files:
    at = next((path for path in files if path.lower() == "readme.md"), "README.md")
    gate = b"\n\n## Model weights\n\nFill in the form https://forms.gle/x to get access to the weights.\n"
    return {**files, at: files.get(at, b"") + gate}


def relicensed(files: Files) -> Files:
    nc = (
        b"All contents of this repository may only be used for non-commercial research. Commercial use is prohibited.\n"
    )
    return {path: nc if "licen" in path.lower().rsplit("/", 1)[-1] else content for path, content in files.items()}


LESS = {"code": untrained, "data-information": speechless, "parameters": gated, "license": relicensed}


@pytest.mark.slow
@pytest.mark.skipif(not NAMES, reason="OPENNESS_GATE_TREES names no folder of trees")
@pytest.mark.parametrize("name", NAMES)
def test_real_trees_with_less(name: str) -> None:
    files = tree(name)
    before = of(files)
    for summary, change in LESS.items():
        after = of(change(files))
        if find(make_repo(change(files)))[0].kind is not find(make_repo(files))[0].kind:
            continue  # without its documents nothing says that there is a model: other things are asked then
        higher = {other for other in SUMMARIES if rank(after[other]) > rank(before[other]) >= 0}
        if change is speechless:
            higher -= {"parameters"}  # a gate that only the documents told of goes with them
        assert higher == set(), summary
        if before[summary] is Openness.OPEN and change is gated:
            assert rank(after[summary]) < rank(before[summary]), summary
