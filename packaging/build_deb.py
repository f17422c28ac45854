"""Makes what people on Debian, Ubuntu and their relatives double-click: afterimage_VERSION_ARCHITECTURE.deb.

    python packaging/build_deb.py --folder dist/afterimage --to dist

Takes the folder that `build_folder.py` made, and adds what a desktop needs to show it: an entry in the menu, icons,
the manual page, what lets shells complete. Needs the extra `packaging` and dpkg; no other package of Debian's.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import binaries
import icons
import notices
import shell_files

from desktop_app.screen import WAYLAND, WINDOW, X11
from engine.config import VERSION

HERE = Path(__file__).resolve().parent
APP_ID = "io.github.afterimage.Afterimage"
AUTHORS = "The Afterimage authors <authors@afterimage.invalid>"
ICON_EDGES = (48, 64, 128, 256, 512)
CONTROL = """\
Package: afterimage
Version: {version}
Architecture: {architecture}
Maintainer: {authors}
Installed-Size: {size_kb}
Depends: {depends}
Recommends: {recommends}
Section: graphics
Priority: optional
Description: find your photos by describing them
 Afterimage watches your photo folders, and a sentence typed in its window
 finds the pictures that show it. It retrieves fast, then looks closely at the
 best candidates and puts them in order.
 .
 Nothing leaves the computer: the model ships with the program, and there is
 no account, no upload and no telemetry. Photos are only read.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("dist/afterimage"), help="what build_folder.py made")
    parser.add_argument("--to", type=Path, default=Path("dist"), help="made here (default: dist)")
    chosen = parser.parse_args()
    package = build(chosen.folder, chosen.to)
    print(f"{package}: {package.stat().st_size / 1e6:.0f} MB")
    return 0


def build(folder: Path, to: Path) -> Path:
    """The package. Raises CalledProcessError where dpkg refuses, LookupError where a library belongs to no package."""
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    to.mkdir(parents=True, exist_ok=True)
    package = to / f"afterimage_{VERSION}_{architecture}.deb"
    with tempfile.TemporaryDirectory(dir=to, prefix="deb-") as made:
        root = Path(made) / "root"
        lay_out(folder, root)
        describe(folder, root, architecture)
        for path in (root, *root.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or is_program(path) else 0o644)
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "-z3", "--build", root, package], check=True)
    return package


def lay_out(folder: Path, root: Path) -> None:
    """Everything that is installed."""
    share = root / "usr" / "share"
    shutil.copytree(folder, root / "usr" / "lib" / "afterimage", symlinks=True, copy_function=linked)
    (root / "usr" / "bin").mkdir()
    (root / "usr" / "bin" / "afterimage").symlink_to("../lib/afterimage/afterimage")
    for shell, name in shell_files.COMPLETIONS.items():
        shell_files.write(
            share / name.replace("zsh/site-functions", "zsh/vendor-completions"), shell_files.completion(shell)
        )
    write(share / "man" / "man1" / "afterimage.1.gz", packed(shell_files.manual_page().encode()))
    write(share / "applications" / f"{APP_ID}.desktop", (HERE / "linux" / f"{APP_ID}.desktop").read_bytes())
    write(share / "metainfo" / f"{APP_ID}.metainfo.xml", (HERE / "linux" / f"{APP_ID}.metainfo.xml").read_bytes())
    drawing = HERE / "afterimage.svg"
    hicolor = share / "icons" / "hicolor"
    write(hicolor / "scalable" / "apps" / f"{APP_ID}.svg", drawing.read_bytes())
    picture = icons.picture(drawing)
    for edge in ICON_EDGES:
        file = hicolor / f"{edge}x{edge}" / "apps" / f"{APP_ID}.png"
        file.parent.mkdir(parents=True)
        picture.resize((edge, edge)).save(file, optimize=True)
    about = share / "doc" / "afterimage"
    shutil.copytree(folder / notices.NAME, about / notices.NAME)
    shutil.rmtree(root / "usr" / "lib" / "afterimage" / notices.NAME)
    write(about / "changelog.gz", packed(changelog().encode()))
    write(about / "CHANGELOG.md.gz", packed((HERE.parent / "CHANGELOG.md").read_bytes()))
    write(about / "copyright", (HERE.parent / "LICENSE").read_bytes())


def changelog() -> str:
    """As Debian's tools read one; what changed is told in the other."""
    release = ElementTree.parse(HERE / "linux" / f"{APP_ID}.metainfo.xml").getroot().find("releases/release")
    if release is None or release.get("version") != VERSION:
        raise LookupError(f"the metainfo tells of no release {VERSION}")
    made = datetime.fromisoformat(str(release.get("date"))).replace(tzinfo=UTC)
    lines = ["  * What changed: see CHANGELOG.md.gz.", "", f" -- {AUTHORS}  {format_datetime(made)}"]
    return "\n".join([f"afterimage ({VERSION}) unstable; urgency=medium", "", *lines, ""])


def describe(folder: Path, root: Path, architecture: str) -> None:
    """What dpkg wants to know of it."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    needed, wished = packages(folder)
    control = CONTROL.format(
        version=VERSION,
        authors=AUTHORS,
        architecture=architecture,
        size_kb=sum(-(-path.stat().st_size // 1024) for path in files),
        depends=", ".join(needed),
        recommends=", ".join(wished),
    )
    sums = [f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(root)}\n" for path in files]
    write(root / "DEBIAN" / "control", control.encode())
    write(root / "DEBIAN" / "md5sums", "".join(sums).encode())


def packages(folder: Path) -> tuple[list[str], list[str]]:
    """(those without which no window opens, those that only Wayland needs)."""
    known = WINDOW | X11 | WAYLAND
    lacking = binaries.lacking(folder)
    if strangers := lacking - known.keys():
        raise LookupError(f"name the packages in desktop_app/screen.py that have {', '.join(sorted(strangers))}")
    wayland = {library for library in lacking if library.startswith("libwayland-")}
    needed = {known[library] for library in lacking - wayland}
    libc = f"libc6 (>= {binaries.glibc(folder)})"
    return [libc, *sorted(needed)], [*sorted({known[library] for library in wayland}), "xdg-utils"]


def linked(source: str, target: str) -> None:
    """The same file once more, without its bytes where the disk can do that."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def is_program(path: Path) -> bool:
    """Libraries that are marked as programs are not meant."""
    return os.access(path, os.X_OK) and ".so" not in path.name


def packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())
