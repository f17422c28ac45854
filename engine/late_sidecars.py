"""Tags and marks that were given while no sidecar was written, brought into the sidecars afterwards.

Each is merged like any other word, and what a sidecar holds already is not written again: cut short it goes on from
where it was. What a person took away stays in the files; only what was given is written.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine import sidecar
from engine.catalog import Catalog, PhotoRow
from engine.errors import SidecarChanged, SidecarUnreadable
from engine.file_words import FileWords, Place
from engine.photo import Problem
from engine.photo_tags import REJECTED, PhotoTags, Tally, told_by_another

AT_ONCE = 200  # photos that are looked up together
SLICE_S = 0.02


@dataclass(frozen=True, slots=True)
class LateOutcome:
    """photos: how many had words that no sidecar held. problems: of sidecars that were left alone. unknown: paths that
    are no photo of the library."""

    photos: int
    problems: tuple[Problem, ...] = ()
    unknown: tuple[bytes, ...] = ()


class LateSidecars:
    def __init__(self, catalog: Catalog, tags: PhotoTags) -> None:
        self._catalog = catalog
        self._tags = tags

    def count(self) -> Iterator[LateOutcome | None]:
        """None between slices of work; writes nothing."""
        return self._run((), write=False)

    def write(self, paths: Sequence[bytes] = ()) -> Iterator[LateOutcome | None]:
        """None between slices of work; of these photos, or of all within reach."""
        return self._run(paths, write=True)

    def _run(self, paths: Sequence[bytes], *, write: bool) -> Iterator[LateOutcome | None]:
        known = {path: photo for path in paths if (photo := self._catalog.tags.photo_at(path)) is not None}
        tally, due = Tally(), time.monotonic() + SLICE_S
        told = {problem.path: problem for problem in self._catalog.words.problems()}
        done: set[int] = set()
        for some in [self._tags.whole(list(known.values()))] if paths else self._all():
            rows = self._catalog.hits(some)
            for row, change in self._changes(rows, done):
                self._bring(row, change, tally, told=told, write=write)
                if time.monotonic() > due:
                    yield None
                    due = time.monotonic() + SLICE_S
            yield None
        unknown = tuple(path for path in paths if path not in known)
        yield LateOutcome(tally.written, tuple(tally.problems), unknown)

    def _all(self) -> Iterator[list[int]]:
        last = 0
        while photos := self._catalog.words.said_here(last, AT_ONCE):
            last = photos[-1]
            yield self._tags.whole(photos)

    def _changes(self, rows: Sequence[PhotoRow], done: set[int]) -> Iterator[tuple[PhotoRow, sidecar.Change]]:
        """A photo and its other half may be met twice."""
        ids = [row.photo_id for row in rows]
        tags, marks, files = self._catalog.tags.of(ids), self._catalog.tags.marks(ids), self._catalog.words.said(ids)
        for row in rows:
            if row.photo_id in done or told_by_another(row, rows):
                continue
            done.add(row.photo_id)
            said = [tag.path for tag in tags.get(row.photo_id, ()) if tag.source != "file"]
            change = _change(said, marks.get(row.photo_id, {}), files.get(row.photo_id, {}))
            if change != sidecar.Change():
                yield row, change

    def _bring(
        self, row: PhotoRow, change: sidecar.Change, tally: Tally, *, told: Mapping[bytes, Problem], write: bool
    ) -> None:
        """A sidecar with a problem that is told already is left alone, and told again."""
        if problem := next((told[name] for name in sidecar.names(row.path) if name in told), None):
            tally.problems.append(problem)
            return
        try:
            self._require_old_words(row, change)
            if not write:
                tally.written += sidecar.lacks(row.path, change)
        except (SidecarUnreadable, SidecarChanged) as error:
            tally.problems.append(Problem(error.path or row.path, error.problem, error.remedy))
            return
        if write:
            self._tags.write(row.path, change, tally)

    def _require_old_words(self, row: PhotoRow, change: sidecar.Change) -> None:
        """A rating or label that came into the sidecar since it was read last is another's, maybe later than ours."""
        found = sidecar.read(row.path)
        if found is None:
            return
        now = found.written
        known = self._catalog.words.said([row.photo_id]).get(row.photo_id, {}).get(Place.SIDECAR, FileWords())
        rated = change.rating is not None and (now.rating or 0) not in (0, change.rating, known.rating)
        labelled = change.label is not None and (now.label or "") not in ("", change.label, known.label)
        if rated or labelled:
            problem, remedy = "Another program changed this sidecar meanwhile", "look at it again, then repeat"
            raise SidecarChanged(problem, path=found.path, remedy=remedy)


def _change(tags: Sequence[str], marks: Mapping[str, str], files: Mapping[str, FileWords]) -> sidecar.Change:
    """What the files do not say themselves. A pick has no place in XMP, a rejection has that of the stars."""
    sidecars, photo = files.get(Place.SIDECAR, FileWords()), files.get(Place.PHOTO, FileWords())
    there = sidecars.over(photo).marks
    new = {field: value for field, value in marks.items() if there.get(field) != value}
    rating = None
    if new.get("pick") == REJECTED:
        rating = int(REJECTED)
    elif "rating" in new and marks.get("pick") != REJECTED:
        rating = int(new["rating"])
    return sidecar.Change(add=frozenset(tuple(tag.split("/")) for tag in tags), rating=rating, label=new.get("label"))
