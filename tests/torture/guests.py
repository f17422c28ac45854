"""The real commands on the starter model, watched by the kernel: whom they call, and where they write."""

from __future__ import annotations

import os
import re
import shutil
import stat
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


MOVES = re.compile(r'rename(?:at2?)?\((?:AT_FDCWD(?:<[^>]*>)?, )?"([^"]+)"')
SYNCS = re.compile(r"f(?:data)?sync\(\d+<([^>]+)>\)")
EDIT = """
import os, sys
import numpy as np
from engine import sidecar
from engine.backups import Backups
from engine.catalog import Catalog
from engine.vector_index import VectorIndex
folder = os.fsencode(sys.argv[1])
catalog = Catalog(folder + b"/catalog.db")
print("TAG", flush=True)
catalog.set_setting("what a person", "chose")
print("DONE", flush=True)
before = sidecar.write(folder + b"/a.jpg", sidecar.Change(rating=3), since=None)
sidecar.write(folder + b"/a.jpg", sidecar.Change(rating=4), since=before, backups=folder + b"/kept")
index = VectorIndex(folder + b"/index", 4)
index.add(np.array([1]), np.eye(4, dtype=np.float32)[:1])
index.save()
Backups(folder + b"/catalog.db", folder + b"/backups").make()
catalog.close()
"""


def order(folder: Path, full: bool) -> Figures:
    """A3, A5: what a person made is on the disk before anybody is told so; nothing takes a name before it is whole."""
    _require_strace()
    trace = folder / "trace"
    calls = "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2"
    watch = ["strace", "-f", "-qq", "-y", "-s", "300", "-e", f"trace={calls}", "-o", os.fspath(trace)]
    done = subprocess.run([*watch, sys.executable, "-c", EDIT, os.fspath(folder)], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr[-500:]
    lines = trace.read_text(errors="replace").splitlines()
    synced: set[str] = set()
    moved = 0
    for line in lines:
        if sync := SYNCS.search(line):
            synced.add(sync[1])
        elif (move := MOVES.search(line)) and move[1].startswith(os.fspath(folder)):
            assert move[1] in synced, f"took its name before it was on the disk: {line[:200]}"
            moved += 1
    begun, told = (next(n for n, line in enumerate(lines) if f'"{word}' in line) for word in ("TAG", "DONE"))
    between = [line for line in lines[begun:told] if SYNCS.search(line) and "catalog.db-wal" in line]
    assert between, "a setting was told of before it was on the disk"
    assert moved >= 4
    return {"renames": moved, "before_their_sync": 0, "syncs_of_an_edit": len(between)}


def _require_strace() -> None:
    if shutil.which("strace") is None:
        raise Unable("there is no strace here")
    if subprocess.run(["strace", "-f", "-o", os.devnull, "true"], capture_output=True).returncode:
        raise Unable("this system lets nobody watch a process (strace)")


def watched(folder: Path, full: bool) -> Figures:
    """A4, D1: no internet socket, and no write below the photos, while photos are indexed and searched."""
    _require_strace()
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
    _private(folder / "library")
    return {"commands": number + 1, "calls_watched": calls, "internet_sockets": 0, "writes_below_photos": 0}


def _private(library: Path) -> None:
    """D6: nobody else reads what the library knows."""
    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in (library, *library.rglob("*"))}
    open_ = {str(path): oct(mode) for path, mode in modes.items() if mode & 0o077}
    assert not open_, f"others may look into {list(open_.items())[:3]}"


def _writes(line: str) -> bool:
    return PEN.search(line) is not None if READING.match(line) else "(" in line and "socket(" not in line
