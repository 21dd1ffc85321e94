"""`openness-gate comment`: one comment under a pull request, kept current, and never a verdict lost to it."""

from __future__ import annotations

import json
import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from openness_gate import http
from openness_gate.comment_plan import mark, state_of
from tests.github_api import BOT, DATA, GitHubApi
from tests.hubs import Forge, Said, cut_in_body, cut_in_headers, trickle
from tests.running import Done, run

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
WRITES, READS, PERSON = "ghs_writes", "ghs_reads", "ghp_alice"


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What `check` says of the two examples."""
    folder = tmp_path_factory.mktemp("reports")
    found = {}
    for name, example, code in (("fails", "broken-release", 1), ("passes", "open-release", 0)):
        found[name] = folder / f"{name}.json"
        done = run("check", EXAMPLES / example, "--policy", "osaid-1.0", "--format", "json", "--output", found[name])
        assert done.code == code, done.err
    return found


@pytest.fixture
def api(tmp_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubApi]:
    api = GitHubApi(tmp_path)
    stack.enter_context(api.running())
    monkeypatch.setenv("GITHUB_API_URL", api.url)
    monkeypatch.setenv("GITHUB_TOKEN", WRITES)
    yield api
    assert api.broken == []


def again() -> None:
    """As another run of the program."""
    http.client().close()
    http.client.cache_clear()


def comment(api: GitHubApi, report: Path, *more: str | Path, run_id: int = 1, head: str = "") -> Done:
    """The command, as another run of the program; its exit code is 0, and no token is in what it says."""
    again()
    where = ("--repo", api.repo, "--pr", str(api.number), "--head-sha", head or api.head, "--run-id", str(run_id))
    done = run("comment", "--report", report, *where, "--attempt", "1", *more)
    assert done.code == 0, done.err
    assert not re.search("gh[sp]_", done.out + done.err)
    return done


def warned(done: Done) -> str:
    assert done.out == ""
    return done.complaint


# --- its life -------------------------------------------------------------------------------------------------------


def test_the_first_failure_comments(api: GitHubApi, reports: dict[str, Path]) -> None:
    done = comment(api, reports["fails"])
    (number,) = api.comments
    assert (done.out, done.err) == (f"{api.comments[number]['html_url']}\n", "")
    (body,) = api.by(BOT)
    assert body.startswith(f"{mark('default')}\n<!-- openness-gate:state ")
    assert "does not meet" in body and "license" in body
    assert state_of(body)[:3] == (api.head, 1, 1)


def test_the_second_failure_updates_the_same_comment(api: GitHubApi, reports: dict[str, Path], tmp_path: Path) -> None:
    comment(api, reports["fails"])
    (tmp_path / "body.md").write_text("### another\n", "utf-8")
    comment(api, reports["fails"], "--body", tmp_path / "body.md", run_id=2)
    (body,) = api.by(BOT)
    assert body.endswith("-->\n### another\n")
    assert api.changes() == ["POST", "PATCH"]


def test_what_has_not_changed_is_not_written_again(api: GitHubApi, reports: dict[str, Path]) -> None:
    first = comment(api, reports["fails"])
    assert comment(api, reports["fails"], run_id=2).out == first.out
    assert api.changes() == ["POST"]


def test_a_fix_resolves_it_and_a_relapse_brings_it_back(api: GitHubApi, reports: dict[str, Path]) -> None:
    comment(api, reports["fails"])
    done = comment(api, reports["passes"], run_id=2)
    ((number, one),) = api.comments.items()
    assert "is there now" in one["body"] and done.out == one["html_url"] + "\n"
    assert api.hidden == {number: "resolved"}
    comment(api, reports["fails"], run_id=3)
    assert list(api.comments) == [number] and api.hidden == {}
    assert "does not meet" in api.comments[number]["body"]


@pytest.mark.parametrize(
    ("mode", "first", "then"),
    [("on-failure", 0, 1), ("delete-when-fixed", 0, 0), ("always", 1, 1), ("never", 0, 0)],
)
def test_modes(api: GitHubApi, reports: dict[str, Path], mode: str, first: int, then: int) -> None:
    comment(api, reports["passes"], "--mode", mode)
    assert len(api.comments) == first
    comment(api, reports["fails"], "--mode", mode, run_id=2)
    assert len(api.comments) == (mode != "never")
    comment(api, reports["passes"], "--mode", mode, run_id=3)
    assert len(api.comments) == then
    assert (api.hidden != {}) == (mode == "on-failure")
    assert mode != "never" or not api.asked


def test_keys_keep_comments_apart(api: GitHubApi, reports: dict[str, Path]) -> None:
    comment(api, reports["fails"], "--key", "a")
    comment(api, reports["fails"], "--key", "b.c-d")
    assert [body.splitlines()[0] for body in api.by(BOT)] == [mark("a"), mark("b.c-d")]


def test_a_person_may_use_it_too(api: GitHubApi, reports: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    monkeypatch.setenv("GH_TOKEN", PERSON)
    comment(api, reports["fails"])
    comment(api, reports["passes"], run_id=2)
    assert len(api.by("alice")) == 1 and not api.by(BOT)


def test_several_reports(api: GitHubApi, reports: dict[str, Path], tmp_path: Path) -> None:
    both = [json.loads(path.read_text("utf-8")) for path in reports.values()]
    (tmp_path / "both.json").write_text(json.dumps({"schema_version": 1, "reports": both}), "utf-8")
    comment(api, tmp_path / "both.json")
    assert api.by(BOT)[0].count("### openness-gate") == 2


# --- whose it is, and whose turn it is ------------------------------------------------------------------------------


def test_a_mark_that_another_author_planted_is_nothing(api: GitHubApi, reports: dict[str, Path]) -> None:
    forged = (
        f'{mark("default")}\n<!-- openness-gate:state {{"sha":"","run":99,"attempt":1,"digest":"{"0" * 64}"}} -->\n'
    )
    for login in ("mallory", "other[bot]", "github-actions"):
        api.put(f"{forged}passed", login)
    api.put(f"see {mark('default')}")
    comment(api, reports["fails"])
    assert len(api.by(BOT)) == 2
    assert [api.by(login) for login in ("mallory", "other[bot]")] == [[f"{forged}passed"]] * 2
    assert api.changes() == ["POST"]


def test_it_is_found_on_the_last_page(api: GitHubApi, reports: dict[str, Path]) -> None:
    for n in range(250):
        api.put(f"{n}", "bob")
    comment(api, reports["fails"])
    comment(api, reports["fails"], run_id=2)
    assert len(api.by(BOT)) == 1
    assert any("/repositories/1296269/issues/7/comments?per_page=100&page=3" in path for path in api.paths())


def test_a_conversation_without_end(api: GitHubApi, reports: dict[str, Path]) -> None:
    api.fault("/comments?", Said([], 200, {"Link": f'<{api.url}/repos/acme/wren/issues/7/comments?x>; rel="next"'}))
    assert "more than 30 pages" in warned(comment(api, reports["fails"]))
    assert api.changes() == []


def test_a_stale_head_writes_nothing(api: GitHubApi, reports: dict[str, Path]) -> None:
    done = comment(api, reports["fails"], head="b" * 40)
    assert "moved on" in done.complaint
    assert api.changes() == []


def test_an_older_run_writes_nothing(api: GitHubApi, reports: dict[str, Path]) -> None:
    comment(api, reports["fails"], run_id=5)
    assert "left to a newer run" in comment(api, reports["passes"], run_id=4).complaint
    assert api.changes() == ["POST"]


def test_doubles_are_removed(api: GitHubApi, reports: dict[str, Path]) -> None:
    numbers = [api.put(f"{mark('default')}\nno state\n{n}") for n in range(3)]
    comment(api, reports["fails"])
    assert list(api.comments) == numbers[:1]
    assert state_of(api.by(BOT)[0]).run == 1


# --- GitHub Actions -------------------------------------------------------------------------------------------------


@pytest.fixture
def step(api: GitHubApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment of a step, with a real event."""
    event = json.loads((DATA / "pull_request.json").read_text("utf-8"))
    api.repo, api.number = event["repository"]["full_name"], event["number"]
    api.head = event["pull_request"]["head"]["sha"]
    place = tmp_path / "event.json"
    place.write_text(json.dumps(event), "utf-8")
    known = {"ACTIONS": "true", "REPOSITORY": api.repo, "EVENT_PATH": place, "RUN_ID": "8000", "RUN_ATTEMPT": "2"}
    known |= {"SERVER_URL": "https://github.com", "GRAPHQL_URL": "https://api.github.com/graphql"}
    for name, value in known.items():
        monkeypatch.setenv(f"GITHUB_{name}", str(value))
    return place


def test_a_step_says_where_and_when(api: GitHubApi, step: Path, reports: dict[str, Path]) -> None:
    done = run("comment", "--report", reports["fails"])
    assert (done.code, done.err) == (0, "") and done.out
    (body,) = api.by(BOT)
    assert state_of(body)[:3] == (api.head, 8000, 2)
    assert f"All of it: https://github.com/{api.repo}/actions/runs/8000" in body


def test_a_step_of_another_event(api: GitHubApi, step: Path, reports: dict[str, Path]) -> None:
    step.write_text('{"ref": "refs/heads/main"}', "utf-8")
    done = run("comment", "--report", reports["fails"])
    assert (done.code, done.out) == (0, "") and "no pull request" in done.err
    assert api.asked == []


def test_a_read_only_token_warns(
    api: GitHubApi, step: Path, reports: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", READS)
    done = run("comment", "--report", reports["fails"])
    assert (done.code, done.out) == (0, "")
    assert re.fullmatch(r"::warning title=openness-gate::no comment was written: [^\n]+\n", done.err)
    assert "pull-requests: write" in done.err and "docs/comment.md" in done.err


def test_a_read_only_token_is_enough_where_nothing_is_to_say(
    api: GitHubApi, reports: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", READS)
    assert comment(api, reports["passes"]).err == ""


def workflow_run(api: GitHubApi, **more: Any) -> str:
    one = {"head_sha": api.head, "head_branch": "new-topic", "head_repository": {"owner": {"login": "octocat"}}}
    return json.dumps({"workflow_run": one | more})


def test_a_workflow_run_finds_its_pull_request(api: GitHubApi, step: Path, reports: dict[str, Path]) -> None:
    step.write_text(workflow_run(api), "utf-8")
    assert run("comment", "--report", reports["fails"]).out
    assert "/pulls?state=open&per_page=100&head=octocat%3Anew-topic" in api.paths()[0]


def test_a_workflow_run_of_another_commit_finds_none(api: GitHubApi, step: Path, reports: dict[str, Path]) -> None:
    step.write_text(workflow_run(api, head_sha="c" * 40), "utf-8")
    done = run("comment", "--report", reports["fails"])
    assert (done.code, done.out) == (0, "") and "not exactly one open pull request" in done.err
    assert api.changes() == []


def test_a_warning_is_no_command_of_its_own(api: GitHubApi, step: Path, reports: dict[str, Path]) -> None:
    step.write_text(workflow_run(api, head_sha="c" * 40), "utf-8")
    api.fault("/pulls", Said({"message": "\n::set-output name=x::y\n##[error]%0A"}, 418))
    done = run("comment", "--report", reports["fails"])
    assert "set-output" not in done.err and "##[" not in done.err and len(done.err.splitlines()) == 1


# --- an Enterprise server, and hosts that are none of ours ----------------------------------------------------------


def test_an_enterprise_server(api: GitHubApi, reports: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_API_URL", f"{api.url}/api/v3")
    comment(api, reports["fails"])
    comment(api, reports["passes"], run_id=2)
    assert {path.split("?")[0].rsplit("/", 4)[0] for path in api.paths()} >= {"/api/v3/repos/acme"}
    assert any(path == "/api/graphql" for path in api.paths())
    assert len(api.hidden) == 1


def test_a_renamed_repository(api: GitHubApi, reports: dict[str, Path]) -> None:
    api.renamed = True
    comment(api, reports["fails"])
    comment(api, reports["passes"], run_id=2)
    assert len(api.by(BOT)) == 1 and api.changes() == ["POST", "POST", "PATCH", "PATCH"]


@pytest.mark.parametrize(
    "part", ["GET /repos/acme/wren/pulls", "GET /repos/acme/wren/issues", "POST /repos", "graphql"]
)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_to_another_host_gets_neither_token_nor_text(
    api: GitHubApi, reports: dict[str, Path], stack: ExitStack, tmp_path: Path, part: str, status: int
) -> None:
    other = Forge(tmp_path)
    stack.enter_context(other.running())
    api.fault(part, Said("", status, {"Location": f"{other.url}/repos/acme/wren/pulls/7"}))
    assert "leads on" in warned(comment(api, reports["fails"]))
    assert other.asked == []


def test_a_graphql_address_elsewhere_is_not_asked(
    api: GitHubApi, reports: dict[str, Path], stack: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Forge(tmp_path)
    stack.enter_context(other.running())
    monkeypatch.setenv("GITHUB_GRAPHQL_URL", f"{other.url}/graphql")
    assert comment(api, reports["fails"]).out
    assert other.asked == []


def test_a_proxy(api: GitHubApi, reports: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is no host of this machine's: only the proxy can know it."""
    monkeypatch.setenv("http_proxy", api.url)
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("GITHUB_API_URL", "http://localhost:9")
    assert comment(api, reports["fails"]).out
    assert api.paths()[0].startswith("http://localhost:9/")


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes a certificate with it")
@pytest.mark.parametrize("known", [True, False])
def test_a_certificate_of_ones_own(
    reports: dict[str, Path], tmp_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    api, place = GitHubApi(tmp_path), tmp_path / "both.pem"
    named = ("-subj", "/CN=x", "-addext", "subjectAltName=IP:127.0.0.1")
    made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", place, "-out", tmp_path / "ca.pem")
    subprocess.run((*made, *named), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "ca.pem", place)
    api.url = api.url.replace("http:", "https:")
    with api.secured(context).running():
        monkeypatch.setenv("GITHUB_API_URL", api.url)
        monkeypatch.setenv("GITHUB_TOKEN", WRITES)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem") if known else "")
        done = comment(api, reports["fails"])
    assert len(api.comments) == known and api.broken == []
    assert known or "its certificate cannot be verified" in warned(done)


# --- faults ---------------------------------------------------------------------------------------------------------

MESSAGE = "ghs_writes is not welcome"
ASKED = ["graphql", "GET /repos/acme/wren/pulls/7", "GET /repos/acme/wren/issues/7/comments", "POST /repos/"]
REFUSED: dict[str, tuple[Said, str]] = {
    "401": (Said({"message": MESSAGE}, 401), "refuses the token in GITHUB_TOKEN"),
    "403": (Said({"message": MESSAGE}, 403), "refuses the token in GITHUB_TOKEN"),
    "read-only": (Said({"message": "Resource not accessible by integration"}, 403), "pull-requests: write"),
    "404": (Said({"message": MESSAGE}, 404), "the token in GITHUB_TOKEN may not see it"),
    "410": (Said({"message": MESSAGE}, 410), "answers 410"),
    "422": (Said({"message": MESSAGE}, 422), "answers 422"),
    "429": (Said({"message": MESSAGE}, 429, {"Retry-After": "61"}), "the rate limit of"),
    "secondary": (Said({"message": "secondary rate limit"}, 403, {"Retry-After": "3600"}), "the rate limit of"),
    "used up": (Said({}, 403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999"}), "the rate limit of"),
    "nonsense": (Said("<html>"), "is no JSON"),
    "another shape": (Said({"data": {"viewer": [1]}, "head": 3}), "not what GitHub answers"),
    "a list": (Said([1, {"id": "x"}]), "not what GitHub answers"),
    "204": (Said("", 204), "answers 204"),
}


@pytest.mark.parametrize("part", ASKED)
@pytest.mark.parametrize("fault", REFUSED)
def test_what_is_refused_is_a_warning(api: GitHubApi, reports: dict[str, Path], part: str, fault: str) -> None:
    said, expected = REFUSED[fault]
    api.fault(part, said)
    problem = warned(comment(api, reports["fails"]))
    assert problem.startswith("no comment was written: ")
    assert expected in problem or (fault == "204" and part == "POST /repos/")
    assert not api.comments


@pytest.mark.parametrize("part", ASKED)
@pytest.mark.parametrize(
    "fault", [Said("", 502), Said("", 500), cut_in_headers, cut_in_body], ids=["502", "500", "headers", "body"]
)
def test_what_passes_is_got_over(api: GitHubApi, reports: dict[str, Path], part: str, fault: Any) -> None:
    api.fault(part, fault, times=2)
    assert comment(api, reports["fails"]).out
    assert len(api.by(BOT)) == 1


@pytest.mark.parametrize("part", ASKED)
@pytest.mark.parametrize("fault", [Said("", 502), cut_in_headers, cut_in_body], ids=["502", "headers", "body"])
def test_what_does_not_pass_is_a_warning(api: GitHubApi, reports: dict[str, Path], part: str, fault: Any) -> None:
    api.fault(part, fault)
    assert warned(comment(api, reports["fails"])).startswith("no comment was written: ")
    assert len([one for one in api.asked if part in f"{one.method} {one.path}"]) == 3


@pytest.mark.parametrize("part", ASKED)
def test_a_server_that_trickles_does_not_hold_us(
    api: GitHubApi, reports: dict[str, Path], part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openness_gate import pull_request

    monkeypatch.setattr(pull_request, "TIME", 0.6)
    api.fault(part, trickle(api))
    begun = monotonic()
    assert "no comment was written" in warned(comment(api, reports["fails"]))
    assert monotonic() - begun < 3


@pytest.mark.parametrize("fault", ["502", "cut"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_change_that_was_made_though_no_answer_came(
    api: GitHubApi, reports: dict[str, Path], method: str, fault: str
) -> None:
    """It is looked for before it is tried again."""
    if method != "POST":
        comment(api, reports["fails"])
    real, wanted = api.change, method

    def lost(method: str, path: str, body: bytes, headers: dict[str, str]) -> Said:
        said = real(method, path, body, headers)
        if method == wanted and "graphql" not in path:
            api.change = real  # type: ignore[method-assign]
            cut = {"Content-Length": "99", "Connection": "close"}
            return Said(said.body, 502) if fault == "502" else Said(b"{", 201, cut)
        return said

    api.change = lost  # type: ignore[method-assign]
    report = reports["fails" if method == "POST" else "passes"]
    mode = "delete-when-fixed" if method == "DELETE" else "on-failure"
    done = comment(api, report, "--mode", mode, run_id=2)
    assert done.err == "" and len(api.by(BOT)) == (method != "DELETE")
    assert api.changes()[-1:] == [method] and api.changes().count(method) == 1


def test_waits_add_up_to_a_minute_at_most(
    api: GitHubApi, reports: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(http, "sleep", waits.append)
    for part in ASKED:
        api.fault(part, Said({}, 429, {"Retry-After": "25"}), times=1)
    assert "rate limit" in warned(comment(api, reports["fails"]))
    assert waits == [25, 25]


def test_a_wait_is_as_long_as_the_server_says(
    api: GitHubApi, reports: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(http, "sleep", waits.append)
    api.fault("POST /repos/", Said({"message": "secondary rate limit"}, 403, {"Retry-After": "7"}), times=1)
    api.fault("graphql", Said({}, 429, {"Retry-After": "3"}), times=1)
    assert comment(api, reports["fails"]).out
    assert waits == [3, 7] and len(api.by(BOT)) == 1


def test_a_locked_conversation(api: GitHubApi, reports: dict[str, Path]) -> None:
    api.locked = True
    assert "locked" in warned(comment(api, reports["fails"]))


def test_nobody_listens(api: GitHubApi, reports: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:9")
    assert "no connection" in warned(comment(api, reports["fails"]))


def test_without_a_token(api: GitHubApi, reports: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    assert "set GITHUB_TOKEN" in warned(comment(api, reports["fails"]))


def test_a_comment_that_is_refused_as_too_long_becomes_a_short_one(
    api: GitHubApi, reports: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests import github_api

    monkeypatch.setattr(github_api, "MOST", 800)
    assert comment(api, reports["fails"]).err == ""
    (body,) = api.by(BOT)
    assert "does not meet" in body and "| rule |" not in body
    monkeypatch.setattr(github_api, "MOST", 50)
    assert "too long" in comment(api, reports["passes"], run_id=2).complaint


def test_a_body_that_is_too_long_is_made_anew(api: GitHubApi, reports: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "body.md").write_text("x" * 60_001, "utf-8")
    comment(api, reports["fails"], "--body", tmp_path / "body.md")
    assert "does not meet" in api.by(BOT)[0]


def test_it_cannot_be_folded_away(api: GitHubApi, reports: dict[str, Path]) -> None:
    comment(api, reports["fails"])
    real = api.change
    forbidden = {"data": None, "errors": [{"type": "FORBIDDEN", "message": MESSAGE}]}

    def refuses(method: str, path: str, body: bytes, headers: dict[str, str]) -> Said:
        return Said(forbidden) if b"mutation" in body else real(method, path, body, headers)

    api.change = refuses  # type: ignore[method-assign]
    done = comment(api, reports["passes"], run_id=2)
    assert "folded" in done.complaint and done.out
    assert "is there now" in api.by(BOT)[0]


# --- several at once ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("there", [0, 1, 2])
@pytest.mark.parametrize("seed", range(6))
def test_runs_that_race_leave_one_comment(
    api: GitHubApi, reports: dict[str, Path], monkeypatch: pytest.MonkeyPatch, there: int, seed: int
) -> None:
    """Each with a client of its own, all let go before their first changes."""
    import random

    from openness_gate import pull_request
    from openness_gate.comment_plan import State, Wish, written
    from openness_gate.settle import settle

    local = threading.local()

    def mine() -> http.Client:
        if not hasattr(local, "client"):
            local.client = http.Client()
        found: http.Client = local.client
        return found

    monkeypatch.setattr(pull_request, "client", mine)
    for n in range(there):
        api.put(written(f"old {n}", State("", 0, 0), "k"))
    others = [api.put(f"{mark('k')}\nmine", "mallory"), api.put("hello")]
    runs, chance = 3, random.Random(seed)
    gate, pauses = threading.Barrier(runs), [[chance.random() / 100 for _ in range(9)] for _ in range(runs)]
    real = pull_request.PullRequest.do

    def slowly(self: pull_request.PullRequest, action: Any) -> Any:
        if not hasattr(local, "waited"):
            local.waited = True
            gate.wait(5)
        threading.Event().wait(local.pauses.pop() if local.pauses else 0)
        return real(self, action)

    monkeypatch.setattr(pull_request.PullRequest, "do", slowly)
    failed: list[Exception] = []

    def one(n: int) -> None:
        local.pauses = pauses[n - 1]
        state = State(api.head, n, 1)
        try:
            settle(
                pull_request.PullRequest(api.repo, api.number), BOT, state, "k", Wish(written(f"run {n}", state, "k"))
            )
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(1, runs + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failed == []
    ours = [one["body"] for number, one in api.comments.items() if number not in others]
    assert [body.splitlines()[2] for body in ours] == [f"run {runs}"]
    assert len(api.comments) == 3


# --- wrong use ------------------------------------------------------------------------------------------------------


def broken_reports() -> dict[str, str]:
    return {
        "no JSON": "{", "nothing": "", "a list": "[]", "another version": '{"schema_version": 2}',
        "not whole": '{"schema_version": 1}', "deep": "[" * 100_000, "twice": '{"a": 1, "a": 2}',
    }  # fmt: skip


@pytest.mark.parametrize("name", broken_reports())
def test_a_report_that_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "report.json").write_text(broken_reports()[name], "utf-8")
    done = run("comment", "--report", tmp_path / "report.json", "--repo", "a/b", "--pr", "1")
    assert done.code == 2 and "report.json" in done.complaint


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (("--pr", "7", "--head-sha", "a" * 40), "write --repo"),
        (("--repo", "a/..", "--pr", "7", "--head-sha", "a" * 40), "is no repository"),
        (("--repo", "a/b", "--head-sha", "a" * 40), "write --pr N"),
        (("--repo", "a/b", "--pr", "7"), "write --head-sha"),
        (("--repo", "a/b", "--pr", "7", "--head-sha", "abc"), "no commit"),
        (("--repo", "a/b", "--pr", "-7", "--head-sha", "a" * 40), "not negative"),
        (("--repo", "a/b", "--pr", "7", "--head-sha", "a" * 40, "--key", "a--b"), "a key is of"),
        (("--repo", "a/b", "--pr", "7", "--head-sha", "a" * 40, "--key", "-->"), "a key is of"),
        (("--repo", "a/b", "--pr", "7", "--head-sha", "a" * 40, "--body", "no-such.md"), "no-such.md"),
    ],
)
def test_wrong_use(reports: dict[str, Path], tmp_path: Path, more: tuple[str, ...], expected: str) -> None:
    report = json.loads(reports["fails"].read_text("utf-8"))
    report["target"]["commit"] = ""
    (tmp_path / "report.json").write_text(json.dumps(report), "utf-8")
    more = tuple(f"--key={more[i + 1]}" if word == "--key" else word for i, word in enumerate(more))
    more = tuple(word for i, word in enumerate(more) if i == 0 or not more[i - 1].startswith("--key="))
    done = run("comment", "--report", tmp_path / "report.json", *more)
    assert done.code == 2 and expected in done.complaint


@pytest.mark.parametrize(
    "event", ["{", "[]", "3", '{"pull_request": {"number": "7"}}', '{"workflow_run": {"head_sha": 1}}']
)
def test_an_event_that_is_none(api: GitHubApi, step: Path, reports: dict[str, Path], event: str) -> None:
    step.write_text(event, "utf-8")
    done = run("comment", "--report", reports["fails"])
    assert done.code == (2 if event == "{" else 0) and len(done.err.splitlines()) == 1
    assert api.asked == []
