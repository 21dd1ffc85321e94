# SPDX-License-Identifier: MIT
"""The architecture."""

import torch
from torch import nn


class Wren(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(512, 64)
        self.layers = nn.TransformerEncoder(nn.TransformerEncoderLayer(64, 4), 2)
        self.head = nn.Linear(64, 512)

    def forward(self, tokens):
        return self.head(self.layers(self.embedding(tokens)))
