"""A folder as an enemy, or an old disk, would make it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from tests.photos import draw_photo
from tests.torture.scenario import OLD_S

NAMES = (
    "line\nbreak.jpg", "tab\t.jpg", " in front.jpg", "behind .jpg", "-rf.jpg", "--help.jpg", "--yes", "quote'\".jpg",
    "$(reboot).jpg", "`id`.jpg", "a;b|c&d.jpg", "%s%n.jpg", "<b>bold</b>.jpg", "<img src=x>.jpg", "back\\slash.jpg",
    "\u202egpj.exe.jpg", "zero\u200bwidth.jpg", "\ufeffmark.jpg", "\U0001f468\u200d\U0001f469\u200d\U0001f467.jpg",
    "\u5199\u771f.jpg", "\u05ea\u05de\u05d5\u05e0\u05d4.jpg", "CON.jpg", "aux.jpg", "*?[x].jpg", "~.jpg",
    "caf\u00e9.jpg", "cafe\u0301.jpg", "Case.JPG", "case.jpg", "esc\x1b[31m.jpg", "bell\x07.jpg", "nothing\x7f.jpg",
    "');DROP TABLE photos;--.jpg", "file:colon.jpg", "#hash?query=1.jpg", "a" * 251 + ".jpg", "\u00e9" * 125 + "x.jpg",
)  # fmt: skip
BYTE_NAMES = (b"not text \xff\xfe\x80.jpg", b"overlong \xc0\xaf.jpg", b"half \xed\xa0\x80.jpg", b"latin caf\xe9/p.jpg")
SKIPPED = (
    "@eaDir/x.jpg", ".Trash-1000/files/t.jpg", "$RECYCLE.BIN/r.jpg", ".thumbnails/n.png", "lost+found/l.jpg",
    "A.photoslibrary/originals/a.jpg", ".git/x.jpg", "._double.jpg", "copying.jpg.part", "Thumbs.db",
    "private/.nomedia", "private/p.jpg",
)  # fmt: skip


def grow_tree(root: Path, plain: int) -> set[bytes]:
    """Makes the tree; returns the paths of the photos that have to be found."""
    base, wanted = os.fsencode(root), set[bytes]()

    def put(name: bytes, seed: int, *, counts: bool = True) -> bytes:
        path = os.path.join(base, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        draw_photo(path, size=(32, 24), seed=seed, format="JPEG")
        os.utime(path, (OLD_S, OLD_S))
        wanted.update((path,) if counts else ())
        return path

    for seed, name in enumerate((*map(os.fsencode, NAMES), *BYTE_NAMES)):
        put(name, seed, counts=name != b"--yes")
    put(b"deep/" + b"/".join([b"d" * 20] * 60) + b"/x.jpg", 900)
    for seed, name in enumerate(SKIPPED):
        put(os.fsencode(name), 910 + seed, counts=False)
    for seed, moment in enumerate((0, -86_400 * 36_500, 2**33, 4_102_444_800)):
        os.utime(put(b"times/%d.jpg" % seed, 930 + seed), (moment, moment))
    for number in range(plain):
        put(b"plain/%06d.jpg" % number, 1000 + number % 50)
    _obstacles(base, put(b"plain.jpg", 999))
    wanted.add(os.path.join(base, b"hard link.jpg"))
    return wanted


def _obstacles(base: bytes, photo: bytes) -> None:
    """Loops, pipes, sockets, giants, and a path that is longer than the system allows."""
    links = {b"loop": b".", b"up": b"..", b"a": b"b", b"b": b"a", b"dangling.jpg": b"/nowhere/x.jpg"}
    links |= {b"zero.jpg": b"/dev/zero", b"passwd.jpg": b"/etc/passwd", b"stdin.jpg": b"/proc/self/fd/0"}
    os.makedirs(base + b"/links")
    for name, target in links.items():
        os.symlink(target, base + b"/links/" + name)
    os.link(photo, base + b"/hard link.jpg")
    os.mkfifo(base + b"/fifo.jpg")
    os.makedirs(base + b"/folder.jpg")
    here = os.getcwd()
    os.chdir(base)
    with socket.socket(socket.AF_UNIX) as endpoint:
        endpoint.bind("socket.jpg")
    os.chdir(here)
    with open(base + b"/giant.jpg", "wb") as giant:
        os.truncate(giant.fileno(), 10 << 30)
    os.utime(base + b"/giant.jpg", (OLD_S, OLD_S))
    folder = os.open(base, os.O_RDONLY)
    for _ in range(200):
        os.mkdir(b"a folder with a long name", dir_fd=folder)
        below = os.open(b"a folder with a long name", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
