# SPDX-License-Identifier: Apache-2.0
"""The architecture: a small decoder-only transformer over characters."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Config:
    vocab_size: int  #: number of distinct tokens, padding included
    max_length: int  #: tokens that fit, prompt and answer together
    hidden_size: int
    layers: int
    heads: int
    inner_size: int  #: width of the feed-forward layers

    @classmethod
    def load(cls, path: str | Path) -> Config:
        stored = json.loads(Path(path).read_text(encoding="ascii"))
        return cls(**{field.name: stored[field.name] for field in fields(cls)})

    def save(self, path: str | Path) -> None:
        stored = {"model_type": "number-speller", "architectures": ["NumberSpeller"], **asdict(self)}
        Path(path).write_text(json.dumps(stored, indent=2) + "\n", encoding="ascii", newline="\n")


class Block(nn.Module):
    """Causal self-attention, then a feed-forward network, each on normalized input and added to it."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.heads = config.heads
        self.attention_norm = nn.LayerNorm(config.hidden_size)
        self.query_key_value = nn.Linear(config.hidden_size, 3 * config.hidden_size)
        self.attention_output = nn.Linear(config.hidden_size, config.hidden_size)
        self.feed_forward_norm = nn.LayerNorm(config.hidden_size)
        self.widen = nn.Linear(config.hidden_size, config.inner_size)
        self.narrow = nn.Linear(config.inner_size, config.hidden_size)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attend(self.attention_norm(x))
        return x + self.narrow(functional.gelu(self.widen(self.feed_forward_norm(x))))

    def attend(self, x: Tensor) -> Tensor:
        batch, time, width = x.shape
        split = self.query_key_value(x).view(batch, time, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.attention_output(mixed.transpose(1, 2).reshape(batch, time, width))


class NumberSpeller(nn.Module):
    """Token and position embeddings, a stack of blocks, and scores by the token embeddings once more."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.positions = nn.Embedding(config.max_length, config.hidden_size)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.hidden_size)
        nn.init.normal_(self.tokens.weight, std=config.hidden_size**-0.5)
        nn.init.normal_(self.positions.weight, std=config.hidden_size**-0.5)

    def forward(self, tokens: Tensor) -> Tensor:
        """Scores of the next token after each of *tokens* (batch, time)."""
        x = self.tokens(tokens) + self.positions.weight[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x)
        return self.norm(x) @ self.tokens.weight.T

    @torch.no_grad()
    def generate(self, prompt: list[int], end: int) -> list[int]:
        """The likeliest continuation of *prompt*, up to the token *end*, which is left out."""
        tokens = list(prompt)
        while len(tokens) < self.config.max_length:
            best = int(self(torch.tensor([tokens]))[0, -1].argmax())
            if best == end:
                break
            tokens.append(best)
        return tokens[len(prompt) :]


def save(model: NumberSpeller, folder: str | Path) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), Path(folder) / "model.safetensors", metadata={"format": "pt"})


def load(weights: str | Path = "model.safetensors", config: str | Path = "config.json") -> NumberSpeller:
    model = NumberSpeller(Config.load(config))
    model.load_state_dict(load_file(weights))
    return model.eval()
