"""What the scripts of a release are for, without running them: training, data, inference, evaluation, architecture.

A filter over the bytes first; a file whose bytes could hold a signal is parsed once and its calls, imports and classes
are held against the table `data/signals.json`. Comments and strings therefore never count. What cannot be parsed is
said, not taken for absent.
"""

from __future__ import annotations

import ast
import gc
import sys
import warnings
from collections.abc import Iterable, Iterator
from functools import cache

from openness_gate.facts import blob_fact, fact
from openness_gate.facts.content import head
from openness_gate.facts.notebook import code_of
from openness_gate.facts.paths import base, bundled, is_foreign
from openness_gate.facts.tables import table
from openness_gate.messages import say
from openness_gate.model import Place, Repo
from openness_gate.tuples import NamedTuple

CODE_LIMIT = 512 << 10  #: bytes read of a script
NOTEBOOK_LIMIT = 16 << 20  #: bytes read of a notebook, most of them pictures
PARSE_LIMIT = 32 << 20  #: bytes of scripts that are parsed
MOST_NODES = 200_000
TELLING = (ast.Call, ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
LEAVES = frozenset({ast.Name, ast.Constant, ast.Load, ast.Store, ast.Del, ast.arg, ast.alias, ast.Pass})
BUILDERS = frozenset({"json", "csv", "text", "parquet", "arrow", "pandas", "imagefolder", "audiofolder", "webdataset"})
COMMAND_LINES = (b"parse_args", b"import click", b"import fire", b"import typer", b"import tyro")
COMMANDS = frozenset({"call parse_args", "import click", "import fire", "import typer", "import tyro"})
LOADER, LOADS_WEIGHTS = "from_pretrained", "call weights_from_pretrained"


class Script(NamedTuple):
    """One script, and what it is for."""

    path: str
    roles: frozenset[str]  #: of {"training", "data", "inference", "evaluation", "architecture"}
    stage: str  #: of training: "pretrain", "finetune", or "" when nothing says
    lines: dict[str, int]  #: where each role shows
    settings: frozenset[str]  #: hyper-parameters that it sets
    data_sets: tuple[tuple[str, int], ...] = ()  #: public data sets that it loads by name, with lines
    hands_to: tuple[tuple[str, int], ...] = ()  #: packages whose loop it starts where it has none, with lines
    likely: bool = False  #: of its stage: one call says so, which may be an option among others
    step_only: bool = False  #: of training: it defines a step, and nothing here that runs it

    def at(self, role: str) -> Place:
        return Place(self.path, self.lines.get(role, 1))


@fact
def scripts(repo: Repo) -> tuple[Script, ...]:
    """Every Python script and notebook that shows what it is for."""
    collects = gc.isenabled()
    gc.disable()  # trees of syntax have no circles, and many nodes to look through
    try:
        return _scripts(repo)
    finally:
        if collects:
            gc.enable()


def _scripts(repo: Repo) -> tuple[Script, ...]:
    found = []
    parsed = 0
    for path in repo.paths:
        if not path.endswith((".py", ".ipynb")) or base(path) in ("setup.py", "conftest.py") or is_foreign(path):
            continue
        if parsed > PARSE_LIMIT:
            repo.log.unread[path] = say("more than {n} MiB of scripts; the rest was not read", n=PARSE_LIMIT >> 20)
            break
        script, size = _read(repo, path)
        parsed += size
        if script:
            found.append(script)
    return tuple(found)


def of(repo: Repo, role: str) -> Iterator[Script]:
    """The release's own scripts for *role*; those of a project that lies in it where it has none."""
    found = [s for s in scripts(repo) if role in s.roles]
    copied = bundled(repo)
    return iter([s for s in found if not s.path.startswith(copied)] or found) if copied else iter(found)


@cache
def _needles() -> tuple[tuple[tuple[bytes, ...], ...], ...]:
    """For each signal and group the bare words, one of which must stand in the bytes."""
    return tuple(
        tuple(
            tuple(token.split()[1].replace("weights_", "").lstrip("*").encode() for token in group)
            for group in signal["tokens"]
        )
        for signal in table("signals")["signals"]
    )


@blob_fact
def _read(repo: Repo, path: str) -> tuple[Script | None, int]:
    """What a script is for, and how many bytes were parsed to know it."""
    content = head(repo, path, NOTEBOOK_LIMIT if path.endswith(".ipynb") else CODE_LIMIT)
    if not _worth_parsing(content, path):
        return None, 0
    source: str | bytes = content
    if path.endswith(".ipynb"):
        source = code_of(content)
        if not source.strip():
            repo.log.notice(say("{path} is no notebook; what it is for is not known", path=path), Place(path))
    try:
        with warnings.catch_warnings():  # of old escapes, which are the author's business
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        repo.log.notice(say("{path} cannot be parsed as Python 3; what it is for is not known", path=path), Place(path))
        return None, len(source)
    return _script(path, telling_nodes(tree), content), len(source)


def _worth_parsing(content: bytes, path: str) -> bool:
    if any(_holds(content, groups) for groups in _needles()):
        return True
    lower = path.lower()
    if "train" in lower and any(b"import " + entry.encode() in content for entry in table("signals")["entries"]):
        return True
    if _is_in_data_folder(path) and (_is_of_processing(path) or any(word in content for word in COMMAND_LINES)):
        return True
    return _is_step(path) or any(part in lower for part in table("signals")["data_paths"])


def _is_step(path: str) -> bool:
    """Its name begins with what is done to data before a training, and is of no benchmark."""
    known = table("signals")
    return base(path).startswith(tuple(known["data_steps"])) and not any(b in path.lower() for b in known["benchmarks"])


def _holds(content: bytes, groups: tuple[tuple[bytes, ...], ...]) -> bool:
    """Of each group one word stands in *content*."""
    for group in groups:
        for word in group:
            if word in content:
                break
        else:
            return False
    return True


def _is_in_data_folder(path: str) -> bool:
    return not frozenset(table("signals")["data_folders"]).isdisjoint(path.lower().split("/")[:-1])


def _is_of_processing(path: str) -> bool:
    """Its folder is named for what is done with data, not for data."""
    return any("process" in part or "prep" in part for part in path.lower().split("/")[:-1])


def _is_started(path: str, tokens: dict[str, int]) -> bool:
    """It is a program: by its command line, or by its folder."""
    return _is_of_processing(path) or not COMMANDS.isdisjoint(tokens)


def _script(path: str, nodes: list[ast.AST], content: bytes) -> Script | None:
    tokens = tokens_of(nodes)
    lines: dict[str, int] = {}
    stage, likely = "", False
    steps: list[bool] = []
    own = {f"call {token[6:]}" for token in tokens if token.startswith("class ")}
    tokens = {token: line for token, line in tokens.items() if token not in own or f"base {token[5:]}" in tokens}
    trainers = [line for token, line in tokens.items() if token.startswith("call ") and token.endswith("Trainer")]
    if trainers:
        tokens["call *Trainer"] = min(trainers)
    for signal in table("signals")["signals"]:
        hit = [next((tokens[t] for t in group if t in tokens), 0) for group in signal["tokens"]]
        if all(hit) and tokens.keys().isdisjoint(signal.get("not", ())):
            lines.setdefault(signal["role"], hit[0])
            steps.append(bool(signal.get("step")) or signal["role"] != "training")
            stage = signal.get("stage", stage)
    _roles_by_name(path, tokens, lines)
    if "training" in lines:
        stage, likely = _stage(path, tokens, stage)
    hands = () if "training" in lines or "train" not in path.lower() else tuple(_handed(nodes))
    if not lines and not hands:
        return None
    settings = settings_in(content) if "training" in lines or hands else frozenset[str]()
    loads = tuple(_data_sets(nodes)) if {"training", "data"} & set(lines) else ()
    return Script(path, frozenset(lines), stage, lines, settings, loads, hands, likely, all(steps))


def _roles_by_name(path: str, tokens: dict[str, int], lines: dict[str, int]) -> None:
    """What the name of a file adds, where its content does something at all."""
    knowledge = table("signals")
    lower = path.lower()
    shown = (*knowledge["shown_paths"], *(knowledge["shown_notebooks"] if lower.endswith(".ipynb") else ()))
    measures = not frozenset(knowledge["measuring_folders"]).isdisjoint(lower.split("/")[:-1])
    if measures or any(part in lower for part in shown):
        lines.pop("training", None)  # it studies what was trained, or teaches how one trains something
    calls = [line for token, line in tokens.items() if token.startswith("call ")]
    if len(calls) < 3:
        return
    if any(part in base(path) for part in knowledge["data_paths"]) and any(t in tokens for t in knowledge["data_work"]):
        lines.setdefault("data", min(calls))
    elif "training" not in lines and (_is_step(path) or (_is_in_data_folder(path) and _is_started(path, tokens))):
        loader = "def __getitem__" in tokens and "call load_dataset" not in tokens and not _is_step(path)
        reads, writes = (any(t in tokens for t in knowledge[does]) for does in ("data_read", "data_written"))
        if reads and writes and not loader:
            lines.setdefault("data", min(calls))
    if any(part in lower for part in knowledge["evaluation_paths"]):
        lines.setdefault("evaluation", min(calls))
    if any(part in lower for part in (*knowledge["evaluation_paths"], *knowledge["apart_paths"])):
        lines.pop("data", None)  # it prepares what the model is measured on, or shown with
    if "training" in lines and not any(part in lower for part in knowledge["inference_paths"]):
        lines.pop("inference", None)  # it samples to watch the training


def _stage(path: str, tokens: dict[str, int], said: str) -> tuple[str, bool]:
    """Whether a training loop begins from nothing or from a model, and if that is only likely. "" when nothing says."""
    lower = path.lower()
    pretrain, finetune = table("signals")["pretrain"], table("signals")["finetune"]
    if said == "pretrain" or any(part in lower for part in pretrain["paths"]):
        return "pretrain", False
    if said == "finetune" or any(part in lower for part in finetune["paths"]):
        return "finetune", False
    for how in ("sure", "likely"):
        begins = any(token in tokens for token in pretrain[how])
        continues = any(token in tokens for token in finetune[how])
        if begins != continues or (begins and how == "sure"):
            return "pretrain" if begins else "finetune", how == "likely"
    return "", False


def is_of_fine_tuning(path: str, stage: str = "") -> bool:
    """A recipe for users who tune the model to their own data: that data made no part of the release."""
    lower = path.lower()
    return stage == "finetune" or any(part in lower for part in table("signals")["finetune"]["paths"])


def telling_nodes(tree: ast.Module) -> list[ast.AST]:
    """Calls, imports, classes and functions that can run: not what stands under `if False`. One walk for all."""
    found: list[ast.AST] = []
    queue: list[ast.AST] = [tree]
    seen = 0
    while queue and seen < MOST_NODES:
        node = queue.pop()
        seen += 1
        if isinstance(node, TELLING):
            found.append(node)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Constant) and not node.test.value:
            queue.extend(node.orelse)
            continue
        for name in node._fields:
            value = getattr(node, name, None)
            if value.__class__ is list:
                queue.extend(one for one in value if isinstance(one, ast.AST) and one.__class__ not in LEAVES)
            elif isinstance(value, ast.AST) and value.__class__ not in LEAVES:
                queue.append(value)
    return found


def tokens_of(nodes: Iterable[ast.AST]) -> dict[str, int]:
    """`call x`, `import x`, `base x`, `class x`, `def x` of a program, each with the first line it stands on.

    What a method for loading weights does itself is an offer; who takes it calls that method.
    """
    found: dict[str, int] = {}
    nodes = list(nodes)
    defined = [n for n in nodes if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and n.name == LOADER]
    loaders = [range(n.lineno, (n.end_lineno or 0) + 1) for n in defined]
    for node in nodes:
        line = getattr(node, "lineno", 1)
        for token in _tokens(node):
            if token != LOADS_WEIGHTS or not any(line in loader for loader in loaders):
                found[token] = min(found.get(token, line), line)
    return found


def _tokens(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        yield from _call(node.func)
        if any(k.arg == "file" and _last(k.value) != "stderr" for k in node.keywords) and _last(node.func) == "print":
            yield "call print_to"
    elif isinstance(node, ast.Import):
        for alias in node.names:
            yield f"import {alias.name.split('.')[0]}"
    elif isinstance(node, ast.ImportFrom) and not node.level:
        yield f"import {(node.module or '').split('.')[0]}"
    elif isinstance(node, ast.ClassDef):
        yield f"class {node.name}"
        for parent in node.bases:
            yield f"base {_last(parent)}"
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield f"def {node.name}"


def _call(function: ast.expr) -> Iterator[str]:
    name = _last(function)
    owner = _last(function.value) if isinstance(function, ast.Attribute) else ""
    if name != "fit" or not any(word in owner.lower() for word in table("signals")["scalers"]):
        yield f"call {name}"
    if not isinstance(function, ast.Attribute):
        return
    if name == LOADER and not any(word in owner.lower() for word in table("signals")["frozen"]):
        yield LOADS_WEIGHTS
    elif owner and owner[0].isupper():
        yield f"call {owner}"  # `SentencePieceTrainer.train(…)` uses the class


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _handed(nodes: list[ast.AST]) -> Iterator[tuple[str, int]]:
    """The packages whose entry point to training is imported and called."""
    known = table("signals")
    called = {_last(node.func) for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        if not isinstance(node, ast.ImportFrom) or node.level or not node.module:
            continue
        package, _, rest = node.module.partition(".")
        if package in known["launchers"] or package in sys.stdlib_module_names:
            continue
        for alias in node.names:
            enters = alias.name in known["entries"] or (alias.name == "main" and "train" in rest)
            if enters and (alias.asname or alias.name) in called:
                yield package, node.lineno


def _data_sets(nodes: list[ast.AST]) -> Iterator[tuple[str, int]]:
    """What `load_dataset("name")` and its like of other libraries name; the classes of a library that are data sets."""
    known = table("loaders")
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        name = _last(node.func)
        owner = _last(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        if name in known["classes"] and owner in known["modules"]:
            yield name, node.lineno
        elif name in known["calls"] or f"{owner}.{name}" in known["calls"]:
            keywords = known["calls"].get(name) or known["calls"][f"{owner}.{name}"]
            named = [*node.args[:1], *(k.value for k in node.keywords if k.arg in keywords)]
            for first in named[:1]:
                if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value not in BUILDERS:
                    yield first.value, node.lineno


@cache
def _settings() -> tuple[tuple[str, tuple[bytes, ...]], ...]:
    return tuple((name, tuple(w.encode() for w in words)) for name, words in table("signals")["settings"].items())


def settings_in(content: bytes) -> frozenset[str]:
    """Which hyper-parameters a script or a configuration sets."""
    lower = content.lower()
    return frozenset(name for name, words in _settings() if any(word in lower for word in words))
