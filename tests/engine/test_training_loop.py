from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.joint_model import JointModel
from engine.training.progress import Budget, Log, cosine_rate, prefetch
from engine.training.train import Batch, JointTraining, Recipe, Seen, drop_patches, parameter_groups, train
from tests.engine.tiny_models import tiny_model, tiny_tokenizer

WORDS = ["a red dog", "two children play", "a man climbs", "the water", "over the snow", "a rock"]
RECIPE = Recipe(batch=4, text_rate=1e-3, image_rate=1e-3, listwise_sentences=4, wrong_candidates=2)


@dataclass(frozen=True)
class ToyPairs:
    """Six noise photos, each with its own sentence."""

    def batch(self, step: int, recipe: Recipe) -> Batch:
        rows = np.random.default_rng(step).permutation(6)[: recipe.batch]
        photos = torch.randn(6, 3, 32, 32, generator=torch.Generator().manual_seed(0))[rows]
        return Batch(tiny_tokenizer()[0]([WORDS[row] for row in rows]), torch.arange(len(rows)), photos)


@dataclass(frozen=True)
class ToySight:
    model: JointModel

    def __call__(self, batch: Batch) -> Seen:
        seen = self.model.clip.visual.forward_intermediates(batch.photos, indices=1, output_fmt="NCHW")
        embeddings = torch.nn.functional.normalize(seen["image_features"].float(), dim=-1)
        return Seen(embeddings, seen["image_intermediates"][-1])


def start(recipe: Recipe = RECIPE) -> JointTraining:
    model = tiny_model(alignment=True)
    return JointTraining(model, ToySight(model), recipe)


def rounds(run: JointTraining, count: int) -> list[dict[str, float]]:
    found = []
    for _ in range(count):
        run.ready()
        found.append(run.round(ToyPairs().batch(run.step, run.recipe), 0.3))
    return found


def test_both_roles_learn_the_same_few_pairs() -> None:
    found = rounds(start(), 60)
    for part in ("be", "alignment", "listwise"):
        assert np.mean([row[part] for row in found[-5:]]) < 0.8 * np.mean([row[part] for row in found[:5]]), part


def test_a_run_that_is_taken_up_again_goes_on_exactly(tmp_path: Path) -> None:
    whole = start()
    rounds(whole, 6)
    first = start()
    rounds(first, 3)
    first.save(tmp_path / "state.pt")
    second = start()
    second.resume(tmp_path / "state.pt")
    rounds(second, 3)
    assert second.step == 6
    for name, weight in whole.model.state_dict().items():
        assert torch.equal(weight, second.model.state_dict()[name]), name


def test_a_head_alone_leaves_the_towers_untouched() -> None:
    run = start(replace(RECIPE, retriever=False))
    before = {name: value.clone() for name, value in run.model.state_dict().items()}
    facts = rounds(run, 3)
    changed = {name for name, value in run.model.state_dict().items() if not torch.equal(value, before[name])}
    assert changed
    assert not any(name.startswith("clip.") for name in changed)
    assert "be" not in facts[0]


def test_the_weight_of_the_cosine_is_never_trained() -> None:
    run = start()
    rounds(run, 3)
    assert run.model.cosine_weight.item() == 1.0


def test_a_rate_of_zero_freezes_a_tower() -> None:
    run = start(replace(RECIPE, image_rate=0.0))
    before = run.model.clip.visual.conv1.weight.clone()
    rounds(run, 2)
    assert torch.equal(run.model.clip.visual.conv1.weight, before)


def test_every_parameter_belongs_to_exactly_one_group() -> None:
    model = tiny_model(alignment=True)
    groups = parameter_groups(model, RECIPE)
    listed = [id(p) for group in groups for p in group["params"]]
    assert len(listed) == len(set(listed))
    assert set(listed) == {id(p) for p in model.parameters()} - {id(model.cosine_weight)}


def test_the_loop_stops_at_its_budget_and_leaves_a_checkpoint(tmp_path: Path) -> None:
    run = start()
    looks: list[int] = []

    def look(model: JointModel) -> dict[str, float]:
        looks.append(1)
        return {"dev": 1.0}

    log, checkpoint = Log(tmp_path / "log.jsonl"), tmp_path / "run.pt"
    train(run, ToyPairs(), budget=Budget(steps=5), log=log, checkpoint=checkpoint, look=look)
    assert run.step == 5
    assert (tmp_path / "run.pt").exists()
    assert looks == [1]


def test_dropped_patches_leave_a_random_rest_of_each_photo() -> None:
    tokens = torch.arange(2 * 10.0).view(2, 10, 1).expand(2, 10, 4)
    kept = drop_patches(tokens, 0.3, torch.Generator().manual_seed(0))
    assert kept.shape == (2, 7, 4)
    assert len(set(kept[0, :, 0].tolist())) == 7
    assert drop_patches(tokens, 0.0, torch.Generator()) is tokens


def test_the_rate_rises_and_then_falls_to_its_floor() -> None:
    rates = [cosine_rate(progress) for progress in (0.0, 0.03, 0.5, 1.0)]
    assert rates[0] < 0.05
    assert rates[1] == pytest.approx(1.0)
    assert rates[1] > rates[2] > rates[3]
    assert rates[3] == pytest.approx(0.01)


def test_a_budget_is_steps_or_minutes_and_counts_what_was_spent() -> None:
    assert Budget(steps=10).progress(5) == 0.5
    assert Budget(minutes=1, spent_s=30).progress(0) == pytest.approx(0.5, abs=0.01)
    with pytest.raises(ValueError, match="either"):
        Budget()


def test_prefetched_items_come_in_order_and_their_error_is_heard() -> None:
    assert list(itertools.islice(prefetch(iter(range(100))), 50)) == list(range(50))

    def broken():  # type: ignore[no-untyped-def]
        yield 1
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        list(prefetch(broken()))


def test_what_is_looked_at_is_the_average_and_what_learns_is_not(tmp_path: Path) -> None:
    run = start(replace(RECIPE, averaged=0.9))
    rounds(run, 5)
    last = {name: value.clone() for name, value in run.model.state_dict().items()}
    with run.shown():
        average = {name: value.clone() for name, value in run.model.state_dict().items()}
    assert not torch.equal(average["verdict.weight"], last["verdict.weight"])
    assert torch.equal(run.model.verdict.weight, last["verdict.weight"])
    run.save(tmp_path / "state.pt")
    other = start(replace(RECIPE, averaged=0.9))
    other.resume(tmp_path / "state.pt")
    assert other.average is not None
    other.average.stay()
    for name, value in average.items():
        assert torch.equal(other.model.state_dict()[name], value), name


def test_without_an_average_the_last_weights_are_looked_at() -> None:
    run = start()
    before = run.model.verdict.weight.clone()
    with run.shown():
        assert torch.equal(run.model.verdict.weight, before)
