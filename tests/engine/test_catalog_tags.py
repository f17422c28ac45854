from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalog import Catalog
from engine.catalog_tags import PhotoTag, Source, TagTable, tag_path
from engine.errors import UsageError
from engine.photo import FileEntry
from tests.engine import catalog_at_work as at_work
from tests.engine.catalog_at_work import NOW, entry, ids_by_path, index_all, reopened

PHOTOS = 5


@pytest.fixture
def path(tmp_path: Path) -> bytes:
    return os.fsencode(tmp_path / "catalog.db")


@pytest.fixture
def catalog(path: bytes) -> Iterator[Catalog]:
    catalog = Catalog(path)
    folder = catalog.add_folder(b"/photos")
    scan = catalog.begin_scan(folder.id)
    catalog.record_entries(scan, [FileEntry(b"/photos/%d.jpg" % n, 9, 1) for n in range(PHOTOS)], 2)
    catalog.finish_scan(scan, (), 3)
    yield catalog
    catalog.close()


@pytest.fixture
def tags(catalog: Catalog) -> TagTable:
    return catalog.tags


def paths(tags: TagTable, photo: int) -> list[str]:
    return [tag.path for tag in tags.of([photo]).get(photo, ())]


def test_a_batch_is_one_edit_and_is_undone_as_one(tags: TagTable) -> None:
    done = tags.tag([1, 2, 3], ["people/Ada", "snow"])
    assert done is not None
    assert (done.what, done.photos) == ("tag people/Ada, snow", 3)
    assert tags.all() == [("people/Ada", 3), ("snow", 3)]
    undone = tags.undo()
    assert undone is not None
    assert (undone.what, undone.photos) == (done.what, 3)
    assert tags.all() == []
    assert tags.undo() is None
    again = tags.redo()
    assert again is not None
    assert tags.all() == [("people/Ada", 3), ("snow", 3)]
    assert tags.redo() is None


def test_undo_gives_back_what_was_there_and_nothing_more(tags: TagTable) -> None:
    tags.tag([1], ["snow"])
    tags.tag([1, 2], ["snow", "sea"])
    tags.undo()
    assert paths(tags, 1) == ["snow"]
    assert paths(tags, 2) == []


def test_undo_works_after_the_catalog_was_closed(catalog: Catalog, path: bytes) -> None:
    catalog.tags.tag([1, 2], ["snow"])
    catalog.tags.mark([1], "rating", "4")
    catalog.close()
    again = Catalog(path)
    assert again.tags.marks([1]) == {1: {"rating": "4"}}
    assert again.tags.undo() is not None
    assert again.tags.marks([1]) == {}
    assert again.tags.undo() is not None
    assert again.tags.all() == []
    again.close()
    Catalog(path).close()


def test_something_new_ends_what_could_be_done_again(tags: TagTable) -> None:
    tags.tag([1], ["a"])
    tags.undo()
    tags.tag([1], ["b"])
    assert tags.redo() is None
    assert tags.all() == [("b", 1)]


def test_doing_nothing_is_no_edit(tags: TagTable) -> None:
    assert tags.tag([1], ["a"]) is not None
    assert tags.tag([1], [" a "]) is None
    assert tags.untag([2], ["a"]) is None
    assert tags.mark([1], "rating", None) is None
    tags.undo()
    assert tags.all() == []


def test_marks_replace_each_other_and_only_known_values_are_taken(tags: TagTable) -> None:
    tags.mark([1, 2], "rating", "3")
    tags.mark([1], "rating", "5")
    tags.mark([1], "pick", "-1")
    tags.mark([1], "label", "to print")
    assert tags.marks([1, 2]) == {1: {"rating": "5", "pick": "-1", "label": "to print"}, 2: {"rating": "3"}}
    tags.mark([1], "label", None)
    assert "label" not in tags.marks([1])[1]
    for field, value in (("rating", "6"), ("pick", "maybe"), ("colour", "red"), ("label", "x" * 600)):
        with pytest.raises(UsageError):
            tags.mark([1], field, value)


def test_a_tag_is_found_with_all_below_it_and_not_with_its_neighbours(tags: TagTable) -> None:
    tags.tag([1], ["places/Norway/Lofoten"])
    tags.tag([2], ["places/Norway"])
    tags.tag([3], ["places/Norway coast"])
    tags.tag([4], ["places"])
    assert tags.photos("places/Norway") == [1, 2]
    assert tags.photos("places") == [1, 2, 3, 4]


def test_renaming_takes_the_levels_below_along_and_merges(tags: TagTable) -> None:
    tags.tag([1], ["places/Norway/Lofoten"])
    tags.tag([2], ["places/Norway"])
    tags.tag([2, 3], ["Norge"])
    tags.rename("places/Norway", "Norge")
    assert tags.all() == [("Norge", 2), ("Norge/Lofoten", 1)]
    tags.undo()
    assert tags.all() == [("Norge", 2), ("places/Norway", 1), ("places/Norway/Lofoten", 1)]


def test_a_person_s_tag_that_another_is_renamed_to_stays_a_person_s(tags: TagTable) -> None:
    tags.tag([1], ["sea"])
    tags.tag([1], ["ocean"], source=Source.FILE)
    tags.rename("ocean", "sea")
    assert tags.of([1])[1] == (PhotoTag("sea", Source.PERSON),)
    tags.undo()
    assert {(tag.path, tag.source) for tag in tags.of([1])[1]} == {("ocean", Source.FILE), ("sea", Source.PERSON)}


def test_renaming_a_tag_into_one_below_it_loses_nothing(tags: TagTable) -> None:
    tags.tag([1], ["a"])
    tags.tag([2], ["a/b"])
    tags.rename("a", "a/b")
    assert tags.all() == [("a/b", 1), ("a/b/b", 1)]
    tags.undo()
    assert tags.all() == [("a", 1), ("a/b", 1)]


def test_a_tag_is_removed_everywhere_and_comes_back(tags: TagTable) -> None:
    tags.tag([1, 2], ["a/b", "c"])
    tags.remove("a")
    assert tags.all() == [("c", 2)]
    tags.undo()
    assert tags.all() == [("a/b", 2), ("c", 2)]


def test_a_person_s_word_stands_above_a_model_s(tags: TagTable) -> None:
    tags.tag([1], ["snow"], source=Source.MODEL)
    assert tags.of([1])[1][0].source is Source.MODEL
    tags.tag([1], ["snow"])
    assert tags.of([1])[1][0].source is Source.PERSON
    assert tags.tag([1], ["snow"], source=Source.MODEL) is None
    tags.undo()
    assert tags.of([1])[1][0].source is Source.MODEL


def test_what_belongs_to_a_forgotten_photo_goes_with_it(catalog: Catalog, tags: TagTable) -> None:
    tags.tag([1, 2], ["a"])
    catalog.forget([b"/photos/0.jpg"])
    assert sum(count for _, count in tags.all()) == 1
    undone = tags.undo()
    assert undone is not None
    assert undone.photos == 1
    assert tags.all() == []


def test_what_was_taken_from_two_photos_that_are_one_by_now_is_given_back(tmp_path: Path) -> None:
    catalog = reopened(os.fsencode(tmp_path / "other.db"))
    folder = catalog.add_folder(b"/photos")
    at_work.scan(catalog, folder, [entry("1.jpg"), entry("copy 1.jpg")])
    index_all(catalog)
    first, copy = ids_by_path(catalog).values()
    catalog.tags.tag([first, copy], ["snow", "snow"])
    catalog.tags.mark([first, copy], "rating", "4")
    catalog.tags.mark([first, copy], "rating", None)
    catalog.tags.untag([first, copy], ["snow"])
    assert catalog.vanished([copy], NOW) == 1
    for _ in range(2):
        assert catalog.tags.undo() is not None
    assert paths(catalog.tags, first) == ["snow"]
    assert catalog.tags.marks([first]) == {first: {"rating": "4"}}
    assert catalog.checks.mend() == 0
    catalog.close()


def test_a_photo_that_is_not_there_is_passed_over(tags: TagTable) -> None:
    done = tags.tag([1, 99], ["a"])
    assert done is not None
    assert done.photos == 1
    assert tags.tag([99], ["b"]) is None
    assert tags.all() == [("a", 1)]


@pytest.mark.parametrize(
    ("typed", "path"),
    [(" snow ", "snow"), ("a / b//c/", "a/b/c"), ("A\tB", "A B"), ("cafe\u0301", "caf\u00e9"), ("x\udcff", "x")],
)
def test_what_is_typed_becomes_a_tag(typed: str, path: str) -> None:
    assert tag_path(typed) == path


@pytest.mark.parametrize("typed", ["", "  ", "/", "\n", "x" * 501, "/".join("abcdefghijklmnopqrstuvw")])
def test_what_is_no_tag_is_refused(typed: str) -> None:
    with pytest.raises(UsageError):
        tag_path(typed)


@given(st.text())
def test_any_text_is_a_tag_or_refused_and_a_tag_stays_itself(text: str) -> None:
    try:
        path = tag_path(text)
    except UsageError:
        return
    assert tag_path(path) == path
