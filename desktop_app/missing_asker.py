"""Asks what became of many photos that were missing at once: nothing is forgotten before a person answers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from desktop_app.library_feed import LibraryFeed
from desktop_app.widgets.main_window import MainWindow
from desktop_app.wording import counted, folder_name
from engine.photo import Folder

DELETED, KEPT = "missing were deleted", "missing are kept"


class MissingAsker(QObject):
    """One folder at a time, above the photos and not over what is said there already. Who closes the question is not
    asked again in this session, but finds it among the problems."""

    def __init__(self, feed: LibraryFeed, window: MainWindow) -> None:
        super().__init__(window)
        self._feed = feed
        self._window = window
        self._folder: Folder | None = None
        self._asked: set[tuple[int, int]] = set()
        feed.folders.connect(self._look)
        window.banner.acted.connect(self._answer)
        window.problems.missing_said.connect(feed.say_missing)

    def _look(self, folders: Sequence[Folder]) -> None:
        if self._folder is not None and not any(each.in_doubt for each in folders if each.id == self._folder.id):
            self._folder = None
            self._window.banner.take_back(DELETED)
        news = [each for each in folders if each.in_doubt and (each.id, each.in_doubt) not in self._asked]
        if news and self._window.banner.key in ("", DELETED):
            self._ask(news[0])

    def _ask(self, folder: Folder) -> None:
        self._folder = folder
        self._asked.add((folder.id, folder.in_doubt))
        said = self.tr("%s of “%s” are not where they were. They stay searchable until you say what became of them.")
        text = said % (counted(folder.in_doubt, "photo"), folder_name(folder.path))
        self._window.banner.say(text, key=DELETED, button=self.tr("They were deleted"), error=False)
        self._window.banner.offer(KEPT, self.tr("Keep them"))

    def _answer(self, key: str) -> None:
        if key in (DELETED, KEPT) and self._folder is not None:
            self._feed.say_missing(self._folder.path, key == DELETED)
            self._window.banner.take_back(DELETED)
