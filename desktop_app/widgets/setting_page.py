"""All settings on one page, with a search over them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop_app.page_column import PageColumn, title_line
from desktop_app.setting_look import SettingSection
from desktop_app.theme import Theme
from desktop_app.widgets.setting_forget import SettingForget
from desktop_app.widgets.setting_row import SettingRow

WIDEST_PX = 720


class SettingPage(QWidget):
    """`changed(key, value)` as its rows tell it; `forget_confirmed` after the word was typed."""

    changed = Signal(str, object)
    forget_confirmed = Signal()
    shown = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: dict[str, SettingRow] = {}
        self._groups: list[tuple[QLabel, list[SettingRow]]] = []
        self._title = QLabel(self.tr("Settings"), self)
        self._title.setProperty("kind", "title")
        self._back = QPushButton(self.tr("Back to the photos"), self)
        self._back.clicked.connect(self.closed)
        self.search = QLineEdit(self)
        self.search.setProperty("kind", "field")
        self.search.setPlaceholderText(self.tr("Search the settings"))
        self.search.setAccessibleName(self.tr("Search the settings"))
        self.search.setClearButtonEnabled(False)
        self.search.textChanged.connect(self._filter)
        self._nothing = QLabel(self.tr("No setting is called that."), self)
        self._nothing.setProperty("kind", "muted")
        self._nothing.hide()
        self._forget = SettingForget(self)
        self._forget.answered.connect(self._answered)
        self.setAccessibleName(self.tr("Settings"))
        self._arrange()

    def _arrange(self) -> None:
        head, inside = QWidget(self), QWidget(self)
        top = QVBoxLayout(head)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(16)
        top.addLayout(title_line(self._title, self._back))
        top.addWidget(self.search)
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 24)
        self._list.setSpacing(0)
        self._list.addWidget(self._nothing)
        self._list.addStretch(1)
        self._scroll = PageColumn(self, head, inside, widest=WIDEST_PX)

    def set_sections(self, sections: Sequence[SettingSection]) -> None:
        """Once, before the page is shown."""
        for section in sections:
            heading = QLabel(section.title, self)
            heading.setProperty("kind", "heading")
            heading.setContentsMargins(0, 24, 0, 4)
            self._list.insertWidget(self._list.count() - 1, heading)
            rows = [SettingRow(self._theme, look, self) for look in section.lines]
            for row in rows:
                row.changed.connect(self._changed)
                self._rows[row.look.key] = row
                self._list.insertWidget(self._list.count() - 1, row)
                if row.look.careful:
                    self._list.insertWidget(self._list.count() - 1, self._forget)
            self._groups.append((heading, rows))
        self._order_focus()

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._rows)

    def set_possible(self, key: str, possible: bool, why: str) -> None:
        """A line that makes no sense here is greyed, and says why."""
        row = self._rows[key]
        row.set_text(row.look.text if possible else why)
        if row.control is not None:
            row.control.setEnabled(possible)

    def row(self, key: str) -> SettingRow:
        return self._rows[key]

    def step_back(self) -> bool:
        """A question is taken back first, then a search."""
        if self._forget.isVisible():
            self._answered(False)
            return True
        if self.search.text():
            self.search.clear()
            return True
        return False

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for row in self._rows.values():
            row.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.shown.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Handed on by hand: as a proxy the search would keep Tab within the page."""
        super().focusInEvent(event)
        self.search.setFocus(event.reason())

    # ---- inside ----

    def _changed(self, key: str, value: object) -> None:
        if self._rows[key].look.careful:
            self._forget.ask()
            self._scroll.ensureWidgetVisible(self._forget)
        else:
            self.changed.emit(key, value)

    def _answered(self, yes: bool) -> None:
        self._forget.hide()
        control = self._rows["forget"].control
        if control is not None:
            control.setFocus()
        if yes:
            self.forget_confirmed.emit()

    def _filter(self, wanted: str) -> None:
        self._forget.hide()
        for heading, rows in self._groups:
            for row in rows:
                row.setVisible(row.look.matches(wanted) or _in(wanted, heading.text()))
            heading.setVisible(any(not row.isHidden() for row in rows))
        self._nothing.setVisible(all(heading.isHidden() for heading, _ in self._groups))

    def _order_focus(self) -> None:
        chain: list[QWidget] = [self._back, self.search]
        chain += [row.control for row in self._rows.values() if row.control is not None]
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)


def _in(wanted: str, heading: str) -> bool:
    return bool(wanted.strip()) and wanted.strip().casefold() in heading.casefold()
