"""What one open of a photo gives: upright, in its colours, as the model sees it."""

from __future__ import annotations

import hashlib
import io
import os
import struct
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageFilter

from engine.config import ModelInput
from engine.decoder import decode, load_pixels, render
from engine.photo import DecodeTask, KnownPhoto, PhotoFacts
from tests.engine.decoded import INPUT, difference, is_upright, opened, pixels, thumbnail
from tests.photos import draw, draw_photo

# ---- what one open gives ----------------------------------------------------------------------------------------


def test_one_open_gives_hashes_facts_pixels_thumbnail_and_tone(tmp_path: Path) -> None:
    data = draw_photo(
        tmp_path / "a.jpg",
        size=(800, 600),
        camera=("NIKON CORPORATION", "NIKON D750"),
        taken_at="2023:09:25 08:33:30",
        exif={0x8769: {0xA434: "50mm f/1.8"}},
        gps={1: "S", 2: (51.0, 30.0, 0.0), 3: "E", 4: (10.0, 15.0, 0.0)},
    )
    photo = opened(tmp_path / "a.jpg")
    status = os.stat(tmp_path / "a.jpg")
    assert (photo.photo_id, photo.size, photo.mtime_ns) == (7, len(data), status.st_mtime_ns)
    assert photo.file_hash == hashlib.blake2b(data, digest_size=32).digest()
    assert photo.facts == PhotoFacts(800, 600, "JPEG", "2023-09-25T08:33:30", "NIKON D750", "50mm f/1.8", -51.5, 10.25)
    assert len(photo.pixels) == 64 * 64 * 3
    assert thumbnail(photo).size == (512, 384)
    mean = thumbnail(photo).convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    tone = (photo.tone >> 16, photo.tone >> 8 & 255, photo.tone & 255)
    assert all(abs(a - b) <= 2 for a, b in zip(mean, tone, strict=True))  # type: ignore[arg-type]


def test_a_file_whose_hash_is_known_is_not_decoded(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"not a photo at all")
    known = hashlib.blake2b(b"not a photo at all", digest_size=32).digest()
    outcome = decode(DecodeTask(7, os.fsencode(tmp_path / "a.jpg"), (bytes(32), known)), INPUT)
    status = os.stat(tmp_path / "a.jpg")
    assert outcome == KnownPhoto(7, known, status.st_size, status.st_mtime_ns)


def test_the_original_is_left_as_it_was(tmp_path: Path) -> None:
    data = draw_photo(tmp_path / "a.jpg", orientation=6)
    before = os.stat(tmp_path / "a.jpg")
    opened(tmp_path / "a.jpg")
    after = os.stat(tmp_path / "a.jpg")
    assert (tmp_path / "a.jpg").read_bytes() == data
    assert (before.st_mtime_ns, before.st_mode, before.st_ctime_ns) == (
        after.st_mtime_ns,
        after.st_mode,
        after.st_ctime_ns,
    )


def test_a_thumbnail_is_never_larger_than_the_photo_and_holds_no_metadata(tmp_path: Path) -> None:
    draw_photo(tmp_path / "a.jpg", size=(100, 60), camera=("A", "B"), comment=b"private", orientation=3)
    small = thumbnail(opened(tmp_path / "a.jpg"))
    assert small.size == (100, 60)
    assert len(small.getexif()) == 0
    assert "comment" not in small.info
    assert "icc_profile" not in small.info


def test_the_pixel_hash_stays_when_only_the_metadata_or_the_model_change(tmp_path: Path) -> None:
    draw_photo(tmp_path / "a.jpg", size=(1600, 1200))
    draw_photo(tmp_path / "b.jpg", size=(1600, 1200), camera=("Maker", "Thing"), taken_at="2020:01:01 00:00:00")
    draw_photo(tmp_path / "c.jpg", size=(1600, 1200), seed=1)
    plain, tagged, other = (opened(tmp_path / name) for name in ("a.jpg", "b.jpg", "c.jpg"))
    assert plain.file_hash != tagged.file_hash
    assert plain.pixel_hash == tagged.pixel_hash != other.pixel_hash
    assert opened(tmp_path / "a.jpg", ModelInput(448, "longest")).pixel_hash == plain.pixel_hash


# ---- odd but valid ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif", "a.avif"])
def test_every_orientation_comes_out_upright(tmp_path: Path, orientation: int, name: str) -> None:
    draw_photo(tmp_path / name, size=(320, 240), orientation=orientation)
    photo = opened(tmp_path / name)
    assert (photo.facts.width, photo.facts.height) == (320, 240)
    assert thumbnail(photo).size == (320, 240)
    assert is_upright(thumbnail(photo))
    assert is_upright(pixels(photo))


@pytest.mark.parametrize("size", [(3000, 2000), (2000, 3000), (8000, 400), (513, 512), (1, 1), (2000, 1)])
@pytest.mark.parametrize("orientation", [1, 6])
def test_sizes_are_those_of_the_whole_upright_photo(tmp_path: Path, size: tuple[int, int], orientation: int) -> None:
    draw_photo(tmp_path / "a.jpg", size=size, orientation=orientation)
    photo = opened(tmp_path / "a.jpg")
    assert (photo.facts.width, photo.facts.height) == size
    assert max(thumbnail(photo).size) == min(512, max(size))
    short_side = max(1, min(size) * min(1, 512 / max(size)))
    assert abs(min(thumbnail(photo).size) - short_side) <= 0.5


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("a.jpg", "L"),
        ("a.jpg", "CMYK"),
        ("a.png", "1"),
        ("a.png", "P"),
        ("a.png", "L"),
        ("a.png", "LA"),
        ("a.png", "I;16"),
        ("a.png", "RGBA"),
        ("a.gif", "P"),
        ("a.bmp", "RGB"),
        ("a.webp", "RGBA"),
        ("a.avif", "RGBA"),
        ("a.tif", "CMYK"),
        ("a.tif", "I;16"),
        ("a.tif", "I"),
        ("a.tif", "F"),
        ("a.tif", "LAB"),
        ("a.tif", "YCbCr"),
    ],
)
@pytest.mark.parametrize("size", [(200, 150), (2400, 1800)])
def test_every_kind_of_pixel_becomes_the_colours_it_means(
    tmp_path: Path, name: str, mode: str, size: tuple[int, int]
) -> None:
    upright = draw(size)
    image = in_mode(upright, mode)
    image.save(tmp_path / name)
    seen = thumbnail(opened(tmp_path / name)).convert("RGB")
    grey = mode in ("L", "LA", "I;16", "F", "1", "I")
    expected = upright.convert("L").convert("RGB") if grey else upright
    blur = ImageFilter.GaussianBlur(6)
    assert difference(seen.filter(blur), expected.resize(seen.size).filter(blur)) < (20 if mode == "CMYK" else 8)


def in_mode(image: Image.Image, mode: str) -> Image.Image:
    if mode == "LAB":
        profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        lab = ImageCms.applyTransform(image, ImageCms.buildTransform(*profiles, "RGB", "LAB"))
        assert lab is not None
        return lab
    if mode == "I;16":
        samples = b"".join(struct.pack("<H", value * 257) for value in image.convert("L").tobytes())
        return Image.frombytes("I;16", image.size, samples)
    if mode == "I":
        return image.convert("L").convert("I").point(lambda value: value * 257)
    if mode == "F":
        return image.convert("L").convert("F").point(lambda value: value * (1 / 255) + 0)
    return image.convert(mode)


@pytest.mark.parametrize("name", ["a.png", "a.webp", "a.gif"])
def test_what_is_transparent_becomes_grey(tmp_path: Path, name: str) -> None:
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(tmp_path / name)
    photo = opened(tmp_path / name)
    assert thumbnail(photo).getpixel((30, 30)) == (128, 128, 128)
    assert photo.tone == 0x808080


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png"])
def test_of_an_animation_the_first_frame_is_taken(tmp_path: Path, name: str) -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ((200, 0, 0), (0, 200, 0), (0, 0, 200))]
    frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:])
    red, green, blue = thumbnail(opened(tmp_path / name)).convert("RGB").getpixel((30, 30))  # type: ignore[misc]
    assert red > 150
    assert green < 50
    assert blue < 50


def test_a_photo_with_more_pictures_behind_it_is_a_photo(tmp_path: Path) -> None:
    draw((320, 240)).save(tmp_path / "a.mpo", "MPO", save_all=True, append_images=[draw((160, 120), seed=1)])
    photo = opened(tmp_path / "a.mpo")
    assert (photo.facts.width, photo.facts.height, photo.facts.format) == (320, 240, "JPEG")
    assert is_upright(thumbnail(photo))


def test_heic_is_read_where_its_part_is_installed(tmp_path: Path) -> None:
    heif = pytest.importorskip("pillow_heif", reason="the heic part is not installed")
    heif.from_pillow(draw((320, 240))).save(tmp_path / "a.heic")
    photo = opened(tmp_path / "a.heic")
    assert (photo.facts.width, photo.facts.height, photo.facts.format) == (320, 240, "HEIF")
    assert is_upright(thumbnail(photo))


def test_a_name_says_nothing_about_the_format(tmp_path: Path) -> None:
    draw_photo(tmp_path / "a.png", format="JPEG")
    assert opened(tmp_path / "a.png").facts.format == "JPEG"


def test_a_wide_colour_space_is_brought_to_srgb(tmp_path: Path) -> None:
    # a profile whose red and blue are exchanged: whoever ignores it shows the wrong colours
    profile = swapped_profile()
    Image.merge("RGB", draw((320, 240)).split()[::-1]).save(tmp_path / "a.jpg", icc_profile=profile, quality=95)
    draw_photo(tmp_path / "b.jpg", size=(320, 240), quality=95)
    swapped, plain = (thumbnail(opened(tmp_path / name)) for name in ("a.jpg", "b.jpg"))
    assert difference(swapped, plain) < 6


def swapped_profile() -> bytes:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", profile[128:132])[0]
    places = {bytes(profile[132 + 12 * n : 136 + 12 * n]): 132 + 12 * n for n in range(count)}
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    profile[red + 4 : red + 12], profile[blue + 4 : blue + 12] = (
        profile[blue + 4 : blue + 12],
        profile[red + 4 : red + 12],
    )
    for name in (b"sRGB", "sRGB".encode("utf-16-be")):
        profile = bytearray(bytes(profile).replace(name, b"x" * len(name)))
    return bytes(profile)


def test_a_broken_colour_profile_is_ignored(tmp_path: Path) -> None:
    draw_photo(tmp_path / "a.jpg", icc_profile=b"\0" * 16 + b"RGB " + os.urandom(500))
    assert is_upright(thumbnail(opened(tmp_path / "a.jpg")))


# ---- how the model sees it --------------------------------------------------------------------------------------


def test_squash_ignores_the_aspect(tmp_path: Path) -> None:
    draw_photo(tmp_path / "a.jpg", size=(600, 200))
    assert is_upright(pixels(opened(tmp_path / "a.jpg", ModelInput(64, "squash"))))


def test_shortest_takes_the_centre(tmp_path: Path) -> None:
    image = Image.new("RGB", (600, 200), (255, 0, 0))
    image.paste((0, 255, 0), (200, 0, 400, 200))
    image.save(tmp_path / "a.png")
    seen = pixels(opened(tmp_path / "a.png", ModelInput(64, "shortest")))
    assert seen.getpixel((2, 32)) == seen.getpixel((61, 32)) == (0, 255, 0)


def test_longest_pads_with_the_fill(tmp_path: Path) -> None:
    Image.new("RGB", (600, 300), (255, 0, 0)).save(tmp_path / "a.png")
    seen = pixels(opened(tmp_path / "a.png", ModelInput(64, "longest", fill=9)))
    assert seen.getpixel((32, 5)) == seen.getpixel((32, 58)) == (9, 9, 9)
    assert seen.getpixel((0, 32)) == seen.getpixel((63, 32)) == (255, 0, 0)


@pytest.mark.parametrize("size", [(600, 450), (4000, 3000)])
@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
def test_shortcuts_stay_near_a_careful_resize(tmp_path: Path, size: tuple[int, int], interpolation: str) -> None:
    draw_photo(tmp_path / "a.jpg", size=size, quality=95)
    seen = pixels(opened(tmp_path / "a.jpg", ModelInput(224, "squash", interpolation)), 224)  # type: ignore[arg-type]
    careful = Image.open(tmp_path / "a.jpg").resize((224, 224), Image.Resampling[interpolation.upper()])
    assert difference(seen, careful) < 1.5


def test_a_named_photo_gives_the_same_pixels_also_through_a_link(tmp_path: Path) -> None:
    draw_photo(tmp_path / "a.jpg", size=(900, 700), orientation=8)
    os.symlink("a.jpg", tmp_path / "link.jpg")
    expected = opened(tmp_path / "a.jpg").pixels
    assert load_pixels(os.fsencode(tmp_path / "a.jpg"), INPUT) == expected
    assert load_pixels(os.fsencode(tmp_path / "link.jpg"), INPUT) == expected


def test_a_rendition_is_upright_and_as_large_as_asked(tmp_path: Path) -> None:
    draw_photo(tmp_path / "a.jpg", size=(3000, 2000), orientation=6)
    large = render(DecodeTask(3, os.fsencode(tmp_path / "a.jpg"), rendition_edge=1200))
    image = Image.open(io.BytesIO(large.jpeg))
    assert (large.photo_id, large.width, large.height) == (3, 1200, 800)
    assert image.size == (1200, 800)
    assert is_upright(image)
    assert len(image.getexif()) == 0


def test_a_rendition_is_not_enlarged(tmp_path: Path) -> None:
    draw_photo(tmp_path / "a.jpg", size=(300, 200))
    assert render(DecodeTask(3, os.fsencode(tmp_path / "a.jpg"), rendition_edge=2000)).width == 300


@pytest.mark.parametrize("aspect", [(3, 4), (4, 3), (1, 1)])
def test_pixels_of_an_aspect_are_those_of_the_middle(tmp_path: Path, aspect: tuple[int, int]) -> None:
    image = draw((300, 240), seed=3)
    image.save(tmp_path / "whole.png")
    side = min(300 / aspect[0], 240 / aspect[1])
    width, height = round(aspect[0] * side), round(aspect[1] * side)
    left, top = (300 - width) // 2, (240 - height) // 2
    image.crop((left, top, left + width, top + height)).save(tmp_path / "cut.png")
    seen = load_pixels(os.fsencode(tmp_path / "whole.png"), INPUT, aspect=aspect)
    assert seen == load_pixels(os.fsencode(tmp_path / "cut.png"), INPUT)
