"""What a person forgot inside a folder that is still watched stays out of the library."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from engine.catalog import PathSet
from engine.library import Library
from engine.locations import Locations
from engine.messages import Search
from tests.engine.library_at_work import COLOURS, OLD, hits, index, names, paint, work
from tests.engine.test_file_words import beside
from tests.engine.test_sidecar import HEAD, SPACES, TAIL
from tests.fake_model import FakeModels


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for name, colour in COLOURS.items():
        paint(tmp_path / "photos" / "trip" / f"{name}.png", colour)
    paint(tmp_path / "photos" / "cat.png", (90, 90, 90))
    return tmp_path / "photos"


def known(library: Library) -> list[str]:
    return sorted(names(hits(library, Search(1, ""))))


def rescan(library: Library) -> list[str]:
    library.request_scan()
    work(library)
    return known(library)


def forget(library: Library, *paths: Path) -> int:
    return library.forget([os.fsencode(path) for path in paths])


ALL = ["blue.png", "cat.png", "dark.png", "green.png", "red.png"]


def test_a_forgotten_photo_is_not_found_again(library: Library, photos: Path) -> None:
    index(library, photos)
    assert forget(library, photos / "trip" / "red.png") == 1
    assert rescan(library) == ["blue.png", "cat.png", "dark.png", "green.png"]
    assert library.progress().missing == 0


def test_a_forgotten_subfolder_stays_out_with_what_is_added_to_it(library: Library, photos: Path) -> None:
    index(library, photos)
    assert forget(library, photos / "trip") == 4
    paint(photos / "trip" / "day 2" / "sea.png", (0, 0, 90))
    paint(photos / "trip 2.png", (0, 90, 90))
    assert rescan(library) == ["cat.png", "trip 2.png"]
    assert library.passed_over([os.fsencode(photos)]) == 5


def test_it_stays_out_after_a_restart(tmp_path: Path, photos: Path) -> None:
    for expected in (ALL, ["cat.png"]):
        with Library.open(Locations.at(os.fsencode(tmp_path / "kept")), models=FakeModels(), workers=1) as library:
            library.load_model()
            index(library, photos)
            assert known(library) == expected
            forget(library, photos / "trip")


def test_a_photo_forgotten_while_its_folder_is_walked_stays_out(library: Library, photos: Path) -> None:
    index(library, photos)
    library.request_scan()
    forget(library, photos / "cat.png")
    work(library)
    assert "cat.png" not in known(library)


def test_a_forgotten_folder_that_is_added_by_name_is_back(library: Library, photos: Path) -> None:
    index(library, photos)
    forget(library, photos / "trip")
    index(library, photos / "trip")
    assert known(library) == rescan(library) == ALL


def test_a_folder_below_a_forgotten_one_is_back_alone(library: Library, photos: Path) -> None:
    paint(photos / "trip" / "day 2" / "sea.png", (0, 0, 90))
    index(library, photos)
    forget(library, photos / "trip")
    index(library, photos / "trip" / "day 2")
    assert known(library) == rescan(library) == ["cat.png", "sea.png"]


def test_forgetting_a_watched_folder_within_another_keeps_it_out(library: Library, photos: Path) -> None:
    index(library, photos / "trip")
    index(library, photos)
    assert forget(library, photos / "trip") == 4
    assert rescan(library) == ["cat.png"]


@pytest.mark.parametrize("how", ["remove", "forget", "everything"])
def test_a_folder_that_left_as_a_whole_comes_back_as_a_whole(library: Library, photos: Path, how: str) -> None:
    index(library, photos)
    forget(library, photos / "trip")
    if how == "remove":
        library.remove_folder(library.folders()[0].id)
    elif how == "forget":
        forget(library, photos)
    else:
        library.forget_everything()
    index(library, photos)
    assert known(library) == ALL


def test_forgetting_above_a_watched_folder_ends_its_walk(library: Library, photos: Path) -> None:
    index(library, photos / "trip")
    library.request_scan()
    library.step(0)  # the walk has begun
    assert forget(library, photos) == 4
    work(library)
    assert library.folders() == []
    index(library, photos)
    assert known(library) == ALL


def test_nothing_is_left_of_a_photo_that_is_forgotten_while_it_is_read(library: Library, photos: Path) -> None:
    library.add_folder(os.fsencode(photos / "trip"))
    deadline = time.monotonic() + 60
    while not library.wait_connections() or any(not decoder.poll(1) for decoder in library.wait_connections()):
        library.step(0)
        assert time.monotonic() < deadline
    forget(library, photos / "trip")
    work(library)
    report = library.doctor()
    assert (report["contents"], report["index"]["labels"]) == (0, 0)
    assert not list(Path(os.fsdecode(library.locations.thumbnails)).rglob("*.jpg"))


def test_a_path_that_names_no_photo_forgets_nothing_to_come(library: Library, photos: Path) -> None:
    index(library, photos)
    assert forget(library, photos / "later.png") == 0
    paint(photos / "later.png", (9, 9, 9))
    assert "later.png" in rescan(library)


def test_a_path_set_holds_paths_and_what_is_below_them() -> None:
    paths = PathSet(frozenset((b"/a/b", b"/c.jpg")))
    assert [paths.holds(path) for path in (b"/a/b", b"/a/b/c/d.jpg", b"/c.jpg")] == [True] * 3
    assert [paths.holds(path) for path in (b"/a", b"/a/bc", b"/a/b.jpg", b"/")] == [False] * 4


CANARY = "zwitscherkanari"


def left(place: Path) -> list[str]:
    """Files below a folder that hold the word, in whatever form it is stored as it stands."""
    known = (CANARY.encode(), CANARY.title().encode(), CANARY[4:].encode())
    return [
        str(path) for path in place.rglob("*") if path.is_file() and any(each in path.read_bytes() for each in known)
    ]


@pytest.mark.parametrize("way", ["photo", "subfolder", "folder", "everything"])
def test_no_word_of_what_was_forgotten_is_left_on_the_disk(tmp_path: Path, photos: Path, way: str) -> None:
    secret = photos / "trip" / "red.png"
    written = f'<rdf:Description rdf:about="" {SPACES}><dc:subject><rdf:Bag><rdf:li>{CANARY}</rdf:li></rdf:Bag>'
    written += f"</dc:subject><dc:description><rdf:Alt><rdf:li>A {CANARY} sings</rdf:li></rdf:Alt></dc:description>"
    beside(secret, f"{HEAD}{written}</rdf:Description>{TAIL}".encode())
    kept = tmp_path / "kept"
    with Library.open(Locations.at(os.fsencode(kept)), models=FakeModels(), workers=1) as library:
        library.load_model()
        index(library, photos)
        path = [os.fsencode(secret)]
        library.tags.change([], path, add=[f"birds/{CANARY}"], remove=[], sidecars=True)
        library.tags.mark([], path, "label", CANARY)
        assert names(hits(library, Search(1, f'"{CANARY} sings"'))) == ["red.png"]
        assert left(kept)
        if way == "folder":
            library.remove_folder(library.folders()[0].id)
        elif way == "everything":
            library.forget_everything()
        else:
            forget(library, secret if way == "photo" else secret.parent)
        assert left(kept) == []
    assert left(kept) == []


def test_what_a_photo_showed_before_it_was_edited_goes_when_the_library_rests(library: Library, photos: Path) -> None:
    index(library, photos)
    before = next(hit for hit in hits(library, Search(1, "")) if names([hit]) == ["red.png"])
    paint(edited := photos / "trip" / "red.png", (10, 200, 10))
    os.utime(edited, (OLD + 60, OLD + 60))
    assert rescan(library) == ALL
    library.scrub.everything()
    work(library)
    assert library._catalog.orphan_contents() == {}
    assert not os.path.exists(before.thumbnail)
    assert known(library) == ALL
    assert all(os.path.exists(hit.thumbnail) for hit in hits(library, Search(1, "")))
