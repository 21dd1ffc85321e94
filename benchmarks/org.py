"""What a scan of local repositories costs, beside `openness-gate check` on each of them, and with one worker and two.

    python benchmarks/org.py [-n REPOSITORIES] [--rounds ROUNDS]

Run it with the Python of an environment in which the wheel is installed. The repositories are made here: the two
examples of the documentation (29 and 12 files) and ordinary projects, each with words of its own, so that none is
another's copy; once one of ten is a release, and once all are. CPU is that of the whole process and of all that it
started; both sides of a ratio run in turn, and shown are medians. Not on Windows; pinning to one core needs Linux.
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
from time import perf_counter
from typing import NamedTuple

EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples"
GATE = (sys.executable, "-I", "-m", "openness_gate")
WHO = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false")
POLICY = ("--policy", "osaid-1.0")
ONE_BY_ONE = 20  #: repositories that `check` is run on, each in a process


class Cost(NamedTuple):
    """Of one run."""

    wall: float  #: seconds
    cpu: float  #: seconds
    peak: int  #: KiB of memory of the largest process


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=200, help="repositories (200)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each comparison (5)")
    asked = parser.parse_args()
    print(f"Python {platform.python_version()}, {asked.n} repositories, {asked.rounds} rounds\n")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = os.environ["XDG_STATE_HOME"] = str(Path(folder, "state"))
        for share in (0.1, 1.0):
            print(f"--- {share:.0%} are releases")
            code = population(Path(folder, f"code{share}"), asked.n, share)
            report(code, Path(folder), asked.n, asked.rounds)


def report(code: Path, folder: Path, n: int, rounds: int) -> None:
    rows = [measured(code, folder, n) for _ in range(rounds)]
    cold, same, single, one, two = zip(*rows, strict=True)
    per_second = [n / cost.cpu for cost in cold]
    print(f"cold: {median(per_second):.0f} repositories per second of CPU, peak {max(c.peak for c in cold) >> 10} MiB")
    print(f"unchanged: {median(n / cost.cpu for cost in same):.0f} per second of CPU, with the start of the program")
    ratio = median(s.cpu / (c.cpu / n * ONE_BY_ONE) for s, c in zip(single, cold, strict=True))
    print(f"check, one by one: {ratio:.1f} times the CPU of the scan")
    speed = median(o.wall / t.wall for o, t in zip(one, two, strict=True))
    print(f"two workers: {speed:.2f} times as fast as one that is pinned to one core")
    print(f"kept: {(folder / 'kept' / 'scan.db').stat().st_size / n / 1024:.1f} KiB for each repository")


def measured(code: Path, folder: Path, n: int) -> tuple[Cost, Cost, Cost, Cost, Cost]:
    """Cold, unchanged, check on some, one pinned worker, two workers."""
    kept = folder / "kept"
    shutil.rmtree(kept, ignore_errors=True)
    scan = (*GATE, "org", "scan", str(code), *POLICY, "--out", str(kept))
    cold, same = run(*scan, "--jobs", "1"), run(*scan, "--jobs", "1")
    some = sorted(code.iterdir())[:: max(1, n // ONE_BY_ONE)][:ONE_BY_ONE]
    singles = [run(*GATE, "check", str(path), "--ref", "HEAD", *POLICY, "--format", "json") for path in some]
    single = Cost(sum(c.wall for c in singles), sum(c.cpu for c in singles), max(c.peak for c in singles))
    shutil.rmtree(kept)
    one = run(*scan, "--jobs", "1", pinned=True)
    shutil.rmtree(kept)
    return cold, same, single, one, run(*scan, "--jobs", "2")


def population(folder: Path, n: int, share: float) -> Path:
    """*n* repositories, of which *share* are releases."""
    for number in range(n):
        at = folder / f"r{number:05d}"
        if number % 10 < share * 10:
            shutil.copytree(EXAMPLES / ("open-release", "broken-release")[number // 10 % 2], at)
        else:
            (at / "src").mkdir(parents=True)
            (at / "README.md").write_text("# A service\n\nIt answers requests.\n")
            (at / "src" / "main.py").write_text("print('hello')\n")
        for path in at.rglob("*"):
            if path.suffix in (".md", ".py", ".sh"):
                with path.open("a") as file:
                    file.write(f"\n<!-- {number} -->\n" if path.suffix == ".md" else f"\n# {number}\n")
        for command in (("init", "-q"), ("add", "-A"), (*WHO, "commit", "-q", "-m", "x")):
            subprocess.run(("git", *command), cwd=at, check=True)
    return folder


def run(*command: str, pinned: bool = False) -> Cost:
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    if pinned and hasattr(os, "sched_setaffinity"):
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(cores)})
    begun = perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    if pinned and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)
    _, status, usage = os.wait4(child, 0)
    assert 0 <= os.waitstatus_to_exitcode(status) < 4, command  # a verdict of any kind
    return Cost(perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


if __name__ == "__main__":
    main()
