"""Normalising by a bank of sentences, on a collection with a photo that answers everything."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from engine.captions.pairs import CaptionedPhotos
from engine.errors import TrainingDataError
from engine.evaluation import intervals, query_bank
from engine.evaluation.figures import View, ranks_of_sentences, summed
from engine.evaluation.query_bank import hubs, normalised


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def with_a_hub(photos: int = 12) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Photos float32[n, d], a bank and sentences, each near its photo; all share a direction, which photo 0 has too."""
    rng = np.random.default_rng(5)
    own = np.eye(photos, photos + 1)
    shared = np.zeros(photos + 1)
    shared[-1] = 1.0
    seen = own + 0.3 * shared
    seen[0] = 0.2 * own[0] + 1.2 * shared  # the hub
    said = unit(own + 2.0 * shared + 0.02 * rng.normal(size=own.shape))
    bank = unit(np.tile(own, (20, 1)) + 2.0 * shared + 0.05 * rng.normal(size=(20 * photos, photos + 1)))
    return unit(seen), bank, said


def by_the_book(cosines: np.ndarray, bank: np.ndarray, heat: float) -> np.ndarray:
    """The paper's formula as it stands, sentence by sentence: exp(heat s) / sum over the bank, for active sentences."""
    active = {int(row.argmax()) for row in bank}
    scores = cosines.astype(np.float64).copy()
    for row in scores:
        if int(row.argmax()) in active:
            row[:] = [np.exp(heat * s) / np.exp(heat * bank[:, n].astype(float)).sum() for n, s in enumerate(row)]
    return scores


@pytest.mark.parametrize("heat", [1.0, 20.0])
def test_the_order_is_that_of_the_paper_s_formula(heat: float) -> None:
    rng = np.random.default_rng(0)
    photos, bank, said = (unit(rng.normal(size=(count, 6))) for count in (30, 25, 40))
    found = normalised(said @ photos.T, hubs(bank, photos, heat=heat))
    expected = by_the_book(said @ photos.T, bank @ photos.T, heat)
    assert 0 < found.active < 100
    assert 0 < found.applied < 100
    assert np.argsort(-found.cosines, 1).tolist() == np.argsort(-expected, 1).tolist()


def test_a_hub_no_longer_answers_every_sentence() -> None:
    photos, bank, said = with_a_hub()
    cosines, owner = said @ photos.T, np.arange(len(said))
    assert (cosines.argmax(1) == 0).sum() > 6
    view = View(cosines, np.zeros_like(cosines), owner, len(photos))
    moved = normalised(cosines, hubs(bank, photos, heat=20.0))
    found = query_bank.report(view, moved, None, head=0, drawn=intervals.draws(len(photos), 50))
    assert found["be"]["ir"]["r1"] == 100.0
    assert "coop" not in found
    gain = found["intervals"]["be_minus_plain"]["ir"]["r1"]
    assert gain["difference"] == pytest.approx(100 - 100 * (cosines.argmax(1) == owner).mean(), abs=0.01)
    assert gain["low"] > 0


def test_a_sentence_that_fell_for_no_hub_is_left_alone() -> None:
    photos = np.eye(3, dtype=np.float32)
    bank = unit(np.array([[1.0, 0.2, 0.1], [1.0, 0.1, 0.2]]))  # only photo 0 is ever first
    cosines = unit(np.array([[0.9, 0.5, 0.1], [0.1, 0.9, 0.3]])) @ photos.T
    moved = normalised(cosines, hubs(bank, photos, heat=10.0))
    assert moved.active == pytest.approx(100 / 3)
    assert moved.applied == 50.0
    assert moved.cosines[1].tolist() == cosines[1].tolist()
    assert moved.cosines[0].tolist() != cosines[0].tolist()


def test_a_large_heat_overflows_nothing() -> None:
    photos, bank, said = with_a_hub()
    moved = normalised(said @ photos.T, hubs(bank, photos, heat=500.0))
    assert np.isfinite(moved.cosines).all()


def test_reranking_starts_from_what_was_retrieved_normalised() -> None:
    # Plainly photo 0 comes first, then 1 and 2. Normalised 2 comes first: a head of two holds 2 and 1.
    view = View(np.array([[0.9, 0.8, 0.7]], np.float32), np.array([[9.0, 0.0, 0.5]], np.float32), np.array([1]), 3)
    moved = query_bank.Normalised(np.array([[0.1, 0.2, 0.3]], np.float32), 100.0, 100.0)
    assert ranks_of_sentences(view, summed(10.0), head=2).tolist() == [2]
    found = query_bank.report(view, moved, summed(10.0), head=2)
    assert found["be"]["ir"]["mrr10"] == 50.0
    assert found["coop"]["ir"]["mrr10"] == 100.0  # 8.0 against 7.5, photo 0 is outside
    assert found["coop_moved"]["ir"]["mrr10"] == 50.0  # 2.0 against 3.5


def test_a_bank_about_searched_photos_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bank.tsv").write_text("a.jpg\ta dog\nb.jpg\ta cat\nc.jpg\ta dog\n")
    (tmp_path / "train.txt").write_text("b.jpg\nc.jpg\n")
    searched = CaptionedPhotos(os.fsencode(tmp_path), (b"a.jpg",), (("a dog",),))
    bank, split = os.fsencode(tmp_path / "bank.tsv"), os.fsencode(tmp_path / "train.txt")
    with pytest.raises(TrainingDataError, match="--qb-split"):
        query_bank.read_bank(bank, searched)
    assert query_bank.read_bank(bank, searched, split=split) == ["a cat", "a dog"]
