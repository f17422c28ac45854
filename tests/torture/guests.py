"""The real commands on the starter model, watched by the kernel: whom they call, and where they write."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.e2e.engine_process import ROOT
from tests.torture.scenario import Figures, Unable, fingerprints, paint_photos, untouched

CALLS = "socket,connect,openat,open,creat,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,truncate,chmod,"
CALLS += "fchmodat,utimensat,link,linkat,symlink,symlinkat,setxattr,mknodat"
PEN = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")
READING = re.compile(r"^\d*\s*(open|openat)\(")
INTERNET = re.compile(r"\bAF_INET6?\b")


def watched(folder: Path, full: bool) -> Figures:
    """A4, D1: no internet socket, and no write below the photos, while photos are indexed and searched."""
    if shutil.which("strace") is None:
        raise Unable("there is no strace here")
    if subprocess.run(["strace", "-f", "-o", os.devnull, "true"], capture_output=True).returncode:
        raise Unable("this system lets nobody watch a process (strace)")
    photos = folder / "photos of the family"
    paint_photos(photos, 200 if full else 12)
    before = fingerprints(photos)
    library = os.fspath(folder / "library")
    commands = (
        ("index", os.fspath(photos)), ("search", "a red square", "--paths"), ("search", "a dog NOT a cat", "--json"),
        ("tag", "add", "trip", os.fspath(photos / "000001.png")), ("doctor", "--offline-proof"),
    )  # fmt: skip
    sockets, pens, calls = [], [], 0
    for number, (command, *rest) in enumerate(commands if full else commands[:2]):
        trace = folder / f"{number}.trace"
        watch = ["strace", "-f", "-qq", "-s", "400", "-e", f"trace={CALLS}", "-o", os.fspath(trace)]
        done = subprocess.run(
            [*watch, sys.executable, "-m", "desktop_app", command, "--library", library, *rest],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode in (0, 1), (command, done.stderr[-500:])
        lines = trace.read_text(errors="replace").splitlines()
        calls += len(lines)
        sockets += [line for line in lines if INTERNET.search(line)]
        pens += [line for line in lines if photos.name in line and _writes(line)]
    assert not sockets, f"an internet socket: {sockets[0][:200]}"
    assert not pens, f"a write below the photos: {pens[0][:200]}"
    untouched(before, photos)
    return {"commands": number + 1, "calls_watched": calls, "internet_sockets": 0, "writes_below_photos": 0}


def _writes(line: str) -> bool:
    return PEN.search(line) is not None if READING.match(line) else "(" in line and "socket(" not in line
