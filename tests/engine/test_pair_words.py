"""What is said of a photo that was taken raw and as JPEG, here and in sidecars."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from engine import sidecar
from engine.decoder_raw import boxed_packet
from engine.library import Library
from engine.messages import Search
from tests.engine.library_at_work import OLD, hits, index, work
from tests.engine.made_dng import dng
from tests.engine.test_file_words import XMP, beside
from tests.engine.test_sidecar import LIGHTROOM, packet

pytest.importorskip("rawpy", reason="raw photos are an optional part")


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """The JPEG and the raw photo, and another JPEG beside them."""
    folder = tmp_path / "photos"
    folder.mkdir()
    shown = Image.new("RGB", (600, 450), "#b01818")
    exif = Image.Exif()
    exif[0x0132] = "2021:07:14 18:03:22"
    shown.save(folder / "IMG_1.JPG", exif=exif)
    (folder / "IMG_1.DNG").write_bytes(dng(preview=shown, packet=XMP))
    Image.new("RGB", (600, 450), "#1818b0").save(folder / "IMG_2.JPG")
    for path in folder.iterdir():
        os.utime(path, (OLD, OLD))
    return folder / "IMG_1.JPG", folder / "IMG_1.DNG"


def said(library: Library, path: Path) -> dict:
    photo = library._catalog.tags.photo_at(os.fsencode(path))
    assert photo is not None
    return library.tags.words([photo])[photo]


def tags(library: Library, path: Path) -> list[str]:
    return [tag for tag, _ in said(library, path)["tags"]]


def sidecars(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.xmp")}


def test_what_is_said_of_one_half_is_said_of_both_and_written_beside_the_raw_one(
    library: Library, pair: tuple[Path, Path]
) -> None:
    jpeg, raw = pair
    index(library, jpeg.parent)
    assert tags(library, raw) == ["places/Norway", "sea"], "a raw photo brings its words along"
    assert said(library, raw)["rating"] == "3"
    done = library.tags.mark([], [os.fsencode(jpeg)], "rating", "4", sidecars=True)
    assert [said(library, path)["rating"] for path in pair] == ["4", "4"]
    assert (done.sidecars, done.problems, sidecars(jpeg.parent)) == (1, (), {"IMG_1.DNG.xmp"})
    library.tags.change([], [os.fsencode(raw)], add=["snow"], remove=[], sidecars=True)
    assert "snow" in tags(library, jpeg)
    written = sidecar.read(os.fsencode(raw))
    assert written is not None
    assert (written.written.rating, ("snow",) in written.written.tags) == (4, True)
    library.tags.undo(sidecars=True)
    assert "snow" not in [*tags(library, jpeg), *tags(library, raw)]
    assert sidecars(jpeg.parent) == {"IMG_1.DNG.xmp"}
    (shown,) = hits(library, Search(1, "rating:4"))
    assert (shown.path, shown.rating) == (os.fsencode(jpeg), 4)


def test_a_sidecar_of_the_jpeg_that_is_there_is_written_too(library: Library, pair: tuple[Path, Path]) -> None:
    jpeg, raw = pair
    beside(jpeg, packet("", 'xmp:Rating="1"'))
    index(library, jpeg.parent)
    done = library.tags.mark([], [os.fsencode(raw)], "rating", "5", sidecars=True)
    assert (done.sidecars, sidecars(jpeg.parent)) == (2, {"IMG_1.JPG.xmp", "IMG_1.DNG.xmp"})
    found = [sidecar.read(os.fsencode(path)) for path in pair]
    assert [each.written.rating for each in found if each is not None] == [5, 5]


def test_what_another_program_writes_beside_the_raw_photo_is_said_of_both(
    library: Library, pair: tuple[Path, Path]
) -> None:
    jpeg, raw = pair
    index(library, jpeg.parent)
    beside(raw, LIGHTROOM)
    library.request_scan()
    work(library)
    assert [said(library, path)["rating"] for path in pair] == ["4", "4"]
    assert "places/Norway/Lofoten" in tags(library, jpeg)
    assert said(library, jpeg.with_name("IMG_2.JPG")) == {"tags": []}
    raw.with_name("IMG_1.DNG.xmp").unlink()
    library.request_scan()
    work(library)
    assert said(library, jpeg) == {"tags": []}
    assert said(library, raw)["rating"] == "3"


def test_the_words_of_canons_boxes_are_found_and_broken_boxes_are_none() -> None:
    name = b"uuid" + bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    box = (len(XMP) + 24).to_bytes(4, "big") + name + XMP
    data = b"\0\0\0\x18ftypcrx " + b"\0" * 12 + box + b"\0" * 40
    assert boxed_packet(data) == XMP
    assert boxed_packet(b"II*\0" + data) == b""
    assert boxed_packet(data[:24]) == b""
    assert sidecar.words(XMP).rating == 3
