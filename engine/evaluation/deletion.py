"""Does a model point at what it goes by? The deletion test: blanking the area that it points at lowers the score more
than blanking another area of the same size.

After Petsiuk, Das and Saenko, "RISE" (BMVC 2018), with areas of one size instead of a curve. The blanking is done in
the pixels, and the photo is encoded anew: what the head points at in its tokens is put to the test in the photo.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from engine.captions.pairs import CaptionedPhotos
from engine.decoder import load_pixels
from engine.evaluation.intervals import draws, interval
from engine.model_store import LoadedModel
from engine.word_sights import heat_of, look_for

Progress = Callable[[str, int, int], None]
AREA = 0.2  # of the cells
SEED = 5
RESAMPLES = 1000
BLURRED = 4  # cells a side that are left of a blurred photo
BLANKS = ("mean_colour", "blur")
RIVALS = ("elsewhere", "scattered")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Captioned photos, one caption each: rows int64[n] among all, pixels uint8[n, R, R, 3], embeddings float32[n, d],
    tokens."""

    rows: np.ndarray
    captions: list[str]
    pixels: np.ndarray
    embeddings: np.ndarray
    values: np.ndarray
    scales: np.ndarray


def silent(_what: str, _done: int, _total: int) -> None:
    """For whoever does not care how far it is."""


def measure(
    model: LoadedModel,
    pairs: CaptionedPhotos,
    *,
    count: int = 300,
    areas: tuple[float, ...] = (AREA,),
    progress: Progress = silent,
) -> dict[str, Any]:
    """`count` photos at most, each with one of its own captions; `areas`: shares of the photo that are blanked.

    {"pairs", "share", "low", "high", "areas": {"20": {"mean_colour": {"elsewhere": {"share", "low", "high"},
    "scattered": ..., "drops": {"pointed_at", "elsewhere", "scattered"}}, "blur": ...}}}: shares of pairs in percent
    with an interval of 95 %, drops of the score. "elsewhere" is the same shape moved to another place, over the edges;
    "scattered" as many single cells. The share on top is that of the first area, the mean colour, elsewhere. A model
    whose head does not point has no pairs.
    """
    head = model.cross_encoder
    if head is None or not head.points:
        return {"pairs": 0}
    chosen = choose(model, pairs, count=count, progress=progress)
    drops: dict[tuple[float, str], list[np.ndarray]] = {(area, blank): [] for area in areas for blank in BLANKS}
    rng = np.random.default_rng(SEED)
    for row in range(len(chosen.captions)):
        for key, dropped in _drops_of(model, chosen, row, areas, rng):
            drops[key].append(dropped)
        progress("pairs", row + 1, len(chosen.captions))
    facts: dict[str, Any] = {f"{100 * area:g}": {} for area in areas}
    for (area, blank), rows in drops.items():
        facts[f"{100 * area:g}"][blank] = _facts(np.array(rows))
    first = facts[f"{100 * areas[0]:g}"]["mean_colour"]["elsewhere"]
    return {"pairs": len(next(iter(drops.values()))), **first, "areas": facts}


def choose(model: LoadedModel, pairs: CaptionedPhotos, *, count: int, progress: Progress) -> Chosen:
    """Photos drawn without regard to anything, always the same ones."""
    rng = np.random.default_rng(SEED)
    rows = rng.permutation(len(pairs.photos))[:count]
    captions = [pairs.captions[row][rng.integers(len(pairs.captions[row]))] for row in rows]
    side = model.bi_encoder.model_input.size
    pixels = np.empty((len(rows), side, side, 3), np.uint8)
    for place, row in enumerate(rows):
        data = np.frombuffer(load_pixels(pairs.path(int(row)), model.bi_encoder.model_input), np.uint8)
        pixels[place] = data.reshape(side, side, 3)
        progress("photos", place + 1, len(rows))
    embeddings, tokens = model.bi_encoder.encode_images(pixels)
    return Chosen(rows, captions, pixels, embeddings, tokens.values, tokens.scales)


def _drops_of(
    model: LoadedModel, chosen: Chosen, row: int, areas: tuple[float, ...], rng: np.random.Generator
) -> Iterator[tuple[tuple[float, str], np.ndarray]]:
    """What the score loses by each blanking, float[3]: pointed at, elsewhere, scattered. Nothing for a caption without
    a word that could be shown."""
    heat = _heat(model, chosen, row)
    if heat is None:
        return
    score = _scored(model, chosen, row)
    whole = score(chosen.pixels[row : row + 1])[0]
    for area in areas:
        masks = [_warmest(heat, area)]
        masks += [_moved(masks[0], rng), rng.permutation(masks[0].ravel()).reshape(masks[0].shape)]
        for blank in BLANKS:
            yield (area, blank), whole - score(np.stack([blanked(chosen.pixels[row], mask, blank) for mask in masks]))


def _heat(model: LoadedModel, chosen: Chosen, row: int) -> np.ndarray | None:
    """float32[rows, columns] of the caption as a whole, on the tokens."""
    assert model.cross_encoder is not None
    one = slice(row, row + 1)
    words = look_for(model.cross_encoder, chosen.captions[row], chosen.values[one], chosen.scales[one])
    if not words:
        return None
    heat = heat_of(words)
    return heat.reshape(math.isqrt(len(heat)), -1)


def _scored(model: LoadedModel, chosen: Chosen, row: int) -> Callable[[np.ndarray], np.ndarray]:
    """Pixels uint8[n, R, R, 3] -> scores float32[n] with the caption of this row."""
    head = model.cross_encoder
    assert head is not None
    sentence = head.prepare(chosen.captions[row])
    embedding = model.bi_encoder.encode_sentences([chosen.captions[row]])[0]

    def score(pixels: np.ndarray) -> np.ndarray:
        embeddings, tokens = model.bi_encoder.encode_images(pixels)
        return head.score(sentence, tokens.values, tokens.scales, embeddings @ embedding)

    return score


def _warmest(heat: np.ndarray, area: float) -> np.ndarray:
    mask = np.zeros(heat.size, bool)
    mask[np.argsort(-heat.ravel(), kind="stable")[: max(round(area * heat.size), 1)]] = True
    return mask.reshape(heat.shape)


def _moved(mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same shape at another place; what leaves on one side comes in on the other."""
    while True:
        moved = np.roll(mask, tuple(int(rng.integers(side)) for side in mask.shape), (0, 1))
        if not np.array_equal(moved, mask) or mask.all():
            return moved


def blanked(pixels: np.ndarray, mask: np.ndarray, how: str) -> np.ndarray:
    """uint8[R, R, 3] with the cells of bool[rows, columns] in its mean colour, or blurred beyond recognition."""
    side = len(pixels)
    place = np.ix_(*(np.arange(side) * cells // side for cells in mask.shape))
    if how == "mean_colour":
        cover = np.broadcast_to(pixels.mean((0, 1)), pixels.shape)
    else:
        small = F.adaptive_avg_pool2d(torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float(), BLURRED)
        cover = F.interpolate(small, (side, side), mode="bilinear")[0].permute(1, 2, 0).numpy()
    return np.where(mask[place][..., None], cover.round().astype(np.uint8), pixels)


def _facts(drops: np.ndarray) -> dict[str, Any]:
    """float[pairs, 3] -> shares and mean drops."""
    facts: dict[str, Any] = {}
    for column, rival in enumerate(RIVALS, 1):
        facts[rival] = share(drops[:, 0] > drops[:, column])
    means = drops.mean(0).round(2).tolist()
    return facts | {"drops": dict(zip(("pointed_at", *RIVALS), means, strict=True))}


def share(won: np.ndarray) -> dict[str, float]:
    """bool[n], one of each photo -> percent, with its interval."""
    again = 100 * (draws(len(won), RESAMPLES) @ won) / len(won)
    found = interval(100 * float(won.mean()), again, digits=1)
    return {"share": found["difference"], "low": found["low"], "high": found["high"]}
