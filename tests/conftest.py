"""What holds for every test: each JSON that is rendered in this process fits the report's schema."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from openness_gate import registry
from openness_gate.report import Report, Reporter, Style
from openness_gate.reporters import json as format_json
from tests.running import valid


@pytest.fixture(autouse=True)
def every_json_fits_its_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    real = format_json.REPORTER

    def checked(reports: Sequence[Report], style: Style) -> str:
        text = real.render(reports, style)
        valid(text)
        return text

    monkeypatch.setattr(format_json, "REPORTER", Reporter(real.name, real.about, checked, real.machine))


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of whoever runs the tests reaches what they see."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def no_policy_is_remembered() -> None:
    """A file of the same name is another one in the next test."""
    registry.policy.cache_clear()
