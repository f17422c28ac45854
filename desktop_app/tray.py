"""An icon that stays when the window is closed, for those who want new photos indexed all day. Off until chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from desktop_app.drawings import app_icon
from desktop_app.settings import Settings
from desktop_app.translation import tr
from desktop_app.widgets.main_window import MainWindow


class TrayIcon(Protocol):
    """What is used of QSystemTrayIcon."""

    activated: Any

    def setContextMenu(self, menu: QMenu) -> None: ...  # noqa: N802

    def show(self) -> None: ...

    def hide(self) -> None: ...


def system_icon() -> TrayIcon | None:
    """None where this desktop has no place for one."""
    return QSystemTrayIcon(app_icon()) if QSystemTrayIcon.isSystemTrayAvailable() else None


class Tray(QObject):
    """Follows the setting. While there is an icon, closing the window only hides it."""

    def __init__(
        self,
        app: QApplication,
        window: MainWindow,
        settings: Settings,
        *,
        make: Callable[[], TrayIcon | None] = system_icon,
    ) -> None:
        super().__init__(window)
        self._app, self._window, self._settings, self._make = app, window, settings, make
        self._icon: TrayIcon | None = None
        self._menu = QMenu(window)
        self._menu.addAction(tr("Open Afterimage")).triggered.connect(self.open)
        self._menu.addAction(tr("Quit")).triggered.connect(self.quit)
        settings.changed.connect(lambda name: self._follow() if name == "tray" else None)
        window.quit_wanted.connect(self.quit)
        self._follow()

    @property
    def shown(self) -> bool:
        return self._icon is not None

    def open(self) -> None:
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def quit(self) -> None:
        """The window and everything behind it."""
        self._window.close()
        if self.shown:
            self._app.quit()

    def close(self) -> None:
        if self._icon is not None:
            self._icon.hide()
            self._icon = None
        self._app.setQuitOnLastWindowClosed(True)

    def _follow(self) -> None:
        if not self._settings.tray:
            self.close()
        elif self._icon is None and (icon := self._make()) is not None:
            self._icon = icon
            icon.setContextMenu(self._menu)
            icon.activated.connect(lambda _: self.open())
            icon.show()
            self._app.setQuitOnLastWindowClosed(False)
