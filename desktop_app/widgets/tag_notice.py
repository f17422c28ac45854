"""What was just done, at the foot of the photos for some seconds, with a way back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop_app.announcing import announce

SHOWN_MS = 8_000
FOOT_PX = 24  # above the lower edge


class TagNotice(QFrame):
    """Lies over the window and moves nothing. `undo_wanted` where its button is pressed; the pointer on it keeps it."""

    undo_wanted = Signal()

    def __init__(self, window: QWidget, over: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("sheet")
        self._over = over
        self._lift_px = 0
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._undo = QPushButton(self.tr("Undo"), self)
        self._undo.setProperty("kind", "quiet")
        self._undo.setToolTip(self.tr("Undo  (Ctrl+Z)"))
        self._undo.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Ctrl+Z is the way by key
        self._undo.clicked.connect(self.undo_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(self._text)
        row.addWidget(self._undo)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self._leave)
        over.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text() if self.isVisible() else ""

    def say(self, text: str, *, undo: bool = True, lift_px: int = 0) -> None:
        """`lift_px`: so much higher, where something at the lower edge has to stay free."""
        self._lift_px = lift_px
        self._text.setText(text)
        self._undo.setVisible(undo)
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        announce(self, text)

    def _place(self) -> None:
        self._text.setMaximumWidth(max(self._over.width() - 160, 120))
        self.adjustSize()
        corner = self._over.mapTo(self.window(), self._over.rect().bottomLeft())
        left = corner.x() + (self._over.width() - self.width()) // 2
        self.move(left, corner.y() - FOOT_PX - self._lift_px - self.height())

    def _leave(self) -> None:
        if self.underMouse():
            self._timer.start()
        else:
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False
