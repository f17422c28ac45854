"""Left: all photos, the folders with their counts and state, problems, settings. Folds to icons."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_app.drawings import mark
from desktop_app.theme import Theme
from desktop_app.translation import tr
from desktop_app.widgets.icon_button import IconButton
from desktop_app.widgets.icon_entry import EntryLook, IconEntry
from desktop_app.widgets.sidebar_section import SidebarSection
from desktop_app.wording import counted, folder_name, home_relative, number
from engine.photo import Folder

WIDE_PX, NARROW_PX = 232, 60
HEAD_PX = 64


def folder_look(folder: Folder) -> EntryLook:
    """A folder as one line; its state as a second one where it is not simply done."""
    tip = home_relative(folder.path)
    name, count = folder_name(folder.path), number(folder.ready + folder.inside)
    if folder.offline:
        return EntryLook(
            "folder-offline",
            name,
            count,
            tr("Not connected"),
            f"{tip}\n{tr('Not connected: its photos stay searchable')}",
            dim=True,
        )
    seen = folder.ready + folder.unreadable
    total = seen + folder.pending
    if folder.paused:
        said = tr("Paused at %s of %s") % (number(seen), number(total)) if folder.pending else tr("Paused")
        return EntryLook("pause", name, count, said, tip, dim=True)
    if folder.pending:
        said = tr("Indexing %s of %s") % (number(seen), number(total))
        return EntryLook("folder", name, "", said, tip, share=seen / total)
    return EntryLook("folder", name, count, tip=tip)


class Sidebar(QWidget):
    """`place_chosen(path)` narrows to a folder, None is everything."""

    place_chosen = Signal(object)
    page_chosen = Signal(str)
    add_wanted = Signal()
    folder_menu = Signal(object, QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._folded = False
        self._place: bytes | None = None
        self._page = ""  # problems or models; empty for photos
        self._folders: dict[int, tuple[Folder, IconEntry]] = {}
        self._above: list[SidebarSection] = []
        self._below: list[SidebarSection] = []
        self._logo = QLabel(self)
        self._logo.setPixmap(mark(24, self.devicePixelRatioF()))
        self._name = QLabel("Afterimage", self)
        self._name.setProperty("kind", "heading")
        self._fold = IconButton(theme, "sidebar", self.tr("Fold the sidebar"), self)
        self._fold.clicked.connect(lambda: self.fold(not self._folded))
        self._all = self._entry(EntryLook("photos", self.tr("All photos")))
        self._all.clicked.connect(lambda: self._choose(None))
        self._heading = QLabel(self.tr("Folders"), self)
        self._heading.setProperty("kind", "small")
        add = EntryLook("folder-add", self.tr("Add folder…"), tip=self.tr("Add folder  (Ctrl+O)"))
        self._add = self._entry(add, checkable=False)
        self._add.clicked.connect(self.add_wanted)
        self._problems = self._entry(EntryLook("warning", self.tr("Problems"), loud=True))
        self._problems.clicked.connect(lambda: self._choose_page("problems"))
        self._problems.hide()
        self._models = self._entry(EntryLook("models", self.tr("Models")))
        self._models.clicked.connect(lambda: self._choose_page("models"))
        self._settings = self._entry(EntryLook("settings", self.tr("Settings"), tip=self.tr("Settings  (Ctrl+,)")))
        self._settings.clicked.connect(lambda: self._choose_page("settings"))
        self._arrange()
        self._order_focus()
        self._mark()
        self._show_folded()

    def _entry(self, look: EntryLook, *, checkable: bool = True) -> IconEntry:
        entry = IconEntry(self._theme, look, self)
        entry.setCheckable(checkable)
        return entry

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(10, 0, 0, 0)
        head.setSpacing(10)
        head.addWidget(self._logo)
        head.addWidget(self._name, 1)
        head.addWidget(self._fold)
        self._head = QWidget(self)
        self._head.setLayout(head)
        self._head.setFixedHeight(HEAD_PX)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(2)
        self._list.addWidget(self._add)
        inside = QWidget()
        self._inside = QVBoxLayout(inside)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(2)
        self._inside.addWidget(self._heading)
        self._inside.addLayout(self._list)
        self._inside.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 8)
        column.setSpacing(2)
        for part in (self._head, self._all):
            column.addWidget(part)
        self._heading.setContentsMargins(12, 16, 0, 4)
        column.addWidget(scroll, 1)
        for part in (self._problems, self._models, self._settings):
            column.addWidget(part)

    def add_section(self, section: SidebarSection, *, last: bool = False) -> None:
        """Above the folders, below those that were added before; `last`: below the folders, as long as it likes."""
        self._inside.insertWidget(self._inside.count() - 1 if last else len(self._above), section)
        (self._below if last else self._above).append(section)
        section.set_folded(self._folded)
        section.entries_changed.connect(self._order_focus)
        section.marked.connect(self._mark)
        self._order_focus()

    # ---- slots ----

    def set_folders(self, folders: tuple[Folder, ...]) -> None:
        ids = [folder.id for folder in folders]
        if ids != list(self._folders):
            self._make_entries(folders)
        for folder in folders:
            entry = self._folders[folder.id][1]
            self._folders[folder.id] = (folder, entry)
            entry.set_look(folder_look(folder))
        total = sum(folder.ready for folder in folders)
        self._all.set_look(EntryLook("photos", self.tr("All photos"), number(total) if folders else ""))
        if self._place is not None and self._place not in [folder.path for folder in folders]:
            self._choose(None)
        self._mark()

    def set_problems(self, count: int) -> None:
        self._problems.set_look(
            EntryLook("warning", self.tr("Problems"), number(count), tip=counted(count, "problem"), loud=True)
        )
        self._problems.setVisible(count > 0 or self._page == "problems")

    def set_models(self, detail: str, share: float | None) -> None:
        """What happens to the models in a few words; `share` (0 to 1) of it is done."""
        self._models.set_look(EntryLook("models", self.tr("Models"), detail=detail, share=share))

    def show_place(self, place: bytes | None, *, page: str = "") -> None:
        """Mark what is shown, without telling it back."""
        self._place, self._page = place, page
        self._mark()

    def fold(self, folded: bool) -> None:
        if folded != self._folded:
            self._folded = folded
            self._show_folded()

    @property
    def place(self) -> bytes | None:
        """The folder that is chosen, None for all photos."""
        return self._place

    @property
    def is_folded(self) -> bool:
        return self._folded

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for part in self._parts():
            part.set_theme(theme)
        self._fold.set_theme(theme)

    # ---- inside ----

    def _entries(self) -> list[IconEntry]:
        return [
            self._all,
            self._add,
            self._problems,
            self._models,
            self._settings,
            *(entry for _, entry in self._folders.values()),
        ]

    @property
    def _sections(self) -> list[SidebarSection]:
        return [*self._above, *self._below]

    def _parts(self) -> list[IconEntry | SidebarSection]:
        return [*self._entries(), *self._sections]

    def _make_entries(self, folders: tuple[Folder, ...]) -> None:
        before, self._folders = self._folders, {}
        for place, folder in enumerate(folders):
            known = before.pop(folder.id, None)  # which keeps the focus
            entry = known[1] if known is not None else self._folder_entry(folder)
            self._list.insertWidget(place, entry)
            self._folders[folder.id] = (folder, entry)
        for _, gone in before.values():
            self._list.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._order_focus()

    def _folder_entry(self, folder: Folder) -> IconEntry:
        entry = self._entry(folder_look(folder))
        entry.set_folded(self._folded)
        entry.clicked.connect(lambda: self._choose(folder.path))
        entry.menu_wanted.connect(lambda at: self.folder_menu.emit(self._folders[folder.id][0], at))
        return entry

    def _order_focus(self) -> None:
        """Tab goes from top to bottom, also after folders came."""
        chain = [self._fold, self._all, *(entry for section in self._above for entry in section.entries())]
        chain += [*(entry for _, entry in self._folders.values()), self._add]
        chain += [entry for section in self._below for entry in section.entries()]
        chain += [self._problems, self._models, self._settings]
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)

    def _choose(self, place: bytes | None) -> None:
        self.show_place(place)
        self.place_chosen.emit(place)

    def _choose_page(self, page: str) -> None:
        self.show_place(self._place, page=page)
        self.page_chosen.emit(page)

    def _mark(self) -> None:
        for section in self._sections:
            section.rest(bool(self._page))
        elsewhere = bool(self._page) or any(section.is_marked for section in self._sections)
        self._all.setChecked(self._place is None and not elsewhere)
        self._problems.setChecked(self._page == "problems")
        self._models.setChecked(self._page == "models")
        self._settings.setChecked(self._page == "settings")
        for folder, entry in self._folders.values():
            entry.setChecked(folder.path == self._place and not self._page)

    def _show_folded(self) -> None:
        self.setFixedWidth(NARROW_PX if self._folded else WIDE_PX)
        for part in (self._logo, self._name):
            part.setVisible(not self._folded)
        self._heading.setText("" if self._folded else self.tr("Folders"))
        self._fold.set_name(self.tr("Unfold the sidebar") if self._folded else self.tr("Fold the sidebar"))
        layout = self._head.layout()
        if layout is not None:
            layout.setContentsMargins(6 if self._folded else 10, 0, 0, 0)
        for entry in self._parts():
            entry.set_folded(self._folded)
