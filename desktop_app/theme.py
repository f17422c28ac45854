"""The colours of the window, and the style sheet that is made of them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

RADIUS_PX = 8
BASE_PX = 13


STYLE = """
QLabel[kind="title"] {{ font-size: 20px; font-weight: 600; }}
QLabel[kind="heading"] {{ font-size: 15px; font-weight: 600; }}
QLabel[kind="strong"] {{ font-weight: 600; }}
QLabel[kind="muted"] {{ color: {muted}; }}
QLabel[kind="small"] {{ color: {muted}; font-size: 12px; }}
QLabel[kind="badge"] {{ color: {muted}; font-size: 12px; font-weight: 500; }}
QLabel[kind="badge-lit"] {{ color: {accent}; font-size: 12px; font-weight: 600; }}
QLabel[kind="warn"] {{ color: {warn}; }}
QLabel[kind="error"] {{ color: {error}; font-weight: 600; }}

#sidebar, #inspector, #status {{ background: {raised}; }}
#banner {{ background: {raised}; border-radius: {radius}px; }}
#model, #question-raised {{ background: {raised}; border-radius: {radius}px; }}
#question {{ background: {background}; border-radius: {radius}px; }}
#sheet {{ background: {raised}; border: 1px solid {line}; border-radius: 12px; }}

#field {{ background: {raised}; border: 1px solid {line}; border-radius: 20px; }}
#field:hover {{ border-color: {muted}; }}
#field[lit="true"] {{ border-color: {accent}; background: {background}; }}
QLineEdit#search {{
    background: transparent; border: none; color: {text}; font-size: 15px; min-height: 38px; padding: 0 8px;
    selection-background-color: {accent}; selection-color: {on_accent};
}}
#field QToolButton {{ border-radius: 15px; }}

QDialogButtonBox, QMessageBox, QInputDialog {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton {{
    background: {hover}; border: 1px solid transparent; border-radius: {radius}px; color: {text};
    padding: 7px 14px; font-weight: 500;
}}
QPushButton:hover {{ background: {pressed}; }}
QPushButton:pressed {{ background: {line}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:disabled {{ color: {muted}; background: transparent; }}
QPushButton[kind="primary"] {{ background: {accent}; color: {on_accent}; font-weight: 600; padding: 9px 20px; }}
QPushButton[kind="primary"]:hover {{ background: {lit}; }}
QPushButton[kind="primary"]:focus {{ border-color: {text}; }}
QPushButton[kind="action"] {{ background: {accent}; color: {on_accent}; }}
QPushButton[kind="action"]:hover {{ background: {lit}; }}
QPushButton[kind="action"]:focus {{ border-color: {text}; }}
QPushButton[kind="action"]:disabled {{ background: {hover}; color: {muted}; }}
QPushButton[kind="large"] {{ padding: 9px 20px; }}
QPushButton[kind="quiet"] {{ background: transparent; color: {accent}; padding: 4px 8px; }}
QPushButton[kind="quiet"]:hover {{ background: {hover}; }}
QPushButton[kind="quiet"]:focus {{ border-color: {accent}; }}
QPushButton[kind="inline"] {{ background: transparent; color: {accent}; padding: 4px 0; border-radius: 4px; }}
QPushButton[kind="inline"]:hover {{ color: {text}; }}
QPushButton[kind="inline"]:focus {{ border-color: {accent}; }}
QPushButton[kind="choice"] {{ background: transparent; color: {muted}; padding: 5px 12px; }}
QPushButton[kind="choice"]:hover {{ background: {hover}; }}
QPushButton[kind="choice"]:checked {{ background: {chosen}; color: {text}; }}
QPushButton[kind="choice"]:focus {{ border-color: {accent}; }}
QPushButton[kind="faint"] {{ background: transparent; color: {muted}; padding: 4px 10px; }}
QPushButton[kind="faint"]:hover {{ background: {hover}; color: {text}; }}
QPushButton[kind="faint"]:focus {{ border-color: {accent}; color: {text}; }}

QLineEdit[kind="field"] {{
    background: {background}; border: 1px solid {line}; border-radius: {radius}px; color: {text}; padding: 7px 10px;
    selection-background-color: {accent}; selection-color: {on_accent};
}}
QLineEdit[kind="field"]:hover {{ border-color: {muted}; }}
QLineEdit[kind="field"]:focus {{ border-color: {accent}; }}
QComboBox {{
    background: {hover}; border: 1px solid transparent; border-radius: {radius}px; color: {text}; padding: 7px 12px;
    font-weight: 500;
}}
QComboBox:hover {{ background: {pressed}; }}
QComboBox:focus {{ border-color: {accent}; }}
QComboBox:disabled {{ color: {muted}; background: transparent; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox QAbstractItemView {{
    background: {raised}; border: 1px solid {line}; border-radius: {radius}px; padding: 4px; outline: none;
    color: {text}; selection-background-color: {pressed}; selection-color: {text};
}}

QPushButton[kind="pick"] {{ text-align: left; padding: 6px 10px; font-weight: 400; }}
QPushButton[kind="star"] {{ background: transparent; color: {muted}; padding: 0; font-size: 17px; }}
QPushButton[kind="star"]:checked {{ color: {accent}; }}
QPushButton[kind="star"]:focus {{ border-color: {accent}; }}

QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: {radius}px; padding: 5px; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:pressed, QToolButton:checked {{ background: {pressed}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton::menu-indicator {{ image: none; }}

QMenu {{ background: {raised}; border: 1px solid {line}; border-radius: {radius}px; padding: 6px; }}
QMenu::item {{ padding: 7px 24px 7px 12px; border-radius: 5px; color: {text}; }}
QMenu::item:selected {{ background: {pressed}; }}
QMenu::item:disabled {{ color: {muted}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 6px 8px; }}
QMenu::indicator {{ width: 8px; height: 8px; margin-left: 8px; border-radius: 4px; }}
QMenu::indicator:checked {{ background: {accent}; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: 4px 6px; }}

QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {line}; border-radius: 4px; min-height: 40px; margin: 2px; }}
QScrollBar::handle:vertical:hover {{ background: {muted}; }}
QScrollBar::handle:vertical:disabled {{ background: transparent; }}
QScrollBar:horizontal {{ height: 0; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QSlider::groove:horizontal {{ background: {line}; height: 2px; border-radius: 1px; }}
QSlider::sub-page:horizontal {{ background: {muted}; height: 2px; border-radius: 1px; }}
QSlider::handle:horizontal {{
    background: {muted}; width: 12px; height: 12px; margin: -6px 0; border-radius: 6px; border: 1px solid {background};
}}
QSlider::handle:horizontal:hover {{ background: {text}; }}
QSlider:focus {{ border: none; }}
QSlider::handle:horizontal:focus {{ background: {accent}; }}
QProgressBar {{ background: {line}; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 2px; }}
"""


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
    def pressed(self) -> QColor:
        """The ground of what is pressed, and of the line of a menu under the pointer."""
        return blend(self.text, self.raised, 0.12)

    @property
    def lit(self) -> QColor:
        """The accent under the pointer."""
        return blend(self.text, self.accent, 0.15)

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
    accent="#086670",
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
    """The style sheet of the whole application in this theme's colours.

    Ordinary text takes its colour from the palette; widgets say what they are by object name or by `kind`.
    """
    colours = {role: colour.name() for role, colour in vars(theme).items() if isinstance(colour, QColor)}
    colours |= {name: getattr(theme, name).name() for name in ("hover", "pressed", "lit", "chosen")}
    return STYLE.format(radius=RADIUS_PX, **colours)
