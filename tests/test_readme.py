"""The README says what the program does: its tables and outputs are made by it, its commands run.

`python -m tests.test_readme --write` makes them anew.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from openness_gate import cli, policy_sources, registry

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
MOST_LINES = 250
PAGES = [README, *(ROOT / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")), *ROOT.glob("docs/*.md")]
MARKED = re.compile(r"<!-- begin (\S+) -->\n(.*?)<!-- end \1 -->", re.DOTALL)
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def gate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program, as a user runs it, in *folder*."""
    command = [sys.executable, "-c", "import sys; from openness_gate.cli import main; sys.exit(main())", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", env=environment())


def environment() -> dict[str, str]:
    import os

    known = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return {**known, "PYTHONPATH": str(Path(cli.__file__).parents[1]), "PYTHONIOENCODING": "utf-8"}


# --- what the program makes -----------------------------------------------------------------------------------------


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = tuple(heads)
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def components() -> str:
    found = registry.components().values()
    return table(("component", "title", "advice"), ((f"`{c.name}`", c.title, c.advice) for c in found))


def policies() -> str:
    found = [policy_sources.policy(name) for name in registry.policies()]
    return table(("policy", "title", "source"), ((f"`{p.id}`", p.title, f"<{p.source}>") for p in found))


def formats() -> str:
    found = [registry.reporter(name) for name in registry.names("reporters")]
    return table(("format", "what it is"), ((f"`{r.name}`", r.about) for r in found))


def commands() -> str:
    found = [registry.command(name) for name in registry.names("commands")]
    return table(("command", "what it does"), ((f"`{c.name}`", c.about) for c in found))


def exit_codes() -> str:
    lines = re.findall(r"^ +(\d+) +(.+)$", cli.__doc__ or "", re.MULTILINE)
    return table(("exit code", "meaning"), lines)


def inputs() -> str:
    rows = (
        (f"`{name}`", one["description"], f"`{one['default']}`" if one["default"] else "")
        for name, one in action("inputs")
    )
    return table(("input", "what it is", "default"), rows)


def outputs() -> str:
    return table(("output", "what it is"), ((f"`{name}`", one["description"]) for name, one in action("outputs")))


def action(part: str) -> Iterable[tuple[str, dict[str, str]]]:
    import yaml

    found: dict[str, dict[str, str]] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))[part]
    return found.items()


def output(lines: int, release: str, *arguments: str) -> str:
    """The first *lines* a user sees; the examples are copied, so that what git knows of them here plays no part."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "docs" / "examples" / release, Path(folder, "docs", "examples", release))
        command = ("check", f"docs/examples/{release}", *arguments)
        said = gate(Path(folder), *command)
    assert said.returncode in (0, 1), said.stderr
    first = "".join(said.stdout.splitlines(keepends=True)[:lines])
    return f"```console\n$ openness-gate {' '.join(command)} | head -n {lines}\n{first}```\n"


MADE = {
    "open-release": lambda: output(9, "open-release", "--policy", "osaid-1.0"),
    "broken-release": lambda: output(20, "broken-release"),
    "components": components,
    "policies": policies,
    "formats": formats,
    "commands": commands,
    "exit-codes": exit_codes,
    "inputs": inputs,
    "outputs": outputs,
}
MADE_FOR = [README, ROOT / "docs" / "action.md"]


def renewed(text: str) -> str:
    return MARKED.sub(lambda m: f"<!-- begin {m[1]} -->\n{MADE[m[1]]()}<!-- end {m[1]} -->", text)


# --- tests ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MADE)
def test_a_part_is_current(name: str) -> None:
    parts = dict(pair for page in MADE_FOR for pair in MARKED.findall(page.read_text("utf-8")))
    assert parts.get(name) == MADE[name](), "run: python -m tests.test_readme --write"


def test_nothing_is_marked_that_nothing_makes() -> None:
    assert {name for name, _ in MARKED.findall("".join(page.read_text("utf-8") for page in MADE_FOR))} == set(MADE)


def test_it_is_short() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= MOST_LINES


def blocks(language: str, page: Path = README) -> Iterator[str]:
    return (code for found, code in FENCED.findall(page.read_text("utf-8")) if found == language)


def shown() -> list[str]:
    """The commands that the README shows, without their comments."""
    lines = [line.split("  #")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith("openness-gate ")]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The open example in git, tagged as the README has it, with the README's own policy beside it."""
    folder = tmp_path_factory.mktemp("readme") / "repository"
    shutil.copytree(ROOT / "docs" / "examples" / "open-release", folder)
    (policy,) = (block for block in blocks("yaml") if block.startswith("policy:"))
    (folder / "our-policy.yaml").write_text(policy, "utf-8")
    who = ("-c", "user.name=a", "-c", "user.email=a@example.test", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "first"), ("tag", "v1.2")):
        subprocess.run(("git", *command), cwd=folder, check=True, env=environment())
    return folder


@pytest.mark.parametrize("line", shown())
def test_a_command_that_is_shown_runs(line: str, repository: Path) -> None:
    """What comments has nobody to ask here, and says so."""
    if "--report" in line:
        gate(repository, "check", "--format", "json", "--output", "report.json")
    said = gate(repository, *line.split()[1:])
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout or (repository / "report.json").is_file()


def test_every_command_and_policy_is_shown() -> None:
    said = " ".join(shown())
    assert all(f"openness-gate {name}" in said for name in registry.names("commands"))


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there that few users have")
def test_a_link_that_leads_out_is_refused_and_shown(tmp_path: Path) -> None:
    (tmp_path / "NOTES.md").symlink_to("/etc/hosts")
    assert "leads out" in gate(tmp_path, "check").stdout


def test_ci_runs_the_test_command_of_the_readme() -> None:
    (first, second) = next(blocks("sh")).splitlines()
    assert first.endswith("check docs/examples/open-release --policy osaid-1.0")
    assert second in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize(
    "block",
    [code for code in blocks("yaml", ROOT / "docs" / "policies.md") if code.startswith("policy:")],
)
def test_a_policy_that_is_shown_is_valid_and_its_cases_hold(block: str, tmp_path: Path) -> None:
    (tmp_path / "shown.yaml").write_text(block, "utf-8")
    said = gate(tmp_path, "policy", "test" if "\ncases:" in block else "validate", "shown.yaml")
    assert said.returncode == 0, said.stderr


if __name__ == "__main__":
    current = True
    for page in MADE_FOR:
        text = renewed(page.read_text("utf-8"))
        if "--write" in sys.argv[1:]:
            page.write_text(text, "utf-8")
        current = current and text == page.read_text("utf-8")
    raise SystemExit(0 if current else "pages are not current; renew them with --write")
