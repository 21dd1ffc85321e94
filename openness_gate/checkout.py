"""Where a path of a report lies in a checkout: from the folder that the program was started in. Pure.

A report has paths from the root of its target. A target may be a folder below, a declaration, one place of several that
are one release, or nothing of this machine.
"""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath

from openness_gate.model import Place
from openness_gate.report import Finding, Judgement, Report

_ELSEWHERE = re.compile(r"[A-Za-z]{2,}:")
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
_ANCHORS = ("readme", "model_card", "license", "")


class Checkout:
    """The files of one report, as they lie in a checkout."""

    def __init__(self, report: Report) -> None:
        self.there = frozenset(path for one in report.judgements for path in one.release.repo.paths)
        self._are_of_several = bool(report.targets)
        self._label = report.label
        self._anchors: dict[str, str] = {}

    def path(self, judgement: Judgement, path: str) -> str:
        """*path* from where the program was started; from its target, if that lies outside of there."""
        label, rest = self._parted(path)
        label = dirname(label) if judgement.release.repo.declaration else label
        if _ELSEWHERE.match(label) or label.startswith("/"):
            return normpath(rest)
        found = normpath(join(label, rest))
        return normpath(rest) if found.startswith("../") else found

    def is_here(self, path: str) -> bool:
        """Whether *path* is a file of a target on this machine, and not of a forge."""
        return path in self.there and not _ELSEWHERE.match(self._parted(path)[0])

    def place(self, judgement: Judgement, finding: Finding) -> Place:
        """A file that is there, and a line of it: where a finding was seen, or where one would begin to mend it."""
        if finding.at and finding.at.path in self.there:
            return Place(self.path(judgement, finding.at.path), max(finding.at.line, 1))
        release = judgement.release
        if release.path not in self._anchors:
            self._anchors[release.path] = _anchor(release.path, release.repo.paths)
        return Place(self.path(judgement, self._anchors[release.path]), 1)

    def _parted(self, path: str) -> tuple[str, str]:
        """The label of the target that *path* is in, and the path from there."""
        label, slashes, rest = path.partition("//") if self._are_of_several else (self._label, "//", path)
        return (label, rest) if slashes else ("", path)


def _anchor(release: str, there: tuple[str, ...]) -> str:
    """The release's own README, card or license, or else its first file; a README, where there is no file at all."""
    home = "" if release == "." else f"{release}/"
    inside = [path for path in there if path.startswith(home)] or list(there)
    shortest = sorted(inside, key=lambda path: (path.count("/"), path))
    for name in _ANCHORS:
        for path in shortest:
            if path.rpartition("/")[2].lower().startswith(name):
                return path
    return f"{home}README.md"


def uri(path: str) -> str:
    """*path* as a relative reference (RFC 3986), of its bytes: those that are no UTF-8 too."""
    names = (b"".join(map(_bytes, name)) for name in path.split("/") if name)  # an empty one would begin a host's name
    return "/".join("".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in name) for name in names)


def _bytes(character: str) -> bytes:
    if "\udc80" <= character <= "\udcff":  # how Python carries a byte that is no UTF-8
        return bytes((ord(character) - 0xDC00,))
    return character.encode("utf-8", "surrogatepass")
