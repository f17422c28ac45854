"""The quiet line between search box and photos: what was found, how to see more of it, how large the photos are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSlider, QWidget

from desktop_app.announcing import announce
from desktop_app.elided_label import ElidedLabel
from desktop_app.theme import Theme
from desktop_app.widgets.icon_button import IconButton
from desktop_app.widgets.search_order import OrderButton

HEIGHT_PX = 36


class FoundLabel(ElidedLabel):
    """As wide as its text where there is room, so that what can be done about it stands beside it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(40, super().minimumSizeHint().height())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()


class ResultLine(QWidget):
    """`size_chosen(pixels)` is the wished height of a line of photos."""

    size_chosen = Signal(int)
    deeper_wanted = Signal()
    copies_wanted = Signal(bool)
    back_wanted = Signal()

    def __init__(self, theme: Theme, sizes: tuple[int, int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT_PX)
        self._back = self._quiet_button(self.tr("Back"), self.back_wanted.emit)
        self._back.setAccessibleName(self.tr("Back to all results"))
        self._found = FoundLabel(self)
        self._found.setProperty("kind", "muted")
        self._found.setAccessibleName(self.tr("Result"))
        self._deeper = self._quiet_button(self.tr("Look deeper"), self.deeper_wanted.emit)
        self._deeper.setToolTip(self.tr("Look closely at more photos than the best ones"))
        self._copies = IconButton(theme, "copies", self.tr("Show every copy"), self)
        self._copies.setCheckable(True)
        self._copies.clicked.connect(self.copies_wanted)
        self._copies.hide()
        self.order = OrderButton(theme, self)
        self._size = self._slider(sizes)
        self._among_photos = False
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 0, 16, 0)
        line.setSpacing(8)
        for part in (self._back, self._found, self._deeper):
            line.addWidget(part)
        line.addStretch(1)
        line.addWidget(self._copies)
        line.addWidget(self.order)
        line.addWidget(self._size)

    def _quiet_button(self, text: str, act: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", "quiet")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAutoDefault(True)  # Enter presses it
        button.clicked.connect(act)
        button.hide()
        return button

    def _slider(self, sizes: tuple[int, int]) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(*sizes)
        slider.setPageStep(32)
        slider.setSingleStep(16)
        slider.setFixedWidth(112)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.setAccessibleName(self.tr("Size of the photos"))
        slider.setToolTip(self.tr("Size of the photos  (Ctrl+wheel)"))
        slider.valueChanged.connect(self.size_chosen)
        return slider

    @property
    def text(self) -> str:
        return self._found.text()

    @property
    def tip(self) -> str:
        return self._found.accessibleDescription()

    @property
    def offers_back(self) -> bool:
        return not self._back.isHidden()

    def say(self, found: str, tip: str = "", *, loud: bool = False) -> None:
        """`tip` is told to who asks further; `loud` stands out."""
        if found != self._found.text() and not found.endswith("…"):
            announce(self, found)
        self._found.setText(found)
        self._found.setProperty("kind", "" if loud else "muted")
        self._found.style().unpolish(self._found)
        self._found.style().polish(self._found)
        self._found.set_shorter(*(found.partition(mark)[0] for mark in (";", " · ", ", ")))
        self._found.set_tip(tip)
        self._found.updateGeometry()

    def offer(self, *, deeper: bool = False, back: bool = False) -> None:
        """What can be done about what is said."""
        self._deeper.setVisible(deeper)
        self._back.setVisible(back)
        self.order.setVisible(self._among_photos and not back)

    def offer_copies(self, offered: bool, *, shown: bool) -> None:
        """Whether there are copies at all, and whether they are shown one by one."""
        self._copies.setVisible(offered)
        self._copies.setChecked(shown)

    def set_theme(self, theme: Theme) -> None:
        self._copies.set_theme(theme)
        self.order.set_theme(theme)

    def set_size(self, height: int) -> None:
        """The grid's own size, without telling it back."""
        self._size.blockSignals(True)
        self._size.setValue(height)
        self._size.blockSignals(False)

    def show_size(self, shown: bool) -> None:
        """Only where there are photos: their size, and their order."""
        self._among_photos = shown
        self._size.setVisible(shown)
        self.order.setVisible(shown and not self.offers_back)
