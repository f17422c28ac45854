"""Date, camera, lens and place from a photo's EXIF tags. Tags are hostile until they prove plausible."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MAKE, MODEL, DATE_TIME = 0x010F, 0x0110, 0x0132
EXIF_IFD, GPS_IFD = 0x8769, 0x8825
DATE_TIME_ORIGINAL, LENS_MODEL = 0x9003, 0xA434
TEXT_LIMIT = 100
FIRST_YEAR, LAST_YEAR = 1826, 2199  # the oldest photograph that exists; beyond the last a clock was never set

_DATE = re.compile(r"\s*(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?", re.ASCII)
_COMPANY = re.compile(
    r"[\s,]+(corporation|corp\.?|company|co\.?|ltd\.?|inc\.?|imaging|optical|electric|electronics|digital|"
    r"photo film|techwin|ag|gmbh|camera)(?=[\s,.]|$).*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the tags say; `taken_at` is ISO 8601 in the camera's own time, place in degrees (WGS 84)."""

    taken_at: str | None = None
    camera: str | None = None
    lens: str | None = None
    latitude: float | None = None
    longitude: float | None = None


def parse(main: Mapping[int, Any], photo: Mapping[int, Any], gps: Mapping[int, Any]) -> Metadata:
    """Reads the tags of the main, the Exif and the GPS directory. Never raises for what a file may hold."""
    latitude, longitude = _place(gps)
    return Metadata(
        taken_at=_date(photo.get(DATE_TIME_ORIGINAL)) or _date(main.get(DATE_TIME)),
        camera=_camera(_text(main.get(MAKE)), _text(main.get(MODEL))),
        lens=_text(photo.get(LENS_MODEL)),
        latitude=latitude,
        longitude=longitude,
    )


def _text(value: Any) -> str | None:
    """One tidy line of at most 100 characters; nothing that a terminal or a label would obey."""
    if isinstance(value, bytes):
        value = value[: 4 * TEXT_LIMIT].decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    value = _mended(value[: 4 * TEXT_LIMIT].split("\0")[0])
    line = " ".join("".join(ch if ch.isprintable() else " " for ch in value).split())
    return line[:TEXT_LIMIT].rstrip() if line.strip("-_?. ") else None


def _mended(text: str) -> str:
    """EXIF text is ASCII by the standard and UTF-8 in practice, but is handed over as Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _date(value: Any) -> str | None:
    text = _text(value)
    found = _DATE.match(text) if text else None
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        moment = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    return moment.isoformat() if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _camera(make: str | None, model: str | None) -> str | None:
    if not make or not model:
        return model or make
    brand = _COMPANY.sub("", make)
    if model.lower().startswith(brand.split()[0].lower()):
        return model
    return f"{brand} {model}"[:TEXT_LIMIT].rstrip()


def _place(gps: Mapping[int, Any]) -> tuple[float | None, float | None]:
    latitude = _degrees(gps.get(2), gps.get(1), "N", "S", 90.0)
    longitude = _degrees(gps.get(4), gps.get(3), "E", "W", 180.0)
    # receivers without a fix write zeros, and nobody lives on that buoy
    if latitude is None or longitude is None or (latitude == 0.0 and longitude == 0.0):
        return None, None
    return latitude, longitude


def _degrees(value: Any, reference: Any, positive: str, negative: str, limit: float) -> float | None:
    side = (_text(reference) or "").upper()[:1]
    if not isinstance(value, tuple) or not 1 <= len(value) <= 3 or side not in (positive, negative):
        return None
    parts = [_number(part) for part in value]
    total = sum(part / 60**power for power, part in enumerate(parts))
    if not math.isfinite(total) or any(part < 0 for part in parts) or total > limit:
        return None
    return round(-total if side == negative else total, 7)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, ArithmeticError):
        return math.nan
