"""Photos that were indexed before anybody read the words in them."""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path

import pytest
from PIL import Image

from engine.catalog import Catalog
from engine.config import ModelInput
from engine.decode_pool import DecodePool
from engine.decoder import decode
from engine.decoder_words import read_words
from engine.errors import PhotoUnreadable
from engine.library import Library
from engine.locations import Locations
from engine.messages import Search
from engine.photo import DecodedPhoto, DecodeFailure, DecodeOutcome, DecodeTask, ReadWords
from engine.words_again import WordsAgain
from tests.engine.catalog_at_work import entry, index_all, scan
from tests.engine.library_at_work import OLD, hits, index, paint, work
from tests.engine.made_dng import dng
from tests.engine.test_file_words import IPTC, XMP, with_words
from tests.fake_model import FakeModels


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for number in range(40):
        with_words(folder / f"{number}.jpg", xmp=XMP.replace(b"sea", b"sea %d" % number), iptc=IPTC)
    paint(folder / "plain.png", (1, 2, 3))
    return folder


def make_old(place: Path) -> None:
    """As a library from before words were read."""
    catalog = Catalog(os.fsencode(place / "catalog.db"))
    file = catalog._file
    with file.transaction():
        for table in ("file_words", "photo_tags", "marks", "captions"):
            file.write(f"DELETE FROM {table}")
        file.write("INSERT INTO unheard SELECT id FROM photos WHERE state = 'ready'")
    catalog.close()


def opened(place: Path) -> Library:
    library = Library.open(Locations.at(os.fsencode(place)), models=FakeModels(), workers=1)
    library.load_model()
    return library


def test_words_are_read_in_the_background_once_and_after_a_restart_from_where_it_was(
    tmp_path: Path, photos: Path
) -> None:
    place = tmp_path / "library"
    with opened(place) as library:
        index(library, photos)
        assert library.doctor()["words_to_read"] == 0
        tags = library.tags.all()
        embeddings = library.doctor()["embeddings"]
    make_old(place)
    (photos / "7.jpg").write_bytes(b"\xff\xd8\xff broken since")
    os.utime(photos / "7.jpg", (OLD, OLD))
    with opened(place) as library:
        assert library.tags.all() == []
        begun = library.doctor()["words_to_read"]
        assert begun == 41
        until_fewer(library, begun)
        assert library.idle, "nobody has to wait for it"
    with opened(place) as library:
        left = library.doctor()["words_to_read"]
        assert 0 < left < begun, "what was read is not read again"
        library.tags.change([], [os.fsencode(photos / "3.jpg")], add=["mine"], remove=[])
        while library.doctor()["words_to_read"]:
            until_fewer(library, library.doctor()["words_to_read"])
        assert library.doctor()["embeddings"] == embeddings
        assert ("mine", 1) in library.tags.all()
        assert {tag for tag, _ in tags} - {tag for tag, _ in library.tags.all()} == {"sea 7"}
        (found,) = hits(library, Search(1, 'tag:"sea 12" rating:3'))
        assert found.path == os.fsencode(photos / "12.jpg")
        assert library.problems() == []
        work(library)


def until_fewer(library: Library, count: int) -> None:
    deadline = time.monotonic() + 60
    while library._catalog.words.unheard_count() >= count:
        library.step()
        assert time.monotonic() < deadline


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.webp", "a.dng"])
def test_the_head_of_a_file_says_what_the_whole_of_it_says(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    shown = Image.new("RGB", (640, 480), (200, 30, 30))
    if name == "a.dng":
        pytest.importorskip("rawpy", reason="raw photos are an optional part")
        path.write_bytes(dng(preview=shown, packet=XMP))
    elif name == "a.png":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        shown.save(path, pnginfo=info)
    elif name == "a.tif":
        shown.save(path, tiffinfo={700: XMP})
    else:
        shown.save(path, xmp=XMP)
    whole = decode(DecodeTask(1, os.fsencode(path)), ModelInput(size=64))
    assert isinstance(whole, DecodedPhoto)
    assert "places/Norway" in whole.words
    assert read_words(DecodeTask(1, os.fsencode(path))).words == whole.words


def test_decoders_read_words_behind_their_walls_and_a_file_that_is_none_fails(tmp_path: Path) -> None:
    with_words(tmp_path / "a.jpg", xmp=XMP)
    (tmp_path / "b.jpg").write_bytes(b"no photo")
    with DecodePool(ModelInput(size=32), 1) as pool:
        for number, name in enumerate(("a.jpg", "b.jpg", "gone.jpg"), start=1):
            pool.submit(DecodeTask(-number, os.fsencode(tmp_path / name), words_only=True))
        done = {}
        deadline = time.monotonic() + 60
        while len(done) < 3 and time.monotonic() < deadline:
            done |= {outcome.photo_id: outcome for outcome in pool.poll(1)}
    assert isinstance(done[-1], ReadWords)
    assert "places/Norway" in done[-1].words
    assert isinstance(done[-2], DecodeFailure)
    assert isinstance(done[-3], DecodeFailure)
    assert (done[-2].vanished, done[-3].vanished) == (False, True)


def test_what_is_no_regular_file_has_no_words(tmp_path: Path) -> None:
    (tmp_path / "folder.jpg").mkdir()
    with pytest.raises(PhotoUnreadable):
        read_words(DecodeTask(1, os.fsencode(tmp_path / "folder.jpg")))


class Handed:
    """Decoders that keep what they are given."""

    free, pending = 100, 0

    def __init__(self) -> None:
        self.tasks: list[DecodeTask] = []

    def submit(self, task: DecodeTask) -> None:
        self.tasks.append(task)

    def poll(self, timeout_s: float = 0) -> list[DecodeOutcome]:
        return []


def test_photos_of_a_drive_that_went_away_while_they_were_read_are_asked_again(tmp_path: Path) -> None:
    catalog = Catalog(os.fsencode(tmp_path / "catalog.db"))
    catalog.model_id = "model"
    scan(catalog, catalog.add_folder(b"/photos"), [entry(f"{number}.jpg") for number in range(3)])
    index_all(catalog)
    with catalog._file.transaction():
        catalog._file.write("INSERT INTO unheard SELECT id FROM photos")
    decoders = Handed()
    words = WordsAgain(catalog, decoders, itertools.count(-1, -1), pause_s=0)
    words.feed()
    gone, broken, read = (task.photo_id for task in decoders.tasks)
    words.take(DecodeFailure(gone, "The file is gone", vanished=True))
    words.take(DecodeFailure(broken, "Its words cannot be read", final=True))
    words.take(ReadWords(read, ""))
    assert catalog.words.unheard_count() == 1
    first = decoders.tasks[0].path
    for _ in range(2):  # the round ends, another begins
        words.feed()
    assert [task.path for task in decoders.tasks[3:]] == [first]
    catalog.close()
