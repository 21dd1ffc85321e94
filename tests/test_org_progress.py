"""How a scan tells that it goes on: a bar on a terminal, lines elsewhere, and what is left of a quota on both."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from openness_gate.org import progress
from openness_gate.org.progress import Progress
from tests.git_repos import make_git

PROJECT = Path(__file__).parents[1]
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")
@pytest.mark.parametrize(("more", "bar"), [({}, True), ({"CI": "true"}, False), ({"TERM": "dumb"}, False)])
def test_a_bar_is_for_terminals(tmp_path: Path, more: dict[str, str], bar: bool) -> None:
    import pty

    for n in range(3):
        make_git(tmp_path / "code" / f"r{n}", {"README.md": f"{n}\n"})
    command = [
        sys.executable,
        "-m",
        "openness_gate",
        "org",
        "scan",
        str(tmp_path / "code"),
        "--out",
        str(tmp_path / "out"),
    ]
    theirs = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR", "COLUMNS")}
    mine, other = pty.openpty()
    environment = {**theirs, "TERM": "xterm", "PYTHONPATH": str(PROJECT), "COLUMNS": "120", **more}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=other, text=True) as child:
        os.close(other)
        told = b""
        try:
            while part := os.read(mine, 4096):
                told += part
        except OSError:  # it has ended
            pass
        assert child.stdout and "3 repositories, held against recommended" in child.stdout.read()
    os.close(mine)
    said = told.decode()
    assert ("\x1b[" in said) is bar
    if bar:
        assert "3/3" in ESCAPES.sub("", said) and "per second" in said
    else:
        assert said.splitlines() == ["judging local: 3 repositories"]


def test_lines_come_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    moment = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: moment[0])
    with Progress() as shown:
        shown.begin("judging github", 100)
        for _ in range(40):
            moment[0] += 1
            shown.step(1, "4,000 of 5,000 left")
        shown.waits(59.2)
    assert capsys.readouterr().err.splitlines() == [
        "judging github: 100 repositories",
        "judging github: 16 of 100, 1.0 per second, 84 s to go, 4,000 of 5,000 left",
        "judging github: 32 of 100, 1.0 per second, 68 s to go, 4,000 of 5,000 left",
        "a rate limit is used up: waiting 60 s",
    ]
