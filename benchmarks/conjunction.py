"""A AND B, put together of what is said of each, beside the sentence "A B".

    python -m benchmarks.conjunction DATA [--model NAME|DIR] [--split test] [--pairs 40] [--json]

DATA holds flickr8k/. Asked for are pairs of scenes and small things that at least five photos of the split show
together (`together`), and such as none does (`apart`), drawn from all. A photo shows what any of its captions names.
`none`: how often, in percent, a search ends without a match; `rows`: how many match; `right`: percent of all these; of
the first fifty, how many are `said` to be right, and how many are.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import show
from engine.captions.caption_files import read_captioned
from engine.clauses import search_for
from engine.config import RERANK_HEAD
from engine.evaluation.concepts import SCENES, SMALL, Named
from engine.evaluation.negation import one_thing, searchable
from engine.evaluation.pool import encode_pool, read_pool
from engine.model_store import ModelStore
from engine.query import And, Clause, Text
from engine.searcher import Searcher

FEWEST = 12  # photos that show one of a pair
TOGETHER = 5
RETRIEVED = 300
SEED = 1


@dataclass(frozen=True, slots=True)
class Pair:
    """right bool[n]: photos that show both."""

    one: str
    other: str
    right: np.ndarray


@dataclass(frozen=True, slots=True)
class Found:
    """Of one search: rows that match, and how many of these are right; of the first fifty, what is said and so."""

    rows: int
    right: int
    said: float
    so: int


def main(argv: list[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    folder = Path(given.data) / "flickr8k"
    captioned = read_captioned(
        os.fsencode(folder / "captions.tsv"),
        photos=os.fsencode(folder / "images"),
        split=os.fsencode(folder / f"{given.split}.txt"),
        partial=True,
    )
    model = ModelStore().load(given.model)
    pool = read_pool(captioned, named=len(captioned.photos), notice=_notice)
    encoded = encode_pool(model.bi_encoder, pool, lambda what, done, total: None, _notice)
    together, apart = _pairs(Named(captioned), given.pairs)
    report: dict[str, Any] = {"model": given.model, "split": given.split}
    with (
        tempfile.TemporaryDirectory(prefix="afterimage-benchmark-") as scratch,
        searchable(model, encoded, scratch) as searcher,
    ):
        searcher.budget_ms = 0  # no deeper than the head: the same on any machine
        for kind, some in (("together", together), ("apart", apart)):
            report[kind] = {
                "pairs": len(some),
                "clauses": _figures([_found(searcher, And((Text(p.one), Text(p.other))), p) for p in some]),
                "sentence": _figures([_found(searcher, Text(f"{p.one} {p.other}"), p) for p in some]),
            }
    show(report, as_json=given.json)
    return 0


def _pairs(named: Named, most: int) -> tuple[list[Pair], list[Pair]]:
    shown = {each.phrases[0]: named.by(each.words) > 0 for each in (*SCENES, *SMALL)}
    things = [name for name in sorted(shown) if shown[name].sum() >= FEWEST]
    every = [Pair(a, b, shown[a] & shown[b]) for a, b in itertools.combinations(things, 2) if not one_thing(a, b)]
    every = [every[place] for place in np.random.default_rng(SEED).permutation(len(every))]
    together = [pair for pair in every if pair.right.sum() >= TOGETHER]
    return together[:most], [pair for pair in every if not pair.right.any()][:most]


def _found(searcher: Searcher, clause: Clause, pair: Pair) -> Found:
    search = search_for(searcher, clause)
    ranking = search.retrieve(RETRIEVED)
    for better in search.rerank(ranking):
        ranking = ranking if better is None else better
    ranking, answer = searcher.answer(ranking)
    assert ranking.probabilities is not None, "a model without a calibration says nothing"
    right = pair.right[ranking.ids - 1]
    said = float(ranking.probabilities[:RERANK_HEAD].sum())
    return Found(answer.matched, int(right[: answer.matched].sum()), said, int(right[:RERANK_HEAD].sum()))


def _figures(found: Sequence[Found]) -> dict[str, float]:
    rows = sum(each.rows for each in found)
    return dict(_of(found)) | {"right": round(100 * sum(each.right for each in found) / max(rows, 1), 1)}


def _of(found: Sequence[Found]) -> Iterator[tuple[str, float]]:
    yield "none", round(100 * float(np.mean([each.rows == 0 for each in found])), 1)
    yield "rows", round(float(np.mean([each.rows for each in found])), 2)
    yield "said", round(float(np.mean([each.said for each in found])), 2)
    yield "so", round(float(np.mean([each.so for each in found])), 2)


def _notice(line: str) -> None:
    print(line, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.conjunction",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", metavar="DATA", help="a folder with flickr8k/")
    parser.add_argument("--model", default="starter", metavar="NAME|DIR")
    parser.add_argument("--split", default="test", choices=("dev", "test"))
    parser.add_argument("--pairs", type=int, default=40, metavar="N", help="of each kind, at most (default: 40)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
