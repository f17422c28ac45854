"""In the inspector: how likely the photo matches, the words of the sentence, and the one that was not found."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.theme import Theme
from desktop_app.widgets.word_flow import WordFlow
from desktop_app.word_pieces import missing, pieces, plain_pieces
from desktop_app.wording import percent
from engine.messages import Explanation


class WordSection(QWidget):
    """Hidden without a sentence."""

    pointed = Signal(object)  # WordSight or None

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._likely = QLabel(self)
        self._likely.setProperty("kind", "strong")
        self._flow = WordFlow(theme, self)
        self._flow.pointed.connect(self.pointed)
        self._said = QLabel(self)
        self._said.setProperty("kind", "warn")
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._likely, self._flow, self._said):
            column.addWidget(part)
        self.hide()

    @property
    def flow(self) -> WordFlow:
        return self._flow

    def set_sentence(self, sentence: str, probability: float | None) -> None:
        """Its words are not explained yet."""
        self._flow.set_pieces(plain_pieces(sentence))
        self._likely.setText("" if probability is None else self.tr("%s match") % percent(probability))
        self._say("")
        self.setVisible(bool(sentence) or probability is not None)

    def set_explanation(self, explanation: Explanation) -> None:
        self._flow.set_pieces(pieces(explanation))
        self._say(missing(explanation))

    def set_theme(self, theme: Theme) -> None:
        self._flow.set_theme(theme)

    def _say(self, text: str) -> None:
        self._said.setText(text)
        for label in (self._said, self._likely):
            label.setVisible(bool(label.text()))
