"""Below a photo in the preview: the words of the sentence, how likely they fit, and what a person says of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop_app.theme import Theme
from desktop_app.widgets.icon_button import IconButton
from desktop_app.widgets.word_flow import WordFlow
from desktop_app.word_pieces import missing, pieces, plain_pieces
from desktop_app.wording import percent
from engine.messages import Explanation

PAD_PX, AIR_PX = 12, 8
SENTENCE_LINES = 2
BESIDE_PX, BESIDE_NARROW_PX = 330, 190  # what is said beside the words
NARROW_PX = 720  # below it, the missing word is only struck through


class WordStrip(QWidget):
    """`judged(verdict)`: 1 it matches, -1 it does not; pressing the same again takes it back."""

    pointed = Signal(object)  # WordSight or None
    judged = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._probability: float | None = None
        self.flow = WordFlow(theme, self, lines=SENTENCE_LINES)
        self.flow.pointed.connect(self.pointed)
        self._said = QLabel(self)
        self._said.setProperty("kind", "warn")
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._likely = QLabel(self)
        self._likely.setProperty("kind", "strong")
        self._yes = self._button("yes", self.tr("Yes, this matches"), "Y", 1)
        self._no = self._button("no", self.tr("No, it does not"), "N", -1)
        self.flow.between = (parent, (self._yes, self._no))
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD_PX, 0, PAD_PX, 0)
        row.setSpacing(12)
        row.addWidget(self.flow, 1, Qt.AlignmentFlag.AlignVCenter)
        for part in (self._said, self._likely):
            row.addWidget(part)
        row.addWidget(self._yes)
        row.addSpacing(-8)
        row.addWidget(self._no)

    def _button(self, icon: str, name: str, key: str, verdict: int) -> IconButton:
        button = IconButton(self._theme, icon, name, self, key=key)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.judged.emit(verdict))
        return button

    def height_for(self, width: int) -> int:
        """So that the words fit, in as many lines as are allowed."""
        beside = BESIDE_NARROW_PX if width < NARROW_PX else BESIDE_PX
        return max(self.flow.height_for(width - beside), self._yes.sizeHint().height()) + 2 * AIR_PX

    @property
    def text(self) -> str:
        """What is said beside the words."""
        return ", ".join(filter(None, (self._said.text(), self._likely.text())))

    def set_sentence(self, sentence: str, probability: float | None) -> None:
        """Of another photo: its words are not explained yet."""
        self.flow.set_pieces(plain_pieces(sentence))
        self._said.setText("")
        self._tell_likely(probability)

    def set_explanation(self, explanation: Explanation) -> None:
        self.flow.set_pieces(pieces(explanation))
        self._said.setText(missing(explanation))
        self.flow.setToolTip(explanation.unexplained)
        self._tell_likely(explanation.probability if explanation.probability is not None else self._probability)

    def set_verdict(self, verdict: int) -> None:
        self._yes.setChecked(verdict == 1)
        self._no.setChecked(verdict == -1)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for part in (self.flow, self._yes, self._no):
            part.set_theme(theme)
        self.update()

    def _tell_likely(self, probability: float | None) -> None:
        self._probability = probability
        self._likely.setText("" if probability is None else self.tr("%s match") % percent(probability))
        self._show_labels()

    def _show_labels(self) -> None:
        self._said.setVisible(bool(self._said.text()) and self.width() >= NARROW_PX)
        self._likely.setVisible(bool(self._likely.text()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._show_labels()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        ground = QColor(self._theme.photo_surround)
        ground.setAlpha(225)
        QPainter(self).fillRect(self.rect(), ground)
