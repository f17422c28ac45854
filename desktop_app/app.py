"""Composition root of the window: builds its parts, connects them, and runs them until the window is closed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NoReturn

from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from desktop_app import screen
from desktop_app.alike_feed import AlikeFeed
from desktop_app.collector import settle_collector
from desktop_app.comparing import Comparing
from desktop_app.drawings import app_icon
from desktop_app.engine_client import EngineClient
from desktop_app.example_tray import ExampleTray
from desktop_app.export_desk import ExportDesk
from desktop_app.export_feed import ExportFeed
from desktop_app.folder_watcher import FolderWatcher
from desktop_app.judgment_feed import JudgmentFeed
from desktop_app.late_sidecars import LateSidecars
from desktop_app.library_feed import LibraryFeed
from desktop_app.live_search import LiveSearch
from desktop_app.missing_asker import MissingAsker
from desktop_app.model_chooser import ModelChooser
from desktop_app.model_compute_chooser import ModelComputeChooser
from desktop_app.model_compute_feed import ModelComputeFeed
from desktop_app.models_feed import ModelsFeed
from desktop_app.notifier import Notifier, send_by_desktop
from desktop_app.pasted_pictures import PastedPictures
from desktop_app.photo_actions import PhotoActions, release_clipboard
from desktop_app.photo_deeds import PhotoDeeds
from desktop_app.query_parts import QueryParts
from desktop_app.quit_signals import QuitSignals
from desktop_app.result_teller import ResultTeller
from desktop_app.results_model import ResultsModel
from desktop_app.session import Client, Parts, Session
from desktop_app.setting_chooser import SettingChooser
from desktop_app.settings import THEMES, Settings, settings_file
from desktop_app.settings_feed import SettingsFeed
from desktop_app.tag_parts import TagParts
from desktop_app.theme import BASE_PX, DARK, LIGHT, Theme, palette, stylesheet, system_theme
from desktop_app.thumbnail_loader import ThumbnailLoader
from desktop_app.tour_guide import TourGuide
from desktop_app.translation import Translation, language_of, tr
from desktop_app.tray import Tray
from desktop_app.why_feed import WhyFeed
from desktop_app.why_teller import WhyTeller
from desktop_app.widgets.main_window import MainWindow
from desktop_app.widgets.setting_page import SettingPage
from engine.config import VERSION
from engine.engine_line import raise_running_window
from engine.locations import Locations

DESKTOP_FILE = "io.github.afterimage.Afterimage"
FONTS = ("Inter-Regular", "Inter-Medium", "Inter-SemiBold")
PREVIEW_CACHE_BYTES = 384 * 2**20
PHOTO_ENDINGS = (".jpg", ".jpeg", ".png", ".heic", ".tif", ".tiff", ".webp")
LOOKED_AT = 500  # entries of the Pictures folder, to know whether it is worth offering

MakeClient = Callable[[bytes | None], Client]


@dataclass(frozen=True, slots=True)
class Options:
    folders: tuple[bytes, ...] = ()
    library: bytes | None = None
    theme: str = ""
    self_test: bool = False


class _Parser(argparse.ArgumentParser):
    """A mistake is one sentence with a remedy, as everywhere on the command line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"afterimage: {message[:1].upper()}{message[1:]} (see: afterimage --help)\n")


def options(argv: Sequence[str]) -> Options:
    """Reads the arguments; leaves with status 2 where they make no sense."""
    parser = _Parser(prog="afterimage", description="Find your photos by describing them.")
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help="watch these folders")
    parser.add_argument("--library", metavar="DIR", help="keep the library here instead of in the usual place")
    parser.add_argument("--theme", choices=THEMES, default="", help="for this start only")
    parser.add_argument("--self-test", action="store_true", help="try everything on drawn photos, then leave")
    said = parser.parse_args(list(argv))
    return Options(
        folders=tuple(os.path.abspath(os.fsencode(folder)) for folder in said.folders),
        library=os.path.abspath(os.fsencode(said.library)) if said.library is not None else None,
        theme=said.theme,
        self_test=said.self_test,
    )


def main(argv: Sequence[str] | None = None, *, make_client: MakeClient = EngineClient) -> int:
    """Opens the window, or brings the one that is open forward, and returns the exit status."""
    chosen = options(sys.argv[1:] if argv is None else argv)
    if not chosen.self_test and raise_running_window(chosen.library, chosen.folders):
        return 0
    app = application()
    if chosen.self_test:
        from desktop_app import self_test

        return self_test.run(lambda library, folders: AppWindow(app, Options(folders, library), make_client))
    signals = QuitSignals(app)
    window = AppWindow(app, chosen, make_client)
    window.show()
    settle_collector()
    status = app.exec()
    window.close()
    signals.close()
    return status


def application() -> QApplication:
    """The one QApplication, with our style, font and name."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else screen.application("afterimage")
    app.setApplicationName("afterimage")
    app.setApplicationDisplayName("Afterimage")
    app.setApplicationVersion(VERSION)
    app.setDesktopFileName(DESKTOP_FILE)
    app.setWindowIcon(app_icon())
    app.setStyle("Fusion")
    app.setFont(bundled_font())
    return app


@cache
def load_fonts() -> None:
    """Once: a font that is loaded again throws away what Qt remembers of all fonts."""
    for name in FONTS:
        file = resources.files("resources").joinpath("fonts").joinpath(f"{name}.ttf")
        QFontDatabase.addApplicationFontFromData(file.read_bytes())


def bundled_font() -> QFont:
    """Inter, 13 px; the system's font for scripts that it lacks."""
    load_fonts()
    font = QFont("Inter")
    font.setPixelSize(BASE_PX)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def pictures_folder() -> bytes | None:
    """The platform's folder of photos, if there seem to be any in it."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    seen = 0
    for _, _, names in os.walk(folder):
        seen += 1 + len(names)
        if any(name.lower().endswith(PHOTO_ENDINGS) for name in names):
            return os.fsencode(folder)
        if seen > LOOKED_AT:
            break
    return None


class AppWindow:
    """The window with everything behind it. `show` paints it and then starts the engine; `close` ends all threads."""

    def __init__(self, app: QApplication, chosen: Options, make_client: MakeClient) -> None:
        self._app = app
        self._theme_of_this_start = chosen.theme
        self.settings = Settings(settings_file(chosen.library))
        self._translation = Translation(app)
        self._translation.use(language_of(self.settings.language))
        self._apply(self._theme())
        self._loaders = (ThumbnailLoader(), ThumbnailLoader(cache_bytes=PREVIEW_CACHE_BYTES))
        self.model = ResultsModel(self._loaders[0])
        self.client = make_client(chosen.library)
        self.window = MainWindow(self._theme(), self.model, self._loaders[1])
        self._watcher = FolderWatcher(self.window)
        self._pasted = PastedPictures(Locations.at(chosen.library).cache)
        parts = self._parts()
        self.session = Session(parts, pictures=pictures_folder, folders=chosen.folders)
        MissingAsker(parts.feed, self.window)
        models = ModelsFeed(self.client, self.window)
        self.client.message.connect(models.hear)
        self.chooser = ModelChooser(models, self.window, self.settings)
        compute = ModelComputeFeed(self.client, self.window)
        self.client.message.connect(compute.hear)
        ModelComputeChooser(compute, models, self.window.models)
        parts.teller.models_wanted.connect(self.chooser.recommend)
        self._build_settings()
        self._build_export()
        self._build_comparing()
        self._build_guests()
        models.fetched.connect(lambda title: self.notifier.tell(tr("%s is ready to use") % title))
        self.window.closing.connect(self._remember)
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._restore()

    def _parts(self) -> Parts:
        client, window, model = self.client, self.window, self.model
        search, alike = LiveSearch(client, window), AlikeFeed(client, window)
        why, judgments = WhyFeed(client, window), JudgmentFeed(client, window)
        examples, actions = ExampleTray(window.field, search, self._pasted), PhotoActions(window)
        client.message.connect(alike.hear)
        PhotoDeeds(window, model, actions, examples, judgments)
        self.tags = TagParts(client, window, model, search=search, settings=self.settings, theme=self._theme())
        self.query = QueryParts(
            client, window, model, search=search, examples=examples, tags=self.tags, theme=self._theme()
        )
        return Parts(
            client=client,
            window=window,
            model=model,
            search=search,
            feed=LibraryFeed(client, window),
            actions=actions,
            watcher=self._watcher,
            teller=ResultTeller(search, model, window, alike),
            examples=examples,
            why=why,
            why_teller=WhyTeller(why, judgments, window),
            judgments=judgments,
        )

    def _build_settings(self) -> None:
        page, feed = SettingPage(self._theme(), self.window), SettingsFeed(self.client, self.window)
        self.setting_page = page
        self.client.message.connect(feed.hear)
        self.window.add_page("settings", page)
        there = QSystemTrayIcon.isSystemTrayAvailable
        self.setting_chooser = SettingChooser(
            feed, self.window, self.settings, page=page, about=self._about, tray_there=there
        )
        self.setting_chooser.theme_chosen.connect(self._choose_theme)
        self.setting_chooser.show_wanted.connect(self.session.show_in_folder)
        self.setting_chooser.forgotten.connect(self.session.forget_results)
        late = LateSidecars(self.client, self.window, self.settings, page=page)
        self.setting_chooser.late_sidecars_wanted.connect(late.write)
        self.client.message.connect(late.hear)

    def _build_export(self) -> None:
        feed = ExportFeed(self.client, self.window)
        self.client.message.connect(feed.hear)
        self.exports = ExportDesk(feed, self.window, self.model, settings=self.settings, theme=self._theme)
        self.exports.show_wanted.connect(self.session.show_in_folder)
        self.client.started.connect(self.exports.tell_what_was_cut)

    def _build_comparing(self) -> None:
        loader, theme = self._loaders[1], self._theme()
        self.comparing = Comparing(
            self.client, self.window, self.model, loader=loader, settings=self.settings, theme=theme
        )

    def _build_guests(self) -> None:
        """What shows itself beside the window, or over it."""
        self.notifier = Notifier(self.window, self.settings, send_by_desktop)
        self.session.progressed.connect(self.notifier.hear)
        self.exports.ended.connect(self.notifier.tell)
        self.tour = TourGuide(self.window, self.settings)
        self.session.state_shown.connect(self.tour.follow)
        self.setting_chooser.tour_wanted.connect(self.tour.begin)
        self.tray = Tray(self._app, self.window, self.settings)

    def show(self) -> None:
        self.window.show()
        self.window.search.setFocus()
        QTimer.singleShot(0, self.window, self.client.start)

    def close(self) -> None:
        """Ends engine and threads; the window is gone afterwards."""
        self._app.styleHints().colorSchemeChanged.disconnect(self._follow_system)
        self.tray.close()
        self.window.close()
        self.client.stop()
        self._watcher.close()
        for part in (*self._loaders, self.tags):
            part.close()
        self._pasted.clear()
        release_clipboard()
        self.window.deleteLater()
        self._translation.close()

    # ---- theme and settings ----

    def _theme(self) -> Theme:
        name = self._theme_of_this_start or self.settings.theme
        return {"dark": DARK, "light": LIGHT}.get(name) or system_theme(self._app)

    def _apply(self, theme: Theme) -> None:
        sheet = stylesheet(theme)
        self._app.setPalette(palette(theme))
        if sheet != self._app.styleSheet():  # every widget that there is would be looked at anew
            self._app.setStyleSheet(sheet)

    def _follow_system(self) -> None:
        theme = self._theme()
        self._apply(theme)
        self.window.set_theme(theme)
        self.tags.set_theme(theme)
        self.query.set_theme(theme)

    def _choose_theme(self) -> None:
        """What a person chooses stands above what this start was told."""
        self._theme_of_this_start = ""
        self._follow_system()

    def _about(self) -> str:
        return f"Afterimage {VERSION}" + (f", {self.session.model_name}" if self.session.model_name else "")

    def _restore(self) -> None:
        settings, window = self.settings, self.window
        if not settings.geometry.isEmpty():
            window.restoreGeometry(settings.geometry)
        window.sidebar.fold(settings.sidebar_folded)
        window.show_inspector(settings.inspector_open)
        window.grid.set_squares(settings.squares)
        if settings.row_height:
            window.grid.set_row_height(settings.row_height)

    def _remember(self) -> None:
        settings, window = self.settings, self.window
        settings.geometry = window.saveGeometry()
        settings.sidebar_folded = window.sidebar.is_folded
        settings.inspector_open = window.inspector_open
        settings.row_height = window.grid.row_height
        settings.squares = window.grid.squares
        settings.save()
