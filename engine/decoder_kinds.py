"""Formats that need an optional part, and whether it is here."""

from __future__ import annotations

import importlib.util
from functools import cache

from engine.decoder_format import is_zero_filled, photo_format
from engine.decoder_jxl import is_jxl
from engine.errors import PhotoUnreadable
from engine.safe_versions import LEAST_LIBHEIF, numbers


def known_format(data: bytes) -> str:
    """Pillow's name of it. Raises PhotoUnreadable for what is no photo, not whole, or lacks its optional part."""
    name = "JXL" if is_jxl(data) else photo_format(data)
    if name is None:
        raise PhotoUnreadable("This is not a photo in a format that can be read", remedy="convert it to JPEG")
    if name == "HEIF" and not heif_ready():
        raise PhotoUnreadable("HEIC photos need an optional part", remedy="pip install pillow-heif")
    if name == "JXL" and not jxl_ready():
        raise PhotoUnreadable("JPEG XL photos need an optional part", remedy="pip install pillow-jxl-plugin")
    if name == "JPEG" and is_zero_filled(data):
        raise PhotoUnreadable("The photo is cut short: its end is empty", remedy="copy it again from its source")
    return name


@cache
def heif_ready() -> bool:
    """Whether HEIF can be read; loads its decoder at the first such photo."""
    if importlib.util.find_spec("pillow_heif") is None:
        return False
    import pillow_heif

    if numbers(pillow_heif.libheif_version()) < LEAST_LIBHEIF:
        return False
    pillow_heif.options.THUMBNAILS = False
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener()
    return True


@cache
def jxl_ready() -> bool:
    """Whether JPEG XL can be read; loads its decoder at the first such photo."""
    if importlib.util.find_spec("pillow_jxl") is None:
        return False
    from pillow_jxl import JpegXLImagePlugin

    JpegXLImagePlugin.DECODE_THREADS = 0  # there is a process for each core already
    return True
