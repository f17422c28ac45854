from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.folder_watcher import FolderWatcher, subfolders
from desktop_app.mount_watcher import TABLE, drive_in
from tests.desktop_app.pictures import Ear, until


@pytest.fixture
def watcher(app) -> Iterator[FolderWatcher]:
    watcher = FolderWatcher(quota=5, quiet_ms=20)
    yield watcher
    watcher.close()


@pytest.fixture
def ear(watcher: FolderWatcher) -> Ear:
    ear = Ear()
    watcher.changed.connect(ear.hear)
    return ear


def test_a_new_file_is_told_once_with_its_watched_folder(watcher, ear, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    watcher.set_folders([os.fsencode(tmp_path)])
    until(lambda: watcher.watching == 2)
    for number in range(5):
        (tmp_path / "a" / f"{number}.jpg").touch()
    until(lambda: ear.heard)
    assert ear.heard == [(os.fsencode(tmp_path),)]


def test_a_folder_that_is_made_later_is_heard_too(watcher, ear, tmp_path: Path) -> None:
    watcher.set_folders([os.fsencode(tmp_path)])
    until(lambda: watcher.watching == 1)
    (tmp_path / "new").mkdir()
    until(lambda: watcher.watching == 2)


def test_never_more_than_the_quota_is_watched(watcher, ear, tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / str(number)).mkdir()
    watcher.set_folders([os.fsencode(tmp_path)])
    until(lambda: watcher.watching == 5)
    (tmp_path / "last.jpg").touch()
    until(lambda: ear.heard)
    assert watcher.watching == 5


def test_folders_that_are_no_longer_watched_are_silent(watcher, ear, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    watcher.set_folders([os.fsencode(one)])
    until(lambda: watcher.watching == 1)
    watcher.set_folders([os.fsencode(two)])
    until(lambda: watcher.watching == 1)
    (one / "1.jpg").touch()
    (two / "2.jpg").touch()
    until(lambda: ear.heard)
    assert ear.heard == [(os.fsencode(two),)]


def test_a_folder_whose_name_is_no_text_is_left_to_the_scan(watcher, tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/caf\xe9"
    os.mkdir(odd)
    watcher.set_folders([odd, os.fsencode(tmp_path)])
    until(lambda: watcher.watching >= 1)


def test_hidden_and_unreadable_folders_are_passed_over(tmp_path: Path) -> None:
    for name in (".hidden", "b", "a"):
        (tmp_path / name).mkdir()
    assert list(subfolders(str(tmp_path))) == [str(tmp_path), str(tmp_path / "a"), str(tmp_path / "b")]
    assert list(subfolders(str(tmp_path / "gone"))) == [str(tmp_path / "gone")]


def test_the_drive_of_a_folder_is_read_from_the_systems_table() -> None:
    table = b"/dev/a / ext4 rw 0 0\n/dev/b /media/my\\040drive vfat rw 0 0\ntmpfs /med tmpfs rw 0 0\n"
    assert drive_in(table, b"/media/my drive/2019") == b"/media/my drive"
    assert drive_in(table, b"/media/my drive 2") == b"/"
    assert drive_in(b"", b"/media") == b""


@pytest.mark.skipif(not os.path.exists(TABLE), reason="this system has no table of drives")
def test_when_a_drive_comes_folders_that_were_away_are_looked_for(watcher, ear, tmp_path: Path) -> None:
    watcher.set_folders([os.fsencode(tmp_path)])
    watcher.set_away([b"/media/drive"])
    watcher.mounts.changed.emit()
    assert ear.heard == [(b"/media/drive",)], "the other is on the drive where it was"
