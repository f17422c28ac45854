"""What the cross-encoder needs of each content, in checked segments that can be thrown away and made again."""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Iterable

import numpy as np

from engine.token_store_segment import ALIGN, HEAD, SEGMENT_ROWS, Segment

_NAME = "tokens-{}x{}-{:05d}.seg"


class TokenStore:
    """Tokens of contents: int8[tokens, width] values and float16[tokens] scales each, under one token version.

    A row counts only if its head holds the content id, the token version and the checksum of what is read; others are
    absent. Rows of other versions and removed ones are overwritten. Which slot holds which content is read from the
    heads at opening.
    """

    def __init__(self, folder: bytes, tokens: int, width: int, version: str) -> None:
        """Opens or makes the store. Raises DiskFull."""
        self._folder = folder
        self._shape = (tokens, width)
        self._scale_bytes = 2 * tokens
        self._row_bytes = self._scale_bytes + tokens * width
        digest = hashlib.blake2b(f"{version}\n{tokens}\n{width}".encode(), digest_size=8).digest()
        self._version = int.from_bytes(digest, "little")
        self._segments: list[Segment] = []
        self._slots: dict[int, int] = {}
        self._free: list[int] = []
        os.makedirs(folder, mode=0o700, exist_ok=True)
        for _ in range(self._segments_on_disk()):
            self._open_segment()
        self._read_heads()

    def __len__(self) -> int:
        return len(self._slots)

    def ids(self) -> np.ndarray:
        """int64[n], ascending: contents that have tokens, as far as the heads tell."""
        return np.sort(np.fromiter(self._slots, np.int64, len(self._slots)))

    def lacking(self, content_ids: Iterable[int]) -> set[int]:
        """Those of the contents that have no tokens."""
        return {content_id for content_id in content_ids if content_id not in self._slots}

    # ---- opening ---------------------------------------------------------------------------------------------

    def _segments_on_disk(self) -> int:
        pattern = re.compile(rf"tokens-{self._shape[0]}x{self._shape[1]}-(\d{{5}})\.seg".encode())
        found = [int(match[1]) for name in os.listdir(self._folder) if (match := pattern.fullmatch(name))]
        return max(found, default=-1) + 1

    def _open_segment(self) -> Segment:
        name = _NAME.format(*self._shape, len(self._segments)).encode()
        self._segments.append(Segment(os.path.join(self._folder, name), self._row_bytes))
        return self._segments[-1]

    def _read_heads(self) -> None:
        """Where a content has several rows the last one counts, and the others are free."""
        there = [np.zeros(0, np.int64)]
        for number, segment in enumerate(self._segments):
            heads = segment.heads()
            slots = np.arange(len(heads)) + number * SEGMENT_ROWS
            used = (heads["version"] == self._version) & (heads["content_id"] > 0)
            self._slots.update(zip(heads["content_id"][used].tolist(), slots[used].tolist(), strict=True))
            there.append(slots)
        taken = np.fromiter(self._slots.values(), np.int64, len(self._slots))
        free = np.setdiff1d(np.concatenate(there), taken, assume_unique=True)
        self._free = free[::-1].tolist()  # taken from the end: the first rows first

    # ---- reading and writing ---------------------------------------------------------------------------------

    def put(self, content_ids: np.ndarray, values: np.ndarray, scales: np.ndarray) -> None:
        """ids int64[n] above 0, values int8[n, tokens, width], scales float16[n, tokens]; known ids are overwritten.

        Raises DiskFull; what was there before stays readable then.
        """
        ids = [int(content_id) for content_id in content_ids]
        values = np.ascontiguousarray(values, np.int8)
        scales = np.ascontiguousarray(scales, "<f2")
        if values.shape != (len(ids), *self._shape) or scales.shape != (len(ids), self._shape[0]):
            raise ValueError(f"tokens are {values.shape} and {scales.shape}, not of {self._shape} each")
        self._make_room(sum(content_id not in self._slots for content_id in set(ids)))
        for content_id, its_values, its_scales in zip(ids, values, scales, strict=True):
            self._put_row(content_id, its_scales.tobytes() + its_values.tobytes())

    def _make_room(self, rows: int) -> None:
        while len(self._free) < rows:
            last = self._segments[-1] if self._segments else self._open_segment()
            if last.rows >= SEGMENT_ROWS:
                last = self._open_segment()
            base = (len(self._segments) - 1) * SEGMENT_ROWS
            self._free[:0] = [base + slot for slot in reversed(last.grow())]

    def _put_row(self, content_id: int, row: bytes) -> None:
        """The row, then the head that makes it count."""
        slot = self._slots.get(content_id)
        if slot is None:
            slot = self._free.pop()
        segment, place = self._segments[slot // SEGMENT_ROWS], slot % SEGMENT_ROWS
        segment.write_row(place, memoryview(row))
        head = np.array([(content_id, self._version, self._crc(content_id, row), 0)], HEAD)
        segment.write_heads(place, head)
        self._slots[content_id] = slot

    def get(self, content_ids: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """values int8[n, tokens, width], scales float16[n, tokens], present bool[n]; absent rows are zero."""
        rows = np.zeros((len(content_ids), self._row_bytes), np.uint8)
        present = np.zeros(len(content_ids), bool)
        for place, content_id in enumerate(int(some) for some in content_ids):
            row = self._row(content_id)
            if row is not None:
                rows[place] = np.frombuffer(row, np.uint8)
                present[place] = True
        scales = rows[:, : self._scale_bytes].copy().view("<f2")
        values = rows[:, self._scale_bytes :].view(np.int8).reshape(-1, *self._shape)
        return values, scales, present

    def _row(self, content_id: int) -> bytes | None:
        """None where there is none, or where it is not what the head says: then its slot is free again."""
        slot = self._slots.get(content_id)
        if slot is None:
            return None
        segment, place = self._segments[slot // SEGMENT_ROWS], slot % SEGMENT_ROWS
        row, head = segment.read_row(place), segment.head_at(place)
        if head == (content_id, self._version, self._crc(content_id, row)) and len(row) == self._row_bytes:
            return row
        self.remove([content_id])
        return None

    def _crc(self, content_id: int, row: bytes) -> int:
        return zlib.crc32(row, zlib.crc32(content_id.to_bytes(8, "little") + self._version.to_bytes(8, "little")))

    def remove(self, content_ids: Iterable[int]) -> None:
        """Ids that are not there are passed over."""
        for content_id in content_ids:
            slot = self._slots.pop(int(content_id), None)
            if slot is not None:
                self._segments[slot // SEGMENT_ROWS].write_heads(slot % SEGMENT_ROWS, np.zeros(1, HEAD))
                self._free.append(slot)

    def sync(self) -> None:
        """Brings everything to the disk."""
        for segment in self._segments:
            segment.sync()

    def close(self) -> None:
        for segment in self._segments:
            segment.close()
        self._segments.clear()
        self._slots.clear()


def row_bytes(tokens: int, width: int) -> int:
    """What a content takes on the disk."""
    row = tokens * (width + 2)
    return HEAD.itemsize + -(-row // ALIGN) * ALIGN
