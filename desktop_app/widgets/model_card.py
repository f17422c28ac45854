"""One model: what it is, what it can, what happens to it, and what can be done."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop_app.elided_label import ElidedLabel
from desktop_app.model_look import Act, Action, CardLook
from desktop_app.theme import Theme
from desktop_app.widgets.question_panel import QuestionPanel

STEPS = 1_000
HEAD_PX = 34  # as high as a button, so that nothing moves when one comes or goes


class ModelCard(QFrame):
    """Shows a CardLook and only changes what differs, so that progress takes no focus away."""

    acted = Signal(object)  # Act
    rebuilt = Signal()  # other buttons than before
    answered = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("model")
        self._theme = theme
        self._look: CardLook | None = None
        self._title, self._badge = self._label("heading"), self._label("badge")
        self._gain, self._facts = self._label(""), self._label("muted")
        self._abilities = self._label("")
        self._abilities.setTextFormat(Qt.TextFormat.RichText)
        self._loss, self._progress, self._failure = self._label("warn"), self._label("muted"), self._label("error")
        self._origin = ElidedLabel(parent=self)
        self._origin.setProperty("kind", "small")
        for label in (self._gain, self._facts, self._abilities, self._loss, self._progress, self._failure):
            label.setWordWrap(True)
        self._failure.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, STEPS)
        self._question = QuestionPanel(self)
        self._question.answered.connect(self.answered)
        self._buttons: dict[Act, QPushButton] = {}
        self._arrange()

    def _label(self, kind: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("kind", kind)
        return label

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addStrut(HEAD_PX)
        head.addWidget(self._title)
        head.addWidget(self._badge)
        head.addStretch(1)
        self._button_row = QHBoxLayout()
        self._button_row.setSpacing(8)
        head.addLayout(self._button_row)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 14)
        column.setSpacing(4)
        column.addLayout(head)
        for label in (self._gain, self._facts, self._abilities, self._loss, self._origin):
            column.addWidget(label)
        column.addSpacing(4)
        for part in (self._bar, self._progress, self._failure, self._question):
            column.addWidget(part)

    @property
    def look(self) -> CardLook | None:
        return self._look

    def set_look(self, look: CardLook) -> None:
        before, self._look = self._look, look
        if look == before:
            return
        for label, text in (
            (self._title, look.title),
            (self._badge, look.badge),
            (self._gain, look.gain),
            (self._facts, look.facts),
            (self._loss, "" if look.question else look.loss),
            (self._origin, look.origin),
            (self._progress, look.progress),
            (self._failure, look.failure),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self._bar.setVisible(look.share is not None)
        self._bar.setValue(round(STEPS * min(max(look.share or 0.0, 0.0), 1.0)))
        self._bar.setAccessibleName(self.tr("Progress of %s") % look.title)
        self._question.ask(look.question)
        if before is None or before.abilities != look.abilities:
            self._show_abilities(look)
        if before is None or before.lit != look.lit:
            self._light(look.lit)
        if before is None or before.actions != look.actions:
            self._make_buttons(look.actions)
        self.setAccessibleName(". ".join(filter(None, (look.title, look.badge, look.gain, look.facts, look.loss))))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        if self._look is not None:
            self._show_abilities(self._look)

    @property
    def buttons(self) -> list[QPushButton]:
        """In the order that Tab takes."""
        return [*self._buttons.values(), *self._question.buttons]

    def focus_question(self) -> None:
        self._question.focus()

    def focus_first(self) -> None:
        for button in list(self._buttons.values())[:1]:
            button.setFocus()

    # ---- inside ----

    def _show_abilities(self, look: CardLook) -> None:
        theme = self._theme
        said = []
        for ability in look.abilities:
            colour = theme.accent if ability.can else theme.warn if ability.lost else theme.muted
            sign = f'<span style="color:{colour.name()}">{"✓" if ability.can else "×"}</span>'
            words = theme.text if ability.can else theme.muted
            said.append(f'{sign}&nbsp;<span style="color:{words.name()}">{_whole(ability.text)}</span>')
        self._abilities.setText(" &nbsp; ".join(said))
        yes, no = self.tr("yes"), self.tr("no")
        spoken = (f"{ability.text}: {yes if ability.can else no}" for ability in look.abilities)
        self._abilities.setAccessibleName("; ".join(spoken))

    def _light(self, lit: bool) -> None:
        self._badge.setProperty("kind", "badge-lit" if lit else "badge")
        self._badge.style().unpolish(self._badge)
        self._badge.style().polish(self._badge)

    def _make_buttons(self, actions: tuple[Action, ...]) -> None:
        """The focus goes on to the first of the new ones where it was on one that is gone."""
        had_focus = any(button.hasFocus() for button in self._buttons.values())
        for button in self._buttons.values():
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for action in actions:
            button = QPushButton(action.text, self)
            button.setProperty("kind", "action" if action.primary else "")
            button.setAccessibleName(f"{action.text.rstrip('…')}: {self._look.title if self._look else ''}")
            button.clicked.connect(lambda _=False, act=action.act: self.acted.emit(act))
            self._button_row.addWidget(button)
            button.show()  # at once: it may get the focus
            self._buttons[action.act] = button
        self.rebuilt.emit()
        if had_focus:
            self.focus_first()


def _whole(text: str) -> str:
    """Breaks between abilities, never inside one."""
    return escape(text).replace(" ", "&nbsp;")
