"""The truth of a library: all SQL lives behind this face.

One connection, one thread. SQLite in WAL mode; what can be made again is written with synchronous=NORMAL. Everything
raises DiskFull where there is no room and LibraryDamaged where the file is, or turns out to be, damaged.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from engine.catalog_alike import AlikeTable, CopiedPhoto, NamedPhoto, Unsketched
from engine.catalog_checks import RowChecks
from engine.catalog_embeddings import Embeddings
from engine.catalog_file import CatalogFile
from engine.catalog_folders import FolderTable
from engine.catalog_forgotten import PathSet
from engine.catalog_judgments import Judgment, JudgmentTable
from engine.catalog_models import BesideModel, ModelRow, ModelTable, Unencoded
from engine.catalog_moves import Moves, Twin
from engine.catalog_queue import EncodedPhoto, Queue
from engine.catalog_rows import Choice, Newest, PhotoRow, PhotoRows, still_here
from engine.catalog_scan import ScanChanges, Scans
from engine.catalog_sets import Sets
from engine.catalog_tags import TAG, Edit, Step, TagTable
from engine.catalog_words import Conflict, WordTable
from engine.photo import DecodeFailure, DecodeTask, FileEntry, Folder, KnownPhoto, PhotoFacts, PhotoState, Problem
from engine.query_filters import Filter

__all__ = [
    "TAG",
    "BesideModel",
    "Catalog",
    "Conflict",
    "CopiedPhoto",
    "Edit",
    "EncodedPhoto",
    "Judgment",
    "ModelRow",
    "NamedPhoto",
    "Newest",
    "PathSet",
    "PhotoRow",
    "ScanChanges",
    "Step",
    "Twin",
    "Unencoded",
    "Unsketched",
]


class Catalog:
    """Folders, photos, contents and embeddings. `model_id` names the model that embeddings belong to; `models` knows
    of the others. `judgments`: what people said of photos. `alike`: which of them show the same."""

    def __init__(self, path: bytes) -> None:
        """Opens or makes the database. Raises LibraryDamaged (nothing is deleted then), DiskFull, LibraryBusy."""
        self._file = CatalogFile(path)
        self._moves = Moves(self._file)
        self._scans = Scans(self._file, self._moves)
        self._queue = Queue(self._file, self._scans, self._moves)
        self._folders = FolderTable(self._file, self._scans, self._queue)
        self._rows = PhotoRows(self._file)
        self._embeddings = Embeddings(self._file)
        self.checks = RowChecks(self._file)
        self.models = ModelTable(self._file)
        self.judgments = JudgmentTable(self._file)
        self.alike = AlikeTable(self._file)
        self.tags = TagTable(self._file)
        self.words = WordTable(self._file)
        self.sets = Sets(self._file, self.tags)
        self._model_id = ""

    @property
    def model_id(self) -> str:
        return self._model_id

    @model_id.setter
    def model_id(self, model_id: str) -> None:
        self._model_id = model_id
        self._embeddings.model = self._queue.model = self.models.number_of(model_id)
        self._queue.look_for_unencoded()

    # ---- folders ---------------------------------------------------------------------------------------------

    def folders(self, *, inside: bool = False) -> list[Folder]:
        """Watched folders with their counts, in the order in which they were added; with `inside`, which may take a
        look at many photos, those of folders in one another too."""
        return self._folders.all(inside=inside)

    def add_folder(self, path: bytes) -> Folder:
        """The folder with this path, added if it is new. A photo belongs to the first folder that saw it. A path that
        was forgotten is wanted again; what was forgotten below it stays out."""
        return self._folders.add(path)

    def remove_folder(self, folder_id: int) -> int:
        """Returns how many photos left the library. Photos that lie in another watched folder as well pass to it."""
        return self._folders.remove(folder_id)

    def set_folder_offline(self, folder_id: int, offline: bool) -> bool:
        """Photos of an offline folder stay searchable; none is opened. Returns whether that is news."""
        return self._folders.set_flag("offline", folder_id, offline)

    def set_folder_paused(self, folder_id: int, paused: bool) -> None:
        self._folders.set_flag("paused", folder_id, paused)

    def set_folder_device(self, folder_id: int, device: int) -> None:
        """The file system that a finished scan found the folder on."""
        self._folders.set_device(folder_id, device)

    def folder_device(self, folder_id: int) -> int | None:
        """The file system that the folder was on, if a scan was ever finished."""
        return self._folders.device(folder_id)

    # ---- scanning --------------------------------------------------------------------------------------------

    def begin_scan(self, folder_id: int) -> int:
        return self._scans.begin(folder_id)

    def record_entries(self, scan: int, entries: Sequence[FileEntry], now_ns: int) -> None:
        """Compares by stat: new and changed photos become PENDING, those that are back READY where they are known.
        Best in batches of 500 to 1,000."""
        self._scans.record(scan, entries, now_ns)

    def unseen(self, scan: int, kept_below: Sequence[bytes] = ()) -> int:
        """How many photos `finish_scan` would find gone: for asking "unplugged or deleted?" first."""
        return len(self._scans.unseen(scan, kept_below))

    def settle_moves(self, scan: int, kept_below: Sequence[bytes], now_ns: int) -> int:
        """Before "unplugged or deleted?" is asked: what lies somewhere else now was moved. Returns how many photos."""
        return self._scans.settle_moves(scan, kept_below, now_ns)

    def finish_scan(self, scan: int, kept_below: Sequence[bytes], now_ns: int | None = None) -> ScanChanges:
        """The folder's photos that the scan did not meet become MISSING, save those below `kept_below`."""
        return self._scans.finish(scan, kept_below, time.time_ns() if now_ns is None else now_ns)

    def abandon_scan(self, scan: int) -> None:
        """What was recorded stays; nothing is counted as missing."""
        self._scans.abandon(scan)

    # ---- moves -----------------------------------------------------------------------------------------------

    def twins(self, photo_ids: Sequence[int]) -> list[Twin]:
        """READY photos with the bytes of these READY photos: those to look for, a few of each at most."""
        return self._moves.twins(photo_ids)

    def appeared_elsewhere(self, folder_id: int, now_ns: int) -> list[Twin]:
        """READY photos of the folder whose bytes lately appeared in a folder that can be reached."""
        return self._moves.appeared_elsewhere(folder_id, now_ns)

    def vanished(self, photo_ids: Sequence[int], now_ns: int) -> int:
        """These are gone: MISSING, or joined with photos that appeared lately. Returns how many joined."""
        return self._scans.mark_missing(photo_ids, now_ns)

    # ---- the queue -------------------------------------------------------------------------------------------

    def lease(self, count: int, *, now_ns: int) -> list[DecodeTask]:
        """Photos to open next, committed as leased. See `engine/catalog_queue.py` for the order and for suspects."""
        return self._queue.lease(count, now_ns)

    def release(self, photo_ids: Sequence[int]) -> None:
        """Gives leases back without an attempt."""
        self._queue.release(photo_ids)

    def next_fresh_s(self, now_ns: int) -> float | None:
        """Seconds until the next photo that is too fresh now may be leased; None when there is none."""
        return self._queue.next_fresh_s(now_ns)

    def unencoded(self) -> int:
        """Contents of READY photos that the model has not encoded; 0 while no model is set."""
        return self._queue.unencoded

    def waiting(self) -> int:
        """Photos that this library can still work on now: pending ones of folders that are neither offline nor
        paused, and contents that the model has not encoded."""
        return self._queue.waiting()

    def commit_encoded(self, rows: Sequence[EncodedPhoto]) -> None:
        """Embeddings and READY in one transaction."""
        now_ns = time.time_ns()
        with self._file.transaction():
            self._embeddings.write([(row.content_id, row.embedding) for row in rows if row.embedding is not None])
            self.alike.write([(row.content_id, row.sketch) for row in rows if row.sketch])
            self._queue.commit(rows, now_ns)
            self.words.decoded([(row.photo_id, row.words) for row in rows])
        self._queue.finished([row.photo_id for row in rows])

    def commit_known(self, photos: Sequence[KnownPhoto]) -> None:
        """Moves and copies, in one transaction: READY with the content of the photo that has the same bytes."""
        now_ns = time.time_ns()
        with self._file.transaction():
            for photo in photos:
                self._queue.commit_known(photo, now_ns)
                self.words.like(photo.photo_id, photo.file_hash)
        self._queue.finished([photo.photo_id for photo in photos])

    def fail(self, failure: DecodeFailure) -> None:
        """UNREADABLE when final or out of tries, MISSING when vanished, else back to the queue."""
        self._queue.fail(failure, time.time_ns())

    def place_of(self, photo_id: int) -> tuple[bytes, bytes, int | None]:
        """Its path, its watched folder, and the file system that this was on."""
        return self._queue.place_of(photo_id)

    def put_off(self, photo_id: int, until_ns: int) -> None:
        """Gives a lease back, without an attempt, for later."""
        self._queue.put_off(photo_id, until_ns)

    def retry(self, photo_ids: Sequence[int] = ()) -> None:
        """Three new tries for these photos in quarantine, or for all."""
        self._queue.retry(photo_ids)

    def problems(self) -> list[Problem]:
        return self._queue.problems()

    # ---- contents and embeddings -----------------------------------------------------------------------------

    def allot_contents(
        self, pixel_hashes: Sequence[bytes], facts: Sequence[PhotoFacts], tones: Sequence[int]
    ) -> list[int]:
        """A content id for each pixel hash, known or new, committed. Ids are never used again. Facts belong to
        photos and come with `commit_encoded`; here they are for contents to come that need them."""
        return self._embeddings.allot(pixel_hashes, tones)

    def encoded(self, content_ids: Iterable[int]) -> set[int]:
        """Those that have an embedding under the model."""
        return self._embeddings.encoded(content_ids)

    def embeddings(self, after: int = 0, limit: int = 10_000) -> tuple[np.ndarray, np.ndarray]:
        """ids int64[n] and float16[n, d], by content id. Rows that fail their checksum are deleted, not returned,
        and their photos are queued again."""
        return self._embeddings.after(after, limit)

    def embeddings_for(self, content_ids: Iterable[int]) -> tuple[np.ndarray, np.ndarray]:
        """The same for chosen contents; those without an embedding are left out."""
        return self._embeddings.of(content_ids)

    def contents(self, each: int = -1) -> dict[int, bytes]:
        """Pixel hashes by content id: of the `each` oldest and the `each` newest contents, or of all."""
        return self._embeddings.eldest_and_newest(each)

    def look_again(self, content_ids: Iterable[int]) -> None:
        """Queues a photo of each of these contents, to be decoded though its bytes are known, because thumbnail or
        tokens are lost. They stay READY. Lasts until the catalog is closed."""
        self._queue.look_again(content_ids)

    def embedded_ids(self) -> np.ndarray:
        """int64[n], ascending."""
        return self._embeddings.ids()

    def orphan_contents(self) -> dict[int, bytes]:
        """Contents that no photo shows: id and pixel hash."""
        return self._embeddings.orphans()

    def remove_contents(self, content_ids: Iterable[int]) -> None:
        """Erases orphans and their embeddings."""
        self._embeddings.remove(content_ids)

    def still_here(self, photo_ids: Iterable[int]) -> set[int]:
        """Those that did not leave the library meanwhile."""
        return still_here(self._file, photo_ids)

    # ---- counts ----------------------------------------------------------------------------------------------

    def counts(self) -> dict[PhotoState, int]:
        rows = self._file.rows("SELECT state, sum(photos) FROM tallies GROUP BY state")
        return {PhotoState(state): photos for state, photos in rows}

    def sample(self, count: int) -> list[bytes]:
        """Paths of some photos within reach, spread over all that are."""
        return self._rows.sample(count)

    def contents_count(self) -> int:
        return int(self._file.value("SELECT count(*) FROM contents"))

    def embeddings_count(self) -> int:
        return self._embeddings.count()

    # ---- what is shown ---------------------------------------------------------------------------------------

    def photo_rows(
        self, content_ids: Sequence[int], *, folder: bytes | None = None, filters: Sequence[Filter] = ()
    ) -> dict[int, list[PhotoRow]]:
        """All READY photos (copies too) of each content, below `folder` if given, that pass all filters; contents
        without one are absent."""
        return self._rows.of_contents(content_ids, Choice(folder, tuple(filters)))

    def hits(self, photo_ids: Sequence[int]) -> list[PhotoRow]:
        """READY photos in the order asked for."""
        return self._rows.of_photos(photo_ids)

    def newest(
        self, limit: int, *, folder: bytes | None = None, filters: Sequence[Filter] = ()
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Photo ids int64[n], aspect ratios float32[n], tones uint32[n], days since 1970 int32[n]; the latest first."""
        return self._rows.newest(limit, Choice(folder, tuple(filters)))

    def newest_in_slices(
        self, *, folder: bytes | None = None, filters: Sequence[Filter] = ()
    ) -> Iterator[Newest | None]:
        """All of them: None between slices of work, then the same."""
        return self._rows.newest_in_slices(Choice(folder, tuple(filters)))

    def live_contents(self, content_ids: Iterable[int]) -> set[int]:
        """Those that a READY photo shows."""
        return self._rows.live(content_ids)

    def contents_of_folder(self, folder: bytes | None = None, *, filters: Sequence[Filter] = ()) -> np.ndarray:
        """int64[n], ascending: what READY photos below the folder, or anywhere, show that pass all filters."""
        return self._rows.contents_of(Choice(folder, tuple(filters)))

    def content_at(self, path: bytes) -> int | None:
        """What the READY photo at this path shows."""
        return self._rows.content_at(path)

    # ---- forgetting, settings, end ---------------------------------------------------------------------------

    def forget(self, paths: Sequence[bytes]) -> int:
        """Erases photos at and below these paths, and watched folders among them; returns how many photos. Inside a
        folder that is still watched, scans pass over them from now on."""
        return self._folders.forget(paths)

    def forgotten(self) -> frozenset[bytes]:
        """Photos and folders that scans pass over."""
        return self._folders.forgotten()

    def forget_everything(self) -> int:
        """Erases all folders and photos; their contents are orphans then."""
        forgotten = self._folders.forget_all()
        self.sets.clear()
        return forgotten

    def setting(self, key: str) -> str | None:
        value: str | None = self._file.value("SELECT value FROM settings WHERE key = ?", [key])
        return value

    def set_setting(self, key: str, value: str) -> None:
        self.set_settings({key: value})

    def set_settings(self, settings: Mapping[str, str]) -> None:
        """All of them or none, on the disk before it returns."""
        with self._file.transaction(durable=True):
            self._file.write_many("INSERT OR REPLACE INTO settings VALUES (?, ?)", list(settings.items()))

    def integrity(self) -> str:
        """ "ok", or what is wrong with the database. Reads all of it."""
        return self._file.integrity()

    def close(self) -> None:
        """Gives all leases back."""
        self._queue.release_all()
        self._file.close()
