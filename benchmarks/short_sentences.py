"""What probabilities and matches are worth where people type one to three words, beside whole captions.

    python -m benchmarks.short_sentences DATA [--model NAME|DIR] [--split test] [--library DIR] [--json]

DATA holds flickr8k/. The photos of the split are indexed as a library, and searched as the window searches. What is
asked is drawn by rules from the captions of the same photos: things ("dog", "a dog"), colours ("brown dog"), what
things do ("dog running"), where they are ("dog in water"); every 25th caption; and things that no caption names. A
photo shows what any of its five captions says; what at least two of them say is given as well. Captions leave out much
of what is plain to see, so that precision is higher than these figures.

matches: the rows that the window counts as such. tagged: those that the review of "tag by sentence" proposes as sure,
so many of the likeliest that 95 % of them should be right. nothing: how often a search ends without a match once every
photo is gone of which any caption names the thing; found: how often one match at least is right where there are some.
Recall, and the mean of what is said of photos that are right, are over searches; the rest is over all rows together.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import show
from engine.captions.caption_files import read_captioned
from engine.captions.pairs import CaptionedPhotos
from engine.clauses import search_for
from engine.evaluation import asked, phrases
from engine.evaluation.calibrated import brier_skill, calibration_error
from engine.evaluation.concepts import PERSON, Named, words_of
from engine.library import Library
from engine.locations import Locations
from engine.query import parse
from engine.searcher import Searcher

MOST = 40  # things, and half as many of each other kind
EVERY = 25  # captions
SURE = 0.95  # what the review of a tag begins with
HEAD = 50
UNHURRIED_MS = 1e9  # so that nothing depends on how fast the computer is
STRICT = 2  # captions
EDGES = (0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 1.01)
ABSENT = """elephant, giraffe, zebra, penguin, lion, pyramid, castle, lighthouse, submarine, helicopter, spaceship,
sushi, wedding cake, kitchen, laptop, piano, violin, rainbow, cactus, microscope, chess, tractor, windmill, dolphin,
owl, shark, pineapple, chandelier, volcano"""


@dataclass(frozen=True, slots=True)
class Found:
    """Of one search: photos int64[n] as rows of the captioned ones, probabilities float32[n], the likeliest first, and
    how many of them match."""

    photos: np.ndarray
    likely: np.ndarray
    matched: int


@dataclass(frozen=True, slots=True)
class Answered:
    """captions int64[n] of each photo of `found` that say what was asked for, in its order; `agreed`: so many are
    enough."""

    found: Found
    captions: np.ndarray
    agreed: int = 1


def main(argv: list[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    folder = Path(given.data) / "flickr8k"
    pairs = read_captioned(
        os.fsencode(folder / "captions.tsv"),
        photos=os.fsencode(folder / "images"),
        split=os.fsencode(folder / f"{given.split}.txt"),
        partial=True,
    )
    with tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch:
        kept = Path(given.library or scratch)
        photos = os.fsencode(kept / "photos" / given.split)
        if not os.path.isdir(photos):
            os.makedirs(photos)
            for row, name in enumerate(pairs.photos):
                shutil.copyfile(pairs.path(row), os.path.join(photos, name))
        with Library.open(Locations.at(os.fsencode(kept / given.split)), model=given.model) as library:
            library.load_model()
            library.add_folder(photos)
            while library.step() or not library.idle:
                pass
            report = measure(_Asking(library, photos, pairs), pairs, _absent(pairs))
    show({"model": given.model, "split": given.split, **report}, as_json=given.json)
    return 0


class _Asking:
    """One library of captioned photos, asked as a search in the window asks, without a limit of time."""

    def __init__(self, library: Library, folder: bytes, pairs: CaptionedPhotos) -> None:
        contents = [library._catalog.content_at(folder + b"/" + name) for name in pairs.photos]
        self.contents = np.array([-1 if content is None else content for content in contents])
        self._searcher: Searcher = library._served_model().searcher
        self._searcher.budget_ms = UNHURRIED_MS
        self._rows = {int(content): row for row, content in enumerate(self.contents)}

    def of(self, sentence: str, kept: np.ndarray | None = None) -> Found:
        """Among all photos or those that are kept, bool[n]."""
        among = None if kept is None else np.sort(self.contents[kept])
        clause = parse(sentence).clause
        assert clause is not None
        search = search_for(self._searcher, clause, among=among)
        ranking = search.retrieve(len(self.contents))
        for better in search.rerank(ranking):
            ranking = ranking if better is None else better
        ranking, answer = self._searcher.answer(ranking)
        assert ranking.probabilities is not None
        rows = np.array([self._rows[int(content)] for content in ranking.ids])
        return Found(rows, ranking.probabilities, answer.matched)


def measure(asking: _Asking, pairs: CaptionedPhotos, absent: Sequence[str]) -> dict[str, Any]:
    report: dict[str, Any] = {}
    answers: dict[str, list[Answered]] = {}
    gone: dict[str, list[bool]] = {}
    for each, said in phrases.asked(pairs, phrases.phrases(pairs), most=MOST):
        if each.about == PERSON:  # a search for one is widened to men, women and children, captions are not
            continue
        found = asking.of(each.text)
        answers.setdefault(each.kind, []).append(Answered(found, said.captions[found.photos]))
        gone.setdefault(each.kind, []).append(asking.of(each.text, ~each.named).matched == 0)
    answers["short"] = [each for kind in phrases.KINDS for each in answers[kind]]
    gone["short"] = [each for kind in phrases.KINDS for each in gone[kind]]
    for each in asked.captions(pairs, Named(pairs))[::EVERY]:
        found = asking.of(each.text)
        matches = each.right[found.photos].astype(np.int64)
        answers.setdefault("whole_captions", []).append(Answered(found, matches))
    for kind, some in answers.items():
        report[kind] = told(some)
        if kind in gone:
            report[kind]["nothing_percent"] = _percent(gone[kind])
    strange = [asking.of(word).matched == 0 for word in absent]
    report["not_there"] = {"searches": len(strange), "nothing_percent": _percent(strange)}
    return report


def told(answers: Sequence[Answered]) -> dict[str, Any]:
    right = [each.captions >= each.agreed for each in answers]
    heads = [(each.found.likely[:HEAD], so[:HEAD]) for each, so in zip(answers, right, strict=True)]
    said, so = (np.concatenate(part) for part in zip(*heads, strict=True))
    every = np.concatenate([each.found.likely for each in answers])
    first = np.array([each.found.likely[0] for each in answers])
    first_right = np.array([row[0] for row in right])
    return {
        "searches": len(answers),
        "found_percent": _percent(
            [bool(row[: each.found.matched].any()) for each, row in zip(answers, right, strict=True)]
        ),
        "said_of_right_ones": round(
            float(np.mean([each.found.likely[row].mean() for each, row in _pairs(answers, right)])), 3
        ),
        "error_over_the_head": round(calibration_error(said, so), 3),
        "error_of_first_hits": round(calibration_error(first, first_right), 3),
        "first_said": round(float(first.mean()), 3),
        "first_right": round(float(first_right.mean()), 3),
        "brier_skill_of_the_head": round(brier_skill(said, so), 3),
        "brier_skill_of_all": round(brier_skill(every, np.concatenate(right)), 3),
        "matches": _chosen(answers, [each.found.matched for each in answers]),
        "tagged": _chosen(answers, [sure(each.found.likely) for each in answers]),
        "said_and_so": _table(answers),
    }


def sure(likely: np.ndarray, precision: float = SURE) -> int:
    """How many of the likeliest, best first, keep the expected share of right ones at `precision`."""
    enough = np.flatnonzero(np.cumsum(likely) >= precision * np.arange(1, len(likely) + 1))
    return int(enough[-1]) + 1 if len(enough) else 0


def _pairs(answers: Sequence[Answered], right: Sequence[np.ndarray]) -> list[tuple[Answered, np.ndarray]]:
    return [(each, row) for each, row in zip(answers, right, strict=True) if row.any()]


def _chosen(answers: Sequence[Answered], counts: Sequence[int]) -> dict[str, Any]:
    rows = np.concatenate([each.captions[:count] for each, count in zip(answers, counts, strict=True)])
    agreed = answers[0].agreed
    figures: dict[str, Any] = {
        "rows": len(rows),
        "searches_with_any": int(np.count_nonzero(counts)),
        "precision_percent": _percent(rows >= agreed),
        "recall_percent": _recall(answers, counts, agreed),
    }
    if max(int(each.captions.max(initial=0)) for each in answers) >= STRICT:
        figures[f"precision_with_{STRICT}_captions_percent"] = _percent(rows >= STRICT)
        figures[f"recall_with_{STRICT}_captions_percent"] = _recall(answers, counts, STRICT)
    return figures


def _recall(answers: Sequence[Answered], counts: Sequence[int], agreed: int) -> float:
    """Mean over searches with something to find."""
    shares = [
        float((each.captions[:count] >= agreed).sum() / (each.captions >= agreed).sum())
        for each, count in zip(answers, counts, strict=True)
        if (each.captions >= agreed).any()
    ]
    return round(100 * float(np.mean(shares)), 1)


def _table(answers: Sequence[Answered]) -> dict[str, str]:
    """What is said, what is so, and of how many, of all photos."""
    said = np.concatenate([each.found.likely for each in answers])
    captions = np.concatenate([each.captions for each in answers])
    agreed = answers[0].agreed
    rows = {}
    for low, high in itertools.pairwise(EDGES):
        of = (said >= low) & (said < high)
        if of.any():
            so, beyond_doubt = (captions[of] >= agreed).mean(), (captions[of] >= STRICT).mean()
            rows[f"{low:.2f} to {min(high, 1):.2f}"] = (
                f"{said[of].mean():.3f} / {so:.3f} (two captions: {beyond_doubt:.3f}) of {of.sum():,}"
            )
    return rows


def _absent(pairs: CaptionedPhotos) -> list[str]:
    """Things that no caption names; the model may have met their words."""
    named = {word for caption in pairs.sentences() for word in words_of(caption)}
    return [text for text in map(str.strip, ABSENT.split(",")) if not set(words_of(text)) <= named]


def _percent(of: Sequence[bool] | np.ndarray) -> float:
    return round(100 * float(np.mean(of)), 1) if len(of) else 0.0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.short_sentences",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", metavar="DATA")
    parser.add_argument("--model", default="starter", metavar="NAME|DIR")
    parser.add_argument("--split", default="test")
    parser.add_argument("--library", metavar="DIR", help="keep the photos that were indexed here")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
