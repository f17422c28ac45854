"""How many photos carry each tag, or one below it: counted once, a slice at a time, and kept true from then on.

SQLite notes every row of a tag that comes or goes, in memory and for this connection alone, whoever writes it and for
whatever reason (a person, a file, a photo that left the library). So a change costs as much as it is large, and not as
the library is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from engine.catalog_file import CatalogFile
from engine.catalog_rows import ids_text

SLICE = 1_000  # photos: some ten milliseconds

_COME = "INSERT INTO tag_news VALUES (new.photo_id, new.path, 1)"
_GONE = "INSERT INTO tag_news VALUES (old.photo_id, old.path, -1)"
_NOTED = (
    "CREATE TEMP TABLE tag_news (photo_id INTEGER NOT NULL, path TEXT NOT NULL, more INTEGER NOT NULL)",
    "CREATE INDEX temp.tag_news_photo ON tag_news(photo_id)",
    f"CREATE TEMP TRIGGER tag_come AFTER INSERT ON main.photo_tags BEGIN {_COME}; END",
    f"CREATE TEMP TRIGGER tag_gone AFTER DELETE ON main.photo_tags BEGIN {_GONE}; END",
    f"CREATE TEMP TRIGGER tag_moved AFTER UPDATE ON main.photo_tags BEGIN {_GONE}; {_COME}; END",
)

Tags = dict[int, set[str]]  # by photo


class TagCounts:
    """`version`: another number whenever tags have changed."""

    def __init__(self, file: CatalogFile) -> None:
        self._file = file
        self.version = 0
        self._carried: Counter[str] = Counter()
        self._levels: Counter[str] = Counter()
        self._known: dict[str, tuple[str, ...]] = {}  # the levels of each tag
        self._last = 0  # photos up to this one are counted
        self._whole = False
        for statement in _NOTED:
            file.write(statement)

    def refresh(self) -> Iterator[None]:
        """A slice of work after the other, until every tag is counted."""
        while self._take_news() or self._count_more():
            yield

    def carried(self) -> list[tuple[str, int]]:
        """Every tag with the photos that carry it, by name."""
        return self._settled(self._carried)

    def levels(self) -> list[tuple[str, int]]:
        """Every level of every tag with the photos that carry it or one below it, by name."""
        return self._settled(self._levels)

    def _settled(self, counts: Counter[str]) -> list[tuple[str, int]]:
        for _ in self.refresh():
            pass
        return sorted(counts.items())

    # ---- counting --------------------------------------------------------------------------------------------

    def _count_more(self) -> bool:
        if self._whole:
            return False
        rows = self._file.rows(
            """SELECT photo_id, path FROM photo_tags WHERE photo_id > ?1 AND photo_id <= coalesce((
                SELECT photo_id FROM photo_tags WHERE photo_id > ?1 ORDER BY photo_id LIMIT 1 OFFSET ?2
            ), 9223372036854775807)""",
            [self._last, SLICE],
        )
        self._whole = not rows
        if rows:
            self._last = rows[-1][0]
            self._add(_by_photo(rows), 1)
        return bool(rows)

    def _take_news(self) -> bool:
        """Photos whose tags changed: what they carried before is taken away, what they carry now comes."""
        photos = [row[0] for row in self._file.rows("SELECT DISTINCT photo_id FROM tag_news LIMIT ?", [SLICE])]
        if not photos:
            return False
        chosen = [ids_text(photos)]
        among = "WHERE photo_id IN (SELECT value FROM json_each(?))"
        news = self._file.rows(f"SELECT photo_id, path, sum(more) FROM tag_news {among} GROUP BY 1, 2", chosen)
        now = _by_photo(self._file.rows(f"SELECT photo_id, path FROM photo_tags {among}", chosen))
        self._file.write(f"DELETE FROM tag_news {among}", chosen)
        self.version += 1
        counted = {photo for photo in photos if self._whole or photo <= self._last}
        self._add({photo: set(now.get(photo, ())) for photo in counted}, 1)
        before = {photo: set(now.get(photo, ())) for photo in counted}
        for photo, path, more in news:
            if photo in counted and more > 0:
                before[photo].discard(path)
            elif photo in counted and more < 0:
                before[photo].add(path)
        self._add(before, -1)
        return True

    def _add(self, tags: Mapping[int, Iterable[str]], sign: int) -> None:
        for carried in tags.values():
            levels: set[str] = set()
            for path in carried:
                _count(self._carried, path, sign)
                levels.update(self._known.get(path) or self._learn(path))
            for level in levels:
                _count(self._levels, level, sign)

    def _learn(self, path: str) -> tuple[str, ...]:
        """a/b/c: a, a/b, a/b/c."""
        parts = path.split("/")
        self._known[path] = tuple("/".join(parts[:end]) for end in range(1, len(parts) + 1))
        return self._known[path]


def _count(counts: Counter[str], name: str, more: int) -> None:
    counts[name] += more
    if not counts[name]:
        del counts[name]


def _by_photo(rows: Iterable[tuple[int, str]]) -> Tags:
    found: Tags = {}
    for photo, path in rows:
        found.setdefault(photo, set()).add(path)
    return found
