"""`python -I -m openness_gate` is `openness-gate`."""

from __future__ import annotations

from openness_gate.cli import run

if __name__ == "__main__":
    run()
