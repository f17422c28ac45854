"""A view whose photos stand in justified rows, with the look of each: what is painted, and nothing of what is done."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QWidget

from desktop_app.theme import Theme
from desktop_app.widgets.grid_motion import Fades, Reorder
from desktop_app.widgets.grid_paint import PlainPhotos, Sight, paint_lines
from desktop_app.widgets.grid_selection import rows_within
from desktop_app.widgets.grid_view import JustifiedView
from desktop_app.widgets.photo_painter import PhotoPainter, TileLook
from engine.search_hit import SearchHit


class PaintedView(JustifiedView):
    """Apart from PhotoGrid only to keep what photos look like away from mouse, keys and model."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._painter = PhotoPainter(theme, self.font())
        self._hovered = -1
        self._by_keyboard = False
        self._verdicts: dict[int, int] = {}
        self._fades = Fades(self._update_row, self)
        self._reorder = Reorder(self)
        self._reorder.valueChanged.connect(lambda: self.viewport().update())
        self._reorder.finished.connect(self.viewport().update)

    def set_verdicts(self, verdicts: dict[int, int]) -> None:
        """What a person said of photos and the sentence: 1 right, -1 wrong, by photo id."""
        self._verdicts = verdicts
        self.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._painter = PhotoPainter(theme, self.font())
        self.viewport().update()

    def _paint_photos(self, painter: QPainter, region: QRegion) -> None:
        if self._reorder.running:
            painter.fillRect(region.boundingRect(), self._theme.background)
            self._paint_moving(painter)
        else:
            self._paint_rows(painter, region)

    def _paint_moving(self, painter: QPainter) -> None:
        chosen, focused = rows_within(self.selectionModel(), self.model_rows), self._focused_row()
        for row, rect, opacity in self._reorder.places():
            painter.setOpacity(opacity)
            self._painter.paint(painter, self._look(row, rect, selected=row in chosen))
            if row == focused:
                self._painter.paint_focus(painter, rect)
        painter.setOpacity(1.0)

    def _paint_rows(self, painter: QPainter, region: QRegion) -> None:
        area, top, ratio = region.boundingRect(), self._top(), self.devicePixelRatioF()
        shown = self._layout.visible(area.top() + top, area.bottom() + top)
        chosen = rows_within(self.selectionModel(), shown)
        marked = {*chosen, *self._fades.rows, self._hovered, *self._judged(shown)}
        tone, squares = self._painter.tone, self._squares
        plain = PlainPhotos(painter, self._results, tone=tone, marked=marked, squares=squares)
        sight = Sight(self._layout, top, ratio)
        for row in paint_lines(painter, region, sight, ground=self._theme.background, plain=plain.paint):
            if row < self._results.rowCount():
                self._painter.paint(painter, self._look(row, self._rect(row), selected=row in chosen), cover=True)
            else:  # the layout that is still shown has more rows than the model
                painter.fillRect(self._rect(row), self._theme.background)
        for row in plain.signed:
            self._painter.paint_signs(painter, self._look(row, self._rect(row), selected=False))
        if 0 <= (focused := self._focused_row()) < min(self._results.rowCount(), self._layout.placed):
            self._painter.paint_focus(painter, self._rect(focused))

    def _judged(self, shown: range) -> list[int]:
        verdicts, model = self._verdicts, self._results
        return [row for row in shown if row < model.rowCount() and model.photo_id(row) in verdicts] if verdicts else []

    def _focused_row(self) -> int:
        """The row that wears the ring of the keyboard, or -1."""
        return self.currentIndex().row() if self._by_keyboard and self.hasFocus() else -1

    def _look(self, row: int, rect: QRect, *, selected: bool) -> TileLook:
        model = self._results
        hit, image, missing = model.seen(row)
        return TileLook(
            rect=rect,
            aspect=model.aspects[row],
            tone=model.tone(row),
            image=image,
            hit=hit,
            place=row + 1,
            missing=missing,
            selected=selected,
            hovered=row == self._hovered and not self._reorder.running,
            arrived=self._fades.arrived(row),
            alike=self._alike(row, hit),
            verdict=self._verdicts.get(model.photo_id(row), 0) if self._verdicts else 0,
            whole=not self._squares,
        )

    def _alike(self, row: int, hit: SearchHit | None) -> int:
        """How many stand behind it, the other half of a pair not counted: that has a badge of its own."""
        alike = self._results.alike(row)
        return alike - 1 if alike and hit is not None and hit.pair else alike
