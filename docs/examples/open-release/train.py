# SPDX-License-Identifier: Apache-2.0
"""Train the model from nothing: `python train.py`, after `python prepare_data.py`.

It reads configs/train.yaml, data/processed/ and vocab.json, and writes config.json, model.safetensors, the checkpoints
and results/training.json. The same machine and versions give the same weights, bit for bit.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
import yaml
from torch import Tensor
from torch.nn import functional

from model import Config, NumberSpeller, save
from tokenizer import PAD, Tokenizer

DATA = Path("data/processed")


def seed_everything(seed: int, threads: int) -> None:
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(threads)  # sums of floats depend on how the work is divided


def read(name: str, tokenizer: Tokenizer) -> list[list[int]]:
    """The lines of one part of the data as tokens, each with its end of line."""
    text = (DATA / f"{name}.txt").read_text(encoding="ascii")
    return [tokenizer.encode(line) for line in text.splitlines(keepends=True)]


def collate(examples: list[list[int]], equals: int) -> tuple[Tensor, Tensor]:
    """Inputs, and targets that are padding where no loss is taken: in the digits, which nobody can foresee."""
    longest = max(map(len, examples))
    padded = torch.tensor([e + [PAD] * (longest - len(e)) for e in examples])
    inputs, targets = padded[:, :-1], padded[:, 1:].clone()
    answer_starts = torch.tensor([e.index(equals) for e in examples])
    targets[torch.arange(targets.shape[1]) < answer_starts[:, None]] = PAD
    return inputs, targets


def loss_of(model: NumberSpeller, examples: list[list[int]], equals: int) -> Tensor:
    """Mean cross-entropy of the characters after the equals sign, in nats."""
    inputs, targets = collate(examples, equals)
    scores = model(inputs)
    return functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=PAD)


def rate(step: int, settings: dict) -> float:
    """The factor on the learning rate at *step*, counted from 0."""
    warmup, last = settings["warmup_steps"], settings["max_steps"]
    return min((step + 1) / warmup, (last - step) / (last - warmup))


def train(settings: dict, out: Path) -> None:
    seed_everything(settings["seed"], settings["threads"])
    tokenizer = Tokenizer.load("vocab.json")
    equals = tokenizer.ids["="]
    examples, held_out = read("train", tokenizer), read("validation", tokenizer)
    config = Config(vocab_size=len(tokenizer), **settings["model"])
    model = NumberSpeller(config)
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=settings["learning_rate"],
        betas=tuple(settings["betas"]),
        weight_decay=settings["weight_decay"],
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step, settings))

    log, started = [], time.perf_counter()
    for step in range(1, settings["max_steps"] + 1):
        batch = random.sample(examples, settings["batch_size"])
        loss = loss_of(model, batch, equals)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), settings["max_grad_norm"])
        optimizer.step()
        schedule.step()
        if step % settings["log_every"] == 0:
            with torch.no_grad():
                validation = loss_of(model, held_out, equals)
            log.append({"step": step, "train_loss": loss.item(), "validation_loss": validation.item()})
            print(f"step {step:5}  loss {loss.item():.4f}  validation {validation.item():.4f}", flush=True)
        if step in settings["checkpoint_steps"]:
            save(model, out / f"checkpoints/step_{step:04}")

    config.save(out / "config.json")
    save(model, out)
    report = {
        "parameters": sum(p.numel() for p in model.parameters()),
        "seconds": round(time.perf_counter() - started, 1),
        "log": log,
    }
    (out / "results").mkdir(parents=True, exist_ok=True)
    (out / "results/training.json").write_text(json.dumps(report, indent=2) + "\n", encoding="ascii", newline="\n")
    print(f"{report['parameters']} parameters, {report['seconds']} seconds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default="configs/train.yaml", help="all settings of the run")
    parser.add_argument("--out", type=Path, default=Path(), help="the folder to write to (default: this one)")
    arguments = parser.parse_args()
    train(yaml.safe_load(Path(arguments.config).read_text(encoding="ascii")), arguments.out)


if __name__ == "__main__":
    main()
