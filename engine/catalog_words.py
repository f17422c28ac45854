"""What files say of their photos, beside what people said here.

A file is compared with what it said when it was read last: only what its own program changed since changes anything
here, and where a person said something else meanwhile, theirs stays.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from engine.catalog_file import CatalogFile
from engine.catalog_filters import below
from engine.catalog_rows import ids_text
from engine.file_words import FileWords, Place, file_words
from engine.photo import FileEntry, Problem
from engine.query_filters import TYPES

GONE = -1  # the size of a sidecar that is no longer there
NEWEST = 2**62  # no id is as high
_FILE = "file"
REJECTION = "-1"
_RENDERED = (*TYPES["jpeg"], *TYPES["heic"])


@dataclass(frozen=True, slots=True)
class Conflict:
    """A person said `here` where the file says `there` now; None: nothing."""

    field: str
    here: str | None
    there: str | None


class WordTable:
    """Sidecars as scans saw them, and the words of files. Nothing here can be undone: the files are the ones to ask."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file

    # ---- sidecars --------------------------------------------------------------------------------------------

    def seen(self, folder_id: int, entries: Sequence[FileEntry], kept_below: Sequence[bytes]) -> None:
        """A scan of the folder met these sidecars. Those that are new, changed or gone are unread from now on, and
        those that were nobody's are tried again."""
        rows = self._file.rows("SELECT path, size, mtime_ns FROM sidecars WHERE folder_id = ?", [folder_id])
        known = {row[0]: row[1:] for row in rows}
        met = {entry.path: (entry.size, entry.mtime_ns) for entry in entries}
        news = [(path, folder_id, *stat) for path, stat in met.items() if known.get(path) != stat]
        gone = [path for path, stat in known.items() if path not in met and stat[0] != GONE]
        kept = [below(folder) for folder in kept_below]
        gone = [path for path in gone if not any(first <= path < end for first, end in kept)]
        orphans = self._file.value("SELECT 1 FROM sidecars WHERE folder_id = ? AND unread = 2", [folder_id])
        if not (news or gone or orphans):
            return
        with self._file.transaction():
            self._file.write_many(
                """INSERT INTO sidecars (path, folder_id, size, mtime_ns) VALUES (?, ?, ?, ?) ON CONFLICT (path)
                DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns, unread = 1""",
                news,
            )
            self._file.write_many(
                f"UPDATE sidecars SET size = {GONE}, unread = 1 WHERE path = ?", [(path,) for path in gone]
            )
            self._file.write("UPDATE sidecars SET unread = 1 WHERE folder_id = ? AND unread = 2", [folder_id])

    def sidecars(self) -> list[bytes]:
        """All that scans have met."""
        return [row[0] for row in self._file.rows("SELECT path FROM sidecars")]

    def unread(self, limit: int) -> list[bytes]:
        """Sidecars to be looked at, of folders within reach."""
        rows = self._file.rows(
            """SELECT path FROM sidecars WHERE unread = 1
                AND folder_id IN (SELECT id FROM folders WHERE offline = 0) LIMIT ?""",
            [limit],
        )
        return [row[0] for row in rows]

    def owners(self, sidecar: bytes) -> list[tuple[int, bytes]]:
        """Photos (id, path) that a sidecar belongs to: IMG.CR2.xmp to IMG.CR2 and, as the camera's two files are one
        photo, to IMG.JPG; IMG.xmp to every IMG.*."""
        stem = os.path.splitext(sidecar)[0]
        found = [*self._named(stem), *self._file.rows("SELECT id, path FROM photos WHERE path = ?", [stem])]
        name, ending = os.path.splitext(stem)
        if _ending(ending) in TYPES["raw"]:
            beside = self._named(name)
            found += [each for each in beside if _ending(os.path.splitext(each[1])[1]) in _RENDERED]
        return found

    def _named(self, stem: bytes) -> list[tuple[int, bytes]]:
        """Photos of this name, whatever their endings."""
        rows = self._file.rows("SELECT id, path FROM photos WHERE path > ? AND path < ?", [stem + b".", stem + b"/"])
        return [(photo, path) for photo, path in rows if os.path.splitext(path)[0] == stem]

    def read(self, sidecar: bytes, *, owned: bool, problem: Problem | None) -> None:
        """It was looked at. One that nobody owns waits for the next scan."""
        with self._file.transaction():
            self._file.write("DELETE FROM sidecars WHERE path = ? AND size = ?", [sidecar, GONE])
            self._file.write(
                "UPDATE sidecars SET unread = ?, reason = ?, remedy = ? WHERE path = ?",
                [
                    0 if owned else 2,
                    problem.reason if problem is not None else "",
                    problem.remedy if problem is not None else "",
                    sidecar,
                ],
            )

    def problems(self) -> list[Problem]:
        """Sidecars that cannot be read, or say something else than a person here."""
        return [
            Problem(*row)
            for row in self._file.rows("SELECT path, reason, remedy FROM sidecars WHERE reason <> '' ORDER BY path")
        ]

    # ---- words -----------------------------------------------------------------------------------------------

    def say(self, photo_id: int, place: Place, words: FileWords) -> list[Conflict]:
        """What one of the two places says now. Call within a transaction; returns where a person's word stayed."""
        kept = self._said(photo_id)
        if kept.get(place, FileWords()) == words:
            return []
        before = _together(kept)
        kept[place] = words
        self._file.write("DELETE FROM file_words WHERE photo_id = ? AND place = ?", [photo_id, place])
        if text := words.as_text():
            self._file.write(
                "INSERT INTO file_words (photo_id, place, words) SELECT id, ?, ? FROM photos WHERE id = ?",
                [place, text, photo_id],
            )
        return self._apply(photo_id, before, _together(kept))

    def decoded(self, photos: Sequence[tuple[int, str]]) -> None:
        """What lies in photos that were just opened, as their decoders told it. Call within a transaction."""
        for photo_id, text in photos:
            self.say(photo_id, Place.PHOTO, _trusted(text))
        self._file.write_many("DELETE FROM unheard WHERE photo_id = ?", [(photo_id,) for photo_id, _ in photos])

    def unheard(self, limit: int, *, below: int | None = None) -> list[tuple[int, bytes]]:
        """Photos (id, path) within reach whose own words were never read, the newest first; with ids `below` one."""
        return self._file.rows(
            """SELECT p.id, p.path FROM unheard u JOIN photos p ON p.id = u.photo_id
            JOIN folders f ON f.id = p.folder_id
            WHERE u.photo_id < ? AND p.state = 'ready' AND f.offline = 0 AND f.paused = 0
            ORDER BY u.photo_id DESC LIMIT ?""",
            [NEWEST if below is None else below, limit],
        )

    def unheard_count(self) -> int:
        return int(self._file.value("SELECT count(*) FROM unheard"))

    def hear(self, photo_id: int, text: str) -> None:
        """What lies in a photo, or nothing where it could not be read; it is not asked again."""
        with self._file.transaction():
            self.decoded([(photo_id, text)])

    def say_of_sidecar(self, photo_id: int, words: FileWords) -> list[Conflict]:
        with self._file.transaction():
            return self.say(photo_id, Place.SIDECAR, words)

    def like(self, photo_id: int, file_hash: bytes) -> None:
        """The photo has the bytes of others: what lies in them lies in it. Call within a transaction."""
        text = self._file.value(
            """SELECT coalesce(w.words, '') FROM photos p LEFT JOIN file_words w ON w.photo_id = p.id AND w.place = ?
            WHERE p.file_hash = ? AND p.id <> ? LIMIT 1""",
            [Place.PHOTO, file_hash, photo_id],
        )
        if text is not None:  # else it moved here, and brought its words along
            self.say(photo_id, Place.PHOTO, file_words(text))

    def said(self, photo_ids: Sequence[int]) -> dict[int, dict[str, FileWords]]:
        """By photo and place, of those whose files say anything."""
        found: dict[int, dict[str, FileWords]] = {}
        for photo, place, text in self._file.rows(
            "SELECT photo_id, place, words FROM file_words WHERE photo_id IN (SELECT value FROM json_each(?))",
            [ids_text(photo_ids)],
        ):
            found.setdefault(photo, {})[place] = file_words(text)
        return found

    def said_here(self, after: int, limit: int) -> list[int]:
        """The next photos within reach that carry a mark, or a tag that is not their file's, by their ids."""
        rows = self._file.rows(
            """SELECT p.id FROM photos p WHERE p.id > ? AND p.state = 'ready'
                AND p.folder_id IN (SELECT id FROM folders WHERE offline = 0)
                AND (EXISTS (SELECT 1 FROM marks m WHERE m.photo_id = p.id)
                    OR EXISTS (SELECT 1 FROM photo_tags t WHERE t.photo_id = p.id AND t.source <> 'file'))
            ORDER BY p.id LIMIT ?""",
            [after, limit],
        )
        return [row[0] for row in rows]

    def _said(self, photo_id: int) -> dict[str, FileWords]:
        return {place: file_words(words) for place, words in _rows(self._file, photo_id)}

    def _apply(self, photo_id: int, before: FileWords, now: FileWords) -> list[Conflict]:
        self._apply_tags(photo_id, set(before.tags), set(now.tags))
        if before.caption != now.caption:
            self._file.write("DELETE FROM captions WHERE photo_id = ? AND source = ?", [photo_id, _FILE])
            if now.caption:
                self._file.write(
                    "INSERT INTO captions (photo_id, text, source) SELECT id, ?, ? FROM photos WHERE id = ?",
                    [now.caption, _FILE, photo_id],
                )
        return self._apply_marks(photo_id, before.marks, now.marks)

    def _apply_tags(self, photo_id: int, before: set[str], now: set[str]) -> None:
        self._file.write_many(
            "DELETE FROM photo_tags WHERE photo_id = ? AND path = ? AND source = ?",
            [(photo_id, _composed(path), _FILE) for path in before - now],
        )
        self._file.write_many(
            "INSERT OR IGNORE INTO photo_tags (photo_id, path, source) SELECT id, ?, ? FROM photos WHERE id = ?",
            [(_composed(path), _FILE, photo_id) for path in sorted(now - before)],
        )

    def _apply_marks(self, photo_id: int, before: dict[str, str], now: dict[str, str]) -> list[Conflict]:
        here = dict(self._file.rows("SELECT field, value FROM marks WHERE photo_id = ?", [photo_id]))
        conflicts = []
        for field in sorted(before.keys() | now.keys()):
            there = now.get(field)
            unsaid = field == "rating" and now.get("pick") == REJECTION  # XMP has one place for both
            if before.get(field) == there or here.get(field) == there or unsaid:
                continue
            if here.get(field) != before.get(field):
                conflicts.append(Conflict(field, here.get(field), there))
                continue
            self._file.write("DELETE FROM marks WHERE photo_id = ? AND field = ?", [photo_id, field])
            if there is not None:
                self._file.write(
                    "INSERT INTO marks (photo_id, field, value) SELECT id, ?, ? FROM photos WHERE id = ?",
                    [field, there, photo_id],
                )
        return conflicts


def make_room(file: CatalogFile, gone: int, here: int) -> None:
    """Before the words of a photo that moved join those of its new place: what the file alone said there gives way to
    what is known of it, for a person may have said otherwise since. Call within a transaction."""
    said = {place: file_words(text) for place, text in _rows(file, here)}
    known = bool(_rows(file, gone))
    marked = {row[0] for row in file.rows("SELECT field FROM marks WHERE photo_id = ?", [gone])}
    for field, value in _together(said).marks.items():
        if known or field in marked:
            file.write("DELETE FROM marks WHERE photo_id = ? AND field = ? AND value = ?", [here, field, value])
    if known:
        file.write("DELETE FROM photo_tags WHERE photo_id = ? AND source = ?", [here, _FILE])
        file.write("DELETE FROM captions WHERE photo_id = ? AND source = ?", [here, _FILE])
        file.write("DELETE FROM file_words WHERE photo_id = ?", [here])


def _rows(file: CatalogFile, photo_id: int) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in file.rows("SELECT place, words FROM file_words WHERE photo_id = ?", [photo_id])]


def _together(kept: dict[str, FileWords]) -> FileWords:
    """The sidecar counts more: programs write there what they do not dare to write into a photo."""
    return kept.get(Place.SIDECAR, FileWords()).over(kept.get(Place.PHOTO, FileWords()))


def _ending(dotted: bytes) -> str:
    return dotted[1:].lower().decode("ascii", "replace")


def _composed(path: str) -> str:
    """As tags that people type."""
    return unicodedata.normalize("NFC", path)


def _trusted(text: str) -> FileWords:
    """A photo may have taken its decoder over: whatever that tells, it hurts nobody."""
    try:
        return file_words(text)
    except (ValueError, KeyError, TypeError):
        return FileWords()
