"""What a call costs beside `python -c 'import argparse, yaml'`, in CPU time of the whole process; what `license` costs
beside `python -c 'import yaml'`.

    python benchmarks/startup.py [-n PAIRS]

Run it with the Python of an environment in which the wheel is installed; an editable checkout has another way to its
modules. Both sides of a pair run in turn, A B A B; shown are medians, the ratio pair by pair. Not on Windows.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

EXAMPLE = Path(__file__).resolve().parents[1] / "docs" / "examples" / "open-release"
GATE = str(Path(sys.executable).with_name("openness-gate"))
PEER = (sys.executable, "-c", "import argparse, yaml")
YAML = (sys.executable, "-c", "import yaml")
OWN = "Terms of Acme\n\n1. You may use the model for research only.\n\n" + "2. All that it writes is yours.\n" * 300
LEFT_OUT = (
    "MOF.yml", "make_data.py", "TECHNICAL_REPORT.md", "checkpoints", "samples", "data/raw", "results/training.json",
    "data/processed/counts.json", "data/processed/validation.txt",
)  # fmt: skip
FILES = 20
LOADS = "from openness_gate.policy_sources import policy; policy('{at}/a.yml')"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=21, help="pairs of each comparison (21)")
    pairs = parser.parse_args().n
    with tempfile.TemporaryDirectory() as folder:
        plain, tracked = Path(folder, "plain"), Path(folder, "tracked")
        release(plain)
        release(tracked)
        for command in (("init", "-q"), ("add", "-A")):
            subprocess.run(("git", *command), cwd=tracked, check=True)
        layers(Path(folder))
        known, unknown = EXAMPLE / "LICENSE", Path(folder, "TERMS")
        unknown.write_text(OWN, "utf-8")
        calls = {
            "--version": ((GATE, "--version"), PEER),
            f"check, {FILES} files, a folder": ((GATE, "check", str(plain)), PEER),
            f"check, {FILES} files, in git": ((GATE, "check", str(tracked)), PEER),
            "bare interpreter": ((sys.executable, "-c", "pass"), PEER),
            "policy, 5 layers, 100 rules": ((sys.executable, "-c", LOADS.format(at=folder)), YAML),
            "license, a known text": ((GATE, "license", str(known)), YAML),
            "license, terms of one's own": ((GATE, "license", str(unknown)), YAML),
        }
        print(f"Python {platform.python_version()}, {pairs} pairs, beside: {' '.join(PEER[1:])}\n")
        print(f"{'call':<28} {'CPU ms':>8} {'beside':>8} {'ratio':>7}")
        for name, (call, peer) in calls.items():
            ours, theirs, ratio = compare(call, peer, pairs)
            print(f"{name:<28} {ours * 1000:>8.1f} {theirs * 1000:>8.1f} {ratio:>7.2f}")


def layers(folder: Path) -> None:
    """A policy of a hundred rules that four others have a part of."""
    names = ("training-code", "inference-code", "model-card", "data-card", "datasets", "tokenizer", "evaluation-code")
    for n, name in enumerate("abcde"):
        extends = f"extends: {'abcde'[n + 1]}.yml\n" if n < 4 else ""
        sets = f"license_sets: {{set-{name}: {{includes: [osi-approved, CC0-1.0]}}}}\n"
        rules = "".join(
            f"  rule-{i}: {{require: {names[i % 7]}, at_least: linked, license: set-{name}, clause: Section {i}}}\n"
            for i in range(20 * n, 20 * n + 20)
        )
        text = f"policy: {name}\nversion: 1\ntitle: {name}\n{extends}{sets}rules:\n{rules}"
        (folder / f"{name}.yml").write_text(text, "utf-8")


def release(folder: Path) -> None:
    """A model release of `FILES` files, taken from the open example."""
    shutil.copytree(EXAMPLE, folder, ignore=lambda at, names: {n for n in names if _left_out(Path(at, n))})
    count = sum(path.is_file() for path in folder.rglob("*"))
    assert count == FILES, f"{count} files"


def _left_out(path: Path) -> bool:
    return path.name == "__pycache__" or path.relative_to(EXAMPLE).as_posix() in LEFT_OUT


def compare(ours: tuple[str, ...], theirs: tuple[str, ...], pairs: int) -> tuple[float, float, float]:
    """Median seconds of each, and the median of their ratio in each pair, after one run of both that is not counted."""
    taken = [(cpu(ours), cpu(theirs)) for _ in range(pairs + 1)][1:]
    return median(a for a, _ in taken), median(b for _, b in taken), median(a / b for a, b in taken)


def cpu(command: tuple[str, ...]) -> float:
    """User and system seconds of *command* and of what it waited for."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, command
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
