"""What a screen reader is told, what eyes can tell apart, and an errand by keys alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QAccessibleInterface,
    QColor,
    QImage,
    QPainter,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QLineEdit, QWidget

from desktop_app import app as desktop
from desktop_app.app import AppWindow, Options
from desktop_app.export_plan import ExportChoice
from desktop_app.theme import contrast
from desktop_app.widgets.export_dialog import ExportDialog
from engine import messages as m
from engine.photo import Folder, Problem
from tests.desktop_app.memory_engine import MemoryEngine
from tests.desktop_app.model_rows import row
from tests.desktop_app.pictures import hit, jpeg, until

Key = Qt.Key
PAGES = ("", "settings", "problems", "models", "preview", "keys", "tour")
ODD_ROLES = {QAccessible.Role.NoRole, QAccessible.Role.Window}
FINE = 3  # times as fine as the screen, so that thin strokes have their full colour somewhere
LEAST_CONTRAST = 4.5


@pytest.fixture
def engine(tmp_path: Path) -> MemoryEngine:
    made = [(n, jpeg(tmp_path / f"{'dog' if n % 2 else 'cat'} {n}.jpg")) for n in range(1, 7)]
    engine = MemoryEngine(
        tuple(hit(n, path, path=path, score=0.0) for n, path in made),
        (Folder(1, bytes(tmp_path), ready=6, pending=3), Folder(2, b"/media/old", offline=True, ready=12)),
    )
    engine.problems = (Problem(b"/media/a/broken.jpg", "The photo is cut short", "copy it again from its source", 9),)
    engine.models = [row("starter", in_use=True, chosen=True, installed=True), row("fast")]
    return engine


@pytest.fixture(params=["dark", "light"])
def shown(
    request: pytest.FixtureRequest, app: QApplication, tmp_path: Path, engine: MemoryEngine
) -> Iterator[AppWindow]:
    desktop.application()
    chosen = Options(library=bytes(tmp_path / "library"), theme=request.param)
    window = AppWindow(app, chosen, lambda library: engine)
    window.window.resize(1024, 640)
    window.window.grid.set_animated(False)
    window.show()
    until(lambda: window.model.rowCount() == 6 and window.model.hit(5) and window.window.grid.laid_out)
    engine.tell(m.IndexProgress(0, 6, 3, 1, 0, 2.0, 60.0, True))
    yield window
    window.close()
    until(lambda: True)


def turn_to(window: AppWindow, page: str) -> None:
    window.window.sheet.close_sheet()
    if page == "preview":
        window.window.open_preview(0)
    elif page == "keys":
        window.window.show_grid()
        window.window.sheet.open()
    elif page == "tour":
        window.tour.begin()
    elif page:
        window.window.show_page(page)
    QTest.qWait(1)  # paints what has changed


def nodes(node: QAccessibleInterface, depth: int = 0) -> Iterator[QAccessibleInterface]:
    """Of the tree that Qt tells screen readers; photos of a grid are many, and alike."""
    yield node
    several = 3 if isinstance(node.object(), QAbstractItemView) else node.childCount()
    for at in range(min(several, node.childCount())):
        child = node.child(at)
        if child is not None and child.isValid() and depth < 30:
            yield from nodes(child, depth + 1)


def test_every_part_that_can_be_reached_is_told_with_a_name_and_a_role(shown: AppWindow) -> None:
    for page in PAGES:
        turn_to(shown, page)
        tree = QAccessible.queryAccessibleInterface(shown.window)
        seen = 0
        for node in nodes(tree):
            state = node.state()
            if state.invisible or state.disabled or not state.focusable or node.object() is shown.window:
                continue
            seen += 1
            name = node.text(QAccessible.Text.Name)
            assert name.strip(), f"{page}: {node.object()} has no name"
            assert node.role() not in ODD_ROLES, f"{page}: {name} has no role"
        assert seen > 5, page


def test_every_text_stands_out_from_its_ground(shown: AppWindow) -> None:
    for page in PAGES[:4]:
        turn_to(shown, page)
        picture = fine_picture(shown)
        texts = [*shown.window.findChildren(QLabel), *shown.window.findChildren(QAbstractButton)]
        for part in texts:
            said = part.text().strip()
            place = QRect(part.mapTo(shown.window, QPoint(0, 0)), part.size()) & shown.window.rect()
            inside = part.visibleRegion().boundingRect()
            if not said or not part.isVisible() or not part.isEnabled() or inside.height() < part.height():
                continue
            best = best_contrast(picture, place)
            assert best >= LEAST_CONTRAST, f"{page}: {said!r} stands out by {best:.1f} only"


def fine_picture(shown: AppWindow) -> QImage:
    image = QImage(shown.window.size() * FINE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(FINE)
    painter = QPainter(image)
    shown.window.render(painter, QPoint(0, 0))
    painter.end()
    return image


def best_contrast(picture: QImage, place: QRect) -> float:
    """Of any of the common colours there with the commonest, which is the ground."""
    area = QRect(place.topLeft() * FINE, place.size() * FINE)
    counts: Counter[int] = Counter()
    for y in range(area.top(), area.bottom(), 2):
        for x in range(area.left(), area.right(), 2):
            counts[picture.pixel(x, y)] += 1
    (ground, _), *others = counts.most_common(40)
    return max((contrast(QColor(ground), QColor(colour)) for colour, _ in others), default=21.0)


def test_tab_reaches_everything_shows_where_it_is_and_comes_around(shown: AppWindow) -> None:
    window = shown.window
    window.activateWindow()
    for page in ("", "settings", "problems", "models", "preview"):
        turn_to(shown, page)
        if not page:
            window.search.setFocus()
        wanted, seen = tab_stops(window), {}
        for _ in range(2 * len(wanted) + 4):
            at = QApplication.focusWidget()
            assert at is not None, page
            seen.setdefault(at, at.grab().toImage())
            away = Qt.KeyboardModifier.ControlModifier if at is window.grid else Qt.KeyboardModifier.NoModifier
            QTest.keyClick(at, Key.Key_Tab, away)  # Tab alone hides the panels there, as in Lightroom
        missed = [each for each in wanted if each not in seen]
        assert not missed, f"{page}: {[(each, each.accessibleName()) for each in missed]}"
        window.setFocus()
        for each, lit in seen.items():
            pages = (window.preview, window.models, window.problems)  # have the focus when they are opened
            quiet = isinstance(each, QLineEdit | QAbstractItemView) or each in pages
            if each.isVisible() and not quiet:
                assert each.grab().toImage() != lit, f"{page}: {each} {each.accessibleName()!r} shows no focus"


def test_what_appears_by_itself_is_read_out(shown: AppWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results, failures and what was done; not what is only on its way."""
    heard: list[str] = []
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: heard.append(said_by(event)))
    shown.window.search.setText("dog")
    shown.window.search.search_now.emit()
    until(lambda: any(text.startswith("3 of 6") for text in heard))
    shown.window.banner.say("The disk is full. Free some space.")
    assert heard[-1] == "The disk is full. Free some space."
    assert not any("…" in text for text in heard)


def said_by(event: QAccessibleEvent) -> str:
    return event.message() if hasattr(event, "message") else event.object().accessibleName()


def tab_stops(window: QWidget) -> list[QWidget]:
    """What a person without a mouse has to reach."""
    policy = Qt.FocusPolicy.TabFocus
    return [
        each
        for each in window.findChildren(QWidget)
        if each.isVisible() and each.isEnabled() and each.focusPolicy() & policy == policy and each.focusProxy() is None
    ]


def test_an_errand_by_keys_alone(shown: AppWindow, engine: MemoryEngine, tmp_path: Path) -> None:
    """Search, look, export, change a setting, read the keys."""
    window, focus = shown.window, QApplication.focusWidget
    shown.settings.export_choice = ExportChoice(str(tmp_path / "out")).to_json()
    window.activateWindow()
    QTest.keyClick(window, Key.Key_Slash)
    QTest.keyClicks(window.search, "dog")
    until(lambda: shown.model.rowCount() == 3 and shown.model.hit(2))
    QTest.keyClick(window.search, Key.Key_Down)
    until(lambda: window.grid.hasFocus())
    QTest.keyClick(window.grid, Key.Key_Right)
    QTest.keyClick(window.grid, Key.Key_Space)
    until(lambda: window.previewing)
    QTest.keyClick(window, Key.Key_Escape)
    assert window.grid.hasFocus()
    QTest.keyClick(window.grid, Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    until(lambda: window.findChild(ExportDialog))
    dialog = window.findChild(ExportDialog)
    until(lambda: dialog.isVisible())
    QTest.keyClick(dialog, Key.Key_Return)
    until(lambda: engine.exports and not window.findChild(ExportDialog))
    window.activateWindow()  # a desktop gives it back; without one nobody does
    until(window.isActiveWindow)
    assert len(engine.exports[0].photo_ids) == 1
    QTest.keyClick(window, Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    until(lambda: shown.setting_page.search.hasFocus())
    QTest.keyClicks(shown.setting_page.search, "motion")
    QTest.keyClick(shown.setting_page.search, Key.Key_Tab)
    QTest.keyClick(focus() or window, Key.Key_Space)
    assert shown.settings.reduced_motion
    for _ in range(2):
        QTest.keyClick(window, Key.Key_Escape)
    assert window.page == ""
    QTest.keyClick(window, Key.Key_Question)
    assert window.sheet.isVisible()
    QTest.keyClick(window.sheet, Key.Key_A)
    assert not window.sheet.isVisible()
