"""Rows in the order of time, in groups of a day; days with hardly a photo share a group."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QDate, QLocale

FEW = 4  # a day with fewer photos takes in the days before it of the same month, until there are as many
EPOCH = datetime.date(1970, 1, 1).toordinal()
FIRST, LAST = datetime.date.min.toordinal(), datetime.date.max.toordinal()


class DayGroup(NamedTuple):
    """`photos` rows from `first` on, taken from day `oldest` to day `newest` since 1970."""

    first: int
    photos: int
    newest: int
    oldest: int


def date_of(day: int) -> datetime.date:
    """Of a day since 1970; what lies beyond the calendar is its first or its last day."""
    return datetime.date.fromordinal(min(max(EPOCH + day, FIRST), LAST))


def day_groups(days: Sequence[int]) -> tuple[DayGroup, ...]:
    """`days`: one after the other (day since 1970, how many rows), in the order of time, whichever way."""
    groups: list[DayGroup] = []
    first = 0
    for day, count in zip(days[::2], days[1::2], strict=True):
        last = groups[-1] if groups else None
        if last is not None and last.photos < FEW and same_month(last.newest, day):
            groups[-1] = DayGroup(last.first, last.photos + count, max(last.newest, day), min(last.oldest, day))
        else:
            groups.append(DayGroup(first, count, day, day))
        first += count
    return tuple(groups)


def same_month(one: int, other: int) -> bool:
    """Of two days since 1970."""
    a, b = date_of(one), date_of(other)
    return a.month == b.month and a.year == b.year


def spoken_days(group: DayGroup) -> str:
    """ "Saturday, 14 June 2014", or "12 – 14 June 2014"."""
    locale, newest = QLocale(), _shown(group.newest)
    if group.newest == group.oldest:
        return locale.toString(newest, _tr("dddd, d MMMM yyyy"))
    first, last = locale.toString(_shown(group.oldest), _tr("d")), locale.toString(newest, _tr("d MMMM yyyy"))
    return _tr("%s – %s") % (first, last)


def _shown(day: int) -> QDate:
    date = date_of(day)
    return QDate(date.year, date.month, date.day)


def spoken_month(day: int) -> str:
    """ "June 2014"."""
    return QLocale().toString(_shown(day), _tr("MMMM yyyy"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("days", text)
