"""The filters as a quiet panel below the search box: for those who would rather pick than type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from desktop_app.line_menu import round_menu
from desktop_app.plain_text import on_button
from desktop_app.theme import Theme
from desktop_app.widgets.search_popup import SearchPopup

WIDTH_PX = 360
STARS = 5
PICKED = ("camera", "type", "tag", "folder")  # by a menu of the library's own values
TYPED = ("after", "before")


class SearchFilters(SearchPopup):
    """`given(field, value)`, an empty value for none; `values_wanted(field)` before a menu, which `offer` opens."""

    given = Signal(str, str)
    values_wanted = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, window: QWidget, under: QWidget) -> None:
        super().__init__(window, under, right=True)
        self._theme = theme
        self._least = 0  # stars that are asked for
        self.setAccessibleName(self.tr("Filters"))
        self.dates = {field: self._date(field) for field in TYPED}
        self.buttons = {field: self._picker(field) for field in PICKED}
        self.stars = [self._star(number) for number in range(1, STARS + 1)]
        rows = QGridLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setHorizontalSpacing(16)
        rows.setVerticalSpacing(8)
        rows.setColumnStretch(1, 1)
        for at, (label, part) in enumerate(self._rows()):
            name = QLabel(label, self)
            name.setProperty("kind", "muted")
            rows.addWidget(name, at, 0)
            rows.addWidget(part, at, 1)
        self.setFixedWidth(WIDTH_PX)
        for part in (*self.dates.values(), *self.buttons.values(), *self.stars):
            part.installEventFilter(self)

    def _rows(self) -> list[tuple[str, QWidget]]:
        dates = self._side_by_side([self.dates["after"], QLabel("–", self), self.dates["before"]])
        stars = self._side_by_side([*self.stars, None])
        names = self._names()
        return [
            (self.tr("Taken"), dates),
            (names["camera"], self.buttons["camera"]),
            (names["type"], self.buttons["type"]),
            (self.tr("Rating"), stars),
            (names["tag"], self.buttons["tag"]),
            (names["folder"], self.buttons["folder"]),
        ]

    def _names(self) -> dict[str, str]:
        return {
            "camera": self.tr("Camera"),
            "type": self.tr("Kind"),
            "tag": self.tr("Tag"),
            "folder": self.tr("Folder"),
        }

    def _side_by_side(self, parts: Sequence[QWidget | None]) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for part in parts:
            if part is None:
                row.addStretch(1)
            else:
                row.addWidget(part)
        return holder

    def _date(self, field: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setProperty("kind", "field")
        line.setMaxLength(40)
        line.setPlaceholderText(self.tr("after 2018") if field == "after" else self.tr("before 2022"))
        line.setAccessibleName(self.tr("Taken after") if field == "after" else self.tr("Taken before"))
        line.editingFinished.connect(lambda: self.given.emit(field, line.text().strip()))
        return line

    def _picker(self, field: str) -> QPushButton:
        button = QPushButton(self.tr("Any"), self)
        button.setProperty("kind", "pick")
        button.setAutoDefault(True)
        button.clicked.connect(lambda: self.values_wanted.emit(field))
        return button

    def _star(self, number: int) -> QPushButton:
        button = QPushButton("☆", self)
        button.setProperty("kind", "star")
        button.setFixedSize(28, 28)
        button.setAutoDefault(True)
        button.setCheckable(True)
        said = self.tr("%d star or more") if number == 1 else self.tr("%d stars or more")
        button.setAccessibleName(said % number)
        button.clicked.connect(lambda checked: self.given.emit("rating", f">={number}" if self._wanted(number) else ""))
        return button

    def _wanted(self, number: int) -> bool:
        """Pressing the least that is asked for asks for none."""
        return self._least != number

    # ---- what is shown ----

    def show_filters(self, chosen: Mapping[str, str]) -> None:
        """The value of each field that is asked for; what was typed is not rewritten under the fingers."""
        for field, line in self.dates.items():
            if not line.hasFocus():
                line.setText(chosen.get(field, ""))
        for field, button in self.buttons.items():
            value = chosen.get(field, "")
            shown = button.fontMetrics().elidedText(value or self.tr("Any"), Qt.TextElideMode.ElideMiddle, 220)
            button.setText(on_button(shown))
            button.setAccessibleName(f"{self._names()[field]}: {value or self.tr('Any')}")
        least = chosen.get("rating", "").removeprefix(">=")
        self._least = int(least) if least.isdecimal() else 0
        for number, star in enumerate(self.stars, start=1):
            star.setChecked(number <= self._least)
            star.setText("★" if number <= self._least else "☆")

    def offer(self, field: str, values: Sequence[tuple[str, str]]) -> None:
        """A menu of values, each with what is said of it, below the button that asked."""
        button = self.buttons[field]
        menu = round_menu(self, self._names()[field])
        menu.addAction(self.tr("Any")).triggered.connect(lambda: self.given.emit(field, ""))
        menu.addSeparator()
        for text, detail in values:
            action = menu.addAction(f"{on_button(text)}\t{detail}")
            action.triggered.connect(lambda _=False, text=text: self.given.emit(field, text))
        if not values:
            menu.addAction(self.tr("There are none yet")).setEnabled(False)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def open_panel(self) -> None:
        self.open_here()
        self.dates["after"].setFocus()

    def close_panel(self) -> None:
        self.hide()
        self.closed.emit()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if watched in (self._window, self._under):
            return super().eventFilter(watched, event)
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
            elif event.type() == QEvent.Type.KeyPress:
                self.close_panel()
                return True
        return False
