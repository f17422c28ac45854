"""What stands before each photo that a search on the command line prints."""

from __future__ import annotations

from argparse import Namespace

from engine.cli_search import _lines
from engine.search_hit import SearchHit


def printed(*hits: SearchHit) -> list[str]:
    plain = Namespace(paths=False, zero=False, json=False)
    return [row.decode().split()[1] for row in _lines(hits, plain, None)]


def hit(probability: float | None, score: float = 1.5) -> SearchHit:
    return SearchHit(1, b"/a.jpg", b"", 1, 1, score=score, probability=probability)


def test_who_described_a_photo_is_believed_and_no_score_stands_among_percentages() -> None:
    assert printed(hit(None), hit(0.925)) == ["said", "92%"]


def test_without_a_calibration_the_score_itself_stands_there() -> None:
    assert printed(hit(None, 1.25), hit(None, -0.5)) == ["1.250", "-0.500"]
