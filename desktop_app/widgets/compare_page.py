"""Two to four photos side by side, zoomed and moved together; the keys are for the one with the ring."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop_app.results_model import ResultsModel
from desktop_app.theme import Theme
from desktop_app.thumbnail_loader import ThumbnailLoader
from desktop_app.widgets.compare_pane import ComparePane

FEWEST, MOST = 2, 4
GAP_PX = 4
STEP = 1.25


class ComparePage(QWidget):
    """`rendition_needed(photo_id, edge)` is answered by set_rendition(photo_id, path of a JPEG)."""

    closed = Signal()
    opened = Signal(int)  # the row that is to be seen alone
    focused = Signal(int)  # the row that the keys are for from now on
    rendition_needed = Signal(object, int)

    def __init__(self, theme: Theme, model: ResultsModel, loader: ThumbnailLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self._photo_ids: list[int] = []
        self._focus = 0
        self._panes = [ComparePane(theme, loader, self) for _ in range(MOST)]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP_PX)
        for at, pane in enumerate(self._panes):
            pane.hide()
            pane.pressed.connect(lambda at=at: self._focus_on(at))
            pane.looked.connect(lambda zoom, middle, at=at: self._follow(at, zoom, middle))
            pane.rendition_needed.connect(self.rendition_needed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        model.modelReset.connect(self._rows_changed)
        model.dataChanged.connect(self._hits_changed)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for pane in self._panes:
            pane.set_theme(theme)

    def set_animated(self, animated: bool) -> None:
        """False where the system asks for no motion."""
        for pane in self._panes:
            pane.canvas.set_animated(animated)

    def open(self, rows: Sequence[int]) -> None:
        """These rows, of which the hits are known; more than four are cut off."""
        self._photo_ids = [self._model.photo_id(row) for row in rows[:MOST]]
        self._arrange()
        self._tell()
        for pane in self.panes:
            pane.fit()
        self._focus_on(0)

    @property
    def row(self) -> int:
        """Of the photo that the keys are for; -1 while nothing is open."""
        if not self._photo_ids:
            return -1
        row = self._model.row_of(self._photo_ids[self._focus])
        return -1 if row is None else row

    @property
    def count(self) -> int:
        return len(self._photo_ids)

    @property
    def panes(self) -> Sequence[ComparePane]:
        """Those that are shown."""
        return self._panes[: self.count]

    def set_rendition(self, photo_id: int, path: bytes, edge: int = 0) -> None:
        for pane in self.panes:
            if pane.hit is not None and pane.hit.photo_id == photo_id:
                pane.set_rendition(path, edge)

    def ask_again(self) -> None:
        """What was asked for will not come: the engine was restarted."""
        for pane in self.panes:
            pane.ask_again()

    def take_out(self) -> None:
        """The focused photo, as long as two are left."""
        if self.count > FEWEST:
            del self._photo_ids[self._focus]
            self._arrange()
            self._tell()
            self._focus_on(min(self._focus, self.count - 1))

    # ---- inside ----

    def _arrange(self) -> None:
        columns = 2 if self.count == MOST else self.count
        for at, pane in enumerate(self._panes):
            self._grid.removeWidget(pane)
            pane.setVisible(at < self.count)
            if at < self.count:
                self._grid.addWidget(pane, at // columns, at % columns)
        for line in range(MOST):
            self._grid.setColumnStretch(line, int(line < columns))
            self._grid.setRowStretch(line, int(line < -(-self.count // columns)))

    def _tell(self) -> None:
        for at, (pane, photo_id) in enumerate(zip(self.panes, self._photo_ids, strict=True)):
            row = self._model.row_of(photo_id)
            hit = self._model.hit(row) if row is not None else None
            if hit is not None:
                pane.show_photo(hit, self.tr("%d of %d") % (at + 1, self.count))

    def _focus_on(self, at: int) -> None:
        self._focus = at
        for place, pane in enumerate(self._panes):
            pane.set_focused(place == at)
        hit = self._panes[at].hit
        if hit is not None:
            self.setAccessibleName(self.tr("Photos side by side: %s") % self._panes[at].accessibleName())
            self.focused.emit(self.row)

    def _follow(self, leader: int, zoom: float | None, middle: QPointF) -> None:
        for at, pane in enumerate(self.panes):
            if at != leader:
                pane.canvas.follow(zoom, middle)

    def _rows_changed(self) -> None:
        if self._photo_ids and not all(self._model.row_of(photo_id) is not None for photo_id in self._photo_ids):
            left = [photo_id for photo_id in self._photo_ids if self._model.row_of(photo_id) is not None]
            self._photo_ids = left
            if len(left) < FEWEST:
                self._photo_ids = []
                if self.isVisible():
                    self.closed.emit()
                return
            self._arrange()
            self._tell()
            self._focus_on(min(self._focus, self.count - 1))

    def _hits_changed(self, first: QModelIndex, last: QModelIndex, _roles: list[int]) -> None:
        rows = [self._model.row_of(photo_id) for photo_id in self._photo_ids]
        if any(row is not None and first.row() <= row <= last.row() for row in rows):
            self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = Qt.Key
        steps = {key.Key_Left: -1, key.Key_Right: 1, key.Key_Up: -1, key.Key_Down: 1}
        canvas = self._panes[self._focus].canvas
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not self.count:
            super().keyPressEvent(event)
        elif event.key() in steps:
            self._focus_on((self._focus + steps[key(event.key())]) % self.count)
        elif event.key() in (key.Key_Z, key.Key_Space):
            canvas.toggle_zoom()
        elif event.key() in (key.Key_Plus, key.Key_Equal, key.Key_Minus):
            canvas.zoom_by(1 / STEP if event.key() == key.Key_Minus else STEP)
        elif event.key() in (key.Key_Return, key.Key_Enter):
            self.opened.emit(self.row)
        elif event.key() in (key.Key_Delete, key.Key_Backspace):
            self.take_out()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forwards: bool) -> bool:  # noqa: N802
        """Tab goes from photo to photo, and on to the next part of the window from the last."""
        at = self._focus + (1 if forwards else -1)
        if not 0 <= at < self.count:
            return super().focusNextPrevChild(forwards)
        self._focus_on(at)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        QPainter(self).fillRect(event.rect(), self._theme.photo_surround)
