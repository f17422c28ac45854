"""In the inspector: marks, tags and caption of the selected photos, and tags that the model proposes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.theme import Theme
from desktop_app.widgets.mark_row import MarkRow
from desktop_app.widgets.tag_chip import TagLook
from desktop_app.widgets.tag_flow import TagFlow


class TagSection(QWidget):
    """Shows and asks; who holds the photos fills it."""

    mark_given = Signal(str, object)
    removed = Signal(str)
    confirmed = Signal(str)
    add_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._marks = MarkRow(theme, self)
        self._marks.given.connect(self.mark_given)
        self._caption = QLabel(self)
        self._caption.setWordWrap(True)
        self._caption.setTextFormat(Qt.TextFormat.PlainText)
        self._caption.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._tags, self._offers = TagFlow(theme, self), TagFlow(theme, self)
        self._add = QPushButton(self.tr("Add tags…"), self)
        self._add.setProperty("kind", "inline")
        self._add.setToolTip(self.tr("Add tags  (T)"))
        self._add.clicked.connect(self.add_wanted)
        self._proposed = QLabel(self.tr("Suggested"), self)
        self._proposed.setProperty("kind", "small")
        self._proposed.setToolTip(self.tr("What the model sees here. Nothing is written until you press it."))
        for flow in (self._tags, self._offers):
            flow.removed.connect(self.removed)
            flow.confirmed.connect(self.confirmed)
            flow.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._marks, self._caption, self._tags):
            column.addWidget(part)
        column.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self._proposed, self._offers):
            column.addWidget(part)
        self.propose(())
        self.show_caption("")

    @property
    def tags(self) -> list[TagLook]:
        return [chip.look for chip in self._tags.chips]

    @property
    def offers(self) -> list[TagLook]:
        return [chip.look for chip in self._offers.chips]

    def show_marks(self, rating: int, pick: int, label: str) -> None:
        self._marks.show_marks(rating, pick, label)

    def show_tags(self, looks: Sequence[TagLook]) -> None:
        self._tags.set_looks(looks)

    def show_caption(self, text: str) -> None:
        self._caption.setText(text)
        self._caption.setAccessibleName(self.tr("Caption: %s") % text if text else "")
        self._caption.setVisible(bool(text))

    def propose(self, looks: Sequence[TagLook]) -> None:
        """None of them is written before it is pressed."""
        self._offers.set_looks(looks)
        self._proposed.setVisible(bool(looks))

    def set_theme(self, theme: Theme) -> None:
        for part in (self._marks, self._tags, self._offers):
            part.set_theme(theme)
