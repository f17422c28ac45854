"""Which photo is opened next, and what became of it.

A lease is committed before its photo is worked on, so that a crash costs at most the leased photos' work, done again.
Two kinds of failure are kept apart, because an engine that is killed says nothing of the photos it held:

- `attempts` counts failures of the decoder on this photo. At DECODE_TRIES the photo is UNREADABLE.
- `deaths` counts engines that died while the photo was leased. A photo with a death is a suspect. Suspects wait until
  all others are done and then travel without company: those with one death in windows of SUSPECTS, those with more
  alone, fewest deaths first. Only deaths of an engine that held nothing but this photo (`lone_deaths`) can put it in
  quarantine, at LONE_DEATHS of them.

So twenty kills while thousands of photos are indexed quarantine none of them (a kill makes suspects, it takes three
kills in the same photo's lonely milliseconds to condemn it), and a photo that does kill the engine is out of the way
after five deaths: one in a crowd, one in a window, three alone.
"""

from __future__ import annotations

import calendar
import datetime
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.catalog_file import CatalogFile
from engine.catalog_moves import Moves
from engine.catalog_rows import ids_text
from engine.catalog_scan import Scans, int64
from engine.config import DECODE_TRIES
from engine.errors import AfterimageError
from engine.photo import DecodeFailure, DecodeTask, KnownPhoto, PhotoFacts, Problem

SUSPECTS = 8
LONE_DEATHS = 3
FAR_AHEAD_NS = 60 * 10**9  # nothing is put off for longer: such a time was told by a clock that was wrong
KNOWN_HASHES = 1_000  # of one size, sent with a task; uncompressed photos have all the same, and are decoded beyond it
_ONLINE = "folder_id IN (SELECT id FROM folders WHERE offline = 0 AND paused = 0)"
_FACTS = "width, height, aspect, tone, sort_s, format, taken_at, camera, lens, latitude, longitude"
_ENCODED = """EXISTS (SELECT 1 FROM embeddings e WHERE e.content_id = p.content_id AND e.model = ?1)
    AND NOT EXISTS (SELECT 1 FROM from_thumbnails t WHERE t.content_id = p.content_id AND t.model = ?1)"""
_DONE = "attempts = 0, deaths = 0, lone_deaths = 0, leased = 0, reason = '', remedy = ''"


@dataclass(frozen=True, slots=True)
class EncodedPhoto:
    """A photo with its content. `embedding` is float16[d] little-endian, None where the content has one already;
    `sketch` is uint8[8, 8], empty where it is not known; `words`: JSON of what the file says."""

    photo_id: int
    content_id: int
    file_hash: bytes
    size: int
    mtime_ns: int
    facts: PhotoFacts
    embedding: bytes | None
    sketch: bytes = b""
    words: str = ""


class Queue:
    """Leases photos and records their outcomes. `model` is the number of the model that embeddings are made with."""

    def __init__(self, file: CatalogFile, scans: Scans, moves: Moves) -> None:
        self._file = file
        self._scans = scans
        self._moves = moves
        self._leased: set[int] = set()
        self._suspects_out = False
        self._unencoded: deque[int] = deque()
        self._unencoded_lent: dict[int, int] = {}  # leased photos: the contents they are opened for
        self._pending_now, self._pending_at = 0, -1  # photos, after so many changes of the file
        self._incomplete: set[int] = set()  # contents whose thumbnail or tokens are lost
        self.model = 0
        self._recover()

    def _recover(self) -> None:
        """What is leased at opening was in flight when the last engine died."""
        in_flight = [row[0] for row in self._file.rows("SELECT id FROM photos WHERE leased = 1")]
        with self._file.transaction():
            self._file.write(
                """UPDATE photos SET leased = 0, deaths = deaths + 1, lone_deaths = lone_deaths + ?,
                    state = CASE WHEN state = 'ready' THEN 'pending' ELSE state END WHERE leased = 1""",
                [int(len(in_flight) == 1)],
            )
            self._file.write(
                f"""UPDATE photos SET state = 'unreadable', remedy = 'open it in another program, then try again',
                    reason = CASE WHEN attempts >= {DECODE_TRIES} THEN 'It crashed the decoder three times'
                        ELSE 'The engine died three times while it worked on this photo alone' END
                WHERE state = 'pending' AND leased = 0 AND (deaths = 0 AND attempts >= {DECODE_TRIES}
                    OR deaths > 0 AND (attempts >= {DECODE_TRIES} OR lone_deaths >= {LONE_DEATHS}))"""
            )

    # ---- leasing ---------------------------------------------------------------------------------------------

    def lease(self, count: int, now_ns: int) -> list[DecodeTask]:
        if count <= 0 or self._suspects_out:
            return []
        rows = self._pending("deaths = 0", count, now_ns) or self._without_embedding(count)
        if not rows and not self._leased:
            rows = self._suspects(count, now_ns)
        if not rows:
            return []
        try:
            with self._file.transaction():
                self._file.write_many("UPDATE photos SET leased = 1 WHERE id = ?", [(row[0],) for row in rows])
        except AfterimageError:
            self._look_for_again(row[0] for row in rows)
            raise
        self._leased.update(row[0] for row in rows)
        known = self._known_hashes({row[2] for row in rows})
        return [DecodeTask(photo_id, path, known.get(size, ())) for photo_id, path, size, _ in rows]

    def _pending(self, which: str, count: int, now_ns: int) -> list[tuple[Any, ...]]:
        """(id, path, size, deaths), fewest deaths and attempts first, then the newest."""
        return self._file.rows(
            f"""SELECT id, path, size, deaths FROM photos INDEXED BY photos_queue
            WHERE state = 'pending' AND leased = 0 AND {which} AND (due_ns <= ? OR due_ns > ?) AND {_ONLINE}
            ORDER BY deaths, attempts, mtime_ns DESC LIMIT ?""",
            [now_ns, now_ns + FAR_AHEAD_NS, count],
        )

    def _suspects(self, count: int, now_ns: int) -> list[tuple[Any, ...]]:
        rows = self._pending("deaths > 0", min(count, SUSPECTS), now_ns)
        if rows and rows[0][3] > 1:
            rows = rows[:1]
        rows = [row for row in rows if row[3] == rows[0][3]]
        self._suspects_out = bool(rows)
        return rows

    def _without_embedding(self, count: int) -> list[tuple[Any, ...]]:
        """READY photos of contents that this model has not encoded yet, one a content."""
        rows: list[tuple[Any, ...]] = []
        while self._unencoded and len(rows) < count:
            content = self._unencoded.popleft()
            found = self._file.rows(
                f"""SELECT id, path, size, 0 FROM photos
                WHERE content_id = ? AND state = 'ready' AND leased = 0 AND {_ONLINE} LIMIT 1""",
                [content],
            )
            self._unencoded_lent |= {row[0]: content for row in found}
            rows += found
        return rows

    def _look_for_again(self, photo_ids: Iterable[int]) -> None:
        """Contents without an embedding whose photos were not opened after all."""
        lent = [self._unencoded_lent.pop(photo) for photo in photo_ids if photo in self._unencoded_lent]
        self._unencoded.extendleft(reversed(lent))

    def look_for_unencoded(self) -> None:
        """Queues READY contents without an embedding under the model, or with one that was made of a thumbnail, the
        newest first; call when model or folders change."""
        if self.model:
            rows = self._file.rows(
                f"""SELECT content_id FROM photos p
                WHERE state = 'ready' AND leased = 0 AND content_id IS NOT NULL AND {_ONLINE} AND NOT ({_ENCODED})
                GROUP BY content_id ORDER BY max(sort_s) DESC""",
                [self.model],
            )
            self._unencoded = deque(dict.fromkeys([*(row[0] for row in rows), *self._incomplete]))

    def look_again(self, content_ids: Iterable[int]) -> None:
        """Queues a photo of each of these contents, to be decoded even though its bytes are known."""
        new = set(content_ids) - self._incomplete
        self._incomplete |= new
        self._unencoded.extend(new)

    @property
    def unencoded(self) -> int:
        return len(self._unencoded)

    def waiting(self) -> int:
        """Asked for several times a step, between which mostly nothing was written."""
        if self._pending_at != self._file.changes:
            pending = self._file.value(f"SELECT sum(photos) FROM tallies WHERE state = 'pending' AND {_ONLINE}")
            self._pending_now, self._pending_at = pending or 0, self._file.changes
        return self._pending_now + self.unencoded

    def _known_hashes(self, sizes: set[int]) -> dict[int, tuple[bytes, ...]]:
        known: dict[int, tuple[bytes, ...]] = {}
        for size in sizes:
            rows = self._file.rows(
                f"""SELECT DISTINCT file_hash, content_id FROM photos p INDEXED BY photos_size
                WHERE size = ?2 AND file_hash IS NOT NULL AND content_id IS NOT NULL AND {_ENCODED} LIMIT ?3""",
                [self.model, size, KNOWN_HASHES],
            )
            known[size] = tuple(dict.fromkeys(row[0] for row in rows if row[1] not in self._incomplete))
        return known

    def release(self, photo_ids: Sequence[int]) -> None:
        with self._file.transaction():
            self._file.write_many("UPDATE photos SET leased = 0 WHERE id = ?", [(int(some),) for some in photo_ids])
        self._look_for_again(photo_ids)
        self._done(photo_ids)

    def put_off(self, photo_id: int, until_ns: int) -> None:
        with self._file.transaction():
            self._file.write("UPDATE photos SET leased = 0, due_ns = ? WHERE id = ?", [until_ns, photo_id])
        self._done([photo_id])

    def place_of(self, photo_id: int) -> tuple[bytes, bytes, int | None]:
        rows = self._file.rows(
            "SELECT p.path, f.path, f.device FROM photos p JOIN folders f ON f.id = p.folder_id WHERE p.id = ?",
            [photo_id],
        )
        return rows[0] if rows else (b"", b"", None)

    def release_all(self) -> None:
        if self._leased:
            self.release(list(self._leased))

    def _done(self, photo_ids: Sequence[int]) -> None:
        self._leased.difference_update(photo_ids)
        for photo in photo_ids:
            self._unencoded_lent.pop(photo, None)
        if not self._leased:
            self._suspects_out = False

    # ---- outcomes --------------------------------------------------------------------------------------------

    def commit(self, rows: Sequence[EncodedPhoto], now_ns: int) -> None:
        """Photos become READY with what was read of them. Call within a transaction."""
        tones = dict(
            self._file.rows(
                "SELECT id, tone FROM contents WHERE id IN (SELECT value FROM json_each(?))",
                [ids_text(row.content_id for row in rows)],
            )
        )
        for row in rows:
            facts = _fact_values(row.facts, tones.get(row.content_id, 0), row.mtime_ns)
            self._make_ready(row.photo_id, (row.content_id, row.file_hash, row.size, row.mtime_ns), facts, now_ns)
            self._incomplete.discard(row.content_id)

    def commit_known(self, photo: KnownPhoto, now_ns: int) -> None:
        """Takes content and facts from a photo with the same bytes. Where that is gone meanwhile, the photo waits
        in the queue and is decoded. Call within a transaction."""
        found = self._file.rows(
            f"""SELECT content_id, {_FACTS} FROM photos p
            WHERE file_hash = ?2 AND content_id IS NOT NULL AND {_ENCODED}
            ORDER BY id = ?3 DESC, state = 'ready' DESC LIMIT 1""",
            [self.model, photo.file_hash, photo.photo_id],
        )
        if not found:
            self._file.write("UPDATE photos SET leased = 0 WHERE id = ?", [photo.photo_id])
            return
        content_id, facts = found[0][0], list(found[0][1:])
        if facts[6] is None:  # not taken but modified at some time
            facts[4] = photo.mtime_ns // 10**9
        self._make_ready(photo.photo_id, (content_id, photo.file_hash, photo.size, photo.mtime_ns), facts, now_ns)

    def _make_ready(self, photo_id: int, read: tuple[int, bytes, int, int], facts: Sequence[Any], now_ns: int) -> None:
        """A photo that vanished meanwhile stays MISSING (its hash serves to find it again), and one that a scan has
        seen change after it was read stays PENDING."""
        content_id, file_hash, size, mtime_ns = read
        mtime_ns = int64(mtime_ns)
        self._file.write(
            f"""UPDATE photos SET content_id = ?, file_hash = ?, {_DONE},
                ({_FACTS}) = ({", ".join("?" * 11)}),
                state = CASE WHEN state = 'missing' OR mtime_ns > ? THEN state ELSE 'ready' END,
                size = CASE WHEN mtime_ns > ? THEN size ELSE ? END, mtime_ns = max(mtime_ns, ?)
            WHERE id = ?""",
            [content_id, file_hash, *facts, mtime_ns, mtime_ns, size, mtime_ns, photo_id],
        )
        self._moves.appeared(photo_id, now_ns)

    def finished(self, photo_ids: Sequence[int]) -> None:
        """After the transaction that recorded their outcome."""
        self._done(photo_ids)

    def fail(self, failure: DecodeFailure, now_ns: int) -> None:
        photo_id = failure.photo_id
        with self._file.transaction():
            self._file.write("UPDATE photos SET leased = 0 WHERE id = ?", [photo_id])
            if failure.vanished:
                self._scans.mark_missing([photo_id], now_ns)
            else:
                self._count_attempt(failure)
        self._look_for_again([photo_id])  # in a copy
        self._done([photo_id])

    def _count_attempt(self, failure: DecodeFailure) -> None:
        self._file.write(
            "UPDATE photos SET attempts = attempts + 1, state = 'pending' WHERE id = ? AND state <> 'missing'",
            [failure.photo_id],
        )
        self._file.write(
            """UPDATE photos SET state = 'unreadable', reason = ?, remedy = ?, content_id = NULL, file_hash = NULL
            WHERE id = ? AND state = 'pending' AND (? OR attempts >= ?)""",
            [_text(failure.reason), _text(failure.remedy), failure.photo_id, failure.final, DECODE_TRIES],
        )

    def retry(self, photo_ids: Sequence[int]) -> None:
        chosen = "AND id IN (SELECT value FROM json_each(?))" if photo_ids else ""
        with self._file.transaction():
            self._file.write(
                f"UPDATE photos SET state = 'pending', {_DONE} WHERE state = 'unreadable' {chosen}",
                [ids_text(photo_ids)] if photo_ids else [],
            )

    def problems(self) -> list[Problem]:
        rows = self._file.rows(
            """SELECT path, reason, remedy, id FROM photos INDEXED BY photos_unreadable
            WHERE state = 'unreadable' ORDER BY path"""
        )
        return [Problem(*row) for row in rows]

    def next_fresh_s(self, now_ns: int) -> float | None:
        due: int | None = self._file.value(
            "SELECT min(due_ns) FROM photos WHERE state = 'pending' AND leased = 0 AND due_ns > ? AND due_ns <= ?",
            [now_ns, now_ns + FAR_AHEAD_NS],
        )
        return None if due is None else (due - now_ns) / 1e9


def _fact_values(facts: PhotoFacts, tone: int, mtime_ns: int) -> tuple[Any, ...]:
    """The columns of _FACTS."""
    return (
        facts.width, facts.height, facts.width / max(facts.height, 1), tone, _sort_s(facts.taken_at, mtime_ns),
        _text(facts.format), _text(facts.taken_at), _text(facts.camera), _text(facts.lens),
        facts.latitude, facts.longitude,
    )  # fmt: skip


def _sort_s(taken_at: str | None, mtime_ns: int) -> int:
    """Seconds by which photos are browsed: when taken, else when modified."""
    if taken_at:
        try:
            return calendar.timegm(datetime.datetime.fromisoformat(taken_at).timetuple())
        except ValueError:  # cameras write years like 0000
            pass
    return mtime_ns // 10**9


def _text(text: str | None) -> str | None:
    """What files say of themselves may hold half characters, which SQLite refuses."""
    return None if text is None else text.encode("utf-8", "replace").decode()
