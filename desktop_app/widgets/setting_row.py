"""One line of the page of settings: what it is, what it does, and its control at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.setting_look import Kind, SettingLook
from desktop_app.theme import Theme
from desktop_app.widgets.icon_choice import IconChoice
from desktop_app.widgets.setting_switch import SettingSwitch

CONTROL_PX = 176


class SettingRow(QWidget):
    """`changed(key, value)`: a bool of a switch, a str of a choice, None of a button."""

    changed = Signal(str, object)

    def __init__(self, theme: Theme, look: SettingLook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._title = QLabel(look.title, self)
        self._title.setProperty("kind", "strong")
        self._title.setWordWrap(True)
        self._text = QLabel(look.text, self)
        self._text.setProperty("kind", "muted")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text.setVisible(bool(look.text))
        self.control = self._make_control(theme)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._text)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 10, 0, 10)
        line.setSpacing(24)
        line.addLayout(words, 1)
        if self.control is not None:
            self.control.setAccessibleName(look.title)
            self.control.setAccessibleDescription(look.text)
            line.addWidget(self.control, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _make_control(self, theme: Theme) -> SettingSwitch | IconChoice | QPushButton | None:
        look = self.look
        if look.kind is Kind.SWITCH:
            switch = SettingSwitch(theme, self)
            switch.clicked.connect(lambda on: self.changed.emit(look.key, on))
            return switch
        if look.kind is Kind.CHOICE:
            choice = IconChoice(theme, self)
            choice.setFixedWidth(CONTROL_PX)
            for value, name in look.choices:
                choice.addItem(name, value)
            choice.activated.connect(lambda at: self.changed.emit(look.key, choice.itemData(at)))
            return choice
        if not look.button:
            return None
        button = QPushButton(look.button, self)
        button.clicked.connect(lambda: self.changed.emit(look.key, None))
        return button

    def set_value(self, value: bool | str) -> None:
        """Without telling it back. A choice that is none of its own is shown as none."""
        if isinstance(self.control, SettingSwitch):
            self.control.setChecked(bool(value))
        elif isinstance(self.control, IconChoice):
            self.control.setCurrentIndex(self.control.findData(value))

    def set_text(self, text: str) -> None:
        self._text.setText(text)
        self._text.setVisible(bool(text))
        if self.control is not None:
            self.control.setAccessibleDescription(text)

    @property
    def text(self) -> str:
        return self._text.text()

    def set_theme(self, theme: Theme) -> None:
        if isinstance(self.control, SettingSwitch | IconChoice):
            self.control.set_theme(theme)
