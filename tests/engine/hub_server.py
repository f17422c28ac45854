"""A hub on this machine: the few addresses that a download needs, and the ways in which networks fail."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
BLOCK = 2**16
CRAWL = 20_000  # bytes per second


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: `first_byte` is where its Range begins."""

    method: str
    path: str
    first_byte: int
    host: str
    agent: str
    authorized: bool


@dataclass
class Hub:
    """`repositories` hold files by name, as bytes or as a path. What else is set makes it fail.

    cuts: bytes of a file after which the connection is cut, once each. statuses: answers given in place of the right
    one, once each. rate: bytes per second. crawls_from: byte of a file from which it comes so slowly that whoever
    has something to do meanwhile is in time. stalls: bytes after which nothing comes for a second, once each.
    """

    repositories: dict[str, dict[str, bytes | Path]] = field(default_factory=dict)
    commit: str = COMMIT
    has_api: bool = True
    heeds_ranges: bool = True
    redirects: bool = True
    cuts: list[int] = field(default_factory=list)
    stalls: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    retry_after: str | None = None
    rate: float | None = None
    crawls_from: int | None = None
    announced: dict[str, bytes] = field(default_factory=dict)  # what the API says that a file is, if something else
    asked: list[Asked] = field(default_factory=list)
    sent: int = 0
    url: str = ""

    def bodies(self, name: str) -> list[Asked]:
        """The requests for the bytes of a file."""
        return [asked for asked in self.asked if asked.method == "GET" and asked.path.endswith(f"/{name}")]

    def rate_at(self, place: int) -> float | None:
        return CRAWL if self.crawls_from is not None and place >= self.crawls_from else self.rate


@contextmanager
def serve(hub: Hub) -> Iterator[Hub]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def is_large(content: bytes | Path) -> bool:
    """Kept apart from git, and announced by its SHA-256."""
    return size_of(content) > 10_000


def size_of(content: bytes | Path) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def sha256_of(content: bytes | Path) -> str:
    digest = hashlib.sha256()
    for block in blocks(content, 0):
        digest.update(block)
    return digest.hexdigest()


def git_sha1_of(content: bytes | Path) -> str:
    whole = b"".join(blocks(content, 0))
    return hashlib.sha1(f"blob {len(whole)}\0".encode() + whole).hexdigest()


def blocks(content: bytes | Path, first: int) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield from (content[start : start + BLOCK] for start in range(first, len(content), BLOCK))
        return
    with open(content, "rb") as file:
        file.seek(first)
        while block := file.read(BLOCK):
            yield block


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, *_: Any) -> None:
        pass

    def _answer(self, *, body: bool) -> None:
        hub, path = self.hub, urlsplit(self.path).path  # a proxy is asked for whole addresses
        first = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
        agent = self.headers.get("User-Agent", "")
        host, authorized = self.headers.get("Host", ""), "Authorization" in self.headers
        hub.asked.append(Asked(self.command, path, first, host, agent, authorized))
        if hub.statuses:
            self._plain(hub.statuses.pop(0))
        elif path.startswith("/api/models/") and hub.has_api:
            self._info(path.removeprefix("/api/models/").partition("/revision/")[0])
        else:
            self._file(path, first, body=body)

    def _info(self, repository: str) -> None:
        files = self.hub.repositories.get(repository)
        if files is None:
            self._plain(404, {"X-Error-Code": "RepoNotFound"})
            return
        siblings = [self._sibling(name, self.hub.announced.get(name, content)) for name, content in files.items()]
        answer = json.dumps({"id": repository, "sha": self.hub.commit, "siblings": siblings}).encode()
        self._plain(200, {"Content-Type": "application/json"}, answer)

    def _sibling(self, name: str, content: bytes | Path) -> dict[str, Any]:
        size = size_of(content)
        lfs = {"size": size, "sha256": sha256_of(content), "pointerSize": 134} if is_large(content) else None
        blob = "f" * 40 if lfs else git_sha1_of(content)
        return {"rfilename": name, "size": size, "blobId": blob, **({"lfs": lfs} if lfs else {})}

    def _file(self, path: str, first: int, *, body: bool) -> None:
        repository, mark, rest = path.removeprefix("/cdn").removeprefix("/").partition("/resolve/")
        name = rest.partition("/")[2]
        content = self.hub.repositories.get(repository, {}).get(name) if mark else None
        if content is None:
            self._plain(404, {"X-Error-Code": "EntryNotFound" if mark else "RepoNotFound"})
            return
        tag = sha256_of(content) if is_large(content) else git_sha1_of(content)
        facts = {"X-Repo-Commit": self.hub.commit, "ETag": f'"{tag}"', "Accept-Ranges": "bytes"}
        if is_large(content) and self.hub.redirects and not path.startswith("/cdn"):
            facts |= {"X-Linked-Etag": f'"{tag}"', "X-Linked-Size": str(size_of(content))}
            self._plain(302, {**facts, "Location": f"{self.hub.url}/cdn{path}"})
            return
        self._bytes(content, first if self.hub.heeds_ranges else 0, facts, body=body)

    def _bytes(self, content: bytes | Path, first: int, facts: dict[str, str], *, body: bool) -> None:
        size = size_of(content)
        if first >= size > 0:
            self._plain(416, {"Content-Range": f"bytes */{size}"})
            return
        self.send_response(206 if first else 200)
        if first:
            facts["Content-Range"] = f"bytes {first}-{size - 1}/{size}"
        for key, value in {**facts, "Content-Length": str(size - first)}.items():
            self.send_header(key, value)
        self.end_headers()
        place = first
        for block in blocks(content, first) if body else ():
            place = self._send(block, place)
            if place < 0:
                return

    def _send(self, block: bytes, place: int) -> int:
        """Where the file goes on; -1 where the connection was cut."""
        hub = self.hub
        for cut in [cut for cut in hub.cuts if place <= cut < place + len(block)]:
            hub.cuts.remove(cut)
            self._write(block[: cut - place])
            self.close_connection = True
            self.connection.close()
            return -1
        for stall in [stall for stall in hub.stalls if place <= stall < place + len(block)]:
            hub.stalls.remove(stall)
            time.sleep(1.0)
        rate = hub.rate_at(place)
        step = len(block) if rate is None else max(1, int(rate / 20))
        for start in range(0, len(block), step):
            if not self._write(block[start : start + step]):
                return -1
            if rate is not None:
                time.sleep(0.05)
        return place + len(block)

    def _write(self, part: bytes) -> bool:
        self.hub.sent += len(part)  # before whoever gets it can look
        try:
            self.wfile.write(part)
            self.wfile.flush()
        except OSError:  # the other side has left
            self.hub.sent -= len(part)
            self.close_connection = True
            return False
        return True

    def _plain(self, status: int, facts: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.send_response(status)
        if status in (429, 503) and self.hub.retry_after is not None:
            self.send_header("Retry-After", self.hub.retry_after)
        for key, value in {**(facts or {}), "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
