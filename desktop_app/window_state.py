"""Which of its faces the middle of the window shows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop_app.translation import tr
from desktop_app.wording import counted, folder_name
from engine.photo import Folder


class Face(StrEnum):
    STARTING = "starting"
    WELCOME = "welcome"
    INDEXING = "indexing"
    PHOTOS = "photos"
    NOTHING_FOUND = "nothing-found"
    NO_PHOTOS = "no-photos"
    OFFLINE = "offline"
    GAVE_UP = "gave-up"


@dataclass(frozen=True, slots=True)
class WindowState:
    """What is known of engine, library and search. `count` is None until the newest search has answered."""

    folders: tuple[Folder, ...] | None = None  # None: the engine has not said yet
    sentence: str = ""
    narrowed_to: bytes | None = None
    count: int | None = None
    pending: int = 0
    scanning: bool = False
    gave_up: str = ""
    pictures: bytes | None = None  # the platform's own folder of photos, where it is worth offering


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said where there are no photos: a drawing, a sentence, at most two buttons of (key, text)."""

    face: Face
    title: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    footnote: str = ""


def face(state: WindowState) -> Face:
    if state.count:
        return Face.PHOTOS
    if state.gave_up:
        return Face.GAVE_UP
    if state.folders is None:
        return Face.STARTING
    if not state.folders:
        return Face.WELCOME
    if state.count is None:
        return Face.PHOTOS
    if state.pending or state.scanning:
        return Face.NOTHING_FOUND if state.sentence.strip() else Face.INDEXING
    if state.sentence.strip():
        return Face.NOTHING_FOUND
    return Face.OFFLINE if _watched(state) and all(folder.offline for folder in _watched(state)) else Face.NO_PHOTOS


def _watched(state: WindowState) -> list[Folder]:
    folders = state.folders or ()
    return [folder for folder in folders if state.narrowed_to in (None, folder.path)]


def notice(state: WindowState) -> Notice:
    """What the face says; for every face but PHOTOS."""
    which = face(state)
    sayings = {
        Face.STARTING: _starting,
        Face.WELCOME: _welcome,
        Face.INDEXING: _indexing,
        Face.NOTHING_FOUND: _nothing_found,
        Face.NO_PHOTOS: _no_photos,
        Face.OFFLINE: _offline,
        Face.GAVE_UP: _gave_up,
    }
    return sayings[which](state)


def _starting(_: WindowState) -> Notice:
    return Notice(Face.STARTING, "", tr("Opening your library…"))


def _welcome(state: WindowState) -> Notice:
    buttons = [("choose", tr("Choose a folder…"))]
    if state.pictures is not None:
        buttons.append(("pictures", tr("Use %s") % folder_name(state.pictures)))
    return Notice(
        Face.WELCOME,
        tr("Find your photos by describing them"),
        tr(
            "Choose the folder where your photos are, or drop it here. Afterimage looks through it once; "
            "after that a sentence is enough."
        ),
        tuple(buttons),
        tr("Everything stays on this computer. Your photos are never changed."),
    )


def _indexing(state: WindowState) -> Notice:
    text = tr("The first photos appear here in a moment.")
    if state.pending:
        text = tr("%s found. The first ones appear here in a moment.") % counted(state.pending, "photo")
    return Notice(Face.INDEXING, tr("Looking through your photos"), text)


def _nothing_found(state: WindowState) -> Notice:
    text = tr("Try other words, or fewer of them.")
    if state.pending:
        said = tr("%s still to be looked at. Try again in a while, or use other words.")
        text = said % counted(state.pending, "photo")
    title = tr("Nothing found")
    if state.narrowed_to is not None:
        title = tr("Nothing found in %s") % folder_name(state.narrowed_to)
        return Notice(
            Face.NOTHING_FOUND, title, text, (("everywhere", tr("Search all photos")), ("clear", tr("Clear search")))
        )
    return Notice(Face.NOTHING_FOUND, title, text, (("clear", tr("Clear search")),))


def _no_photos(state: WindowState) -> Notice:
    watched = _watched(state)
    unreadable = sum(folder.unreadable for folder in watched)
    if unreadable:
        text = tr("%s could not be read.") % counted(unreadable, "photo")
        return Notice(Face.NO_PHOTOS, tr("No photo could be read"), text, (("problems", tr("See why")),))
    name = folder_name(watched[0].path) if len(watched) == 1 else tr("your folders")
    text = tr("Afterimage reads JPEG, PNG, TIFF, WebP and more, in all subfolders.")
    return Notice(Face.NO_PHOTOS, tr("No photos in %s") % name, text, (("choose", tr("Add another folder…")),))


def _offline(state: WindowState) -> Notice:
    watched = _watched(state)
    name = folder_name(watched[0].path) if len(watched) == 1 else tr("Your folders")
    text = tr("Connect the drive, then look again. What was found before is kept.")
    return Notice(Face.OFFLINE, tr("%s cannot be reached") % name, text, (("rescan", tr("Look again")),))


def _gave_up(state: WindowState) -> Notice:
    return Notice(
        Face.GAVE_UP, tr("The search engine has stopped"), state.gave_up, (("restart", tr("Start it again")),)
    )
