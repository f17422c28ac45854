"""Small file systems of our own, in a mount namespace that nobody else sees."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.torture.scenario import Figures, Unable

ROOT = Path(__file__).resolve().parent.parent.parent
BLOCK = 4096


def in_namespace(work: str) -> Callable[[Path, bool], Figures]:
    """A scenario, run where it may mount what it likes and nobody else sees it."""

    def run(folder: Path, full: bool) -> Figures:
        if shutil.which("unshare") is None:
            raise Unable("there is no unshare here (util-linux)")
        if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode:
            raise Unable("this system lets nobody make a mount namespace (unshare -rm)")
        command = [
            "unshare",
            "-rm",
            sys.executable,
            "-m",
            "tests.torture.in_namespace",
            work,
            str(folder),
            str(int(full)),
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr.strip().splitlines()[-1:] or done.stderr
        figures: Figures = json.loads(done.stdout.splitlines()[-1])
        return figures

    return run


def mount_room(folder: Path, megabytes: float) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    size = f"size={round(megabytes * 1024)}k"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", os.fspath(folder)], check=True)


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", os.fspath(folder)], check=True)


def fill(folder: Path, *, but: int) -> Path:
    """A file that leaves so many bytes free."""
    path = folder / "everything else"
    free = shutil.disk_usage(folder).free
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free - but, BLOCK))
    return path
