from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import methods
from engine.cli_parser import build_parser
from engine.cli_train import settings_of
from engine.training.train_config import alone

FIGURES = {d: {"r1": 10.0, "r5": 20.0, "r10": 30.0} for d in ("ir", "tr")}


class Commands:
    """Takes down what is asked for; a training leaves its folder, an evaluation answers with made-up recalls."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, words: list[str]) -> str:
        self.asked.append(words)
        if words[0] == "evaluate":
            return json.dumps({"be": FIGURES, "coop": FIGURES, "ce_alone": FIGURES})
        out = Path(words[words.index("--out") + 1])
        for folder in (out / "be", out / "ce") if "sep" in words else (out,):
            folder.mkdir(parents=True)
            (folder / "manifest.json").touch()
        return ""


@pytest.fixture
def plan(tmp_path: Path) -> methods.Plan:
    return methods.Plan(tmp_path / "data", tmp_path / "out", "starter", ("--steps", "7"), Commands())


@pytest.mark.parametrize("training", methods.TRAININGS, ids=lambda training: training.name)
def test_every_training_is_a_command_that_makes_sense(plan: methods.Plan, training: methods.Training) -> None:
    config = settings_of(build_parser().parse_args(plan.train_words(training)))
    assert config.steps == 7
    assert config.fresh == "text"
    assert config.kept_views == 3
    if training.apart:
        assert alone(config, "ce").retriever, "its text tower begins with random weights and has to learn"


def test_what_is_there_is_not_done_again(plan: methods.Plan) -> None:
    training = methods.TRAININGS[1]
    for _ in range(2):
        methods.train(plan, training, resume=False)
        methods.measure(plan, training, whole=False)
    commands = plan.run
    assert isinstance(commands, Commands)
    assert [words[0] for words in commands.asked] == ["train", "evaluate"]
    assert "--reranker" in commands.asked[1]


def test_a_training_that_was_stopped_is_gone_on_with(plan: methods.Plan) -> None:
    (plan.out / "joint" / "training").mkdir(parents=True)
    asked: list[list[str]] = []
    kept = methods.Plan(plan.data, plan.out, plan.model, plan.budget, lambda words: asked.append(words) or "")  # type: ignore[func-returns-value]
    methods.train(kept, methods.TRAININGS[0], resume=True)
    assert asked[0][-1] == "--resume"


def test_the_table_has_a_line_for_each_role_that_was_measured(plan: methods.Plan) -> None:
    training = methods.TRAININGS[0]
    methods.train(plan, training, resume=False)
    methods.measure(plan, training, whole=False)
    page = "\n".join(methods.table(methods.collected(plan, [training])["report"]))
    assert page.count("| 10.0 | 20.0 | 30.0 | 10.0 | 20.0 | 30.0 | 120.0 |") == 2
    methods.measure(plan, training, whole=True)
    report = methods.collected(plan, [training])["report"]
    assert "\n".join(methods.table(report)).count("| 120.0 |") == 3
    assert [row["role"] for row in report["rows"]] == ["be", "coop", "ce_alone"]
    evaluations = [command for command in report["commands"] if command.startswith("afterimage evaluate")]
    assert len(evaluations) == 2
    assert "--exhaustive" in evaluations[1]


def test_the_commands_name_no_folder_of_this_machine(plan: methods.Plan) -> None:
    training = methods.TRAININGS[1]
    methods.train(plan, training, resume=False)
    methods.measure(plan, training, whole=False)
    found = methods.collected(plan, [training])
    assert str(plan.out) not in json.dumps(found)
    assert found["models"] == [("starter", methods.digest("starter"))]


def test_weights_of_both_networks_are_counted(plan: methods.Plan) -> None:
    training = methods.TRAININGS[1]
    methods.train(plan, training, resume=False)
    for part in ("be", "ce"):
        (plan.out / "sep" / part / "model.safetensors").write_bytes(bytes(1_000_000))
    methods.measure(plan, training, whole=False)
    assert methods.collected(plan, [training])["report"]["rows"][0]["bytes"] == 2_000_000
