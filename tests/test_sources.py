"""The same content is the same repository, wherever its bytes come from; and nothing outside the root is ever read."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from openness_gate import disk, git, links
from openness_gate.model import GateError, Log, Unreadable
from openness_gate.sources import work_tree
from tests.git_repos import commit, content, make_git, open_repo, put, says, source_of
from tests.git_repos import git as run_git

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 5\n"
FILES: dict[str, str | bytes] = {
    "LICENSE": "a license\n",
    "README.md": "# a model\n",
    "docs/guide.md": "a guide\n",
    "docs/deep/er/note.txt": "a note\n",
    "a name/with 'single' \"double\".txt": "quotes\n",
    "new\nline\tand tab.txt": "control characters\n",
    os.fsdecode(b"caf\xe9.txt"): "latin-1\n",
    "模型.md": "utf-8\n",
    "-dash": "no option\n",
    "empty": "",
    "model.safetensors": POINTER,
    "large.bin": bytes(range(256)) * 400,
    ".github/openness.yml": "extends: x\n",
}
LINKS = {
    "COPYING": "LICENSE",
    "docs/license": "../LICENSE",
    "latest": "docs",
    "via": "latest/guide.md",
    "docs/up-and-down": "../docs/./deep/../guide.md",
    "here": ".",
    "absolute": "/etc/passwd",
    "outside": "../../../../../etc/passwd",
    "docs/outside": "../../secret",
    "nowhere": "missing.md",
    "circle-a": "circle-b",
    "circle-b": "circle-a",
    "itself/x": "../itself/x",
    "into-submodule": "sub/README.md",
    **{f"hop{n}": f"hop{n + 1}" for n in range(6)},
    "hop6": "LICENSE",
}
needs_utf8_disk = pytest.mark.skipif(sys.platform != "linux", reason="file names that are no UTF-8")


@pytest.fixture
def as_nobody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Gives up what root may do, as for a file's owner it would be anyway."""
    if not hasattr(os, "geteuid"):
        pytest.skip("no permissions to take away")
    monkeypatch.setenv("HOME", "/nonexistent")
    before = os.geteuid()

    def give_up(shared: Path) -> None:
        if before == 0:
            for folder in (shared, *shared.parents):
                if folder.stat().st_mode & 0o055 != 0o055:
                    folder.chmod(folder.stat().st_mode | 0o055)
            os.seteuid(65534)

    yield give_up
    os.seteuid(before)


# --- the same from everywhere ---------------------------------------------------------------------------------------


@needs_utf8_disk
@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_every_source_gives_the_same_paths_bytes_and_notices(tmp_path: Path, form: str) -> None:
    other = make_git(tmp_path / "other", {"README.md": "of the submodule"}, form=form)
    top = make_git(tmp_path / "top", form=form)
    run_git(top, "submodule", "--quiet", "add", str(other), "sub")
    put(top, FILES, LINKS)
    head = commit(top)
    run_git(tmp_path, "clone", "-q", "--bare", str(top), "bare.git")

    views = {
        "work-tree": open_repo(top),
        "index": open_repo(top, staged=True),
        "revision": open_repo(top, ref="main"),
        "bare": open_repo(tmp_path / "bare.git"),
    }

    expected = {path: text.encode() if isinstance(text, str) else text for path, text in FILES.items()}
    for path in ("COPYING", "docs/license", *(f"hop{n}" for n in range(2, 7))):
        expected[path] = b"a license\n"
    expected |= {"via": b"a guide\n", "docs/up-and-down": b"a guide\n"}
    refused = {"absolute", "outside", "docs/outside"}
    for name, repo in views.items():
        found = content(repo)
        assert set(found) - {".gitmodules"} == set(expected) | refused, name
        assert {path: found[path] for path in expected} == expected, name
        assert all("leads out of the repository" in str(found[path]) for path in refused), name
        assert list(repo.paths) == sorted(repo.paths)
        assert (repo.commit, repo.untracked, repo.log.unread) == (head, frozenset(), {}), name
        assert says(repo) == says(views["work-tree"]), name
    told = says(views["work-tree"])
    assert any("absolute is a link that leads out" in line for line in told)
    assert any("nowhere is a link that leads nowhere" in line for line in told)
    assert any("into-submodule is a link that leads nowhere" in line for line in told)
    assert any("circle-a is a link in a circle" in line for line in told)
    assert any("hop0 is a link in a circle, or through more than 5" in line for line in told)
    assert len(told) == 10


def test_a_read_stops_at_its_limit(tmp_path: Path) -> None:
    top = make_git(tmp_path, {"large.bin": b"x" * 3_000_000, "small": "abcdef"})
    for repo in (open_repo(top), open_repo(top, staged=True)):
        assert repo.read("large.bin", 10) == b"x" * 10
        assert repo.read("small", 3) == b"abc"
        assert repo.read("small", 0) == b""
        assert (repo.size("large.bin"), repo.size("small")) == (3_000_000, 6)
        assert len(repo.read("large.bin", 2_500_000)) == 2_500_000


@pytest.mark.parametrize("path", ["../secret", "missing", "", ".git/config", "docs", "/etc/passwd"])
def test_what_is_not_listed_cannot_be_read(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_text("s")
    top = make_git(tmp_path / "top", {"docs/a": "a"})
    for repo in (open_repo(top), open_repo(top, staged=True), open_repo(top, ref="HEAD")):
        with pytest.raises(Unreadable, match="no such file"):
            repo.read(path, 10)
        with pytest.raises(Unreadable, match="no such file"):
            repo.size(path)


def test_a_sub_folder_is_the_root_of_what_is_read(tmp_path: Path) -> None:
    top = make_git(
        tmp_path, {"LICENSE": "l", "models/[a]/card.md": "c", "models/[a]/x/y": "y", "models/a/z": "z"},
        {"models/[a]/LICENSE": "../../LICENSE"},
    )  # fmt: skip
    at = top / "models" / "[a]"
    for repo in (open_repo(at), open_repo(at, staged=True), open_repo(at, ref="HEAD")):
        assert repo.paths == ("LICENSE", "card.md", "x/y")
        assert repo.read("x/y", 9) == b"y"
        assert says(repo) == ["LICENSE is a link that leads out of the repository; it is not followed"]


def test_a_folder_that_is_gone_from_disk_is_still_in_the_index_and_the_commit(tmp_path: Path) -> None:
    top = make_git(tmp_path, {"a/b/c": "c", "d": "d"})
    (top / "a/b/c").unlink()
    (top / "a/b").rmdir()
    for repo in (open_repo(top / "a/b", staged=True), open_repo(top / "a/b", ref="HEAD")):
        assert content(repo) == {"c": b"c"}
    for options in ({"staged": True}, {"ref": "HEAD"}):
        with pytest.raises(Unreadable, match=r"nothing is staged there|no such folder in HEAD"):
            open_repo(top / "nope", **options)
    with pytest.raises(Unreadable, match="no such file or folder"):
        open_repo(top / "a/b")


# --- the work tree --------------------------------------------------------------------------------------------------


def test_untracked_files_count_ignored_and_deleted_ones_do_not(tmp_path: Path) -> None:
    top = make_git(tmp_path, {"kept": "1", "deleted": "2", "staged": "old", ".gitignore": "*.log\nbuild/\n"})
    (top / "deleted").unlink()
    put(top, {"new.md": "n", "x.log": "l", "build/y": "y", "staged": "new"}, {"newlink": "new.md"})
    repo = open_repo(top)
    assert repo.paths == (".gitignore", "kept", "new.md", "newlink", "staged")
    assert repo.untracked == {"new.md", "newlink"}
    assert repo.read("staged", 9) == b"new"
    assert open_repo(top, staged=True).read("staged", 9) == b"old"
    assert open_repo(top, staged=True).untracked == frozenset()


def test_a_repository_inside_is_named_and_not_read(tmp_path: Path) -> None:
    top = make_git(tmp_path, {"a": "a"})
    make_git(top / "inner", {"b": "b"})
    repo = open_repo(top)
    assert repo.paths == ("a",)
    assert says(repo) == ["inner/ is a repository of its own; it is not read"]
    assert open_repo(top / "inner").paths == ("b",)


def test_without_a_commit_the_files_count_all_the_same(tmp_path: Path) -> None:
    top = make_git(tmp_path)
    assert open_repo(top).paths == ()
    put(top, {"a": "a"})
    assert (open_repo(top).paths, open_repo(top).commit) == (("a",), "")
    run_git(top, "add", "a")
    assert open_repo(top, staged=True).paths == ("a",)
    with pytest.raises(GateError, match="HEAD: no such revision"):
        open_repo(top, ref="HEAD")


def test_a_plain_folder_is_walked_without_what_tools_leave(tmp_path: Path) -> None:
    kept: dict[str, str | bytes] = {"a.md": "a", ".hidden/b": "b", "venv/mine.py": "m", ".gitignore": "a.md\n"}
    left = {".git/": "", "x/.git": "", "node_modules/p": "", "s/__pycache__/q": "", ".venv/r": "", "env/pyvenv.cfg": ""}
    put(tmp_path, kept | {path + "t" if path.endswith("/") else path: text for path, text in left.items()})
    repo = open_repo(tmp_path)
    assert content(repo) == {path: str(text).encode() for path, text in kept.items()}
    assert (repo.commit, repo.untracked) == ("", frozenset())


def test_an_ignored_folder_is_walked_when_asked_for(tmp_path: Path) -> None:
    top = make_git(tmp_path, {".gitignore": "out/\n"})
    put(top, {"out/model/card.md": "c"})
    assert open_repo(top).paths == (".gitignore",)
    assert open_repo(top / "out/model").paths == ("card.md",)


def test_an_empty_folder_is_a_repository_without_files(tmp_path: Path) -> None:
    assert open_repo(tmp_path).paths == ()


def test_a_target_that_is_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"^nowhere: no such file or folder$"):
        open_repo("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    for options in ({}, {"staged": True}, {"ref": "HEAD"}):
        with pytest.raises(GateError):
            open_repo(tmp_path / "loop", **options)


def test_links_of_a_plain_folder_follow_the_same_rules(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    root = tmp_path / "root"
    put(root, {"a/file": "f"}, {"in": "a/file", "out": "../secret", "abs": str(root / "a/file"), "dir": "a"})
    repo = open_repo(root)
    assert repo.paths == ("a/file", "abs", "in", "out")
    assert repo.read("in", 9) == b"f"
    for path in ("out", "abs"):
        with pytest.raises(Unreadable, match="leads out of the repository"):
            repo.read(path, 9)


def test_the_target_itself_may_be_a_link(tmp_path: Path) -> None:
    put(tmp_path / "real", {"a": "a"})
    (tmp_path / "link").symlink_to("real")
    assert content(open_repo(tmp_path / "link")) == {"a": b"a"}


def test_a_folder_that_became_a_link_hides_what_was_tracked_in_it(tmp_path: Path) -> None:
    put(tmp_path / "private", {"card.md": "not part of this"})
    top = make_git(tmp_path / "top", {"docs/card.md": "c", "a": "a"})
    (top / "docs/card.md").unlink()
    (top / "docs").rmdir()
    (top / "docs").symlink_to("../private")
    assert content(open_repo(top))["a"] == b"a"
    assert "docs/card.md" not in open_repo(top).paths


def test_a_file_that_becomes_a_link_after_the_listing_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path, {"secret": "s", "root/a": "a", "root/gone": "g"})
    repo = open_repo(tmp_path / "root")
    (tmp_path / "root/a").unlink()
    (tmp_path / "root/a").symlink_to("../secret")
    (tmp_path / "root/gone").unlink()
    for path in ("a", "gone"):
        with pytest.raises(Unreadable, match=f"^{path}: "):
            repo.read(path, 9)
        with pytest.raises(Unreadable, match=f"^{path}: "):
            repo.size(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_and_sockets_are_never_opened(tmp_path: Path) -> None:
    top = make_git(tmp_path / "g", {"README.md": "r", "a": "a"})
    plain = tmp_path / "p"
    put(plain, {"a": "a"})
    (top / "README.md").unlink()
    for folder in (top, plain):
        os.mkfifo(folder / "README.md")
        repo = open_repo(folder)
        assert repo.paths == ("a",)
        assert says(repo) == ["README.md is a pipe, a socket or a device; it is not read"]
    (plain / "README.md").unlink()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(plain / "README.md"))
        assert open_repo(plain).paths == ("a",)
    repo = open_repo(plain)
    (plain / "a").unlink()
    os.mkfifo(plain / "a")
    with pytest.raises(Unreadable, match="a: not a regular file"):
        repo.read("a", 9)
    with pytest.raises(GateError, match="not a regular file"):
        open_repo(plain / "a")


def test_what_may_not_be_read_is_in_the_log(tmp_path: Path, as_nobody: Callable[[Path], None]) -> None:
    put(tmp_path, {"p/a": "a", "p/closed/b": "b", "p/secret": "s"})
    top = make_git(tmp_path / "g", {"a": "a", "closed/b": "b", "secret": "s"})
    put(top, {"new/closed/c": "c"})
    for path in ("p/closed", "g/closed", "g/new/closed", "p/secret", "g/secret"):
        (tmp_path / path).chmod(0)
    as_nobody(tmp_path)
    plain, tracked = open_repo(tmp_path / "p"), open_repo(tmp_path / "g")
    assert plain.log.unread == {"closed": "closed: permission denied"}
    assert plain.paths == ("a", "secret")
    assert tracked.log.unread["new/closed"] == "new/closed: permission denied"
    assert tracked.paths == ("a", "closed/b", "secret")
    for repo, path in ((plain, "secret"), (tracked, "secret"), (tracked, "closed/b")):
        with pytest.raises(Unreadable, match=f"{path}: permission denied"):
            repo.read(path, 9)
    below = open_repo(tmp_path / "g/new")
    assert below.log.unread == {"closed": "closed: permission denied"}
    with pytest.raises(Unreadable, match="permission denied"):
        open_repo(tmp_path / "p/closed")


def test_a_folder_too_deep_for_the_system_is_in_the_log(tmp_path: Path) -> None:
    start = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(25):
            Path("d" * 200).mkdir()
            os.chdir("d" * 200)
        Path("file").write_text("x")
    finally:
        os.chdir(start)
    repo = open_repo(tmp_path)
    assert repo.paths == ()
    assert [why.rpartition(": ")[2] for why in repo.log.unread.values()] == ["file name too long"]
    subprocess.run(["rm", "-rf", str(tmp_path / ("d" * 200))], check=True)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, top = tmp_path / "p", make_git(tmp_path / "g", {str(n): "" for n in range(4)})
    put(plain, {str(n): "" for n in range(4)})
    assert len(open_repo(plain).paths) == len(open_repo(top).paths) == 4
    for module in (work_tree, git):
        monkeypatch.setattr(module, "MAX_FILES", 3)
    for target, staged, ref in ((plain, False, ""), (top, False, ""), (top, True, ""), (top, False, "HEAD")):
        with pytest.raises(Unreadable, match="more than 3 files"):
            open_repo(target, staged=staged, ref=ref)


def test_a_sparse_checkout_leaves_files_in_git_where_they_are_read(tmp_path: Path) -> None:
    top = make_git(tmp_path, {"a/x": "x", "b/y": "y"}, {"b/link": "y"})
    run_git(top, "sparse-checkout", "set", "a")
    assert not (top / "b").exists()
    assert content(open_repo(top)) == {"a/x": b"x", "b/y": b"y", "b/link": b"y"}


def test_a_file_may_be_named_like_anything(tmp_path: Path) -> None:
    put(tmp_path, {"100644 x 0\tname": "1", "? y": "2"})
    make_git(tmp_path)
    assert open_repo(tmp_path).paths == ("100644 x 0\tname", "? y")
    run_git(tmp_path, "add", "-A")
    assert open_repo(tmp_path).paths == open_repo(tmp_path, staged=True).paths == ("100644 x 0\tname", "? y")


# --- the cache of the hub -------------------------------------------------------------------------------------------


def cache_of(tmp_path: Path, *revisions: str) -> Path:
    model = tmp_path / "models--org--name"
    put(model, {"blobs/" + "a" * 40: "card", "blobs/" + "b" * 64: "weights"})
    put(tmp_path, {"blobs/" + "a" * 40: "of another"})
    for revision in revisions:
        put(model, {}, {
            f"snapshots/{revision}/README.md": "../../blobs/" + "a" * 40,
            f"snapshots/{revision}/onnx/model.onnx": "../../../blobs/" + "b" * 64,
            f"snapshots/{revision}/alias.md": "README.md",
            f"snapshots/{revision}/evil": "../../../blobs/" + "a" * 40,
            f"snapshots/{revision}/evil2": "../../refs/main",
            f"snapshots/{revision}/gone": "../../blobs/" + "c" * 40,
        })  # fmt: skip
    put(model, {"refs/main": revisions[-1]})
    return model


def test_a_snapshot_in_the_cache_is_read_through_its_links(tmp_path: Path) -> None:
    model = cache_of(tmp_path, "1" * 40, "2" * 40)
    for target in (model, model / "snapshots" / ("2" * 40)):
        repo = open_repo(target)
        assert repo.read("README.md", 9) == repo.read("alias.md", 9) == b"card"
        assert (repo.read("onnx/model.onnx", 9), repo.size("onnx/model.onnx")) == (b"weights", 7)
        for path in ("evil", "evil2", "gone"):
            with pytest.raises(Unreadable, match="leads out of the repository"):
                repo.read(path, 9)


def test_a_cache_without_main_needs_a_single_snapshot(tmp_path: Path) -> None:
    model = cache_of(tmp_path, "1" * 40)
    (model / "refs/main").write_text("../../../elsewhere")
    assert "README.md" in open_repo(model).paths
    (model / "snapshots" / ("3" * 40)).mkdir()
    with pytest.raises(Unreadable, match="a cache with 2 snapshots; name one of them"):
        open_repo(model)


def test_a_blob_that_is_itself_a_link_is_not_read(tmp_path: Path) -> None:
    model = cache_of(tmp_path, "1" * 40)
    (tmp_path / "secret").write_text("s")
    (model / "blobs" / ("a" * 40)).unlink()
    (model / "blobs" / ("a" * 40)).symlink_to("../../secret")
    with pytest.raises(Unreadable):
        open_repo(model).read("README.md", 9)


def test_a_folder_of_blobs_that_is_a_link_is_not_one(tmp_path: Path) -> None:
    model = cache_of(tmp_path, "1" * 40)
    snapshot = model / "snapshots" / ("1" * 40)
    (model / "blobs").rename(tmp_path / "private")
    (model / "blobs").symlink_to("../private")
    with pytest.raises(Unreadable, match="leads out of the repository"):
        open_repo(snapshot).read("README.md", 9)


# --- index and revision ---------------------------------------------------------------------------------------------


def test_an_unresolved_conflict_is_an_error(tmp_path: Path) -> None:
    top = make_git(tmp_path, {"a.md": "one"})
    run_git(top, "switch", "-q", "-c", "other")
    put(top, {"a.md": "two"})
    commit(top)
    run_git(top, "switch", "-q", "main")
    put(top, {"a.md": "three"})
    commit(top)
    with pytest.raises(AssertionError):
        run_git(top, "merge", "-q", "other")
    with pytest.raises(Unreadable, match=r"a\.md: has an unresolved merge conflict"):
        open_repo(top, staged=True)
    assert open_repo(top).paths == ("a.md",)


def test_no_repository_has_neither_index_nor_revisions(tmp_path: Path) -> None:
    for options in ({"staged": True}, {"ref": "HEAD"}):
        with pytest.raises(Unreadable, match="not in the work tree of a git repository"):
            open_repo(tmp_path, **options)
    make_git(tmp_path / "bare.git")
    with pytest.raises(Unreadable):
        open_repo(tmp_path / "bare.git" / ".git", staged=True)


@pytest.mark.parametrize("rev", ["nope", "--output=x", "-p", "HEAD:a", "HEAD..HEAD", "HEAD\nHEAD", "x\0y", "0" * 40])
def test_what_names_no_commit_is_wrong_use(tmp_path: Path, rev: str) -> None:
    top = make_git(tmp_path, {"a": "a"})
    with pytest.raises(GateError, match="no such revision") as caught:
        open_repo(top, ref=rev)
    assert caught.value.exit_code == 2
    assert sorted(path.name for path in top.iterdir()) == [".git", "a"]


def test_a_revision_is_a_branch_a_tag_or_a_commit(tmp_path: Path) -> None:
    top = make_git(tmp_path, {"a": "old"})
    old = run_git(top, "rev-parse", "HEAD")
    run_git(top, "tag", "-a", "-m", "t", "v1")
    put(top, {"a": "new"})
    new = commit(top)
    for ref, expected, text in (
        ("v1", old, b"old"),
        (old[:12], old, b"old"),
        ("main", new, b"new"),
        ("@~", old, b"old"),
    ):
        repo = open_repo(top, ref=ref)
        assert (repo.commit, repo.read("a", 9)) == (expected, text)


def test_a_bare_repository_without_commits_is_empty_and_says_so(tmp_path: Path) -> None:
    run_git(tmp_path, "init", "-q", "--bare", "b.git")
    repo = open_repo(tmp_path / "b.git")
    assert (repo.paths, repo.commit) == ((), "")
    assert says(repo) == [f"{tmp_path / 'b.git'} has no commit yet"]


def test_a_head_whose_commit_is_missing_is_not_an_empty_repository(tmp_path: Path) -> None:
    run_git(tmp_path, "init", "-q", "--bare", "-b", "main", "b.git")
    (tmp_path / "b.git/refs/heads/main").write_text("1" * 40 + "\n")
    with pytest.raises(Unreadable, match="HEAD names a commit that is not there"):
        open_repo(tmp_path / "b.git")


def test_tracked_files_that_look_like_a_bare_repository_are_files(tmp_path: Path) -> None:
    fake = make_git(tmp_path / "fake", {"LICENSE": "MIT"})
    top = make_git(tmp_path / "top", {"a": "a"})
    for path in sorted((fake / ".git").rglob("*")):
        if path.is_file() and "hooks" not in path.parts:
            put(top, {f"models/{path.relative_to(fake / '.git')}": path.read_bytes()})
    put(top, {"models/refs/keep": "", "models/LICENSE": "all rights reserved"})
    commit(top)
    assert source_of(top / "models") == "work-tree"
    for repo in (
        open_repo(top / "models"),
        open_repo(top / "models", staged=True),
        open_repo(top / "models", ref="main"),
    ):
        assert repo.read("LICENSE", 99) == b"all rights reserved"
    assert source_of(fake / ".git") == "revision"


def test_names_that_git_would_refuse_are_not_paths(tmp_path: Path) -> None:
    top = make_git(tmp_path / "top", {"a": "a"})
    (tmp_path / "secret").write_text("s")
    blob = run_git(top, "rev-parse", "HEAD:a")
    inner = run_git(top, "mktree", stdin=f"100644 blob {blob}\tsecret\n".encode())
    tree = run_git(top, "mktree", stdin=f"040000 tree {inner}\t..\n100644 blob {blob}\ta\n".encode())
    made = run_git(top, "commit-tree", "-m", "x", tree)
    repo = open_repo(top, ref=made)
    assert repo.paths == ("a",)
    assert repo.log.unread == {"../secret": "../secret: no name for a file"}


def test_a_tree_that_names_a_file_twice_is_not_trusted(tmp_path: Path) -> None:
    top = make_git(tmp_path, {"a": "open", "b": "closed"})
    one, two = (bytes.fromhex(run_git(top, "rev-parse", f"HEAD:{name}")) for name in "ab")
    raw = b"100644 LICENSE\0" + one + b"100644 LICENSE\0" + two
    tree = run_git(top, "hash-object", "-t", "tree", "--literally", "-w", "--stdin", stdin=raw)
    repo = open_repo(top, ref=run_git(top, "commit-tree", "-m", "x", tree))
    assert repo.log.unread == {"LICENSE": "LICENSE stands twice in one tree"}


# --- links by themselves --------------------------------------------------------------------------------------------


def test_links_are_told_of_up_to_a_number() -> None:
    log = Log()
    links.names([], {f"l{n:03}": "nowhere" for n in range(500)}, log)
    assert len(log.notices) == links.TOLD + 1
    assert log.notices[-1].says == "490 more links lead nowhere"


def test_more_links_than_anyone_makes_are_refused() -> None:
    with pytest.raises(Unreadable, match="more than 10000 symbolic links"):
        links.names([], {str(n): "x" for n in range(links.MAX_LINKS + 1)}, Log())


@pytest.mark.parametrize("target", ["a/" * 600 + "f", "./" * 200 + "f", "x" * 2000])
def test_endless_targets_lead_nowhere(target: str) -> None:
    assert links.destination("l", {"l": target}) is links.Lost.NOWHERE


# --- a declaration --------------------------------------------------------------------------------------------------


MOF = "framework:\n  name: Model Openness Framework\nrelease:\n  name: a\n"


@pytest.mark.parametrize(("name", "text"), [("MOF.yml", MOF), ("x.yaml", "releases:\n  - name: a\n"), ("m", MOF)])
def test_a_declaration_is_a_repository_of_one_file(tmp_path: Path, name: str, text: str) -> None:
    put(tmp_path, {name: text, "LICENSE": "beside it"})
    repo = open_repo(tmp_path / name)
    assert (repo.paths, repo.declaration, repo.commit) == ((name,), name, "")
    assert content(repo) == {name: text.encode()}
    with pytest.raises(Unreadable):
        repo.read("LICENSE", 9)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("README.md", "# a model\n\tnot: [yaml", "README.md: not a declaration; one has the keys `framework`"),
        ("MOF.yml", "framework: x\n", "MOF.yml: not a declaration"),
        ("MOF.yml", "- release\n- framework\n", "MOF.yml: not a declaration"),
        ("MOF.yml", "", "MOF.yml: not a declaration"),
        ("MOF.yml", "framework: 1\nrelease: [\n", "MOF.yml:3: not YAML"),
        ("MOF.yml", "framework: &a 1\nrelease: *a\n", "MOF.yml:1: anchors and aliases are not read"),
        ("MOF.yml", MOF + "#" * (600 << 10), "MOF.yml:1: more than 512 KiB of YAML"),
        ("model.bin", b"\x00\xff" * 99, "model.bin: not a declaration"),
    ],
)
def test_what_is_no_declaration_is_wrong_use(tmp_path: Path, name: str, text: str | bytes, says: str) -> None:
    put(tmp_path, {name: text})
    with pytest.raises(GateError) as caught:
        open_repo(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path}/{says}")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


# --- what it costs --------------------------------------------------------------------------------------------------


def imported_for(code: str) -> set[str]:
    script = f"import sys; {code}; print(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    )


def test_a_plain_folder_needs_no_git_and_no_yaml(tmp_path: Path) -> None:
    put(tmp_path, {"a": "a"})
    opened = (
        "from openness_gate.registry import sources; from openness_gate.model import Request; "
        f"r = Request({str(tmp_path)!r}); "
        "repo = next(s for s in sources() if s.accepts(r)).open(r); assert repo.read('a', 1) == b'a'"
    )
    assert not imported_for(opened) & {"subprocess", "threading", "yaml", "git", "socket", "tempfile"}


def test_disk_names_survive_any_bytes() -> None:
    assert disk.at(b"/", os.fsdecode(b"a\xff")) == b"/a\xff"
    assert disk.at(b"/x", "") == b"/x"
