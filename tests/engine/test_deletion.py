from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.captions.pairs import CaptionedPhotos
from engine.cross_encoder import Pointing
from engine.evaluation import deletion, missing_words
from tests.fake_model import FakeBiEncoder, FakeLoadedModel, FakeTokens

PLACES = ((0, 0), (0, 16), (16, 0), (16, 16))  # of the four tokens of a photo of 32 px


class SquareBiEncoder(FakeBiEncoder):
    """Tokens say how red each quarter of the photo is."""

    def encode_images(self, pixels: np.ndarray) -> tuple[np.ndarray, FakeTokens]:
        embeddings, tokens = super().encode_images(pixels)
        for token, (top, left) in enumerate(PLACES):
            quarter = pixels[:, top : top + 16, left : left + 16].astype(float).mean((1, 2))
            tokens.values[:, token, 0] = np.clip(quarter[:, 0] - quarter[:, 1], 0, 255) // 3
        return embeddings, tokens


class RedHead:
    """Goes by how red the reddest quarter is, and points there, or at another one."""

    points = True

    def __init__(self, *, astray: int = 0) -> None:
        self._astray = astray

    def prepare(self, sentence: str) -> str:
        return sentence

    def score(self, state: str, values: np.ndarray, scales: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        return values[:, :, 0].max(1).astype(np.float32)

    def point(self, sentence: str, values: np.ndarray, scales: np.ndarray) -> Pointing:
        shares = np.roll(values[:1, :, 0].astype(np.float32) + 0.1, self._astray, 1)
        return Pointing([(0, len(sentence))], np.ones(1, np.float32), shares / shares.sum())

    def align(self, sentences: list[str], values: np.ndarray, scales: np.ndarray) -> np.ndarray:
        """Sees "snow" where nothing is red, "dog" where something is, and nothing else anywhere."""
        red = values[:, :, 0].max(1) > 20
        return np.array([red * 1.0 if w == "dog" else ~red * 1.0 if w == "snow" else red * 0.0 for w in sentences])


@pytest.fixture
def pairs(tmp_path: Path) -> CaptionedPhotos:
    """Photos with one red quarter each, here or there; the fourth of every four has none."""
    photos, captions = [], []
    for number in range(24):
        image = Image.new("RGB", (32, 32), (90, 90, 90))
        top, left = PLACES[number % 4]
        if number % 4 < 3:
            image.paste((255, 0, 0), (left, top, left + 16, top + 16))
        image.save(tmp_path / f"{number}.png")
        photos.append(f"{number}.png".encode())
        captions.append(("the dog",) * 2 if number % 4 < 3 else ("the snow",) * 2)
    return CaptionedPhotos(os.fsencode(tmp_path), tuple(photos), tuple(captions))


def model(head: Any) -> Any:
    encoder: Any = SquareBiEncoder()
    return replace(FakeLoadedModel(), bi_encoder=encoder, cross_encoder=head)


def test_a_head_that_points_at_what_it_goes_by_passes(pairs: CaptionedPhotos) -> None:
    red = CaptionedPhotos(pairs.folder, pairs.photos[:3], pairs.captions[:3])
    facts = deletion.measure(model(RedHead()), red, areas=(0.25,))
    assert (facts["pairs"], facts["share"]) == (3, 100.0)
    drops = facts["areas"]["25"]["mean_colour"]["drops"]
    assert drops["pointed_at"] > 40 > drops["elsewhere"]
    assert facts["areas"]["25"]["blur"]["elsewhere"]["share"] == 100.0


def test_a_head_that_points_astray_fails(pairs: CaptionedPhotos) -> None:
    red = CaptionedPhotos(pairs.folder, pairs.photos[:3], pairs.captions[:3])
    assert deletion.measure(model(RedHead(astray=1)), red, areas=(0.25,))["share"] == 0.0


def test_a_head_that_does_not_point_has_no_pairs(pairs: CaptionedPhotos) -> None:
    assert deletion.measure(model(None), pairs) == {"pairs": 0}
    assert missing_words.measure(model(None), pairs) == {"pairs": 0}


def test_missing_things_and_those_that_are_there_are_counted_apart(pairs: CaptionedPhotos) -> None:
    facts = missing_words.measure(model(RedHead()), pairs)
    assert facts["pairs"] == 24
    assert facts["present"]["share"] == facts["caption"]["share"] == 100.0
    assert facts["absent"]["share"] < 100.0  # what tells no photos apart is never missing


@pytest.mark.parametrize("how", deletion.BLANKS)
def test_only_what_is_to_be_blanked_is(how: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    mask = np.zeros((8, 8), bool)
    mask[2, 3] = True
    changed = deletion.blanked(pixels, mask, how)
    rows, columns = np.nonzero((changed != pixels).any(-1))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (8, 11, 12, 15)
    assert changed[8:12, 12:16].std() < pixels[8:12, 12:16].std() / 4
