"""On or off, as a sliding switch in the theme's colours."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop_app.theme import Theme, blend

WIDTH_PX, HEIGHT_PX, INSET_PX = 40, 24, 4


class SettingSwitch(QAbstractButton):
    """Enter turns it as Space does."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(WIDTH_PX, HEIGHT_PX)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        theme, on = self._theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        ground = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.setPen(QPen(theme.text if self.hasFocus() else theme.accent if on else theme.muted, 1.5))
        painter.setBrush(theme.accent if on else blend(theme.muted, theme.background, 0.18))
        painter.drawRoundedRect(ground, ground.height() / 2, ground.height() / 2)
        side = HEIGHT_PX - 2 * INSET_PX - 1
        left = WIDTH_PX - INSET_PX - side - 0.5 if on else INSET_PX + 0.5
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.on_accent if on else theme.text)
        painter.drawEllipse(QRectF(left, INSET_PX + 0.5, side, side))
