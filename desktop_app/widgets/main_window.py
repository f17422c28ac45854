"""The window: three zones around one box. Arranges its parts and the keys; knows nothing of engines."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.dropped import dropped_folders, drops_file, drops_folder, take_copy
from desktop_app.photo_choice import PhotoChoice
from desktop_app.results_model import ResultsModel
from desktop_app.theme import Theme
from desktop_app.thumbnail_loader import ThumbnailLoader
from desktop_app.widgets.banner import Banner
from desktop_app.widgets.drop_hint import DropHint
from desktop_app.widgets.empty_state import EmptyState
from desktop_app.widgets.export_line import ExportLine
from desktop_app.widgets.grid_view import LARGEST_ROW_PX, SMALLEST_ROW_PX
from desktop_app.widgets.icon_button import IconButton
from desktop_app.widgets.inspector import Inspector
from desktop_app.widgets.model_offer import ModelOffer
from desktop_app.widgets.models_page import ModelsPage
from desktop_app.widgets.photo_grid import PhotoGrid
from desktop_app.widgets.preview import Preview
from desktop_app.widgets.problems_page import ProblemsPage
from desktop_app.widgets.result_line import ResultLine
from desktop_app.widgets.search_field import SearchField
from desktop_app.widgets.search_notes import SearchNotes
from desktop_app.widgets.shortcuts_sheet import ShortcutsSheet
from desktop_app.widgets.sidebar import Sidebar
from desktop_app.widgets.status_line import StatusLine
from desktop_app.widgets.tour_card import TourCard
from desktop_app.widgets.window_keys import bind_keys
from desktop_app.widgets.window_pages import AsidePage, WindowPages
from desktop_app.window_state import Face, WindowState, face, notice
from engine.search_hit import SearchHit

BAR_PX, BAR_PAD_PX = 64, 12
SEARCH_PX = 680


class MainWindow(QWidget):
    """Its parts are attributes: whoever wires the window connects to them. `loader` is the preview's own."""

    folders_dropped = Signal(object)  # list of bytes
    photos_action = Signal(str, object)  # key of the photo menu, list of hits
    pasted = Signal(object)  # QMimeData, while another part than the search box has the focus
    add_wanted = Signal()
    rescan_wanted = Signal()
    came_forward = Signal()
    closing = Signal()
    quit_wanted = Signal()

    def __init__(self, theme: Theme, model: ResultsModel, loader: ThumbnailLoader) -> None:
        super().__init__()
        self._model = model
        self._panels_hidden = False
        self._welcoming = False  # the first start shows one thing only
        self._inspector_open = False
        self.setWindowTitle("Afterimage")
        self.setMinimumSize(720, 480)
        self.resize(1280, 800)
        self.setAcceptDrops(True)
        self.sidebar = Sidebar(theme, self)
        self.field = SearchField(theme, self)
        self.search = self.field.box
        self.line = ResultLine(theme, (SMALLEST_ROW_PX, LARGEST_ROW_PX), self)
        self.notes = SearchNotes(theme, self)
        self.banner = Banner(theme, self)
        self.grid = PhotoGrid(theme, self)
        self.grid.setModel(model)
        self.empty = EmptyState(theme, self)
        self.problems = ProblemsPage(theme, self)
        self.models = ModelsPage(theme, self)
        self.offer = ModelOffer(theme, self)
        self.preview = Preview(theme, loader, self)
        self.preview.set_model(model)
        self.inspector = Inspector(theme, self)
        self.status = StatusLine(theme, self)
        self.export_line = ExportLine(self)
        self._info = IconButton(theme, "inspector", self.tr("What is known of a photo"), self, key="I")
        self._info.setCheckable(True)
        self.choice = PhotoChoice(self, model, self.grid, self.preview)
        self._arrange()
        self.sheet = ShortcutsSheet(self)
        self.tour = TourCard(theme, self)
        self._drop_hint = DropHint(self)
        self._connect()
        self._install_keys()
        self.inspector.hide()

    def _arrange(self) -> None:
        self._bar = QWidget(self)
        self._bar.setMinimumHeight(BAR_PX)
        self._bar.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(16, BAR_PAD_PX, 16, BAR_PAD_PX)
        bar.addSpacing(BAR_PX - 2 * BAR_PAD_PX)
        bar.addStretch(1)
        self.field.setMaximumWidth(SEARCH_PX)
        bar.addWidget(self.field, 100)
        bar.addStretch(1)
        side = BAR_PX - 2 * BAR_PAD_PX
        self._info.setFixedSize(side, side)  # as high as the box, however many chips that holds
        bar.addWidget(self._info, 0, Qt.AlignmentFlag.AlignTop)
        self._pages = WindowPages(self.grid, self.empty, self.preview, self)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        for part in (self._bar, self.line, self.notes, self.banner):
            middle.addWidget(part)
        middle.addWidget(self._pages, 1)
        for part in (self.offer, self.export_line, self.status):
            middle.addWidget(part)
        zones = QHBoxLayout(self)
        zones.setContentsMargins(0, 0, 0, 0)
        zones.setSpacing(0)
        zones.addWidget(self.sidebar)
        zones.addLayout(middle, 1)
        zones.addWidget(self.inspector)
        for first, second in self._tab_order():
            QWidget.setTabOrder(first, second)

    def _tab_order(self) -> tuple[tuple[QWidget, QWidget], ...]:
        fold = self.grid.fold.button
        order = (self.field, self.line, self.notes, self.grid, fold, self._info, self.sidebar)
        return tuple(pairwise(order))

    def _connect(self) -> None:
        self.search.left_downwards.connect(self.enter_photos)
        self.line.size_chosen.connect(self.grid.set_row_height)
        self.line.set_size(self.grid.row_height)
        self.grid.row_height_changed.connect(self.line.set_size)
        self.grid.activated.connect(self.open_preview)
        self.choice.acted.connect(self._act)
        self.preview.closed.connect(self.close_preview)
        self.preview.moved_to.connect(self.grid.set_current_row)
        self._pages.changed.connect(self._page_changed)
        self.tour.turned.connect(self._show_offer)
        self.add_page("problems", self.problems)
        self.add_page("models", self.models)
        self.sidebar.add_wanted.connect(self.add_wanted)
        self.sidebar.place_chosen.connect(lambda _: self.show_grid())
        self.sidebar.page_chosen.connect(self.show_page)
        self._info.clicked.connect(self.show_inspector)

    def _install_keys(self) -> None:
        """After Lightroom's."""
        actions: dict[str, Callable[[], object]] = {
            "/": self.focus_search,
            "Ctrl+F": self.focus_search,
            "Esc": self.go_back,
            "G": self.show_grid,
            "E": lambda: self.open_preview(self.choice.apart() if self.page else self.grid.currentIndex().row()),
            "Q": lambda: self.grid.set_squares(not self.grid.squares),
            "Shift+D": self.grid.select_day,
            "I": lambda: self.show_inspector(not self.inspector_shown),
            "F": self.toggle_full_screen,
            "F11": self.toggle_full_screen,
            "Ctrl+O": self.add_wanted.emit,
            "F5": self.rescan_wanted.emit,
            "Ctrl+Q": self.quit_wanted.emit,
            "?": self.sheet.open,
            "Ctrl+,": lambda: self.show_page("settings"),
            "Ctrl+V": lambda: self.pasted.emit(QGuiApplication.clipboard().mimeData()),
        }
        bind_keys(self, {**actions, **self.choice.keys()}, self.sheet)
        only_here = {"Tab": self.toggle_panels, "Ctrl+Tab": lambda: self.focusNextPrevChild(True)}
        bind_keys(self.grid, only_here, self.sheet, here_only=True)

    # ---- what is shown ----

    def add_page(self, key: str, page: AsidePage) -> None:
        """Something else than photos, shown in their place by `show_page(key)`."""
        self._pages.add_aside(key, page)
        page.closed.connect(self.show_grid)

    def show_state(self, state: WindowState) -> None:
        """The face that fits what is known; an open page and an open preview stay."""
        which = face(state)
        if which is not Face.PHOTOS:
            self.empty.say(notice(state))
        self._pages.set_front(self.grid if which is Face.PHOTOS else self.empty)
        self._welcoming = which is Face.WELCOME
        self._show_panels()

    def _page_changed(self, page: QWidget) -> None:
        self.line.show_size(page is self.grid)
        self.line.setVisible(page in (self.grid, self.empty))
        self.notes.setVisible(page in (self.grid, self.empty) and bool(self.notes.text))
        self._show_offer()
        self._show_panels()

    def show_grid(self) -> None:
        """Back to the photos, or to what stands in their place."""
        self._pages.turn_to(self._pages.front)
        self.sidebar.show_place(self.sidebar.place)
        self.focus_photos()

    def show_page(self, key: str) -> None:
        """A page that was added."""
        page = self._pages.aside(key)
        self._pages.turn_to(page)
        page.setFocus()
        self.sidebar.show_place(self.sidebar.place, page=key)

    @property
    def page(self) -> str:
        """The key of the page that is shown in place of the photos; empty while there is none."""
        return self._pages.key

    def show_problems(self) -> None:
        self.show_page("problems")

    def show_models(self) -> None:
        self.show_page("models")

    def offer_model(self, text: str) -> None:
        """Below the photos; an empty text takes it back."""
        self.offer.say(text)
        self._show_offer()

    def _show_offer(self) -> None:
        """One thing at a time: not while the tour speaks."""
        there = bool(self.offer.text) and self.tour.isHidden()
        self.offer.setVisible(there and self._pages.currentWidget() is self.grid)

    def open_preview(self, row: int) -> None:
        if 0 <= row < self._model.rowCount():
            self._pages.turn_to(self.preview)
            self.preview.open(row)
            self.preview.setFocus()

    def close_preview(self) -> None:
        row = self.preview.row
        self.show_grid()
        if 0 <= row < self._model.rowCount():
            self.grid.set_current_row(row)

    @property
    def previewing(self) -> bool:
        return self._pages.currentWidget() is self.preview

    def focus_photos(self) -> None:
        self._pages.front.setFocus()

    def enter_photos(self) -> None:
        """Down out of the search box: the grid shows where the arrow keys start from."""
        self.focus_photos()
        if self.grid.isVisible() and not self.grid.selected_parts() and self.grid.model().rowCount():
            self.grid.set_current_row(max(self.grid.currentIndex().row(), 0))

    def focus_search(self) -> None:
        if self.page:
            self.show_grid()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def go_back(self) -> None:
        """One step out of wherever one is."""
        if self.tour.isVisible():
            self.tour.skipped.emit()
        elif self.previewing:
            self.close_preview()
        elif self.page:
            if not self._pages.step_back():
                self.show_grid()
        elif self.grid.hasFocus() and self.grid.selected_parts():
            self.grid.clearSelection()
        elif self.line.offers_back:
            self.line.back_wanted.emit()
        elif self.search.clearable:
            self.search.clear()
        elif self.isFullScreen():
            self.toggle_full_screen()
        else:
            self.focus_photos()

    def show_inspector(self, shown: bool) -> None:
        """Panels that were hidden come back with it."""
        self._inspector_open = shown
        self._panels_hidden = self._panels_hidden and not shown
        self._show_panels()
        self.choice.tell_to(self.inspector if shown else None)

    @property
    def inspector_open(self) -> bool:
        return self._inspector_open

    @property
    def inspector_shown(self) -> bool:
        """Open, and not hidden with all panels."""
        return self._inspector_open and not self._panels_hidden

    def toggle_panels(self) -> None:
        self._panels_hidden = not self._panels_hidden
        self._show_panels()

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _show_panels(self) -> None:
        alone = self.previewing and self.isFullScreen()
        hidden = self._panels_hidden or self._welcoming or alone
        self._bar.setVisible(not self._welcoming and not alone)
        self.sidebar.setVisible(not hidden)
        self._info.setEnabled(not self.page)
        self._info.setChecked(self.inspector_shown and not self.page)
        self.inspector.setVisible(self._inspector_open and not hidden and not self.page)

    def set_theme(self, theme: Theme) -> None:
        parts = (
            self.sidebar,
            self.field,
            self.line,
            self.notes,
            self.inspector,
            self.banner,
            self.grid,
            self.empty,
            self._pages,
        )
        for part in (*parts, self.preview, self.offer, self.status, self._info, self.tour):
            part.set_theme(theme)

    def _act(self, key: str, hits: list[SearchHit]) -> None:
        """A line of the photo menu, or its key."""
        parts = self.choice.parts()
        row = parts[0].start if parts else -1
        if key == "preview":
            self.open_preview(row)
        elif key == "info":
            self.show_inspector(True)
        elif key == "alike":
            if not self.previewing and sum(map(len, parts)) == 1:
                self.grid.alike_wanted.emit(row)
        else:
            self.photos_action.emit(key, hits)

    # ---- Qt's events ----

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if event.source() is None and drops_folder(event.mimeData()):
            take_copy(event)
            below = self._bar.geometry().bottom() + 1 if drops_file(event.mimeData()) else 0
            self._drop_hint.show_over(QRect(0, below, self.width(), self.height() - below))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self._drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self._drop_hint.hide()
        take_copy(event)
        self.folders_dropped.emit(dropped_folders(event.mimeData()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.sheet.setGeometry(self.rect())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.came_forward.emit()
        elif event.type() == QEvent.Type.WindowStateChange:
            self._show_panels()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self.closing.emit()
        super().closeEvent(event)
