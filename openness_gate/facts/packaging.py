"""What a release needs to run, and the license of its package: the files of Python's packaging, and Dockerfiles.

Nothing is executed: `setup.py` is read as a syntax tree, and what it computes stays unknown.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from openness_gate.facts import content, fact, file_fact
from openness_gate.facts.paths import base, folder, is_foreign
from openness_gate.facts.values import loads
from openness_gate.messages import say
from openness_gate.model import Place, Repo
from openness_gate.tuples import NamedTuple

LOCK_LIMIT = 4 << 20
TOML_LIMIT = 128 << 10  #: bytes; the parser takes time that grows with the square of a key's dots
LONGEST_LINE = 1000  #: characters, for the same reason
SETUP_LIMIT = 256 << 10
REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][\w.-]{0,99})\s*(?:\[[^\]]{0,300}\])?\s*(.*)$", re.DOTALL)
COMMIT = re.compile(r"@[0-9a-f]{40}\b")
SEPARATORS = re.compile(r"[-_.]+")
LOCKED_NAME = re.compile(r"^(?:name = \"|- name: |  \"?name\"?: \"?)([A-Za-z0-9][\w.-]{0,99})", re.MULTILINE)
TAKES_VALUE = frozenset({
    "-r", "-c", "-i", "-f", "-t", "-n", "--requirement", "--constraint", "--index-url", "--extra-index-url",
    "--find-links", "--target", "--platform", "--name", "--file", "--channel", "--python", "--trusted-host",
})  # fmt: skip
IMAGE_INSTALL = re.compile(r"\b(?:pip3?|conda|mamba|uv)\b[^&;|\n]{0,80}?\binstall\b([^&;|]*)")


class DependencyFile(NamedTuple):
    """One file that says what is needed."""

    path: str
    form: str  #: requirements | pyproject | setup.cfg | setup.py | conda | pipfile | lock | docker
    names: frozenset[str] = frozenset()  #: as Python's packaging writes them: lower case, with hyphens
    pinned: int = 0  #: how many name one exact version, or one commit
    total: int = 0
    locked: bool = False  #: written by a resolver: everything that is installed, in exact versions
    license: str = ""
    license_line: int = 0
    trouble: str = ""

    @property
    def at(self) -> Place:
        return Place(self.path)


Needs = Iterable[tuple[str, bool]]  #: name, and whether it is pinned


@fact
def dependencies(repo: Repo) -> tuple[DependencyFile, ...]:
    """Every such file in the tree that is this release's own, even where nothing could be read from it."""
    return tuple(_dependency_file(repo, path) for path in repo.paths if form_of(path) and not is_foreign(path))


@fact
def package_license(repo: Repo) -> tuple[str, Place] | None:
    """The license that the package at the root, or at the release's home, declares."""
    for home in (repo.home.strip("/"), ""):
        for name in ("pyproject.toml", "setup.cfg", "setup.py"):
            path = f"{home}/{name}".lstrip("/")
            if path in repo.paths and (found := _dependency_file(repo, path)).license:
                return found.license, Place(path, found.license_line)
    return None


def form_of(path: str) -> str:
    """The form of the file; "" where it says nothing of dependencies."""
    name = base(path)
    if name in FORMS:
        return FORMS[name]
    if name.startswith("dockerfile") or name.endswith(".dockerfile"):
        return "docker"
    if name.endswith((".txt", ".in")) and ("requirements" in name or base(folder(path)) == "requirements"):
        return "requirements"
    return ""


@file_fact
def _dependency_file(repo: Repo, path: str) -> DependencyFile:
    form = form_of(path)
    text = content.decode(content.head(repo, path, LOCK_LIMIT)) if form == "lock" else content.text(repo, path)
    license_, trouble, needs = "", "", []
    try:
        found, license_ = READERS[form](text, path)
        needs = list(found)
    except (ValueError, RecursionError, MemoryError) as error:  # SyntaxError is none of these
        trouble = say("{path} cannot be read: {error}", path=path, error=str(error).split("\n")[0][:200])
        repo.log.notice(trouble, Place(path))
    names = frozenset(SEPARATORS.sub("-", name).lower() for name, _ in needs)
    pinned = sum(is_pinned for _, is_pinned in needs)
    line = next((n for n, line in enumerate(text.split("\n"), 1) if license_ and license_ in line), 0)
    return DependencyFile(path, form, names, pinned, len(needs), form == "lock", license_, line, trouble)


# --- requirements ---------------------------------------------------------------------------------------------------


def _requirement(line: str) -> tuple[str, bool] | None:
    """The name in *line*, and whether it is pinned; None for a line that requires nothing, as prose."""
    if line.startswith(("git+", "http://", "https://", "file:")):
        egg = re.search(r"[#&]egg=([A-Za-z0-9][\w.-]{0,99})", line)
        name = egg[1] if egg else line.split("@")[0].rstrip("/").rpartition("/")[2].removesuffix(".git")
        return (name, bool(COMMIT.search(line))) if name else None
    found = REQUIREMENT.match(line.split(" #")[0])
    if not found or (found[2] and found[2][0] not in "<>=!~;@(#,"):
        return None
    version = found[2].split(";")[0]
    exact = "==" in version and "*" not in version and "," not in version
    return found[1], exact or bool(COMMIT.search(version))


def _requirements(lines: Iterable[str]) -> Needs:
    for line in lines:
        plain = line.split("#")[0] if line.lstrip().startswith("#") else line.strip()
        plain = plain.removeprefix("-e ").removeprefix("--editable ").strip()
        if plain and not plain.startswith(("-", ".", "/")) and (found := _requirement(plain.split(" --hash")[0])):
            yield found


def _from_requirements(text: str, path: str) -> tuple[Needs, str]:
    return _requirements(text.replace("\\\n", " ").split("\n")), ""


# --- the package's own files ----------------------------------------------------------------------------------------


def toml(text: str) -> dict[str, Any]:
    """The TOML document *text*; whatever is wrong with it is a `ValueError`."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    if len(text) > TOML_LIMIT or max(map(len, text.split("\n"))) > LONGEST_LINE:
        raise ValueError(say("more than {n} KiB of TOML, or a line that is too long", n=TOML_LIMIT >> 10))
    found: dict[str, Any] = tomllib.loads(text)
    return found


def _inside(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _lines(value: Any) -> list[str]:
    return [line for line in value if isinstance(line, str)] if isinstance(value, list) else []


def _values(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else []


def _from_pyproject(text: str, path: str) -> tuple[Needs, str]:
    data = toml(text)
    lines = _lines(_inside(data, "project", "dependencies"))
    for groups in (_inside(data, "project", "optional-dependencies"), _inside(data, "dependency-groups")):
        lines += [line for group in _values(groups) for line in _lines(group)]
    poetry = _inside(data, "tool", "poetry")
    tables = [_inside(poetry, "dependencies"), _inside(poetry, "dev-dependencies")]
    tables += [_inside(group, "dependencies") for group in _values(_inside(poetry, "group"))]
    needs = [*_requirements(lines), *(need for one in tables for need in _poetry(one))]
    classifiers = _lines(_inside(data, "project", "classifiers"))
    declared = _inside(data, "project", "license")
    text_of = declared if isinstance(declared, str) else _inside(declared, "text")
    return needs, _license(text_of or _inside(poetry, "license"), classifiers)


def _poetry(needed: Any) -> Needs:
    """Poetry and Pipenv write a table; a bare version is an exact one."""
    for name, version in needed.items() if isinstance(needed, dict) else ():
        if name != "python":
            version = _inside(version, "rev") or _inside(version, "version") if isinstance(version, dict) else version
            yield name, isinstance(version, str) and bool(version) and version.lstrip("= v")[:1].isdigit()


def _from_pipfile(text: str, path: str) -> tuple[Needs, str]:
    data = toml(text)
    return [*_poetry(data.get("packages")), *_poetry(data.get("dev-packages"))], ""


def _license(declared: Any, classifiers: list[str]) -> str:
    """What is declared, or else the last part of the one classifier that names a license; never a whole text."""
    if isinstance(declared, str) and declared.strip() and "\n" not in declared.strip():
        return declared.strip()
    named = [line.rpartition("::")[2].strip() for line in classifiers if line.startswith("License ::")]
    return named[0] if len(named) == 1 and named[0] != "OSI Approved" else ""


def _from_setup_cfg(text: str, path: str) -> tuple[Needs, str]:
    values: dict[tuple[str, str], list[str]] = {}
    section, into = "", list[str]()
    for line in text.split("\n"):
        if line.startswith("["):
            section, into = line.strip("[] \t"), []
        elif line[:1].isspace():
            into.append(line.strip())
        elif "=" in line and not line.startswith(("#", ";")):
            key, _, value = line.partition("=")
            into = values.setdefault((section, key.strip()), [])
            into.append(value.strip())
    lines = [line for (where, key), each in values.items() for line in each
             if (where, key) == ("options", "install_requires") or where == "options.extras_require"]  # fmt: skip
    declared = "".join(values.get(("metadata", "license"), [])[:1])
    return _requirements(lines), _license(declared, values.get(("metadata", "classifiers"), []))


def _from_setup_py(text: str, path: str) -> tuple[Needs, str]:
    tree = _syntax(text)
    named = {target.id: node.value for node in tree.body if isinstance(node, ast.Assign)
             for target in node.targets if isinstance(target, ast.Name)}  # fmt: skip
    keywords: dict[str, ast.expr] = {}
    for node in tree.body:
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) == "setup":
                keywords |= {word.arg: word.value for word in call.keywords if word.arg}

    def strings(value: ast.expr | None) -> list[str]:
        value = named.get(value.id) if isinstance(value, ast.Name) else value
        items = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
        return [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]

    declared = strings(keywords.get("license"))
    return _requirements(strings(keywords.get("install_requires"))), _license(
        declared[0] if declared else "", strings(keywords.get("classifiers"))
    )


def _syntax(text: str) -> ast.Module:
    import warnings

    if len(text) > SETUP_LIMIT:
        raise ValueError(say("more than {n} KiB of Python", n=SETUP_LIMIT >> 10))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except SyntaxError as error:
            raise ValueError(error.msg) from None


# --- what others write ----------------------------------------------------------------------------------------------


def _from_conda(text: str, path: str) -> tuple[Needs, str]:
    from openness_gate.located import Malformed, parse

    try:
        value = parse(text, path).value
    except Malformed as error:
        raise ValueError(error.says) from None
    return list(_conda(_inside(value, "dependencies"))), ""


def _conda(items: Any) -> Needs:
    for item in items if isinstance(items, list) else ():
        if isinstance(item, str):
            name, equals, version = item.rpartition("::")[2].partition("=")
            if found := REQUIREMENT.match(name):
                yield found[1], bool(equals) and "*" not in version and not found[2]
        else:
            yield from _requirements(_lines(_inside(item, "pip")))


def _from_lock(text: str, path: str) -> tuple[Needs, str]:
    """Each package that a resolver wrote down; all of them are exact."""
    if base(path) == "pipfile.lock":
        parts = (_inside(loads(text), part) for part in ("default", "develop"))
        names = [name for part in parts if isinstance(part, dict) for name in part]
    else:
        names = LOCKED_NAME.findall(text)
    return [(name, True) for name in dict.fromkeys(names)], ""


def _from_docker(text: str, path: str) -> tuple[Needs, str]:
    return _installed(text.replace("\\\n", " ")), ""


def _installed(text: str) -> Iterator[tuple[str, bool]]:
    for line in text.split("\n"):
        if line.lstrip()[:3].upper() == "RUN":
            for command in IMAGE_INSTALL.findall(line):
                yield from _requirements(_packages(command))


def _packages(command: str) -> Iterator[str]:
    """The words after `install` that name packages: no options, values of options, files and addresses."""
    before = ""
    for word in command.split():
        is_file = word.endswith((".txt", ".whl", ".gz", ".yml", ".yaml")) or word.startswith(("http", ".", "/"))
        if before not in TAKES_VALUE and not is_file and "$" not in word:
            yield word.strip("'\"")
        before = word


FORMS = {
    "pyproject.toml": "pyproject",
    "setup.cfg": "setup.cfg",
    "setup.py": "setup.py",
    "environment.yml": "conda",
    "environment.yaml": "conda",
    "conda.yaml": "conda",
    "pipfile": "pipfile",
    **dict.fromkeys(("uv.lock", "poetry.lock", "pdm.lock", "pipfile.lock", "conda-lock.yml"), "lock"),
}
READERS: dict[str, Callable[[str, str], tuple[Needs, str]]] = {
    "requirements": _from_requirements,
    "pyproject": _from_pyproject,
    "setup.cfg": _from_setup_cfg,
    "setup.py": _from_setup_py,
    "conda": _from_conda,
    "pipfile": _from_pipfile,
    "lock": _from_lock,
    "docker": _from_docker,
}
