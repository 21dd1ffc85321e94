# SPDX-License-Identifier: MIT
"""Trains the model from nothing."""

import torch
from torch.utils.data import DataLoader

from model import Wren

LEARNING_RATE = 3e-4
BATCH_SIZE = 32
MAX_STEPS = 10_000


def main():
    model = Wren()
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=0.1)
    for step, batch in enumerate(DataLoader(torch.load("tokens.pt"), batch_size=BATCH_SIZE)):
        loss = model(batch)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    torch.save(model.state_dict(), "model.pt")


if __name__ == "__main__":
    main()
