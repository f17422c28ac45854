"""What box and sidebar offer, of a library with real files and a fake model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.completions import fitting
from engine.errors import UsageError
from engine.frames import decode, encode
from engine.library import Library
from engine.locations import Locations
from engine.messages import (
    Collection,
    CollectionList,
    CollectPhotos,
    Complete,
    Completions,
    SavedSearch,
    SavedSearchList,
    Search,
    Value,
)
from engine.query import parse
from engine.query_filters import kind_of
from tests.engine.library_at_work import index, paint, work
from tests.engine.test_file_words import MARKS, packet
from tests.fake_model import FakeModels


@pytest.fixture
def photos(photos: Path) -> Path:
    paint(photos / "Größe 2" / "violet.png", (150, 20, 150))
    paint(photos / "Größe 2" / "sea.jpg", (10, 60, 180))
    return photos


@pytest.fixture
def library(photos: Path, tmp_path: Path) -> Iterator[Library]:
    models = FakeModels()
    models.model = replace(models.model, name="starter")
    with Library.open(Locations.at(os.fsencode(tmp_path / "library")), models=models, workers=1) as opened:
        opened.load_model()
        index(opened, photos)
        yield opened


def complete(library: Library, field: str, prefix: str = "") -> list[tuple[str, int]]:
    (found,) = (some for some in library.offers.completer.run(Complete(1, field, prefix)) if some is not None)
    assert isinstance(found, Completions)
    return [(value.text, value.photos) for value in found.values]


def counted(library: Library) -> dict[str, tuple[int, int]]:
    for _ in library.offers.saved.counting():
        pass
    return {each.name: (each.photos, each.new) for each in library.offers.saved.all()}


def test_values_are_those_of_the_library_with_how_many_photos_have_them(library: Library) -> None:
    assert complete(library, "type") == [("png", 5), ("jpeg", 1)]
    assert complete(library, "in", "grosse") == [("Größe 2", 2)]
    assert complete(library, "in", "gro") == [("Größe 2", 2)]
    assert complete(library, "folder", "2") == [("Größe 2", 2)]
    assert complete(library, "on") == [("2020", 6)]
    assert complete(library, "before", "2020-") == [("2020-09", 6)]
    assert complete(library, "camera", "x") == []
    library.tags.change([1, 2], [], add=["places/Norway"], remove=[])
    library.tags.mark([1], [], "rating", "4")
    assert complete(library, "tag", "nor") == [("places/Norway", 2)]
    assert complete(library, "rating", "4") == [(">=4", 1)]
    library.tags.mark([1], [], "pick", "-1")
    assert complete(library, "flag") == [("reject", 1), ("pick", 0)]
    library.tags.mark([1], [], "label", "Red")
    assert complete(library, "label", "r") == [("Red", 1)]
    assert complete(library, "collection") == []


def test_a_value_that_is_taken_finds_the_photos_that_were_counted(library: Library) -> None:
    for field in ("type", "in", "folder", "on"):
        for value, photos in complete(library, field):
            filters = parse(f'{field}:"{value}"').filters
            assert len(library._catalog.newest(99, filters=filters)[0]) == photos, (field, value)


def test_names_of_several_words_are_found_by_any_of_them() -> None:
    values = [("Canon EOS 5D", 3), ("FUJIFILM X100V", 9), ("Canon EOS R5", 8), ("5D copy", 1)]
    assert [text for text, _ in fitting(values, "canon")] == ["Canon EOS R5", "Canon EOS 5D"]
    assert [text for text, _ in fitting(values, "5d")] == ["5D copy", "Canon EOS 5D"]
    assert [text for text, _ in fitting(values, "canon 5")] == ["Canon EOS 5D"]
    assert fitting(values, "%") == []


@pytest.mark.parametrize(
    ("path", "format_", "kind"),
    [
        (b"a.CR2", "TIFF", "raw"),
        (b"a.jpg", "JPEG", "jpeg"),
        (b"a.jpg", "PNG", "png"),
        (b"a\xe9", "", ""),
        (b"a.jxl", "JXL", "jxl"),
    ],
)
def test_kinds_of_photos_are_told_as_the_filter_tells_them(path: bytes, format_: str, kind: str) -> None:
    assert kind_of(path, format_) == kind


def test_a_saved_search_counts_what_matches_and_what_is_new_since_the_last_look(library: Library, photos: Path) -> None:
    saved = library.offers.saved
    jpegs = saved.add(SavedSearch(0, "jpegs", "type:jpg"))
    saved.add(SavedSearch(0, "blue", "blue"))
    assert {each.photos for each in saved.all()} == {-1}
    assert counted(library) == {"jpegs": (1, 0), "blue": (-1, -1)}, "a sentence needs calibrated scores"
    paint(photos / "late.jpg", (1, 99, 5))
    paint(photos / "later.jpg", (91, 9, 5))
    index(library, photos)
    assert counted(library)["jpegs"] == (3, 2)
    library.offers.saved.look(jpegs)
    assert counted(library)["jpegs"] == (3, 0)
    os.replace(photos / "late.jpg", photos / "moved.jpg")
    index(library, photos)
    assert counted(library)["jpegs"] == (3, 0), "a photo that moved is not new"
    assert list(saved.counting()) == [], "nothing has changed"


def test_stars_that_a_sidecar_brings_are_counted_by_a_saved_search(library: Library, photos: Path) -> None:
    library.offers.saved.add(SavedSearch(0, "best", "rating:3"))
    assert counted(library) == {"best": (0, 0)}
    (photos / "red.xmp").write_bytes(packet("", MARKS))
    library.request_scan()
    work(library)
    assert counted(library) == {"best": (1, 1)}


def test_a_saved_search_counts_what_a_person_was_shown_for_the_same(library: Library) -> None:
    saved = library.offers.saved
    blue = saved.add(SavedSearch(0, "blue", "blue"))
    results = [found for found in library.search(Search(1, "blue", 300)) if found is not None][-1]
    assert counted(library) == {"blue": (-1, -1)}
    shown = replace(results, uncalibrated="", matched=2)
    for limit, sentence in ((20, "blue"), (300, "red")):
        list(saved.heard(Search(2, sentence, limit), iter([shown])))
        assert saved.all()[0].photos == -1, "fewer were asked for, or something else"
    assert list(saved.heard(Search(2, " blue", 300), iter([None, results, shown]))) == [None, results, shown]
    assert list(saved.counting()) == [True], "whoever counts hears of it"
    assert counted(library) == {"blue": (2, 0)}
    saved.look(blue)
    assert list(saved.counting()) == [], "nothing has changed"


def test_what_is_told_comes_through_the_pipe_as_it_was() -> None:
    saved = SavedSearch(3, "Größe", "blue", b"/caf\xe9", (b"/a.jpg",), (), 12, 1)
    for event in (
        Completions(1, "camera", "x", (Value("X100V", 3), Value("X-T3", 1))),
        SavedSearchList(2, (saved,)),
        CollectionList(3, (Collection("Best", 4),)),
        CollectPhotos(4, "Best", (1, 2), (b"/a.jpg",), toggle=True),
    ):
        assert decode(encode(event)) == event


def test_counting_takes_no_result_away_from_who_looks_at_one(library: Library) -> None:
    shown = [found for found in library.search(Search(1, "red")) if found is not None][-1]
    for number in range(12):
        library.offers.saved.add(SavedSearch(0, f"search {number}", f"red {number}"))
    counted(library)
    assert library.hits(shown.result, 0, 1)


def test_photos_go_in_and_out_of_the_quick_collection(library: Library, photos: Path) -> None:
    collect = library.offers.collect
    paths = [os.fsencode(photos / "red.png"), b"/nowhere.jpg"]
    done = collect("Quick collection", [1], paths, toggle=True)
    assert done.edit is not None
    assert done.unknown == (b"/nowhere.jpg",)
    (listed,) = library.offers.collections.all()
    out = collect("Quick collection", library.offers.collections.photos("Quick collection"), [], toggle=True)
    assert (out.removed, out.edit.photos if out.edit else 0) == (True, listed[1])
    assert collect("other", [], [b"/nowhere.jpg"]).edit is None
    with pytest.raises(UsageError):
        collect("", [1], [])
