"""What a disk forgets is noticed, made again, and told."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.backups import Backups
from engine.library import Library
from engine.locations import Locations
from engine.messages import Search
from tests.engine.library_at_work import COLOURS, hits, index, names, paint, work
from tests.fake_model import FakeModels


@contextlib.contextmanager
def opened(locations: Locations) -> Iterator[Library]:
    with Library.open(locations, models=FakeModels(), workers=1) as library:  # type: ignore[arg-type]
        library.load_model()
        yield library


@pytest.fixture
def tagged(locations: Locations, photos: Path) -> Locations:
    """Four photos; two of them with a tag, one with stars."""
    with opened(locations) as library:
        index(library, photos)
        two = [hit.path for hit in hits(library, Search(1, "red", rerank=False))[:2]]
        library.tags.change((), two, add=["people/O'Hara \N{SNOWMAN}"], remove=())
        library.tags.mark((), two[:1], "rating", "4")
    return locations


def write(locations: Locations, sql: str) -> None:
    """As a disk does it: past everybody."""
    with contextlib.closing(sqlite3.connect(locations.catalog, isolation_level=None)) as database:
        assert database.execute(sql).rowcount > 0


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE photo_tags SET path = 'people/O''Hare'",
        """UPDATE photo_tags SET photo_id = (SELECT id FROM photos WHERE id NOT IN (SELECT photo_id FROM photo_tags))
        WHERE photo_id = (SELECT min(photo_id) FROM photo_tags)""",
        "DELETE FROM photo_tags",
        "UPDATE marks SET value = '1'",
        "UPDATE second_copies SET row = replace(row, 'people', 'peoble')",
        "UPDATE second_copies SET crc = crc + 1",
        "UPDATE folders SET path = x'2f6e6f7768657265'",
    ],
)
def test_what_people_made_is_put_right(tagged: Locations, sql: str) -> None:
    def made(library: Library) -> object:
        found = hits(library, Search(1, "red", rerank=False))
        return library.tags.all(), [(hit.tags, hit.rating) for hit in found], [f.path for f in library.folders()]

    with opened(tagged) as library:
        before = made(library)
    write(tagged, sql)
    with opened(tagged) as library:
        assert library.scrub.everything() > 0
        assert made(library) == before
        news = library.scrub.news()
        assert news is not None
        assert "disk" in news.remedy
        assert library.scrub.news() is None
        assert library.scrub.everything() == 0


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE photos SET width = width + 1 WHERE id = 2",
        "UPDATE photos SET file_hash = zeroblob(32) WHERE id = 2",
        "UPDATE photos SET content_id = 1 WHERE id = 2",
        "UPDATE photos SET taken_at = '2001-01-01T00:00:00' WHERE id = 2",
        "UPDATE embeddings SET vector = zeroblob(length(vector)) WHERE content_id = 2",
    ],
)
def test_what_was_read_of_a_photo_is_read_again(tagged: Locations, sql: str) -> None:
    def shown(library: Library) -> list[object]:
        found = hits(library, Search(1, "red", rerank=False))
        return sorted((hit.path, hit.width, hit.taken_at, hit.tags) for hit in found)

    with opened(tagged) as library:
        before = shown(library)
        labels = library.doctor()["index"]["labels"]
    write(tagged, sql)
    with opened(tagged) as library:
        assert library.scrub.everything() == 1
        work(library)
        assert shown(library) == before
        assert library.doctor()["embeddings"] == labels
        assert library.scrub.everything() == 0


def test_a_torn_thumbnail_is_made_again(tagged: Locations) -> None:
    with opened(tagged) as library:
        work(library)
        thumbnail = hits(library, Search(1, ""))[0].thumbnail
        whole = Path(os.fsdecode(thumbnail)).read_bytes()
        Path(os.fsdecode(thumbnail)).write_bytes(whole[:-9])
        assert library.scrub.everything() == 1
        work(library)
        assert Path(os.fsdecode(thumbnail)).read_bytes() == whole


def test_nothing_is_wrong_with_what_nobody_touched(tagged: Locations, tmp_path: Path) -> None:
    with opened(tagged) as library:
        library.tags.rename("people", "folk")
        library.tags.undo()
        (tmp_path / "photos").rename(tmp_path / "moved")
        index(library, tmp_path / "moved")
        assert library.scrub.everything() == 0
        library.forget([os.fsencode(tmp_path / "moved" / "red.png")])
        assert library.scrub.everything() == 0


def test_a_library_that_rests_is_scrubbed_by_itself(tagged: Locations) -> None:
    write(tagged, "UPDATE photo_tags SET path = 'nobody'")
    with opened(tagged) as library:
        work(library)
        assert library.scrub.mended > 0
        assert [name for name, _ in library.tags.all()][-1] == "people/O'Hara \N{SNOWMAN}"


@pytest.mark.parametrize("damage", ["pages", "empty", "gone"])
def test_a_restored_catalog_has_the_tags_that_came_after_its_copy(
    tagged: Locations, tmp_path: Path, damage: str
) -> None:
    Backups(tagged.catalog, tagged.backups).make()
    paint(tmp_path / "photos" / "late.png", (20, 20, 250))
    with opened(tagged) as library:
        library.request_scan()
        work(library)
        library.tags.change((), [os.fsencode(tmp_path / "photos" / "late.png")], add=["late"], remove=())
    catalog = Path(os.fsdecode(tagged.catalog))
    if damage == "pages":
        data = bytearray(catalog.read_bytes())
        data[:100] = bytes(100)  # SQLite will not read any of it
        catalog.write_bytes(data)
    elif damage == "empty":
        catalog.write_bytes(b"")
    else:
        catalog.unlink()
    with opened(tagged) as library:
        assert library.notice is not None
        library.request_scan()
        work(library)
        assert sorted(names(hits(library, Search(1, "")))) == sorted([*(f"{n}.png" for n in COLOURS), "late.png"])
        assert ("people/O'Hara \N{SNOWMAN}", 2) in library.tags.all()


def test_what_people_made_since_the_copy_is_taken_from_the_damaged_catalog(tagged: Locations, tmp_path: Path) -> None:
    Backups(tagged.catalog, tagged.backups).make()
    late = paint(tmp_path / "photos" / "late.png", (20, 20, 250))
    with opened(tagged) as library:
        library.request_scan()
        work(library)
        library.tags.change((), [os.fsencode(late)], add=["late"], remove=())
        library.tags.mark((), [os.fsencode(late)], "rating", "5")
    write(tagged, "UPDATE photos SET tone = tone WHERE 1")
    with contextlib.closing(sqlite3.connect(tagged.catalog, isolation_level=None)) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute("DELETE FROM sqlite_master WHERE name = 'photos_newest'")  # its pages belong to nobody now
    Path(os.fsdecode(tagged.catalog) + ".suspect").touch()
    with opened(tagged) as library:
        assert library.notice is not None
        assert "came later" in library.notice.problem
        library.request_scan()
        work(library)
        assert dict(library.tags.all())["late"] == 1
        assert {hit.rating for hit in hits(library, Search(1, "")) if hit.path == os.fsencode(late)} == {5}
