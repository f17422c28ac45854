"""Tagging by a sentence: how sure it has to be, what will be tagged then, and what a person had better look at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCompleter,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from desktop_app.results_model import ResultsModel
from desktop_app.theme import Theme
from desktop_app.widgets.icon_button import IconButton
from desktop_app.widgets.photo_grid import PhotoGrid
from desktop_app.wording import counted, percent

LEAST, MOST, USUAL = 50, 99, 95  # percent
SETTLE_MS = 80
LARGE_ROW_PX = 260


class ReviewPage(QWidget):
    """`precision_chosen(share)`, `doubt_shown(bool)`: which of the two lists is to be seen; `judged(verdict)` for the
    selected photos; `tag_wanted(tag)`. Who holds the photos fills `grid` and says what `tell` shows."""

    closed = Signal()
    precision_chosen = Signal(float)
    doubt_shown = Signal(bool)
    judged = Signal(int)
    tag_wanted = Signal(str)

    def __init__(self, theme: Theme, model: ResultsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._back = IconButton(theme, "close", self.tr("Back to the photos"), self, key="Esc")
        self._back.clicked.connect(self.closed)
        self._title = QLabel(self)
        self._title.setProperty("kind", "title")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self._tag = QLineEdit(self)
        self._tag.setPlaceholderText(self.tr("Tag"))
        self._tag.setAccessibleName(self.tr("Tag"))
        self._tag.setProperty("kind", "field")
        self._tag.setFixedWidth(220)
        self._tag.textChanged.connect(self._show_button)
        self._tag.returnPressed.connect(self._apply)
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        self._slider.setRange(LEAST, MOST)
        self._slider.setValue(USUAL)
        self._slider.setFixedWidth(200)
        self._slider.setAccessibleName(self.tr("How many of the tagged photos are to be right"))
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(lambda: self.precision_chosen.emit(self.precision))
        self._slider.valueChanged.connect(self._slid)
        self._said = QLabel(self)
        self._said.setProperty("kind", "muted")
        self._sure, self._doubt = self._choice(), self._choice()
        lists = QButtonGroup(self)
        for button in (self._sure, self._doubt):
            lists.addButton(button)
        lists.buttonClicked.connect(lambda button: self.doubt_shown.emit(button is self._doubt))
        self._yes = QPushButton(self.tr("Yes") + "  Y", self)
        self._no = QPushButton(self.tr("No") + "  N", self)
        self._yes.clicked.connect(lambda: self.judged.emit(1))
        self._no.clicked.connect(lambda: self.judged.emit(-1))
        self._apply_button = QPushButton(self)
        self._apply_button.setProperty("kind", "action")
        self._apply_button.clicked.connect(self._apply)
        self._hint = QLabel(self)
        self._hint.setProperty("kind", "muted")
        self._hint.setWordWrap(True)
        self.grid = PhotoGrid(theme, self)
        self.grid.setModel(model)
        self.grid.setAccessibleName(self.tr("Photos to be tagged"))
        self._arrange()
        self._slid()

    def _choice(self) -> QPushButton:
        button = QPushButton(self)
        button.setCheckable(True)
        button.setProperty("kind", "choice")
        return button

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._back, 0, Qt.AlignmentFlag.AlignTop)
        wishes = QHBoxLayout()
        wishes.setSpacing(12)
        for wish in (self._tag, self._slider, self._said):
            wishes.addWidget(wish)
        wishes.addStretch(1)
        wishes.addWidget(self._apply_button)
        lists = QHBoxLayout()
        lists.setSpacing(8)
        for button in (self._sure, self._doubt):
            lists.addWidget(button)
        lists.addSpacing(8)
        lists.addWidget(self._hint, 1)
        for button in (self._yes, self._no):
            lists.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 4, 16, 0)
        column.setSpacing(12)
        for line in (head, wishes, lists):
            column.addLayout(line)
        column.addWidget(self.grid, 1)

    # ---- what is shown ----

    @property
    def precision(self) -> float:
        return self._slider.value() / 100

    @property
    def tag_box(self) -> QLineEdit:
        return self._tag

    def begin(self, sentence: str, tag: str) -> None:
        """Nothing is known yet."""
        self._title.setText(self.tr("Tag photos of “%s”") % sentence)
        self._tag.setText(tag)
        self._slider.setValue(USUAL)
        self._sure.setChecked(True)
        self.tell(0, 0, to_tag=0)
        self._hint.setText(self.tr("Looking…"))

    def refuse(self, reason: str) -> None:
        """There is nothing to choose from."""
        self._hint.setText(reason)
        for part in (self._sure, self._doubt, self._yes, self._no):
            part.setEnabled(False)

    def tell(self, sure: int, doubtful: int, *, to_tag: int, left: int = 0, best: float = 0.0) -> None:
        """How many are sure enough; how many are not, `left` of them to be looked at; `to_tag` after all verdicts;
        `best` is how likely the likeliest is."""
        self._count = to_tag
        self._sure.setText(self.tr("%d will be tagged") % sure)
        self._doubt.setText(self.tr("%d please look") % doubtful)
        for part in (self._sure, self._doubt, self._yes, self._no):
            part.setEnabled(bool(sure or doubtful))
        if self._doubt.isChecked():
            said = self.tr("%s to go") % counted(left, "photo") if left else self.tr("All looked at.")
            if left and not sure:
                said = self.tr("None is surer than %s: %s.") % (percent(best), said)
        else:
            said = self.tr("N takes a photo out.") if sure else self.tr("None is that sure. Look at the others.")
        self._hint.setText(said if sure or doubtful else self.tr("No photo matches."))
        self._show_button()

    def show_list(self, *, doubt: bool) -> None:
        (self._doubt if doubt else self._sure).setChecked(True)

    def set_tags(self, tags: Sequence[str]) -> None:
        """Those that there are are offered while a name is typed."""
        completer = QCompleter(list(tags), self._tag)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._tag.setCompleter(completer)

    def set_theme(self, theme: Theme) -> None:
        self._back.set_theme(theme)
        self.grid.set_theme(theme)

    def setFocus(self, *_reason: object) -> None:  # noqa: N802
        """On the name while there is none, else on the photos."""
        (self.grid if self._tag.text() else self._tag).setFocus()

    # ---- inside ----

    def _slid(self) -> None:
        self._said.setText(self.tr("%s of them right") % percent(self.precision))
        self._settle.start()

    def _show_button(self) -> None:
        self._apply_button.setText(self.tr("Tag %s") % counted(self._count, "photo"))
        self._apply_button.setEnabled(bool(self._count and self._tag.text().strip(" /")))

    def _apply(self) -> None:
        if self._apply_button.isEnabled():
            self.tag_wanted.emit("/".join(part.strip() for part in self._tag.text().split("/") if part.strip()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if ctrl and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._apply()
        else:
            super().keyPressEvent(event)
