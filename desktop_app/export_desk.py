"""Connects the line of the photo menu, the dialog, the engine and the line at the bottom."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop_app.export_feed import ExportFeed
from desktop_app.export_plan import ExportChoice, copied, from_json
from desktop_app.results_model import ResultsModel
from desktop_app.settings import Settings
from desktop_app.theme import Theme
from desktop_app.translation import tr
from desktop_app.widgets.export_dialog import ExportDialog
from desktop_app.widgets.main_window import MainWindow
from desktop_app.wording import counted, failure, home_relative, number
from engine.messages import Failed

KEY = "export"
SHOWN_PROBLEMS = 3


class ExportDesk(QObject):
    """`ended(text)` when copies are there; `show_wanted(path)` asks the file manager."""

    ended = Signal(str)
    show_wanted = Signal(object)

    def __init__(
        self,
        feed: ExportFeed,
        window: MainWindow,
        model: ResultsModel,
        *,
        settings: Settings,
        theme: Callable[[], Theme],
    ) -> None:
        super().__init__(window)
        self._feed, self._window, self._model = feed, window, model
        self._settings, self._theme = settings, theme
        self._cut = False  # by the end of the engine, of which the banner speaks until it is back
        window.photos_action.connect(lambda key, hits: self._ask() if key == KEY else None)
        window.export_line.stop_wanted.connect(feed.stop)
        window.banner.acted.connect(lambda key: self.show_wanted.emit(feed.choice.target) if key == KEY else None)
        feed.progress.connect(self._tell)
        feed.done.connect(self._tell_done)
        feed.stopped.connect(self._tell_stopped)
        feed.failed.connect(self._tell_failed)

    def _ask(self) -> None:
        """One export at a time: the line at the bottom shows it."""
        if self._feed.running:
            self._window.banner.say(tr("An export is still running: wait for it, or stop it."), error=False)
            return
        photo_ids = self._window.choice.photo_ids()
        choice = from_json(self._settings.export_choice)
        dialog = ExportDialog(self._theme(), self._window, len(photo_ids), choice)
        dialog.chosen.connect(lambda choice: self._begin(photo_ids, choice))
        dialog.open()

    def _begin(self, photo_ids: list[int], choice: ExportChoice) -> None:
        self._settings.export_choice = choice.to_json()
        self._feed.export(photo_ids, choice)
        self._tell(0, len(photo_ids))

    def _tell(self, done: int, total: int) -> None:
        where = home_relative(self._feed.choice.target)
        said = tr("Copying %s of %s to %s") % (number(done), counted(total, "photo"), where)
        self._window.export_line.say(said, done=done, of=total)

    def _tell_done(self, written: int, problems: list[list[str]]) -> None:
        self._window.export_line.say("")
        said = copied(written, self._feed.choice.target)
        if problems:
            first = "; ".join(f"{name}: {reason}" for name, reason in problems[:SHOWN_PROBLEMS])
            said = f"{said} {tr('%s could not be copied:') % counted(len(problems), 'photo')} {first}"
        self._window.banner.say(said, key=KEY, button=tr("Show folder"), good=not problems)
        self.ended.emit(said)

    def _tell_stopped(self) -> None:
        self._window.export_line.say("")
        said = tr("The export was stopped. What was copied until then stays.")
        self._window.banner.say(said, key=KEY, button=tr("Show folder"), error=False)

    def _tell_failed(self, failed: Failed) -> None:
        self._window.export_line.say("")
        self._cut = failed.error == "EngineGone"
        self._window.banner.say(failure(failed))

    def tell_what_was_cut(self) -> None:
        """Once the engine is back: nobody else says that not all copies are there."""
        if self._cut:
            self._cut = False
            self._tell_stopped()
