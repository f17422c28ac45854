"""The short version of the torture."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from tests.torture.all import SCENARIOS
from tests.torture.scenario import Scenario, Unable


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_promise_is_kept(scenario: Scenario, tmp_path: Path) -> None:
    try:
        figures = scenario.run(tmp_path, False)
    except Unable as why:
        warnings.warn(f"{scenario.name} was not tried: {why}", stacklevel=1)
        pytest.skip(f"NOT TRIED, {scenario.promise}: {why}")
    assert figures
