"""One window on one library: what the engine says reaches the window, what people do reaches the engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QMessageBox

from desktop_app.folder_watcher import FolderWatcher
from desktop_app.library_feed import LibraryFeed
from desktop_app.live_search import LiveSearch
from desktop_app.photo_actions import PhotoActions, copy_paths, copy_photos
from desktop_app.results_model import ResultsModel
from desktop_app.widgets import menus
from desktop_app.widgets.main_window import MainWindow
from desktop_app.window_state import WindowState
from desktop_app.wording import failure, folder_name, found, indexing, unknown
from engine import messages as m
from engine.errors import AfterimageError
from engine.photo import Folder, SearchHit

SLOW_MS = 400  # a search that takes longer is announced


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


class Session(QObject):
    """Holds what is known (`state`) and shows it. `pictures()` finds a folder worth offering at the first start."""

    def __init__(self, parts: Parts, *, pictures: Callable[[], bytes | None], folders: Sequence[bytes] = ()) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self._find_pictures = pictures
        self.state = WindowState()
        self.results: m.SearchResults | None = None
        self.model_name = ""
        self._model_loaded = False
        self._to_add = list(folders)
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self._announce_search)
        self._connect_engine()
        self._connect_window()
        self._show()

    def _connect_engine(self) -> None:
        client, search, feed = self._parts.client, self._parts.search, self._parts.feed
        client.message.connect(feed.hear)
        client.message.connect(search.hear)
        client.message.connect(self._hear_rendition)
        client.started.connect(self._started)
        client.died.connect(self._died)
        client.gave_up.connect(self._gave_up)
        search.results.connect(self._show_results)
        search.hits.connect(lambda page: self._parts.model.set_hits(page.first, page.hits, result=page.result))
        search.failed.connect(self._failed)
        search.searching.connect(self._searching)
        feed.ready.connect(self._ready)
        feed.progress.connect(self._progress)
        feed.folders.connect(self._folders)
        feed.problems.connect(self._problems)
        feed.changed.connect(search.refresh)
        feed.shrunk.connect(search.restart)
        feed.raised.connect(self._raised)
        feed.failed.connect(self._failed)

    def _connect_window(self) -> None:
        parts, window, feed, search = self._parts, self._parts.window, self._parts.feed, self._parts.search
        parts.model.page_needed.connect(lambda first, count: search.ask_page(parts.model.result, first, count))
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
        window.inspector.open_wanted.connect(parts.actions.open)
        window.inspector.show_wanted.connect(parts.actions.show_in_folder)
        window.empty.chosen.connect(self._chosen)
        window.banner.acted.connect(self._chosen)
        window.folders_dropped.connect(feed.add_folders)
        window.photos_action.connect(self._act)
        window.add_wanted.connect(self.choose_folder)
        window.rescan_wanted.connect(feed.rescan)
        window.came_forward.connect(feed.rescan_on_focus)

    # ---- the engine's life ----

    def _started(self) -> None:
        self._know(gave_up="")
        self._parts.window.banner.take_back("engine")
        self._parts.model.ask_again()
        self._parts.window.preview.forget_requests()
        self._parts.search.restart()
        self._parts.feed.ask_lists()
        self._parts.feed.add_folders(self._to_add)
        self._to_add = []

    def _died(self, _deaths: int) -> None:
        self._model_loaded = False
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
        other_model = self.model_name not in ("", ready.model_name)
        self._model_loaded, self.model_name = ready.model_loaded, ready.model_name
        if other_model:
            self._parts.search.complete()
        if not ready.folders and self.state.folders is None:
            self._know(folders=())

    def _show_results(self, results: m.SearchResults, first: bool) -> None:
        self.results = results
        self._slow.stop()
        self._parts.model.set_results(
            results.result, results.count, results.photo_ids, results.aspect_ratios, results.tones, reorder=not first
        )
        self._know(sentence=results.sentence, narrowed_to=self._parts.search.folder, count=results.count)
        self._tell_found()

    def _searching(self, searching: bool) -> None:
        if searching:
            self._slow.start()
        else:
            self._slow.stop()
            self._tell_found()

    def _announce_search(self) -> None:
        if self._parts.search.sentence.strip():
            ready, not_yet = self.tr("Searching…"), self.tr("Getting ready for the first search…")
            self._parts.window.line.say(ready if self._model_loaded else not_yet)

    def _tell_found(self) -> None:
        if self.results is None:
            return
        place = folder_name(self.state.narrowed_to) if self.state.narrowed_to is not None else ""
        self._parts.window.line.say(found(self.results, narrowed_to=place), unknown(self.results.unknown_words))

    def _progress(self, progress: m.IndexProgress) -> None:
        done = progress.ready + progress.unreadable
        self._parts.window.status.say(
            indexing(progress),
            done=done,
            of=done + progress.pending if progress.pending else 0,
            paused=progress.paused,
            can_pause=bool(progress.pending),
        )
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

    def _problems(self, problems: tuple[Any, ...]) -> None:
        window = self._parts.window
        window.problems.set_problems(problems)
        window.sidebar.set_problems(window.problems.count)

    def _failed(self, failed: m.Failed) -> None:
        if failed.error != "EngineGone":  # its end is told on its own, with a way out
            self._parts.window.banner.say(failure(failed))

    def _raised(self, folders: tuple[bytes, ...]) -> None:
        window = self._parts.window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        self._parts.feed.add_folders(folders)

    def _hear_rendition(self, event: m.Event) -> None:
        if isinstance(event, m.Rendition):
            self._parts.window.preview.set_rendition(event.photo_id, event.path)

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
        acts[key]()

    def _narrow(self, folder: bytes | None) -> None:
        self._parts.search.narrow(folder)

    def _narrow_everywhere(self) -> None:
        self._parts.window.sidebar.show_place(None)
        self._narrow(None)

    def _ask_rendition(self, photo_id: int, edge: int) -> None:
        self._parts.client.send(m.GetRendition(self._parts.client.next_id(), photo_id, edge))

    def _act(self, key: str, hits: list[SearchHit]) -> None:
        """A line of the photo menu."""
        paths = [hit.path for hit in hits]
        if key == "open":
            self._parts.actions.open(paths[0])
        elif key == "show":
            self._parts.actions.show_in_folder(paths[0])
        elif key == "copy":
            copy_photos(paths)
        elif key == "copy-path":
            copy_paths(paths)

    def _action_failed(self, error: AfterimageError) -> None:
        self._parts.window.banner.say(error.sentence())

    def _open_folder_menu(self, folder: Folder, at: Any) -> None:
        menus.folder_menu(
            self._parts.window, offline=folder.offline, chosen=lambda key: self._on_folder(key, folder)
        ).popup(at)

    def _on_folder(self, key: str, folder: Folder) -> None:
        if key == "show":
            self._parts.actions.show_in_folder(folder.path)
        elif key == "rescan":
            self._parts.feed.rescan(folder.path)
        elif self._sure_to_remove(folder):
            self._parts.feed.remove_folder(folder.id)

    def _sure_to_remove(self, folder: Folder) -> bool:
        box = QMessageBox(self._parts.window)
        box.setWindowTitle(self.tr("Remove folder"))
        box.setText(self.tr("Remove “%s” from Afterimage?") % folder_name(folder.path))
        said = self.tr("Its photos are no longer found here. The files on the disk stay as they are.")
        box.setInformativeText(said)
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        cancel.setIcon(QIcon())  # some styles put a red cross on it
        box.setDefaultButton(cancel)
        box.exec()
        return box.clickedButton() is remove

    # ---- what is shown ----

    def _know(self, **news: Any) -> None:
        state = replace(self.state, **news)
        if state.folders == () and state.pictures is None:
            state = replace(state, pictures=self._find_pictures())
        if state != self.state:
            self.state = state
            self._show()

    def _show(self) -> None:
        self._parts.window.show_state(self.state)
