"""What GitHub's runner takes for a command in what a step writes, by its `ActionCommand.cs` (actions/runner)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

COMMANDS = {
    *("error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "set-output", "set-env", "add-path"),
    *("save-state", "stop-commands", "echo", "add-matcher", "remove-matcher", "internal-set-repo-path"),
}
_LINE = re.compile(r"\r\n|\r|\n")


class Said(NamedTuple):
    """One command that the runner obeys."""

    name: str
    properties: dict[str, str]
    data: str


def obeyed(written: str) -> Iterator[Said]:
    """The commands in all lines; the newer form is tried first."""
    for line in _LINE.split(written):
        if (said := _newer(line)) or (said := _older(line)):
            yield said


def starts_one(written: str) -> list[str]:
    """Lines which after trimming begin like a command, or hold the older form, whether the runner knows it or not."""
    return [line for line in _LINE.split(written) if line.lstrip().startswith("::") or "##[" in line]


def _newer(line: str) -> Said | None:
    """`::name key=value,key=value::data`, after trimming (`TryParseV2`)."""
    line = line.lstrip()
    if not line.startswith("::"):
        return None
    info, end, data = line[2:].partition("::")
    return _said(info, ",", data, {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}) if end else None


def _older(line: str) -> Said | None:
    """`##[name key=value;key=value]data`, anywhere in a line (`TryParse`)."""
    _, begin, rest = line.partition("##[")
    info, end, data = rest.partition("]")
    return _said(info, ";", data, {"%3B": ";", "%0D": "\r", "%0A": "\n", "%5D": "]"}) if begin and end else None


def _said(info: str, between: str, data: str, escapes: dict[str, str]) -> Said | None:
    name, _, properties = info.partition(" ")
    if name.lower() not in COMMANDS:
        return None
    pairs = [pair.split("=", 1) for pair in properties.split(between) if "=" in pair]
    return Said(name, {key.strip(): _plain(value, escapes) for key, value in pairs}, _plain(data, escapes))


def _plain(text: str, escapes: dict[str, str]) -> str:
    for escape, character in escapes.items():
        text = text.replace(escape, character)
    return text
