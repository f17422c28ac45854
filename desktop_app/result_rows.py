"""The packed numbers of a result's rows."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.search_hit import SearchHit


@dataclass(frozen=True, slots=True)
class Rows:
    """Of every row: photo id int64, width / height float32, mean colour uint32 0xRRGGBB, and how many other photos
    stand behind it uint32 (empty: none anywhere). `days`: (day since 1970, rows) int32 one after the other, where
    the rows are in the order of time."""

    ids: array[int]
    aspects: array[float]
    tones: array[int]
    alike: array[int]
    days: array[int] = field(default_factory=lambda: array("i"))

    def __len__(self) -> int:
        return len(self.ids)

    def first(self, count: int) -> Rows:
        if count >= len(self):
            return self
        return Rows(self.ids[:count], self.aspects[:count], self.tones[:count], self.alike[:count])

    def part(self, first: int, last: int) -> Rows:
        """Rows first..last, the last not among them."""
        some = slice(first, last)
        return Rows(self.ids[some], self.aspects[some], self.tones[some], self.alike[some])


NONE = Rows(array("q"), array("f"), array("I"), array("I"))


def unpacked(
    count: int, photo_ids: bytes, aspect_ratios: bytes, tones: bytes, alike: bytes = b"", *, days: bytes = b""
) -> Rows:
    """Little-endian arrays of `count` values each, `days` in pairs. Raises ValueError if one has another length."""
    return Rows(
        _values("q", photo_ids, count),
        _values("f", aspect_ratios, count),
        _values("I", tones, count),
        _values("I", alike, count) if alike else array("I"),
        _values("i", days, len(days) // 4),
    )


def floats(data: bytes, count: int) -> array[float]:
    """float32[count]. Raises ValueError if there are more or fewer."""
    return _values("f", data, count)


def rows_of_hits(hits: Sequence[SearchHit]) -> Rows:
    return Rows(
        array("q", [hit.photo_id for hit in hits]),
        array("f", [hit.width / max(hit.height, 1) for hit in hits]),
        array("I", [hit.tone & 0xFFFFFF for hit in hits]),
        array("I"),
    )


def _values(typecode: str, data: bytes, count: int) -> array:
    values = array(typecode)
    values.frombytes(data)
    if sys.byteorder == "big":
        values.byteswap()
    if len(values) != count:
        raise ValueError(f"{len(values)} packed values for {count} rows")
    return values
