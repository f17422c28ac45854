"""One window on one library: what the engine says reaches the window, what people do reaches the engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from desktop_app.example_tray import ExampleTray
from desktop_app.folder_watcher import FolderWatcher
from desktop_app.judgment_feed import JudgmentFeed
from desktop_app.library_feed import LibraryFeed
from desktop_app.live_search import LiveSearch
from desktop_app.photo_actions import PhotoActions
from desktop_app.result_teller import ResultTeller
from desktop_app.results_model import ResultsModel
from desktop_app.sure import sure
from desktop_app.why_feed import WhyFeed
from desktop_app.why_teller import WhyTeller
from desktop_app.widgets import menus
from desktop_app.widgets.main_window import MainWindow
from desktop_app.window_state import WindowState
from desktop_app.wording import complaint, failure, folder_name, indexing
from engine import messages as m
from engine.errors import AfterimageError
from engine.photo import Folder

INDEXING = "indexing"  # names what is said of indexing itself, which nobody asked for


class Client(Protocol):
    """What is used of the engine client; its signals are message, started, died and gave_up."""

    message: Any
    started: Any
    died: Any
    gave_up: Any

    def next_id(self) -> int: ...

    def send(self, request: m.Request) -> None: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


@dataclass(frozen=True)
class Parts:
    """Everything that a session connects; built by the composition root."""

    client: Client
    window: MainWindow
    model: ResultsModel
    search: LiveSearch
    feed: LibraryFeed
    actions: PhotoActions
    watcher: FolderWatcher
    teller: ResultTeller
    examples: ExampleTray
    why: WhyFeed
    why_teller: WhyTeller
    judgments: JudgmentFeed


class Session(QObject):
    """Holds what is known (`state`) and shows it. `pictures()` finds a folder worth offering at the first start."""

    state_shown = Signal(object)  # WindowState
    progressed = Signal(object)  # IndexProgress

    def __init__(self, parts: Parts, *, pictures: Callable[[], bytes | None], folders: Sequence[bytes] = ()) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._find_pictures = pictures
        self._looked_for_pictures = False
        self.state = WindowState()
        self.model_name = ""
        self._model_loaded = False
        self._indexed = 0
        self._to_add = list(folders)
        self._connect_engine()
        self._connect_window()
        self._show()

    def _connect_engine(self) -> None:
        client, search, feed = self._parts.client, self._parts.search, self._parts.feed
        client.message.connect(feed.hear)
        client.message.connect(search.hear)
        client.message.connect(self._parts.why.hear)
        client.message.connect(self._parts.judgments.hear)
        client.message.connect(self._hear_rendition)
        client.started.connect(self._started)
        client.died.connect(self._died)
        client.gave_up.connect(self._gave_up)
        search.failed.connect(self._search_failed)
        self._parts.teller.told.connect(self._results_told)
        self._parts.judgments.failed.connect(self._failed)
        feed.ready.connect(self._ready)
        feed.progress.connect(self._progress)
        feed.folders.connect(self._folders)
        feed.problems.connect(self._problems)
        feed.changed.connect(search.refresh)
        feed.shrunk.connect(search.restart)
        feed.raised.connect(self._raised)
        feed.failed.connect(self._failed)
        feed.not_added.connect(lambda path: self._to_add.append(path))  # as soon as there is an engine

    def _connect_window(self) -> None:
        parts, window, feed, search = self._parts, self._parts.window, self._parts.feed, self._parts.search
        parts.model.page_needed.connect(lambda first, count: search.ask_page(parts.model.result, first, count))
        parts.model.modelAboutToBeReset.connect(search.forget_pages)
        parts.watcher.changed.connect(feed.rescan)
        parts.actions.failed.connect(self._action_failed)
        window.search.typed.connect(search.type)
        window.search.search_now.connect(search.search_now)
        window.grid.visible_range.connect(parts.model.show)
        window.preview.rendition_needed.connect(self._ask_rendition)
        window.sidebar.place_chosen.connect(self._narrow)
        window.sidebar.folder_menu.connect(self._open_folder_menu)
        window.status.pause_wanted.connect(feed.pause)
        window.problems.retry_wanted.connect(feed.retry)
        window.problems.rescan_wanted.connect(feed.rescan)
        window.problems.show_wanted.connect(parts.actions.show_in_folder)
        window.empty.chosen.connect(self._chosen)
        window.banner.acted.connect(self._chosen)
        window.folders_dropped.connect(feed.add_folders)
        parts.examples.folders_dropped.connect(feed.add_folders)
        parts.examples.text_dropped.connect(window.search.insert)
        parts.examples.failed.connect(self._action_failed)
        window.add_wanted.connect(self.choose_folder)
        window.rescan_wanted.connect(feed.rescan)
        window.came_forward.connect(feed.rescan_on_focus)

    # ---- the engine's life ----

    def _started(self) -> None:
        self._know(gave_up="")
        self._parts.window.banner.take_back("engine")
        self._parts.model.ask_again()
        self._parts.window.preview.ask_again()
        self._parts.search.restart()
        self._parts.feed.ask_lists()
        self._parts.feed.add_folders(self._to_add)
        self._to_add = []

    def _died(self, _deaths: int) -> None:
        self._model_loaded = self._parts.teller.model_loaded = False
        said = self.tr("The search engine stopped unexpectedly and is being started again. Nothing is lost.")
        self._parts.window.banner.say(said, key="engine", error=False)

    def _gave_up(self, sentence: str) -> None:
        self._know(gave_up=sentence)
        if self.state.count:
            self._parts.window.banner.say(sentence, key="engine", button=self.tr("Start it again"))
        else:
            self._parts.window.banner.hide()  # the empty state says it

    def restart_engine(self) -> None:
        self._know(gave_up="")
        self._parts.window.banner.take_back("engine")
        self._parts.client.start()

    # ---- what the engine says ----

    def _ready(self, ready: m.EngineReady) -> None:
        again = self._model_loaded and ready.model_loaded  # another model or head answers from now on
        other_model = self.model_name not in ("", ready.model_name)
        self._model_loaded, self.model_name = ready.model_loaded, ready.model_name
        self._parts.teller.model_loaded = ready.model_loaded
        if other_model or again:
            self._parts.why.forget()
            self._parts.search.complete()
        if not ready.folders and self.state.folders is None:
            self._know(folders=())

    @property
    def results(self) -> m.SearchResults | None:
        return self._parts.teller.results

    def _results_told(self, results: m.SearchResults) -> None:
        inquiry = self._parts.search.inquiry
        asked = results.sentence.strip() or ("like" if inquiry.examples else "")
        self._know(sentence=asked, narrowed_to=inquiry.folder, count=results.count)
        self._parts.why_teller.set_results(results)

    def _search_failed(self, failed: m.Failed) -> None:
        """An example photo that cannot be read is given up, with the reason."""
        self._failed(failed)
        if failed.path in self._parts.search.inquiry.examples:
            self._parts.examples.give_up(failed.path)

    def _progress(self, progress: m.IndexProgress) -> None:
        done = progress.ready + progress.unreadable
        if progress.ready > self._indexed:
            self._parts.window.banner.take_back(INDEXING)  # what stopped it is over
        self._indexed = progress.ready
        self._parts.window.status.say(
            indexing(progress),
            done=done,
            of=done + progress.pending if progress.pending else 0,
            paused=progress.paused,
            can_pause=bool(progress.pending),
        )
        self.progressed.emit(progress)
        was_indexing = bool(self.state.pending)
        self._know(pending=progress.pending, scanning=progress.scanning)
        if was_indexing and not progress.pending and self.results and self.results.searched < self.results.total:
            self._parts.search.complete()

    def _folders(self, folders: tuple[Folder, ...]) -> None:
        window = self._parts.window
        self._know(folders=folders)
        window.sidebar.set_folders(folders)
        window.problems.set_folders(folders)
        window.sidebar.set_problems(window.problems.count)
        self._parts.watcher.set_folders([folder.path for folder in folders if not folder.offline])
        self._parts.watcher.set_away([folder.path for folder in folders if folder.offline])

    def _problems(self, problems: tuple[Any, ...]) -> None:
        window = self._parts.window
        window.problems.set_problems(problems)
        window.sidebar.set_problems(window.problems.count)

    def _failed(self, failed: m.Failed) -> None:
        if failed.error != "EngineGone":  # its end is told on its own, with a way out
            self._parts.window.banner.say(failure(failed), key="" if failed.request else INDEXING)

    def _raised(self, folders: tuple[bytes, ...]) -> None:
        window = self._parts.window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        self._parts.feed.add_folders(folders)

    def _hear_rendition(self, event: m.Event) -> None:
        if isinstance(event, m.Rendition):
            edge = max(event.width, event.height)
            self._parts.window.preview.set_rendition(event.photo_id, event.path, edge)

    # ---- what people do ----

    def choose_folder(self) -> None:
        start = os.fsdecode(self.state.pictures or os.path.expanduser("~"))
        chosen = QFileDialog.getExistingDirectory(self._parts.window, self.tr("Add a folder of photos"), start)
        if chosen:
            self._parts.feed.add_folders([os.fsencode(chosen)])

    def _chosen(self, key: str) -> None:
        """A button of an empty state or of the banner."""
        window = self._parts.window
        acts = {
            "choose": self.choose_folder,
            "pictures": lambda: self._parts.feed.add_folders([self.state.pictures] if self.state.pictures else []),
            "clear": window.search.clear,
            "everywhere": self._narrow_everywhere,
            "rescan": self._parts.feed.rescan,
            "problems": window.show_problems,
            "restart": self.restart_engine,
            "engine": self.restart_engine,
        }
        acts.get(key, lambda: None)()  # others have banners too

    def _narrow(self, folder: bytes | None) -> None:
        self._parts.search.narrow(folder)

    def _narrow_everywhere(self) -> None:
        self._parts.window.sidebar.show_place(None)
        self._narrow(None)

    def _ask_rendition(self, photo_id: int, edge: int) -> None:
        self._parts.client.send(m.GetRendition(self._parts.client.next_id(), photo_id, edge))

    def _action_failed(self, error: AfterimageError) -> None:
        self._parts.window.banner.say(complaint(error))

    def _open_folder_menu(self, folder: Folder, at: Any) -> None:
        menus.folder_menu(self._parts.window, folder, chosen=lambda key: self._on_folder(key, folder)).popup(at)

    def _on_folder(self, key: str, folder: Folder) -> None:
        if key == "show":
            self._parts.actions.show_in_folder(folder.path)
        elif key == "rescan":
            self._parts.feed.rescan(folder.path)
        elif key == "pause":
            self._parts.feed.pause_folder(folder.id, not folder.paused)
        elif self._sure_to_remove(folder):
            self._parts.feed.remove_folder(folder.id)

    def _sure_to_remove(self, folder: Folder) -> bool:
        asked = self.tr("Remove “%s” from Afterimage?") % folder_name(folder.path)
        detail = self.tr("Its photos are no longer found here. The files on the disk stay as they are.")
        return sure(self._parts.window, self.tr("Remove folder"), asked, detail=detail, yes=self.tr("Remove"))

    def show_in_folder(self, path: bytes) -> None:
        self._parts.actions.show_in_folder(path)

    def forget_results(self) -> None:
        """The library was emptied."""
        self._parts.feed.ask_lists()
        self._parts.search.restart()

    # ---- what is shown ----

    def _know(self, **news: Any) -> None:
        state = replace(self.state, **news)
        if state.folders == () and not self._looked_for_pictures:
            self._looked_for_pictures = True
            state = replace(state, pictures=self._find_pictures())
        if state != self.state:
            self.state = state
            self._show()

    def _show(self) -> None:
        self._parts.window.show_state(self.state)
        self.state_shown.emit(self.state)
