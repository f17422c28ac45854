"""Numbers and facts as people read them."""

from __future__ import annotations

import os
from datetime import datetime

from PySide6.QtCore import QDate, QLocale

from desktop_app.remedies import in_window
from desktop_app.translation import told, tr
from engine.errors import AfterimageError, printable
from engine.messages import Failed, IndexProgress

NARROW = "\u00a0"  # between a number and its sign, where no line breaks


def number(count: int) -> str:
    """As the language of the window groups it: "48,312"."""
    return _locale().toString(count)


def counted(count: int, one: str, many: str = "") -> str:
    """ "1 photo", "48,312 photos"; both words are translated."""
    return f"{number(count)} {tr(one if count == 1 else many or one + 's')}"


def percent(share: float) -> str:
    """A probability: "87 %", "below 1 %"; never 100 %, which nobody knows."""
    if share < 0.01:
        return tr("below %s") % f"1{NARROW}%"
    return f"{min(round(share * 100), 99)}{NARROW}%"


def decimal(value: float, places: int) -> str:
    """With so many digits behind the point, or whatever the language writes there."""
    return _locale().toString(value, "f", places)


def file_size(count: int) -> str:
    """Of a file, in powers of 1000 as file managers show it."""
    if count < 1000:
        return counted(count, "byte")
    size, units = count / 1000, ["KB", "MB", "GB", "TB"]
    while size >= 999.5 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{decimal(size, 1 if size < 10 else 0)} {units[0]}"


def time_left(seconds: float) -> str:
    if seconds < 10:
        return tr("a few seconds left")
    if seconds < 90:
        return tr("%d s left") % (round(seconds / 10) * 10)
    minutes = round(seconds / 60)
    if minutes < 90:
        return tr("about %d min left") % minutes
    hours = round(minutes / 60)
    return tr("about %d h left") % hours if hours < 48 else tr("about %d days left") % round(hours / 24)


def day(taken_at: str) -> str:
    """The day of ISO 8601 local time as "28 Jan 2023"; what cannot be read comes back as it is."""
    try:
        moment = datetime.fromisoformat(taken_at)
    except ValueError:
        return taken_at
    return _locale().toString(QDate(moment.year, moment.month, moment.day), tr("d MMM yyyy"))


def date(taken_at: str) -> str:
    """ISO 8601 local time as "Sat, 28 Jan 2023, 07:56"; what cannot be read comes back as it is."""
    try:
        moment = datetime.fromisoformat(taken_at)
    except ValueError:
        return taken_at
    day = _locale().toString(QDate(moment.year, moment.month, moment.day), tr("ddd, d MMM yyyy"))
    return day if len(taken_at) <= 10 else f"{day}, {moment:%H:%M}"


def place(latitude: float, longitude: float) -> str:
    """Degrees north, then east: "68.2042° N, 13.6103° E"."""
    north = tr("%s° N") if latitude >= 0 else tr("%s° S")
    east = tr("%s° E") if longitude >= 0 else tr("%s° W")
    return f"{north % decimal(abs(latitude), 4)}, {east % decimal(abs(longitude), 4)}"


def folder_name(path: bytes) -> str:
    return printable(os.path.basename(path.rstrip(b"/")) or path)


def home_relative(path: bytes) -> str:
    """The path with the home folder as ~."""
    home = os.fsencode(os.path.expanduser("~"))
    if path == home or path.startswith(home + b"/"):
        return "~" + printable(path[len(home) :])
    return printable(path)


def failure(failed: Failed) -> str:
    """What is wrong, with which file, and what helps: "There is no such folder: ~/Photos. Check the name." """
    return complaint(AfterimageError(failed.problem, path=failed.path, remedy=in_window(failed.remedy)))


def complaint(error: AfterimageError) -> str:
    """The same of an error of the window's own."""
    where = f": {home_relative(error.path)}" if error.path is not None else ""
    remedy = told(error.remedy) if error.remedy else ""
    return f"{told(error.problem)}{where}" + (f". {remedy[:1].upper()}{remedy[1:]}." if remedy else "")


def indexing(progress: IndexProgress) -> str:
    """The line at the bottom; empty when there is nothing to say."""
    if not progress.pending and not progress.scanning:
        return progress.note
    if not progress.pending:
        return progress.note or tr("Looking for new photos")
    done = progress.ready + progress.unreadable
    parts = [tr("%s of %s") % (number(done), counted(done + progress.pending, "photo"))]
    if progress.paused:
        why = tr("Indexing is paused on battery") if progress.note else tr("Indexing is paused")
        return f"{why} · {parts[0]}"
    if progress.rate > 0:
        parts.append(tr("%s photos/s") % decimal(progress.rate, 0 if progress.rate >= 10 else 1))
    if progress.seconds_left is not None:
        parts.append(time_left(progress.seconds_left))
    return tr("Indexing %s") % " · ".join([*parts, *([progress.note] if progress.note else [])])


def _locale() -> QLocale:
    """The window's; a system that names none counts as English ones do."""
    locale = QLocale()
    return QLocale(QLocale.Language.English) if locale.language() == QLocale.Language.C else locale
