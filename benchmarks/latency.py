"""Seconds per query as the collection grows: the bi-encoder, retrieve-then-rerank, and reranking everything.

`python -m benchmarks.latency [PHOTOS] [--sizes 1000 10000 50000] [-k 20 50] [--json]` (PHOTOS: a folder of real photos:
their embeddings are mixed, their tokens repeated). Reranking everything is measured on a share of the collection where
the whole would take long, and multiplied: the output says where.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.paper import LATENCY_PHOTOS, SECONDS_PER_QUERY
from benchmarks.photos import add_photos, photos_in
from benchmarks.search import SENTENCES
from benchmarks.synthetic_library import mixtures, real_base
from engine.bi_encoder import Tokens
from engine.model_store import LoadedModel, ModelStore

CE_PAIRS = 2_048
CE_AT_ONCE = 128
ROUNDS = 3
TIMED_PHOTOS = 64
RERANKED = 50
Search = Callable[[str], object]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.latency", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_photos(parser)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 50_000], metavar="N")
    parser.add_argument("-k", type=int, nargs="+", default=[20, 50], metavar="K", dest="heads")
    parser.add_argument("--model", default="starter", metavar="NAME|DIR")
    parser.add_argument("--ce-pairs", type=int, default=CE_PAIRS, help="pairs at most that stand for reranking all")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    given = parser.parse_args(argv)
    loaded = ModelStore().load(given.model)
    report = measure(loaded, photos_in(given), sizes=given.sizes, heads=given.heads, ce_pairs=given.ce_pairs)
    print(json.dumps(report) if given.json else table(report))
    return 0


def measure(
    loaded: LoadedModel, photos_dir: str, *, sizes: list[int], heads: list[int], ce_pairs: int = CE_PAIRS
) -> dict[str, Any]:
    """{"sizes": {N: {"be_s", "coop_s": {k: s}, "ce_s", "ce_pairs", "ce_extrapolated"}}, "speeds"}: medians."""
    import torch

    base, values, scales = real_base(photos_dir, loaded)
    collection = _Collection(loaded, mixtures(base, max(sizes)), Tokens(values, scales))
    rows = {str(size): _measure_size(collection, size, heads, ce_pairs) for size in sizes}
    facts = {"threads": torch.get_num_threads(), "precision": loaded.bi_encoder.precision, "base_photos": len(base)}
    return {**facts, "speeds": collection.speeds(), "sizes": rows}


class _Collection:
    """Embeddings float32[n, d] of made-up photos; their tokens repeat those of the real ones."""

    def __init__(self, loaded: LoadedModel, embeddings: np.ndarray, tokens: Tokens) -> None:
        if loaded.cross_encoder is None:
            raise SystemExit("a model without a cross-encoder has nothing to compare")
        self._bi_encoder = loaded.bi_encoder
        self._cross_encoder = loaded.cross_encoder
        self._embeddings = embeddings
        self._tokens = tokens

    def speeds(self) -> dict[str, float]:
        """Of the parts: photos a second on ready pixels, seconds for a sentence, and for reranking RERANKED photos."""
        side = self._bi_encoder.model_input.size
        pixels = np.random.default_rng(0).integers(0, 256, (TIMED_PHOTOS, side, side, 3), np.uint8)
        rows = np.arange(RERANKED)
        return {
            "photos_per_s": TIMED_PHOTOS
            / _median_s(lambda _: self._bi_encoder.encode_images(pixels), SENTENCES[:5], rounds=1),
            "sentence_s": _median_s(lambda sentence: self._bi_encoder.encode_sentences([sentence])),
            f"rerank_{RERANKED}_s": _median_s(
                lambda sentence: self._score(sentence, rows, np.zeros(len(rows), np.float32))
            ),
        }

    def retrieve(self, sentence: str, size: int, k: int) -> tuple[np.ndarray, np.ndarray]:
        """The k best of the first `size` photos by an exact search: rows and cosines."""
        cosines = self._embeddings[:size] @ self._bi_encoder.encode_sentences([sentence])[0]
        first = np.argpartition(-cosines, min(k, size - 1))[:k]
        first = first[np.argsort(-cosines[first])]
        return first, cosines[first]

    def cooperate(self, sentence: str, size: int, k: int) -> np.ndarray:
        """The same k in the cross-encoder's order."""
        rows, cosines = self.retrieve(sentence, size, k)
        return rows[np.argsort(-self._score(sentence, rows, cosines))]

    def rerank_all(self, sentence: str, size: int) -> np.ndarray:
        """The first `size` photos in the cross-encoder's order."""
        rows = np.arange(size)
        cosines = self._embeddings[:size] @ self._bi_encoder.encode_sentences([sentence])[0]
        return rows[np.argsort(-self._score(sentence, rows, cosines))]

    def _score(self, sentence: str, rows: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        state = self._cross_encoder.prepare(sentence)
        parts = []
        for start in range(0, len(rows), CE_AT_ONCE):
            some = rows[start : start + CE_AT_ONCE] % len(self._tokens.values)
            values, scales = self._tokens.values[some], self._tokens.scales[some]
            parts.append(self._cross_encoder.score(state, values, scales, cosines[start : start + CE_AT_ONCE]))
        return np.concatenate(parts)


def _measure_size(collection: _Collection, size: int, heads: list[int], ce_pairs: int) -> dict[str, Any]:
    share = min(size, ce_pairs)
    everything = _median_s(partial(collection.rerank_all, size=share), SENTENCES[:3], rounds=1)
    return {
        "be_s": _median_s(partial(collection.retrieve, size=size, k=max(heads))),
        "coop_s": {str(k): _median_s(partial(collection.cooperate, size=size, k=k)) for k in heads},
        "ce_s": everything * size / share,
        "ce_pairs": share,
        "ce_extrapolated": share < size,
    }


def _median_s(search: Search, sentences: tuple[str, ...] = SENTENCES, *, rounds: int = ROUNDS) -> float:
    """Warmed with the first sentence."""
    search(sentences[0])
    times = []
    for _ in range(rounds):
        for sentence in sentences:
            started = time.perf_counter()
            search(sentence)
            times.append(time.perf_counter() - started)
    return float(np.median(times))


def table(report: dict[str, Any]) -> str:
    """Seconds per query, ours above the paper's; ~ before what was measured on a share."""
    heads = list(next(iter(report["sizes"].values()))["coop_s"])
    lines = [f"{'photos':>10}{'BE':>12}" + "".join(f"{'COOP ' + k:>12}" for k in heads) + f"{'CE':>12}   s a query"]
    for size, row in report["sizes"].items():
        coop = "".join(f"{row['coop_s'][k]:12.4f}" for k in heads)
        ce = ("~" if row["ce_extrapolated"] else "") + f"{row['ce_s']:.2f}"
        lines.append(f"{int(size):>10,}{row['be_s']:12.4f}{coop}{ce:>12}")
    paper = SECONDS_PER_QUERY
    coop = f"{paper['coop']:12.4f}" + " " * 12 * (len(heads) - 1)
    lines.append(f"{LATENCY_PHOTOS:>10,}{paper['be']:12.4f}{coop}{paper['ce']:12.2f}   the paper, one V100")
    extrapolated = [row for row in report["sizes"].values() if row["ce_extrapolated"]]
    if extrapolated:
        lines.append(f"~ measured on {extrapolated[0]['ce_pairs']:,} pairs and multiplied")
    speeds = report["speeds"]
    parts = f"a sentence {1000 * speeds['sentence_s']:.1f} ms, reranking 50 {1000 * speeds['rerank_50_s']:.1f} ms"
    lines.append(f"{speeds['photos_per_s']:.0f} photos a second on ready pixels, {parts}")
    lines.append(f"{report['threads']} threads; embeddings mixed of {report['base_photos']} photos, tokens repeated")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
