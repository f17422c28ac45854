from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from engine.bi_encoder import quantise
from engine.cross_encoder import CrossEncoder
from engine.joint_model import JointModel
from engine.joint_model_commonness import Commonness
from engine.placed_model import PlacedModel
from engine.training.commonness import learn_commonness
from engine.training.sources import CaptionBatches, MapBatches
from tests.engine.tiny_models import photo_batch, tiny_model, tiny_tokenizer


def model_with_a_bank(weight: float) -> JointModel:
    model = tiny_model(layers=1, alignment=True, readers=2, common=7)
    with torch.no_grad():
        model.commonness.bank.copy_(F.normalize(torch.randn(7, 32), dim=-1))
        model.commonness.weight.fill_(weight)
    return model


def scores(model: JointModel, tokens: torch.Tensor) -> np.ndarray:
    tokenizer = tiny_tokenizer()[0]
    cross_encoder = CrossEncoder(PlacedModel(model, torch.device("cpu")), tokenizer)
    values, scales = (part.numpy() for part in quantise(tokens))
    return cross_encoder.score(cross_encoder.prepare("a red dog"), values, scales, np.zeros(len(tokens), np.float32))


@torch.inference_mode()
def test_a_photo_that_is_near_every_sentence_is_scored_less() -> None:
    common, without = model_with_a_bank(3.0), model_with_a_bank(0.0)
    tokens = common.see(photo_batch(count=6))[1]
    lost = scores(without, tokens) - scores(common, tokens)
    np.testing.assert_allclose(lost, 3 * common.commonness.nearness(tokens).numpy(), atol=0.01)
    assert np.argmax(lost) == int(common.commonness.nearness(tokens).argmax())


@torch.inference_mode()
def test_photos_offer_the_same_one_by_one_as_together() -> None:
    model = model_with_a_bank(3.0)
    tokens = model.see(photo_batch(count=4))[1]
    together = model.offer(tokens).rows(torch.tensor([2]))
    assert together.common is not None
    torch.testing.assert_close(together.common, model.offer(tokens[2:3]).common)


@torch.inference_mode()
def test_nearness_lies_between_the_mean_cosine_and_the_highest() -> None:
    commonness = model_with_a_bank(1.0).commonness
    tokens = torch.randn(5, 4, 256)
    cosines = commonness.told(tokens.mean(1)) @ commonness.bank.T
    near = commonness.nearness(tokens)
    assert (near > cosines.mean(1)).all()
    assert (near < cosines.max(1).values).all()


def test_every_view_of_every_photo_is_shown_once_with_its_colours() -> None:
    maps = np.arange(2 * 5 * 3, dtype=np.float16).reshape(2, 5, 1, 1, 3)
    colours = -np.ones((2, 5, 1, 1, 48), np.float16)
    captions = CaptionBatches([("a red dog",)] * 5, tiny_tokenizer()[0])
    shown = torch.cat(list(MapBatches(maps, colours, captions).whole(2)))
    assert shown.shape == (10, 51, 1, 1)
    assert shown[:, :3].flatten().tolist() == list(range(30))
    assert (shown[:, 3:] == -1).all()


def test_an_embedding_is_learned_from_the_mean_of_the_tokens() -> None:
    torch.manual_seed(1)
    means = 5 + torch.randn(1024, 256) * torch.rand(256)
    embeddings = F.normalize(means @ torch.randn(256, 8) * 0.1, dim=-1)
    bank = F.normalize(torch.randn(3, 8), dim=-1)
    commonness = Commonness(8, 3)
    echo = learn_commonness(commonness, means, embeddings, bank)
    told = F.cosine_similarity(commonness.told(means), embeddings)
    assert echo > 0.9
    torch.testing.assert_close(told.mean().item(), echo, atol=1e-4, rtol=0)
    assert torch.equal(commonness.bank, bank)
