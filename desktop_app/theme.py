"""The colours of the window, and the style sheet that is made of them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

RADIUS_PX = 8
BASE_PX = 13


@dataclass(frozen=True)
class Theme:
    """One set of roles. Text, muted, accent, warn and error stand out from background and raised by 4.5:1."""

    name: str
    background: QColor
    raised: QColor
    line: QColor
    text: QColor
    muted: QColor
    accent: QColor
    on_accent: QColor
    warn: QColor
    error: QColor
    photo_surround: QColor

    @property
    def hover(self) -> QColor:
        """The ground under the pointer."""
        return blend(self.text, self.raised, 0.07)

    @property
    def chosen(self) -> QColor:
        """The ground of what is chosen."""
        return blend(self.accent, self.background, 0.18)


def _theme(name: str, **colours: str) -> Theme:
    return Theme(name=name, **{role: QColor(value) for role, value in colours.items()})


DARK = _theme(
    "dark",
    background="#15171a",
    raised="#1d2024",
    line="#2a2e34",
    text="#e8eaed",
    muted="#9aa0a8",
    accent="#56c3cc",
    on_accent="#08191b",
    warn="#e3b25c",
    error="#f28b82",
    photo_surround="#0e0f11",
)
LIGHT = _theme(
    "light",
    background="#f7f8f9",
    raised="#eceef0",
    line="#d8dbdf",
    text="#1b1e22",
    muted="#59606a",
    accent="#0a6f78",
    on_accent="#ffffff",
    warn="#7d5200",
    error="#b3261e",
    photo_surround="#e4e6e9",
)


def blend(one: QColor, other: QColor, share: float) -> QColor:
    """`share` of one over the rest of the other."""
    rest = 1.0 - share
    return QColor.fromRgbF(
        one.redF() * share + other.redF() * rest,
        one.greenF() * share + other.greenF() * rest,
        one.blueF() * share + other.blueF() * rest,
    )


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio from 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def system_theme(app: QGuiApplication) -> Theme:
    """What the desktop asks for; dark where it does not say."""
    return LIGHT if app.styleHints().colorScheme() == Qt.ColorScheme.Light else DARK


def palette(theme: Theme) -> QPalette:
    """For everything that Qt draws without a style sheet."""
    roles = QPalette.ColorRole
    made = QPalette()
    for role, colour in {
        roles.Window: theme.background,
        roles.WindowText: theme.text,
        roles.Base: theme.background,
        roles.AlternateBase: theme.raised,
        roles.Text: theme.text,
        roles.PlaceholderText: theme.muted,
        roles.Button: theme.raised,
        roles.ButtonText: theme.text,
        roles.BrightText: theme.error,
        roles.Highlight: theme.accent,
        roles.HighlightedText: theme.on_accent,
        roles.ToolTipBase: theme.raised,
        roles.ToolTipText: theme.text,
        roles.Link: theme.accent,
        roles.Accent: theme.accent,
    }.items():
        made.setColor(role, colour)
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, blend(theme.muted, theme.background, 0.6))
    return made


def stylesheet(theme: Theme) -> str:
    """The style sheet of the whole application in this theme's colours."""
    return f"QWidget {{ color: {theme.text.name()}; font-size: {BASE_PX}px; }}"
