"""A git server on this machine: the smart protocol over HTTP, by `git http-backend`, its questions written down."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
from collections.abc import Mapping
from urllib.parse import urlencode

from tests.git_repos import ENVIRONMENT
from tests.hubs import Forge, Said


class GitServer(Forge):
    """Serves each repository under its root. `newest` is the protocol that it speaks, `filters` whether it leaves out
    what a client says that it does not need, and `refuses` which filter it does not take; `sent` counts the bytes that
    it answered."""

    newest, filters, refuses, sent = 2, True, "none", 0

    def answer(self, path: str, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Said:
        return self._backend("GET", path, urlencode(query, doseq=True), b"", headers)

    def change(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Said:
        return self._backend(method, path, "", body, headers)

    def wants(self) -> list[list[str]]:
        """The object ids of each question for objects."""
        bodies = (
            gzip.decompress(one.body) if one.headers.get("content-encoding") == "gzip" else one.body
            for one in self.asked
        )
        return [found for body in bodies if (found := re.findall(r"want ([0-9a-f]{40,64})", body.decode("latin-1")))]

    def _backend(self, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str]) -> Said:
        asks = {
            "GIT_PROJECT_ROOT": str(self.root), "GIT_HTTP_EXPORT_ALL": "1", "REQUEST_METHOD": method, "PATH_INFO": path,
            "QUERY_STRING": query, "CONTENT_TYPE": headers.get("content-type", ""), "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""), "REMOTE_ADDR": "127.0.0.1",
            "GIT_PROTOCOL": headers.get("git-protocol", "") if self.newest == 2 else "",
        }  # fmt: skip
        settings = {
            "uploadpack.allowFilter": str(self.filters),
            f"uploadpackfilter.{self.refuses}.allow": "false",
            "safe.directory": "*",
        }
        for number, (name, value) in enumerate(settings.items()):
            asks |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        asks["GIT_CONFIG_COUNT"] = str(len(settings))
        done = subprocess.run(
            ("git", "http-backend"), input=body, env=ENVIRONMENT | asks, capture_output=True, check=False
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        said = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.sent += len(content)
        return Said(content, int(said.pop("Status", "200")[:3]), said)


def bare(work: os.PathLike[str], place: os.PathLike[str]) -> None:
    """A bare copy of the repository *work* at *place*, as servers have them."""
    subprocess.run(("git", "clone", "-q", "--bare", str(work), str(place)), env=ENVIRONMENT, check=True)
