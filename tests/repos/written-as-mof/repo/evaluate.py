# SPDX-License-Identifier: MIT
"""Perplexity on the held-out part."""

import torch
from torch.nn.functional import cross_entropy


def evaluate(model, batches):
    model.eval()
    with torch.no_grad():
        losses = [cross_entropy(model(batch[:-1]), batch[1:]).item() for batch in batches]
    return {"perplexity": torch.tensor(losses).mean().exp().item()}
