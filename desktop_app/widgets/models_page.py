"""The models that people can choose: what each gains, costs and loses; fetched, used and removed here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.model_look import CardLook, Question
from desktop_app.page_column import PageColumn, title_line
from desktop_app.theme import Theme
from desktop_app.widgets.model_card import ModelCard
from desktop_app.widgets.model_settings import ModelSettings
from desktop_app.widgets.question_panel import QuestionPanel

WIDEST_PX = 920


class ModelsPage(QWidget):
    """`acted(name, Act)` and `answered(name, yes)` come from the card of a model."""

    acted = Signal(str, object)
    answered = Signal(str, bool)
    import_wanted = Signal()
    import_answered = Signal(bool)
    shown = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._cards: dict[str, ModelCard] = {}
        self._rebuilt = False
        self._title = QLabel(self.tr("Models"), self)
        self._title.setProperty("kind", "title")
        self._summary = QLabel(
            self.tr(
                "What understands your photos and sentences, on this computer. "
                "Nothing is downloaded before you say yes."
            ),
            self,
        )
        self._summary.setProperty("kind", "muted")
        self._summary.setWordWrap(True)
        self._import = QPushButton(self.tr("Import from folder…"), self)
        self._import.setToolTip(self.tr("For a model that you already have, and for computers that are never online"))
        self._import.clicked.connect(self.import_wanted)
        self._back = QPushButton(self.tr("Back to the photos"), self)
        self._back.clicked.connect(self.closed)
        self._said = QLabel(self)
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.hide()
        self._question = QuestionPanel(self, raised=True)
        self._question.answered.connect(self.import_answered)
        self.settings = ModelSettings(theme, self)
        self.settings.rebuilt.connect(self._order_focus)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # taken when it is shown; Tab goes to what can be pressed
        self.setAccessibleName(self.tr("Models"))
        self._arrange()

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addLayout(title_line(self._title, self._import, self._back))
        words.addWidget(self._summary)
        head, inside = QWidget(self), QWidget(self)
        top = QVBoxLayout(head)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(16)
        top.addLayout(words)
        top.addWidget(self._said)
        top.addWidget(self._question)
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 24)
        self._list.setSpacing(12)
        self._list.addWidget(self.settings)
        self._list.addStretch(1)
        self._scroll = PageColumn(self, head, inside, widest=WIDEST_PX)

    # ---- slots ----

    def set_cards(self, looks: Sequence[CardLook]) -> None:
        """In this order; cards that stay keep their place, focus and scroll."""
        names = [look.name for look in looks]
        if names != list(self._cards):
            self._make_cards(names)
        self._rebuilt = False
        for look in looks:
            self._cards[look.name].set_look(look)
        if self._rebuilt:
            self._order_focus()

    def ask_import(self, question: Question | None) -> None:
        self._said.hide()
        self._question.ask(question)
        self._question.focus()

    def say_doing(self, text: str) -> None:
        self._say(text, "muted")

    def say_done(self, text: str) -> None:
        self._say(text, "muted")

    def say_failed(self, text: str) -> None:
        self._say(text, "error")

    def focus_question(self, name: str) -> None:
        """In sight, with what follows from it."""
        self._cards[name].focus_question()
        QTimer.singleShot(0, self, lambda: self._show_whole(name))

    def focus_card(self, name: str) -> None:
        if name in self._cards:
            self._cards[name].focus_first()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.settings.set_theme(theme)
        for card in self._cards.values():
            card.set_theme(theme)

    def step_back(self) -> bool:
        """Takes back what is asked; False where nothing is."""
        if not self._question.isHidden():
            self.import_answered.emit(False)
            return True
        for name, card in self._cards.items():
            if card.look is not None and card.look.question is not None:
                self.answered.emit(name, False)
                return True
        return False

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.shown.emit()

    # ---- inside ----

    def _make_cards(self, names: list[str]) -> None:
        for name in self._cards.keys() - set(names):
            gone = self._cards.pop(name)
            self._list.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        cards = {name: self._cards.get(name) or self._card(name) for name in names}
        for place, card in enumerate(cards.values()):
            self._list.insertWidget(place, card)
        self._cards = cards

    def _order_focus(self) -> None:
        """Tab goes from card to card, also after buttons changed."""
        chain: list[QWidget] = [self._import, self._back, *self._question.buttons]
        for card in self._cards.values():
            chain += card.buttons
        chain += self.settings.controls
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)

    def _card(self, name: str) -> ModelCard:
        card = ModelCard(self._theme, self)
        card.acted.connect(lambda act: self.acted.emit(name, act))
        card.rebuilt.connect(self._note_rebuilt)
        card.answered.connect(lambda yes: self.answered.emit(name, yes))
        return card

    def _note_rebuilt(self) -> None:
        self._rebuilt = True

    def _show_whole(self, name: str) -> None:
        inside = self._scroll.widget()
        if name in self._cards and inside is not None:
            inside.adjustSize()
            self._scroll.ensureWidgetVisible(self._cards[name], 0, 12)

    def _say(self, text: str, kind: str) -> None:
        self._said.setText(text)
        self._said.setProperty("kind", kind)
        self._said.style().unpolish(self._said)
        self._said.style().polish(self._said)
        self._said.show()
