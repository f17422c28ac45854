"""What the beginning of a JPEG XL file says, before anything is unpacked. Source: ISO/IEC 18181-1, annex D; -2, 9."""

from __future__ import annotations

SIGNATURE = b"\0\0\0\x0cJXL \r\n\x87\n"
_CODESTREAM = b"\xff\x0a"
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_LENGTHS = (9, 13, 18, 30)


def is_jxl(data: bytes) -> bool:
    return data.startswith((SIGNATURE, _CODESTREAM))


def jxl_size(data: bytes) -> tuple[int, int]:
    """Width and height, not yet turned upright. Raises ValueError where the header does not hold them."""
    stream = data if data.startswith(_CODESTREAM) else _first_codestream(data)
    bits = _Bits(stream[2:14])
    small = bits.take(1)
    height = bits.side(small)
    ratio = bits.take(3)
    if ratio:
        across, down = _RATIOS[ratio - 1]
        return height * across // down, height
    return bits.side(small), height


class _Bits:
    """Read from the lowest bit of the first byte on."""

    def __init__(self, data: bytes) -> None:
        self._value, self._left = int.from_bytes(data, "little"), 8 * len(data)

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise ValueError("the header is cut short")
        found = self._value & ((1 << count) - 1)
        self._value >>= count
        return found

    def side(self, small: int) -> int:
        """Of a small photo in steps of eight pixels."""
        return 8 * (self.take(5) + 1) if small else self.take(_LENGTHS[self.take(2)]) + 1


def _first_codestream(data: bytes) -> bytes:
    at = 0
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        head = 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if kind in (b"jxlc", b"jxlp"):
            start = at + head + (4 if kind == b"jxlp" else 0)
            if data[start : start + 2] != _CODESTREAM:
                break
            return data[start : start + 16]
        if length < head:
            break
        at += length
    raise ValueError("there is no codestream")
