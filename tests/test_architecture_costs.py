"""The benchmark of architectures, on small ones."""

from __future__ import annotations

import pytest

from benchmarks.architectures import measure_config, table
from benchmarks.paper_results import Measured
from benchmarks.paper_sections import SECTIONS
from tests.engine.architectures import CONFIGS
from tests.engine.tiny_models import tiny_description


@pytest.mark.parametrize("name", ["ViT-B-32", "starter"])
def test_an_architecture_is_measured_and_written_down(name: str) -> None:
    row = measure_config(CONFIGS[name], seconds=0, description=tiny_description())
    assert row["shut_head_keeps_order"]
    assert row["share_of_bare"] == pytest.approx(row["photos_per_s"] / row["bare_photos_per_s"], rel=0.1)
    assert min(row["sentence_ms"], row["candidate_ms"], row["bytes_per_photo"] - row["token_bytes"]) > 0
    report = {"threads": 1, "batch": 8, "head": 50, "architectures": {name: row}}
    assert any(line.startswith(name) for line in table(report))
    section = next(section for section in SECTIONS if section.needs == ("architectures",))
    lines = section.write({"architectures": Measured(report, "python -m benchmarks.architectures", ())})
    assert name in lines[-1]
