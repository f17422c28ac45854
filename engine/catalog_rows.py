"""What the Catalog tells of photos that are READY: rows for results, and packed arrays for browsing."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.catalog_choices import ChosenContents
from engine.catalog_file import CatalogFile
from engine.catalog_filters import below, condition
from engine.query_filters import Filter

_COLUMNS = """p.id, p.content_id, p.path, c.pixel_hash, p.width, p.height, p.tone, p.size, p.mtime_ns,
    p.format, p.taken_at, p.camera, p.lens, p.latitude, p.longitude, f.offline"""
_SHOWN = np.dtype([("id", np.int64), ("aspect", np.float32), ("tone", np.uint32), ("at", np.int64)])
_DAY_S = 86_400
_WITHIN_REACH = """ AND NOT (p.folder_id IN (SELECT id FROM folders WHERE offline = 1) AND EXISTS (
    SELECT 1 FROM photos other WHERE other.content_id = p.content_id AND other.state = 'ready'
        AND other.folder_id NOT IN (SELECT id FROM folders WHERE offline = 1){}))"""
_FROM = "photos p JOIN contents c ON c.id = p.content_id JOIN folders f ON f.id = p.folder_id"

_EVERY = 2**63 - 1
SLICE = 10_000  # rows: some ten milliseconds

Newest = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """One READY photo, complete for display. `offline`: its folder cannot be reached now."""

    photo_id: int
    content_id: int
    path: bytes
    pixel_hash: bytes
    width: int
    height: int
    tone: int = 0
    size: int = 0
    mtime_ns: int = 0
    format: str = ""
    taken_at: str | None = None
    camera: str | None = None
    lens: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    offline: bool = False


def ids_text(ids: Iterable[int]) -> str:
    """Ids for `IN (SELECT value FROM json_each(?))`: one prepared statement for any number of them."""
    return json.dumps([int(some) for some in ids])


def still_here(file: CatalogFile, photo_ids: Iterable[int]) -> set[int]:
    """Those that did not leave the library since they were chosen."""
    chosen = ids_text(photo_ids)
    return {row[0] for row in file.rows("SELECT id FROM photos WHERE id IN (SELECT value FROM json_each(?))", [chosen])}


def ids_array(rows: Sequence[tuple[int]]) -> np.ndarray:
    """int64[n] of rows that hold an id each."""
    return np.fromiter(itertools.chain.from_iterable(rows), np.int64, len(rows))


@dataclass(frozen=True, slots=True)
class Choice:
    """Which photos may be shown: those below a folder, those that pass all filters. By default all."""

    folder: bytes | None = None
    filters: tuple[Filter, ...] = ()

    def condition(self, photos: str) -> tuple[str, list[object]]:
        """` AND ...` on the table of photos by that alias, and its parameters."""
        sql, parameters = condition(self.filters, photos=photos)
        if self.folder is None:
            return sql, parameters
        return f" AND {photos}.path >= ? AND {photos}.path < ?{sql}", [*below(self.folder), *parameters]


class PhotoRows:
    """Reads only. Of what is shown both by photos within reach and by photos of offline folders, the latter are left
    out."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file
        self._chosen = ChosenContents(file)

    def of_contents(self, content_ids: Sequence[int], choice: Choice) -> dict[int, list[PhotoRow]]:
        chosen, values = choice.condition("p")
        sql = f"""SELECT {_COLUMNS} FROM {_FROM}
            WHERE p.content_id IN (SELECT value FROM json_each(?)) AND p.state = 'ready'{chosen}"""
        parameters: list[object] = [ids_text(content_ids), *values]
        found: dict[int, list[PhotoRow]] = {}
        for row in self._file.rows(sql + " ORDER BY p.id", parameters):
            found.setdefault(row[1], []).append(_photo_row(row))
        return {content: _within_reach(rows) for content, rows in found.items()}

    def of_photos(self, photo_ids: Sequence[int]) -> list[PhotoRow]:
        """In the order asked for; ids that are gone are left out."""
        sql = f"SELECT {_COLUMNS} FROM {_FROM} WHERE p.id IN (SELECT value FROM json_each(?)) AND p.state = 'ready'"
        found = {row[0]: _photo_row(row) for row in self._file.rows(sql, [ids_text(photo_ids)])}
        return [found[int(wanted)] for wanted in photo_ids if int(wanted) in found]

    def newest(self, limit: int, choice: Choice) -> Newest:
        """photo ids int64[n], aspect ratios float32[n], tones uint32[n], days int32[n] since 1970; latest taken (else
        modified) first."""
        chosen, values = choice.condition("p")
        where, parameters = "p.state = 'ready'" + chosen, [*values]
        if self._file.value("SELECT 1 FROM folders WHERE offline = 1"):
            chosen, values = choice.condition("other")
            where += _WITHIN_REACH.format(chosen)
            parameters += values
        rows = self._file.rows(
            f"SELECT id, aspect, tone, sort_s FROM photos p WHERE {where} ORDER BY sort_s DESC, id DESC LIMIT ?",
            [*parameters, max(limit, 0)],
        )
        return _unpacked(np.array(rows, _SHOWN))

    def newest_in_slices(self, choice: Choice, *, size: int = SLICE) -> Iterator[Newest | None]:
        """All of them: None between slices of work, then the same. In one go where filters would be asked anew for
        each slice."""
        if choice.filters or self._file.value("SELECT 1 FROM folders WHERE offline = 1"):
            yield self.newest(_EVERY, choice)
            return
        chosen, values = choice.condition("p")
        parts = []
        at, last = _EVERY, _EVERY
        while rows := self._file.rows(
            f"""SELECT id, aspect, tone, sort_s FROM photos p WHERE p.state = 'ready' AND (sort_s, id) < (?, ?){chosen}
            ORDER BY sort_s DESC, id DESC LIMIT ?""",
            [at, last, *values, size],
        ):
            parts.append(np.array(rows, _SHOWN))
            last, at = rows[-1][0], rows[-1][3]
            yield None
        packed = np.concatenate(parts) if parts else np.zeros(0, _SHOWN)
        _, firsts = np.unique(packed["id"], return_index=True)  # one may have been dated anew between two slices
        yield _unpacked(packed if len(firsts) == len(packed) else packed[np.sort(firsts)])

    def sample(self, count: int) -> list[bytes]:
        """Paths of READY photos of folders within reach, spread evenly over their ids."""
        first, last = self._file.rows("SELECT min(id), max(id) FROM photos")[0]
        paths: dict[bytes, None] = {}
        for place in range(count if last is not None else 0):
            rows = self._file.rows(
                """SELECT path FROM photos WHERE id >= ? AND state = 'ready'
                    AND folder_id IN (SELECT id FROM folders WHERE offline = 0) ORDER BY id LIMIT 1""",
                [first + place * (last - first) // max(count - 1, 1)],
            )
            paths |= dict.fromkeys(row[0] for row in rows)
        return list(paths)

    def contents_of(self, choice: Choice) -> np.ndarray:
        """As ChosenContents tells."""
        return self._chosen.of(choice)

    def live(self, content_ids: Iterable[int]) -> set[int]:
        rows = self._file.rows(
            """SELECT DISTINCT content_id FROM photos
            WHERE content_id IN (SELECT value FROM json_each(?)) AND state = 'ready'""",
            [ids_text(content_ids)],
        )
        return {row[0] for row in rows}

    def content_at(self, path: bytes) -> int | None:
        found: int | None = self._file.value("SELECT content_id FROM photos WHERE path = ? AND state = 'ready'", [path])
        return found


def _unpacked(packed: np.ndarray) -> Newest:
    days = (packed["at"] // _DAY_S).astype(np.int32)
    return packed["id"].copy(), packed["aspect"].copy(), packed["tone"].copy(), days


def _within_reach(rows: list[PhotoRow]) -> list[PhotoRow]:
    return [row for row in rows if not row.offline] or rows


def _photo_row(row: tuple) -> PhotoRow:
    values = (*row[:-1], bool(row[-1]))
    return PhotoRow(*values)
