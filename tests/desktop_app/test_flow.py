from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect

from desktop_app.flow import flow


def test_what_does_not_fit_goes_on_in_the_next_line() -> None:
    assert flow([40, 40, 40], 100, height=20, gap=10, leading=5) == [
        QRect(0, 0, 40, 20),
        QRect(50, 0, 40, 20),
        QRect(0, 25, 40, 20),
    ]


@given(st.lists(st.integers(1, 400), max_size=40), st.integers(1, 500), st.integers(0, 12))
def test_nothing_overlaps_or_leaves_the_room_and_the_order_is_kept(widths: list[int], room: int, gap: int) -> None:
    places = flow(widths, room, height=10, gap=gap)
    assert len(places) == len(widths)
    assert all(place.left() >= 0 and place.right() < room for place in places)
    for before, after in pairwise(places):
        assert (before.top(), before.right()) < (after.top(), after.left()) or before.top() < after.top()
        assert not before.intersects(after)
