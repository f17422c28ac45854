"""The question before a library is emptied: a word has to be typed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget


class SettingForget(QFrame):
    """Hidden while nothing is asked. `answered(yes)`."""

    answered = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("question-raised")
        self._word = self.tr("forget")
        title = QLabel(self.tr("Empty the library?"), self)
        title.setProperty("kind", "strong")
        text = QLabel(
            self.tr(
                "All folders, tags, ratings, saved searches and everything that was learned of your photos are erased, "
                "from its copies too. There is no way back. Photos and the files beside them stay as they are."
            ),
            self,
        )
        asked = QLabel(self.tr("Type “%s” to confirm.") % self._word, self)
        for label in (text, asked):
            label.setWordWrap(True)
        self._box = QLineEdit(self)
        self._box.setProperty("kind", "field")
        self._box.setAccessibleName(asked.text())
        self._box.textChanged.connect(self._typed)
        self._yes = QPushButton(self.tr("Forget everything"), self)
        self._box.returnPressed.connect(self._yes.click)
        self._yes.clicked.connect(lambda: self.answered.emit(True))
        self._no = QPushButton(self.tr("Cancel"), self)
        self._no.clicked.connect(lambda: self.answered.emit(False))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._box, 1)
        row.addWidget(self._yes)
        row.addWidget(self._no)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(8)
        for part in (title, text, asked):
            column.addWidget(part)
        column.addLayout(row)
        self.hide()

    @property
    def word(self) -> str:
        """What has to be typed."""
        return self._word

    def ask(self) -> None:
        self._box.clear()
        self._typed("")
        self.show()
        self._box.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self, text: str) -> None:
        self._yes.setEnabled(text.strip().casefold() == self._word.casefold())
