"""What the hook costs, in CPU time of its own process and the git that it starts, beside what the issues name.

    python benchmarks/hook.py [-n PAIRS] [--peers DIR]

Run it with the Python of an environment in which the wheel is installed. Both sides of a pair run in turn, A B A B;
shown are medians, the ratio pair by pair. `--peers` is the folder of programs of an environment of its own, made by
`pip install reuse 'repo-review[cli]' sp-repo-review check-jsonschema`. The hook is measured where it
has judged the same before, and with no verdict kept. Not on Windows.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

EXAMPLE = Path(__file__).resolve().parents[1] / "docs" / "examples" / "open-release"
HOOK = (sys.executable, "-I", "-m", "openness_gate", "check", "--hook", "--offline", "--format", "brief")
YAML = (sys.executable, "-c", "import yaml")
LIST = (shutil.which("git") or "git", "ls-files", "-s")
WHO = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false")
CODE = "import os\n\n\ndef part{n}(x):\n    return x + {n}\n"
CHANGED = "pkg/part00/mod00000.py"
SIZES = (100, 20_000)
MODULES = 50  #: folders of code

Before = Callable[[], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=21, help="pairs of each comparison (21)")
    parser.add_argument("--peers", type=Path, help="the folder of other tools' programs")
    asked = parser.parse_args()
    print(f"Python {platform.python_version()}, {asked.n} pairs\n")
    print(f"{'files':>6} {'hook':<12} {'beside':<34} {'CPU ms':>8} {'beside':>8} {'ratio':>7}")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = str(Path(folder, "state"))
        for size in SIZES:
            repo = repository(Path(folder, str(size)), size)
            for name, before in states(repo).items():
                for label, peer, cwd in peers(repo, asked.peers):
                    ours, theirs, ratio = compare(repo, before, peer, cwd, asked.n)
                    said = f"{ours * 1000:>8.1f} {theirs * 1000:>8.1f} {ratio:>7.2f}"
                    print(f"{size:>6} {name:<12} {label:<34} {said}", flush=True)


def repository(folder: Path, size: int) -> Path:
    """A model release of *size* files: the open example and modules of code, committed."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    have = sum(path.is_file() for path in folder.rglob("*"))
    for n in range(size - have):
        at = folder / f"pkg/part{n % MODULES:02d}/mod{n:05d}.py"
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(CODE.format(n=n) * 10)
    for command in (("init", "-q"), ("add", "-A"), (*WHO, "commit", "-q", "-m", "x")):
        subprocess.run(("git", *command), cwd=folder, check=True)
    return folder


def states(repo: Path) -> dict[str, Before]:
    """What is done before each run of the hook: nothing, or what is kept is lost."""

    def forget() -> None:
        shutil.rmtree(repo / ".git" / "openness-gate", ignore_errors=True)

    return {"same": lambda: None, "nothing kept": forget}


def peers(repo: Path, programs: Path | None) -> list[tuple[str, tuple[str, ...], Path]]:
    """What the hook is compared with: a name, the command, and where it runs."""
    found = [("python -c 'import yaml'", YAML, repo), ("git ls-files -s", LIST, repo)]
    if programs is None:
        return found
    schema = repo.parent / "schema.json"
    schema.write_text(json.dumps({"type": "object", "required": ["policy"]}))
    instance = repo.parent / "policy.yaml"
    instance.write_text("policy: p\n")
    for name, words in {
        "reuse lint": ("reuse", "lint"),
        "repo-review": ("repo-review", "."),
        "check-jsonschema": ("check-jsonschema", "--schemafile", str(schema), str(instance)),
    }.items():
        if (programs / words[0]).exists():
            found.append((name, (str(programs / words[0]), *words[1:]), repo))
    return found


def compare(repo: Path, before: Before, peer: tuple[str, ...], cwd: Path, pairs: int) -> tuple[float, float, float]:
    """Median seconds of each, and the median of their ratio in each pair, after one run of both that is not counted."""
    taken = []
    for _ in range(pairs + 1):
        before()
        taken.append((cpu(HOOK, repo), cpu(peer, cwd)))
    taken = taken[1:]
    return median(a for a, _ in taken), median(b for _, b in taken), median(a / b for a, b in taken)


def cpu(command: tuple[str, ...], cwd: Path) -> float:
    """User and system seconds of *command* and of what it waited for."""
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    os.chdir(cwd)
    child = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    assert 0 <= os.waitstatus_to_exitcode(status) < 4, command  # a verdict of any kind
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
