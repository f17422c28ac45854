"""Makes the folder that runs without Python, tries it, and says how large it is.

    python packaging/build_folder.py --to dist

Needs the extra `packaging`, and should run in an environment with the processor's torch: CUDA's is five times as large.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import binaries
import icons
import notices

PROGRAM = "afterimage-cli.exe" if sys.platform == "win32" else "afterimage"
SPEC = Path(__file__).parent / "pyinstaller" / "afterimage.spec"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=Path("dist"), help="made here (default: dist)")
    parser.add_argument("--archive", action="store_true", help="pack it as well (tar.xz)")
    chosen = parser.parse_args()
    folder = build(chosen.to)
    if sys.platform == "linux":
        shrink(folder / "_internal")
    told = notices.lay_beside(folder)
    print(f"licences of {len(told)} packages of the system: {' '.join(told)}")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    tried = subprocess.run([folder / PROGRAM, "--self-test"], env=environment, check=False)
    print(f"{folder}: {size_mb(folder)} MB, self-test ended with {tried.returncode}")
    if chosen.archive and tried.returncode == 0:
        print(f"{pack(folder)}")
    return tried.returncode


def build(to: Path) -> Path:
    icons.make(SPEC.parents[1])
    work = to / "work"
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", f"--distpath={to}", f"--workpath={work}", str(SPEC)]
    subprocess.run(command, check=True)
    shutil.rmtree(work)
    return to.resolve() / "afterimage"


def shrink(libraries: Path) -> None:
    """Takes out what no program here reads: symbols, and libraries that came along with parts that are left out."""
    for library in binaries.unreferenced(libraries):
        library.unlink()
    if (tool := shutil.which("strip")) is not None:
        for library in symbolic(libraries):
            subprocess.run([tool, "--strip-unneeded", library], check=True)


def symbolic(libraries: Path) -> Iterator[Path]:
    """Those that survive strip: libraries that were patched after they were linked, as numpy's and Qt's, do not."""
    yield from libraries.glob("torch/lib/libtorch*.so*")
    yield from (path for path in libraries.glob("libpython*.so*") if not path.is_symlink())
    yield from libraries.glob("hnswlib*.so")


def pack(folder: Path) -> Path:
    """What people fetch: a form that their system opens with a double click."""
    if sys.platform == "win32":
        archive = Path(shutil.make_archive(str(named(folder)), "zip", folder.parent, folder.name))
    else:
        packed_folder = folder.with_name("Afterimage.app") if sys.platform == "darwin" else folder
        archive = named(folder).with_suffix(".tar.xz")
        with tarfile.open(archive, "w:xz", preset=3) as packed:
            packed.add(packed_folder, arcname=packed_folder.name)
    print(f"{archive.stat().st_size / 1e6:.0f} MB packed")
    return archive


def named(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}-{sys.platform}")


def size_mb(folder: Path) -> int:
    return round(
        sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6
    )


if __name__ == "__main__":
    sys.exit(main())
