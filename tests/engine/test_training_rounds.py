"""What the recipe changes in a round: losses, wrong pairs, who learns from whom, and when a run ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.joint_model import JointModel
from engine.training.batch import Batch
from engine.training.judge import Judge
from engine.training.loop import Course, Standing, follow
from engine.training.negatives import Questions
from engine.training.progress import Budget, Log, linear_rate
from engine.training.recipe import Recipe
from engine.training.train import JointTraining
from tests.engine.test_training_loop import RECIPE, ToyPairs, ToySight, rounds, start
from tests.engine.tiny_models import tiny_model

QUIET = replace(RECIPE, alignment_share=0.0)


def run_of(**settings: object) -> JointTraining:
    return start(replace(QUIET, **settings))  # type: ignore[arg-type]


def before_and_after(run: JointTraining) -> set[str]:
    """Names of the weights that two rounds change."""
    before = {name: value.clone() for name, value in run.model.state_dict().items()}
    rounds(run, 2)
    return {name for name, value in run.model.state_dict().items() if not torch.equal(value, before[name])}


def test_the_triplet_trains_the_bi_encoder() -> None:
    found = rounds(run_of(be_loss="triplet", margin=0.2, listwise_share=0.0), 40)
    assert found[-1]["be"] < 0.5 * found[0]["be"]
    assert set(found[0]) == {"be"}


@pytest.mark.parametrize(
    ("loss", "parts"),
    [("both", {"listwise", "two_class"}), ("listwise", {"listwise"}), ("two_class", {"two_class"})],
)
def test_the_cross_encoder_s_loss_is_chosen(loss: str, parts: set[str]) -> None:
    found = rounds(run_of(ce_loss=loss, contrast_share=0.0), 40)
    assert set(found[0]) == parts
    for part in parts:
        assert sum(row[part] for row in found[-5:]) < 0.9 * sum(row[part] for row in found[:5]), part


def test_a_cross_encoder_alone_reaches_into_both_towers_where_it_may() -> None:
    changed = before_and_after(run_of(contrast_share=0.0, reranker_moves_tower=True))
    assert any(name.startswith("clip.visual.") for name in changed)
    assert any(name.startswith("clip.text.") for name in changed)
    still = before_and_after(run_of(contrast_share=0.0))
    assert not any(name.startswith("clip.visual.") for name in still)


def test_wrong_sentences_and_the_toss_of_a_coin_train_too() -> None:
    for settings in ({"wrong_sentences": 2}, {"negatives": "random"}):
        found = [facts["listwise"] for facts in rounds(run_of(contrast_share=0.0, **settings), 80)]
        assert sum(found[-20:]) / 20 < found[0] - 0.01


def test_tokens_stay_as_they_are_where_an_index_depends_on_them() -> None:
    assert not any(name.startswith("token_") for name in before_and_after(run_of(train_tokens=False)))
    assert any(name.startswith("token_") for name in before_and_after(run_of()))


class Opinion(Judge):
    """Thinks that the last candidate is the best one."""

    def scores(self, batch: Batch, asked: Questions, *, seen: object = None) -> torch.Tensor:
        scores = torch.zeros(asked.photos.shape)
        scores[:, -1] = 9.0
        return scores


def test_the_bi_encoder_takes_over_what_the_judge_thinks() -> None:
    model = tiny_model(alignment=True)
    sight = ToySight(model)
    recipe = replace(QUIET, listwise_share=0.0, contrast_share=0.0, distil_share=1.0, distil_candidates=3)
    run = JointTraining(model, sight, recipe, judge=Opinion(model, sight))
    found = rounds(run, 30)
    assert found[-1]["distil"] < found[0]["distil"]
    assert set(found[0]) == {"distil"}


def test_a_judge_gives_what_reranking_sorts_by() -> None:
    model = tiny_model(alignment=True)
    with torch.no_grad():
        torch.nn.init.normal_(model.verdict.weight)
        model.alignment_weight.fill_(0.7)
    sight, batch = ToySight(model), ToyPairs().batch(0, RECIPE)
    asked = Questions(torch.tensor([[0, 0], [1, 1]]), torch.tensor([[0, 2], [1, 3]]))
    scores = Judge(model, sight).scores(batch, asked)
    with torch.no_grad():
        seen, reading = sight(batch), model.read(batch.ids)
        tokens = model.tokens(seen.patches)
        for row in range(2):
            for column, photo in enumerate(asked.photos[row].tolist()):
                one = reading.repeat(torch.tensor([row]))
                logits = model.match(one, tokens[photo : photo + 1])[0]
                aligned = model.align(reading, tokens)[row, photo]
                cosine = reading.embedding[row] @ seen.embeddings[photo]
                expected = logits[1] - logits[0] + 0.7 * aligned + model.temperature * cosine
                assert scores[row, column].item() == pytest.approx(expected.item(), abs=1e-3)


def test_the_linear_schedule_ends_at_nothing() -> None:
    assert linear_rate(0.0) < 0.05
    assert linear_rate(0.03) == pytest.approx(1.0)
    assert linear_rate(0.515) == pytest.approx(0.5)
    assert linear_rate(1.0) == 0.0


class Looks:
    """Dev recalls as they were rehearsed."""

    def __init__(self, *merits: float) -> None:
        self.merits = list(merits)
        self.seen = 0

    def __call__(self, model: JointModel) -> dict[str, float]:
        self.seen += 1
        return {"dev_mr": self.merits[min(self.seen, len(self.merits)) - 1]}


def course(folder: Path, looks: Looks, **settings: object) -> Course:
    settings = {"look_every": 1, "best": folder / "best.pt", **settings}
    budget = Budget(steps=int(str(settings.pop("steps", 9))))
    return Course(budget, Log(None, quiet=True), folder / "last.pt", looks, **settings)  # type: ignore[arg-type]


def test_a_run_ends_when_nothing_is_gained_and_keeps_its_best_weights(tmp_path: Path) -> None:
    run, looks = run_of(listwise_share=0.0), Looks(10.0, 30.0, 20.0, 25.0, 29.0)
    kept: list[dict[str, torch.Tensor]] = []

    def remember(run: JointTraining, facts: dict[str, float]) -> None:
        kept.append({name: value.clone() for name, value in run.model.state_dict().items()})

    assert follow(run, ToyPairs(), course(tmp_path, looks, patience=3, hear=remember))
    assert run.step == 5
    assert run.standing == Standing(best=30.0, best_step=2, stale=3, over=True)
    best = torch.load(tmp_path / "best.pt", weights_only=True)
    assert all(torch.equal(best[name], value) for name, value in kept[1].items())


def test_a_run_that_is_over_stays_so(tmp_path: Path) -> None:
    follow(run_of(listwise_share=0.0), ToyPairs(), course(tmp_path, Looks(3.0, 2.0), patience=1))
    again, looks = run_of(listwise_share=0.0), Looks(1.0)
    again.resume(tmp_path / "last.pt")
    follow(again, ToyPairs(), course(tmp_path, looks, patience=1))
    assert again.step == 2
    assert looks.seen == 0


def test_each_turn_is_told_before_its_first_batch_is_made(tmp_path: Path) -> None:
    order: list[str] = []

    class Telling(ToyPairs):
        def batch(self, step: int, recipe: Recipe) -> Batch:
            order.append(f"batch {step}")
            return super().batch(step, recipe)

    def begin(turn: int) -> None:
        order.append(f"turn {turn}")

    follow(run_of(listwise_share=0.0), Telling(), course(tmp_path, Looks(1.0), turn=3, begin=begin, steps=6))
    assert order[:8] == ["turn 0", "batch 0", "batch 1", "batch 2", "turn 1", "batch 3", "batch 4", "batch 5"]


def test_a_person_s_wish_to_stop_is_saved_first(tmp_path: Path) -> None:
    run, looks = run_of(listwise_share=0.0), Looks(1.0)
    assert not follow(run, ToyPairs(), course(tmp_path, looks, look_every=100, stop=lambda: run.step == 4))
    assert torch.load(tmp_path / "last.pt", weights_only=True)["step"] == 4
    assert looks.seen == 0
