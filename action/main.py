"""The action's program: the package beside this folder, started isolated."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

from openness_gate.action import run

run()
