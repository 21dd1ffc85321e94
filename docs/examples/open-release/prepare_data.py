# SPDX-License-Identifier: Apache-2.0
"""Turn the raw data into what the model is trained and tested on: filter, deduplicate, split, tokenize.

Run from this folder: `python prepare_data.py`. It writes data/processed/*.txt (one example a line), the vocabulary, and
the counts of every step to data/processed/counts.json.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

from tokenizer import Tokenizer

RAW = Path("data/raw/numbers.txt")
PROCESSED = Path("data/processed")
EXAMPLE = re.compile(r"(?:0|[1-9][0-9]{0,3}) = [a-z]+(?:[ -][a-z]+)*")


def well_formed(lines: Iterable[str]) -> list[str]:
    """The lines that are a number from 0 to 9999, an equals sign, and words; the others are left out."""
    return [line for line in lines if EXAMPLE.fullmatch(line)]


def unique(lines: Iterable[str]) -> list[str]:
    """Each line once, where it stood first."""
    return list(dict.fromkeys(lines))


def part(line: str) -> str:
    """Which part a line belongs to. It depends on the number alone, so no number can be in two parts."""
    bucket = hashlib.sha256(line.split(" = ")[0].encode()).digest()[0]
    if bucket < 32:
        return "test"
    return "validation" if bucket < 48 else "train"


def main() -> None:
    raw = RAW.read_text(encoding="ascii").splitlines()
    kept = well_formed(raw)
    distinct = unique(kept)
    parts: dict[str, list[str]] = {"train": [], "validation": [], "test": []}
    for line in distinct:
        parts[part(line)].append(line)

    PROCESSED.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.of(parts["train"])
    tokenizer.save("vocab.json")
    counts = {"raw": len(raw), "well_formed": len(kept), "distinct": len(distinct)}
    for name, lines in parts.items():
        text = "".join(f"{line}\n" for line in lines)
        (PROCESSED / f"{name}.txt").write_text(text, encoding="ascii", newline="\n")
        counts[name] = len(lines)
        counts[f"{name}_tokens"] = sum(len(tokenizer.encode(line + "\n")) for line in lines)
    counts["vocabulary"] = len(tokenizer)
    (PROCESSED / "counts.json").write_text(json.dumps(counts, indent=2) + "\n", encoding="ascii", newline="\n")
    print(json.dumps(counts, indent=2))


if __name__ == "__main__":
    main()
