"""One file over HTTP: cut and resumed by range, verified, then moved into place."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from engine.config import VERSION
from engine.download_progress import Progress
from engine.errors import DownloadFailed, ModelAltered
from engine.messages import FetchStage
from engine.presets import ModelFile

PART = ".part"
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})  # an answer that another try may better
LONGEST_PAUSE_S = 60.0
BLOCK = 2**20
TAKES_A_MOMENT = 50_000_000  # bytes to verify


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds without an answer or a byte after which a connection counts as dead; how often in a row nothing may
    arrive; the pause before the second try, which doubles each time."""

    connect_s: float = 15.0
    answer_s: float = 30.0
    tries: int = 6
    pause_s: float = 1.0


class Interrupted(Exception):
    """This answer ended early or was none; the next one may be better."""

    def __init__(self, reason: str, pause_s: float = 0.0) -> None:
        super().__init__(reason)
        self.pause_s = pause_s


class FileFetch:
    """`path` is where the verified file will lie; what is not verified yet lies beside it, with another name."""

    def __init__(self, client: Any, url: str, path: Path, patience: Patience) -> None:
        self._client = client
        self._url = url
        self._path = path
        self._part = path.with_name(path.name + PART)
        self._patience = patience
        self._before = 0  # bytes of the files before this one
        self._transport = sys.modules[type(client).__module__.partition(".")[0]]
        names = ("ConnectError", "ConnectTimeout", "ProxyError")
        self._no_network = tuple(getattr(self._transport, name) for name in names)

    def run(self, file: ModelFile, progress: Progress) -> str:
        """Returns its SHA-256. Raises DownloadFailed, ModelAltered (nothing is kept then), OSError, and what the
        client raises where nothing arrives."""
        size, self._before = file.size or 0, progress.done
        if self._path.is_file():
            if self._path.stat().st_size == size and (digest := _digest(self._path, file)) is not None:
                progress.at(self._before + size)
                return digest
            self._path.unlink()
        self._complete(size, progress)
        if size >= TAKES_A_MOMENT:
            progress.begin(FetchStage.VERIFYING)
        digest = _digest(self._part, file)
        if digest is None:
            self._refuse(f"{file.name} is not the file that was announced")
        with open(self._part, "rb+") as part:
            os.fsync(part.fileno())
        os.replace(self._part, self._path)
        progress.begin(FetchStage.FETCHING)
        return digest

    def _complete(self, size: int, progress: Progress) -> None:
        """Answer after answer, until all bytes are here."""
        failures = 0
        progress.at(self._before + min(_size(self._part), size))
        while (done := _size(self._part)) != size or not self._part.exists():
            try:
                self._stream(done if done < size else 0, size=size, progress=progress)
                continue
            except self._transport.TransportError as error:
                if not progress.moved and isinstance(error, self._no_network):
                    raise  # there is no network: said at once
                failures = 0 if _size(self._part) > done else failures + 1
                if failures >= self._patience.tries:
                    raise
                interruption = Interrupted("The connection broke")
            except Interrupted as error:
                failures = 0 if _size(self._part) > done else failures + 1
                if failures >= self._patience.tries:
                    raise DownloadFailed(str(error), path=self._url, remedy="try again later") from error
                interruption = error
            self._wait(interruption, failures, progress)

    def _wait(self, interruption: Interrupted, failures: int, progress: Progress) -> None:
        pause_s = max(self._patience.pause_s * 2 ** max(failures - 1, 0), interruption.pause_s)
        pause_s = min(pause_s, LONGEST_PAUSE_S)
        progress.begin(FetchStage.WAITING, note=f"{interruption}; the next try is in {pause_s:.0f} s")
        time.sleep(pause_s)
        progress.begin(FetchStage.FETCHING)

    def _stream(self, start: int, *, size: int, progress: Progress) -> None:
        """One answer, as far as it goes."""
        headers = {"Accept-Encoding": "identity", "User-Agent": f"afterimage/{VERSION}"}
        if start:
            headers["Range"] = f"bytes={start}-"
        seconds = (self._patience.connect_s, self._patience.answer_s, self._patience.answer_s, None)
        with self._client.stream("GET", self._url, headers=headers, timeout=seconds) as response:
            begin = self._first_byte(response.status_code, response.headers, size)
            if begin not in (0, start):
                raise Interrupted("The server does not go on where it was asked to")
            with open(self._part, "r+b" if self._part.exists() else "xb", buffering=0) as part:
                part.truncate(begin)
                part.seek(begin)
                progress.at(self._before + begin)
                for chunk in response.iter_raw():
                    if part.tell() + len(chunk) > size:
                        self._refuse("The server sends more than it announced")
                    _write(part, chunk)
                    progress.add(len(chunk))
                if part.tell() < size:
                    raise Interrupted("The connection broke")

    def _first_byte(self, status: int, headers: Mapping[str, str], size: int) -> int:
        """Where the body of an answer begins in the file."""
        if status in BUSY:
            raise Interrupted(f"The server answers {status}", _seconds(headers.get("retry-after")))
        if status == 416:
            self._part.unlink(missing_ok=True)
            raise Interrupted("The server does not go on where it was asked to")
        if status not in (200, 206):
            problem = f"The server does not give {self._path.name} (it answers {status})"
            raise DownloadFailed(problem, path=self._url, remedy="try another --mirror, or: afterimage models import")
        begin, total = _range(headers) if status == 206 else (0, headers.get("content-length", ""))
        if total.isdecimal() and int(total) != size:
            self._refuse(f"{self._path.name} has {total} bytes and not {size}")
        return begin

    def _refuse(self, problem: str) -> NoReturn:
        """What cannot become the right file is not kept."""
        self._part.unlink(missing_ok=True)
        remedy = "it was removed; try again, and use another --mirror if it happens twice"
        raise ModelAltered(problem, path=self._url, remedy=remedy)


def _range(headers: Mapping[str, str]) -> tuple[int, str]:
    """`bytes 100-199/200` begins at 100 and has 200 in total, or `*` where that is not known."""
    span, _, total = headers.get("content-range", "").removeprefix("bytes ").partition("/")
    begin = span.partition("-")[0]
    if not begin.isdecimal():
        raise Interrupted("The server does not say which part it sends")
    return int(begin), total


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdecimal() else 0.0


def _write(part: Any, chunk: bytes) -> None:
    """A disk that is nearly full takes a part of it first."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[part.write(rest) :]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _digest(path: Path, file: ModelFile) -> str | None:
    """The SHA-256 of a file, or None where it is not the announced one."""
    sha256, git = hashlib.sha256(), hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with open(path, "rb") as opened:
        while block := opened.read(BLOCK):
            sha256.update(block)
            if file.git_sha1:
                git.update(block)
    if file.sha256 is not None and file.sha256 != sha256.hexdigest():
        return None
    if file.git_sha1 is not None and file.git_sha1 != git.hexdigest():
        return None
    return sha256.hexdigest()
