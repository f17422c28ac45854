"""A photo in words: its date as people write it, and what a screen reader says of it."""

from __future__ import annotations

from desktop_app.result_days import DayGroup, spoken_days
from desktop_app.translation import tr
from desktop_app.wording import counted, day, percent
from engine.search_hit import SearchHit


def photo_date(hit: SearchHit) -> str:
    """The day and minute it was taken, in the time of its place; empty if unknown."""
    if not hit.taken_at:
        return ""
    taken, time = day(hit.taken_at), hit.taken_at[11:16]
    return f"{taken}, {time}" if time else taken


def photo_day(hit: SearchHit) -> str:
    """The day alone, where there is less room."""
    return day(hit.taken_at) if hit.taken_at else ""


def spoken_marks(hit: SearchHit) -> list[str]:
    """What people said of it: stars, flag, label."""
    colours = {
        "red": tr("red label"),
        "yellow": tr("yellow label"),
        "green": tr("green label"),
        "blue": tr("blue label"),
        "purple": tr("purple label"),
    }
    label = colours.get(hit.label.lower(), tr("label %s") % hit.label) if hit.label else ""
    flag = {1: tr("picked"), -1: tr("rejected")}.get(hit.pick, "")
    return [said for said in (counted(hit.rating, "star") if hit.rating else "", flag, label) if said]


def spoken(hit: SearchHit, *, name: str, alike: int = 0) -> str:
    """All that eyes see of a photo in the grid; `alike`: how many others stand behind it."""
    parts = [name, photo_date(hit)]
    if hit.probability is not None:
        parts.append(tr("%s match") % percent(hit.probability))
    parts += spoken_marks(hit)
    if hit.tags:
        parts.append(tr("tags: %s") % ", ".join(hit.tags))
    parts += [tr("RAW and JPEG")] if hit.pair else []
    parts += [tr("%s like it") % counted(alike, "photo")] if alike else []
    parts += [tr("its drive is not connected")] if hit.offline else []
    return ", ".join(part for part in parts if part)


def spoken_heading(group: DayGroup) -> str:
    """The day above the first of its photos: "Saturday, 14 June 2014, 8 photos"."""
    return f"{spoken_days(group)}, {counted(group.photos, 'photo')}"
