"""git is run for repositories that nobody vouches for: nothing of theirs, and nothing of another's, gets a say."""

from __future__ import annotations

import gc
import hashlib
import os
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from openness_gate import git as edge
from openness_gate import git_call
from openness_gate.model import Unreadable
from tests.git_repos import ENVIRONMENT, commit, content, make_git, open_repo, put, says
from tests.git_repos import git as run_git

with_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="no list of children here")
posix_only = pytest.mark.skipif(os.name != "posix", reason="scripts, pipes and owners as on POSIX")


@pytest.fixture(autouse=True)
def find_git_again() -> Iterator[None]:
    edge.program.cache_clear()
    yield
    edge.program.cache_clear()


def program(at: Path, text: str) -> Path:
    at.parent.mkdir(parents=True, exist_ok=True)
    at.write_text(f"#!/bin/sh\n{text}\n")
    at.chmod(0o755)
    return at


def open_all(top: Path) -> list[dict[str, bytes | str]]:
    return [content(open_repo(top)), content(open_repo(top, staged=True)), content(open_repo(top, ref="HEAD"))]


# --- nothing is run, nothing is fetched -----------------------------------------------------------------------------


def hostile(tmp_path: Path) -> tuple[Path, Path]:
    """A repository whose configuration names a program wherever git would run one, and the file that it makes."""
    canary = tmp_path / "canary"
    run = program(tmp_path / "run", f"touch '{canary}'")
    top = make_git(tmp_path / "top", {"a": "a", "b": "b", ".gitattributes": "* filter=x diff=x merge=x\n"})
    put(top, {"untracked": "u"})
    hooks = tmp_path / "hooks"
    for name in ("post-index-change", "post-checkout", "pre-commit", "reference-transaction", "fsmonitor-watchman"):
        program(hooks / name, f"touch '{canary}'")
        program(top / ".git/hooks" / name, f"touch '{canary}'")
    for key in (
        "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy",
        "core.alternateRefsCommand", "pager.ls-files", "pager.ls-tree", "pager.cat-file", "diff.external",
        "diff.x.textconv", "diff.x.command", "filter.x.clean", "filter.x.smudge", "filter.x.process", "gpg.program",
        "remote.origin.uploadpack", "credential.helper", "uploadpack.packObjectsHook", "alias.ls-files",
    ):  # fmt: skip
        run_git(top, "config", key, str(run))
    run_git(top, "config", "core.hooksPath", str(hooks))
    run_git(top, "config", "core.repositoryFormatVersion", "1")
    run_git(top, "config", "extensions.partialClone", "origin")
    run_git(top, "config", "remote.origin.promisor", "true")
    run_git(top, "config", "remote.origin.url", f"ext::{run}")
    run_git(top, "config", "protocol.ext.allow", "always")
    os.utime(top / "a", (1, 1))
    canary.unlink(missing_ok=True)
    return top, canary


@posix_only
def test_nothing_that_a_repository_configures_is_run(tmp_path: Path) -> None:
    top, canary = hostile(tmp_path)
    for found in open_all(top):
        assert found["a"] == b"a"
    assert not canary.exists()
    subprocess.run(("git", "status"), cwd=top, env=ENVIRONMENT, capture_output=True, check=False)
    assert canary.exists(), "the trap does not work"


@posix_only
@pytest.mark.parametrize("unknown_to_an_older_git", ["GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL"])
def test_what_a_partial_clone_lacks_is_unreadable_and_not_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unknown_to_an_older_git: str
) -> None:
    monkeypatch.delitem(git_call.ENVIRONMENT, unknown_to_an_older_git)
    top, canary = hostile(tmp_path)
    blob = run_git(top, "-c", "core.fsmonitor=false", "rev-parse", "HEAD:b")
    tree = run_git(top, "-c", "core.fsmonitor=false", "rev-parse", "HEAD^{tree}")
    at = top / ".git/objects" / blob[:2] / blob[2:]
    at.unlink()
    canary.unlink(missing_ok=True)
    for options in ({"staged": True}, {"ref": "HEAD"}):
        repo = open_repo(top, **options)
        assert repo.paths == (".gitattributes", "a", "b")
        for _ in range(2):
            with pytest.raises(Unreadable, match="b: git has no content for it here"):
                repo.read("b", 9)
            with pytest.raises(Unreadable, match="b: git has no content for it here"):
                repo.size("b")
            assert repo.read("a", 9) == b"a"
    (top / ".git/objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(Unreadable, match="HEAD cannot be listed"):
        open_repo(top, ref="HEAD")
    assert not canary.exists()
    subprocess.run(("git", "cat-file", "-p", blob), cwd=top, env=ENVIRONMENT, capture_output=True, check=False)
    assert canary.exists(), "the trap does not work"


def test_a_link_without_content_is_unreadable(tmp_path: Path) -> None:
    top = make_git(tmp_path, {"a": "the file"}, {"l": "a"})
    blob = run_git(top, "rev-parse", "HEAD:l")
    (top / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert content(open_repo(top, ref="HEAD")) == {"a": b"the file", "l": "l: git has no content for it here"}


def test_a_work_tree_elsewhere_cannot_stand_in_for_the_folder(tmp_path: Path) -> None:
    top = make_git(tmp_path / "top", {"LICENSE": "closed", "clean/LICENSE": "open"})
    run_git(top, "config", "core.worktree", "../clean")
    assert content(open_repo(top)) == {"LICENSE": b"closed", "clean/LICENSE": b"open"}


def test_replaced_objects_are_not_taken_for_what_a_clone_would_get(tmp_path: Path) -> None:
    top = make_git(tmp_path, {"a": "closed", "b": "open"})
    run_git(top, "replace", run_git(top, "rev-parse", "HEAD:a"), run_git(top, "rev-parse", "HEAD:b"))
    assert open_repo(top, ref="HEAD").read("a", 9) == b"closed"


def test_an_index_cannot_name_what_is_outside(tmp_path: Path) -> None:
    put(tmp_path, {"secret": "s"})
    top = make_git(tmp_path / "top", {"a": "a"})
    oid = bytes.fromhex(run_git(top, "rev-parse", "HEAD:a"))
    body = b"DIRC" + struct.pack(">II", 2, 2)
    for name in (b"../secret", b"a"):
        entry = struct.pack(">10I20sH", *([0] * 6), 0o100644, 0, 0, 1, oid, len(name)) + name
        body += entry + b"\0" * (8 - len(entry) % 8)
    (top / ".git/index").write_bytes(body + hashlib.sha1(body).digest())
    assert "../secret" in run_git(top, "ls-files")
    for repo in (open_repo(top), open_repo(top, staged=True)):
        assert repo.paths == ("a",)
        assert repo.log.unread == {"../secret": "../secret: no name for a file"}


@posix_only
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_user_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    top = make_git(tmp_path / "top", {"a": "a"})
    run_git(tmp_path, "clone", "-q", "--bare", str(top), "bare.git")
    for folder in (top, top / ".git", tmp_path / "bare.git"):
        os.chown(folder, 65534, 65534)
    assert open_all(top) == [{"a": b"a"}] * 3
    assert content(open_repo(tmp_path / "bare.git")) == {"a": b"a"}


# --- whose environment ----------------------------------------------------------------------------------------------


def test_another_repository_in_the_environment_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = make_git(tmp_path / "top", {"a": "a"})
    other = make_git(tmp_path / "other", {"b": "b"})
    put(tmp_path, {"plain/c": "c"})
    expected = open_all(top)
    for name, value in {
        "GIT_DIR": other / ".git",
        "GIT_WORK_TREE": other,
        "GIT_INDEX_FILE": other / ".git/index",
        "GIT_OBJECT_DIRECTORY": other / ".git/objects",
        "GIT_CEILING_DIRECTORIES": tmp_path,
        "GIT_LITERAL_PATHSPECS": 1,
        "GIT_CONFIG_COUNT": "x",
        "GIT_TRACE": tmp_path / "trace",
    }.items():
        monkeypatch.setenv(name, str(value))
    assert open_all(top) == expected
    assert content(open_repo(tmp_path / "plain")) == {"c": b"c"}
    monkeypatch.setenv("GIT_INDEX_FILE", "no/such/index")
    assert open_all(top) == expected
    assert not (tmp_path / "trace").exists()


@posix_only
@pytest.mark.parametrize("how", [("-a",), ("--", "a"), ()])
def test_a_hook_sees_what_its_commit_will_hold(tmp_path: Path, how: tuple[str, ...]) -> None:
    top = make_git(tmp_path / "top", {"a": "old", "b": "old"})
    put(top, {"a": "new", "b": "new"})
    if not how or how[0] == "--":
        run_git(top, "add", "b")
    script = (
        "from tests.git_repos import content, open_repo; "
        f"open({str(tmp_path / 'seen')!r}, 'w').write(repr(content(open_repo('.', staged=True))))"
    )
    root = Path(__file__).parents[1]
    program(top / ".git/hooks/pre-commit", f"PYTHONPATH='{root}' exec '{sys.executable}' -B -c \"{script}\"")
    run_git(top, "commit", "-q", "-m", "y", *how)
    committed = {name: run_git(top, "show", f"HEAD:{name}").encode() for name in "ab"}
    assert (tmp_path / "seen").read_text() == repr(committed)
    assert b"new" in committed.values()


def test_an_index_apart_is_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = make_git(tmp_path / "top", {"a": "a"})
    run_git(top, "rm", "-q", "--cached", "a")
    index = (top / ".git/index").rename(tmp_path / "index")
    run_git(top, "reset", "-q")
    monkeypatch.setenv("GIT_INDEX_FILE", str(index))
    assert open_repo(top, staged=True).paths == ()
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert open_repo(top, staged=True).paths == ("a",)


def test_files_and_repository_may_lie_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = make_git(tmp_path / "top", {"a": "a", "sub/b": "b", ".gitignore": "c"})
    apart = (top / ".git").rename(tmp_path / "apart")
    put(top, {"c": "ignored"})
    assert "c" in open_repo(top).paths
    monkeypatch.setenv("GIT_DIR", str(apart))
    monkeypatch.setenv("GIT_WORK_TREE", str(top))
    assert open_repo(top).paths == (".gitignore", "a", "sub/b")
    assert open_repo(top / "sub", staged=True).paths == ("b",)
    assert content(open_repo(apart)) == {"a": b"a", "sub/b": b"b", ".gitignore": b"c"}


def test_linked_work_trees_and_submodules_are_repositories(tmp_path: Path) -> None:
    other = make_git(tmp_path / "other", {"b": "b"})
    top = make_git(tmp_path / "top", {"a": "a"})
    run_git(top, "submodule", "--quiet", "add", str(other), "sub")
    commit(top)
    run_git(top, "worktree", "add", "-q", "-b", "w", "../linked")
    put(tmp_path / "linked", {"a": "changed"})
    run_git(tmp_path / "linked", "add", "-A")
    assert open_repo(tmp_path / "linked", staged=True).read("a", 9) == b"changed"
    assert open_repo(top, staged=True).read("a", 9) == b"a"
    assert open_all(top / "sub") == [{"b": b"b"}] * 3


# --- which git, and what if ----------------------------------------------------------------------------------------


@posix_only
def test_a_git_from_the_checkout_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = make_git(tmp_path / "top", {"a": "a"})
    program(top / "git", f"touch '{tmp_path / 'canary'}'; exec git \"$@\"")
    program(top / "bin/git", f"touch '{tmp_path / 'canary'}'; exec git \"$@\"")
    monkeypatch.chdir(top)
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", "bin", str(top), os.environ["PATH"]]))
    assert open_repo(".").paths == ("a", "bin/git", "git")
    assert not (tmp_path / "canary").exists()


def test_without_git_a_repository_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = make_git(tmp_path / "top", {"a": "a"})
    put(tmp_path, {"plain/a": "a"})
    monkeypatch.setenv("PATH", str(tmp_path))
    for options in ({}, {"staged": True}, {"ref": "HEAD"}):
        with pytest.raises(Unreadable, match="git is needed here, and there is none on PATH"):
            open_repo(top, **options)
    assert open_repo(tmp_path / "plain").paths == ("a",)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("HEAD", "garbage"), "not a git repository"),
        (("index", "garbage"), "index file smaller than expected|bad signature|index file corrupt"),
        (("config", "[core"), "bad config line"),
        (("config", "[core]\nrepositoryFormatVersion = 99\n"), "Expected git repo version"),
    ],
)
def test_a_broken_repository_is_one_clear_line(tmp_path: Path, change: tuple[str, str], problem: str) -> None:
    top = make_git(tmp_path, {"a": "a"})
    (top / ".git" / change[0]).write_text(change[1])
    with pytest.raises(Unreadable, match=problem) as caught:
        open_repo(top)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3


def test_a_git_file_that_points_nowhere_is_not_a_plain_folder(tmp_path: Path) -> None:
    put(tmp_path, {"a": "a", ".git": "gitdir: /nowhere/.git/worktrees/a\n"})
    with pytest.raises(Unreadable, match="not a git repository"):
        open_repo(tmp_path)


def test_an_empty_git_folder_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    put(tmp_path, {"a": "a"})
    assert open_repo(tmp_path).paths == ("a",)


@posix_only
def test_git_is_given_only_so_much_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = make_git(tmp_path, {"a": "a", "b": "b"})
    repo = open_repo(top, ref="HEAD")
    blob = run_git(top, "rev-parse", "HEAD:a")
    at = top / ".git/objects" / blob[:2] / blob[2:]
    at.unlink()
    os.mkfifo(at)
    monkeypatch.setattr(edge, "TIME_LIMIT", 0.3)
    began = time.monotonic()
    with pytest.raises(Unreadable, match=r"a: git took longer than 0\.3 seconds"):
        repo.read("a", 9)
    monkeypatch.setattr(edge, "TIME_LIMIT", 30.0)
    assert repo.read("b", 9) == b"b"
    (top / ".git/index").unlink()
    os.mkfifo(top / ".git/index")
    monkeypatch.setattr(edge, "TIME_LIMIT", 0.3)
    with pytest.raises(Unreadable, match="git took longer"):
        open_repo(top)
    assert time.monotonic() - began < 10


def test_a_tree_within_trees_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = make_git(tmp_path)
    oid, kind = run_git(top, "hash-object", "-w", "--stdin", stdin=b"x"), "100644 blob"
    for _ in range(12):
        oid = run_git(top, "mktree", stdin="".join(f"{kind} {oid}\td{n}\n" for n in range(12)).encode())
        kind = "040000 tree"
    made = run_git(top, "commit-tree", "-m", "x", oid)
    monkeypatch.setattr(edge, "MAX_LISTING", 1 << 20)
    with pytest.raises(Unreadable, match="more than 200000 files"):
        open_repo(top, ref=made)


@with_proc
def test_a_child_that_died_is_started_anew(tmp_path: Path) -> None:
    top = make_git(tmp_path, {"a": "a", "b": "b"})
    before = children()
    repo = open_repo(top, ref="HEAD")
    repo.read("a", 1)
    (child,) = children() - before
    os.kill(int(child), 9)
    with pytest.raises(Unreadable, match="a: git has no content"):
        repo.read("a", 1)
    assert repo.read("b", 1) == b"b"


@with_proc
def test_children_are_few_and_end_with_the_repository(tmp_path: Path) -> None:
    top = make_git(tmp_path, {str(n): str(n) for n in range(20)})
    before = children()
    repo = open_repo(top, ref="HEAD")
    for path in repo.paths:
        repo.read(path, 9)
        repo.size(path)
    assert len(children() - before) == 1
    repo = open_repo(top)
    gc.collect()
    assert children() == before


@posix_only
def test_an_older_git_is_asked_in_its_own_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = make_git(tmp_path / "top", {"a": "a", "b": "bb"})
    real, head = edge.program(), run_git(tmp_path / "top", "rev-parse", "HEAD")
    old = f'case "$*" in *--batch-command*) echo usage >&2; exit 129;; esac; exec \'{real}\' "$@"'
    program(tmp_path / "bin/git", old)
    monkeypatch.setattr(edge.Git, "is_old", False)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    edge.program.cache_clear()
    repo = open_repo(top, staged=True)
    assert content(repo) == {"a": b"a", "b": b"bb"}
    assert (repo.commit, edge.Git.is_old) == (head, True)
    edge.program.cache_clear()


def children() -> set[str]:
    gc.collect()
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@posix_only
def test_many_complaints_do_not_stop_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = edge.program()
    folder = tmp_path / "bin"
    text = "warning: could not open directory '%s/': Permission denied"
    loop = f'i=0; while [ $i -lt 3000 ]; do printf "{text}\\n" "folder-$i" >&2; i=$((i+1)); done'
    program(folder / "git", f"{loop}; exec '{real}' \"$@\"")
    top = make_git(tmp_path / "top", {"a": "a"})
    edge.program.cache_clear()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    repo = open_repo(top)
    assert repo.paths == ("a",)
    assert repo.log.unread["folder-2999"] == "folder-2999: permission denied"
    assert says(repo) == []
