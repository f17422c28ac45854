"""An item view whose photos stand in justified rows: geometry, selection, scrolling and size; no painting."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import cast

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QRegion, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QWidget

from desktop_app.page_column import rest_unused
from desktop_app.results_model import ResultsModel
from desktop_app.widgets.grid_glide import Glide
from desktop_app.widgets.grid_keys import moved_row
from desktop_app.widgets.grid_layout import Box, GridLayout
from desktop_app.widgets.grid_lines import GridLines
from desktop_app.widgets.grid_selection import ranges, selection_of

GAP_PX = 4
HEADING_PX = 44  # above the photos of a day
STRIP_PX = 48  # between photos that match and those that are less likely, and below the last one
ROW_HEIGHT_PX = 190
SMALLEST_ROW_PX, LARGEST_ROW_PX = 96, 400
RANGE_MS = 25

_Index = QModelIndex | QPersistentModelIndex
_Flag = QItemSelectionModel.SelectionFlag
_Hint = QAbstractItemView.ScrollHint


def in_view(box: Box, top: int) -> QRect:
    """A box of the layout as the viewport sees it when it is scrolled to `top`."""
    return QRect(box.x, box.y - top, box.width, box.height)


class JustifiedView(QListView):
    """Rows of the model are photos; lines of the layout are what one sees as rows.

    Apart from PhotoGrid only to keep what Qt asks of any view away from what is seen and done with photos. A list to
    those who listen (Qt tells them of no other view of ours); of QListView's own O(n) layout nothing runs.
    """

    row_height_changed = Signal(int)
    laid_out_anew = Signal()  # or further than before

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row_height = ROW_HEIGHT_PX
        self._lines = GridLines(self)
        self._lines.replaced.connect(self._layout_replaced)
        self._lines.grew.connect(self._set_range)
        for told in (self._lines.replaced, self._lines.grew):
            told.connect(self.laid_out_anew)
        self._squares = False
        self._anchor: tuple[int, int] | None = None  # a row, and where its top is to be in the viewport
        self._goal_x: int | None = None
        self._animated = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
        self._range_timer = QTimer(self, singleShot=True, interval=RANGE_MS)
        self._glide = Glide(self.verticalScrollBar())
        self._set_up()

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # a bar that comes and goes would change the width, and with it every row
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        rest_unused(self.verticalScrollBar())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_animated(self, animated: bool) -> None:
        """False where the system asks for no motion."""
        self._animated = animated

    @property
    def row_height(self) -> int:
        """The wished height of a line in pixels."""
        return self._row_height

    def set_row_height(self, height: int) -> None:
        self._resize_rows(height, self._top_anchor())

    def _resize_rows(self, height: int, anchor: tuple[int, int] | None) -> None:
        height = max(SMALLEST_ROW_PX, min(height, LARGEST_ROW_PX))
        if height != self._row_height:
            self._glide.stop()
            self._row_height = height
            self._start_layout(anchor)
            self.row_height_changed.emit(height)

    @property
    def laid_out(self) -> bool:
        """Every photo has its place."""
        return self._lines.shown.done and not self._lines.waiting

    @property
    def _layout(self) -> GridLayout:
        return self._lines.shown

    @property
    def arranged(self) -> GridLayout:
        """What is shown, as far as it is laid out."""
        return self._lines.shown

    @property
    def model_rows(self) -> range:
        return range(self._results.rowCount() if self.model() else 0)

    def keep_free(self, right_px: int) -> None:
        """For something that stands in for the scroll bar; 0 brings that back."""
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if right_px else policy.ScrollBarAlwaysOn)
        self.setViewportMargins(0, 0, right_px, 0)

    @property
    def _results(self) -> ResultsModel:
        return cast(ResultsModel, self.model())

    # ---- layout ----

    def _start_layout(self, anchor: tuple[int, int] | None) -> None:
        """Lay out anew; what is shown stays until the new layout reaches the photos in sight."""
        if self.model() is None:
            return
        self._anchor = anchor
        breaks, head = self._breaks()
        width = self.viewport().width()
        layout = GridLayout(self._shapes(), width, self._line_height(width), gap=GAP_PX, breaks=breaks, head=head)
        self._lines.start(layout, enough=self._reaches_view)

    def _breaks(self) -> tuple[Sequence[int], int]:
        """Rows before which a line begins, and the pixels that are kept free above each."""
        results = self._results
        if results.groups:
            return [group.first for group in results.groups], HEADING_PX
        return ([results.split], STRIP_PX) if results.unfolded and results.split else ((), 0)

    def _line_height(self, width: int) -> int:
        """As it is wished; of squares as so many as fit fill the width, so that those of a short line are no larger."""
        if not self._squares:
            return self._row_height
        room = width - GAP_PX
        fit = max(1, round(room / (self._row_height + GAP_PX)))
        return max(1, room // fit - GAP_PX)

    def _shapes(self) -> Sequence[float]:
        """Width / height of every cell."""
        aspects = self._results.aspects
        return array("f", (1.0,)) * len(aspects) if self._squares else aspects

    @property
    def squares(self) -> bool:
        """Every photo has a square, and shows its middle."""
        return self._squares

    def set_squares(self, squares: bool) -> None:
        if squares != self._squares:
            self._squares = squares
            self._start_layout(self._top_anchor())

    def _layout_replaced(self) -> None:
        self._set_range()
        self._go_to_anchor()
        self.viewport().update()
        self._range_timer.start()

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
        bar.setRange(0, max(0, self._content_height - height))

    def doItemsLayout(self) -> None:  # noqa: N802
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:  # noqa: N802
        self._set_range()
        QAbstractItemView.updateGeometries(self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        QAbstractItemView.resizeEvent(self, event)
        if event.size().width() != event.oldSize().width():
            self._start_layout(self._top_anchor())
        else:
            self._set_range()
            self._range_timer.start()

    @property
    def folded(self) -> bool:
        """There are less likely photos that are not shown."""
        return self.model() is not None and self._results.rest > 0 and not self._results.unfolded

    @property
    def unfolded(self) -> bool:
        """There are less likely photos, and they are shown."""
        return self.model() is not None and self._results.unfolded

    def unfold(self, unfolded: bool) -> None:
        self._results.unfold(unfolded)

    @property
    def strip_top(self) -> int | None:
        """Where, in the contents, one is told of less likely photos; None where there are none."""
        if self.model() is None or self._results.rest <= 0:
            return None
        split, layout = self._results.split, self._layout
        if not self._results.unfolded:
            return layout.height
        return layout.box(split).y - STRIP_PX if split < layout.placed else None

    @property
    def _content_height(self) -> int:
        return self._layout.height + (STRIP_PX if self.folded else 0)

    def stop_gliding(self) -> None:
        self._glide.stop()

    # ---- geometry that Qt asks for ----

    def _top(self) -> int:
        return self.verticalScrollBar().value()

    def _visible_rows(self) -> range:
        rows = self._layout.visible(self._top(), self._top() + self.viewport().height())
        return range(rows.start, min(rows.stop, self._results.rowCount() if self.model() else 0))

    def _rect(self, row: int) -> QRect:
        return in_view(self._layout.box(row), self._top()) if row < self._layout.placed else QRect()

    def _update_row(self, row: int) -> None:
        if row < self._layout.placed:
            self.viewport().update(self._rect(row).adjusted(-GAP_PX, -GAP_PX, GAP_PX, GAP_PX))

    def currentChanged(self, current: _Index, previous: _Index) -> None:  # noqa: N802
        """The ring around the current photo lies outside of it, where the base class does not paint."""
        super().currentChanged(current, previous)
        for index in (current, previous):
            if index.isValid():
                self._update_row(index.row())

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
        head = HEADING_PX if self._results.groups else 0  # lies over what is at the top
        if hint == _Hint.PositionAtCenter:
            top = box.y + box.height // 2 - height // 2
        elif hint == _Hint.PositionAtTop or box.y - GAP_PX - head < top or box.height > height:
            top = box.y - GAP_PX - head
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
        for part in ranges(selection):
            for row in range(max(part.top(), shown.start), min(part.bottom() + 1, shown.stop)):
                region += self._rect(row).adjusted(-GAP_PX, -GAP_PX, GAP_PX, GAP_PX)
        return region

    def selectAll(self) -> None:  # noqa: N802
        """At once: Qt's list would ask of every row whether it is hidden."""
        flag = _Flag.ClearAndSelect
        self.selectionModel().select(selection_of(self._results, self.model_rows), flag)

    def setSelection(self, rect: QRect, command: _Flag) -> None:  # noqa: N802
        """A rubber band takes all photos that it touches; a click with Shift all from the first to the last."""
        if self.state() == QAbstractItemView.State.DragSelectingState:
            rows: Iterable[int] = self._touched(rect.normalized().translated(0, self._top()))
        else:
            ends = sorted((self.indexAt(rect.topLeft()).row(), self.indexAt(rect.bottomRight()).row()))
            rows = range(ends[0], ends[1] + 1) if ends[0] >= 0 else ()
        self.selectionModel().select(selection_of(self._results, rows), command)

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
        # where a pixel of the window is one and a half of the screen, signs at half pixels would not be moved exactly
        exact = self.devicePixelRatioF().is_integer()
        if exact and self.state() != QAbstractItemView.State.DragSelectingState:
            self.viewport().scroll(dx, dy)
        else:
            self.viewport().update()
        if not self._range_timer.isActive():
            self._range_timer.start()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        notches = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            at = event.position().toPoint()
            self._resize_rows(round(self._row_height * 1.12**notches), self._top_anchor(at))
            event.accept()
        elif event.pixelDelta().isNull() and notches and self._animated:
            self._glide.by(-notches * 3 * self.verticalScrollBar().singleStep())
            event.accept()
        else:
            QAbstractItemView.wheelEvent(self, event)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:  # noqa: N802
        if not self._layout.lines:
            return QModelIndex()
        current = self.currentIndex().row()
        if current >= self._layout.placed or current < 0:
            return self.model().index(next(iter(self._visible_rows()), 0), 0)
        row, self._goal_x = moved_row(self._layout, current, action, page=self.viewport().height(), goal_x=self._goal_x)
        return self.model().index(row, 0)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Photos are searched for in the box; Qt's list would ask for the name of every row."""
