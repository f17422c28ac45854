from __future__ import annotations

from importlib import resources

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from desktop_app.drawings import app_icon, drawing, icon
from desktop_app.theme import DARK, LIGHT, Theme, blend, contrast, palette, stylesheet
from desktop_app.widgets.photo_marks import GROUND, PALE, WHITE
from desktop_app.widgets.photo_painter import PhotoPainter, TileLook
from desktop_app.window_state import Face
from tests.desktop_app.pictures import hit

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
DRAWN = [face.value for face in Face if face is not Face.PHOTOS] + ["no-problems"]


def names(folder: str) -> list[str]:
    files = resources.files("resources").joinpath(folder).iterdir()
    return sorted(file.name.removesuffix(".svg") for file in files if file.name.endswith(".svg"))


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(QColor("#ffffff"), QColor("#000000")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


@THEMES
@pytest.mark.parametrize("role", ["text", "muted", "accent", "warn", "error"])
def test_everything_that_is_read_stands_out_from_every_ground(theme: Theme, role: str) -> None:
    for ground in (theme.background, theme.raised, theme.hover, theme.chosen, theme.photo_surround):
        assert contrast(getattr(theme, role), ground) >= 4.5, ground.name()


@THEMES
def test_text_on_the_accent_and_on_what_is_pressed_stands_out(theme: Theme) -> None:
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.on_accent, theme.lit) >= 4.5
    assert contrast(theme.text, theme.pressed) >= 4.5
    assert contrast(theme.text, theme.line) >= 4.5


@pytest.mark.parametrize("photo", ["#ffffff", "#808080", "#000000"])
def test_badges_stand_out_from_any_photo(photo: str) -> None:
    below = blend(QColor(GROUND.rgb()), QColor(photo), GROUND.alphaF())
    for ink in (WHITE, PALE):
        assert contrast(blend(QColor(ink.rgb()), below, ink.alphaF()), below) >= 4.5


@pytest.mark.parametrize("height", [96, 190, 400])
def test_the_caption_stands_out_from_a_white_photo(height: int, app) -> None:
    image = QImage(300, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    place = QRect(0, 0, 300, height)
    PhotoPainter(DARK, QFont()).paint(
        painter, TileLook(place, 300 / height, 0, hit=hit(1), image=image.copy(), hovered=True)
    )
    painter.end()
    for ink, above in ((PALE, 9), (PALE, 20), (WHITE, 26), (WHITE, 35)):  # foot and head of the date, and of the name
        ground = image.pixelColor(4, height - above)
        assert contrast(blend(QColor(ink.rgb()), ground, ink.alphaF()), ground) >= 4.5, above


@THEMES
def test_style_sheet_and_palette_hold_the_theme_s_colours(theme: Theme, app) -> None:
    assert theme.accent.name() in stylesheet(theme)
    assert "{" + "accent" + "}" not in stylesheet(theme)
    assert palette(theme).window().color() == theme.background


@pytest.mark.parametrize("name", [name for name in names("icons") if name not in ("afterimage", "mark")])
def test_an_icon_is_drawn_in_the_colour_it_is_asked_for(name: str, app) -> None:
    image = icon(name, QColor("#ff0000")).pixmap(QSize(20, 20), 2.0).toImage()
    assert image.size() == QSize(40, 40)
    inked = [image.pixelColor(x, y) for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha() > 200]
    assert inked
    assert all(colour.red() > 200 and colour.blue() < 40 for colour in inked)


@THEMES
@pytest.mark.parametrize("name", DRAWN)
def test_every_empty_state_has_a_drawing(theme: Theme, name: str, app) -> None:
    image = drawing(name, theme, size=QSize(240, 150), scale=2.0).toImage()
    assert image.size() == QSize(480, 300)
    assert any(image.pixelColor(x, y).alpha() for x in range(0, 480, 2) for y in range(0, 300, 2))


def test_the_application_has_an_icon_at_every_size(app) -> None:
    made = app_icon()
    for edge in (16, 32, 128, 256):
        assert made.pixmap(QSize(edge, edge)).toImage().pixelColor(edge // 2, edge // 2).alpha() == 255
