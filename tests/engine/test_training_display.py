from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.training import curve
from engine.training.display import Display, duration
from engine.training.progress import Budget


@dataclass
class Run:
    step: int


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_look_at_dev_is_told_with_losses_and_the_time_left() -> None:
    stream = io.StringIO()
    with Display("joint", stream=stream) as display:
        display.budget = Budget(steps=10, spent_s=60.0)
        display.round(Run(5), {"be": 1.25})
        display.looked(5, {"be_r1": 12.34, "coop_r1": 15.0, "dev_mr": 30.0, "be_mrr10": 1.0})
    line = stream.getvalue()
    assert line.startswith("joint: 50 %  round 5")
    assert "be 1.250" in line
    assert "be_r1 12.3 coop_r1 15.0 dev_mr 30.0" in line
    assert "1 min left" in line


def test_photos_are_counted_before_the_first_round() -> None:
    stream = io.StringIO()
    display = Display("ce", stream=stream)
    display.prepare("photos", 64, 128)
    display.prepare("photos", 128, 128)
    assert stream.getvalue() == "ce: photos: 128 of 128\n"


def test_a_terminal_gets_a_bar() -> None:
    stream = Terminal()
    with Display("be", stream=stream) as display:
        display.budget = Budget(steps=4)
        display.prepare("photos", 1, 2)
        display.round(Run(2), {"be": 0.5})
        display.looked(2, {"dev_mr": 40.0})
        display.round(Run(3), {"be": 0.5})
    assert "75%" in stream.getvalue()
    assert "dev_mr 40.0" in stream.getvalue()


@pytest.mark.parametrize(("seconds", "text"), [(4.2, "4 s"), (90, "2 min"), (3 * 3600 + 20 * 60, "3 h 20 min")])
def test_times_are_said_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_rounds_that_a_killed_run_noted_twice_count_once(tmp_path: Path) -> None:
    lines = [
        {"at_s": 1, "step": 25, "be": 2.0},
        {"at_s": 2, "step": 50, "be": 1.0},
        {"at_s": 2, "step": 50, "dev_mr": 30.0},
        {"at_s": 1, "step": 50, "be": 1.0},
        {"at_s": 2, "step": 50, "dev_mr": 30.0},
        {"at_s": 3, "stage": "joint"},
    ]
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(line) + "\n" for line in lines))
    rows = curve.read_log(log)
    assert [(row["step"], row.get("be"), row.get("dev_mr")) for row in rows] == [
        (25, 2.0, None),
        (50, 1.0, None),
        (50, None, 30.0),
    ]
    curve.write_table(rows, tmp_path / "curve.csv")
    assert (tmp_path / "curve.csv").read_text().splitlines() == [
        "at_s,step,be,dev_mr",
        "1,25,2.0,",
        "1,50,1.0,",
        "2,50,,30.0",
    ]


def test_the_curve_is_a_picture(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is an extra of developers")
    rows = [{"step": 25, "be": 2.0}, {"step": 50, "be": 1.0, "dev_mr": 30.0}]
    assert curve.draw(rows, tmp_path / "curve.png", title="joint")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_what_follows_the_last_round_is_told() -> None:
    stream = io.StringIO()
    Display("ce", stream=stream).settling()
    assert stream.getvalue().startswith("ce: choosing on dev")
