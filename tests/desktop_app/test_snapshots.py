"""Six pictures of the grid and of a photo seen large, as they are meant to look.

`AFTERIMAGE_SNAPSHOTS=new python -m pytest tests/desktop_app/test_snapshots.py` draws them anew: look at them before
they are committed. Compared small and with tolerance: fonts are smoothed a little differently from machine to machine.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSize, Qt
from PySide6.QtGui import QColor, QCursor, QImage, QLinearGradient, QPainter, QPixmapCache
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app import app as desktop
from desktop_app.result_rows import unpacked
from desktop_app.results_model import ResultsModel
from desktop_app.theme import DARK, LIGHT, Theme, palette, stylesheet
from desktop_app.thumbnail_loader import ThumbnailLoader
from desktop_app.widgets.compare_page import ComparePage
from desktop_app.widgets.photo_grid import PhotoGrid
from desktop_app.widgets.preview import Preview
from engine.search_hit import SearchHit
from tests.desktop_app.pictures import hit, packed, packed_days, until

KEPT = Path(__file__).parent / "snapshots"
SHAPES = (1.5, 0.75, 1.5, 1.0, 1.78, 0.67, 1.33)
SMALL = 4  # pixels of the picture are averaged over so many a side
MEAN, WORST = 2.5, 60.0  # levels of 255 that a picture may differ by: all over, and in all but a few places
FEW = 0.002  # of the places: less than a badge covers, more than a caret that blinks


def draw(path: Path, number: int, shape: float) -> bytes:
    """A sky over hills, each a little different."""
    size = QSize(512, round(512 / shape)) if shape > 1 else QSize(round(512 * shape), 512)
    image = QImage(size, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    sky = QLinearGradient(0, 0, 0, size.height())
    sky.setColorAt(0, QColor.fromHsv((205 + 29 * number) % 360, 150, 210))
    sky.setColorAt(0.7, QColor.fromHsv((40 + 29 * number) % 360, 90, 240))
    painter.fillRect(image.rect(), sky)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for layer in range(3):
        painter.setBrush(QColor.fromHsv((150 + 29 * number) % 360, 120, 130 - 35 * layer))
        left, width = -size.width() * (0.3 - 0.35 * layer), size.width() * 0.9
        painter.drawEllipse(round(left), round(size.height() * (0.6 + 0.1 * layer)), round(width), size.height())
    painter.end()
    assert image.save(str(path), "JPEG", 92)
    return os.fsencode(path)


class Room:
    """What a picture is made of: a loader, and a model of fourteen photos of two days."""

    def __init__(self, folder: Path) -> None:
        self.loader = ThumbnailLoader()
        self.model = ResultsModel(self.loader)
        self.hits = [self._hit(folder, n) for n in range(14)]
        shapes = [each.width / each.height for each in self.hits]
        rows = unpacked(14, *packed(range(1, 15), shapes), days=packed_days(self.hits))
        self.model.set_rows(1, rows)
        self.model.set_hits(0, self.hits, result=1)

    def _hit(self, folder: Path, n: int) -> SearchHit:
        shape = SHAPES[n % 7]
        marks = {
            "rating": (0, 3, 0, 5, 0, 0)[n % 6],
            "pick": (0, 0, 1, 0, -1, 0)[n % 6],
            "label": ("", "Red")[n % 5 == 2],
        }
        return hit(
            n + 1,
            draw(folder / f"{n}.jpg", n, shape),
            path=f"/photos/IMG_{2100 + n}.JPG".encode(),
            width=round(3000 * shape),
            height=3000,
            taken_at=f"2014-06-{14 if n < 8 else 11}T18:{40 - n}:00",
            camera="FUJIFILM X100V",
            pair=b"/photos/IMG.RAF" if n % 4 == 1 else b"",
            probability=None,
            score=0.0,
            **marks,
        )


def dress(app: QApplication, theme: Theme) -> None:
    app.setPalette(palette(theme))
    app.setStyleSheet(stylesheet(theme))


@pytest.fixture
def room(app: QApplication, tmp_path: Path) -> Iterator[Room]:
    desktop.application()
    before, style, colours = QLocale(), app.styleSheet(), app.palette()
    QLocale.setDefault(QLocale("en_GB"))
    dress(app, DARK)
    QCursor.setPos(0, 0)
    QPixmapCache.clear()  # of icons and letters that an earlier window drew
    made = Room(tmp_path)
    yield made
    made.loader.close()
    app.setStyleSheet(style)
    app.setPalette(colours)
    QLocale.setDefault(before)


def differences(one: QImage, other: QImage) -> tuple[float, float]:
    """(mean, worst) of the levels of two pictures, averaged over SMALL x SMALL pixels; the worst after the FEW."""
    smooth, keep = Qt.TransformationMode.SmoothTransformation, Qt.AspectRatioMode.IgnoreAspectRatio
    size = QSize(one.width() // SMALL, one.height() // SMALL)
    parts = [
        bytes(each.scaled(size, keep, smooth).convertToFormat(QImage.Format.Format_RGB32).constBits())
        for each in (one, other)
    ]
    apart = sorted(abs(a - b) for a, b in zip(*parts, strict=True))
    return sum(apart) / len(apart), float(apart[-1 - int(FEW * len(apart))])


def compare(widget: QWidget, name: str) -> None:
    seen = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    kept = KEPT / f"{name}.png"
    if os.environ.get("AFTERIMAGE_SNAPSHOTS") == "new":
        KEPT.mkdir(exist_ok=True)
        assert seen.save(str(kept))
    if QApplication.primaryScreen().devicePixelRatio() != 1:
        pytest.skip("drawn for screens with one pixel per pixel")
    meant = QImage(str(kept)).convertToFormat(QImage.Format.Format_RGB32)
    assert seen.size() == meant.size()
    mean, worst = differences(seen, meant)
    if mean < MEAN and worst < WORST:
        return
    kept_here = Path(tempfile.gettempdir()) / f"afterimage-looks-{name}.png"
    seen.save(str(kept_here))
    pytest.fail(f"{name} looks otherwise: {mean:.1f} levels, {worst:.0f} in one place; see {kept_here}")


@pytest.mark.parametrize(
    ("name", "theme", "squares"),
    [("grid-dark", DARK, False), ("grid-light", LIGHT, False), ("grid-squares", DARK, True)],
)
def test_the_grid_looks_as_it_is_meant_to(
    app: QApplication, room: Room, name: str, theme: Theme, squares: bool
) -> None:
    dress(app, theme)
    grid = PhotoGrid(theme)
    grid.move(300, 300)  # away from the pointer, wherever another window left it
    grid.set_animated(False)
    grid.set_squares(squares)
    grid.setModel(room.model)
    grid.set_row_height(120)
    grid.resize(720, 480)
    grid.show()
    grid.select_rows(range(2, 4))
    until(lambda: grid.laid_out and all(room.model.thumbnail(row) for row in grid._visible_rows()))
    if name == "grid-light":
        grid.verticalScrollBar().setValue(90)  # the heading stays at the top
    compare(grid, name)
    grid.close()
    grid.deleteLater()


@pytest.mark.parametrize(("name", "zoomed"), [("large-fitted", False), ("large-zoomed", True)])
def test_a_photo_seen_large_looks_as_it_is_meant_to(room: Room, name: str, zoomed: bool) -> None:
    preview = Preview(DARK, room.loader)
    preview.set_animated(False)
    preview.set_model(room.model)
    preview.resize(720, 480)
    preview.show()
    preview.open(4)
    until(lambda: preview._canvas.image is not None and preview._canvas.image.width() == 512)
    preview.histogram.toggle()
    until(lambda: preview.histogram.histogram)
    if zoomed:
        preview._canvas.toggle_zoom()
    compare(preview, name)
    preview.close()
    preview.deleteLater()


def test_photos_side_by_side_look_as_they_are_meant_to(room: Room) -> None:
    parent = QWidget()
    parent.resize(720, 480)
    page = ComparePage(DARK, room.model, room.loader, parent)
    page.set_animated(False)
    page.resize(720, 480)
    parent.show()
    page.open([1, 2, 4])
    until(lambda: all(pane.canvas.image is not None for pane in page.panes))
    until(lambda: all(max(pane.canvas.image.width(), pane.canvas.image.height()) == 512 for pane in page.panes))
    compare(page, "compare")
    parent.close()
    parent.deleteLater()
