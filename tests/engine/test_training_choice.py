from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.training.choice import Candidates, DevSet, candidates, choose_shares, look, settle
from tests.engine.tiny_models import SENTENCES, tiny_model, tiny_tokenizer


def found(**parts: list[list[float]]) -> Candidates:
    arrays = {name: np.array(values, np.float32) for name, values in parts.items()}
    right = arrays.pop("right").astype(bool)
    return Candidates(arrays["cosines"], arrays["verdicts"], arrays["alignments"], right)


def test_a_part_that_finds_the_photo_is_given_weight() -> None:
    seen = found(
        cosines=[[0.9, 0.8], [0.9, 0.8]],
        verdicts=[[0, 0], [0, 0]],
        alignments=[[0, 0.5], [0.5, 0]],
        right=[[0, 1], [1, 0]],
    )
    verdict, alignment, expected = choose_shares(seen)
    assert alignment > 0
    assert expected["r1"] == 100.0
    assert verdict == 0.0


def test_parts_that_only_harm_are_given_none() -> None:
    seen = found(cosines=[[0.9, 0.8]], verdicts=[[-9.0, 9.0]], alignments=[[-9.0, 9.0]], right=[[1, 0]])
    assert choose_shares(seen)[:2] == (0.0, 0.0)


def test_a_photo_that_was_not_retrieved_is_not_found() -> None:
    seen = found(cosines=[[0.9, 0.8]], verdicts=[[0, 0]], alignments=[[0, 0]], right=[[0, 0]])
    assert seen.recalls(1.0, 1.0, 2)["r10"] == 0.0


@pytest.mark.parametrize(("verdict", "alignment"), [(0.0, 0.0), (0.0, 1.5), (2.0, 0.0), (0.5, 1.0)])
@torch.no_grad()
def test_settled_scores_rank_as_the_shares_do(verdict: float, alignment: float) -> None:
    from engine.bi_encoder import quantise
    from engine.cross_encoder import CrossEncoder
    from engine.placed_model import PlacedModel

    model = tiny_model(alignment=True)
    torch.nn.init.normal_(model.verdict.weight)
    model.open_gates(1.0)
    _, tokens = model.see(torch.randn(6, 3, 32, 32))
    cosines = torch.rand(6)
    reading = model.read(tiny_tokenizer()[0](["a red dog"]))
    logits = model.match(reading.repeat(torch.zeros(6, dtype=torch.long)), tokens)
    parts = verdict * (logits[:, 1] - logits[:, 0]) / model.temperature + alignment * model.align(reading, tokens)[0]
    wanted = (cosines + parts).argsort(descending=True)
    settle(model, verdict, alignment)
    cross_encoder = CrossEncoder(PlacedModel(model, torch.device("cpu")), tiny_tokenizer()[0])
    values, scales = quantise(tokens)
    scores = cross_encoder.score(cross_encoder.prepare("a red dog"), values.numpy(), scales.numpy(), cosines.numpy())
    assert np.argsort(-scores).tolist() == wanted.tolist()


def test_a_look_at_dev_reports_each_part() -> None:
    model = tiny_model(alignment=True)
    photos = torch.randint(0, 255, (25, 3, 32, 32), dtype=torch.uint8)
    ids = tiny_tokenizer()[0]((SENTENCES * 6)[:50])
    dev = DevSet(photos, ids, torch.arange(25).repeat_interleave(2))
    facts = look(model, dev.some(1))
    assert facts["be_r10"] == facts["judged_r10"]
    assert len(dev.some(1).ids) == 25
    assert candidates(model, dev, k=20).cosines.shape == (50, 20)
