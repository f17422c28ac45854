"""Asked before photos are copied: where to, how large, what is left out."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app import export_plan as plan
from desktop_app.elided_label import ElidedLabel
from desktop_app.export_plan import ExportChoice
from desktop_app.theme import Theme
from desktop_app.widgets.icon_choice import IconChoice
from desktop_app.wording import counted, home_relative

WIDTH_PX = 480


class ExportDialog(QDialog):
    """`chosen(ExportChoice)` when a person says yes. `count` photos."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget, count: int, choice: ExportChoice) -> None:
        super().__init__(parent)
        self._choice = choice
        self.setWindowTitle(self.tr("Export copies"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(WIDTH_PX)
        self._title = QLabel(self.tr("Export %s") % counted(count, "photo"), self)
        self._title.setProperty("kind", "title")
        self._folder = ElidedLabel("", self, cut=Qt.TextElideMode.ElideMiddle)
        self._pick = QPushButton(self.tr("Choose…"), self)
        self._pick.setAutoDefault(False)
        self._pick.clicked.connect(self._pick_folder)
        self.size_choice = self._list(theme, plan.sizes(), choice.edge, "edge")
        self.quality = self._list(theme, plan.qualities(), choice.quality, "quality")
        self.metadata = self._list(theme, plan.metadata(), choice.metadata, "metadata")
        self.names = self._list(theme, plan.names(), choice.names, "names")
        self._said = QLabel(self)
        self._said.setProperty("kind", "muted")
        self._said.setWordWrap(True)
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._said.setMinimumHeight(2 * self.fontMetrics().lineSpacing())  # so that the buttons stay where they are
        self.yes = QPushButton(self.tr("Export"), self)
        self.yes.setProperty("kind", "action")
        self.yes.setDefault(True)
        self.yes.clicked.connect(self._accept)
        self.no = QPushButton(self.tr("Cancel"), self)
        self.no.setAutoDefault(False)
        self.no.clicked.connect(self.reject)
        self._arrange()
        self._show()

    def _list(self, theme: Theme, choices: tuple[tuple[Any, str], ...], now: Any, name: str) -> IconChoice:
        box = IconChoice(theme, self)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for value, text in choices:
            box.addItem(text, value)
        box.setCurrentIndex(box.findData(now))
        box.activated.connect(lambda at: self._change(name, box.itemData(at)))
        return box

    def _arrange(self) -> None:
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self._folder, 1)
        where.addWidget(self._pick)
        self._pick.setAccessibleName(self.tr("Choose the folder"))
        form = QGridLayout()
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(8)
        form.setColumnStretch(1, 1)
        form.addWidget(QLabel(self.tr("Folder"), self), 0, 0)
        form.addLayout(where, 0, 1)
        rows = (
            (self.tr("Size"), self.size_choice),
            (self.tr("JPEG quality"), self.quality),
            (self.tr("Leave out"), self.metadata),
            (self.tr("File names"), self.names),
        )
        for line, (text, box) in enumerate(rows, start=1):
            box.setAccessibleName(text)
            form.addWidget(QLabel(text, self), line, 0)
            form.addWidget(box, line, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.no)
        buttons.addWidget(self.yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.addWidget(self._title)
        column.addLayout(form)
        column.addWidget(self._said)
        column.addLayout(buttons)

    def choose_folder(self, folder: str) -> None:
        self._change("folder", folder)

    def _pick_folder(self) -> None:
        start = self._choice.folder or os.path.expanduser("~")
        folder = QFileDialog.getExistingDirectory(self, self.tr("Where to copy the photos"), start)
        if folder:
            self.choose_folder(folder)

    def _change(self, name: str, value: Any) -> None:
        self._choice = replace(self._choice, **{name: value})
        self._show()

    def _show(self) -> None:
        choice = self._choice
        self._folder.setText(home_relative(choice.target) if choice.folder else self.tr("None chosen yet"))
        self._said.setText(plan.explained(choice))
        self.quality.setEnabled(bool(choice.edge) or choice.metadata != "all")
        self.yes.setEnabled(bool(choice.folder))
        self.adjustSize()

    def _accept(self) -> None:
        self.chosen.emit(self._choice)
        self.accept()
