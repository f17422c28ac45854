"""What shows itself once, beside or over the window: the tour, messages of the desktop, the icon in the tray; and a
folder that is paused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop_app import app as desktop
from desktop_app.app import AppWindow, Options
from desktop_app.model_look import Act
from desktop_app.notifier import LONG_S, Notifier
from desktop_app.settings import Settings
from desktop_app.tray import Tray
from desktop_app.widgets.icon_entry import IconEntry
from engine import messages as m
from engine.photo import Folder
from engine.search_hit import SearchHit
from tests.desktop_app.hands import click_placed
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.model_rows import three_models
from tests.desktop_app.pictures import hit, jpeg, until

LEFT = Qt.MouseButton.LeftButton
Opened = Callable[[MemoryEngine], AppWindow]


@pytest.fixture
def hits(tmp_path: Path) -> tuple[SearchHit, ...]:
    return tuple(hit(n, path := jpeg(tmp_path / f"{n}.jpg"), path=path) for n in range(1, 5))


@pytest.fixture
def opened(app: QApplication, tmp_path: Path) -> Iterator[Opened]:
    desktop.application()
    windows: list[AppWindow] = []

    def open_window(engine: MemoryEngine) -> AppWindow:
        windows.append(AppWindow(app, Options(library=bytes(tmp_path / "library")), lambda library: engine))
        windows[-1].show()
        return windows[-1]

    yield open_window
    for window in windows:
        window.close()
    until(lambda: True)


def test_the_tour_comes_with_the_first_photos_and_never_again_by_itself(
    opened: Opened, hits: tuple[SearchHit, ...], tmp_path: Path
) -> None:
    engine = MemoryEngine()
    shown = opened(engine)
    window, card = shown.window, shown.window.tour
    until(lambda: window.empty.isVisible() and not card.isVisible())
    engine.hits = hits
    shown.session._parts.feed.add_folders([bytes(tmp_path)])
    until(lambda: card.isVisible())
    assert not card.isAncestorOf(window.focusWidget()), "it takes the keys from nobody"
    window.offer_model("A larger model")
    assert not window.offer.isVisible(), "one thing at a time"
    seen = []
    for _ in range(3):
        assert window.rect().contains(card.geometry())
        seen.append(card._title.text())
        QTest.mouseClick(card._next, LEFT)
    assert len(set(seen)) == 3
    assert not card.isVisible()
    assert window.offer.isVisible()
    assert Settings(shown.settings._file.fileName()).tour_done
    window.show_page("settings")
    click_placed(shown.setting_page.row("tour").control)
    assert card.isVisible(), "who asks for it sees it again"
    QTest.mouseClick(card._next, LEFT)
    window.status.say("Indexing")  # below the photos, which have less room now
    until(lambda: card._ring.height() == window.grid.height() + 4)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not card.isVisible()
    again = opened(MemoryEngine())
    until(lambda: again.window.empty.isVisible())
    again.client.hits = hits
    again.session._parts.feed.add_folders([bytes(tmp_path)])
    until(lambda: again.model.rowCount() == 4)
    assert not again.window.tour.isVisible()


def test_who_does_what_the_tour_says_is_led_on_and_who_searches_again_is_left_alone(shown) -> None:
    window, card = shown.window, shown.window.tour
    shown.tour.begin()
    first = card._title.text()
    QTest.keyClicks(window.search, "dog")
    until(lambda: card._title.text() != first)
    assert card.geometry().top() > window.grid.mapTo(window, window.grid.rect().center()).y(), "the best are seen"
    QTest.keyClicks(window.search, "s")
    assert card.isVisible(), "who only types on is read to by the same card"
    window.search.selectAll()
    QTest.keyClicks(window.search, "cat")
    assert not card.isVisible()


def test_a_long_indexing_is_told_to_those_who_are_elsewhere(opened: Opened, tmp_path: Path) -> None:
    shown, said, clock = opened(MemoryEngine()), [], [0.0]
    notifier = Notifier(shown.window, shown.settings, said.append, clock=lambda: clock[0])
    shown.window.hide()  # nobody works in it
    until(lambda: not shown.window.isActiveWindow())

    def index(seconds: float, ready: int) -> None:
        notifier.hear(m.IndexProgress(0, ready - 90, 90, 0, 0, 9.0, 10.0, True))
        clock[0] += seconds
        notifier.hear(m.IndexProgress(0, ready, 0, 0, 0, 0.0, None, False))

    index(LONG_S + 1, 1_200)
    assert said == ["1,200 photos can be searched now."]
    index(LONG_S - 1, 1_300)
    shown.settings.notify = False
    index(LONG_S + 1, 1_400)
    assert len(said) == 1, "short work is not worth it, and who wants none gets none"
    shown.settings.notify = True
    shown.window.show()
    shown.window.activateWindow()
    until(lambda: shown.window.isActiveWindow())
    index(LONG_S + 1, 1_500)
    assert len(said) == 1, "whoever is here sees it"


def test_a_model_that_was_downloaded_is_told_as_well(opened: Opened) -> None:
    engine = MemoryEngine()
    engine.models = three_models()
    shown, said = opened(engine), []
    until(lambda: shown.chooser._feed.models)
    shown.notifier._send = said.append
    shown.window.hide()
    until(lambda: not shown.window.isActiveWindow())
    shown.chooser._feed.act("fast", Act.DOWNLOAD)
    until(lambda: "fast" in engine.fetching)
    engine.end_fetch("fast")
    until(lambda: said)
    assert said == ["Fast is ready to use"]


class Icon(QObject):
    """As a tray would show it."""

    activated = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.menu: QMenu | None = None
        self.seen = False

    def setContextMenu(self, menu: QMenu) -> None:  # noqa: N802
        self.menu = menu

    def show(self) -> None:
        self.seen = True

    def hide(self) -> None:
        self.seen = False


def test_with_an_icon_in_the_tray_closing_only_hides_the_window(app: QApplication, opened: Opened) -> None:
    shown, icons = opened(MemoryEngine()), []
    tray = Tray(app, shown.window, shown.settings, make=lambda: icons.append(Icon()) or icons[-1])
    assert not icons, "off until somebody wants it"
    shown.settings.tray = True
    (icon,) = icons
    assert icon.seen
    shown.window.close()
    until(lambda: not shown.window.isVisible())
    assert not app.quitOnLastWindowClosed()
    icon.activated.emit(None)
    assert shown.window.isVisible()
    assert [action.text() for action in icon.menu.actions()] == ["Open Afterimage", "Quit"]
    shown.settings.tray = False
    assert not icon.seen
    assert app.quitOnLastWindowClosed()
    tray.close()


def test_a_folder_is_paused_in_its_menu_and_shown_so(
    opened: Opened, hits: tuple[SearchHit, ...], tmp_path: Path
) -> None:
    engine = MemoryEngine(hits, (Folder(1, bytes(tmp_path), ready=4, pending=6),))
    shown = opened(engine)
    until(lambda: shown.model.rowCount() == 4)

    def entry() -> IconEntry:
        entries = shown.window.sidebar.findChildren(IconEntry)
        named = [each for each in entries if each.look.tip.endswith(tmp_path.name) and each.isVisible()]
        return named[0] if named else shown.window.sidebar._all

    def choose(text: str) -> None:
        entry().menu_wanted.emit(QPoint(10, 10))
        menu = next(each for each in shown.window.findChildren(QMenu) if each.isVisible())
        next(action for action in menu.actions() if action.text() == text).trigger()
        menu.close()

    until(lambda: entry().look.detail == "Indexing 4 of 10")
    choose("Pause this folder")
    until(lambda: entry().look.detail == "Paused at 4 of 10")
    assert entry().look.dim
    choose("Go on with this folder")
    until(lambda: entry().look.detail == "Indexing 4 of 10")
