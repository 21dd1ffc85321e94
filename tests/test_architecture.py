"""The shape of the program: what may import what, how large things are, how they are named, how people are told."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

import openness_gate
from openness_gate.model import Completeness
from openness_gate.registry import components

PACKAGE = Path(openness_gate.__file__).parent
PROJECT = PACKAGE.parent
MODULES = {
    ".".join(("openness_gate", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}

MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 40
ROOMS = {
    "commands": "COMMAND",
    "components": "COMPONENT",
    "reporters": "REPORTER",
    "sources": "SOURCE",
    "forges": "FORGE",
    "org.reports": "FORMAT",
}
PURE_ROOMS = ("facts", "components", "reporters")
PURE_FILES = (
    "assemble",
    "checkout",
    "comment_body",
    "comment_plan",
    "compare",
    "digests",
    "engine",
    "evaluate",
    "fitting",
    "github_event",
    "mof",
    "engines",
    "declared",
    "holding",
    "inherit",
    "lock",
    "markup",
    "news",
    "policy_cases",
    "wording",
    "rules",
    "report",
    "model",
    "policy",
    "located",
    "messages",
    "exceptions",
    "excused",
    "evidence_digest",
)
NOT_PURE = frozenset(
    "git glob http io os pathlib requests shutil socket subprocess tempfile time urllib".split()  # noqa: SIM905
)
TELLS = {"raises": 1, "limits": 1, "unknown": 1} | dict.fromkeys(
    ("Notice", "Evidence", "GateError", "Unreadable", "Malformed", "GitFailed", "notice", "fail", "error"), 0
)
"""Calls that take a sentence for a person, and as which argument."""
NAMES = re.compile(
    r"pythia|\bolmo|\bamber\b|crystalcoder|baichuan|stablelm|alpaca|\bdolly|galactica|metaseq|gpt-?neox|tinyllama|smollm"
    r"|map-neo|internlm|chatglm|nanogpt|deepseek(?!_)|\bkimi",
    re.IGNORECASE,
)
"""Models and their projects. A library with the same name (a launcher, a metric) is none."""
UNDONE = re.compile(r"\b(TODO|FIXME|XXX)\b|NotImplementedError")


def is_pure(module: str) -> bool:
    room, _, name = module.removeprefix("openness_gate.").partition(".")
    return room in PURE_ROOMS or (not name and room in PURE_FILES)


PURE = [module for module in MODULES if is_pure(module)]

each_module = pytest.mark.parametrize("module", MODULES)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def imports(tree: ast.AST, *, at_start: bool = False) -> Iterator[str]:
    """The modules that are imported; *at_start*: only those that importing this one imports."""
    for node in _executed(tree) if at_start else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _executed(tree: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: no bodies of functions, nothing that only a type checker sees."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _executed(node)


def called(node: ast.Call) -> str:
    return ast.unparse(node.func).rpartition(".")[2]


# --- sizes ----------------------------------------------------------------------------------------------------------


@each_module
def test_files_are_short(module: str) -> None:
    assert len(MODULES[module].read_text("utf-8").splitlines()) <= MOST_LINES


@each_module
def test_functions_are_short(module: str) -> None:
    long = {f"{f.name}:{f.lineno}": lines for f in functions(TREES[module]) if (lines := _lines(f)) > 40}
    assert long == {}


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines, without the docstring."""
    assert function.end_lineno is not None
    first = function.body[0]
    is_docstring = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return function.end_lineno - function.lineno + 1 - docstring


# --- who may know whom ----------------------------------------------------------------------------------------------


def test_no_import_cycles() -> None:
    graph = {name: {i for i in imports(tree) if i in MODULES and i != name} for name, tree in TREES.items()}
    done: set[str] = set()
    while ready := [name for name in graph.keys() - done if graph[name] <= done]:
        done.update(ready)
    assert sorted(graph.keys() - done) == []


@pytest.mark.parametrize("module", PURE)
def test_pure_rooms_do_no_io(module: str) -> None:
    found = {name for name in imports(TREES[module]) if name.partition(".")[0] in NOT_PURE}
    found |= {name for name in imports(TREES[module]) if name.removeprefix("openness_gate.") in ("git", "disk", "http")}
    calls = {called(node) for node in ast.walk(TREES[module]) if isinstance(node, ast.Call)}
    found |= calls & {"open", "print", "input", "exec", "eval", "compile", "__import__", "breakpoint", "getenv"} - (
        {"compile"} if "re" in set(imports(TREES[module])) else set()
    )
    assert found == set()


@pytest.mark.parametrize("module", PURE)
def test_pure_rooms_do_not_ask_what_day_it_is(module: str) -> None:
    calls = {called(node) for node in ast.walk(TREES[module]) if isinstance(node, ast.Call)}
    assert calls.isdisjoint({"today", "now", "utcnow", "getcwd", "getenv", "random"})


@each_module
def test_imports_are_absolute(module: str) -> None:
    assert not [n.lineno for n in ast.walk(TREES[module]) if isinstance(n, ast.ImportFrom) and n.level]


@each_module
def test_annotations_are_not_evaluated(module: str) -> None:
    if len(TREES[module].body) > 1:
        assert "__future__.annotations" in set(imports(TREES[module])) or module == "openness_gate"


@each_module
def test_modules_are_documented(module: str) -> None:
    assert ast.get_docstring(TREES[module])


# --- rooms ----------------------------------------------------------------------------------------------------------

THINGS = [
    (room, module.rpartition(".")[2])
    for room in ROOMS
    for module in MODULES
    if module.startswith(f"openness_gate.{room}.")
]


@pytest.mark.parametrize(("room", "file"), THINGS)
def test_a_file_ends_with_the_thing_that_it_is_named_for(room: str, file: str) -> None:
    last = TREES[f"openness_gate.{room}.{file}"].body[-1]
    assert isinstance(last, (ast.Assign, ast.AnnAssign))
    assert ast.unparse(last.targets[0] if isinstance(last, ast.Assign) else last.target) == ROOMS[room]
    thing = getattr(importlib.import_module(f"openness_gate.{room}.{file}"), ROOMS[room])
    assert thing.name == file.replace("_", "-")


@pytest.mark.parametrize("name", components())
def test_a_component_says_why_it_matters_and_how_it_is_graded(name: str) -> None:
    about = ast.get_docstring(TREES[f"openness_gate.components.{name.replace('-', '_')}"]) or ""
    assert "Why it matters\n" in about
    _, graded, grading = about.partition("How it is graded\n")
    assert graded
    lines = [line for line in grading.splitlines() if line.startswith("    ") and line[4:5] not in ("", " ")]
    words = [line.split()[0] for line in lines if not line.strip().startswith("Access:")]
    assert len(words) >= 2
    assert words == sorted(words, key=lambda word: Completeness[word.upper()])


@pytest.mark.parametrize("name", components())
def test_a_components_grading_names_each_grade_that_its_code_gives(name: str) -> None:
    tree = TREES[f"openness_gate.components.{name.replace('-', '_')}"]
    given = {
        node.attr.lower()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Completeness"
    }
    _, _, grading = (ast.get_docstring(tree) or "").partition("How it is graded\n")
    assert {grade for grade in given if not re.search(rf"^    {grade}\b", grading, re.MULTILINE)} == set()


@pytest.mark.parametrize("name", components())
def test_a_components_words_are_one_sentence(name: str) -> None:
    component = components()[name]
    assert re.fullmatch(r"[A-Z][^.]*(\.\w[^.]*)*\.", component.advice)
    assert component.title[0].isupper()
    assert component.where


# --- what people are told -------------------------------------------------------------------------------------------


@each_module
def test_every_sentence_goes_through_say(module: str) -> None:
    calls = [n for n in ast.walk(TREES[module]) if isinstance(n, ast.Call) and called(n) in TELLS]
    sentences = [(call, argument) for call in calls for argument in _sentence(call)]
    assert [f"{called(call)}:{call.lineno}" for call, argument in sentences if _has_words(argument)] == []


def _sentence(call: ast.Call) -> Iterator[ast.expr]:
    place = TELLS[called(call)]
    yield from call.args[place : place + 1]
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "says")


def _has_words(node: ast.AST) -> bool:
    """A literal with words that goes through no call; `f"{at}: {says}"` has none of its own."""
    if isinstance(node, ast.Call):
        return False
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and any(map(str.isalpha, node.value))
    return any(map(_has_words, ast.iter_child_nodes(node)))


@each_module
def test_say_takes_a_literal(module: str) -> None:
    calls = [n for n in ast.walk(TREES[module]) if isinstance(n, ast.Call) and called(n) == "say"]
    assert not [c.lineno for c in calls if not (c.args and isinstance(c.args[0], ast.Constant))]


@each_module
def test_say_is_given_what_its_sentence_names(module: str) -> None:
    wrong = []
    for call in (n for n in ast.walk(TREES[module]) if isinstance(n, ast.Call) and called(n) == "say"):
        if call.args and isinstance(call.args[0], ast.Constant):
            named = set(re.findall(r"(?<!{){(\w+)", str(call.args[0].value)))
            if named != {keyword.arg for keyword in call.keywords}:
                wrong.append(call.lineno)
    assert wrong == []


# --- words ----------------------------------------------------------------------------------------------------------

WRITTEN = [*MODULES.values(), *sorted((PROJECT / "policies").glob("*.yaml"))]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(PROJECT)))
def test_code_names_no_real_model(path: Path) -> None:
    assert NAMES.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(PROJECT)))
def test_nothing_is_left_to_do(path: Path) -> None:
    assert UNDONE.findall(path.read_text("utf-8")) == []


# --- tools ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("ruff", ["check", "--no-cache", "."]),
        ("ruff", ["format", "--check", "--no-cache", "."]),
        ("mypy", ["--strict"]),
    ],
    ids=["ruff check", "ruff format", "mypy"],
)
def test_is_clean(tool: str, arguments: list[str]) -> None:
    if find_spec(tool) is None:
        pytest.skip(f"{tool} is not installed")
    done = subprocess.run(
        [sys.executable, "-m", tool, *arguments], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
