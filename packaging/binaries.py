"""What the programs and libraries of a folder need of each other and of the system: read with binutils' objdump."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ELF = b"\x7fELF"
GLIBC = re.compile(r"^(ld-linux.*|lib(c|dl|m|pthread|resolv|rt|util|mvec))\.so\.\d+$")
_NEEDED = re.compile(r"^\s*NEEDED\s+(\S+)", re.MULTILINE)
_VERSION = re.compile(r"\bGLIBC_(\d+)\.(\d+)")


def programs(folder: Path) -> Iterator[Path]:
    """Every ELF file, each once."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == ELF:
                    yield path


def lacking(folder: Path) -> set[str]:
    """The libraries that something here is linked with and that are not here: glibc's aside."""
    there = {path.name for path in folder.rglob("*.so*")}
    needed = set(_NEEDED.findall(_objdump("-p", folder)))
    return {library for library in needed - there if not GLIBC.match(library)}


def glibc(folder: Path) -> str:
    """The oldest glibc that has every symbol that is asked for."""
    versions = {(int(major), int(minor)) for major, minor in _VERSION.findall(_objdump("-p", folder))}
    return ".".join(map(str, max(versions)))


def unreferenced(libraries: Path) -> list[Path]:
    """Libraries directly in `libraries` that no other file there, below or beside it names: they came along with ones
    that are left out. Those that are loaded by name are kept, because the name is looked for in all bytes."""
    contents = {path: path.read_bytes() for path in programs(libraries.parent)}
    dropped: list[Path] = []
    while spare := [path for path in contents if path.parent == libraries and not _named(path, contents)]:
        dropped += spare
        for path in spare:
            del contents[path]
    return dropped


def _named(library: Path, contents: dict[Path, bytes]) -> bool:
    if not library.name.startswith("lib") or ".so" not in library.name:
        return True
    name = library.name.encode()
    return any(name in content for path, content in contents.items() if path != library)


def _objdump(option: str, folder: Path) -> str:
    return subprocess.run(
        ["objdump", option, *programs(folder)], capture_output=True, text=True, errors="replace", check=True
    ).stdout
