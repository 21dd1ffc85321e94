"""The action as a job runs it: by act, in real shells, against a GitHub on this machine; and its parts alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from openness_gate import action
from openness_gate.model import GateError
from tests.git_repos import commit, git, make_git, put
from tests.github_api import BOT, GitHubApi
from tests.hubs import Forge, GitHub, Said, cut_in_headers, trickle

# ruff: noqa: E501
ROOT = Path(__file__).parents[1]
ACT = shutil.which("act", path=str(Path(sys.executable).parent)) or shutil.which("act")
PARTS = ("action.yml", "action", "openness_gate", "policies")
CARD = "---\nlicense: mit\npipeline_tag: text-generation\n---\n# Wren\n\nA model.\n"
STRICT = "policy: strict\nversion: 1\ntitle: Strict\nrules:\n  notice: {files: [NOTICE], advice: Add a NOTICE.}\n"
LAX = "policy: lax\nversion: 1\ntitle: Lax\nrules:\n  model-card: {at_least: mentioned}\n"
JOB = """name: openness
on: [pull_request, push, workflow_run]
jobs:
  openness:
    runs-on: ubuntu-latest
    steps:
    - uses: actions/checkout@v7
    - uses: acme/openness-gate@v1
      id: gate
      with: INPUTS
    - if: always()
      env:
        OUTPUTS: ${{ toJSON(steps.gate.outputs) }}
      run: echo "$OUTPUTS" > "$OUT/outputs.json"
"""


class Site(GitHubApi):
    """A GitHub with a pull request, whose commits are those of a real repository."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.code = GitHub(root)
        self.code._server.server_close()  # it answers through this one

    def answer(self, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Said:
        if re.fullmatch(r"/repos/[^/]+/[^/]+(/(commits|git)/.*)?", path):
            return self.code.answer(path, query, headers)
        return super().answer(path, query, headers)


class Ran(NamedTuple):
    """What a job did."""

    ok: bool
    log: str
    outputs: dict[str, str]


@pytest.fixture(scope="session")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The action as its repository has it, without what only its developers need."""
    folder = tmp_path_factory.mktemp("action")
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    make_git(folder, {})
    return folder


@pytest.fixture(scope="session")
def python(gate: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Python that the action's own installation makes, as on a runner that has nothing yet."""
    return installed(gate, tmp_path_factory.mktemp("runner"))


def installed(gate: Path, temp: Path, **more: str) -> str:
    output = temp / "output"
    environment = {
        **os.environ,
        "GITHUB_ACTION_PATH": str(gate),
        "RUNNER_TEMP": str(temp),
        "GITHUB_OUTPUT": str(output),
    }
    done = subprocess.run(
        [gate / "action" / "install.sh"], env={**environment, **more}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(line.split("=", 1) for line in output.read_text().splitlines())["python"]


@pytest.fixture
def site(tmp_path: Path, stack: ExitStack) -> Iterator[Site]:
    site = Site(tmp_path / "site")
    stack.enter_context(site.running())
    yield site
    assert site.broken == []


class Job:
    """A repository with a workflow, whose pull request is judged as often as one asks."""

    def __init__(self, folder: Path, site: Site, gate: Path, python: str) -> None:
        self.folder, self.site, self.gate, self.python = folder, site, gate, python
        self.repo = make_git(folder / "site" / "acme" / "wren", {"README.md": CARD, ".github/openness.yml": STRICT})
        self.base = site.base = git(self.repo, "rev-parse", "HEAD")
        git(self.repo, "remote", "add", "origin", "https://github.com/acme/wren.git")
        self.runs = 0

    def event(self, **more: Any) -> dict[str, Any]:
        whose = {"full_name": "acme/wren"}
        head = {"sha": git(self.repo, "rev-parse", "HEAD"), "ref": "topic", "repo": whose}
        pull = {"number": self.site.number, "head": head, "base": {"sha": self.base, "ref": "main", "repo": whose}}
        return {"pull_request": pull | more, "number": self.site.number, "repository": whose}

    def run(
        self,
        inputs: Mapping[str, str] | None = None,
        files: Mapping[str, str | bytes] | None = None,
        token: str = "ghs_writes",
        name: str = "pull_request",
        event: Mapping[str, Any] | None = None,
        shallow: bool = False,
        **environment: str,
    ) -> Ran:
        """Commit *files* and judge them."""
        assert ACT
        self.runs += 1
        put(self.repo, dict(files or {}))
        if files:
            commit(self.repo)
        self.site.head = git(self.repo, "rev-parse", "HEAD")
        work, out = self.folder / f"work{self.runs}", self.folder / f"out{self.runs}"
        out.mkdir()
        git(self.folder, "clone", "-q", *(("--depth=1",) if shallow else ()), f"file://{self.repo}", str(work))
        git(work, "remote", "set-url", "origin", "https://github.com/acme/wren.git")
        put(work, {".github/workflows/ci.yml": JOB.replace("INPUTS", json.dumps(dict(inputs or {})))})
        put(out, {"event.json": json.dumps(self.event() if event is None else event)})
        told = {"GITHUB_API_URL": self.site.url, "GITHUB_GRAPHQL_URL": f"{self.site.url}/graphql", "OUT": str(out),
                "OPENNESS_GATE_PYTHON": self.python, "GITHUB_RUN_ID": str(self.runs), **environment}  # fmt: skip
        command: list[str | Path] = [
            ACT, name, "-e", out / "event.json", "-P", "ubuntu-latest=-self-hosted", "--container-daemon-socket", "-",
            "--no-cache-server", "--local-repository", f"acme/openness-gate@v1={self.gate}", "-s", f"GITHUB_TOKEN={token}",
            *(part for pair in told.items() for part in ("--env", "=".join(pair))),
        ]  # fmt: skip
        own = {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")}
        done = subprocess.run(command, cwd=work, env=own, capture_output=True, text=True, check=False, timeout=120)
        log = done.stdout + done.stderr
        assert token not in log.replace(f"GITHUB_TOKEN={token}", "")
        outputs = out / "outputs.json"
        assert outputs.is_file(), log
        return Ran(done.returncode == 0, log, json.loads(outputs.read_text()))


@pytest.fixture
def job(tmp_path: Path, site: Site, gate: Path, python: str) -> Job:
    if not ACT:
        pytest.skip("act is not installed")
    return Job(tmp_path, site, gate, python)


COMMENT = {"comment": "on-failure"}

# --- a pull request, from the first failure to the fix --------------------------------------------------------------


def test_first_failure_comments_second_updates_fix_resolves(job: Job, site: Site) -> None:
    first = job.run(COMMENT, {"train.py": "x = 1\n"})
    assert not first.ok
    assert (first.outputs["result"], first.outputs["exit-code"], first.outputs["missing"]) == (
        "fail",
        "1",
        '["notice"]',
    )
    [body] = site.by()
    assert "Add a NOTICE" in body
    assert first.outputs["comment-url"].endswith(f"#issuecomment-{next(iter(site.comments))}")
    assert "::error" in first.log or "Add a NOTICE" in first.log
    second = job.run(COMMENT, {"train.py": "x = 2\n", "NOTICE": " \n"})
    assert not second.ok
    [changed] = site.by()
    assert changed != body
    assert "NOTICE does not say anything" in changed
    assert len(site.comments) == 1
    fixed = job.run(COMMENT, {"NOTICE": "Wren, by Acme.\n"})
    assert fixed.ok
    assert fixed.outputs["result"] == "pass"
    [resolved] = site.by()
    assert "Add a NOTICE" not in resolved
    assert list(site.hidden.values()) == ["resolved"]


def test_the_pull_request_cannot_choose_its_policy(job: Job) -> None:
    ran = job.run({}, {".github/openness.yml": LAX})
    assert not ran.ok
    assert ran.outputs["policy-source"] == ".github/openness.yml"
    assert ran.outputs["missing"] == '["notice"]'
    assert ".github/openness.yml is changed here" in ran.log


def test_a_shallow_clone_is_enough(job: Job) -> None:
    ran = job.run({"only-new": "true"}, {".github/openness.yml": LAX, "train.py": "x = 1\n"}, shallow=True)
    assert ran.ok, ran.log  # what is missing was missing before, by the policy of the base
    assert (ran.outputs["result"], ran.outputs["missing"]) == ("pass", '["notice"]')
    assert "strict" in ran.log


@pytest.mark.parametrize("said", [
    Said({"message": "no"}, 403), Said({"message": "no"}, 404), Said({"message": "no"}, 422),
    Said({"message": "no"}, 429, {"Retry-After": "3600"}), Said({"message": "no"}, 502), "cut",
        pytest.param("trickle", marks=pytest.mark.slow),  # it takes all the time that a comment may take
])  # fmt: skip
def test_a_comment_that_cannot_be_written_changes_nothing(job: Job, site: Site, said: Any) -> None:
    site.fault("/issues/", cut_in_headers if said == "cut" else trickle(site) if said == "trickle" else said)
    ran = job.run(COMMENT, {"train.py": "x = 1\n"})
    assert not ran.ok
    assert (ran.outputs["result"], ran.outputs["exit-code"], ran.outputs["comment-url"]) == ("fail", "1", "")
    assert "no comment was written" in ran.log
    assert site.by() == []
    site.broken.clear()


def test_a_fork_may_not_write_and_is_told(job: Job, site: Site) -> None:
    ran = job.run(COMMENT, {"train.py": "x = 1\n"}, token="ghs_reads")
    assert not ran.ok
    assert ran.outputs["result"] == "fail"
    assert "no comment was written" in ran.log
    assert site.by() == []


def test_a_comment_planted_by_somebody_else_is_left_alone(job: Job, site: Site) -> None:
    planted = "<!-- openness-gate:v1 key=default -->\nAll is open."
    site.put(planted, "mallory")
    job.run(COMMENT, {"train.py": "x = 1\n"})
    assert site.by("mallory") == [planted]
    assert len(site.by(BOT)) == 1


# --- what a hostile checkout tries ----------------------------------------------------------------------------------


def test_nothing_of_the_checkout_runs_or_speaks(job: Job, site: Site) -> None:
    evil = "open(__import__('os').environ['OUT'] + '/ran', 'w').write('x')\n"
    names = ("yaml.py", "json.py", "openness_gate/__init__.py", "sitecustomize.py", "usercustomize.py", "requests.py")
    files: dict[str, str | bytes] = dict.fromkeys(names, evil)
    files |= {
        "uv.toml": '[[index]]\nurl = "http://127.0.0.1:9"\n', "pip.conf": "[global]\nindex-url = http://127.0.0.1:9\n",
        "pyproject.toml": "[tool.uv]\nno-index = true\n", ".pythonrc": evil,
        "::error::x.py": "x", "##[error]y.py": "x",
        "README.md": CARD + "\n::set-output name=result::pass\n\n##[set-output name=result]pass @acme/team #1 <b>x</b>\n",
    }  # fmt: skip
    ran = job.run(COMMENT, files, PYTHONPATH=".", PYTHONSTARTUP=".pythonrc")
    assert not ran.ok
    assert ran.outputs["result"] == "fail"
    assert not list(job.folder.glob("out*/ran"))
    [body] = site.by()
    assert not re.search(r"(?<![\w`/])@acme|<b>", body)


def test_a_token_never_goes_to_another_host(job: Job, site: Site, tmp_path: Path, stack: ExitStack) -> None:
    other = Forge(tmp_path / "other")
    stack.enter_context(other.running())
    there = other.url.replace("127.0.0.1", "localhost")
    site.fault("/issues/", Said(b"", 302, {"Location": f"{there}/x"}))
    job.run(COMMENT, {"train.py": "x = 1\n"})
    assert not any("ghs_writes" in str(asked.headers) for asked in other.asked)
    site.broken.clear()


# --- other events, other settings -----------------------------------------------------------------------------------


def test_a_push_is_judged_by_its_own_policy_and_never_commented(job: Job, site: Site) -> None:
    put(job.repo, {".github/openness.yml": LAX})
    sha = commit(job.repo)
    ran = job.run(COMMENT, name="push", event={"before": job.base, "after": sha, "ref": "refs/heads/main"})
    assert ran.ok, ran.log
    assert site.comments == {}


def test_the_api_is_enough(job: Job, site: Site) -> None:
    ran = job.run({**COMMENT, "mode": "api"}, {"train.py": "x = 1\n"})
    assert not ran.ok
    assert ran.outputs["missing"] == '["notice"]'
    assert len(site.by()) == 1


def test_a_run_with_rights_comments_for_a_fork(job: Job, site: Site) -> None:
    """Nothing is checked out, and the pull request is found by its branch and its commit."""
    put(job.repo, {"train.py": "x = 1\n"})
    sha = commit(job.repo)
    run = {
        "head_sha": sha,
        "head_branch": "topic",
        "head_repository": {"owner": {"login": "mallory"}, "full_name": "m/w"},
    }
    inputs = {**COMMENT, "mode": "api", "fail-on": "never"}
    ran = job.run(inputs, name="workflow_run", event={"workflow_run": run, "repository": {"full_name": "acme/wren"}})
    assert ran.ok, ran.log
    assert ran.outputs["result"] == "fail"
    assert len(site.by()) == 1
    run["head_sha"] = job.base
    ran = job.run(inputs, name="workflow_run", event={"workflow_run": run, "repository": {"full_name": "acme/wren"}})
    assert "not exactly one open pull request" in ran.log
    assert len(site.by()) == 1


def test_a_run_of_no_known_pull_request_is_judged_by_the_default_branch(job: Job, site: Site) -> None:
    """What a fork brings never chooses its own judge, and what was pushed here does."""
    site.fault("/pulls?", Said([]))
    put(job.repo, {".github/openness.yml": LAX})
    run = {
        "head_sha": commit(job.repo),
        "head_branch": "gone",
        "head_repository": {"owner": {"login": "mallory"}, "full_name": "m/w"},
    }
    git(job.repo, "branch", "gone")
    git(job.repo, "reset", "-q", "--hard", job.base)  # the commit of the job is that of the default branch
    event = {"workflow_run": run, "repository": {"full_name": "acme/wren"}}
    ran = job.run({"mode": "api"}, name="workflow_run", event=event)
    assert ran.outputs["missing"] == '["notice"]', ran.log
    run["head_repository"] = {"owner": {"login": "acme"}, "full_name": "acme/wren"}
    ran = job.run({"mode": "api"}, name="workflow_run", event=event)
    assert ran.ok, ran.log
    run["event"] = "pull_request"
    ran = job.run({"mode": "api"}, name="workflow_run", event=event)
    assert ran.outputs["missing"] == '["notice"]', ran.log


@pytest.mark.parametrize(("name", "value"), [("fail-on", "errors"), ("only-new", "yes"), ("comment", "sometimes"),
                                             ("mode", "remote"), ("pr-number", "x"), ("policy", "osaid-2.0")])  # fmt: skip
def test_an_unknown_value_never_becomes_a_default(job: Job, name: str, value: str) -> None:
    ran = job.run({name: value})
    assert not ran.ok
    assert (ran.outputs["result"], ran.outputs["exit-code"]) == ("error", "2")
    assert value in ran.log


def test_the_digest_of_the_policy(job: Job) -> None:
    ran = job.run({"policy": "open-weights", "policy-sha256": "0" * 64})
    assert ran.outputs["exit-code"] == "2"
    assert "the policy is not the expected one" in ran.log


def test_files_and_summary(job: Job, tmp_path: Path) -> None:
    ran = job.run({"report-dir": str(tmp_path / "reports"), "fail-on": "never"}, {"train.py": "x = 1\n"})
    assert ran.ok, ran.log
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == [
        "report.json", "report.md", "report.sarif", "report.xml",
    ]  # fmt: skip
    assert json.loads((tmp_path / "reports" / "report.json").read_text())["result"] == "fail"
    assert "Add a NOTICE" in (tmp_path / "reports" / "report.md").read_text()


# --- by itself ------------------------------------------------------------------------------------------------------


def alone(gate: Path, python: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """The second step alone, in an environment with nothing but what a runner gives it."""
    inputs = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]
    environment = {f"GATE_{name.upper().replace('-', '_')}": one.get("default", "") for name, one in inputs.items()}
    environment |= {
        "GATE_TOKEN": "",
        "GATE_PYTHON": python,
        "GITHUB_ACTION_PATH": str(gate),
        "PATH": os.environ["PATH"],
    }
    environment |= {"HOME": str(folder), "RUNNER_TEMP": str(folder), "GITHUB_WORKSPACE": str(folder / "wren")}
    environment |= {name: str(folder / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    return subprocess.run(
        [gate / "action" / "run.sh"],
        env=environment | settings,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


def test_the_summary_and_the_outputs(gate: Path, python: str, tmp_path: Path) -> None:
    put(tmp_path / "wren", {"README.md": CARD, "openness.yml": STRICT})
    done = alone(gate, python, tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Add a NOTICE" in (tmp_path / "GITHUB_STEP_SUMMARY").read_text()
    told = (tmp_path / "GITHUB_OUTPUT").read_text()
    rows = re.findall(r"(?m)^([\w-]+)<<([0-9a-f]{32})\n(.*)\n\2$", told)
    assert {name: value for name, _, value in rows}["result"] == "fail"
    assert len({end for _, end, _ in rows}) == len(rows) > 8
    text, _, commands = done.stdout.partition("::stop-commands::")[2].partition("\n")
    assert re.fullmatch("[0-9a-f]{32}", text)
    human, _, rest = commands.partition(f"::{text}::\n")
    assert "Add a NOTICE" in human
    assert rest.startswith("::error")


def test_what_cannot_be_written_changes_nothing(gate: Path, python: str, tmp_path: Path) -> None:
    put(tmp_path / "wren", {"README.md": CARD, "openness.yml": STRICT})
    nowhere = str(tmp_path / "none" / "x")
    (tmp_path / "none").write_text("")
    done = alone(gate, python, tmp_path, GITHUB_STEP_SUMMARY=nowhere, GATE_REPORT_DIR=nowhere, GITHUB_OUTPUT=nowhere)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.count("::warning::") >= 3
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("payload", ["", "[]", "{", '{"pull_request": 3}', '{"pull_request": {"number": "7", "base": {"sha": "x"}}}',
                                     '{"workflow_run": {"head_sha": {}, "head_repository": []}}', '{"merge_group": null}'])  # fmt: skip
def test_an_event_that_is_none(gate: Path, python: str, tmp_path: Path, payload: str) -> None:
    put(tmp_path, {"event.json": payload, "wren/README.md": CARD, "wren/openness.yml": LAX})
    done = alone(gate, python, tmp_path, GITHUB_EVENT_PATH=str(tmp_path / "event.json"), GATE_COMMENT="always")
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == (0 if payload not in ("", "{") else 2), done.stdout


def test_every_input_reaches_the_program_by_the_environment() -> None:
    found = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    install, run = found["runs"]["steps"]
    assert set(run["env"]) == {"GATE_PYTHON", *(f"GATE_{name.upper().replace('-', '_')}" for name in found["inputs"])}
    assert "${{" not in install["run"] + run["run"]
    assert not any("uses" in step for step in (install, run))
    environment = {f"GATE_{name.upper().replace('-', '_')}": one["default"] for name, one in found["inputs"].items()}
    settings = action.read(environment)
    assert (settings.mode, settings.comment, settings.fail_on, settings.only_new) == ("local", "never", "error", False)


def test_every_output_is_written() -> None:
    found = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    named = {re.search(r"outputs\.([\w-]+)", one["value"])[1] for one in found["outputs"].values()}  # type: ignore[index]
    assert named == set(found["outputs"])


@pytest.mark.parametrize("name", ["GATE_ANNOTATIONS", "GATE_SUMMARY", "GATE_ONLINE"])
@pytest.mark.parametrize("value", ["", "True", "1", "on"])
def test_a_truth_is_true_or_false(name: str, value: str) -> None:
    known = {"GATE_MODE": "local", "GATE_FAIL_ON": "error", "GATE_COMMENT": "never", "GATE_ONLY_NEW": "false",
             "GATE_ONLINE": "false", "GATE_ANNOTATIONS": "true", "GATE_SUMMARY": "true"}  # fmt: skip
    with pytest.raises(GateError):
        action.read({**known, name: value})


def test_what_is_there_is_not_installed_again(gate: Path, python: str, tmp_path: Path) -> None:
    assert installed(gate, tmp_path, OPENNESS_GATE_PYTHON=python, PATH="/usr/bin:/bin") == python
    assert [path.name for path in tmp_path.iterdir()] == ["output"]


def test_an_old_python_is_refused(gate: Path, tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    environment = {**os.environ, "GITHUB_ACTION_PATH": str(gate), "RUNNER_TEMP": str(tmp_path),
                   "GITHUB_OUTPUT": str(tmp_path / "out"), "OPENNESS_GATE_PYTHON": str(old)}  # fmt: skip
    done = subprocess.run(
        [gate / "action" / "install.sh"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "needs Python 3.10" in done.stdout) == (2, True)


def test_the_lock_names_what_the_project_depends_on() -> None:
    lock = (ROOT / "action" / "requirements.lock").read_text("utf-8")
    project = (ROOT / "pyproject.toml").read_text("utf-8").split("dependencies = [", 1)[1].split("]", 1)[0]
    needed = {re.match(r"[\w-]+", line.strip().strip('"'))[0] for line in project.split(",\n") if line.strip()}  # type: ignore[index]
    locked = set(re.findall(r"(?m)^([\w.-]+)==", lock))
    assert needed <= locked
    rows = re.split(r"(?m)^(?=[\w.-]+==)", lock)[1:]
    assert all("--hash=sha256:" in row for row in rows)


# --- linters --------------------------------------------------------------------------------------------------------

FILES = [
    ROOT / "action.yml",
    *sorted((ROOT / "docs" / "workflows").glob("*.yml")),
    *sorted((ROOT / ".github").glob("workflows/*.yml")),
]


def tool(name: str) -> str:
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.mark.parametrize("persona", ["regular", "pedantic"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_zizmor_finds_nothing(path: Path, persona: str) -> None:
    done = subprocess.run(
        [tool("zizmor"), "--offline", "--no-progress", f"--persona={persona}", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", FILES[1:], ids=lambda path: path.name)
def test_actionlint_finds_nothing(path: Path) -> None:
    done = subprocess.run([tool("actionlint"), "-no-color", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_github_would_take_it(path: Path) -> None:
    kind = "actions" if path.name == "action.yml" else "workflows"
    done = subprocess.run(
        [tool("check-jsonschema"), "--builtin-schema", f"vendor.github-{kind}", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
