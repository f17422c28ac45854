"""`sort:name`: in which order photos are shown."""

from __future__ import annotations

from enum import StrEnum

SORT = "sort"  # the field


class Order(StrEnum):
    """RELEVANCE: the best match first, and where nothing is described the newest."""

    RELEVANCE = "relevance"
    DATE = "date"
    OLDEST = "oldest"
    NAME = "name"
    RATING = "rating"


_SPOKEN = {
    "newest": Order.DATE,
    "stars": Order.RATING,
    "relevanz": Order.RELEVANCE,
    "datum": Order.DATE,
    "neueste": Order.DATE,
    "älteste": Order.OLDEST,
    "bewertung": Order.RATING,
}


def read_order(text: str) -> tuple[str] | None:
    """As the only value of a filter; None for what is no order."""
    word = text.casefold()
    order = _SPOKEN.get(word) or next((each for each in Order if each == word), None)
    return None if order is None else (order.value,)
