from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.errors import FolderUnreachable
from engine.photo import FileEntry, Problem
from engine.scanner import EXTENSIONS, scan

posix = pytest.mark.skipif(os.name != "posix", reason="file names and special files of POSIX systems")


def put(root: Path, name: str | bytes, data: bytes = b"x") -> bytes:
    path = os.path.join(os.fsencode(root), os.fsencode(name))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    return path


def found(root: Path) -> set[bytes]:
    start = len(os.fsencode(root)) + 1
    return {item.path[start:] for item in scan(os.fsencode(root)) if isinstance(item, FileEntry)}


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user may enter; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Permissions bind nobody who is root, so these tests are not root for a while."""
    root = os.geteuid() == 0
    if root:
        try:
            os.seteuid(65534)
        except OSError:
            pytest.skip("this namespace knows nobody but root")
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_finds_photos_of_every_format_in_every_subfolder(tmp_path: Path) -> None:
    names = {f"sub/folder/photo{ext.decode()}".encode() for ext in EXTENSIONS}
    for name in names | {b"notes.txt", b"movie.mp4", b"photo.jpg.part", b"jpg"}:
        put(tmp_path, name)
    assert found(tmp_path) == names


def test_an_entry_carries_size_time_and_inode(tmp_path: Path) -> None:
    path = put(tmp_path, "a.JPG", b"12345")
    os.utime(path, ns=(1, 1_700_000_000_123_456_789))
    status = os.stat(path)
    assert list(scan(os.fsencode(tmp_path))) == [FileEntry(path, 5, status.st_mtime_ns, status.st_ino)]


@posix
def test_any_file_name_is_found_as_it_is(tmp_path: Path) -> None:
    names = {
        b"--help.jpg",
        b"new\nline.jpg",
        b"invalid-\xff\xfe.jpg",
        b" space .jpg",
        b"\x1b[31m.jpg",
        b"a" * 251 + b".jpg",
    }
    names |= {
        "日本語😀.jpg".encode(),
        "caf\u00e9.jpg".encode(),
        "cafe\u0301.jpg".encode(),
        b"latin\xe9/p.jpg",
        b".hidden.jpg",
    }
    for name in names:
        put(tmp_path, name)
    assert found(tmp_path) == names


def test_what_other_programs_keep_for_themselves_is_left_out(tmp_path: Path) -> None:
    for name in (
        "@eaDir/x.jpg/THUMB.jpg",
        ".git/a.jpg",
        "node_modules/pkg/logo.png",
        "System Volume Information/a.jpg",
        "$RECYCLE.BIN/a.jpg",
        "#recycle/a.jpg",
        "lost+found/a.jpg",
        ".thumbnails/a.png",
        ".Trash-1000/files/a.jpg",
        "Photos Library.photoslibrary/originals/a.jpg",
        "._double.jpg",
        ".trashed-1700000000-a.jpg",
        ".pending-1700000000-a.jpg",
    ):
        put(tmp_path, name)
    put(tmp_path, "kept.jpg")
    assert found(tmp_path) == {b"kept.jpg"}


def test_a_nomedia_file_keeps_us_out_of_its_folder_and_all_below(tmp_path: Path) -> None:
    put(tmp_path, "private/.nomedia")
    put(tmp_path, "private/a.jpg")
    put(tmp_path, "private/deeper/b.jpg")
    put(tmp_path, "public/c.jpg")
    assert found(tmp_path) == {b"public/c.jpg"}


def test_a_folder_that_a_person_chose_is_read_whatever_its_name(tmp_path: Path) -> None:
    put(tmp_path, ".secret/a.jpg")
    assert found(tmp_path / ".secret") == {b"a.jpg"}


def test_the_caller_can_leave_a_folder_out_by_identity(tmp_path: Path) -> None:
    own = os.stat(os.path.dirname(put(tmp_path, "library/thumbnail.jpg")))
    put(tmp_path, "photos/a.jpg")
    items = scan(os.fsencode(tmp_path), skip=lambda s: (s.st_dev, s.st_ino) == (own.st_dev, own.st_ino))
    assert [item.path for item in items] == [os.fsencode(tmp_path / "photos" / "a.jpg")]


@posix
def test_links_are_not_followed_so_that_loops_cannot_be(tmp_path: Path) -> None:
    put(tmp_path, "real/a.jpg")
    os.symlink(tmp_path, tmp_path / "real" / "loop")
    os.symlink("a.jpg", tmp_path / "real" / "b.jpg")
    os.symlink("/nonexistent", tmp_path / "dangling.jpg")
    os.symlink("/dev/zero", tmp_path / "zero.jpg")
    assert found(tmp_path) == {b"real/a.jpg"}


@posix
@pytest.mark.timeout(120)
def test_pipes_sockets_and_folders_with_a_photos_name_do_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.jpg")
    put(tmp_path, "folder.jpg/inner.jpg")
    with tempfile.TemporaryDirectory() as short, socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.join(short, "s.jpg"))
        os.rename(os.path.join(short, "s.jpg"), tmp_path / "socket.jpg")
        assert found(tmp_path) == {b"folder.jpg/inner.jpg"}


@posix
def test_a_path_too_long_for_the_system_is_reported_and_the_rest_is_found(tmp_path: Path) -> None:
    put(tmp_path, "near.jpg")
    folder = os.open(tmp_path, os.O_RDONLY)
    for _ in range(25):
        os.mkdir(b"d" * 200, dir_fd=folder)
        inner = os.open(b"d" * 200, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(os.open(b"far.jpg", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.close(folder)

    items = list(scan(os.fsencode(tmp_path)))
    problems = [item for item in items if isinstance(item, Problem)]
    assert [item.path for item in items if isinstance(item, FileEntry)] == [os.fsencode(tmp_path / "near.jpg")]
    assert len(problems) == 1
    assert "too long" in problems[0].reason


@posix
def test_a_subfolder_that_may_not_be_read_is_a_problem_and_the_rest_is_found(open_folder: Path) -> None:
    put(open_folder, "closed/a.jpg")
    readable = put(open_folder, "open/b.jpg")
    os.chmod(open_folder / "closed", 0)
    with ordinary_user():
        items = list(scan(os.fsencode(open_folder)))
    os.chmod(open_folder / "closed", 0o755)
    problem = next(item for item in items if isinstance(item, Problem))
    assert problem.path == os.fsencode(open_folder / "closed")
    assert problem.remedy
    assert [item.path for item in items if isinstance(item, FileEntry)] == [readable]


@posix
def test_a_subfolder_whose_files_cannot_be_asked_about_is_one_problem(open_folder: Path) -> None:
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        put(open_folder, f"listed/{name}")
    os.chmod(open_folder / "listed", 0o444)
    with ordinary_user():
        items = list(scan(os.fsencode(open_folder)))
    os.chmod(open_folder / "listed", 0o755)
    assert [(type(item), item.path) for item in items] == [(Problem, os.fsencode(open_folder / "listed"))]


@posix
def test_a_root_that_may_not_be_read_is_unreachable(open_folder: Path) -> None:
    os.mkdir(open_folder / "closed", mode=0)
    with ordinary_user(), pytest.raises(FolderUnreachable, match="may not be read"):
        next(scan(os.fsencode(open_folder / "closed")))


def test_a_root_that_is_gone_is_unreachable_before_the_first_item(tmp_path: Path) -> None:
    with pytest.raises(FolderUnreachable) as failure:
        next(scan(os.fsencode(tmp_path / "gone")))
    assert failure.value.path == os.fsencode(tmp_path / "gone")


def test_a_root_that_is_a_file_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(FolderUnreachable, match="not a folder"):
        next(scan(put(tmp_path, "a.jpg")))


def test_a_root_that_goes_away_during_the_walk_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    root = tmp_path / "drive"
    put(root, "a.jpg")
    put(root, "sub/b.jpg")
    walk = scan(os.fsencode(root))
    next(walk)
    os.rename(root, tmp_path / "unplugged")
    with pytest.raises(FolderUnreachable):
        list(walk)


def test_a_subfolder_removed_during_the_walk_is_no_problem(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg")
    os.mkdir(tmp_path / "sub")
    walk = scan(os.fsencode(tmp_path))
    first = next(walk)
    os.rmdir(tmp_path / "sub")
    assert [first, *walk] == [first]
