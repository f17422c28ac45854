"""What is no photo, or a damaged one, is refused; what other people broke decodes or says why not."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import ImageFilter

from engine.decoder_kinds import jxl_ready
from engine.errors import PhotoUnreadable
from tests.engine.decoded import difference, opened, pixels, refused
from tests.photos import draw_photo


def test_a_truncated_photo_is_refused_although_half_of_it_would_decode(tmp_path: Path) -> None:
    data = draw_photo(tmp_path / "whole.jpg")
    (tmp_path / "a.jpg").write_bytes(data[: len(data) * 2 // 3])
    assert refused(tmp_path / "a.jpg", "cut short").remedy


def test_a_photo_whose_end_was_never_written_is_refused(tmp_path: Path) -> None:
    data = draw_photo(tmp_path / "whole.jpg")
    (tmp_path / "a.jpg").write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
    refused(tmp_path / "a.jpg", "its end is empty")


def test_zeros_or_another_file_behind_a_whole_photo_are_no_harm(tmp_path: Path) -> None:
    data = draw_photo(tmp_path / "a.jpg")
    (tmp_path / "a.jpg").write_bytes(data + bytes(5000))
    (tmp_path / "b.jpg").write_bytes(data + b"PK\3\4 a zip" + bytes(5000))
    assert opened(tmp_path / "a.jpg").pixel_hash == opened(tmp_path / "b.jpg").pixel_hash


@pytest.mark.parametrize(
    "data",
    [
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"8BPS\0\1" + bytes(50),
        b"SIMPLE  = T",
        b"<svg/>",
        b"icns\0\0",
        b"version https://git-lfs.github.com/spec/v1",
        b"\0" * 64,
        b"\xff" * 64,
        b"MZ",
    ],
)
def test_what_is_no_photo_is_refused_by_content(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(data)
    assert refused(tmp_path / "a.jpg", "not a photo").final


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    refused(tmp_path / "a.jpg", "empty")


def png_of(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(10_001, 10_000), (65_536, 1), (1, 70_000), (2**31 - 1, 2**31 - 1)])
def test_giants_are_refused_from_the_header(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "a.png").write_bytes(png_of(*size))
    refused(tmp_path / "a.png", "too large")


def test_a_jpeg_may_have_200_megapixels_and_no_more(tmp_path: Path) -> None:
    data = bytearray(draw_photo(tmp_path / "a.jpg", size=(64, 64)))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 20_001, 10_000)
    (tmp_path / "a.jpg").write_bytes(data)
    refused(tmp_path / "a.jpg", "too large")


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    os.truncate(tmp_path / "a.jpg", 10 * 2**30)
    refused(tmp_path / "a.jpg", "larger than 512 MB")


def test_a_file_that_is_gone_is_no_failure_of_the_photo(tmp_path: Path) -> None:
    failure = refused(tmp_path / "a.jpg", "gone")
    assert failure.vanished
    assert not failure.final


@pytest.mark.skipif(os.name != "posix", reason="special files of POSIX systems")
@pytest.mark.timeout(120)
def test_links_pipes_and_folders_are_refused_without_blocking(tmp_path: Path) -> None:
    draw_photo(tmp_path / "real.jpg")
    os.symlink("real.jpg", tmp_path / "link.jpg")
    os.mkfifo(tmp_path / "fifo.jpg")
    os.mkdir(tmp_path / "folder.jpg")
    refused(tmp_path / "link.jpg", "link")
    refused(tmp_path / "fifo.jpg", "not a regular file")
    refused(tmp_path / "folder.jpg", "not a regular file")


def test_broken_photos_of_every_format_are_refused_or_decode(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.png", "a.webp", "a.gif", "a.tif", "a.bmp", "a.avif"):
        data = draw_photo(tmp_path / name, size=(80, 60), mode="P" if name == "a.gif" else "RGB")
        for cut in range(1, len(data), max(1, len(data) // 25)):
            broken = data[:cut] + bytes([data[cut] ^ 0x55]) + data[cut + 1 :]
            for content in (data[:cut], broken):
                (tmp_path / name).write_bytes(content)
                try:
                    assert len(opened(tmp_path / name).pixels) == 64 * 64 * 3
                except PhotoUnreadable as failure:
                    assert failure.problem  # noqa: PT017


# ---- files that other people broke ------------------------------------------------------------------------------


def data_folder(name: str) -> Path:
    root = os.environ.get("AFTERIMAGE_DATA")
    if not root or not (Path(root) / name).is_dir():
        pytest.skip(f"AFTERIMAGE_DATA names no folder with {name}/")
    return Path(root) / name


def test_photos_of_real_cameras_decode_or_say_why_not() -> None:
    for path in sorted(data_folder("camera").rglob("*.*")):
        if path.suffix == ".jxl" and not jxl_ready():
            refused(path, "need an optional part")
        elif path.suffix == ".xmp":
            refused(path, "not a photo")
        elif path.is_file() and (path.suffix != ".heic" or pytest.importorskip("pillow_heif")):
            assert opened(path).facts.width > 0


@pytest.mark.parametrize(("folder", "kind"), [("orientation", "Landscape"), ("orientation", "Portrait")])
def test_photos_of_real_cameras_are_upright(folder: str, kind: str) -> None:
    photos = [opened(data_folder("camera") / folder / f"{kind}_{n}.jpg") for n in range(1, 9)]
    blur = ImageFilter.GaussianBlur(3)
    first = pixels(photos[0]).filter(blur)
    assert {photo.facts.width for photo in photos} == {photos[0].facts.width}
    assert max(difference(pixels(photo).filter(blur), first) for photo in photos) < 5
