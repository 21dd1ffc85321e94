"""Tells by its exit code whether this Python has all that a lock names, in the versions that it names."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, version

ROW = re.compile(
    r"(?m)^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?:\s*;\s*python_full_version\s*(?P<than>[<>=]+)\s*'(?P<python>[\d.]+)')?"
)


def has(name: str, wanted: str) -> bool:
    try:
        return version(name) == wanted
    except PackageNotFoundError:
        return False


def main(lock: str) -> int:
    with open(lock, encoding="utf-8") as file:
        rows = list(ROW.finditer(file.read()))
    here = sys.version_info[:2]
    for row in rows:
        if row["than"]:
            other = tuple(map(int, row["python"].split(".")))[:2]
            if (here < other) != (row["than"] == "<"):
                continue
        if not has(row["name"], row["version"]):
            return 1
    return 0 if rows else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
