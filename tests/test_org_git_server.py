"""A git server is read by partial clones: what the engine reads is fetched, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from openness_gate import git_fetch
from openness_gate.model import GateError
from openness_gate.org.shelf import Shelf
from openness_gate.org.store import Store
from openness_gate.org.words import Member, Outcome, State, Terms
from openness_gate.origins import git_server
from openness_gate.policy_sources import assembler, shipped
from tests.git_repos import commit, git, make_git, put
from tests.git_server import GitServer, bare
from tests.hubs import Said, trickle
from tests.running import check_json, run
from tests.test_org_merge import rows

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 5000000\n"
TRAINING = """import torch

model = torch.nn.Linear(4, 4)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
for batch in torch.load("tokens.pt"):
    model(batch).sum().backward()
    optimizer.step()
"""
FILES: dict[str, str | bytes] = {
    "README.md": "---\nlicense: mit\npipeline_tag: text-generation\n---\n# Wren\n\nWren names birds.\n",
    "LICENSE": "All rights reserved.\n",
    "train.py": TRAINING,
    "model.safetensors": POINTER,
    "assets/song.wav": os.urandom(300_000),
    **{f"assets/{n}.png": bytes([n]) * 2_000 for n in range(50)},
}
TERMS = Terms(assembler(shipped("recommended")).policy(shipped("recommended")), date(2026, 1, 2))


@pytest.fixture
def server(tmp_path: Path, stack: ExitStack) -> GitServer:
    (tmp_path / "served").mkdir()
    server = GitServer(tmp_path / "served")
    stack.enter_context(server.running())
    return server


@pytest.fixture
def work(server: GitServer, tmp_path: Path) -> Path:
    """What is served as /wren.git."""
    made = make_git(tmp_path / "work", FILES, {"COPYING": "LICENSE"})
    bare(made, server.root / "wren.git")
    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(str(tmp_path / "scan"))
    yield store
    store.close()


def push(work: Path, server: GitServer, files: Mapping[str, str | bytes]) -> str:
    put(work, files)
    made = commit(work)
    git(work, "push", "-q", str(server.root / "wren.git"), "main")
    return made


def looked_at(where: str, shelf: Shelf) -> Member | Outcome:
    [seen] = git_server.glance(list(git_server.members(where, shelf)), shelf)
    return seen


def judged(where: str, shelf: Shelf) -> Outcome:
    member = looked_at(where, shelf)
    assert isinstance(member, Member), member
    [outcome] = git_server.judge([member], TERMS, shelf)
    return outcome


def said(outcome: Outcome) -> str:
    assert outcome.state is not State.JUDGED
    assert "\n" not in outcome.reason
    return outcome.reason


def same_as_check(outcome: Outcome, work: Path) -> bool:
    """But for the name of what was judged, `check` says the same of a whole clone."""
    whole = check_json(work, "--ref", "HEAD", "--policy", "recommended")
    return str(outcome.report).replace(outcome.member.target, "X") == str(whole).replace(str(work), "X")


# --- what is fetched ------------------------------------------------------------------------------------------------


def test_only_what_is_read_is_fetched(server: GitServer, work: Path, store: Store) -> None:
    outcome = judged(f"{server.url}/wren.git", store)
    assert outcome.state is State.JUDGED and same_as_check(outcome, work)
    listed = (line.split() for line in git(work, "ls-tree", "-r", "HEAD").splitlines())
    read = sorted(oid for _, _, oid, path in listed if not path.startswith("assets/"))
    assert server.wants()[0] == [outcome.member.commit]
    assert sorted(oid for of in server.wants()[1:] for oid in of) == read
    assert len(server.wants()) <= 5 and server.sent < 10_000


def test_an_unchanged_repository_costs_one_question_and_a_changed_policy_no_more(
    server: GitServer, work: Path, store: Store
) -> None:
    first = judged(f"{server.url}/wren.git", store)
    server.asked.clear()
    member = looked_at(f"{server.url}/wren.git", store)
    assert member == first.member
    assert len(server.asked) == 2  # what it can, and where HEAD is
    [again] = git_server.judge([first.member], TERMS, store)
    assert again == first and len(server.asked) == 2


def test_a_push_costs_what_it_changed(server: GitServer, work: Path, store: Store) -> None:
    judged(f"{server.url}/wren.git", store)
    made = push(work, server, {"README.md": "# Wren\n\nOther words.\n"})
    server.asked.clear()
    outcome = judged(f"{server.url}/wren.git", store)
    assert outcome.member.commit == made and same_as_check(outcome, work)
    assert server.wants() == [[made], [git(work, "rev-parse", "HEAD:README.md")]]


def test_without_a_folder_nothing_is_kept(server: GitServer, work: Path) -> None:
    assert same_as_check(judged(f"{server.url}/wren.git", Shelf()), work)


def test_a_server_that_leaves_nothing_out(
    server: GitServer, work: Path, store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_server, "_told", set())
    server.filters = False
    for n in range(2):
        push(work, server, {"train.py": f"{TRAINING}# {n}\n"})
        assert same_as_check(judged(f"{server.url}/wren.git", store), work)
    assert capsys.readouterr().err.splitlines() == [
        "openness-gate: 127.0.0.1 knows no partial clones: all files of each commit are fetched"
    ]
    assert all(len(wanted) == 1 for wanted in server.wants())


def test_a_server_that_gives_no_single_files(server: GitServer, work: Path, store: Store) -> None:
    server.newest = 0
    assert same_as_check(judged(f"{server.url}/wren.git", store), work)


def test_a_server_that_refuses_the_filter(server: GitServer, work: Path, store: Store) -> None:
    server.refuses = "blob:none"
    assert same_as_check(judged(f"{server.url}/wren.git", store), work)


def test_weights_in_git_itself_are_read_if_they_are_not_large(
    server: GitServer, work: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = b'{"w":{"dtype":"F32","shape":[250000],"data_offsets":[0,1000000]}}'
    push(work, server, {"model.safetensors": len(header).to_bytes(8, "little") + header + os.urandom(1_000_000)})
    assert same_as_check(judged(f"{server.url}/wren.git", store), work)


def test_weights_that_are_large_stay_unread(
    server: GitServer, work: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_server, "MOST_OF_WEIGHTS", 1 << 20)
    monkeypatch.setattr(git_fetch, "TICK", 0.0)
    push(work, server, {"model.safetensors": os.urandom(8 << 20)})
    outcome = judged(f"{server.url}/wren.git", store)
    assert outcome.result == "incomplete"
    unread = [one["says"] for one in outcome.report["unread"]]  # type: ignore[attr-defined]
    assert unread == [f"model.safetensors was not fetched: {server.url}/wren.git: more than 1 MiB were sent"]
    [clone] = Path(store.folder, "clones").iterdir()
    assert sum(path.stat().st_size for path in clone.rglob("*") if path.is_file()) < 1 << 20


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_a_file_address_is_read_where_the_user_wrote_it(tmp_path: Path, store: Store, form: str) -> None:
    made = make_git(tmp_path / "work", FILES, form=form)
    assert same_as_check(judged(f"file://{made}", store), made)


def test_many_by_a_list_and_the_bad_one_stops_none(server: GitServer, work: Path, tmp_path: Path) -> None:
    places = tmp_path / "places.txt"
    places.write_text(f"# ours\n{server.url}/wren.git\n{server.url}/none.git  # gone\nfile://{work}\n")
    done = run("org", "scan", places, "--policy", "recommended", "--out", tmp_path / "out", "--fail-on", "never")
    assert done.code == 3
    assert "3 repositories" in done.out and "failed 1" in done.out and "/none: " in done.out


@pytest.mark.parametrize("address", ["ssh://git@git.example.org{path}", "git@git.example.org:{path}"])
def test_by_ssh(
    server: GitServer, work: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """Whatever program the user has for it; what that would run there is run here."""
    put(tmp_path, {"ssh": '#!/bin/sh\nfor last; do :; done\n[ "$1" = -G ] || exec sh -c "$last"\n'})
    (tmp_path / "ssh").chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(tmp_path / "ssh"))
    git(server.root / "wren.git", "config", "uploadpack.allowFilter", "true")
    assert same_as_check(judged(address.format(path=server.root / "wren.git"), store), work)
    [clone] = Path(store.folder, "clones").iterdir()
    assert sum(pack.stat().st_size for pack in clone.rglob("*.pack")) < 20_000


# --- clones ---------------------------------------------------------------------------------------------------------


def test_a_broken_clone_is_made_anew(server: GitServer, work: Path, store: Store) -> None:
    judged(f"{server.url}/wren.git", store)
    [clone] = Path(store.folder, "clones").iterdir()
    (clone / "shallow.lock").touch()
    for text in ("import torch\n", "import os\n"):
        push(work, server, {"a.py": text})
        assert same_as_check(judged(f"{server.url}/wren.git", store), work)
    min(clone.rglob("*.pack"), key=lambda pack: pack.stat().st_mtime_ns).unlink()
    assert same_as_check(judged(f"{server.url}/wren.git", store), work)
    (clone / "HEAD").unlink()
    assert same_as_check(judged(f"{server.url}/wren.git", store), work)


def test_a_worn_clone_is_made_anew(
    server: GitServer, work: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_fetch, "MOST_PACKS", 3)
    for n in range(4):
        push(work, server, {"README.md": f"# Wren\n\n{n}\n"})
        judged(f"{server.url}/wren.git", store)
    [clone] = Path(store.folder, "clones").iterdir()
    assert len(list(clone.rglob("*.pack"))) <= 6


def test_a_commit_that_is_gone_since_it_was_looked_at(server: GitServer, work: Path, store: Store) -> None:
    member = looked_at(f"{server.url}/wren.git", store)
    assert isinstance(member, Member)
    made = push(work, server, {"README.md": "# newer\n"})
    [outcome] = git_server.judge([member], TERMS, store)
    assert outcome.member.commit == outcome.member.version == made


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_no_repository(server: GitServer, store: Store) -> None:
    outcome = looked_at(f"{server.url}/none.git", store)
    assert isinstance(outcome, Outcome) and outcome.state is State.FAILED
    assert "none.git" in said(outcome) and "not found" in said(outcome)


def test_no_commit_yet(server: GitServer, tmp_path: Path, store: Store) -> None:
    bare(make_git(tmp_path / "new"), server.root / "new.git")
    outcome = looked_at(f"{server.url}/new.git", store)
    assert isinstance(outcome, Outcome) and outcome.state is State.SKIPPED
    assert said(outcome) == "it has no commit yet"


def test_nobody_is_asked_for_a_password(server: GitServer, work: Path, store: Store) -> None:
    server.fault("/wren.git", Said(b"", 401, {"WWW-Authenticate": 'Basic realm="x"'}))
    outcome = looked_at(f"{server.url}/wren.git", store)
    assert isinstance(outcome, Outcome) and "could not read Username" in said(outcome)


@pytest.mark.parametrize("where", ["info/refs", "git-upload-pack"])
def test_a_server_that_hangs(
    server: GitServer, work: Path, store: Store, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    member = looked_at(f"{server.url}/wren.git", store)
    assert isinstance(member, Member)
    monkeypatch.setattr(git_fetch, "TIME_LIMIT", 1)
    server.fault(where, trickle(server))
    began = time.monotonic()
    [outcome] = git_server.judge([member], TERMS, store)
    assert outcome.state is State.FAILED and "longer than 1 seconds" in said(outcome)
    assert time.monotonic() - began < 5
    server.faults.clear()
    assert same_as_check(judged(f"{server.url}/wren.git", store), work)


def test_one_that_is_too_large(server: GitServer, work: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    server.filters = False
    monkeypatch.setattr(git_fetch, "TICK", 0.0)
    monkeypatch.setattr(git_fetch, "MOST_FETCHED", 1 << 20)
    push(work, server, {"assets/film.mp4": os.urandom(8 << 20)})
    assert "more than 1 MiB were sent" in said(judged(f"{server.url}/wren.git", store))


@pytest.mark.parametrize(
    ("address", "name"),
    [("https://git.example.org/x/y.git", "git.example.org/x/y"),
     ("ssh://git@git.example.org/x/y", "git.example.org/x/y"),
     ("git@git.example.org:x/y.git", "git.example.org/x/y"),
     ("git+https://git.example.org/x/y.git/", "git.example.org/x/y"),
     ("file:///srv/x.git", "srv/x"), ("http://127.0.0.1:80/x.git", "127.0.0.1/x")],
)  # fmt: skip
def test_addresses(address: str, name: str) -> None:
    assert git_server.accepts(address)
    [member] = git_server.members(address, Shelf())
    assert member.name == name


@pytest.mark.parametrize(
    "address", ["https://a:b@git.example.org/x", "https://t0ken@git.example.org/x", "http://git.example.org/x",
                "https://git.example.org/x?private_token=t0ken", "https://git.example.org/\x1b[31m", "https:///x"],
)  # fmt: skip
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(GateError) as error:
        list(git_server.members(address, Shelf()))
    assert "t0ken" not in str(error.value) and "\x1b" not in str(error.value)


@pytest.mark.parametrize(
    "target", ["gh:acme/wren", "hf:acme", ".", "C:\\x", "ext::sh -c x", "-oProxyCommand=x@y:z",
               "git@-oProxyCommand=x:y", "git@host:-x", "git://host/x", "list.txt"],
)  # fmt: skip
def test_what_is_no_address(target: str) -> None:
    assert not git_server.accepts(target)


def test_nothing_of_the_users_git_reaches_what_is_fetched(
    server: GitServer, work: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hooks, filters, other protocols: but helpers for credentials are asked."""
    canary, helper = tmp_path / "canary", tmp_path / "helper"
    hook = tmp_path / "hooks" / "reference-transaction"
    for program, what in (
        (hook, f"touch '{canary}'"),
        (helper, f"echo username=a; echo password=b; touch '{tmp_path}/asked'"),
    ):
        put(tmp_path, {str(program.relative_to(tmp_path)): f"#!/bin/sh\n{what}\n"})
        program.chmod(0o755)
    config = tmp_path / "gitconfig"
    config.write_text(
        f"[core]\nhooksPath = {hook.parent}\n[credential]\nhelper = {helper}\n[init]\ntemplateDir = {tmp_path}\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    server.fault("/wren.git", Said(b"", 401, {"WWW-Authenticate": 'Basic realm="x"'}), times=1)
    assert judged(f"{server.url}/wren.git", store).state is State.JUDGED
    assert (tmp_path / "asked").exists() and not canary.exists()
    [clone] = Path(store.folder, "clones").iterdir()
    subprocess.run(
        ("git", "-C", clone, "update-ref", "refs/x", "refs/heads/here"),
        env=os.environ | {"GIT_DIR": str(clone)},
        check=False,
    )
    assert canary.exists(), "the trap does not work"


@pytest.mark.slow
def test_a_scan_that_is_killed_goes_on(server: GitServer, tmp_path: Path) -> None:
    places = tmp_path / "places.txt"
    for n in range(24):
        bare(make_git(tmp_path / f"work{n}", FILES | {"README.md": f"# Wren {n}\n"}), server.root / f"wren{n}.git")
    places.write_text("".join(f"{server.url}/wren{n}.git\n" for n in range(24)))

    def scan(out: str) -> subprocess.Popen[bytes]:
        code = "import sys; from openness_gate.cli import main; sys.exit(main())"
        scanned = ("org", "scan", places, "--policy", "recommended", "--out", tmp_path / out, "--fail-on", "never")
        return subprocess.Popen(
            (sys.executable, "-c", code, *scanned), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    assert scan("whole").wait() == 0
    killed = 0
    for n in range(60):
        child = scan("killed")
        try:
            child.wait(0.6 + n / 10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            killed += 1
        else:
            assert child.returncode == 0
            break
    assert killed >= 3
    found = [rows(tmp_path / out) for out in ("whole", "killed")]
    assert found[0]["results"] == found[1]["results"] and found[0]["reports"] == found[1]["reports"]
