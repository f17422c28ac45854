"""Calibrates a model on captioned photos, and puts a calibration right by a person's ticks and crosses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from engine.calibration import Calibration
from engine.calibration_features import Lexicon
from engine.captions.pairs import CaptionedPhotos
from engine.config import RERANK_HEAD
from engine.errors import TrainingDataError
from engine.evaluation import asked, phrases
from engine.evaluation.array_cache import ArrayCache
from engine.evaluation.asked import Searched
from engine.evaluation.asked_scores import of_captions, of_sentences
from engine.evaluation.calibrated import calibration_error
from engine.evaluation.calibrating import fit, lexicon_of, likely
from engine.evaluation.concepts import Named
from engine.evaluation.pool import read_pool
from engine.evaluation.scorer import Measures, Progress, Scorer
from engine.model_store import LoadedModel

FEWEST_PHOTOS = 200
WORDS = 90  # words that are drawn from the captions to be asked for
PHRASES = 5  # words for each phrase of a kind
CAPTIONS = 400
FEWEST_JUDGMENTS = 20
LONGEST_STEP = 0.5
TRUST = 5.0  # judgments that weigh as much as the calibration that was there


@dataclass(frozen=True, slots=True)
class Searches:
    """What was asked of one set of captioned photos: concepts, captions and phrases as people type them, each in all
    photos and without its own; and concepts and phrases in each third of the photos."""

    concepts: list[Searched]
    captions: list[Searched]
    thirds: list[Searched] = field(default_factory=list)
    phrases: list[Searched] = field(default_factory=list)

    def all(self) -> list[Searched]:
        return self.concepts + self.phrases + self.captions


@dataclass(frozen=True, slots=True)
class Verdict:
    """Before and after on what was held out: log loss and calibration error; `before` is None where there was none."""

    calibration: Calibration
    before: tuple[float, float] | None
    after: tuple[float, float]
    examples: int

    @property
    def better(self) -> bool:
        return self.before is None or self.after[0] < self.before[0]


def search_captioned(
    model: LoadedModel,
    pairs: CaptionedPhotos,
    *,
    measures: Measures,
    progress: Progress,
    words: int = WORDS,
    captions: int = CAPTIONS,
    head: int = RERANK_HEAD,
) -> Searches:
    """Asks for scenes, small things, words, phrases of each kind, a fifth as many, and at most so many captions of
    these photos. `head` of the captions may be shorter: what was scored for another measurement is taken from the cache
    of `measures`."""
    pool = read_pool(pairs, named=len(pairs.photos), notice=measures.notice)
    scorer = Scorer(model, pool, measures, progress)
    named = Named(pairs)
    sentences = asked.scenes(named) + asked.small_things(named) + asked.words(named, words, seed=7)
    typed = phrases.asked(pairs, phrases.phrases(pairs), most=max(words // PHRASES, 2))
    sentences += [each for each, _ in typed]
    identity = [model.model_id, model.head, [each.hex() for each in pool.digests], [each.text for each in sentences]]
    cache = ArrayCache(measures.cache, "asked", identity) if measures.cache is not None else None
    found = of_sentences(model, scorer.encoded(), sentences, cache=cache, progress=progress)
    every = asked.captions(pairs, named)
    rows = np.arange(len(every))[:: max(len(every) // captions, 1)]
    whole, thirds = ([each for each in found if (each.share == 1) == alone] for alone in (True, False))
    of_phrases = [each for each in whole if each.asked.kind in phrases.KINDS]
    concepts = [each for each in whole if each.asked.kind not in phrases.KINDS]
    return Searches(concepts, of_captions(scorer, every, rows, head=head), thirds, of_phrases)


def calibrate(
    model: LoadedModel,
    pairs: CaptionedPhotos,
    *,
    lexicon: Lexicon | None = None,
    measures: Measures | None = None,
    progress: Progress,
    facts: dict[str, Any] | None = None,
    fewest: int = FEWEST_PHOTOS,
) -> Calibration:
    """A calibration for a model from captioned photos that it was not trained on. Without a `lexicon` the same photos
    tell how well it sees each word. Raises TrainingDataError where there are fewer than the `fewest`."""
    if len(pairs.photos) < fewest:
        problem = f"{len(pairs.photos)} captioned photos are too few to calibrate with"
        raise TrainingDataError(problem, path=pairs.folder, remedy=f"caption {fewest} or more")
    measures = measures or Measures()
    if lexicon is None:
        pool = read_pool(pairs, named=len(pairs.photos), notice=measures.notice)
        lexicon = lexicon_of(model, Named(pairs), Scorer(model, pool, measures, progress).encoded().embeddings)
    searches = search_captioned(model, pairs, measures=measures, progress=progress)
    known = {"photos": len(pairs.photos), "searches": len(searches.all()), **(facts or {})}
    return fit(model, lexicon, searches.all() + searches.thirds, facts=known)


def held_out(pairs: CaptionedPhotos, *, seed: int = 0) -> tuple[CaptionedPhotos, CaptionedPhotos]:
    """Two parts of the photos with their captions, to fit on and to judge by."""
    order = np.random.default_rng(seed).permutation(len(pairs.photos))
    cut = 2 * len(order) // 3
    return _part(pairs, np.sort(order[:cut])), _part(pairs, np.sort(order[cut:]))


def _part(pairs: CaptionedPhotos, rows: np.ndarray) -> CaptionedPhotos:
    photos, captions = tuple(pairs.photos[row] for row in rows), tuple(pairs.captions[row] for row in rows)
    return CaptionedPhotos(pairs.folder, photos, captions)


def judge(after: Calibration, before: Calibration | None, searches: Searches) -> Verdict:
    """By searches that none of them was fitted to."""
    figures = _figures(before, searches.all()) if before is not None else None
    return Verdict(after, figures, _figures(after, searches.all()), 0)


def _figures(calibration: Calibration, searches: Sequence[Searched]) -> tuple[float, float]:
    some = [search for search in searches if len(search.scores)]
    said = np.concatenate([likely(calibration, search) for search in some])
    so = np.concatenate([search.right for search in some])
    return log_loss(said, so), calibration_error(said, so)


def log_loss(said: np.ndarray, so: np.ndarray) -> float:
    """Mean of minus the log of what was said of what is so, float[n] and bool[n]."""
    sure = np.clip(said, 1e-6, 1 - 1e-6)
    return float(-np.where(so, np.log(sure), np.log(1 - sure)).mean())


def by_judgments(
    before: Calibration, said: np.ndarray, verdicts: np.ndarray, sentences: Sequence[str], *, seed: int = 0
) -> Verdict:
    """Moves and stretches the log odds of a calibration: said float[n], verdicts bool[n], and what each was said of.

    Held out by sentence, in five parts. Raises TrainingDataError where there are too few, or all are the same.
    """
    if len(said) < FEWEST_JUDGMENTS or verdicts.all() or not verdicts.any():
        problem = f"{len(said)} ticks and crosses are too few to calibrate with, or all are alike"
        raise TrainingDataError(problem, remedy=f"say of {FEWEST_JUDGMENTS} results or more whether they match")
    odds = np.log(np.clip(said, 1e-6, 1 - 1e-6) / np.clip(1 - said, 1e-6, 1))
    distinct = sorted(set(sentences))
    part_of = dict(zip(distinct, np.random.default_rng(seed).permutation(len(distinct)) % 5, strict=True))
    parts = np.array([part_of[sentence] for sentence in sentences])
    after = np.zeros(len(said))
    for part in range(5):
        here = parts == part
        bias, slope = _line(odds[~here], verdicts[~here])
        after[here] = 1 / (1 + np.exp(-(bias + slope * odds[here])))
    bias, slope = _line(odds, verdicts)
    moved = replace(
        before,
        retrieved=before.retrieved.stretched(bias, slope),
        reranked=before.reranked.stretched(bias, slope) if before.reranked is not None else None,
        facts={**before.facts, "judgments": len(said)},
    )
    figures = [(log_loss(each, verdicts), calibration_error(each, verdicts, bins=5)) for each in (said, after)]
    return Verdict(moved, figures[0], figures[1], len(said))


def _line(odds: np.ndarray, verdicts: np.ndarray) -> tuple[float, float]:
    """(bias, slope) of the log odds, drawn towards leaving them as they are."""
    guess = np.array([0.0, 1.0])
    design = np.stack([np.ones(len(odds)), odds], 1)
    for _ in range(50):
        share = 1 / (1 + np.exp(-np.clip(design @ guess, -30, 30)))
        gradient = design.T @ (share - verdicts) + TRUST * (guess - (0.0, 1.0))
        curvature = (design * (share * (1 - share))[:, None]).T @ design + TRUST * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        guess = guess - step / max(float(np.abs(step).max()) / LONGEST_STEP, 1.0)  # Newton's own may leap too far
        if np.abs(step).max() < 1e-6:
            break
    return float(guess[0]), max(float(guess[1]), 0.05)
