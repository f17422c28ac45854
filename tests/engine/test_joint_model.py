from __future__ import annotations

import sys

import pytest
import torch

from engine.errors import ModelMissing
from engine.joint_model import HeadConfig, JointModel, Reading, build_clip
from tests.engine.tiny_models import SENTENCES, photo_batch, tiny_model, tiny_tokenizer

TOWERS = ["vit", "timm_vit", "timm_conv"]


def read(model: JointModel):
    return model.read(tiny_tokenizer()[0](SENTENCES[:3]))


@pytest.mark.parametrize("fusion", ["late", "single_stream"])
def test_an_untrained_head_has_no_opinion(fusion: str) -> None:
    model = tiny_model(fusion=fusion)
    with torch.inference_mode():
        _, tokens = model.see(photo_batch(count=3))
        logits = model.match(read(model), tokens)
    assert torch.equal(logits, torch.zeros(3, 2))


@pytest.mark.parametrize("tower", TOWERS)
@torch.inference_mode()
def test_one_pass_gives_the_embedding_of_open_clip_and_the_tokens(tower: str) -> None:
    model, photos = tiny_model(tower), photo_batch(tower)
    embeddings, tokens = model.see(photos)
    torch.testing.assert_close(embeddings, model.clip.encode_image(photos, normalize=True))
    assert tokens.shape[1] <= 64
    assert tokens.shape[::2] == (5, 256)


@torch.inference_mode()
def test_large_grids_are_averaged_down_to_eight_by_eight() -> None:
    _, tokens = tiny_model("timm_vit").see(photo_batch("timm_vit", 1))
    assert tokens.shape[1] == 64


@pytest.mark.parametrize("causal", [True, False])
@torch.inference_mode()
def test_sentences_are_embedded_as_open_clip_does(causal: bool) -> None:
    model = tiny_model(causal=causal)
    ids = tiny_tokenizer()[0](SENTENCES[:3])
    theirs = model.clip.encode_text(ids, normalize=True)
    torch.testing.assert_close(model.read(ids).embedding, theirs, atol=1e-5, rtol=0)


@torch.inference_mode()
def test_a_causal_text_tower_reads_no_further_than_the_longest_sentence() -> None:
    model = tiny_model()
    ids = tiny_tokenizer()[0](["dog", "a dog runs"])
    assert model.read(ids).words.shape[1] < ids.shape[1]


@torch.inference_mode()
def test_a_text_tower_that_sees_padding_keeps_the_full_length() -> None:
    model = tiny_model(causal=False)
    ids = tiny_tokenizer()[0](["dog"])
    assert model.read(ids).words.shape[1] == ids.shape[1]


@pytest.mark.parametrize("fusion", ["late", "single_stream"])
@torch.inference_mode()
def test_padding_changes_no_verdict(fusion: str) -> None:
    model = trained_looking(tiny_model(fusion=fusion))
    tokenizer, _ = tiny_tokenizer()
    _, tokens = model.see(photo_batch(count=1))
    alone = model.match(model.read(tokenizer(["a dog"])), tokens)
    beside = model.read(tokenizer(["a dog", "a man climbs a rock"])).repeat(torch.tensor([0]))
    torch.testing.assert_close(model.match(beside, tokens), alone, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("fusion", ["late", "single_stream"])
@torch.inference_mode()
def test_an_opened_gate_lets_the_photo_change_the_verdict(fusion: str) -> None:
    model = trained_looking(tiny_model(fusion=fusion))
    _, tokens = model.see(photo_batch(count=2))
    reading = model.read(tiny_tokenizer()[0](["a red dog", "a red dog"]))
    logits = model.match(reading, tokens)
    assert not torch.allclose(logits[0], logits[1])


@torch.inference_mode()
def test_alignment_scores_every_sentence_with_every_photo_and_ignores_padding() -> None:
    model = tiny_model(alignment=True)
    tokenizer, _ = tiny_tokenizer()
    _, tokens = model.see(photo_batch(count=4))
    both = model.align(model.read(tokenizer(["a dog", "a man climbs a rock"])), tokens)
    alone = model.align(model.read(tokenizer(["a dog"])), tokens)
    assert both.shape == (2, 4)
    torch.testing.assert_close(both[:1], alone, atol=1e-5, rtol=1e-4)


@torch.inference_mode()
def test_alignment_of_an_empty_sentence_is_finite() -> None:
    model = tiny_model(alignment=True)
    _, tokens = model.see(photo_batch(count=2))
    assert torch.isfinite(model.align(model.read(tiny_tokenizer()[0]([""])), tokens)).all()


def test_a_head_learns_through_a_gate_that_starts_shut() -> None:
    model = tiny_model()
    _, tokens = model.see(photo_batch(count=3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model.match(read(model), tokens.detach()), torch.tensor([0, 1, 1])).backward()
        optimizer.step()
    assert model.verdict.weight.abs().sum() > 0
    assert all(sight.gate != 0 for sight in model.sights)


def test_towers_as_wide_as_those_of_vit_b_32_are_served() -> None:
    config = {
        "embed_dim": 512,
        "vision_cfg": {"image_size": 224, "layers": 3, "width": 768, "patch_size": 32},
        "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 512, "heads": 8, "layers": 3},
    }
    model = JointModel(build_clip(config), HeadConfig(layers=2), patch_width=768).eval()
    ids = torch.zeros(1, 77, dtype=torch.long)
    ids[0, :4] = torch.tensor([49406, 320, 1929, 49407])
    with torch.inference_mode():
        _, tokens = model.see(torch.zeros(1, 3, 224, 224))
        reading = model.read(ids)
        torch.testing.assert_close(reading.embedding, model.clip.encode_text(ids, normalize=True), atol=1e-5, rtol=0)
        assert tokens.shape == (1, 49, 256)
        assert torch.equal(model.match(reading, tokens), torch.zeros(1, 2))


def trained_looking(model: JointModel) -> JointModel:
    """As if a head had been trained: gates open, a verdict that listens."""
    with torch.no_grad():
        torch.nn.init.normal_(model.verdict.weight)
        for sight in getattr(model, "sights", []):
            sight.gate.fill_(1.0)
    return model


@pytest.mark.parametrize("head", [{}, {"layers": 1}, {"layers": 3}, {"alignment": True}, {"fusion": "single_stream"}])
@pytest.mark.parametrize("causal", [True, False])
@torch.inference_mode()
def test_one_sentence_compared_with_many_photos_matches_as_pair_by_pair(head: dict, causal: bool) -> None:
    model = trained_looking(tiny_model(causal=causal, **head))
    _, tokens = model.see(photo_batch(count=4))
    reading = model.read(tiny_tokenizer()[0](SENTENCES[:1]))
    pairs = model.match(reading.repeat(torch.zeros(4, dtype=torch.long)), tokens)
    offer = model.offer(tokens)
    torch.testing.assert_close(model.compare(reading, offer), pairs, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(model.compare(reading, offer.rows(slice(1, 3))), pairs[1:3], atol=1e-5, rtol=1e-5)
    some = torch.tensor([3, 0])
    torch.testing.assert_close(model.compare(reading, offer.rows(some)), pairs[some], atol=1e-5, rtol=1e-5)


@torch.inference_mode()
def test_a_mask_of_its_own_for_each_sentence_is_compared_too() -> None:
    model = trained_looking(tiny_model(layers=3))
    _, tokens = model.see(photo_batch(count=3))
    plain = model.read(tiny_tokenizer()[0](SENTENCES[:1]))
    assert plain.mask is not None
    mask = plain.mask.repeat(model.text.heads, 1, 1)
    mask[:, :, 1] = -torch.inf  # nobody hears the first word, itself least
    mask[:, 1, 0] = 0
    reading = Reading(plain.embedding, plain.entry, plain.words, mask, plain.place, plain.present)
    pairs = model.match(reading.repeat(torch.zeros(3, dtype=torch.long)), tokens)
    torch.testing.assert_close(model.compare(reading, model.offer(tokens)), pairs, atol=1e-5, rtol=1e-5)
    assert not torch.allclose(model.compare(plain, model.offer(tokens)), pairs)


def with_readers(count: int) -> JointModel:
    return tiny_model(layers=1, alignment=True, readers=count)


@torch.inference_mode()
def test_an_alignment_with_its_own_reader_leaves_the_embedding_alone() -> None:
    model = with_readers(1)
    tokens = model.see(photo_batch(count=3))[1]
    before, aligned = read(model), model.align(read(model), tokens)
    model.alignment.each[0].reader.token_embedding.weight.normal_()
    assert torch.equal(before.embedding, read(model).embedding)
    assert not torch.allclose(aligned, model.align(read(model), tokens))


@torch.inference_mode()
def test_an_own_reader_scores_a_sentence_alike_whatever_it_stands_beside() -> None:
    model, tokenizer = with_readers(2), tiny_tokenizer()[0]
    tokens = model.see(photo_batch(count=3))[1]
    together = model.align(model.read(tokenizer(SENTENCES[:3])), tokens)
    alone = model.align(model.read(tokenizer(SENTENCES[2:3])), tokens)
    torch.testing.assert_close(together[2:], alone, atol=1e-5, rtol=1e-4)


@torch.inference_mode()
def test_the_scores_of_several_readers_are_added() -> None:
    both, one = with_readers(2), with_readers(1)
    both.alignment.each[1].word.weight.normal_()
    tokens = both.see(photo_batch(count=3))[1]
    added = torch.zeros(3, 3)
    for alignment in both.alignment.each:
        one.alignment.each[0].load_state_dict(alignment.state_dict())
        added += one.align(read(one), tokens)
    torch.testing.assert_close(both.align(read(both), tokens), added, atol=1e-5, rtol=1e-4)


@torch.inference_mode()
def test_coloured_tokens_tell_red_from_blue_where_the_tower_does_not() -> None:
    model = tiny_model("timm_conv", alignment=True, colours=True)
    assert tiny_model("timm_conv").token_projection.in_features + 48 == model.token_projection.in_features
    photos = photo_batch("timm_conv", 2)
    grid = torch.zeros(2, 336, 2, 2)
    told = model.coloured(grid, photos)
    assert told.shape == (2, 384, 2, 2)
    torch.testing.assert_close(told[0, 336 + 16, 0, 0], photos[0, 1, :8, :8].mean())
    assert not torch.allclose(model.tokens(told), model.tokens(model.coloured(grid, photos.flip(1))))
    torch.testing.assert_close(model.see(photos)[0], model.clip.encode_image(photos, normalize=True))


@torch.inference_mode()
def test_a_head_that_does_not_look_at_colours_is_not_told() -> None:
    grid = torch.zeros(2, 336, 2, 2)
    assert tiny_model("timm_conv").coloured(grid, photo_batch("timm_conv", 2)) is grid


def test_a_build_without_open_clip_says_what_it_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "open_clip", None)
    monkeypatch.setitem(sys.modules, "open_clip.model", None)
    with pytest.raises(ModelMissing, match="the models that came with it"):
        build_clip({})
