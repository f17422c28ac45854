"""Every photo and folder that could not be used: which, why, and what helps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.drawings import ICON_PX, drawing, icon
from desktop_app.elided_label import ElidedLabel
from desktop_app.page_column import PageColumn, title_line
from desktop_app.remedies import in_window
from desktop_app.theme import Theme
from desktop_app.translation import told
from desktop_app.wording import counted, folder_name, home_relative
from engine.photo import Folder, Problem

SHOWN = 200
AT_ONCE = 4  # rows that are made in one turn
WIDEST_PX = 920
DRAWING = QSize(240, 150)


class ProblemsPage(QWidget):
    """`retry_wanted(ids)` with all photos when empty; `show_wanted(path)` asks the file manager."""

    retry_wanted = Signal(object)
    show_wanted = Signal(object)
    rescan_wanted = Signal(object)
    missing_said = Signal(object, bool)  # a folder, and whether its missing photos were deleted
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._problems: tuple[Problem, ...] = ()
        self._offline: tuple[Folder, ...] = ()
        self._doubted: tuple[Folder, ...] = ()
        self._title = QLabel(self.tr("Problems"), self)
        self._title.setProperty("kind", "title")
        self._summary = QLabel(self)
        self._summary.setProperty("kind", "muted")
        self._summary.setWordWrap(True)
        self._retry_all = QPushButton(self.tr("Retry all"), self)
        self._retry_all.clicked.connect(lambda: self.retry_wanted.emit(()))
        self._back = QPushButton(self.tr("Back to the photos"), self)
        self._back.clicked.connect(self.closed)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # taken when it is shown; Tab goes to what can be pressed
        self.setAccessibleName(self.tr("Problems"))
        self._rows: dict[object, QWidget] = {}  # by what they tell
        self._stale = True  # rows are made when they are seen: two hundred take half a second
        self._further = QTimer(self, singleShot=True, interval=0)
        self._further.timeout.connect(self._go_on)
        self._arrange()

    def _arrange(self) -> None:
        head = QWidget(self)
        words = QVBoxLayout(head)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(4)
        words.addLayout(title_line(self._title, self._retry_all, self._back))
        words.addWidget(self._summary)
        inside = QWidget(self)
        self._rest = QLabel(inside)
        self._rest.setProperty("kind", "muted")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 24)
        self._column.setSpacing(0)
        self._column.addWidget(self._rest)
        self._column.addStretch(1)
        PageColumn(self, head, inside, widest=WIDEST_PX)

    def set_problems(self, problems: tuple[Problem, ...]) -> None:
        if problems != self._problems:
            self._problems = problems
            self._tell()

    def set_folders(self, folders: tuple[Folder, ...]) -> None:
        offline = tuple(folder for folder in folders if folder.offline)
        doubted = tuple(folder for folder in folders if folder.in_doubt)
        if (offline, doubted) != (self._offline, self._doubted):
            self._offline, self._doubted = offline, doubted
            self._tell()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for row in self._rows.values():
            self._give_up(row)
        self._rows = {}
        self._tell()

    @property
    def count(self) -> int:
        """Problem photos, unreadable subfolders, folders that are not connected, or whose photos are not there."""
        return len(self._problems) + len(self._offline) + len(self._doubted)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        if self._stale:
            self._fill()
        super().showEvent(event)

    # ---- inside ----

    def _tell(self) -> None:
        self._stale = True
        if self.isVisible():
            self._fill()

    def _go_on(self) -> None:
        if self._stale and self.isVisible():
            self._fill()

    def _fill(self) -> None:
        """Rows that stay keep place and focus; a few new ones are made at once, the others in the next turns."""
        wanted = self._wanted()
        for key in [key for key in self._rows if key not in wanted]:
            self._give_up(self._rows.pop(key))
        fresh = [key for key in wanted if key not in self._rows]
        self._rows |= {key: wanted[key]() for key in fresh[:AT_ONCE]}
        self._stale = len(fresh) > AT_ONCE
        if self._stale:
            self._further.start()
        rows = [self._rows[key] for key in wanted if key in self._rows]
        for place, row in enumerate(rows):
            if self._column.indexOf(row) != place:
                self._column.insertWidget(place, row)
        more = len(self._problems) - SHOWN
        self._rest.setText(self.tr("and %s of photos") % counted(more, "more problem", "more problems"))
        self._rest.setVisible(more > 0)
        self._summary.setText(self._said())
        self._retry_all.setEnabled(any(problem.photo_id for problem in self._problems))
        self._retry_all.setVisible(self.count > 0)
        self._order_focus(rows)

    def _wanted(self) -> dict[object, Callable[[], QWidget]]:
        """What makes each row, in their order, by what the row tells."""
        made: dict[object, Callable[[], QWidget]] = {}
        made |= {("offline", folder): partial(self._offline_row, folder) for folder in self._offline}
        made |= {("doubted", folder): partial(self._doubted_row, folder) for folder in self._doubted}
        made |= {problem: partial(self._problem_row, problem) for problem in self._problems[:SHOWN]}
        return made or {"nothing": self._nothing}

    def _give_up(self, row: QWidget) -> None:
        focus = self.window().focusWidget()
        if focus is not None and row.isAncestorOf(focus):
            self._back.setFocus()
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _order_focus(self, rows: Iterable[QWidget]) -> None:
        """Tab goes from top to bottom, also after rows came."""
        chain: list[QWidget] = [self._retry_all, self._back]
        chain += [button for row in rows for button in row.findChildren(QPushButton)]
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)

    def _said(self) -> str:
        if not self.count:
            return ""
        parts = []
        if self._problems:
            files = counted(len(self._problems), "file")
            parts.append(self.tr("%s could not be used; everything else goes on without.") % files)
        if self._offline:
            folders = counted(len(self._offline), "folder")
            parts.append(self.tr("%s cannot be reached; what was found there is kept.") % folders)
        return " ".join(parts)

    def _nothing(self) -> QWidget:
        whole = QWidget(self)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 48, 0, 0)
        picture = QLabel(whole)
        picture.setPixmap(drawing("no-problems", self._theme, size=DRAWING, scale=self.devicePixelRatioF()))
        text = QLabel(self.tr("Every photo could be read."), whole)
        text.setProperty("kind", "muted")
        for label in (picture, text):
            column.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return whole

    def _problem_row(self, problem: Problem) -> QWidget:
        reason = told(problem.reason)
        reason = reason[:1].upper() + reason[1:]
        row, buttons = self._row(
            "warning",
            folder_name(problem.path),
            os.path.dirname(problem.path),
            (reason, told(in_window(problem.remedy)) if problem.remedy else ""),
        )
        if problem.photo_id:
            retry = QPushButton(self.tr("Retry"), row)
            retry.setAccessibleName(self.tr("Retry %s") % folder_name(problem.path))
            retry.clicked.connect(lambda: self.retry_wanted.emit((problem.photo_id,)))
            buttons.addWidget(retry)
        show = QPushButton(self.tr("Show in folder"), row)
        show.setAccessibleName(self.tr("Show %s in its folder") % folder_name(problem.path))
        show.clicked.connect(lambda: self.show_wanted.emit(problem.path))
        buttons.addWidget(show)
        return row

    def _offline_row(self, folder: Folder) -> QWidget:
        why = self.tr("Not connected; %s stay searchable") % counted(folder.ready, "photo")
        row, buttons = self._row(
            "folder-offline",
            folder_name(folder.path),
            os.path.dirname(folder.path),
            (why, self.tr("connect its drive, then look again")),
        )
        again = QPushButton(self.tr("Look again"), row)
        again.clicked.connect(lambda: self.rescan_wanted.emit(folder.path))
        buttons.addWidget(again)
        return row

    def _doubted_row(self, folder: Folder) -> QWidget:
        why = self.tr("%s are not where they were; they stay searchable") % counted(folder.in_doubt, "photo")
        remedy = self.tr("put them back, or say what became of them")
        row, buttons = self._row("warning", folder_name(folder.path), os.path.dirname(folder.path), (why, remedy))
        for words, deleted in ((self.tr("Keep them"), False), (self.tr("They were deleted"), True)):
            button = QPushButton(words, row)
            button.clicked.connect(lambda _=False, said=deleted: self.missing_said.emit(folder.path, said))
            buttons.addWidget(button)
        return row

    def _row(self, icon_name: str, name: str, folder: bytes, why: tuple[str, str]) -> tuple[QWidget, QHBoxLayout]:
        row = QFrame(self)
        mark = QLabel(row)
        mark.setPixmap(icon(icon_name, self._theme.warn).pixmap(QSize(ICON_PX, ICON_PX), self.devicePixelRatioF()))
        title, said = ElidedLabel(name, row), QLabel(_sentence(*why), row)
        where = ElidedLabel(home_relative(folder), row, cut=Qt.TextElideMode.ElideMiddle)
        title.setProperty("kind", "strong")
        where.setProperty("kind", "small")
        said.setWordWrap(True)
        said.setTextFormat(Qt.TextFormat.PlainText)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (title, said, where):
            words.addWidget(label)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 12, 0, 12)
        line.setSpacing(12)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        line.addLayout(buttons)
        return row, buttons


def _sentence(reason: str, remedy: str) -> str:
    return f"{reason}. {remedy[:1].upper()}{remedy[1:]}." if remedy else f"{reason}."
