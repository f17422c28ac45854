"""The two menus of the window: of photos, and of a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.line_menu import line_menu
from desktop_app.plain_text import on_button
from desktop_app.widgets.mark_menu import add_marks
from desktop_app.wording import counted
from engine.photo import Folder

Chosen = Callable[[str], None]


def _tr(text: str) -> str:
    return QCoreApplication.translate("menus", text)


@dataclass(frozen=True, slots=True)
class PhotoMenu:
    """What it is about: `count` photos, `alike` more behind the one pressed; whether there is a `sentence` that they
    may match, what a person said of that (1 yes, -1 no), and whether the photo is seen large already."""

    count: int
    offline: bool = False
    alike: int = 0
    sentence: bool = False
    verdict: int = 0
    large: bool = False
    place: bool = False
    collection: str = ""

    def lines(self) -> list[tuple[str, str]]:
        one = self.count == 1
        made = [] if self.large else [("preview", _tr("View large") + "\tEnter")]
        if 2 <= self.count <= 4:
            made.append(("compare", _tr("Side by side") + "\tC"))
        made += [("open", _tr("Open in default app")), ("show", _tr("Show in folder"))]
        made += [("", ""), ("like", _tr("More like this") + "\tM"), ("unlike", _tr("Less like this") + "\tL")]
        if self.alike and one and not self.large:
            made.append(("alike", _tr("Show all %s") % counted(self.alike + 1, "photo") + "\tS"))
        if self.sentence:
            made += [("", ""), ("yes", _tr("Yes, this matches") + "\tY"), ("no", _tr("No, it does not") + "\tN")]
        made += [("", ""), ("tag", _tr("Add tags…") + "\tT")]
        if self.sentence:
            made.append(("tag-these", _tr("Tag all that match…") + "\tShift+T"))
        made += [("quick-collection", _tr("Quick collection") + "\tB"), ("collect", _tr("Add to collection…"))]
        if self.collection:
            made.append(("take-out", _tr("Take out of %s") % on_button(self.collection) + "\tDel"))
        made += [("", ""), ("copy", _tr("Copy photo") if one else _tr("Copy %s") % counted(self.count, "photo"))]
        made += [("copy-path", _tr("Copy path") if one else _tr("Copy paths"))]
        if self.place:
            made.append(("copy-place", _tr("Copy place")))
        made += [("export", _tr("Export copies…") + "\tCtrl+Shift+E")]
        return [*made, ("", ""), ("info", _tr("More info") + "\tI")]


def photo_menu(parent: QWidget, about: PhotoMenu, chosen: Chosen) -> QMenu:
    """Keys: preview, open, show, like, unlike, alike, yes, no, copy, copy-path, info."""
    menu = line_menu(parent, _tr("Photo"), about.lines(), chosen=chosen)
    one = about.count == 1
    for action in menu.actions():
        key = action.data()
        if key == "preview":
            action.setEnabled(one)
        elif key == "tag":
            menu.insertMenu(action, add_marks(menu, chosen))
        elif key in ("open", "show"):
            action.setEnabled(one and not about.offline)
        elif key in ("yes", "no"):
            action.setCheckable(True)
            action.setChecked(about.verdict == (1 if key == "yes" else -1))
    return menu


def folder_menu(parent: QWidget, folder: Folder, *, chosen: Chosen) -> QMenu:
    """Keys: show, rescan, pause, remove."""
    lines = [("show", _tr("Show in file manager")), ("rescan", _tr("Look for new photos"))]
    pause = _tr("Go on with this folder") if folder.paused else _tr("Pause this folder")
    lines += [("pause", pause), ("", "")]
    lines.append(("remove", _tr("Remove from Afterimage…")))
    menu = line_menu(parent, _tr("Folder"), lines, chosen=chosen)
    menu.actions()[0].setEnabled(not folder.offline)
    menu.actions()[1].setEnabled(not folder.paused)
    return menu
