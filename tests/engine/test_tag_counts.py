"""How many photos carry each tag stays true, whoever changes what."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalog import Catalog
from engine.catalog_tag_counts import SLICE
from engine.photo import FileEntry, PhotoFacts
from tests.engine.test_catalog_filters import MODIFIED, NOW, Shelf

TAGS = ("a", "a/b", "a/b/c", "a/d", "e", "f/g")
PHOTOS = 4
CHANGES = st.tuples(st.integers(0, PHOTOS - 1), st.sampled_from(TAGS), st.sampled_from(("add", "remove")))
DEEDS = st.lists(
    CHANGES | st.sampled_from((("undo",), ("redo",), ("rename",), ("ask",), ("forget",))), min_size=1, max_size=12
)


def expected(catalog: Catalog) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """By looking at every row."""
    carried: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    ids = [row[0] for row in catalog._file.rows("SELECT id FROM photos")]
    for tags in catalog.tags.of(ids).values():
        carried.update(tag.path for tag in tags)
        parts = [tag.path.split("/") for tag in tags]
        levels.update({"/".join(each[:end]) for each in parts for end in range(1, len(each) + 1)})
    return sorted(carried.items()), sorted(levels.items())


def shelf(folder: Path) -> Shelf:
    made = Shelf(folder)
    made.add({f"{number}.jpg": PhotoFacts(40, 30, "JPEG") for number in range(PHOTOS)})
    return made


@settings(max_examples=40, deadline=None)
@given(DEEDS)
def test_counts_are_those_of_the_rows_after_any_edits(tmp_path_factory, deeds) -> None:
    catalog = shelf(tmp_path_factory.mktemp("shelf")).catalog
    tags = catalog.tags
    for deed in deeds:
        match deed:
            case (photo, tag, "add"):
                tags.change([photo + 1], add=[tag])
            case (photo, tag, _):
                tags.change([photo + 1], remove=[tag])
            case ("undo",):
                tags.undo()
            case ("redo",):
                tags.redo()
            case ("rename",):
                tags.rename("a/b", "e")
            case ("forget",):
                catalog.forget([b"/photos/1.jpg"])
            case _:
                assert (tags.all(), tags.tree()) == expected(catalog)
    assert (tags.all(), tags.tree()) == expected(catalog)
    catalog.close()


def test_what_is_written_between_the_first_slices_is_counted_once(tmp_path: Path) -> None:
    catalog = Catalog(bytes(tmp_path / "catalog.db"))
    folder = catalog.add_folder(b"/many")
    run = catalog.begin_scan(folder.id)
    count = 2 * SLICE + 5
    catalog.record_entries(run, [FileEntry(b"/many/%d.jpg" % number, 1, MODIFIED) for number in range(count)], NOW)
    catalog.finish_scan(run, [], NOW)
    ids = range(1, count + 1)
    catalog.tags.tag(ids, ["x/y"])
    counting = Catalog(bytes(tmp_path / "catalog.db"))
    slices = counting.tags.counts.refresh()
    next(slices)
    counting.tags.change([1, count], add=["x/z"])
    counting.tags.change([2, count - 1], remove=["x/y"])
    assert sum(1 for _ in slices) >= 2
    assert counting.tags.all() == [("x/y", count - 2), ("x/z", 2)]
    assert dict(counting.tags.tree())["x"] == count - 2
    version = counting.tags.counts.version
    counting.tags.mark([1], "rating", "5")
    assert [*counting.tags.counts.refresh()] == []
    assert counting.tags.counts.version == version, "stars are no tags"
    counting.close()
    catalog.close()


def test_a_change_that_was_taken_back_half_way_is_not_counted(tmp_path: Path) -> None:
    catalog = shelf(tmp_path).catalog
    catalog.tags.tag([1], ["a/b"])
    assert catalog.tags.all() == [("a/b", 1)]
    try:
        with catalog._file.transaction():
            catalog._file.write("INSERT INTO photo_tags (photo_id, path, source) VALUES (2, 'a/b', 'person')")
            raise RuntimeError
    except RuntimeError:
        assert catalog.tags.all() == [("a/b", 1)]
    catalog._file.write("UPDATE photo_tags SET photo_id = 3 WHERE photo_id = 1")
    assert (catalog.tags.all(), catalog.tags.tree()) == expected(catalog)
    catalog.close()
