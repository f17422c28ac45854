"""How far probabilities, "nothing matches" and counts can be trusted, over searches with known right answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.calibration import Calibration
from engine.calibration_features import FIRST
from engine.captions.pairs import CaptionedPhotos
from engine.evaluation.asked import Searched
from engine.evaluation.calibrating import MANY, amount, holds, likely, shown

if TYPE_CHECKING:
    from engine.evaluation.agreement import Judgments

BINS = 15
MATCH_GRADE = 2.5  # mean of three people, of 4: most of them said 3 or more


def calibration_error(probabilities: np.ndarray, matches: np.ndarray, *, bins: int = BINS) -> float:
    """Mean distance between what is said and what is so, over bins of equally many: float[n], bool[n]."""
    parts = np.array_split(np.argsort(probabilities, kind="stable"), min(bins, max(len(probabilities), 1)))
    apart = [len(part) * abs(probabilities[part].mean() - matches[part].mean()) for part in parts if len(part)]
    return float(sum(apart) / max(len(probabilities), 1))


def brier_skill(probabilities: np.ndarray, matches: np.ndarray) -> float:
    """1 is certainty, 0 is knowing the base rate alone."""
    base = float(matches.mean())
    return float(1 - ((probabilities - matches) ** 2).mean() / max(base * (1 - base), 1e-12))


def reliability(calibration: Calibration, searches: Sequence[Searched], *, rerank: bool = True) -> dict[str, Any]:
    """Over the head of every search and over the first hit of each; `curve`: for each bin of the head what is said,
    what is so, and of how many."""
    heads = [(likely(calibration, each, rerank=rerank), each.right) for each in searches if each.whole]
    heads = [head for head in heads if len(head[0])]
    every, right = (np.concatenate(part) for part in zip(*heads, strict=True))
    first = np.array([said.max() for said, _ in heads])
    first_right = np.array([bool(so[said.argmax()]) for said, so in heads])
    parts = np.array_split(np.argsort(every, kind="stable"), BINS)
    curve = [[float(every[part].mean()), float(right[part].mean()), len(part)] for part in parts]
    first_parts = np.array_split(np.argsort(first, kind="stable"), BINS)
    return {
        "searches": len(heads),
        "ece": calibration_error(every, right),
        "ece_first": calibration_error(first, first_right),
        "brier_skill": brier_skill(every, right),
        "brier_skill_first": brier_skill(first, first_right),
        "base": float(right.mean()),
        "base_first": float(first_right.mean()),
        "curve": curve,
        "curve_first": [[float(first[at].mean()), float(first_right[at].mean()), len(at)] for at in first_parts],
    }


def by_concept(calibration: Calibration, searches: Sequence[Searched], *, rerank: bool = True) -> dict[str, Any]:
    """In percent. `nothing`: searches that end with nothing where no photo's captions name what is asked for; `found`:
    searches that return a photo that shows it where there are some. `concepts`: the same for each. `curve`: nothing and
    found for each least probability that anything matches."""
    asked = [search for search in searches if not search.whole or search.total >= MANY]
    whole = np.array([search.whole for search in asked], bool)
    about = np.array([search.asked.about for search in asked])
    levels = [round(float(each), 2) for each in np.linspace(0.1, 0.95, 18)]
    told = np.array([_told(_from(calibration, each), asked, rerank) for each in (None, *levels)])

    def both(of: np.ndarray, right: np.ndarray) -> tuple[float, float]:
        return _percent(right[of & ~whole]), _percent(right[of & whole])

    every = np.ones(len(asked), bool)
    nothing, found = both(every, told[0])
    return {
        "threshold": calibration.threshold,
        "least": (calibration.reranked if rerank and calibration.reranked else calibration.retrieved).least,
        "nothing": nothing,
        "found": found,
        "searches_without": int((~whole).sum()),
        "searches_with": int(whole.sum()),
        "concepts": {str(one): both(about == one, told[0]) for one in dict.fromkeys(about)},
        "curve": [[level, *both(every, right)] for level, right in zip(levels, told[1:], strict=True)],
    }


def _told(calibration: Calibration, searches: Sequence[Searched], rerank: bool) -> list[bool]:
    """Whether each search is answered as it should be."""
    rows = [shown(calibration, search, rerank=rerank) for search in searches]
    return [
        bool((row & search.matches).any()) if search.whole else not row.any()
        for row, search in zip(rows, searches, strict=True)
    ]


def _from(calibration: Calibration, least: float | None) -> Calibration:
    if least is None:
        return calibration
    reranked = replace(calibration.reranked, least=least) if calibration.reranked is not None else None
    return replace(calibration, retrieved=replace(calibration.retrieved, least=least), reranked=reranked)


def left_out(calibration: Calibration, searches: Sequence[Searched]) -> dict[str, Any]:
    """Captions whose own photo is there, and left out, in percent: for each probability how many of those left out have
    nothing above it, and how many find their own photo first and above it. `ceiling`: how many have it first at all."""
    whole = [(likely(calibration, each), each) for each in searches if each.whole and len(each.scores)]
    first = np.array([said.max() for said, _ in whole])
    # The own photo of a caption is the only one that names it: see Asked.named.
    own = np.array([bool(each.asked.named[each.photos[said.argmax()]]) for said, each in whole])
    without = np.array([likely(calibration, each).max() for each in searches if not each.whole and len(each.scores)])
    thresholds = [round(float(each), 2) for each in np.linspace(0.05, 0.95, 19)]
    return {
        "ceiling": _percent(own),
        "curve": [[each, _percent(without < each), _percent(own & (first >= each))] for each in thresholds],
    }


def among(calibration: Calibration, searches: Sequence[Searched], size: int) -> dict[str, Any]:
    """The reliability of the same searches in a smaller library: the first `size` of the photos."""
    return reliability(calibration, [_narrowed(each, size) for each in searches if each.whole])


def _narrowed(search: Searched, size: int) -> Searched:
    kept = search.photos < size
    cosines = search.all_cosines[:size]
    nearest = np.sort(cosines)[::-1][:FIRST]
    return replace(
        search,
        view=replace(search.view, size=len(cosines), cosines=cosines, nearest=nearest),
        photos=search.photos[kept],
        cosines=search.cosines[kept],
        scores=search.scores[kept],
        matches=search.matches[kept],
        all_cosines=cosines,
        all_matches=search.all_matches[:size],
        pool=np.arange(len(search.all_cosines))[:size],
    )


def by_people(
    calibration: Calibration, searches: Sequence[Searched], judged: Judgments, *, pairs: CaptionedPhotos
) -> dict[str, Any]:
    """What is said of pairs of captions and photos of others that people graded from 1 to 4, and how many of those
    were graded 3 or more, which is a match with minor faults at most. `curve`: as that of `reliability`."""
    grades = {(int(s), int(p)): g for s, p, g, own in zip(*_columns(judged), strict=True) if not own}
    numbers = {text: row for row, text in enumerate(pairs.sentences())}
    said, so = [], []
    for search in (each for each in searches if each.whole):
        sentence = numbers[search.asked.text]
        for photo, probability in zip(search.photos.tolist(), likely(calibration, search).tolist(), strict=True):
            if (sentence, photo) in grades:
                said.append(probability)
                so.append(grades[sentence, photo] >= MATCH_GRADE)
    if not said:
        return {"pairs": 0}
    told, right = np.array(said), np.array(so)
    parts = np.array_split(np.argsort(told, kind="stable"), 6)
    return {
        "pairs": len(told),
        "said": float(told.mean()),
        "so": float(right.mean()),
        "curve": [[float(told[part].mean()), float(right[part].mean()), len(part)] for part in parts if len(part)],
    }


def _columns(judged: Judgments) -> tuple[np.ndarray, ...]:
    return judged.sentences, judged.photos, judged.grades, judged.own


def counts(calibration: Calibration, searches: Sequence[Searched]) -> dict[str, Any]:
    """In percent: how often the range of a count holds; `bias`: what is expected over what is there, summed."""
    asked = [search for search in searches if search.whole]
    said = [amount(calibration, search) for search in asked]
    held = [holds(int(each.all_right.sum()), *of, calibration.spread) for each, of in zip(asked, said, strict=True)]
    total = sum(int(search.all_right.sum()) for search in asked)
    return {
        "holds": _percent(np.array(held)),
        "searches": len(asked),
        "bias": float(sum(count for count, _ in said) / max(total, 1)),
        "spread": calibration.spread,
    }


def _percent(of: np.ndarray) -> float:
    return round(100 * float(of.mean()), 1) if len(of) else 0.0
