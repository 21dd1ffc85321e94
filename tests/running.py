"""Runs the program as a user does, in this process: arguments in, exit code and both streams out.

Every JSON, SARIF and JUnit file that is asked for here is held against its schema.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn
from xml.etree import ElementTree

from openness_gate.cli import main
from openness_gate.facts.tables import table

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Done:
    """What a call left behind."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """What stderr says, which must be one line that is no traceback."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("openness-gate: "), self.err
        return lines[0].removeprefix("openness-gate: ")


def run(*argv: str | Path) -> Done:
    """The program with *argv*, on streams that speak UTF-8 and are no terminal."""
    out, err = _stream(), _stream()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(argument) for argument in argv])
    return Done(code, _written(out), _written(err))


def check(*argv: str | Path) -> Done:
    return run("check", *argv)


def check_json(*argv: str | Path, code: int | None = None) -> dict[str, Any]:
    """The report of `check`, as JSON that fits its schema. *code*: the exit code it must give."""
    done = run("check", *argv, "--format", "json")
    assert code is None or done.code == code, (done.code, done.err)
    assert done.code in (0, 1, 3), done.err
    return valid(done.out)


def valid(text: str) -> dict[str, Any]:
    """*text* as a report: strict JSON in UTF-8 that fits the schema."""
    text.encode("utf-8")
    value = json.loads(text, parse_constant=_no_constant)
    _validator().validate(value)
    assert isinstance(value, dict)
    return value


def valid_sarif(text: str) -> dict[str, Any]:
    """*text* as the one run of a SARIF log, which fits the schema of the standard."""
    text.encode("utf-8")
    value = json.loads(text, parse_constant=_no_constant)
    _sarif_validator().validate(value)
    [run] = value["runs"]
    assert isinstance(run, dict)
    return run


def valid_junit(text: str) -> ElementTree.Element:
    """*text* as XML that fits the schema of what Jenkins reads."""
    content = text.encode("utf-8")
    _junit_schema().validate(content)
    return ElementTree.fromstring(content)


def finding(report: Mapping[str, Any], rule: str, release: int = 0) -> dict[str, Any]:
    """What became of *rule*."""
    found: Sequence[dict[str, Any]] = report["releases"][release]["findings"]
    return next(one for one in found if one["rule"] == rule)


def component(report: Mapping[str, Any], name: str, release: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = report["releases"][release]["components"][name]
    return found


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), "utf-8", newline="")


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode("utf-8")


def _no_constant(name: str) -> NoReturn:
    raise AssertionError(f"{name} is no JSON")


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(table("schemas/report.schema"))


@cache
def _sarif_validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads((DATA / "sarif-2.1.0.json").read_text("utf-8-sig")))


@cache
def _junit_schema() -> Any:
    from xmlschema import XMLSchema

    return XMLSchema(DATA / "junit-10.xsd")
