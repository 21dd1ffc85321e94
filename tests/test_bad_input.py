"""Bad input: each kind gets the right exit code and one clear line, and the rest of the report is still given."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from openness_gate import disk
from openness_gate.model import Unreadable
from openness_gate.registry import components
from tests.git_repos import commit, git, make_git, put
from tests.running import check, check_json, component, finding

Files = Mapping[str, "str | bytes"]

HEADER = json.dumps({"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
WEIGHTS = len(HEADER).to_bytes(8, "little") + HEADER + bytes(16)
PROSE = "It is a small language model of two layers that continues short stories in English. " * 8
CARD = f"---\nlicense: mit\nlanguage: no\npipeline_tag: text-generation\n---\n# Wren\n\n{PROSE}\n"
MODEL: Files = {"README.md": CARD, "model.safetensors": WEIGHTS}


def judged(folder: Path, *, code: int, **more: str) -> dict[str, Any]:
    """The report on *folder*, with every rule and every component, whatever is wrong with it."""
    report = check_json(folder, code=code, *(f"--{key}={value}" for key, value in more.items()))  # noqa: B026
    for release in report["releases"]:
        assert release["components"].keys() == components().keys()
        assert len(release["findings"]) == 17
    assert check(folder).err == ""
    return report


def notices(report: Mapping[str, Any]) -> list[tuple[str, str | None, int | None]]:
    return [(note["says"], note["path"], note["line"]) for note in report["notices"]]


# --- nothing there --------------------------------------------------------------------------------------------------


def test_empty_folder(tmp_path: Path) -> None:
    assert judged(tmp_path, code=0)["result"] == "not-applicable"


def test_empty_repository(tmp_path: Path) -> None:
    make_git(tmp_path / "repo")
    assert judged(tmp_path / "repo", code=0)["target"]["commit"] == ""


def test_empty_repository_with_nothing_staged(tmp_path: Path) -> None:
    make_git(tmp_path / "repo")
    assert check(tmp_path / "repo", "--staged").code == 0


def test_unborn_head_of_a_work_tree(tmp_path: Path) -> None:
    put(make_git(tmp_path / "repo"), MODEL)
    assert component(judged(tmp_path / "repo", code=1), "model-card")["completeness"] == "described"


def test_unborn_head_of_a_bare_repository(tmp_path: Path) -> None:
    tmp_path.joinpath("bare").mkdir()
    git(tmp_path / "bare", "init", "-q", "--bare")
    [(says, _, _)] = notices(judged(tmp_path / "bare", code=0))
    assert "has no commit yet" in says


def test_unborn_head_that_is_asked_for(tmp_path: Path) -> None:
    make_git(tmp_path / "repo")
    done = check(tmp_path / "repo", "--ref", "HEAD")
    assert (done.code, done.out, done.complaint) == (2, "", "HEAD: no such revision")


def test_missing_path(tmp_path: Path) -> None:
    done = check(tmp_path / "gone")
    assert (done.code, done.out) == (3, "")
    assert done.complaint == f"{tmp_path / 'gone'}: no such file or folder"


def test_path_that_is_empty() -> None:
    done = check("")
    assert (done.code, done.out) in ((2, ""), (3, ""))
    assert done.complaint


# --- declarations ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["notes.txt", "notes.yml", "notes.json", "weights.bin"])
def test_file_that_is_no_declaration(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text('{"hello": "world"}', "utf-8")
    done = check(tmp_path / name)
    assert (done.code, done.out) == (2, "")
    assert f"{name}: not a declaration" in done.complaint


def test_declaration_that_is_no_yaml(tmp_path: Path) -> None:
    (tmp_path / "MOF.yml").write_text("framework:\n  name: x\nrelease:\n\t- tab\n", "utf-8")
    done = check(tmp_path / "MOF.yml")
    assert done.code == 2
    assert "MOF.yml:4: not YAML" in done.complaint


def test_folder_with_a_declaration_that_is_broken(tmp_path: Path) -> None:
    put(tmp_path, {**MODEL, "MOF.yml": "framework: [\n"})
    assert any("MOF.yml" in says for says, _, _ in notices(judged(tmp_path, code=1)))


# --- front matter ---------------------------------------------------------------------------------------------------

TROUBLE = {
    "does not end": ("---\nlicense: mit\n# Wren\n\n", "does not end"),
    "tabs": ("---\nlicense: mit\n\tlanguage: en\n---\n# Wren\n\n", "README.md:3"),
    "duplicate keys": ("---\nlicense: mit\nlicense: cc-by-nc-4.0\n---\n# Wren\n\n", "README.md:3"),
    "alias bomb": (
        "---\nlicense: &a [mit, mit]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n---\n# Wren\n\n",
        "anchors and aliases are not read",
    ),
    "merge keys": ("---\nlicense: mit\nx: {<<: {y: z}}\n---\n# Wren\n\n", "merge keys"),
    "nesting": (f"---\nlicense: mit\nx: {'[' * 100_000}\n---\n# Wren\n\n", "deep"),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_broken_front_matter_is_shown_and_no_license(name: str, tmp_path: Path) -> None:
    card, says = TROUBLE[name]
    put(tmp_path, {**MODEL, "README.md": card + PROSE})
    report = judged(tmp_path, code=1)
    [note] = notices(report)
    assert says in f"{note[0]} {note[1]}:{note[2]}"
    assert note[1] == "README.md"
    assert component(report, "model-parameters-final")["license"]["class"] in ("unknown", "unstated")
    assert finding(report, "model-parameters-final")["status"] == "ask"
    assert component(report, "model-card")["completeness"] in ("mentioned", "described")


def test_a_language_that_is_no(tmp_path: Path) -> None:
    put(tmp_path, MODEL)
    report = judged(tmp_path, code=1)
    assert notices(report) == []
    assert component(report, "model-parameters-final")["license"]["expression"] == "MIT"


# --- documents ------------------------------------------------------------------------------------------------------


def test_readme_of_30_megabytes(tmp_path: Path) -> None:
    put(tmp_path, {**MODEL, "README.md": CARD + "word word word\n" * (2 << 20)})
    report = judged(tmp_path, code=3)
    assert report["result"] == "incomplete"
    assert component(report, "model-parameters-final")["license"]["expression"] == "MIT"
    assert finding(report, "data-provenance")["status"] == "ask"
    assert "only the first 1 MiB of README.md were read" in check(tmp_path).out


def test_title_of_a_megabyte(tmp_path: Path) -> None:
    put(tmp_path, {**MODEL, "README.md": "# " + "x" * (1 << 20)})
    assert max(map(len, check(tmp_path).out.splitlines())) < 1000
    assert len(check_json(tmp_path)["releases"][0]["name"]) < 1000


def test_nul_bytes(tmp_path: Path) -> None:
    put(tmp_path, {**MODEL, "README.md": CARD.replace("small", "sm\0all")})
    report = judged(tmp_path, code=1)
    assert notices(report) == [("README.md has NUL bytes; they were left out", "README.md", None)]
    assert "\0" not in check(tmp_path).out


ENCODINGS = {
    "CRLF": CARD.replace("\n", "\r\n").encode(),
    "CR": CARD.replace("\n", "\r").encode(),
    "a BOM": b"\xef\xbb\xbf" + CARD.encode(),
    "UTF-16": CARD.encode("utf-16"),
    "UTF-16, little end first, without a mark": CARD.encode("utf-16-le"),
    "UTF-16, big end first": b"\xfe\xff" + CARD.encode("utf-16-be"),
    "UTF-32": CARD.encode("utf-32"),
    "Latin-1": CARD.replace("# Wren", "# Wrën").encode("latin-1"),
    "no newline at the end": CARD.rstrip("\n").encode(),
    "blank lines first": b"\n\n" + CARD.encode(),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_same_verdict_in_every_encoding(name: str, tmp_path: Path) -> None:
    put(tmp_path / "plain", MODEL)
    put(tmp_path / "other", {**MODEL, "README.md": ENCODINGS[name]})
    plain, other = judged(tmp_path / "plain", code=1), judged(tmp_path / "other", code=1)
    assert notices(other) == []
    assert _verdict(other) == _verdict(plain)


def _verdict(report: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [(f["rule"], f["status"], f["got"]) for release in report["releases"] for f in release["findings"]]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_numbers_do_not_depend_on_line_ends(ending: str, tmp_path: Path) -> None:
    put(tmp_path, {**MODEL, "README.md": CARD.replace("\n", ending)})
    assert component(judged(tmp_path, code=1), "model-parameters-final")["license"]["line"] == 2


# --- files that cannot be read --------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="the file system takes UTF-8 only")
def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    put(tmp_path, MODEL)
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.md")).write_text("# Notes\n", "utf-8")
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff-step_10.safetensors")).write_bytes(WEIGHTS)
    except OSError:
        pytest.skip("the file system refuses it")
    report = judged(tmp_path, code=1)
    shown = json.dumps(report)
    assert "\\\\xff-step_10.safetensors" in shown
    assert "\\udc" not in shown


def test_names_that_speak_to_a_terminal(tmp_path: Path) -> None:
    put(tmp_path, {**MODEL, "\x1b[2J\n::error::x.safetensors": WEIGHTS})
    out = check(tmp_path, "--verbose").out
    assert "\x1b" not in out
    assert not any(line.startswith("::") for line in out.splitlines())


@pytest.mark.parametrize("name", ["README.md", "model.safetensors", "train.py", "config.json"])
@pytest.mark.parametrize("why", ["permission denied", "no such file or directory"])
def test_unreadable_file_makes_the_report_incomplete(
    name: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, {**MODEL, name: MODEL.get(name, b"x")})
    refuse(name, why, monkeypatch)
    report = judged(tmp_path, code=3)
    assert report["result"] == "incomplete"
    assert f"{name}: {why}" in check(tmp_path).out
    assert {f["status"] for f in report["releases"][0]["findings"]} <= {"met", "ask"}


def test_unreadable_license_is_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {**MODEL, "LICENSE": "x"})
    refuse("LICENSE", "permission denied", monkeypatch)
    report = judged(tmp_path, code=1)
    assert component(report, "model-parameters-final")["license"]["class"] == "unknown"
    assert finding(report, "model-parameters-final")["status"] == "ask"
    assert "LICENSE: permission denied" in check(tmp_path).out


def refuse(name: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the disk fail at *name*: whoever runs the tests may be allowed to read everything."""
    read = disk.read

    def refusing(place: bytes, path: str, limit: int, *, follow: bool = False) -> bytes:
        if path == name:
            raise Unreadable(f"{path}: {why}")
        return read(place, path, limit, follow=follow)

    monkeypatch.setattr(disk, "read", refusing)


def test_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {**MODEL, "src/train.py": "x"})
    entries = disk._entries

    def refusing(folder: bytes) -> Any:
        if folder.endswith(b"/src"):
            raise PermissionError(13, "Permission denied")
        return entries(folder)

    monkeypatch.setattr(disk, "_entries", refusing)
    report = judged(tmp_path, code=3)
    assert report["result"] == "incomplete"
    assert "src: permission denied" in check(tmp_path).out


def test_links_in_a_circle(tmp_path: Path) -> None:
    put(tmp_path, MODEL, {"a": "b", "b": "a", "self": "self", "up/up": "../up"})
    assert {path for _, path, _ in notices(judged(tmp_path, code=1))} >= {"a", "b", "self"}


def test_links_inside_are_followed(tmp_path: Path) -> None:
    put(tmp_path, {"docs/card.md": CARD, "store/1": WEIGHTS})
    put(tmp_path, {}, {"README.md": "docs/card.md", "model.safetensors": "store/1"})
    report = judged(tmp_path, code=1)
    assert notices(report) == []
    assert component(report, "model-parameters-final")["completeness"] == "complete"
    assert component(report, "model-parameters-final")["license"]["expression"] == "MIT"


OUT = ["README.md", "LICENSE", "train.py", "model.safetensors", "config.json", "data.csv", "croissant.json", "MOF.yml"]


@pytest.mark.parametrize("name", OUT)
def test_link_that_leaves_the_root_is_refused_and_shown(name: str, tmp_path: Path) -> None:
    put(tmp_path, {"secret": "SECRET training data license: mit"})
    put(tmp_path / "repo", {path: content for path, content in MODEL.items() if path != name}, {name: "../secret"})
    done = check(tmp_path / "repo")
    assert done.err == ""
    assert done.code in (1, 3)
    assert f"{name} is a link that leads out of the repository; it is not followed" in done.out
    report = check_json(tmp_path / "repo")
    assert "SECRET" not in json.dumps(report)
    for found in report["releases"][0]["components"].values():
        assert not [e for e in found["evidence"] if e["effect"] == "raises" and e["path"] == name]


def test_link_to_a_device(tmp_path: Path) -> None:
    put(tmp_path, {"README.md": CARD}, {"model.safetensors": "/dev/zero", "train.py": "/dev/stdin"})
    assert check(tmp_path).code in (1, 3)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_never_waited_for(tmp_path: Path) -> None:
    put(tmp_path, {"model.safetensors": WEIGHTS})
    os.mkfifo(tmp_path / "README.md")
    assert any("a pipe, a socket or a device" in says for says, _, _ in notices(judged(tmp_path, code=1)))


# --- what attacks parsers -------------------------------------------------------------------------------------------

DEEP = {
    "config.json": '{"a":' * 100_000,
    "params.json": "[" * 100_000,
    "adapter_config.json": "[" * 100_000,
    "croissant.json": '{"@type": "sc:Dataset", "a":' + "[" * 100_000 + "]" * 100_000 + "}",
    "datapackage.json": '{"resources": [], "a":' * 100_000,
    "tokenizer.json": "[" * 100_000,
    "trainer_state.json": "[" * 100_000,
    "train_config.json": "[" * 100_000,
    "model.safetensors.index.json": "[" * 100_000,
    "train.ipynb": "[" * 100_000,
    "train.py": "import torch\nfor x in y: loss.backward(); optimizer.step()\nx = " + "(" * 100_000,
    "train2.py": "import torch\nloss.backward(); optimizer.step()\nx = " + "-" * 100_000 + "1",
    "MOF.yml": "framework: " + "[" * 100_000,
    "openness-release.yaml": "releases: " + "[" * 100_000,
    "data-manifest.yaml": "a: " + "[" * 100_000,
    "data.dvc": "outs: " + "[" * 100_000,
    "CITATION.cff": "a: " + "[" * 100_000,
    "pyproject.toml": "a = " + "[" * 100_000,
    "requirements.txt": "[" * 100_000,
    "poetry.lock": "a = " + "[" * 100_000,
    "Pipfile.lock": "[" * 100_000,
    "environment.yml": "a: " + "[" * 100_000,
    "docs.html": "<h1>" * 100_000,
    "notes.md": "[" * 100_000 + "\n" + "#" * 100_000 + "\n" + "|" * 100_000,
    "bom.json": '{"bomFormat": "CycloneDX", "a":' + "[" * 100_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_nested_a_hundred_thousand_deep(name: str, tmp_path: Path) -> None:
    put(tmp_path, {**MODEL, name: DEEP[name]})
    report = check_json(tmp_path)
    assert len(report["releases"][0]["findings"]) == 17
    assert component(report, "model-parameters-final")["completeness"] == "complete"


LONG = '{"a": "' + "x" * (5 << 20) + '"}'
LONG_NAMES = [
    "config.json",
    "croissant.json",
    "datapackage.json",
    "train_config.json",
    "train.py",
    "train.sh",
    "NOTES.md",
]


@pytest.mark.parametrize("name", LONG_NAMES)
def test_one_line_of_5_megabytes(name: str, tmp_path: Path) -> None:
    put(tmp_path, {**MODEL, name: LONG})
    done = check(tmp_path)
    assert (done.code in (1, 3), done.err) == (True, "")
    assert max(map(len, done.out.splitlines())) < 1000


@pytest.mark.parametrize(
    "content", ["torch.optim loss.backward()", '{"cells": 3}', "[]", '{"cells": [{"source": {}}]}', ""]
)
def test_notebook_that_is_none(content: str, tmp_path: Path) -> None:
    put(tmp_path, {**MODEL, "train.ipynb": content})
    report = judged(tmp_path, code=1)
    assert component(report, "training-code")["completeness"] == "absent"


def test_notebook_that_cannot_be_parsed_is_told(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            **MODEL,
            "train.ipynb": '{"cells": [{"source": "optimizer = torch.optim.AdamW(); loss.backward(); optimizer.step()',
        },
    )
    assert [path for _, path, _ in notices(judged(tmp_path, code=1))] == ["train.ipynb"]


def test_a_manifest_that_cannot_be_parsed_makes_no_data_set(tmp_path: Path) -> None:
    put(tmp_path, {"datapackage.json": "{"})
    assert judged(tmp_path, code=0)["releases"][0]["kind"] == "none"


def test_a_configuration_that_cannot_be_parsed_is_no_metadata(tmp_path: Path) -> None:
    put(tmp_path, {"model.safetensors": WEIGHTS, "config.json": "{"})
    assert component(judged(tmp_path, code=1), "model-metadata")["completeness"] in ("absent", "promised", "mentioned")


def test_old_escapes_in_a_script_say_nothing(tmp_path: Path) -> None:
    """Python warns of such scripts; the warning must neither be printed nor keep the script from being read."""
    script = "import re, torch\nre.sub('\\d', '', x)\n"
    script += "opt = torch.optim.AdamW(m.parameters(), lr=1e-4)\nloss.backward()\nopt.step()\n"
    put(tmp_path, {**MODEL, "train.py": script})
    report = judged(tmp_path, code=1)
    assert notices(report) == []
    assert component(report, "training-code")["completeness"] in ("partial", "complete")


# --- what only pretends to be there ---------------------------------------------------------------------------------

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 50000000\n"
INDEX = json.dumps({"weight_map": {f"layer.{n}": f"model-0000{n}-of-00002.safetensors" for n in (1, 2)}})


def test_half_of_the_weights_are_no_weights(tmp_path: Path) -> None:
    """A model with a missing shard cannot be run by anybody, so its parameters are not open."""
    files = {"README.md": CARD, "model.safetensors.index.json": INDEX, "model-00001-of-00002.safetensors": POINTER}
    put(tmp_path, files)
    report = check_json(tmp_path, "--policy", "osaid-1.0", code=1)
    assert component(report, "model-parameters-final")["completeness"] == "partial"
    assert finding(report, "parameters")["openness"] != "open"
    assert finding(report, "model-parameters-final")["status"] == "unmet"


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_file_is_no_data(content: str, tmp_path: Path) -> None:
    put(tmp_path, {**MODEL, "data/train.csv": content})
    assert component(check_json(tmp_path), "datasets")["completeness"] in ("absent", "promised")


@pytest.mark.parametrize("content", ["", "soon", "<html>not found</html>"])
def test_weights_that_are_none_do_not_exempt_a_release(content: str, tmp_path: Path) -> None:
    put(tmp_path, {"README.md": "---\nlicense: mit\n---\n# Wren\n", "model.safetensors": content})
    report = check_json(tmp_path, code=1)
    assert report["releases"][0]["kind"] == "model"
    assert finding(report, "model-parameters-final")["status"] == "unmet"


def test_the_license_of_the_card_is_not_that_of_somebody_elses_data(tmp_path: Path) -> None:
    card = CARD.replace("pipeline_tag", "datasets: [example-org/stories]\npipeline_tag")
    put(tmp_path, {**MODEL, "README.md": card})
    data = component(check_json(tmp_path), "datasets")
    assert (data["completeness"], data["license"]["class"]) == ("linked", "unstated")


RESTRICTIONS = (
    "The weights may only be used for research purposes.",
    "The weights are for research purposes only.",
    "The model is for non-commercial use only.",
    "Commercial use of the weights is prohibited.",
    "You may not use this model for commercial purposes.",
    "The model weights are released under CC-BY-NC-4.0.",
)


@pytest.mark.parametrize("sentence", RESTRICTIONS)
def test_a_sentence_that_restricts_is_not_read_past(sentence: str, tmp_path: Path) -> None:
    put(tmp_path, {**MODEL, "README.md": f"{CARD}\n## License\n\n{sentence}\n"})
    report = check_json(tmp_path, "--policy", "osaid-1.0")
    assert not component(report, "model-parameters-final")["license"]["class"].startswith("open-")
    assert finding(report, "license")["openness"] != "open"


# --- arguments ------------------------------------------------------------------------------------------------------


def test_policy_that_is_not_known() -> None:
    done = check("--policy", "recomended")
    assert (done.code, done.out) == (2, "")
    assert "did you mean 'recommended'?" in done.complaint


@pytest.mark.parametrize(("option", "known"), [("--format", "json"), ("--fail-on", "warning")])
def test_value_that_is_not_known(option: str, known: str, tmp_path: Path) -> None:
    done = check(tmp_path, option, "nonsense")
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err
    assert known in done.err.splitlines()[-1]


def test_revision_that_is_not_known(tmp_path: Path) -> None:
    make_git(tmp_path / "repo", MODEL)
    done = check(tmp_path / "repo", "--ref", "v9")
    assert (done.code, done.out, done.complaint) == (2, "", "v9: no such revision")


@pytest.mark.parametrize("ref", ["--upload-pack=x", "-h", "HEAD:README.md", "HEAD^{tree}", "a..b", "", "@{-1}", "x\ny"])
def test_revision_that_is_none(ref: str, tmp_path: Path) -> None:
    make_git(tmp_path / "repo", MODEL)
    done = check(tmp_path / "repo", f"--ref={ref}")
    assert "Traceback" not in done.err
    assert done.code in ((2, 3) if ref else (1,))


@pytest.mark.parametrize("how", [["--staged"], ["--ref", "HEAD"]])
def test_revision_of_a_folder_without_repository(how: list[str], tmp_path: Path) -> None:
    done = check(tmp_path, *how)
    assert (done.code, done.out) == (3, "")
    assert "not in the work tree of a git repository" in done.complaint


@pytest.mark.parametrize("output", ["gone/report.json", "."])
def test_output_that_cannot_be_written(output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = check("--output", output)
    assert (done.code, done.out) == (2, "")
    assert f"{output}: cannot be written: " in done.complaint


def test_a_commit_that_lost_its_files(tmp_path: Path) -> None:
    repo = make_git(tmp_path / "repo", MODEL)
    commit_id = git(repo, "rev-parse", "HEAD:README.md")
    object_ = repo / ".git" / "objects" / commit_id[:2] / commit_id[2:]
    object_.chmod(0o600)
    object_.unlink()
    done = check(repo, "--ref", "HEAD")
    assert done.code == 3
    assert "Traceback" not in done.err
    assert "README.md" in done.out + done.err


def test_deleted_but_tracked(tmp_path: Path) -> None:
    repo = make_git(tmp_path / "repo", MODEL)
    commit(put_more(repo))
    (repo / "NOTES.md").unlink()
    assert "NOTES.md" not in json.dumps(check_json(repo))


def put_more(repo: Path) -> Path:
    put(repo, {"NOTES.md": "# Notes\n"})
    return repo
