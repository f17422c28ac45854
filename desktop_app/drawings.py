"""Icons and drawings: SVG files of ours in the theme's colours, sharp at every scale."""

from __future__ import annotations

from functools import cache
from importlib import resources

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop_app.theme import Theme

ICON_PX = 20
SCALES = (1.0, 1.25, 1.5, 2.0, 3.0)
ROLES = ("background", "raised", "line", "text", "muted", "accent", "warn", "error")


@cache
def _source(folder: str, name: str) -> str:
    return resources.files("resources").joinpath(folder).joinpath(f"{name}.svg").read_text("utf-8")


def _rendered(svg: str, size: QSize, scale: float) -> QPixmap:
    pixmap = QPixmap(size * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


def paint_icon(painter: QPainter, name: str, colour: QColor, place: QRectF) -> None:
    """An icon of resources/icons with its lines in this colour."""
    svg = _source("icons", name).replace("currentColor", colour.name())
    QSvgRenderer(QByteArray(svg.encode())).render(painter, place)


def icon(name: str, colour: QColor, *, edge: int = ICON_PX) -> QIcon:
    """The same for buttons and menus."""
    svg = _source("icons", name).replace("currentColor", colour.name())
    made = QIcon()
    for scale in SCALES:
        made.addPixmap(_rendered(svg, QSize(edge, edge), scale))
    return made


def mark(edge: int, scale: float) -> QPixmap:
    """The application's sign without its ground."""
    return _rendered(_source("icons", "mark"), QSize(edge, edge), scale)


def app_icon() -> QIcon:
    made = QIcon()
    for edge in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(_rendered(_source("icons", "afterimage"), QSize(edge, edge), 1.0))
    return made


def drawing(name: str, theme: Theme, *, size: QSize, scale: float) -> QPixmap:
    """A drawing of resources/drawings; `size` in logical pixels."""
    svg = _source("drawings", name)
    for role in ROLES:
        svg = svg.replace(f"{{{role}}}", getattr(theme, role).name())
    return _rendered(svg, size, scale)
