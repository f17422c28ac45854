from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QThread
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop_app.thumbnail_loader import ThumbnailLoader, _Queue, read_image
from tests.desktop_app.pictures import Ear, jpeg, until


@pytest.fixture
def loader(qapp: QApplication) -> Iterator[ThumbnailLoader]:
    loader = ThumbnailLoader()
    yield loader
    loader.close()


def test_an_image_comes_no_larger_than_asked_and_in_the_gui_thread(loader: ThumbnailLoader, tmp_path: Path) -> None:
    threads = []
    loader.loaded.connect(lambda path, image: threads.append(QThread.currentThread()))
    path = jpeg(tmp_path / "a.jpg")
    assert loader.image(path) is None
    loader.request(path, 200)
    until(lambda: loader.image(path))
    image = loader.image(path)
    assert image is not None
    assert (image.width(), image.height()) == (200, 133)
    assert threads == [loader.thread()]


def test_a_small_file_is_enlarged_to_its_place_but_no_more_than_twice(tmp_path: Path) -> None:
    assert read_image(jpeg(tmp_path / "a.jpg", 60, 40), 90).width() == 90
    assert read_image(jpeg(tmp_path / "a.jpg", 60, 40), 400).width() == 120


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_a_path_that_is_not_utf8_is_read(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9.jpg")
    os.rename(jpeg(tmp_path / "a.jpg"), path)
    assert read_image(path, 0).width() == 512


@pytest.mark.parametrize("content", [None, b"", b"not a photo"])
def test_a_missing_or_broken_file_gives_a_null_image(
    loader: ThumbnailLoader, tmp_path: Path, content: bytes | None
) -> None:
    path = os.fsencode(tmp_path / "gone.jpg")
    if content is not None:
        Path(os.fsdecode(path)).write_bytes(content)
    ear = Ear()
    loader.loaded.connect(ear.hear)
    loader.request(path, 100)
    until(lambda: ear.heard)
    assert ear.heard[0][1].isNull()
    assert loader.is_missing(path)
    loader.want([(path, 100)])
    assert loader.waiting == 0, "not tried again at every scroll"


def test_what_is_wanted_now_replaces_what_was_wanted_before() -> None:
    queue = _Queue()
    queue.replace([(b"old", 1), (b"older", 1)])
    queue.replace([(b"first", 1), (b"second", 1)])
    queue.push((b"urgent", 1))
    assert [queue.take() for _ in range(3)] == [(b"urgent", 1), (b"first", 1), (b"second", 1)]
    assert len(queue) == 0


def test_a_waiting_reader_ends_when_the_queue_is_closed() -> None:
    queue, taken = _Queue(), []
    thread = threading.Thread(target=lambda: taken.append(queue.take()))
    thread.start()
    queue.close()
    thread.join(10)
    assert taken == [None]


def test_the_cache_stays_within_its_bytes_and_drops_the_least_recently_used(qapp: QApplication, tmp_path: Path) -> None:
    paths = [jpeg(tmp_path / f"{n}.jpg", 100, 100) for n in range(4)]
    loader = ThumbnailLoader(cache_bytes=3 * 100 * 100 * 4)
    try:
        for path in paths[:3]:
            loader.request(path, 100)
            until(lambda path=path: loader.image(path))
        loader.image(paths[0])
        loader.request(paths[3], 100)
        until(lambda: loader.image(paths[3]))
        assert [loader.image(path) is not None for path in paths] == [True, False, True, True]
        assert loader.cached_bytes <= 3 * 100 * 100 * 4
    finally:
        loader.close()


def test_another_size_is_read_again_and_takes_the_place_of_the_first(loader: ThumbnailLoader, tmp_path: Path) -> None:
    path = jpeg(tmp_path / "a.jpg")
    for edge in (100, 300):
        loader.want([(path, edge)])
        until(lambda edge=edge: (image := loader.image(path)) is not None and image.width() == edge)
    image = loader.image(path)
    assert image is not None
    assert loader.cached_bytes == image.sizeInBytes()


def test_clearing_forgets_images_and_wishes(loader: ThumbnailLoader, tmp_path: Path) -> None:
    path = jpeg(tmp_path / "a.jpg")
    loader.request(path, 100)
    until(lambda: loader.image(path))
    loader.clear()
    assert loader.image(path) is None
    assert loader.cached_bytes == 0


def test_closing_ends_the_readers_even_with_work_waiting(qapp: QApplication, tmp_path: Path) -> None:
    path = jpeg(tmp_path / "a.jpg")
    loader = ThumbnailLoader()
    loader.want([(path, edge) for edge in range(1, 500)])
    readers = loader.findChildren(QThread)
    loader.close()
    assert len(readers) == 2
    assert all(reader.isFinished() for reader in readers)


def test_only_a_jpeg_is_read_so_that_no_other_plugin_is_asked(tmp_path: Path) -> None:
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    assert image.save(str(tmp_path / "photo.png"), "PNG")
    assert image.save(str(tmp_path / "photo"), "JPEG")
    assert read_image(os.fsencode(tmp_path / "photo.png"), 0).isNull()
    assert read_image(os.fsencode(tmp_path / "photo"), 0).size() == image.size()


READ_BOTH_WAYS = """
import sys, threading
from PySide6.QtGui import QGuiApplication
from desktop_app.thumbnail_loader import read_image

app = QGuiApplication([])

def read(edge):
    for _ in range(500):
        assert not read_image(sys.argv[1].encode(), edge).isNull()

readers = [threading.Thread(target=read, args=(edge,)) for edge in (0, 48, 0, 48)]
for reader in readers:
    reader.start()
for reader in readers:
    reader.join()
"""


def test_whole_pictures_and_thumbnails_are_read_at_once_without_waiting_for_each_other(tmp_path: Path) -> None:
    path = jpeg(tmp_path / "a.jpg", 96, 64)
    subprocess.run([sys.executable, "-c", READ_BOTH_WAYS, path], check=True, timeout=300)  # it once stood still
