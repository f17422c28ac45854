"""Do scores order pairs as people do? Kendall's tau-b of scores with the grades that people gave.

After Hodosh, Young, Hockenmaier, "Framing Image Description as a Ranking Task" (JAIR 2013), whose judgments are read as
they are published: a header, then photo, FILE#i (the i-th caption of FILE, from 0) and grades, with tabs between.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.captions.pairs import CaptionedPhotos
from engine.errors import AfterimageError, TrainingDataError
from engine.evaluation.intervals import interval, resampled


@dataclass(frozen=True, slots=True)
class Judgments:
    """photos, sentences: int64[m], rows in the captioned photos and in their sentences; grades: float64[m], the mean
    over the people; own: bool[m], the sentence was written about that photo; left_out: pairs about other photos."""

    photos: np.ndarray
    sentences: np.ndarray
    grades: np.ndarray
    own: np.ndarray
    left_out: int


def require_scipy() -> None:
    """Raises AfterimageError where scipy, which computes tau, is not installed."""
    if importlib.util.find_spec("scipy") is None:
        raise AfterimageError("Agreement with judgments needs scipy", remedy="pip install scipy")


def read_judgments(path: bytes, pairs: CaptionedPhotos) -> Judgments:
    """Pairs whose photo or sentence is not among the captioned photos are left out and counted.

    Raises TrainingDataError where a line cannot be read, or where no pair is left.
    """
    photo_rows = {name: row for row, name in enumerate(pairs.photos)}
    starts = np.cumsum([0] + [len(captions) for captions in pairs.captions])
    rows: list[tuple[int, int, float, bool]] = []
    left_out = 0
    for number, line in enumerate(_lines(path)[1:], 2):
        photo, writer, place, grade = _parse(line, number, path)
        if photo not in photo_rows or writer not in photo_rows:
            left_out += 1
            continue
        author = photo_rows[writer]
        if place >= len(pairs.captions[author]):
            raise TrainingDataError(f"line {number} names a caption that is not there", path=path, remedy="correct it")
        rows.append((photo_rows[photo], int(starts[author]) + place, grade, photo == writer))
    if not rows:
        raise TrainingDataError("no judged pair is about these photos", path=path, remedy="name another file or split")
    photos, sentences, grades, own = (np.array(column) for column in zip(*rows, strict=True))
    return Judgments(photos, sentences, grades, own, left_out)


def agreement(judged: Judgments, values: dict[str, np.ndarray], *, drawn: np.ndarray | None = None) -> dict[str, Any]:
    """values: name -> float[m] -> {"pairs", "left_out", name: tau-b, ..., "others": the same without own sentences}.

    With `drawn` (how often each photo is drawn, int64[resamples, photos]) the difference of each to the first, with its
    interval, stands under "intervals".
    """
    facts: dict[str, Any] = {"pairs": len(judged.grades), "left_out": judged.left_out}
    facts |= {name: _fact(_tau(value, judged.grades)) for name, value in values.items()}
    rest = ~judged.own
    if rest.any() and not rest.all():
        others = {name: _fact(_tau(value[rest], judged.grades[rest])) for name, value in values.items()}
        facts["others"] = {"pairs": int(rest.sum()), **others}
    if drawn is not None and len(values) > 1:
        facts["intervals"] = _intervals(judged, values, drawn)
    return facts


def _intervals(judged: Judgments, values: dict[str, np.ndarray], drawn: np.ndarray) -> dict[str, dict[str, float]]:
    def taus(rows: np.ndarray) -> list[float]:
        return [_tau(value[rows], judged.grades[rows]) for value in values.values()]

    measured = np.array(taus(np.arange(len(judged.grades))))
    again = resampled(taus, judged.photos, drawn=drawn)  # [resamples, values]
    first, *others = values
    return {
        f"{name}_minus_{first}": interval(measured[n] - measured[0], again[:, n] - again[:, 0], digits=4)
        for n, name in enumerate(others, 1)
        if not np.isnan(measured[[0, n]]).any()
    }


def _tau(values: np.ndarray, grades: np.ndarray) -> float:
    """Not a number where all values or all grades are equal."""
    if len(values) < 2:
        return float("nan")
    from scipy.stats import kendalltau

    kendall: Callable[..., Any] = kendalltau
    return float(kendall(values, grades).statistic)


def _fact(tau: float) -> float | None:
    return None if np.isnan(tau) else round(tau, 4)


def _parse(line: bytes, number: int, path: bytes) -> tuple[bytes, bytes, int, float]:
    fields = line.split(b"\t")
    writer, mark, place = fields[1].rpartition(b"#") if len(fields) > 2 else (b"", b"", b"")
    try:
        if not mark:
            raise ValueError
        return fields[0], writer, int(place), sum(float(grade) for grade in fields[2:]) / len(fields[2:])
    except ValueError as error:
        raise TrainingDataError(
            f"line {number} is not a file, a FILE#i and grades, with tabs between", path=path, remedy="correct it"
        ) from error


def _lines(path: bytes) -> list[bytes]:
    try:
        with open(path, "rb") as file:
            return file.read().splitlines()
    except OSError as error:
        raise TrainingDataError("the judgments cannot be read", path=path, remedy="name an existing file") from error


def name_of(path: bytes) -> str:
    """`judgments_expert` for .../judgments_expert.tsv."""
    return os.fsdecode(os.path.splitext(os.path.basename(path))[0])
