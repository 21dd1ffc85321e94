"""What holds for every test: each JSON, SARIF and JUnit file that is rendered in this process fits its schema."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from openness_gate import policy_sources
from openness_gate.report import Report, Reporter, Style
from openness_gate.reporters import json as format_json
from openness_gate.reporters import junit as format_junit
from openness_gate.reporters import sarif as format_sarif
from tests.hubs import GitHub, Hub
from tests.running import valid, valid_junit, valid_sarif

settings.register_profile("same", derandomize=True)
settings.load_profile("default" if os.environ.get("OPENNESS_GATE_RANDOM") else "same")
"""What lands is not left to chance: each run tries the same cases, and `.ci/slow` new ones."""


@pytest.fixture(autouse=True)
def every_file_fits_its_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, fits in ((format_json, valid), (format_sarif, valid_sarif), (format_junit, valid_junit)):
        monkeypatch.setattr(module, "REPORTER", _checked(module.REPORTER, fits))


def _checked(real: Reporter, fits: Callable[[str], object]) -> Reporter:
    def render(reports: Sequence[Report], style: Style) -> str:
        text = real.render(reports, style)
        fits(text)
        return text

    return real._replace(render=render)


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of whoever runs the tests reaches what they see."""
    of_hooks = ("PRE_COMMIT_TO_REF", "PRE_COMMIT_FROM_REF", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE")
    for name in ("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS", *of_hooks):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def no_policy_is_remembered() -> None:
    """A file of the same name is another one in the next test."""
    policy_sources.policy.cache_clear()


@pytest.fixture(autouse=True)
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test asks with a client of its own, without the tokens and the cache of whoever runs it, and no host but
    this machine."""
    from openness_gate import http, online

    for name in ("GITHUB_TOKEN", "GH_TOKEN", "HF_TOKEN", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith("GITHUB_")]:
        monkeypatch.delenv(name)
    for name in ("GITHUB_API_URL", "HF_ENDPOINT"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setattr(http, "PAUSE", 0.01)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, os.path.join(os.devnull, "x"))
    yield
    if http.client.cache_info().currsize:
        http.client().close()
        http.client.cache_clear()
    online.opened.cache_clear()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def hub(tmp_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> GitHub:
    hub = GitHub(tmp_path / "github")
    stack.enter_context(hub.running())
    monkeypatch.setenv("GITHUB_API_URL", hub.url)
    return hub


@pytest.fixture
def hf(tmp_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> Hub:
    hub = Hub(tmp_path / "hf")
    stack.enter_context(hub.running())
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    return hub
