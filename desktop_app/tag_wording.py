"""What was done to tags and marks, as a sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.tag_feed import Done
from desktop_app.wording import counted

LABELS = {"6": "Red", "7": "Yellow", "8": "Green", "9": "Blue"}  # Lightroom's keys


def _tr(text: str) -> str:
    return QCoreApplication.translate("tag_wording", text)


def told(done: Done) -> str:
    """ "Tagged 37 photos with boats"; empty where nothing changed."""
    if not done.what:
        nothing = {"undone": _tr("Nothing to undo"), "redone": _tr("Nothing to redo")}
        return nothing.get(done.how, "")
    said = _said(done.what, counted(done.photos, "photo"))
    if done.how == "done":
        return said
    return (_tr("Undone: %s") if done.how == "undone" else _tr("Redone: %s")) % said


def _said(what: str, photos: str) -> str:
    verb, _, rest = what.partition(" ")
    for begins, said in _collections().items():
        if what.startswith(begins):
            return said % (photos, what.removeprefix(begins))
    if what.startswith("take away "):
        return _tr("Took %s off %s") % (spaced(what.removeprefix("take away ")), photos)
    if verb == "tag":
        come, _, gone = rest.partition(", take away ")
        if gone:
            return _tr("Changed the tags of %s") % photos
        return _tr("Tagged %s with %s") % (photos, spaced(come))
    if verb == "rename":
        old, _, new = rest.partition(" to ")
        return _tr("Renamed %s to %s on %s") % (spaced(old), spaced(new), photos)
    if verb == "delete":
        return _tr("Deleted the tag %s from %s") % (spaced(rest), photos)
    return _marked(verb, rest, photos)


def _collections() -> dict[str, str]:
    """How batches of collections begin, and how they are told."""
    return {
        "add to ": _tr("Added %s to %s"),
        "take out of ": _tr("Took %s out of %s"),
        "remove collection ": _tr("Took %s out of the collection %s"),
        "rename collection ": _tr("Moved %s: renamed collection %s"),
    }


def _marked(field: str, value: str, photos: str) -> str:
    if field == "rating":
        stars = "★" * int(value) if value.isdecimal() else ""
        return _tr("Rated %s %s") % (photos, stars) if stars else _tr("Took the rating off %s") % photos
    if field == "pick":
        picks = {"1": _tr("Picked %s"), "-1": _tr("Rejected %s")}
        return picks.get(value, _tr("Took the flag off %s")) % photos
    return _tr("Took the label off %s") % photos if value == "None" else _tr("Labelled %s %s") % (photos, value.lower())


def spaced(path: str) -> str:
    """A tag with its levels as people read them."""
    return path.replace("/", " › ")
