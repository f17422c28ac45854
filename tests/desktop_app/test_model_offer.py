"""The quiet line that says once that there is a larger model."""

from __future__ import annotations

import pytest

from desktop_app.app import AppWindow
from engine import messages as m
from engine.photo import Folder
from tests.desktop_app.hands import Opened
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.model_rows import buttons, cards, press, said, three_models
from tests.desktop_app.pictures import hit, until


@pytest.fixture
def engine() -> MemoryEngine:
    made = MemoryEngine((hit(1), hit(2)), (Folder(1, b"/photos", ready=2),))
    made.models = three_models()
    return made


def with_photos(opened: Opened, engine: MemoryEngine) -> AppWindow:
    window = opened(engine)
    until(lambda: window.window.grid.isVisible())
    return window


def test_the_larger_model_is_offered_below_the_photos_with_what_it_gains_costs_and_loses(opened, engine) -> None:
    window = with_photos(opened, engine)
    until(lambda: window.window.offer.isVisible())
    text = window.window.offer.text
    for part in ("Fast", "47 of 100", "1.5 GB", "Apache-2.0", "does not look closely at the best matches"):
        assert part in text


def test_an_offer_that_was_declined_never_comes_back(opened, engine) -> None:
    window = with_photos(opened, engine)
    until(lambda: window.window.offer.isVisible())
    press(window.window.offer, "No, thanks")
    assert not window.window.offer.isVisible()
    window.window.close()
    again = with_photos(opened, engine)
    until(lambda: len(engine.asked(m.ListModels)) >= 2)
    until(lambda: again.chooser._feed.models)
    assert not again.window.offer.isVisible()


def test_an_offer_leads_to_the_question_and_fetches_nothing(opened, engine) -> None:
    window = with_photos(opened, engine)
    until(lambda: window.window.offer.isVisible())
    press(window.window.offer, "See it")
    assert window.window.page == "models"
    until(lambda: "Download Fast?" in said(cards(window)["fast"]))
    assert engine.asked(m.FetchModel) == []


def test_nothing_is_offered_to_who_has_chosen_another_model(opened, engine) -> None:
    engine.change_model("starter", in_use=False, chosen=False)
    engine.change_model("small", installed=True, in_use=True, chosen=True)
    window = with_photos(opened, engine)
    until(lambda: window.chooser._feed.models)
    assert not window.window.offer.isVisible()


def test_what_this_build_cannot_serve_is_shown_with_the_reason_and_never_offered(opened, engine) -> None:
    engine.models[0]["languages"] = "French"
    engine.change_model("fast", lacks="open_clip", needs="pip install open_clip_torch")
    engine.change_model("small", lacks="open_clip", needs="", installed=True, bytes_here=300_000_000, data_bytes=5_000)
    window = with_photos(opened, engine)
    until(lambda: window.chooser._feed.models)
    assert not window.window.offer.text
    window.chooser.recommend("de")
    fast, small = cards(window)["fast"], cards(window)["small"]
    for card in (fast, small):
        assert "Not in this build" in said(card)
        assert "It needs open_clip, which this build of Afterimage does not have" in said(card)
    assert buttons(fast) == []
    assert buttons(small) == ["Free 5.0 KB…", "Remove…"], "what is here can be thrown away"
