"""Numbers and facts as people read them."""

from __future__ import annotations

import os
from datetime import datetime

from desktop_app.remedies import in_window
from engine.errors import AfterimageError, printable
from engine.messages import Failed, IndexProgress

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NARROW = "\u00a0"  # between a number and its sign, where no line breaks
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def counted(count: int, one: str, many: str = "") -> str:
    """ "1 photo", "48,312 photos"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """A probability: "87 %", "below 1 %"; never 100 %, which nobody knows."""
    if share < 0.01:
        return f"below 1{NARROW}%"
    return f"{min(round(share * 100), 99)}{NARROW}%"


def file_size(count: int) -> str:
    """Of a file, in powers of 1000 as file managers show it."""
    if count < 1000:
        return counted(count, "byte")
    size, units = count / 1000, ["KB", "MB", "GB", "TB"]
    while size >= 999.5 and len(units) > 1:
        size /= 1000
        units.pop(0)
    unit = units[0]
    return f"{size:.1f} {unit}" if size < 10 else f"{size:.0f} {unit}"


def time_left(seconds: float) -> str:
    if seconds < 10:
        return "a few seconds left"
    if seconds < 90:
        return f"{round(seconds / 10) * 10} s left"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"about {minutes} min left"
    hours = round(minutes / 60)
    return f"about {hours} h left" if hours < 48 else f"about {round(hours / 24)} days left"


def date(taken_at: str) -> str:
    """ISO 8601 local time as "Sat, 28 Jan 2023, 07:56"; what cannot be read comes back as it is."""
    try:
        moment = datetime.fromisoformat(taken_at)
    except ValueError:
        return taken_at
    day = f"{DAYS[moment.weekday()]}, {moment.day} {MONTHS[moment.month - 1]} {moment.year}"
    return day if len(taken_at) <= 10 else f"{day}, {moment:%H:%M}"


def place(latitude: float, longitude: float) -> str:
    """Degrees north, then east: "68.2042° N, 13.6103° E"."""
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.4f}° {north}, {abs(longitude):.4f}° {east}"


def folder_name(path: bytes) -> str:
    return printable(os.path.basename(path.rstrip(b"/")) or path)


def home_relative(path: bytes) -> str:
    """The path with the home folder as ~."""
    home = os.fsencode(os.path.expanduser("~"))
    if path == home or path.startswith(home + b"/"):
        return "~" + printable(path[len(home) :])
    return printable(path)


def failure(failed: Failed) -> str:
    """Problem, path and remedy in one sentence."""
    return AfterimageError(failed.problem, path=failed.path, remedy=in_window(failed.remedy)).sentence()


def indexing(progress: IndexProgress) -> str:
    """The line at the bottom; empty when there is nothing to say."""
    if not progress.pending and not progress.scanning:
        return progress.note
    if not progress.pending:
        return progress.note or "Looking for new photos"
    done = progress.ready + progress.unreadable
    parts = [f"{done:,} of {counted(done + progress.pending, 'photo')}"]
    if progress.paused:
        return f"Indexing is paused · {parts[0]}"
    if progress.rate > 0:
        parts.append(f"{progress.rate:.0f} photos/s" if progress.rate >= 10 else f"{progress.rate:.1f} photos/s")
    if progress.seconds_left is not None:
        parts.append(time_left(progress.seconds_left))
    return "Indexing " + " · ".join([*parts, *([progress.note] if progress.note else [])])
