from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from engine import sidecar
from engine.catalog import Catalog
from engine.file_words import FileWords
from engine.late_sidecars import LateOutcome, LateSidecars
from engine.photo import FileEntry, PhotoFacts, Problem
from engine.photo_tags import PhotoTags
from tests.engine.catalog_at_work import NOW, finish, scan

NAMES = ("a.jpg", "b.jpg", "c.CR2", "c.jpg")


@pytest.fixture
def photos(tmp_path: Path) -> list[bytes]:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_bytes(b"x")
    return [os.fsencode(folder / name) for name in NAMES]


@pytest.fixture
def catalog(tmp_path: Path, photos: list[bytes]) -> Iterator[Catalog]:
    catalog = Catalog(os.fsencode(tmp_path / "catalog.db"))
    folder = catalog.add_folder(os.path.dirname(photos[0]))
    scan(catalog, folder, [FileEntry(path, 1, 1) for path in photos])
    catalog.model_id = "model"
    for number, task in enumerate(catalog.lease(len(NAMES), now_ns=NOW)):
        kind = "RAW" if task.path.endswith(b"CR2") else "JPEG"
        finish(catalog, task, number, facts=PhotoFacts(40, 30, kind, "2024-06-01T12:00:00"))
    yield catalog
    catalog.close()


@pytest.fixture
def tags(catalog: Catalog, tmp_path: Path) -> PhotoTags:
    return PhotoTags(catalog, os.fsencode(tmp_path / "before"))


@pytest.fixture
def late(catalog: Catalog, tags: PhotoTags) -> LateSidecars:
    return LateSidecars(catalog, tags)


def last(slices: Iterator[LateOutcome | None]) -> LateOutcome:
    *_, outcome = slices
    assert outcome is not None
    return outcome


def written(photo: bytes) -> sidecar.Written:
    found = sidecar.read(photo)
    return found.written if found is not None else sidecar.Written()


def there(photos: Sequence[bytes]) -> list[bool]:
    return [sidecar.read(photo) is not None for photo in photos]


def test_what_was_given_before_is_counted_then_merged_into_the_sidecars_once(
    late: LateSidecars, tags: PhotoTags, photos: list[bytes]
) -> None:
    sidecar.write(photos[0], sidecar.Change(add=frozenset({("theirs",)})), since=None)
    tags.change((), photos[:1], add=["places/Norway"], remove=[])
    tags.mark((), photos[:2], "rating", "4")
    tags.mark((), photos[1:2], "label", "Red")
    assert last(late.count()) == LateOutcome(2)
    assert there(photos) == [True, False, False, False], "counting writes nothing"
    assert last(late.write()) == LateOutcome(2)
    assert written(photos[0]).tags == {("theirs",), ("places", "Norway")}
    assert (written(photos[1]).rating, written(photos[1]).label) == (4, "Red")
    assert (last(late.count()), last(late.write())) == (LateOutcome(0), LateOutcome(0))


def test_cut_short_it_goes_on_from_where_it_was(late: LateSidecars, tags: PhotoTags, photos: list[bytes]) -> None:
    tags.change((), photos[:2], add=["snow"], remove=[])
    assert last(late.write(photos[:1])) == LateOutcome(1)
    assert there(photos[:2]) == [True, False]
    assert last(late.write()) == LateOutcome(1)
    assert last(late.write([photos[0], b"/elsewhere.jpg"])) == LateOutcome(0, unknown=(b"/elsewhere.jpg",))


def test_a_rejection_is_written_in_place_of_stars_and_a_pick_nowhere(
    late: LateSidecars, tags: PhotoTags, photos: list[bytes]
) -> None:
    tags.mark((), photos[:1], "rating", "3")
    tags.mark((), photos[:1], "pick", "-1")
    tags.mark((), photos[1:2], "pick", "1")
    assert last(late.write()) == LateOutcome(1)
    assert written(photos[0]).rating == -1
    assert there(photos[:2]) == [True, False]


def test_a_raw_photo_and_its_jpeg_have_one_sidecar(late: LateSidecars, tags: PhotoTags, photos: list[bytes]) -> None:
    tags.change((), photos[3:], add=["snow"], remove=[])
    assert last(late.count()) == LateOutcome(1)
    assert last(late.write(photos[3:])) == LateOutcome(1)
    assert there([photos[2]]) == [True]
    assert not os.path.exists(photos[3] + b".xmp")


def test_what_the_files_say_themselves_is_not_written(
    late: LateSidecars, catalog: Catalog, tags: PhotoTags, photos: list[bytes]
) -> None:
    photo = catalog.tags.photo_at(photos[0])
    assert photo is not None
    catalog.words.hear(photo, FileWords(("theirs",), 4, "Red").as_text())
    assert tags.words([photo])[photo]["rating"] == "4"
    assert last(late.write()) == LateOutcome(0)
    tags.mark((), photos[:1], "rating", "5")
    assert last(late.write()) == LateOutcome(1)
    assert written(photos[0]) == sidecar.Written(rating=5)


def test_a_sidecar_that_another_program_changed_is_left_alone_and_told(
    late: LateSidecars, catalog: Catalog, tags: PhotoTags, photos: list[bytes]
) -> None:
    tags.mark((), photos[:2], "rating", "5")
    sidecar.write(photos[0], sidecar.Change(rating=2), since=None)
    broken = Path(os.fsdecode(sidecar.names(photos[1])[0]))
    broken.write_bytes(b"no xml at all")
    outcome = last(late.write())
    assert outcome.photos == 0
    assert [problem.path for problem in outcome.problems] == [sidecar.names(photo)[0] for photo in photos[:2]]
    assert written(photos[0]).rating == 2
    assert broken.read_bytes() == b"no xml at all"


def test_a_difference_that_is_listed_already_is_left_for_a_person(
    late: LateSidecars, catalog: Catalog, tags: PhotoTags, photos: list[bytes]
) -> None:
    tags.mark((), photos[:1], "rating", "5")
    sidecar.write(photos[0], sidecar.Change(rating=2), since=None)
    name = sidecar.names(photos[0])[0]
    (folder,) = catalog.folders()
    catalog.words.seen(folder.id, [FileEntry(name, 1, 1)], ())
    problem = Problem(name, "This sidecar says stars: 2, here it is 5", "decide")
    catalog.words.read(name, owned=True, problem=problem)
    assert last(late.write()) == LateOutcome(0, (problem,))
    assert written(photos[0]).rating == 2
