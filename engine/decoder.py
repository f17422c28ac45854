"""One open of a photo file gives everything: hashes, facts, model pixels, thumbnail. The only door to Pillow.

Formats are told by content, from a list of those that a photo may have; no decoder outside it is ever called. Sizes
are refused from the header, before a pixel is unpacked.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from engine import decoder_raw, photo_metadata, photo_words
from engine.config import THUMBNAIL_EDGE_PX, ModelInput
from engine.decoder_colour import srgb_transform, to_rgb
from engine.decoder_exif import kept_exif
from engine.decoder_file import PhotoFile, read_photo_file
from engine.decoder_format import photo_format, scans
from engine.decoder_jxl import jxl_size
from engine.decoder_kinds import heif_ready, jxl_ready, known_format
from engine.decoder_words import Tagged, words_of
from engine.errors import PhotoUnreadable
from engine.photo import DecodedPhoto, DecodeTask, KnownPhoto, PhotoFacts, RenderedPhoto

JPEG_LIMIT_PX = 200_000_000
OTHER_LIMIT_PX = 100_000_000
SIDE_LIMIT_PX = 65_535
PASSES_LIMIT_PX = 4_000_000_000  # of all scans of a JPEG together: 200 megapixels in ten are half of it
THUMBNAIL_QUALITY = 82
RENDITION_QUALITY = 88
SKETCH_SIDE = 8
# A JPEG is unpacked at 1/2, 1/4 or 1/8 where that leaves both of these. Fixed, and not asked of the model, so that the
# pixel hash is the same for every model; only one with a larger input sees some photos a little softer.
ENOUGH_LONG_PX = THUMBNAIL_EDGE_PX
ENOUGH_SHORT_PX = 384

# importing them is what lets Image.open find them without loading every plugin that Pillow has
_PLUGINS = (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,  # a JPEG of several pictures, as phones take it: imported by the first one, if not here
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # there is a process for each core already
Image.MAX_IMAGE_PIXELS = JPEG_LIMIT_PX

_SMALLER = "export a smaller copy"
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_REDUCIBLE = {"L", "LA", "RGB", "RGBA", "CMYK", "I", "F"}


@dataclass(frozen=True, slots=True)
class _Upright:
    """A photo unpacked just as large as needed: RGB, upright, still in its own colour space."""

    image: Image.Image
    facts: PhotoFacts
    to_srgb: ImageCms.ImageCmsTransform | None
    words: str = ""

    def in_srgb(self, image: Image.Image) -> Image.Image:
        if self.to_srgb is not None:
            ImageCms.applyTransform(image, self.to_srgb, inPlace=True)
        return image


def decode(
    task: DecodeTask, model_input: ModelInput, opening: Callable[[], int] | None = None
) -> DecodedPhoto | KnownPhoto:
    """Reads the photo once and takes all that the library needs of it; `opening` gives the descriptor of a file that
    was opened elsewhere. Raises PhotoUnreadable."""
    file = read_photo_file(task.path, opening)
    if file.hash in task.known_hashes:
        return KnownPhoto(task.photo_id, file.hash, file.size, file.mtime_ns)
    with _explained(task.path):
        photo = _unpack(file, ENOUGH_LONG_PX, ENOUGH_SHORT_PX)
        thumbnail = photo.in_srgb(_within(photo.image, THUMBNAIL_EDGE_PX, Image.Resampling.HAMMING))
        return DecodedPhoto(
            photo_id=task.photo_id,
            file_hash=file.hash,
            pixel_hash=_pixel_hash(photo.facts, thumbnail),
            size=file.size,
            mtime_ns=file.mtime_ns,
            facts=photo.facts,
            pixels=photo.in_srgb(_square(photo.image, model_input)).tobytes(),
            thumbnail=_jpeg(thumbnail, THUMBNAIL_QUALITY),
            tone=_tone(thumbnail),
            sketch=_sketch(thumbnail),
            words=photo.words,
        )


def warm_up() -> None:
    """Loads whatever the first photo of each format would load: later there may be no right to."""
    heif_ready()
    jxl_ready()
    decoder_raw.warm_up()
    photo_words.warm_up()
    for name in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"):
        kept = io.BytesIO()
        Image.new("RGB", (16, 16)).save(kept, name)
        with _explained(b""):
            _unpack(PhotoFile(b"", kept.getvalue(), b"", 0, 0), 8, 8)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    srgb_transform(profile)


def load_pixels(path: bytes, model_input: ModelInput, *, aspect: tuple[int, int] | None = None) -> bytes:
    """The pixels that `decode` gives, uint8[size, size, 3] RGB, of a photo that a person named (a link is followed).

    With an aspect (width, height) they are those of the largest part around the middle that has this shape.
    """
    file = read_photo_file(os.path.realpath(path))
    with _explained(path):
        photo = _unpack(file, ENOUGH_LONG_PX, ENOUGH_SHORT_PX)
        image = photo.image if aspect is None else _middle(photo.image, aspect)
        return photo.in_srgb(_square(image, model_input)).tobytes()


def sketch_of(thumbnail: bytes) -> bytes:
    """The sketch that `decode` gave with this thumbnail, a path. Raises PhotoUnreadable."""
    file = read_photo_file(thumbnail)
    with _explained(thumbnail):
        return _sketch(_unpack(file, THUMBNAIL_EDGE_PX, 1).image)


def render(task: DecodeTask, opening: Callable[[], int] | None = None) -> RenderedPhoto:
    """An upright JPEG of at most `rendition_edge` pixels a side, as the task says. Raises PhotoUnreadable."""
    file = read_photo_file(task.path, opening)
    with _explained(task.path):
        photo = _unpack(file, task.rendition_edge, 1)
        image = photo.in_srgb(_within(photo.image, task.rendition_edge, Image.Resampling.BICUBIC))
        name = photo_format(file.data) or ""
        exif = kept_exif(file.data, name, place=task.exif == "all") if task.exif else b""
        made = _jpeg(image, task.quality or RENDITION_QUALITY, exif)
        return RenderedPhoto(task.photo_id, made, image.width, image.height)


@contextmanager
def _explained(path: bytes) -> Iterator[None]:
    """Whatever a broken photo makes Pillow raise becomes PhotoUnreadable: there is no list of what that may be."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about damaged metadata: nothing a person could act on
            yield
    except PhotoUnreadable as error:
        raise PhotoUnreadable(error.problem, path=path, remedy=error.remedy, final=error.final) from error
    except (MemoryError, Image.DecompressionBombError) as error:
        raise PhotoUnreadable("The photo is too large to be opened", path=path, remedy=_SMALLER) from error
    except Exception as error:
        cut_short = "truncated" in str(error) or isinstance(error, EOFError)
        problem = "The photo is cut short" if cut_short else "The photo is damaged, or of a kind that cannot be read"
        remedy = "copy it again from its source" if cut_short else "restore it from a backup, or export it as JPEG"
        raise PhotoUnreadable(problem, path=path, remedy=remedy) from error


def _unpack(file: PhotoFile, enough_long_px: int, enough_short_px: int) -> _Upright:
    if decoder_raw.is_raw(file.data, os.path.splitext(file.path)[1]):
        return _unpack_raw(file, max(enough_long_px, enough_short_px))
    name = known_format(file.data)
    if name == "JXL":
        _refuse_giant(jxl_size(file.data), OTHER_LIMIT_PX)  # it is unpacked by being opened
    image: Image.Image = Image.open(io.BytesIO(file.data), formats=[name])
    _refuse_giants(image, name)
    if name == "JPEG" and scans(file.data) * image.width * image.height > PASSES_LIMIT_PX:
        raise PhotoUnreadable(
            "The photo is packed in so many passes that it takes too long to open", remedy="export it as JPEG"
        )
    _drop_numbers(image)
    size, profile = image.size, image.info.get("icc_profile")
    _load(image, _spare(size, enough_long_px, enough_short_px))
    words = words_of(image)
    orientation, metadata = _tags(image)  # after loading, which turns a TIFF upright by itself
    if name == "JXL" and not getattr(image, "jpeg", False):
        orientation = 1  # its decoder has turned it, whatever its tags say
    image = to_rgb(_shrunk(image, _spare(image.size, enough_long_px, enough_short_px)), profile)
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    width, height = size[::-1] if orientation >= 5 else size
    return _Upright(image, _facts((width, height), name, metadata), srgb_transform(profile), words)


def _facts(size: tuple[int, int], name: str, metadata: photo_metadata.Metadata) -> PhotoFacts:
    return PhotoFacts(
        *size,
        name,
        metadata.taken_at,
        metadata.camera,
        metadata.lens,
        metadata.latitude,
        metadata.longitude,
    )


def _unpack_raw(file: PhotoFile, enough_px: int) -> _Upright:
    """The camera's own picture where it is large enough."""
    picture = decoder_raw.raw_picture(file.data, enough_px)
    image: Image.Image
    if picture.jpeg:
        image = Image.open(io.BytesIO(picture.jpeg), formats=["JPEG"])
        _refuse_giants(image, "JPEG")
        profile = image.info.get("icc_profile")
        _load(image, _spare(image.size, enough_px, 1))
    else:
        image, profile = Image.frombytes("RGB", picture.size, picture.rgb), None
    metadata, words = _raw_tags(file.data, image), words_of(image, file.data)
    image = to_rgb(_shrunk(image, _spare(image.size, enough_px, 1)), profile)
    if picture.orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[picture.orientation])
    return _Upright(image, _facts(picture.whole, "RAW", metadata), srgb_transform(profile), words)


def _raw_tags(data: bytes, preview: Image.Image) -> photo_metadata.Metadata:
    """Of the file itself where it is built as a TIFF is, else of Canon's boxes, else of its preview."""
    found = _tags(Tagged(decoder_raw.tiff_of(data)))[1]
    if found == photo_metadata.Metadata():
        main, shot, place = (Tagged(decoder_raw.boxed_tiff(data, name)) for name in (b"CMT1", b"CMT2", b"CMT4"))
        try:
            found = photo_metadata.parse(*(dict(each.getexif()) for each in (main, shot, place)))
        except Exception:  # as of any other file: the pixels are good anyway
            found = photo_metadata.Metadata()
    return found if found != photo_metadata.Metadata() else _tags(preview)[1]


def _refuse_giants(image: Image.Image, name: str) -> None:
    _refuse_giant(image.size, JPEG_LIMIT_PX if name == "JPEG" else OTHER_LIMIT_PX)


def _refuse_giant(size: tuple[int, int], limit_px: int) -> None:
    if max(size) > SIDE_LIMIT_PX or size[0] * size[1] > limit_px:
        raise PhotoUnreadable(f"The photo is too large ({size[0]} x {size[1]} pixels)", remedy=_SMALLER)
    if min(size) < 1:
        raise PhotoUnreadable("The photo has no pixels")


def _drop_numbers(image: Image.Image) -> None:
    """A TIFF may have a number where its profile or its words should be; Pillow fails of it while it loads pixels."""
    for block in ("icc_profile", "xmp", "exif"):
        if not isinstance(image.info.get(block, b""), bytes):
            del image.info[block]


def _spare(size: tuple[int, int], enough_long_px: int, enough_short_px: int) -> int:
    return max(1, min(max(size) // enough_long_px, min(size) // enough_short_px))


def _load(image: Image.Image, spare: int) -> None:
    """Unpacks the first frame; a JPEG at the smallest of 1, 1/2, 1/4 and 1/8 that is not below 1/spare."""
    if isinstance(image, JpegImagePlugin.JpegImageFile) and spare > 1:
        image.draft(None, (image.width // spare, image.height // spare))
    image.load()


def _shrunk(image: Image.Image, spare: int) -> Image.Image:
    """At 1/spare, where a format could not be unpacked so and its pixels allow it: later steps then cost little."""
    if spare == 1 or image.mode not in _REDUCIBLE or "transparency" in image.info:
        return image
    return image.reduce(spare)


def _tags(image: Image.Image | Tagged) -> tuple[int, photo_metadata.Metadata]:
    """Orientation 1-8 and metadata. Pillow's parser may raise anything on hostile tags; the pixels are good anyway."""
    try:
        exif = image.getexif()
        orientation = exif.get(_ORIENTATION)
    except Exception:
        return 1, photo_metadata.Metadata()
    if not isinstance(orientation, int) or not 1 <= orientation <= 8:
        orientation = 1
    ifds = (_directory(exif, photo_metadata.EXIF_IFD), _directory(exif, photo_metadata.GPS_IFD))
    return orientation, photo_metadata.parse(dict(exif), *ifds)


def _directory(exif: Image.Exif, tag: int) -> dict[int, Any]:
    try:
        return dict(exif.get_ifd(tag))
    except Exception:
        return {}


def _within(image: Image.Image, edge_px: int, resample: Image.Resampling) -> Image.Image:
    """A copy of at most `edge_px` a side; never enlarged."""
    scale = edge_px / max(image.size)
    if scale >= 1:
        return image.copy()
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, resample, reducing_gap=2.0)


def _middle(image: Image.Image, aspect: tuple[int, int]) -> Image.Image:
    scale = min(image.width / aspect[0], image.height / aspect[1])
    width, height = (max(1, round(side * scale)) for side in aspect)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def _square(image: Image.Image, model_input: ModelInput) -> Image.Image:
    """The model's view. A whole-number reduction first costs half the time and less error than a JPEG's own."""
    side = model_input.size
    resample = Image.Resampling[model_input.interpolation.upper()]
    width, height = image.size
    if model_input.resize == "squash":
        return image.resize((side, side), resample, reducing_gap=1.0)
    if model_input.resize == "shortest":
        short = min(width, height)
        left, top = (width - short) / 2, (height - short) / 2
        return image.resize((side, side), resample, (left, top, left + short, top + short), reducing_gap=1.0)
    scale = side / max(width, height)
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    square = Image.new("RGB", (side, side), (model_input.fill,) * 3)
    place = ((side - inner[0]) // 2, (side - inner[1]) // 2)
    square.paste(image.resize(inner, resample, reducing_gap=1.0), place)
    return square


def _pixel_hash(facts: PhotoFacts, thumbnail: Image.Image) -> bytes:
    """BLAKE2b-256 of the upright size and the thumbnail's RGB: what the photo shows, not how the file says it."""
    digest = hashlib.blake2b(struct.pack("<II", facts.width, facts.height), digest_size=32)
    digest.update(thumbnail.tobytes())
    return digest.digest()


def _tone(image: Image.Image) -> int:
    red, green, blue = image.reduce(image.size).getpixel((0, 0))  # type: ignore[misc]
    return int(red) << 16 | int(green) << 8 | int(blue)


def _sketch(image: Image.Image) -> bytes:
    return image.convert("L").resize((SKETCH_SIDE, SKETCH_SIDE), Image.Resampling.BOX).tobytes()


def _jpeg(image: Image.Image, quality: int, exif: bytes = b"") -> bytes:
    out = io.BytesIO()
    image.info.clear()
    image.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()
