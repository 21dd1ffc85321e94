"""Reports on a scan: every format says what the store holds, and nothing of a repository does more than be read."""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import html
import io
import json
import re
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import cmarkgfm
import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from openness_gate import registry
from openness_gate.facts.tables import table
from openness_gate.model import GateError
from openness_gate.org import report as command
from openness_gate.org.export import COLUMNS
from openness_gate.org.reading import reading
from openness_gate.org.reports.markdown import MOST, body
from openness_gate.org.summary import Summary, summary
from tests import kept_scans as scans
from tests.kept_scans import TODAY
from tests.reports import HOSTILE
from tests.reports import hostile as hostile_text

FORMATS = registry.names("org.reports")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scans.small(tmp_path_factory.mktemp("small"))


def parsed(*argv: object) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return parser.parse_args([str(argument) for argument in argv])


def written(tmp_path: Path, *argv: object) -> str:
    """What `org report` writes to a file."""
    place = tmp_path / "report"
    assert command.run(parsed(*argv, "--output", place), TODAY) == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("report")] == ["report"]
    return place.read_bytes().decode("utf-8")


def summed(folder: Path) -> Summary:
    with reading(str(folder), TODAY) as found:
        return summary(found)


# --- the summary ----------------------------------------------------------------------------------------------------


def test_the_counts_are_those_of_the_newest_scan(small: Path) -> None:
    found = summed(small)
    assert found.totals == {"fail": 10, "pass": 1, "not-applicable": 2, "failed": 1, "skipped": 1}
    assert found.repositories == 15
    assert [(one.state, one.reason, one.repositories) for one in found.reasons] == [
        ("failed", "blocked for legal reasons", 1),
        ("skipped", "archived", 1),
    ]


def test_what_is_missing_is_counted_over_releases(small: Path) -> None:
    found = {one.rule: one for one in summed(small).rules}
    reports = [*map(scans.report, scans.CASES), scans.excused()]
    releases = [release for one in reports for release in one["releases"] if release["result"] != "not-applicable"]
    findings = [finding for release in releases for finding in release["findings"]]
    for rule, one in found.items():
        statuses = [finding["status"] for finding in findings if finding["rule"] == rule]
        assert [one.unmet, one.ask, one.waived] == [statuses.count(status) for status in ("unmet", "ask", "waived")]
        assert one.releases == len(statuses) and one.advice.endswith(".")
    assert set(found) == {finding["rule"] for finding in findings if finding["status"] in ("unmet", "ask")}


def test_grades_are_counted_over_releases(small: Path) -> None:
    grades = summed(small).grades["training-code"]
    assert sum(grades.values()) == 12 and grades["complete"] >= 1 and grades["promised"] == 1


def test_who_answers_for_what_and_what_ends_soon(small: Path) -> None:
    found = summed(small)
    assert [(one.repository, one.status, one.by) for one in found.excuses] == [
        ("acme/excused", "waived", "wren@acme.example"),
        ("acme/excused", "confirmed", "finch"),
    ]
    assert [one.status for one in found.ending(TODAY)] == ["waived"]
    assert found.ending(TODAY - timedelta(10)) == []


def test_the_trend_and_what_changed(small: Path) -> None:
    found = summed(small)
    assert [point.day for point in found.trend] == ["2026-11-17", "2026-11-24"]
    assert found.trend[0].counts["pass"] == 11 and found.trend[1].counts == found.totals
    changes = {one.repository: (one.before, one.after, one.is_worse) for one in found.changes}
    assert changes["acme/adapter"] == ("pass", "fail", True)
    assert changes["acme/training-code-only"] == ("pass", "not-applicable", False)
    assert changes["acme/blocked"] == ("", "failed", True)
    assert "acme/complete" not in changes and found.before == "2026-11-17"
    worse = [one.is_worse for one in found.changes]
    assert worse == sorted(worse, reverse=True)


# --- JSON -----------------------------------------------------------------------------------------------------------


def test_json_is_what_its_schema_says_and_holds_each_report(small: Path, tmp_path: Path) -> None:
    found = json.loads(written(tmp_path, small, "--format", "json"))
    assert valid(found) == []
    assert [one["name"] for one in found["skipped"]] == ["acme/old"]
    assert found["failed"] == [
        {"name": "acme/blocked", "target": "gh:acme/blocked", "reason": "blocked for legal reasons"}
    ]
    repositories = {one["name"]: one for one in found["repositories"]}
    assert len(repositories) == 13 and list(repositories) == sorted(repositories)
    assert repositories["acme/adapter"]["report"] == scans.report("adapter")
    assert repositories["acme/notes"]["report"] is None and repositories["acme/notes"]["reason"]
    assert found["scan"]["policy"]["id"] == "osaid-1.0" and found["scan"]["targets"] == ["gh:acme"]


def valid(value: object) -> list[str]:
    """What of *value* the schema of the report on a scan, or that of each report in it, does not allow."""
    wrong = [e.message[:200] for e in Draft202012Validator(table("schemas/org-report.schema")).iter_errors(value)]
    one = Draft202012Validator(table("schemas/report.schema"))
    reports = [found["report"] for found in value["repositories"]] if isinstance(value, dict) else []
    return wrong + [e.message[:200] for found in reports if found for e in one.iter_errors(found)]


# --- rows -----------------------------------------------------------------------------------------------------------


def test_csv_has_a_row_for_each_repository(small: Path, tmp_path: Path) -> None:
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(written(tmp_path, small, "--format", "csv")))}
    assert len(rows) == 15
    assert (rows["acme/old"]["state"], rows["acme/old"]["reason"]) == ("skipped", "archived")
    one = rows["acme/excused"]
    assert (one["waived"], one["confirmed"], one["next_end"]) == ("1", "1", "2026-11-29")
    errors = [f for f in scans.report("adapter")["releases"][0]["findings"] if f["status"] == "unmet"]
    assert rows["acme/adapter"]["errors"] == str(sum(f["severity"] == "error" for f in errors))
    assert rows["acme/training-code-only"]["errors"] == "0"  # the policy does not apply to it
    assert rows["acme/monorepo-folders"]["releases"] == "2"


@pytest.mark.parametrize("option", ["--format", "--export"])
@pytest.mark.parametrize("said", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_a_spreadsheet_is_given_no_formula(option: str, said: str, tmp_path: Path) -> None:
    scans.scan(tmp_path / "scan", [scans.judged(said, scans.hostile(said)), scans.failed("x", said)])
    for row in csv.reader(io.StringIO(written(tmp_path, tmp_path / "scan", option, "csv"))):
        assert not [cell for cell in row if cell.strip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_an_export_has_a_row_for_each_release_and_rule(small: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in written(tmp_path, small, "--export", "jsonl").splitlines()]
    assert {tuple(row) for row in rows} == {COLUMNS}
    of_one = [row for row in rows if row["repository"] == "acme/adapter"]
    findings = scans.report("adapter")["releases"][0]["findings"]
    assert [(row["rule"], row["status"]) for row in of_one] == [(one["rule"], one["status"]) for one in findings]
    flat = list(csv.reader(io.StringIO(written(tmp_path, small, "--export", "csv"))))
    assert flat[0] == list(COLUMNS) and len(flat) == len(rows) + 1


def test_parquet_holds_the_same(small: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [json.loads(line) for line in written(tmp_path, small, "--export", "jsonl").splitlines()]
    assert command.run(parsed(small, "--export", "parquet", "--output", tmp_path / "x.parquet"), TODAY) == 0
    assert parquet.read_table(tmp_path / "x.parquet").to_pylist() == rows


@pytest.mark.parametrize(
    ("missing", "asked", "extra"), [("pyarrow", "--export=parquet", "parquet"), ("jinja2", "--format=html", "org"),
                                    ("pygal", "--format=html", "org")]
)  # fmt: skip
def test_a_missing_extra_is_named(
    missing: str, asked: str, extra: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(GateError, match=re.escape(f"pip install 'openness-gate[{extra}]'")):
        command.run(parsed(small, asked, "--output", tmp_path / "x"), TODAY)
    assert not (tmp_path / "x").exists()


# --- Markdown -------------------------------------------------------------------------------------------------------


def test_markdown_says_what_matters(small: Path, tmp_path: Path) -> None:
    said = written(tmp_path, small)
    assert said.startswith("### Openness of gh:acme\n")
    for line in (
        "| ❌ does not meet | 10 | +10 |",
        "| blocked for legal reasons | 1 |",
        "| <code>acme/adapter</code> | no contradiction found | ❌ does not meet |",
        "| 2026-11-29 | <code>acme/excused</code> |",
    ):
        assert line in said, line


def test_markdown_fits_a_comment(tmp_path: Path) -> None:
    many = (scans.judged(f"{n}-{'🐦' * 90}", scans.hostile("@a<b>" * 60)) for n in range(300))
    with reading(str(scans.scan(tmp_path, many)), TODAY) as found:
        said = body(found)
    assert len(said.encode("utf-16-le")) // 2 <= MOST and "more in the report" in said


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=hostile_text)
def test_markdown_of_hostile_repositories_is_text(said: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    said = said.encode("utf-8", "replace").decode()
    folder = scans.scan(
        tmp_path_factory.mktemp("h"), [scans.judged(said, scans.hostile(said)), scans.failed("x", said)]
    )
    with reading(str(folder), TODAY) as found:
        shown = cmarkgfm.github_flavored_markdown_to_html(body(found))
    tags = set(re.findall(r"<(\w+)", shown))
    assert tags <= {"h3", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "span"}


# --- the dashboard, as a file (a browser opens it in test_dashboard.py) ----------------------------------------------


def test_the_page_allows_its_own_script_and_no_other(small: Path, tmp_path: Path) -> None:
    page = written(tmp_path, small, "--format", "html")
    [allowed] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    [script], [style] = (
        re.findall(r"<script>(.*?)</script>", page, re.S),
        re.findall(r"<style>(.*?)</style>", page, re.S),
    )
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
    assert html.unescape(allowed).startswith(
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; base-uri 'none';"
    )


def test_the_page_loads_nothing_and_makes_no_html_of_text(small: Path, tmp_path: Path) -> None:
    page = written(tmp_path, small, "--format", "html")
    assert (
        re.findall(r"\b(?:src|srcset|action|data|poster)=|<(?:link|img|iframe|object|base)\b|@import|url\(", page) == []
    )
    assert {*re.findall(r'\bhref="([^"#]*)', page)} == {""}
    assert re.findall(r'(?<=[\s"])(?:style|on\w+)="', page) == []
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\bFunction\(", page) == []


def test_the_page_holds_what_was_found(small: Path, tmp_path: Path) -> None:
    data = unpacked(written(tmp_path, small, "--format", "html"))
    strings, repositories = data["strings"], data["repositories"]
    names = [strings[n] for n in repositories["name"]]
    assert len(names) == 15 and names == sorted(names)
    assert sum(repositories["releases"]) == len(data["releases"]["name"]) == 12
    assert sum(data["releases"]["findings"]) == len(data["findings"]["kind"])
    kinds = [data["kinds"][n - 1] for n in data["findings"]["kind"]]
    unmet = sum(data["statuses"][status] == "unmet" for _, _, status, *_ in kinds)
    assert unmet == sum(one.unmet for one in summed(small).rules)
    assert len(data["cells"]) == 12 * sum(len(names) for _, names in data["components"])


def unpacked(page: str) -> dict[str, Any]:
    [packed] = re.findall(r'<script type="application/octet-stream" id="data">([^<]*)</script>', page)
    found: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(packed)))
    return found


@pytest.mark.parametrize("said", ["<script>x</script>", "</script><b>", "</style>", '"><img src=x>', "{{ 7*7 }}"])
def test_what_a_repository_says_is_text_in_the_page(said: str, tmp_path: Path) -> None:
    scans.scan(tmp_path / "scan", [scans.judged("x", scans.report("complete"))], TODAY - timedelta(1))
    scans.scan(tmp_path / "scan", [scans.judged(said, scans.hostile(said)), scans.failed("y", said)])
    page = written(tmp_path, tmp_path / "scan", "--format", "html")
    assert page.count("<script") == 2 and page.count("<style>") == 1 and "<img" not in page
    assert html.escape(said).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page


# --- all of them ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_a_scan_that_found_nothing_is_reported(form: str, tmp_path: Path) -> None:
    said = written(tmp_path, scans.scan(tmp_path / "scan", []), "--format", form)
    if form == "json":
        assert valid(json.loads(said)) == []
    elif form != "csv":
        assert "No repository was found." in said


@pytest.mark.parametrize("form", FORMATS)
def test_a_scan_that_goes_on_is_reported_as_such(form: str, tmp_path: Path) -> None:
    said = written(tmp_path, scans.scan(tmp_path / "scan", [scans.no_release("x")], ends=False), "--format", form)
    if form == "json":
        assert json.loads(said)["scan"]["ended"] is None
    elif form != "csv":
        assert "This scan has not ended" in said


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_speaks_to_a_runner_or_a_terminal(form: str, tmp_path: Path) -> None:
    outcomes = [scans.judged(f"n{n}{said}", scans.hostile(said)) for n, said in enumerate(clean(HOSTILE))]
    said = written(tmp_path, scans.scan(tmp_path / "scan", outcomes), "--format", form)
    assert "##[" not in said and not [line for line in said.splitlines() if line.lstrip().startswith("::")]
    if form == "json":
        assert valid(json.loads(said)) == []
    if form == "html":
        said += "".join(unpacked(said)["strings"])
    if form != "json":  # which holds the reports of `check` as they are
        assert {"\u202e", "\x1b", "\u2028"}.isdisjoint(said)


def clean(texts: tuple[str, ...]) -> list[str]:
    """What can be kept: the reports of `check` hold no half characters."""
    return [text for text in texts if text.encode("utf-8", "ignore").decode() == text]


def test_a_store_that_somebody_wrote_to_is_no_traceback(tmp_path: Path) -> None:
    folder = scans.scan(tmp_path / "scan", [scans.judged("x", scans.report("complete"))])
    with closing(sqlite3.connect(folder / "scan.db", isolation_level=None)) as db:
        db.execute("UPDATE verdicts SET report = x'00'")
        with pytest.raises(GateError, match="acme/x: what the store has of it cannot be read"):
            written(tmp_path, folder, "--format", "json")
        db.execute("DROP TABLE findings")
        with pytest.raises(GateError, match="no such table"):
            written(tmp_path, folder)
    assert [path.name for path in tmp_path.iterdir()] == ["scan"]


def test_there_must_be_a_scan(tmp_path: Path) -> None:
    with pytest.raises(GateError, match="no scan is there"):
        command.run(parsed(tmp_path), TODAY)


@pytest.mark.parametrize("place", ["no/folder/x", "."])
def test_where_nothing_can_be_written(place: str, small: Path, tmp_path: Path) -> None:
    with pytest.raises(GateError, match="cannot be written"):
        command.run(parsed(small, "--output", tmp_path / place), TODAY)


def test_a_reader_may_go(small: Path) -> None:
    code = (
        "import sys; from datetime import date; from tests.test_org_report import parsed, command, TODAY;"
        f"sys.exit(command.run(parsed({str(small)!r}, '--format', 'json'), TODAY))"
    )
    done = subprocess.run(
        f"{sys.executable} -c {json.dumps(code)} | head -c 100", shell=True, capture_output=True, text=True, check=False
    )
    assert len(done.stdout) == 100 and done.stderr == ""


# --- the documentation ----------------------------------------------------------------------------------------------


def test_the_queries_of_the_documentation_are_answered(small: Path) -> None:
    page = (Path(__file__).parents[1] / "docs" / "dashboard.md").read_text("utf-8")
    queries = re.findall(r"```sql\n(.*?)```", page, re.S)
    assert len(queries) == 3
    with reading(str(small), TODAY) as found:
        for query in queries:
            assert list(found.each(query)), query


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_ten_thousand_results_are_reported_in_little_memory(tmp_path: Path) -> None:
    folder = scans.population(tmp_path / "scan", 10_000)
    code = (  # not `ru_maxrss`, which a child has from whoever started it
        "import re, sys; from tests.test_org_report import parsed, command, TODAY;"
        "command.run(parsed(*sys.argv[1:]), TODAY);"
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    asked = [*(f"--format={form}" for form in FORMATS), "--export=csv", "--export=jsonl", "--export=parquet"]
    for form in asked:
        argv = [sys.executable, "-c", code, str(folder), form, "--output", str(tmp_path / "x")]
        done = subprocess.run(argv, capture_output=True, text=True, check=True)
        assert int(done.stdout) * 1024 <= 300 * 1_000_000, form
        if form == "--format=html":
            assert (tmp_path / "x").stat().st_size <= 5 * 1_000_000
