from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.model_store import LoadedModel, ModelStore
from tests.engine.model_folders import write_tiny


def load(folder: Path, *, trained: bool) -> LoadedModel:
    write_tiny(folder / "tiny", trained=trained)
    return ModelStore(folder).load(str(folder / "tiny"))


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    return load(tmp_path_factory.mktemp("untrained"), trained=False)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    return load(tmp_path_factory.mktemp("trained"), trained=True)


def encode(loaded: LoadedModel, sentence: str, count: int = 12):  # type: ignore[no-untyped-def]
    pixels = np.random.default_rng(1).integers(0, 256, (count, 32, 32, 3), np.uint8)
    embeddings, tokens = loaded.bi_encoder.encode_images(pixels)
    return tokens, embeddings @ loaded.bi_encoder.encode_sentences([sentence])[0]


@pytest.mark.parametrize("sentence", ["a red dog runs", "", "😀", "x" * 10_000])
def test_an_untrained_head_gives_exactly_the_order_of_the_cosines(untrained: LoadedModel, sentence: str) -> None:
    tokens, cosines = encode(untrained, sentence)
    cross_encoder = untrained.cross_encoder
    assert cross_encoder is not None
    scores = cross_encoder.score(cross_encoder.prepare(sentence), tokens.values, tokens.scales, cosines)
    assert np.array_equal(np.argsort(-scores, kind="stable"), np.argsort(-cosines, kind="stable"))


def test_slices_score_as_the_whole(trained: LoadedModel) -> None:
    tokens, cosines = encode(trained, "a red dog")
    cross_encoder = trained.cross_encoder
    assert cross_encoder is not None
    state = cross_encoder.prepare("a red dog")
    whole = cross_encoder.score(state, tokens.values, tokens.scales, cosines)
    parts = [
        cross_encoder.score(state, tokens.values[some], tokens.scales[some], cosines[some])
        for some in (slice(0, 5), slice(5, 6), slice(6, 12))
    ]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-4, rtol=1e-4)


def test_a_trained_head_has_its_own_opinion(trained: LoadedModel) -> None:
    tokens, cosines = encode(trained, "a red dog")
    cross_encoder = trained.cross_encoder
    assert cross_encoder is not None
    scores = cross_encoder.score(
        cross_encoder.prepare("a red dog"), tokens.values, tokens.scales, np.zeros_like(cosines)
    )
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_no_candidates_are_no_scores(trained: LoadedModel) -> None:
    cross_encoder = trained.cross_encoder
    assert cross_encoder is not None
    empty = (np.zeros((0, 16, 256), np.int8), np.zeros((0, 16), np.float16), np.zeros(0, np.float32))
    assert cross_encoder.score(cross_encoder.prepare("a dog"), *empty).shape == (0,)
