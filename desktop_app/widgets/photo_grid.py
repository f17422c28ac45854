"""The grid: all photos of a result in justified rows, painted by ourselves. Signals up, slots down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QEasingCurve,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPropertyAnimation,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QStyle, QWidget

from desktop_app.results_model import HitRole, ResultsModel, ThumbnailRole
from desktop_app.widgets.grid_drag import start_drag
from desktop_app.widgets.grid_keys import moved_row
from desktop_app.widgets.grid_layout import Box, GridLayout
from desktop_app.widgets.grid_motion import Fades, Move, Reorder
from desktop_app.widgets.photo_painter import SPARE_PX, PhotoPainter, TileLook, fitted

if TYPE_CHECKING:
    from desktop_app.theme import Theme

GAP_PX = 4
ROW_HEIGHT_PX = 190
SMALLEST_ROW_PX, LARGEST_ROW_PX = 96, 400
LAYOUT_SLICE = 6_000  # photos laid out between two looks at the event queue: below 5 ms
RANGE_MS = 25
SCROLL_MS = 140

_Index = QModelIndex | QPersistentModelIndex
_Flag = QItemSelectionModel.SelectionFlag
_Hint = QAbstractItemView.ScrollHint


class PhotoGrid(QAbstractItemView):
    """Shows a ResultsModel. Rows of the model are photos; lines of the layout are what one sees as rows."""

    activated = Signal(int)
    selection_changed = Signal(object)  # list of rows, ascending
    visible_range = Signal(int, int)
    context_requested = Signal(int, QPoint)  # row (-1: none), global position
    row_height_changed = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._painter = PhotoPainter(theme, self.font())
        self._row_height = ROW_HEIGHT_PX
        self._layout = GridLayout((), 1, ROW_HEIGHT_PX, gap=GAP_PX)
        self._next_layout: GridLayout | None = None
        self._anchor: tuple[int, int] | None = None  # a row, and where its top is to be in the viewport
        self._hovered = -1
        self._by_keyboard = False
        self._goal_x: int | None = None
        self._band: tuple[QPoint, QPoint] | None = None  # pressed (in the contents), now (in the viewport)
        self._kept: tuple[list[int], int | None] = ([], None)  # selected and current photo ids over a reorder
        self._last_top = 0
        self._animated = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
        self._fades = Fades(self._update_row, self)
        self._reorder = Reorder(self)
        self._reorder.valueChanged.connect(lambda: self.viewport().update())
        self._reorder.finished.connect(self.viewport().update)
        self._layout_timer = QTimer(self, interval=0)
        self._layout_timer.timeout.connect(self._lay_out_more)
        self._range_timer = QTimer(self, singleShot=True, interval=RANGE_MS)
        self._range_timer.timeout.connect(self._tell_range)
        self._glide = QPropertyAnimation(self.verticalScrollBar(), b"value", self)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.setDuration(SCROLL_MS)
        self._set_up()

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # a bar that comes and goes would change the width, and with it every row
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Photos"))

    # ---- what the window sets and asks ----

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._painter = PhotoPainter(theme, self.font())
        self.viewport().update()

    def set_animated(self, animated: bool) -> None:
        """False where the system asks for no motion."""
        self._animated = animated

    @property
    def row_height(self) -> int:
        """The wished height of a line in pixels."""
        return self._row_height

    def set_row_height(self, height: int) -> None:
        height = max(SMALLEST_ROW_PX, min(height, LARGEST_ROW_PX))
        if height != self._row_height:
            self._row_height = height
            self._start_layout(self._top_anchor())
            self.row_height_changed.emit(height)

    def selected_rows(self) -> list[int]:
        """Ascending."""
        selection = self.selectionModel().selection() if self.selectionModel() else QItemSelection()
        rows: list[int] = []
        for part in sorted(selection, key=lambda part: part.top()):
            rows.extend(range(part.top(), part.bottom() + 1))
        return rows

    def set_current_row(self, row: int) -> None:
        """Make this photo the current and only selected one, and bring it into sight."""
        index = self._results.index(row)
        self.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect)
        self.scrollTo(index)

    @property
    def _results(self) -> ResultsModel:
        return cast(ResultsModel, self.model())

    # ---- model ----

    def setModel(self, model: QAbstractItemModel | None) -> None:  # noqa: N802
        if (old := self.model()) is not None:
            old.modelAboutToBeReset.disconnect(self._keep_selection)
        if model is not None:
            # before Qt's own connection, which forgets the selection
            model.modelAboutToBeReset.connect(self._keep_selection)
        super().setModel(model)

    def _keep_selection(self) -> None:
        model = self._results
        if model.reordering and self.selectionModel():
            current = self.currentIndex().row()
            self._kept = (
                [model.photo_id(row) for row in self.selected_rows()],
                model.photo_id(current) if current >= 0 else None,
            )

    def reset(self) -> None:
        super().reset()
        self._fades.clear()
        self._reorder.stop()
        self._hovered = -1
        if self.model() is None:
            return
        reordering = self._results.reordering
        old, shown, top = self._layout, self._visible_rows(), self._top()
        anchor = self._kept_anchor(shown) if reordering else (0, GAP_PX)
        if not reordering:
            self._glide.stop()
            self._layout = GridLayout((), 1, self._row_height)
            self.verticalScrollBar().setValue(0)
        self._start_layout(anchor)
        if reordering:
            self._restore_selection()
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
        model, selection = self._results, QItemSelection()
        photo_ids, current = self._kept
        self._kept = ([], None)
        for first, last in _runs(sorted(row for each in photo_ids if (row := model.row_of(each)) is not None)):
            selection.select(model.index(first), model.index(last))
        self.selectionModel().select(selection, _Flag.ClearAndSelect)
        if current is not None and (row := model.row_of(current)) is not None:
            self.setAutoScroll(False)  # the current photo may go out of sight: following it would be a jump
            self.selectionModel().setCurrentIndex(model.index(row), _Flag.NoUpdate)
            self.setAutoScroll(True)

    def _move_photos(self, old: GridLayout, shown: range, top: int) -> None:
        moved_from = self._results.moved_from
        late = self._next_layout is not None
        if not self._animated or moved_from is None or late or not self.isVisible():
            return
        before = {row: _rect(old.box(row), top) for row in shown}
        moves = [Move(row, before.pop(moved_from[row], None), self._rect(row)) for row in self._visible_rows()]
        if before:
            places = {was: row for row, was in enumerate(moved_from)}
            moves.extend(Move(places[was], rect, None) for was, rect in before.items() if was in places)
        self._reorder.begin(moves)

    def dataChanged(self, first: QModelIndex, last: QModelIndex, roles: Iterable[int] = ()) -> None:  # noqa: N802
        shown = self._visible_rows()
        rows = range(max(first.row(), shown.start), min(last.row() + 1, shown.stop))
        if HitRole in roles:
            self._range_timer.start(0)
        for row in rows:
            if ThumbnailRole in roles and self._animated and not self._reorder.running:
                self._fades.start(row)
            self._update_row(row)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802
        super().selectionChanged(selected, deselected)
        self.selection_changed.emit(self.selected_rows())

    # ---- layout ----

    def _start_layout(self, anchor: tuple[int, int] | None) -> None:
        """Lay out anew; what is shown stays until the new layout reaches the photos in sight."""
        if self.model() is None:
            return
        self._anchor = anchor
        self._next_layout = GridLayout(self._results.aspects, self.viewport().width(), self._row_height, gap=GAP_PX)
        self._lay_out_more()

    def _lay_out_more(self) -> None:
        layout = self._next_layout or self._layout
        done = layout.extend(LAYOUT_SLICE)
        if self._next_layout is not None and (done or self._reaches_view(self._next_layout)):
            self._layout, self._next_layout = self._next_layout, None
            self._set_range()
            self._go_to_anchor()
            self.viewport().update()
            self._range_timer.start()
        elif self._next_layout is None:
            self._set_range()
        if done:
            self._layout_timer.stop()
        elif not self._layout_timer.isActive():
            self._layout_timer.start()

    def _reaches_view(self, layout: GridLayout) -> bool:
        row, below = self._anchor or (0, 0)
        if row >= layout.placed:
            return False
        top = layout.box(row).y - below if self._anchor else self._top()
        return layout.height_placed > top + self.viewport().height()

    def _go_to_anchor(self) -> None:
        if self._anchor is not None and self._anchor[0] < self._layout.placed:
            row, below = self._anchor
            self.verticalScrollBar().setValue(self._layout.box(row).y - below)
        self._anchor = None

    def _top_anchor(self, at: QPoint | None = None) -> tuple[int, int] | None:
        """The photo to hold in place: the one under the pointer, else the first in sight; none at the very top."""
        if at is None and self._top() <= GAP_PX:
            return None
        row = self._layout.at(at.x(), at.y() + self._top()) if at else None
        if row is None:
            row = next(iter(self._visible_rows()), None)
        return None if row is None else (row, self._layout.box(row).y - self._top())

    def _set_range(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(height)
        bar.setSingleStep(max(24, self._row_height // 3))
        bar.setRange(0, max(0, self._layout.height - height))

    def updateGeometries(self) -> None:  # noqa: N802
        self._set_range()
        super().updateGeometries()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._reorder.stop()
            self._start_layout(self._top_anchor())
        else:
            self._set_range()
            self._range_timer.start()

    # ---- geometry that Qt asks for ----

    def _top(self) -> int:
        return self.verticalScrollBar().value()

    def _visible_rows(self) -> range:
        rows = self._layout.visible(self._top(), self._top() + self.viewport().height())
        return range(rows.start, min(rows.stop, self._results.rowCount() if self.model() else 0))

    def _rect(self, row: int) -> QRect:
        return _rect(self._layout.box(row), self._top()) if row < self._layout.placed else QRect()

    def _update_row(self, row: int) -> None:
        if row < self._layout.placed:
            self.viewport().update(self._rect(row).adjusted(-GAP_PX, -GAP_PX, GAP_PX, GAP_PX))

    def visualRect(self, index: _Index) -> QRect:  # noqa: N802
        return self._rect(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:  # noqa: N802
        row = self._layout.at(point.x(), point.y() + self._top())
        return QModelIndex() if row is None else self.model().index(row, 0)

    def scrollTo(self, index: _Index, hint: _Hint = _Hint.EnsureVisible) -> None:  # noqa: N802
        row = index.row()
        if not 0 <= row < self._layout.placed:
            return
        box, top, height = self._layout.box(row), self._top(), self.viewport().height()
        if hint == _Hint.PositionAtCenter:
            top = box.y + box.height // 2 - height // 2
        elif hint == _Hint.PositionAtTop or box.y - GAP_PX < top or box.height > height:
            top = box.y - GAP_PX
        elif hint == _Hint.PositionAtBottom or box.y + box.height + GAP_PX > top + height:
            top = box.y + box.height + GAP_PX - height
        if top != self._top():
            self._glide.stop()
            self.verticalScrollBar().setValue(top)

    def horizontalOffset(self) -> int:  # noqa: N802
        return 0

    def verticalOffset(self) -> int:  # noqa: N802
        return self._top()

    def isIndexHidden(self, index: _Index) -> bool:  # noqa: N802
        return False

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:  # noqa: N802
        region, shown = QRegion(), self._visible_rows()
        for part in selection:
            for row in range(max(part.top(), shown.start), min(part.bottom() + 1, shown.stop)):
                region += self._rect(row).adjusted(-GAP_PX, -GAP_PX, GAP_PX, GAP_PX)
        return region

    def setSelection(self, rect: QRect, command: _Flag) -> None:  # noqa: N802
        """A rubber band takes all photos that it touches; a click with Shift all from the first to the last."""
        selection = QItemSelection()
        if self.state() == QAbstractItemView.State.DragSelectingState:
            runs = _runs(self._touched(rect.normalized().translated(0, self._top())))
        else:
            ends = sorted((self.indexAt(rect.topLeft()).row(), self.indexAt(rect.bottomRight()).row()))
            runs = [(ends[0], ends[1])] if ends[0] >= 0 else []
        for first, last in runs:
            selection.select(self.model().index(first, 0), self.model().index(last, 0))
        self.selectionModel().select(selection, command)

    def _touched(self, area: QRect) -> list[int]:
        if not self._layout.lines:
            return []
        rows: list[int] = []
        for line in range(self._layout.line_at(area.top()), self._layout.line_at(area.bottom()) + 1):
            pairs = zip(self._layout.members(line), self._layout.boxes(line), strict=True)
            rows.extend(row for row, box in pairs if area.intersects(QRect(*box)))
        return rows

    # ---- scrolling ----

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        if self._reorder.running or self.state() == QAbstractItemView.State.DragSelectingState:
            self.viewport().update()
        else:
            self.viewport().scroll(dx, dy)
        if not self._range_timer.isActive():
            self._range_timer.start()

    def _tell_range(self) -> None:
        """Say what is in sight, and ask for its hits and thumbnails, those in the middle and ahead first."""
        shown = self._visible_rows()
        if not shown:
            return
        self._results.show(shown.start, shown.stop - 1)
        ahead = 1 if self._top() >= self._last_top else -1
        self._last_top = self._top()
        middle = (shown.start + shown.stop) // 2
        rows = sorted(shown, key=lambda row: abs(row - middle))
        before = range(max(0, shown.start - len(shown)), shown.start)
        after = range(shown.stop, min(self._layout.placed, shown.stop + len(shown)))
        rows.extend([*after, *reversed(before)] if ahead > 0 else [*reversed(before), *after])
        self._results.want_thumbnails((row, self._edge(row)) for row in rows)
        self.visible_range.emit(shown.start, shown.stop - 1)
        self._hover_at(self.viewport().mapFromGlobal(self.cursor().pos()))

    def _edge(self, row: int) -> int:
        place = fitted(_rect(self._layout.box(row), 0), self._results.aspects[row])
        return round(max(place.width(), place.height()) * self.devicePixelRatioF()) + SPARE_PX

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        notches = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom(notches, event.position().toPoint())
            event.accept()
        elif event.pixelDelta().isNull() and notches and self._animated:
            bar = self.verticalScrollBar()
            gliding = self._glide.state() == QPropertyAnimation.State.Running
            start = self._glide.endValue() if gliding else bar.value()
            goal = max(0, min(int(start - notches * 3 * bar.singleStep()), bar.maximum()))
            self._glide.stop()
            self._glide.setStartValue(bar.value())
            self._glide.setEndValue(goal)
            self._glide.start()
            event.accept()
        else:
            super().wheelEvent(event)

    def _zoom(self, notches: float, at: QPoint) -> None:
        height = round(self._row_height * 1.12**notches)
        height = max(SMALLEST_ROW_PX, min(height, LARGEST_ROW_PX))
        if height != self._row_height:
            self._glide.stop()
            self._row_height = height
            self._start_layout(self._top_anchor(at))
            self.row_height_changed.emit(height)

    # ---- mouse and keys ----

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._by_keyboard, self._goal_x = False, None
        at = event.position().toPoint()
        self._band = (at + QPoint(0, self._top()), at)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseMoveEvent(event)
        if self._band is not None and self.state() == QAbstractItemView.State.DragSelectingState:
            self._band = (self._band[0], event.position().toPoint())
            self.viewport().update()
        self._hover_at(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseReleaseEvent(event)
        self._band = None
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self._hover(-1)

    def _hover_at(self, point: QPoint) -> None:
        inside = self.viewport().underMouse() and self.viewport().rect().contains(point)
        row = self._layout.at(point.x(), point.y() + self._top()) if inside else None
        self._hover(-1 if row is None else row)

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            for each in (self._hovered, row):
                if each >= 0:
                    self._update_row(each)
            self._hovered = row

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self.activated.emit(index.row())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
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
        elif event.text().isprintable() and event.text() and plain:
            event.ignore()  # letters are the window's shortcuts
        else:
            super().keyPressEvent(event)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:  # noqa: N802
        if not self._layout.lines:
            return QModelIndex()
        current = self.currentIndex().row()
        if current >= self._layout.placed or current < 0:
            return self.model().index(next(iter(self._visible_rows()), 0), 0)
        row, self._goal_x = moved_row(self._layout, current, action, page=self.viewport().height(), goal_x=self._goal_x)
        return self.model().index(row, 0)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._by_keyboard = self._by_keyboard or event.reason() in reasons
        super().focusInEvent(event)
        self.viewport().update()

    # ---- painting ----

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.background)
        if self.model() is None:
            return
        if self._reorder.running:
            for row, rect, opacity in self._reorder.places():
                painter.setOpacity(opacity)
                self._painter.paint(painter, self._look(row, rect))
            painter.setOpacity(1.0)
        else:
            self._paint_rows(painter, event.rect())
        if self._band is not None and self.state() == QAbstractItemView.State.DragSelectingState:
            self._paint_band(painter)

    def _paint_rows(self, painter: QPainter, area: QRect) -> None:
        top, count = self._top(), self._results.rowCount()
        current = None
        rows = self._layout.visible(area.top() + top - GAP_PX, area.bottom() + top + GAP_PX)
        for line in self._lines(rows):
            for row, box in zip(self._layout.members(line), self._layout.boxes(line), strict=True):
                rect = _rect(box, top)
                if row < count and area.intersects(rect.adjusted(-GAP_PX, -GAP_PX, GAP_PX, GAP_PX)):
                    look = self._look(row, rect)
                    current = look if look.focused else current
                    self._painter.paint(painter, look)
        if current is not None:
            self._painter.paint(painter, current)  # its ring lies over the neighbours

    def _lines(self, rows: range) -> range:
        return range(self._layout.line_of(rows[0]), self._layout.line_of(rows[-1]) + 1) if rows else range(0)

    def _look(self, row: int, rect: QRect) -> TileLook:
        model, selection = self._results, self.selectionModel()
        index = model.index(row)
        return TileLook(
            rect=rect,
            aspect=model.aspects[row],
            tone=model.tone(row),
            image=model.thumbnail(row),
            hit=model.hit(row),
            place=row + 1,
            missing=model.thumbnail_missing(row),
            selected=selection.isSelected(index),
            focused=self._by_keyboard and self.hasFocus() and selection.currentIndex() == index,
            hovered=row == self._hovered and not self._reorder.running,
            arrived=self._fades.arrived(row),
        )

    def _paint_band(self, painter: QPainter) -> None:
        assert self._band is not None
        band = QRect(self._band[0] - QPoint(0, self._top()), self._band[1]).normalized()
        fill = QColor(self._theme.accent)
        fill.setAlpha(40)
        painter.fillRect(band, fill)
        painter.setPen(self._theme.accent)
        painter.drawRect(band.adjusted(0, 0, -1, -1))


def _rect(box: Box, top: int) -> QRect:
    return QRect(box.x, box.y - top, box.width, box.height)


def _runs(rows: list[int]) -> Iterable[tuple[int, int]]:
    """First and last of each run of neighbours in an ascending list."""
    first = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at] != rows[at - 1] + 1:
            yield rows[first], rows[at - 1]
            first = at
