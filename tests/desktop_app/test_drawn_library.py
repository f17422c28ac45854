"""The benchmarks of the window run, on a small library that is only drawn."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from benchmarks import grid, turns
from benchmarks.turns_library import thumbnail_of


def test_gestures_and_frames_are_measured(
    app: QApplication, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    told = turns.measure(1_000, 1, ["select_all", "mark_some"])
    assert set(told["longest_turn_ms"]) == {"select_all", "mark_some"}
    assert all(0 < turn["cpu_p50"] <= turn["cpu_max"] for turn in told["longest_turn_ms"].values())
    frames = grid.measure(1_000, 5, days=20)
    assert frames["days"] == 20
    assert 0 < frames["calm_scroll_ms"]["cpu_p50"] <= frames["calm_scroll_ms"]["cpu_max"]


def test_every_row_has_a_thumbnail_of_its_own_and_few_files_are_there() -> None:
    paths = {thumbnail_of(row, [b"/tmp/1.jpg", b"/tmp/2.jpg"]) for row in range(500)}
    assert len(paths) == 500
    assert {path.rpartition(b"/")[2] for path in paths} == {b"1.jpg", b"2.jpg"}
