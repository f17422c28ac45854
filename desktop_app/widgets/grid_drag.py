"""Photos carried out of the window as files."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, QRect, Qt
from PySide6.QtGui import QDrag, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from desktop_app.results_model import ResultsModel

EDGE_PX = 112


def drag_data(model: ResultsModel, rows: Sequence[int]) -> QMimeData:
    """text/uri-list of the rows whose hit is known; empty if none is."""
    mime = QMimeData()
    if urls := model.urls(rows):
        mime.setUrls(urls)
    return mime


def start_drag(source: QWidget, model: ResultsModel, rows: Sequence[int]) -> None:
    """Runs until the drop; copies only, the photos stay where they are."""
    mime = drag_data(model, rows)
    if not mime.hasUrls():
        return
    drag = QDrag(source)
    drag.setMimeData(mime)
    picture = _picture(source, model, rows)
    if not picture.isNull():
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(-12, -8))
    drag.exec(Qt.DropAction.CopyAction)


def _picture(source: QWidget, model: ResultsModel, rows: Sequence[int]) -> QPixmap:
    image = next((found for row in rows[:50] if (found := model.thumbnail(row)) is not None), None)
    if image is None:
        return QPixmap()
    ratio = source.devicePixelRatioF()
    edge = round(EDGE_PX * ratio)
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    pixmap = QPixmap.fromImage(image.scaled(edge, edge, keep, smooth))
    pixmap.setDevicePixelRatio(ratio)
    if len(rows) > 1:
        _count(pixmap, source, len(rows))
    return pixmap


def _count(pixmap: QPixmap, source: QWidget, count: int) -> None:
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(source.font())
    font.setPixelSize(12)
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    width = painter.fontMetrics().horizontalAdvance(str(count)) + 14
    badge = QRect(6, 6, width, 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(source.palette().highlight())
    painter.drawRoundedRect(badge, 10, 10)
    painter.setPen(source.palette().highlightedText().color())
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(count))
    painter.end()
