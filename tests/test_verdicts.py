"""A verdict that is kept is the one that would be found; whoever can write to the repository cannot make one up."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from openness_gate import judge as judging
from openness_gate import sealed, verdicts
from openness_gate.commands import check as command
from tests.git_repos import commit, git, make_git, put
from tests.running import Done, run
from tests.test_imports import imported
from tests.test_inherit import HEAD
from tests.test_policy_choice import CARD

pytestmark = pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="no verdicts are kept here")
EXAMPLE = Path(__file__).parents[1] / "docs/examples/open-release"
HOOK = ("check", "--hook", "--offline", "--format", "brief")
POLICY = HEAD + "rules:\n  training-code: {at_least: partial}\n"
WAIVERS = (
    "version: 1\nwaivers:\n- {rule: training-code, reason: it comes with the next version, "
    "owner: a@example.org, expires: 2026-12-24}\n"
)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    top = make_git(tmp_path / "wren", {"README.md": CARD, "a": "a", ".github/openness.yml": POLICY})
    monkeypatch.chdir(top)
    return top


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows with each verdict that is found, and not with those that are known."""
    real, seen = judging.judge, list[int]()

    def judge(*arguments: object) -> object:
        seen.append(1)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(command, "judge", judge)
    return seen


def entries(repo: Path) -> list[Path]:
    return sorted((repo / ".git/openness-gate").iterdir())


def test_what_was_judged_is_known(repo: Path, judged: list[int]) -> None:
    first, second = run(*HOOK), run(*HOOK)
    assert first == second
    assert (first.code, len(judged)) == (1, 1)
    assert "training-code" in first.out


def test_a_known_verdict_imports_next_to_nothing(repo: Path) -> None:
    run(*HOOK)
    modules = imported(*HOOK, code=1)  # another terminal: found, and kept
    modules = imported(*HOOK, code=1)
    ours = {name for name in modules if name.startswith("openness_gate")}
    assert ours == {"openness_gate", *(f"openness_gate.{name}" for name in ("cli", "git_call", "sealed", "verdicts"))}
    assert modules.isdisjoint({"re", "json", "argparse", "subprocess", "typing", "enum", "hashlib", "yaml"})


def test_what_is_not_staged_changes_nothing(repo: Path, judged: list[int]) -> None:
    run(*HOOK)
    put(repo, {"README.md": "no card", "new.md": "x"})
    assert run(*HOOK).code == 1
    assert len(judged) == 1


def stage(top: Path, path: str, text: str) -> None:
    put(top, {path: text})
    git(top, "add", "--", path)


def test_what_was_not_read_changes_nothing(repo: Path, judged: list[int]) -> None:
    put(repo, {"logo.png": b"one", "README.md": CARD})
    git(repo, "add", "-A")
    expected = run(*HOOK)
    stage(repo, "logo.png", "another")
    assert run(*HOOK) == expected
    assert len(judged) == 1
    git(repo, "mv", "logo.png", "mark.png")
    run(*HOOK)
    assert len(judged) == 2
    (repo / "a").unlink()
    (repo / "a").symlink_to("README.md")
    git(repo, "add", "a")
    run(*HOOK)
    (repo / "a").unlink()
    (repo / "a").symlink_to("logo.png")
    git(repo, "add", "a")
    run(*HOOK)
    assert len(judged) == 4, "where a link leads is always read"


CODE = "import os\n\n\ndef part(x):\n    return x + {n}\n"


def staged_code(repo: Path, text: str, path: str = "lib/part.py") -> Done:
    stage(repo, path, text)
    return run(*HOOK)


def test_an_edited_script_is_judged(repo: Path, judged: list[int]) -> None:
    staged_code(repo, CODE.format(n=1))
    staged_code(repo, CODE.format(n=2))
    staged_code(repo, CODE.format(n=1))
    assert len(judged) == 3


def test_code_that_says_what_trains_changes_the_verdict(repo: Path, tmp_path: Path) -> None:
    training = (EXAMPLE / "train.py").read_text("utf-8")
    stage(repo, "train.py", CODE.format(n=1))
    before = run(*HOOK)
    assert before.code == 1
    after = staged_code(repo, training, "train.py")
    assert after != before
    fresh = make_git(tmp_path / "fresh", {"README.md": CARD, "a": "a", ".github/openness.yml": POLICY})
    stage(fresh, "train.py", training)
    assert after.out == run("check", fresh, "--staged", "--format", "brief").out


def test_an_index_that_was_opened_twice_counts_as_read() -> None:
    listing = b"".join(b"100644 %s 0\t%s\0" % (name * 40, name) for name in (b"a", b"b"))
    seeking = verdicts.Pending({}, "", "", listing)
    reads = verdicts.Reads({"a" * 40: 1}, set())
    assert bytes(verdicts._marks(seeking)) == b"\1\1"
    seeking.reads.append(reads)
    assert bytes(verdicts._marks(seeking)) == b"\1\0"
    seeking.reads.append(reads)
    assert bytes(verdicts._marks(seeking)) == b"\1\1"


CHANGES: dict[str, Callable[[Path], object]] = {
    "a card": lambda top: stage(top, "README.md", CARD + "\nMore.\n"),
    "a new file": lambda top: stage(top, "b", "b"),
    "a deletion": lambda top: git(top, "rm", "-q", "a"),
    "a name": lambda top: git(top, "mv", "a", "b"),
    "a mode": lambda top: git(top, "update-index", "--chmod=+x", "a"),
    "the policy": lambda top: stage(top, ".github/openness.yml", POLICY + "\n"),
    "waivers": lambda top: stage(top, ".github/openness-waivers.yml", WAIVERS),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_staged_is_judged_anew(repo: Path, judged: list[int], what: str) -> None:
    run(*HOOK)
    CHANGES[what](repo)
    run(*HOOK)
    assert len(judged) == 2


@pytest.mark.parametrize("more", [("--verbose",), ("--fail-on", "never"), ("--policy", "osaid-1.0"), ("--only-new",)])
def test_another_question_has_another_answer(repo: Path, judged: list[int], more: tuple[str, ...]) -> None:
    run(*HOOK)
    asked, again = run(*HOOK, *more), run(*HOOK, *more)
    assert asked == again
    assert len(judged) == 2


@pytest.mark.parametrize("name", ["OPENNESS_GATE_POLICY", "NO_COLOR", "LANG"])
def test_the_environment_is_part_of_the_question(
    repo: Path, judged: list[int], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    run(*HOOK)
    monkeypatch.setenv(name, "osaid-1.0")
    run(*HOOK)
    assert len(judged) == 2


@pytest.mark.parametrize("name", ["_day", "_program"])
def test_the_day_and_the_program_are_part_of_the_question(
    repo: Path, judged: list[int], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    run(*HOOK)
    monkeypatch.setattr(verdicts, name, lambda: (2099, 1, 1))
    run(*HOOK)
    assert len(judged) == 2


def test_a_changed_program_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"cli.py": "1", "facts/code.py": "2", "__pycache__/x.pyc": "3"})
    monkeypatch.setattr(verdicts, "HERE", str(tmp_path))
    before = verdicts._program()
    put(tmp_path, {"__pycache__/x.pyc": "changed"})
    assert verdicts._program() == before
    put(tmp_path, {"facts/code.py": "changed"})
    assert verdicts._program() != before


def test_a_policy_on_disk_is_part_of_the_question(repo: Path, judged: list[int], tmp_path: Path) -> None:
    ours = tmp_path / "ours.yml"
    hook = (*HOOK, "--policy", str(ours))
    ours.write_text(POLICY.replace("training-code: {at_least: partial}", "training-code: {at_least: absent}"))
    assert [run(*hook).code, run(*hook).code, len(judged)] == [0, 0, 1]
    ours.write_text(POLICY)
    assert [run(*hook).code, run(*hook).code, len(judged)] == [1, 1, 2]
    (tmp_path / "openness.lock").write_text("version: 1\npolicies: {}\n")
    run(*hook)
    assert len(judged) == 3


def test_what_a_policy_on_disk_builds_on_is_read_each_time(repo: Path, judged: list[int], tmp_path: Path) -> None:
    put(tmp_path, {"ours.yml": HEAD + "extends: ./base.yml\n", "base.yml": POLICY})
    hook = (*HOOK, "--policy", str(tmp_path / "ours.yml"))
    assert [run(*hook).code, run(*hook).code, len(judged)] == [1, 1, 2]
    put(tmp_path, {"base.yml": POLICY.replace("at_least: partial", "at_least: absent")})
    assert run(*hook).code == 0
    put(tmp_path, {"ours.yml": HEAD + "extends: recommended\n"})
    assert [run(*hook).code == run(*hook).code, len(judged)] == [True, 4]


def test_what_only_new_is_held_against_is_part_of_the_question(repo: Path, judged: list[int]) -> None:
    hook = (*HOOK, "--only-new")
    assert [run(*hook).code, run(*hook).code, len(judged)] == [0, 0, 1]
    git(repo, "commit", "-q", "--allow-empty", "-m", "y")
    run(*hook)
    assert len(judged) == 2


@pytest.mark.parametrize("more", [("--format", "json"), ("--format=mof",), (".",), ("--online",), ("--ref", "HEAD")])
def test_of_some_questions_no_verdict_is_kept(repo: Path, more: tuple[str, ...]) -> None:
    assert verdicts.quick(("check", "--staged", *more)) is None
    assert not verdicts.pending
    assert verdicts.quick(("check",)) is None
    assert not verdicts.pending


def test_what_could_not_be_read_is_not_kept(repo: Path, judged: list[int]) -> None:
    oid = git(repo, "rev-parse", ":README.md")
    (repo / ".git/objects" / oid[:2] / oid[2:]).unlink()
    assert [run(*HOOK).code, run(*HOOK).code, len(judged)] == [3, 3, 2]


def test_what_is_wrong_is_not_kept(repo: Path) -> None:
    put(repo, {".github/openness.yml": "policy: [\n"})
    git(repo, "add", "-A")
    assert [run(*HOOK).code, run(*HOOK).code] == [2, 2]
    assert not (repo / ".git/openness-gate").exists()


def test_the_older_half_goes(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "MOST_VERDICTS", 4)
    for n in range(9):
        put(repo, {f"a{n}": "a"})
        git(repo, "add", "-A")
        run(*HOOK)
    assert len(entries(repo)) <= 4


# --- who wrote it ---------------------------------------------------------------------------------------------------


def passing(repo: Path, place: Path) -> bytes:
    """What somebody would keep who wants to pass, sealed by another's key."""
    content = b"0 0 0 0\n" + sealed.digest(b"") + b"fine\n"
    return sealed.seal(bytes(sealed.LENGTH), bytes.fromhex(place.name.ljust(64, "0")) + content) + content


def flipped(repo: Path, place: Path) -> bytes:
    kept = place.read_bytes()
    assert kept[sealed.LENGTH :].startswith(b"1 ")
    return kept[: sealed.LENGTH] + b"0" + kept[sealed.LENGTH + 1 :]


def of_another_question(repo: Path, place: Path) -> bytes:
    """One of ours, which says that something else passes."""
    run(*HOOK, "--fail-on", "never")
    (other,) = (entry for entry in entries(repo) if entry != place)
    return other.read_bytes()


FORGED: dict[str, Callable[[Path, Path], bytes]] = {
    "of another's key": passing,
    "flipped": flipped,
    "of another question": of_another_question,
    "unsealed": lambda repo, place: b"0 0 0 0\n" + sealed.digest(b"") + b"fine\n",
    "empty": lambda repo, place: b"",
    "a seal alone": lambda repo, place: place.read_bytes()[: sealed.LENGTH],
    "large": lambda repo, place: b"x" * (1 << 20),
}


@pytest.mark.parametrize("how", FORGED)
def test_nobody_else_is_believed(repo: Path, judged: list[int], how: str) -> None:
    expected = run(*HOOK)
    (place,) = entries(repo)
    place.write_bytes(FORGED[how](repo, place))
    before = len(judged)
    assert run(*HOOK) == expected
    assert len(judged) == before + 1


def test_a_repository_that_comes_with_verdicts_has_none(
    repo: Path, judged: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an archive with its .git, say: another user's seal is none here."""
    run(*HOOK)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "mine"))
    run(*HOOK)
    assert len(judged) == 2


def test_without_a_key_that_can_be_kept_nothing_is_known(
    repo: Path, judged: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", os.path.join(os.devnull, "x"))
    assert [run(*HOOK).code, run(*HOOK).code, len(judged)] == [1, 1, 2]


def test_a_link_in_its_place_is_not_written_through(repo: Path, judged: list[int], tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (repo / ".git/openness-gate").symlink_to(tmp_path / "elsewhere")
    assert [run(*HOOK).code, run(*HOOK).code, len(judged)] == [1, 1, 2]
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_git_file_that_points_elsewhere_is_not_written_to(repo: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (repo / ".git").rename(tmp_path / "apart")
    (repo / ".git").write_text(f"gitdir: {home}\n")
    assert run(*HOOK).code == 3
    assert list(home.iterdir()) == []


def test_a_folder_that_others_may_write_to_is_not_used(repo: Path, judged: list[int]) -> None:
    run(*HOOK)
    (repo / ".git/openness-gate").chmod(0o777)
    run(*HOOK)
    assert len(judged) == 2


def test_a_listing_that_does_not_end_is_left(repo: Path, judged: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "MOST_LISTED", 10)
    assert [run(*HOOK).code, run(*HOOK).code, len(judged)] == [1, 1, 2]


def test_a_git_that_does_not_end_is_left(repo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "bin/git"
    put(tmp_path, {"bin/git": "#!/bin/sh\nexec sleep 60\n"})
    slow.chmod(0o755)
    monkeypatch.setattr(verdicts, "TIME_LIMIT", 0.1)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    assert verdicts.quick(HOOK) is None


# --- the same as git would have it ----------------------------------------------------------------------------------


def both(cwd: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Done, Done]:
    monkeypatch.chdir(cwd)
    return run(*HOOK), run(*HOOK)


def test_work_trees_and_submodules_keep_their_own(
    repo: Path, judged: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_git(tmp_path / "other", {"README.md": "# an app\n"})
    git(repo, "submodule", "--quiet", "add", str(other), "sub")
    put(repo, {".github/openness.yml": HEAD + "rules: {tokenizer: {at_least: complete}}\n"})
    commit(repo)
    git(repo, "worktree", "add", "-q", "-b", "w", "../linked")
    git(tmp_path / "linked", "rm", "-q", "README.md")
    assert [one.code for one in both(repo, monkeypatch)] == [1, 1]
    assert [one.code for one in both(tmp_path / "linked", monkeypatch)] == [0, 0]
    assert [one.code for one in both(repo / "sub", monkeypatch)] == [0, 0]
    assert len(judged) == 3
    assert (repo / ".git/worktrees/linked/openness-gate").is_dir()
    assert (repo / ".git/modules/sub/openness-gate").is_dir()


def test_repositories_of_the_newer_hash(
    tmp_path: Path, repo: Path, judged: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    top = make_git(tmp_path / "newer", {"README.md": CARD, "openness.yml": POLICY}, form="sha256")
    assert [one.code for one in both(top, monkeypatch)] == [1, 1]
    assert len(judged) == 1


def test_the_index_of_a_partial_commit(repo: Path, judged: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    run(*HOOK)
    index = repo / ".git/next-index-1.lock"
    index.write_bytes((repo / ".git/index").read_bytes())
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index-1.lock")
    assert run(*HOOK).code == 1
    assert len(judged) == 1, "it holds the same"
    env = {**os.environ, "GIT_INDEX_FILE": str(index)}
    subprocess.run(("git", "rm", "-q", "--cached", "README.md"), cwd=repo, env=env, check=True)
    assert run(*HOOK).code == 0
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert run(*HOOK).code == 1
    assert len(judged) == 2


def test_a_conflict_is_an_error_each_time(repo: Path) -> None:
    git(repo, "checkout", "-q", "-b", "other")
    put(repo, {"a": "theirs"})
    commit(repo)
    git(repo, "checkout", "-q", "main")
    put(repo, {"a": "ours"})
    commit(repo)
    subprocess.run(("git", "merge", "-q", "other"), cwd=repo, capture_output=True, check=False)
    for _ in range(2):
        done = run(*HOOK)
        assert (done.code, done.out) == (3, "")
        assert "unresolved merge conflict" in done.complaint


def test_an_unborn_head(tmp_path: Path, repo: Path, judged: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    top = make_git(tmp_path / "unborn")
    put(top, {"README.md": CARD, "openness.yml": POLICY})
    git(top, "add", "-A")
    assert [one.code for one in both(top, monkeypatch)] == [1, 1]
    assert [run(*HOOK, "--only-new").code, run(*HOOK, "--only-new").code] == [1, 1], "all of it is new"
    assert run("check", "--new-since", "HEAD").code == 1
    assert len(judged) == 3


def test_as_a_program(repo: Path) -> None:
    """Both times the same bytes, and on a pipe that nobody reads the same code."""
    command = (sys.executable, "-c", "from openness_gate.cli import run; run()", *HOOK)
    env = {**os.environ, "PYTHONPATH": str(Path(verdicts.HERE).parent)}
    first, second = (subprocess.run(command, env=env, capture_output=True, check=False) for _ in range(2))
    assert (first.returncode, first.stdout) == (second.returncode, second.stdout)
    assert "✗".encode() in first.stdout or b"x wren" in first.stdout
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.close()
    assert child.returncode == 1


def test_what_is_asked_without_a_parser_is_what_a_parser_makes_of_it(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    command.arguments(parser)
    assert vars(parser.parse_args([])) == command.DEFAULTS
    seen: list[object] = []

    def run_it(args: object, today: object) -> int:
        seen.append(vars(args))
        return 0

    monkeypatch.setattr(command, "run", run_it)
    for argv in (
        ("--staged",),
        ("--hook", "--offline", "--format", "brief", "--verbose"),
        ("--staged", "--policy=osaid-1.0", "--fail-on", "ask", "--only-new", "--format=text", "--fail-on", "never"),
    ):
        assert run("check", *argv).code == 0
        assert seen.pop() == vars(parser.parse_args(argv))


@pytest.mark.parametrize(
    "argv",
    [
        ("--staged", "--hook"),
        ("--staged", "--fail-on", "x"),
        ("--staged", "--policy", "--offline"),
        ("--staged", "--policy"),
    ],
)
def test_what_is_wrong_is_told_by_the_parser(repo: Path, argv: tuple[str, ...]) -> None:
    done = run("check", *argv)
    assert done.code == 2
    assert "usage: " in done.err
