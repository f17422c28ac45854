from __future__ import annotations

from typing import Any

from engine.cli_answer import nothing, said_before, said_of
from engine.messages import SearchResults, Stage
from engine.search_hit import SearchHit


def results(**changes: Any) -> SearchResults:
    known: dict[str, Any] = {
        "request": 1, "result": 1, "stage": Stage.RERANKED, "count": 300, "photo_ids": b"", "aspect_ratios": b"",
        "tones": b"", "looked_closely": 50, "searched": 48_312, "total": 48_312, "seconds": 0.1, "matched": 30,
        "expected": 37.2, "expected_low": 31.4, "expected_high": 43.6, "best": 0.9,
    }  # fmt: skip
    return SearchResults(**(known | changes))


def hit(probability: float | None) -> SearchHit:
    return SearchHit(1, b"/a.jpg", b"", 1, 1, probability=probability, matched=False)


def test_a_count_is_said_with_its_range_and_how_closely_was_looked() -> None:
    said = said_of(results(), 20)
    assert said.startswith("About 37 of 48,312 photos match, 31 to 44 in four of five such searches")
    assert said.endswith("the likeliest 20 are shown; looked closely at 50.")


def test_one_match_is_one() -> None:
    said = said_of(results(expected=1.1, expected_low=0.9, expected_high=1.3, looked_closely=0), 1)
    assert said == "About 1 of 48,312 photos matches."


def test_without_a_calibration_the_reason_and_the_remedy_are_said() -> None:
    said = said_of(results(uncalibrated="this model was never calibrated", expected=None), 5)
    assert said == "No probabilities: this model was never calibrated (to calibrate: afterimage calibrate)"


def test_browsing_has_nothing_to_say() -> None:
    assert said_of(results(expected=None, matched=3), 3) == ""


def test_words_that_the_model_never_met_are_named_on_one_line() -> None:
    (line,) = said_before(results(unknown_words=("spaceship", "uni\ncorn")))
    assert "“spaceship”, “unicorn”" in line
    assert said_before(results()) == []


def test_nothing_is_said_with_how_unlikely_the_closest_are() -> None:
    assert nothing([hit(0.071)] * 5, None) == "No photo matches. Closest five, each below 8 %."
    assert nothing([hit(0.071)] * 2, None) == "No photo matches. Closest 2, each below 8 %."
    assert nothing([], None, "a dog before:2020 camera:x100 sort:date") == "No photo passes before:2020 camera:x100."
    assert nothing([], None, 'a dog "on fire" NOT a cat') == 'No photo passes "on fire".'
    assert nothing([], None, "a dog") == "No photo matches."
    assert nothing([hit(0.41)] * 5, None) == "No sure match. Closest five, each below 42 %."
    assert nothing([hit(None)], None) == "No photo matches. Closest 1."
    assert nothing([], None) == "No photo matches."
    assert "/photos" in nothing([], b"/photos")


def test_a_language_that_the_model_does_not_know_is_said_with_one_that_does() -> None:
    (line,) = said_before(results(language="de", unknown_words=("Hund", "Schnee")))
    assert "German" in line
    assert "afterimage models use starter-multilingual" in line
    assert "models list" in said_before(results(language="es"))[0]


def test_what_was_not_understood_is_said() -> None:
    assert said_before(results(unclear=("before:yester\nday",))) == ["Not understood: before:yesterday"]
