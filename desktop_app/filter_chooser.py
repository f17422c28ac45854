"""Connects the panel of filters with the box: what is picked is written there, what is written there is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.live_search import Asker
from desktop_app.query_cursor import with_filter
from desktop_app.widgets.search_box import SearchBox
from desktop_app.widgets.search_filters import SearchFilters
from desktop_app.wording import number
from engine.messages import Complete, Completions, Event
from engine.query import FIELDS, parse
from engine.query_filters import read_values
from engine.query_order import SORT

OFFERED = 16  # values of a menu


class FilterChooser(QObject):
    def __init__(self, asker: Asker, box: SearchBox, panel: SearchFilters) -> None:
        super().__init__(box)
        self._asker, self._box, self._panel = asker, box, panel
        self._request = 0
        box.filters_wanted.connect(self._turn)
        box.typed.connect(lambda _: self._show())
        panel.given.connect(self._give)
        panel.values_wanted.connect(self._ask)
        panel.closed.connect(box.setFocus)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)

    def hear(self, event: Event) -> None:
        if isinstance(event, Completions) and event.request == self._request and self._panel.isVisible():
            self._panel.offer(event.field, [(value.text, number(value.photos)) for value in event.values])

    def _turn(self) -> None:
        if self._panel.isVisible():
            self._panel.close_panel()
            return
        self._show()
        self._panel.open_panel()

    def _ask(self, field: str) -> None:
        self._request = self._asker.next_id()
        self._asker.send(Complete(self._request, field, limit=OFFERED))

    def _give(self, field: str, value: str) -> None:
        if value and read_values(field, value, quoted=True) is None:
            return
        text = with_filter(self._box.text(), field, value)
        if text != self._box.text().strip():
            self._box.replace_text(text)
            self._box.search_now.emit()

    def _show(self) -> None:
        """Filters that are not turned around, as they stand in the text."""
        heads = [(chip, *chip.text.partition(":")[::2]) for chip in parse(self._box.text()).chips]
        named = [(chip.kind, value) for chip, head, value in heads if head.lower() in FIELDS and chip.kind != SORT]
        chosen = {kind: value.strip('"') for kind, value in named}
        self._panel.show_filters(chosen)
        self._box.light_filters(bool(chosen))

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        """A click elsewhere closes the panel."""
        if now is None or not self._panel.isVisible() or now.window() is not self._box.window():
            return
        if now not in (self._panel, self._box.filters) and not self._panel.isAncestorOf(now):
            self._panel.hide()
