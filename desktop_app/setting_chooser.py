"""Connects the page of settings with what it changes: the window, its own file, and the engine."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStyle

from desktop_app.setting_look import ROW_SIZES, sections
from desktop_app.settings import FLAGS, Settings
from desktop_app.settings_feed import SettingsFeed
from desktop_app.translation import tr
from desktop_app.widgets.main_window import MainWindow
from desktop_app.widgets.setting_page import SettingPage
from desktop_app.wording import failure, file_size
from engine.messages import Failed

BATTERY = {True: "pause", False: "go on"}


class SettingChooser(QObject):
    """`about()` gives version and model; `tray_there()` says whether this desktop has a place for an icon."""

    theme_chosen = Signal()
    tour_wanted = Signal()
    late_sidecars_wanted = Signal()
    show_wanted = Signal(object)  # path, in the file manager
    forgotten = Signal()  # the library is empty now

    def __init__(
        self,
        feed: SettingsFeed,
        window: MainWindow,
        settings: Settings,
        *,
        page: SettingPage,
        about: Callable[[], str],
        tray_there: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._feed, self._window, self._settings, self._page = feed, window, settings, page
        self._about, self._tray_there = about, tray_there
        page.set_sections(sections(about()))
        page.changed.connect(self._change)
        page.forget_confirmed.connect(feed.forget_everything)
        page.shown.connect(self._page_shown)
        feed.changed.connect(self._show)
        feed.checked.connect(self._tell_report)
        feed.forgotten.connect(self._tell_forgotten)
        feed.failed.connect(self._tell_failed)
        self._apply_motion()

    # ---- what people do ----

    def _change(self, key: str, value: Any) -> None:
        acts: dict[str, Callable[[], object]] = {
            "theme": lambda: self._choose_theme(value),
            "language": lambda: setattr(self._settings, "language", value),
            "row_size": lambda: self._window.grid.set_row_height(ROW_SIZES[value]),
            "models": self._window.show_models,
            "decoders": lambda: self._feed.set(key, value),
            "on battery": lambda: self._feed.set(key, BATTERY[value]),
            "library": lambda: self.show_wanted.emit(os.fsencode(self._feed.data)),
            "proof": self._check,
            "late_sidecars": self.late_sidecars_wanted.emit,
            "keys": self._window.sheet.open,
            "tour": self.tour_wanted.emit,
        }
        if key in FLAGS:
            self._settings.set_flag(key, value)
            self._apply_motion()
        else:
            acts[key]()

    def _choose_theme(self, name: str) -> None:
        self._settings.theme = name
        self.theme_chosen.emit()

    def _check(self) -> None:
        self._page.row("proof").set_text(tr("Looking…"))
        self._feed.check()

    def _apply_motion(self) -> None:
        """Where the desktop wants none, there is none either."""
        style = self._window.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
        animated = style > 0 and not self._settings.reduced_motion
        self._window.grid.set_animated(animated)
        self._window.preview.set_animated(animated)

    # ---- what is shown ----

    def _page_shown(self) -> None:
        self._feed.ask()
        self._show()

    def _show(self) -> None:
        page, settings = self._page, self._settings
        for name in FLAGS:
            if name in page.keys:
                page.row(name).set_value(settings.flag(name))
        page.row("theme").set_value(settings.theme)
        page.row("language").set_value(settings.language)
        page.row("row_size").set_value(self._row_size())
        page.row("about").set_text(self._about())
        page.set_possible("tray", self._tray_there(), tr("This desktop has no tray."))
        if self._feed.values:
            page.row("decoders").set_value(self._feed.values["decoders"])
            page.row("on battery").set_value(self._feed.values["on battery"] == "pause")
            page.set_possible("on battery", self._feed.battery, tr("This computer has no battery."))
            page.row("library").set_text(self._feed.data)

    def _row_size(self) -> str:
        """The one that is nearest to what is shown now."""
        now = self._window.grid.row_height
        return min(ROW_SIZES, key=lambda name: abs(ROW_SIZES[name] - now))

    def _tell_report(self, report: dict[str, Any]) -> None:
        network, disk, database = report["network"], report["disk"], report["database"]
        learned = sum(model["bytes"] for model in report["models"])
        size = file_size(database["bytes"] + disk["thumbnail_bytes"] + learned)
        said = tr("Internet connections now: %d. Attempts refused since the start: %d.")
        guard = tr("Python refuses every one.") if network["refused"] is not None else tr("Nothing would refuse one.")
        counts = said % (network["connections"], network["refused"] or 0)
        self._page.row("proof").set_text(f"{counts} {guard}")
        self._page.row("library").set_text(tr("%s, %s") % (self._feed.data, size))

    def _tell_forgotten(self, photos: int) -> None:
        self.forgotten.emit()
        self._window.show_grid()
        said = tr("The library is empty. Your photos are where they were.")
        self._window.banner.say(said, key="forgotten", good=True)

    def _tell_failed(self, failed: Failed) -> None:
        self._window.banner.say(failure(failed))
