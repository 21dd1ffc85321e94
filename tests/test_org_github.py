"""A scan of an organization on GitHub: what it asks is counted there, and whatever goes wrong there has one outcome."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from openness_gate import answers, http
from tests.git_objects import Files, Link, stamp
from tests.github_org import SECONDARY, TIMEOUT, GitHubOrg
from tests.hubs import Fault, Said, cut_in_body, cut_in_headers, speak, trickle
from tests.organization import RELEASES, organization, release
from tests.running import check_json
from tests.scans import Became, became, everything, reports, scan

NAMES = ("dunlin", "linnet", "plover")
EMPTY = Became("skipped", "", "it has no commit yet")
OTHER = Became("judged", "not-applicable", "nothing at its top speaks of a model or of data")
WAIVERS = ".github/openness-waivers.yml"


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[GitHubOrg], GitHubOrg]]:
    running: list[tuple[GitHubOrg, Any]] = []

    def start(api: GitHubOrg) -> GitHubOrg:
        monkeypatch.setenv("GITHUB_API_URL", api.url)
        monkeypatch.setenv("GITHUB_TOKEN", "x")
        running.append((api, api.running()))
        running[-1][1].__enter__()
        return api

    yield start
    for api, context in running:
        context.__exit__(None, None, None)
        assert not api.broken


def organized(root: Path) -> GitHubOrg:
    """Three releases, one that is none, and an empty one."""
    api = GitHubOrg(root)
    for n, name in enumerate(NAMES):
        api.add(f"acme/{name}", release(n, 2))
    api.add("acme/website", {"README.md": "# Website\n", "pages/a.md": "hello\n"})
    api.add("acme/zero")
    return api


@pytest.fixture
def api(tmp_path: Path, serve: Callable[[GitHubOrg], GitHubOrg]) -> GitHubOrg:
    return serve(organized(tmp_path / "github"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a scan leaves where nothing goes wrong; nothing of it depends on the server's port."""
    root = tmp_path_factory.mktemp("undisturbed")
    with pytest.MonkeyPatch.context() as environment, organized(root / "github").running() as api:
        environment.setenv("GITHUB_API_URL", api.url)
        environment.setenv("GITHUB_TOKEN", "x")
        assert scan(root / "out").code == 1
    return root / "out"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


# --- what is asked ---------------------------------------------------------------------------------------------------


def test_it_finds_what_check_finds(tmp_path: Path, serve: Callable[[GitHubOrg], GitHubOrg], out: Path) -> None:
    """For releases of every kind, whoever may see them, and whatever else lies in them."""
    api = serve(GitHubOrg(tmp_path / "github"))
    doors = ("public", "private", "internal")
    for n in range(len(RELEASES)):
        api.add(f"acme/r{n}", release(n, 2), visibility=doors[n % 3], disabled=n == 6, archived=n == 9)
    odd: Files = {
        "card.md": Link("README.md"),
        "out": Link("../../etc/passwd"),
        "data": Link("a" * 40),
        "a\n\x1b[1mb.py": "",
    }
    api.push("acme/r0", odd)
    assert scan(out).code == 1
    assert len(reports(out)) == len(RELEASES)
    for name, report in reports(out).items():
        alone = check_json(f"gh:{name}", "--policy", "osaid-1.0")
        assert alone["releases"] == report["releases"]
        assert became(out)[name] == ("judged", alone["result"], "")


def test_what_holds_no_release_is_told_from_a_look(api: GitHubOrg, out: Path) -> None:
    scan(out)
    assert (became(out)["acme/zero"], became(out)["acme/website"]) == (EMPTY, OTHER)
    assert {name for name, _ in api.whole if api.whole[name, "tree"]} == {f"acme/{name}" for name in NAMES}


def test_an_enterprise_has_another_address(
    api: GitHubOrg, out: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", f"{api.url}/api/v3")
    assert scan(out).code == 1
    assert everything(out) == everything(undisturbed)
    assert {one.path for one in api.asked if one.method == "POST"} == {"/api/graphql"}


def test_what_it_asks_is_little_and_nothing_again(
    tmp_path: Path, serve: Callable[[GitHubOrg], GitHubOrg], out: Path
) -> None:
    """The same figures as for a thousand, for sixty of which six are releases."""
    api = serve(organization(tmp_path / "github", 60, 6))
    scan(out)
    assert api.counted == {"core": 1 + 6 + _alone(api), "graphql": 3 + 1}
    assert _alone(api) < 6
    assert sum(count > 1 for count in api.whole.values()) <= _alone(api), "what is no text is asked for twice"
    api.forget()
    assert not scan(out).err, "nothing is looked at, nothing is judged"
    assert not api.counted
    assert len(api.asked) == 1
    releases = [name for name in sorted(api.kept) if "-release-" in name]
    for name in (*releases[:2], next(name for name in api.kept if "-notes-" in name)):
        api.push(name, {"NEWS.md": f"{name} is new\n"})
    api.forget()
    assert scan(out).err == "looking at github: 3 repositories\njudging github: 2 repositories\n"
    assert api.counted == {"core": 1 + 2, "graphql": 1 + 1}
    api.forget()
    scan(out, policy="recommended")
    assert not api.counted


def test_a_policy_of_another_repository_is_asked_for_once(api: GitHubOrg, out: Path) -> None:
    api.add("acme/.github", {"openness/policy.yml": "policy: ours\nextends: osaid-1.0\nversion: 1\ntitle: Ours\n"})
    for named in ("acme/.github/openness/policy.yml@HEAD", ""):
        assert scan(out, policy=named).out.splitlines()[0].endswith("held against ours: Ours")
        api.forget()
        assert scan(out, policy=named).code == 1
        assert not api.counted


def test_a_push_is_judged_and_shows(api: GitHubOrg, out: Path) -> None:
    scan(out)
    api.push("acme/zero", release(5))
    api.push("acme/dunlin", dict.fromkeys(release(0), None) | {"README.md": "# Nothing\n"})
    scan(out)
    assert became(out)["acme/zero"].result == "fail"
    assert became(out)["acme/dunlin"] == OTHER


def test_two_pushes_of_one_second_are_two(api: GitHubOrg, out: Path) -> None:
    now = stamp(time.time())
    api.kept["acme/website"].about["pushed_at"] = now
    scan(out)
    api.push("acme/website", release(5, 2))
    api.kept["acme/website"].about["pushed_at"] = now
    scan(out)
    assert became(out)["acme/website"].result == "fail"


def test_who_is_no_organization_has_repositories_too(api: GitHubOrg, out: Path) -> None:
    api.users.add("bob")
    api.add("bob/own", release(7))
    assert scan(out, where="gh:bob").code == 1
    assert set(became(out)) == {"bob/own"}


def test_custom_properties_are_asked_for_where_a_filter_needs_them(api: GitHubOrg, out: Path) -> None:
    api.kept["acme/linnet"].properties = {"team": "research", "sites": ["a", "b"]}
    scan(out, "--property", "sites=b")
    assert [name for name, one in became(out).items() if one.state == "judged"] == ["acme/linnet"]
    assert sum("properties" in path for path in api.paths()) == 1
    assert became(out)["acme/plover"] == ("skipped", "", "its custom properties are not asked for")


def test_only_a_file_that_is_large_or_no_text_is_asked_for_alone(api: GitHubOrg, out: Path) -> None:
    latin = "# Größe\n\nThis language model was trained by us.\n".encode("latin-1")
    api.push("acme/dunlin", {"README.md": latin, "train.py": "import torch\n" * 50_000})
    scan(out)
    assert became(out)["acme/dunlin"].result == "fail"
    sent = {api.objects.get(path.rpartition("/")[2])[1] for path in api.paths() if "/blobs/" in path}
    assert {latin, b"import torch\n" * 50_000} <= sent
    assert all(len(content) > 256 << 10 or b"\0" in content or content == latin for content in sent)


# --- what goes wrong for a moment ------------------------------------------------------------------------------------

SHORT: dict[str, tuple[str, Said | Fault]] = {
    "a list is a 502": ("/orgs/", Said("bad gateway", 502)),
    "a look is a 502": ("POST /graphql", Said("bad gateway", 502)),
    "a look takes too long": ("POST /graphql", TIMEOUT),
    "a look is answered in part": (
        "POST /graphql",
        Said({"data": {}, "errors": [{"message": "Something went wrong"}]}),
    ),
    "a tree is a 502": ("/git/trees/", Said("bad gateway", 502)),
    "429 and when": ("/git/trees/", Said({"message": "slow down"}, 429, {"Retry-After": "0"})),
    "429 and no more": ("/git/trees/", Said({"message": "slow down"}, 429)),
    "a secondary limit and when": ("POST /graphql", SECONDARY._replace(headers={"Retry-After": "1"})),
    "a secondary limit and no more": ("/git/trees/", SECONDARY),
    "cut in the headers": ("/git/trees/", cut_in_headers),
    "cut in the body": ("/git/trees/", cut_in_body),
    "a list is cut": ("/orgs/", cut_in_body),
    "a look is cut": ("POST /graphql", cut_in_headers),
}


@pytest.mark.parametrize("fault", SHORT)
def test_what_passes_leaves_no_trace(
    api: GitHubOrg, out: Path, undisturbed: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "UNSAID_PAUSE", 0.05)
    part, what = SHORT[fault]
    api.fault(part, what, 1)
    assert scan(out).code == 1
    assert api.faults[0][1] == 0, "the fault was met"
    assert everything(out) == everything(undisturbed)


def test_a_question_that_is_too_large_is_halved(api: GitHubOrg, out: Path, undisturbed: Path) -> None:
    api.most_at_once = 2
    assert scan(out).code == 1
    assert _alone(api) == 1, "what is no text"
    assert everything(out) == everything(undisturbed)


def test_a_tree_that_is_cut_off_is_read_by_its_folders(api: GitHubOrg, out: Path, undisturbed: Path) -> None:
    api.most = 20
    scan(out)
    assert everything(out) == everything(undisturbed)


@pytest.mark.parametrize(("resource", "refuses"), [("core", 403), ("core", 429), ("graphql", 200)])
def test_a_limit_is_waited_for(api: GitHubOrg, out: Path, undisturbed: Path, resource: str, refuses: int) -> None:
    api.budget[resource], api.refuses = 8, refuses
    api.use(resource, 7)
    api.resets = time.time() + 0.5
    assert scan(out).code == 1
    assert api.resets > time.time() + 3000, "there is a new budget"
    assert everything(out) == everything(undisturbed)


@pytest.mark.parametrize(("resource", "more"), [("core", 3), ("graphql", 0)])
def test_a_limit_that_is_not_waited_for_leaves_the_rest_for_the_next_scan(
    api: GitHubOrg, out: Path, undisturbed: Path, resource: str, more: int
) -> None:
    api.budget[resource] = api.used(resource) + more
    api.forget()
    done = scan(out, "--max-wait", "0")
    assert done.code == 3
    assert "are left; run it again to go on" in done.out
    assert not any(one.state == "failed" for one in became(out).values())
    assert len(api.asked) < 10, "who refuses is not asked on and on"
    api.budget[resource] = 5000
    assert scan(out).code == 1
    assert everything(out) == everything(undisturbed)
    assert sum(count for (_, what), count in api.whole.items() if what == "tree") == len(NAMES)


def test_who_is_silent_for_long_is_asked_no_more(api: GitHubOrg, out: Path, undisturbed: Path) -> None:
    for n in range(40):
        api.add(f"acme/copy-{n}", {"README.md": f"# Language model {n}\n"})
    api.fault("/git/trees/", cut_in_body)
    done = scan(out)
    assert done.code == 3
    assert "no connection, or one that was cut off\n" in done.out
    assert "are left; run it again to go on" in done.out
    assert len(api.asked) < 3 * (http.MOST_SILENT + 8) + 5
    api.faults.clear()
    assert scan(out).code == 1
    found = became(out)
    assert {name: found[name] for name in became(undisturbed)} == became(undisturbed)


@pytest.mark.parametrize(("status", "later"), [(403, "3600"), (403, ""), (429, "0"), (429, "")])
def test_a_limit_without_end_leaves_the_rest_for_the_next_scan(
    api: GitHubOrg, out: Path, undisturbed: Path, status: int, later: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "UNSAID_PAUSE", 0.05)
    api.fault("/git/trees/", SECONDARY._replace(status=status, headers={"Retry-After": later} if later else {}))
    done = scan(out)
    assert (done.code, "run it again to go on" in done.out) == (3, True)
    assert "the rate limit of 127.0.0.1 is used up" in done.out
    assert sum("/git/trees/" in path for path in api.paths()) <= http.TRIES
    api.faults.clear()
    assert scan(out).code == 1
    assert everything(out) == everything(undisturbed)


# --- what goes wrong for good, with one ------------------------------------------------------------------------------


def of(name: str, what: str) -> Callable[[GitHubOrg], None]:
    return lambda api: setattr(api.kept[f"acme/{name}"], "state", int(what))


def always(what: Said | Fault, part: str = "GET /repos/acme/linnet/") -> Callable[[GitHubOrg], None]:
    return lambda api: api.fault(part, what)


BAD: dict[str, tuple[Callable[[GitHubOrg], None], str]] = {
    "deleted since it was listed": (of("linnet", "404"), "Could not resolve to a Repository"),
    "deleted since it was looked at": (always(Said({"message": "Not Found"}, 404)), "there is none, or it is private"),
    "blocked": (of("linnet", "403"), "Repository access blocked"),
    "blocked by law": (of("linnet", "451"), "Repository access blocked"),
    "blocked since it was looked at": (
        always(Said({"message": "Repository access blocked"}, 451)),
        "nobody may see it",
    ),
    "always a 502": (always(Said("bad gateway", 502)), "answers 502"),
    "always cut in the headers": (always(cut_in_headers), "cut off"),
    "always cut in the body": (always(cut_in_body), "cut off"),
    "trickling": (lambda api: api.fault("GET /repos/acme/linnet/", trickle(api)), "no whole answer within 1 seconds"),
    "no tree": (always(Said({"tree": 1})), "not what GitHub answers"),
    "no JSON": (always(Said("<html>")), "no JSON"),
    "an invalid file of waivers": (lambda api: _add(api, {WAIVERS: "waivers: 7\n"}), WAIVERS),
}


def _add(api: GitHubOrg, files: dict[str, str | bytes]) -> None:
    api.push("acme/linnet", files)


@pytest.mark.parametrize("wrong", BAD)
def test_one_that_cannot_be_read_stops_no_other(
    api: GitHubOrg, out: Path, undisturbed: Path, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "CALL_LIMIT", 1.0)
    do, says = BAD[wrong]
    do(api)
    done = scan(out)
    found, expected = became(out), became(undisturbed)
    bad = found.pop("acme/linnet")
    del expected["acme/linnet"]
    assert found == expected
    assert done.code == 3
    assert (bad.state, says in bad.reason) == ("failed", True), bad.reason
    assert f"failed: acme/linnet: {bad.reason}" in done.out


def test_it_is_read_once_it_can_be(api: GitHubOrg, out: Path, undisturbed: Path) -> None:
    api.fault("GET /repos/acme/linnet/", Said("bad gateway", 502), 3)
    assert scan(out).code == 3
    assert scan(out).code == 1
    assert everything(out) == everything(undisturbed)


@pytest.mark.parametrize("when", ["before it is looked at", "before it is read"])
def test_one_that_was_renamed_is_judged(api: GitHubOrg, out: Path, undisturbed: Path, when: str) -> None:
    if when == "before it is looked at":
        api.rename("acme/linnet", "acme/merlin")
    else:
        api.fault("GET /repos/acme/linnet/git/trees/", _renamed(api), 1)
    assert scan(out).code == 1
    assert became(out) == became(undisturbed)
    api.kept["acme/merlin"].listed = ""
    api.forget()
    scan(out)
    assert "acme/merlin" in became(out)
    assert "acme/linnet" not in became(out)
    assert api.counted["graphql"] == 0, "it is the same repository"


@pytest.mark.slow
def test_a_repository_of_a_hundred_thousand_files_is_judged(api: GitHubOrg, out: Path) -> None:
    files = release(0) | {f"data/{n % 90}/{n}.txt": "same\n" for n in range(100_001 - len(release(0)))}
    api.add("acme/large", files)
    assert scan(out).code == 1
    alone = became(out)["acme/large"]
    assert (alone.state, alone.result) == ("judged", "fail")
    assert api.whole["acme/large", "tree"] == 1


def test_a_folder_that_is_too_large_is_not_passed_over(api: GitHubOrg, out: Path) -> None:
    api.add("acme/large", release(0) | {f"data/{n}.txt": "same\n" for n in range(40)})
    api.most = 30
    assert scan(out, policy="recommended").code == 3
    assert became(out)["acme/large"].result == "incomplete"


@pytest.mark.parametrize(("token", "says"), [("bad", "refuses the token in GITHUB_TOKEN"), ("", "set GITHUB_TOKEN")])
def test_a_token_that_is_refused_ends_it(
    api: GitHubOrg, out: Path, token: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", token)
    done = scan(out)
    assert done.code == 3
    assert says in done.out + done.err


def test_who_is_not_there(api: GitHubOrg, out: Path) -> None:
    done = scan(out, where="gh:nobody")
    assert done.code == 3
    assert "there is none, or it is private" in done.complaint


def _renamed(api: GitHubOrg) -> Fault:
    def then_answers(handler: BaseHTTPRequestHandler) -> None:
        api.rename("acme/linnet", "acme/merlin")
        parts = urlsplit(handler.path)
        speak(handler, api.answer(parts.path, parse_qs(parts.query), {"authorization": "x"}))

    return then_answers


def _alone(api: GitHubOrg) -> int:
    """How many files were asked for one by one."""
    return sum("/blobs/" in path for path in api.paths())
