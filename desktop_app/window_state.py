"""Which of its faces the middle of the window shows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
    return Notice(Face.STARTING, "", "Opening your library…")


def _welcome(state: WindowState) -> Notice:
    buttons = [("choose", "Choose a folder…")]
    if state.pictures is not None:
        buttons.append(("pictures", f"Use {folder_name(state.pictures)}"))
    return Notice(
        Face.WELCOME,
        "Find your photos by describing them",
        "Choose the folder where your photos are, or drop it here. Afterimage looks through it once; "
        "after that a sentence is enough.",
        tuple(buttons),
        "Everything stays on this computer. Your photos are never changed.",
    )


def _indexing(state: WindowState) -> Notice:
    text = "The first photos appear here in a moment."
    if state.pending:
        text = f"{counted(state.pending, 'photo')} found. The first ones appear here in a moment."
    return Notice(Face.INDEXING, "Looking through your photos", text)


def _nothing_found(state: WindowState) -> Notice:
    text = "Try other words, or fewer of them."
    if state.pending:
        text = f"{counted(state.pending, 'photo')} still to be looked at. Try again in a while, or use other words."
    title = "Nothing found"
    if state.narrowed_to is not None:
        title = f"Nothing found in {folder_name(state.narrowed_to)}"
        return Notice(Face.NOTHING_FOUND, title, text, (("everywhere", "Search all photos"), ("clear", "Clear search")))
    return Notice(Face.NOTHING_FOUND, title, text, (("clear", "Clear search"),))


def _no_photos(state: WindowState) -> Notice:
    watched = _watched(state)
    unreadable = sum(folder.unreadable for folder in watched)
    if unreadable:
        text = f"{counted(unreadable, 'photo')} could not be read."
        return Notice(Face.NO_PHOTOS, "No photo could be read", text, (("problems", "See why"),))
    name = folder_name(watched[0].path) if len(watched) == 1 else "your folders"
    text = "Afterimage reads JPEG, PNG, TIFF, WebP and more, in all subfolders."
    return Notice(Face.NO_PHOTOS, f"No photos in {name}", text, (("choose", "Add another folder…"),))


def _offline(state: WindowState) -> Notice:
    watched = _watched(state)
    name = folder_name(watched[0].path) if len(watched) == 1 else "Your folders"
    text = "Connect the drive, then look again. What was found before is kept."
    return Notice(Face.OFFLINE, f"{name} cannot be reached", text, (("rescan", "Look again"),))


def _gave_up(state: WindowState) -> Notice:
    return Notice(Face.GAVE_UP, "The search engine has stopped", state.gave_up, (("restart", "Start it again"),))
