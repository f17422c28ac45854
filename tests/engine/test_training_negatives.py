from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.captions.pairs import CaptionedPhotos
from engine.errors import TrainingDataError
from engine.training.drawn_pairs import DrawnPairs
from engine.training.mining import Mined, mine
from engine.training.negatives import Nearness, questions
from engine.training.recipe import Recipe
from engine.training.sentences import Sentences
from engine.training.train_config import TrainConfig
from tests.engine.tiny_models import tiny_tokenizer

OWNER = torch.tensor([0, 1, 2, 3, 0, 1])
PHOTOS, TOP = 12, 4


def chance(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def near(partners: torch.Tensor | None = None) -> Nearness:
    return Nearness(torch.rand(6, 4, generator=chance()), OWNER, partners)


def test_the_first_question_is_true_and_no_other() -> None:
    asked = questions(near(), 4, Recipe(wrong_candidates=2, wrong_sentences=2), chance())
    true = OWNER[asked.sentences] == asked.photos
    assert asked.photos.shape == (4, 5)
    assert true[:, 0].all()
    assert not true[:, 1:].any()
    assert (asked.sentences[:, :3] == torch.arange(4)[:, None]).all(), "wrong photos are asked of the own sentence"
    assert (asked.photos[:, 3:] == OWNER[:4, None]).all(), "wrong sentences are asked of the own photo"


def test_a_coin_decides_between_another_photo_and_another_sentence() -> None:
    recipe, kinds = Recipe(negatives="random"), set()
    for seed in range(20):
        asked = questions(near(), 4, recipe, chance(seed))
        assert asked.photos.shape == (4, 2)
        assert (OWNER[asked.sentences[:, 1]] != asked.photos[:, 1]).all()
        other_photo = asked.sentences[:, 1] == torch.arange(4)
        assert (asked.photos[~other_photo, 1] == OWNER[:4][~other_photo]).all()
        kinds |= set(other_photo.tolist())
    assert kinds == {True, False}


def test_mined_partners_take_their_share() -> None:
    partners = torch.tensor([[3], [3], [-1], [1], [3], [3]])
    recipe = Recipe(negatives="mined", mined_share=1.0, wrong_candidates=1, wrong_sentences=1)
    asked = questions(near(partners), 4, recipe, chance())
    assert asked.photos[[0, 1, 3], 1].tolist() == [3, 3, 1]
    assert asked.sentences[[0, 1, 3], 2].tolist() == [3, 3, 1]
    assert asked.photos[2, 1] != 2
    none = questions(near(partners), 4, Recipe(negatives="mined", mined_share=0.0, wrong_candidates=1), chance())
    plain = questions(near(), 4, Recipe(wrong_candidates=1), chance())
    assert torch.equal(none.photos, plain.photos)


def unit(rows: int, seed: int) -> torch.Tensor:
    return torch.nn.functional.normalize(torch.randn(rows, 8, generator=chance(seed)), dim=-1)


def test_mining_finds_the_nearest_wrong_ones_of_both_sides() -> None:
    owner = np.repeat(np.arange(PHOTOS), 2)
    sentences, photos = unit(2 * PHOTOS, 1), unit(PHOTOS, 2)
    found = mine(sentences, photos, owner, top=TOP)
    cosines = (sentences @ photos.T).numpy()
    for number in range(2 * PHOTOS):
        order = [row for row in np.argsort(-cosines[number]) if row != owner[number]]
        assert found.photos[number].tolist() == order[:TOP]
    for row in range(PHOTOS):
        order = [number for number in np.argsort(-cosines[:, row]) if owner[number] != row]
        assert found.sentences[row].tolist() == order[:TOP]


def test_mining_takes_what_there_is() -> None:
    found = mine(unit(4, 1), unit(2, 2), np.array([0, 0, 1, 1]), top=50)
    assert found.photos.tolist() == [[1], [1], [0], [0]]
    assert found.sentences.shape == (2, 2)


def test_half_of_the_time_the_first_ranks_are_passed_over() -> None:
    ranks = np.tile(np.arange(10, dtype=np.int32), (100, 1))
    photos, sentences = Mined(ranks, ranks).partners(
        np.arange(100), np.arange(100), 20, skip=2, rng=np.random.default_rng(0)
    )
    assert ((photos < 0) != (sentences < 0)).all(), "each is one or the other"
    drawn = np.maximum(photos, sentences)
    assert 0.06 < (drawn < 2).mean() < 0.14
    assert drawn.max() == 9


class ToyPhotos:
    count = PHOTOS

    def take(self, rows: np.ndarray, rng: np.random.Generator) -> tuple[torch.Tensor, None]:
        return torch.from_numpy(rows)[:, None].float(), None

    whole = None


def source(**settings: object) -> DrawnPairs:
    names = tuple(b"%d.jpg" % row for row in range(PHOTOS))
    captions = tuple(("a dog", "the red dog runs over the snow") for _ in range(PHOTOS))
    config = TrainConfig(batch=6, word_dropout=0.0, **settings)  # type: ignore[arg-type]
    return DrawnPairs(ToyPhotos(), Sentences(CaptionedPhotos(b"", names, captions), tiny_tokenizer()[0]), config)  # type: ignore[arg-type]


def test_a_batch_is_the_same_each_time_and_a_pass_takes_each_photo_once() -> None:
    pairs, config = source(), TrainConfig(batch=6)
    one, other = pairs.batch(3, config), pairs.batch(3, config)
    assert torch.equal(one.ids, other.ids)
    assert torch.equal(one.photos, other.photos)
    seen = torch.cat([pairs.batch(step, config).photos for step in range(pairs.per_pass)])
    assert sorted(seen.flatten().tolist()) == list(range(PHOTOS))
    assert pairs.steps_of_epochs(2, config) == 8, "an epoch sees each of the 24 sentences, on average"


def test_the_sentences_of_a_batch_are_of_one_length() -> None:
    config = TrainConfig(batch=6, word_dropout=0.0)
    lengths = {tuple((source().batch(step, config).ids > 0).sum(1).tolist()) for step in range(8)}
    assert all(len(set(batch)) == 1 for batch in lengths)
    assert len(lengths) == 2


def test_mined_photos_come_along_with_a_sentence_of_their_own() -> None:
    pairs = source(negatives="mined", mined_per_positive=2)
    owner = np.repeat(np.arange(PHOTOS), 2)
    pairs.mined = mine(unit(2 * PHOTOS, 1), unit(PHOTOS, 2), owner, top=TOP)
    for step in range(6):
        batch = pairs.batch(step, TrainConfig(batch=6, word_dropout=0.0))
        assert batch.partners is not None
        photos = batch.photos.flatten().tolist()
        assert len(photos) == len(set(photos)) == len(batch.ids), "each photo once, each with a sentence"
        assert batch.owner.tolist() == list(range(len(photos)))
        assert (batch.partners[: pairs.anchors] >= 0).all()
        assert (batch.partners[pairs.anchors :] == -1).all()
        assert (batch.partners[: pairs.anchors] != batch.owner[: pairs.anchors, None]).all()


def test_a_sentence_never_loses_all_its_words() -> None:
    names, captions = (b"a.jpg",), (("dog",),)
    sentences = Sentences(CaptionedPhotos(b"", names, captions), tiny_tokenizer()[0])
    whole = sentences.read(np.array([0]))
    thinned = sentences.read(np.array([0]), dropout=0.99, rng=np.random.default_rng(0))
    assert torch.equal(whole, thinned)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_photo_gives_as_many_different_sentences_as_it_has(count: int) -> None:
    numbers, places = source().sentences.pick(np.array([3, 7]), count, np.random.default_rng(0))
    assert len(set(numbers.tolist())) == len(numbers) == 2 * min(count, 2)
    assert (numbers // 2 == np.array([3, 7])[places]).all()


def test_too_few_photos_for_the_wrong_ones_are_refused() -> None:
    with pytest.raises(TrainingDataError, match="no 6 wrong ones"):
        source(wrong_candidates=6)
