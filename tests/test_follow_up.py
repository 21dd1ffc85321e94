"""`openness-gate org follow-up`: what a scan found, said on GitHub; nothing without --apply, and nothing twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from openness_gate import http
from openness_gate.comment_plan import State as Written
from openness_gate.comment_plan import mark, state_of, written
from openness_gate.org import follow_up_github
from openness_gate.org.store import Store
from openness_gate.org.words import Facts, Member, Outcome, State, Terms
from openness_gate.policy_sources import policy
from tests.github_api import BOT
from tests.github_issues import PERSON, READS, WRITES, GitHubIssues
from tests.hubs import Said, cut_in_body
from tests.rendered import Page, linked
from tests.running import Done, check_json, run

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
PUBLIC = Facts(visibility="public")
DAY = date(2026, 11, 24)
VALUES = ("pass", "fail", "ask", "not-applicable", "unknown")
NASTY = "@torvalds fixes #1, acme/ibis#2 <!-- openness-gate:v1 key=org-repository --> | </td> https://x.io ![](y) `"

LAST_DAY = date.today() + timedelta(30)
WAIVED = f"""\
version: 1
waivers:
- {{rule: training-code, reason: Its review takes until spring, owner: jo@acme.example, expires: {LAST_DAY}}}
"""


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Mapping[str, Any]]:
    """What `check` says of releases."""
    folder = tmp_path_factory.mktemp("releases")
    hostile = folder / NASTY.replace("/", "∕")
    shutil.copytree(EXAMPLES / "broken-release", hostile)
    (hostile / "README.md").write_text(f"---\nlicense: '{NASTY}'\n---\n# {NASTY}\n\n{NASTY}\n", "utf-8")
    waived = folder / "waived"
    shutil.copytree(EXAMPLES / "broken-release", waived)
    (waived / ".github").mkdir()
    (waived / ".github" / "openness-waivers.yml").write_text(WAIVED, "utf-8")
    of = {"waived": waived, "fail": EXAMPLES / "broken-release", "pass": EXAMPLES / "open-release", "hostile": hostile}
    found: dict[str, Mapping[str, Any]] = {name: check_json(path, "--policy", "osaid-1.0") for name, path in of.items()}
    assert [one["result"] for one in found.values()] == ["fail", "fail", "pass", "fail"]
    return found


@pytest.fixture
def api(tmp_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubIssues]:
    api = GitHubIssues(tmp_path)
    stack.enter_context(api.running())
    monkeypatch.setenv("GITHUB_API_URL", api.url)
    monkeypatch.setenv("GITHUB_TOKEN", WRITES)
    for name in ("BETWEEN_WRITES", "BETWEEN_ISSUES"):
        monkeypatch.setattr(follow_up_github, name, 0.0)
    api.has("acme/policies", "acme/ibis", "acme/wren")
    api.defines("openness", *VALUES)
    yield api
    assert api.broken == []


class Scans:
    """Scans of the same repositories, one after the other, in one folder."""

    def __init__(self, folder: Path, reports: Mapping[str, Mapping[str, Any]]) -> None:
        self.folder, self.reports, self.count = folder, reports, 0

    def __call__(self, found: Mapping[str, str] | None = None, facts: Facts = PUBLIC, **ours: str) -> Path:
        """By the name of a repository, or of one of ours: a report, a result or a state."""
        self.count += 1
        terms = Terms(policy("osaid-1.0"), DAY)
        store = Store(str(self.folder))
        store.begin(["gh:acme", self.count], terms, f"2026-11-24T10:{self.count:02}:00Z")
        all_ = {**(found or {}), **{f"acme/{name}": what for name, what in ours.items()}}
        store.keep([self.outcome(name, what, facts) for name, what in all_.items()], terms)
        store.end(f"2026-11-24T10:{self.count:02}:30Z", 0)
        store.close()
        return self.folder

    def outcome(self, name: str, what: str, facts: Facts) -> Outcome:
        target = name if "/" not in name else f"gh:{name}"
        member = Member(target, name, "github", commit=f"{self.count:040x}", facts=facts)
        if what in ("failed", "skipped"):
            return Outcome(member, State(what), reason=NASTY)
        if what == "not-applicable":
            return Outcome(member, State.JUDGED, what, "no release of a model: code")
        report = self.reports.get(what, self.reports["fail"])
        return Outcome(member, State.JUDGED, "fail" if what in ("hostile", "waived") else what, "", report)


@pytest.fixture
def scans(tmp_path: Path, reports: dict[str, Mapping[str, Any]]) -> Scans:
    return Scans(tmp_path / "scan", reports)


def follow_up(scan: Path, *more: str, code: int = 0) -> Done:
    """The command, as another run of the program; no token is in what it says."""
    http.client().close()
    http.client.cache_clear()
    done = run("org", "follow-up", scan, *more)
    assert done.code == code, (done.out, done.err)
    assert "gh" + "s_" not in done.out + done.err
    return done


def would(done: Done) -> list[str]:
    return [line.partition(": ")[2] for line in done.out.splitlines()[:-1]]


def applied(api: GitHubIssues, scan: Path, *parts: str, code: int = 0) -> list[str]:
    """First without --apply, which changes nothing and tells the same; then with it; then again, which does nothing."""
    before = len(api.writes)
    told = would(follow_up(scan, *parts, code=code))
    assert len(api.writes) == before
    did = would(follow_up(scan, *parts, "--apply", code=code))
    assert [one.replace("open an issue in ", "open ") for one in told] == [
        one.rpartition("#")[0] if one.startswith("open ") and not one.endswith(" again") else one for one in did
    ]
    before = len(api.changes())
    assert would(follow_up(scan, *parts, "--apply", code=code)) == []
    assert len(api.changes()) == before
    return did


# --- wrong use ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ((), "nothing is asked for: write --property, --tracking-issue or --issues"),
        (("--property", "a b"), "a b: no name of a custom property"),
        (("--tracking-issue", "acme"), "'acme' is no repository"),
        (("--tracking-issue", "acme/.."), "'acme/..' is no repository"),
        (("--issues", "--max-issues", "-1"), "--max-issues is a number that is not negative"),
        (
            ("--property", "other"),
            "acme has no custom property other, or the token may not see it; define it as a single",
        ),
        (("--property", "narrow"), "acme: the custom property narrow cannot hold our results; define"),
    ],
)
def test_wrong_use(api: GitHubIssues, scans: Scans, asked: tuple[str, ...], says: str) -> None:
    api.defines("narrow", "pass", "fail")
    done = follow_up(scans(wren="fail"), *asked, "--apply", code=2)
    assert done.complaint.startswith(says)
    assert api.writes == []


def test_a_scan_that_has_not_ended(api: GitHubIssues, tmp_path: Path) -> None:
    store = Store(str(tmp_path / "scan"))
    store.begin(["gh:acme"], Terms(policy("osaid-1.0"), DAY), "2026-11-24T10:00:00Z")
    store.close()
    assert "the scan has not ended" in follow_up(tmp_path / "scan", "--issues", code=2).complaint
    assert "no scan is there" in follow_up(tmp_path / "other", "--issues", code=2).complaint


# --- the custom property --------------------------------------------------------------------------------------------


def test_each_repository_gets_its_value(api: GitHubIssues, scans: Scans) -> None:
    results = ("fail", "pass", "ask", "not-applicable", "incomplete", "failed", "skipped")
    of = {f"acme/{name}": result for name, result in zip("abcdefg", results, strict=True)}
    api.has(*of)
    api.values["acme/b"]["openness"] = "pass"
    api.values["acme/a"]["openness"] = "pass"
    did = applied(api, scans(of), "--property", "openness")
    assert did[:1] == ["acme/a: openness = fail (was pass)"]
    assert [api.values[name]["openness"] for name in of] == [
        "fail", "pass", "ask", "not-applicable", *["unknown"] * 3,
    ]  # fmt: skip
    assert [len(one.value["repository_names"]) for one in api.writes] == [1, 1, 1, 3]


def test_thirty_at_a_time(api: GitHubIssues, scans: Scans) -> None:
    names = [f"acme/r{n:03}" for n in range(130)]
    api.has(*names)
    scan = scans(dict.fromkeys(names, "fail"))
    assert len(applied(api, scan, "--property", "openness")) == 130
    assert [len(one.value["repository_names"]) for one in api.writes] == [30, 30, 30, 30, 10]


def test_one_repository_in_the_way_keeps_no_other_from_its_value(api: GitHubIssues, scans: Scans) -> None:
    names = [f"acme/r{n}" for n in range(8)]
    api.has(*names)
    scan = scans(dict.fromkeys(names, "fail"), gone="fail")
    refuse = api.change

    def change(method: str, path: str, body: bytes, headers: dict[str, str]) -> Said:
        return Said({"message": "no"}, 422) if b'"r5"' in body else refuse(method, path, body, headers)

    api.change = change  # type: ignore[method-assign]
    done = follow_up(scan, "--property", "openness", "--apply", code=3)
    assert [name for name in names if "openness" not in api.values[name]] == ["acme/r5"]
    assert "acme/gone is not there any more" in done.err and "acme/r5: 127.0.0.1 answers 422" in done.err


@pytest.mark.parametrize(("status", "asked"), [(403, 2), (404, 60)])
def test_who_may_not_set_any_is_not_asked_one_by_one(api: GitHubIssues, scans: Scans, status: int, asked: int) -> None:
    """Nor asked for ever where GitHub does not say that this is so."""
    names = [f"acme/r{n:02}" for n in range(60)]
    api.has(*names)
    scan = scans(dict.fromkeys(names, "fail"))
    api.fault("PATCH /orgs/", Said({"message": "Resource not accessible by integration"}, status))
    done = follow_up(scan, "--property", "openness", "--apply", code=3)
    assert "it needs `organization custom properties: write`" in done.err
    assert sum(one.method == "PATCH" for one in api.asked) == asked
    assert done.out == "changes that were made: 0\n"


# --- the tracking issue ---------------------------------------------------------------------------------------------

TRACKING = ("--tracking-issue", "acme/policies")


def test_the_life_of_a_tracking_issue(api: GitHubIssues, scans: Scans) -> None:
    assert applied(api, scans(wren="pass", ibis="pass"), *TRACKING) == []
    assert applied(api, scans(wren="fail", ibis="pass"), *TRACKING) == ["open acme/policies#1"]
    (issue,) = api.of("acme/policies")
    assert issue["body"].startswith(f"{mark('org-tracking')}\n<!-- openness-gate:state ")
    words = Page(issue["body"]).words()
    assert "1 of 2 repositories do not meet the policy osaid-1.0" in words
    assert "acme/wren" in words and "acme/ibis" not in words
    assert applied(api, scans(wren="fail", ibis="fail"), *TRACKING) == ["edit acme/policies#1"]
    assert "acme/ibis" in Page(issue["body"]).words()
    assert applied(api, scans(wren="pass", ibis="failed"), *TRACKING) == ["edit acme/policies#1"]
    assert issue["state"] == "open"
    assert applied(api, scans(wren="pass", ibis="pass"), *TRACKING) == ["close acme/policies#1"]
    assert (issue["state"], issue["state_reason"], state_of(issue["body"]).fixed) == ("closed", "completed", True)
    assert applied(api, scans(wren="fail", ibis="pass"), *TRACKING) == ["open acme/policies#1 again"]
    assert len(api.of("acme/policies")) == 1
    assert {one["title"] for one in api.of("acme/policies")} == {
        "openness-gate: what the repositories were found to be"
    }


def test_it_tells_what_is_there_and_what_changed(api: GitHubIssues, scans: Scans) -> None:
    scans(wren="pass", ibis="waived", owl="pass")
    applied(api, scans({"elsewhere": "pass"}, wren="fail", ibis="waived", kea="failed", emu="skipped"), *TRACKING)
    body = api.of("acme/policies")[0]["body"].replace("<code>", "").replace("</code>", "")
    rows = body.splitlines()
    for row in (
        "**2 of 4 repositories do not meet the policy osaid-1.0**",
        "| fail | 2 |",
        "| skipped | 1 |",
        "| acme/wren | pass | fail |",
        "| acme/owl | pass | gone |",
        "| elsewhere | new | pass |",
        f"| acme/ibis | training-code | {LAST_DAY} |",
        "| evaluation-code | 2 |",
        "| acme/emu | new | skipped |",
    ):
        assert row in rows
    assert any(row.startswith("| acme/kea | @&#8203;torvalds") for row in rows)
    assert body.count("acme/emu") == 1


def test_it_names_no_repository_that_its_readers_may_not_see(api: GitHubIssues, scans: Scans) -> None:
    secret = Facts(visibility="private")
    scans(facts=secret, wren="pass", ibis="fail")
    applied(api, scans(facts=secret, wren="fail", ibis="waived", kea="failed"), *TRACKING)
    (issue,) = api.of("acme/policies")
    assert "acme/" not in issue["body"] and "fewer people may see them than this issue: 3" in issue["body"]
    api.repos["acme/policies"]["visibility"] = "private"
    applied(api, scans(facts=secret, wren="fail"), *TRACKING)
    assert "acme/wren" in Page(issue["body"]).words()


def test_a_scan_of_very_many_fits(api: GitHubIssues, scans: Scans) -> None:
    scan = scans({f"acme/{'😀' * 30}{n:04}": "failed" for n in range(1500)}, wren="fail")
    applied(api, scan, *TRACKING)
    (issue,) = api.of("acme/policies")
    assert 40_000 < len(issue["body"].encode("utf-16-le")) // 2 <= 60_000
    assert "more in the report of the scan" in issue["body"]
    assert linked(Page(issue["body"])) == []


@pytest.mark.parametrize("about", [{"archived": True}, {"has_issues": False}])
def test_where_no_tracking_issue_can_be(api: GitHubIssues, scans: Scans, about: dict[str, bool]) -> None:
    api.repos["acme/policies"].update(about)
    done = follow_up(scans(wren="fail"), *TRACKING, "--apply", code=3)
    assert "acme/policies" in done.complaint and api.writes == []


# --- issues in repositories -----------------------------------------------------------------------------------------


def test_the_life_of_an_issue(api: GitHubIssues, scans: Scans) -> None:
    assert applied(api, scans(wren="fail", ibis="pass"), "--issues") == ["open acme/wren#1"]
    (issue,) = api.of("acme/wren")
    assert api.of("acme/ibis") == []
    assert state_of(issue["body"])[:1] == (f"{1:040x}",)
    assert "does not meet" in issue["body"]
    assert issue["title"] == "openness-gate: this release does not meet the policy"
    assert (issue["assignees"], issue["labels"], issue["user"]["login"]) == ([], [], BOT)
    assert applied(api, scans(wren="fail"), "--issues") == []
    assert applied(api, scans(wren="hostile"), "--issues") == ["edit acme/wren#1"]
    assert applied(api, scans(wren="failed"), "--issues") == []
    assert issue["state"] == "open"
    assert applied(api, scans(wren="pass"), "--issues") == ["close acme/wren#1"]
    assert issue["state"] == "closed" and "is there now" in issue["body"]
    assert applied(api, scans(wren="pass"), "--issues") == []
    assert applied(api, scans(wren="fail"), "--issues") == ["open acme/wren#1 again"]
    assert applied(api, scans(wren="not-applicable"), "--issues") == ["close acme/wren#1"]
    assert "does not apply here any more" in issue["body"]
    assert len(api.of("acme/wren")) == 1


def test_a_question_opens_no_issue_and_closes_none(api: GitHubIssues, scans: Scans) -> None:
    parts = (*TRACKING, "--issues")
    assert applied(api, scans(wren="ask"), *parts) == []
    applied(api, scans(wren="fail"), *parts)
    issues = api.of("acme/policies") + api.of("acme/wren")
    applied(api, scans(wren="ask"), *parts)
    assert [one["state"] for one in issues] == ["open", "open"]
    applied(api, scans(wren="pass", owl="skipped"), *parts)
    assert [one["state"] for one in issues] == ["closed", "closed"]
    assert applied(api, scans(wren="ask"), *parts) == []
    assert [one["state"] for one in issues] == ["closed", "closed"]


def test_where_nothing_is_to_be_done_nobody_is_asked(api: GitHubIssues, scans: Scans) -> None:
    follow_up(scans(wren="pass", ibis="ask", owl="failed"), "--issues")
    assert [path.partition("?")[0] for path in api.paths()] == ["/graphql", "/search/issues"]


def test_what_a_person_did_to_an_issue_counts(api: GitHubIssues, scans: Scans) -> None:
    applied(api, scans(wren="fail"), "--issues")
    (issue,) = api.of("acme/wren")
    issue["title"] = "renamed"
    issue["state"] = "closed"
    assert applied(api, scans(wren="hostile"), "--issues") == []
    assert applied(api, scans(wren="pass"), "--issues") == ["edit acme/wren#1"]
    assert issue["state"] == "closed"
    assert applied(api, scans(wren="fail"), "--issues") == ["open acme/wren#1 again"]
    assert applied(api, scans(wren="pass"), "--issues") == ["close acme/wren#1"]
    issue["state"] = "open"
    assert applied(api, scans(wren="pass"), "--issues") == []
    issue["body"] += "\nall is well"
    assert applied(api, scans(wren="fail"), "--issues") == ["edit acme/wren#1"]
    issue["body"] += "\nall is well"
    assert applied(api, scans(wren="fail"), "--issues") == ["edit acme/wren#1"]
    assert "all is well" not in issue["body"] and issue["title"] == "renamed"


def test_whose_an_issue_is(api: GitHubIssues, scans: Scans) -> None:
    """A mark that others planted is nothing, and neither is one of ours that is not on the first line."""
    forged = written("passed", Written(run=10**14, fixed=True), "org-repository")
    for login in ("mallory", "other[bot]"):
        api.put("acme/wren", "openness-gate", forged, login)
    api.put("acme/wren", "openness-gate", f"see\n{forged}")
    api.put("acme/wren", "openness-gate", written("another", Written(), "default"))
    assert applied(api, scans(wren="fail"), "--issues") == ["open acme/wren#5"]
    assert [one["body"] for one in api.of("acme/wren")][:2] == [forged] * 2


def test_one_search_finds_those_of_an_organization(api: GitHubIssues, scans: Scans) -> None:
    names = [f"acme/r{n:03}" for n in range(120)]
    api.has(*names)
    for name in names:
        text = f"openness-gate {name}"
        api.put(name, "openness-gate: x", written(text, Written(), "org-repository"))
    api.asked.clear()
    done = follow_up(scans(dict.fromkeys(names, "fail")), "--issues")
    assert would(done) == [f"edit {name}#1" for name in names]
    paths = [one.path for one in api.asked if one.method == "GET"]
    assert len(paths) == 2 and all(path.startswith("/search/issues?") for path in paths)
    assert "author%3Aapp%2Fgithub-actions" in paths[0]


def test_a_search_that_lags_makes_no_double(api: GitHubIssues, scans: Scans) -> None:
    api.lags = True
    assert applied(api, scans(wren="fail"), "--issues") == ["open acme/wren#1"]
    assert applied(api, scans(wren="hostile"), "--issues") == ["edit acme/wren#1"]
    assert any("creator=github-actions%5Bbot%5D" in path for path in api.paths())


def test_a_search_that_is_cut_off_is_told(api: GitHubIssues, scans: Scans) -> None:
    scan = scans(wren="fail")
    nothing = {"items": [], "total_count": 0, "incomplete_results": True, "search_type": "lexical"}
    api.fault("/search/issues", Said(nothing))
    done = follow_up(scan, "--issues", code=3)
    assert "acme: the search did not find all issues" in done.complaint
    assert would(done) == ["open an issue in acme/wren"]


def test_doubles_are_closed(api: GitHubIssues, scans: Scans) -> None:
    for _ in range(2):
        api.put("acme/wren", "openness-gate", written("openness-gate", Written(), "org-repository"))
    assert applied(api, scans(wren="fail"), "--issues") == ["close acme/wren#2", "edit acme/wren#1"]
    assert [one["state"] for one in api.of("acme/wren")] == ["open", "closed"]
    assert api.of("acme/wren")[1]["state_reason"] == "not_planned"


def test_an_older_scan_changes_nothing(api: GitHubIssues, scans: Scans, tmp_path: Path) -> None:
    older = Scans(tmp_path / "older", scans.reports)(wren="hostile")
    scans(wren="pass")
    applied(api, scans(wren="fail"), "--issues")
    assert would(follow_up(older, "--issues")) == []


def test_a_cap(api: GitHubIssues, scans: Scans) -> None:
    names = [f"acme/r{n}" for n in range(5)]
    api.has(*names)
    scan = scans(dict.fromkeys(names, "fail"))
    api.repos["acme/r0"]["has_issues"] = False
    done = follow_up(scan, "--issues", "--max-issues", "2", "--apply", code=3)
    assert would(done) == ["open acme/r1#1", "open acme/r2#1"]  # one that is refused takes no place
    assert "fail and get no issue, as --max-issues is 2: 2" in done.err
    done = follow_up(scan, "--issues", "--max-issues", "0", "--apply")
    assert would(done) == [] and "fail and get no issue, as --max-issues is 0: 3" in done.complaint
    assert would(follow_up(scan, "--issues", "--apply", code=3)) == ["open acme/r3#1", "open acme/r4#1"]


def test_one_that_is_opened_again_counts(api: GitHubIssues, scans: Scans) -> None:
    for result in ("fail", "pass"):
        applied(api, scans(wren=result), "--issues")
    scan = scans(wren="fail", ibis="fail")
    api.asked.clear()
    done = follow_up(scan, "--issues", "--max-issues", "0", "--apply")
    assert would(done) == [] and "as --max-issues is 0: 2" in done.complaint
    assert not any("/repos/" in path for path in api.paths())
    assert would(follow_up(scan, "--issues", "--max-issues", "1", "--apply")) == ["open acme/ibis#1"]


def test_who_takes_no_part(api: GitHubIssues, scans: Scans) -> None:
    done = follow_up(scans({"elsewhere": "fail"}, Facts(archived=True), wren="fail"), "--issues", "--apply")
    assert would(done) == []
    assert "not on GitHub and take no part: 1" in done.err and "archived and get no issue: 1" in done.err
    assert api.writes == []


def test_a_token_that_only_reads(api: GitHubIssues, scans: Scans, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", READS)
    done = follow_up(scans(wren="fail"), "--issues", "--property", "openness", *TRACKING, "--apply", code=3)
    assert [one.status for one in api.writes] == [403] * 3 and done.out == "changes that were made: 0\n"
    assert [line.rpartition("needs ")[2] for line in done.err.splitlines()] == [
        "`organization custom properties: write`", "`issues: write`", "`issues: write`",
    ]  # fmt: skip


def test_a_person_may_do_it_too(api: GitHubIssues, scans: Scans, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", PERSON)
    assert applied(api, scans(wren="fail"), "--issues") == ["open acme/wren#1"]
    assert api.of("acme/wren")[0]["user"]["login"] == "alice"


# --- rights, faults and pace ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [403, 404, 410, 422, 502])
def test_what_is_refused_at_one_place_stops_no_other(api: GitHubIssues, scans: Scans, status: int) -> None:
    api.fault("POST /repos/acme/ibis/issues", Said({"message": "no ghs_writes"}, status))
    done = follow_up(scans(ibis="fail", wren="fail"), "--issues", "--apply", code=3)
    assert would(done) == ["open acme/wren#1"]
    assert "acme/ibis" in done.complaint or status == 502


@pytest.mark.parametrize("limit", [Said({}, 401), Said({}, 429, {"Retry-After": "9999"})])
def test_what_no_place_will_answer_stops_it(api: GitHubIssues, scans: Scans, limit: Said) -> None:
    api.fault("POST /repos/", limit)
    done = follow_up(scans(ibis="fail", wren="fail"), "--issues", "--apply", code=3)
    assert len([one for one in api.asked if one.method == "POST" and "/repos/" in one.path]) == 1
    assert done.err.endswith("openness-gate: stopped; the next run does what is left\n")


@pytest.mark.parametrize("token", ["", "ghs_none"])
def test_without_a_token(api: GitHubIssues, scans: Scans, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", token)
    done = follow_up(scans(wren="fail"), "--issues", "--apply", code=3)
    assert ("asks for a token; set GITHUB_TOKEN" if not token else "refuses the token in GITHUB_TOKEN") in done.err


def test_an_issue_of_which_nobody_knows_is_not_created_twice(api: GitHubIssues, scans: Scans) -> None:
    real, calls = api.change, []

    def change(method: str, path: str, body: bytes, headers: dict[str, str]) -> Said:
        said = real(method, path, body, headers)
        calls.append(path)
        return Said({}, 502) if path.endswith("/issues") else said

    api.change = change  # type: ignore[method-assign]
    api.lags = True
    assert would(follow_up(scans(wren="fail"), "--issues", "--apply")) == ["open acme/wren#1"]
    assert calls.count("/repos/acme/wren/issues") == 1 and len(api.of("acme/wren")) == 1


def test_a_creation_that_was_cut_off_is_tried_again(api: GitHubIssues, scans: Scans) -> None:
    api.fault("POST /repos/acme/wren/issues", cut_in_body, times=1)
    assert would(follow_up(scans(wren="fail"), "--issues", "--apply")) == ["open acme/wren#1"]
    assert len(api.of("acme/wren")) == 1


def test_nonsense_is_no_traceback(api: GitHubIssues, scans: Scans) -> None:
    scan = scans(wren="fail")
    for part in ("/search/issues", "/repos/acme/policies", "/orgs/acme/properties/schema", "/orgs/acme/properties/v"):
        for said in (Said([1]), Said({"items": [1], "total_count": 1, "incomplete_results": False}), Said(b"{")):
            api.faults[:] = []
            api.fault(f"GET {part}", said, times=1)
            done = follow_up(
                scan, "--issues", *TRACKING, *(("--property", "openness") if "orgs" in part else ()), code=3
            )
            assert "127.0.0.1: its answer is " in done.err


def test_writes_keep_their_distance(api: GitHubIssues, scans: Scans, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_up_github, "BETWEEN_WRITES", 0.1)
    monkeypatch.setattr(follow_up_github, "BETWEEN_ISSUES", 0.3)
    scan = scans(ibis="fail", wren="fail")
    follow_up(scan, *TRACKING, "--issues", "--property", "openness", "--apply")
    scans(ibis="pass", wren="pass")
    follow_up(scan, "--issues", "--apply")
    pauses = [after.begun - before.done for before, after in zip(api.writes, api.writes[1:], strict=False)]
    kinds = [one.method for one in api.writes]
    assert kinds == ["PATCH", "POST", "POST", "POST", "PATCH", "PATCH"]
    assert pauses[0] >= 0.1 and min(pauses[1:3]) >= 0.3 and pauses[4] >= 0.1


def test_the_pauses_are_those_that_github_asks_for() -> None:
    assert (follow_up_github.BETWEEN_WRITES, follow_up_github.BETWEEN_ISSUES) == (1.0, 3.0)


# --- nothing in it speaks for someone else --------------------------------------------------------------------------


def test_hostile_text_stays_text(api: GitHubIssues, scans: Scans) -> None:
    follow_up(scans({f"acme/{NASTY}": "failed"}, wren="hostile", ibis="pass"), "--issues", *TRACKING, "--apply")
    bodies = [api.of("acme/wren")[0]["body"], api.of("acme/policies")[0]["body"]]
    for body in bodies:
        page = Page(body)
        assert linked(page) == []
        assert {"a", "img", "input"}.isdisjoint(page.tags)
        assert all(len({*rows}) == 1 for rows in page.columns())
        assert len(page.others) == 2  # our mark and our state
        assert "torvalds" in page.words()
        assert len(body) <= 60_000
    assert NASTY[:20] in Page(bodies[1]).words()
