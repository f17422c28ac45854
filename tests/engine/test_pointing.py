from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engine.bi_encoder import quantise
from engine.cross_encoder import CrossEncoder
from engine.joint_model import JointModel
from engine.placed_model import PlacedModel
from engine.tokenizer import Tokenizer
from tests.engine.tiny_models import photo_batch, tiny_description, tiny_model, tiny_tokenizer

SENTENCE = "a red dog runs"


def aligned(**head: Any) -> JointModel:
    """With an alignment that was trained, as far as anybody can see."""
    model = tiny_model(alignment=True, **head)
    with torch.no_grad():
        model.alignment_weight.fill_(1.0)
    return model


def head_of(model: JointModel) -> CrossEncoder:
    return CrossEncoder(PlacedModel(model, torch.device("cpu")), tiny_tokenizer()[0])


def tokens_of(model: JointModel) -> tuple[np.ndarray, np.ndarray]:
    with torch.inference_mode():
        values, scales = quantise(model.see(photo_batch())[1])
    return values.numpy(), scales.numpy()


@pytest.mark.parametrize("head", [{}, {"readers": 2}, {"readers": 3, "colours": True}])
def test_every_word_points_at_the_whole_photo_with_a_sum_of_one(head: dict[str, Any]) -> None:
    model = aligned(**head)
    values, scales = tokens_of(model)
    pointing = head_of(model).point(SENTENCE, values[:1], scales[:1])
    inside = [place for place, (start, end) in enumerate(pointing.spans[: len(pointing.weights)]) if end > start]
    assert pointing.shares.shape == (len(pointing.weights), values.shape[1])
    assert pointing.shares[inside].sum(1) == pytest.approx(1, abs=1e-4)
    assert pointing.weights[inside].sum() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("readers", [0, 2])
def test_a_word_points_at_the_token_that_raises_its_match_most(readers: int) -> None:
    model = aligned(readers=readers)
    values, scales = tokens_of(model)
    head = head_of(model)
    warmest = int(head.point("dog", values[:1], scales[:1]).shares[1].argmax())
    alone = [head.align(["dog"], values[:1, [place]], scales[:1, [place]])[0, 0] for place in range(values.shape[1])]
    assert warmest == int(np.argmax(alone)) or readers  # several readers are asked together, and may differ


def test_sentences_are_aligned_together_as_each_alone() -> None:
    model = aligned(readers=2)
    values, scales = tokens_of(model)
    head = head_of(model)
    together = head.align(["dog", "a man climbs a rock"], values, scales)
    alone = [head.align([sentence], values, scales)[0] for sentence in ("dog", "a man climbs a rock")]
    assert together.shape == (2, len(values))
    assert together == pytest.approx(np.array(alone), abs=1e-5)
    assert head.align([], values, scales).shape == (0, len(values))


def test_a_head_without_a_trained_alignment_does_not_point() -> None:
    assert not head_of(tiny_model()).points
    assert not head_of(tiny_model(alignment=True)).points
    assert head_of(aligned()).points


@pytest.mark.parametrize("clean", ["none", "whitespace", "lower", "canonicalize"])
def test_spans_lie_where_the_words_were_typed(clean: str) -> None:
    typed = "  “Red” dog,  runs—it's SNOW"
    spans = Tokenizer(tiny_description(), context_length=64, clean=clean).spans(typed)
    for word in ("Red", "dog", "runs", "SNOW"):
        start = typed.index(word)
        assert any(first < start + len(word) and last > start for first, last in spans), word
    assert all(0 <= first <= last <= len(typed) for first, last in spans)
    assert spans[0] == spans[-1] == (0, 0)


def test_spans_of_a_cut_sentence_end_where_it_was_cut() -> None:
    typed = "a red dog runs over the snow " * 4
    tokenizer = Tokenizer(tiny_description(), context_length=8)
    assert len(tokenizer.spans(typed)) == 8
    assert max(end for _, end in tokenizer.spans(typed)) < len(typed) / 2
    assert tokenizer.spans("\ud800 dog")[-1] == (0, 0)
