"""Marks that were given while no sidecar was written: how many photos have such, and writing them afterwards."""

from __future__ import annotations

import json

from PySide6.QtCore import QObject

from desktop_app.live_search import Asker
from desktop_app.settings import Settings
from desktop_app.translation import told, tr
from desktop_app.widgets.main_window import MainWindow
from desktop_app.widgets.setting_page import SettingPage
from desktop_app.wording import counted, failure
from engine.messages import Event, Failed, Reply, WriteSidecars

KEY = "late_sidecars"


class LateSidecars(QObject):
    """Speaks in a line of the page of settings, and at the end of the writing in the window's banner."""

    def __init__(self, asker: Asker, window: MainWindow, settings: Settings, *, page: SettingPage) -> None:
        super().__init__(window)
        self._asker, self._window, self._settings, self._page = asker, window, settings, page
        self._asked: WriteSidecars | None = None
        settings.changed.connect(lambda name: self.look() if name == "write_sidecars" else None)
        page.shown.connect(self.look)
        self._offer(0)

    def look(self) -> None:
        """Counts anew; what is being written goes on."""
        if self._asked is not None and not self._asked.count:
            return
        if self._settings.write_sidecars:
            self._ask(count=True)
            self._page.set_possible(KEY, False, tr("Looking…"))
        else:
            self._asked = None
            self._offer(0)

    def write(self) -> None:
        self._ask(count=False)
        self._page.set_possible(KEY, False, tr("Writing… You can go on working."))

    def hear(self, event: Event) -> None:
        if not isinstance(event, Reply | Failed) or self._asked is None or event.request != self._asked.request:
            return
        asked, self._asked = self._asked, None
        if isinstance(event, Failed):
            if not event.cancelled:
                self._window.banner.say(failure(event))
            self._offer(0)
            return
        answer = json.loads(event.value)
        if asked.count:
            self._offer(answer["photos"])
        else:
            self._tell_written(answer["photos"], answer["problems"])
            self.look()

    def _ask(self, *, count: bool) -> None:
        self._asked = WriteSidecars(self._asker.next_id(), count=count)
        self._asker.send(self._asked)

    def _offer(self, photos: int) -> None:
        if not self._settings.write_sidecars:
            self._page.set_possible(KEY, False, tr("For when writing is switched on."))
            return
        self._page.set_possible(KEY, photos > 0, tr("Every mark of yours has found its file."))
        if photos:
            said = (
                tr("%s has marks that no sidecar holds.") if photos == 1 else tr("%s have marks that no sidecar holds.")
            )
            self._page.row(KEY).set_text(said % counted(photos, "photo"))

    def _tell_written(self, photos: int, problems: list[str]) -> None:
        if problems:
            more = len(problems) - 1
            self._window.banner.say(told(problems[0]) + (" " + tr("(and %d more like it)") % more if more else ""))
        else:
            said = tr("Marks of %s were written beside the photos.") % counted(photos, "photo")
            self._window.banner.say(said, key=KEY, good=True)
