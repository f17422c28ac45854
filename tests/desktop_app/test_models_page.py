"""The page of models in the whole window, with an engine in memory behind it."""

from __future__ import annotations

import os

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from desktop_app.app import AppWindow
from desktop_app.widgets.model_card import ModelCard
from engine import messages as m
from engine.photo import Folder
from tests.desktop_app.hands import LEFT, Key, Opened, entry
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.model_rows import button, buttons, cards, press, said, three_models
from tests.desktop_app.pictures import hit, until


@pytest.fixture
def engine() -> MemoryEngine:
    made = MemoryEngine((hit(1), hit(2)), (Folder(1, b"/photos", ready=2),))
    made.models = three_models()
    return made


@pytest.fixture
def opened(opened: Opened) -> Opened:
    """On the screen, with photos in it."""

    def open_window(engine: MemoryEngine) -> AppWindow:
        window = opened(engine)
        until(lambda: window.window.grid.isVisible())
        return window

    return open_window


@pytest.fixture
def shown(opened: Opened, engine: MemoryEngine) -> AppWindow:
    """A window with the page of models open."""
    window = opened(engine)
    window.window.show_models()
    until(lambda: len(cards(window)) == 3)
    return window


def download(shown: AppWindow, engine: MemoryEngine) -> ModelCard:
    card = cards(shown)["fast"]
    press(card, "Download…")
    press(card, "Download 1.5 GB")
    until(lambda: "fast" in engine.fetching)
    return card


# ---- what is told ------------------------------------------------------------------------------------------------


def test_the_sidebar_leads_to_the_models_and_escape_leads_back(opened, engine) -> None:
    window = opened(engine)
    QTest.mouseClick(entry(window, "Models"), LEFT)
    assert window.window.page == "models"
    assert entry(window, "Models").isChecked()
    QTest.keyClick(window.window.models, Key.Key_Escape)
    assert window.window.grid.isVisible()
    assert not entry(window, "Models").isChecked()


def test_a_card_tells_gain_size_languages_licence_and_where_the_figures_are_from(shown) -> None:
    text = said(cards(shown)["fast"])
    assert "Finds the right photo first for 47 of 100 descriptions, among 5,000 photos." in text
    assert "About 1.5 GB · understands about 109 languages" in text
    assert "Licence Apache-2.0, https://www.apache.org/licenses/LICENSE-2.0 · figures: its paper" in text


def test_a_recommended_model_says_what_would_be_lost(shown) -> None:
    card = cards(shown)["fast"]
    assert card.look.badge == "Recommended"
    assert "Unlike Starter, it does not look closely at the best matches." in said(card)
    assert {ability.text: ability.can for ability in card.look.abilities} == {
        "Finds photos": True,
        "Looks closely at the best": False,
        "Says how likely": False,
        "Says when nothing matches": False,
        "Shows why": False,
    }
    assert [ability.text for ability in card.look.abilities if ability.lost] == ["Looks closely at the best"]


def test_the_model_in_use_says_so_and_offers_nothing(shown) -> None:
    card = cards(shown)["starter"]
    assert card.look.badge == "In use"
    assert buttons(card) == []


def test_two_models_with_the_same_measure_are_compared(shown, engine) -> None:
    engine.change_model("starter", recall={"coco_r1": 11.4, "source": "its model card"})
    engine.tell(m.EngineReady("0", 1, 2, 1, model_loaded=True))
    until(lambda: "; Starter: 11." in said(cards(shown)["fast"]))


# ---- downloads ---------------------------------------------------------------------------------------------------


def test_nothing_is_fetched_before_a_yes_and_the_question_tells_what_follows(shown, engine) -> None:
    card = cards(shown)["fast"]
    press(card, "Download…")
    text = said(card)
    for part in ("About 1.5 GB from https://hub.example (somebody/fast)", "41 GB are free", "Apache-2.0", "pinned"):
        assert part in text
    assert engine.asked(m.FetchModel) == []
    press(card, "Not now")
    assert engine.asked(m.FetchModel) == []
    assert buttons(card) == ["Download…"]


def test_a_yes_fetches_and_progress_is_told_on_the_card_and_in_the_sidebar(shown, engine) -> None:
    card = download(shown, engine)
    engine.fetch_on("fast", 616_000_000, 1_540_000_000, rate=24e6, seconds_left=39.0)
    assert "Downloading · 616 MB of 1.5 GB · 24 MB/s · 40 s left" in said(card)
    assert card.look.share == pytest.approx(0.4)
    assert entry(shown, "Models").look.detail == "Downloading 40%"
    assert buttons(card) == ["Pause", "Cancel…"]


def test_progress_leaves_the_focus_where_it_is(shown, engine) -> None:
    card = download(shown, engine)
    engine.fetch_on("fast", 1_000_000, 1_540_000_000)
    pause = button(card, "Pause")
    pause.setFocus()
    engine.fetch_on("fast", 2_000_000, 1_540_000_000)
    assert button(card, "Pause") is pause
    assert pause.hasFocus()


def test_a_paused_download_goes_on_without_another_question(shown, engine) -> None:
    card = download(shown, engine)
    engine.fetch_on("fast", 616_000_000, 1_540_000_000)
    press(card, "Pause")
    until(lambda: "Paused · 616 MB of about 1.5 GB are here" in said(card))
    press(card, "Go on")
    until(lambda: len(engine.asked(m.FetchModel)) == 2)


def test_a_cancelled_download_asks_and_throws_away(shown, engine) -> None:
    card = download(shown, engine)
    engine.fetch_on("fast", 616_000_000, 1_540_000_000)
    press(card, "Cancel…")
    assert "616 MB are here already." in said(card)
    press(card, "Throw away")
    until(lambda: buttons(card) == ["Download…"])
    assert [request.name for request in engine.asked(m.RemoveModel)] == ["fast"]


def test_a_question_about_a_download_ends_when_the_download_does(shown, engine) -> None:
    card = download(shown, engine)
    engine.fetch_on("fast", 616_000_000, 1_540_000_000)
    press(card, "Cancel…")
    engine.end_fetch("fast")
    until(lambda: card.look.badge == "Installed")
    assert card.look.question is None
    assert engine.asked(m.RemoveModel) == []


@pytest.mark.parametrize(
    "failed",
    [
        m.Failed(0, "NoNetwork", "The server cannot be reached", remedy="connect to the network"),
        m.Failed(0, "ModelAltered", "w.safetensors is not the file that was published", b"/m/w", "try another mirror"),
        m.Failed(0, "DiskFull", "No room for the model", b"/m", "free some space"),
    ],
    ids=lambda failed: failed.error,
)
def test_a_failed_download_says_why_and_what_helps_on_its_card(shown, engine, failed) -> None:
    card = download(shown, engine)
    engine.end_fetch("fast", failed)
    until(lambda: failed.problem in said(card))
    assert failed.remedy in said(card).lower()
    press(card, "Try again")
    until(lambda: len(engine.asked(m.FetchModel)) == 2)
    assert failed.problem not in said(card)


def test_an_engine_that_ends_leaves_a_download_that_can_go_on(shown, engine) -> None:
    card = download(shown, engine)
    engine.fetch_on("fast", 616_000_000, 1_540_000_000)
    engine.end_fetch("fast", m.Failed(0, "EngineGone", "The search engine ended", remedy="try again"))
    engine.start()
    until(lambda: buttons(card) == ["Try again", "Discard…"])


def test_a_disk_without_room_is_told_before_anything_is_fetched(shown, engine) -> None:
    engine.change_model("fast", free_bytes=2_000_000_000)
    shown.window.show_grid()
    shown.window.show_models()
    card = cards(shown)["fast"]
    press(card, "Download…")
    until(lambda: "Not enough room: 3.6 GB are needed while it is installed, 2.0 GB are free" in said(card))
    assert not button(card, "Download 1.5 GB").isEnabled()


def test_a_download_that_ended_elsewhere_is_told_in_the_sidebar_until_it_is_looked_at(shown, engine) -> None:
    download(shown, engine)
    engine.fetch_on("fast", 616_000_000, 1_540_000_000)
    shown.window.show_grid()
    engine.end_fetch("fast")
    until(lambda: entry(shown, "Models").look.detail == "Fast is ready to use")
    QTest.mouseClick(entry(shown, "Models"), LEFT)
    until(lambda: entry(shown, "Models").look.detail == "")


# ---- changing the model ------------------------------------------------------------------------------------------


@pytest.fixture
def installed(shown: AppWindow, engine: MemoryEngine) -> ModelCard:
    engine.change_model("fast", installed=True, bytes_here=1_512_345_678)
    engine.tell(m.EngineReady("0", 1, 2, 1, model_loaded=True))
    card = cards(shown)["fast"]
    until(lambda: card.look.badge == "Installed")
    return card


def test_use_tells_what_it_takes_and_loses_and_asks(installed, engine) -> None:
    engine.estimate = {"photos": 12_300, "photos_per_s": 5.1, "seconds": 2_412.0, "bytes": 900_000_000}
    press(installed, "Use…")
    assert "Measuring on a few of your photos" in said(installed)
    expected = "Getting to know your 12,300 photos takes about 40 minutes and 900 MB of disk on this computer."
    until(lambda: expected in said(installed))
    assert "Unlike Starter, it does not look closely at the best matches." in said(installed)
    assert engine.asked(m.UseModel) == []
    press(installed, "Use it")
    until(lambda: [request.name for request in engine.asked(m.UseModel)] == ["fast"])


def test_an_estimate_that_cannot_be_made_is_called_unknown(installed) -> None:
    press(installed, "Use…")
    until(lambda: "How long it takes for your photos is not known yet." in said(installed))


def test_a_model_that_is_prepared_tells_how_far_it_is_and_can_be_taken_back(installed, shown, engine) -> None:
    press(installed, "Use…")
    press(installed, "Use it")
    until(lambda: installed.look.badge == "Chosen")
    engine.tell(m.PrepareProgress(0, "fast", 2_300, 12_300, 5.1, 1_960.0))
    text = "Getting to know your photos · 2,300 of 12,300 · about 33 min left. Starter answers meanwhile."
    assert text in said(installed)
    assert entry(shown, "Models").look.detail == "Preparing 2,300 of 12,300"
    press(installed, "Stay with Starter")
    until(lambda: [request.name for request in engine.asked(m.UseModel)] == ["fast", "starter"])


def test_going_back_to_a_model_that_knows_the_photos_asks_nothing(installed, shown, engine) -> None:
    engine.change_model("fast", in_use=True, chosen=True)
    engine.change_model("starter", in_use=False, chosen=False, encoded=2, data_bytes=12_000_000)
    engine.tell(m.PrepareProgress(0))
    engine.tell(m.EngineReady("0", 1, 2, 1, model_loaded=True))
    starter = cards(shown)["starter"]
    until(lambda: buttons(starter) == ["Go back to it", "Free 12 MB…"])
    press(starter, "Go back to it")
    until(lambda: [request.name for request in engine.asked(m.UseModel)] == ["starter"])


def test_what_a_model_has_learned_is_freed_after_a_question(installed, engine) -> None:
    engine.change_model("fast", encoded=2, data_bytes=900_000_000)
    engine.tell(m.EngineReady("0", 1, 2, 1, model_loaded=True))
    until(lambda: "Free 900 MB…" in buttons(installed))
    press(installed, "Free 900 MB…")
    assert engine.asked(m.DropModelData) == []
    press(installed, "Free 900 MB")
    until(lambda: [request.name for request in engine.asked(m.DropModelData)] == ["fast"])


def test_remove_asks_and_tells_what_it_frees(installed, engine) -> None:
    press(installed, "Remove…")
    assert "1.5 GB become free" in said(installed)
    assert button(installed, "Keep it").hasFocus()
    press(installed, "Keep it")
    assert engine.asked(m.RemoveModel) == []
    press(installed, "Remove…")
    press(installed, "Remove")
    until(lambda: buttons(installed) == ["Download…"])


def test_a_change_that_was_called_off_halfway_is_asked_about_again(installed, engine) -> None:
    engine.change_model("starter", encoded=12_300)
    engine.change_model("fast", encoded=2_300, data_bytes=9_000_000)
    engine.tell(m.EngineReady("0", 1, 2, 1, model_loaded=True))
    until(lambda: buttons(installed) == ["Use…", "Free 9.0 MB…", "Remove…"])


# ---- import ------------------------------------------------------------------------------------------------------


def test_an_import_shows_the_hash_and_asks_before_anything_is_copied(shown, engine, tmp_path) -> None:
    page = shown.window.models
    shown.chooser._feed.look_at(os.fsencode(tmp_path / "own-model"))
    until(lambda: "ab" * 32 in said(page))
    assert "Import this model as own-model?" in said(page)
    assert engine.asked(m.ImportModel) == []
    press(page, "Import it")
    until(lambda: engine.asked(m.ImportModel))
    asked = engine.asked(m.ImportModel)[0]
    assert (asked.path, asked.name, asked.sha256) == (os.fsencode(tmp_path / "own-model"), "own-model", "ab" * 32)
    until(lambda: "Imported and verified." in said(page))


# ---- keys and names ----------------------------------------------------------------------------------------------


def test_escape_takes_back_a_question_before_it_leaves_the_page(shown) -> None:
    card = cards(shown)["fast"]
    press(card, "Download…")
    QTest.keyClick(shown.window, Key.Key_Escape)
    assert card.look.question is None
    assert shown.window.page == "models"
    QTest.keyClick(shown.window, Key.Key_Escape)
    assert shown.window.page != "models"


def test_a_download_is_begun_with_keys_alone(shown, engine) -> None:
    button(cards(shown)["fast"], "Download…").setFocus()
    QTest.keyClick(shown.window.focusWidget(), Key.Key_Space)
    assert shown.window.focusWidget().text() == "Download 1.5 GB"
    QTest.keyClick(shown.window.focusWidget(), Key.Key_Space)
    until(lambda: engine.asked(m.FetchModel))
    assert shown.window.focusWidget().text() == "Pause"


def test_tab_goes_through_the_cards_from_top_to_bottom(shown) -> None:
    button(shown.window.models, "Import from folder…").setFocus()
    visited = []
    for _ in range(4):
        visited.append(shown.window.focusWidget().accessibleName() or shown.window.focusWidget().text())
        QTest.keyClick(shown.window.focusWidget(), Key.Key_Tab)
    assert visited == ["Import from folder…", "Back to the photos", "Download: Fast", "Download: Small"]


def test_time_for_looking_closely_and_the_device_are_set_below_the_cards_where_that_changes_something(
    shown, engine
) -> None:
    page = shown.window.models
    until(lambda: engine.asked(m.SetDevice))
    assert not page.settings.isVisible()
    engine.budget |= {"reranker": "blip-itm-base", "seen": 7, "unseen": 0}
    engine.device |= {"here": ["cuda", "cpu"], "now": "cuda"}
    engine.change_model("fast", installed=True)
    engine.start()
    until(lambda: len(page.settings.controls) == 2)
    time, device = page.settings.controls
    assert (time.currentText(), device.currentText()) == ("250 ms (usual)", "Automatic")
    assert "7 photos" in time.accessibleDescription()
    assert "no new ones" in time.accessibleDescription()
    for control, text in ((time, "3 s"), (device, "Processor")):
        control.setFocus()
        control.setCurrentIndex(control.findText(text))
        control.activated.emit(control.currentIndex())
    until(lambda: engine.budget["ms"] == 3_000 and engine.device["setting"] == "cpu")
    assert "Graphics card" in device.accessibleDescription()
    assert [each.currentText() for each in page.settings.controls] == ["3 s", "Processor"]


def test_every_button_of_the_page_has_a_name_for_a_screen_reader(shown) -> None:
    press(cards(shown)["fast"], "Download…")
    page = shown.window.models
    nameless = [
        each
        for each in page.findChildren(QAbstractButton)
        if each.isVisible() and not (each.accessibleName() or each.text())
    ]
    assert not nameless
    assert cards(shown)["fast"].accessibleName().startswith("Fast. Recommended. Finds the right photo first")


def test_everything_of_the_page_fits_a_small_window(shown) -> None:
    shown.window.resize(1024, 640)
    until(lambda: shown.window.width() == 1024)
    press(cards(shown)["fast"], "Download…")
    until(lambda: True)
    page = shown.window.models
    for part in page.findChildren(QWidget):
        if part.isVisible() and isinstance(part, QPushButton | ModelCard):
            left = part.mapTo(page, part.rect().topLeft()).x()
            assert left >= 0, part
            assert left + part.width() <= page.width(), part
