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
from pathlib import Path

import icons

SPEC = Path(__file__).parent / "pyinstaller" / "afterimage.spec"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=Path("dist"), help="made here (default: dist)")
    parser.add_argument("--archive", action="store_true", help="pack it as well (tar.xz)")
    chosen = parser.parse_args()
    folder = build(chosen.to)
    if sys.platform == "linux":
        strip(folder / "_internal" / "torch" / "lib")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    tried = subprocess.run([folder / "afterimage", "--self-test"], env=environment, check=False)
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


def strip(libraries: Path) -> None:
    """Torch's libraries carry their symbols, a fifth of them. (Libraries that were patched after they were linked, as
    numpy's and Qt's were, do not survive it.)"""
    if (tool := shutil.which("strip")) is not None:
        for library in libraries.glob("libtorch*.so*"):
            subprocess.run([tool, "--strip-unneeded", library], check=True)


def pack(folder: Path) -> Path:
    archive = folder.with_name(f"{folder.name}-{sys.platform}.tar.xz")
    with tarfile.open(archive, "w:xz", preset=2) as packed:
        packed.add(folder, arcname=folder.name)
    print(f"{archive.stat().st_size / 1e6:.0f} MB packed")
    return archive


def size_mb(folder: Path) -> int:
    return round(
        sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6
    )


if __name__ == "__main__":
    sys.exit(main())
