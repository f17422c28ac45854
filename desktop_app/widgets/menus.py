"""The three menus of the window: of photos, of a folder, of settings."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.settings import THEMES
from desktop_app.wording import counted

Chosen = Callable[[str], None]


def _tr(text: str) -> str:
    return QCoreApplication.translate("menus", text)


def _menu(parent: QWidget, chosen: Chosen, lines: list[tuple[str, str]]) -> QMenu:
    """Lines of (key, text); a line without a key separates."""
    menu = QMenu(parent)
    menu.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    menu.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)  # else its round corners are black
    for key, text in lines:
        if not key:
            menu.addSeparator()
            continue
        menu.addAction(text).triggered.connect(lambda _=False, key=key: chosen(key))
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def photo_menu(parent: QWidget, count: int, *, offline: bool, chosen: Chosen) -> QMenu:
    """For `count` selected photos. Keys: preview, open, show, copy, copy-path, info."""
    one = count == 1
    menu = _menu(
        parent,
        chosen,
        [
            ("preview", _tr("View large") + "\tEnter"),
            ("open", _tr("Open in default app")),
            ("show", _tr("Show in folder")),
            ("", ""),
            ("copy", _tr("Copy photo") if one else _tr("Copy %s") % counted(count, "photo")),
            ("copy-path", _tr("Copy path") if one else _tr("Copy paths")),
            ("", ""),
            ("info", _tr("More info") + "\tI"),
        ],
    )
    menu.setAccessibleName(_tr("Photo"))
    actions = menu.actions()
    for action in actions[1:3]:
        action.setEnabled(one and not offline)
    actions[0].setEnabled(one)
    return menu


def folder_menu(parent: QWidget, *, offline: bool, chosen: Chosen) -> QMenu:
    """Keys: show, rescan, remove."""
    lines = [("show", _tr("Show in file manager")), ("rescan", _tr("Look for new photos")), ("", "")]
    menu = _menu(parent, chosen, [*lines, ("remove", _tr("Remove from Afterimage…"))])
    menu.setAccessibleName(_tr("Folder"))
    menu.actions()[0].setEnabled(not offline)
    return menu


def settings_menu(parent: QWidget, theme: str, about: str, chosen: Chosen) -> QMenu:
    """Keys: theme-system, theme-dark, theme-light, keys."""
    names = {"system": _tr("Like the system"), "dark": _tr("Dark"), "light": _tr("Light")}
    menu = _menu(parent, chosen, [("heading", _tr("Appearance")), *((f"theme-{name}", names[name]) for name in THEMES)])
    menu.setAccessibleName(_tr("Settings"))
    heading, *themes = menu.actions()
    heading.setEnabled(False)
    group = QActionGroup(menu)
    for name, action in zip(THEMES, themes, strict=True):
        action.setCheckable(True)
        action.setChecked(name == theme)
        group.addAction(action)
    menu.addSeparator()
    menu.addAction(_tr("Keys") + "\t?").triggered.connect(lambda: chosen("keys"))
    menu.addSeparator()
    menu.addAction(about).setEnabled(False)
    return menu
