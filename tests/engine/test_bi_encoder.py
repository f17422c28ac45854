from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.bi_encoder import BiEncoder, quantise, restore
from engine.model_store import ModelStore
from tests.engine.model_folders import write_tiny


@pytest.fixture(scope="module")
def bi_encoder(tmp_path_factory: pytest.TempPathFactory) -> BiEncoder:
    folder = tmp_path_factory.mktemp("model")
    write_tiny(folder / "tiny")
    return ModelStore(folder).load(str(folder / "tiny")).bi_encoder


def photos(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 32, 32, 3), np.uint8)


def test_photos_become_unit_vectors_and_tokens(bi_encoder: BiEncoder) -> None:
    embeddings, tokens = bi_encoder.encode_images(photos(3))
    assert embeddings.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, atol=1e-3)
    assert (tokens.values.shape, tokens.values.dtype) == ((3, 16, 256), np.int8)
    assert (tokens.scales.shape, tokens.scales.dtype) == ((3, 16), np.float16)


def test_more_photos_than_one_pass_takes_are_each_encoded(bi_encoder: BiEncoder) -> None:
    many = photos(70)
    embeddings, _ = bi_encoder.encode_images(many)
    last, _ = bi_encoder.encode_images(many[-1:])
    assert len(embeddings) == 70
    assert float(embeddings[-1] @ last[0]) > 0.999


def test_no_photos_and_no_sentences_give_empty_arrays(bi_encoder: BiEncoder) -> None:
    embeddings, tokens = bi_encoder.encode_images(photos(0))
    assert embeddings.shape == (0, 32)
    assert tokens.values.shape == (0, 16, 256)
    assert bi_encoder.encode_sentences([]).shape == (0, 32)


def test_a_read_only_array_is_not_touched(bi_encoder: BiEncoder) -> None:
    pixels = photos(1)
    pixels.setflags(write=False)
    before = pixels.copy()
    bi_encoder.encode_images(pixels)
    assert np.array_equal(pixels, before)


@pytest.mark.parametrize("sentence", ["", " ", "😀", "x" * 10_000, "a red dog " * 1000, "\udce9.jpg", "\0", "Ünïcödé"])
def test_any_text_has_a_finite_unit_embedding(bi_encoder: BiEncoder, sentence: str) -> None:
    embedding = bi_encoder.encode_sentences([sentence])[0]
    assert np.linalg.norm(embedding) == pytest.approx(1, abs=1e-4)


def test_a_sentence_means_the_same_alone_and_among_others(bi_encoder: BiEncoder) -> None:
    alone = bi_encoder.encode_sentences(["a red dog"])[0]
    among = bi_encoder.encode_sentences(["a man climbs a rock", "a red dog", ""])[1]
    np.testing.assert_allclose(alone, among, atol=1e-5)


def test_capitals_and_punctuation_mean_nothing(bi_encoder: BiEncoder) -> None:
    one, two = bi_encoder.encode_sentences(["A red dog!", "a red  dog"])
    np.testing.assert_allclose(one, two, atol=1e-6)


def test_words_never_met_are_named_as_typed(bi_encoder: BiEncoder) -> None:
    assert bi_encoder.unknown_words("A red Spaceship over the SNOW, 3 unicorns") == ["Spaceship", "unicorns"]
    assert bi_encoder.unknown_words("the dog's rocks") == []
    assert bi_encoder.unknown_words("") == []


def test_words_beside_what_a_photo_shows_need_not_have_been_met(bi_encoder: BiEncoder) -> None:
    assert bi_encoder.unknown_words("Please show me your photos of a red dog") == []
    assert bi_encoder.unknown_words("don't show us any unicorns, whoever you are") == ["unicorns", "whoever"]


def test_precision_is_recorded(bi_encoder: BiEncoder) -> None:
    assert bi_encoder.precision in ("float32", "bfloat16")


def test_tokens_survive_eight_bits() -> None:
    tokens = torch.randn(2, 5, 256)
    again = restore(*quantise(tokens))
    assert (again - tokens).abs().max() < tokens.abs().max() / 127


def test_tokens_of_nothing_stay_nothing() -> None:
    assert torch.equal(restore(*quantise(torch.zeros(1, 1, 256))), torch.zeros(1, 1, 256))
