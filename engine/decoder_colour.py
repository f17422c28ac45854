"""Brings every kind of pixel that a photo may hold to 8-bit RGB in sRGB."""

from __future__ import annotations

import io
import math
from functools import lru_cache

from PIL import Image, ImageCms

from engine.errors import PhotoUnreadable

# a transparent area is no part of the photo; on mid-grey neither a black nor a white drawing vanishes
BACKGROUND = (128, 128, 128)
RGB_PROFILE_LIMIT_BYTES = 256 * 2**10
CMYK_PROFILE_LIMIT_BYTES = 4 * 2**20
_FULL_SCALES = (1.0, 255.0, 1023.0, 4095.0, 16383.0, 65535.0)  # floats, and 8 to 16 bits as cameras and scanners use
_SRGB_NAMES = (b"sRGB", "sRGB".encode("utf-16-be"))


def to_rgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB of a loaded image. Transparent areas become grey. The profile is used for CMYK only; see `srgb_transform`."""
    if image.has_transparency_data:
        return _without_alpha(image)
    if image.mode == "RGB":
        return image
    if image.mode == "CMYK":
        transform = srgb_transform(profile, "CMYK")
        if transform is not None:
            return ImageCms.applyTransform(image, transform) or image
    if image.mode == "LAB":
        return _from_lab(image)
    if image.mode.startswith("I") or image.mode == "F":
        image = _to_8_bit(image)
    return image.convert("RGB")


@lru_cache(maxsize=16)
def srgb_transform(profile: bytes | None, mode: str = "RGB") -> ImageCms.ImageCmsTransform | None:
    """How to get from an embedded ICC profile to sRGB; None where it is sRGB already, of another kind, or broken."""
    limit = RGB_PROFILE_LIMIT_BYTES if mode == "RGB" else CMYK_PROFILE_LIMIT_BYTES
    if not profile or len(profile) > limit or profile[16:20] != mode.encode().ljust(4):
        return None
    if mode == "RGB" and any(name in profile for name in _SRGB_NAMES):
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError):
        return None  # a photo with a broken profile is shown as if it had none, as browsers do


def _without_alpha(image: Image.Image) -> Image.Image:
    image = image.convert("RGBA")
    flat = Image.new("RGB", image.size, BACKGROUND)
    flat.paste(image, mask=image.getchannel("A"))
    return flat


def _to_8_bit(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits, or floats, by the smallest full scale that holds the brightest pixel."""
    if image.mode.startswith("I;16"):
        image = image.convert("I")
    image = image.convert("F")
    low, high = image.getextrema()
    if not (isinstance(low, float) and isinstance(high, float) and math.isfinite(low) and math.isfinite(high)):
        raise PhotoUnreadable("The photo holds values that are no brightness", remedy="export it as JPEG")
    if low < 0 or high > _FULL_SCALES[-1]:
        scale = 255.0 / ((high - low) or 1.0)
        return image.point(lambda value: value * scale - low * scale).convert("L")
    scale = 255.0 / next(full for full in _FULL_SCALES if full >= high)
    return image.point(lambda value: value * scale + 0.0).convert("L")


def _from_lab(image: Image.Image) -> Image.Image:
    source, target = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    return ImageCms.applyTransform(image, ImageCms.buildTransform(source, target, "LAB", "RGB")) or image
