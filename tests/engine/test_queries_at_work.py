"""Queries with clauses, filters and examples, through a library with real files and a fake model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine import people_words
from engine.calibration import Expected
from engine.library import Library
from engine.locations import Locations
from engine.messages import Search, SearchResults
from engine.photo_search import within
from engine.query import parse
from engine.searcher import Answer, Ranking
from tests.engine.library_at_work import COLOURS, hits, index, names, paint, results
from tests.fake_model import FakeModels


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for name, colour in COLOURS.items():
        paint(folder / f"{name}.png", colour)
    paint(folder / "trip" / "violet.png", (150, 20, 150))
    paint(folder / "trip" / "sea.jpg", (10, 60, 180))
    return folder


@pytest.fixture(scope="module")
def library(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    models = FakeModels()
    models.model = replace(models.model, name="starter")
    locations = Locations.at(os.fsencode(tmp_path_factory.mktemp("library")))
    with Library.open(locations, models=models, workers=1) as opened:
        opened.load_model()
        index(opened, photos)
        yield opened


def found(library: Library, text: str, **asked: object) -> list[str]:
    return names(hits(library, replace(Search(1, text, rerank=False), **asked)))


def last(library: Library, text: str) -> SearchResults:
    return results(library, Search(1, text))[-1]


def test_what_is_denied_comes_last(library: Library) -> None:
    assert set(found(library, "blue")[:2]) == {"blue.png", "sea.jpg"}
    assert set(found(library, "NOT blue")[-2:]) == {"blue.png", "sea.jpg"}
    assert set(found(library, "(red OR blue) NOT blue")[-2:]) >= {"green.png"}


def test_either_is_found(library: Library) -> None:
    assert set(found(library, "green OR blue")[:3]) == {"green.png", "blue.png", "sea.jpg"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("blue folder:trip", "sea.jpg violet.png"),
        ("blue type:jpg", "sea.jpg"),
        ("blue -type:jpg in:trip", "violet.png"),
        ("blue on:2020-09-13 type:jpg", "sea.jpg"),
        ("blue before:2019", ""),
        ("type:jpg", "sea.jpg"),
        ('"violet"', "violet.png"),
        ("(red OR blue) folder:trip", "violet.png sea.jpg"),
    ],
)
def test_filters_narrow_a_search_with_words_and_without(library: Library, text: str, shown: str) -> None:
    assert sorted(found(library, text)) == sorted(shown.split())


def test_clauses_are_looked_at_closely_too(library: Library) -> None:
    retrieved, reranked = results(library, Search(1, "red NOT blue"))
    assert retrieved.looked_closely == 0
    assert reranked.looked_closely == reranked.count == 6


def test_more_than_one_photo_can_be_the_query(library: Library, photos: Path) -> None:
    like = tuple(os.fsencode(photos / name) for name in ("blue.png", "trip/sea.jpg"))
    assert set(found(library, "", like=like)[:2]) == {"blue.png", "sea.jpg"}
    unlike = (os.fsencode(photos / "trip/sea.jpg"),)
    assert found(library, "", like=like[:1], unlike=unlike)[0] == "blue.png"
    assert found(library, "", unlike=unlike)[-1] in {"blue.png", "sea.jpg"}


def test_a_photo_and_a_sentence_are_one_query(library: Library, photos: Path) -> None:
    like = (os.fsencode(photos / "blue.png"),)
    assert found(library, "red", like=like)[0] in {"red.png", "violet.png"}


def test_what_is_not_understood_is_told(library: Library) -> None:
    assert last(library, "red before:yesterday").unclear == ("before:yesterday",)
    assert last(library, "red before:yesterday").unknown_words == ("before:yesterday",)


def test_another_language_is_told(library: Library) -> None:
    assert last(library, "ein Hund im Schnee").language == "de"
    assert last(library, "red").language == ""


def test_what_a_person_wrote_comes_first_and_is_a_match(photos: Path, library: Library) -> None:
    paths = {hit.path: hit.photo_id for hit in hits(library, Search(1, "", every_copy=True))}
    dark, sea = paths[os.fsencode(photos / "dark.png")], paths[os.fsencode(photos / "trip" / "sea.jpg")]
    library.tags.change([dark], [], add=["family/Grandmas birthday"], remove=[])
    with library._catalog._file.transaction():
        words = "INSERT INTO captions (photo_id, text, source) VALUES (?, ?, 'file')"
        library._catalog._file.write(words, [sea, "The birthday of my Grandma, in blue. Grüße"])
    assert set(found(library, "blue")[:2]) == {"blue.png", "sea.jpg"}
    shown = hits(library, Search(1, "Grandma's birthday"))
    assert {os.path.basename(hit.path) for hit in shown[:2]} == {b"dark.png", b"sea.jpg"}
    assert all(hit.matched for hit in shown[:2])
    assert not last(library, "birthdays of grandma").unknown_words
    assert found(library, "blue birthday")[0] == "sea.jpg"
    assert found(library, "birthday type:jpg") == ["sea.jpg"]
    assert found(library, "GRÜßE")[0] == "sea.jpg"
    assert found(library, "red birthday")[0] == found(library, "red")[0], "half of the words are not enough"
    library.tags.undo()


def test_of_what_a_person_wrote_no_probability_is_told_and_it_counts_as_expected() -> None:
    ranking = Ranking(
        np.array([5, 6, 7]), np.float32([0.3, 0.2, 0.1]), np.float32([0.3, 0.2, 0.1]), np.zeros(3, bool),
        probabilities=np.float32([0.9, 0.4, 0.05]),
    )  # fmt: skip
    answer = Answer(matched=1, best=0.9, expected=Expected(1.3, 1.0, 2.0))
    ordered, told = people_words.first(ranking, answer, np.array([7]))
    assert ordered.ids.tolist() == [7, 5, 6]
    assert np.isnan(ordered.probabilities[0])
    assert told.matched == 2
    assert told.expected.count == pytest.approx(2.25)
    assert people_words.written(parse("the Dogs, in the snow")) == ["dogs", "snow"]
    assert people_words.written(parse("dogs NOT snow")) == []


def test_no_more_photos_are_expected_to_match_than_were_searched() -> None:
    assert within(Expected(33.0, 6.0, 68.0), 64) == Expected(33.0, 6.0, 64.0)
    assert within(Expected(3.0, 2.0, 5.0), 64) == Expected(3.0, 2.0, 5.0)
    assert within(None, 64) is None
