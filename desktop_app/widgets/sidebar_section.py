"""A heading of the sidebar with its lines, and a last line that adds one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.theme import Theme
from desktop_app.widgets.icon_entry import EntryLook, IconEntry


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    look: EntryLook


class SidebarSection(QWidget):
    """Hidden while it has no lines and nothing to add. One line may be marked as what is shown."""

    chosen = Signal(str)  # key of a line
    add_wanted = Signal()
    menu_wanted = Signal(str, QPoint)
    fold_wanted = Signal(str)  # key of a line that has others below it
    dropped = Signal(str, object, bool)  # key, QMimeData, and whether it comes from this window
    entries_changed = Signal()
    marked = Signal()

    def __init__(self, theme: Theme, title: str, *, add: EntryLook | None = None) -> None:
        super().__init__()
        self._theme, self._title, self._folded = theme, title, False
        self._lines: tuple[Line, ...] = ()
        self._entries: dict[str, IconEntry] = {}
        self._marked: str | None = None
        self._resting = False
        self._heading = QLabel(title, self)
        self._heading.setProperty("kind", "small")
        self._heading.setContentsMargins(12, 16, 0, 4)
        self._add = IconEntry(theme, add, self) if add is not None else None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(self._heading)
        if self._add is not None:
            self._add.setCheckable(False)
            self._add.clicked.connect(self.add_wanted)
            self._column.addWidget(self._add)
        else:
            self.hide()

    def set_lines(self, lines: Sequence[Line]) -> None:
        if [line.key for line in lines] != [line.key for line in self._lines]:
            self._make_entries(lines)
        for line in lines:
            self._entries[line.key].set_look(line.look)
        self._lines = tuple(lines)
        self.setVisible(bool(lines) or self._add is not None)

    def mark(self, key: str | None) -> None:
        """The line that is shown; None or an unknown key: none of them."""
        self._marked = key
        self._show_mark()
        self.marked.emit()

    def rest(self, resting: bool) -> None:
        """While something else than photos is shown, no line is."""
        self._resting = resting
        self._show_mark()

    @property
    def is_marked(self) -> bool:
        return self._marked in self._entries

    def _show_mark(self) -> None:
        for name, entry in self._entries.items():
            entry.setChecked(name == self._marked and not self._resting)

    def entries(self) -> list[IconEntry]:
        """From top to bottom, as Tab goes."""
        return [*self._entries.values(), *([self._add] if self._add is not None else [])]

    def set_folded(self, folded: bool) -> None:
        self._folded = folded
        self._heading.setText("" if folded else self._title)
        for entry in self.entries():
            entry.set_folded(folded)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for entry in self.entries():
            entry.set_theme(theme)

    def _make_entries(self, lines: Sequence[Line]) -> None:
        """A line that stays keeps the focus; from one that goes its neighbour gets it."""
        before, kept = list(self._entries), {line.key for line in lines}
        left = next((at for at, key in enumerate(before) if self._entries[key].hasFocus() and key not in kept), None)
        for key in before:
            if key not in kept:
                gone = self._entries.pop(key)
                self._column.removeWidget(gone)
                gone.hide()
                gone.deleteLater()
        self._entries = {line.key: self._entries.get(line.key) or self._entry(line) for line in lines}
        for place, entry in enumerate(self._entries.values(), start=1):
            self._column.insertWidget(place, entry)
        self.entries_changed.emit()
        if left is not None and lines:
            self._entries[lines[min(left, len(lines) - 1)].key].setFocus()

    def _entry(self, line: Line) -> IconEntry:
        entry = IconEntry(self._theme, line.look, self)
        entry.setCheckable(True)
        entry.set_folded(self._folded)
        entry.clicked.connect(lambda: self.chosen.emit(line.key))
        entry.menu_wanted.connect(lambda at: self.menu_wanted.emit(line.key, at))
        entry.fold_wanted.connect(lambda: self.fold_wanted.emit(line.key))
        entry.dropped.connect(lambda mime, own: self.dropped.emit(line.key, mime, own))
        return entry
