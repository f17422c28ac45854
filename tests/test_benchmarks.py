"""What benchmarks of speed promise to those who read their JSON."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import forward, performance_page, rerank, scan
from benchmarks.drawn_photos import draw
from benchmarks.performance_targets import summary
from benchmarks.photos import add_photos, photos_in
from benchmarks.report import json_of, run, show


def numbers_only(report: dict[str, Any], *, below_limit: bool = False) -> None:
    for key, value in report.items():
        below = below_limit or key.endswith("of_limit")
        assert not isinstance(value, list), key
        if isinstance(value, dict):
            numbers_only(value, below_limit=below)
        elif below:
            assert isinstance(value, int | float), key


def test_a_scan_is_measured_against_the_bare_walk() -> None:
    report = scan.measure(1_200)
    numbers_only(report)
    assert report["entries"] == report["found"] == 1_200
    assert set(report["share_of_limit"]) == {"scanner", "scan_again"}


def test_reranking_counts_its_multiplications_and_skips_what_cannot_rerank(capsys: pytest.CaptureFixture[str]) -> None:
    rerank.main(["--models", "starter", "no such model", "--heads", "4", "--json"])
    report = json.loads(capsys.readouterr().out)
    numbers_only(report)
    assert list(report["skipped"]) == ["no such model"]
    assert report["starter"]["photos_4"]["gmac"] > 0
    assert "without_torch" in report["starter"]


def test_a_forward_pass_is_measured_in_every_format_of_this_processor(capsys: pytest.CaptureFixture[str]) -> None:
    forward.main(["--models", "starter", "no such model", "--json"])
    report = json.loads(capsys.readouterr().out)
    numbers_only(report)
    assert "no such model" in report["skipped"]
    assert report["starter"]["float32"]["share_of_limit"] > 0
    assert report["starter"]["gmac_per_photo"] == pytest.approx(0.26, abs=0.01)


def test_a_process_is_measured_alone_and_its_end_is_told() -> None:
    done = run([sys.executable, "-c", "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"])
    assert (done.out, done.err, done.status) == ("out\n", "err\n", 3)
    assert 0 < done.cpu_s < 60
    assert 1 < done.peak_mb < 1_000
    with pytest.raises(RuntimeError, match="no good"):
        json_of(["-c", "raise SystemExit('no good')"])


def test_a_report_is_json_or_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    show({"speed": {"photos_per_s": 1234.5}}, as_json=False)
    assert "1,234.5" in capsys.readouterr().out
    show({"speed": 1}, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"speed": 1}


def test_targets_are_held_against_the_worst_of_what_was_measured() -> None:
    rows = {"starter": {"cores_1": {"share_of_limit": 0.95}, "cores_2": {"share_of_limit": 0.85}}, "rclip": {}}
    table = summary({"index": {"skipped": {}, "edge_500": rows}, "cold": {"photos_100000": {"alone": {"wall_s": 0.9}}}})
    assert [line.split(" | ")[1:4] for line in table.splitlines()[2:]] == [
        ["≥ 0.9", "0.85", "no"],
        ["≤ 1.0 s", "0.9 s", "yes"],
    ]
    assert summary({}) == ""


def test_a_command_is_measured_with_compiled_files_as_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    done = run([sys.executable, "-c", "import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)"])
    assert done.out.startswith("False /")


def test_the_page_tells_what_was_measured_and_nothing_else(tmp_path: Path) -> None:
    times = {"retrieved_ms": {"p50": 9.0, "p95": 11.0}, "reranked_ms": {"p50": 41.0, "p95": 52.0}}
    reports = {"search": {"photos_1000": {"warm": times}, "photos_10000": {"warm": times}}}
    performance_page.write(reports, tmp_path)
    page = (tmp_path / "performance.md").read_text(encoding="utf-8")
    assert "| photos 1000 / warm / reranked ms | p50 41.0, p95 52.0 |" in page
    assert "benchmarks.search PHOTOS" in page
    assert "benchmarks.idle" not in page
    assert (tmp_path / performance_page.PLOT).stat().st_size > 1_000


def test_photos_are_those_that_were_named_else_the_data_s_else_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parser = argparse.ArgumentParser()
    add_photos(parser)
    images = tmp_path / "flickr8k" / "images"
    images.mkdir(parents=True)
    monkeypatch.setenv("AFTERIMAGE_DATA", str(tmp_path))
    assert photos_in(parser.parse_args(["mine"])) == "mine"
    assert photos_in(parser.parse_args([])) == str(images)
    monkeypatch.delenv("AFTERIMAGE_DATA")
    assert len(os.listdir(photos_in(parser.parse_args([]), drawn=3))) == 3


def test_a_drawn_picture_is_as_heavy_as_a_photo() -> None:
    kept = io.BytesIO()
    draw(np.random.default_rng(0), 500).save(kept, "JPEG", quality=88)
    assert 1.5 < 8 * len(kept.getvalue()) / (500 * 333) < 4.5  # bits of a pixel
