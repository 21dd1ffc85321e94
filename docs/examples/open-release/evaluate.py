# SPDX-License-Identifier: Apache-2.0
"""Measure the model and its checkpoint, and write results/evaluation.json: `python evaluate.py`.

Three sets: the training part of the data, the test part, and every number from 0 to 9999 outside the training part.
"""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from generate import spell
from make_data import name
from model import NumberSpeller, load
from tokenizer import PAD, Tokenizer
from train import collate

WEIGHTS = ("model.safetensors", "checkpoints/step_0500/model.safetensors")
RESULTS = Path("results/evaluation.json")


@torch.no_grad()
def measure(model: NumberSpeller, tokenizer: Tokenizer, lines: list[str]) -> tuple[Tensor, float]:
    """Which *lines* the model gets exactly right, and its loss in bits per character of the answers.

    An answer is right when the true next character is the likeliest one at every place: then, and only then, the same
    text comes out when the model writes it by itself.
    """
    inputs, targets = collate([tokenizer.encode(line + "\n") for line in lines], tokenizer.ids["="])
    scores = model(inputs)
    right = ((scores.argmax(-1) == targets) | (targets == PAD)).all(dim=1)
    loss = functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=PAD)
    return right, loss.item() / math.log(2)


def report(model: NumberSpeller, tokenizer: Tokenizer, lines: list[str]) -> dict[str, object]:
    right, bits = measure(model, tokenizer, lines)
    groups = {"with a zero": ["0" in line for line in lines], "without a zero": ["0" not in line for line in lines]}
    for length in range(1, 5):
        groups[f"{length} digits"] = [line.index(" ") == length for line in lines]
    return {
        **count(right),
        "bits_per_character": round(bits, 4),
        "groups": {group: count(right[torch.tensor(members)]) for group, members in groups.items()},
    }


def count(right: Tensor) -> dict[str, float]:
    return {"examples": len(right), "right": int(right.sum()), "exact_match": round(right.float().mean().item(), 4)}


def main() -> None:
    torch.set_num_threads(1)
    tokenizer = Tokenizer.load("vocab.json")
    parts = {p: Path(f"data/processed/{p}.txt").read_text(encoding="ascii").splitlines() for p in ("train", "test")}
    unseen = sorted(set(range(10_000)) - {int(line.split(" = ")[0]) for line in parts["train"]})
    sets = {**parts, "unseen": [f"{n} = {name(n)}" for n in unseen]}

    results: dict[str, object] = {}
    for path in WEIGHTS:
        model = load(path)
        measured: dict[str, object] = {"sha256": hashlib.sha256(Path(path).read_bytes()).hexdigest()}
        measured |= {which: report(model, tokenizer, lines) for which, lines in sets.items()}
        written = {line: spell(model, tokenizer, line.split(" = ")[0]) for line in sets["test"]}
        measured["test_mistakes"] = {line: text for line, text in written.items() if not line.endswith(f"= {text}")}
        results[path] = measured
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="ascii", newline="\n")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
