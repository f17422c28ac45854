"""The grid: all photos of a result in justified rows, painted by ourselves. Signals up, slots down."""

from __future__ import annotations

import time
from collections.abc import Iterable

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from desktop_app.results_model import HitRole, ThumbnailRole
from desktop_app.theme import Theme
from desktop_app.widgets.grid_band import GridBand
from desktop_app.widgets.grid_drag import start_drag
from desktop_app.widgets.grid_fold import GridFold
from desktop_app.widgets.grid_layout import GridLayout
from desktop_app.widgets.grid_motion import Move
from desktop_app.widgets.grid_painted import PaintedView
from desktop_app.widgets.grid_selection import KeptSelection, parts_of, rows_of, selection_of
from desktop_app.widgets.grid_time import GridTime
from desktop_app.widgets.grid_view import GAP_PX, in_view
from desktop_app.widgets.grid_wishes import GridWishes
from desktop_app.widgets.photo_painter import fitted

_Index = QModelIndex | QPersistentModelIndex
_Flag = QItemSelectionModel.SelectionFlag
SOME_ROWS = 12  # of more that change at once all that is in sight is painted
MOVING_S = 0.1  # a thumbnail that comes so soon after a step of scrolling is there at once
CTRL = Qt.KeyboardModifier.ControlModifier


class PhotoGrid(PaintedView):
    """Shows a ResultsModel. Rows of the model are photos; lines of the layout are what one sees as rows."""

    activated = Signal(int)
    selection_changed = Signal()
    visible_range = Signal(int, int)
    context_requested = Signal(int, QPoint)  # row (-1: none), global position
    alike_wanted = Signal(int)  # row whose copies and neighbours in time are to be seen

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._band = GridBand()
        self._kept: KeptSelection | None = None
        self._wishes = GridWishes(self)
        self._range_timer.timeout.connect(self._tell_range)
        self._moved_s = -MOVING_S  # when it was scrolled last
        self._pressed_apart = False  # on a heading or a badge: nothing is dragged from there
        self.time = GridTime(theme, self)
        self.fold = GridFold(theme, self)
        self.fold.folded_by_key.connect(self._come_back)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Photos"))

    # ---- what the window sets and asks ----

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.fold.set_theme(theme)
        self.time.set_theme(theme)

    def selected_rows(self) -> list[int]:
        """Ascending."""
        return rows_of(self.selectionModel())

    def selected_parts(self) -> list[range]:
        """The same as stretches of neighbours, which costs nothing where 200,000 are selected."""
        return parts_of(self.selectionModel())

    def set_current_row(self, row: int) -> None:
        """Make this photo the current and only selected one, and bring it into sight."""
        index = self._results.index(row)
        self.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect)
        self.scrollTo(index)

    # ---- model ----

    def setModel(self, model: QAbstractItemModel | None) -> None:  # noqa: N802
        """Once: a grid shows one model."""
        assert model is not None
        # Qt's own connection between these two forgets the selection
        model.modelAboutToBeReset.connect(self._keep_selection)
        super().setModel(model)
        model.modelReset.connect(self._restore_selection)

    def _keep_selection(self) -> None:
        if self._results.reordering and self.selectionModel():
            self._kept = KeptSelection(self._results, self.selectionModel())

    def reset(self) -> None:
        super().reset()
        self._fades.clear()
        self._reorder.stop()
        self._hovered = -1
        if self.model() is None:
            return
        self._wishes.forget()
        reordering = self._results.reordering
        old, shown, top = self._layout, self._visible_rows(), self._top()
        anchor = self._kept_anchor(shown) if reordering else None
        if not reordering:
            self._glide.stop()
            self._lines.clear()
            self.verticalScrollBar().setValue(0)
        self.time.show_groups(self._results.groups, self._results.rowCount())
        self._start_layout(anchor)
        if reordering:
            self._move_photos(old, shown, top)
        self.viewport().update()

    def _kept_anchor(self, shown: range) -> tuple[int, int] | None:
        """Hold on to the first photo in sight where others only came above it; else the scroll position stays."""
        moved_from = self._results.moved_from
        if moved_from is None or self._top() <= GAP_PX:
            return None
        places = {old: new for new, old in enumerate(moved_from)}
        rows = [places.get(row, -1) for row in shown]
        if not rows or rows != list(range(rows[0], rows[0] + len(rows))):
            return None
        return rows[0], self._layout.box(shown[0]).y - self._top()

    def _restore_selection(self) -> None:
        if self._kept is not None:
            self.setAutoScroll(False)  # the current photo may go out of sight: following it would be a jump
            self._kept.restore(self._results, self.selectionModel())
            self.setAutoScroll(True)
            self._kept = None

    def _move_photos(self, old: GridLayout, shown: range, top: int) -> None:
        moved_from = self._results.moved_from
        late = self._lines.waiting
        if not self._animated or moved_from is None or late or not self.isVisible():
            return
        before = {row: in_view(old.box(row), top) for row in shown}
        moves = [Move(row, before.pop(moved_from[row], None), self._rect(row)) for row in self._visible_rows()]
        if before:
            places = {was: row for row, was in enumerate(moved_from)}
            moves.extend(Move(places[was], rect, None) for was, rect in before.items() if was in places)
        self._reorder.begin(moves)

    def dataChanged(self, first: _Index, last: _Index, roles: Iterable[int] = ()) -> None:  # noqa: N802
        shown = self._visible_rows()
        rows = range(max(first.row(), shown.start), min(last.row() + 1, shown.stop))
        if HitRole in roles:
            self._wishes.forget()  # there are more thumbnails to ask for
            self._range_timer.start(0)
        if len(rows) > SOME_ROWS:
            self.viewport().update()
            return
        fading = ThumbnailRole in roles and self._animated and not self._reorder.running and not self._moving
        for row in rows:
            if fading:
                self._fades.start(row)
            self._update_row(row)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802
        super().selectionChanged(selected, deselected)
        self.selection_changed.emit()

    def _tell_range(self) -> None:
        """Say what is in sight, and ask for its hits and thumbnails."""
        shown = self._visible_rows()
        self._hover_at(self.viewport().mapFromGlobal(self.cursor().pos()))
        if self._wishes.tell(shown):
            self.visible_range.emit(shown.start, shown.stop - 1)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        if self._reorder.running:  # what is scrolled as it was painted would stay where it never belonged
            self._reorder.stop()
            self.viewport().update()
        self._moved_s = time.monotonic()
        super().scrollContentsBy(dx, dy)
        self.time.scrolled(dy)
        self.fold.place()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._reorder.stop()
        super().resizeEvent(event)
        self.fold.place()
        self.time.place()

    @property
    def _moving(self) -> bool:
        return time.monotonic() - self._moved_s < MOVING_S

    # ---- mouse and keys ----

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._by_keyboard, self._goal_x = False, None
        at = event.position().toPoint()
        self._pressed_apart = True
        if (row := self._badge_at(at)) is not None and event.button() == Qt.MouseButton.LeftButton:
            self.alike_wanted.emit(row)
            return
        if (group := self.time.at(at)) >= 0:
            if event.button() == Qt.MouseButton.LeftButton:
                self.select_rows(self.time.rows(group), add=bool(event.modifiers() & CTRL))
            return
        self._pressed_apart = False
        self._band.press(at, self._top())
        super().mousePressEvent(event)
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.button() == Qt.MouseButton.LeftButton:
            self.setState(QAbstractItemView.State.DragSelectingState)  # a band, whatever is under the pointer

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if not self._pressed_apart:
            super().mouseMoveEvent(event)
        if self.state() == QAbstractItemView.State.DragSelectingState:
            self._band.move(event.position().toPoint())
            self.viewport().update()
        self._hover_at(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        self._pressed_apart = False
        self.viewport().update()

    def _badge_at(self, point: QPoint) -> int | None:
        """The row whose count badge is here."""
        row = self._layout.at(point.x(), point.y() + self._top())
        if row is None or row >= self._results.rowCount() or not (alike := self._alike(row, self._results.hit(row))):
            return None
        place = self._rect(row) if self.squares else fitted(self._rect(row), self._results.aspects[row])
        return row if self._painter.badge_rect(place, alike).contains(point) else None

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self.time.hover(-1)
        self._hover(-1)

    def _index_at(self, point: QPoint) -> QModelIndex:
        """Of the photo that is seen here: none below a heading that stays at the top."""
        return QModelIndex() if self.time.at(point) >= 0 else self.indexAt(point)

    def select_rows(self, rows: range, *, add: bool = False) -> None:
        """All of these, and only these unless they are added; the first one becomes the current."""
        if rows:
            flag = _Flag.Select if add else _Flag.ClearAndSelect
            self.selectionModel().select(selection_of(self._results, rows), flag)
            self.selectionModel().setCurrentIndex(self._results.index(rows[0]), _Flag.NoUpdate)

    def select_day(self) -> None:
        """All photos of the day that the current one was taken on."""
        self.select_rows(self.time.rows_beside(self.currentIndex().row()))

    def _hover_at(self, point: QPoint) -> None:
        inside = self.viewport().underMouse() and self.viewport().rect().contains(point)
        group = self.time.at(point) if inside else -1
        self.time.hover(group)
        inside = inside and group < 0
        row = self._layout.at(point.x(), point.y() + self._top()) if inside else None
        self._hover(-1 if row is None else row)

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            for each in (self._hovered, row):
                if each >= 0:
                    self._update_row(each)
            self._hovered = row

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        index = self._index_at(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self.activated.emit(index.row())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self._index_at(event.pos())
        if index.isValid() and not self.selectionModel().isSelected(index):
            self.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect)
        at = self.viewport().mapToGlobal(self.visualRect(index).center()) if by_key else event.globalPos()
        self.context_requested.emit(index.row(), at)
        event.accept()

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: N802
        start_drag(self, self._results, self.selected_rows())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        self._by_keyboard = True
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self.currentIndex().isValid():
                self.activated.emit(self.currentIndex().row())
        elif plain and key == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        elif plain and key == Qt.Key.Key_Down and self.folded and self._in_last_line():
            self.fold.button.setFocus(Qt.FocusReason.TabFocusReason)
        elif event.text().isprintable() and event.text() and plain:
            event.ignore()  # letters are the window's shortcuts
        else:
            super().keyPressEvent(event)

    def _come_back(self) -> None:
        """From the strip, to the first photo that was hidden before, or to the last one that is left."""
        self._by_keyboard = True
        self.setFocus()
        self.set_current_row(min(self._results.split, self._results.rowCount() - 1))

    def _in_last_line(self) -> bool:
        row = self.currentIndex().row()
        return 0 <= row < self._layout.placed and self._layout.line_of(row) == self._layout.lines - 1

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._by_keyboard = self._by_keyboard or event.reason() in reasons
        super().focusInEvent(event)
        self.viewport().update()

    # ---- painting ----

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self.viewport())
        if self.model() is None:
            painter.fillRect(event.rect(), self._theme.background)
            return
        self._paint_photos(painter, event.region())
        self.time.paint(painter, event.region())
        if self.state() == QAbstractItemView.State.DragSelectingState:
            self._band.paint(painter, self._theme, self._top())
