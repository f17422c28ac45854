"""Proposes sentences that the library answers, to somebody who goes to the empty search box."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent

from desktop_app.live_search import Asker
from desktop_app.widgets.search_box import SearchBox
from desktop_app.widgets.search_suggestions import SearchSuggestions
from engine.messages import Event, IndexProgress, SentencesToTry, SuggestSentences

TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ON_PURPOSE = (
    Qt.FocusReason.MouseFocusReason,
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class SentenceChooser(QObject):
    """Asks once indexing is at rest, so that the engine knows the answer, and whenever a person goes to the empty box;
    a box that got the focus by itself shows nothing. Enter takes a line only where one is lit."""

    def __init__(self, asker: Asker, box: SearchBox, popup: SearchSuggestions) -> None:
        super().__init__(box)
        self._asker, self._box, self._popup = asker, box, popup
        self._request = 0
        self._wanted = False
        self._indexing = True
        self._described = box.accessibleDescription()
        box.installEventFilter(self)
        box.typed.connect(lambda _: self.close())
        popup.chosen.connect(self._take)

    def hear(self, event: Event) -> None:
        if isinstance(event, IndexProgress):
            was, self._indexing = self._indexing, bool(event.pending or event.scanning)
            if was and not self._indexing and event.ready and not self._wanted:  # else it was asked already
                self._ask()
        elif isinstance(event, SentencesToTry) and event.request == self._request:
            wanted, self._wanted = self._wanted, False
            if event.sentences and wanted and self._empty:
                self._popup.show_sentences(event.sentences)

    @property
    def _empty(self) -> bool:
        return self._box.hasFocus() and not self._box.clearable

    def _ask(self) -> None:
        self._request = self._asker.next_id()
        self._asker.send(SuggestSentences(self._request))

    def _come(self) -> None:
        if not (self._box.clearable or self._popup.isVisible() or self._wanted):
            self._wanted = True
            self._ask()

    def _take(self, sentence: str) -> None:
        self._box.replace_text(sentence)  # which closes
        self._box.search_now.emit()

    def close(self) -> None:
        """Proposes nothing until somebody comes again."""
        self._wanted = False
        self._popup.hide()
        self._box.setAccessibleDescription(self._described)

    # ---- keys and mouse ----

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        kind = event.type()
        if kind == QEvent.Type.FocusOut:
            self.close()
        elif kind == QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
            if event.reason() in ON_PURPOSE:
                self._come()
        elif kind == QEvent.Type.MouseButtonPress:
            self._come()
        elif self._popup.isVisible() and isinstance(event, QKeyEvent):
            if kind == QEvent.Type.ShortcutOverride and event.key() in (Qt.Key.Key_Escape, *TAKES):
                event.accept()  # else they are the window's
            elif kind == QEvent.Type.KeyPress:
                return self._pressed(event)
        return False

    def _pressed(self, event: QKeyEvent) -> bool:
        """Down past the last line goes on to the photos."""
        key, rows = event.key(), self._popup.rows
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in TAKES and rows.text:
            self._take(rows.text)
        elif key == Qt.Key.Key_Up or (key == Qt.Key.Key_Down and rows.lit + 1 < len(rows.texts)):
            rows.move_light(1 if key == Qt.Key.Key_Down else -1)
            self._box.setAccessibleDescription(rows.text or self._described)
        else:
            if key in (*TAKES, Qt.Key.Key_Down):
                self.close()
            return False
        return True
