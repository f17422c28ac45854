"""Sentences to try, below a search box that is empty."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.theme import Theme
from desktop_app.widgets.search_popup import SearchPopup
from desktop_app.widgets.search_rows import PAD_PX, Row, SearchRows

NARROWEST_PX, WIDEST_PX = 260, 420


class SearchSuggestions(SearchPopup):
    """`chosen(sentence)` by mouse; keys are the business of the box."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, window: QWidget, under: QWidget) -> None:
        super().__init__(window, under)
        heading = QLabel(self.tr("Try"), self)
        heading.setProperty("kind", "small")
        heading.setContentsMargins(PAD_PX, 4, PAD_PX, 2)
        self.rows = SearchRows(theme, self)
        self.rows.chosen.connect(self.chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(0)
        column.addWidget(heading)
        column.addWidget(self.rows)
        self.setAccessibleName(self.tr("Sentences to try"))

    def show_sentences(self, sentences: Sequence[str]) -> None:
        """At least one."""
        self.rows.set_rows([Row(sentence) for sentence in sentences])
        self.setFixedWidth(min(max(self.rows.sizeHint().width() + 12, NARROWEST_PX), WIDEST_PX))
        self.open_here()

    def set_theme(self, theme: Theme) -> None:
        self.rows.set_theme(theme)
