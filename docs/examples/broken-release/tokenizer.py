# SPDX-License-Identifier: Apache-2.0
"""One token for each character. Number 0 pads; the end of a line is a character like any other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

PAD = 0


class Tokenizer:
    def __init__(self, ids: dict[str, int]) -> None:
        self.ids = ids
        self.characters = {number: character for character, number in ids.items()}

    @classmethod
    def of(cls, lines: Iterable[str]) -> Tokenizer:
        """The tokenizer whose vocabulary is every character of *lines*, and the end of a line."""
        characters = sorted({"\n", *"".join(lines)})
        return cls({"<pad>": PAD, **{character: i for i, character in enumerate(characters, PAD + 1)}})

    @classmethod
    def load(cls, path: str | Path) -> Tokenizer:
        return cls(json.loads(Path(path).read_text(encoding="ascii")))

    def save(self, path: str | Path) -> None:
        Path(path).write_text(json.dumps(self.ids, indent=2) + "\n", encoding="ascii", newline="\n")

    def __len__(self) -> int:
        return len(self.ids)

    def encode(self, text: str) -> list[int]:
        return [self.ids[character] for character in text]

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(self.characters[i] for i in ids)
