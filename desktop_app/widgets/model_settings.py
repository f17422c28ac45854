"""What is set for all models: a few quiet lines below their cards."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.model_compute import Line
from desktop_app.theme import Theme
from desktop_app.widgets.setting_row import SettingRow


class ModelSettings(QWidget):
    """`changed(key, value)`. Lines whose choices stay keep their place and focus."""

    changed = Signal(str, object)
    rebuilt = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[SettingRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 4, 16, 0)
        self._column.setSpacing(0)
        self.hide()

    @property
    def controls(self) -> list[QWidget]:
        return [row.control for row in self._rows if row.control is not None]

    def set_lines(self, lines: Sequence[Line]) -> None:
        if [row.look.choices for row in self._rows] != [line.look.choices for line in lines]:
            self._make_rows(lines)
        for row, line in zip(self._rows, lines, strict=True):
            row.set_text(line.look.text)
            row.set_value(line.value)
        self.setVisible(bool(lines))

    def _make_rows(self, lines: Sequence[Line]) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [SettingRow(self._theme, line.look, self) for line in lines]
        for row in self._rows:
            row.changed.connect(self.changed)
            self._column.addWidget(row)
        self.rebuilt.emit()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for row in self._rows:
            row.set_theme(theme)
