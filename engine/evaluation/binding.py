"""Does a model know which word belongs to which? Captions with two words exchanged, against the caption itself.

After Thrush et al., "Winoground" (CVPR 2022) and Yuksekgonul et al., "When and why vision-language models behave like
bags-of-words" (ICLR 2023), with captions made by rules here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.captions.pairs import CaptionedPhotos
from engine.decoder import load_pixels
from engine.evaluation.intervals import draws, interval
from engine.evaluation.swapped_captions import Swap, swapped
from engine.model_store import LoadedModel

Progress = Callable[[str, int, int], None]
RESAMPLES = 1000
PHOTOS_AT_ONCE = 32


def silent(_what: str, _done: int, _total: int) -> None:
    """For whoever does not care how far it is."""


def measure(model: LoadedModel, pairs: CaptionedPhotos, *, progress: Progress = silent) -> dict[str, Any]:
    """Share, in percent, of swapped captions below the right one, by the cosine (be) and by the whole score (coop).

    {"pairs", "be", "coop": {"share", "low", "high"}, "coop_minus_be": {"difference", "low", "high"}, "kinds": {kind:
    {"pairs", "be", "coop"}}}. Intervals are of 95 % and resample photos. A model without a head has no coop.
    """
    swaps = swapped(pairs)
    if not swaps:
        return {"pairs": 0}
    right, wrong = _scores(model, pairs, swaps, progress)
    wins = {name: np.where(right[name] == wrong[name], 0.5, right[name] > wrong[name]) for name in right}
    photos = np.array([swap.photo for swap in swaps])
    kinds = np.array([swap.kind for swap in swaps])
    facts: dict[str, Any] = {"pairs": len(swaps), **_shares(wins, photos, len(pairs.photos))}
    facts["kinds"] = {
        kind: {"pairs": int((kinds == kind).sum())}
        | {name: round(100 * float(won[kinds == kind].mean()), 1) for name, won in wins.items()}
        for kind in dict.fromkeys(kinds.tolist())
    }
    return facts


def _shares(wins: dict[str, np.ndarray], photos: np.ndarray, count: int) -> dict[str, Any]:
    drawn = draws(count, RESAMPLES)
    rows = drawn @ np.bincount(photos, minlength=count)
    facts: dict[str, Any] = {}
    again = {name: 100 * (drawn @ np.bincount(photos, won, count)) / rows for name, won in wins.items()}
    for name, won in wins.items():
        found = interval(100 * float(won.mean()), again[name], digits=1)
        facts[name] = {"share": found["difference"], "low": found["low"], "high": found["high"]}
    if len(wins) == 2:
        gain = 100 * float(wins["coop"].mean() - wins["be"].mean())
        facts["coop_minus_be"] = interval(gain, again["coop"] - again["be"], digits=1)
    return facts


def _scores(
    model: LoadedModel, pairs: CaptionedPhotos, swaps: list[Swap], progress: Progress
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Of the right and of the wrong captions, each with its own photo: name -> float32[swaps]."""
    photos = sorted({swap.photo for swap in swaps})
    embeddings, values, scales = _encode(model, pairs, photos, progress)
    rows = np.searchsorted(photos, [swap.photo for swap in swaps])
    both = []
    for which, sentences in enumerate(([swap.right for swap in swaps], [swap.wrong for swap in swaps])):
        cosines = np.einsum("nd,nd->n", model.bi_encoder.encode_sentences(sentences), embeddings[rows])
        scores = {"be": cosines}
        if model.cross_encoder is not None:
            scores["coop"] = np.zeros(len(swaps), np.float32)
            for place, (row, sentence) in enumerate(zip(rows, sentences, strict=True)):
                one, prepared = slice(row, row + 1), model.cross_encoder.prepare(sentence)
                own = model.cross_encoder.score(prepared, values[one], scales[one], cosines[place : place + 1])
                scores["coop"][place] = own[0]
                progress("captions", which * len(swaps) + place + 1, 2 * len(swaps))
        both.append(scores)
    return both[0], both[1]


def _encode(
    model: LoadedModel, pairs: CaptionedPhotos, photos: list[int], progress: Progress
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Embeddings and tokens of these photos."""
    side = model.bi_encoder.model_input.size
    parts = []
    for start in range(0, len(photos), PHOTOS_AT_ONCE):
        some = photos[start : start + PHOTOS_AT_ONCE]
        pixels = [np.frombuffer(load_pixels(pairs.path(row), model.bi_encoder.model_input), np.uint8) for row in some]
        parts.append(model.bi_encoder.encode_images(np.stack(pixels).reshape(-1, side, side, 3)))
        progress("photos", start + len(some), len(photos))
    values = np.concatenate([tokens.values for _, tokens in parts])
    scales = np.concatenate([tokens.scales for _, tokens in parts])
    return np.concatenate([embeddings for embeddings, _ in parts]), values, scales
