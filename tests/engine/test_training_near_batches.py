from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from engine.training.near_batches import NearBatches
from engine.training.recipe import Recipe
from tests.engine.tiny_models import SENTENCES, tiny_tokenizer

PHOTOS = 24
RECIPE = Recipe(batch=8, word_dropout=0.0)


def batches() -> NearBatches:
    """Photos of six kinds, four of each."""
    kinds = torch.eye(6).repeat_interleave(4, 0)
    noise = 0.01 * torch.randn(PHOTOS, 6, generator=torch.Generator().manual_seed(0))
    captions = [(SENTENCES[photo % 3], f"{SENTENCES[photo % 3]} again") for photo in range(PHOTOS)]
    return NearBatches(captions, tiny_tokenizer()[0], F.normalize(kinds + noise, dim=-1), group=4, among=4)


def test_a_pass_gives_every_photo_once_with_one_of_its_sentences() -> None:
    source, tokenizer = batches(), tiny_tokenizer()[0]
    drawn = [source.batch(step, RECIPE) for step in range(3)]
    assert sorted(np.concatenate([batch.photos for batch in drawn])) == list(range(PHOTOS))
    for batch in drawn:
        for ids, photo in zip(batch.ids, batch.photos[batch.owner], strict=True):
            text = SENTENCES[photo % 3]
            own = [row[row > 0].tolist() for row in tokenizer([text, f"{text} again"])]
            assert ids[ids > 0].tolist() in own


def test_photos_stand_among_their_like() -> None:
    source = batches()
    for step in range(3):
        kinds, counts = np.unique(source.batch(step, RECIPE).photos // 4, return_counts=True)
        assert len(kinds) == 2
        assert counts.tolist() == [4, 4]


def test_the_same_step_gives_the_same_batch_and_the_next_pass_another() -> None:
    first, again, later = (batches().batch(step, RECIPE) for step in (1, 1, 4))
    assert torch.equal(first.ids, again.ids)
    assert first.photos.tolist() == again.photos.tolist() != later.photos.tolist()
