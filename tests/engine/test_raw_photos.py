from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from PIL import Image

from engine import decoder_raw
from engine.config import ModelInput
from engine.decode_pool import DecodePool
from engine.decoder import decode, render
from engine.errors import PhotoUnreadable
from engine.photo import DecodedPhoto, DecodeTask, RenderedPhoto
from tests.engine.made_dng import dng

pytest.importorskip("rawpy", reason="raw photos are an optional part")

INPUT = ModelInput(size=64)


def written(folder: Path, name: str, data: bytes) -> bytes:
    (folder / name).write_bytes(data)
    return os.fsencode(folder / name)


def thumbnail(photo: DecodedPhoto, folder: Path) -> Image.Image:
    (folder / "thumbnail.jpg").write_bytes(photo.thumbnail)
    return Image.open(folder / "thumbnail.jpg").convert("RGB")


def test_a_raw_photo_is_shown_by_the_preview_that_its_camera_made(tmp_path: Path) -> None:
    preview = Image.new("RGB", (600, 450), "#20c040")
    photo = decode(DecodeTask(1, written(tmp_path, "a.dng", dng(preview=preview, orientation=6))), INPUT)
    assert isinstance(photo, DecodedPhoto)
    facts = photo.facts
    assert (facts.width, facts.height, facts.format) == (480, 640, "RAW")
    assert (facts.taken_at, facts.camera) == ("2021-07-14T18:03:22", "Drawn One")
    seen = thumbnail(photo, tmp_path)
    assert seen.width < seen.height
    red, green, blue = seen.getpixel((10, 10))
    assert green > 150 > max(red, blue)


def test_a_raw_photo_without_a_preview_or_with_a_tiny_one_is_developed(tmp_path: Path) -> None:
    tiny = Image.new("RGB", (160, 120), "#20c040")
    for name, data in (("a.dng", dng()), ("b.dng", dng(preview=tiny))):
        photo = decode(DecodeTask(1, written(tmp_path, name, data)), INPUT)
        assert isinstance(photo, DecodedPhoto)
        seen = thumbnail(photo, tmp_path)
        left, right = seen.getpixel((20, 200)), seen.getpixel((seen.width - 20, 200))
        assert left[0] > 2 * left[2]
        assert right[2] > 2 * right[0]


def test_a_larger_rendition_is_developed_where_the_preview_is_too_small_for_it(tmp_path: Path) -> None:
    path = written(tmp_path, "a.dng", dng(1600, 1200, preview=Image.new("RGB", (640, 480), "#20c040")))
    small, large = (render(DecodeTask(1, path, rendition_edge=edge)) for edge in (640, 1600))
    assert (small.width, large.width) == (640, 1600)


def test_a_raw_photo_is_told_by_its_content_and_where_it_begins_as_tiff_by_its_name(tmp_path: Path) -> None:
    assert decoder_raw.is_raw(b"FUJIFILMCCD-RAW 0201", b".jpg")
    assert decoder_raw.is_raw(b"\0\0\0\x18ftypcrx \0\0", b"")
    assert decoder_raw.is_raw(b"II*\0\x10\0\0\0", b".NEF")
    assert not decoder_raw.is_raw(b"II*\0\x10\0\0\0", b".tif")
    Image.new("RGB", (64, 48), "red").save(tmp_path / "liar.tif")
    os.rename(tmp_path / "liar.tif", tmp_path / "liar.nef")
    with pytest.raises(PhotoUnreadable):
        decode(DecodeTask(1, os.fsencode(tmp_path / "liar.nef")), INPUT)
    cut = dng()[:4_000]
    with pytest.raises(PhotoUnreadable) as raised:
        decode(DecodeTask(1, written(tmp_path, "cut.dng", cut)), INPUT)
    assert raised.value.path == os.fsencode(tmp_path / "cut.dng")


def test_raw_photos_are_developed_behind_the_walls_of_a_decoder(tmp_path: Path) -> None:
    with DecodePool(INPUT, workers=1) as pool:
        path = written(tmp_path, "a.dng", dng(1600, 1200))
        pool.submit(DecodeTask(1, path))
        pool.submit(DecodeTask(2, path, rendition_edge=1200))
        found: dict[int, object] = {}
        deadline = time.monotonic() + 60
        while len(found) < 2 and time.monotonic() < deadline:
            found |= {each.photo_id: each for each in pool.poll(timeout_s=1.0)}
    assert isinstance(found[1], DecodedPhoto)
    assert isinstance(found[2], RenderedPhoto)
    assert found[2].width == 1200
