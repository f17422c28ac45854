from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from engine.joint_model import HeadConfig, JointModel, build_clip
from engine.training.guide import (
    Apprenticeship,
    GuideRecipe,
    Guides,
    PooledPhotos,
    ProjectionSight,
    agreement,
    become,
    make_guide,
)
from engine.training.recipe import Recipe
from engine.training.sources import CaptionBatches
from engine.training.train import JointTraining
from tests.engine.tiny_models import SENTENCES, tiny_config, tiny_tokenizer

RECIPE = Recipe(batch=4, alignment_share=0.0, listwise_share=0.0, precision="float32")
CAPTIONS = [(text, f"{text} again") for text in SENTENCES[:3]] * 2


def features(width: int = 6) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(2, len(CAPTIONS), width)).astype(np.float32)


def guide(seed: int = 0, kind: GuideRecipe | None = None) -> JointModel:
    return make_guide(tiny_config("timm_conv"), features(), kind or GuideRecipe(), seed=seed)


def captions() -> CaptionBatches:
    return CaptionBatches(CAPTIONS, tiny_tokenizer()[0])


def test_guides_together_have_the_mean_of_their_cosines() -> None:
    each = [guide(seed) for seed in range(3)]
    photos, ids = torch.from_numpy(features()[0]), tiny_tokenizer()[0](SENTENCES[:3])
    together = Guides(each)
    cosines = [Guides([one]).read(ids) @ Guides([one]).see(photos).T for one in each]
    torch.testing.assert_close(together.read(ids) @ together.see(photos).T, torch.stack(cosines).mean(0))


def test_two_that_say_the_same_agree_completely() -> None:
    scores = torch.randn(5, 4)
    assert agreement(scores, scores).item() == pytest.approx(0, abs=1e-6)
    assert agreement(scores, scores.flip(0)).item() > 0.1


def test_an_apprentice_comes_to_say_what_the_guides_say() -> None:
    guides, own = Guides([guide(1), guide(2)]), guide(3)
    source = PooledPhotos(captions(), features(), features(), mixed=True)
    run = Apprenticeship(own, ProjectionSight(own), RECIPE, guides)
    told = []
    for step in range(60):
        run.ready()
        told.append(run.round(source.batch(step, RECIPE), 0.3)["guided"])
    assert np.mean(told[-6:]) < 0.6 * np.mean(told[:6])


def test_an_apprentice_without_anything_for_the_guides_to_look_at_is_refused() -> None:
    run = Apprenticeship(guide(3), ProjectionSight(guide(3)), RECIPE, Guides([guide(1)]))
    with pytest.raises(ValueError, match="nothing to look at"):
        run.round(PooledPhotos(captions(), features()).batch(0, RECIPE), 0.3)


def test_a_guide_learns_which_caption_belongs_to_which_photo() -> None:
    one = guide(0, GuideRecipe(noise=0.1, mixed=True, text_dropout=0.1))
    run, source = JointTraining(one, ProjectionSight(one), RECIPE), PooledPhotos(captions(), features(), mixed=True)
    losses = []
    for step in range(60):
        run.ready()
        losses.append(run.round(source.batch(step, RECIPE), 0.3)["be"])
    assert np.mean(losses[-6:]) < np.mean(losses[:6])


@torch.no_grad()
def test_a_starter_that_becomes_a_guide_gives_its_embeddings() -> None:
    config, width = tiny_config("timm_conv"), 336
    model = JointModel(build_clip(config), HeadConfig(layers=1), patch_width=width).eval()
    one, lift, unit = guide().eval(), nn.Conv2d(width, 6, 1), torch.rand(6) + 0.5
    maps = torch.randn(3, width, 2, 2)
    lifted = F.linear(maps.mean((2, 3)), lift.weight.flatten(1), lift.bias) * unit
    become(model, copy.deepcopy(one), lift, unit)
    trunk = model.clip.visual.trunk
    torch.testing.assert_close(trunk.forward_head(maps), one.clip.visual.head(lifted), atol=1e-4, rtol=1e-4)
    ids = tiny_tokenizer()[0](SENTENCES[:3])
    torch.testing.assert_close(model.read(ids).embedding, one.read(ids).embedding)


def test_a_pass_gives_every_caption_once_and_each_photo_of_a_batch_once() -> None:
    source, recipe = captions(), Recipe(batch=4, word_dropout=0.0)
    tokenizer = tiny_tokenizer()[0]
    drawn = [source.batch(step, recipe) for step in range(3)]
    given = sorted(tuple(row[row > 0].tolist()) for batch in drawn for row in batch.ids)
    wanted = sorted(tuple(row[row > 0].tolist()) for texts in CAPTIONS for row in tokenizer(list(texts)))
    assert given == wanted
    for batch in drawn:
        assert len(set(batch.photos)) == len(batch.photos)
        for ids, photo in zip(batch.ids, batch.photos[batch.owner], strict=True):
            row = tuple(ids[ids > 0].tolist())
            assert row in [tuple(own[own > 0].tolist()) for own in tokenizer(list(CAPTIONS[photo]))]


def test_the_same_step_gives_the_same_batch_and_the_next_pass_another_order() -> None:
    recipe = Recipe(batch=4)
    first, again, later = (captions().batch(step, recipe) for step in (1, 1, 4))
    assert torch.equal(first.ids, again.ids)
    assert first.ids.shape != later.ids.shape or not torch.equal(first.ids, later.ids)
