"""Completes filters while they are typed: with values of the library, and their names where nothing else fits."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent

from desktop_app import query_cursor
from desktop_app.live_search import Asker
from desktop_app.query_cursor import Typed, typed_at
from desktop_app.widgets.search_box import SearchBox
from desktop_app.widgets.search_completions import SearchCompletions
from desktop_app.widgets.search_rows import Row
from desktop_app.wording import counted
from engine.messages import UNCOUNTED, Complete, Completions, Event

NAMES_MS = 500  # a word that is being written is left alone
ASKED_MS = 60
TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class QueryCompleter(QObject):
    """Enter takes a line only where one is lit, so that it goes on meaning "search"; Tab takes the first as well."""

    def __init__(self, asker: Asker, box: SearchBox, popup: SearchCompletions) -> None:
        super().__init__(box)
        self._asker, self._box, self._popup = asker, box, popup
        self._typed: Typed | None = None
        self._request = 0
        self._described = box.accessibleDescription()
        self._ready = False  # the engine was told to get the values
        self._names = QTimer(self, singleShot=True, interval=NAMES_MS)
        self._names.timeout.connect(self._offer_names)
        self._ask = QTimer(self, singleShot=True, interval=ASKED_MS)
        self._ask.timeout.connect(self._ask_values)
        box.typed.connect(lambda _: self._look())
        box.cursorPositionChanged.connect(lambda *_: self._moved())
        box.installEventFilter(self)
        popup.chosen.connect(self._take)

    def settled(self, text: str) -> str:
        """What of the text is to be searched for already."""
        return query_cursor.settled(text, self._box.cursorPosition()) if self._box.hasFocus() else text

    def hear(self, event: Event) -> None:
        if not isinstance(event, Completions) or event.request != self._request or self._typed is None:
            return
        said = self._typed.prefix.casefold()
        values = [value for value in event.values if value.text.casefold() != said]
        rows = [Row(each.text, counted(each.photos, "photo") if each.photos != UNCOUNTED else "") for each in values]
        if self._box.hasFocus():
            self._popup.show_rows(rows, leads=True)

    # ---- what is typed ----

    def _look(self) -> None:
        text, before = self._box.text(), self._typed
        self._typed = typed_at(text, self._box.cursorPosition()) if self._box.hasFocus() else None
        self._names.stop()
        if self._typed is None or not self._typed.field:
            self._ask.stop()
            self._popup.hide()
        if self._typed is not None and self._typed.field:
            self._ask.start(0 if before is None or before.field != self._typed.field else ASKED_MS)
        elif self._typed is not None:
            self._names.start()
        if text and not self._ready:
            self._ready = True
            self._asker.send(Complete(self._asker.next_id(), ""))

    def _moved(self) -> None:
        """The cursor left what was being completed."""
        if self._popup.isVisible() and typed_at(self._box.text(), self._box.cursorPosition()) != self._typed:
            self._look()

    def _ask_values(self) -> None:
        if self._typed is not None:
            self._request = self._asker.next_id()
            self._asker.send(Complete(self._request, self._typed.field, self._typed.prefix))

    def _offer_names(self) -> None:
        if self._typed is None or self._typed.field or not self._box.hasFocus():
            return
        names = query_cursor.filter_names(self._box.text(), self._typed)
        self._popup.show_rows(
            [Row(f"{name}:", self.tr("Tab") if not at else "") for at, name in enumerate(names)], leads=False
        )

    # ---- what is taken ----

    def _take(self, text: str) -> None:
        typed = self._typed
        if typed is None:
            return
        put = query_cursor.with_value if typed.field else query_cursor.with_name
        whole, cursor = put(self._box.text(), typed, text.removesuffix(":") if not typed.field else text)
        self._popup.hide()
        self._box.replace_text(whole)
        self._box.setCursorPosition(cursor)
        if typed.field:
            self.close()
            self._box.search_now.emit()
        else:
            self._look()

    def close(self) -> None:
        """Offers nothing until more is typed."""
        self._names.stop()
        self._ask.stop()
        self._request, self._typed = 0, None
        self._popup.hide()
        self._box.setAccessibleDescription(self._described)

    # ---- keys ----

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        kind = event.type()
        if kind == QEvent.Type.FocusOut:
            self.close()
        elif not self._popup.isVisible() or not isinstance(event, QKeyEvent):
            return False
        elif kind == QEvent.Type.ShortcutOverride and event.key() in (Qt.Key.Key_Escape, *TAKES):
            event.accept()  # else they are the window's
        elif kind == QEvent.Type.KeyPress:
            return self._pressed(event)
        return False

    def _pressed(self, event: QKeyEvent) -> bool:
        key, rows = event.key(), self._popup.rows
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._popup.leads:
            rows.move_light(1 if key == Qt.Key.Key_Down else -1)
            self._box.setAccessibleDescription(rows.text)
        elif key == Qt.Key.Key_Tab or (key in TAKES and rows.text):
            self._take(rows.text or rows.texts[0])
        else:
            if key in TAKES:
                self.close()
            return False
        return True
