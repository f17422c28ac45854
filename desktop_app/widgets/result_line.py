"""The quiet line between search box and photos: what was found, and how large the photos are."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from desktop_app.elided_label import ElidedLabel

HEIGHT_PX = 36


class ResultLine(QWidget):
    """`size_chosen(pixels)` is the wished height of a line of photos."""

    size_chosen = Signal(int)

    def __init__(self, sizes: tuple[int, int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT_PX)
        self._found = ElidedLabel(parent=self)
        self._found.setProperty("kind", "muted")
        self._unknown = ElidedLabel(parent=self)
        self._unknown.setProperty("kind", "warn")
        self._size = QSlider(Qt.Orientation.Horizontal, self)
        self._size.setRange(*sizes)
        self._size.setPageStep(32)
        self._size.setSingleStep(16)
        self._size.setFixedWidth(112)
        self._size.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._size.setAccessibleName(self.tr("Size of the photos"))
        self._size.setToolTip(self.tr("Size of the photos  (Ctrl+wheel)"))
        self._size.valueChanged.connect(self.size_chosen)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 0, 16, 0)
        line.setSpacing(16)
        line.addWidget(self._found, 1)
        line.addWidget(self._unknown, 1)
        line.addWidget(self._size)
        self._found.setAccessibleName(self.tr("Result"))

    @property
    def text(self) -> str:
        return self._found.text()

    @property
    def warning(self) -> str:
        return self._unknown.text()

    def say(self, found: str, unknown: str = "") -> None:
        self._found.setText(found)
        self._unknown.setText(unknown)
        self._unknown.setVisible(bool(unknown))

    def set_size(self, height: int) -> None:
        """The grid's own size, without telling it back."""
        self._size.blockSignals(True)
        self._size.setValue(height)
        self._size.blockSignals(False)

    def show_size(self, shown: bool) -> None:
        self._size.setVisible(shown)
