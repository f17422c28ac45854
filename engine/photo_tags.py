"""Tags and marks of photos, in the catalog and, where a person wants it, in the sidecars beside the photos."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine import sidecar
from engine.catalog import TAG, Catalog, Edit, NamedPhoto, PhotoRow, Step
from engine.errors import DiskFull, SidecarChanged, SidecarUnreadable, SidecarUnwritable
from engine.pairs import RAW, RENDERED, partner
from engine.photo import Problem

REJECTED = "-1"
RECENT = 12  # tags


@dataclass(frozen=True, slots=True)
class TagOutcome:
    """edit: None where nothing changed. sidecars: how many were written; problems: those that could not be, whose words
    are in the catalog all the same. unknown: paths that are no photo of the library. changed: ids of the photos."""

    edit: Edit | None
    sidecars: int = 0
    problems: tuple[Problem, ...] = ()
    unknown: tuple[bytes, ...] = ()
    changed: tuple[int, ...] = ()


@dataclass(slots=True)
class Tally:
    """Of sidecars."""

    written: int = 0
    problems: list[Problem] = field(default_factory=list)


class PhotoTags:
    """`backups`: the folder that keeps each sidecar as it was before its last change."""

    def __init__(self, catalog: Catalog, backups: bytes) -> None:
        self._catalog = catalog
        self._tags = catalog.tags
        self._backups = backups

    def all(self) -> list[tuple[str, int]]:
        """Every tag with the number of photos that carry it."""
        return self._tags.all()

    def counting(self) -> Iterator[None]:
        """Slices of work, until it is known how many photos carry each tag."""
        return self._tags.counts.refresh()

    def book(self) -> dict[str, Any]:
        """tree: [level of a tag, photos that carry it or one below], recent: tags given last."""
        return {"tree": self._tags.tree(), "recent": self._tags.recent(RECENT)}

    def forget(self) -> None:
        """What was done to tags, in words and as sidecars that were kept from before: nothing is left to undo."""
        self._tags.forget()
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self._backups)

    def forget_backups(self) -> None:
        """Of the sidecars of photos that left the library."""
        sidecar.keep_backups(self._backups, self._catalog.words.sidecars())

    def words(self, photo_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        """tags: [path, source], rating, pick, label and caption of each photo, as far as there are any."""
        tags, marks, captions = self._tags.of(photo_ids), self._tags.marks(photo_ids), self._tags.captions(photo_ids)
        found: dict[int, dict[str, Any]] = {}
        for photo in photo_ids:
            said: dict[str, Any] = {"tags": [[tag.path, tag.source.value] for tag in tags.get(photo, ())]}
            said |= marks.get(photo, {})
            found[photo] = said | ({"caption": captions[photo]} if photo in captions else {})
        return found

    def change(
        self, photo_ids: Sequence[int], paths: Sequence[bytes], *, add: Sequence[str], remove: Sequence[str],
        guessed: Collection[int] = (), sidecars: bool = False,
    ) -> TagOutcome:  # fmt: skip
        """One batch; of the `guessed` photos the model says it. Raises UsageError for what is no tag, DiskFull."""
        photos, unknown = self._photos(photo_ids, paths)
        guessed = frozenset(self.whole(list(guessed))) if guessed else guessed
        edit = self._tags.change(photos, add=add, remove=remove, guessed=guessed)
        return self._told(edit, unknown, sidecars=sidecars)

    def mark(
        self, photo_ids: Sequence[int], paths: Sequence[bytes], name: str, value: str | None, *, sidecars: bool = False
    ) -> TagOutcome:
        """Raises UsageError for a value that is none of the field's, DiskFull."""
        photos, unknown = self._photos(photo_ids, paths)
        return self._told(self._tags.mark(photos, name, value), unknown, sidecars=sidecars)

    def rename(self, old: str, new: str, *, sidecars: bool = False) -> TagOutcome:
        """An empty new name removes the tag. Raises UsageError, DiskFull."""
        return self._told(self._tags.rename(old, new) if new else self._tags.remove(old), (), sidecars=sidecars)

    def undo(self, *, sidecars: bool = False) -> TagOutcome:
        return self._told(self._tags.undo(), (), sidecars=sidecars)

    def redo(self, *, sidecars: bool = False) -> TagOutcome:
        return self._told(self._tags.redo(), (), sidecars=sidecars)

    def _photos(self, photo_ids: Sequence[int], paths: Sequence[bytes]) -> tuple[list[int], tuple[bytes, ...]]:
        found = {path: photo_id for path in paths if (photo_id := self._tags.photo_at(path)) is not None}
        return self.whole([*photo_ids, *found.values()]), tuple(p for p in paths if p not in found)

    def whole(self, photos: Sequence[int]) -> list[int]:
        """What is said of a raw photo is said of the JPEG that was taken together with it, and the other way round."""
        alike = self._catalog.alike
        others = []
        for row in self._catalog.hits(photos) if alike.any_raw() else ():
            other = partner(row, alike.named_like(row.path))
            others += [other.photo_id] if other is not None else []
        return list(dict.fromkeys([*photos, *others]))

    def _told(self, edit: Edit | None, unknown: tuple[bytes, ...], *, sidecars: bool) -> TagOutcome:
        if edit is None:
            return TagOutcome(edit, unknown=unknown)
        steps: dict[int, list[Step]] = {}
        for step in self._tags.steps(edit):
            steps.setdefault(step.photo_id, []).append(step)
        if not sidecars:
            return TagOutcome(edit, unknown=unknown, changed=tuple(steps))
        tally = Tally()
        marks = self._tags.marks(list(steps))
        rows = self._catalog.hits(list(steps))
        for row in (row for row in rows if not told_by_another(row, rows)):
            self.write(row.path, _change(steps[row.photo_id], marks.get(row.photo_id, {})), tally)
        return TagOutcome(edit, tally.written, tuple(tally.problems), unknown, tuple(steps))

    def write(self, photo: bytes, change: sidecar.Change, tally: Tally) -> None:
        """One that cannot be written holds up no other: its words are kept in the catalog."""
        try:
            before = sidecar.read(photo)
            after = sidecar.write(photo, change, since=before, backups=self._backups)
            tally.written += after is not before
        except (SidecarUnreadable, SidecarUnwritable, SidecarChanged, DiskFull) as error:
            tally.problems.append(Problem(error.path or photo, error.problem, error.remedy))


def told_by_another(row: PhotoRow, rows: Sequence[PhotoRow]) -> bool:
    """Whether this is the JPEG of a raw photo among them, and has no sidecar of its own: that of the raw photo is the
    one that other programs look for."""
    if row.format not in RENDERED or os.path.lexists(sidecar.names(row.path)[0]):
        return False
    raws = [NamedPhoto(raw.photo_id, raw.path, raw.format, raw.taken_at) for raw in rows if raw.format == RAW]
    return partner(row, raws) is not None


def _change(steps: Sequence[Step], now: Mapping[str, str]) -> sidecar.Change:
    """`now`: all marks of the photo. XMP says that a photo is rejected in place of its rating."""
    tags = [step for step in steps if step.field == TAG]
    marks = {step.field: step.now or "" for step in steps if step.field != TAG}
    rating = REJECTED if now.get("pick") == REJECTED else now.get("rating", "0")
    return sidecar.Change(
        add=frozenset(tuple(step.key.split("/")) for step in tags if step.now),
        remove=frozenset(tuple(step.key.split("/")) for step in tags if not step.now),
        rating=int(rating) if marks.keys() & {"rating", "pick"} else None,
        label=marks.get("label"),
    )
