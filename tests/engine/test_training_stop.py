"""Ctrl+C and SIGTERM end a training within seconds, whatever it is at, and nothing of it is lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.joint_model import JointModel
from engine.training.interrupt import PutDown, heed_of, heeding, putting_down
from engine.training.loop import Course, follow
from engine.training.mining import mine
from engine.training.progress import Budget, Log
from engine.training.train import JointTraining
from tests.engine.test_training_loop import ToyPairs, start

SIGNALS = [signal.SIGINT, signal.SIGTERM]


def course(folder: Path, look: Callable[[JointModel], dict[str, float]], stop: Callable[[], bool] = bool) -> Course:
    log = Log(None, quiet=True)
    return Course(Budget(steps=4), log, folder / "last.pt", look, look_every=2, best=folder / "best.pt", stop=stop)


def resumed(folder: Path) -> JointTraining:
    run = start()
    run.resume(folder / "last.pt")
    return run


@pytest.mark.parametrize("number", SIGNALS)
def test_a_look_that_is_stopped_is_made_again_when_the_run_is_taken_up(tmp_path: Path, number: signal.Signals) -> None:
    run, looked = start(), []

    def told_to_stop() -> None:
        with putting_down() as stop:

            def look(model: JointModel) -> dict[str, float]:
                for part in heeding(range(1000), heed_of(stop)):
                    looked.append(part)
                    os.kill(os.getpid(), number)
                return {"dev_mr": 1.0}

            assert not follow(run, ToyPairs(), course(tmp_path, look, stop))

    with pytest.raises(KeyboardInterrupt) as stopped:
        told_to_stop()
    assert stopped.value.args == (number,)
    assert looked == [0]
    again, steps = resumed(tmp_path), []
    assert again.step == run.step == 2
    assert follow(again, ToyPairs(), course(tmp_path, lambda _: steps.append(again.step) or {"dev_mr": 1.0}))
    assert steps == [2, 4]
    assert resumed(tmp_path).standing == again.standing


def test_what_is_found_for_a_turn_can_be_stopped_before_its_first_round(tmp_path: Path) -> None:
    run = start()

    def begin(turn: int) -> None:
        raise PutDown

    stopped = Course(Budget(steps=4), Log(None, quiet=True), tmp_path / "last.pt", lambda _: {}, turn=2, begin=begin)
    assert not follow(run, ToyPairs(), stopped)
    assert resumed(tmp_path).step == 0


def test_mining_asks_again_and_again_whether_to_stop() -> None:
    asked: list[int] = []
    sentences, photos = (torch.nn.functional.normalize(torch.randn(count, 8)) for count in (3000, 1500))
    owner = np.repeat(np.arange(1500), 2)
    mine(sentences, photos, owner, top=3, heed=lambda: asked.append(1))
    assert len(asked) >= 4
    with pytest.raises(PutDown):
        mine(sentences, photos, owner, top=3, heed=heed_of(lambda: True))


def test_a_second_signal_ends_at_once() -> None:
    def twice() -> None:
        with putting_down() as stop:
            os.kill(os.getpid(), signal.SIGTERM)
            assert stop()
            os.kill(os.getpid(), signal.SIGTERM)
            raise AssertionError("it went on")

    with pytest.raises(KeyboardInterrupt):
        twice()
