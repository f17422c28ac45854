from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from engine.errors import UsageError
from engine.training.train_config import TrainConfig, alone, build_config, parsed, read_config

GIVEN = {"model": "starter", "steps": 10}


def test_a_pretrained_model_is_changed_with_care() -> None:
    config = build_config(None, {**GIVEN, "stage": "full"})
    assert (config.new_rate, config.text_rate, config.image_rate) == (5e-5, 1e-5, 5e-6)
    assert (config.weight_decay, config.schedule) == (0.05, "linear")


def test_a_head_beside_a_model_moves_nothing_else() -> None:
    config = build_config(None, {**GIVEN, "method": "ce"})
    assert config.stage == "adapter"
    assert not config.retriever
    assert not config.train_tokens
    assert not config.cuts_anew


def test_random_weights_are_trained_as_a_whole() -> None:
    config = build_config(None, {"architecture": "ViT-S-32", "epochs": 1.0})
    assert config.stage == "full"
    assert config.cuts_anew
    assert config.train_tokens


def test_mined_negatives_are_seven_a_positive_for_the_bi_encoder() -> None:
    assert build_config(None, {**GIVEN, "method": "be", "negatives": "mined"}).mined_per_positive == 7
    assert build_config(None, {**GIVEN, "method": "ce", "negatives": "mined"}).mined_per_positive == 1
    apart = build_config(None, {**GIVEN, "method": "sep", "negatives": "mined"})
    assert (alone(apart, "be").mined_per_positive, alone(apart, "ce").mined_per_positive) == (7, 1)
    asked = build_config(None, {**GIVEN, "method": "sep", "negatives": "mined", "mined_per_positive": 1})
    assert alone(asked, "be").mined_per_positive == 1


def test_the_two_networks_of_sep_leave_out_the_other_role() -> None:
    config = build_config(None, {**GIVEN, "method": "sep"})
    be, ce = alone(config, "be"), alone(config, "ce")
    assert (be.listwise_share, be.alignment_share, be.reranks) == (0.0, 0.0, False)
    assert (ce.contrast_share, ce.reranks) == (0.0, True)


def test_what_was_written_down_is_read_back(tmp_path: Path) -> None:
    config = build_config(None, {**GIVEN, "projection_rate": None, "margin": 0.2})
    path = tmp_path / "train.json"
    path.write_text(config.to_json())
    assert read_config(os.fsencode(path)) == config
    assert build_config(read_config(os.fsencode(path)), {"seed": 3}).seed == 3


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("batch=64", 64),
        ("new_rate=3e-4", 3e-4),
        ("projection_rate=none", None),
        ("projection_rate=0.5", 0.5),
        ("alignment=False", False),
        ("fusion=late", "late"),
        ("model=some=thing", "some=thing"),
    ],
)
def test_a_setting_becomes_what_its_field_is(text: str, value: object) -> None:
    assert parsed(text) == (text.partition("=")[0], value)


@pytest.mark.parametrize("text", ["batch", "bacth=1", "batch=1.5", "alignment=maybe", "fusion=early", "new_rate=fast"])
def test_a_setting_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parsed(text)


@pytest.mark.parametrize("facts", ["[]", "{", {"batch": "64"}, {"fusion": "early"}, {"unheard": 1}])
def test_a_file_of_settings_that_makes_no_sense_is_refused(tmp_path: Path, facts: object) -> None:
    path = tmp_path / "train.json"
    path.write_text(facts if isinstance(facts, str) else json.dumps(facts))
    with pytest.raises(UsageError):
        read_config(os.fsencode(path))


@pytest.mark.parametrize(
    "given",
    [{"steps": 1}, {"model": "a", "architecture": "b", "steps": 1}, {"model": "a"}, {**GIVEN, "batch": 1}],
)
def test_settings_that_contradict_each_other_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        build_config(None, given)


def test_every_setting_has_a_plain_value() -> None:
    assert json.loads(TrainConfig().to_json())["seed"] == 0
