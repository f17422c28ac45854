"""Values that fit what is being typed, or the name of a filter, below the search box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.theme import Theme
from desktop_app.widgets.search_popup import SearchPopup
from desktop_app.widgets.search_rows import Row, SearchRows

NARROWEST_PX, WIDEST_PX = 220, 420


class SearchCompletions(SearchPopup):
    """`leads`: the arrow keys are for its lines; otherwise only Tab and the mouse take one."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, window: QWidget, under: QWidget) -> None:
        super().__init__(window, under)
        self.leads = False
        self.rows = SearchRows(theme, self)
        self.rows.chosen.connect(self.chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addWidget(self.rows)
        self.setAccessibleName(self.tr("Completions"))

    def show_rows(self, rows: Sequence[Row], *, leads: bool) -> None:
        """Nothing hides it."""
        self.leads = leads
        if not rows:
            self.hide()
            return
        self.rows.set_rows(rows)
        widest = max(self.rows.sizeHint().width() + 12, NARROWEST_PX)
        self.setFixedWidth(min(widest, WIDEST_PX))
        self.open_here()

    def set_theme(self, theme: Theme) -> None:
        self.rows.set_theme(theme)
