"""Query-bank normalisation: photos that answer too many sentences ("hubs") are moved back.

Source: Bogolin, Croitoru, Jin, Liu, Albanie, "Cross Modal Retrieval with Querybank Normalisation" (CVPR 2022): the
inverted softmax over a bank of other sentences, with the dynamic activation set. Its order within one sentence's
photos, exp(heat * cosine) over the photo's sum in the bank, is that of the cosine less the logarithm of the sum over
heat, which is what is computed here: it cannot overflow, and stays in the cosine's unit.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.captions.caption_files import read_captioned
from engine.captions.pairs import CaptionedPhotos
from engine.errors import TrainingDataError
from engine.evaluation import intervals
from engine.evaluation.figures import Rule, View, ranks_of_sentences, without_cosine
from engine.evaluation.ranking import recalls

SENTENCES_AT_ONCE = 2048


@dataclass(frozen=True, slots=True)
class Hubs:
    """level float32[n]: how near the bank is to each photo, in cosines; active bool[n]: first for one of the bank."""

    level: np.ndarray
    active: np.ndarray


@dataclass(frozen=True, slots=True)
class Normalised:
    """cosines float32[s, n], less the level of each photo where that applies; applied, active: shares in percent."""

    cosines: np.ndarray
    applied: float
    active: float


def read_bank(path: bytes, searched: CaptionedPhotos, *, split: bytes | None = None) -> list[str]:
    """The sentences of a captions file, each once. Raises TrainingDataError where one is about a searched photo."""
    bank = read_captioned(path, photos=searched.folder, split=split, partial=True, check_photos=False)
    both = sorted(set(bank.photos) & set(searched.photos))
    if both:
        problem = f"the query bank has a sentence about {os.fsdecode(both[0])!r}, which is searched"
        raise TrainingDataError(problem, path=path, remedy="name other photos with --qb-split")
    return list(dict.fromkeys(bank.sentences()))


def hubs(bank: np.ndarray, photos: np.ndarray, *, heat: float) -> Hubs:
    """bank float32[b, d] and photos float32[n, d], unit length; heat: how much near sentences count more."""
    total, active = np.zeros(len(photos)), np.zeros(len(photos), bool)
    for start in range(0, len(bank), SENTENCES_AT_ONCE):
        cosines = bank[start : start + SENTENCES_AT_ONCE] @ photos.T
        active[cosines.argmax(1)] = True
        total += np.exp(heat * (cosines.astype(np.float64) - 1)).sum(0)
    return Hubs((np.log(total / len(bank)) / heat + 1).astype(np.float32), active)


def normalised(cosines: np.ndarray, found: Hubs) -> Normalised:
    """Only sentences whose first photo is active are touched: the others did not fall for a hub."""
    touched = found.active[cosines.argmax(1)]
    moved = np.where(touched[:, None], cosines - found.level, cosines)
    return Normalised(moved, 100 * float(touched.mean()), 100 * float(found.active.mean()))


def report(
    view: View, changed: Normalised, own: Rule | None, *, head: int, drawn: np.ndarray | None = None
) -> dict[str, Any]:
    """From sentence to photo: {"applied", "active", "be", "coop", "coop_moved", "intervals"?}.

    "coop" reranks what was retrieved so by the model's own score; in "coop_moved" the score's cosine is the normalised
    one too. Both are left out where `own`, the model's score, is None.
    """
    retrieved = View(changed.cosines, view.alone, view.owner, view.captioned)
    found = {"be": ranks_of_sentences(retrieved)}
    before = {"be": ranks_of_sentences(view)}
    if own is not None:
        scores = View(changed.cosines, own(view.cosines, view.alone), view.owner, view.captioned)
        found["coop"] = ranks_of_sentences(scores, without_cosine, head=head)
        found["coop_moved"] = ranks_of_sentences(retrieved, own, head=head)
        before["coop"] = before["coop_moved"] = ranks_of_sentences(view, own, head=head)
    facts: dict[str, Any] = {"applied": round(changed.applied, 2), "active": round(changed.active, 2)}
    facts |= {name: {"ir": recalls(ranks)} for name, ranks in found.items()}
    if drawn is not None:
        facts["intervals"] = {
            f"{name}_minus_plain": intervals.differences({"ir": ranks}, {"ir": before[name]}, view.owner, drawn=drawn)
            for name, ranks in found.items()
        }
    return facts
