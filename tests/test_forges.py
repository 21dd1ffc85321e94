"""Releases on a forge are read as a clone of them is; what a forge cannot or will not say is told in one line."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import pytest

from openness_gate import answers, http
from openness_gate.forges import github, huggingface
from openness_gate.model import GateError, Request
from openness_gate.registry import forges, opened
from tests.git_repos import commit, content, git, make_git, open_repo, put, says
from tests.hubs import GitHub, Hub, Said, cut_in_body, cut_in_headers, trickle
from tests.running import check, check_json, component

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 50000\n"
TRAINING = """import torch

model = torch.nn.Linear(4, 4)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
for batch in torch.load("tokens.pt"):
    loss = model(batch).sum()
    loss.backward()
    optimizer.step()
torch.save(model.state_dict(), "model.pt")
"""
FILES: dict[str, str | bytes] = {
    "README.md": "# Wren\n\nWren is a small language model that names birds.\n",
    "LICENSE": "All rights reserved.\n",
    "src/train.py": TRAINING,
    "model.safetensors": POINTER,
    "empty": "",
    "a name/with 'single' and ü.txt": "quotes\n",
}
LINKS = {"COPYING": "LICENSE", "latest": "src", "out": "../../x"}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository that most tests are about, made once: each gets a copy."""
    return make_git(tmp_path_factory.mktemp("made") / "wren", FILES, LINKS)


@pytest.fixture
def code(hub: GitHub, made: Path) -> Path:
    return Path(shutil.copytree(made, hub.root / "acme" / "wren", symlinks=True))


@pytest.fixture
def model(hf: Hub) -> Path:
    card = "---\nlicense: apache-2.0\npipeline_tag: text-generation\n---\n# Wren\n\nA model.\n"
    files = {"README.md": card, "model.safetensors": hf.put_large(b"x" * 50_000), "config.json": '{"model_type": "x"}'}
    return make_git(hf.root / "acme" / "wren", files)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder, and the state folder beside it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "cache"


def again() -> None:
    """As another run of the program."""
    http.client().close()
    http.client.cache_clear()


def refused(*argv: str, code: int = 3) -> str:
    done = check(*argv)
    assert (done.code, done.out) == (code, ""), done
    return done.complaint


# --- GitHub ---------------------------------------------------------------------------------------------------------


def test_a_repository_is_read_as_its_clone_is(hub: GitHub, code: Path) -> None:
    away, here = opened(Request("gh:acme/wren")), open_repo(code, ref="HEAD")
    assert away.paths == here.paths
    assert content(away) == content(here)
    assert (away.commit, says(away)) == (here.commit, says(here))


def test_nothing_is_fetched_before_it_is_read(hub: GitHub, code: Path) -> None:
    repo = opened(Request("gh:acme/wren"))
    asked = [path.split("?")[0].rsplit("/", 1)[0] for path in hub.paths() if "/blobs/" not in path]
    assert asked == ["/repos/acme", "/repos/acme/wren/commits", "/repos/acme/wren/git/trees"]
    before = len(hub.asked)
    repo.size("README.md")
    assert repo.read("README.md", 5) == b"# Wre"
    assert repo.read("README.md", 1 << 20).endswith(b"birds.\n")
    assert len(hub.asked) == before + 1


@pytest.mark.parametrize("ref", ["v1", "HEAD~1", "main~1"])
def test_a_revision(hub: GitHub, code: Path, ref: str) -> None:
    git(code, "tag", "v1")
    put(code, {"README.md": "# new\n"})
    commit(code)
    for request in (Request(f"gh:acme/wren@{ref}"), Request("gh:acme/wren", ref=ref)):
        repo = opened(request)
        assert repo.read("README.md", 6) == b"# Wren"
        assert repo.label == f"gh:acme/wren@{ref}"


def test_verdict_and_json(hub: GitHub, code: Path) -> None:
    report = check_json("gh:acme/wren")
    assert report["target"] == {"label": "gh:acme/wren", "commit": git(code, "rev-parse", "HEAD")}
    assert report["online"] is False and report["targets"] == []
    assert component(report, "training-code")["completeness"] == "complete"
    assert component(report, "training-code") == component(check_json(code), "training-code")


def test_a_tree_that_is_cut_off_is_asked_for_folder_by_folder(hub: GitHub, code: Path) -> None:
    put(code, {f"deep/{n}/{m}.txt": f"{n}{m}" for n in range(4) for m in range(4)})
    commit(code)
    hub.most = 10
    assert opened(Request("gh:acme/wren")).paths == open_repo(code, ref="HEAD").paths


def test_a_folder_that_is_cut_off_makes_it_incomplete(hub: GitHub, code: Path) -> None:
    hub.most = 3
    done = check_json("gh:acme/wren")
    assert done["unread"] and "too large" in done["unread"][0]["says"]
    assert component(done, "dependencies")["evidence"][-1]["effect"] == "unknown"


def test_a_renamed_repository(hub: GitHub, code: Path) -> None:
    hub.renamed["old/name"] = (77, "acme/wren")
    repo = opened(Request("gh:old/name"))
    assert repo.read("README.md", 6) == b"# Wren"
    assert hub.paths()[1:3] == ["/repositories/77", "/repositories/77/commits/HEAD"]


def test_a_private_repository_is_closed(hub: GitHub, code: Path) -> None:
    hub.about["acme/wren"] = {"private": True, "archived": True}
    report = check_json("gh:acme/wren")
    told = {notice["says"] for notice in report["notices"]}
    assert told >= {"gh:acme/wren is private", "gh:acme/wren is archived"}
    assert component(report, "training-code")["access"] == "closed"
    assert component(report, "dependencies")["access"] == "unknown"


def test_without_a_commit(hub: GitHub) -> None:
    (hub.root / "acme" / "new").mkdir(parents=True)
    git(hub.root / "acme" / "new", "init", "-q")
    repo = opened(Request("gh:acme/new"))
    assert (repo.paths, repo.commit, says(repo)) == ((), "", ["gh:acme/new has no commit yet"])


@pytest.mark.parametrize(
    ("target", "more"),
    [("gh:acme", ()), ("gh:../x/y", ()), ("gh:acme/..", ()), ("gh:a b/c", ()), ("gh:acme/wren@", ()),
     ("gh:acme/wren@v1", ("--ref", "v1")), ("gh:acme/wren", ("--staged",)), ("gh:acme/wren@a b", ()),
     ("gh:acme/wren", ("--offline",)), ("hf:a/b/c", ()), ("hf:datasets/a/b/c", ()), ("hf:", ()),
     ("gh:acme/wren@no-such", ()), ("gh:acme/wren@\x1b[31m", ())],
)  # fmt: skip
def test_wrong_use(hub: GitHub, code: Path, target: str, more: tuple[str, ...]) -> None:
    assert "\x1b" not in refused(target, *more, code=2)


def test_a_folder_with_the_name_of_a_target_is_not_taken_for_it(
    hub: GitHub, code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, {"gh:acme/wren/README.md": "# mine\n"})
    monkeypatch.chdir(tmp_path)
    assert "src/train.py" in opened(Request("gh:acme/wren")).paths
    assert opened(Request("./gh:acme/wren")).paths == ("README.md",)


def test_a_token_goes_to_its_endpoint(
    hub: GitHub, hf: Hub, code: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_secret")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    content(opened(Request("gh:acme/wren")))
    content(opened(Request("hf:acme/wren")))
    assert {one.headers["authorization"] for one in hub.asked} == {"Bearer ghs_secret"}
    assert {one.headers["authorization"] for one in hf.asked} == {"Bearer hf_secret"}
    assert {one.method for one in (*hub.asked, *hf.asked)} == {"GET"}


def test_no_token_goes_where_a_redirect_leads(
    hub: GitHub, hf: Hub, code: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GH_TOKEN", "ghs_secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    put(tmp_path, {"netrc": "machine 127.0.0.1 login a password b\n"})
    hub.fault("/repos/acme/wren", Said("", 302, {"Location": f"{hf.url}/api/models/acme/x"}))
    refused("gh:acme/wren")
    assert hub.asked[0].headers["authorization"] == "Bearer ghs_secret"
    assert hf.asked and "authorization" not in hf.asked[0].headers


@pytest.mark.parametrize(
    "to",
    ["http://10.0.0.1/x", "http://169.254.169.254/latest/meta-data", "https://127.0.0.1.nip.io/", "file:///etc/passwd",
     "https://example.org/", "//example.org/", "https://user:pw@huggingface.co/", "http://[::1", "ftp://127.0.0.1/",
     "https://huggingface.co.evil.example/", "https://evilhuggingface.co/", "https://huggingface.co:8443/", "http://huggingface.co/"],
)  # fmt: skip
def test_a_redirect_leads_nowhere_else(hub: GitHub, code: Path, to: str) -> None:
    hub.fault("/repos/acme/wren", Said("", 302, {"Location": to}))
    assert "leads on" in refused("gh:acme/wren")
    assert len(hub.asked) == 1


def test_redirects_in_a_circle(hub: GitHub, code: Path) -> None:
    hub.fault("/repos/acme/wren", Said("", 301, {"Location": "/repos/acme/wren"}))
    assert "redirects" in refused("gh:acme/wren")
    assert len(hub.asked) == http.HOPS + 1


# --- faults ---------------------------------------------------------------------------------------------------------

SECONDARY = Said({"message": "You have exceeded a secondary rate limit."}, 403, {"Retry-After": "0"})
USED_UP = Said({}, 403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999"})


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Said({}, 404), "gh:acme/wren: 127.0.0.1 answers 404; there is none, or it is private"),
        (Said({}, 401), "gh:acme/wren: 127.0.0.1 asks for a token; set GITHUB_TOKEN"),
        (Said({}, 403), "gh:acme/wren: 127.0.0.1 asks for a token; set GITHUB_TOKEN"),
        (USED_UP, "gh:acme/wren: the rate limit of 127.0.0.1 is used up; try later, or set GITHUB_TOKEN"),
        (Said({}, 429, {"Retry-After": "9999"}), "gh:acme/wren: the rate limit of 127.0.0.1 is used up; "
         "try later, or set GITHUB_TOKEN"),
        (Said({}, 429, {"Retry-After": "soon"}), "gh:acme/wren: the rate limit of 127.0.0.1 is used up; "
         "try later, or set GITHUB_TOKEN"),
        (Said({}, 403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "\u00b2"}),
         "gh:acme/wren: 127.0.0.1 asks for a token; set GITHUB_TOKEN"),
        (Said({}, 451), "gh:acme/wren: 127.0.0.1 answers 451; nobody may see it"),
        (Said("{not json"), "127.0.0.1: its answer is no JSON"),
        (Said("[" * 50_000), "127.0.0.1: its answer is no JSON"),
        (Said([1]), "127.0.0.1: its answer is not what GitHub answers"),
        (Said("{}", 200, {"Content-Encoding": "gzip"}), "127.0.0.1: it answers in an encoding that was not asked for"),
    ],
)  # fmt: skip
def test_what_ends_at_once(hub: GitHub, code: Path, fault: Said, expected: str) -> None:
    hub.fault("", fault)
    assert refused("gh:acme/wren") == expected
    assert len(hub.asked) == 1


@pytest.mark.parametrize(
    "fault",
    [Said("<html>", 502), Said("", 503), Said("", 500), SECONDARY, Said({}, 429, {"Retry-After": "0"}),
     cut_in_headers, cut_in_body],
    ids=["502", "503", "500", "secondary", "429", "headers", "body"],
)  # fmt: skip
def test_what_passes_is_tried_again(hub: GitHub, code: Path, fault: Said) -> None:
    hub.fault("", fault, times=2)
    assert opened(Request("gh:acme/wren")).paths
    hub.fault("", fault)
    again()
    before = len(hub.asked)
    refused("gh:acme/wren")
    assert len(hub.asked) == before + http.TRIES


def test_a_wait_is_as_long_as_the_server_says(hub: GitHub, code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(http, "sleep", waits.append)
    hub.fault("", Said({}, 429, {"Retry-After": "7"}), times=1)
    hub.fault("commits", Said({"message": "secondary rate limit"}, 403), times=1)
    assert opened(Request("gh:acme/wren")).paths
    assert waits == [7, answers.UNSAID_PAUSE]


def test_a_limit_that_is_used_up_is_not_asked_again(hub: GitHub, code: Path) -> None:
    hub.fault("/blobs/", USED_UP)
    report = check_json("gh:acme/wren")
    assert sum("/blobs/" in path for path in hub.paths()) == 1
    assert all("rate limit" in one["says"] for one in report["unread"])


def test_a_host_whose_limit_is_used_up_is_left_alone(hub: GitHub, code: Path) -> None:
    hub.fault("", USED_UP)
    assert refused("gh:acme/wren") == refused("gh:acme/wren")
    assert len(hub.asked) == 1


def test_a_server_that_trickles_does_not_hold_us(hub: GitHub, code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CALL_LIMIT", 0.3)
    hub.fault("", trickle(hub))
    begun = monotonic()
    assert "no whole answer within" in refused("gh:acme/wren")
    assert monotonic() - begun < 2
    assert len(hub.asked) == 1


def test_a_run_has_a_limit(hub: GitHub, code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "RUN_LIMIT", -1)
    assert "spent on asking" in refused("gh:acme/wren")
    assert not hub.asked


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused("gh:acme/wren") == "127.0.0.1: no connection, or one that was cut off"


def test_an_answer_that_is_too_large(hub: GitHub, code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.fault("/git/trees/", Said(b"[" + b" " * http.MAX_ANSWER + b"]"))
    assert refused("gh:acme/wren") == "127.0.0.1: it answers with more than 32 MiB"


def test_of_a_large_file_only_the_beginning_is_asked_for(hub: GitHub, code: Path) -> None:
    put(code, {"big.bin": b"x" * (6 << 20)})
    commit(code)
    repo = opened(Request("gh:acme/wren"))
    assert repo.size("big.bin") == 6 << 20
    assert repo.read("big.bin", 1000) == b"x" * 1000
    assert hub.asked[-1].headers["range"] == "bytes=0-999"


def test_content_is_held_against_its_id(hub: GitHub, code: Path) -> None:
    hub.fault("/blobs/", Said("something else"))
    report = check_json("gh:acme/wren")
    assert "another content" in report["unread"][0]["says"]


@pytest.mark.parametrize("part", ["commits", "trees", "blobs"])
@pytest.mark.parametrize(
    "fault", [Said({}, 404), Said("nonsense"), Said("", 502), cut_in_headers, Said({"tree": [{}]})]
)
def test_no_fault_anywhere_is_a_traceback(hub: GitHub, code: Path, part: str, fault: Said) -> None:
    hub.fault(f"/{part}/", fault)
    done = check("gh:acme/wren")
    assert done.code in (1, 2, 3)
    assert done.code == 1 or part == "blobs" or done.complaint


@pytest.mark.parametrize(
    "url",
    [
        "http://ghe.example.org",
        "ftp://x",
        "https://a:b@ghe.example.org",
        "nonsense",
        "https://x/?q",
        "http://127.0.0.1:x",
    ],
)
def test_an_endpoint_that_is_none(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("GITHUB_API_URL", url)
    assert refused("gh:acme/wren", code=2).startswith("GITHUB_API_URL must be an https address")


def test_an_endpoint_with_a_path(hub: GitHub, code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub Enterprise answers at /api/v3."""
    monkeypatch.setenv("GITHUB_API_URL", f"{hub.url}/api/v3/")
    refused("gh:acme/wren")
    assert hub.paths()[0] == "/api/v3/repos/acme/wren"


def test_a_token_that_is_none_is_not_shown(hub: GitHub, code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghs\nX-Evil: 1")
    assert refused("gh:acme/wren", code=2) == "GITHUB_TOKEN holds no token"
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_secret")
    hub.fault("", Said({"message": "ghs_secret"}, 401))
    assert refused("gh:acme/wren") == "gh:acme/wren: 127.0.0.1 refuses the token in GITHUB_TOKEN"


# --- what is kept ---------------------------------------------------------------------------------------------------


def test_what_was_fetched_is_not_fetched_again(hub: GitHub, code: Path, kept: Path) -> None:
    first = content(opened(Request("gh:acme/wren")))
    again()
    hub.asked.clear()
    assert content(opened(Request("gh:acme/wren"))) == first
    assert len(hub.asked) == 3
    assert all("if-none-match" in one.headers for one in hub.asked)


def test_a_cache_that_was_written_to_is_not_believed(hub: GitHub, code: Path, kept: Path) -> None:
    first = content(opened(Request("gh:acme/wren")))
    for file in [path for path in kept.rglob("*") if path.is_file()]:
        file.write_bytes(file.read_bytes().replace(b"Wren", b"Evil").replace(b"src", b"crs"))
    again()
    assert content(opened(Request("gh:acme/wren"))) == first


@pytest.mark.parametrize("what", [b"", b"\n\n", b"x" * 9_000_000, b"\xff" * 65])
def test_a_cache_of_rubbish(hub: GitHub, code: Path, kept: Path, what: bytes) -> None:
    first = content(opened(Request("gh:acme/wren")))
    for file in [path for path in kept.rglob("*") if path.is_file()]:
        file.write_bytes(what)
    again()
    assert content(opened(Request("gh:acme/wren"))) == first


def test_a_cache_from_elsewhere_is_not_believed(hub: GitHub, code: Path, kept: Path, tmp_path: Path) -> None:
    """As CI systems restore one: the answers in it may be sealed, but with another key."""
    opened(Request("gh:acme/wren"))
    (tmp_path / "state" / "openness-gate" / "key").unlink()
    again()
    hub.asked.clear()
    opened(Request("gh:acme/wren"))
    assert not any("if-none-match" in one.headers for one in hub.asked)


def test_an_answer_to_one_token_is_not_another_ones(
    hub: GitHub, code: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_one")
    opened(Request("gh:acme/wren"))
    monkeypatch.delenv("GITHUB_TOKEN")
    again()
    hub.asked.clear()
    opened(Request("gh:acme/wren"))
    assert not any("if-none-match" in one.headers for one in hub.asked)
    assert all(b"ghs_one" not in path.read_bytes() for path in kept.rglob("*") if path.is_file())


@pytest.mark.skipif(os.name == "nt", reason="rights")
def test_a_cache_that_others_may_write_to_is_not_used(hub: GitHub, code: Path, kept: Path) -> None:
    (kept / "openness-gate").mkdir(parents=True)
    (kept / "openness-gate").chmod(0o777)
    opened(Request("gh:acme/wren"))
    assert list((kept / "openness-gate").iterdir()) == []


def test_a_cache_does_not_grow_without_end(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from openness_gate import cache

    monkeypatch.setattr(cache, "MOST_IN_FOLDER", 3)
    here = cache.Cache()
    for n in range(3000):
        here.keep_blob(f"{n:040x}", b"x")
    assert max(len(list(folder.iterdir())) for folder in (kept / "openness-gate").iterdir()) <= 4


# --- the hub --------------------------------------------------------------------------------------------------------


def test_a_model(hf: Hub, model: Path) -> None:
    hf.page = 1
    repo = opened(Request("hf:acme/wren"))
    assert repo.paths == ("README.md", "config.json", "model.safetensors")
    assert repo.read("model.safetensors", 20) == b"version https://git-"
    assert not any("safetensors" in path for path in hf.paths())
    report = check_json("hf:acme/wren@main")
    weights = component(report, "model-parameters-final")
    assert (weights["completeness"], weights["access"]) == ("complete", "public")
    assert weights["license"]["expression"] == "Apache-2.0"
    assert report["target"]["commit"] == git(model, "rev-parse", "HEAD")


def test_a_data_set(hf: Hub) -> None:
    card = "---\nlicense: cc-by-4.0\ntask_categories: [text-generation]\n---\n# Birds\n\nA dataset of birds.\n"
    large = hf.put_large(b"PAR1" * 500_000)
    make_git(hf.root / "datasets" / "acme" / "birds", {"README.md": card, "data/train.parquet": large})
    report = check_json("hf:datasets/acme/birds")
    assert report["releases"][0]["kind"] == "dataset"
    assert component(report, "datasets")["completeness"] == "complete"
    assert component(report, "datasets")["license"]["expression"] == "CC-BY-4.0"
    assert not any("parquet" in path for path in hf.paths())


def test_a_document_that_is_kept_as_a_large_file_is_read(hf: Hub, stack: ExitStack, tmp_path: Path) -> None:
    elsewhere = Hub(tmp_path / "cdn")
    stack.enter_context(elsewhere.running())
    pointer = hf.put_large(b"# The card\n\nIt is about birds.\n")
    elsewhere.large, hf.elsewhere = hf.large, elsewhere.url
    make_git(hf.root / "acme" / "wren", {"README.md": pointer})
    repo = opened(Request("hf:acme/wren"))
    assert repo.read("README.md", 10) == b"# The card"
    elsewhere.fault("large", Said("# Another"))
    again()
    repo = opened(Request("hf:acme/wren"))
    assert "another content" in str(content(repo)["README.md"])


@pytest.mark.parametrize("gate", ["auto", "manual"])
def test_a_gated_model(hf: Hub, model: Path, gate: str) -> None:
    hf.about["acme/wren"] = {"gated": gate}
    report = check_json("hf:acme/wren", "--policy", "osaid-1.0")
    assert report["notices"][0]["says"] == f"hf:acme/wren is gated ({gate})"
    weights = component(report, "model-parameters-final")
    assert weights["access"] == "gated"
    assert any(one["effect"] == "limits" and "is gated" in one["says"] for one in weights["evidence"])
    assert sum("/resolve/" in path for path in hf.paths()) == 1, "what is refused once is not asked for again"
    assert report["result"] == "fail"


@pytest.mark.parametrize("what", ["private", "disabled"])
def test_a_model_that_is_not_for_all(hf: Hub, model: Path, what: str) -> None:
    hf.about["acme/wren"] = {what: True}
    report = check_json("hf:acme/wren")
    assert component(report, "model-parameters-final")["access"] == "closed"
    assert component(report, "model-card")["access"] in ("closed", "unknown")
    assert report["notices"][0]["says"] == f"hf:acme/wren is {what}"


def test_the_hubs_errors(hf: Hub, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "there is none, or it is private" in refused("hf:acme/none")
    assert refused("hf:acme/wren@nope", code=2) == "nope: no such revision"
    hf.fault("/tree/", Said({"error": "x"}, 500))
    assert refused("hf:acme/wren") == "hf:acme/wren: 127.0.0.1 answers 500"
    monkeypatch.setenv("HF_TOKEN", "hf_x")
    again()
    assert "there is none, or it is private" in refused("hf:acme/none")


@pytest.mark.parametrize(
    "answer",
    [[1], {}, {"id": "../x", "sha": "0" * 40}, {"id": "a/b", "sha": "../../x"}, {"id": "a/b", "sha": 1}, "x"],
)
def test_the_hub_answers_nonsense(hf: Hub, model: Path, answer: object) -> None:
    hf.fault("/api/models/acme/wren", Said(answer))
    refused("hf:acme/wren")


@pytest.mark.parametrize(
    "entry",
    [1, {"type": "file"}, {"type": "file", "path": "x", "oid": "../../x", "size": 1}, {"path": "x", "oid": "0" * 40},
     {"path": "x", "oid": "0" * 40, "size": -1}, {"path": "x", "oid": "0" * 40, "size": "1"}],
)  # fmt: skip
def test_the_hub_lists_nonsense(hf: Hub, model: Path, entry: object) -> None:
    hf.fault("/tree/", Said([entry]))
    refused("hf:acme/wren")


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a//b", ".git/config", "a/../../b"])
def test_the_hub_lists_what_is_no_name(hf: Hub, model: Path, path: str) -> None:
    hf.fault("/tree/", Said([{"type": "file", "path": path, "oid": "0" * 40, "size": 1}]))
    report = check_json("hf:acme/wren", code=3)
    assert report["unread"][0]["path"] == path


def test_a_page_that_leads_elsewhere(hf: Hub, model: Path) -> None:
    hf.fault("/tree/", Said([], 200, {"Link": '<http://127.0.0.1:1/x>; rel="next"'}))
    assert refused("hf:acme/wren") == "127.0.0.1: its next page is on another host"


@pytest.mark.parametrize("link", ['<http://[>; rel="next"', '<http://127.0.0.1:x/>; rel="next"', "<", ";;", "a" * 9000])
def test_a_page_that_is_no_address(hf: Hub, model: Path, link: str) -> None:
    hf.fault("/tree/", Said([], 200, {"Link": link}))
    assert check("hf:acme/wren").code in (0, 1, 3)


def test_pages_without_end(hf: Hub, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_PAGES", 3)
    hf.fault("/tree/", Said([], 200, {"Link": '</api/models/acme/wren/tree/x>; rel="next"'}))
    assert "more than 3 pages" in refused("hf:acme/wren")


# --- the rest -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://github.com/acme/wren", "gh:acme/wren"),
        ("https://github.com/acme/wren.git", "gh:acme/wren"),
        ("https://www.github.com/acme/wren/tree/main/x", "gh:acme/wren"),
        ("https://github.com/acme", ""),
        ("https://gitlab.com/acme/wren", ""),
        ("https://huggingface.co/acme/wren", "hf:acme/wren"),
        ("https://huggingface.co/datasets/acme/wren/tree/main", "hf:datasets/acme/wren"),
        ("https://huggingface.co/collections/acme/wren", ""),
        ("https://huggingface.co/docs/x", ""),
        ("https://huggingface.co/acme", ""),
        ("https://hf.co/acme/wren", "hf:acme/wren"),
        ("https://evil.example/github.com/acme/wren", ""),
        ("https://[::1", ""),
        ("https://github.com:x/acme/wren", ""),
    ],
)
def test_an_address_stands_for_a_target(url: str, target: str) -> None:
    assert next((found for forge in forges().values() if (found := forge.target(url))), "") == target


def test_another_forge_is_not_asked_for_github(monkeypatch: pytest.MonkeyPatch) -> None:
    """On GitHub Enterprise the name of a repository of github.com means another one, or none."""
    monkeypatch.setenv("GITHUB_API_URL", "https://ghe.example.org/api/v3")
    assert github.target_of("https://github.com/acme/wren") == ""
    monkeypatch.delenv("GITHUB_API_URL")
    assert github.target_of("https://github.com/acme/wren") == "gh:acme/wren"


def test_the_usual_endpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    for endpoint in (github.ENDPOINT, huggingface.ENDPOINT):
        monkeypatch.delenv(endpoint.variable)
        assert endpoint.url == endpoint.default and endpoint.is_usual


def test_a_line_of_progress_is_for_terminals(
    hub: GitHub, code: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    opened(Request("gh:acme/wren"))
    said = capsys.readouterr().err
    assert "asking 127.0.0.1 (1)" in said and said.endswith("\r\x1b[K")
    monkeypatch.setenv("TERM", "dumb")
    opened(Request("gh:acme/wren"))
    assert capsys.readouterr().err == ""


def test_nothing_is_asked_of_a_host_that_is_not_listed() -> None:
    with pytest.raises(GateError, match="not on a host"):
        http.client().get("https://example.org/x")


def test_a_listed_host_with_a_private_address_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: [(2, 1, 6, "", ("10.0.0.1", 443))])
    with pytest.raises(GateError, match="no connection"):
        http.client().get("https://huggingface.co/x")


def test_every_forge_is_documented() -> None:
    assert {forge.scheme: name for name, forge in ((f.name, f) for f in forges().values())} == {
        "gh": "github", "hf": "huggingface"
    }  # fmt: skip
