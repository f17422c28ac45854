from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.window_state import Face, WindowState, face, notice
from engine.photo import Folder

SUMMER, WINTER = Folder(1, b"/photos/summer", ready=8), Folder(2, b"/photos/winter", ready=4)
BROWSING = WindowState(folders=(SUMMER, WINTER), count=12)


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (WindowState(), Face.STARTING),
        (WindowState(folders=()), Face.WELCOME),
        (WindowState(folders=(), count=0), Face.WELCOME),
        (BROWSING, Face.PHOTOS),
        (replace(BROWSING, gave_up="it died"), Face.PHOTOS),
        (replace(BROWSING, count=None), Face.PHOTOS),
        (replace(BROWSING, count=0, pending=30), Face.INDEXING),
        (replace(BROWSING, count=0, scanning=True), Face.INDEXING),
        (replace(BROWSING, count=0, sentence="a zebra"), Face.NOTHING_FOUND),
        (replace(BROWSING, count=0, sentence="a zebra", pending=30), Face.NOTHING_FOUND),
        (replace(BROWSING, count=0), Face.NO_PHOTOS),
        (replace(BROWSING, count=0, folders=(replace(SUMMER, offline=True),)), Face.OFFLINE),
        (WindowState(gave_up="it died"), Face.GAVE_UP),
    ],
)
def test_the_face_fits_what_is_known(state: WindowState, shown: Face) -> None:
    assert face(state) is shown


def test_only_the_folder_that_is_looked_at_decides_whether_it_is_unplugged() -> None:
    folders = (replace(SUMMER, offline=True), WINTER)
    state = WindowState(folders=folders, count=0, narrowed_to=SUMMER.path)
    assert notice(state).title == "summer cannot be reached"
    assert face(replace(state, narrowed_to=WINTER.path)) is Face.NO_PHOTOS


def test_nothing_found_in_a_folder_offers_to_search_everywhere() -> None:
    said = notice(replace(BROWSING, count=0, sentence="a zebra", narrowed_to=SUMMER.path))
    assert said.title == "Nothing found in summer"
    assert [key for key, _ in said.buttons] == ["everywhere", "clear"]


def test_nothing_found_while_indexing_says_how_much_is_still_to_come() -> None:
    assert "1,234 photos still to be looked at" in notice(replace(BROWSING, count=0, sentence="x", pending=1234)).text


def test_a_folder_of_broken_photos_leads_to_the_problems() -> None:
    said = notice(WindowState(folders=(replace(SUMMER, ready=0, unreadable=3),), count=0))
    assert said.buttons[0][0] == "problems"
    assert "3 photos could not be read" in said.text


@pytest.mark.parametrize("which", [each for each in Face if each is not Face.PHOTOS])
def test_every_empty_state_speaks_at_most_two_sentences_and_offers_at_most_two_buttons(which: Face) -> None:
    states = {
        Face.STARTING: WindowState(),
        Face.WELCOME: WindowState(folders=(), pictures=b"/home/ada/Pictures"),
        Face.INDEXING: replace(BROWSING, count=0, pending=3),
        Face.NOTHING_FOUND: replace(BROWSING, count=0, sentence="x"),
        Face.NO_PHOTOS: replace(BROWSING, count=0),
        Face.OFFLINE: replace(BROWSING, count=0, folders=(replace(SUMMER, offline=True),)),
        Face.GAVE_UP: WindowState(gave_up="It ended."),
    }
    said = notice(states[which])
    assert said.face is which
    assert said.text.count(". ") <= 1
    assert len(said.buttons) <= 2
