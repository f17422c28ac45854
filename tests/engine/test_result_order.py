"""`sort:` through a library with real files and a fake model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.catalog import Catalog
from engine.library import Library
from engine.locations import Locations
from engine.messages import Complete, Search
from engine.query import Order
from engine.result_order import SLICE, first_rows, ordered, spoken_name
from engine.result_shelf import browse
from tests.engine.library_at_work import OLD, index, names, paint, results
from tests.fake_model import FakeModels

DAY_S = 86_400
AGES = {"IMG_10.png": 3, "img_2.png": 1, "Äpfel.png": 2, "IMG_2 copy.png": 4}  # days before the newest
COPY = "IMG_2 copy.png"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    photos = tmp_path_factory.mktemp("photos")
    for place, (name, age) in enumerate(AGES.items()):
        path = paint(photos / name, (40 * min(place, 2), 200, 20) if name != COPY else (40, 200, 20))
        os.utime(path, (OLD - age * DAY_S, OLD - age * DAY_S))
    locations = Locations.at(os.fsencode(tmp_path_factory.mktemp("library")))
    with Library.open(locations, models=FakeModels(), workers=1) as opened:
        opened.load_model()
        index(opened, photos)
        for name, stars in (("IMG_10.png", "5"), ("Äpfel.png", "2")):
            opened.tags.mark([], [os.fsencode(photos / name)], "rating", stars)
        yield opened


def shown(library: Library, text: str, *, limit: int = 300, every_copy: bool = True) -> list[str]:
    last = results(library, Search(1, text, limit, every_copy=every_copy))[-1]
    return names(library.hits(last.result, 0, last.count))


def days(library: Library, text: str) -> list[int]:
    return np.frombuffer(results(library, Search(1, text))[-1].days, "<i4")[::2].tolist()


@pytest.mark.parametrize("sentence", ["", "green "])
@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("date", ["img_2.png", "Äpfel.png", "IMG_10.png", COPY]),
        ("oldest", [COPY, "IMG_10.png", "Äpfel.png", "img_2.png"]),
        ("name", ["Äpfel.png", COPY, "img_2.png", "IMG_10.png"]),
    ],
)
def test_what_is_found_comes_in_the_order_asked_for(
    library: Library, sentence: str, order: str, expected: list[str]
) -> None:
    assert shown(library, f"{sentence}sort:{order}") == expected
    if not sentence:
        assert shown(library, f"sort:{order}", limit=2) == expected[:2]


def test_what_does_not_match_stays_behind_what_does(library: Library) -> None:
    catalog = library._catalog
    ids = catalog.newest(10)[0][::-1]
    flat = np.ones(len(ids), np.float32)
    found = replace(browse(ids, flat, flat.astype(np.uint32)), matched=2)
    *_, result = ordered(catalog, found, Order.DATE)
    assert result is not None
    assert result.photo_ids.tolist() == [*ids[:2][::-1], *ids[2:][::-1]]
    assert (result.matched, first_rows(result, 1).matched) == (2, 1)


def test_the_best_rated_come_first_and_the_others_stay_as_they_were(library: Library) -> None:
    assert shown(library, "sort:rating") == ["IMG_10.png", "Äpfel.png", "img_2.png", COPY]
    assert shown(library, "rating:<5 sort:rating")[0] == "Äpfel.png"


def test_days_are_told_whichever_way_the_time_runs(library: Library) -> None:
    newest = days(library, "")
    assert newest == sorted(newest, reverse=True)
    assert days(library, "sort:oldest") == newest[::-1]
    assert days(library, "sort:name") == []


def test_copies_stay_behind_their_row_in_every_order(library: Library) -> None:
    for order in Order:
        last = results(library, Search(1, f"sort:{order}"))[-1]
        behind = [len(library.alike(last.result, row)) - 1 for row in range(last.count)]
        assert sorted(behind) == [0, 0, 1]
        (row,) = [row for row, count in enumerate(behind) if count]
        assert set(names(library.alike(last.result, row))) == {"img_2.png", COPY}


def test_orders_are_offered_while_they_are_typed(library: Library) -> None:
    (found,) = [some for some in library.offers.completer.run(Complete(1, "sort", "o")) if some is not None]
    assert [value.text for value in found.values] == ["oldest"]


def test_many_rows_are_put_in_order_a_slice_at_a_time(tmp_path: Path) -> None:
    catalog = Catalog(bytes(tmp_path / "catalog.db"))
    count = 2 * SLICE + 7
    flat = np.ones(count, np.float32)
    result = browse(np.arange(count)[::-1], flat, flat.astype(np.uint32))
    *slices, last = ordered(catalog, result, Order.NAME)
    assert len(slices) >= 4
    assert set(slices) == {None}
    assert last is not None
    assert last.photo_ids.tolist() == result.photo_ids.tolist(), "no name is known: all stay where they are"
    catalog.close()


def test_names_are_compared_as_people_do() -> None:
    told = [b"b.jpg", b"IMG_10.JPG", "Ärger.jpg".encode(), b"img_9.jpg", b"a10b2.jpg", b"a9.jpg", b"\xff.jpg"]
    spoken = sorted(told, key=spoken_name)
    assert spoken[:-1] == [b"a9.jpg", b"a10b2.jpg", "Ärger.jpg".encode(), b"b.jpg", b"img_9.jpg", b"IMG_10.JPG"]
