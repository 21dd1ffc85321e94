"""What holds for every format: nobody speaks through it to a runner or a terminal, and the same is said the same."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings

from openness_gate import registry
from openness_gate.report import Style
from openness_gate.reporters import json as format_json
from openness_gate.reporters import text
from tests.github_runner import obeyed, starts_one
from tests.reports import everywhere, hostile
from tests.running import check, run

FORMATS = [name for name in registry.names("reporters") if name != "mof"]  #: which is of one release alone
NAMES = (b"::error::boom.md", b"##[error]x.md", b"a ##[set-output name=result]pass", b"\xff.md", b"@octocat|.md")


@settings(max_examples=60, deadline=None)
@given(hostile)
def test_a_text_gives_no_commands(said: str) -> None:
    for style in (Style(), Style(unicode=False, verbose=True)):
        assert starts_one(text.render(everywhere(said), style)) == []


@settings(max_examples=30, deadline=None)
@given(hostile)
def test_a_json_keeps_what_it_says(said: str) -> None:
    written = format_json.render(everywhere(said), Style())
    assert starts_one(written) == []
    assert json.loads(written)["reports"][0]["policy"]["title"] == said


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A release whose files have names that speak, in git, so that no file system decides which there are."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.test")
    content = b"---\nlicense: '##[error]x'\n---\n# ::error::x\n\n::error::x\n\nopen source ##[error]y\n"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}

    def git(*arguments: str, stdin: bytes = b"") -> bytes:
        done = subprocess.run(
            ("git", *who, *arguments), cwd=tmp_path, input=stdin, env=environment, capture_output=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    git("init", "-q", "-b", "main")
    blob = git("hash-object", "-w", "--stdin", stdin=content)
    names = (*NAMES, b"README.md", b"model.safetensors", b"train.py")
    git("update-index", "-z", "--index-info", stdin=b"".join(b"100644 %s\t%s\0" % (blob, name) for name in names))
    git("commit", "-q", "-m", "x")
    return tmp_path


@pytest.mark.parametrize("form", FORMATS)
def test_names_of_files_give_no_commands(form: str, evil: Path) -> None:
    done = check(evil, "--ref", "HEAD", "--format", form, "--verbose")
    assert done.code in (0, 1, 3), done.err
    begun = starts_one(done.out) + starts_one(done.err)
    if form == "annotations":
        assert {one.name for one in obeyed(done.out)} <= {"error", "warning", "notice"}
        assert len(begun) == len(done.out.splitlines())
    else:
        assert begun == []
    done.out.encode("utf-8")
    assert done.out == check(evil, "--ref", "HEAD", "--format", form, "--verbose").out


@pytest.mark.parametrize("name", ["::error::x", "##[error]x", "a##[set-output name=a]b"])
def test_a_complaint_gives_no_commands(name: str, tmp_path: Path) -> None:
    for done in (check(name), check(".", "--policy", name), run("license", name), run("explain", name)):
        assert starts_one(done.out + done.err) == []
