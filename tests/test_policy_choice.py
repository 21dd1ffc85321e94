"""Whose policy counts: the caller's, the repository's, the owner's; and what a pull request cannot change."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from openness_gate import answers
from tests.git_repos import commit, git, make_git, put
from tests.hubs import GitHub, Said
from tests.running import check, check_json, finding, run

HEAD = "policy: {name}\nversion: 1\ntitle: {name}\n"
MIT = "MIT"


def policy(name: str, rules: str = "model-card: {at_least: described}", more: str = "") -> str:
    return HEAD.format(name=name) + more + f"rules:\n  {rules}\n"


STRICT = policy("strict", "tokenizer: {at_least: complete}")
LAX = policy("lax", "promised: {severity: info}")
CARD = "---\nlicense: mit\npipeline_tag: text-generation\n---\n# Wren\n\nA model.\n"


def id_of(*argv: str | Path) -> Any:
    return check_json(*argv)["policy"]["id"]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_git(tmp_path / "wren", {"README.md": CARD, ".github/openness.yml": STRICT, "sub/README.md": CARD})


# --- the order ------------------------------------------------------------------------------------------------------


def test_the_repositorys_own_policy(repo: Path) -> None:
    report = check_json(repo)
    assert (report["policy"]["id"], report["policy"]["from"]) == ("strict", ".github/openness.yml")
    assert report["result"] == "fail"


def test_what_the_caller_names_comes_before(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert id_of(repo, "--policy", "mof-1.0") == "mof-1.0"
    monkeypatch.setenv("OPENNESS_GATE_POLICY", "open-weights")
    assert id_of(repo) == "open-weights"
    assert id_of(repo, "--policy", "mof-1.0") == "mof-1.0"


def test_without_any_it_is_recommended(tmp_path: Path) -> None:
    make_git(tmp_path / "wren", {"README.md": CARD})
    report = check_json(tmp_path / "wren")
    assert (report["policy"]["id"], report["policy"]["from"]) == ("recommended", "built-in")


def test_the_other_name_and_not_both(tmp_path: Path) -> None:
    folder = make_git(tmp_path / "wren", {"README.md": CARD, "openness.yml": STRICT})
    assert id_of(folder) == "strict"
    put(folder, {".github/openness.yml": LAX})
    done = check(folder)
    assert (done.code, done.out) == (2, "")
    assert ".github/openness.yml:1: there is openness.yml too; keep one of them" in done.err


def test_a_folder_is_judged_by_the_policy_at_the_top(repo: Path) -> None:
    assert id_of(repo / "sub") == "strict"
    assert id_of(repo / "sub", "--staged") == "strict"
    assert id_of(repo / "sub", "--ref", "HEAD") == "strict"


def test_no_policy_from_outside_of_the_repository(repo: Path) -> None:
    make_git(repo / "inner", {"README.md": CARD})
    assert id_of(repo / "inner") == "recommended"


def test_what_is_staged_and_what_was_committed_have_their_own(repo: Path) -> None:
    put(repo, {".github/openness.yml": LAX})
    assert id_of(repo) == "lax"
    assert id_of(repo, "--staged") == "strict"
    git(repo, "add", "-A")
    assert id_of(repo, "--staged") == "lax"
    assert id_of(repo, "--ref", "HEAD") == "strict"


def test_an_invalid_one_stops_the_gate(repo: Path) -> None:
    put(repo, {".github/openness.yml": STRICT + "rule: {}\n"})
    done = check(repo)
    assert (done.code, done.out) == (2, "")
    assert ".github/openness.yml:6: rule: 'rule' is not known; did you mean 'rules'?" in done.err


# --- the base decides -----------------------------------------------------------------------------------------------


def test_a_pull_request_is_judged_by_the_policy_of_its_base(repo: Path) -> None:
    put(repo, {".github/openness.yml": LAX})
    report = check_json(repo, "--policy-ref", "HEAD")
    assert (report["policy"]["id"], report["result"]) == ("strict", "fail")
    says = [notice["says"] for notice in report["notices"] if notice["path"] == ".github/openness.yml"]
    assert says == [".github/openness.yml is changed here; what counts is what it says in HEAD"]
    (repo / ".github" / "openness.yml").unlink()
    assert id_of(repo, "--policy-ref", "HEAD") == "strict"
    put(repo, {"openness.yml": LAX})
    assert id_of(repo, "--policy-ref", "HEAD") == "strict"


def test_where_the_base_has_none_the_head_chooses_none(tmp_path: Path) -> None:
    folder = make_git(tmp_path / "wren", {"README.md": CARD})
    put(folder, {".github/openness.yml": LAX})
    assert id_of(folder, "--policy-ref", "HEAD") == "recommended"


def test_a_file_that_the_caller_names_is_read_in_the_base(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repo, {".github/openness.yml": LAX})
    monkeypatch.chdir(repo)
    assert id_of(".", "--policy", ".github/openness.yml", "--policy-ref", "HEAD") == "strict"
    put(repo, {"new.yml": LAX})
    done = check(".", "--policy", "new.yml", "--policy-ref", "HEAD")
    assert done.code == 2
    assert "new.yml: no such file in" in done.err


def test_a_parent_is_read_in_the_base(repo: Path) -> None:
    put(repo, {".github/openness.yml": policy("ours", "model-card: {at_least: linked}", "extends: ./base.yml\n")})
    put(repo, {".github/base.yml": STRICT})
    base = commit(repo)
    put(repo, {".github/base.yml": LAX})
    commit(repo)
    report = check_json(repo, "--policy-ref", base)
    assert finding(report, "tokenizer")["status"] == "unmet"


@pytest.mark.parametrize("rev", ["nonsense", "-x", "HEAD~5"])
def test_a_base_that_is_not_there_stops_the_gate(repo: Path, rev: str) -> None:
    done = check(repo, f"--policy-ref={rev}")
    assert (done.code, done.out) == (2, "")
    assert f"{rev}: no such revision" in done.err


def test_a_declaration_counts_as_it_was_in_the_base(tmp_path: Path) -> None:
    declared = "releases:\n  - {path: ., kind: none, name: Nothing}\n"
    folder = make_git(tmp_path / "app", {"README.md": "# App\n\nAn application.\n", "main.py": "print(1)\n"})
    put(folder, {"openness-release.yaml": declared.replace("none", "model")})
    assert check_json(folder)["releases"][0]["kind"] == "model"
    report = check_json(folder, "--policy-ref", "HEAD")
    assert report["releases"][0]["kind"] == "none"
    assert any("openness-release.yaml is changed here" in notice["says"] for notice in report["notices"])
    commit(folder)
    (folder / "openness-release.yaml").unlink()
    assert check_json(folder, "--policy-ref", "HEAD")["releases"][0]["kind"] == "model"


def test_a_release_that_the_head_adds_is_judged(tmp_path: Path) -> None:
    one: dict[str, str | bytes] = {"a/README.md": CARD, "a/config.json": "{}", "a/model.safetensors": b"x" * 100}
    folder = make_git(tmp_path / "zoo", {**one, "openness-release.yaml": "releases:\n  - {path: a, name: A}\n"})
    put(folder, {name.replace("a/", "b/"): text for name, text in one.items()})
    report = check_json(folder, "--policy-ref", "HEAD")
    assert {release["path"] for release in report["releases"]} >= {"a", "b"}


def test_no_base_without_a_repository(tmp_path: Path) -> None:
    put(tmp_path, {"x/README.md": CARD})
    done = check(tmp_path / "x", "--policy-ref", "HEAD")
    assert done.code == 2


# --- other repositories ---------------------------------------------------------------------------------------------

REMOTE = "acme/policies/open/policy.yml@v1"


@pytest.fixture
def policies(hub: GitHub) -> Path:
    folder = make_git(
        hub.root / "acme" / "policies",
        {"open/policy.yml": policy("remote", "tokenizer: {at_least: complete}", "extends: ../base.yml\n"),
         "base.yml": policy("remote-base", "model-card: {at_least: described}")},
    )  # fmt: skip
    git(folder, "tag", "v1")
    return folder


def test_a_policy_of_another_repository_by_name(policies: Path, tmp_path: Path, hub: GitHub) -> None:
    make_git(tmp_path / "wren", {"README.md": CARD})
    report = check_json(tmp_path / "wren", "--policy", REMOTE)
    assert {one["rule"] for one in report["releases"][0]["findings"]} == {"tokenizer", "model-card"}
    assert report["policy"]["from"] == f"{REMOTE} ({git(policies, 'rev-parse', 'HEAD')[:12]})"
    done = check(tmp_path / "wren", "--policy", REMOTE, "--offline")
    assert (done.code, f"{REMOTE}: it is elsewhere, and nobody is asked offline" in done.err) == (2, True)
    hub.asked.clear()
    for name in ("--policy-ref", "--new-since"):
        done = check(tmp_path / "wren", name, "gh:acme/policies@v1", "--offline")
        assert (done.code, "--offline asks nobody" in done.err, hub.asked) == (2, True, [])


def test_update_locks_and_then_nobody_is_asked(policies: Path, repo: Path, hub: GitHub, monkeypatch: Any) -> None:
    put(repo, {".github/openness.yml": HEAD.format(name="ours") + f"extends: {REMOTE}\n"})
    done = check(repo)
    assert done.code == 2
    assert (
        f".github/openness.yml:4: extends: {REMOTE} cannot be had: it is not locked; run: openness-gate policy"
        in done.err
    )
    monkeypatch.chdir(repo)
    done = run("policy", "update")
    assert done.code == 0, done.err
    assert re.fullmatch(rf"acme/policies/base.yml@v1: locked at \w+\n{REMOTE}: locked at \w+\n", done.out)
    hub.asked.clear()
    report = check_json(repo)
    assert {one["rule"] for one in report["releases"][0]["findings"]} == {"tokenizer", "model-card"}
    assert hub.asked == []
    assert run("policy", "update").out.count("as it was at") == 2
    put(policies, {"base.yml": policy("remote-base", "model-card: {at_least: complete}")})
    commit(policies)
    git(policies, "tag", "-f", "v1")
    assert check_json(repo)["releases"][0]["findings"] == report["releases"][0]["findings"]
    assert "base.yml@v1: was locked at" in run("policy", "update").out


def test_a_lock_that_the_head_changes_does_not_count(policies: Path, repo: Path, monkeypatch: Any) -> None:
    put(repo, {".github/openness.yml": HEAD.format(name="ours") + f"extends: {REMOTE}\n"})
    monkeypatch.chdir(repo)
    run("policy", "update")
    commit(repo)
    lock = repo / ".github" / "openness.lock"
    lock.write_text("version: 1\n")
    assert check(repo).code == 2
    assert check_json(repo, "--policy-ref", "HEAD")["policy"]["id"] == "ours"


def test_nothing_to_lock(repo: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(repo)
    assert "builds on no other repository" in run("policy", "update").out
    assert not (repo / ".github" / "openness.lock").exists()
    monkeypatch.chdir(repo / "sub")
    assert run("policy", "update").code == 2


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("acme/none/p.yml@v1", "there is none, or it is private"),
        ("acme/policies/none.yml@v1", "none.yml: no such file in acme/policies at v1"),
        ("acme/policies/open/policy.yml@v9", "v9: no such revision"),
    ],
)
def test_what_is_not_there_stops_the_gate(policies: Path, repo: Path, reference: str, says: str) -> None:
    put(repo, {".github/openness.yml": HEAD.format(name="ours") + f"extends: {reference}\n"})
    done = check(repo, "--online")
    assert (done.code, done.out) == (2, "")
    assert ".github/openness.yml:4: extends" in done.err
    assert says in done.err
    done = check(repo, "--policy", reference)
    assert (done.code, says in done.err) == (2, True)


@pytest.mark.parametrize("status", [403, 429, 500, 502])
def test_a_server_that_fails_stops_the_gate(
    policies: Path, repo: Path, hub: GitHub, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "UNSAID_PAUSE", 0.01)
    hub.fault("/repos/acme/policies", Said({"message": "no"}, status))
    done = check(repo, "--policy", REMOTE)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1


def test_policies_may_have_a_token_of_their_own(
    policies: Path, tmp_path: Path, hub: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_git(tmp_path / "wren", {"README.md": CARD})
    make_git(hub.root / "acme" / "robin", {"README.md": CARD})
    monkeypatch.setenv("GITHUB_TOKEN", "usual")
    monkeypatch.setenv("OPENNESS_GATE_POLICY_TOKEN", "special")
    assert id_of("gh:acme/robin", "--policy", REMOTE) == "remote"
    used = {(one.path.split("/")[3], one.headers["authorization"]) for one in hub.asked}
    assert used == {("policies", "Bearer special"), ("robin", "Bearer usual")}


@pytest.mark.parametrize("how", [(), ("--staged",), ("--ref", "HEAD")])
def test_a_policy_that_leads_out_stops_the_gate(tmp_path: Path, how: tuple[str, ...]) -> None:
    folder = make_git(tmp_path / "wren", {"README.md": CARD}, {".github/openness.yml": "../../lax.yml"})
    put(tmp_path, {"lax.yml": LAX})
    done = check(folder, *how)
    assert (done.code, done.out) == (2, "")
    assert "leads out of the repository" in done.err


# --- the owner ------------------------------------------------------------------------------------------------------


@pytest.fixture
def owned(hub: GitHub, repo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GITHUB_TOKEN", "x")
    git(repo, "remote", "add", "origin", "git@github.com:acme/wren.git")
    text = policy("owners", "tokenizer: {at_least: complete}", "enforce: true\n")
    make_git(hub.root / "acme" / ".github", {"openness/policy.yml": text})
    return repo


def test_the_owners_policy_where_the_repository_has_none(owned: Path) -> None:
    (owned / ".github" / "openness.yml").unlink()
    report = check_json(owned, "--online")
    assert report["policy"]["id"] == "owners"
    assert report["policy"]["from"].startswith("acme/.github/openness/policy.yml (")
    assert id_of(owned) == "recommended"


def test_an_enforced_policy_of_the_owner_can_only_be_tightened(owned: Path) -> None:
    put(owned, {".github/openness.yml": LAX})
    done = check(owned, "--online")
    assert (done.code, done.out) == (2, "")
    assert ".github/openness.yml:4: the rule tokenizer is dropped; the policy owners is enforced" in done.err
    rules = "tokenizer: {at_least: complete}\n  datasets: {at_least: linked}"
    put(owned, {".github/openness.yml": policy("tight", rules)})
    assert id_of(owned, "--online") == "tight"


def test_an_owner_without_a_policy(hub: GitHub, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "x")
    git(repo, "remote", "add", "origin", "https://github.com/acme/wren.git")
    assert id_of(repo, "--online") == "strict"


def test_without_a_token_the_owner_is_not_asked(owned: Path, monkeypatch: pytest.MonkeyPatch, hub: GitHub) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    put(owned, {".github/openness.yml": LAX})
    assert id_of(owned, "--online") == "lax"
    assert not any(".github" in path for path in hub.paths())


def test_the_owner_by_github_actions(owned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(owned, "remote", "remove", "origin")
    (owned / ".github" / "openness.yml").unlink()
    assert id_of(owned, "--online") == "recommended"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/wren")
    assert id_of(owned, "--online") == "owners"


def test_an_owner_whose_policy_cannot_be_read_stops_the_gate(owned: Path, hub: GitHub) -> None:
    hub.fault("/repos/acme/.github", Said({"message": "no"}, 500))
    done = check(owned, "--online")
    assert (done.code, done.out) == (2, "")
    assert "the policy of acme cannot be had" in done.err


def test_a_target_elsewhere_has_its_own_policy_and_owner(owned: Path, hub: GitHub) -> None:
    make_git(hub.root / "acme" / "robin", {"README.md": CARD})
    assert id_of("gh:acme/robin", "--online") == "owners"
    put(hub.root / "acme" / "robin", {"openness.yml": STRICT})
    commit(hub.root / "acme" / "robin")
    assert id_of("gh:acme/robin") == "strict"
    assert id_of("gh:acme/robin", "--policy-ref", "HEAD~1") == "recommended"
