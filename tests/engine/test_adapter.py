"""A head fitted to a person's own examples: gathered, split, learned, judged."""

from __future__ import annotations

import base64
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.bi_encoder import Tokens
from engine.errors import TrainingDataError, UsageError
from engine.model_store import LoadedModel, ModelStore, build_model
from engine.training.adapter import AdapterRecipe, Bench, fit, tasks_of
from engine.training.adapter_examples import Example, Examples, SeenPhotos, folds, gather, see
from engine.training.adapter_judge import judged, ranks
from engine.training.adapter_run import fit_adapter
from engine.training.export import export
from tests.engine.captioned_shapes import World, draw_world
from tests.engine.model_folders import WORDS, write_tiny
from tests.engine.tiny_models import tiny_config, tiny_tokenizer


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return draw_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    write_tiny(folder)
    model = ModelStore(device="cpu").load(str(folder))
    model.bi_encoder.network.alignment_weight.data.fill_(3.0)  # as a training would
    return model


def quiet(*_: object) -> None:
    pass


def judgment(path: Path, sentence: str, verdict: int = 1) -> dict[str, Any]:
    return {"sentence": sentence, "verdict": verdict, "path": text(path), "content": 1}


def text(path: Path) -> str:
    return base64.b64encode(os.fsencode(path)).decode()


def photos_of(world: World) -> list[Path]:
    return sorted((world.folder / "images").iterdir())


# ---- examples --------------------------------------------------------------------------------------------------


def test_captions_ticks_and_crosses_are_gathered_and_said_twice_they_count_once(world: World) -> None:
    first, second, *others = photos_of(world)
    known = {
        "judgments": [
            judgment(first, "a red disc on the left"),
            judgment(second, "something else", -1),
            judgment(second, "a disc NOT a square"),
            judgment(second, "a disc before:2020"),
        ],
        "photos": [text(path) for path in (first, *others)],
    }
    found = gather([world.captions], world.photos, known, seed=0)
    assert found.judged == len(found.paths) == len(photos_of(world))
    assert sorted({each.verdict for each in found.each}) == [-1, 1]
    assert len(found.each) == 2 * len(photos_of(world)) + 1
    assert not any("NOT" in each.sentence or "before" in each.sentence for each in found.each)


def test_photos_that_nobody_judged_stand_last(world: World) -> None:
    first, *others = photos_of(world)
    known = {"judgments": [judgment(photo, f"sentence {n}") for n, photo in enumerate(others)], "photos": [text(first)]}
    found = gather([], None, known, seed=0)
    assert found.judged == len(others)
    assert found.paths[-1] == os.fsencode(first)


@pytest.mark.parametrize("count", [0, 7, 19])
def test_too_few_examples_are_one_clear_sentence(world: World, count: int) -> None:
    known = {"judgments": [judgment(photo, "a disc") for photo in photos_of(world)[:count]]}
    with pytest.raises(TrainingDataError, match=f"There are {count} examples") as refused:
        gather([], None, known, seed=0)
    assert "--captions" in refused.value.remedy


def test_many_sentences_of_few_photos_are_too_few(world: World) -> None:
    known = {"judgments": [judgment(photos_of(world)[n % 3], f"sentence {n}") for n in range(50)]}
    with pytest.raises(TrainingDataError, match="of 3 photos"):
        gather([], None, known, seed=0)


def test_a_photo_that_cannot_be_read_goes_with_its_examples(world: World, loaded: LoadedModel, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no photo")
    first, second, *_ = photos_of(world)
    paths = tuple(os.fsencode(path) for path in (first, broken, second))
    examples = Examples(paths, 2, (Example("one", 0, 1), Example("two", 1, 1)))
    told: list[str] = []
    left, seen = see(loaded.bi_encoder, examples, progress=quiet, notice=told.append)
    assert (left.paths, left.judged, left.each) == (paths[::2], 1, (Example("one", 0, 1),))
    assert len(seen.embeddings) == len(seen.tokens.values) == 2
    assert "broken.png" in told[0]


def test_copies_of_a_photo_are_held_out_together(world: World, tmp_path: Path) -> None:
    photos = photos_of(world)[:6]
    copies = [Path(shutil.copy(photo, tmp_path / f"copy_{photo.name}")) for photo in photos]
    examples = Examples(tuple(os.fsencode(path) for path in (*photos, *copies)), 12, ())
    part = folds(examples, 3, seed=1)
    assert (part[:6] == part[6:]).all()
    assert np.bincount(part[:6]).tolist() == [2, 2, 2]
    assert (folds(examples, 3, seed=1) == part).all()


# ---- fitting ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def examples(world: World) -> Examples:
    """Of two thirds of the photos; nobody judged the others."""
    found = gather([world.captions], world.photos, {}, seed=0)
    shown = [path for path in found.paths if not path.endswith(b"_2.png")]
    rest = [path for path in found.paths if path.endswith(b"_2.png")]
    place = {path: row for row, path in enumerate(shown)}
    each = tuple(
        Example(one.sentence, place[found.paths[one.photo]], 1) for one in found.each if found.paths[one.photo] in place
    )
    return Examples((*shown, *rest), len(shown), each)


@pytest.fixture(scope="module")
def seen(loaded: LoadedModel, examples: Examples) -> SeenPhotos:
    return see(loaded.bi_encoder, examples, progress=quiet, notice=quiet)[1]


@pytest.fixture
def bench(loaded: LoadedModel, examples: Examples, seen: SeenPhotos) -> Bench:
    sentences = sorted({each.sentence for each in examples.each})
    return Bench.of(loaded.bi_encoder.network, loaded.bi_encoder.tokenizer, sentences, seen)


def write_with_readers(folder: Path) -> None:
    """A head with everything that a head can have."""
    torch.manual_seed(0)
    head = {"layers": 2, "alignment": True, "readers": 2, "shares": True, "common": 4}
    config: dict[str, Any] = {"model_cfg": tiny_config(), "patch_width": 64, "input": {"size": 32}, "head": head}
    model = build_model(config)
    torch.nn.init.normal_(model.verdict.weight)
    with torch.no_grad():
        model.alignment_weight.fill_(2.0)
        model.commonness.weight.fill_(3.0)
        model.commonness.bank.normal_()
        for alignment in model.alignment.each:
            alignment.shares.copy_(torch.tensor([0.5, 2.0]))
    export(folder, model, config, tokenizer=tiny_tokenizer()[1], words=WORDS)


@pytest.mark.parametrize("readers", [False, True])
def test_a_head_that_did_not_move_scores_as_the_one_that_serves(
    loaded: LoadedModel, examples: Examples, tmp_path: Path, readers: bool
) -> None:
    if readers:
        write_with_readers(tmp_path)
        loaded = ModelStore(device="cpu").load(str(tmp_path))
    assert loaded.cross_encoder is not None
    sentences = sorted({each.sentence for each in examples.each})
    _, seen = see(loaded.bi_encoder, examples, progress=quiet, notice=quiet)
    bench = Bench.of(loaded.bi_encoder.network, loaded.bi_encoder.tokenizer, sentences, seen)
    sentence, photos = 3, np.array([0, 5, 9])
    tokens: Tokens = seen.tokens
    expected = loaded.cross_encoder.score(
        loaded.cross_encoder.prepare(sentences[sentence]),
        tokens.values[photos],
        tokens.scales[photos],
        bench.cosines[sentence, photos],
    )
    np.testing.assert_allclose(bench.before(sentence, photos), expected, atol=5e-3)


def test_examples_are_learned_and_nothing_but_words_and_shares_moves(
    loaded: LoadedModel, bench: Bench, examples: Examples
) -> None:
    before = {name: value.clone() for name, value in loaded.bi_encoder.network.state_dict().items()}
    tasks = tasks_of(examples.each, bench.sentences)
    recipe = AdapterRecipe(given_steps=90, rate=1e-2, keep=0.1)
    head = fit(bench, tasks, np.arange(examples.judged), np.arange(examples.judged, len(examples.paths)), recipe)
    places = [ranks(bench, chosen, examples.each, examples.each) for chosen in (None, head)]
    # How sure the judge is differs between processors; that the examples rose does not.
    assert judged(examples.each, *places, seed=0).gain > 1.0
    for name, value in loaded.bi_encoder.network.state_dict().items():
        assert (value == before[name]).all(), name
    moved = {name for name, value in head.weights().items() if not (value == before[name].half()).all()}
    assert moved
    assert all(name.startswith(("alignment", "verdict.")) for name in moved)
    assert not any("token" in name for name in moved)


def test_a_crossed_photo_goes_down(bench: Bench, examples: Examples) -> None:
    sentence = 0
    top = int(np.argmax(bench.before(sentence, np.arange(len(examples.paths)))))
    crossed = [Example(bench.sentences[sentence], top, -1)]
    recipe = AdapterRecipe(given_steps=20, rate=3e-3, keep=0.0, batch=2)
    rest = np.arange(len(examples.paths))
    head = fit(bench, tasks_of(crossed, bench.sentences), rest, rest[:0], recipe)
    assert ranks(bench, head, crossed, crossed)[0] > ranks(bench, None, crossed, crossed)[0]


def test_a_strong_tie_keeps_the_ranking_of_unjudged_photos(bench: Bench, examples: Examples) -> None:
    tasks = tasks_of(examples.each, bench.sentences)
    judged_photos, unjudged = np.arange(examples.judged), np.arange(examples.judged, len(examples.paths))

    def strayed(keep: float) -> float:
        recipe = AdapterRecipe(given_steps=20, rate=3e-3, keep=keep)
        head = fit(bench, tasks, judged_photos, unjudged, recipe)
        rows = range(len(bench.sentences))
        after = np.stack([bench.score(head, row, unjudged).detach().numpy() for row in rows])
        before = np.stack([bench.before(row, unjudged) for row in rows])
        changes = after - before
        return float((changes - changes.mean(1, keepdims=True)).std())

    assert strayed(10.0) < 0.6 * strayed(0.0)


def test_the_same_seed_gives_the_same_head(bench: Bench, examples: Examples) -> None:
    tasks, photos = tasks_of(examples.each, bench.sentences), np.arange(examples.judged)
    one, two = (fit(bench, tasks, photos, photos[:0], AdapterRecipe(given_steps=3)).weights() for _ in range(2))
    assert all((one[name] == two[name]).all() for name in one)


def test_every_example_is_judged_by_a_head_that_did_not_see_its_photo(
    loaded: LoadedModel, examples: Examples, seen: SeenPhotos
) -> None:
    fitted = fit_adapter(loaded, examples, seen, recipe=AdapterRecipe(given_steps=2), progress=quiet)
    assert fitted.judgement.before.right == len(examples.each)
    assert fitted.judgement.low <= fitted.judgement.gain <= fitted.judgement.high


def test_a_model_without_a_head_says_how_to_get_one(tmp_path: Path, examples: Examples, seen: SeenPhotos) -> None:
    write_tiny(tmp_path / "bare", headless=True)
    bare = ModelStore(device="cpu").load(str(tmp_path / "bare"))
    with pytest.raises(UsageError) as refused:
        fit_adapter(bare, examples, seen, progress=quiet)
    assert "train --head bare" in refused.value.remedy


# ---- judging ---------------------------------------------------------------------------------------------------


def test_other_photos_that_match_the_sentence_are_not_in_the_way(bench: Bench, examples: Examples) -> None:
    sentence = examples.each[0].sentence
    known = [each for each in examples.each if each.sentence == sentence]
    crowded = ranks(bench, None, known[:1], known[:1])[0]
    assert 1 <= ranks(bench, None, known[:1], known)[0] <= crowded


def test_a_gain_of_chance_is_not_better_and_a_steady_one_is() -> None:
    some = [Example(f"sentence {n}", n, 1) for n in range(40)]
    before = np.full(40, 2)
    assert judged(some, before, np.ones(40, int), seed=0).better
    chance = np.where(np.arange(40) % 2, 1, 10**6)
    result = judged(some, before, chance, seed=0)
    assert not result.better
    assert not judged(some, before, before, seed=0).better


def test_crosses_count_the_other_way_round() -> None:
    some = [Example(f"sentence {n}", n, -1) for n in range(20)]
    result = judged(some, np.ones(20, int), np.full(20, 9), seed=0)
    assert result.better
    assert result.before.r1 is None
    assert result.after.pushed_down == pytest.approx(100 - 100 / 9)
