"""The long trial of a change of models, in small."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.engine_process import needs_starter
from tests.torture.model_change import MODELS, Torture


@needs_starter
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_kills_during_a_change_of_the_models_that_ship_lose_nothing(tmp_path: Path) -> None:
    report = Torture(tmp_path, 200).run(2)
    assert len(report["kills"]) == 2
    assert {kill["after"] for kill in report["kills"]} <= set(MODELS)
