from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import calibration, cli, cli_calibrate
from engine.calibration import Calibration, Curve
from engine.calibration_features import Lexicon
from engine.evaluation.recalibrate import Verdict
from engine.messages import GetHits, Hits, Reply, Search, SearchResults, Stage
from engine.search_hit import SearchHit

MADE = Calibration("m", "h", Lexicon({}, (0.0, 0.1)), Curve(0.0, {"score": 1.0}), None, threshold=0.5)


class Session:
    """Answers every search with two photos, of contents 7 and 8."""

    def __init__(self, probability: float | None) -> None:
        self._probability = probability

    def ask(self, request: Any) -> Iterator[Any]:
        if isinstance(request, Search):
            packed = dict.fromkeys(("photo_ids", "aspect_ratios", "tones"), b"")
            yield SearchResults(
                request=1, result=3, stage=Stage.RERANKED, count=2, looked_closely=2, searched=2, total=2, seconds=0.0,
                **packed,
            )  # fmt: skip
        if isinstance(request, GetHits):
            hits = [SearchHit(n, b"", b"", 1, 1, probability=self._probability, content_id=n) for n in (7, 8)]
            yield Hits(2, 3, 0, tuple(hits))
        yield Reply(request.request)


def judged(content: int, verdict: int) -> dict[str, Any]:
    return {"sentence": "a dog", "content": content, "verdict": verdict, "path": ""}


def test_judged_photos_have_the_probability_that_a_search_gives_them_now() -> None:
    found = cli_calibrate._judged(Session(0.7), [judged(7, 1), judged(8, -1), judged(99, 1)])  # type: ignore[arg-type]
    assert found == [("a dog", 0.7, True), ("a dog", 0.7, False)]


def test_without_probabilities_there_is_nothing_to_put_right() -> None:
    assert cli_calibrate._judged(Session(None), [judged(7, 1)]) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(("after", "kept"), [(0.2, True), (0.4, False)])
def test_only_what_is_better_is_kept(tmp_path: Path, after: float, kept: bool) -> None:
    path = os.fsencode(tmp_path / "model" / "calibration-h.json")
    verdict = Verdict(MADE, (0.3, 0.1), (after, 0.1), 50)
    assert cli_calibrate._keep(verdict, path, keep=True) == (0 if kept else 1)
    found = calibration.read(path, model_id="m", head="h")
    assert found == (MADE if kept else None)


def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path / "calibration-h.json")
    assert cli_calibrate._keep(Verdict(MADE, None, (0.1, 0.1), 50), path, keep=False) == 0
    assert not os.path.exists(path)


def test_reset_forgets_what_was_calibrated_here(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path / "calibration-h.json")
    calibration.write(path, MADE)
    assert cli_calibrate._reset(path) == 0
    assert not os.path.exists(path)
    assert cli_calibrate._reset(path) == 1


def test_the_report_says_before_and_after() -> None:
    told = cli_calibrate.report(Verdict(MADE, (0.3, 0.1), (0.2, 0.05), 50))
    assert "50 judgments" in told
    assert "before  log loss 0.3000, calibration error 10.0 %" in told
    assert "after   log loss 0.2000, calibration error 5.0 %" in told


def test_without_a_library_it_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["calibrate", "--library", str(tmp_path / "none")]) == 3
    assert "index photos first" in capfd.readouterr().err
    assert not (tmp_path / "none").exists()


def test_options_of_captions_need_captions(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["calibrate", "--photos", str(tmp_path)]) == 2
    assert "--captions" in capfd.readouterr().err
