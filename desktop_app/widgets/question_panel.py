"""A question where it belongs: what follows from a yes, then yes and no."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.model_look import Question


class QuestionPanel(QFrame):
    """Hidden while nothing is asked."""

    answered = Signal(bool)

    def __init__(self, parent: QWidget | None = None, *, raised: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("question-raised" if raised else "question")
        self._question: Question | None = None
        self._title = QLabel(self)
        self._title.setProperty("kind", "strong")
        self._lines = QLabel(self)
        self._warning = QLabel(self)
        self._warning.setProperty("kind", "warn")
        for label in (self._title, self._lines, self._warning):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._yes, self._no = QPushButton(self), QPushButton(self)
        self._yes.clicked.connect(lambda: self.answered.emit(True))
        self._no.clicked.connect(lambda: self.answered.emit(False))
        self._arrange()
        self.hide()

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._yes)
        buttons.addWidget(self._no)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(6)
        for part in (self._title, self._lines, self._warning):
            column.addWidget(part)
        column.addSpacing(6)
        column.addLayout(buttons)

    def ask(self, question: Question | None) -> None:
        """None takes it back. The same question again leaves focus and selection alone."""
        if question == self._question:
            return
        self._question = question
        if question is not None:
            self._title.setText(question.title)
            self._lines.setText("\n".join(question.lines))
            self._warning.setText(question.warning)
            self._warning.setVisible(bool(question.warning))
            self._set_button(self._yes, question.yes, primary=not question.careful)
            self._set_button(self._no, question.no or self.tr("Not now"), primary=False)
            self._yes.setEnabled(question.possible)
            said = " ".join((question.title, *question.lines, question.warning)).strip()
            self.setAccessibleName(said)
            self._yes.setAccessibleDescription(said)
        self.setVisible(question is not None)

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """In the order that Tab takes."""
        return self._yes, self._no

    def focus(self) -> None:
        """On the answer that is safe, or on yes where both are."""
        question = self._question
        if question is not None:
            (self._no if question.careful or not question.possible else self._yes).setFocus()

    def _set_button(self, button: QPushButton, text: str, *, primary: bool) -> None:
        button.setText(text)
        kind = "action" if primary else ""
        if button.property("kind") != kind:
            button.setProperty("kind", kind)
            button.style().unpolish(button)
            button.style().polish(button)
