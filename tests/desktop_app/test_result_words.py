from __future__ import annotations

import pytest

from desktop_app import result_words
from desktop_app.result_words import Asked
from engine.messages import SearchResults, Stage

PERCENT = "\u00a0%"


def results(**facts: object) -> SearchResults:
    named: dict[str, object] = {"request": 1, "result": 1, "stage": Stage.RERANKED, "count": 300, "sentence": "a dog"}
    packed = {"photo_ids": b"", "aspect_ratios": b"", "tones": b""}
    numbers = {"looked_closely": 50, "searched": 48312, "total": 48312, "seconds": 0.0841}
    return SearchResults(**{**named, **packed, **numbers, **facts})  # type: ignore[arg-type]


def likely(**facts: object) -> SearchResults:
    return results(
        **{"matched": 37, "best": 0.97, "expected": 37.2, "expected_low": 31.4, "expected_high": 43.8, **facts}
    )


def found(some: SearchResults, **asked: object) -> str:
    return result_words.found(some, Asked(**asked))  # type: ignore[arg-type]


def test_a_result_tells_how_many_match_about_how_many_there_are_and_how_closely_was_looked() -> None:
    assert found(likely()) == "37 of 48,312 match, about 31 to 44; looked closely at 50"
    assert found(likely(matched=1, expected_low=0.9, expected_high=1.2)) == (
        "1 of 48,312 matches; looked closely at 50"
    )
    assert found(likely(expected_low=None, looked_closely=0)) == "37 of 48,312 match"


def test_a_result_of_one_folder_names_it() -> None:
    assert found(likely(matched=9), place="Lofoten").startswith("9 photos in Lofoten match, about 31 to 44")
    assert found(results(count=1), place="Lofoten").startswith("1 photo in Lofoten · ")
    assert found(results(sentence="", count=12), place="Lofoten", asks=False) == "12 photos in Lofoten · newest first"


def test_another_order_than_the_usual_is_told() -> None:
    browsed = {"sentence": "in:Lofoten sort:oldest", "count": 12}
    assert found(results(**browsed), asks=False) == "12 photos · oldest first"
    asked = likely(sentence="a dog sort:rating", expected_low=None)
    assert found(asked) == "37 of 48,312 match; looked closely at 50 · best rated first"


def test_where_every_row_matches_there_may_be_more() -> None:
    assert found(likely(matched=300)).startswith("At least 300 of 48,312 match")


@pytest.mark.parametrize(
    ("count", "best", "said"),
    [
        (300, 0.074, f"No photo matches. Closest five, each below 8{PERCENT}."),
        (300, 0.08, f"No photo matches. Closest five, each below 9{PERCENT}."),
        (2, 0.001, f"No photo matches. Closest two, each below 1{PERCENT}."),
        (1, 0.499, f"No sure match. Closest photo, below 50{PERCENT}."),
    ],
)
def test_where_nothing_matches_it_is_said_and_the_closest_are_named(count: int, best: float, said: str) -> None:
    some = likely(matched=0, count=count, best=best)
    assert found(some) == said
    assert result_words.split(some) == min(count, 5)


def test_nothing_is_said_to_match_before_it_was_looked_at_closely() -> None:
    assert found(likely(matched=0, best=0.1, looked_closely=0), under_way=True) == "Looking closely…"
    assert found(likely(matched=0, best=0.1, looked_closely=0)).startswith("No photo matches")


def test_without_probabilities_nothing_is_claimed_and_the_reason_is_there_for_who_asks() -> None:
    some = results(uncalibrated="this model was not calibrated")
    assert found(some) == "300 of 48,312 photos · looked closely at 50 · 84 ms"
    assert result_words.found_tip(some, Asked()) == "There are no probabilities: this model was not calibrated."
    assert result_words.split(some) == 300


def test_while_photos_are_indexed_a_result_tells_what_it_covers() -> None:
    assert found(likely(searched=31204)).endswith("· search covers 31,204 of 48,312")


def test_an_empty_library_says_nothing_above_its_empty_state() -> None:
    assert found(results(sentence="", count=0), asks=False) == ""


def test_what_the_model_cannot_know_is_named_with_a_remedy_where_there_is_one() -> None:
    some = likely(language="de", unknown_words=("raumschiff",), unclear=("before:soon",))
    german = "This seems to be German, which this model has not learned. Not understood: before:soon."
    assert result_words.doubts(some) == german, "that it knows no word of it goes without saying"
    assert result_words.remedy(some) == "Models that know German"
    assert result_words.doubts(likely(unknown_words=("spaceship",))) == "This model does not know: spaceship."
    assert result_words.doubts(likely()) == result_words.remedy(likely()) == ""
