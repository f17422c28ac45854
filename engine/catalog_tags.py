"""What people made of their photos: tags, ratings, labels and picks; each batch is undone and done again as one.

A tag is its levels from the outermost on, joined by "/" (`places/Norway/Lofoten`). It exists as long as a photo
carries it. What a file brought along and what a model suggested is told apart from what a person said.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.catalog_file import CatalogFile
from engine.catalog_members import MEMBER, collections_of, write_members
from engine.catalog_rows import ids_text, still_here
from engine.catalog_tag_counts import TagCounts
from engine.errors import UsageError

LONGEST_TAG = 500  # characters
DEEPEST_TAG = 20  # levels
TAG = "tag"
MARKS = {"rating": ("0", "1", "2", "3", "4", "5"), "pick": ("-1", "0", "1"), "label": None}  # None: any words
UNDO_KEPT = 200  # batches
PHOTOS_AT_ONCE = 4_000  # some ten milliseconds
LOOKED_BACK = 30  # batches, for the tags that were given last

_SLICE_OF_PHOTOS = "SELECT max(id) FROM (SELECT id FROM photos WHERE id > ? ORDER BY id LIMIT ?)"


class Source(StrEnum):
    PERSON = "person"
    FILE = "file"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class PhotoTag:
    path: str
    source: Source


@dataclass(frozen=True, slots=True)
class Edit:
    """One batch: what was done, in words, and to how many photos."""

    id: int
    what: str
    photos: int


@dataclass(frozen=True, slots=True)
class Step:
    """A field of a photo and what it is now, after an edit or after it was undone."""

    photo_id: int
    field: str
    key: str
    now: str | None


@dataclass(frozen=True, slots=True)
class _Wish:
    """A field of a photo and what it is to be: the source of a tag, the value of a mark; None: nothing."""

    photo_id: int
    field: str
    key: str
    after: str | None


class TagTable:
    """Every change is on the disk before it returns."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file
        self.counts = TagCounts(file)

    # ---- reading ---------------------------------------------------------------------------------------------

    def all(self) -> list[tuple[str, int]]:
        """Every tag with the number of photos that carry it, in the order of their names."""
        return self.counts.carried()

    def tree(self) -> list[tuple[str, int]]:
        """Every level of every tag with the number of photos that carry it or one below it, by name."""
        return self.counts.levels()

    def recent(self, limit: int) -> list[str]:
        """The tags that were given last, the latest first, of the last batches."""
        found: dict[str, None] = {}
        for (edit,) in self._file.rows("SELECT id FROM edits WHERE undone = 0 ORDER BY id DESC LIMIT ?", [LOOKED_BACK]):
            given = """SELECT DISTINCT key FROM edit_rows WHERE edit_id = ? AND field = 'tag' AND after = 'person'
                ORDER BY key"""
            found |= dict.fromkeys(row[0] for row in self._file.rows(given, [edit]) if row[0] not in found)
            if len(found) >= limit:
                break
        return list(found)[:limit]

    def examples(self, *, least: int) -> Iterator[dict[str, list[int]] | None]:
        """None between slices of work, then tags that a person gave to the photos of at least so many contents, with
        these, the newest first."""
        found: dict[str, set[int]] = {}
        last = 0
        while bound := self._file.value(_SLICE_OF_PHOTOS, [last, PHOTOS_AT_ONCE]):
            for path, content in self._file.rows(
                """SELECT t.path, p.content_id FROM photo_tags t JOIN photos p ON p.id = t.photo_id
                WHERE t.photo_id > ? AND t.photo_id <= ? AND t.source = 'person' AND p.state = 'ready'
                    AND p.content_id IS NOT NULL""",
                [last, bound],
            ):
                found.setdefault(path, set()).add(content)
            last = bound
            yield None
        yield {path: sorted(contents, reverse=True) for path, contents in found.items() if len(contents) >= least}

    def captions(self, photo_ids: Sequence[int]) -> dict[int, str]:
        """What is written below those photos that have any words."""
        found: dict[int, str] = {}
        for photo_id, text in self._file.rows(
            "SELECT photo_id, text FROM captions WHERE photo_id IN (SELECT value FROM json_each(?)) ORDER BY id",
            [ids_text(photo_ids)],
        ):
            found.setdefault(photo_id, text)
        return found

    def of(self, photo_ids: Sequence[int]) -> dict[int, tuple[PhotoTag, ...]]:
        """The tags of those photos that have any."""
        found: dict[int, list[PhotoTag]] = {}
        for photo_id, path, source in self._file.rows(
            """SELECT photo_id, path, source FROM photo_tags
            WHERE photo_id IN (SELECT value FROM json_each(?)) ORDER BY photo_id, path""",
            [ids_text(photo_ids)],
        ):
            found.setdefault(photo_id, []).append(PhotoTag(path, Source(source)))
        return {photo_id: tuple(tags) for photo_id, tags in found.items()}

    def marks(self, photo_ids: Sequence[int]) -> dict[int, dict[str, str]]:
        """Rating, pick and label of those photos that have any."""
        found: dict[int, dict[str, str]] = {}
        for photo_id, field, value in self._file.rows(
            "SELECT photo_id, field, value FROM marks WHERE photo_id IN (SELECT value FROM json_each(?))",
            [ids_text(photo_ids)],
        ):
            found.setdefault(photo_id, {})[field] = value
        return found

    def photos(self, tag: str) -> list[int]:
        """The photos that carry a tag, or one below it."""
        path = tag_path(tag)
        rows = self._file.rows(
            "SELECT DISTINCT photo_id FROM photo_tags WHERE path = ? OR (path >= ? AND path < ?) ORDER BY photo_id",
            [path, path + "/", path + "0"],  # the character after "/"
        )
        return [row[0] for row in rows]

    def photo_at(self, path: bytes) -> int | None:
        found: int | None = self._file.value("SELECT id FROM photos WHERE path = ?", [path])
        return found

    def steps(self, edit: Edit) -> list[Step]:
        """What an edit changed, as it stands now."""
        rows = self._file.rows(
            """SELECT photo_id, field, key, CASE undone WHEN 1 THEN before ELSE after END
            FROM edit_rows JOIN edits ON edits.id = edit_id WHERE edit_id = ? ORDER BY edit_rows.rowid""",
            [edit.id],
        )
        return [Step(*row) for row in rows]

    # ---- changing --------------------------------------------------------------------------------------------

    def tag(self, photo_ids: Sequence[int], tags: Sequence[str], *, source: Source = Source.PERSON) -> Edit | None:
        """None where all carry them already. A model's or a file's word never takes the place of a person's."""
        paths = [tag_path(tag) for tag in tags]
        known = self.of(photo_ids) if source is not Source.PERSON else {}
        said = {(photo_id, tag.path) for photo_id, carried in known.items() for tag in carried}
        wishes = [_Wish(photo, TAG, path, source) for photo in photo_ids for path in paths if (photo, path) not in said]
        return self._do(f"tag {', '.join(paths)}", wishes)

    def change(
        self,
        photo_ids: Sequence[int],
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        guessed: Collection[int] = (),
    ) -> Edit | None:
        """A person's tags for all of these photos, and those that they are to lose, as one batch. For the `guessed` of
        them it is the model that says so, unless they carry the tag already."""
        come, go = [tag_path(tag) for tag in add], [tag_path(tag) for tag in remove]
        words = [f"tag {', '.join(come)}"] * bool(come) + [f"take away {', '.join(go)}"] * bool(go)
        wanted = [(path, Source.PERSON.value) for path in come] + [(path, None) for path in go if path not in come]
        wishes = [_Wish(photo, TAG, path, to) for photo in photo_ids for path, to in wanted]
        if guessed:
            carried = {photo: {tag.path for tag in tags} for photo, tags in self.of(photo_ids).items()}
            wishes = [
                replace(wish, after=Source.MODEL.value) if wish.after and wish.photo_id in guessed else wish
                for wish in wishes
                if not (wish.after and wish.photo_id in guessed and wish.key in carried.get(wish.photo_id, ()))
            ]
        return self._do(", ".join(words), wishes)

    def untag(self, photo_ids: Sequence[int], tags: Sequence[str]) -> Edit | None:
        return self.change(photo_ids, remove=tags)

    def mark(self, photo_ids: Sequence[int], field: str, value: str | None) -> Edit | None:
        """Rating 0 to 5, pick -1 to 1, label any words; None takes it away. Raises UsageError for another."""
        allowed = MARKS.get(field, ())
        if value is not None and ((allowed is not None and value not in allowed) or len(value) > LONGEST_TAG):
            raise UsageError(f"{value!r} is no {field}", remedy=f"use one of {', '.join(allowed or ())}".rstrip())
        return self._do(f"{field} {value}", [_Wish(photo, field, "", value) for photo in photo_ids])

    def rename(self, old: str, new: str) -> Edit | None:
        """A tag and all below it, on every photo; where the new one is carried already the two become one, and are a
        person's where either was."""
        was, becomes = tag_path(old), tag_path(new)
        rows = self._file.rows(
            "SELECT photo_id, path, source FROM photo_tags WHERE path = ? OR (path >= ? AND path < ?)",
            [was, was + "/", was + "0"],
        )
        said = self.of([photo for photo, _, source in rows if source != Source.PERSON])
        persons = {(photo, tag.path) for photo, tags in said.items() for tag in tags if tag.source is Source.PERSON}
        gone = [_Wish(photo, TAG, path, None) for photo, path, _ in rows]
        come = [_Wish(photo, TAG, becomes + path[len(was) :], source) for photo, path, source in rows]
        kept = {(wish.photo_id, wish.key) for wish in come}
        wishes = [wish for wish in gone if (wish.photo_id, wish.key) not in kept]
        wishes += [w for w in come if w.after == Source.PERSON or (w.photo_id, w.key) not in persons]
        return self._do(f"rename {was} to {becomes}", wishes)

    def remove(self, tag: str) -> Edit | None:
        """A tag and all below it, from every photo."""
        path = tag_path(tag)
        rows = self._file.rows(
            "SELECT photo_id, path FROM photo_tags WHERE path = ? OR (path >= ? AND path < ?)",
            [path, path + "/", path + "0"],
        )
        return self._do(f"delete {path}", [_Wish(photo, TAG, name, None) for photo, name in rows])

    def batch(self, what: str, rows: Sequence[tuple[int, str, str, str | None]]) -> Edit | None:
        """Any change that is undone like these: photo, field, key and what it is to be."""
        return self._do(what, [_Wish(*row) for row in rows])

    # ---- undo ------------------------------------------------------------------------------------------------

    def undo(self) -> Edit | None:
        """Takes the last batch back that is not taken back; None where there is none."""
        return self._again("undone = 0 ORDER BY id DESC", "before", undone=1)

    def redo(self) -> Edit | None:
        """Does again what was undone last, as long as nothing else was done since."""
        return self._again("undone = 1 ORDER BY id", "after", undone=0)

    def _again(self, which: str, side: str, *, undone: int) -> Edit | None:
        found = self._file.rows(f"SELECT id, what FROM edits WHERE {which} LIMIT 1")
        if not found:
            return None
        edit, what = found[0]
        rows = self._file.rows(
            f"SELECT photo_id, field, key, {side} FROM edit_rows WHERE edit_id = ? ORDER BY rowid", [edit]
        )
        with self._file.transaction(durable=True):
            self._write([_Wish(*row) for row in rows])
            self._file.write("UPDATE edits SET undone = ? WHERE id = ?", [undone, edit])
        return Edit(edit, what, len({row[0] for row in rows}))

    def forget(self) -> None:
        """All batches, done and undone."""
        with self._file.erasing():
            self._file.write("DELETE FROM edit_rows")
            self._file.write("DELETE FROM edits")

    def _do(self, what: str, wishes: Sequence[_Wish]) -> Edit | None:
        before, here = self._before(wishes), still_here(self._file, {wish.photo_id for wish in wishes})
        wishes = [w for w in wishes if w.photo_id in here and before[w.photo_id, w.field, w.key] != w.after]
        if not wishes:
            return None
        with self._file.transaction(durable=True):
            self._file.write("DELETE FROM edits WHERE undone = 1")
            self._file.write("INSERT INTO edits (what, at) VALUES (?, ?)", [what, int(time.time())])
            edit = int(self._file.value("SELECT last_insert_rowid()"))
            rows = [(edit, w.photo_id, w.field, w.key, before[w.photo_id, w.field, w.key], w.after) for w in wishes]
            self._file.write_many(
                "INSERT INTO edit_rows (edit_id, photo_id, field, key, before, after) VALUES (?, ?, ?, ?, ?, ?)", rows
            )
            self._write(wishes)
            self._file.write("DELETE FROM edits WHERE id <= ?", [edit - UNDO_KEPT])
        return Edit(edit, what, len({wish.photo_id for wish in wishes}))

    def _before(self, wishes: Iterable[_Wish]) -> dict[tuple[int, str, str], str | None]:
        photos = sorted({wish.photo_id for wish in wishes})
        found: dict[tuple[int, str, str], str | None] = {(wish.photo_id, wish.field, wish.key): None for wish in wishes}
        found |= collections_of(self._file, photos)
        for photo_id, tags in self.of(photos).items():
            found |= {(photo_id, TAG, tag.path): tag.source.value for tag in tags}
        for photo_id, marks in self.marks(photos).items():
            found |= {(photo_id, field, ""): value for field, value in marks.items()}
        return found

    def _write(self, wishes: Sequence[_Wish]) -> None:
        """A batch may speak of a photo twice: of two that are one by now, or with a tag that was named twice. What one
        of them gives is given."""
        tags = [wish for wish in wishes if wish.field == TAG]
        marks = [wish for wish in wishes if wish.field not in (TAG, MEMBER)]
        write_members(self._file, [(wish.photo_id, wish.key, wish.after) for wish in wishes if wish.field == MEMBER])
        self._file.write_many(
            "DELETE FROM photo_tags WHERE photo_id = ? AND path = ?", [(wish.photo_id, wish.key) for wish in tags]
        )
        self._file.write_many(
            "INSERT OR REPLACE INTO photo_tags (photo_id, path, source) SELECT id, ?, ? FROM photos WHERE id = ?",
            [(wish.key, wish.after, wish.photo_id) for wish in tags if wish.after is not None],
        )
        self._file.write_many(
            "DELETE FROM marks WHERE photo_id = ? AND field = ?", [(wish.photo_id, wish.field) for wish in marks]
        )
        self._file.write_many(
            "INSERT OR REPLACE INTO marks (photo_id, field, value) SELECT id, ?, ? FROM photos WHERE id = ?",
            [(wish.field, wish.after, wish.photo_id) for wish in marks if wish.after is not None],
        )


def tag_path(text: str) -> str:
    """What was typed as a tag. Raises UsageError where nothing is left of it."""
    kept = unicodedata.normalize("NFC", text).encode("utf-8", "ignore").decode()
    levels = [" ".join("".join(ch if ch.isprintable() else " " for ch in part).split()) for part in kept.split("/")]
    levels = [level for level in levels if level]
    path = "/".join(levels)
    if not levels or len(levels) > DEEPEST_TAG or len(path) > LONGEST_TAG:
        raise UsageError(f"{text[:50]!r} is no tag", remedy="use words, and / between levels, as in places/Norway")
    return path
