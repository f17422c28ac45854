from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from engine.config import ModelInput
from engine.decoder import decode
from engine.decoder_jxl import is_jxl, jxl_size
from engine.errors import PhotoUnreadable
from engine.photo import DecodedPhoto, DecodeTask

pytest.importorskip("pillow_jxl", reason="JPEG XL is an optional part")

INPUT = ModelInput(size=64)


def jxl(width: int, height: int, *, orientation: int = 1) -> bytes:
    image, out, exif = Image.new("RGB", (width, height), "#c02020"), io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x0132] = orientation, "2021:07:14 18:03:22"
    image.paste("#2020c0", (0, 0, width // 2, height))
    image.save(out, "JXL", exif=exif.tobytes())
    return out.getvalue()


@pytest.mark.parametrize("size", [(300, 200), (256, 256), (640, 480), (1, 1), (8_200, 10), (799, 601)])
def test_the_size_is_known_before_anything_is_unpacked(size: tuple[int, int]) -> None:
    data = jxl(*size)
    assert is_jxl(data)
    assert jxl_size(data) == size
    with pytest.raises(ValueError, match="no codestream"):
        jxl_size(data[:30])


def test_a_jpeg_xl_photo_is_decoded_with_its_facts_and_a_giant_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jxl").write_bytes(jxl(640, 480))
    photo = decode(DecodeTask(1, os.fsencode(tmp_path / "a.jxl")), INPUT)
    assert isinstance(photo, DecodedPhoto)
    facts = photo.facts
    assert (facts.width, facts.height, facts.format, facts.taken_at) == (640, 480, "JXL", "2021-07-14T18:03:22")
    left, right = photo.pixels[:3], photo.pixels[63 * 3 : 64 * 3]
    assert left[2] > 150 > left[0]
    assert right[0] > 150 > right[2]
    # 30 bits of height and of width, all ones: a billion pixels a side
    giant = b"\xff\x0a" + (
        0 | 0b11 << 1 | ((1 << 30) - 1) << 3 | 0 << 33 | 0b11 << 36 | ((1 << 30) - 1) << 38
    ).to_bytes(9, "little")
    (tmp_path / "giant.jxl").write_bytes(giant + bytes(64))
    with pytest.raises(PhotoUnreadable, match="too large"):
        decode(DecodeTask(1, os.fsencode(tmp_path / "giant.jxl")), INPUT)
    (tmp_path / "cut.jxl").write_bytes(jxl(640, 480)[:200])
    with pytest.raises(PhotoUnreadable):
        decode(DecodeTask(1, os.fsencode(tmp_path / "cut.jxl")), INPUT)


def test_the_decoder_turns_a_jpeg_xl_photo_only_once(tmp_path: Path) -> None:
    """What the tags say of turning counts in a JPEG that was packed without loss, and nowhere else."""
    (tmp_path / "a.jxl").write_bytes(jxl(640, 480, orientation=6))
    photo = decode(DecodeTask(1, os.fsencode(tmp_path / "a.jxl")), INPUT)
    assert isinstance(photo, DecodedPhoto)
    assert (photo.facts.width, photo.facts.height) == (640, 480)
