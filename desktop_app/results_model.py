"""The rows of one search result: packed numbers for all of them, complete hits in pages where somebody looks."""

from __future__ import annotations

import os
import sys
from array import array
from bisect import bisect_left
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import compress, count
from pathlib import PureWindowsPath
from urllib.parse import quote_from_bytes

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, QUrl, Signal
from PySide6.QtGui import QImage

from desktop_app.photo_words import spoken, spoken_heading
from desktop_app.result_days import DayGroup, day_groups
from desktop_app.result_rows import NONE, Rows, rows_of_hits, unpacked
from desktop_app.thumbnail_loader import ThumbnailLoader
from engine.config import HIT_PAGE
from engine.errors import printable
from engine.search_hit import SearchHit

PhotoIdRole = Qt.ItemDataRole.UserRole + 1
AspectRole = PhotoIdRole + 1
ToneRole = PhotoIdRole + 2
HitRole = PhotoIdRole + 3
ThumbnailRole = PhotoIdRole + 4

KEPT_PAGES = 40
FEW = 3  # photos: each is looked for
TOLD_APART = 12  # of more rows that change at once only the first and the last are told
LOOKUP_ROWS = 20_000  # a table of more ids than this costs too long in one slot

_Index = QModelIndex | QPersistentModelIndex


def file_url(path: bytes, *, platform: str = sys.platform) -> QUrl:
    """A file URL that keeps every byte of the path, also where it is not UTF-8."""
    if platform == "win32":  # drives and shares; names are text there
        return QUrl(PureWindowsPath(os.fsdecode(path)).as_uri())
    return QUrl.fromEncoded(b"file://" + quote_from_bytes(path).encode())


def photo_name(hit: SearchHit) -> str:
    """The file name as text, lossy where it is not UTF-8."""
    return printable(os.path.basename(hit.path))


class ResultsModel(QAbstractListModel):
    """Row r is the r-th photo of the result. `page_needed(first, count)` asks for complete hits, each page once.

    The rows from `split` on are less likely to match: they are there only while the result is unfolded.
    Thumbnails are looked up in the loader, never read here.
    """

    page_needed = Signal(int, int)

    def __init__(self, loader: ThumbnailLoader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._result = -1
        self._whole = self._rows_now = NONE
        self._groups: tuple[DayGroup, ...] = ()
        self._split = 0
        self._unfolded = False
        self._hits: dict[int, SearchHit] = {}
        self._pages: OrderedDict[int, tuple[int, ...]] = OrderedDict()
        self._asked: set[int] = set()
        self._places: dict[int, int] | None = None
        self._wanted: dict[bytes, list[int]] = {}
        self.both_files = True  # the raw file goes along with its JPEG
        self._moved_from: array | None = None
        self._reordering = False
        loader.loaded.connect(self._thumbnail_loaded)

    # ---- what the engine says ----

    def set_results(
        self, result: int, count: int, photo_ids: bytes, aspect_ratios: bytes, tones: bytes, *, reorder: bool = False
    ) -> None:
        """Replace all rows: int64, float32 and uint32 arrays of `count` values, little-endian.

        With `reorder` the hits that are known stay with their photos, and `moved_from` tells where each row was.
        Raises ValueError if an array has another length.
        """
        self.set_rows(result, unpacked(count, photo_ids, aspect_ratios, tones), reorder=reorder)

    def set_rows(self, result: int, rows: Rows, *, split: int | None = None, reorder: bool = False) -> None:
        """Replace all rows; those from `split` on stay folded away, unless they are seen and it is only a reorder."""
        if not reorder:
            self._unfolded = False
        self._whole, self._split = rows, len(rows) if split is None else split
        self._show_rows(result, reorder=reorder)

    def set_photos(self, result: int, hits: Sequence[SearchHit]) -> None:
        """Replace all rows by photos that are known completely."""
        self.set_rows(result, rows_of_hits(hits))
        for first in range(0, len(hits), HIT_PAGE):
            self.set_hits(first, hits[first : first + HIT_PAGE])

    def unfold(self, unfolded: bool) -> None:
        """Show the rows from `split` on, or hide them."""
        if unfolded != self._unfolded and self._split < len(self._whole):
            self._unfolded = unfolded
            self._show_rows(self._result, reorder=True)

    def _show_rows(self, result: int, *, reorder: bool) -> None:
        rows = self._whole if self._unfolded else self._whole.first(self._split)
        moved_from = self._moves(rows.ids) if reorder else None
        self._reordering = reorder
        self.beginResetModel()
        self._result, self._rows_now = result, rows
        self._moved_from, self._places = moved_from, None
        self._groups = day_groups(rows.days)
        self._asked.clear()
        self._pages.clear()
        self._wanted.clear()
        if not reorder or len(self._hits) > KEPT_PAGES * HIT_PAGE:
            self._hits.clear()
        self.endResetModel()
        self._moved_from, self._reordering = None, False

    def set_hits(self, first: int, hits: Sequence[SearchHit], *, result: int | None = None) -> None:
        """A page of complete hits from row `first` on; ignored if it belongs to an older result."""
        if result is not None and result != self._result:
            return
        rows = range(first, min(first + max(HIT_PAGE, len(hits)), len(self._ids)))
        known = {hit.photo_id: hit for hit in hits}  # a photo that left the library since then is not among them
        self._hits.update((each, known[each]) for each in self._ids[first : rows.stop] if each in known)
        page = first // HIT_PAGE
        self._asked.discard(page)
        self._pages[page] = tuple(hit.photo_id for hit in hits)
        self._drop_old_pages()
        if rows:
            self.dataChanged.emit(self.index(rows[0]), self.index(rows[-1]), [HitRole])

    def change_hits(self, photo_ids: Iterable[int], change: Callable[[SearchHit], SearchHit]) -> None:
        """What people said of photos meanwhile; photos whose hit is not known are passed over."""
        known = self._hits.keys() & set(photo_ids)
        for photo_id in known:
            self._hits[photo_id] = change(self._hits[photo_id])
        rows = self.rows_of(known)
        if len(rows) > TOLD_APART:
            self.dataChanged.emit(self.index(rows[0]), self.index(rows[-1]), [HitRole])
            return
        for row in rows:
            self.dataChanged.emit(self.index(row), self.index(row), [HitRole])

    def ask_again(self) -> None:
        """Pages that were asked for will not come: the engine was restarted."""
        self._asked.clear()

    # ---- what the widgets ask ----

    @property
    def result(self) -> int:
        return self._result

    @property
    def split(self) -> int:
        """The first row that is less likely than not to match."""
        return self._split

    @property
    def unfolded(self) -> bool:
        return self._unfolded

    @property
    def rest(self) -> int:
        """How many rows there are from `split` on, shown or not."""
        return len(self._whole) - self._split

    @property
    def aspects(self) -> Sequence[float]:
        """float32[rows], width / height."""
        return self._rows_now.aspects

    @property
    def groups(self) -> tuple[DayGroup, ...]:
        """Days, latest first, where the rows are in the order of time."""
        return self._groups

    @property
    def reordering(self) -> bool:
        """While the model is reset: the same search, told again in another order."""
        return self._reordering

    @property
    def moved_from(self) -> Sequence[int] | None:
        """While the model is reset by a reorder: the old row of every new row, -1 where there was none."""
        return self._moved_from

    def photo_id(self, row: int) -> int:
        return self._ids[row]

    def tone(self, row: int) -> int:
        """0xRRGGBB."""
        return self._rows_now.tones[row]

    def alike(self, row: int) -> int:
        """How many other photos stand behind this one."""
        alike = self._rows_now.alike
        return alike[row] if alike else 0

    def hit(self, row: int) -> SearchHit | None:
        return self._hits.get(self._ids[row]) if 0 <= row < len(self._ids) else None

    def row_of(self, photo_id: int) -> int | None:
        if len(self._ids) <= LOOKUP_ROWS:
            if self._places is None:
                self._places = {known: row for row, known in enumerate(self._ids)}
            return self._places.get(photo_id)
        try:
            return self._ids.index(photo_id)
        except ValueError:
            return None

    def rows_of(self, photo_ids: Collection[int]) -> list[int]:
        """Ascending, without those that are not among the rows; in one look at all of them."""
        if len(photo_ids) <= FEW:
            return sorted(row for photo_id in photo_ids if (row := self.row_of(photo_id)) is not None)
        wanted = frozenset(photo_ids)
        return list(compress(count(), map(wanted.__contains__, self._ids)))

    def stretch_of(self, photo_ids: Sequence[int]) -> range | None:
        """The rows of these photos where they stand together in this order."""
        first = self.row_of(photo_ids[0]) if photo_ids else None
        if first is None:
            return None
        rows = range(first, first + len(photo_ids))
        return rows if self._ids[rows.start : rows.stop] == array("q", photo_ids) else None

    def photo_ids(self, parts: Iterable[range]) -> list[int]:
        """Of stretches of rows."""
        ids: list[int] = []
        for part in parts:
            ids.extend(self._ids[part.start : part.stop])
        return ids

    def hits_of(self, parts: Iterable[range]) -> list[SearchHit]:
        """Those that are known of stretches of rows."""
        known = self._hits
        return [hit for photo_id in self.photo_ids(parts) if (hit := known.get(photo_id)) is not None]

    def thumbnail(self, row: int) -> QImage | None:
        hit = self.hit(row)
        return self._loader.image(hit.thumbnail) if hit else None

    def thumbnail_missing(self, row: int) -> bool:
        hit = self.hit(row)
        return hit is not None and self._loader.is_missing(hit.thumbnail)

    def seen(self, row: int) -> tuple[SearchHit | None, QImage | None, bool]:
        """What a cell shows of this row: its hit and its thumbnail, as far as they are there, and whether there is no
        thumbnail to come."""
        hit = self._hits.get(self._rows_now.ids[row])
        if hit is None:
            return None, None, False
        return hit, self._loader.image(hit.thumbnail), self._loader.is_missing(hit.thumbnail)

    def show(self, first: int, last: int) -> None:
        """Rows first..last are looked at: ask for their pages, and for the next ones where they are near an end."""
        if not self._ids:
            return
        ahead = HIT_PAGE // 4
        pages = range(max(0, first - ahead) // HIT_PAGE, min(len(self._ids) - 1, last + ahead) // HIT_PAGE + 1)
        middle = (first + last) // 2 // HIT_PAGE
        for page in sorted(pages, key=lambda page: abs(page - middle)):
            if page in self._pages:
                self._pages.move_to_end(page)
            elif page not in self._asked:
                self._asked.add(page)
                start = page * HIT_PAGE
                self.page_needed.emit(start, min(HIT_PAGE, len(self._ids) - start))

    def want_thumbnails(self, rows: Iterable[tuple[int, int]]) -> None:
        """Exactly these (row, long edge in device pixels), most wanted first; rows without a hit are left out."""
        self._wanted = defaultdict(list)
        jobs = []
        for row, edge in rows:
            if (hit := self.hit(row)) is not None:
                self._wanted[hit.thumbnail].append(row)
                jobs.append((hit.thumbnail, edge))
        self._loader.want(jobs)

    def urls(self, rows: Iterable[int]) -> list[QUrl]:
        """File URLs of the rows whose hit is known."""
        known = [hit for row in rows if (hit := self.hit(row)) is not None]
        return [file_url(path) for path in self.files(known)]

    def files(self, hits: Iterable[SearchHit]) -> list[bytes]:
        """Paths as they are handed on: of a photo in two files both, unless only one is wanted."""
        return [path for hit in hits for path in (hit.path, hit.pair) if path and (path == hit.path or self.both_files)]

    # ---- Qt's model interface ----

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = index.row()
        if not index.isValid() or row >= len(self._ids):
            return None
        look_ups: dict[int, Callable[[int], object]] = {
            Qt.ItemDataRole.DisplayRole: self._name,
            Qt.ItemDataRole.AccessibleTextRole: self._spoken,
            PhotoIdRole: self.photo_id,
            AspectRole: self.aspects.__getitem__,
            ToneRole: self.tone,
            HitRole: self.hit,
            ThumbnailRole: self.thumbnail,
        }
        look_up = look_ups.get(role)
        return look_up(row) if look_up else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsDragEnabled | flag.ItemNeverHasChildren

    def supportedDragActions(self) -> Qt.DropAction:  # noqa: N802
        return Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:  # noqa: N802
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        mime = QMimeData()
        mime.setUrls(self.urls(index.row() for index in indexes))
        return mime

    # ---- inside ----

    @property
    def _ids(self) -> array[int]:
        return self._rows_now.ids

    def _name(self, row: int) -> str:
        hit = self.hit(row)
        return photo_name(hit) if hit else ""

    def _spoken(self, row: int) -> str:
        hit = self.hit(row)
        if hit is None:
            return self.tr("Photo %d") % (row + 1)
        said = spoken(hit, name=photo_name(hit), alike=self.alike(row))
        group = bisect_left(self._groups, row, key=lambda group: group.first)
        heads = group < len(self._groups) and self._groups[group].first == row
        return f"{spoken_heading(self._groups[group])}: {said}" if heads else said

    def _moves(self, ids: array) -> array | None:
        """Old row of every new row; None where the result is too large to follow each photo."""
        if max(len(ids), len(self._ids)) > LOOKUP_ROWS:
            return None
        old = {known: row for row, known in enumerate(self._ids)}
        return array("q", [old.get(photo_id, -1) for photo_id in ids])

    def _drop_old_pages(self) -> None:
        while len(self._pages) > KEPT_PAGES:
            _, photo_ids = self._pages.popitem(last=False)
            for photo_id in photo_ids:
                self._hits.pop(photo_id, None)

    def _thumbnail_loaded(self, path: bytes) -> None:
        for row in self._wanted.get(path, ()):
            index = self.index(row)
            self.dataChanged.emit(index, index, [ThumbnailRole])
