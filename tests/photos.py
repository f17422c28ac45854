"""Draws the photos that tests need: each one different, small and without a licence."""

from __future__ import annotations

import io
import os
import random
from typing import Any

from PIL import Image, ImageDraw

ORIENTATION = 0x0112
_UNDO = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def draw(size: tuple[int, int] = (640, 480), *, seed: int = 0) -> Image.Image:
    """An upright RGB scene: red in the upper left quarter, blue at the bottom, shapes that depend on `seed`."""
    width, height = size
    rng = random.Random(seed)
    image = Image.new("RGB", size, (90 + rng.randrange(100), 150, 200))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, height * 2 // 3, width, height), fill=(20, 40, 160))
    pen.rectangle((0, 0, width // 2, height // 3), fill=(220, 20, 30))
    for _ in range(12):
        x, y, r = rng.randrange(width), rng.randrange(height // 3, height), 1 + rng.randrange(max(2, height // 8))
        colour = (rng.randrange(256), rng.randrange(256), rng.randrange(256))
        pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)
    return image


def draw_photo(
    path: str | bytes | os.PathLike[str],
    *,
    size: tuple[int, int] = (640, 480),
    seed: int = 0,
    orientation: int = 1,
    format: str = "",  # noqa: A002
    mode: str = "RGB",
    exif: dict[int, Any] | None = None,
    gps: dict[int, Any] | None = None,
    camera: tuple[str, str] | None = None,
    taken_at: str | None = None,
    **save: Any,
) -> bytes:
    """Writes a photo and returns its bytes.

    `size` is the upright size; with `orientation` 2-8 the stored pixels are turned so that a reader who honours the tag
    sees the same scene. `taken_at` is written as in EXIF ("2024:05:06 07:08:09"), `camera` is (make, model), `exif`
    and `gps` hold further tags (a dict as value is a directory, as in {0x8769: {0xA434: "lens"}}). The format follows
    the extension (JPEG without one).
    """
    image = draw(size, seed=seed)
    if orientation in _UNDO:
        image = image.transpose(_UNDO[orientation])
    if mode != image.mode:
        image = image.convert(mode)
    tags = _exif(orientation, exif or {}, gps or {}, camera, taken_at)
    if len(tags):
        save["exif"] = tags.tobytes()
    out = io.BytesIO()
    image.save(out, format or _format_of(path), **save)
    data = out.getvalue()
    with open(path, "wb") as file:
        file.write(data)
    return data


def _exif(
    orientation: int,
    tags: dict[int, Any],
    gps: dict[int, Any],
    camera: tuple[str, str] | None,
    taken_at: str | None,
) -> Image.Exif:
    exif = Image.Exif()
    if orientation != 1:
        exif[ORIENTATION] = orientation
    if camera:
        exif[0x010F], exif[0x0110] = camera
    for tag, value in tags.items():
        if isinstance(value, dict):
            exif.get_ifd(tag).update(value)
        else:
            exif[tag] = value
    if taken_at:
        exif.get_ifd(0x8769)[0x9003] = taken_at
    if gps:
        exif.get_ifd(0x8825).update(gps)
    return exif


def _format_of(path: str | bytes | os.PathLike[str]) -> str:
    extension = os.path.splitext(os.fsencode(path))[1].decode("latin-1").lower()
    Image.init()
    return Image.EXTENSION.get(extension, "JPEG")
