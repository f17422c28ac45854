"""Right: what is known of the selected photo."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.results_model import photo_name
from desktop_app.theme import Theme
from desktop_app.translation import tr
from desktop_app.widgets.photo_picture import PhotoPicture
from desktop_app.widgets.tag_section import TagSection
from desktop_app.widgets.word_section import WordSection
from desktop_app.wording import counted, date, decimal, file_size, home_relative, number, place
from engine.errors import printable
from engine.messages import Explanation
from engine.search_hit import SearchHit

WIDTH_PX, BAR_PX = 288, 12  # with room for what scrolls it
ROOM_PX = WIDTH_PX - 32 - BAR_PX
PICTURE_PX = 216


def facts(hit: SearchHit, rank: int) -> list[tuple[str, str]]:
    """(name, value) of everything that is known; what is not known is left out. `rank` counts from 1."""
    said = [
        (tr("Taken"), date(hit.taken_at) if hit.taken_at else ""),
        (tr("Camera"), hit.camera or ""),
        (tr("Lens"), hit.lens or ""),
        (tr("Size"), f"{number(hit.width)} × {number(hit.height)} · {file_size(hit.file_size)}"),
        (tr("Place"), _place(hit)),
        (tr("Second file"), printable(os.path.basename(hit.pair))),
        (tr("Folder"), home_relative(os.path.dirname(hit.path))),
    ]
    return [(name, value) for name, value in [*said, *_match(hit, rank)] if value]


def _place(hit: SearchHit) -> str:
    if hit.latitude is None or hit.longitude is None:
        return ""
    return place(hit.latitude, hit.longitude)


def _match(hit: SearchHit, rank: int) -> list[tuple[str, str]]:
    if not hit.score and not hit.cosine:
        return []
    how = tr("looked closely") if hit.reranked else tr("by overall similarity")
    return [(tr("Rank"), f"{number(rank)}, {how}"), (tr("Similarity"), decimal(hit.cosine, 3))]


class Inspector(QWidget):
    """`open_wanted(path)` and `show_wanted(path)` ask the desktop."""

    open_wanted = Signal(object)
    show_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH_PX)
        self._path = b""
        self._photo_id = -1
        self._picture = PhotoPicture(QSize(ROOM_PX, PICTURE_PX), self)
        self._words = WordSection(theme, self)
        self._words.pointed.connect(self._picture.veil.lay)
        self.tags = TagSection(theme, self)
        self._name = QLabel(self)
        self._name.setProperty("kind", "heading")
        self._name.setWordWrap(True)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._hint = QLabel(self)
        self._hint.setProperty("kind", "muted")
        self._hint.setWordWrap(True)
        self._facts = QWidget(self)
        self._rows = QGridLayout(self._facts)
        self._open = QPushButton(self.tr("Open in app"), self)
        self._open.setAccessibleName(self.tr("Open in the default app"))
        self._open.clicked.connect(lambda: self.open_wanted.emit(self._path))
        self._show = QPushButton(self.tr("Show in folder"), self)
        self._show.clicked.connect(lambda: self.show_wanted.emit(self._path))
        self._words.flow.between = (None, (self._open, self._show))
        self._arrange()
        self.show_nothing()

    def _arrange(self) -> None:
        self._rows.setContentsMargins(0, 8, 0, 8)
        self._rows.setHorizontalSpacing(8)
        self._rows.setVerticalSpacing(10)
        self._rows.setColumnStretch(1, 1)
        self._buttons = QWidget(self)
        self._button_row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._buttons)
        self._button_row.setContentsMargins(0, 0, 0, 0)
        self._button_row.setSpacing(8)
        self._button_row.addWidget(self._open)
        self._button_row.addWidget(self._show, 1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for part in (self._picture, self._name, self._hint, self._words, self.tags, self._facts, self._buttons):
            column.addWidget(part)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Buttons whose words are long in some language stand below each other: what is too wide would be cut off."""
        super().showEvent(event)
        beside = self._open.sizeHint().width() + self._button_row.spacing() + self._show.sizeHint().width() <= ROOM_PX
        ways = QBoxLayout.Direction
        self._button_row.setDirection(ways.LeftToRight if beside else ways.TopToBottom)

    # ---- slots ----

    def show_photo(self, hit: SearchHit, image: QImage | None, rank: int, *, sentence: str = "") -> None:
        """`sentence` was searched for."""
        if hit.photo_id != self._photo_id:
            self._picture.veil.lift()
        self._path, self._photo_id = hit.path, hit.photo_id
        self._words.set_sentence(sentence, hit.probability)
        self._picture.set_picture(image, hit.tone, QSize(max(1, hit.width), max(1, hit.height)))
        self._name.setText(photo_name(hit))
        self._hint.setText(self.tr("Its drive is not connected.") if hit.offline else "")
        self._fill(facts(hit, rank))
        self._show_parts(photo=True)
        for button in (self._open, self._show):
            button.setEnabled(not hit.offline)

    def set_explanation(self, explanation: Explanation) -> None:
        """Where its words were found in the photo that is shown."""
        if explanation.photo_id == self._photo_id:
            self._words.set_explanation(explanation)

    def set_theme(self, theme: Theme) -> None:
        self._words.set_theme(theme)
        self.tags.set_theme(theme)

    def show_many(self, count: int, hits: Sequence[SearchHit]) -> None:
        """`hits` are those of the selection that are known; sizes are told once all are."""
        self._name.setText(self.tr("%s selected") % counted(count, "photo"))
        self._hint.setText(file_size(sum(hit.file_size for hit in hits)) if len(hits) == count else "")
        self._show_parts(photo=False, tags=True)

    def show_nothing(self) -> None:
        self._name.setText("")
        self._hint.setText(self.tr("Select a photo to see what is known of it."))
        self._show_parts(photo=False)

    # ---- inside ----

    def _similarity_tip(self) -> str:
        return self.tr(
            "How well photo and sentence fit as a whole, from -1 to 1.\n"
            "It compares the photos of one search; it is no probability."
        )

    def _show_parts(self, *, photo: bool, tags: bool = False) -> None:
        self.tags.setVisible(photo or tags)
        for part in (self._picture, self._facts, self._buttons):
            part.setVisible(photo)
        if not photo:
            self._photo_id = -1
            self._words.hide()
        for label in (self._name, self._hint):
            label.setVisible(bool(label.text()))

    def _fill(self, rows: list[tuple[str, str]]) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for line, (name, value) in enumerate(rows):
            label, said = QLabel(name, self._facts), QLabel(value, self._facts)
            label.setProperty("kind", "muted")
            said.setTextFormat(Qt.TextFormat.PlainText)
            said.setWordWrap(True)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            said.setAccessibleName(f"{name}: {value}")
            if name == tr("Similarity"):
                for part in (label, said):
                    part.setToolTip(self._similarity_tip())
                said.setAccessibleDescription(self._similarity_tip())
            self._rows.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(said, line, 1)
