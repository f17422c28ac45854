"""Fits what scores mean: one curve for cosines, one for the scores of a head, and where a match begins.

Logistic regression by Newton's method with a small ridge; curves see the features of calibration_features.features_of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.calibration import SHORT, SURE, Calibration, Curve, expected
from engine.calibration_features import Ground, Lexicon, features_of, typed
from engine.evaluation.asked import Searched
from engine.evaluation.concepts import AGREED, Named
from engine.evaluation.grounds import grounds
from engine.evaluation.phrases import KINDS

if TYPE_CHECKING:
    from engine.model_store import LoadedModel

OF_SEARCH = ("seen", "least", "rarity", "words", "length", "ground", "over", "over_best", "over_top", "present")
# Within one search probabilities rise with what orders its rows: nothing else that differs from row to row may enter.
OF_COSINES = (*OF_SEARCH, "score", "beyond", "clear", "first")
OF_HEAD = (*OF_SEARCH, "score", "score_least", "score_length", "first", "first_least", "first_length")
# Of few words what is done is one too; how rare the rarest is tells more than all of them together.
OF_SHORT_SEARCH = (
    "every_seen", "every_least", "every_least_square", "every_rarity", "every_rarest", "every_words", "every_length",
    "ground", "over", "over_best", "over_top", "present",
)  # fmt: skip
OF_SHORT_COSINES = (*OF_SHORT_SEARCH, "score", "beyond", "clear_every", "first")
OF_SHORT_HEAD = (
    *OF_SHORT_SEARCH,
    "score", "score_every_least", "score_every_length", "first", "first_every_least", "first_every_length",
)  # fmt: skip
PRESENCE = (
    "over", "over_best", "over_top", "over_least", "scatter", "lead", "ahead", "ground",
    "seen", "least", "rarity", "words",
)  # fmt: skip
RIDGE = 1e-3
LONGEST_STEP = 2.0
SAME = 1e-9
CAPTION = 0.3  # what a caption weighs beside a sentence of concepts, of which there are fewer
CAPTION_CLEAR, CAPTION_WITHOUT = 0.02, 0.001
SCENE_CLEAR = 3.0  # scenes are what people ask for
RATHER_FOUND = 0.03  # to say that nothing matches where something does is the worse mistake
WITHOUT = 0.2  # what a search for something that is not there weighs: it is the rarer case
REST_EVERY = 12  # of the photos beyond the head, one in so many is looked at, and counts as many times
UNREAD = -6.0  # log odds of a sentence of which the model met no word, at most; set, for hardly any is among captions
RARE = 8  # photos that show a word, below which it is not in the lexicon
MANY = 3  # photos that show a concept, from which on it can be asked whether it is found
DOUBT = 10  # photos that weigh as much as the supposition that a word is seen no better than most
THRESHOLDS = np.linspace(0.15, 0.5, 36)  # below, most of what is shown would be wrong; above, half of it missing
LEAST = np.linspace(0.05, 0.95, 91)
INSIDE = 0.8


@dataclass(frozen=True, slots=True)
class Rows:
    """features, float[n] each, matches and weights float[n]."""

    features: dict[str, np.ndarray]
    matches: np.ndarray
    weights: np.ndarray


def fit(
    model: LoadedModel, lexicon: Lexicon, searches: Sequence[Searched], *, facts: dict[str, Any] | None = None
) -> Calibration:
    """From searches of which it is known what they should have found, some of them perhaps among a part of the photos.

    A row matches from the probability on with which most of the right ones are shown and most of those shown are right
    (the best F1 over searches for concepts). Nothing is said to match where as many searches for a scene that is not
    there end with nothing as searches for one that is there end with it.
    """
    lexicon = replace(lexicon, usual=_usual(searches))
    curves = {True: _curve(searches, lexicon, cosines=True)}
    if model.cross_encoder is not None:
        curves[False] = _curve(searches, lexicon, cosines=False)
    of = (model.model_id, model.head, lexicon, curves[True], curves.get(False))
    made = Calibration(*of, threshold=1.0, facts=facts or {})
    made = replace(made, threshold=_threshold(made, searches))
    curves = {
        cosines: replace(curve, least=_least(made, curve, searches, cosines)) for cosines, curve in curves.items()
    }
    made = replace(made, retrieved=curves[True], reranked=curves.get(False))
    return replace(made, spread=_spread(made, searches))


def likely(calibration: Calibration, search: Searched, *, rerank: bool = True) -> np.ndarray:
    """Probabilities float32[k] of the head of a search."""
    if rerank and calibration.reranked is not None:
        return calibration.of_scores(search.view, search.scores, search.cosines)
    return calibration.of_cosines(search.view, search.cosines)


def shown(calibration: Calibration, search: Searched, *, rerank: bool = True) -> np.ndarray:
    """bool[k]: which of the head of a search are said to match."""
    reranked = rerank and calibration.reranked is not None
    scores, cosines = (search.scores, search.cosines) if reranked else (search.scores[:0], search.cosines[:0])
    return calibration.matches(search.view, likely(calibration, search, rerank=rerank), scores, cosines)


def lexicon_of(model: LoadedModel, named: Named, embeddings: np.ndarray, *, agreed: int = AGREED) -> Lexicon:
    """Of captioned photos, embeddings float32[n, d]: how well the model sees each word that enough of them show, which
    is where so many captions agreed on it."""
    known = [*named.frequent(RARE, agreed=agreed), *(done := named.done(RARE, agreed=agreed))]
    cosines = model.bi_encoder.encode_sentences([named.spelling(word) for word in known]) @ embeddings.T
    words: dict[str, tuple[float, float]] = {}
    for word, row in zip(known, cosines, strict=True):
        count = named.by([word])
        shown, others = row[count >= agreed], row[count == 0]
        apart = float((shown.mean() - others.mean()) / max(others.std(), 1e-6))
        trust = len(shown) / (len(shown) + DOUBT)
        odds = float(np.log(len(shown) / max(len(row) - len(shown), 1)))
        words[word] = (round(trust * apart + (1 - trust), 3), round(odds, 3))
    things = cosines[: len(known) - len(done)]
    doing = {word: words.pop(word) for word in done}
    return Lexicon(words, (float(things.mean()), float(things.std(1).mean())), doing)


def _usual(searches: Sequence[Searched]) -> tuple[float, float]:
    whole = [search.all_cosines for search in searches if search.whole and search.share == 1]
    return float(np.mean([each.mean() for each in whole])), float(np.mean([each.std() for each in whole]))


def _curve(searches: Sequence[Searched], lexicon: Lexicon, *, cosines: bool) -> Curve:
    """Of long sentences, of whether anything matches and of the ground phrases tell nothing that concepts do not."""
    searches = [search for search in searches if len(search.cosines)]
    of_all = [search for search in searches if search.asked.kind not in KINDS]
    ground, told = grounds(of_all, cosines=cosines)
    parts = [_rows(search, lexicon, each, cosines=cosines) for search, each in zip(of_all, told, strict=True)]
    presence = _presence(of_all, parts)
    for part in parts:
        part.features["present"] = presence.odds(part.features)
    names = OF_COSINES if cosines else OF_HEAD
    bias, weights = _weighed(parts, names)
    of_about = {search.asked.about: each for search, each in zip(of_all, told, strict=True)}
    short = []
    for search in searches:
        if typed(search.asked.text) <= SHORT:
            here = of_about.get(search.asked.about, ground)
            part = _rows(search, lexicon, here, cosines=cosines, enough=True)
            part.features["present"] = presence.odds(part.features)
            short.append(part)
    of_short = Curve(*_weighed(short, OF_SHORT_COSINES if cosines else OF_SHORT_HEAD)) if short else None
    return Curve(bias, weights, ground, presence, least=0.0, short=of_short)


def _weighed(parts: Sequence[Rows], names: Sequence[str]) -> tuple[float, dict[str, float]]:
    """Bias and weights of a curve."""
    matrix = np.stack([np.concatenate([part.features[name] for part in parts]) for name in (*names, "unread")], 1)
    matches = np.concatenate([part.matches for part in parts])
    bias, slopes = logistic(matrix, matches, np.concatenate([part.weights for part in parts]))
    weights = {name: float(slope) for name, slope in zip(names, slopes[:-1], strict=True)}
    return bias, weights | {"unread": min(float(slopes[-1]), UNREAD)}


def _presence(searches: Sequence[Searched], parts: Sequence[Rows]) -> Curve:
    """Whether anything at all matches, from what the nearest score."""
    matrix = np.array([[part.features[name][0] for name in PRESENCE] for part in parts])
    there = np.array([search.total > 0 for search in searches], float)
    bias, slopes = logistic(matrix, there, np.array([_clear(search) for search in searches]))
    return Curve(bias, {name: float(slope) for name, slope in zip(PRESENCE, slopes, strict=True)} | {"unread": UNREAD})


def _clear(search: Searched) -> float:
    """A caption tells little of whether anything matches: something does, and without its own photo nobody knows."""
    caption = CAPTION_CLEAR if search.whole else CAPTION_WITHOUT
    return search.share * {"caption": caption, "scene": SCENE_CLEAR}.get(search.asked.kind, 1.0)


def _share(search: Searched, *, without: float = WITHOUT) -> float:
    return search.share * (1.0 if search.whole else without) * (CAPTION if search.asked.kind == "caption" else 1.0)


def _rows(search: Searched, lexicon: Lexicon, ground: Ground, *, cosines: bool, enough: bool = False) -> Rows:
    """The head of a search; for cosines also some of the rest, in proportion. What matches beyond doubt or, where that
    is `enough`, what contents whoever asks."""
    share = _share(search)
    if not cosines:
        features = features_of(lexicon, search.view, search.scores, search.cosines, first=search.scores, ground=ground)
        matches = search.right if enough else search.matches
        return Rows(features, matches.astype(float), np.full(len(search.scores), share))
    order = np.argsort(-search.all_cosines, kind="stable")
    head = len(search.cosines)
    chosen = np.concatenate([order[:head], order[head::REST_EVERY]])
    values = search.all_cosines[chosen]
    weights = np.where(np.arange(len(chosen)) < head, share, share * REST_EVERY)
    features = features_of(lexicon, search.view, values, values, first=search.view.nearest, ground=ground)
    return Rows(features, (search.all_right if enough else search.all_matches)[chosen].astype(float), weights)


def logistic(matrix: np.ndarray, matches: np.ndarray, weights: np.ndarray) -> tuple[float, np.ndarray]:
    """float[n, f], float[n], float[n] -> (bias, slopes float[f])."""
    mean, spread = matrix.mean(0), matrix.std(0)
    scale = np.where(spread > SAME, spread, np.inf)  # what is always the same says nothing
    design = np.concatenate([np.ones((len(matrix), 1)), (matrix - mean) / scale], 1)
    ridge = RIDGE * weights.sum() * np.eye(design.shape[1])
    ridge[0, 0] = 1e-9
    guess = np.zeros(design.shape[1])
    for _ in range(50):
        odds = 1 / (1 + np.exp(-np.clip(design @ guess, -30, 30)))
        gradient = design.T @ (weights * (odds - matches)) + ridge @ guess
        curvature = (design * (weights * odds * (1 - odds))[:, None]).T @ design + ridge
        step = np.linalg.solve(curvature, gradient)
        guess = guess - step / max(float(np.abs(step).max()) / LONGEST_STEP, 1.0)  # Newton's own may leap too far
        if np.abs(step).max() < 1e-6:
            break
    slopes = guess[1:] / scale
    return float(guess[0] - slopes @ mean), slopes


def _threshold(calibration: Calibration, searches: Sequence[Searched]) -> float:
    asked = _of_concepts(searches) or list(searches)
    said = np.concatenate([likely(calibration, search) for search in asked])
    so = np.concatenate([search.right for search in asked])
    shown = said[:, None] >= THRESHOLDS
    f1 = 2 * (shown & so[:, None]).sum(0) / np.maximum(shown.sum(0) + so.sum(), 1)
    return float(THRESHOLDS[np.argmax(f1)])


def _of_concepts(searches: Sequence[Searched]) -> list[Searched]:
    return [search for search in searches if search.whole and search.asked.kind != "caption" and search.share == 1]


def _least(made: Calibration, curve: Curve, searches: Sequence[Searched], cosines: bool) -> float:
    """From which presence on rows are shown at all: right ones where there are some, and none where there are none."""
    scenes = [search for search in searches if search.asked.kind == "scene"] or searches
    asked = [search for search in scenes if not search.whole or search.total >= MANY]
    present = np.array([_present(made, curve, search, cosines=cosines) for search in asked])
    whole, shares = np.array([search.whole for search in asked]), np.array([search.share for search in asked])

    def share(of: np.ndarray, right: np.ndarray) -> np.ndarray:
        return np.asarray(shares[of] @ right[of] / shares[of].sum() if of.any() else np.ones(len(LEAST)))

    found = share(whole, present[:, None] >= LEAST)
    nothing = share(~whole, present[:, None] < LEAST)
    return float(LEAST[np.argmax(np.minimum(found - RATHER_FOUND, nothing))])


def _present(made: Calibration, curve: Curve, search: Searched, *, cosines: bool) -> float:
    """The presence from which on the search is answered with a row that is right, or with any where none is."""
    said = likely(made, search, rerank=not cosines)
    wanted = said[search.matches] if search.whole else said
    best = float(said.max(initial=0.0))
    if wanted.max(initial=0.0) < made.begins(best):
        return 0.0
    rows = _rows(search, made.lexicon, curve.ground, cosines=cosines)
    return 1.0 if best >= SURE else curve.anything(rows.features)


def amount(calibration: Calibration, search: Searched) -> tuple[float, float]:
    """Mean and variance of how many match, by chance alone."""
    floor = float(search.cosines.min()) if len(search.cosines) else 1.0
    return calibration.amount(likely(calibration, search), view=search.view, floor=floor)


def holds(total: int, count: float, variance: float, spread: float) -> bool:
    """Whether the range that is said, rounded as it is shown, holds."""
    said = expected(count, variance, spread=spread)
    return round(said.low) <= total <= round(said.high)


def _spread(calibration: Calibration, searches: Sequence[Searched]) -> float:
    """The smallest error of counts with which ranges hold as often as they say, over scenes and over other things."""
    asked = _of_concepts(searches)
    amounts = [(int(search.all_right.sum()), *amount(calibration, search)) for search in asked]
    scenes = np.array([search.asked.kind == "scene" for search in asked], bool)
    groups = [group for group in (scenes, ~scenes) if group.any()]
    for spread in np.linspace(0, 3, 61):
        held = np.array([holds(*each, float(spread)) for each in amounts])
        if not groups or np.mean([held[group].mean() for group in groups]) >= INSIDE:
            return float(spread)
    return 3.0
