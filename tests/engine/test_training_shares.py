from __future__ import annotations

import numpy as np
import torch

from engine.bi_encoder import quantise
from engine.cross_encoder import CrossEncoder
from engine.joint_model import JointModel
from engine.placed_model import PlacedModel
from engine.training.choice import DevSet
from engine.training.shares import Opinions, fit_shares, opinions, settle_shares
from tests.engine.tiny_models import SENTENCES, photo_batch, tiny_model, tiny_tokenizer

SHARES = {"verdict": 0.5, "whole0": 0.2, "words0": 0.7, "whole1": 0.0, "words1": 0.4, "common": 1.5}


def model_of_many_parts() -> JointModel:
    model = tiny_model(layers=1, alignment=True, readers=2, shares=True, common=5)
    with torch.no_grad():
        torch.nn.init.normal_(model.verdict.weight)
        torch.nn.init.normal_(model.commonness.bank)
        for alignment in model.alignment.each:
            torch.nn.init.normal_(alignment.word.weight)
    model.open_gates(1.0)
    return model


def drawn(seed: int, *, helpful: float) -> Opinions:
    """Two parts beside the cosine: "good" is higher for the right photo, "idle" is chance."""
    rng = torch.Generator().manual_seed(seed)
    right = torch.zeros(400, 10, dtype=torch.bool)
    right[torch.arange(400), torch.randint(10, (400,), generator=rng)] = True
    cosines, good, idle = (0.1 * torch.randn(400, 10, generator=rng) for _ in range(3))
    return Opinions(cosines + 0.1 * right, right, {"good": good + helpful * right, "idle": idle})


def test_a_part_that_knows_the_photo_counts_and_chance_does_not() -> None:
    found = drawn(0, helpful=0.2)
    shares = fit_shares(found)
    assert shares["good"] > 1.0
    assert shares["idle"] < 0.1 * shares["good"]
    assert found.recalls(shares)["r1"] > found.recalls(dict.fromkeys(shares, 0.0))["r1"]


def test_no_part_counts_against_itself() -> None:
    assert fit_shares(drawn(1, helpful=-0.2))["good"] == 0.0


def test_a_sentence_whose_photo_is_not_among_the_first_is_never_found() -> None:
    found = drawn(2, helpful=0.2)
    none = Opinions(found.cosines, torch.zeros_like(found.right), found.parts)
    assert none.recalls(dict.fromkeys(found.parts, 1.0)) == {"r1": 0.0, "r5": 0.0, "r10": 0.0, "mr": 0.0, "mrr10": 0.0}


def dev_of(model: JointModel) -> DevSet:
    photos = ((photo_batch(count=6).clamp(-1, 1) + 1) * 127.5).byte()
    return DevSet(photos, tiny_tokenizer()[0](SENTENCES[:3] * 2), torch.arange(6))


@torch.inference_mode()
def test_opinions_hold_every_part_of_every_reader() -> None:
    model = model_of_many_parts()
    found = opinions(model, dev_of(model), k=4)
    assert set(found.parts) == set(SHARES)
    assert {part.shape for part in found.parts.values()} == {(6, 4)}
    assert (found.cosines.diff(dim=1) <= 0).all()


@torch.inference_mode()
def test_settled_scores_are_the_sum_that_was_chosen() -> None:
    model = model_of_many_parts()
    dev = dev_of(model)
    dev = DevSet(dev.photos, dev.ids[:1], dev.owner[:1])
    found = opinions(model, dev, k=6)
    wanted = found.scores(SHARES)[0].numpy()
    settle_shares(model, SHARES)
    embeddings, tokens = model.see(dev.photos.float() / 127.5 - 1)
    cross_encoder = CrossEncoder(PlacedModel(model, torch.device("cpu")), tiny_tokenizer()[0])
    cosines = (model.read(dev.ids).embedding @ embeddings.T)[0].numpy()
    values, scales = (part.numpy() for part in quantise(tokens))
    scored = cross_encoder.score(cross_encoder.prepare(SENTENCES[0]), values, scales, cosines)
    scored = scored * SHARES["verdict"] / model.temperature.item()
    # Two cosines may be so near each other that their order is the processor's.
    np.testing.assert_allclose(np.sort(scored), np.sort(wanted), atol=0.03)


@torch.inference_mode()
def test_a_verdict_without_a_share_is_silenced() -> None:
    model = model_of_many_parts()
    settle_shares(model, {**SHARES, "verdict": 0.0})
    assert not model.verdict.weight.any()
    assert model.cosine_weight == 1.0
