#!/usr/bin/env bash
# Starts the gate isolated (-I): nothing in the checkout is imported, and no variable of Python counts.
set -euo pipefail
exec "${GATE_PYTHON:?}" -I "${GITHUB_ACTION_PATH:?}/action/main.py"
