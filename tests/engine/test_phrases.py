from __future__ import annotations

from engine.captions.pairs import CaptionedPhotos
from engine.evaluation import phrases

DOGS = CaptionedPhotos(
    b"",
    tuple(b"%d.jpg" % row for row in range(7)),
    (
        *(("A brown dog runs on the grass .", "a dog is running in the grass", "two brown dogs run") for _ in range(4)),
        ("A brown and white puppy is running .", "a brown dog in the grass", "a dog"),
        ("a girl in a brown coat with a dog", "A girl is playing .", "the girl plays"),
        ("A sofa in a room", "a sofa", "the sofa is green"),
    ),
)


def said() -> dict[str, list[int]]:
    return {each.text: each.captions.tolist() for each in phrases.phrases(DOGS)}


def test_things_are_asked_for_with_and_without_an_article() -> None:
    assert said()["dog"] == said()["a dog"] == [3, 3, 3, 3, 3, 1, 0]


def test_what_too_few_photos_show_is_not_asked_for() -> None:
    assert "sofa" not in said()


def test_a_colour_is_that_of_its_own_thing() -> None:
    assert said()["brown dog"] == [2, 2, 2, 2, 1, 0, 0]


def test_what_a_thing_does_is_said_in_any_form_of_the_verb() -> None:
    assert said()["dog running"] == [3, 3, 3, 3, 1, 0, 0]


def test_where_a_thing_is_is_asked_as_captions_say_it_most_often() -> None:
    found = said()
    assert found["dog in grass"] == [2, 2, 2, 2, 1, 0, 0]
    assert "dog on grass" not in found


def test_a_photo_that_any_caption_calls_so_shows_it_and_is_gone_where_nothing_should_match() -> None:
    asked = {each.text: each for each, _ in phrases.asked(DOGS, phrases.phrases(DOGS), most=2)}
    assert asked["a dog"].right.tolist() == asked["a dog"].named.tolist() == [True] * 6 + [False]
    assert asked["a dog"].matches.tolist() == [True] * 5 + [False] * 2
    assert asked["brown dog"].named.tolist() == asked["dog"].named.tolist()
