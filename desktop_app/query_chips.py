"""What of the typed text is more than a description (filters, exact words, what must not be there), as chips."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from desktop_app.widgets.search_chip import ChipLook
from desktop_app.widgets.search_field import SearchField
from engine.query import Chip, Query, parse

PAUSE_MS = 400  # nothing moves under the fingers of who types
KEY = "part "
NOT, WORDS, UNCLEAR, SORT = "not", "words", "unclear", "sort"


class QueryChips(QObject):
    """The text stays as it is and can be edited; a chip that is pressed takes its part out of it."""

    def __init__(self, field: SearchField, *, pause_ms: int = PAUSE_MS) -> None:
        super().__init__(field)
        self._field = field
        self._query: Query | None = None
        self._pause = QTimer(self, singleShot=True, interval=pause_ms)
        self._pause.timeout.connect(self._show)
        field.box.typed.connect(self._typed)
        field.box.search_now.connect(self._show)
        field.chip_removed.connect(self._remove)

    def _typed(self, text: str) -> None:
        if text:
            self._pause.start()
        else:
            self._show()

    def _show(self) -> None:
        self._pause.stop()
        self._query = parse(self._field.box.text())
        self._field.set_filters([self._look(at, chip) for at, chip in enumerate(self._query.chips)])

    def _remove(self, key: str) -> None:
        if not key.startswith(KEY) or self._query is None:
            return
        self._field.box.replace_text(self._query.without(self._query.chips[int(key.removeprefix(KEY))]))
        self._field.box.search_now.emit()

    def _look(self, at: int, chip: Chip) -> ChipLook:
        if chip.kind == UNCLEAR:
            return ChipLook(f"{KEY}{at}", chip.text, self.tr("Not understood: %s") % chip.text, "warning")
        spoken = {
            NOT: self.tr("Must not be there: %s"),
            WORDS: self.tr("Exact words: %s"),
            SORT: self.tr("In this order: %s"),
        }
        said = spoken.get(chip.kind, self.tr("Only photos with %s")) % chip.text
        return ChipLook(f"{KEY}{at}", chip.text, said)
