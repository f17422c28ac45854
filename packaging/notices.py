"""Licences of what a folder brings along: of Python packages, and of the system's libraries that were copied."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAME = "licences"
DOCUMENTS = Path("/usr/share/doc")
_OWNED = re.compile(r"^(\S+?)(?::\w+)?: (?:/usr)?/lib/(?:[\w-]+/)?([^/\n]+)$", re.MULTILINE)


def lay_beside(folder: Path) -> list[str]:
    """Makes `folder`/licences and returns the system's packages that are told of there; none where dpkg is not."""
    to = folder / NAME
    to.mkdir(exist_ok=True)
    shutil.copy(HERE.parent / "LICENSE", to / "afterimage.txt")
    shutil.copy(HERE / "THIRD_PARTY.md", to)
    python = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    if python.is_file():  # Debian keeps it with its packages
        shutil.copy(python, to / "python.txt")
    packages = owners(path.name for path in (folder / "_internal").glob("lib*.so*") if not path.is_symlink())
    for package in packages:
        shutil.copy(DOCUMENTS / package / "copyright", to / f"{package}.txt")
    return packages


def owners(libraries: Iterable[str]) -> list[str]:
    """The packages of Debian that have libraries of these names where the loader looks."""
    names = set(libraries)
    if not names or shutil.which("dpkg") is None:
        return []
    asked = ["dpkg", "--search", *(f"*/{name}" for name in sorted(names))]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # 1 where it knows some of them
    return sorted({package for package, name in _OWNED.findall(said) if name in names})
