"""Releases end to end. A folder of `tests/repos/` is one case:

repo/        the release
argv         how it is checked, one line; without it `repo`. Words that begin with no `-` are targets
expect.txt   all that the program writes, and `exit N`

`BLESS=1 pytest tests/test_cases.py` records what is said now; read the difference before it is committed.
"""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

import pytest

from openness_gate.registry import components
from tests.running import check, check_json

REPOS = Path(__file__).parent / "repos"
CASES = sorted(path.name for path in REPOS.iterdir() if (path / "repo").is_dir())


@pytest.fixture
def argv(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arguments of a case, whose release lies outside of the project's own repository."""
    case = REPOS / request.param
    shutil.copytree(case / "repo", tmp_path / "repo", symlinks=True)
    monkeypatch.chdir(tmp_path / "repo")
    given = case / "argv"
    return shlex.split(given.read_text("utf-8")) if given.exists() else []


@pytest.mark.parametrize(("case", "argv"), [(case, case) for case in CASES], ids=CASES, indirect=["argv"])
def test_says_what_is_expected(case: str, argv: list[str]) -> None:
    done = check(*argv)
    said = f"{done.out}{done.err}exit {done.code}\n"
    expected = REPOS / case / "expect.txt"
    if os.environ.get("BLESS"):
        expected.write_text(said, "utf-8", newline="\n")
    assert expected.exists(), f"{case} is not blessed; it says\n{said}"
    assert said == expected.read_text("utf-8")


@pytest.mark.parametrize(("case", "argv"), [(case, case) for case in CASES], ids=CASES, indirect=["argv"])
def test_json_holds_every_rule_and_component(case: str, argv: list[str]) -> None:
    report = check_json(*argv)
    for one in report.get("reports", [report]):
        assert one["releases"]
        for release in one["releases"]:
            assert release["components"].keys() == components().keys()
            assert {finding["rule"] for finding in release["findings"]} == _rules_of(one["policy"]["id"])


def _rules_of(policy: str) -> set[str]:
    from openness_gate.policy_sources import policy as load

    return {rule.id for rule in load(policy).rules}
