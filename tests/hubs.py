"""Forges on this machine: what they answer comes from real git repositories, and their faults are switches.

Each listens on a loopback port, in threads of the test's own process. `asked` holds what was asked, with its headers.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.git_repos import ENVIRONMENT

POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize (\d+)\n")


class Asked(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


class Said(NamedTuple):
    """An answer: text, bytes or what becomes JSON."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012


Fault = Callable[[BaseHTTPRequestHandler], None]


class _Server(ThreadingHTTPServer):
    def handle_error(self, *of: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # who asked was killed, or has heard enough
            super().handle_error(*of)


class Forge:
    """What all have in common. A subclass says what is at a path."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.asked: list[Asked] = []
        self.faults: list[tuple[str, int, Said | Fault]] = []  #: part of "METHOD path", how often, what then
        self.done = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"

    def fault(self, part: str, what: Said | Fault, times: int = 1000) -> None:
        self.faults.append((part, times, what))

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    def answer(self, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Said:
        raise KeyError(path)

    def change(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Said:
        """What is answered to anything but GET and HEAD."""
        raise KeyError(path)

    def secured(self, context: ssl.SSLContext) -> Forge:
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        return self

    @contextmanager
    def running(self) -> Iterator[Forge]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.done.set()
            self._server.shutdown()
            self._server.server_close()

    def git(self, name: str, *arguments: str) -> bytes:
        return subprocess.run(
            ("git", *arguments), cwd=self.root / name, env=ENVIRONMENT, capture_output=True, check=True
        ).stdout

    def tree(self, name: str, of: str, *how: str) -> list[tuple[str, str, str, int, str]]:
        """Mode, type, id, size and path."""
        lines = self.git(name, "ls-tree", "-z", "-l", *how, of).decode().split("\0")[:-1]
        entries = ((*line.split("\t")[0].split(), line.split("\t")[1]) for line in lines)
        return [(mode, kind, oid, int(size) if size != "-" else 0, path) for mode, kind, oid, size, path in entries]


class GitHub(Forge):
    """`/repos/…` of GitHub's REST API. `renamed` maps an old name to a number, `about` adds to what a repository is."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.renamed: dict[str, tuple[int, str]] = {}
        self.about: dict[str, dict[str, object]] = {}
        self.most = 100_000  #: entries of a tree before it is cut off

    def answer(self, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Said:
        parts = path.strip("/").split("/")
        if parts[0] == "repositories":
            name = next(name for number, name in self.renamed.values() if str(number) == parts[1])
            rest = parts[2:]
        else:
            name, rest = "/".join(parts[1:3]), parts[3:]
        if name in self.renamed and parts[0] == "repos":
            place = "/".join((self.url, "repositories", str(self.renamed[name][0]), *rest))
            return Said({"message": "Moved Permanently"}, 301, {"Location": place})
        if not (self.root / name / ".git").is_dir():
            return Said({"message": "Not Found"}, 404)
        return self._in_repository(name, rest, query)

    def _in_repository(self, name: str, rest: list[str], query: dict[str, list[str]]) -> Said:
        match rest:
            case []:
                about = {"full_name": name, "private": False, "archived": False, "disabled": False}
                return Said(about | self.about.get(name, {}))
            case ["commits", ref]:
                try:
                    return Said(self.git(name, "rev-parse", "--verify", "-q", f"{unquote(ref)}^{{commit}}").strip())
                except subprocess.CalledProcessError:
                    empty = not self.git(name, "for-each-ref")
                    return Said({"message": "No commit found"}, 409 if empty else 422)
            case ["git", "trees", oid]:
                found = self.tree(name, oid, *(("-r", "-t") if "recursive" in query else ()))
                entries = [
                    {"mode": mode, "type": kind, "sha": id_, "path": path, **({"size": size} if kind == "blob" else {})}
                    for mode, kind, id_, size, path in found
                ]
                return Said({"sha": oid, "tree": entries[: self.most], "truncated": len(entries) > self.most})
            case ["git", "blobs", oid]:
                return Said(self.git(name, "cat-file", "blob", oid))
        raise KeyError(rest)


class Hub(Forge):
    """The hub's API for models and data sets. `about` adds to what a repository is, `large` holds large files."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.about: dict[str, dict[str, object]] = {}
        self.large: dict[str, bytes] = {}
        self.elsewhere = ""  #: where large files are sent from
        self.page = 1000  #: entries of a tree in one answer

    def put_large(self, content: bytes) -> str:
        """Keeps *content*; the pointer to it."""
        oid = sha256(content).hexdigest()
        self.large[oid] = content
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n"

    def answer(self, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Said:
        if path.startswith("/large/"):
            return Said(self.large[path.removeprefix("/large/")])
        if path in ("/api/models", "/api/datasets"):
            return self._list(path, query)
        api = re.fullmatch(r"/api/(models|datasets)/([^/]+/[^/]+)(?:/(revision|tree)/([^/]+))?", path)
        file = re.fullmatch(r"/(datasets/)?([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path)
        if api:
            kind, name, what, rev = api.groups()
        elif file:
            kind, name, what, rev = file[1] or "models", file[2], "file", file[3]
        else:
            raise KeyError(path)
        name = f"datasets/{name}" if kind.startswith("datasets") else name
        if not (self.root / name / ".git").is_dir():
            code = "RepoNotFound"
            return Said({"error": "not found"}, 404 if "authorization" in headers else 401, {"X-Error-Code": code})
        try:
            commit = self.git(name, "rev-parse", "--verify", "-q", f"{unquote(rev or 'main')}^{{commit}}").decode()
        except subprocess.CalledProcessError:
            return Said({"error": "no such revision"}, 404, {"X-Error-Code": "RevisionNotFound"})
        if what == "tree":
            return self._tree(name, commit.strip(), path, int(query.get("cursor", ["0"])[0]))
        if file:
            return self._file(name, commit.strip(), unquote(file[4]), headers)
        return Said(self._about(name, commit.strip()))

    def _about(self, name: str, commit: str) -> dict[str, object]:
        own, number = name.removeprefix("datasets/"), sha256(name.encode()).hexdigest()[:24]
        about = {"_id": number, "id": own, "sha": commit, "private": False, "gated": False, "disabled": False}
        return about | self.about.get(name, {})

    def _list(self, path: str, query: dict[str, list[str]]) -> Said:
        """The models or data sets of an author, a page at a time: of each what `expand` asks for."""
        above = "datasets/" if path == "/api/datasets" else ""
        there = sorted((self.root / above / query["author"][0]).glob("*/.git"))
        names = [above + at.parent.relative_to(self.root / above).as_posix() for at in there]
        start, most = int(query.get("cursor", ["0"])[0]), min(int(query["limit"][0]), self.page)
        asked = {"_id", "id", *query["expand"]}
        found = [
            {
                of: value
                for of, value in self._about(name, self.git(name, "rev-parse", "main").decode().strip()).items()
                if of in asked
            }
            for name in names[start : start + most]
        ]
        more = urlencode({**query, "cursor": [str(start + most)]}, doseq=True)
        links = {"Link": f'<{self.url}{path}?{more}>; rel="next"'} if start + most < len(names) else {}
        return Said(found, 200, links)

    def _file(self, name: str, commit: str, path: str, headers: dict[str, str]) -> Said:
        if self.about.get(name, {}).get("gated") and "authorization" not in headers:
            return Said({"error": "gated"}, 401, {"X-Error-Code": "GatedRepo"})
        content = self.git(name, "cat-file", "blob", f"{commit}:{path}")
        if pointer := POINTER.match(content):
            return Said("", 302, {"Location": f"{self.elsewhere or self.url}/large/{pointer[1].decode()}"})
        return Said(content)

    def _tree(self, name: str, commit: str, path: str, start: int) -> Said:
        found = []
        for _, kind, oid, size, file in self.tree(name, commit, "-r", "-t"):
            one: dict[str, Any] = {"type": "directory" if kind == "tree" else "file", "oid": oid, "path": file}
            one["size"] = size
            pointer = POINTER.match(self.git(name, "cat-file", "blob", oid)) if 0 < size < 200 else None
            if pointer:
                one["size"] = int(pointer[2])
                one["lfs"] = {"oid": pointer[1].decode(), "size": int(pointer[2]), "pointerSize": size}
            found.append(one)
        end = start + self.page
        more = {"Link": f'<{self.url}{path}?recursive=true&cursor={end}>; rel="next"'} if end < len(found) else {}
        return Said(found[start:end], 200, more)


# --- how it is said, and faults -------------------------------------------------------------------------------------


def _handler(forge: Forge) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", "0")))
            forge.asked.append(Asked(self.command, self.path, headers, body))
            for index, (part, times, what) in enumerate(forge.faults):
                if part in f"{self.command} {self.path}" and times:
                    forge.faults[index] = (part, times - 1, what)
                    if isinstance(what, Said):
                        speak(self, what)
                    else:
                        self.close_connection = True
                        what(self)
                    return
            parts = urlsplit(self.path)
            try:
                if self.command in ("GET", "HEAD"):
                    said = forge.answer(parts.path, parse_qs(parts.query), headers)
                else:
                    said = forge.change(self.command, parts.path, body, headers)
            except (KeyError, StopIteration, subprocess.CalledProcessError):
                said = Said({"message": "Not Found"}, 404)
            speak(self, said)

        do_HEAD = do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

    return Handler


def speak(handler: BaseHTTPRequestHandler, said: Said) -> None:
    body, status = said.body, said.status
    if not isinstance(body, bytes):
        body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    headers = {"ETag": f'"{sha256(body).hexdigest()[:20]}"', **said.headers}
    if status == 200 and handler.headers.get("If-None-Match") == headers["ETag"]:
        body, status = b"", 304
    wanted = re.fullmatch(r"bytes=0-(\d+)", handler.headers.get("Range", ""))
    if wanted and status == 200:
        body, status = body[: int(wanted[1]) + 1], 206
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)


def cut_in_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Le")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def cut_in_body(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"sha":')
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def trickle(forge: Forge) -> Fault:
    """One byte of the headers after the other, as long as the test lasts."""

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        with suppress(OSError):
            while not forge.done.wait(0.02):
                handler.wfile.write(b"x")
                handler.wfile.flush()

    return slowly
