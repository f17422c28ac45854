"""A large made-up model from a server on this machine: cut, killed, taken up again, and verified in the end.

    python -m tests.torture.download [--bytes 600000000] [--json]

The connection is cut at 30 % and at 70 %; then, into another library, the command itself is killed with all its
processes at 30 % and at 70 %. Both end with the model installed, its bytes those that were published; status 1 where
they do not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.e2e.engine_process import ROOT
from tests.engine.hub_server import Hub, serve

NAME = "made-up"
REPOSITORY = f"us/{NAME}"
BLOCK = 2**20
SHARES = (0.3, 0.7)
PATIENCE_S = 1_800.0


def main(argv: Sequence[str] | None = None) -> int:
    """0 where both ways end with the model installed."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.download", description=__doc__)
    parser.add_argument("--bytes", type=int, default=600_000_000)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="afterimage-torture-") as scratch:
        files, sha256 = made_up(Path(scratch) / "published", given.bytes)
        try:
            found = {
                "bytes": given.bytes,
                "cut": cut(Path(scratch) / "cut", files, sha256, given.bytes),
                "killed": killed(Path(scratch) / "killed", files, sha256, given.bytes),
            }
        except AssertionError as wrong:
            print(f"WRONG: {wrong}", file=sys.stderr)
            return 1
    print(json.dumps(found) if given.json else f"installed and verified: {json.dumps(found, indent=1)}")
    return 0


def made_up(folder: Path, size: int) -> tuple[dict[str, bytes | Path], str]:
    """The files of a model that holds nothing but numbers, and the SHA-256 of its weights."""
    folder.mkdir(parents=True)
    weights, digest, draw = folder / "model.safetensors", hashlib.sha256(), random.Random(0)
    header = json.dumps({"weight": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    with weights.open("wb") as file:
        for piece in _pieces(struct.pack("<Q", len(header)) + header, size, draw):
            digest.update(piece)
            file.write(piece)
    files: dict[str, bytes | Path] = {
        "config.json": json.dumps({"head": None, "input": {"size": 32}}).encode(),
        "tokenizer.json": b"{}",
    }
    hashes = {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if isinstance(content, bytes)
    }
    manifest = {"files": {**hashes, weights.name: digest.hexdigest()}}
    return {**files, weights.name: weights, "manifest.json": json.dumps(manifest).encode()}, digest.hexdigest()


def _pieces(start: bytes, size: int, draw: random.Random) -> Any:
    yield start
    for begin in range(0, size, BLOCK):
        yield draw.randbytes(min(BLOCK, size - begin))


def cut(library: Path, files: dict[str, bytes | Path], sha256: str, size: int) -> dict[str, Any]:
    """The server breaks the connection twice; the command goes on by itself."""
    with serve(Hub({REPOSITORY: files}, cuts=[round(share * size) for share in SHARES])) as hub:
        started = time.monotonic()
        out, err = _command(library, hub).communicate(timeout=PATIENCE_S)
        assert b"is installed" in out, (out, err)
        return _verified(library, hub, sha256, size, time.monotonic() - started)


def killed(library: Path, files: dict[str, bytes | Path], sha256: str, size: int) -> dict[str, Any]:
    """Everything that belongs to the command is killed twice; the third one ends it."""
    with serve(Hub({REPOSITORY: files}, rate=size / 10)) as hub:
        started = time.monotonic()
        part = library / f"models/presets/.fetching/{NAME}/model.safetensors.part"
        for share in SHARES:
            process = _command(library, hub)
            while not (part.exists() and part.stat().st_size >= share * size):
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < started + PATIENCE_S, "nothing comes"
                time.sleep(0.01)
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        hub.rate = None
        out, err = _command(library, hub).communicate(timeout=PATIENCE_S)
        assert b"is installed" in out, (out, err)
        return _verified(library, hub, sha256, size, time.monotonic() - started)


def _command(library: Path, hub: Hub) -> subprocess.Popen[bytes]:
    words = ["models", "download", REPOSITORY, "--yes", "--mirror", hub.url, "--library", os.fspath(library)]
    return subprocess.Popen(
        [sys.executable, "-m", "desktop_app", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _verified(library: Path, hub: Hub, sha256: str, size: int, seconds: float) -> dict[str, Any]:
    with (library / f"models/presets/{NAME}/model.safetensors").open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == sha256, "other bytes than were published"
    pin = json.loads((library / f"models/presets/{NAME}.pin.json").read_bytes())
    assert sha256 in {file["sha256"] for file in pin["files"]}, pin
    bodies = [asked for asked in hub.bodies("model.safetensors") if "/cdn" in asked.path]  # not what led there
    begins = [asked.first_byte for asked in bodies if asked.first_byte]
    twice = hub.sent / size - 1
    assert len(begins) >= len(SHARES), f"taken up again at {begins} only"
    return {"taken_up_at": begins, "sent_twice": round(max(twice, 0.0), 4), "seconds": round(seconds, 1)}


if __name__ == "__main__":
    sys.exit(main())
