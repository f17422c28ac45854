from __future__ import annotations

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.widgets.grid_layout import LOWEST, NEARLY, TALLEST, GridLayout

shapes = st.floats(min_value=0.05, max_value=20, allow_nan=False)


def laid_out(aspects: list[float], width: int = 1000, target: int = 190, gap: int = 4) -> GridLayout:
    layout = GridLayout(array("f", aspects), width, target, gap=gap)
    while not layout.extend(7):
        pass
    return layout


@given(st.lists(shapes, max_size=80), st.integers(200, 3000), st.integers(96, 400))
def test_every_photo_has_one_box_inside_the_width_and_none_overlap(
    aspects: list[float], width: int, target: int
) -> None:
    layout = laid_out(aspects, width, target)
    seen: list[int] = []
    bottom = 0
    for line in range(layout.lines):
        right = 0
        for index, box in zip(layout.members(line), layout.boxes(line), strict=True):
            seen.append(index)
            assert box.x >= right + 4
            assert box.y >= bottom + 4
            assert box.width >= 1
            assert box.height >= 1
            right = box.x + box.width
        assert right <= width - 4 or len(layout.members(line)) == 1
        bottom = box.y + box.height
    assert seen == list(range(len(aspects)))


@given(st.lists(shapes, min_size=1, max_size=80), st.integers(1, 50))
def test_slices_give_the_same_rows_as_one_go(aspects: list[float], slice_: int) -> None:
    whole, sliced = GridLayout(aspects, 900, 190), GridLayout(aspects, 900, 190)
    whole.extend(len(aspects))
    while not sliced.extend(slice_):
        pass
    assert [whole.box(i) for i in range(len(aspects))] == [sliced.box(i) for i in range(len(aspects))]


def test_full_lines_end_at_the_margin_and_keep_the_photos_shape() -> None:
    aspects = [1.5, 0.75, 1.33, 1.0, 1.78] * 20
    layout = laid_out(aspects)
    for line in range(layout.lines - 1):
        boxes = layout.boxes(line)
        assert boxes[-1].x + boxes[-1].width == 996
        for index, box in zip(layout.members(line), boxes, strict=True):
            assert abs(box.width - aspects[index] * box.height) <= 2


def test_lines_are_near_the_wished_height() -> None:
    layout = laid_out([1.5, 0.67, 1.5, 1.33] * 50)
    heights = {layout.boxes(line)[0].height for line in range(layout.lines)}
    assert all(190 / 1.5 < height < 190 * 1.5 for height in heights)


def test_the_last_line_is_not_stretched() -> None:
    layout = laid_out([1.5, 1.5])
    assert layout.box(0).height == 190
    assert layout.box(1).x + layout.box(1).width < 700


def test_a_panorama_gets_a_line_and_a_tall_photo_a_slim_cell() -> None:
    layout = laid_out([30.0, 1.5, 0.05, 1.5, 1.5, 1.5, 1.5])
    assert layout.box(0).width == 992
    assert layout.box(0).height >= LOWEST * 190 - 1
    assert layout.box(2).width >= 0.39 * layout.box(2).height


@pytest.mark.parametrize("nonsense", [0.0, -1.0, math.nan, math.inf])
def test_nonsense_shapes_do_not_break_the_rows(nonsense: float) -> None:
    layout = laid_out([nonsense] * 9)
    assert all(0 < layout.box(i).width <= 992 for i in range(9))
    assert all(layout.box(i).height <= TALLEST * 190 for i in range(9))


def test_points_find_their_photo_and_gaps_find_none() -> None:
    layout = laid_out([1.5] * 30)
    for index in range(30):
        box = layout.box(index)
        assert layout.at(box.x, box.y) == index
        assert layout.at(box.x + box.width - 1, box.y + box.height - 1) == index
        assert layout.at(box.x - 1, box.y) is None
    assert layout.at(10, layout.height + 500) is None


def test_the_visible_photos_are_those_of_the_lines_in_sight() -> None:
    layout = laid_out([1.5] * 60)
    second = layout.members(1)
    box = layout.box(second[0])
    assert layout.visible(box.y, box.y + 1) == second
    assert layout.visible(-100, 10**9) == range(60)


def test_an_empty_layout_is_done_and_shows_nothing() -> None:
    layout = GridLayout((), 1000, 190)
    assert layout.extend(10)
    assert layout.visible(0, 1000) == range(0)
    assert layout.at(5, 5) is None
    with pytest.raises(IndexError):
        layout.box(0)


def test_the_height_is_estimated_until_it_is_known() -> None:
    layout = GridLayout(array("f", [1.5]) * 10_000, 1000, 190)
    layout.extend(2_000)
    estimate = layout.height
    while not layout.extend(2_000):
        pass
    assert abs(estimate - layout.height) < 0.02 * layout.height


def test_two_hundred_thousand_photos_are_laid_out_slice_by_slice() -> None:
    layout = GridLayout(array("f", [1.5, 0.67, 1.33, 1.78] * 50_000), 1900, 190)
    slices = 1
    while not layout.extend(6_000):
        slices += 1
    assert 200_000 // 6_000 <= slices <= 200_000 // 6_000 + 2


def test_a_split_ends_the_line_and_leaves_a_strip_in_whatever_slices_it_is_laid_out() -> None:
    aspects = [1.5, 0.7, 1.3] * 40
    for slice_ in (1, 7, 500):
        layout = GridLayout(aspects, 1000, 190, breaks=[50], head=48)
        while not layout.extend(slice_):
            pass
        before, after = layout.box(49), layout.box(50)
        assert layout.line_of(50) == layout.line_of(49) + 1
        assert after.x == 4
        assert after.y == before.y + before.height + 4 + 48
        assert layout.at(10, after.y - 20) is None
        assert [row for line in range(layout.lines) for row in layout.members(line)] == list(range(120))


def test_a_split_at_the_end_of_a_line_makes_no_empty_one() -> None:
    whole = GridLayout([1.0] * 20, 800, 190)
    whole.extend(20)
    ends = whole.members(0).stop
    layout = GridLayout([1.0] * 20, 800, 190, breaks=[ends], head=48)
    layout.extend(20)
    assert layout.members(0) == range(ends)
    assert layout.members(1).start == ends


def test_a_last_line_that_is_nearly_full_is_filled() -> None:
    layout = laid_out([1.5, 1.0, 1.5, 0.9])
    assert layout.lines == 1
    last = layout.box(3)
    assert last.x + last.width == 996
    assert 190 < last.height <= NEARLY * 190
